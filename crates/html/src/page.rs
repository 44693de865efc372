//! The whole page.

use std::io::{self, Write};

use askama::Template;

use procmonkey_analysis::report::{EventRows, Evidence, Report};
use procmonkey_analysis::{Explanation, words};

use crate::assets::{DRAWING_STYLE, EXPLANATION_STYLE, SCRIPT, SCRIPT_HASH, STYLE, TOKENS};
use crate::explanation::LessonPart;
use crate::links::{EventLink, Links};
use crate::part::{
    Events, Findings, Hero, Others, Record, Start, Witnesses, all_rows, steps_with_rows,
};

#[derive(Debug, Template)]
#[template(path = "page.html")]
pub(crate) struct Page {
    title: String,
    file: String,
    hero: Hero,
    tool: String,
    shows: Vec<Shows>,
    does_not_show: Vec<String>,
    settles: Vec<String>,
    looked_for: Vec<String>,
    not_shown: Vec<String>,
    start: Start,
    findings: Findings,
    others: Others,
    witnesses: Witnesses,
    events: Events,
    record: Record,
    record_says: &'static str,
    file_holds: &'static str,
    advice_only: &'static str,
    schema_version: u32,
    lesson: Option<LessonPart>,
    style: Vec<&'static str>,
    script: &'static str,
    script_hash: &'static str,
}

/// A row of what shows the verdict.
#[derive(Debug)]
struct Shows {
    event: Option<EventLink>,
    time: String,
    text: String,
    result: String,
    guid: Option<crate::sign::Guid>,
}

impl Page {
    /// A page; with the lesson of an explanation, where there is one.
    pub(crate) fn of(report: &Report, kept: &EventRows, explanation: Option<&Explanation>) -> Page {
        let rows = all_rows(report, kept);
        let links = Links::new(report, rows.iter().copied(), steps_with_rows(report));
        let link = |evidence: &[Evidence]| -> Vec<EventLink> {
            let parts = evidence.iter();
            parts.flat_map(|part| links.events(part.capture, &part.events)).collect()
        };
        let lesson = explanation.and_then(|it| LessonPart::of(it, &link));
        let lesson_style = if lesson.is_some() { EXPLANATION_STYLE } else { "" };
        let verdict = &report.verdict;
        let files: Vec<String> =
            report.captures.iter().map(|it| crate::part::file_name(&it.path)).collect();
        let file = files.join(", ");
        Page {
            title: match verdict.headline.is_empty() {
                true => verdict.state.words().to_string(),
                false => words::sentence(&verdict.headline),
            },
            file,
            hero: Hero::of(report, &links),
            tool: report.tool.clone(),
            shows: verdict
                .evidence
                .iter()
                .map(|row| Shows {
                    event: links.maybe(row.capture.zip(row.event)),
                    time: row.time.as_deref().map(words::clock_part).unwrap_or_default(),
                    text: row.text.clone(),
                    result: match row.result.as_deref() {
                        Some(result) if !result.eq_ignore_ascii_case("SUCCESS") => {
                            result.to_string()
                        }
                        _ => String::new(),
                    },
                    guid: row.guid.as_ref().map(|guid| crate::sign::Guid::of(report, guid)),
                })
                .collect(),
            does_not_show: verdict.does_not_show.clone(),
            settles: verdict.settles.clone(),
            looked_for: verdict.looked_for.clone(),
            not_shown: verdict.not_shown.clone(),
            start: Start::of(report, &links),
            findings: Findings::of(report, &links),
            others: Others::of(report, &links),
            witnesses: Witnesses::of(report),
            events: Events::of(report, &rows, kept.left_out, &links),
            record: Record::of(report),
            record_says: words::RECORD_SAYS,
            file_holds: words::FILE_HOLDS,
            advice_only: words::ADVICE_ONLY,
            schema_version: report.schema_version,
            style: vec![TOKENS, STYLE, DRAWING_STYLE, lesson_style],
            lesson,
            script: &SCRIPT,
            script_hash: SCRIPT_HASH,
        }
    }

    pub(crate) fn write_into(&self, output: &mut impl Write) -> io::Result<()> {
        Template::write_into(self, output)
    }
}
