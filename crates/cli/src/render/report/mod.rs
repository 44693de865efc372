//! The report of an analysis as a page, and its timeline as a grid.

mod containers;
mod findings;
mod others;
mod steps;
mod timeline;
mod verdict;
mod witnesses;

use procmonkey_analysis::Report;
use procmonkey_analysis::report::{CaptureRole, CaptureSummary};

use super::Look;
use super::grid::Page;
use crate::messages::count;

use containers::containers;
use findings::findings;
use others::others;
pub(super) use steps::timeline_grid;
use timeline::timeline;
use verdict::verdict;
use witnesses::witnesses;

/// The whole report, for reading.
pub(super) fn page(report: &Report, look: Look) -> Page {
    let mut page = Page::default();
    for (index, capture) in report.captures.iter().enumerate() {
        page.heading(match capture.role {
            CaptureRole::Baseline => format!("{} (baseline)", capture.path),
            _ => capture.path.clone(),
        });
        page.text(capture_line(capture));
        for remark in &capture.remarks {
            page.labelled("Note", remark.clone());
        }
        page.grid(timeline(report, index, look));
    }
    if !report.containers.is_empty() {
        page.heading("Key containers");
        page.grid(containers(report, look));
    }
    others(report, &mut page);
    witnesses(report, look, &mut page);
    findings(report, &mut page);
    verdict(report, &mut page);
    page
}

fn capture_line(capture: &CaptureSummary) -> String {
    let mut line = format!(
        "{}, {} events, {} of them followed",
        capture.format.name(),
        capture.events_read,
        capture.events_kept
    );
    if let (Some(first), Some(last)) = (&capture.first_time, &capture.last_time) {
        line.push_str(&format!("; {first} to {last}"));
    }
    if capture.losses.count > 0 {
        line.push_str(&format!("; {} could not be read", count(capture.losses.count, "place")));
    }
    line
}
