//! Events on MachineGuid.

use procmonkey_parser::Event;

use super::guid_answer::GuidAnswer;
use super::key_event::KeyEvent;
use super::{EventRef, OpenChain, RawRead, RawStep, Thread, Trace, ValueChange, event_ref};
use crate::guid::MachineGuid;
use crate::machine_guid::{Chained, Gap, GuidEvent, RegistryView};
use crate::phase::Phase;
use crate::step::Step;

impl Trace {
    /// Takes in an event on MachineGuid or its key. False when it says nothing
    /// about the value.
    pub(super) fn observe_guid(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        columns @ (operation, path): (&str, &str),
    ) -> bool {
        if let Some(known) = self.known_answers.find(event, columns) {
            let result = event.result().unwrap_or_default();
            let says = (known.status, known.outcome);
            let event = KeyEvent::with(event, instance, (operation, path, result), says);
            return self.take_answer(&event, &known.answer);
        }
        let event = KeyEvent::of(event, instance, operation, path);
        let answer = GuidAnswer::of(&event);
        let concerns_value = self.take_answer(&event, &answer);
        self.known_answers.keep(&event, answer);
        concerns_value
    }

    /// Takes in what an event on MachineGuid or its key says.
    fn take_answer(&mut self, event: &KeyEvent<'_>, answer: &GuidAnswer) -> bool {
        if let Some(fared) = &answer.fared {
            self.note_guid_access(event, fared);
        }
        let instance = event.instance;
        let Some((view, access)) = &answer.access else { return false };
        let view = *view;
        if view == RegistryView::Native {
            self.see_value(event.number(), access);
            if let Some(instance) = instance
                && matches!(access, GuidEvent::Missing | GuidEvent::Failed)
            {
                self.instances.meet_at_the_keys(instance);
            }
        }
        // Steps of a process that only reads the value are not kept.
        let instance =
            instance.filter(|instance| !self.instances.is_passing(*instance) || access.is_query());
        let at = || event_ref(event.event, instance);
        match access {
            GuidEvent::Value(_) | GuidEvent::TooSmall(_) | GuidEvent::ValueNotShown => {
                if let Some(instance) = instance {
                    self.chain((instance, event.event.tid()), event, view, access);
                }
            }
            GuidEvent::Missing if instance.is_some() => {
                let note = (view == RegistryView::Wow6432).then(|| {
                    "normal: the value is only in the 64-bit view, and a 32-bit program must ask for it".to_string()
                });
                self.guid_step(at(), Step::GuidMissing, event, None, note);
            }
            GuidEvent::Set(value) => {
                let note = note_on(view, value.as_ref());
                self.guid_step(at(), Step::GuidSet, event, value.clone(), note);
            }
            GuidEvent::Removed => {
                self.guid_step(at(), Step::GuidRemoved, event, None, None);
            }
            GuidEvent::Failed if instance.is_some() => {
                self.guid_step(at(), Step::Failed, event, None, None);
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
            if open.is_valueless() {
                self.valueless.push(thread.0);
            }
            *open = OpenChain::default();
        }
        open.interrupted = false;
        open.chain.push(event.number(), access);
        let first = open.first.get_or_insert_with(|| event.at());
        let Some(value) = open.chain.value().cloned() else { return };
        let first = first.clone();
        let events = open.chain.events().to_vec();
        let full_chain = open.chain.is_full();
        if let Some((read, reused)) = open.read
            && let Some(read) = self.reads.get_mut(read)
            && read.reused == reused
        {
            read.events = events;
            read.full_chain = full_chain;
            return;
        }
        let displaced = self.instances.displaced_read(thread.0);
        let reused = displaced.map_or(0, |read| self.reads[read].reused + 1);
        let place = displaced.unwrap_or(self.reads.len());
        open.read = Some((place, reused));
        let tid = first.tid;
        let (path, result) = (event.path.to_string(), event.result.to_string());
        let read = RawRead { at: first, events, value, view, full_chain, path, result, reused };
        // The other view names no key file.
        if view == RegistryView::Native {
            self.instances.read_guid(thread.0, tid, place, &read.value);
        } else {
            self.instances.keep_read(thread.0, place);
        }
        match displaced {
            Some(place) => self.reads[place] = read,
            None => self.reads.push(read),
        }
    }

    pub(super) fn guid_step(
        &mut self,
        at: EventRef,
        step: Step,
        event: &KeyEvent<'_>,
        guid: Option<MachineGuid>,
        note: Option<String>,
    ) {
        self.keep_step(RawStep {
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

    fn see_value(&mut self, number: u64, access: &GuidEvent) {
        let (how, value) = match access {
            GuidEvent::Value(value) => (ValueChange::Read, Some(value.clone())),
            GuidEvent::Set(value) => (ValueChange::Set, value.clone()),
            GuidEvent::Removed => (ValueChange::Removed, None),
            _ => return,
        };
        self.values.see(how, value, number);
    }
}

impl RawRead {
    /// The read as a step of the timeline.
    pub(crate) fn to_step(&self) -> RawStep {
        RawStep {
            at: self.at.clone(),
            phase: Phase::CryptoLoad,
            step: Step::GuidRead,
            path: self.path.clone(),
            result: self.result.clone(),
            guid: Some(self.value.clone()),
            file: None,
            offset: None,
            length: None,
            new_path: None,
            note: note_on(self.view, Some(&self.value)),
            link: None,
            process_guid: None,
        }
    }
}

/// What is worth a word about a value: the view that names no key file, and braces,
/// which are pasted in with a GUID from a tool.
fn note_on(view: RegistryView, value: Option<&MachineGuid>) -> Option<String> {
    if view == RegistryView::Wow6432 {
        return Some("the 32-bit view, which names no key file".into());
    }
    value
        .filter(|value| value.has_braces())
        .map(|_| "with braces, which a MachineGuid does not have".to_string())
}
