//! Members of a JSON object that are fields of a row, written in one step.

use std::ops::Range;

use super::JsonText;
use crate::event::text_record::TextRecord;
use crate::event::{Event, Record};
use crate::scan::{Quotes, SPARE};

/// A longer row is written field by field.
pub(super) const LONGEST_ROW: usize = 1 << 20;

/// What the text of a field becomes in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonValue {
    /// A string.
    Text,
    /// A whole number: the text is its digits.
    Whole,
    /// A number: digits, with a point among them or without.
    Number,
}

impl JsonValue {
    /// Whether a text is such a value as it stands.
    pub(super) fn fits(self, text: &[u8]) -> bool {
        /// More digits than any of Procmon's numbers has; a reader may lose some of more.
        const LONGEST: usize = 15;
        let point = match self {
            JsonValue::Text => return true,
            JsonValue::Whole => None,
            JsonValue::Number => text.iter().position(|byte| *byte == b'.'),
        };
        let (whole, fraction) = match point {
            Some(point) => (&text[..point], Some(&text[point + 1..])),
            None => (text, None),
        };
        let are_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        text.len() <= LONGEST
            && are_digits(whole)
            && (whole.len() == 1 || whole[0] != b'0')
            && fraction.is_none_or(are_digits)
    }
}

/// How fields of a row become members of an object, one after the other.
#[derive(Clone, Debug)]
pub(super) struct FieldPlan {
    /// What stands between two texts: all of it, one after the other.
    heads: Vec<u8>,
    /// The range in `heads` that precedes each field, and the number of the field.
    fields: Vec<(Range<usize>, usize)>,
    /// The fields that are written without quotes.
    numbers: Vec<(usize, JsonValue)>,
    /// What follows the last field.
    end: &'static [u8],
    /// How many fields a row must have.
    needed: usize,
}

/// A row that can be written in one step.
pub(super) struct PlannedRow<'e> {
    record: &'e TextRecord,
    texts: &'e [u8],
    quotes: Quotes,
}

impl FieldPlan {
    /// For members of which each has a key with all that stands before its value, the number of a
    /// field, and its value.
    pub(super) fn of(members: impl IntoIterator<Item = (Vec<u8>, usize, JsonValue)>) -> FieldPlan {
        let (heads, fields, numbers) = (Vec::new(), Vec::new(), Vec::new());
        let mut plan = FieldPlan { heads, fields, numbers, end: b"", needed: 0 };
        for (key, index, value) in members {
            let start = plan.heads.len();
            plan.heads.extend_from_slice(plan.end);
            plan.heads.extend_from_slice(&key);
            plan.end = match value {
                JsonValue::Text => {
                    plan.heads.push(b'"');
                    b"\""
                }
                JsonValue::Whole | JsonValue::Number => {
                    plan.numbers.push((index, value));
                    b""
                }
            };
            plan.fields.push((start..plan.heads.len(), index));
            plan.needed = plan.needed.max(index + 1);
        }
        plan.heads.extend([0; SPARE]);
        plan
    }

    /// The row of an event; `None` where it has to be written field by field. Handed over in memory, it
    /// would be waited for.
    #[inline(always)]
    pub(super) fn row<'e>(&self, event: &'e Event) -> Option<PlannedRow<'e>> {
        let Record::Text(record) = &event.record else { return None };
        let (texts, quotes) = record.texts()?;
        if record.len() < self.needed || texts.len() > LONGEST_ROW {
            return None;
        }
        // `needed` has been checked, so the fields exist.
        let text = |index: usize| &texts[record.place(index).unwrap_or_default()];
        let are_numbers = self.numbers.iter().all(|(index, value)| value.fits(text(*index)));
        are_numbers.then_some(PlannedRow { record, texts, quotes })
    }

    /// Adds the members.
    #[inline]
    pub(super) fn put(&self, row: &PlannedRow<'_>, out: &mut JsonText) {
        let place = |index: usize| row.record.place(index).unwrap_or_default();
        let parts = self.fields.iter().map(|(head, index)| [head.clone(), place(*index)]);
        out.put_escaped(&self.heads, row.texts, parts, row.quotes);
        out.put(self.end);
    }
}

/// Members of a JSON object that are fields of a row, written in one step: much faster than one after
/// the other.
///
/// ```
/// use procmonkey_parser::{Event, Input, JsonMembers, JsonValue, ReadOptions};
///
/// let csv = "\"PID\",\"Path\"\r\n\"4412\",\"C:\\a\"\r\n\"n/a\",\"C:\\b\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let mut members = JsonMembers::new([
///     (b",\"path\":".to_vec(), 1, JsonValue::Text),
///     (b",\"pid\":".to_vec(), 0, JsonValue::Whole),
/// ]);
/// let (mut event, mut out) = (Event::default(), Vec::new());
/// capture.read_event(&mut event)?;
/// assert!(members.push(&event, &mut out));
/// assert_eq!(out, br#","path":"C:\\a","pid":4412"#);
/// // What is no number cannot be written as one.
/// capture.read_event(&mut event)?;
/// assert!(!members.push(&event, &mut out));
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct JsonMembers {
    plan: FieldPlan,
    text: JsonText,
}

impl JsonMembers {
    /// For members of which each has a key with all that stands before its value (a comma, the name
    /// in quotes, a colon), the number of a field of the row, from 0, and what its text becomes.
    pub fn new(members: impl IntoIterator<Item = (Vec<u8>, usize, JsonValue)>) -> JsonMembers {
        JsonMembers { plan: FieldPlan::of(members), text: JsonText::default() }
    }

    /// Adds the members of an event. Returns false, and adds nothing, where they have to be written one
    /// after the other: the event is not a row of an export, its row was cut off, has bytes that are not
    /// UTF-8, or has a text that is not the number which it should be.
    pub fn push(&mut self, event: &Event, out: &mut Vec<u8>) -> bool {
        let Some(row) = self.plan.row(event) else { return false };
        self.text.used = 0;
        self.plan.put(&row, &mut self.text);
        out.extend_from_slice(self.text.bytes());
        true
    }
}
