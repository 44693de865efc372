//! Events on MachineGuid.

use procmonkey_parser::{Event, NtStatus};

use super::{EventRef, OpenChain, RawRead, RawStep, Thread, Trace, event_ref};
use crate::guid::MachineGuid;
use crate::machine_guid::{Chained, Gap, GuidAccess, RegistryView};
use crate::phase::Phase;
use crate::step::Step;

impl Trace<'_> {
    /// Takes in an event on MachineGuid or its key. False when it says nothing
    /// about the value.
    pub(super) fn observe_guid(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) -> bool {
        let detail = event.detail();
        let result = event.result().unwrap_or_default();
        let status = NtStatus::from_result(&result);
        let Some((view, access)) = GuidAccess::of(operation, path, status, detail.as_ref()) else {
            return false;
        };
        if let GuidAccess::Value(value) | GuidAccess::Set(Some(value)) = &access {
            self.see_value(value);
        }
        let at = || event_ref(event, instance);
        match access {
            GuidAccess::Value(_) | GuidAccess::TooSmall(_) | GuidAccess::ValueNotShown => {
                if let Some(instance) = instance {
                    let thread = (instance, event.tid());
                    self.chain(thread, at(), view, &access, (path, &result));
                }
            }
            GuidAccess::Missing if instance.is_some() => {
                let note = (view == RegistryView::Wow6432).then(|| {
                    "normal: the value stands only in the 64-bit view, and a 32-bit program must ask for it".to_string()
                });
                self.guid_step(at(), Step::GuidMissing, path, &result, None, note);
            }
            GuidAccess::Set(value) => {
                let note = value.as_ref().and_then(braces_note);
                self.guid_step(at(), Step::GuidSet, path, &result, value, note);
            }
            GuidAccess::Removed => {
                self.guid_step(at(), Step::GuidRemoved, path, &result, None, None);
            }
            GuidAccess::Failed if instance.is_some() => {
                self.guid_step(at(), Step::Failed, path, &result, None, None);
            }
            GuidAccess::Missing | GuidAccess::Failed => {}
        }
        true
    }

    /// Adds one event to the read of its thread.
    fn chain(
        &mut self,
        thread: Thread,
        at: EventRef,
        view: RegistryView,
        access: &GuidAccess,
        (path, result): (&str, &str),
    ) {
        let open = self.chains.entry(thread).or_default();
        let gap = if open.interrupted { Gap::Some } else { Gap::None };
        if open.chain.offers(access, gap) == Chained::BeginsAnother {
            self.valueless += u64::from(open.is_valueless());
            *open = OpenChain::default();
        }
        open.interrupted = false;
        open.chain.push(at.event, access);
        let first = open.first.get_or_insert(at).clone();
        let Some(value) = open.chain.value().cloned() else { return };
        let events = open.chain.events().to_vec();
        let full_chain = open.chain.is_full();
        if let Some(read) = open.read {
            self.reads[read].events = events;
            self.reads[read].full_chain = full_chain;
            return;
        }
        let read = self.reads.len();
        open.read = Some(read);
        self.instances.read_guid(thread.0, first.tid, read, &value);
        let note = braces_note(&value);
        self.guid_step(first.clone(), Step::GuidRead, path, result, Some(value.clone()), note);
        self.reads.push(RawRead { at: first, events, value, view, full_chain });
    }

    pub(super) fn guid_step(
        &mut self,
        at: EventRef,
        step: Step,
        path: &str,
        result: &str,
        guid: Option<MachineGuid>,
        note: Option<String>,
    ) {
        self.steps.push(RawStep {
            at,
            phase: Phase::CryptoLoad,
            step,
            path: path.to_string(),
            result: result.to_string(),
            guid,
            file: None,
            offset: None,
            length: None,
            new_path: None,
            note,
            link: None,
            process_guid: None,
        });
    }

    fn see_value(&mut self, value: &MachineGuid) {
        if !self.values.contains(value) {
            self.values.push(value.clone());
        }
    }
}

/// Braces around a value are worth a word: pasted in with a GUID from a tool.
fn braces_note(value: &MachineGuid) -> Option<String> {
    value.has_braces().then(|| "with braces, which a MachineGuid does not have".to_string())
}
