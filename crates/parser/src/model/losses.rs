//! What could not be read: where, why, and how much.

use std::fmt;

/// A place in a capture, as exactly as the format allows.
///
/// Bytes are counted from 0 in the decoded text (after decompression, and after a UTF-16
/// file was turned into UTF-8); lines and records are counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Position {
    /// Offset in bytes, from 0.
    pub byte: u64,
    /// Line, from 1; `None` in formats without lines.
    pub line: Option<u64>,
    /// Record (event), from 1; the header is not counted.
    pub record: Option<u64>,
}

impl Position {
    /// A position of which only the byte offset is known.
    pub fn at_byte(byte: u64) -> Position {
        Position { byte, line: None, record: None }
    }

    /// The same position with its line number.
    pub fn with_line(self, line: u64) -> Position {
        Position { line: Some(line), ..self }
    }

    /// The same position with its record number.
    pub fn with_record(self, record: u64) -> Position {
        Position { record: Some(record), ..self }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(record) = self.record {
            write!(f, "record {record}, ")?;
        }
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        write!(f, "byte {}", self.byte)
    }
}

/// Why something in a capture was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum LossKind {
    /// The input ends inside a record; the complete part of the record was kept.
    Truncated,
    /// A record is damaged and was skipped.
    DamagedRecord,
    /// A record was read, but a part of it is damaged and was left out.
    DamagedField,
    /// Bytes that are not valid text; each is shown as U+FFFD.
    InvalidText,
    /// A compressed stream or archive member that could not be decoded further.
    Decompression,
    /// One of the files of a capture that Procmon has split is missing or cannot be read.
    MissingPart,
    /// Something that this version does not know; it was kept as it was written.
    Unknown,
    /// Something that was read but cannot be written in the requested format.
    NotWritten,
    /// A rule whose meaning is not known: it was kept, but is not applied.
    NotApplied,
}

impl LossKind {
    /// A short name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            LossKind::Truncated => "truncated",
            LossKind::DamagedRecord => "damaged_record",
            LossKind::DamagedField => "damaged_field",
            LossKind::InvalidText => "invalid_text",
            LossKind::Decompression => "decompression",
            LossKind::MissingPart => "missing_part",
            LossKind::Unknown => "unknown",
            LossKind::NotWritten => "not_written",
            LossKind::NotApplied => "not_applied",
        }
    }
}

impl fmt::Display for LossKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name().replace('_', " "))
    }
}

/// One thing that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// Why.
    pub kind: LossKind,
    /// Where.
    pub position: Position,
    /// What was expected and what was found, in words.
    pub message: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.kind, self.message, self.position)
    }
}

/// A kind of thing that this version does not know, and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownKind {
    /// Its names and numbers, in words.
    pub what: String,
    /// How often it occurs.
    pub count: u64,
    /// Where it occurs first.
    pub example: Position,
}

/// Everything of one capture that could not be read.
///
/// All losses are counted; the first [`Losses::KEPT`] are kept with all details, so that
/// a badly damaged file needs no memory. What is only unknown ([`LossKind::Unknown`]) was
/// kept as it was written; the first of each kind is listed, and all are counted separately.
///
/// ```
/// use procmonkey_parser::{LossKind, Losses, Position};
///
/// let mut losses = Losses::default();
/// assert!(losses.is_empty());
/// losses.add(LossKind::DamagedRecord, Position::at_byte(70), "5 fields where 7 were needed");
/// assert_eq!(losses.count(), 1);
/// assert_eq!(losses.iter().next().map(|loss| loss.position.byte), Some(70));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    count: u64,
    unknown: u64,
    first: Vec<Loss>,
    kinds: Vec<UnknownKind>,
}

impl Losses {
    /// How many losses are kept with position and message.
    pub const KEPT: usize = 100;

    /// Counts one more loss.
    pub fn add(&mut self, kind: LossKind, position: Position, message: impl Into<String>) {
        if kind == LossKind::Unknown {
            let message = message.into();
            self.unknown += 1;
            if self.add_unknown(1, position, &message) {
                self.keep(kind, position, message);
            }
            return;
        }
        self.count += 1;
        self.keep(kind, position, message);
    }

    /// Keeps a loss that has been counted, while there is room.
    fn keep(&mut self, kind: LossKind, position: Position, message: impl Into<String>) {
        if self.first.len() < Self::KEPT {
            self.first.push(Loss { kind, position, message: message.into() });
        }
    }

