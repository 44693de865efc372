//! One event on a key file, taken apart.

use procmonkey_parser::Detail;

use crate::outcome::Outcome;
use crate::step::Step;

/// What one event says about a key file.
#[derive(Clone, Copy)]
pub(super) struct FileStep<'a> {
    pub(super) step: Option<Step>,
    pub(super) operation: &'a str,
    /// The Result text, and what it says.
    pub(super) result: &'a str,
    pub(super) outcome: Outcome,
    pub(super) offset: Option<u64>,
    pub(super) length: Option<u64>,
    pub(super) end_of_file: Option<u64>,
    pub(super) met_end: MetEnd,
    pub(super) impersonating: Option<&'a str>,
    /// The new path, where something was renamed.
    pub(super) new_path: Option<&'a str>,
    /// What the open says that it did.
    pub(super) open_result: Option<&'a str>,
    /// Whether the open asked for the right to delete.
    pub(super) for_deletion: ForDeletion,
    /// Whether the open could only make the file.
    pub(super) for_creation: ForCreation,
}

impl<'a> FileStep<'a> {
    pub(super) fn of(
        operation: &'a str,
        step: Option<Step>,
        result: &'a str,
        detail: Option<&'a Detail<'_>>,
    ) -> FileStep<'a> {
        let get = |key| detail.and_then(|detail| detail.get(key));
        let integer = |key| detail.and_then(|detail| detail.integer(key));
        let outcome = Outcome::of(result);
        let tells_size = outcome == Outcome::Success && operation.starts_with("Query");
        let opens = operation == "CreateFile";
        let deletes = operation.starts_with("SetDisposition")
            || (opens && get("Desired Access").is_some_and(asks_for_deletion));
        FileStep {
            step,
            operation,
            result,
            outcome,
            offset: integer("Offset"),
            length: integer("Length"),
            end_of_file: integer("EndOfFile").filter(|_| tells_size),
            met_end: if outcome == Outcome::EndOfFile { MetEnd::Yes } else { MetEnd::No },
            impersonating: get("Impersonating"),
            new_path: get("FileName").filter(|_| operation.starts_with("SetRename")),
            open_result: get("OpenResult"),
            for_deletion: if deletes { ForDeletion::Yes } else { ForDeletion::No },
            for_creation: match opens && get("Disposition") == Some("Create") {
                true => ForCreation::Yes,
                false => ForCreation::No,
            },
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
