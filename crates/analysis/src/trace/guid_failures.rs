//! Who failed at MachineGuid, and how.

use procmonkey_parser::Event;

use super::access_log::AccessLog;
use super::{Trace, event_ref};
use crate::guid::MachineGuid;
use crate::machine_guid::RegistryView;
use crate::outcome::Outcome;
use crate::report::{FailedOperation, MachineGuidAccess};
use crate::step::Step;

/// The most processes that are kept.
const MOST: usize = 1024;

/// What an event on the value, or on the key that holds it, says.
enum Fared {
    Read,
    /// A value that Windows would not write so.
    ReadMalformed(MachineGuid),
    ValueMissing,
    KeyMissing,
    Denied,
    Failed(FailedOperation),
}

impl Trace<'_> {
    /// Takes in an event on MachineGuid or its key, as far as it tells how a process
    /// fared there.
    pub(super) fn note_guid_access(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let Some(fared) = fared(event, operation, path) else { return };
        let log = &mut self.accesses;
        let Some(entry) = log.guid_entry(event, instance, MOST) else { return };
        let number = event.number();
        match &fared {
            Fared::Read => {
                entry.last_read = Some(number);
                return;
            }
            Fared::ReadMalformed(value) => {
                entry.last_read = Some(number);
                entry.malformed.get_or_insert_with(|| (number, value.clone()));
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
            Fared::Failed(failure) => {
                entry.failed.get_or_insert_with(|| failure.clone());
            }
        }
        entry.last_failure = Some(number);
        // What happens to the value has a row in the timeline already.
        if operation == "RegOpenKey" && instance.is_some() {
            let step = match fared {
                Fared::KeyMissing => Step::GuidMissing,
                Fared::Denied => Step::Denied,
                _ => Step::Failed,
            };
            let result = event.result().unwrap_or_default();
            let note = Some("the key that holds MachineGuid".to_string());
            self.guid_step(event_ref(event, instance), step, path, &result, None, note);
        }
    }
}

impl AccessLog {
    /// The entry of a process, unless there are too many.
    fn guid_entry(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        most: usize,
    ) -> Option<&mut MachineGuidAccess> {
        let by = AccessLog::actor(event, instance);
        let all = &mut self.accesses.machine_guid;
        let index = match all.iter().rposition(|entry| entry.by == by) {
            Some(index) => index,
            None if all.len() >= most => {
                self.accesses.left_out += 1;
                return None;
            }
            None => {
                all.push(MachineGuidAccess {
                    by,
                    missing: None,
                    key_missing: None,
                    denied: None,
                    failed: None,
                    last_failure: None,
                    last_read: None,
                    malformed: None,
                });
                all.len() - 1
            }
        };
        all.get_mut(index)
    }
}

fn fared(event: &Event, operation: &str, path: &str) -> Option<Fared> {
    let of_value = match operation {
        "RegQueryValue" => RegistryView::of_value(path)? == RegistryView::Native,
        "RegOpenKey" if RegistryView::of_key(path)? == RegistryView::Native => false,
        _ => return None,
    };
    if operation == "RegQueryValue" && !of_value {
        return None;
    }
    let result = event.result().unwrap_or_default();
    let outcome = Outcome::of(&result);
    let detail = event.detail();
    let get = |key| detail.as_ref().and_then(|detail| detail.get(key));
    Some(match outcome {
        Outcome::Success if of_value => {
            let data = get("Data").map(str::trim).unwrap_or_default();
            let length = detail.as_ref().and_then(|detail| detail.integer("Length"));
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
        Outcome::Denied if !of_value && asks_to_change(get("Desired Access")) => return None,
        Outcome::Denied => Fared::Denied,
        Outcome::Failed(kind) => Fared::Failed(FailedOperation {
            event: event.number(),
            operation: operation.to_string(),
            result: result.to_string(),
            kind,
        }),
        _ => return None,
    })
}

/// Whether a list of rights has more than reading.
fn asks_to_change(access: Option<&str>) -> bool {
    const CHANGES: [&str; 6] =
        ["Write", "All Access", "Set Value", "Create", "Delete", "Maximum Allowed"];
    access.is_some_and(|access| CHANGES.iter().any(|right| access.contains(right)))
}