    /// Counts things of an unknown kind. Returns whether they are the first of their kind.
    fn add_unknown(&mut self, count: u64, example: Position, what: &str) -> bool {
        if let Some(kind) = self.kinds.iter_mut().find(|kind| kind.what == what) {
            kind.count += count;
            return false;
        }
        if self.kinds.len() < Self::KEPT {
            self.kinds.push(UnknownKind { what: what.to_string(), count, example });
        }
        true
    }

    /// Counts a loss that has been made elsewhere.
    pub(crate) fn push(&mut self, loss: Loss) {
        self.add(loss.kind, loss.position, loss.message);
    }

    /// Adds the losses of another list, which were found behind those of this one.
    ///
    /// ```
    /// use procmonkey_parser::{LossKind, Losses, Position};
    ///
    /// let (mut all, mut part) = (Losses::default(), Losses::default());
    /// part.add(LossKind::DamagedRecord, Position::at_byte(70), "a quote is missing");
    /// all.extend(&part);
    /// all.extend(&part);
    /// assert_eq!(all.count(), 2);
    /// ```
    pub fn extend(&mut self, other: &Losses) {
        self.extend_with(other, |position| position);
    }

    /// The same, with changed positions.
    pub(crate) fn extend_with(&mut self, other: &Losses, place: impl Fn(Position) -> Position) {
        let before = (self.count, self.unknown);
        let mut new_kinds = Vec::new();
        for kind in &other.kinds {
            if self.add_unknown(kind.count, place(kind.example), &kind.what) {
                new_kinds.push(&*kind.what);
            }
        }
        for loss in other {
            let is_known_kind =
                loss.kind == LossKind::Unknown && !new_kinds.contains(&&*loss.message);
            if !is_known_kind && self.first.len() < Self::KEPT {
                self.first.push(Loss { position: place(loss.position), ..loss.clone() });
            }
        }
        self.count = before.0 + other.count;
        self.unknown = before.1 + other.unknown;
    }

    /// How many losses there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many things were unknown, and kept as they were.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// The kinds of what was unknown, in the order in which they were met, at most
    /// [`Losses::KEPT`] of them.
    ///
    /// ```
    /// use procmonkey_parser::{LossKind, Losses, Position};
    ///
    /// let mut losses = Losses::default();
    /// losses.add(LossKind::Unknown, Position::at_byte(70), "operation 99");
    /// losses.add(LossKind::Unknown, Position::at_byte(90), "operation 99");
    /// let [kind] = losses.unknown_kinds() else { panic!() };
    /// assert_eq!((kind.count, kind.example.byte), (2, 70));
    /// ```
    pub fn unknown_kinds(&self) -> &[UnknownKind] {
        &self.kinds
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first losses, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Loss> {
        self.first.iter()
    }
}

impl<'a> IntoIterator for &'a Losses {
    type Item = &'a Loss;
    type IntoIter = std::slice::Iter<'a, Loss>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loss_is_counted_but_only_the_first_are_kept() {
        let mut losses = Losses::default();
        for byte in 0..1000 {
            losses.add(LossKind::DamagedRecord, Position::at_byte(byte), "x");
        }
        assert_eq!(losses.count(), 1000);
        assert_eq!(losses.iter().count(), Losses::KEPT);
    }

    #[test]
    fn what_is_unknown_is_not_lost() {
        let mut losses = Losses::default();
        losses.add(LossKind::Unknown, Position::at_byte(1), "x");
        assert!(losses.is_empty());
        assert_eq!((losses.unknown(), losses.iter().count()), (1, 1));
    }

    #[test]
    fn what_is_unknown_is_counted_by_its_kind_and_hides_no_loss() {
        let mut losses = Losses::default();
        for byte in 0..1000 {
            losses.add(LossKind::Unknown, Position::at_byte(byte), format!("kind {}", byte % 2));
        }
        losses.add(LossKind::Truncated, Position::at_byte(1), "x");
        let mut all = losses.clone();
        all.extend_with(&losses, |position| Position::at_byte(position.byte + 5000));
        assert_eq!((all.unknown(), all.count(), all.iter().count()), (2000, 2, 4));
        let kinds: Vec<_> =
            all.unknown_kinds().iter().map(|it| (&*it.what, it.count, it.example.byte)).collect();
        assert_eq!(kinds, [("kind 0", 1000, 0), ("kind 1", 1000, 1)]);
    }

    #[test]
    fn a_position_names_what_it_knows() {
        let position = Position::at_byte(9).with_line(2).with_record(1);
        assert_eq!(position.to_string(), "record 1, line 2, byte 9");
        assert_eq!(Position::at_byte(9).to_string(), "byte 9");
    }
}
