//! Changes of what keys need beside their files: master keys of DPAPI, the registration of
//! crypto providers, and their DLL.

use super::Trace;
use super::access_log::AccessLog;
use super::file_operation::FileOperation;
use super::key_event::KeyEvent;
use crate::key_file::is_elsewhere;
use crate::report::{DependencyChange, DependencyChangeKind};
use crate::step::Step;

/// The most changes that are kept.
const MOST: usize = 256;

/// Whether an operation takes something out of the registry, or changes its rights.
pub(super) fn changes_registry(operation: &str) -> bool {
    matches!(operation, "RegDeleteKey" | "RegDeleteValue" | "RegRenameKey" | "RegSetKeySecurity")
}

impl Trace {
    /// Takes in an event on a file, or on a folder of files, that may change it.
    pub(super) fn note_change_of_file(&mut self, event: &KeyEvent<'_>) {
        let operation = FileOperation::of(event);
        let change = match operation.step {
            _ if !event.succeeded() || is_elsewhere(event.path) => return,
            Some(Step::Deleted) => DependencyChangeKind::Deleted,
            Some(Step::Renamed) => DependencyChangeKind::Renamed,
            _ if operation.name == "SetSecurityFile" => DependencyChangeKind::RightsChanged,
            _ => return,
        };
        self.keep_change(event, change);
    }

    /// Takes in an event that may take the registration of a provider away, or change its rights.
    pub(super) fn note_change_of_registry(&mut self, event: &KeyEvent<'_>) {
        let change = match event.operation() {
            _ if !event.succeeded() => return,
            "RegRenameKey" => DependencyChangeKind::Renamed,
            "RegSetKeySecurity" => DependencyChangeKind::RightsChanged,
            _ => DependencyChangeKind::Deleted,
        };
        self.keep_change(event, change);
    }

    fn keep_change(&mut self, event: &KeyEvent<'_>, change: DependencyChangeKind) {
        let changes = &mut self.access_log.accesses.dependency_changes;
        if changes.len() >= MOST {
            return self.access_log.leave_out();
        }
        changes.push(DependencyChange {
            by: AccessLog::actor(event),
            event: event.number(),
            path: event.path.trim_end_matches('\\').to_string(),
            change,
        });
    }
}
