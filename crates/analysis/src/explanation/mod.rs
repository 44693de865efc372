//! The start-ups of a report told in sentences, for people who see such a capture for the first
//! time: what happens in each phase and why Windows does it, what differs from a healthy start,
//! and, where it is wanted, questions with their answers.
//!
//! Every claim about a capture comes from a [`Report`] or a [`Comparison`] and names its events.
//! Why Windows does something is general knowledge, and is kept apart from the claims.

mod baseline;
mod beside;
mod healthy;
mod lesson;
mod start_ups;
mod steps;
#[cfg(test)]
mod tests;
mod why;

use std::collections::BTreeSet;

use crate::compare::Comparison;
use crate::phase::Phase;
use crate::report::{CaptureRole, Evidence, GuidSign, Report, VerdictState, with_letters};
use crate::words::{self, capture_line, count, event_numbers};

/// How many characters a sentence has at most.
const LONGEST: usize = 2_000;

/// How many runs of events are named; the report has them all.
const MOST_RUNS: usize = 8;

pub use lesson::{Lesson, Question};

/// Version of the form of an explanation. It grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// A report told in sentences. Its serialised form is the JSON that
/// `schemas/explanation.schema.json` describes.
///
/// ```
/// use procmonkey_analysis::parser::{Error, Input, ReadOptions};
/// use procmonkey_analysis::{Case, CaseOptions, Explanation, Phase};
///
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.csv");
/// let mut case = Case::new(CaseOptions::new());
/// let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
/// while let Some(capture) = input.next_capture() {
///     case.read(&mut capture?)?;
/// }
/// let report = case.finish();
/// let explanation = Explanation::of(&report).with_lesson(&report);
/// let start_up = explanation.start_ups.iter().find(|it| it.shows_start).expect("one");
/// let phase = start_up.phases.iter().find(|it| it.phase == Phase::KeyFiles).expect("one");
/// assert_eq!(
///     phase.told[0].text,
///     "It opens the key file of Microsoft Internet Information Server under A, which is there."
/// );
/// assert_eq!(explanation.cite(&phase.told[0].evidence), "event 517");
/// assert!(explanation.lesson.is_some_and(|lesson| lesson.questions.len() > 4));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Explanation {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Name and version of the program that made it.
    pub tool: String,
    /// What it is about, in a few words.
    pub title: String,
    /// What the report comes to.
    pub state: VerdictState,
    /// The same in a few words.
    pub headline: String,
    /// The same in sentences. GUIDs that have a letter in `guid_signs` are called by it, here and
    /// everywhere else.
    pub summary: Vec<String>,
    /// The letters of GUIDs.
    pub guid_signs: Vec<GuidSign>,
    /// The captures, in the order of the report. [`Evidence`] refers to their places.
    pub captures: Vec<ExplainedCapture>,
    /// What could not be read, a sentence each; empty where all was read.
    pub not_read: Vec<String>,
    /// What else a reader should know of the captures, each behind the name of its capture.
    pub remarks: Vec<String>,
    /// The start-ups, in the order in which they begin.
    pub start_ups: Vec<ExplainedStartUp>,
    /// That not every process is told, and how many there are; `None` where all are.
    pub start_ups_left_out: Option<String>,
    /// What other processes did at the keys.
    pub beside: Vec<Statement>,
    /// What was seen of the computer beside the captures, such as in its event log.
    pub witnesses: Vec<Statement>,
    /// What differs from a healthy start.
    pub difference: HealthyDifference,
    /// What the captures cannot show, a sentence each.
    pub not_shown: Vec<String>,
    /// Goals, questions and answers; `None` unless [`with_lesson`](Explanation::with_lesson) adds
    /// them.
    pub lesson: Option<Lesson>,
}

/// A capture that an explanation is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ExplainedCapture {
    /// Path or name of the input.
    pub path: String,
    /// What it is in the case.
    pub role: CaptureRole,
    /// Its name, its format, what was read of it, and its time, in a line.
    pub line: String,
}

