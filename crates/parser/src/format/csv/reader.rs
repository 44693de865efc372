//! The rows of a CSV export as events.

use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;

use super::{Dialect, Quotes, SpreadsheetDamage};
use crate::event::Event;
use crate::format::ReadEvents;
use crate::input::decode::ByteStream;
use crate::model::{Columns, Error, Limits, LossKind, Losses, Position};

/// Reads a CSV export through the `csv` crate.
pub(crate) struct CsvReader<R> {
    rows: csv::Reader<Tail<R>>,
    columns: Arc<Columns>,
    record: ByteRecord,
    /// Offset of the first byte of the input in the file, after a byte order mark.
    base: u64,
    /// How many lines of the file precede the input.
    lines: u64,
    read: u64,
    finished: bool,
    /// The most bytes of a record.
    longest: usize,
    /// What a spreadsheet has changed; `None` if the table was not written by one: its header
    /// is in quotes.
    damage: Option<SpreadsheetDamage>,
}

impl<'a> CsvReader<ByteStream<'a>> {
    /// Continues in the middle of a file that has this header: at offset `begin`, in line
    /// `line`, after `read` records.
    pub(super) fn go_on(
        header: &[u8],
        rest: ByteStream<'a>,
        begin: u64,
        line: u64,
        read: u64,
        limits: &Limits,
    ) -> Result<CsvReader<ByteStream<'a>>, Error> {
        let header_lines = memchr::memchr_iter(b'\n', header).count() as u64;
        // The offset at which the header would have to stand to be followed by the rest.
        let base = begin - header.len() as u64;
        let input: ByteStream<'a> = Box::new(io::Cursor::new(header.to_vec()).chain(rest));
        let mut reader = CsvReader::limited(input, Dialect::quoted(b','), base, limits)?;
        // This may be below zero: a section counts its own lines, and the header may have
        // more.
        reader.lines = (line - 1).wrapping_sub(header_lines);
        reader.read = read;
        Ok(reader)
    }
}

impl<R: Read> CsvReader<R> {
    /// Reads the header. `base` is the offset of the first byte of `input`.
    #[cfg(test)]
    pub(crate) fn new(input: R, dialect: Dialect, base: u64) -> Result<CsvReader<R>, Error> {
        CsvReader::limited(input, dialect, base, &Limits::default())
    }

    /// Reads the header. `base` is the offset of the first byte of `input`.
    pub(crate) fn limited(
        input: R,
        dialect: Dialect,
        base: u64,
        limits: &Limits,
    ) -> Result<CsvReader<R>, Error> {
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            .quoting(dialect.quotes == Quotes::Undone)
            .buffer_capacity(256 * 1024)
            .from_reader(Tail::new(input, dialect.delimiter, limits.record));
        let mut record = ByteRecord::new();
        rows.read_byte_record(&mut record).map_err(read_error)?;
        if rows.get_ref().is_overlong || record.len() > limits.columns {
            let (columns, most) = (record.len(), limits.columns);
            return Err(Error::not_a_capture(format!(
                "its first record has {columns} columns and {} bytes; at most {most} columns and \
                 {} bytes are read (--limit)",
                record.as_slice().len(),
                limits.record
            )));
        }
        let is_quoted = rows.get_ref().byte_at(0) == Some(b'"');
        let headers = record.iter().map(|field| String::from_utf8_lossy(field).into_owned());
        let columns = Arc::new(Columns::from_headers(headers));
        let damage = (!is_quoted).then(|| SpreadsheetDamage::of(&columns));
        Ok(CsvReader {
            damage,
            rows,
            columns,
            record,
            base,
            lines: 0,
            read: 0,
            finished: false,
            longest: limits.record,
        })
    }

    fn position(&self) -> Position {
        let place = self.record.position();
        let mut byte = place.map_or(0, csv::Position::byte);
        let mut line = place.map_or(1, csv::Position::line);
        // The `csv` crate ends a record at the CR of its CRLF, and skips empty lines.
        while let Some(end @ (b'\r' | b'\n')) = self.rows.get_ref().byte_at(byte) {
            byte += 1;
            line += u64::from(end == b'\n');
        }
        Position::at_byte(self.base + byte)
            .with_line(self.lines.wrapping_add(line))
            .with_record(self.read)
    }

    /// How many fields of the last record are complete, if the input ends inside the
    /// record. `None` if the record is complete.
    fn cut_after(&self) -> Option<usize> {
        let tail = self.rows.get_ref();
        if !tail.ended {
            // The record was ended by its own line end.
            return None;
        }
        let have = self.record.len();
        let in_quotes = tail.quotes % 2 == 1;
        let in_field = tail.quotes > 0 && !matches!(tail.last, b'"' | b'\n' | b'\r');
        match (in_quotes || in_field, have < self.columns.len()) {
            (true, _) => Some(have.saturating_sub(1)),
            (false, true) => Some(have),
            (false, false) => None,
        }
    }

