//! The process table of copied events.

use std::collections::{BTreeMap, BTreeSet};

use super::native::{Native, Part};
use super::tables::ProcessRow;
use crate::pml::exporter;
use crate::pml::processes::{ProcessEntry, SYSTEM_PID};
use crate::pml::tables::StringCache;

impl Native {
    /// The processes that are needed: those of the events, their parents, and
    /// `System`, which the kernel's modules belong to.
    pub(super) fn rows(&self) -> Vec<ProcessRow> {
        let mut rows: BTreeMap<u32, ProcessRow> = BTreeMap::new();
        for part in &self.parts {
            let mut strings = part.shared.pml().whole_strings();
            for own in part.needed_processes() {
                let Some(entry) = part.shared.pml().process(own) else { continue };
                let index = part.index(own);
                let row =
                    rows.entry(index).or_insert_with(|| row(entry, index, part, &mut strings));
                row.ended = entry.ended.unwrap_or(row.ended);
                // A part lists what was loaded before it again.
                let before = row.modules.len();
                for module in part.shared.modules_of(own) {
                    if !row.modules[..before].contains(module) {
                        row.modules.push(module.clone());
                    }
                }
            }
        }
        rows.into_values().collect()
    }
}

impl Part {
    fn needed_processes(&self) -> BTreeSet<u32> {
        let pml = self.shared.pml();
        let mut needed = self.used.clone();
        let entries = self.used.iter().filter_map(|&own| pml.process(own));
        needed.extend(entries.map(|entry| entry.parent_index));
        let mut system = pml.processes().iter().filter(|entry| entry.pid == SYSTEM_PID);
        if let (true, Some(system)) = (self.kernel, system.next()) {
            needed.insert(system.index);
        }
        // A reader tells by the modules which Procmon made the capture, and with
        // it the form of some texts.
        let version = pml.info().version.max(9);
        let kept = needed.iter().flat_map(|&own| self.shared.modules_of(own));
        if exporter::detect(version, kept.cloned()) != pml.detected_exporter() {
            let tells = |entry: &&ProcessEntry| {
                self.shared.modules_of(entry.index).iter().any(exporter::is_of_procmon)
            };
            needed.extend(pml.processes().iter().filter(tells).map(|entry| entry.index));
        }
        needed
    }
}

fn row(entry: &ProcessEntry, index: u32, part: &Part, strings: &mut StringCache<'_>) -> ProcessRow {
    let texts = part.shared.pml().whole_texts(entry, strings);
    ProcessRow {
        index,
        pid: entry.pid,
        parent_pid: entry.parent_pid,
        parent_index: part.index(entry.parent_index),
        authentication_id: entry.authentication_id,
        session: entry.session,
        started: entry.started,
        ended: 0,
        virtualized: entry.virtualized,
        is_64_bit: entry.is_64_bit,
        texts: texts.map(Option::unwrap_or_default),
        modules: Vec::new(),
    }
}
