//! Which key is under which GUID: the whole case in a few cells.

use super::names::container_name;
use crate::guid::MachineGuid;
use crate::report::{ContainerGuid, ContainerSummary, KeyFileCondition, Report};

/// A condition of a key file in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConditionWords {
    /// What it is.
    pub text: &'static str,
    /// Whether a program that needs the key fails on it.
    pub bad: bool,
}

/// What is known last of a key file, in words.
///
/// ```
/// use procmonkey_analysis::report::KeyFileCondition;
/// use procmonkey_analysis::words::condition;
///
/// assert_eq!(condition(KeyFileCondition::Created).text, "made here");
/// assert!(condition(KeyFileCondition::AccessDenied).bad);
/// ```
pub fn condition(is: KeyFileCondition) -> ConditionWords {
    let (text, bad) = match is {
        KeyFileCondition::Exists => ("exists", false),
        KeyFileCondition::Created => ("made here", false),
        KeyFileCondition::NotFound => ("not found", true),
        KeyFileCondition::AccessDenied => ("access denied", true),
        KeyFileCondition::NotMade => ("not made, denied", true),
        KeyFileCondition::InUse => ("in use", true),
        KeyFileCondition::Damaged => ("damaged", true),
        KeyFileCondition::Deleted => ("deleted", true),
        KeyFileCondition::Renamed => ("renamed", true),
    };
    ConditionWords { text, bad }
}

/// Containers by GUIDs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KeyMatrix<'r> {
    /// Those of the first finding in front.
    pub rows: Vec<MatrixRow<'r>>,
    /// How many further containers there are.
    pub left_out: usize,
}

/// One container of a matrix.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MatrixRow<'r> {
    /// The container.
    pub container: &'r ContainerSummary,
    /// What it is called.
    pub name: String,
    /// For each GUID that has a letter, in their order: what is known of its file; `None` where
    /// it was not seen.
    pub cells: Vec<Option<&'r ContainerGuid>>,
}

/// The containers that were seen under a GUID with a letter, at most so many.
pub fn key_matrix(report: &Report, most: usize) -> KeyMatrix<'_> {
    let of_verdict = |container: &&ContainerSummary| {
        let first = report.findings.first();
        first.is_some_and(|finding| finding.stems.contains(&container.stem))
    };
    let has_letter = |container: &&ContainerSummary| {
        let mut guids = container.guids.iter();
        guids.any(|seen| report.guid_signs.iter().any(|sign| sign.guid == seen.guid))
    };
    let shown = report.containers.iter().filter(has_letter);
    let (mut first, rest): (Vec<_>, Vec<_>) = shown.partition(of_verdict);
    first.extend(rest);
    let left_out = first.len().saturating_sub(most);
    let rows = first.into_iter().take(most).map(|container| {
        let seen = |guid: &MachineGuid| container.guids.iter().find(|seen| seen.guid == *guid);
        let cells = report.guid_signs.iter().map(|sign| seen(&sign.guid)).collect();
        MatrixRow { container, name: container_name(container), cells }
    });
    KeyMatrix { rows: rows.collect(), left_out }
}
