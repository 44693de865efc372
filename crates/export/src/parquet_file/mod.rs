//! Apache Parquet, for DuckDB, pandas, Polars, Spark and whatever else reads columns.
//!
//! The columns are those of the table of events (see [`crate::TABLE_VERSION`] and the list in
//! [`ParquetWriter`]). Texts are in dictionaries; `event_id` and the whole numbers of 64 bits are
//! written as differences. Pages are compressed with Snappy, which every reader has.
//!
//! Rows stay in their order, and are written in groups of [`ROWS_IN_GROUP`], or fewer where their
//! texts are long. Each group says the lowest and the highest value of the columns that are numbers
//! or times, and of `file`, `process_name`, `operation`, `path` and `result`, and has Bloom filters
//! of `process_name`, `pid` and `path`: a reader that looks for one of them skips the groups that
//! cannot have it.

mod column;
mod dictionary;
#[cfg(test)]
mod tests;
mod texts;

use std::fmt;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type};
use procmonkey_analysis::report::StoredFile;
use procmonkey_parser::push_json_string;

use crate::json::{push_comma, push_key, push_number, push_text, push_text_or_null};
use crate::row::{Row, Source};
use crate::table::{Cell, CellSink, Holds, TABLE_VERSION, Table, TableColumn, TableOptions};
use column::{Values, type_of};
use dictionary::{Help, column_of};

/// How many rows a group has at most.
pub const ROWS_IN_GROUP: usize = 65_536;

/// How many bytes the texts of a group have at most, but for the last row.
const TEXT_IN_GROUP: usize = 12 << 20;

/// How large the dictionary of a column can be, in bytes.
const DICTIONARY: usize = 2 << 20;

/// The columns that a reader looks for single values in.
const LOOKED_FOR: [&str; 3] = ["process_name", "pid", "path"];

/// The columns of text whose lowest and highest values say something.
const COMPARED: [&str; 5] = ["file", "process_name", "operation", "path", "result"];

/// Writes events as a Parquet file. What is written goes to a [`Write`], group by group; it need not
/// be a file. In memory, there is one group, and what the end of the file says of the others.
///
/// | column | Parquet type |
/// |---|---|
/// | `event_id`, `file`, `local_time`, `time_quality`, `time_text`, `detail_text`, and Procmon's columns that are texts | BYTE_ARRAY, String |
/// | `event_number`, `filetime` | INT64 |
/// | `datetime` | INT64, Timestamp in microseconds, UTC; `filetime` has the 100 ns |
/// | `utc_offset` | INT32: minutes that the clock is ahead of UTC |
/// | `pid`, `tid`, `parent_pid`, `session` | INT32, Int of 32 bits without a sign |
/// | `duration` | DOUBLE: seconds |
/// | `neighbour`, `virtualized` | BOOLEAN |
/// | `detail`, `other`, `unread`, `stack` | BYTE_ARRAY, JSON |
///
/// `event_number`, `neighbour` and `time_quality` are in every row; the others can be null. The
/// end of the file says `procmonkey.format_version`, `procmonkey.version` and `procmonkey.captures`:
/// a JSON array of objects with `capture_id`, `file` and `columns`, one for each capture; where files
/// were noted, `procmonkey.files`: the same with `path`, `bytes` and `sha256`.
///
/// ```
/// use procmonkey_export::{ParquetWriter, Row, Source, TableOptions};
/// use procmonkey_parser::{Event, Input, ReadOptions};
///
/// let csv = "\"PID\",\"Operation\",\"Path\"\r\n\"4412\",\"ReadFile\",\"C:\\a\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let mut writer = ParquetWriter::new(Vec::new(), TableOptions::new())?;
/// writer.begin_capture(&Source::of(&capture))?;
/// let mut event = Event::default();
/// while capture.read_event(&mut event)? {
///     writer.write_row(&Row::new(&event, capture.clock()))?;
/// }
/// let file = writer.finish()?;
/// assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ParquetWriter<W: Write> {
    out: W,
    file: SerializedFileWriter<Vec<u8>>,
    table: Table,
    group: Group,
    /// The value of `procmonkey.captures`, without its end.
    captures: Vec<u8>,
    /// The same of `procmonkey.files`.
    files: Vec<u8>,
}

