//! What a key folder holds.

use super::WitnessTime;
use crate::container::KeySystem;
use crate::key_file::KeyFolder;

/// What a key folder holds, or held when the listing was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct FolderListing {
    /// Where it was read.
    pub source: String,
    /// The path of the folder, where the listing names it.
    pub path: Option<String>,
    /// The kind of folder, where its path shows it.
    pub folder: Option<KeyFolder>,
    /// Its files, in the order of the listing.
    pub files: Vec<ListedFile>,
    /// The access rules of the folder itself, a line each, as written.
    pub access: Vec<String>,
    /// Whether it stands in a text that people have put together, and may be a part of a
    /// listing: then it does not show that a file is missing.
    pub is_excerpt: bool,
}

/// One file of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ListedFile {
    /// Its name without the folder.
    pub name: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// When it was created.
    pub created: Option<WitnessTime>,
    /// When it was last written.
    pub modified: Option<WitnessTime>,
    /// When it was last read.
    pub accessed: Option<WitnessTime>,
    /// Who owns it, as written.
    pub owner: Option<String>,
    /// Its access rules, a line each, as written.
    pub access: Vec<String>,
    /// What its own header says, when the file itself was there to read.
    pub header: Option<KeyFileHeader>,
}

impl ListedFile {
    /// A file of which only the name is known.
    pub fn new(name: impl Into<String>) -> ListedFile {
        ListedFile { name: name.into(), ..ListedFile::default() }
    }
}

/// What the first bytes of a key file say. Never anything of the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeyFileHeader {
    /// The key system whose form the header has.
    pub provider: KeySystem,
    /// The container's name as it is in the file. It need not be the name
    /// that the file's own name was made from.
    pub container: String,
    /// What the lengths in the header say about the content.
    pub content: KeyFileContent,
}

impl KeyFileHeader {
    /// What a header says.
    pub fn new(
        provider: KeySystem,
        container: impl Into<String>,
        content: KeyFileContent,
    ) -> KeyFileHeader {
        KeyFileHeader { provider, container: container.into(), content }
    }
}

/// Whether a key file holds a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum KeyFileContent {
    /// A container was made, but no key was ever generated in it.
    Empty,
    /// There is a key in it, as far as lengths show.
    Filled,
    /// The file is shorter than its header says.
    Cut,
    /// The lengths do not show it.
    Unknown,
}
