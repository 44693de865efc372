//! One event on a key file, taken apart.

use crate::step::Step;

/// What one event says about a key file.
pub(super) struct FileStep<'a> {
    pub(super) step: Option<Step>,
    pub(super) operation: &'a str,
    pub(super) offset: Option<u64>,
    pub(super) length: Option<u64>,
    pub(super) end_of_file: Option<u64>,
    pub(super) met_end: MetEnd,
    pub(super) impersonating: Option<&'a str>,
    /// Whether the open asked for the right to delete.
    pub(super) for_deletion: ForDeletion,
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
