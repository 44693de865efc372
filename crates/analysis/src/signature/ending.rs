//! How a process ended, as far as that tells whether it failed.

use super::EvidenceList;
use super::facts::Facts;
use crate::code::ErrorCode;
use crate::phase::Phase;
use crate::report::{Actor, ProcessSummary};

/// Services that are not meant to end while the computer runs, even with status 0.
const SERVICES: [&str; 3] = ["inetinfo.exe", "svchost.exe", "lsass.exe"];

/// What a process did after something happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It ended with an error, or a service ended before it served: event and status.
    Failed(u64, Option<i64>),
    /// It ended with status 0, or goes on to what it is there for.
    GoesOn,
    /// Nothing shows it.
    NotShown,
}

impl Ending {
    /// What became of the process after an event.
    pub(super) fn after(facts: &Facts<'_>, by: &Actor, event: u64) -> Ending {
        let process = by.process_index.and_then(|index| facts.report.processes.get(index));
        let Some(process) = process else { return Ending::NotShown };
        if serves_after(process, event) {
            return Ending::GoesOn;
        }
        let ends = facts.exits(process) && process.last_event > event;
        let is_service = SERVICES.iter().any(|name| by.is_named(name));
        match (ends, process.exit_status) {
            (false, _) => Ending::NotShown,
            (true, Some(0)) if !is_service => Ending::GoesOn,
            (true, None) if !facts.gives_up(by) => Ending::NotShown,
            (true, status) => Ending::Failed(process.last_event, status),
        }
    }

    pub(super) fn is_failure(&self) -> bool {
        matches!(self, Ending::Failed(..))
    }

    /// Adds the event that shows a failure.
    pub(super) fn cite(&self, capture: usize, evidence: &mut EvidenceList) {
        if let Ending::Failed(event, _) = self {
            evidence.add(capture, *event);
        }
    }

    /// A sentence with a blank in front; nothing where the process did not fail.
    pub(super) fn sentence(&self) -> String {
        match self {
            Ending::Failed(_, Some(status)) if *status != 0 => {
                format!(" The process ended afterwards with status {}.", status_text(*status))
            }
            Ending::Failed(..) => " The process ended afterwards.".to_string(),
            Ending::GoesOn | Ending::NotShown => String::new(),
        }
    }
}

fn serves_after(process: &ProcessSummary, event: u64) -> bool {
    let mut served = process.phases.iter().filter(|span| span.phase == Phase::Services);
    served.any(|span| span.last_event > event)
}

/// An exit status as people look it up: as a code where it is one.
fn status_text(status: i64) -> String {
    let value = i32::try_from(status).ok().map(i32::cast_unsigned);
    let value = value.or_else(|| u32::try_from(status).ok());
    match value.filter(|value| *value >= 0x8000_0000) {
        Some(value) => ErrorCode { value }.to_string(),
        None => status.to_string(),
    }
}
