//! Rows of a CSV export, made from native events.

use std::collections::HashMap;
use std::sync::Arc;

use super::quote::push_doubled;
use crate::event::native_record::{PmlRecord, SharedPart};
use crate::model::{Column, Columns};
use crate::pml::event::PmlEvent;
use crate::pml::operation::file_code;
use crate::pml::record::Class;
use crate::pml::strings::RawText;
use crate::pml::text::{Short, date_and_time, number, relative, seconds, time_of_day};
use crate::pml::{columns, status};
use crate::time::TICKS_PER_SECOND;

/// Makes the rows of native events. The texts of a process, which are the same for all of
/// its events, are made once.
#[derive(Debug)]
pub(crate) struct NativeRows {
    columns: Columns,
    pieces: Vec<RowPiece>,
    known: ProcessTexts,
    /// The text of Date & Time for the second that the last event began in.
    second: Option<(i64, Short)>,
    text: String,
}

#[derive(Clone, Copy, Debug)]
enum RowPiece {
    /// A column whose text is different for each event.
    Event(Column),
    /// Columns of the process that stand side by side: the first one and how many.
    Process { first: usize, count: usize },
    /// A column that is not one of Procmon's; its field is empty.
    Nothing,
}

/// Stands between two fields.
const BETWEEN: &[u8] = b"\",\"";

impl NativeRows {
    pub(crate) fn new(columns: &Columns) -> NativeRows {
        let mut pieces = Vec::new();
        for (index, column) in columns.known().iter().enumerate() {
            match (column, pieces.last_mut()) {
                (Some(column), Some(RowPiece::Process { count, .. })) if is_of_process(*column) => {
                    *count += 1;
                }
                (Some(column), _) if is_of_process(*column) => {
                    pieces.push(RowPiece::Process { first: index, count: 1 });
                }
                (Some(column), _) => pieces.push(RowPiece::Event(*column)),
                (None, _) => pieces.push(RowPiece::Nothing),
            }
        }
        NativeRows {
            columns: columns.clone(),
            pieces,
            known: ProcessTexts::default(),
            second: None,
            text: String::new(),
        }
    }

    /// Appends the row of an event, with its line end.
    pub(crate) fn push(&mut self, record: &PmlRecord, line: &mut Vec<u8>) {
        let event = record.event();
        let process = self.known.of(record.part(), &event, &self.pieces, &self.columns);
        let mut texts = process.iter();
        line.extend_from_slice(b"\"");
        for (place, piece) in self.pieces.iter().enumerate() {
            if place > 0 {
                line.extend_from_slice(BETWEEN);
            }
            match piece {
                RowPiece::Event(column) => {
                    let rest = RowScratch { text: &mut self.text, second: &mut self.second };
                    push_column(line, &event, *column, rest);
                }
                RowPiece::Process { .. } => {
                    line.extend_from_slice(texts.next().map_or(b"", |text| text));
                }
                RowPiece::Nothing => {}
            }
        }
        line.extend_from_slice(b"\"\r\n");
    }
}

/// Whether a column has the same text for all events of a process.
fn is_of_process(column: Column) -> bool {
    matches!(
        column,
        Column::ProcessName
            | Column::Pid
            | Column::ImagePath
            | Column::Company
            | Column::Description
            | Column::Version
            | Column::User
            | Column::AuthenticationId
            | Column::Session
            | Column::CommandLine
            | Column::Virtualized
            | Column::Integrity
            | Column::ParentPid
            | Column::Architecture
            | Column::ProcessStart
    )
}

/// Memory that is reused for each event.
struct RowScratch<'r> {
    text: &'r mut String,
    second: &'r mut Option<(i64, Short)>,
}

/// Appends the text of a column, without its outer quotes.
fn push_column(line: &mut Vec<u8>, event: &PmlEvent<'_>, column: Column, rest: RowScratch<'_>) {
    let header = event.header();
    let local = |ticks: i64| event.rendering().zone.local_ticks(ticks);
    match column {
        Column::TimeOfDay => line.extend_from_slice(time_of_day(local(header.time)).as_bytes()),
        Column::DateAndTime => {
            let second = header.time.div_euclid(TICKS_PER_SECOND);
            let known = rest.second.take().filter(|known| known.0 == second && second >= 0);
            let made = || (second, date_and_time(header.time, local(header.time)));
            line.extend_from_slice(rest.second.insert(known.unwrap_or_else(made)).1.as_bytes());
        }
        Column::RelativeTime => {
            let since = header.time.wrapping_sub(event.first_time());
            line.extend_from_slice(relative(since).as_bytes());
        }
        Column::Duration | Column::CompletionTime if header.is_pending() => {}
        Column::Duration => line.extend_from_slice(seconds(header.duration).as_bytes()),
        Column::CompletionTime => {
            let end = header.time.wrapping_add(header.duration as i64);
            line.extend_from_slice(time_of_day(local(end)).as_bytes());
        }
        Column::Tid => line.extend_from_slice(number(u64::from(header.thread_id)).as_bytes()),
        Column::Operation => line.extend_from_slice(columns::operation(event).text().as_bytes()),
        Column::EventClass => line.extend_from_slice(header.class.name().as_bytes()),
        Column::Category => line.extend_from_slice(columns::category(event).as_bytes()),
        Column::Result => match status::name(header.status, event.exporter()) {
            Some(name) => line.extend_from_slice(name.as_bytes()),
            None => push_rendered(line, event, column, rest.text),
        },
        Column::Path => match plain_path(event) {
            Some(path) => line.extend_from_slice(path),
            None => push_rendered(line, event, column, rest.text),
        },
        _ => push_rendered(line, event, column, rest.text),
    }
}

