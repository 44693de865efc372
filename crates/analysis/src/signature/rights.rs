//! Who changed the rights of a key file, or of a folder above it, as far as a capture shows
//! it.

use super::EvidenceList;
use super::facts::Facts;
use crate::key_file::lies_below;
use crate::report::{Actor, FileAccess};

/// A change of rights.
pub(super) struct RightsChange<'r> {
    by: &'r Actor,
    event: u64,
    /// The folder, where it was not the file itself.
    folder: Option<&'r str>,
}

impl<'r> RightsChange<'r> {
    /// The last change of the rights of a file, or of a folder above it, before an event of
    /// the same capture.
    pub(super) fn before(
        facts: &Facts<'r>,
        file: &FileAccess,
        before: u64,
    ) -> Option<RightsChange<'r>> {
        let same = |other: &&FileAccess| {
            (&other.stem, &other.guid, other.folder) == (&file.stem, &file.guid, file.folder)
        };
        let of_file = facts.accesses().files.iter().filter(same).filter_map(|other| {
            Some(RightsChange { by: &other.by, event: other.rights_changed?, folder: None })
        });
        let folders = facts.accesses().folders.iter();
        let above = folders.filter(|folder| lies_below(&file.path, &folder.path));
        let of_folder = above.filter_map(|folder| {
            let path = Some(folder.path.as_str());
            Some(RightsChange { by: &folder.by, event: folder.rights_changed?, folder: path })
        });
        let changes = of_file.chain(of_folder);
        let earlier = changes.filter(|it| it.by.capture == file.by.capture && it.event < before);
        earlier.max_by_key(|it| it.event)
    }

    pub(super) fn cite(&self, evidence: &mut EvidenceList) {
        evidence.add(self.by.capture, self.event);
    }

    /// What happened, as a sentence with a blank in front.
    pub(super) fn sentence(&self, facts: &Facts<'_>) -> String {
        let what = match self.folder {
            Some(folder) => format!("the folder {folder}"),
            None => "the file".to_string(),
        };
        let at = facts.place_text(self.by.capture, self.event);
        format!(" {} changed the rights of {what} before that ({at}).", self.by.label())
    }
}
