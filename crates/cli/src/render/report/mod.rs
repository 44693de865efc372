//! The report of an analysis as a page.
//!
//! Its order is that of the readers who leave it one after the other: the verdict, what to
//! do, what shows it; the timeline; the containers and who else was there; the findings in
//! full; the inputs.

mod containers;
mod facts;
mod findings;
mod inputs;
mod matrix;
mod others;
mod timeline;
mod verdict;
mod witnesses;

use procmonkey_analysis::Report;

use super::Look;
use super::grid::Page;

use containers::containers;
use findings::findings;
use inputs::inputs;
pub(super) use inputs::not_known;
use others::others;
pub(super) use procmonkey_analysis::words::capture_line;
use timeline::timelines;
pub(super) use verdict::sign;
use verdict::verdict;
use witnesses::witnesses;

/// The whole report, for reading.
pub(super) fn page(report: &Report, look: Look) -> Page {
    let mut page = verdict(report, look);
    for capture in 0..report.captures.len() {
        timelines(report, capture, look, &mut page);
    }
    containers(report, look, &mut page);
    others(report, look, &mut page);
    witnesses(report, look, &mut page);
    findings(report, look, &mut page);
    inputs(report, &mut page);
    page
}
