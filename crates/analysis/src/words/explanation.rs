//! What stands above the parts of an explanation.

/// The headings of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplanationHeadings {
    /// Above the learning goals.
    pub goals: &'static str,
    /// In front of why something is done.
    pub why: &'static str,
    /// Above what other processes did.
    pub beside: &'static str,
    /// Above what was seen beside the captures.
    pub witnesses: &'static str,
    /// Above what differs from a healthy start.
    pub difference: &'static str,
    /// Above what the analysis concludes.
    pub conclusion: &'static str,
    /// Above the rows that the conclusion rests on.
    pub shown_by: &'static str,
    /// Above what the captures cannot show.
    pub not_shown: &'static str,
    /// Above the questions.
    pub questions: &'static str,
    /// Above the answers.
    pub answers: &'static str,
}

/// The headings, the same in every form.
pub const EXPLANATION_HEADINGS: ExplanationHeadings = ExplanationHeadings {
    goals: "What you will be able to do",
    why: "Why",
    beside: "What other processes did at the keys",
    witnesses: "What was seen beside the capture",
    difference: "What differs from a healthy start",
    conclusion: "What the analysis concludes",
    shown_by: "The rows that show it:",
    not_shown: "What the capture does not show",
    questions: "Questions",
    answers: "Answers",
};
