//! An event that concerns keys, taken apart once for everything that looks at it.

use std::borrow::Cow;
use std::cell::OnceCell;

use procmonkey_parser::pml::OperationNames;
use procmonkey_parser::{Detail, Event, NtStatus, plain_operation};

use super::{EventRef, event_ref};
use crate::machine_guid::RegistryView;
use crate::outcome::Outcome;

/// An event on MachineGuid, on a key file or on what a key file needs.
pub(super) struct KeyEvent<'e> {
    pub(super) event: &'e Event,
    /// Index of the process instance, for processes that are followed.
    pub(super) instance: Option<usize>,
    pub(super) path: &'e str,
    /// The Result as the capture has it.
    pub(super) result: Cow<'e, str>,
    pub(super) status: Option<NtStatus>,
    /// What the Result says.
    pub(super) outcome: Outcome,
    /// Parsed when it is asked for: most events are decided by the other columns.
    detail: OnceCell<Option<Detail<'e>>>,
    /// The view in which its path is MachineGuid.
    value_view: OnceCell<Option<RegistryView>>,
    operation: &'e str,
}

impl<'e> KeyEvent<'e> {
    pub(super) fn of(
        event: &'e Event,
        instance: Option<usize>,
        operation: &'e str,
        path: &'e str,
    ) -> KeyEvent<'e> {
        let result = event.result().unwrap_or_default();
        let status = NtStatus::from_result(&result);
        let outcome = Outcome::with_status(&result, status);
        KeyEvent::with(event, instance, (operation, path, result), (status, outcome))
    }

    /// The same where it is known already what the Result says.
    pub(super) fn with(
        event: &'e Event,
        instance: Option<usize>,
        (operation, path, result): (&'e str, &'e str, Cow<'e, str>),
        (status, outcome): (Option<NtStatus>, Outcome),
    ) -> KeyEvent<'e> {
        KeyEvent {
            event,
            instance,
            path,
            result,
            status,
            outcome,
            detail: OnceCell::new(),
            value_view: OnceCell::new(),
            operation,
        }
    }

    /// The view of the registry in which its path is MachineGuid, if it is.
    pub(super) fn value_view(&self) -> Option<RegistryView> {
        *self.value_view.get_or_init(|| RegistryView::of_value(self.path))
    }

    /// The Detail column; `None` if the capture does not have it.
    pub(super) fn detail(&self) -> Option<&Detail<'e>> {
        self.detail.get_or_init(|| self.event.detail()).as_ref()
    }

    /// The plain name of the operation, also where the capture has its IRP name.
    pub(super) fn operation(&self) -> &str {
        if OperationNames::of(self.operation) == OperationNames::Usual {
            return self.operation;
        }
        self.detail().map_or(self.operation, |detail| plain_operation(self.operation, detail))
    }

    /// The operation as the capture has it.
    pub(super) fn written_operation(&self) -> &str {
        self.operation
    }

    /// The number of the event.
    pub(super) fn number(&self) -> u64 {
        self.event.number()
    }

    /// An item of the Detail column.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.detail()?.get(key)
    }

    /// An item of the Detail column that is a whole number.
    pub(super) fn integer(&self, key: &str) -> Option<u64> {
        self.detail()?.integer(key)
    }

    /// Whether the operation succeeded.
    pub(super) fn succeeded(&self) -> bool {
        self.outcome == Outcome::Success
    }

    /// Whether the name, or a folder of its path, does not exist.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self.outcome, Outcome::Missing(_))
    }

    /// Who did it, and in which event.
    pub(super) fn at(&self) -> EventRef {
        event_ref(self.event, self.instance)
    }
}
