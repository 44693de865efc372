//! The records of the process list.

use std::io::Read;

use crate::model::{LossKind, Losses, Position, Process};

use super::element::{Elements, Step};
use super::source::{Found, Source};
use super::tag::{Name, Tag};

/// Reads the process at whose tag the source stands, and goes behind it. `None`
/// when not even its index is known, without which nothing refers to it.
pub(super) fn read<R: Read>(
    source: &mut Source<R>,
    scratch: &mut Vec<u8>,
    losses: &mut Losses,
) -> Option<Process> {
    let begin = Position::at_byte(source.position());
    let mut record = Record::default();
    source.mark();
    source.step();
    let end = loop {
        let found = source.seek_structure();
        let start = source.position() - source.marked().len() as u64;
        record.read(source.marked(), start, found, scratch, losses);
        source.unmark();
        match found {
            // What follows the modules belongs to the process again.
            Found::Tag(Tag::Empty(Name::ModuleList)) => source.skip_tag(),
            Found::Tag(Tag::Open(Name::ModuleList)) => {
                match count_modules(source, &mut record.process) {
                    Found::Tag(Tag::Close(Name::ModuleList)) => source.skip_tag(),
                    found => break found,
                }
            }
            found => break found,
        }
        source.mark();
    };
    let problem = match end {
        Found::Tag(Tag::Close(Name::Process)) => {
            source.skip_tag();
            None
        }
        Found::Tag(_) => Some("the end tag of a process is missing"),
        Found::Overlong => {
            source.skip_rest(Name::Process);
            Some("a process is too long, the rest of it was left out")
        }
        // Told by the reader, for every place where the input may end.
        Found::End => None,
    };
    let kind = match record.has_index {
        true => LossKind::DamagedField,
        false => LossKind::DamagedRecord,
    };
    if let Some(problem) = problem {
        losses.add(kind, Position::at_byte(source.position()), problem);
    } else if !record.has_index && end != Found::End {
        losses.add(kind, begin, "a process has no ProcessIndex");
    }
    record.has_index.then_some(record.process)
}

/// Counts modules, of which there may be hundreds of megabytes, without keeping
/// them, up to the next tag of the structure that is none of theirs.
fn count_modules<R: Read>(source: &mut Source<R>, process: &mut Process) -> Found {
    source.step();
    loop {
        match source.seek_structure() {
            Found::Tag(Tag::Open(Name::Module) | Tag::Empty(Name::Module)) => {
                process.modules = process.modules.saturating_add(1);
            }
            Found::Tag(Tag::Close(Name::Module)) => {}
            found => return found,
        }
        source.step();
    }
}

/// A process while it is read.
#[derive(Default)]
struct Record {
    process: Process,
    has_index: bool,
}

impl Record {
    /// Reads the elements in these bytes, which begin at `start` of the input.
    fn read(
        &mut self,
        bytes: &[u8],
        start: u64,
        found: Found,
        scratch: &mut Vec<u8>,
        losses: &mut Losses,
    ) {
        let place = |at: usize| Position::at_byte(start + at as u64);
        let mut elements = Elements::new(bytes, scratch);
        loop {
            match elements.next() {
                Step::Leaf { name, text, at } => {
                    if let Err((kind, message)) = self.set(name, text) {
                        let name = String::from_utf8_lossy(name);
                        losses.add(kind, place(at), format!("{name} of a process {message}"));
                    }
                }
                Step::Open(_) | Step::Close(_) => {}
                Step::End { .. } => return,
                Step::Cut { at } => {
                    // At the end of the input it is the input that is cut, which
                    // the reader tells.
                    if matches!(found, Found::Tag(_)) {
                        losses.add(LossKind::DamagedField, place(at), "a process is damaged");
                    }
                    return;
                }
                Step::Damaged { at, why } => {
                    let message = format!("a process is damaged: {why}");
                    losses.add(LossKind::DamagedField, place(at), message);
                    return;
                }
            }
        }
    }

    fn set(&mut self, name: &[u8], value: &[u8]) -> Result<(), (LossKind, &'static str)> {
        let process = &mut self.process;
        match name {
            b"ProcessIndex" => {
                if let Some(index) = number(value, unsigned)? {
                    process.index = index;
                    self.has_index = true;
                }
            }
            b"ProcessId" => process.pid = number(value, unsigned)?,
            b"ParentProcessId" => process.parent_pid = number(value, unsigned)?,
            b"ParentProcessIndex" => process.parent_index = number(value, unsigned)?,
            // Procmon writes 0 for a time that is not there: while the process is
            // running, and for those that are older than the system's clock.
            b"CreateTime" => process.created = number(value, ticks)?.filter(|time| *time != 0),
            b"FinishTime" => process.finished = number(value, ticks)?.filter(|time| *time != 0),
            b"IsVirtualized" => process.virtualized = number(value, unsigned)?,
            b"Is64bit" => process.is_64_bit = number(value, unsigned)?.map(|bit| bit != 0),
            b"AuthenticationId" => text(&mut process.authentication_id, value)?,
            b"Integrity" => text(&mut process.integrity, value)?,
            b"Owner" => text(&mut process.user, value)?,
            b"ProcessName" => text(&mut process.name, value)?,
            b"ImagePath" => text(&mut process.image_path, value)?,
            b"CommandLine" => text(&mut process.command_line, value)?,
            b"CompanyName" => text(&mut process.company, value)?,
            b"Version" => text(&mut process.version, value)?,
            b"Description" => text(&mut process.description, value)?,
            b"Session" | b"SessionId" => process.session = number(value, unsigned)?,
            _ => {}
        }
        Ok(())
    }
}

fn text(field: &mut Option<String>, value: &[u8]) -> Result<(), (LossKind, &'static str)> {
    *field = Some(String::from_utf8_lossy(value).into_owned());
    match std::str::from_utf8(value) {
        Ok(_) => Ok(()),
        Err(_) => Err((LossKind::InvalidText, "holds bytes that are no UTF-8")),
    }
}

/// An empty value is no number and no damage either.
fn number<T>(
    value: &[u8],
    parse: fn(&[u8]) -> Option<T>,
) -> Result<Option<T>, (LossKind, &'static str)> {
    if value.trim_ascii().is_empty() {
        return Ok(None);
    }
    parse(value).map(Some).ok_or((LossKind::DamagedField, "is no number"))
}

/// A number as Procmon writes it: decimal, without grouping. The one for "none",
/// 4294967295, is also read when a program wrote it with a sign, as -1.
pub(super) fn unsigned(value: &[u8]) -> Option<u32> {
    let value = ticks(value)?;
    match i32::try_from(value) {
        Ok(-1) => Some(u32::MAX),
        _ => u32::try_from(value).ok(),
    }
}

fn ticks(value: &[u8]) -> Option<i64> {
    std::str::from_utf8(value).ok()?.trim_ascii().parse().ok()
}
