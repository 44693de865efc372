//! What is known last of a key file.

/// What is known last of a key file, and what shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeyFileState {
    /// What is known.
    pub is: KeyFileCondition,
    /// Index into `captures`; `None` where only a witness shows it.
    pub capture: Option<usize>,
    /// The event that shows it.
    pub event: Option<u64>,
    /// Index into `witnesses`, where one shows it.
    pub witness: Option<usize>,
}

/// What a capture can show of a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum KeyFileCondition {
    /// It is there.
    Exists,
    /// It was made.
    Created,
    /// A process that is judged was denied access.
    AccessDenied,
    /// A process that is judged wanted to make it, and was denied.
    NotMade,
    /// Another handle kept a process out that is judged.
    InUse,
    /// It could not be read: a damaged disk, or a file without its content.
    Damaged,
    /// It was looked for and is not there.
    NotFound,
    /// It was deleted.
    Deleted,
    /// It got another name.
    Renamed,
}

impl KeyFileState {
    /// Of what is known of one file, or of two files of one container under one GUID, what
    /// counts. Of two captures it is the later one; within one, a file that is there.
    pub(crate) fn or_later(self, other: KeyFileState) -> KeyFileState {
        let place = |state: &KeyFileState| (state.capture, state.is.is_there());
        if place(&other) > place(&self) { other } else { self }
    }
}

impl KeyFileCondition {
    /// Whether the file itself is there.
    pub fn is_there(self) -> bool {
        use KeyFileCondition::{AccessDenied, Created, Damaged, Exists, InUse};
        matches!(self, Exists | Created | AccessDenied | InUse | Damaged)
    }
}
