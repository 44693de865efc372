//! What a case looks for, and which events it asks a capture for.

use std::sync::Arc;

use procmonkey_parser::{Column, Filter, Prefilter, Rule};

use crate::container::ContainerNames;
use crate::guid::MachineGuid;
use crate::report::Made;
use crate::trace::{ProcessSelection, installed_interest, trace_interest};

/// What to look for, and what is known beforehand.
///
/// ```
/// use procmonkey_analysis::{CaseOptions, MachineGuid, ProcessSelection};
///
/// let options = CaseOptions::new()
///     .processes(ProcessSelection::named(["w3wp.exe"]))
///     .machine_guid(MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1"));
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
pub struct CaseOptions {
    pub(super) processes: ProcessSelection,
    pub(super) filter: Filter,
    pub(super) names: Arc<ContainerNames>,
    pub(super) machine_guid: Option<MachineGuid>,
    pub(super) made: Option<Made>,
    pub(super) most_rows: usize,
}

impl CaseOptions {
    /// Judges `inetinfo.exe` and every process that is met at the keys, takes every event,
    /// knows the known containers.
    pub fn new() -> CaseOptions {
        CaseOptions::default()
    }

    /// The processes to judge.
    pub fn processes(self, processes: ProcessSelection) -> CaseOptions {
        CaseOptions { processes, ..self }
    }

    /// The events to look at; others are counted and passed over.
    pub fn filter(self, filter: Filter) -> CaseOptions {
        CaseOptions { filter, ..self }
    }

    /// The container names that can be found by a stem.
    pub fn names(self, names: ContainerNames) -> CaseOptions {
        CaseOptions { names: Arc::new(names), ..self }
    }

    /// The MachineGuid that the computer should have.
    pub fn machine_guid(self, guid: MachineGuid) -> CaseOptions {
        CaseOptions { machine_guid: Some(guid), ..self }
    }

    /// How the report is made, to be kept in it.
    pub fn made(self, made: Made) -> CaseOptions {
        CaseOptions { made: Some(made), ..self }
    }

    /// Keeps the first so many rows of the processes that are followed, in the order in which
    /// captures are read, for [`Case::finish_with_rows`](crate::Case::finish_with_rows).
    pub fn keep_rows(self, most: usize) -> CaseOptions {
        CaseOptions { most_rows: most, ..self }
    }

    /// The events that say anything. Where the filter cannot decide on some, every
    /// event is asked about, because those are counted.
    pub(super) fn wanted(&self) -> Wanted {
        const TIMES: [Column; 4] =
            [Column::TimeOfDay, Column::CompletionTime, Column::DateAndTime, Column::ProcessStart];
        let asks_for_time = |rule: &Rule| TIMES.contains(&rule.column());
        if self.filter.rules().iter().any(asks_for_time) {
            return Wanted::everything();
        }
        Wanted {
            first: trace_interest(&self.processes),
            installed: installed_interest(&self.processes),
        }
    }
}

impl CaseOptions {
    /// Whether the filter chooses among the events of one process, and not only among processes.
    pub(super) fn chooses_events(&self) -> bool {
        const OF_PROCESSES: [Column; 12] = [
            Column::ProcessName,
            Column::Pid,
            Column::ImagePath,
            Column::Company,
            Column::Description,
            Column::Version,
            Column::User,
            Column::Session,
            Column::CommandLine,
            Column::Integrity,
            Column::ParentPid,
            Column::Architecture,
        ];
        self.filter.rules().iter().any(|rule| !OF_PROCESSES.contains(&rule.column()))
    }
}

/// The events that are asked for while a capture is read.
pub(super) struct Wanted {
    pub(super) first: Prefilter,
    /// From when on an installer was seen.
    pub(super) installed: Prefilter,
}

impl Wanted {
    pub(super) fn everything() -> Wanted {
        Wanted { first: Prefilter::everything(), installed: Prefilter::everything() }
    }
}