impl<W: Write> fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetWriter").field("rows", &self.group.rows).finish_non_exhaustive()
    }
}

/// The rows that are not written yet.
struct Group {
    columns: Vec<Values>,
    of_process: ProcessColumns,
    /// How many rows were written before.
    first_row: u64,
    rows: usize,
    text: usize,
}

/// The columns that say something of the process. They have values for some rows only: most rows
/// have those of an earlier one.
#[derive(Debug)]
struct ProcessColumns {
    columns: Range<usize>,
    /// How many values each column has.
    values: u32,
    /// For each row, which of them are its own.
    rows: Vec<u32>,
}

impl ProcessColumns {
    /// Notes that the next row has values of its own, where this is the first of the columns.
    fn note_own(&mut self, column: usize) {
        if column == self.columns.start && !self.columns.is_empty() {
            self.rows.push(self.values);
            self.values += 1;
        }
    }
}

impl Group {
    /// Forgets the rows, which were written.
    fn begin_next(&mut self) {
        self.first_row += self.rows as u64;
        (self.rows, self.text) = (0, 0);
        self.of_process.rows.clear();
        self.of_process.values = 0;
    }

    /// The place of a row among those that are held; `None` where it was written before.
    fn place_of(&self, row: u64) -> Option<usize> {
        usize::try_from(row.checked_sub(self.first_row)?).ok()
    }
}

impl CellSink for Group {
    type Error = ParquetError;

    fn take(&mut self, place: usize, cell: Cell<'_>) -> Result<(), ParquetError> {
        self.of_process.note_own(place);
        self.text += self.columns[place].push(cell)?;
        Ok(())
    }

    fn take_again(&mut self, place: usize, cell: Cell<'_>, row: u64) -> Result<(), ParquetError> {
        // Of the columns of the process, the values of a row stand elsewhere.
        let row = self.place_of(row).filter(|_| !self.of_process.columns.contains(&place));
        let Some(row) = row else { return self.take(place, cell) };
        self.text += self.columns[place].push_again(cell, row)?;
        Ok(())
    }

    fn take_all_again(&mut self, places: Range<usize>, row: u64) -> bool {
        let row = self.place_of(row).filter(|_| places == self.of_process.columns);
        let values = row.and_then(|row| self.of_process.rows.get(row).copied());
        self.of_process.rows.extend(values);
        values.is_some()
    }
}

impl<W: Write> ParquetWriter<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(out: W, options: TableOptions) -> io::Result<ParquetWriter<W>> {
        let table = Table::new(options);
        let types: Result<Vec<_>, _> =
            table.columns().iter().map(|column| type_of(column).map(Arc::new)).collect();
        let schema =
            Type::group_type_builder("events").with_fields(types.map_err(unwritten)?).build();
        let schema = Arc::new(schema.map_err(unwritten)?);
        let properties = Arc::new(properties(table.columns()));
        let file = SerializedFileWriter::new(Vec::new(), schema, properties).map_err(unwritten)?;
        let columns = table.columns().iter().map(Values::new).collect();
        let of_process =
            ProcessColumns { columns: table.columns_of_process(), values: 0, rows: Vec::new() };
        let group = Group { columns, of_process, first_row: 0, rows: 0, text: 0 };
        let mut writer =
            ParquetWriter { out, file, table, group, captures: vec![b'['], files: vec![b'['] };
        writer.pass_on()?;
        Ok(writer)
    }

    /// Begins the rows of a capture.
    ///
    /// # Errors
    /// Now, there is nothing that can fail; later there may be.
    pub fn begin_capture(&mut self, source: &Source<'_>) -> io::Result<()> {
        let out = &mut self.captures;
        push_comma(out);
        out.push(b'{');
        push_text_or_null("capture_id", source.capture_id.as_deref(), out);
        if let Some(file) = source.file {
            push_text("file", file, out);
        }
        push_key("columns", out);
        out.push(b'[');
        for name in source.columns.names() {
            push_comma(out);
            push_json_string(out, name);
        }
        out.extend_from_slice(b"]}");
        self.table.begin(source);
        Ok(())
    }

    /// Adds an event.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_row(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.table.fill(row, &mut self.group).map_err(unwritten)?;
        self.group.rows += 1;
        if self.group.rows >= ROWS_IN_GROUP || self.group.text >= TEXT_IN_GROUP {
            self.write_group()?;
        }
        Ok(())
    }

    /// Keeps the digest of a file that rows are from.
    pub fn note_file(&mut self, file: &StoredFile) {
        let out = &mut self.files;
        push_comma(out);
        out.push(b'{');
        push_text("path", &file.path, out);
        push_number("bytes", file.bytes, out);
        push_text("sha256", &file.sha256, out);
        out.push(b'}');
    }

    /// Writes the rest and the end of the file.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        if self.group.rows > 0 {
            self.write_group()?;
        }
        let array = |mut bytes: Vec<u8>| {
            bytes.push(b']');
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let files = std::mem::take(&mut self.files);
        let captures = array(std::mem::take(&mut self.captures));
        if files.len() > 1 {
            let files = KeyValue::new("procmonkey.files".to_string(), array(files));
            self.file.append_key_value_metadata(files);
        }
        for (key, value) in [
            ("procmonkey.format_version", TABLE_VERSION.to_string()),
            ("procmonkey.version", env!("CARGO_PKG_VERSION").to_string()),
            ("procmonkey.captures", captures),
        ] {
            self.file.append_key_value_metadata(KeyValue::new(key.to_string(), value));
        }
        self.file.finish().map_err(unwritten)?;
        self.pass_on()?;
        Ok(self.out)
    }

    fn write_group(&mut self) -> io::Result<()> {
        write_columns(&mut self.file, &mut self.group).map_err(unwritten)?;
        self.group.begin_next();
        self.pass_on()
    }

    /// Hands on what the file has written.
    fn pass_on(&mut self) -> io::Result<()> {
        self.file.flush()?;
        let written = self.file.inner_mut();
        self.out.write_all(written)?;
        written.clear();
        Ok(())
    }
}

