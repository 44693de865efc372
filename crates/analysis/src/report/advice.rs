//! What a verdict shows, and what it advises: data that every page has in the same words.

use procmonkey_parser::TimeQuality;

use crate::guid::MachineGuid;
use crate::step::Step;

/// What a step of the advice does to the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Effect {
    /// It makes copies elsewhere, and changes nothing where it copies from.
    Copies,
    /// It only reads.
    Reads,
    /// It changes the computer. Such a step never has a command.
    Changes,
}

impl Effect {
    /// The same in words, for a page.
    pub fn words(self) -> &'static str {
        match self {
            Effect::Copies => "only copies",
            Effect::Reads => "changes nothing",
            Effect::Changes => "changes the computer",
        }
    }
}

/// One step of what to do first.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DoFirst {
    /// What to do, in a sentence.
    pub text: String,
    /// Commands for a Command Prompt, in their order. They are documented by Microsoft, and
    /// none of them changes anything where it reads.
    pub commands: Vec<String>,
    /// What the step does to the computer.
    pub effect: Effect,
}

/// A command that confirms or disproves a verdict, and what its answers mean.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Confirmation {
    /// The command. It changes nothing.
    pub command: String,
    /// What it can answer.
    pub answers: Vec<Answer>,
}

/// One answer of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Answer {
    /// The GUID that it answers, where the answer is one.
    pub guid: Option<MachineGuid>,
    /// The answer in words, where it is no GUID.
    pub answer: Option<String>,
    /// What it means.
    pub means: String,
}

/// A row, or a fact from outside the captures, that a verdict rests on.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct VerdictEvidence {
    /// Index into `captures`; `None` for a fact from outside.
    pub capture: Option<usize>,
    /// Number of the event; `None` for a fact from outside.
    pub event: Option<u64>,
    /// Index into `witnesses`, for a fact from outside.
    pub witness: Option<usize>,
    /// When, as far as it is known.
    pub time: Option<String>,
    /// Process Name, when it is known.
    pub process: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// What was done, for a step of the timeline.
    pub step: Option<Step>,
    /// Hash of the container's name.
    pub stem: Option<String>,
    /// The GUID: of the key file's name, or the value that was read or set.
    pub guid: Option<MachineGuid>,
    /// The result, as written.
    pub result: Option<String>,
    /// What it shows, in a few words. GUIDs that have a letter are called by it.
    pub text: String,
    /// Its place among the rows of the verdict by how much it says by itself: 0 says most.
    pub rank: usize,
}

/// The letter that a GUID has on every page of one report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct GuidSign {
    /// The letter: `A` to `D`.
    pub letter: char,
    /// The GUID.
    pub guid: MachineGuid,
}

impl GuidSign {
    /// The letters of these GUIDs, in their order: one for each, as long as there are any.
    pub(crate) fn of_all<'g>(guids: impl IntoIterator<Item = &'g MachineGuid>) -> Vec<GuidSign> {
        const LETTERS: [char; 4] = ['A', 'B', 'C', 'D'];
        let mut signs: Vec<GuidSign> = Vec::new();
        for guid in guids {
            let is_new = !signs.iter().any(|sign| sign.guid == *guid);
            if let Some(letter) = LETTERS.get(signs.len()).filter(|_| is_new) {
                signs.push(GuidSign { letter: *letter, guid: guid.clone() });
            }
        }
        signs
    }
}

/// A text in which the GUIDs that have a letter are called by it. Those in names of files
/// stay.
///
/// ```
/// use procmonkey_analysis::parser::{Error, Input, ReadOptions};
/// use procmonkey_analysis::report::with_letters;
/// use procmonkey_analysis::{Case, CaseOptions};
///
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.csv");
/// let mut case = Case::new(CaseOptions::new());
/// let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
/// while let Some(capture) = input.next_capture() {
///     case.read(&mut capture?)?;
/// }
/// let signs = case.finish().guid_signs;
/// let text = "It is 4F6C1D2E-8A3B-4C57-9E10-2B7D5A90C3E1.";
/// assert_eq!(with_letters(text, &signs), "It is A.");
/// # Ok::<(), Error>(())
/// ```
pub fn with_letters(text: &str, signs: &[GuidSign]) -> String {
    let mut text = text.to_string();
    let mut signs: Vec<&GuidSign> = signs.iter().filter(|it| it.guid.is_well_formed()).collect();
    // One in braces has the same digits as another without.
    signs.sort_by_key(|sign| !sign.guid.has_braces());
    for sign in signs {
        let wanted = sign.guid.as_str().to_ascii_lowercase();
        let mut called = String::with_capacity(text.len());
        let mut rest = text.as_str();
        // Lowering ASCII letters moves nothing.
        while let Some(place) = rest.to_ascii_lowercase().find(&wanted) {
            let (before, found) = rest.split_at(place);
            called.push_str(before);
            let is_part = before.ends_with('_') || before.ends_with('{');
            match is_part {
                true => called.push_str(&found[..wanted.len()]),
                false => called.push(sign.letter),
            }
            rest = &found[wanted.len()..];
        }
        called.push_str(rest);
        text = called;
    }
    text
}

/// An input that could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct UnreadInput {
    /// Path or name of it.
    pub path: String,
    /// Why.
    pub error: String,
}

/// A row of a capture that the report refers to by its number.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CitedEvent {
    /// Index into `captures`.
    pub capture: usize,
    /// Number of the event.
    pub event: u64,
    /// When, as far as it is known.
    pub time: Option<String>,
    /// The time as the capture writes it.
    pub time_text: Option<String>,
    /// How well the time is known.
    pub time_quality: TimeQuality,
    /// Process Name, when it is known.
    pub process: Option<String>,
    /// PID, when it is known.
    pub pid: Option<u32>,
    /// TID, when it is known.
    pub tid: Option<u32>,
    /// Operation, as written.
    pub operation: String,
    /// Path, as written.
    pub path: String,
    /// Result, as written.
    pub result: String,
    /// Detail, as written; only the beginning of a long one.
    pub detail: String,
    /// How many characters of Detail are left out at its end.
    pub detail_left_out: u64,
}
