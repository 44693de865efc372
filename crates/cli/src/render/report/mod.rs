//! The report of an analysis as a page, and its timeline as a grid.

mod containers;
mod findings;
mod others;
mod steps;
mod timeline;
mod verdict;
mod witnesses;

use procmonkey_analysis::Report;
use procmonkey_analysis::report::{CaptureRole, CaptureSummary, JudgedAs, ProcessSummary};

use super::Look;
use super::grid::Page;
use crate::messages::count;

use containers::containers;
use findings::findings;
use others::others;
pub(super) use steps::timeline_grid;
use timeline::{Whose, has_timeline, timeline};
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
        page.grid(timeline(report, index, Whose::Asked, look));
        for (other, process) in report.processes.iter().enumerate() {
            let is_other = process.judged_as == JudgedAs::AtTheKeys;
            if process.capture == index && is_other && has_timeline(report, other) {
                page.heading(name_of(process));
                page.grid(timeline(report, index, Whose::Other(other), look));
            }
        }
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

/// Who a process that was not asked for is.
fn name_of(process: &ProcessSummary) -> String {
    let name = process.name.as_deref().unwrap_or("a process that is not named");
    let pid = process.pid.map(|pid| format!(" ({pid})")).unwrap_or_default();
    let account = match (&process.acts_for, &process.account) {
        (Some(account), _) => format!(", acting for {account}"),
        (None, Some(account)) => format!(", {account}"),
        (None, None) => String::new(),
    };
    format!("{name}{pid}{account}")
}

fn capture_line(capture: &CaptureSummary) -> String {
    let mut line = format!(
        "{}, {} events, {} of them judged",
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
