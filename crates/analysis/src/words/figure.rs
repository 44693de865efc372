//! The marks of a drawing in words: steps on one file that follow each other at once are one
//! mark.

use super::amounts::grouped;
use crate::report::TimelineEntry;
use crate::step::Step;

/// What a mark shows, from what matters most to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MarkKind {
    /// It was refused, in use, or failed in another way.
    Failed,
    /// It was looked for and is not there.
    NotThere,
    /// It was deleted or got another name.
    Gone,
    /// It was made.
    Made,
    /// It was written, emptied, or set.
    Written,
    /// It was opened, read, or asked about.
    Opened,
    /// Its folder was listed, and it is there.
    Listed,
    /// A value was read.
    ValueRead,
}

/// What stands under a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MarkWords {
    /// What the mark shows.
    pub kind: MarkKind,
    /// What was done, in a few words.
    pub text: String,
    /// What is to be said beside it, such as how much was written.
    pub more: Option<String>,
}

/// The words of a mark: its steps are on one file, and follow each other at once.
pub fn mark_words(steps: &[&TimelineEntry]) -> Option<MarkWords> {
    let mut kinds: Vec<MarkKind> = steps.iter().map(|entry| kind(entry.step)).collect();
    kinds.sort_unstable();
    let kind = *kinds.first()?;
    let mut texts: Vec<&str> = Vec::new();
    for entry in steps {
        let text = word(entry);
        // What was emptied to be written is written.
        let is_said = texts.contains(&text);
        if !is_said {
            texts.push(text);
        }
    }
    if texts.contains(&"written") {
        texts.retain(|text| *text != "emptied");
    }
    if texts.contains(&"made") {
        texts.retain(|text| *text != "written");
    }
    if texts.len() > 2 {
        texts.truncate(2);
    }
    let size = steps.iter().rev().find_map(|entry| {
        let length = entry.length?;
        matches!(entry.step, Step::Written | Step::Read).then_some(length)
    });
    let is_empty = steps.iter().any(|entry| entry.is_empty_container());
    let collides = steps.iter().any(|entry| entry.step == Step::Collision);
    let more = match (size, is_empty) {
        (Some(size), true) => Some(format!("{} B: no key yet", grouped(size))),
        (Some(size), false) => Some(format!("{} B", grouped(size))),
        (None, _) if collides && kind == MarkKind::Failed && texts != ["it exists"] => {
            texts.retain(|text| *text != "it exists");
            Some("exists: not made".to_string())
        }
        (None, _) => None,
    };
    Some(MarkWords { kind, text: texts.join(", "), more })
}

fn kind(step: Step) -> MarkKind {
    match step {
        Step::Denied | Step::SharingViolation | Step::Collision | Step::Failed => MarkKind::Failed,
        Step::Probed | Step::GuidMissing => MarkKind::NotThere,
        Step::Deleted | Step::Renamed | Step::GuidRemoved => MarkKind::Gone,
        Step::Created => MarkKind::Made,
        Step::Overwritten | Step::Written | Step::GuidSet => MarkKind::Written,
        Step::Opened | Step::Queried | Step::Read | Step::Undeleted | Step::Pending => {
            MarkKind::Opened
        }
        Step::GuidRead => MarkKind::ValueRead,
    }
}

fn word(entry: &TimelineEntry) -> &'static str {
    match entry.step {
        Step::GuidRead => "read",
        Step::GuidMissing | Step::Probed => "not found",
        Step::GuidSet => "set",
        Step::GuidRemoved | Step::Deleted => "deleted",
        Step::Queried => "asked about",
        // Without an OpenResult it is not known whether the file existed.
        Step::Opened if entry.words().starts_with("opened or made") => "opened or made",
        Step::Opened => "opened",
        Step::Created => "made",
        Step::Overwritten => "emptied",
        Step::Written => "written",
        Step::Read => "read",
        Step::Renamed => "renamed",
        Step::Undeleted => "kept after all",
        Step::Denied => "denied",
        Step::SharingViolation => "in use",
        Step::Collision => "it exists",
        Step::Pending => "no answer yet",
        Step::Failed => "failed",
    }
}