/// A sentence and the events that show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Statement {
    /// The sentence, without the numbers of the events.
    pub text: String,
    /// The events; none for what no event shows.
    pub evidence: Vec<Evidence>,
    /// When the first event was, to the millisecond, as far as it is known.
    pub time: Option<String>,
}

impl Statement {
    /// A sentence; of a very long one, such as one with a path that is an attack, the beginning.
    fn new(text: impl Into<String>) -> Statement {
        let mut text: String = text.into();
        if let Some((end, _)) = text.char_indices().nth(LONGEST) {
            let more = text[end..].chars().count();
            text.truncate(end);
            text.push_str(&format!(" [{} not shown]", count(more as u64, "more character")));
        }
        Statement { text, ..Statement::default() }
    }

    /// The sentence without the full stop at its end, and the full stop where it has one: what
    /// stands before and behind the numbers of its events.
    pub fn without_end(&self) -> (&str, &'static str) {
        match self.text.strip_suffix('.') {
            Some(text) => (text, "."),
            None => (&self.text, ""),
        }
    }

    fn shown_by(self, capture: usize, events: impl IntoIterator<Item = u64>) -> Statement {
        let evidence = Evidence::new(capture, events);
        match evidence.events.is_empty() {
            true => self,
            false => Statement { evidence: vec![evidence], ..self },
        }
    }
}

/// What a process did, phase by phase.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ExplainedStartUp {
    /// Index into the `processes` of the report; `None` for events that name no process.
    pub process_index: Option<usize>,
    /// Index into `captures`.
    pub capture: usize,
    /// Which process, and as whom.
    pub heading: String,
    /// Name and PID of the process.
    pub process: String,
    /// Whether the capture shows how it starts.
    pub shows_start: bool,
    /// What the capture shows of its beginning and its end, a sentence each.
    pub about: Vec<Statement>,
    /// The phases, in the order in which they begin. Each has at least one event.
    pub phases: Vec<ExplainedPhase>,
}

/// One phase of a process.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ExplainedPhase {
    /// Which phase.
    pub phase: Phase,
    /// Its name, with a capital letter.
    pub name: String,
    /// How many events mark it.
    pub events: u64,
    /// The first of them.
    pub first_event: u64,
    /// The last of them.
    pub last_event: u64,
    /// Their number, which they are, and when they were, in a line.
    pub span: String,
    /// What happens in it, as far as its events show it.
    pub told: Vec<Statement>,
    /// That there are more steps; `None` where all are told.
    pub told_left_out: Option<String>,
    /// Why Windows, or the program, does this: general knowledge, not taken from the capture.
    pub why: Vec<String>,
}

/// What differs from a healthy start.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct HealthyDifference {
    /// With what it was compared.
    pub basis: DifferenceBasis,
    /// The same in sentences.
    pub basis_text: Vec<String>,
    /// What differs and what does not, each with its events.
    pub points: Vec<DifferencePoint>,
    /// What the analysis concludes, and how sure that is.
    pub conclusion: Vec<String>,
    /// The rows that the conclusion rests on.
    pub shown_by: Vec<Statement>,
}

/// With what a start-up was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum DifferenceBasis {
    /// With a capture of a good start.
    Baseline,
    /// With what is known of healthy starts: the phases of inetinfo.exe, and how a key is opened.
    KnownPhases,
    /// With nothing, because nothing of the process could be judged.
    Nothing,
}

/// One point of a comparison with a healthy start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DifferencePoint {
    /// What it says about the start-up.
    pub kind: PointKind,
    /// The sentence, with its events.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub statement: Statement,
}

/// What a point says about a start-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum PointKind {
    /// It differs from a healthy start.
    Differs,
    /// It may differ, and the capture does not decide it.
    NotDecided,
    /// It is as in a healthy start.
    Alike,
}

