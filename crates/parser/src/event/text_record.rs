//! The texts of one row of an export.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::model::{Column, Columns};
use crate::scan::Quotes;

/// The fields of one row, one after the other in one buffer.
#[derive(Debug, Default)]
pub(crate) struct TextRecord {
    pub(crate) columns: Option<Arc<Columns>>,
    text: Buffer,
    ends: Vec<usize>,
    form: Form,
    /// Whether line feeds in texts are kept. A CSV export of Procmon has none, but one
    /// that another program has saved may.
    pub(crate) has_lines: bool,
    /// Whether each field is known to be valid UTF-8.
    is_text: bool,
}

impl Clone for TextRecord {
    fn clone(&self) -> TextRecord {
        let mut copy = TextRecord::default();
        copy.clone_from(self);
        copy
    }

    /// Keeps the buffers.
    fn clone_from(&mut self, source: &TextRecord) {
        let TextRecord { columns, text, ends, form, has_lines, is_text } = source;
        let is_same = match (&self.columns, columns) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            _ => false,
        };
        if !is_same {
            self.columns.clone_from(columns);
        }
        self.text.clone_from(text);
        self.ends.clone_from(ends);
        (self.form, self.has_lines, self.is_text) = (*form, *has_lines, *is_text);
        // Whoever keeps a row looks at its texts.
        self.settle_text();
    }
}

/// The texts of a row: text that is known to be valid UTF-8 throughout is not checked again
/// for each field.
#[derive(Debug)]
enum Buffer {
    Bytes(Vec<u8>),
    Text(String),
}

impl Clone for Buffer {
    fn clone(&self) -> Buffer {
        match self {
            Buffer::Bytes(bytes) => Buffer::Bytes(bytes.clone()),
            Buffer::Text(text) => Buffer::Text(text.clone()),
        }
    }

    /// Keeps the memory where both are of one kind.
    fn clone_from(&mut self, source: &Buffer) {
        match (self, source) {
            (Buffer::Bytes(own), Buffer::Bytes(bytes)) => own.clone_from(bytes),
            (Buffer::Text(own), Buffer::Text(text)) => own.clone_from(text),
            (own, source) => *own = source.clone(),
        }
    }
}

impl Default for Buffer {
    fn default() -> Buffer {
        Buffer::Bytes(Vec::new())
    }
}

impl Buffer {
    #[inline]
    fn bytes(&self) -> &[u8] {
        match self {
            Buffer::Bytes(bytes) => bytes,
            Buffer::Text(text) => text.as_bytes(),
        }
    }

    /// The bytes, which may become anything.
    #[inline]
    fn bytes_mut(&mut self) -> &mut Vec<u8> {
        if let Buffer::Text(text) = self {
            *self = Buffer::Bytes(std::mem::take(text).into_bytes());
        }
        match self {
            Buffer::Bytes(bytes) => bytes,
            Buffer::Text(_) => unreachable!("it was made bytes above"),
        }
    }
}

/// How the fields are stored in the buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    /// Unquoted, with nothing between them.
    #[default]
    Plain,
    /// As a CSV has them: `","` between two fields, and quotes doubled.
    Row,
    /// The same, and it is known that no field has a quote.
    QuotelessRow,
}

impl Form {
    /// How many bytes stand between two fields.
    fn between(self) -> usize {
        match self {
            Form::Plain => 0,
            Form::Row | Form::QuotelessRow => BETWEEN,
        }
    }
}

/// The length of `","`, which stands between two fields of a row.
const BETWEEN: usize = 3;

impl TextRecord {
    /// Empties the record for a row with these columns.
    pub(crate) fn start(&mut self, columns: &Arc<Columns>) {
        match &self.columns {
            Some(current) if Arc::ptr_eq(current, columns) => {}
            _ => self.columns = Some(Arc::clone(columns)),
        }
        self.text.bytes_mut().clear();
        self.ends.clear();
        self.form = Form::Plain;
        self.has_lines = false;
        self.is_text = false;
    }

    /// Takes a row of a CSV as it is written, without its outer quotes: all fields
    /// quoted, inner quotes doubled. `commas` are the places of the commas between
    /// fields, in the bytes in which the row begins at `start`.
    pub(crate) fn set_row(&mut self, row: &[u8], start: usize, commas: &[u32]) {
        self.text.bytes_mut().extend_from_slice(row);
        // From the comma back to the quote before it.
        self.ends.extend(commas.iter().map(|&comma| comma as usize - start - 1));
        self.ends.push(row.len());
        self.form = Form::Row;
    }

