//! The values of MachineGuid in the order in which a capture shows them.

use crate::guid::MachineGuid;

/// The most changes that are kept of a capture.
const MOST: usize = 1024;

/// How a value of MachineGuid was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueChange {
    /// A process read it.
    Read,
    /// A process set it.
    Set,
    /// A process deleted it.
    Removed,
}

/// A value, from the first event to the last one in which nothing else was seen.
#[derive(Clone, Debug)]
pub(crate) struct RawValue {
    /// `None` where it was deleted, or set to something that the capture does not show.
    pub(crate) value: Option<MachineGuid>,
    pub(crate) how: ValueChange,
    /// Numbers of the events.
    pub(crate) first: u64,
    pub(crate) last: u64,
}

/// The values of the view in which the value stands, whoever read or set them.
#[derive(Debug, Default)]
pub(crate) struct Values {
    list: Vec<RawValue>,
}

impl Values {
    pub(super) fn see(&mut self, how: ValueChange, value: Option<MachineGuid>, event: u64) {
        if how == ValueChange::Read
            && let Some(last) = self.list.last_mut()
            && last.value.is_some()
            && last.value == value
        {
            last.last = event;
            return;
        }
        if self.list.len() < MOST {
            self.list.push(RawValue { value, how, first: event, last: event });
        }
    }

    pub(crate) fn list(&self) -> &[RawValue] {
        &self.list
    }

    /// The only value that is seen at all.
    pub(crate) fn only(&self) -> Option<&MachineGuid> {
        let mut values = self.list.iter().map(|seen| seen.value.as_ref());
        let first = values.next()??;
        values.all(|value| value == Some(first)).then_some(first)
    }

    /// The value in effect at an event, by the last one that was read or set before it.
    pub(crate) fn before(&self, event: u64) -> Option<&MachineGuid> {
        self.list.iter().take_while(|seen| seen.first < event).last()?.value.as_ref()
    }
}
