//! The events of a text, one after the other.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

use super::leftover::Beside;
use super::lines::{LONGEST, Lines};
use super::pieces::{Again, Pieces, Reading};
use super::quoted_printable::{Decoded, QuotedPrintable};
use crate::event::Event;
use crate::format::ReadEvents;
use crate::model::{Column, Columns, Error, LossKind, Losses, OtherText, Position, Process};

/// How much of a text is read to know which columns its events have.
const LOOK_AHEAD: u64 = 1024 * 1024;

/// Reads the events of a text with anything else in between.
pub(crate) struct PastedReader<R> {
    lines: Lines<R>,
    quoted: QuotedPrintable,
    pieces: Pieces,
    /// Lines that are to be looked at again.
    again: VecDeque<(String, Position)>,
    /// Where the line begins that is put together of several.
    joined_at: Option<Position>,
    /// Events that were read ahead.
    ready: VecDeque<Event>,
    columns: Arc<Columns>,
    processes: Vec<Arc<Process>>,
    read: u64,
    bytes: u64,
    /// Whether there were bytes that are no text.
    has_invalid: bool,
    ended: bool,
}

impl<R: Read> PastedReader<R> {
    /// Reads up to the first event, and on as far as it takes to know the columns.
    /// `else_looks` says what the text looks like if there is no event in it.
    pub(crate) fn new(
        input: R,
        base: u64,
        beside: Beside<'_>,
        else_looks: &str,
    ) -> Result<PastedReader<R>, Error> {
        let mut reader = PastedReader {
            lines: Lines::new(input, base),
            quoted: QuotedPrintable::default(),
            pieces: Pieces::new(beside),
            again: VecDeque::new(),
            joined_at: None,
            ready: VecDeque::new(),
            columns: Arc::new(Columns::from_known(&[])),
            processes: Vec::new(),
            read: 0,
            bytes: 0,
            has_invalid: false,
            ended: false,
        };
        while !reader.ended && (reader.ready.is_empty() || reader.bytes < LOOK_AHEAD) {
            reader.step()?;
        }
        if reader.ready.is_empty() {
            return Err(reader.refusal(else_looks));
        }
        reader.columns = Arc::new(all_columns(&reader.ready));
        reader.processes = reader.pieces.assembly.processes.clone();
        Ok(reader)
    }

    /// Why there is no event.
    fn refusal(&self, else_looks: &str) -> Error {
        let assembly = &self.pieces.assembly;
        let first_loss = assembly.losses.iter().next();
        let what = match (assembly.found.instead_of_events(), first_loss) {
            (Some(what), _) => format!("not a Procmon capture, but {what}"),
            (None, Some(loss)) => {
                let line = loss.position.line.unwrap_or(0);
                let more = match assembly.losses.count() {
                    1 => String::new(),
                    count => format!(", and {} more lines like it", count - 1),
                };
                format!(
                    "no event in it can be read: line {line}: {}{more}; copy whole rows of \
                     Procmon's grid with the columns Operation, Path and Result, or save them \
                     with File > Save, format CSV",
                    loss.message
                )
            }
            (None, None) => format!(
                "not a Procmon capture: it looks like {else_looks}, and no line of it is a row of \
                 Procmon's or begins an event (such as `Operation: RegQueryValue`){}",
                advice(else_looks)
            ),
        };
        Error::not_a_capture(what)
    }

    /// Reads one line, or the end, and takes over the events that are complete.
    fn step(&mut self) -> Result<(), Error> {
        if let Some((line, position)) = self.again.pop_front() {
            let again = self.pieces.take(&line, position, Reading::Again);
            self.look_again(again);
        } else if let Some(line) = self.lines.next()? {
            let bytes = self.lines.bytes(&line);
            self.bytes += bytes.len() as u64 + 1;
            if line.is_cut {
                let message = format!("a line of more than {LONGEST} bytes; it was read in pieces");
                self.pieces.assembly.loss(LossKind::DamagedField, line.position, message);
            }
            let decoded = self.quoted.take(bytes);
            let position = *self.joined_at.get_or_insert(line.position);
            let text = match &decoded {
                Decoded::Same => bytes,
                Decoded::Text(text) => text,
                Decoded::GoesOn => return Ok(()),
            };
            self.joined_at = None;
            let again = match std::str::from_utf8(text) {
                Ok(text) => self.pieces.take(text, position, Reading::First),
                Err(_) => {
                    self.has_invalid = true;
                    take_bytes(&mut self.pieces, text, position)
                }
            };
            self.look_again(again);
        } else if let Some(text) = self.quoted.finish() {
            let position = self.joined_at.take().unwrap_or_default();
            let again = take_bytes(&mut self.pieces, &text, position);
            self.look_again(again);
        } else {
            let again = self.pieces.finish();
            self.ended = again.is_empty();
            if self.ended {
                self.pieces.leftover.finish();
            }
            self.look_again(again);
        }
        while let Some(event) = self.pieces.assembly.pop() {
            self.ready.push_back(event);
        }
        Ok(())
    }

