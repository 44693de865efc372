//! Who did something, and what of it is kept wherever files and folders are accessed.

use crate::outcome::FailureKind;

/// A process as an event names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Actor {
    /// Index into the report's `captures`.
    pub capture: usize,
    /// Index into the report's `processes`, when the process is one of those that
    /// are judged.
    pub process_index: Option<usize>,
    /// Process Name, when it is known.
    pub name: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// The account that it runs as, when it is known.
    pub account: Option<String>,
    /// The account that it acted for, where it did: lsass.exe opens the keys of others.
    pub acts_for: Option<String>,
}

/// A file or a folder got another name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Renaming {
    /// The event.
    pub event: u64,
    /// The new path, when the event has it.
    pub to: Option<String>,
}

/// An operation that failed because of the disk, or of what guards it, or with a
/// result that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct FailedOperation {
    /// The event.
    pub event: u64,
    /// Operation, as written.
    pub operation: String,
    /// Result: Procmon's text where there is one, else as written.
    pub result: String,
    /// What the result means.
    pub kind: FailureKind,
}

impl Actor {
    /// Name and PID, for a sentence.
    pub(crate) fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or("a process that is not named");
        match self.pid {
            Some(pid) => format!("{name} (PID {pid})"),
            None => name.to_string(),
        }
    }

    /// Name, PID and account, for a sentence.
    pub(crate) fn label_with_account(&self) -> String {
        match (&self.acts_for, &self.account) {
            (Some(account), _) => format!("{}, acting for {account},", self.label()),
            (None, Some(account)) => format!("{}, running as {account},", self.label()),
            (None, None) => {
                format!("{}, whose account the capture does not show,", self.label())
            }
        }
    }

    /// Whether it is one of the processes that are judged.
    pub(crate) fn is_followed(&self) -> bool {
        self.process_index.is_some()
    }

    /// Whether it has this name, compared without case.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }
}
