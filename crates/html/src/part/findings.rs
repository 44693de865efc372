//! What was found, worst first.

use procmonkey_analysis::report::{Finding, Report, with_letters};
use procmonkey_analysis::{Severity, short_stem, words};

use crate::links::{EventLink, Links};

/// How many findings of one signature are shown in full.
const OF_A_KIND: usize = 20;

/// How many containers a line for equal findings names.
const NAMED: usize = 5;

#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) shown: Vec<Found>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) cut: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Found {
    /// Only the first of a signature has one, so that a link to it leads there.
    pub(crate) id: Option<String>,
    pub(crate) class: &'static str,
    pub(crate) severity: String,
    pub(crate) signature: String,
    pub(crate) confidence: String,
    pub(crate) title: String,
    pub(crate) explanation: String,
    pub(crate) evidence: Vec<EventLink>,
    pub(crate) sources: Vec<String>,
    pub(crate) raised: Vec<String>,
    pub(crate) lowered: Vec<String>,
    pub(crate) does_not_prove: Vec<String>,
    pub(crate) remedy: String,
    pub(crate) confirm: Option<String>,
}

impl Findings {
    pub(crate) fn of(report: &Report, links: &Links<'_>) -> Findings {
        let mut seen: Vec<(&str, Severity, usize)> = Vec::new();
        let mut shown = Vec::new();
        for finding in &report.findings {
            let key = (&*finding.signature, finding.severity);
            let place = seen.iter_mut().find(|it| (it.0, it.1) == key);
            let number = match place {
                Some(kind) => {
                    kind.2 += 1;
                    kind.2
                }
                None => {
                    seen.push((key.0, key.1, 1));
                    1
                }
            };
            if number <= OF_A_KIND {
                let is_first = shown.iter().all(|it: &Found| it.signature != key.0);
                shown.push(found(report, finding, is_first, links));
            }
        }
        let all = report.findings.len() as u64 + report.findings_left_out;
        let cut = (shown.len() as u64) < all;
        let kinds = if cut { kinds(report, &seen, links) } else { Vec::new() };
        Findings { cut: cut.then(|| words::cut_findings(shown.len(), all)), shown, kinds }
    }
}

/// Findings of one signature in a line.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) text: String,
    /// Where the first of them is.
    pub(crate) first: Option<EventLink>,
    pub(crate) containers: String,
}

/// One line for each signature, where not all of its findings are shown.
fn kinds(report: &Report, seen: &[(&str, Severity, usize)], links: &Links<'_>) -> Vec<Kind> {
    let mut lines = Vec::new();
    for (id, severity, count) in seen {
        let own =
            || report.findings.iter().filter(|it| (&*it.signature, it.severity) == (id, *severity));
        let Some(first) = own().next() else { continue };
        let count = first.group_count.max(*count) as u64;
        let times = words::count(count, "time");
        let places = own().flat_map(|it| &it.evidence);
        let place = places.filter_map(|it| Some((it.capture, *it.events.first()?))).min();
        lines.push(Kind {
            text: format!("{id} {severity}: {}, {times}", first.title_short),
            first: links.maybe(place),
            containers: containers(report, own().flat_map(|it| &it.stems)),
        });
    }
    lines
}

/// The names of containers, each once; of many the first, and how many there are.
fn containers<'r>(report: &'r Report, stems: impl Iterator<Item = &'r String>) -> String {
    let mut all: Vec<&String> = Vec::new();
    for stem in stems {
        if !all.contains(&stem) {
            all.push(stem);
        }
    }
    let name = |stem: &&&String| {
        let own = report.containers.iter().find(|it| it.stem == ***stem);
        own.map_or_else(|| short_stem(stem), words::container_name)
    };
    let shown: Vec<String> = all.iter().take(NAMED).map(|stem| name(&stem)).collect();
    match all.len() > NAMED {
        true => format!("{} and {} more", shown.join(", "), all.len() - NAMED),
        false => shown.join(", "),
    }
}

fn found(report: &Report, finding: &Finding, is_first: bool, links: &Links<'_>) -> Found {
    let signs = &report.guid_signs;
    let mut sources: Vec<String> = Vec::new();
    for witness in &finding.witnesses {
        let source = report.witnesses.get(*witness).map(|entry| entry.witness.source().to_string());
        if let Some(source) = source.filter(|source| !sources.contains(source)) {
            sources.push(source);
        }
    }
    let evidence = finding.evidence.iter();
    Found {
        id: is_first.then(|| finding.signature.to_string()),
        class: match finding.severity {
            Severity::Error => "bad",
            Severity::Warning => "warn",
            Severity::Info => "note",
        },
        severity: finding.severity.to_string(),
        signature: finding.signature.to_string(),
        confidence: finding.confidence.to_string(),
        title: finding.title.to_string(),
        explanation: with_letters(&finding.explanation, signs),
        evidence: evidence.flat_map(|it| links.events(it.capture, &it.events)).collect(),
        sources,
        raised: finding.raised_by.iter().map(|it| with_letters(it, signs)).collect(),
        lowered: finding.lowered_by.iter().map(|it| with_letters(it, signs)).collect(),
        does_not_prove: finding.does_not_prove.iter().map(|it| with_letters(it, signs)).collect(),
        // What to do names the GUIDs in full.
        remedy: finding.remedy.clone(),
        confirm: finding.confirm.clone(),
    }
}