    fn look_again(&mut self, lines: Again) {
        for line in lines.into_iter().rev() {
            self.again.push_front(line);
        }
    }
}

/// What to do with a text in which no event is found. Kinds that are known by their content
/// have advice of their own.
fn advice(else_looks: &str) -> &'static str {
    const WITHOUT_ADVICE: [&str; 4] =
        ["plain text", "a table parted by tabs", "a CSV without", "an XML or HTML text"];
    match WITHOUT_ADVICE.iter().any(|kind| else_looks.starts_with(kind)) {
        true => {
            "; copy whole rows of Procmon's grid, with the columns Operation, Path and Result, or \
             save them with File > Save, format CSV"
        }
        false => "",
    }
}

/// Hands a line on as text. Bytes that are none are shown with U+FFFD.
fn take_bytes(pieces: &mut Pieces, bytes: &[u8], position: Position) -> Again {
    pieces.take(&String::from_utf8_lossy(bytes), position, Reading::First)
}

/// Whether a text of an event has the sign that stands for bytes that are none.
fn has_replaced_bytes(event: &Event) -> bool {
    let count = event.columns().map_or(0, Columns::len);
    let sign = "\u{fffd}".as_bytes();
    (0..count)
        .filter_map(|index| event.field(index))
        .any(|field| memchr::memmem::find(&field, sign).is_some())
}

/// The order of columns where all events are of Event Properties.
const DIALOG: [Column; 9] = [
    Column::DateAndTime,
    Column::ProcessName,
    Column::EventClass,
    Column::Operation,
    Column::Result,
    Column::Path,
    Column::Tid,
    Column::Duration,
    Column::Detail,
];

/// All columns of these events: those of the first one, if it has all, or else in
/// Procmon's order.
fn all_columns(events: &VecDeque<Event>) -> Columns {
    let mut names: Vec<String> = Vec::new();
    let mut first = 0;
    let mut before: Option<Columns> = None;
    for event in events {
        let Some(columns) = event.columns() else { continue };
        if before.as_ref() == Some(columns) {
            continue;
        }
        for name in columns.names() {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_string());
            }
        }
        if before.is_none() {
            first = names.len();
        }
        before = Some(columns.clone());
    }
    let known = |name: &String| Column::from_name(name);
    let in_dialog = |name: &String| DIALOG.iter().position(|column| known(name) == Some(*column));
    let is_dialog = names.iter().all(|name| in_dialog(name).is_some())
        && names.iter().any(|name| known(name) == Some(Column::DateAndTime));
    if is_dialog {
        names.sort_by_key(in_dialog);
    } else if names.len() > first {
        // The date stands in front of the time.
        names.sort_by_key(|name| match known(name) {
            Some(Column::DateAndTime) => 0,
            Some(column) => column as usize + 1,
            None => usize::MAX,
        });
    }
    Columns::from_headers(names)
}

impl<R: Read + Send> ReadEvents for PastedReader<R> {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        while self.ready.is_empty() && !self.ended {
            self.step()?;
        }
        let own = &mut self.pieces.assembly.losses;
        if own.count() > 0 {
            losses.extend(&std::mem::take(own));
        }
        let Some(next) = self.ready.pop_front() else { return Ok(false) };
        self.read += 1;
        let before = std::mem::replace(event, next);
        event.position = event.position.with_record(self.read);
        if self.has_invalid && has_replaced_bytes(event) {
            let message = "bytes that are no UTF-8 text; shown as U+FFFD";
            losses.add(LossKind::InvalidText, event.position, message);
        }
        self.pieces.assembly.give_back(before);
        Ok(true)
    }

    fn processes(&self) -> &[Arc<Process>] {
        &self.processes
    }

    fn other_text(&self) -> Option<&OtherText> {
        self.pieces.leftover.text()
    }

    fn remarks(&self) -> Vec<String> {
        self.pieces.assembly.found.remarks()
    }
}
