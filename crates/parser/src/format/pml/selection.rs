//! By what the events of a part are judged.

use super::dispatch::{Paths, Ways};
use super::needles::Needles;
use crate::event::Interest;
use crate::pml::Pml;
use crate::pml::record::EventHeader;
use crate::scan::Speed;

/// By what the events of one part are judged while they are passed over.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) ways: Ways,
    pub(super) needles: Needles,
    /// By process index, as far as the indexes are small: the number of the name in the
    /// list, or [`HANDED_OVER`].
    processes: Vec<u32>,
    /// The same for events whose process is not in the list above.
    others: u32,
    /// The names that events are counted under.
    names: Vec<String>,
    /// Whether the starts and ends of processes are handed over.
    life: bool,
}

/// What stands for a name where events are handed over.
pub(super) const HANDED_OVER: u32 = u32::MAX;

/// Indexes from here on are not in the list of processes.
const MOST_PROCESSES: usize = 1 << 16;

impl Judge {
    /// Prepares for a part. `processes` has index and name of each process that it knows;
    /// what has no name has an empty one.
    pub(super) fn new<'n>(
        pml: &Pml<'_>,
        interest: &Interest,
        processes: impl Iterator<Item = (u32, &'n str)>,
    ) -> Judge {
        let needles = Needles::of(interest, Speed::best());
        let paths = match (needles.is_empty(), needles.joins_lines()) {
            (true, _) => Paths::None,
            (false, false) => Paths::Stored,
            (false, true) => Paths::Rendered,
        };
        let mut names = Vec::new();
        let mut owner = |name: &str| {
            if interest.wants_name(name.as_bytes()) {
                return HANDED_OVER;
            }
            names.push(name.to_string());
            u32::try_from(names.len() - 1).unwrap_or(HANDED_OVER)
        };
        let mut table = Vec::new();
        for (index, name) in processes {
            let place = index as usize;
            if place < MOST_PROCESSES && pml.process(index).is_some() {
                if table.len() <= place {
                    table.resize(place + 1, HANDED_OVER);
                }
                table[place] = owner(name);
            }
        }
        // A process that is not in a table is a loss, but not where there is no table.
        let others = if pml.processes().is_empty() { owner("") } else { HANDED_OVER };
        Judge {
            ways: Ways::of(pml, paths),
            needles,
            processes: table,
            others,
            names,
            life: interest.asks_for_operations(),
        }
    }

    /// The number of the name that events of a process are counted under, or
    /// [`HANDED_OVER`].
    #[inline]
    pub(super) fn owner(&self, process_index: u32) -> u32 {
        *self.processes.get(process_index as usize).unwrap_or(&self.others)
    }

    /// Whether an event is handed over for what it is.
    #[inline]
    pub(super) fn wants(&self, header: &EventHeader) -> bool {
        self.life & header.is_process_life()
    }

    /// The names that events are counted under.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}