    /// Looks for quotes in the whole row, so that nobody has to look for them in each field.
    pub(crate) fn find_quotes(&mut self) {
        // Two quotes stand between two fields.
        let between = 2 * self.ends.len().saturating_sub(1);
        if self.form == Form::Row && memchr::memchr_iter(b'"', self.text.bytes()).count() == between
        {
            self.form = Form::QuotelessRow;
        }
    }

    /// Notes that the row is ASCII throughout.
    pub(crate) fn note_ascii(&mut self) {
        self.is_text = true;
    }

    /// The row as the CSV has it, without its outer quotes, if it was taken from one.
    pub(crate) fn row(&self) -> Option<&[u8]> {
        (self.form != Form::Plain).then(|| self.text.bytes())
    }

    /// Adds the next field.
    pub(crate) fn push(&mut self, field: &[u8]) {
        let text = self.text.bytes_mut();
        text.extend_from_slice(field);
        self.ends.push(text.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes a copy has.
    pub(crate) fn memory(&self) -> usize {
        self.text.bytes().len() + size_of_val(&self.ends[..])
    }

    /// The bytes of a field, unquoted.
    #[inline]
    pub(crate) fn field(&self, index: usize) -> Option<Cow<'_, [u8]>> {
        let field = self.written(index)?;
        Some(match self.form {
            Form::Plain | Form::QuotelessRow => Cow::Borrowed(field),
            Form::Row => unquoted(field),
        })
    }

    /// A field as it is stored in the buffer.
    #[inline]
    fn written(&self, index: usize) -> Option<&[u8]> {
        self.text.bytes().get(self.place(index)?)
    }

    /// The range of a field in the buffer.
    #[inline]
    pub(crate) fn place(&self, index: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] + self.form.between() };
        Some(start..end)
    }

    /// Neighbouring fields as a CSV has them, with what stands between them.
    pub(crate) fn span(&self, fields: Range<usize>) -> Option<&[u8]> {
        let first = self.place(fields.start)?;
        let last = self.place(fields.end.checked_sub(1)?)?;
        self.row()?.get(first.start..last.end)
    }

    /// The buffer, and how quotes are written in it; `None` if not every field is valid
    /// UTF-8.
    pub(crate) fn texts(&self) -> Option<(&[u8], Quotes)> {
        let quotes = match self.form {
            Form::Plain => Quotes::Single,
            Form::Row | Form::QuotelessRow => Quotes::Doubled,
        };
        self.is_text.then(|| (self.text.bytes(), quotes))
    }

    #[inline]
    pub(crate) fn column(&self, column: Column) -> Option<Cow<'_, [u8]>> {
        self.field(self.columns.as_ref()?.position(column)?)
    }

    /// The text of a column. Bytes that are not valid UTF-8 are shown as U+FFFD.
    pub(crate) fn text_of(&self, column: Column) -> Option<Cow<'_, str>> {
        let index = self.columns.as_ref()?.position(column)?;
        if let Buffer::Text(text) = &self.text {
            let field = text.get(self.place(index)?)?;
            return Some(match self.form == Form::Row && has_quote(field.as_bytes()) {
                true => Cow::Owned(field.replace("\"\"", "\"")),
                false => Cow::Borrowed(field),
            });
        }
        self.field(index).map(shown)
    }

    /// Notes that the texts will be asked for several times.
    pub(crate) fn settle_text(&mut self) {
        self.find_quotes();
        if self.is_text
            && let Buffer::Bytes(bytes) = &mut self.text
        {
            self.text = match String::from_utf8(std::mem::take(bytes)) {
                Ok(text) => Buffer::Text(text),
                Err(error) => Buffer::Bytes(error.into_bytes()),
            };
        }
    }

    /// Whether each field is valid UTF-8.
    pub(crate) fn check_text(&mut self) -> bool {
        self.is_text = self.is_text
            || self.text.bytes().is_ascii()
            || std::str::from_utf8(self.text.bytes())
                .is_ok_and(|text| self.ends.iter().all(|&end| text.is_char_boundary(end)));
        self.is_text
    }
}

impl TextRecord {
    /// Replaces the bytes of each field by the text that they are in this encoding.
    pub(crate) fn decode(&mut self, encoding: &'static Encoding) -> Decoded {
        let (mut text, mut ends) = (Vec::with_capacity(self.text.bytes().len()), Vec::new());
        let mut decoded = Decoded::Whole;
        for index in 0..self.len() {
            let field = self.field(index).unwrap_or_default();
            let (field, has_errors) = encoding.decode_without_bom_handling(&field);
            if has_errors {
                decoded = Decoded::InPart;
            }
            text.extend_from_slice(field.as_bytes());
            ends.push(text.len());
        }
        (self.text, self.ends) = (Buffer::Bytes(text), ends);
        (self.form, self.is_text) = (Form::Plain, true);
        decoded
    }
}

