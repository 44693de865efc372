//! Finding events without the list of events, in files that were never closed
//! or were cut.

use std::collections::BTreeMap;
use std::ops::Range;

use super::bytes::{Bytes, PointerWidth};
use super::header::Info;
use super::record::{Class, EVENT_HEADER_SIZE, EventHeader};
use crate::model::{LossKind, Losses, Position};

/// The longest hole between two events that Procmon itself leaves, in bytes.
pub(crate) const HOLE: usize = 3;

/// More stack frames and details than any event is known to have.
const MOST_FRAMES: u16 = 2048;
const MOST_DETAIL: u32 = 1 << 22;

/// The upper halves of FILETIMEs from the year 1996 to 2280.
const TIMES: Range<i64> = 0x01BB_0000..0x0300_0000;

/// Whether the header of an event is one that Procmon can have written, with
/// so many bytes of the file from its start on.
#[inline]
pub(crate) fn looks_right(header: &EventHeader, width: PointerWidth, room: usize) -> bool {
    let size = header.body_size(width);
    // All of it is nearly always right: one decision instead of seven.
    !matches!(header.class, Class::Unknown(_))
        & (header.operation < 64)
        & TIMES.contains(&(header.time >> 32))
        & (header.stack_depth <= MOST_FRAMES)
        & (header.detail_size <= MOST_DETAIL)
        & (size <= room)
        & ((header.extra_offset == 0) | (header.extra_offset as usize >= size))
}

/// Where the event ends, with its extra detail when that follows directly.
/// `None` where it ends behind the file.
pub(crate) fn end(
    file: Bytes<'_>,
    at: usize,
    header: &EventHeader,
    width: PointerWidth,
) -> Option<usize> {
    let body_end = at.checked_add(header.body_size(width))?;
    let extra_at = at.checked_add(header.extra_offset as usize)?;
    let is_near = header.extra_offset != 0 && extra_at >= body_end && extra_at <= body_end + HOLE;
    let end = match is_near {
        true => extra_at + 2 + usize::from(file.u16(extra_at)?),
        false => body_end,
    };
    (end <= file.len()).then_some(end)
}

/// Whether the events show that the pointer size of the header is wrong: the
/// right one for them, when it is not the declared one.
pub(crate) fn other_width(
    file: Bytes<'_>,
    first: u64,
    declared: PointerWidth,
) -> Option<PointerWidth> {
    const ENOUGH: usize = 4;
    let other = match declared {
        PointerWidth::Bits32 => PointerWidth::Bits64,
        PointerWidth::Bits64 => PointerWidth::Bits32,
    };
    let chain = |width| {
        let mut at = usize::try_from(first).ok()?;
        for _ in 0..ENOUGH {
            at = (at..=at + HOLE).find_map(|at| {
                let header = EventHeader::read(file.0, at)?;
                let right = looks_right(&header, width, file.len() - at);
                end(file, at, &header, width).filter(|_| right)
            })?;
        }
        Some(())
    };
    (chain(declared).is_none() && chain(other).is_some()).then_some(other)
}

/// How many bytes are walked before those behind are let go of.
const KEPT: usize = 4 << 20;

/// Walks from event to event. Where the chain is broken, the next event is
/// looked for byte by byte, and the bytes between are counted as lost.
pub(crate) fn walk(
    file: Bytes<'_>,
    info: &Info,
    events: Range<u64>,
    let_go: &dyn Fn(),
    losses: &mut Losses,
) -> Vec<u64> {
    let limit = usize::try_from(events.end).unwrap_or(usize::MAX).min(file.len());
    let file = Bytes(file.0.get(..limit).unwrap_or(file.0));
    let mut walk = Walk {
        file,
        width: info.pointer_width,
        found: Vec::new(),
        time: None,
        far: BTreeMap::new(),
    };
    let mut at = usize::try_from(events.start).unwrap_or(usize::MAX);
    let mut kept_from = at;
    while at < limit {
        if at.saturating_sub(kept_from) >= KEPT {
            let_go();
            kept_from = at;
        }
        match walk.step(at) {
            Step::Next(next) => at = next,
            Step::Lost { resume } => {
                let (kind, what) = match resume {
                    Some(_) => (LossKind::DamagedRecord, "no event where one should begin"),
                    None => (LossKind::Truncated, "the events end here"),
                };
                let next = resume.unwrap_or(limit);
                let passed = next.saturating_sub(at);
                let message = format!("{what}; {passed} bytes were passed over");
                losses.add(kind, Position::at_byte(at as u64), message);
                at = next;
            }
        }
    }
    let mut found = walk.found;
    // Version 7 stores events in the order in which they ended.
    if info.version < 9 {
        let time = |at: &u64| {
            let header = EventHeader::read(file.0, usize::try_from(*at).ok()?)?;
            Some(header.time)
        };
        found.sort_by_key(time);
    }
    found
}

struct Walk<'a> {
    file: Bytes<'a>,
    width: PointerWidth,
    /// Where each event begins.
    found: Vec<u64>,
    /// The time of the last one.
    time: Option<i64>,
    /// Extra details that lie behind other events: where, and how long.
    far: BTreeMap<usize, usize>,
}

enum Step {
    /// An event, or its far extra detail; the next one should be here.
    Next(usize),
    /// Nothing here; the next event, if any, is at `resume`.
    Lost { resume: Option<usize> },
}

