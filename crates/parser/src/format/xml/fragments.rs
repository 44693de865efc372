//! Elements of an export that stand by themselves in another text.

use std::collections::HashMap;
use std::sync::Arc;

use super::process;
use super::row_reader::{RowEnding, RowReader};

use super::tag::{Tag, TagName};
use super::xml_input::{TagSearch, XmlInput};
use crate::event::Event;
use crate::model::{Columns, LossKind, Losses, Position, Process};

/// A process with more bytes than these, modules aside, is none of Procmon's.
const LONGEST_PROCESS: usize = 1024 * 1024;

/// Reads `<event>` and `<process>` elements one by one.
pub(crate) struct Fragments {
    rows: RowReader,
    by_index: HashMap<u32, Arc<Process>>,
    scratch: Vec<u8>,
}

impl Fragments {
    pub(crate) fn new() -> Fragments {
        Fragments { rows: RowReader::new(), by_index: HashMap::new(), scratch: Vec::new() }
    }

    /// The columns of the event read last.
    pub(crate) fn columns(&self) -> &Arc<Columns> {
        self.rows.columns()
    }

    /// Reads a text from `<event>` up to, but without, its end tag. What cannot be read
    /// of it is a loss. False where nothing of it can be given.
    pub(crate) fn read_event(
        &mut self,
        text: &str,
        position: Position,
        event: &mut Event,
        losses: &mut Losses,
    ) -> bool {
        let mut own = Losses::default();
        let (ending, index) = self.rows.read(text.as_bytes(), position, event, &mut own);
        event.process = index.and_then(|index| self.by_index.get(&index)).cloned();
        // Bytes are counted in the element, and the line is where it begins.
        losses.extend_with(&own, |_| position);
        let why = match ending {
            RowEnding::Whole if event.record.len() > 0 => return true,
            RowEnding::Whole => "the event has no columns",
            RowEnding::Cut => "the event ends inside one of its elements",
            RowEnding::Damaged(_, why) => why,
        };
        losses.add(LossKind::DamagedRecord, position, why);
        false
    }

    /// Reads a text that is one `<process>` element.
    pub(crate) fn read_process(
        &mut self,
        text: &str,
        position: Position,
        losses: &mut Losses,
    ) -> Option<Arc<Process>> {
        let mut source = XmlInput::new(text.as_bytes(), 0, LONGEST_PROCESS);
        let mut own = Losses::default();
        let found = matches!(source.seek_tag(), TagSearch::Tag(Tag::Open(TagName::Process)));
        let process = found.then(|| process::read(&mut source, &mut self.scratch, &mut own));
        losses.extend_with(&own, |_| position);
        let process = Arc::new(process.flatten()?);
        self.by_index.insert(process.index, Arc::clone(&process));
        Some(process)
    }
}
