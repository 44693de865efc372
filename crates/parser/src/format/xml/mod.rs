//! XML exports.
//!
//! The list of processes with their modules comes before the first event and can have
//! hundreds of megabytes. An event refers to its process by index.
//!
//! The file is split into records at the tags of the outer structure (`xml_input`), and
//! each record is read separately (`element`): a damaged record is counted, and reading
//! continues at the next record.

mod element;
mod escape;
mod event_run;
mod fragments;
mod layout;
mod process;
mod row_reader;
mod sections;
mod skip;
mod skipped_times;
mod tag;
mod value;
mod writer;
mod xml_input;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use super::{Place, ReadEvents, ReadSection, Sections, SkipSink};
use crate::event::{Event, Prefilter};
use crate::input::Content;
use crate::model::{Columns, Error, ErrorKind, Limits, LossKind, Losses, Position, Process};

use layout::Layout;
use row_reader::{RowEnding, RowReader};
use sections::XmlSections;
use skip::Skipper;
use tag::{Tag, TagName};
use xml_input::{TagSearch, XmlInput};

pub(crate) use fragments::Fragments;
pub use writer::XmlWriter;

/// How many bytes are searched for the first tag of Procmon's before the file is
/// rejected.
const MAX_PREFACE: u64 = 1024 * 1024;

/// Reads an XML export.
pub(crate) struct XmlReader<R> {
    source: XmlInput<R>,
    rows: RowReader,
    columns: Arc<Columns>,
    /// Skips events, or reads them fast; `None` if every event is read element by
    /// element.
    skipper: Option<Skipper>,
    /// The first event, which was read to find out the columns.
    pending: Option<Event>,
    processes: Vec<Arc<Process>>,
    by_index: Arc<HashMap<u32, Arc<Process>>>,
    scratch: Vec<u8>,
    /// Whether the last event has a `ProcessIndex`.
    indexed: bool,
    /// How many events have been found, including damaged ones.
    records: u64,
    /// The structural elements that are open.
    open: Vec<TagName>,
    /// Whether a tag of Procmon's has been found.
    recognised: bool,
    /// Whether the end of the input has been reported.
    ended: bool,
    /// Events that begin at this byte or later belong to another reader.
    limit: u64,
    limits: Limits,
    /// How many processes there were beyond those that are read.
    processes_beyond: usize,
    /// The elements that were open at the beginning of the section.
    open_before: Vec<TagName>,
}

impl XmlReader<io::Empty> {
    /// As [`XmlReader::new`], for a file in memory that is read from a byte on.
    pub(crate) fn mapped(
        content: Content,
        start: usize,
        limits: &Limits,
        losses: &mut Losses,
    ) -> Result<XmlReader<io::Empty>, Error> {
        XmlReader::over(XmlInput::mapped(content, start, limits.record), limits, losses)
    }

    /// Reads the events of a section. It does not touch bytes after `edge` unless it has
    /// to, and keeps at most `most` bytes of an event.
    fn section(
        sections: &XmlSections,
        from: Place,
        limit: u64,
        edge: u64,
        most: usize,
    ) -> XmlReader<io::Empty> {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let source = XmlInput::part(sections.content.clone(), place(from.at), place(edge), most);
        XmlReader {
            skipper: sections.layout.clone().map(|layout| Skipper::new(layout, most)),
            by_index: Arc::clone(&sections.by_index),
            records: from.records,
            open: sections.open.clone(),
            open_before: sections.open.clone(),
            recognised: true,
            limit,
            ..XmlReader::before_all(source, sections.rows.clone())
        }
    }
}

impl<R: Read> XmlReader<R> {
    /// Reads the process list and the first event. `base` is the offset of the first byte
    /// of the input in the file.
    pub(crate) fn new(
        input: R,
        base: u64,
        limits: &Limits,
        losses: &mut Losses,
    ) -> Result<XmlReader<R>, Error> {
        XmlReader::over(XmlInput::new(input, base, limits.record), limits, losses)
    }

    /// The same, reading every event element by element.
    #[cfg(test)]
    fn slowly(self) -> XmlReader<R> {
        XmlReader { skipper: None, ..self }
    }

    /// The same, with other instructions.
    #[cfg(test)]
    fn with_simd(self, simd: crate::scan::SimdLevel) -> XmlReader<R> {
        XmlReader { skipper: self.skipper.map(|skipper| skipper.with_simd(simd)), ..self }
    }

    fn before_all(source: XmlInput<R>, rows: RowReader) -> XmlReader<R> {
        XmlReader {
            source,
            columns: Arc::clone(rows.columns()),
            rows,
            skipper: None,
            pending: None,
            processes: Vec::new(),
            by_index: Arc::default(),
            scratch: Vec::new(),
            indexed: false,
            records: 0,
            open: Vec::new(),
            recognised: false,
            ended: false,
            limit: u64::MAX,
            limits: Limits::default(),
            processes_beyond: 0,
            open_before: Vec::new(),
        }
    }

