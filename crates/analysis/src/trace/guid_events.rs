//! Events on MachineGuid.

use procmonkey_parser::{Event, NtStatus};

use super::{EventRef, OpenChain, RawRead, RawStep, Thread, Trace, ValueChange, event_ref};
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
        if view == RegistryView::Native {
            self.see_value(event, &access);
            if let Some(instance) = instance
                && matches!(access, GuidAccess::Missing | GuidAccess::Failed)
            {
                self.instances.meet_at_the_keys(instance);
            }
        }
        // Steps of a process that only reads the value are not kept.
        let instance =
            instance.filter(|instance| !self.instances.is_passing(*instance) || access.is_query());
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
                let note = note_on(view, value.as_ref());
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
            if open.is_valueless() {
                self.valueless.push(thread.0);
            }
            *open = OpenChain::default();
        }
        open.interrupted = false;
        open.chain.push(at.event, access);
        let first = open.first.get_or_insert(at).clone();
        let Some(value) = open.chain.value().cloned() else { return };
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
        let (path, result) = (path.to_string(), result.to_string());
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

    fn guid_step(
        &mut self,
        at: EventRef,
        step: Step,
        path: &str,
        result: &str,
        guid: Option<MachineGuid>,
        note: Option<String>,
    ) {
        self.keep_step(RawStep {
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

    fn see_value(&mut self, event: &Event, access: &GuidAccess) {
        let (how, value) = match access {
            GuidAccess::Value(value) => (ValueChange::Read, Some(value.clone())),
            GuidAccess::Set(value) => (ValueChange::Set, value.clone()),
            GuidAccess::Removed => (ValueChange::Removed, None),
            _ => return,
        };
        self.values.see(how, value, event.number());
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
