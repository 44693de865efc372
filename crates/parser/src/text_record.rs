//! The texts of one row of an export.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::column::{Column, Columns};
use crate::scan::Quotes;

/// The fields of one row as text, one after the other in one buffer.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextRecord {
    pub(crate) columns: Option<Arc<Columns>>,
    text: Vec<u8>,
    ends: Vec<usize>,
    form: Form,
    /// Whether a line feed in a text stands for itself. A CSV export has none,
    /// but one that was saved again by another program may.
    pub(crate) has_lines: bool,
    /// Whether each field is known to be valid text.
    is_text: bool,
}

/// How the fields stand in the buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    /// As they are, with nothing between them.
    #[default]
    Plain,
    /// As a CSV has them: with `","` between two of them, and quotes doubled.
    Row,
}

/// Between two fields of a row: `","`.
const BETWEEN: usize = 3;

impl TextRecord {
    /// Empties the record for a row with these columns.
    pub(crate) fn start(&mut self, columns: &Arc<Columns>) {
        match &self.columns {
            Some(current) if Arc::ptr_eq(current, columns) => {}
            _ => self.columns = Some(Arc::clone(columns)),
        }
        self.text.clear();
        self.ends.clear();
        self.form = Form::Plain;
        self.has_lines = false;
        self.is_text = false;
    }

    /// Takes a row of a CSV as it is written, without its outer quotes: all fields
    /// in quotes, and those inside doubled. The commas between fields stand at these
    /// places of what the row is a part of, where it begins at `start`.
    pub(crate) fn set_row(&mut self, row: &[u8], start: usize, commas: &[u32]) {
        self.text.extend_from_slice(row);
        // From the comma back to the quote before it.
        self.ends.extend(commas.iter().map(|&comma| comma as usize - start - 1));
        self.ends.push(row.len());
        self.form = Form::Row;
    }

    /// The row as a CSV has it, without its outer quotes, where it was taken so.
    pub(crate) fn row(&self) -> Option<&[u8]> {
        (self.form == Form::Row).then_some(&self.text)
    }

    /// Adds the next field.
    pub(crate) fn push(&mut self, field: &[u8]) {
        self.text.extend_from_slice(field);
        self.ends.push(self.text.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a field.
    #[inline]
    pub(crate) fn field(&self, index: usize) -> Option<Cow<'_, [u8]>> {
        let field = self.written(index)?;
        Some(match self.form {
            Form::Plain => Cow::Borrowed(field),
            Form::Row => unquoted(field),
        })
    }

    /// A field as it stands in the buffer.
    #[inline]
    fn written(&self, index: usize) -> Option<&[u8]> {
        self.text.get(self.place(index)?)
    }

    /// Where a field stands in the buffer.
    #[inline]
    pub(crate) fn place(&self, index: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(index)?;
        let between = if self.form == Form::Row { BETWEEN } else { 0 };
        let start = if index == 0 { 0 } else { self.ends[index - 1] + between };
        Some(start..end)
    }

    /// The buffer, and how quotes stand in it, where each field is valid text.
    pub(crate) fn texts(&self) -> Option<(&[u8], Quotes)> {
        let quotes = match self.form {
            Form::Plain => Quotes::Single,
            Form::Row => Quotes::Doubled,
        };
        self.is_text.then_some((&self.text, quotes))
    }

    #[inline]
    pub(crate) fn column(&self, column: Column) -> Option<Cow<'_, [u8]>> {
        self.field(self.columns.as_ref()?.position(column)?)
    }

    /// Looks whether the bytes of the row are text throughout.
    pub(crate) fn check_text(&mut self) -> bool {
        if self.text.is_ascii() {
            self.is_text = true;
            return true;
        }
        match (std::str::from_utf8(&self.text), self.form) {
            // What stands between two fields parts no character.
            (Ok(_), Form::Row) => self.is_text = true,
            (Ok(text), Form::Plain) => {
                self.is_text = self.ends.iter().all(|&end| text.is_char_boundary(end));
                return true;
            }
            // Between two fields there may be a quote that parts a character.
            (Err(_), Form::Row) => {
                let fields = (0..self.len()).filter_map(|index| self.written(index));
                return std::str::from_utf8(&fields.collect::<Vec<_>>().concat()).is_ok();
            }
            (Err(_), Form::Plain) => return false,
        }
        true
    }
}

/// The text of a field whose quotes, if it has any, stand doubled.
#[inline]
pub(crate) fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr(b'"', field) {
        None => Cow::Borrowed(field),
        Some(first) => Cow::Owned(without_double_quotes(field, first)),
    }
}

#[inline(never)]
fn without_double_quotes(field: &[u8], first: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(field.len());
    text.extend_from_slice(&field[..=first]);
    let mut rest = field.get(first + 2..).unwrap_or_default();
    while let Some(quote) = memchr::memchr(b'"', rest) {
        text.extend_from_slice(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    text
}
