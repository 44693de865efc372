//! Some events one after the other, judged together.
//!
//! What is read of an event is fetched beforehand: first the headers of a block, a
//! block later what its headers say is needed besides, and a block later still all of
//! that is there. So the processor need not wait for one event after the other.

use super::dispatch::{Name, PathPlace, Way};
use super::selection::{HANDED_OVER, Judge};
use crate::pml::bytes::Bytes;
use crate::pml::operation::Named;
use crate::pml::record::{EVENT_HEADER_SIZE, EventHeader};
use crate::pml::strings::Descriptor;
use crate::pml::{Pml, PmlEvent, columns, salvage};
use crate::scan::fetch;
use std::ops::Range;

/// How many events are judged together: a bit of a word for each.
pub(super) const BLOCK: usize = 64;

/// Some events one after the other.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) len: usize,
    /// Where each begins, as the list of events says, or where the file ends.
    pub(super) at: [usize; BLOCK],
    /// The number of the name that each is counted under.
    pub(super) owners: [u32; BLOCK],
    /// Those that are handed over: a bit for each.
    pub(super) stops: u64,
    /// Those that have to be looked at once more, for their operation or their path.
    open: u64,
    heads: [Head; BLOCK],
    paths: [Range<usize>; BLOCK],
}

/// What is known of an event that has to be looked at once more.
#[derive(Clone, Copy, Debug)]
struct Head {
    way: Way,
    operation: u16,
    /// Where the details begin and end.
    detail: usize,
    end: usize,
}

impl Default for Block {
    fn default() -> Block {
        let way = Way { name: Name::Unknown, path: PathPlace::Nowhere };
        Block {
            first: 0,
            len: 0,
            at: [0; BLOCK],
            owners: [0; BLOCK],
            stops: 0,
            open: 0,
            heads: [Head { way, operation: 0, detail: 0, end: 0 }; BLOCK],
            paths: [const { 0..0 }; BLOCK],
        }
    }
}

impl Block {
    pub(super) fn has(&self, event: usize) -> bool {
        event >= self.first && event - self.first < self.len
    }

    pub(super) fn end(&self) -> usize {
        self.first + self.len
    }

    /// Takes the first of these events.
    pub(super) fn place(&mut self, pml: &Pml<'_>, events: Range<usize>) {
        self.first = events.start;
        let most = events.len().min(BLOCK);
        self.len = pml.offsets().fill(events.start, &mut self.at[..most]);
        for at in &mut self.at[..self.len] {
            *at = (*at).min(pml.bytes().len());
        }
    }

    /// Judges the events by their headers. Has what else is needed of them fetched, and
    /// the headers of the `coming` block.
    pub(super) fn read_headers(&mut self, pml: &Pml<'_>, judge: &Judge, coming: &Block) {
        let (file, width) = (pml.bytes(), pml.info().pointer_width);
        (self.stops, self.open) = (0, 0);
        for index in 0..self.len {
            // Places that are left over from an earlier block do no harm.
            fetch(file, coming.at[index]);
            fetch(file, coming.at[index] + EVENT_HEADER_SIZE - 1);
            let at = self.at[index];
            let Some(header) = EventHeader::read(file, at) else {
                self.stops |= 1 << index;
                continue;
            };
            let room = file.len() - at;
            let way = judge.ways.way(&header);
            let owner = judge.owner(header.process_index);
            self.owners[index] = owner;
            let passes = salvage::looks_right(&header, width, room)
                & !may_be_cut(&header, room)
                & (owner != HANDED_OVER)
                & !judge.wants(&header)
                & (way.name != Name::Unknown);
            self.stops |= u64::from(!passes) << index;
            let is_open = (way.name != Name::Known) | (way.path != PathPlace::Nowhere);
            self.open |= u64::from(is_open) << index;
            let detail = at + header.detail_at(width);
            let end = detail.saturating_add(header.detail_size as usize);
            self.heads[index] = Head { way, operation: header.operation, detail, end };
            if is_open {
                if let PathPlace::Stored { descriptor, .. } = way.path {
                    // From the length of the path on.
                    let path = detail + usize::from(descriptor);
                    fetch(file, path);
                    fetch(file, path + LINE);
                    fetch(file, path + 2 * LINE);
                }
                if way.name != Name::Known {
                    fetch(file, detail);
                }
            }
        }
        self.open &= !self.stops;
    }

