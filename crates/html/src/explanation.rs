//! An explanation as a page of its own, and as a part of the page of a report.

use std::io::{self, Write};

use askama::Template;

use procmonkey_analysis::Explanation;
use procmonkey_analysis::explanation::{PointKind, Statement};
use procmonkey_analysis::report::{Evidence, GuidSign};
use procmonkey_analysis::words::{EXPLANATION_HEADINGS, ExplanationHeadings, FILE_HOLDS};

use crate::assets::{DRAWING_STYLE, EXPLANATION_STYLE, STYLE, TOKENS};
use crate::links::EventLink;
use crate::sign::Guid;

/// A page with an explanation alone.
#[derive(Debug, Template)]
#[template(path = "explanation.html")]
pub(crate) struct ExplanationPage {
    title: String,
    files: String,
    tool: String,
    class: &'static str,
    state: &'static str,
    headline: String,
    summary: Vec<String>,
    guids: Vec<(char, Guid)>,
    captures: Vec<String>,
    notes: Vec<String>,
    told: Told,
    lesson: Option<LessonPart>,
    headings: ExplanationHeadings,
    file_holds: &'static str,
    style: [&'static str; 4],
}

/// The start-ups in sentences, and what differs from a healthy start.
#[derive(Debug)]
struct Told {
    start_ups: Vec<StartUp>,
    left_out: Option<String>,
    beside: Vec<Said>,
    witnesses: Vec<Said>,
    basis: Vec<String>,
    points: Vec<Point>,
    conclusion: Vec<String>,
    shown_by: Vec<Said>,
    not_shown: Vec<String>,
}

#[derive(Debug)]
struct StartUp {
    heading: String,
    about: Vec<Said>,
    phases: Vec<Phase>,
}

#[derive(Debug)]
struct Phase {
    name: String,
    span: String,
    told: Vec<Said>,
    left_out: Option<String>,
    why: Vec<String>,
}

#[derive(Debug)]
struct Point {
    class: &'static str,
    kind: &'static str,
    said: Said,
}

/// A sentence with its time and its events.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// The full stop, which stands behind the events.
    pub(crate) end: &'static str,
    pub(crate) time: String,
    pub(crate) events: Vec<EventLink>,
}

/// Goals, questions and answers.
#[derive(Debug)]
pub(crate) struct LessonPart {
    pub(crate) goals: Vec<String>,
    pub(crate) questions: Vec<String>,
    pub(crate) answers: Vec<Said>,
    pub(crate) headings: ExplanationHeadings,
}

impl LessonPart {
    /// The lesson of an explanation, its events as `link` gives them.
    pub(crate) fn of(
        explanation: &Explanation,
        link: &dyn Fn(&[Evidence]) -> Vec<EventLink>,
    ) -> Option<LessonPart> {
        let lesson = explanation.lesson.as_ref()?;
        let questions = lesson.questions.iter();
        Some(LessonPart {
            goals: lesson.goals.clone(),
            questions: questions.clone().map(|question| question.text.clone()).collect(),
            answers: questions.map(|question| said(&question.answer, link)).collect(),
            headings: EXPLANATION_HEADINGS,
        })
    }
}

fn said(statement: &Statement, link: &dyn Fn(&[Evidence]) -> Vec<EventLink>) -> Said {
    let (text, end) = statement.without_end();
    Said {
        text: text.to_string(),
        end,
        time: statement.time.clone().unwrap_or_default(),
        events: link(&statement.evidence),
    }
}

fn all(statements: &[Statement], link: &dyn Fn(&[Evidence]) -> Vec<EventLink>) -> Vec<Said> {
    statements.iter().map(|statement| said(statement, link)).collect()
}

impl ExplanationPage {
    pub(crate) fn of(explanation: &Explanation) -> ExplanationPage {
        // This page has no rows to lead to.
        let link = |evidence: &[Evidence]| match explanation.cite(evidence) {
            text if text.is_empty() => Vec::new(),
            text => vec![EventLink { text, to: None }],
        };
        let names = explanation.captures.iter().map(|it| crate::part::file_name(&it.path));
        let signs: &[GuidSign] = &explanation.guid_signs;
        let several = explanation.captures.len() > 1;
        let captures = explanation.captures.iter().enumerate().map(|(index, capture)| {
            let number = if several { format!("{} ", index + 1) } else { String::new() };
            format!("{number}{}", capture.line)
        });
        ExplanationPage {
            title: explanation.title.clone(),
            files: names.collect::<Vec<_>>().join(", "),
            tool: explanation.tool.clone(),
            class: crate::part::state_class(explanation.state),
            state: explanation.state.words(),
            headline: explanation.headline.clone(),
            summary: explanation.summary.clone(),
            guids: signs
                .iter()
                .map(|sign| (sign.letter, Guid::signed(signs, &sign.guid)))
                .collect(),
            captures: captures.collect(),
            notes: explanation.not_read.iter().chain(&explanation.remarks).cloned().collect(),
            told: Told::of(explanation, &link),
            lesson: LessonPart::of(explanation, &link),
            headings: EXPLANATION_HEADINGS,
            file_holds: FILE_HOLDS,
            style: [TOKENS, STYLE, DRAWING_STYLE, EXPLANATION_STYLE],
        }
    }

    pub(crate) fn write_into(&self, output: &mut impl Write) -> io::Result<()> {
        Template::write_into(self, output)
    }
}

impl Told {
    fn of(explanation: &Explanation, link: &dyn Fn(&[Evidence]) -> Vec<EventLink>) -> Told {
        let difference = &explanation.difference;
        let several = explanation.captures.len() > 1;
        let start_ups = explanation.start_ups.iter().map(|told| StartUp {
            heading: match several {
                true => format!("{}, in capture {}", told.heading, told.capture + 1),
                false => told.heading.clone(),
            },
            about: all(&told.about, link),
            phases: told
                .phases
                .iter()
                .map(|phase| Phase {
                    name: phase.name.clone(),
                    span: phase.span.clone(),
                    told: all(&phase.told, link),
                    left_out: phase.told_left_out.clone(),
                    why: phase.why.clone(),
                })
                .collect(),
        });
        let points = difference.points.iter().map(|point| Point {
            class: match point.kind {
                PointKind::Differs => "bad",
                PointKind::Alike => "ok",
                _ => "note",
            },
            kind: point.kind.words(),
            said: said(&point.statement, link),
        });
        Told {
            start_ups: start_ups.collect(),
            left_out: explanation.start_ups_left_out.clone(),
            beside: all(&explanation.beside, link),
            witnesses: all(&explanation.witnesses, link),
            basis: difference.basis_text.clone(),
            points: points.collect(),
            conclusion: difference.conclusion.clone(),
            shown_by: all(&difference.shown_by, link),
            not_shown: explanation.not_shown.clone(),
        }
    }
}