    fn over(
        source: XmlInput<R>,
        limits: &Limits,
        losses: &mut Losses,
    ) -> Result<XmlReader<R>, Error> {
        let mut reader = XmlReader::before_all(source, RowReader::new());
        reader.limits = limits.clone();
        let mut event = Event::default();
        if reader.advance(&mut event, losses)? {
            reader.columns = Arc::clone(reader.rows.columns());
            let layout = Layout::of(reader.indexed, reader.rows.elements(), &reader.columns);
            reader.skipper = layout.map(|layout| Skipper::new(layout, limits.record));
            reader.pending = Some(event);
        }
        Ok(reader)
    }

    /// Reads the next event, the fast way if possible.
    fn read_next(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        if let Some(skipper) = &mut self.skipper {
            if skipper.read(&mut self.source, (self.records + 1, self.limit), &self.by_index, event)
            {
                self.records += 1;
                return Ok(true);
            }
            skipper.reset_times();
        }
        self.advance(event, losses)
    }

    /// Reads the next event element by element.
    fn advance(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        while let Some(name) = self.between_records(losses)? {
            if self.source.position() >= self.limit {
                return Ok(false);
            }
            let position = Position::at_byte(self.source.position());
            if name == TagName::Event {
                if self.read_record(event, losses) {
                    return Ok(true);
                }
            } else if let Some(process) = process::read(&mut self.source, &mut self.scratch, losses)
            {
                if self.processes.len() >= self.limits.processes {
                    let message = "a process beyond those that are read (--limit processes)";
                    losses.add(LossKind::DamagedRecord, position, message);
                    self.processes_beyond += 1;
                    if self.processes_beyond > self.limits.processes {
                        let what = "a process list that goes on for more than twice the processes \
                                    that are read (--limit processes)";
                        return Err(Error::new(ErrorKind::Damaged, what).at(position));
                    }
                    continue;
                }
                let process = Arc::new(process);
                Arc::make_mut(&mut self.by_index).insert(process.index, Arc::clone(&process));
                self.processes.push(process);
            }
        }
        Ok(false)
    }

    /// Moves to the next event or process, and returns which of them it is. `None` at the
    /// end.
    fn between_records(&mut self, losses: &mut Losses) -> Result<Option<TagName>, Error> {
        let mut stray = None;
        let found = loop {
            let blanks_end = self.source.skip_blanks();
            let position = self.source.position();
            let tag = match (blanks_end, self.source.seek_tag()) {
                (Some(b'<'), TagSearch::Tag(tag)) => tag,
                (None, _) => break None,
                _ => {
                    stray.get_or_insert(position);
                    continue;
                }
            };
            match tag {
                Tag::Open(name @ (TagName::Event | TagName::Process)) => break Some(name),
                Tag::Open(
                    name @ (TagName::Procmon | TagName::ProcessList | TagName::EventList),
                ) => {
                    self.recognised = true;
                    self.open.retain(|open| *open != name);
                    self.open.push(name);
                    self.source.skip_tag();
                }
                Tag::Close(name) if self.open.contains(&name) => {
                    while self.open.pop().is_some_and(|open| open != name) {}
                    self.source.skip_tag();
                }
                Tag::Empty(TagName::Procmon | TagName::ProcessList | TagName::EventList) => {
                    self.recognised = true;
                    self.source.skip_tag();
                }
                Tag::Note => {
                    if !self.source.skip_note() {
                        let length = self.source.position() - position;
                        let message = format!(
                            "a comment or CDATA section that is not closed; the {length} bytes \
                             from its beginning to the end of the input are not read"
                        );
                        losses.add(LossKind::Truncated, Position::at_byte(position), message);
                    }
                }
                Tag::Cut => {
                    // The bytes of an incomplete tag are the last ones of the input.
                    while self.source.skip_blanks().is_some() {
                        self.source.step();
                    }
                }
                _ => {
                    stray.get_or_insert(position);
                    self.source.step();
                    let read = self.source.position() - stray.unwrap_or(position);
                    if !self.recognised && read > MAX_PREFACE {
                        break None;
                    }
                }
            }
        };
        self.recognised |= found.is_some();
        if !self.recognised
            && let Some(start) = stray
        {
            let message = "this XML is not a Process Monitor export: it has no <procmon> element";
            return Err(Error::not_a_capture(message).at(Position::at_byte(start)));
        }
        if let Some(start) = stray {
            let length = self.source.position() - start;
            let message = format!("{length} bytes that belong to no event or process");
            losses.add(LossKind::DamagedRecord, Position::at_byte(start), message);
        }
        if found.is_none() {
            self.end(losses)?;
        }
        Ok(found)
    }

