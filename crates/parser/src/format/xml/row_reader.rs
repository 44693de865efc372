//! Reads the columns, the process index and the call stack of an event.

use std::sync::Arc;

use crate::event::Event;
use crate::model::{Address, Column, Columns, Frame, LossKind, Losses, Position};

use super::element::{ElementStep, Elements};

/// Procmon writes fewer columns and frames than this.
const MAX_COLUMNS: usize = 1024;
const MAX_FRAMES: usize = 65_536;

/// How the bytes of an event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowEnding {
    /// After a whole column, as they should.
    Whole,
    /// In the middle of something.
    Cut,
    /// With invalid markup at this offset.
    Damaged(usize, &'static str),
}

/// Turns the bytes of events into fields.
#[derive(Clone)]
pub(super) struct RowReader {
    /// The columns of the capture and, if another event has different ones, the columns
    /// of that event.
    sets: Vec<ColumnSet>,
    current: Arc<Columns>,
    /// The element names of the current event, each followed by `>`.
    names: Vec<u8>,
    scratch: Vec<u8>,
}

#[derive(Clone)]
struct ColumnSet {
    names: Vec<u8>,
    columns: Arc<Columns>,
}

impl RowReader {
    pub(super) fn new() -> RowReader {
        RowReader {
            sets: Vec::new(),
            current: Arc::new(Columns::from_known(&[])),
            names: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The columns of the event that was read last.
    pub(super) fn columns(&self) -> &Arc<Columns> {
        &self.current
    }

    /// The element names of the columns of the event that was read last.
    pub(super) fn elements(&self) -> impl Iterator<Item = &[u8]> {
        let names = self.names.strip_suffix(b">").unwrap_or(&self.names);
        names.split(|byte| *byte == b'>')
    }

    /// Reads the bytes of one event, which begin at `position`, into `event`. Also
    /// returns its process index. If the bytes end too early, `event` has everything that
    /// is complete.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        position: Position,
        event: &mut Event,
        losses: &mut Losses,
    ) -> (RowEnding, Option<u32>) {
        self.names.clear();
        event.record.start_with_lines(&self.current);
        event.position = position;
        event.process = None;
        let mut index = None;
        let mut stack = Stack::new(std::mem::take(&mut event.stack));
        let place = |at: usize| Position { byte: position.byte + at as u64, ..position };
        let mut elements = Elements::new(bytes, &mut self.scratch);
        let ending = loop {
            match elements.next() {
                ElementStep::Open(b"stack") => stack.inside = true,
                ElementStep::Close(b"stack") => stack.inside = false,
                ElementStep::Open(b"frame") if stack.inside => {
                    if !stack.begin() {
                        break RowEnding::Damaged(0, "the stack has too many frames");
                    }
                }
                ElementStep::Close(b"frame") => stack.end(),
                ElementStep::Open(_) | ElementStep::Close(_) => {}
                ElementStep::Leaf { name, text, at } if stack.inside => {
                    if let Some((kind, message)) = stack.set(name, text) {
                        losses.add(kind, place(at), message);
                    }
                }
                ElementStep::Leaf { name: b"ProcessIndex", text, at } => {
                    index = super::process::unsigned(text);
                    if index.is_none() {
                        losses.add(
                            LossKind::DamagedField,
                            place(at),
                            "ProcessIndex is not a number",
                        );
                    }
                }
                ElementStep::Leaf { at, .. } if event.record.len() == MAX_COLUMNS => {
                    break RowEnding::Damaged(at, "the event has too many columns");
                }
                ElementStep::Leaf { name, text, .. } => {
                    self.names.extend_from_slice(name);
                    self.names.push(b'>');
                    event.record.push(text);
                }
                ElementStep::End { open: 0 | 1 } => break RowEnding::Whole,
                ElementStep::End { .. } | ElementStep::Cut { .. } => break RowEnding::Cut,
                ElementStep::Damaged { at, why } => break RowEnding::Damaged(at, why),
            }
        };
        event.stack = stack.finish();
        self.set_columns(event);
        (ending, index)
    }

    /// Sets the columns of the event by the names of its elements.
    fn set_columns(&mut self, event: &mut Event) {
        let known = self.sets.iter().find(|set| set.names == self.names);
        self.current = match known {
            Some(set) => Arc::clone(&set.columns),
            None => {
                let columns = Arc::new(columns_of(&self.names));
                // The columns of the capture are kept; of other sets only the last one.
                self.sets.truncate(1);
                self.sets
                    .push(ColumnSet { names: self.names.clone(), columns: Arc::clone(&columns) });
                columns
            }
        };
        event.record.set_columns(&self.current);
    }
}

/// The columns for these element names. An element that Procmon is not known to write is
/// a column with its own name.
fn columns_of(names: &[u8]) -> Columns {
    let names = names.strip_suffix(b">").unwrap_or(names);
    let elements = names.split(|byte| *byte == b'>').filter(|name| !name.is_empty());
    Columns::from_headers(elements.map(|name| {
        let name = String::from_utf8_lossy(name);
        match Column::from_element(&name) {
            Some(column) => column.name().to_string(),
            None => name.into_owned(),
        }
    }))
}

/// A call stack that is being read, in the memory of the previous one.
struct Stack {
    frames: Vec<Frame>,
    /// How many frames are complete. Later frames belong to an earlier stack, except for
    /// the first of them while it is being read.
    complete: usize,
    open: bool,
    /// Whether the current element is inside the stack.
    inside: bool,
}

const NOT_UTF8: (LossKind, &str) =
    (LossKind::InvalidText, "a stack frame holds bytes that are not UTF-8");

impl Stack {
    fn new(frames: Vec<Frame>) -> Stack {
        Stack { frames, complete: 0, open: false, inside: false }
    }

    /// Begins a frame. Returns false if there are too many.
    fn begin(&mut self) -> bool {
        if self.complete == self.frames.len() {
            if self.complete == MAX_FRAMES {
                return false;
            }
            self.frames.push(Frame::default());
        }
        let frame = &mut self.frames[self.complete];
        frame.depth = u32::try_from(self.complete).unwrap_or(u32::MAX);
        frame.address = Address::default();
        frame.path.clear();
        frame.location.clear();
        self.open = true;
        true
    }

    fn end(&mut self) {
        self.complete += usize::from(std::mem::take(&mut self.open));
    }

    /// Sets an element of the current frame. Returns what is wrong with it.
    fn set(&mut self, name: &[u8], text: &[u8]) -> Option<(LossKind, &'static str)> {
        let frame = self.frames.get_mut(self.complete).filter(|_| self.open)?;
        let field = match name {
            b"depth" => match super::process::unsigned(text) {
                Some(depth) => {
                    frame.depth = depth;
                    return None;
                }
                None => {
                    return Some((LossKind::DamagedField, "the depth of a frame is not a number"));
                }
            },
            b"address" => {
                frame.address = Address::of_text(&String::from_utf8_lossy(text));
                let valid = std::str::from_utf8(text).is_ok();
                return (!valid).then_some(NOT_UTF8);
            }
            b"path" => &mut frame.path,
            b"location" => &mut frame.location,
            _ => return None,
        };
        field.push_str(&String::from_utf8_lossy(text));
        let valid = std::str::from_utf8(text).is_ok();
        (!valid).then_some(NOT_UTF8)
    }

    fn finish(mut self) -> Vec<Frame> {
        self.frames.truncate(self.complete);
        self.frames
    }
}
