//! What each process did, found in one pass: signatures ask about one process after another,
//! and a capture can have thousands.

use std::collections::HashSet;

use crate::report::{GuidRead, Report};

/// What one process of the report did.
#[derive(Clone, Debug, Default)]
pub(super) struct OfProcess<'r> {
    /// Its reads of MachineGuid, of either view.
    pub(super) reads: Vec<&'r GuidRead>,
    /// The stems of the key files that it asked for, found or not.
    pub(super) stems: HashSet<&'r str>,
    /// The stems of the key files that it opened, made or changed.
    pub(super) used: HashSet<&'r str>,
    /// Whether it touched any key file, or looked into a folder of keys.
    pub(super) at_keys: bool,
}

impl<'r> OfProcess<'r> {
    /// One for each process of the report, in its order.
    pub(super) fn all(report: &'r Report) -> Vec<OfProcess<'r>> {
        let mut all = vec![OfProcess::default(); report.processes.len()];
        let mut with = |process: Option<usize>, add: &mut dyn FnMut(&mut OfProcess<'r>)| {
            if let Some(it) = process.and_then(|index| all.get_mut(index)) {
                add(it);
            }
        };
        for read in &report.machine_guid_reads {
            with(read.process_index, &mut |it| it.reads.push(read));
        }
        for access in &report.touches.files {
            with(access.by.process_index, &mut |it| {
                it.stems.insert(&access.stem);
                it.at_keys = true;
            });
        }
        for access in &report.touches.folders {
            with(access.by.process_index, &mut |it| it.at_keys = true);
        }
        for entry in &report.timeline {
            let Some(stem) = entry.stem.as_deref() else { continue };
            with(entry.process_index, &mut |it| {
                it.at_keys = true;
                if entry.uses_file() {
                    it.used.insert(stem);
                }
            });
        }
        all
    }
}