    /// Reports once that the input has ended too early, if it has.
    fn end(&mut self, losses: &mut Losses) -> Result<(), Error> {
        let position = Position::at_byte(self.source.position());
        if let Some(error) = self.source.take_error() {
            self.ended = true;
            return Err(Error::io("cannot read the XML export any further", error).at(position));
        }
        let told = std::mem::replace(&mut self.ended, true);
        let complete = self.recognised && self.open.is_empty();
        if !told && !complete {
            let needed = match self.open.last() {
                Some(TagName::ProcessList) => "</processlist>",
                Some(TagName::EventList) => "</eventlist></procmon>",
                Some(_) => "</procmon>",
                None => "<procmon>",
            };
            let message = format!("the input ends where {needed} was needed");
            losses.add(LossKind::Truncated, position, message);
        }
        Ok(())
    }

    /// Reads the event whose tag is at the cursor, and moves past it. Returns false if
    /// nothing of it can be read.
    fn read_record(&mut self, event: &mut Event, losses: &mut Losses) -> bool {
        self.records += 1;
        let start = Position::at_byte(self.source.position()).with_record(self.records);
        self.source.mark();
        self.source.step();
        let found = self.source.seek_structure();
        let bytes = self.source.marked();
        let length = bytes.len();
        let (ending, index) = self.rows.read(bytes, start, event, losses);
        self.source.unmark();
        self.indexed = index.is_some();
        event.process = index.and_then(|index| self.by_index.get(&index)).cloned();

        let place = |at: usize| Position { byte: start.byte + at as u64, ..start };
        let columns = event.record.len();
        let loss = match (found, ending) {
            (TagSearch::End, _) => {
                self.ended = true;
                let message = format!(
                    "the input ends where </event> was needed; {columns} columns were complete"
                );
                losses.add(LossKind::Truncated, place(length), message);
                return columns > 0;
            }
            (TagSearch::Overlong, _) => {
                self.source.skip_rest(TagName::Event);
                Some((place(length), "the event is too long, the rest of it was left out", true))
            }
            (_, RowEnding::Damaged(at, why)) => Some((place(at), why, false)),
            (_, RowEnding::Cut) => {
                Some((place(length), "the event ends inside one of its elements", false))
            }
            (_, RowEnding::Whole) if columns == 0 => {
                Some((start, "the event has no columns", false))
            }
            (TagSearch::Tag(Tag::Close(TagName::Event)), _) => None,
            (TagSearch::Tag(_), _) => {
                Some((place(length), "the end tag of the event is missing", true))
            }
        };
        if found == TagSearch::Tag(Tag::Close(TagName::Event)) {
            self.source.skip_tag();
        }
        match loss {
            None => true,
            Some((position, why, partial)) if partial && columns > 0 => {
                losses.add(LossKind::DamagedField, position, why);
                true
            }
            Some((position, why, _)) => {
                losses.add(LossKind::DamagedRecord, position, why);
                false
            }
        }
    }
}

impl<R: Read + Send> ReadEvents for XmlReader<R> {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        if let Some(first) = self.pending.take() {
            *event = first;
            return Ok(true);
        }
        if let Some(skipper) = &mut self.skipper {
            skipper.reset_times();
        }
        self.read_next(event, losses)
    }

    fn read_prefiltered(
        &mut self,
        prefilter: &Prefilter,
        mut sink: SkipSink<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        if let (Some(skipper), None) = (&mut self.skipper, &self.pending) {
            self.records +=
                skipper.skip(&mut self.source, (self.records, self.limit), prefilter, &mut sink);
            return self.read_next(event, losses);
        }
        self.read_event(event, losses)
    }

    fn slow_path_reason(&self) -> Option<&str> {
        match &self.skipper {
            None if self.records > 0 => Some("its events do not tell their process by its name"),
            None => None,
            Some(skipper) => skipper.slow_path_reason(),
        }
    }

    fn processes(&self) -> &[Arc<Process>] {
        &self.processes
    }

    fn sections(&mut self) -> Option<Arc<dyn Sections>> {
        if self.pending.is_some() {
            return None;
        }
        self.source.skip_blanks();
        Some(Arc::new(XmlSections {
            content: self.source.content()?.clone(),
            begin: self.place(),
            rows: self.rows.clone(),
            layout: self.skipper.as_ref().map(|skipper| skipper.layout().clone()),
            longest: self.limits.record,
            by_index: Arc::clone(&self.by_index),
            open: self.open.clone(),
        }))
    }
}

impl<R: Read + Send> ReadSection for XmlReader<R> {
    fn place(&self) -> Place {
        Place { at: self.source.position(), lines: 0, records: self.records }
    }

    fn is_irregular(&self) -> bool {
        // A process list after events changes the processes of later events. Open
        // elements are reported at the end of the file.
        !self.processes.is_empty() || (self.open != self.open_before && !self.ended)
    }
}
