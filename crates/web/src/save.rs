//! Writes the rows of a view as a file, piece by piece.

use std::cell::RefCell;
use std::io::{self, Seek, SeekFrom, Write};
use std::rc::Rc;

use procmonkey_export::{JsonLines, JsonOptions, Row, RowWriter, Source};
use procmonkey_parser::pml::PmlWriter;
use procmonkey_parser::{
    Capture, Column, Columns, Event, EventTime, EventWriter, ReadStep, WriteFormat,
};
use serde_json::{Value, json};

use crate::job::{Chunk, ChunkPlace, InTime, Job, STOPPED, World};
use crate::question::Saved;
use crate::since::milliseconds;
use crate::wanted::Wanted;

/// So many bytes are handed over together.
const CHUNK: usize = 4 << 20;

/// The beginning of a file is held until the end, because a native log says there what follows.
const FRONT: u64 = 4096;

/// Reads the capture again and writes the rows.
pub(crate) struct Save {
    capture: Capture<'static>,
    wanted: Wanted,
    /// The time of the first event.
    first: Option<EventTime>,
    event: Event,
    writer: Option<Writer>,
    sink: Sink,
    name: String,
    written: u64,
    of: u64,
    is_stopped: bool,
}

/// One of the forms.
enum Writer {
    Text(EventWriter<Sink>),
    Lines(Box<JsonLines>),
    Native(Box<PmlWriter<Sink>>),
}

/// Bytes that were written and are not handed over yet.
#[derive(Clone, Debug, Default)]
struct Sink(Rc<RefCell<Pending>>);

#[derive(Debug, Default)]
struct Pending {
    front: Vec<u8>,
    next: Vec<u8>,
    position: u64,
    /// The end of what was written.
    end: u64,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut pending = self.0.borrow_mut();
        let at = pending.position;
        let count = match FRONT.checked_sub(at) {
            Some(room @ 1..) => {
                let count = bytes.len().min(room as usize);
                let (start, end) = (at as usize, at as usize + count);
                if pending.front.len() < end {
                    pending.front.resize(end, 0);
                }
                pending.front[start..end].copy_from_slice(&bytes[..count]);
                count
            }
            _ if at != pending.end => {
                return Err(io::Error::other("only the beginning of the file can be changed"));
            }
            _ => {
                pending.next.extend_from_slice(bytes);
                bytes.len()
            }
        };
        pending.position += count as u64;
        pending.end = pending.end.max(pending.position);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Sink {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut pending = self.0.borrow_mut();
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => pending.position.checked_add_signed(by),
            SeekFrom::End(by) => pending.end.checked_add_signed(by),
        };
        pending.position = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(pending.position)
    }
}

impl Save {
    /// Begins.
    ///
    /// # Errors
    /// When the capture cannot be opened, or has not what the form needs.
    pub(crate) fn begin(world: &mut World, what: Saved, view: u64) -> Result<Save, String> {
        let view = world.view(view)?;
        let wanted = view.wanted.clone();
        let (of, number, options) = (view.rows(), view.capture, view.options.clone());
        let order = view.clock.date_order();
        let options = match order {
            Some(order) => options.date_order(order),
            None => options,
        };
        let (opened, file) = world.capture(number)?;
        let capture = file.capture(opened.member, &options).map_err(|error| error.to_string())?;
        let sink = Sink::default();
        let in_words = |error: procmonkey_parser::Error| error.to_string();
        let text = |format: WriteFormat, sink: Sink| {
            let columns = match capture.columns() {
                columns if columns.is_empty() => Columns::from_known(&Column::DEFAULT),
                columns => columns.clone(),
            };
            EventWriter::begin(format, sink, &columns, &capture).map(Writer::Text)
        };
        let (writer, extension) = match what {
            Saved::Csv => (text(WriteFormat::Csv, sink.clone()).map_err(in_words)?, "csv"),
            Saved::Xml => (text(WriteFormat::Xml, sink.clone()).map_err(in_words)?, "xml"),
            Saved::Jsonl => {
                let mut lines = JsonLines::new(JsonOptions::new());
                let mut bytes = Vec::new();
                lines
                    .begin_capture(&Source::of(&capture), &mut bytes)
                    .map_err(|refusal| refusal.to_string())?;
                sink.clone().write_all(&bytes).map_err(|error| error.to_string())?;
                (Writer::Lines(Box::new(lines)), "jsonl")
            }
            Saved::Pml => {
                let Some(recording) = capture.recording() else {
                    return Err("only rows of a native log are saved as a native log here; \
                                `procmonkey convert` makes one of an export"
                        .to_string());
                };
                let info = recording.info.clone();
                let writer = PmlWriter::create(sink.clone(), &info).map_err(in_words)?;
                (Writer::Native(Box::new(writer)), "pml")
            }
        };
        let stem = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = stem.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("rows");
        let name = format!("{stem}-rows.{extension}");
        Ok(Save {
            capture,
            wanted,
            first: None,
            event: Event::default(),
            writer: Some(writer),
            sink,
            name,
            written: 0,
            of,
            is_stopped: false,
        })
    }

