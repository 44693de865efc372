//! Which events of a part have to be read.

use super::needles::PathNeedles;
use super::selection_plan::{PathCheck, SelectionPlan};
use crate::event::Prefilter;
use crate::pml::Pml;
use crate::pml::detail::path_characters;
use crate::pml::record::EventHeader;
use crate::scan::SimdLevel;

/// Decides which events of one part have to be read.
#[derive(Debug)]
pub(super) struct EventSelector {
    pub(super) plan: SelectionPlan,
    pub(super) needles: PathNeedles,
    /// For each process index below [`MOST_PROCESSES`]: the number of the name in
    /// `names`, or [`MUST_READ`].
    processes: Vec<u32>,
    /// The same for events of all other processes.
    others: u32,
    /// The names that skipped events are counted under.
    names: Vec<String>,
    /// Whether the starts and exits of processes have to be read.
    process_life: bool,
}

/// Stands for a name if the events have to be read.
pub(super) const MUST_READ: u32 = u32::MAX;

/// Process indexes from here on are not in the list.
const MOST_PROCESSES: usize = 1 << 16;

impl EventSelector {
    /// Prepares for a part. `processes` has the index and name of each process; a missing
    /// name is empty.
    pub(super) fn new<'n>(
        pml: &Pml<'_>,
        prefilter: &Prefilter,
        processes: impl Iterator<Item = (u32, &'n str)>,
    ) -> EventSelector {
        let needles = PathNeedles::of(prefilter, SimdLevel::best());
        let paths = match (needles.is_empty(), needles.joins_lines()) {
            (true, _) => PathCheck::None,
            (false, false) => PathCheck::Stored,
            (false, true) => PathCheck::Rendered,
        };
        // Most texts have a backslash, and hardly any name of a host.
        let network = match path_characters(pml.hosts()) {
            Some(characters) if !needles.can_be_of(&characters) => PathCheck::None,
            _ => paths,
        };
        let mut names = Vec::new();
        let mut owner = |name: &str| {
            if prefilter.wants_name(name.as_bytes()) {
                return MUST_READ;
            }
            names.push(name.to_string());
            u32::try_from(names.len() - 1).unwrap_or(MUST_READ)
        };
        let mut table = Vec::new();
        for (index, name) in processes {
            let place = index as usize;
            if place < MOST_PROCESSES && pml.process(index).is_some() {
                if table.len() <= place {
                    table.resize(place + 1, MUST_READ);
                }
                table[place] = owner(name);
            }
        }
        // A process that is missing in the table is a loss, unless the whole table is
        // missing.
        let others = if pml.processes().is_empty() { owner("") } else { MUST_READ };
        EventSelector {
            plan: SelectionPlan::of(pml, paths, network),
            needles,
            processes: table,
            others,
            names,
            process_life: prefilter.selects_by_operation(),
        }
    }

    /// The number of the name that events of a process are counted under, or
    /// [`MUST_READ`].
    #[inline]
    pub(super) fn owner(&self, process_index: u32) -> u32 {
        *self.processes.get(process_index as usize).unwrap_or(&self.others)
    }

    /// Whether an event has to be read for its operation.
    #[inline]
    pub(super) fn wants(&self, header: &EventHeader) -> bool {
        self.process_life & header.is_process_life()
    }

    /// The names that skipped events are counted under.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}