    /// Copies the first fields of the record into the event.
    fn fill(&self, event: &mut Event, fields: usize) {
        event.record.start(&self.columns);
        for field in self.record.iter().take(fields) {
            event.record.push(field);
        }
        event.position = self.position();
    }
}

impl<R: Read + Send> ReadEvents for CsvReader<R> {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        while !self.finished {
            self.rows.get_mut().allow(self.longest);
            if !self.rows.read_byte_record(&mut self.record).map_err(read_error)? {
                self.finished = true;
                break;
            }
            self.read += 1;
            if self.rows.get_ref().is_overlong {
                self.finished = true;
                let message = format!(
                    "a record of more than {} bytes, or a million fields; it and what follows it \
                     are not read (--limit record)",
                    self.longest
                );
                losses.add(LossKind::DamagedRecord, self.position(), message);
                break;
            }
            let (want, have) = (self.columns.len(), self.record.len());
            let cut_after = self.cut_after().filter(|complete| *complete < want);
            if let Some(complete) = cut_after {
                self.finished = true;
                losses.add(
                    LossKind::Truncated,
                    self.position(),
                    format!(
                        "the file ends inside this record: {complete} of {want} fields are complete"
                    ),
                );
                if complete == 0 {
                    break;
                }
                self.fill(event, complete);
                return Ok(true);
            }
            if have == want {
                if let Some(damage) = &mut self.damage {
                    damage.observe(&self.record);
                }
                self.fill(event, want);
                return Ok(true);
            }
            losses.add(
                LossKind::DamagedRecord,
                self.position(),
                format!("{have} fields where the header has {want}; the record was skipped"),
            );
        }
        Ok(false)
    }

    fn spreadsheet_damage(&self) -> SpreadsheetDamage {
        self.damage.unwrap_or_default()
    }
}

fn read_error(error: csv::Error) -> Error {
    let position = error.position().map(|place| {
        Position::at_byte(place.byte()).with_line(place.line()).with_record(place.record())
    });
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io("the capture could not be read further", error),
        _ => Error::new(crate::ErrorKind::Damaged, "the CSV could not be read further"),
    };
    match position {
        Some(position) => error.at(position),
        None => error,
    }
}

/// Passes bytes through, and keeps what the `csv` crate does not report: whether the
/// input ended inside quotes, and the last bytes, to find out where a record begins
/// exactly.
struct Tail<R> {
    input: R,
    quotes: u64,
    last: u8,
    ended: bool,
    /// How many bytes may still be read for the present record.
    allowed: usize,
    delimiter: u8,
    /// How many delimiters and bytes were read for the present record.
    delimiters: usize,
    bytes: usize,
    /// Whether it has used them up, which the `csv` crate takes for the end of the input.
    is_overlong: bool,
    /// The last two blocks, and how many bytes were read before them.
    blocks: [Vec<u8>; 2],
    before: u64,
}

impl<R> Tail<R> {
    fn new(input: R, delimiter: u8, allowed: usize) -> Tail<R> {
        let blocks = Default::default();
        let (ended, is_overlong) = (false, false);
        let (quotes, last, delimiters, bytes, before) = (0, 0, 0, 0, 0);
        Tail {
            input,
            quotes,
            last,
            ended,
            allowed,
            delimiter,
            delimiters,
            bytes,
            is_overlong,
            blocks,
            before,
        }
    }

    /// Lets so many more bytes be read, for another record.
    fn allow(&mut self, bytes: usize) {
        self.allowed = bytes;
        self.delimiters = 0;
        self.bytes = 0;
    }

    /// Whether the present record has as many fields as no table has: their places would
    /// take more memory than their bytes.
    fn has_too_many_fields(&self) -> bool {
        const MOST: usize = 1_000_000;
        const FEWEST_BYTES: usize = 8;
        self.delimiters > MOST && self.delimiters * FEWEST_BYTES > self.bytes
    }

    /// The byte at an offset; `None` if it is not kept any more.
    fn byte_at(&self, offset: u64) -> Option<u8> {
        let place = usize::try_from(offset.checked_sub(self.before)?).ok()?;
        let [older, newer] = &self.blocks;
        older.get(place).or_else(|| newer.get(place - older.len())).copied()
    }

