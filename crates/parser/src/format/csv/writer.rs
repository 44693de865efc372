//! CSV as Procmon writes it.

use std::io::Write;

use super::native_rows::NativeRows;
use super::quote::{push_csv_field, push_csv_record};
use crate::event::{Event, Record};
use crate::format::fields::{Lines, Scratch};
use crate::model::{Columns, Error};

/// Writes events as Procmon exports them: UTF-8 with a byte order mark, every
/// field quoted, inner quotes doubled, CRLF after every record.
///
/// Texts are written as the capture has them, so a CSV that Procmon has written is
/// reproduced byte for byte. A line feed in a text from another format becomes `;`, as in
/// Procmon's own exports.
///
/// ```
/// use procmonkey_parser::{Column, Columns, CsvWriter, Event};
///
/// let mut writer = CsvWriter::new(Vec::new(), &Columns::from_known(&[Column::Path]))?;
/// writer.write(&Event::default())?;
/// assert_eq!(writer.into_inner(), b"\xef\xbb\xbf\"Path\"\r\n\"\"\r\n");
/// # Ok::<(), procmonkey_parser::Error>(())
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
    /// Writes the byte order mark and the header.
    pub fn new(mut output: W, columns: &Columns) -> Result<CsvWriter<W>, Error> {
        let mut line = b"\xef\xbb\xbf".to_vec();
        push_csv_record(&mut line, columns.names());
        output.write_all(&line).map_err(Error::written)?;
        Ok(CsvWriter {
            output,
            columns: columns.clone(),
            line,
            scratch: Scratch::default(),
            native: Box::new(NativeRows::new(columns)),
        })
    }

    /// Writes one event. A column that the event does not have is left empty.
    pub fn write(&mut self, event: &Event) -> Result<(), Error> {
        self.line.clear();
        if let Record::Pml(record) = &event.record
            && !self.columns.is_empty()
        {
            self.native.push(record, &mut self.line);
            return self.output.write_all(&self.line).map_err(Error::written);
        }
        let line = &mut self.line;
        if let Some(row) = event.csv_row(&self.columns) {
            line.push(b'"');
            line.extend_from_slice(row);
            line.extend_from_slice(b"\"\r\n");
            return self.output.write_all(line).map_err(Error::written);
        }
        event.for_each_field(&self.columns, Lines::Joined, &mut self.scratch, |index, field| {
            push_csv_field(line, index, field);
        });
        self.line.extend_from_slice(b"\r\n");
        self.output.write_all(&self.line).map_err(Error::written)
    }

    /// The output that the records are written to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.output
    }

    /// Returns the output.
    pub fn into_inner(self) -> W {
        self.output
    }
}
