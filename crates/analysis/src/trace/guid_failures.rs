//! Who failed at MachineGuid, and how.

use super::Trace;
use super::access_log::AccessLog;
use super::key_event::KeyEvent;
use crate::guid::MachineGuid;
use crate::machine_guid::RegistryView;
use crate::outcome::{FailureKind, Outcome};
use crate::report::{FailedOperation, MachineGuidAccess};
use crate::step::Step;

/// The most processes that are kept.
const MOST: usize = 1024;

/// What an event on the value, or on the key that holds it, says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fared {
    Read,
    /// A value that Windows would not write so.
    ReadMalformed(MachineGuid),
    ValueMissing,
    KeyMissing,
    Denied,
    RightsChanged,
    Failed(FailureKind),
}

impl Fared {
    /// What an event says; `None` for one that shows nothing about it.
    pub(super) fn of(event: &KeyEvent<'_>) -> Option<Fared> {
        let path = event.path;
        let operation = event.operation();
        let (view, of_value) = match operation {
            "RegQueryValue" => (event.value_view()?, true),
            "RegOpenKey" | "RegSetKeySecurity" => (RegistryView::of_key(path)?, false),
            _ => return None,
        };
        if view != RegistryView::Native {
            return None;
        }
        if operation == "RegSetKeySecurity" {
            return event.succeeded().then_some(Fared::RightsChanged);
        }
        Some(match event.outcome {
            Outcome::Success if of_value => {
                let data = event.get("Data").map(str::trim).unwrap_or_default();
                let length = event.integer("Length");
                let value = MachineGuid::new(data);
                match (data.is_empty(), length) {
                    // Nothing but the closing NUL, or not even that.
                    (true, Some(0..=2)) => Fared::ReadMalformed(value),
                    (true, _) => Fared::Read,
                    (false, _) if value.is_well_formed() && !value.has_braces() => Fared::Read,
                    (false, _) => Fared::ReadMalformed(value),
                }
            }
            Outcome::Missing(_) if of_value => Fared::ValueMissing,
            Outcome::Missing(_) => Fared::KeyMissing,
            // Who asks to change the key may be refused with good reason.
            Outcome::Denied if !of_value && asks_to_change(event.get("Desired Access")) => {
                return None;
            }
            Outcome::Denied => Fared::Denied,
            Outcome::Failed(kind) => Fared::Failed(kind),
            _ => return None,
        })
    }
}

impl Trace {
    /// Takes in an event on MachineGuid or its key, as far as it shows how a process
    /// fared there.
    pub(super) fn note_guid_access(&mut self, event: &KeyEvent<'_>, fared: &Fared) {
        let log = &mut self.access_log;
        let Some(entry) = log.guid_entry(event, MOST) else { return };
        let number = event.number();
        match fared {
            Fared::Read => {
                entry.last_read = Some(number);
                return;
            }
            Fared::ReadMalformed(value) => {
                entry.last_read = Some(number);
                entry.malformed.get_or_insert_with(|| (number, value.clone()));
                return;
            }
            Fared::RightsChanged => {
                entry.rights_changed = Some(number);
                return;
            }
            Fared::ValueMissing => {
                entry.missing.get_or_insert(number);
            }
            Fared::KeyMissing => {
                entry.key_missing.get_or_insert(number);
            }
            Fared::Denied => {
                entry.denied.get_or_insert(number);
            }
            Fared::Failed(kind) => {
                entry.failed.get_or_insert_with(|| FailedOperation {
                    event: number,
                    operation: event.operation().to_string(),
                    result: event
                        .status
                        .map_or_else(|| event.result.to_string(), |known| known.to_string()),
                    kind: *kind,
                });
            }
        }
        entry.last_failure = Some(number);
        if let Some(instance) = event.instance {
            self.instances.meet_at_the_keys(instance);
        }
        // What happens to the value has a row in the timeline already.
        if event.operation() == "RegOpenKey" && event.instance.is_some() {
            let step = match fared {
                Fared::KeyMissing => Step::GuidMissing,
                Fared::Denied => Step::Denied,
                _ => Step::Failed,
            };
            let note = Some("the key that holds MachineGuid".to_string());
            self.guid_step(event.at(), step, event, None, note);
        }
    }
}

impl AccessLog {
    /// The entry of a process, unless there are too many.
    fn guid_entry(&mut self, event: &KeyEvent<'_>, most: usize) -> Option<&mut MachineGuidAccess> {
        let all = &mut self.accesses.machine_guid;
        // A process that asks often would else be looked up, by its texts, as often.
        if let Some(last) = self.last_reader
            && all.get(last).is_some_and(|entry| AccessLog::is_actor(event, &entry.by))
        {
            return all.get_mut(last);
        }
        let by = AccessLog::actor(event);
        let index = match self.by_reader.get(&by) {
            Some(index) => *index,
            None if all.len() >= most => {
                self.accesses.left_out += 1;
                return None;
            }
            None => {
                self.by_reader.insert(by.clone(), all.len());
                all.push(MachineGuidAccess {
                    by,
                    missing: None,
                    key_missing: None,
                    denied: None,
                    failed: None,
                    last_failure: None,
                    rights_changed: None,
                    last_read: None,
                    malformed: None,
                });
                all.len() - 1
            }
        };
        self.last_reader = Some(index);
        all.get_mut(index)
    }
}

/// Whether a list of rights has more than reading.
fn asks_to_change(access: Option<&str>) -> bool {
    const CHANGES: [&str; 6] =
        ["Write", "All Access", "Set Value", "Create", "Delete", "Maximum Allowed"];
    access.is_some_and(|access| CHANGES.iter().any(|right| access.contains(right)))
}