    /// Whether the event is of the time that is wanted.
    fn is_within(&mut self) -> bool {
        if !self.wanted.has_times() {
            return true;
        }
        let clock = self.capture.clock();
        self.first = self.first.or(clock.first_time());
        self.wanted.is_within(milliseconds(clock, self.first, self.event.time()))
    }

    fn write(&mut self) -> Result<(), String> {
        let in_words = |error: procmonkey_parser::Error| error.to_string();
        match &mut self.writer {
            Some(Writer::Text(writer)) => writer.write(&self.event).map_err(in_words),
            Some(Writer::Native(writer)) => {
                writer.write(&self.event, self.capture.clock()).map_err(in_words)
            }
            Some(Writer::Lines(lines)) => {
                let mut bytes = Vec::new();
                let row = Row::new(&self.event, self.capture.clock());
                lines.write_row(&row, &mut bytes).map_err(|refusal| refusal.to_string())?;
                self.sink.write_all(&bytes).map_err(|error| error.to_string())
            }
            None => Ok(()),
        }
    }

    /// Ends the file. What it does not have, in sentences.
    fn finish(&mut self) -> Result<Vec<String>, String> {
        let in_words = |error: procmonkey_parser::Error| error.to_string();
        let mut omitted = Vec::new();
        match self.writer.take() {
            Some(Writer::Text(writer)) => {
                let left_out = writer.omissions();
                let mut add = |count: u64, what: &str| {
                    if count > 0 {
                        omitted.push(format!("left out: {what} ({count})"));
                    }
                };
                add(left_out.processes, "the process list");
                add(left_out.modules, "modules of the process list");
                add(left_out.stacks, "call stacks");
                add(left_out.unfit, "texts that XML cannot hold as they are");
                writer.finish().map_err(in_words)?;
            }
            Some(Writer::Native(writer)) => {
                omitted.extend(writer.losses().iter().map(ToString::to_string));
                writer.finish().map_err(in_words)?;
            }
            Some(Writer::Lines(mut lines)) => {
                let mut bytes = Vec::new();
                lines.finish(&mut bytes);
                omitted = lines.remarks();
                self.sink.write_all(&bytes).map_err(|error| error.to_string())?;
            }
            None => {}
        }
        Ok(omitted)
    }

    fn hand_over(&self, world: &mut World, place: ChunkPlace) {
        let mut pending = self.sink.0.borrow_mut();
        let bytes = match place {
            ChunkPlace::Next => std::mem::take(&mut pending.next),
            ChunkPlace::Front => std::mem::take(&mut pending.front),
        };
        if !bytes.is_empty() {
            world.chunks.push(Chunk { place, bytes });
        }
    }
}

impl Job for Save {
    fn step(&mut self, world: &mut World, in_time: InTime<'_>) -> Result<Option<Value>, String> {
        let mut turn = 0u32;
        loop {
            if self.is_stopped {
                return Err(STOPPED.to_string());
            }
            turn += 1;
            if turn.is_multiple_of(64) && (!in_time() || self.sink.0.borrow().next.len() > CHUNK) {
                if self.sink.0.borrow().next.len() > CHUNK {
                    self.hand_over(world, ChunkPlace::Next);
                }
                return Ok(None);
            }
            let step = self.wanted.read_step(&mut self.capture, &mut self.event, 0);
            match step.map_err(|error| error.to_string())? {
                ReadStep::Event if !self.is_within() => {}
                ReadStep::Event => {
                    self.write()?;
                    self.written += 1;
                }
                ReadStep::Passed => {}
                ReadStep::End => break,
            }
        }
        let mut omitted = self.finish()?;
        let losses = self.capture.losses();
        omitted.extend(losses.iter().map(ToString::to_string));
        self.hand_over(world, ChunkPlace::Next);
        self.hand_over(world, ChunkPlace::Front);
        Ok(Some(json!({ "name": self.name, "rows": self.written, "omitted": omitted })))
    }

    fn progress(&self, _: &World) -> Value {
        json!({ "rows": self.written, "of": self.of })
    }

    fn stop(&mut self) {
        self.is_stopped = true;
    }
}

impl std::fmt::Debug for Save {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Save").field("name", &self.name).finish_non_exhaustive()
    }
}
