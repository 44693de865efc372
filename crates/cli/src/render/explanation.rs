//! A start-up told in sentences.

use procmonkey_analysis::Explanation;
use procmonkey_analysis::explanation::{
    ExplainedPhase, ExplainedStartUp, Lesson, PointKind, Statement,
};
use procmonkey_analysis::words::EXPLANATION_HEADINGS as HEADINGS;

use super::grid::{Page, Tone};
use super::report::sign;

/// The forms of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExplanationForm {
    Text,
    Markdown,
    Html,
    Json,
}

/// How wide the labels are: a time, a kind of point, a number.
const TIME: usize = 14;
const LABEL: usize = 16;
const NUMBER: usize = 4;

pub(super) fn page(explanation: &Explanation) -> Page {
    let mut page = Page::default();
    let (sign, tone) = sign(explanation.state);
    let state = explanation.state.words().to_uppercase();
    let mut headline = format!("{sign} {state}: {}", explanation.headline);
    if explanation.headline.eq_ignore_ascii_case(explanation.state.words()) {
        headline = format!("{sign} {state}");
    }
    page.status(headline, "", tone);
    explanation.summary.iter().for_each(|text| page.text(text.clone()));
    page.blank();
    for sign in &explanation.guid_signs {
        page.item(0, "MachineGuid", LABEL, &format!("{}  {}", sign.letter, sign.guid));
    }
    let several = explanation.captures.len() > 1;
    for (index, capture) in explanation.captures.iter().enumerate() {
        let number = if several { format!("{} ", index + 1) } else { String::new() };
        let label = if index == 0 { "From" } else { "" };
        page.item(0, label, LABEL, &format!("{number}{}", capture.line));
    }
    for text in &explanation.not_read {
        page.toned_item(0, "Not read", LABEL, text, Tone::Bad);
    }
    for text in &explanation.remarks {
        page.item(0, "Note", LABEL, text);
    }
    if let Some(lesson) = &explanation.lesson {
        page.heading(HEADINGS.goals);
        list(&lesson.goals, &mut page);
    }
    for told in &explanation.start_ups {
        start_up(told, explanation, &mut page);
    }
    if let Some(text) = &explanation.start_ups_left_out {
        page.blank();
        page.text(text.clone());
    }
    if !explanation.beside.is_empty() {
        page.heading(HEADINGS.beside);
        statements(&explanation.beside, explanation, &mut page);
    }
    if !explanation.witnesses.is_empty() {
        page.heading(HEADINGS.witnesses);
        statements(&explanation.witnesses, explanation, &mut page);
    }
    difference(explanation, &mut page);
    if !explanation.not_shown.is_empty() {
        page.heading(HEADINGS.not_shown);
        explanation.not_shown.iter().for_each(|text| page.item(2, "-", 2, text));
    }
    if let Some(lesson) = &explanation.lesson {
        questions(lesson, explanation, &mut page);
    }
    page
}

fn start_up(told: &ExplainedStartUp, explanation: &Explanation, page: &mut Page) {
    let of = match explanation.captures.len() {
        0 | 1 => String::new(),
        _ => format!(", in capture {}", told.capture + 1),
    };
    page.heading(format!("{}{of}", told.heading));
    let about: Vec<String> = told.about.iter().map(|said| explanation.cited(said)).collect();
    if !about.is_empty() {
        page.text(about.join(" "));
    }
    told.phases.iter().for_each(|told| phase(told, explanation, page));
}

fn phase(told: &ExplainedPhase, explanation: &Explanation, page: &mut Page) {
    page.blank();
    page.item(0, &told.name, LABEL, &told.span);
    statements(&told.told, explanation, page);
    if let Some(text) = &told.told_left_out {
        page.item(2, "", TIME, text);
    }
    for (index, text) in told.why.iter().enumerate() {
        page.item(2, if index == 0 { HEADINGS.why } else { "" }, TIME, text);
    }
}

fn statements(said: &[Statement], explanation: &Explanation, page: &mut Page) {
    for said in said {
        let time = said.time.as_deref().unwrap_or_default();
        page.item(2, time, TIME, &explanation.cited(said));
    }
}

fn difference(explanation: &Explanation, page: &mut Page) {
    let difference = &explanation.difference;
    page.heading(HEADINGS.difference);
    difference.basis_text.iter().for_each(|text| page.text(text.clone()));
    for point in &difference.points {
        let tone = match point.kind {
            PointKind::Differs => Tone::Bad,
            _ => Tone::Plain,
        };
        let text = explanation.cited(&point.statement);
        page.toned_item(2, point.kind.words(), TIME, &text, tone);
    }
    if !difference.conclusion.is_empty() {
        page.heading(HEADINGS.conclusion);
        difference.conclusion.iter().for_each(|text| page.text(text.clone()));
    }
    if !difference.shown_by.is_empty() {
        page.text(HEADINGS.shown_by);
        statements(&difference.shown_by, explanation, page);
    }
}

fn questions(lesson: &Lesson, explanation: &Explanation, page: &mut Page) {
    page.heading(HEADINGS.questions);
    for (index, question) in lesson.questions.iter().enumerate() {
        page.item(2, &format!("{}.", index + 1), NUMBER, &question.text);
    }
    page.heading(HEADINGS.answers);
    for (index, question) in lesson.questions.iter().enumerate() {
        let answer = explanation.cited(&question.answer);
        page.item(2, &format!("{}.", index + 1), NUMBER, &answer);
    }
}

fn list(texts: &[String], page: &mut Page) {
    texts.iter().for_each(|text| page.item(2, "-", 2, text));
}
