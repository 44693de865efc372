//! The records of the process list.

use std::io::Read;

use crate::model::{LossKind, Losses, Position, Process};

use super::element::{ElementStep, Elements};
use super::tag::{Tag, TagName};
use super::xml_input::{TagSearch, XmlInput};

/// Reads the process whose tag is at the cursor, and moves past it. `None` if its index
/// is unknown, because nothing can refer to it then.
pub(super) fn read<R: Read>(
    source: &mut XmlInput<R>,
    scratch: &mut Vec<u8>,
    losses: &mut Losses,
) -> Option<Process> {
    let begin = Position::at_byte(source.position());
    let mut record = PartialProcess::default();
    source.mark();
    source.step();
    let end = loop {
        let found = source.seek_structure();
        let start = source.position() - source.marked().len() as u64;
        record.read(source.marked(), start, found, scratch, losses);
        source.unmark();
        match found {
            // After the modules, elements belong to the process again.
            TagSearch::Tag(Tag::Empty(TagName::ModuleList)) => source.skip_tag(),
            TagSearch::Tag(Tag::Open(TagName::ModuleList)) => {
                match count_modules(source, &mut record.process) {
                    TagSearch::Tag(Tag::Close(TagName::ModuleList)) => source.skip_tag(),
                    found => break found,
                }
            }
            found => break found,
        }
        source.mark();
    };
    let problem = match end {
        TagSearch::Tag(Tag::Close(TagName::Process)) => {
            source.skip_tag();
            None
        }
        TagSearch::Tag(_) => Some("the end tag of a process is missing"),
        TagSearch::Overlong => {
            source.skip_rest(TagName::Process);
            Some("a process is too long, the rest of it was left out")
        }
        // The end of the input is reported by `XmlReader`, wherever it occurs.
        TagSearch::End => None,
    };
    let kind = match record.has_index {
        true => LossKind::DamagedField,
        false => LossKind::DamagedRecord,
    };
    if let Some(problem) = problem {
        losses.add(kind, Position::at_byte(source.position()), problem);
    } else if !record.has_index && end != TagSearch::End {
        losses.add(kind, begin, "a process has no ProcessIndex");
    }
    record.has_index.then_some(record.process)
}

/// Counts modules up to the next structural tag that is not one of theirs, without
/// keeping them: there may be hundreds of megabytes.
fn count_modules<R: Read>(source: &mut XmlInput<R>, process: &mut Process) -> TagSearch {
    source.step();
    loop {
        match source.seek_structure() {
            TagSearch::Tag(Tag::Open(TagName::Module) | Tag::Empty(TagName::Module)) => {
                process.modules = process.modules.saturating_add(1);
            }
            TagSearch::Tag(Tag::Close(TagName::Module)) => {}
            found => return found,
        }
        source.step();
    }
}

/// A process that is being read.
#[derive(Default)]
struct PartialProcess {
    process: Process,
    has_index: bool,
}

impl PartialProcess {
    /// Reads the elements in these bytes, which begin at offset `start` of the input.
    fn read(
        &mut self,
        bytes: &[u8],
        start: u64,
        found: TagSearch,
        scratch: &mut Vec<u8>,
        losses: &mut Losses,
    ) {
        let place = |at: usize| Position::at_byte(start + at as u64);
        let mut elements = Elements::new(bytes, scratch);
        loop {
            match elements.next() {
                ElementStep::Leaf { name, text, at } => {
                    if let Err((kind, message)) = self.set(name, text) {
                        let name = String::from_utf8_lossy(name);
                        losses.add(kind, place(at), format!("{name} of a process {message}"));
                    }
                }
                ElementStep::Open(_) | ElementStep::Close(_) => {}
                ElementStep::End { .. } => return,
                ElementStep::Cut { at } => {
                    // If the input ends here, `XmlReader` reports that.
                    if matches!(found, TagSearch::Tag(_)) {
                        losses.add(LossKind::DamagedField, place(at), "a process is damaged");
                    }
                    return;
                }
                ElementStep::Damaged { at, why } => {
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
            // Procmon writes 0 for a missing time: the end of a running process, or the
            // start of a process that is older than the clock.
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
        Err(_) => Err((LossKind::InvalidText, "contains bytes that are not UTF-8")),
    }
}

/// An empty value is not a number, and it is not damage either.
fn number<T>(
    value: &[u8],
    parse: fn(&[u8]) -> Option<T>,
) -> Result<Option<T>, (LossKind, &'static str)> {
    if value.trim_ascii().is_empty() {
        return Ok(None);
    }
    parse(value).map(Some).ok_or((LossKind::DamagedField, "is not a number"))
}

/// A number as Procmon writes it: decimal, without grouping. 4294967295, which stands for
/// "none", is also accepted as -1, in case another program has written it.
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
