//! The key files of a case, and the containers that they keep.

use super::GuidRelation;
use super::key_file_state::KeyFileState;
use crate::container::{ContainerName, KeySystem, NameSource};
use crate::guid::MachineGuid;
use crate::key_file::KeyFolder;
use crate::step::Step;

/// What proves that a key file was made within the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum CreationProof {
    /// CreateFile with `OpenResult: Created`.
    OpenResult,
    /// The first write that the capture shows is at offset 0, and the file was
    /// not opened as an existing one before.
    FirstWrite,
}

/// One key file of the case.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeyFileSummary {
    /// Index into `captures`.
    pub capture: usize,
    /// Path, as first seen.
    pub path: String,
    /// Folder.
    pub folder: KeyFolder,
    /// Hash of the container's name.
    pub stem: String,
    /// Name of the container, when it is known.
    pub container: Option<String>,
    /// GUID behind the underscore, as first seen.
    pub guid: MachineGuid,
    /// How it relates to the MachineGuid in effect.
    pub relation: GuidRelation,
    /// First event that touched or listed it.
    pub first_event: u64,
    /// Last event that touched or listed it.
    pub last_event: u64,
    /// Whether it was made within the capture.
    pub created: bool,
    /// What proves that.
    pub created_by: Option<CreationProof>,
    /// Event that proves it.
    pub created_event: Option<u64>,
    /// Length in bytes of the first write at offset 0.
    pub first_write_length: Option<u64>,
    /// Whether that is just the length of the container without keys; `None`
    /// when the name or the length is not known.
    pub first_write_is_empty_container: Option<bool>,
    /// Whether the file was there: opened, made, listed. False when it was only
    /// looked for and not found.
    pub exists: bool,
    /// Events of folder listings that name it.
    pub listed_by: Vec<u64>,
    /// Last event that shows that it was there; a deletion does not count.
    pub last_there: Option<u64>,
    /// What the capture shows last of it.
    pub state: Option<KeyFileState>,
    /// The steps taken on it, without repetition, in their order.
    pub steps: Vec<Step>,
}

/// One key container of the case.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ContainerSummary {
    /// Hash of the name.
    pub stem: String,
    /// The key system.
    pub provider: KeySystem,
    /// The name, when it is known.
    pub name: Option<String>,
    /// Where the name comes from.
    pub name_source: Option<NameSource>,
    /// Who uses it.
    pub owner: Option<String>,
    /// The GUIDs that its files were seen under, the one seen first in front.
    pub guids: Vec<ContainerGuid>,
}

impl ContainerSummary {
    /// A container of which no file was seen yet.
    pub(crate) fn new(
        stem: &str,
        provider: KeySystem,
        found: Option<&ContainerName>,
    ) -> ContainerSummary {
        ContainerSummary {
            stem: stem.to_string(),
            provider,
            name: found.map(|found| found.name.clone()),
            name_source: found.map(|found| found.source),
            owner: found.and_then(|found| match found.label.as_deref() {
                Some(label) => Some(label.to_string()),
                None => found.known().map(|known| known.owner.to_string()),
            }),
            guids: Vec::new(),
        }
    }
}

/// One GUID that a container was seen under.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ContainerGuid {
    /// The GUID, as first seen.
    pub guid: MachineGuid,
    /// Index into `captures` of the first sighting; `None` where only a witness has
    /// it.
    pub capture: Option<usize>,
    /// Event of the first sighting in a capture.
    pub event: Option<u64>,
    /// Indexes into `witnesses` of folder listings and audited operations that name
    /// the file.
    pub witnesses: Vec<usize>,
    /// Whether a file of this name was there, or was only looked for.
    pub exists: bool,
    /// Whether it was made within the case.
    pub created: bool,
    /// What is known last of the file; `None` where nothing shows it.
    pub state: Option<KeyFileState>,
}
