//! Events on MachineGuid.

use super::key_event::KeyEvent;
use super::{EventRef, OpenChain, RawRead, RawStep, Thread, Trace};
use crate::guid::MachineGuid;
use crate::machine_guid::{Chained, Gap, GuidEvent, RegistryView};
use crate::phase::Phase;
use crate::step::Step;

impl Trace<'_> {
    /// Takes in an event on MachineGuid or its key. False when it says nothing
    /// about the value.
    pub(super) fn observe_guid(&mut self, event: &KeyEvent<'_>) -> bool {
        let (path, instance) = (event.path, event.instance);
        let detail = event.detail.as_ref();
        let Some((view, access)) = GuidEvent::of(event.operation(), path, event.status, detail)
        else {
            return false;
        };
        if let GuidEvent::Value(value) | GuidEvent::Set(Some(value)) = &access {
            self.see_value(value);
        }
        match access {
            GuidEvent::Value(_) | GuidEvent::TooSmall(_) | GuidEvent::ValueNotShown => {
                if let Some(instance) = instance {
                    self.chain((instance, event.event.tid()), event, view, &access);
                }
            }
            GuidEvent::Missing if instance.is_some() => {
                let note = (view == RegistryView::Wow6432).then(|| {
                    "normal: the value is only in the 64-bit view, and a 32-bit program must ask for it".to_string()
                });
                self.guid_step(event.at(), Step::GuidMissing, event, None, note);
            }
            GuidEvent::Set(value) => {
                let note = value.as_ref().and_then(braces_note);
                self.guid_step(event.at(), Step::GuidSet, event, value, note);
            }
            GuidEvent::Removed => {
                self.guid_step(event.at(), Step::GuidRemoved, event, None, None);
            }
            GuidEvent::Failed if instance.is_some() => {
                self.guid_step(event.at(), Step::Failed, event, None, None);
            }
            GuidEvent::Missing | GuidEvent::Failed => {}
        }
        true
    }

    /// Adds one event to the read of its thread.
    fn chain(
        &mut self,
        thread: Thread,
        event: &KeyEvent<'_>,
        view: RegistryView,
        access: &GuidEvent,
    ) {
        let open = self.chains.entry(thread).or_default();
        let gap = if open.interrupted { Gap::Some } else { Gap::None };
        if open.chain.offers(access, gap) == Chained::BeginsAnother {
            self.valueless += u64::from(open.is_valueless());
            *open = OpenChain::default();
        }
        open.interrupted = false;
        open.chain.push(event.number(), access);
        let first = open.first.get_or_insert_with(|| event.at()).clone();
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
        self.guid_step(first.clone(), Step::GuidRead, event, Some(value.clone()), note);
        self.reads.push(RawRead { at: first, events, value, view, full_chain });
    }

    pub(super) fn guid_step(
        &mut self,
        at: EventRef,
        step: Step,
        event: &KeyEvent<'_>,
        guid: Option<MachineGuid>,
        note: Option<String>,
    ) {
        self.steps.push(RawStep {
            at,
            phase: Phase::CryptoLoad,
            step,
            path: event.path.to_string(),
            result: event.result.to_string(),
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
