//! What one event did to a key file.

use procmonkey_parser::NtStatus;

use super::key_event::KeyEvent;
use crate::step::Step;

/// What one event did to a key file, read from its operation, result and Detail.
pub(super) struct FileOperation<'e> {
    /// The step of the timeline; `None` for an operation that is not shown there.
    pub(super) step: Option<Step>,
    /// The plain name of the operation.
    pub(super) name: &'e str,
    /// Offset in bytes of what was read or written.
    pub(super) offset: Option<u64>,
    /// Length in bytes of what was read or written.
    pub(super) length: Option<u64>,
    /// Size in bytes of the file, for a query that reports it.
    pub(super) size: Option<u64>,
    pub(super) met_end: MetEnd,
    /// What CreateFile says that it did: `Created`, `Opened`, ….
    pub(super) open_result: Option<&'e str>,
    /// The account on whose behalf the process acted.
    pub(super) impersonating: Option<&'e str>,
    /// Whether the open asked for the right to delete.
    pub(super) for_deletion: ForDeletion,
    /// The path that a renamed file gets.
    pub(super) new_path: Option<&'e str>,
}

impl<'e> FileOperation<'e> {
    pub(super) fn of(event: &'e KeyEvent<'_>) -> FileOperation<'e> {
        let name = event.operation();
        let deletes = name.starts_with("SetDisposition")
            || (name == "CreateFile" && event.get("Desired Access") == Some("Delete"));
        let reports_size = event.succeeded() && name.starts_with("Query");
        FileOperation {
            step: Step::of_file(name, event.status, event.detail.as_ref()),
            name,
            offset: event.integer("Offset"),
            length: event.integer("Length"),
            size: event.integer("EndOfFile").filter(|_| reports_size),
            met_end: match event.status {
                Some(NtStatus::END_OF_FILE) => MetEnd::Yes,
                _ => MetEnd::No,
            },
            open_result: event.get("OpenResult"),
            impersonating: event.get("Impersonating"),
            for_deletion: if deletes { ForDeletion::Yes } else { ForDeletion::No },
            new_path: event.get("FileName").filter(|_| name.starts_with("SetRename")),
        }
    }
}

/// Whether a read met the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MetEnd {
    Yes,
    No,
}

/// Whether an operation was to delete the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ForDeletion {
    Yes,
    No,
}
