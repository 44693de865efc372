//! The texts of an event in the form that a writer needs.

use std::borrow::Cow;

use crate::event::native_record::PmlRecord;
use crate::event::{Event, Record};
use crate::model::{Column, Columns};
use crate::pml::PmlEvent;

/// What a text of several lines shall look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// As it is.
    Kept,
    /// On one line, as in Procmon's CSV exports: each line feed is a `;`, and the
    /// CR before it stays. What comes from a CSV is not touched.
    Joined,
}

/// Memory that is used again for each field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    text: String,
    joined: Vec<u8>,
}

impl Event {
    /// The row of a CSV export as it is written, without its outer quotes, if the
    /// event was read from one with these columns and needs no change.
    pub(crate) fn csv_row(&self, columns: &Columns) -> Option<&[u8]> {
        let Record::Text(record) = &self.record else { return None };
        let row = record.row()?;
        (record.len() == columns.len() && record.columns.as_deref() == Some(columns)).then_some(row)
    }

    /// Hands on the position and bytes of the field for each of these columns,
    /// which need not be the event's own. A column that neither the event nor its
    /// process has is empty.
    pub(crate) fn for_each_field(
        &self,
        columns: &Columns,
        lines: Lines,
        scratch: &mut Scratch,
        mut take: impl FnMut(usize, &[u8]),
    ) {
        if let Record::Pml(record) = &self.record {
            return self.for_each_native_field(record, columns, lines, &mut scratch.text, take);
        }
        let joined = &mut scratch.joined;
        // A row of an export keeps its bytes; anything else is asked by column.
        let (as_read, has_lines) = match &self.record {
            Record::Text(record) => (record.columns.as_deref() == Some(columns), record.has_lines),
            Record::Pml(_) => (false, false),
        };
        for (index, (column, name)) in columns.known().iter().zip(columns.names()).enumerate() {
            let field = match (&self.record, column) {
                (Record::Text(_), _) if as_read => self.field(index),
                (Record::Text(_), Some(column)) => self.bytes(*column),
                (Record::Text(_), None) => self.field_named(name),
                (Record::Pml(_), _) => None,
            };
            let field = field.unwrap_or_default();
            if has_lines && lines == Lines::Joined && memchr::memchr(b'\n', &field).is_some() {
                joined.clear();
                joined.extend(field.iter().map(|&byte| if byte == b'\n' { b';' } else { byte }));
                take(index, joined);
            } else {
                take(index, &field);
            }
        }
    }

    /// The field of a column that is none of Procmon's.
    fn field_named(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        self.field(self.columns()?.names().position(|other| other == name)?)
    }

    /// The same for an event of a native capture, without a copy of a text.
    fn for_each_native_field(
        &self,
        record: &PmlRecord,
        columns: &Columns,
        lines: Lines,
        text: &mut String,
        mut take: impl FnMut(usize, &[u8]),
    ) {
        let event = record.event();
        for (index, column) in columns.known().iter().enumerate() {
            text.clear();
            if let Some(column) = *column {
                match lines {
                    Lines::Joined => {
                        event.column_text(column, text);
                    }
                    Lines::Kept => self.push_lines(&event, column, text),
                }
            }
            take(index, text.as_bytes());
        }
    }

    /// Appends the text of a column, which keeps its lines.
    fn push_lines(&self, event: &PmlEvent<'_>, column: Column, out: &mut String) {
        // Texts of the process, which the event would give on one line.
        match self.process.as_ref().and_then(|process| process.text(column)) {
            Some(text) if text.contains('\n') => out.push_str(text),
            _ => event.push_lines(column, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Process;

    fn fields(event: &Event, columns: &[&str], lines: Lines) -> Vec<String> {
        let columns = Columns::from_headers(columns.iter().copied());
        let mut fields = Vec::new();
        event.for_each_field(&columns, lines, &mut Scratch::default(), |index, field| {
            assert_eq!(index, fields.len());
            fields.push(String::from_utf8(field.to_vec()).unwrap());
        });
        fields
    }

    fn event(columns: &[&str], texts: &[&str]) -> Event {
        let columns = Arc::new(Columns::from_headers(columns.iter().copied()));
        let mut event = Event::default();
        event.record.start(&columns);
        texts.iter().for_each(|text| event.record.push(text.as_bytes()));
        event
    }

    #[test]
    fn fields_are_found_by_name_and_missing_ones_are_empty() {
        let mut event = event(&["Note", "PID", "Path"], &["n", "4", "p"]);
        let process = Process { session: Some(1), pid: Some(5), ..Process::default() };
        event.process = Some(Arc::new(process));
        let asked = ["Path", "Session", "TID", "pid", "Note", "Else"];
        assert_eq!(fields(&event, &asked, Lines::Kept), ["p", "1", "", "4", "n", ""]);
    }

    #[test]
    fn line_feeds_become_what_procmon_makes_of_them_unless_a_csv_has_them() {
        let text = "Environment: \r\n\tA=1\r\n\tB=2";
        let mut event = event(&["Detail"], &[text]);
        assert_eq!(fields(&event, &["Detail"], Lines::Joined), [text]);
        let columns = Arc::new(Columns::from_known(&[Column::Detail]));
        event.record.start_with_lines(&columns);
        event.record.push(text.as_bytes());
        assert_eq!(fields(&event, &["Detail"], Lines::Kept), [text]);
        let joined = ["Environment: \r;\tA=1\r;\tB=2"];
        assert_eq!(fields(&event, &["Detail"], Lines::Joined), joined);
        assert_eq!(fields(&event, &["PID", "Detail"], Lines::Joined)[1], joined[0]);
        // The memory of an event from an XML, used again for a row of a CSV.
        event.record.start(&columns);
        event.record.push(text.as_bytes());
        assert_eq!(fields(&event, &["Detail"], Lines::Joined), [text]);
    }
}