/// How much of the bytes was text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decoded {
    Whole,
    /// What was not is U+FFFD now.
    InPart,
}

/// The text of a field whose inner quotes are doubled.
#[inline]
pub(crate) fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    match has_quote(field) {
        false => Cow::Borrowed(field),
        true => Cow::Owned(without_double_quotes(field)),
    }
}

/// Whether a field contains a quote. Most fields are short.
#[inline]
fn has_quote(field: &[u8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    if field.len() > 48 {
        return memchr::memchr(b'"', field).is_some();
    }
    let (words, rest) = field.as_chunks();
    let in_words = words.iter().fold(0, |found, word| {
        let zero_if_quote = u64::from_ne_bytes(*word) ^ (LOW * u64::from(b'"'));
        found | (zero_if_quote.wrapping_sub(LOW) & !zero_if_quote & HIGH)
    });
    rest.iter().fold(in_words != 0, |found, byte| found | (*byte == b'"'))
}

/// The text that bytes are shown as.
fn shown(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        },
        Cow::Owned(bytes) => Cow::Owned(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }),
    }
}

#[inline(never)]
fn without_double_quotes(field: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        text.extend_from_slice(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same fields, unquoted and as a row that is preceded by other bytes.
    fn both(fields: &[&[u8]]) -> [TextRecord; 2] {
        let columns = Arc::new(Columns::from_headers(["Path", "Detail", "Note"]));
        let [mut plain, mut row] = [TextRecord::default(), TextRecord::default()];
        plain.start(&columns);
        row.start(&columns);
        let (mut text, mut commas) = (Vec::new(), Vec::new());
        for (index, field) in fields.iter().enumerate() {
            plain.push(field);
            if index > 0 {
                commas.push(1000 + text.len() as u32 + 1);
                text.extend_from_slice(b"\",\"");
            }
            for byte in *field {
                text.extend(std::iter::repeat_n(byte, if *byte == b'"' { 2 } else { 1 }));
            }
        }
        row.set_row(&text, 1000, &commas);
        [plain, row]
    }

    #[test]
    fn a_row_has_the_fields_that_were_written_in_it() {
        for len in 0..60 {
            let long = "x".repeat(len);
            let quote = format!("{}\"{}", &long[..len / 3], &long[len / 3..]);
            let quotes = format!("\"{quote}\"\"");
            let (long, quote, quotes) = (long.as_bytes(), quote.as_bytes(), quotes.as_bytes());
            for fields in [[long, quote, quotes], [quotes, long, b""], [b"", quote, b""]] {
                for mut record in both(&fields) {
                    for _ in ["before", "after"] {
                        assert_eq!(record.len(), 3);
                        for (index, field) in fields.iter().enumerate() {
                            assert_eq!(record.field(index).as_deref(), Some(*field));
                        }
                        assert_eq!(record.field(3), None);
                        assert_eq!(record.column(Column::Detail).as_deref(), Some(fields[1]));
                        record.find_quotes();
                    }
                    let has_quote = fields.iter().any(|field| field.contains(&b'"'));
                    assert_eq!(
                        record.form == Form::QuotelessRow,
                        !has_quote && record.row().is_some()
                    );
                }
            }
        }
    }

    #[test]
    fn decoded_fields_are_text_of_which_quotes_stay_single() {
        for mut record in both(&[b"D\xe9mo \"x\"", b"", b"\xd6"]) {
            record.has_lines = true;
            assert!(!record.check_text());
            assert_eq!(record.decode(encoding_rs::WINDOWS_1252), Decoded::Whole);
            let fields: Vec<_> = (0..3).map(|index| record.field(index).unwrap()).collect();
            assert_eq!(fields, ["D\u{e9}mo \"x\"".as_bytes(), b"", "\u{d6}".as_bytes()]);
            assert!(record.check_text() && record.row().is_none() && record.has_lines);
        }
        let [mut record, _] = both(&[b"a\xff", b"b", b"c"]);
        assert_eq!(record.decode(encoding_rs::UTF_8), Decoded::InPart);
        assert_eq!(record.field(0).as_deref(), Some("a\u{fffd}".as_bytes()));
    }

    #[test]
    fn fields_are_known_as_text_where_each_of_them_is() {
        let whole = "\u{e4}".as_bytes();
        let [first, second] = [&whole[..1], &whole[1..]];
        for (fields, are_text) in [
            ([whole, b"a", b"\""], true),
            // Together they are a valid character.
            ([first, second, b"a"], false),
            ([b"a", b"b", first], false),
        ] {
            for mut record in both(&fields) {
                assert_eq!(record.check_text(), are_text, "{record:?}");
                assert_eq!(record.texts().is_some(), are_text, "{record:?}");
            }
        }
    }
}