impl PointKind {
    /// The same for people.
    ///
    /// ```
    /// assert_eq!(procmonkey_analysis::explanation::PointKind::Differs.words(), "Differs");
    /// ```
    pub fn words(self) -> &'static str {
        match self {
            PointKind::Differs => "Differs",
            PointKind::NotDecided => "Not decided",
            PointKind::Alike => "Alike",
        }
    }
}

impl Explanation {
    /// Tells a report, and what differs from what is known of healthy starts.
    pub fn of(report: &Report) -> Explanation {
        Explanation::told(report, healthy::difference(report))
    }

    /// Tells a report, and what differs from a capture of a good start. Where the two cannot be
    /// compared, this is said, and what is known of healthy starts takes its place.
    ///
    /// ```
    /// use procmonkey_analysis::compare::{Recorder, Trails, compare};
    /// use procmonkey_analysis::explanation::DifferenceBasis;
    /// use procmonkey_analysis::parser::{Error, Input, ReadOptions};
    /// use procmonkey_analysis::{Case, CaseOptions, Explanation, ProcessSelection, Report};
    ///
    /// fn read(path: &str) -> Result<(Report, Trails), Error> {
    ///     let mut case = Case::new(CaseOptions::new());
    ///     let mut recorder = Recorder::new(ProcessSelection::default());
    ///     let mut input = Input::open(path, &ReadOptions::new())?;
    ///     let mut capture = input.next_capture().expect("one capture")?;
    ///     case.read_with(&mut capture, |event| recorder.observe(event))?;
    ///     Ok((case.finish(), recorder.finish(capture.clock())))
    /// }
    ///
    /// # const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    /// let (good, good_trails) = read(&format!("{SAMPLES}/restart.csv"))?;
    /// let (bad, bad_trails) = read(&format!("{SAMPLES}/guid-changed.csv"))?;
    /// let comparison = compare((&good, &good_trails), (&bad, &bad_trails));
    /// let explanation = Explanation::against(&bad, &comparison);
    /// assert_eq!(explanation.difference.basis, DifferenceBasis::Baseline);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn against(report: &Report, comparison: &Comparison) -> Explanation {
        Explanation::told(report, baseline::difference(report, comparison))
    }

    fn told(report: &Report, difference: HealthyDifference) -> Explanation {
        let verdict = &report.verdict;
        let not_judged = verdict.state == VerdictState::NotJudged;
        let mut summary = vec![verdict.lead.clone()];
        summary.extend(verdict.at_stake.clone().filter(|_| !not_judged));
        if not_judged {
            let remedies = verdict.missing.iter().map(|it| it.remedy.trim_end_matches('.'));
            summary.extend(remedies.map(|it| format!("To judge it: {it}.")));
            if !verdict.lead.contains("not an all-clear") {
                summary.push("This is not an all-clear.".to_string());
            }
        }
        let mut seen = BTreeSet::new();
        summary.retain(|text| !text.is_empty() && seen.insert(text.clone()));
        let (start_ups, start_ups_left_out) = start_ups::told(report);
        let title = match start_ups.iter().find(|it| it.shows_start).or(start_ups.first()) {
            Some(first) => format!("{} explained", first.process),
            None => "No start-up to explain".to_string(),
        };
        let not_shown = verdict.does_not_show.iter().chain(&verdict.not_shown);
        let captures = report.captures.iter().map(|capture| ExplainedCapture {
            path: capture.path.clone(),
            role: capture.role,
            line: capture_line(capture),
        });
        let remarks = report.captures.iter().flat_map(|capture| {
            capture.remarks.iter().map(|remark| format!("{}: {remark}", capture.path))
        });
        let mut explanation = Explanation {
            schema_version: SCHEMA_VERSION,
            tool: report.tool.clone(),
            title,
            state: verdict.state,
            headline: match verdict.headline.is_empty() {
                true => verdict.state.words().to_string(),
                false => words::sentence(&verdict.headline),
            },
            summary,
            guid_signs: report.guid_signs.clone(),
            captures: captures.collect(),
            not_read: words::not_read(report),
            remarks: remarks.collect(),
            start_ups,
            start_ups_left_out,
            beside: beside::told(report),
            witnesses: beside::witnesses(report),
            difference,
            not_shown: not_shown.cloned().collect(),
            lesson: None,
        };
        explanation.name_guids();
        explanation
    }

    /// Adds learning goals, questions that the report of this explanation answers, and their
    /// answers.
    pub fn with_lesson(self, report: &Report) -> Explanation {
        let lesson = Some(lesson::of(report, &self));
        Explanation { lesson, ..self }
    }

    /// The numbers of events for people: `event 1673`, `events 1636–1639, 1673`; behind the number
    /// of their capture where there are several. Empty for no event.
    ///
    /// ```
    /// use procmonkey_analysis::{Case, CaseOptions, Evidence, Explanation};
    ///
    /// let explanation = Explanation::of(&Case::new(CaseOptions::new()).finish());
    /// assert_eq!(explanation.cite(&[Evidence::new(0, [7])]), "event 7");
    /// assert_eq!(explanation.cite(&[Evidence::new(0, [1, 2, 3, 7])]), "events 1–3, 7");
    /// assert_eq!(explanation.cite(&[]), "");
    /// ```
    pub fn cite(&self, evidence: &[Evidence]) -> String {
        cite(self.captures.len(), evidence)
    }

    /// A sentence with the numbers of its events in brackets, in front of its full stop.
    ///
    /// ```
    /// use procmonkey_analysis::explanation::Statement;
    /// use procmonkey_analysis::{Case, CaseOptions, Evidence, Explanation};
    ///
    /// let explanation = Explanation::of(&Case::new(CaseOptions::new()).finish());
    /// let mut said = Statement::default();
    /// said.text = "It ends.".into();
    /// said.evidence = vec![Evidence::new(0, [7])];
    /// assert_eq!(explanation.cited(&said), "It ends (event 7).");
    /// ```
    pub fn cited(&self, said: &Statement) -> String {
        match self.cite(&said.evidence) {
            events if events.is_empty() => said.text.clone(),
            events => {
                let (text, end) = said.without_end();
                format!("{text} ({events}){end}")
            }
        }
    }

    /// Calls GUIDs by their letters in every sentence.
    fn name_guids(&mut self) {
        let signs = &self.guid_signs;
        let name = |text: &mut String| *text = with_letters(text, signs);
        let difference = &mut self.difference;
        let points = difference.points.iter_mut().map(|point| &mut point.statement);
        let statements = points.chain(&mut difference.shown_by).chain(&mut self.beside);
        statements.map(|it| &mut it.text).for_each(name);
        let plain = difference.basis_text.iter_mut().chain(&mut difference.conclusion);
        plain.chain(&mut self.summary).chain(&mut self.not_shown).for_each(name);
    }
}

/// The numbers of events, of so many captures.
fn cite(captures: usize, evidence: &[Evidence]) -> String {
    let mut runs = Vec::new();
    for part in evidence {
        let capture = match captures {
            0 | 1 => String::new(),
            _ => format!("{}:", part.capture + 1),
        };
        runs.extend(event_numbers(&part.events).into_iter().map(|(first, last)| {
            match last - first {
                0 => format!("{capture}{first}"),
                _ => format!("{capture}{first}–{last}"),
            }
        }));
    }
    let left_out = runs.len().saturating_sub(MOST_RUNS);
    runs.truncate(MOST_RUNS);
    let noun = match &runs[..] {
        [] => return String::new(),
        [only] if !only.contains('–') => "event",
        _ => "events",
    };
    let more = match left_out {
        0 => String::new(),
        number => format!(" and {number} more"),
    };
    format!("{noun} {}{more}", runs.join(", "))
}
