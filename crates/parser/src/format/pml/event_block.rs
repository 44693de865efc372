//! Decides for 64 consecutive events at once which of them can be skipped.
//!
//! The bytes of an event are fetched into the cache before they are read: for each block
//! first its headers, one block later what the headers point to. So the processor does
//! not wait for the memory event by event.

use super::event_selector::{EventSelector, MUST_READ};
use super::selection_plan::{NameCheck, OperationPlan, PathSource};
use crate::pml::bytes::Bytes;
use crate::pml::operation::Named;
use crate::pml::record::{EVENT_HEADER_SIZE, EventHeader};
use crate::pml::strings::Descriptor;
use crate::pml::{Pml, PmlEvent, columns, salvage};
use crate::scan::fetch;
use std::ops::Range;

/// How many events a block has: one bit of a `u64` for each.
pub(super) const BLOCK_EVENTS: usize = 64;

/// Consecutive events.
#[derive(Debug)]
pub(super) struct EventBlock {
    pub(super) first: usize,
    pub(super) len: usize,
    /// Where each event begins according to the list of events, at most the end of the
    /// file.
    pub(super) at: [usize; BLOCK_EVENTS],
    /// For each event, the number of the name that it is counted under.
    pub(super) owners: [u32; BLOCK_EVENTS],
    /// The events that have to be read: one bit for each.
    pub(super) stops: u64,
    /// The events whose details have to be examined, for their operation or path: one bit
    /// for each.
    open: u64,
    heads: [Head; BLOCK_EVENTS],
    paths: [Range<usize>; BLOCK_EVENTS],
}

/// What is known about an event from its header.
#[derive(Clone, Copy, Debug)]
struct Head {
    operation_plan: OperationPlan,
    operation: u16,
    /// Where its details begin and end.
    detail: usize,
    end: usize,
}

impl Default for EventBlock {
    fn default() -> EventBlock {
        let operation_plan = OperationPlan { name: NameCheck::Unknown, path: PathSource::Nowhere };
        EventBlock {
            first: 0,
            len: 0,
            at: [0; BLOCK_EVENTS],
            owners: [0; BLOCK_EVENTS],
            stops: 0,
            open: 0,
            heads: [Head { operation_plan, operation: 0, detail: 0, end: 0 }; BLOCK_EVENTS],
            paths: [const { 0..0 }; BLOCK_EVENTS],
        }
    }
}

impl EventBlock {
    pub(super) fn has(&self, event: usize) -> bool {
        event >= self.first && event - self.first < self.len
    }

    pub(super) fn end(&self) -> usize {
        self.first + self.len
    }

    /// Takes the offsets of the first of these events.
    pub(super) fn place(&mut self, pml: &Pml<'_>, events: Range<usize>) {
        self.first = events.start;
        let most = events.len().min(BLOCK_EVENTS);
        self.len = pml.offsets().fill(events.start, &mut self.at[..most]);
        for at in &mut self.at[..self.len] {
            *at = (*at).min(pml.bytes().len());
        }
    }

    /// Decides by the headers. Fetches what else is needed of these events, and the
    /// headers of the `coming` block.
    pub(super) fn read_headers(
        &mut self,
        pml: &Pml<'_>,
        selector: &EventSelector,
        coming: &EventBlock,
    ) {
        let (file, width) = (pml.bytes(), pml.info().pointer_width);
        (self.stops, self.open) = (0, 0);
        for index in 0..self.len {
            // Offsets that are left from an earlier block do no harm.
            fetch(file, coming.at[index]);
            fetch(file, coming.at[index].saturating_add(EVENT_HEADER_SIZE - 1));
            let at = self.at[index];
            let Some(header) = EventHeader::read(file, at) else {
                self.stops |= 1 << index;
                continue;
            };
            let room = file.len() - at;
            let operation_plan = selector.plan.operation_plan(&header);
            let owner = selector.owner(header.process_index);
            self.owners[index] = owner;
            let passes = salvage::looks_right(&header, width, room)
                & !may_be_cut(&header, room)
                & (owner != MUST_READ)
                & !selector.wants(&header)
                & (operation_plan.name != NameCheck::Unknown);
            self.stops |= u64::from(!passes) << index;
            let is_open = (operation_plan.name != NameCheck::Known)
                | (operation_plan.path != PathSource::Nowhere);
            self.open |= u64::from(is_open) << index;
            let detail = at + header.detail_at(width);
            let end = detail.saturating_add(header.detail_size as usize);
            self.heads[index] = Head { operation_plan, operation: header.operation, detail, end };
            if is_open {
                if let PathSource::Stored { descriptor, .. } = operation_plan.path {
                    // From the length of the path on.
                    let path = detail + usize::from(descriptor);
                    fetch(file, path);
                    fetch(file, path + LINE);
                    fetch(file, path + 2 * LINE);
                }
                if operation_plan.name != NameCheck::Known {
                    fetch(file, detail);
                }
            }
        }
        self.open &= !self.stops;
    }

