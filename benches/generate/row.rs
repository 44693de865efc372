//! A row with all of Procmon's columns, as a template for many.

use std::io::{self, Write};

use procmonkey_parser::{Column, Columns, Event, push_csv_record};

/// The fields of a row, in the order of the columns of the pool.
#[derive(Clone)]
pub struct Row {
    fields: Vec<Vec<u8>>,
}

/// Where a field of the columns is. Every pool has these.
pub fn place(columns: &Columns, column: Column) -> usize {
    columns.position(column).unwrap_or_else(|| panic!("the samples have a column {column:?}"))
}

impl Row {
    /// Takes the texts of an event; a column that it does not have is empty.
    pub fn of(event: &Event, columns: &Columns) -> Row {
        let field = |known: &Option<Column>| {
            known.and_then(|column| event.get(column)).unwrap_or_default().into_owned().into_bytes()
        };
        Row { fields: columns.known().iter().map(field).collect() }
    }

    pub fn field(&self, place: usize) -> &[u8] {
        &self.fields[place]
    }

    pub fn set(&mut self, place: usize, text: impl Into<Vec<u8>>) {
        self.fields[place] = text.into();
    }

    /// Whether a field holds a text, without regard to case.
    pub fn holds(&self, place: usize, text: &str) -> bool {
        let field = String::from_utf8_lossy(self.field(place)).to_ascii_lowercase();
        field.contains(&text.to_ascii_lowercase())
    }

    /// Writes the row as Procmon does: every field quoted, quotes doubled. `fill` is
    /// told where the text of each field will stand, and may write another one.
    pub fn write_csv(&self, out: &mut Vec<u8>, mut fill: impl FnMut(usize, usize) -> Filling) {
        for (index, field) in self.fields.iter().enumerate() {
            out.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
            if let Filling::Own = fill(index, out.len()) {
                for &byte in field {
                    out.push(byte);
                    if byte == b'"' {
                        out.push(byte);
                    }
                }
            }
            out.push(b'"');
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// What to write for a field.
pub enum Filling {
    /// The field's own text.
    Own,
    /// Nothing; it is filled in later.
    Later,
}

/// Writes the header of a CSV export.
pub fn write_header(out: &mut impl Write, columns: &Columns) -> io::Result<()> {
    let mut header = "\u{feff}".as_bytes().to_vec();
    push_csv_record(&mut header, columns.names());
    out.write_all(&header)
}
