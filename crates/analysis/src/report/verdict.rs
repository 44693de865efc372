//! The verdict of a report.

use std::borrow::Cow;

use super::{Confidence, Confirmation, DoFirst, NamedGuid, VerdictEvidence};

/// What a case comes to, in a word; the worst is the least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum VerdictState {
    /// An error whose confidence is medium or high.
    Broken,
    /// A warning, or an error whose confidence is low.
    Suspect,
    /// Something worth knowing; nothing is wrong with it.
    Note,
    /// At least one process was judged with what it did at key files, and nothing that is
    /// known was found.
    NothingKnown,
    /// Nothing could be judged, or nothing is wrong in the part that was read of what was given:
    /// what is missing says why.
    #[default]
    NotJudged,
}

impl VerdictState {
    /// The name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            VerdictState::Broken => "broken",
            VerdictState::Suspect => "suspect",
            VerdictState::Note => "note",
            VerdictState::NothingKnown => "nothing_known",
            VerdictState::NotJudged => "not_judged",
        }
    }

    /// The same for people.
    pub fn words(self) -> &'static str {
        match self {
            VerdictState::Broken => "Broken",
            VerdictState::Suspect => "Not as it should be",
            VerdictState::Note => "Worth knowing",
            VerdictState::NothingKnown => "Nothing known is wrong",
            VerdictState::NotJudged => "Not judged",
        }
    }
}

/// How it stands with `inetinfo.exe`, which is followed where no process is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MainProcess {
    /// Others were asked for, or all.
    #[default]
    NotAsked,
    /// It has no event in the captures that are judged.
    Absent,
    /// It is there, and touched no key file.
    NoKeyFile,
    /// It opened or made key files, and nothing is wrong with it.
    Healthy,
    /// Something is wrong with it.
    Affected,
}

/// Why nothing could be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MissingKind {
    /// The captures have no event at all.
    NoEvent,
    /// No event is of a process that was asked for.
    NoSuchProcess,
    /// The filter removed the events.
    FilteredOut,
    /// A column is missing without which nothing can be told.
    NoColumn,
    /// No process touched a key file.
    NoKeyEvent,
    /// Only a part of what was given was read. What is wrong may be in the rest.
    NotReadWhole,
}

/// Something without which nothing could be judged, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Missing {
    /// What kind of thing.
    pub kind: MissingKind,
    /// What is missing, in a sentence.
    pub text: String,
    /// What to capture, or which flag to use.
    pub remedy: String,
}

/// The end of a report: the most likely cause, or that none was found.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CaseVerdict {
    /// What it comes to, in a word.
    pub state: VerdictState,
    /// How it stands with `inetinfo.exe`.
    pub main_process: MainProcess,
    /// Indexes into `processes` of those that were judged with what they did at key files.
    pub judged: Vec<usize>,
    /// Why nothing could be judged; empty unless `state` is `not_judged`.
    pub missing: Vec<Missing>,
    /// The signature that explains most; `None` when nothing is wrong as far as the
    /// captures show.
    pub signature: Option<Cow<'static, str>>,
    /// The most likely cause, in a sentence; or that nothing was found.
    pub cause: String,
    /// How sure that is.
    pub confidence: Option<Confidence>,
    /// The same in words, with what raises or lowers it.
    pub confidence_text: String,
    /// What it comes to, in a few words.
    pub headline: String,
    /// Who did what, and what follows, in a few sentences. GUIDs that have a letter in
    /// `guid_signs` are called by it.
    pub lead: String,
    /// What stops working.
    pub at_stake: Option<String>,
    /// What shows it: five rows or facts at most, in the order of the captures.
    pub evidence: Vec<VerdictEvidence>,
    /// What it does not show, a sentence each.
    pub does_not_show: Vec<String>,
    /// What would settle what is left open.
    pub settles: Vec<String>,
    /// The GUIDs that it is about, each with its role.
    pub guids: Vec<NamedGuid>,
    /// A command that confirms or disproves it and changes nothing, with its answers.
    pub confirm: Option<Confirmation>,
    /// What to do first, in order.
    pub do_first: Vec<DoFirst>,
    /// What not to do, a sentence each.
    pub do_not: Vec<String>,
    /// What was looked for, where nothing was found that is wrong.
    pub looked_for: Vec<String>,
    /// What the captures could not show.
    pub not_shown: Vec<String>,
}

impl CaseVerdict {
    /// Whether there is no verdict only because a part was not read: in the rest nothing is wrong
    /// that is known.
    pub fn is_of_a_part(&self) -> bool {
        !self.missing.is_empty()
            && self.missing.iter().all(|it| it.kind == MissingKind::NotReadWhole)
    }
}
