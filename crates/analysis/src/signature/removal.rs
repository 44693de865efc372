//! Who deleted or renamed a key file, or a folder above it, as far as a capture shows
//! it.

use super::EvidenceList;
use super::facts::Facts;
use crate::key_file::lies_below;
use crate::report::{Actor, FileAccess, FolderAccess, Renaming};

/// A file, or a folder above it, went away.
pub(super) struct Removal<'r> {
    pub(super) by: &'r Actor,
    pub(super) event: u64,
    /// The folder, where it was not the file itself.
    folder: Option<&'r str>,
    /// Whether it got another name, and which.
    renamed: Option<&'r Renaming>,
}

impl<'r> Removal<'r> {
    /// The last removal of a file before an event of a capture.
    pub(super) fn of(
        facts: &Facts<'r>,
        file: &FileAccess,
        before: (usize, u64),
    ) -> Option<Removal<'r>> {
        let files = facts.accesses().files.iter().filter(|other| {
            other.stem == file.stem && other.guid == file.guid && other.folder == file.folder
        });
        let own = files.flat_map(|other| removals(&other.by, None, other.deleted, &other.renamed));
        let above = Removal::of_folders(facts, |folder| lies_below(&file.path, &folder.path));
        own.chain(above).filter(|it| it.place() < before).max_by_key(Removal::place)
    }

    /// The last removal of a folder, or of one above it, before an event of a capture.
    pub(super) fn of_folder(
        facts: &Facts<'r>,
        path: &str,
        before: (usize, u64),
    ) -> Option<Removal<'r>> {
        let inside = format!("{path}\\.");
        let found = Removal::of_folders(facts, |folder| lies_below(&inside, &folder.path));
        found.filter(|it| it.place() < before).max_by_key(Removal::place)
    }

    fn of_folders(
        facts: &Facts<'r>,
        is_meant: impl Fn(&FolderAccess) -> bool,
    ) -> impl Iterator<Item = Removal<'r>> {
        let folders = facts.accesses().folders.iter();
        let gone = folders.filter(|folder| folder.deleted.is_some() || folder.renamed.is_some());
        gone.filter(move |folder| is_meant(folder)).flat_map(|folder| {
            removals(&folder.by, Some(&folder.path), folder.deleted, &folder.renamed)
        })
    }

    fn place(&self) -> (usize, u64) {
        (self.by.capture, self.event)
    }

    pub(super) fn cite(&self, evidence: &mut EvidenceList) {
        evidence.add(self.by.capture, self.event);
    }

    /// What happened, as a sentence; `it` stands for the file or the folder.
    pub(super) fn sentence(&self, facts: &Facts<'_>, it: &str) -> String {
        let what = match self.folder {
            Some(folder) => format!("the folder {folder}"),
            None => it.to_string(),
        };
        let (who, at) = (self.by.label(), facts.place_text(self.by.capture, self.event));
        match self.renamed {
            None => format!("{who} deleted {what} ({at})."),
            Some(Renaming { to: Some(to), .. }) => format!("{who} renamed {what} to {to} ({at})."),
            Some(Renaming { to: None, .. }) => format!("{who} renamed {what} ({at})."),
        }
    }

    /// Whether it still exists under another name.
    pub(super) fn is_renaming(&self) -> bool {
        self.renamed.is_some()
    }
}

fn removals<'r>(
    by: &'r Actor,
    folder: Option<&'r str>,
    deleted: Option<u64>,
    renamed: &'r Option<Renaming>,
) -> impl Iterator<Item = Removal<'r>> {
    let deleted = deleted.map(|event| Removal { by, event, folder, renamed: None });
    let renamed = renamed.as_ref();
    let renamed = renamed.map(|to| Removal { by, event: to.event, folder, renamed: Some(to) });
    deleted.into_iter().chain(renamed)
}
