//! What one event did to a key file.

use procmonkey_parser::NtStatus;

use super::key_event::KeyEvent;
use crate::outcome::Outcome;
use crate::step::Step;

/// What one event did to a key file or a folder of them, read from its operation, result
/// and Detail.
#[derive(Clone, Copy)]
pub(super) struct FileOperation<'e> {
    /// The step of the timeline; `None` for an operation that is not shown there.
    pub(super) step: Option<Step>,
    /// The plain name of the operation.
    pub(super) name: &'e str,
    /// The Result as the capture has it.
    pub(super) result: &'e str,
    /// Its status, where it is known.
    pub(super) status: Option<NtStatus>,
    /// What the Result says.
    pub(super) outcome: Outcome,
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
    /// Whether the open could only make the file.
    pub(super) for_creation: ForCreation,
    /// Whether it left nothing of the content.
    pub(super) cuts_off: bool,
    /// The path that a renamed file or folder gets.
    pub(super) new_path: Option<&'e str>,
}

impl<'e> FileOperation<'e> {
    pub(super) fn of(event: &'e KeyEvent<'_>) -> FileOperation<'e> {
        let name = event.operation();
        let opens = name == "CreateFile";
        let step = Step::of_file(name, event.outcome, || event.detail());
        // Detail is split where it decides: most events are decided by the other columns.
        let of_open = |key| if opens { event.get(key) } else { None };
        let of_failed_open = |key| if event.succeeded() { None } else { of_open(key) };
        let of_transfer = |key| if step.is_some() && !opens { event.integer(key) } else { None };
        let deletes = name.starts_with("SetDisposition")
            || of_failed_open("Desired Access").is_some_and(asks_for_deletion);
        let creates = of_failed_open("Disposition") == Some("Create");
        let reports_size = event.succeeded() && name.starts_with("Query");
        let length = match name {
            "SetEndOfFileInformationFile" => event.integer("EndOfFile"),
            "SetAllocationInformationFile" => event.integer("AllocationSize"),
            _ => None,
        };
        FileOperation {
            step,
            cuts_off: step == Some(Step::Overwritten) || event.succeeded() && length == Some(0),
            name,
            result: &event.result,
            status: event.status,
            outcome: event.outcome,
            offset: of_transfer("Offset"),
            length: of_transfer("Length"),
            size: if reports_size { event.integer("EndOfFile") } else { None },
            met_end: if event.outcome == Outcome::EndOfFile { MetEnd::Yes } else { MetEnd::No },
            open_result: of_open("OpenResult"),
            impersonating: if step == Some(Step::Denied) {
                event.get("Impersonating")
            } else {
                None
            },
            for_deletion: if deletes { ForDeletion::Yes } else { ForDeletion::No },
            for_creation: if creates { ForCreation::Yes } else { ForCreation::No },
            new_path: if name.starts_with("SetRename") { event.get("FileName") } else { None },
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

/// Whether an operation was to make the file, and would not have opened one that
/// exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ForCreation {
    Yes,
    No,
}

/// Whether an access list asks to delete and for nothing of the content.
fn asks_for_deletion(access: &str) -> bool {
    const BESIDE: [&str; 4] =
        ["Read Attributes", "Synchronize", "Read Control", "Write Attributes"];
    let mut rights = access.split(", ");
    rights.clone().any(|right| right == "Delete")
        && rights.all(|right| right == "Delete" || BESIDE.contains(&right))
}
