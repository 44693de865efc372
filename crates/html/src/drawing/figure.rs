//! What is drawn: the steps of one process in one capture.

use std::collections::BTreeMap;

use procmonkey_analysis::report::{
    CaptureRole, KeyFileSummary, ProcessSummary, Report, TimelineEntry,
};

/// How many processes are drawn.
pub(crate) const MOST_FIGURES: usize = 8;

/// The steps of one process, or those that name none.
#[derive(Debug)]
pub(crate) struct Figure<'r> {
    pub(crate) capture: usize,
    pub(crate) process: Option<&'r ProcessSummary>,
    pub(crate) index: Option<usize>,
    pub(crate) steps: Vec<&'r TimelineEntry>,
}

/// All processes that have steps: those about whom the first finding is in front, then in the
/// order of captures and events.
pub(crate) fn figures(report: &Report) -> Vec<Figure<'_>> {
    let mut figures: Vec<Figure<'_>> = Vec::new();
    for entry in &report.timeline {
        let role = report.captures.get(entry.capture).map(|capture| capture.role);
        if role != Some(CaptureRole::Case) {
            continue;
        }
        let same = figures
            .iter_mut()
            .find(|it| (it.capture, it.index) == (entry.capture, entry.process_index));
        match same {
            Some(figure) => figure.steps.push(entry),
            None => figures.push(Figure {
                capture: entry.capture,
                process: entry.process_index.and_then(|index| report.processes.get(index)),
                index: entry.process_index,
                steps: vec![entry],
            }),
        }
    }
    let first = report.findings.first().map(|finding| finding.processes.as_slice());
    let first = first.unwrap_or_default();
    figures.sort_by_key(|it| !it.index.is_some_and(|index| first.contains(&index)));
    figures
}

/// The events in which the folder of keys was listed, each with its files.
pub(super) fn listings(report: &Report, capture: usize) -> BTreeMap<u64, Vec<&KeyFileSummary>> {
    let mut listings: BTreeMap<u64, Vec<&KeyFileSummary>> = BTreeMap::new();
    for file in report.key_files.iter().filter(|file| file.capture == capture) {
        for event in &file.listed_by {
            listings.entry(*event).or_default().push(file);
        }
    }
    listings
}