fn push_rendered(line: &mut Vec<u8>, event: &PmlEvent<'_>, column: Column, text: &mut String) {
    text.clear();
    columns::push(text, event, column);
    push_doubled(line, text.as_bytes());
}

/// The path as it is stored, if its text in the row is the same.
fn plain_path<'p>(event: &PmlEvent<'p>) -> Option<&'p [u8]> {
    let is_file = matches!(event.header().class, Class::FileSystem | Class::Ipc);
    // The path of a directory listing is followed by its filter.
    if is_file && event.header().operation == file_code::DIRECTORY_CONTROL {
        return None;
    }
    match event.raw_path()? {
        RawText::Narrow(path) if path.is_ascii() => {
            memchr::memchr2(b'"', b'\n', path).is_none().then_some(path)
        }
        _ => None,
    }
}

/// The texts of the processes of one part.
#[derive(Debug, Default)]
struct ProcessTexts {
    part: Option<Arc<SharedPart>>,
    /// For each process one text for each [`RowPiece::Process`].
    texts: HashMap<u32, Vec<Vec<u8>>>,
    bytes: usize,
    /// The process of the last event. Events of a process often follow each other.
    run: Option<(u32, Vec<Vec<u8>>)>,
}

/// The most bytes of texts that are kept. A hostile process table can have one long text
/// for very many processes.
const MOST: usize = 8 << 20;

impl ProcessTexts {
    fn of(
        &mut self,
        part: &Arc<SharedPart>,
        event: &PmlEvent<'_>,
        pieces: &[RowPiece],
        columns: &Columns,
    ) -> &[Vec<u8>] {
        let index = event.header().process_index;
        if !self.part.as_ref().is_some_and(|known| Arc::ptr_eq(known, part)) {
            *self = ProcessTexts { part: Some(Arc::clone(part)), ..ProcessTexts::default() };
        }
        let run = match self.run.take() {
            Some(run) if run.0 == index => run,
            ended => {
                if let Some((index, texts)) = ended {
                    self.texts.insert(index, texts);
                }
                let texts = self.texts.remove(&index);
                (index, texts.unwrap_or_else(|| self.made(event, pieces, columns)))
            }
        };
        &self.run.insert(run).1
    }

    fn made(
        &mut self,
        event: &PmlEvent<'_>,
        pieces: &[RowPiece],
        columns: &Columns,
    ) -> Vec<Vec<u8>> {
        let mut text = String::new();
        let mut texts = Vec::new();
        for piece in pieces {
            let RowPiece::Process { first, count } = *piece else { continue };
            let mut bytes = Vec::new();
            for (place, column) in columns.known().iter().skip(first).take(count).enumerate() {
                if place > 0 {
                    bytes.extend_from_slice(BETWEEN);
                }
                text.clear();
                if let Some(column) = *column {
                    columns::push(&mut text, event, column);
                }
                push_doubled(&mut bytes, text.as_bytes());
            }
            self.bytes += bytes.len();
            texts.push(bytes);
        }
        if self.bytes > MOST {
            self.bytes = 0;
            self.texts.clear();
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_of_the_process_when_procmon_takes_it_from_there() {
        let process = crate::Process {
            session: Some(1),
            pid: Some(4),
            parent_pid: Some(0),
            virtualized: Some(0),
            is_64_bit: Some(true),
            authentication_id: Some(String::new()),
            integrity: Some(String::new()),
            user: Some(String::new()),
            name: Some(String::new()),
            image_path: Some(String::new()),
            command_line: Some(String::new()),
            company: Some(String::new()),
            version: Some(String::new()),
            description: Some(String::new()),
            ..crate::Process::default()
        };
        for column in Column::all() {
            let expected = process.column(column).is_some() || column == Column::ProcessStart;
            assert_eq!(is_of_process(column), expected, "{column}");
        }
    }
}
