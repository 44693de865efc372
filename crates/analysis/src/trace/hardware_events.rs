//! Events on keys that the TPM wraps, and on those of Windows Hello.

use super::Trace;
use super::access_log::{AccessLog, note_failure};
use super::file_operation::FileOperation;
use super::key_event::KeyEvent;
use crate::key_file::is_elsewhere;
use crate::outcome::{Missing, Outcome};
use crate::report::{HardwareKeyAccess, HardwareStore, Renaming};
use crate::step::Step;

/// The most files and folders that are kept.
const MOST: usize = 1024;

/// The store that a path belongs to, which its folders show.
pub(super) fn hardware_store(path: &str) -> Option<HardwareStore> {
    let plain = path.replace('/', "\\").to_ascii_lowercase() + "\\";
    if plain.contains("\\crypto\\pcpksp\\") {
        return Some(HardwareStore::Tpm);
    }
    let place = plain.find("\\ngc\\")?;
    let above = plain[..place].rsplit('\\').next().unwrap_or_default();
    (above == "microsoft" || above.starts_with("micros~")).then_some(HardwareStore::Hello)
}

impl Trace {
    /// Takes in an event on a file or folder of such a store.
    pub(super) fn note_hardware_key(&mut self, event: &KeyEvent<'_>, what: &FileOperation<'_>) {
        let path = event.path;
        let Some(store) = hardware_store(path).filter(|_| !is_elsewhere(path)) else { return };
        let shows = matches!(what.name, "CreateFile" | "QueryOpen" | "QueryDirectory");
        if !shows && what.step.is_none() {
            return;
        }
        let by = AccessLog::actor(event);
        let plain = path.trim_end_matches('*').trim_end_matches('\\');
        let number = event.number();
        let log = &mut self.access_log.accesses;
        let all = &mut log.hardware_keys;
        let same = |it: &HardwareKeyAccess| it.by == by && it.path.eq_ignore_ascii_case(plain);
        let index = match all.iter().rposition(same) {
            Some(index) => index,
            None if all.len() >= MOST => {
                log.left_out += 1;
                return;
            }
            None => {
                all.push(HardwareKeyAccess {
                    by,
                    path: plain.to_string(),
                    store,
                    first_event: number,
                    missing: None,
                    path_missing: None,
                    misses: 0,
                    denied: None,
                    last_failure: None,
                    last_use: None,
                    deleted: None,
                    renamed: None,
                    failures: Vec::new(),
                });
                all.len() - 1
            }
        };
        let entry = &mut all[index];
        match (what.outcome, what.step) {
            (Outcome::Success, Some(Step::Deleted)) => entry.deleted = Some(number),
            (Outcome::Success, Some(Step::Undeleted)) => entry.deleted = None,
            (Outcome::Success, Some(Step::Renamed)) => {
                let to = what.new_path.map(str::to_string);
                entry.renamed = Some(Renaming { event: number, to });
            }
            (Outcome::Success, _) => entry.last_use = Some(number),
            (Outcome::Missing(missing), _) => {
                entry.missing.get_or_insert(number);
                entry.misses += 1;
                entry.last_failure = Some(number);
                if missing == Missing::Path {
                    entry.path_missing.get_or_insert(number);
                }
            }
            (Outcome::Denied, _) => {
                entry.denied.get_or_insert(number);
                entry.last_failure = Some(number);
            }
            (Outcome::Failed(_), _) => {
                note_failure(&mut entry.failures, number, what);
                entry.last_failure = Some(number);
            }
            _ => {}
        }
    }
}
