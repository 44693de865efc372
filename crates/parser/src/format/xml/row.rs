//! Events: columns, process index and call stack.

use std::sync::Arc;

use crate::event::Event;
use crate::model::{Column, Columns, Frame, LossKind, Losses, Position};

use super::element::{Elements, Step};

/// More columns or frames than these are no work of Procmon's.
const MAX_COLUMNS: usize = 1024;
const MAX_FRAMES: usize = 65_536;

/// How an event's bytes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Between two columns, as it should be.
    Whole,
    /// Inside something.
    Cut,
    /// With markup that makes no sense, at this place.
    Damaged(usize, &'static str),
}

/// Turns the bytes of events into fields.
#[derive(Clone)]
pub(super) struct Rows {
    /// The capture's columns and, when another event has other ones, its columns.
    sets: Vec<ColumnSet>,
    current: Arc<Columns>,
    /// Element names of the event at hand, each with a `>` behind it.
    names: Vec<u8>,
    scratch: Vec<u8>,
}

#[derive(Clone)]
struct ColumnSet {
    names: Vec<u8>,
    columns: Arc<Columns>,
}

impl Rows {
    pub(super) fn new() -> Rows {
        Rows {
            sets: Vec::new(),
            current: Arc::new(Columns::from_known(&[])),
            names: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The columns of the event read last.
    pub(super) fn columns(&self) -> &Arc<Columns> {
        &self.current
    }

    /// The names of the elements of the event read last that are columns.
    pub(super) fn elements(&self) -> impl Iterator<Item = &[u8]> {
        let names = self.names.strip_suffix(b">").unwrap_or(&self.names);
        names.split(|byte| *byte == b'>')
    }

    /// Reads the bytes of one event, which begin at `position`, into `event`.
    /// Gives its process index too. What is complete is in `event`, however the
    /// bytes end.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        position: Position,
        event: &mut Event,
        losses: &mut Losses,
    ) -> (Ending, Option<u32>) {
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
                Step::Open(b"stack") => stack.inside = true,
                Step::Close(b"stack") => stack.inside = false,
                Step::Open(b"frame") if stack.inside => {
                    if !stack.begin() {
                        break Ending::Damaged(0, "the stack has too many frames");
                    }
                }
                Step::Close(b"frame") => stack.end(),
                Step::Open(_) | Step::Close(_) => {}
                Step::Leaf { name, text, at } if stack.inside => {
                    if let Some((kind, message)) = stack.set(name, text) {
                        losses.add(kind, place(at), message);
                    }
                }
                Step::Leaf { name: b"ProcessIndex", text, at } => {
                    index = super::process::unsigned(text);
                    if index.is_none() {
                        losses.add(LossKind::DamagedField, place(at), "ProcessIndex is no number");
                    }
                }
                Step::Leaf { at, .. } if event.record.len() == MAX_COLUMNS => {
                    break Ending::Damaged(at, "the event has too many columns");
                }
                Step::Leaf { name, text, .. } => {
                    self.names.extend_from_slice(name);
                    self.names.push(b'>');
                    event.record.push(text);
                }
                Step::End { open: 0 | 1 } => break Ending::Whole,
                Step::End { .. } | Step::Cut { .. } => break Ending::Cut,
                Step::Damaged { at, why } => break Ending::Damaged(at, why),
            }
        };
        event.stack = stack.finish();
        self.set_columns(event);
        (ending, index)
    }

    /// Gives the event the columns that its elements name.
    fn set_columns(&mut self, event: &mut Event) {
        let known = self.sets.iter().find(|set| set.names == self.names);
        self.current = match known {
            Some(set) => Arc::clone(&set.columns),
            None => {
                let columns = Arc::new(columns_of(&self.names));
                // The capture's own columns stay; of other ones only the last.
                self.sets.truncate(1);
                self.sets
                    .push(ColumnSet { names: self.names.clone(), columns: Arc::clone(&columns) });
                columns
            }
        };
        event.record.set_columns(&self.current);
    }
}

/// The columns for these element names. One that Procmon is not known to write
/// is a column too, with its own name.
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

/// A call stack while it is read, over the memory of the stack before it.
struct Stack {
    frames: Vec<Frame>,
    /// How many frames are complete. Those behind them are of an earlier stack,
    /// apart from the first of them while it is open.
    complete: usize,
    open: bool,
    /// Whether the elements that follow are the stack's.
    inside: bool,
}

impl Stack {
    fn new(frames: Vec<Frame>) -> Stack {
        Stack { frames, complete: 0, open: false, inside: false }
    }

    /// Begins a frame; false when there are too many.
    fn begin(&mut self) -> bool {
        if self.complete == self.frames.len() {
            if self.complete == MAX_FRAMES {
                return false;
            }
            self.frames.push(Frame::default());
        }
        let frame = &mut self.frames[self.complete];
        frame.depth = u32::try_from(self.complete).unwrap_or(u32::MAX);
        frame.address.clear();
        frame.path.clear();
        frame.location.clear();
        self.open = true;
        true
    }

    fn end(&mut self) {
        self.complete += usize::from(std::mem::take(&mut self.open));
    }

    /// Sets an element of the open frame, and says what is wrong with it.
    fn set(&mut self, name: &[u8], text: &[u8]) -> Option<(LossKind, &'static str)> {
        let frame = self.frames.get_mut(self.complete).filter(|_| self.open)?;
        let field = match name {
            b"depth" => match super::process::unsigned(text) {
                Some(depth) => {
                    frame.depth = depth;
                    return None;
                }
                None => return Some((LossKind::DamagedField, "the depth of a frame is no number")),
            },
            b"address" => &mut frame.address,
            b"path" => &mut frame.path,
            b"location" => &mut frame.location,
            _ => return None,
        };
        field.push_str(&String::from_utf8_lossy(text));
        let valid = std::str::from_utf8(text).is_ok();
        (!valid).then_some((LossKind::InvalidText, "a stack frame holds bytes that are no UTF-8"))
    }

    fn finish(mut self) -> Vec<Frame> {
        self.frames.truncate(self.complete);
        self.frames
    }
}
