//! What of a report is judged: what the Windows that runs has, not what lies about of others.

use std::borrow::Cow;

use crate::key_file::KeyRoot;
use crate::report::Report;

/// The report without the key files of another Windows, and without copies elsewhere, which
/// are shown and not judged.
pub(super) fn judged_part(report: &Report) -> Cow<'_, Report> {
    let is_other = |root: KeyRoot| root == KeyRoot::Other;
    let has_others = report.key_files.iter().any(|file| is_other(file.folder.root))
        || report.touches.folders.iter().any(|folder| is_other(folder.root));
    if !has_others {
        return Cow::Borrowed(report);
    }
    let mut judged = report.clone();
    judged.key_files.retain(|file| !is_other(file.folder.root));
    judged.touches.files.retain(|access| !is_other(access.folder.root));
    judged.touches.folders.retain(|access| !is_other(access.root));
    judged.timeline.retain(|entry| entry.folder.is_none_or(|folder| !is_other(folder.root)));
    Cow::Owned(judged)
}
