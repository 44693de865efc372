//! An XML export in sections that are read at the same time.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::XmlReader;
use super::layout::Layout;
use super::row_reader::RowReader;
use super::tag::TagName;
use crate::format::{Place, ReadSection, Sections};
use crate::input::{Content, SECTION};
use crate::model::{Error, Process};

/// The events of a file in memory, from `begin` on.
pub(super) struct XmlSections {
    pub(super) content: Content,
    pub(super) begin: Place,
    pub(super) rows: RowReader,
    pub(super) layout: Option<Layout>,
    pub(super) by_index: Arc<HashMap<u32, Arc<Process>>>,
    /// The structural elements that are open there.
    pub(super) open: Vec<TagName>,
    /// The most bytes of a record.
    pub(super) longest: usize,
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

    /// A text cannot contain `<`, so this is the tag of an event, unless it is in a
    /// comment.
    fn guess(&self, at: u64) -> u64 {
        let bytes = self.content.bytes();
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        memmem::find(&bytes[at..], b"<event>").map_or(bytes.len(), |found| at + found) as u64
    }

    fn release(&self, section: Range<u64>) {
        self.content.evict_bytes(section);
    }

    fn open(&self, from: Place, to: u64) -> Result<Box<dyn ReadSection>, Error> {
        let edge = if to < self.end() { self.guess(to) } else { u64::MAX };
        Ok(Box::new(XmlReader::section(self, from, to, edge, self.longest)))
    }
}
