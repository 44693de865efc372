//! Where each event begins.

use super::bytes::{Bytes, PointerWidth};
use super::header::{FileLayout, Info};
use super::record::EventHeader;
use super::salvage;
use crate::model::{LossKind, Losses, Position};

/// The offsets of all events: as the file lists them, or found by going from event to
/// event if the list is missing or incomplete.
#[derive(Clone, Debug)]
pub(crate) enum EventOffsets<'a> {
    Listed(&'a [u8]),
    Walked(Vec<u64>),
}

/// The size of an entry of the list in bytes: offsets have 40 bits.
pub(crate) const ENTRY: usize = 5;

impl<'a> EventOffsets<'a> {
    pub(crate) fn read(
        file: Bytes<'a>,
        info: &Info,
        sections: &FileLayout,
        evict: &dyn Fn(),
        losses: &mut Losses,
    ) -> EventOffsets<'a> {
        // A closed capture without events still has the offset of the empty list.
        let list_is_first = sections.event_offsets.checked_sub(sections.first_event);
        if info.declared_events == 0 && list_is_first.is_some_and(|gap| gap <= salvage::HOLE as u64)
        {
            return EventOffsets::Walked(Vec::new());
        }
        match listed(file, info, sections, evict, losses) {
            Some(list) => EventOffsets::Listed(list),
            None => EventOffsets::Walked(walked(file, info, sections, evict, losses)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            EventOffsets::Listed(list) => list.len() / ENTRY,
            EventOffsets::Walked(offsets) => offsets.len(),
        }
    }

    /// Writes the offsets of the events from `first` on into `places`. Returns how many
    /// were written.
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
                let entry = list.get(index.checked_mul(ENTRY)?..)?.first_chunk::<ENTRY>()?;
                let low = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
                Some(u64::from(low) | u64::from(entry[4]) << 32)
            }
            EventOffsets::Walked(offsets) => offsets.get(index).copied(),
        }
    }
}

/// The list of offsets; `None` if it is incomplete or does not lead to events.
///
/// The list ends where the next table begins, so both its offset and its length are known
/// twice. If only one of the two is right, that is a loss.
fn listed<'a>(
    file: Bytes<'a>,
    info: &Info,
    sections: &FileLayout,
    evict: &dyn Fn(),
    losses: &mut Losses,
) -> Option<&'a [u8]> {
    let list = |at: u64, count: u64| {
        let at = usize::try_from(at).ok().filter(|_| at >= sections.first_event)?;
        let count = usize::try_from(count).ok().filter(|&count| count > 0)?;
        let list = file.slice(at, count.checked_mul(ENTRY)?)?;
        leads_to_events(file, list, info.pointer_width, evict).then_some(list)
    };
    let entry = ENTRY as u64;
    let at = sections.event_offsets;
    let declared = u64::from(info.declared_events);
    let room = sections.after(at).map_or(0, |next| (next - at) / entry);
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
        "the offset {at:#x} and the length {declared} of the list of events contradict each other; {} events were found",
        found.len() / ENTRY
    );
    losses.add(LossKind::DamagedField, Position::at_byte(0x234), message);
    Some(found)
}

/// Whether the entries of a list lead to events.
fn leads_to_events(file: Bytes<'_>, list: &[u8], width: PointerWidth, evict: &dyn Fn()) -> bool {
    let offsets = EventOffsets::Listed(list);
    samples_lead(offsets.len(), |index| {
        evict();
        let at = offsets.get(index).and_then(|at| usize::try_from(at).ok());
        let event = at.and_then(|at| Some((EventHeader::read(file.0, at)?, file.len() - at)));
        event.is_some_and(|(header, room)| salvage::looks_right(&header, width, room))
    })
}

/// Whether so many entries of a list lead to events that the others can be taken for
/// damaged: one of the last few, and most of a few samples. `leads` is asked about single
/// entries of `count`.
pub(crate) fn samples_lead(count: usize, leads: impl Fn(usize) -> bool) -> bool {
    const SAMPLES: usize = 15;
    let Some(last) = count.checked_sub(1) else { return false };
    // The same as `last * sample / SAMPLES`, for any length.
    let place = |sample: usize| last / SAMPLES * sample + last % SAMPLES * sample / SAMPLES;
    let wrong = (0..=SAMPLES).filter(|&sample| !leads(place(sample))).count();
    // The last few entries show whether the list is too long.
    let end = last.saturating_sub(3);
    wrong <= SAMPLES / 2 && (end..=last).any(leads)
}

/// Finds the events without the list.
fn walked(
    file: Bytes<'_>,
    info: &Info,
    sections: &FileLayout,
    evict: &dyn Fn(),
    losses: &mut Losses,
) -> Vec<u64> {
    let why = match sections.event_offsets {
        0 => "the header does not say where the list of events is: the file was never closed",
        at if at > file.len() as u64 => "the list of events begins after the end of the file",
        _ => "the list of events is damaged or incomplete",
    };
    losses.add(LossKind::Truncated, Position::at_byte(sections.event_offsets), why);
    let events_end = sections.events_end(file.len() as u64);
    let walked = salvage::walk(file, info, sections.first_event..events_end, evict, losses);
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
    #[cfg(target_pointer_width = "64")]
    fn offsets_have_forty_bits() {
        let offsets = EventOffsets::Listed(&[0xA8, 3, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 0xFF]);
        assert_eq!(offsets.len(), 2);
        assert_eq!(offsets.get(0), Some(0x3A8));
        assert_eq!(offsets.get(1), Some(0xFF_1234_5678));
        assert_eq!((offsets.get(2), offsets.get(usize::MAX)), (None, None));
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
