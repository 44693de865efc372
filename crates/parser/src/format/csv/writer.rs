//! CSV as Procmon writes it.

use std::io::{self, Write};

use super::native_rows::NativeRows;
use crate::event::{Event, Record};
use crate::format::fields::{Lines, Scratch};
use crate::model::Columns;

/// Writes events as Procmon exports them: UTF-8 with a byte order mark, every
/// field quoted, inner quotes doubled, CRLF after every record.
///
/// Field texts are written as the capture has them, so a CSV that Procmon wrote
/// comes out byte for byte. A line feed in a text from another format becomes `;`,
/// which is what Procmon makes of it.
///
/// ```
/// use procmonkey_parser::{Column, Columns, CsvWriter, Event};
///
/// let mut writer = CsvWriter::new(Vec::new(), &Columns::from_known(&[Column::Path]))?;
/// writer.write(&Event::default())?;
/// assert_eq!(writer.into_inner(), b"\xef\xbb\xbf\"Path\"\r\n\"\"\r\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct CsvWriter<W> {
    output: W,
    columns: Columns,
    line: Vec<u8>,
    scratch: Scratch,
    native: Box<NativeRows>,
}

impl<W: Write> CsvWriter<W> {
    /// Writes byte order mark and header.
    pub fn new(mut output: W, columns: &Columns) -> io::Result<CsvWriter<W>> {
        let mut line = b"\xef\xbb\xbf".to_vec();
        for (index, name) in columns.names().enumerate() {
            push_field(&mut line, index, name.as_bytes());
        }
        line.extend_from_slice(b"\r\n");
        output.write_all(&line)?;
        Ok(CsvWriter {
            output,
            columns: columns.clone(),
            line,
            scratch: Scratch::default(),
            native: Box::new(NativeRows::new(columns)),
        })
    }

    /// Writes one event. A column that the event does not have is left empty.
    pub fn write(&mut self, event: &Event) -> io::Result<()> {
        self.line.clear();
        if let Record::Pml(record) = &event.record
            && !self.columns.is_empty()
        {
            self.native.push(record, &mut self.line);
            return self.output.write_all(&self.line);
        }
        let line = &mut self.line;
        if let Some(row) = event.csv_row(&self.columns) {
            line.push(b'"');
            line.extend_from_slice(row);
            line.extend_from_slice(b"\"\r\n");
            return self.output.write_all(line);
        }
        event.for_each_field(&self.columns, Lines::Joined, &mut self.scratch, |index, field| {
            push_field(line, index, field);
        });
        self.line.extend_from_slice(b"\r\n");
        self.output.write_all(&self.line)
    }

    /// What the records are written to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.output
    }

    /// Hands the output back.
    pub fn into_inner(self) -> W {
        self.output
    }
}

fn push_field(line: &mut Vec<u8>, index: usize, field: &[u8]) {
    line.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
    let mut rest = field;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        line.extend_from_slice(&rest[..=quote]);
        line.push(b'"');
        rest = &rest[quote + 1..];
    }
    line.extend_from_slice(rest);
    line.push(b'"');
}