impl Walk<'_> {
    fn step(&mut self, at: usize) -> Step {
        if let Some(len) = self.far.remove(&at) {
            return Step::Next(at + len);
        }
        for at in at..=at + HOLE {
            if let Some(next) = self.take(at) {
                return Step::Next(next);
            }
        }
        // The size of the last event can be what is wrong, so look from its
        // header on, not from its supposed end.
        let from = self.found.last().map_or(at, |&at| at as usize + EVENT_HEADER_SIZE);
        let resume = self.search(from.min(at), at);
        Step::Lost { resume }
    }

    /// Takes the event at a byte, and returns where the next one should be.
    fn take(&mut self, at: usize) -> Option<usize> {
        let header = EventHeader::read(self.file.0, at)?;
        if !looks_right(&header, self.width, self.file.len() - at) {
            return None;
        }
        let end = end(self.file, at, &header, self.width)?;
        self.found.push(at as u64);
        self.time = Some(header.time);
        let extra_at = at + header.extra_offset as usize;
        if header.extra_offset != 0
            && extra_at >= end
            && let Some(len) = self.file.u16(extra_at)
        {
            self.far.insert(extra_at, 2 + usize::from(len));
        }
        Some(end)
    }

    /// The next byte at which an event begins that is followed by another one,
    /// or by the end of the events.
    fn search(&self, from: usize, broken: usize) -> Option<usize> {
        let last = self.time.map(|time| time >> 32);
        let end = self.file.len().saturating_sub(EVENT_HEADER_SIZE - 1);
        (from..end).find(|&at| at != broken && self.is_event(at, last))
    }

    fn is_event(&self, at: usize, near: Option<i64>) -> bool {
        // The cheapest test first: nearly every byte fails it.
        let Some(high) = self.file.u32(at + 0x20) else { return false };
        let high = i64::from(high);
        if !near.map_or(TIMES.contains(&high), |near| (high - near).abs() < 4096) {
            return false;
        }
        let check = |at: usize| {
            let header = EventHeader::read(self.file.0, at)?;
            looks_right(&header, self.width, self.file.len() - at).then_some(header)
        };
        let Some(header) = check(at) else { return false };
        if self.file.u16(at + 0x0A) != Some(0) {
            return false;
        }
        match end(self.file, at, &header, self.width) {
            Some(end) => {
                end + EVENT_HEADER_SIZE >= self.file.len()
                    || self.far.contains_key(&end)
                    || (end..=end + HOLE).any(|at| check(at).is_some())
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: i64 = 0x01D6_6700_0000_0000;

    /// An event without stack whose detail is `detail` bytes long.
    fn event(sequence: u32, detail: usize) -> Vec<u8> {
        let mut bytes = vec![0u8; EVENT_HEADER_SIZE];
        bytes[0x08] = 2;
        bytes[0x10..0x14].copy_from_slice(&sequence.to_le_bytes());
        bytes[0x1C..0x24].copy_from_slice(&(TIME + i64::from(sequence)).to_le_bytes());
        bytes[0x2C..0x30].copy_from_slice(&(detail as u32).to_le_bytes());
        bytes.resize(EVENT_HEADER_SIZE + detail, 0xEE);
        bytes
    }

    fn info() -> Info {
        let mut header = vec![0; super::super::header::HEADER_SIZE];
        header[..5].copy_from_slice(b"PML_\x09");
        super::super::header::read(Bytes(&header), &mut Losses::default()).unwrap().0
    }

    fn sequences(file: &[u8]) -> (Vec<u32>, Losses) {
        let mut losses = Losses::default();
        let offsets = walk(Bytes(file), &info(), 0..file.len() as u64, &|| {}, &mut losses);
        let sequence = |&at: &u64| EventHeader::read(file, at as usize).unwrap().sequence;
        (offsets.iter().map(sequence).collect(), losses)
    }

    #[test]
    fn events_are_found_one_behind_the_other() {
        let mut file = event(1, 10);
        file.push(0); // a hole of one byte
        file.extend(event(2, 0));
        file.extend(event(3, 7));
        let (found, losses) = sequences(&file);
        assert_eq!(found, [1, 2, 3]);
        assert!(losses.is_empty());
    }

    #[test]
    fn a_broken_size_costs_one_loss_and_no_other_event() {
        let mut file = event(1, 10);
        file.extend(event(2, 20));
        file.extend(event(3, 7));
        file.extend(event(4, 0));
        let second = EVENT_HEADER_SIZE + 10;
        file[second + 0x2C] = 90;
        let (found, losses) = sequences(&file);
        assert!(found.ends_with(&[3, 4]), "{found:?}");
        assert!(losses.count() > 0);
    }

    #[test]
    fn a_cut_event_is_counted() {
        let mut file = event(1, 10);
        file.extend(event(2, 20));
        file.truncate(file.len() - 5);
        let (found, losses) = sequences(&file);
        assert_eq!(found, [1]);
        assert_eq!(losses.count(), 1);
    }

    #[test]
    fn extra_detail_behind_another_event_is_passed_over() {
        let mut first = event(1, 4);
        let far = (first.len() + EVENT_HEADER_SIZE + 6) as u32;
        first[0x30..0x34].copy_from_slice(&far.to_le_bytes());
        let mut file = first;
        file.extend(event(2, 6));
        file.extend_from_slice(&[4, 0, 1, 2, 3, 4]);
        file.extend(event(3, 0));
        let (found, losses) = sequences(&file);
        assert_eq!(found, [1, 2, 3]);
        assert!(losses.is_empty());
    }
}