    /// Decides by the details, where the headers were not enough.
    pub(super) fn read_details(
        &mut self,
        pml: &Pml<'_>,
        selector: &EventSelector,
        room: &mut String,
    ) {
        let mut open = self.open;
        if open == 0 {
            return;
        }
        let (mut paths, mut owners) = (0, [0; BLOCK_EVENTS]);
        while open != 0 {
            let index = open.trailing_zeros() as usize;
            open &= open - 1;
            let (is_wanted, path) = self.look(pml, selector, index, room);
            self.stops |= u64::from(is_wanted) << index;
            (self.paths[paths], owners[paths]) = (path, index);
            paths += 1;
        }
        selector.needles.each_with(pml.bytes(), &self.paths[..paths], |number| {
            self.stops |= 1 << owners[number];
        });
    }

    /// Examines the details of one event. Returns whether the event has to be read, and
    /// the range of its path in the file if that has to be searched.
    #[inline]
    fn look(
        &self,
        pml: &Pml<'_>,
        selector: &EventSelector,
        index: usize,
        room: &mut String,
    ) -> (bool, Range<usize>) {
        let head = self.heads[index];
        let detail = Bytes(pml.bytes().get(head.detail..head.end).unwrap_or_default());
        let has_name = match head.operation_plan.name {
            NameCheck::Known => true,
            NameCheck::Unknown => false,
            NameCheck::BySub => selector.plan.is_named(head.operation, detail.u8(0).unwrap_or(0)),
            NameCheck::ByDetail => {
                let event = self.event(pml, index);
                event.is_none_or(|event| columns::operation(&event) != Named::Unknown)
            }
        };
        if !has_name {
            return (true, 0..0);
        }
        let (descriptor, text) = match head.operation_plan.path {
            PathSource::Nowhere => return (false, 0..0),
            PathSource::Rendered => return (self.wants_rendered(pml, selector, index, room), 0..0),
            PathSource::Stored { descriptor, text } | PathSource::Listing { descriptor, text } => {
                (descriptor, text)
            }
        };
        let descriptor = Descriptor(detail.u16(usize::from(descriptor)).unwrap_or(0));
        let start = usize::from(text).min(detail.len());
        let end = (start + descriptor.byte_len()).min(detail.len());
        let is_listing = matches!(head.operation_plan.path, PathSource::Listing { .. });
        if is_listing && detail.u8(0) == Some(1) && detail.u16(end).is_some_and(|it| it != 0) {
            return (self.wants_rendered(pml, selector, index, room), 0..0);
        }
        if !descriptor.is_narrow() && end > start {
            return (selector.needles.are_in_wide(&detail.0[start..end]), 0..0);
        }
        (false, head.detail + start..head.detail + end)
    }

    /// Whether the path of an event, made into text first, contains one of the texts.
    #[cold]
    fn wants_rendered(
        &self,
        pml: &Pml<'_>,
        selector: &EventSelector,
        index: usize,
        room: &mut String,
    ) -> bool {
        self.event(pml, index).is_none_or(|event| selector.needles.are_in_path_of(&event, room))
    }

    fn event<'p>(&self, pml: &'p Pml<'p>, index: usize) -> Option<PmlEvent<'p>> {
        let at = self.at[index];
        let header = EventHeader::read(pml.bytes(), at)?;
        Some(PmlEvent { pml, index: self.first + index, at, header, repaired: false })
    }
}

/// The size of a cache line.
const LINE: usize = 64;

/// Whether the extra details may reach beyond the end of the file.
#[inline]
fn may_be_cut(header: &EventHeader, room: usize) -> bool {
    const MOST: usize = 2 + u16::MAX as usize;
    (header.extra_offset != 0) & ((header.extra_offset as usize).saturating_add(MOST) > room)
}