fn write_columns(
    file: &mut SerializedFileWriter<Vec<u8>>,
    rows: &mut Group,
) -> Result<(), ParquetError> {
    let Group { columns, of_process, .. } = rows;
    let descriptors = file.schema_descr().columns().to_vec();
    let mut group = file.next_row_group()?;
    for (place, (values, descriptor)) in columns.iter_mut().zip(&descriptors).enumerate() {
        if of_process.columns.contains(&place) {
            values.spread(&of_process.rows);
        }
        if let Some(dictionary) = values.dictionary() {
            let extremes = Help::when(COMPARED.contains(&descriptor.name()));
            let filter = Help::when(LOOKED_FOR.contains(&descriptor.name()));
            let (bytes, close) = column_of(&dictionary, descriptor, extremes, filter)?;
            group.append_column(&bytes, close)?;
            values.forget_texts();
            continue;
        }
        let Some(mut column) = group.next_column()? else { break };
        values.write(&mut column)?;
        column.close()?;
    }
    group.close().map(drop)
}

fn properties(columns: &[TableColumn]) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("procmonkey version ", env!("CARGO_PKG_VERSION")).to_string())
        .set_compression(Compression::SNAPPY)
        .set_dictionary_page_size_limit(DICTIONARY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(None);
    for column in columns {
        let path = ColumnPath::from(column.name);
        if !is_text(column.holds) || COMPARED.contains(&column.name) {
            properties =
                properties.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
        }
        let encoding = match column.holds {
            Holds::UniqueText => Encoding::DELTA_BYTE_ARRAY,
            Holds::Whole | Holds::Moment => Encoding::DELTA_BINARY_PACKED,
            _ => {
                if LOOKED_FOR.contains(&column.name) {
                    // As large as is needed for so many values, and made smaller for fewer.
                    properties =
                        properties.set_column_bloom_filter_max_ndv(path, ROWS_IN_GROUP as u64);
                }
                continue;
            }
        };
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, encoding);
    }
    properties.build()
}

fn is_text(holds: Holds) -> bool {
    match holds {
        Holds::Text | Holds::UniqueText | Holds::Json => true,
        Holds::Whole
        | Holds::Number
        | Holds::Minutes
        | Holds::Seconds
        | Holds::Truth
        | Holds::Moment => false,
    }
}

/// An error of the crate as one of writing. `Vec` takes everything, so there is no other inside.
fn unwritten(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
