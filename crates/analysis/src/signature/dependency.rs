//! Who changed what a key needs beside its file, as far as a capture shows it.

use super::EvidenceList;
use super::facts::Facts;
use crate::report::{DependencyChange, DependencyChangeKind};

/// The last change of a path, or of one above it, before an event of the same capture.
pub(super) fn last_change<'r>(
    facts: &Facts<'r>,
    path: &str,
    (capture, before): (usize, u64),
    is_meant: impl Fn(DependencyChangeKind) -> bool,
) -> Option<&'r DependencyChange> {
    let path = comparable(path);
    let changes = facts.accesses().dependency_changes.iter();
    changes
        .filter(|change| change.by.capture == capture && change.event < before)
        .filter(|change| is_meant(change.change))
        .filter(|change| {
            let changed = comparable(&change.path);
            path.strip_prefix(&changed)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
        })
        .max_by_key(|change| change.event)
}

/// Whether something went away.
pub(super) fn takes_away(change: DependencyChangeKind) -> bool {
    matches!(change, DependencyChangeKind::Deleted | DependencyChangeKind::Renamed)
}

/// Whether rights were changed.
pub(super) fn changes_rights(change: DependencyChangeKind) -> bool {
    change == DependencyChangeKind::RightsChanged
}

/// Why a match is surer when a change is cited, to follow the word "because".
pub(super) fn reason(change: &DependencyChange) -> &'static str {
    match change.change {
        DependencyChangeKind::RightsChanged => "the capture shows who changed the rights",
        _ if change.path.to_ascii_lowercase().ends_with(".dll") => {
            "the capture shows who took the file away"
        }
        _ => "the capture shows who took the registration away",
    }
}

/// Cites a change, and says what it was, with a blank in front.
pub(super) fn cite(
    change: &DependencyChange,
    facts: &Facts<'_>,
    evidence: &mut EvidenceList,
) -> String {
    evidence.add(change.by.capture, change.event);
    let what = match change.change {
        DependencyChangeKind::RightsChanged => "changed the rights of",
        DependencyChangeKind::Deleted => "deleted",
        DependencyChangeKind::Renamed => "renamed",
    };
    let at = facts.place_text(change.by.capture, change.event);
    format!(" {} {what} {} before that ({at}).", change.by.label(), change.path)
}

/// What to do first about a change that the capture shows.
pub(super) fn undo(change: DependencyChangeKind) -> &'static str {
    match change {
        DependencyChangeKind::RightsChanged => {
            "Keep the program that changed the rights from doing so again, then give the rights back."
        }
        DependencyChangeKind::Renamed => {
            "What was renamed is still there: give it its old name back, once it is clear why it was renamed."
        }
        DependencyChangeKind::Deleted => "Keep the program that deleted it from doing so again.",
    }
}

/// A path in lower case. One control set of the registry is like another: CurrentControlSet is a
/// link to one of them.
fn comparable(path: &str) -> String {
    let path = path.to_lowercase();
    let Some(at) = path.find("\\controlset0") else { return path };
    let end = path[at + 1..].find('\\').map_or(path.len(), |end| at + 1 + end);
    format!("{}\\currentcontrolset{}", &path[..at], &path[end..])
}
