//! `manifest.jsonl`: a line for each file and capture, made from what is noted of the tasks.

use std::collections::{HashMap, HashSet};
use std::io::Write;

use anyhow::Context;

use super::entry::{Entry, Place};
use super::plan::Task;
use super::record::Record;
use super::store::{MANIFEST, Store};

/// All lines, and the names of all results.
pub(super) struct Manifest {
    pub(super) entries: Vec<Entry>,
    pub(super) names: HashSet<String>,
}

impl Manifest {
    /// Gathers what is noted, in the order of paths and members. Copies are marked.
    ///
    /// # Errors
    /// When a note is not there any more.
    pub(super) fn gather(
        store: &Store,
        tasks: &[Task],
        mut entries: Vec<Entry>,
    ) -> anyhow::Result<Manifest> {
        let mut names = HashSet::new();
        for task in tasks {
            let record = Record::load(store, &task.record)
                .with_context(|| format!("{} is gone", store.path(&task.record).display()))?;
            names.insert(task.record.clone());
            names.extend(record.outputs.into_iter().map(|it| it.path));
            entries.extend(record.entries);
        }
        let place = |it: &Entry| (it.path.clone(), it.member.clone(), it.findings_path.clone());
        entries.sort_by_cached_key(place);
        mark_copies(&mut entries);
        Ok(Manifest { entries, names })
    }

    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(&self, store: &Store) -> anyhow::Result<()> {
        store
            .write(MANIFEST, |output| {
                for entry in &self.entries {
                    serde_json::to_writer(&mut *output, entry)?;
                    output.write_all(b"\n")?;
                }
                Ok(())
            })
            .map(|_| ())
    }
}

/// Marks each capture whose id, and SHA-256 where it is known, a capture before it has.
fn mark_copies(entries: &mut [Entry]) {
    let mut first: HashMap<(String, Option<String>), Place> = HashMap::new();
    for entry in entries {
        let is_single = entry.captures.is_empty();
        let Some(id) = entry.capture_id.clone().filter(|_| is_single) else { continue };
        let own = Place { path: entry.path.clone(), member: entry.member.clone() };
        match first.entry((id, entry.sha256.clone())) {
            std::collections::hash_map::Entry::Occupied(known) => {
                entry.copy_of = Some(known.get().clone());
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(own);
            }
        }
    }
}
