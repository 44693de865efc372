//! Where each event begins.

use super::bytes::{Bytes, PointerWidth};
use super::header::{Info, Sections};
use super::record::EventHeader;
use super::salvage;
use crate::model::{LossKind, Losses, Position};

/// The offsets of all events: those that the file lists, or those found by
/// walking from event to event where the file has no complete list.
#[derive(Clone, Debug)]
pub(crate) enum EventOffsets<'a> {
    Listed(&'a [u8]),
    Walked(Vec<u64>),
}

/// How many bytes an entry of the list has: offsets have 40 bits.
pub(super) const ENTRY: usize = 5;

impl<'a> EventOffsets<'a> {
    pub(crate) fn read(
        file: Bytes<'a>,
        info: &Info,
        sections: &Sections,
        let_go: &dyn Fn(),
        losses: &mut Losses,
    ) -> EventOffsets<'a> {
        // A closed capture without events still says where their list would be.
        let list_is_first = sections.event_offsets.checked_sub(sections.first_event);
        if info.declared_events == 0 && list_is_first.is_some_and(|gap| gap <= salvage::HOLE as u64)
        {
            return EventOffsets::Walked(Vec::new());
        }
        match listed(file, info, sections, let_go, losses) {
            Some(list) => EventOffsets::Listed(list),
            None => EventOffsets::Walked(walked(file, info, sections, let_go, losses)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            EventOffsets::Listed(list) => list.len() / ENTRY,
            EventOffsets::Walked(offsets) => offsets.len(),
        }
    }

    /// The offsets of the events from one on, as many as there is room for. Gives how
    /// many there are.
    pub(crate) fn fill(&self, first: usize, places: &mut [usize]) -> usize {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        match self {
            EventOffsets::Listed(list) => {
                let rest = first.checked_mul(ENTRY).and_then(|at| list.get(at..));
                let (entries, _) = rest.unwrap_or_default().as_chunks::<ENTRY>();
                for (slot, &[a, b, c, d, e]) in places.iter_mut().zip(entries) {
                    *slot = place(u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]));
                }
                entries.len().min(places.len())
            }
            EventOffsets::Walked(offsets) => {
                let offsets = offsets.get(first..).unwrap_or_default();
                for (slot, &at) in places.iter_mut().zip(offsets) {
                    *slot = place(at);
                }
                offsets.len().min(places.len())
            }
        }
    }

    /// The offset of an event, as listed or found.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<u64> {
        match self {
            EventOffsets::Listed(list) => {
                let entry = list.get(ENTRY * index..)?.first_chunk::<ENTRY>()?;
                let low = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
                Some(u64::from(low) | u64::from(entry[4]) << 32)
            }
            EventOffsets::Walked(offsets) => offsets.get(index).copied(),
        }
    }
}

/// The list of offsets; `None` where it is not whole or leads to no events.
///
/// The list ends where the next table begins, so that its place and its length
/// are both known twice. Where only one of the two is right, that is a loss.
fn listed<'a>(
    file: Bytes<'a>,
    info: &Info,
    sections: &Sections,
    let_go: &dyn Fn(),
    losses: &mut Losses,
) -> Option<&'a [u8]> {
    let list = |at: u64, count: u64| {
        let at = usize::try_from(at).ok().filter(|_| at >= sections.first_event)?;
        let count = usize::try_from(count).ok().filter(|&count| count > 0)?;
        let list = file.slice(at, count.checked_mul(ENTRY)?)?;
        leads_to_events(file, list, info.pointer_width, let_go).then_some(list)
    };
    let entry = ENTRY as u64;
    let at = sections.event_offsets;
    let declared = u64::from(info.declared_events);
    let room = sections.behind(at).map_or(0, |next| (next - at) / entry);
    let by_declared = list(at, declared);
    let by_room = if room == declared { None } else { list(at, room) };
    let found = match (by_declared, by_room) {
        (Some(list), None) => return Some(list),
        (Some(short), Some(long)) if short.len() > long.len() => Some(short),
        (_, Some(long)) => Some(long),
        (None, None) => {
            let next = sections.tables().min()?;
            list(next.checked_sub(declared * entry)?, declared)
        }
    }?;
    let message = format!(
        "place {at:#x} and number {declared} of the listed events do not fit together; {} were found",
        found.len() / ENTRY
    );
    losses.add(LossKind::DamagedField, Position::at_byte(0x234), message);
    Some(found)
}

/// Whether the entries of a list lead to events: the last one, and most of a
/// few others. Single ones may be damaged.
fn leads_to_events(file: Bytes<'_>, list: &[u8], width: PointerWidth, let_go: &dyn Fn()) -> bool {
    const SAMPLES: usize = 15;
    let offsets = EventOffsets::Listed(list);
    let leads = |index: usize| {
        let_go();
        let at = offsets.get(index).and_then(|at| usize::try_from(at).ok())?;
        let header = EventHeader::read(file.0, at)?;
        salvage::looks_right(&header, width, file.len() - at).then_some(())
    };
    let last = offsets.len() - 1;
    let wrong = (0..=SAMPLES).filter(|sample| leads(last * sample / SAMPLES).is_none()).count();
    // The last few entries together tell whether the list is too long.
    let end = last.saturating_sub(3);
    wrong <= SAMPLES / 2 && (end..=last).any(|index| leads(index).is_some())
}

/// Finds the events without a list.
fn walked(
    file: Bytes<'_>,
    info: &Info,
    sections: &Sections,
    let_go: &dyn Fn(),
    losses: &mut Losses,
) -> Vec<u64> {
    let why = match sections.event_offsets {
        0 => "the header does not say where the list of events is: the file was never closed",
        at if at > file.len() as u64 => "the list of events lies behind the end of the file",
        _ => "the list of events is damaged or incomplete",
    };
    losses.add(LossKind::Truncated, Position::at_byte(sections.event_offsets), why);
    let events_end = sections.events_end(file.len() as u64);
    let walked = salvage::walk(file, info, sections.first_event..events_end, let_go, losses);
    let missing = u64::from(info.declared_events).saturating_sub(walked.len() as u64);
    if missing > 0 {
        let message = format!("{missing} of {} events are missing", info.declared_events);
        losses.add(LossKind::Truncated, Position::at_byte(events_end), message);
    }
    walked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_forty_bits() {
        let offsets = EventOffsets::Listed(&[0xA8, 3, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 0xFF]);
        assert_eq!(offsets.len(), 2);
        assert_eq!(offsets.get(0), Some(0x3A8));
        assert_eq!(offsets.get(1), Some(0xFF_1234_5678));
        assert_eq!(offsets.get(2), None);
        let mut places = [0; 3];
        assert_eq!(offsets.fill(0, &mut places), 2);
        assert_eq!(places, [0x3A8, 0xFF_1234_5678, 0]);
        assert_eq!(offsets.fill(1, &mut places[..1]), 1);
        assert_eq!(places[0], 0xFF_1234_5678);
        assert_eq!((offsets.fill(2, &mut places), offsets.fill(usize::MAX, &mut places)), (0, 0));
        let offsets = EventOffsets::Walked(vec![5, 9]);
        assert_eq!((offsets.fill(1, &mut places), places[0]), (1, 9));
        assert_eq!(offsets.fill(3, &mut places), 0);
    }
}
