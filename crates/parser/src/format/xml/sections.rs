//! An XML export in sections that are read side by side.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::layout::Layout;
use super::row::Rows;
use super::tag::Name;
use super::{MAX_RECORD, XmlReader};
use crate::format::{Place, ReadSection, Sections};
use crate::input::{Content, SECTION};
use crate::model::{Error, Process};

/// The events of a file in memory, from a place on.
pub(super) struct XmlSections {
    pub(super) content: Content,
    pub(super) begin: Place,
    pub(super) rows: Rows,
    pub(super) layout: Option<Layout>,
    pub(super) by_index: Arc<HashMap<u32, Arc<Process>>>,
    /// Elements of the structure that are open.
    pub(super) open: Vec<Name>,
}

impl Sections for XmlSections {
    fn begin(&self) -> Place {
        self.begin
    }

    fn end(&self) -> u64 {
        self.content.bytes().len() as u64
    }

    fn length(&self) -> u64 {
        SECTION
    }

    /// No text holds a `<`, so this is an event, if there is no comment.
    fn guess(&self, at: u64) -> u64 {
        let bytes = self.content.bytes();
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        memmem::find(&bytes[at..], b"<event>").map_or(bytes.len(), |found| at + found) as u64
    }

    fn leave(&self, section: Range<u64>) {
        self.content.forget_bytes(section);
    }

    fn open(&self, from: Place, to: u64) -> Result<Box<dyn ReadSection>, Error> {
        let edge = if to < self.end() { self.guess(to) } else { u64::MAX };
        Ok(Box::new(XmlReader::section(self, from, to, edge, MAX_RECORD)))
    }
}