    /// Judges the events by what is not in their headers.
    pub(super) fn read_details(&mut self, pml: &Pml<'_>, judge: &Judge, room: &mut String) {
        let mut open = self.open;
        if open == 0 {
            return;
        }
        let (mut paths, mut owners) = (0, [0; BLOCK]);
        while open != 0 {
            let index = open.trailing_zeros() as usize;
            open &= open - 1;
            let (is_wanted, path) = self.look(pml, judge, index, room);
            self.stops |= u64::from(is_wanted) << index;
            (self.paths[paths], owners[paths]) = (path, index);
            paths += 1;
        }
        judge.needles.each_with(pml.bytes(), &self.paths[..paths], |number| {
            self.stops |= 1 << owners[number];
        });
    }

    /// Looks at the details of one event: whether it is handed over, and where in the
    /// file the path is that also decides on it.
    #[inline]
    fn look(
        &self,
        pml: &Pml<'_>,
        judge: &Judge,
        index: usize,
        room: &mut String,
    ) -> (bool, Range<usize>) {
        let head = self.heads[index];
        let detail = Bytes(pml.bytes().get(head.detail..head.end).unwrap_or_default());
        let has_name = match head.way.name {
            Name::Known => true,
            Name::Unknown => false,
            Name::BySub => judge.ways.is_named(head.operation, detail.u8(0).unwrap_or(0)),
            Name::ByDetail => {
                let event = self.event(pml, index);
                event.is_none_or(|event| columns::operation(&event) != Named::Unknown)
            }
        };
        if !has_name {
            return (true, 0..0);
        }
        let (descriptor, text) = match head.way.path {
            PathPlace::Nowhere => return (false, 0..0),
            PathPlace::Rendered => return (self.wants_rendered(pml, judge, index, room), 0..0),
            PathPlace::Stored { descriptor, text } | PathPlace::Listing { descriptor, text } => {
                (descriptor, text)
            }
        };
        let descriptor = Descriptor(detail.u16(usize::from(descriptor)).unwrap_or(0));
        let start = usize::from(text).min(detail.len());
        let end = (start + descriptor.byte_len()).min(detail.len());
        let is_listing = matches!(head.way.path, PathPlace::Listing { .. });
        if is_listing && detail.u8(0) == Some(1) && detail.u16(end).is_some_and(|it| it != 0) {
            return (self.wants_rendered(pml, judge, index, room), 0..0);
        }
        if !descriptor.is_narrow() && end > start {
            return (judge.needles.are_in_wide(&detail.0[start..end]), 0..0);
        }
        (false, head.detail + start..head.detail + end)
    }

    /// Whether an event is wanted for a path that is put together.
    #[cold]
    fn wants_rendered(
        &self,
        pml: &Pml<'_>,
        judge: &Judge,
        index: usize,
        room: &mut String,
    ) -> bool {
        self.event(pml, index).is_none_or(|event| judge.needles.are_in_path_of(&event, room))
    }

    fn event<'p>(&self, pml: &'p Pml<'p>, index: usize) -> Option<PmlEvent<'p>> {
        let at = self.at[index];
        let header = EventHeader::read(pml.bytes(), at)?;
        Some(PmlEvent { pml, index: self.first + index, at, header, repaired: false })
    }
}

/// How many bytes come from memory together.
const LINE: usize = 64;

/// Whether the extra detail may reach beyond the end of the file.
#[inline]
fn may_be_cut(header: &EventHeader, room: usize) -> bool {
    const MOST: usize = 2 + u16::MAX as usize;
    (header.extra_offset != 0) & ((header.extra_offset as usize).saturating_add(MOST) > room)
}