    fn keep(&mut self, block: &[u8]) {
        self.blocks.swap(0, 1);
        self.before += self.blocks[1].len() as u64;
        self.blocks[1].clear();
        self.blocks[1].extend_from_slice(block);
    }
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Reads whole blocks, so that two blocks reach back far enough.
        if self.allowed == 0 || self.has_too_many_fields() {
            self.is_overlong = true;
            return Ok(0);
        }
        let mut count = 0;
        while count < buffer.len() {
            match self.input.read(&mut buffer[count..]) {
                Ok(0) => break,
                Ok(more) => count += more,
                Err(error) if count == 0 => return Err(error),
                // The next call returns the error again.
                Err(_) => break,
            }
        }
        self.quotes += memchr::memchr_iter(b'"', &buffer[..count]).count() as u64;
        self.allowed = self.allowed.saturating_sub(count);
        self.bytes += count;
        self.delimiters += memchr::memchr_iter(self.delimiter, &buffer[..count]).count();
        match buffer[..count].last() {
            Some(last) => {
                self.last = *last;
                self.keep(&buffer[..count]);
            }
            None => self.ended = true,
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect::quoted(b',');

    /// The fields of every event, and the losses.
    fn read(text: &str) -> (Vec<Vec<String>>, Losses) {
        let mut reader = CsvReader::new(text.as_bytes(), COMMA, 0).unwrap();
        let (mut events, mut losses) = (Vec::new(), Losses::default());
        let mut event = Event::default();
        while reader.read_event(&mut event, &mut losses).unwrap() {
            let fields = (0..event.record.len())
                .map(|index| String::from_utf8_lossy(&event.field(index).unwrap()).into_owned());
            events.push(fields.collect());
        }
        (events, losses)
    }

    const HEADER: &str = "\"Operation\",\"Path\",\"Detail\"\r\n";

    #[test]
    fn quotes_line_ends_and_control_characters_stay_inside_a_field() {
        let row = "\"a\",\"say \"\"hi\"\"\",\"x\r;\ty\nz\u{1}\"\r\n";
        let (events, losses) = read(&format!("{HEADER}{row}{row}"));
        assert_eq!(events.len(), 2);
        assert_eq!(events[1], ["a", "say \"hi\"", "x\r;\ty\nz\u{1}"]);
        assert!(losses.is_empty());
    }

    #[test]
    fn a_record_of_another_length_is_skipped_and_counted() {
        let (events, losses) =
            read(&format!("{HEADER}\"a\",\"b\",\"c\"\n\"a\",\"b\"\n\"d\",\"e\",\"f\"\n"));
        assert_eq!(events.len(), 2);
        let loss = losses.iter().next().unwrap();
        assert_eq!(loss.kind, LossKind::DamagedRecord);
        assert_eq!(loss.position.line, Some(3));
        assert_eq!(loss.position.record, Some(2));
    }

    #[test]
    fn a_file_cut_anywhere_gives_every_complete_field() {
        let whole = format!("{HEADER}\"a\",\"b\",\"c\"\r\n\"d\",\"e \"\"f\"\"\",\"g\"\r\n");
        let second = whole.rfind("\"d\"").unwrap();
        // If the file ends between the two halves of a doubled quote, the field looks
        // complete.
        let half_quote = whole.find("\"\"f").unwrap() + 1;
        for cut in (second..whole.len()).filter(|cut| ![half_quote, half_quote + 3].contains(cut)) {
            let (events, losses) = read(&whole[..cut]);
            let rest = &whole[second..cut];
            assert_eq!(events[0], ["a", "b", "c"]);
            let complete = ["\"d\"", "\"d\",\"e \"\"f\"\"\"", "\"d\",\"e \"\"f\"\"\",\"g\""]
                .iter()
                .filter(|prefix| rest.starts_with(**prefix))
                .count();
            match complete {
                0 => assert_eq!(events.len(), 1, "{rest}"),
                count => assert_eq!(events[1].len(), count, "{rest}"),
            }
            let lost = complete < 3 && !rest.is_empty();
            assert_eq!(losses.count(), u64::from(lost), "{rest}");
        }
    }

    #[test]
    fn empty_lines_in_front_of_a_record_are_no_part_of_it() {
        let text = format!("{HEADER}\r\n\n\n\"a\",\"b\",\"c\"\r\n\"d\",\"e\",\"f\"\r\n");
        let mut reader = CsvReader::new(text.as_bytes(), COMMA, 0).unwrap();
        let (mut event, mut losses) = (Event::default(), Losses::default());
        for (line, row) in [(5, "\"a\""), (6, "\"d\"")] {
            assert!(reader.read_event(&mut event, &mut losses).unwrap());
            let position = event.position();
            assert_eq!(position.line, Some(line));
            assert_eq!(position.byte, text.find(row).unwrap() as u64);
        }
    }

    #[test]
    fn a_missing_last_line_end_is_no_loss() {
        let (events, losses) = read(&format!("{HEADER}\"a\",\"b\",\"c\""));
        assert_eq!((events.len(), losses.count()), (1, 0));
        let (events, losses) = read("Operation,Path,Detail\na,b,c");
        assert_eq!((events.len(), losses.count()), (1, 0));
    }

    #[test]
    fn a_field_with_text_behind_its_closing_quote_is_read_as_the_csv_crate_does() {
        let (events, _) = read(&format!("{HEADER}\"a\"b,\"c\",\"d\"\r\n"));
        assert_eq!(events[0], ["ab", "c", "d"]);
    }
}
