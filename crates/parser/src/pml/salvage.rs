//! Finds events without the list of events, in files that were never closed or were cut.

use std::collections::BTreeMap;
use std::ops::Range;

use super::bytes::{Bytes, PointerWidth};
use super::header::Info;
use super::record::{Class, EVENT_HEADER_SIZE, EventHeader};
use crate::model::{LossKind, Losses, Position};

/// The longest gap between two events that Procmon leaves, in bytes.
pub(crate) const HOLE: usize = 3;

/// More stack frames than any known event has.
pub(crate) const MOST_FRAMES: u16 = 2048;
const MOST_DETAIL: u32 = 1 << 22;

/// The longest event, without its returned data, that is taken for one that is cut by the end
/// of the file. A larger size is taken for a wrong number.
const LONGEST_CUT: usize = 256 * 1024;

/// So many events have to follow one that begins before the capture.
const ENOUGH: usize = 4;

/// The upper halves of FILETIMEs from the year 1996 to 2285.
const TIMES: Range<i64> = 0x01BB_0000..0x0300_0000;

/// Whether an event can begin at this time, in 100 ns ticks since 1601. Bytes that have another
/// time where an event has its time are not taken for one.
pub(crate) fn is_time_of_event(time: i64) -> bool {
    TIMES.contains(&(time >> 32))
}

/// Whether Procmon could have written this header. `room` is the number of bytes from the
/// start of the event to the end of the file.
#[inline]
pub(crate) fn looks_right(header: &EventHeader, width: PointerWidth, room: usize) -> bool {
    let size = header.body_size(width);
    // The conditions are nearly always true, so they are combined into one branch instead
    // of seven.
    !matches!(header.class, Class::Unknown(_))
        & (header.operation < 64)
        & is_time_of_event(header.time)
        & (header.stack_depth <= MOST_FRAMES)
        & (header.detail_size <= MOST_DETAIL)
        & (size <= room)
        & ((header.extra_offset == 0) | (header.extra_offset as usize >= size))
}

/// Where the event ends, including its extra detail if that follows directly. `None` if
/// it would end after the end of the file.
pub(crate) fn end(
    file: Bytes<'_>,
    at: usize,
    header: &EventHeader,
    width: PointerWidth,
) -> Option<usize> {
    let body_end = at.checked_add(header.body_size(width))?;
    let extra_at = at.checked_add(header.extra_offset as usize)?;
    let is_near = header.extra_offset != 0
        && extra_at >= body_end
        && extra_at <= body_end.saturating_add(HOLE);
    let end = match is_near {
        true => extra_at + 2 + usize::from(file.u16(extra_at)?),
        false => body_end,
    };
    (end <= file.len()).then_some(end)
}

/// Finds out from the events whether the pointer size of the header is wrong. Returns the
/// right one if it is not the declared one.
pub(crate) fn other_width(
    file: Bytes<'_>,
    first: u64,
    declared: PointerWidth,
) -> Option<PointerWidth> {
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

/// After this many bytes, the bytes before are evicted.
const KEPT: usize = 4 << 20;

/// Goes from event to event. Where the next event is not found, it is searched byte by
/// byte, and the bytes between are counted as lost.
pub(crate) fn walk(
    file: Bytes<'_>,
    info: &Info,
    events: Range<u64>,
    evict: &dyn Fn(),
    losses: &mut Losses,
) -> Vec<u64> {
    let limit = usize::try_from(events.end).unwrap_or(usize::MAX).min(file.len());
    let file = Bytes(file.0.get(..limit).unwrap_or(file.0));
    let mut walk = Walk {
        file,
        width: info.pointer_width,
        found: Vec::new(),
        start: None,
        time: None,
        far: BTreeMap::new(),
    };
    let mut at = usize::try_from(events.start).unwrap_or(usize::MAX);
    let mut kept_from = at;
    while at < limit {
        if at.saturating_sub(kept_from) >= KEPT {
            evict();
            kept_from = at;
        }
        match walk.step(at) {
            WalkStep::Next(next) => at = next,
            WalkStep::Lost { resume } => {
                let (kind, what) = match resume {
                    Some(_) => (LossKind::DamagedRecord, "no event where one should begin"),
                    None => (LossKind::Truncated, "the events end here"),
                };
                let next = resume.unwrap_or(limit);
                let passed = next.saturating_sub(at);
                let message = format!("{what}; {passed} bytes were skipped");
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
    /// The times of the first and of the last one.
    start: Option<i64>,
    time: Option<i64>,
    /// Extra details that lie after other events: offset and length.
    far: BTreeMap<usize, usize>,
}

enum WalkStep {
    /// An event, or extra details of an earlier one; the next event should be here.
    Next(usize),
    /// There is no event here; the next one, if any, is at `resume`.
    Lost { resume: Option<usize> },
}

impl Walk<'_> {
    fn step(&mut self, at: usize) -> WalkStep {
        if let Some(len) = self.far.remove(&at) {
            return WalkStep::Next(at + len);
        }
        for at in at..=at + HOLE {
            if let Some(next) = self.take(at) {
                return WalkStep::Next(next);
            }
        }
        if self.is_cut(at) {
            return WalkStep::Lost { resume: None };
        }
        // The size of the last event may be what is wrong, so search from its header on
        // and not from its end.
        let from = self.found.last().map_or(at, |&at| at as usize + EVENT_HEADER_SIZE);
        let resume = self.search(from.min(at), at);
        WalkStep::Lost { resume }
    }

    /// Reads the event at an offset. Returns where the next one should be.
    fn take(&mut self, at: usize) -> Option<usize> {
        let header = EventHeader::read(self.file.0, at)?;
        if !looks_right(&header, self.width, self.file.len() - at) {
            return None;
        }
        let end = end(self.file, at, &header, self.width)?;
        if self.is_doubtful(&header) && !self.is_followed(end) {
            return None;
        }
        self.found.push(at as u64);
        self.start.get_or_insert(header.time);
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

    /// Whether an event begins here that the end of the file cuts. Nothing that its details
    /// hold is an event, whatever it looks like.
    fn is_cut(&self, at: usize) -> bool {
        let Some(header) = EventHeader::read(self.file.0, at) else { return false };
        let room = self.file.len() - at;
        let size = header.body_size(self.width);
        looks_right(&header, self.width, usize::MAX)
            && size <= LONGEST_CUT
            && (size > room || end(self.file, at, &header, self.width).is_none())
            && !self.is_doubtful(&header)
    }

    /// Whether an event begins before the capture does, as bytes of its details may seem to.
    fn is_doubtful(&self, header: &EventHeader) -> bool {
        self.start.is_some_and(|start| header.time < start)
    }

    /// Whether enough events begin here, one behind the other, or as many as there is room
    /// for.
    fn is_followed(&self, mut at: usize) -> bool {
        for _ in 0..ENOUGH {
            if at >= self.file.len() {
                return true;
            }
            let next = (at..=at + HOLE).find_map(|at| {
                let header = EventHeader::read(self.file.0, at)?;
                let is_right = looks_right(&header, self.width, self.file.len() - at);
                end(self.file, at, &header, self.width).filter(|_| is_right)
            });
            let Some(next) = next else { return self.far.contains_key(&at) };
            at = next;
        }
        true
    }

    /// The next offset at which an event begins that is followed by another event, or by
    /// the end of the events.
    fn search(&self, from: usize, broken: usize) -> Option<usize> {
        let last = self.time.map(|time| time >> 32);
        let end = self.file.len().saturating_sub(EVENT_HEADER_SIZE - 1);
        (from..end).find(|&at| at != broken && self.is_event(at, last))
    }

    fn is_event(&self, at: usize, near: Option<i64>) -> bool {
        // The fastest check first: nearly every byte fails it.
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
            Some(end) if self.is_doubtful(&header) => self.is_followed(end),
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

    /// An event without a stack, with `detail` bytes of details.
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
    fn nothing_inside_of_a_cut_event_is_one() {
        let mut file = event(1, 10);
        let mut last = event(2, 400);
        // What looks like events stands in its details, to the very end of the file.
        let inside = [event(3, 7), event(4, 7), event(5, 7)].concat();
        last[EVENT_HEADER_SIZE..][..inside.len()].copy_from_slice(&inside);
        last.truncate(EVENT_HEADER_SIZE + inside.len());
        file.extend(last);
        let (found, losses) = sequences(&file);
        assert_eq!((found, losses.count()), (vec![1], 1));
    }

    #[test]
    fn what_begins_before_the_capture_needs_others_behind_it() {
        let earlier = |sequence| {
            let mut event = event(sequence, 7);
            event[0x1C..0x24].copy_from_slice(&(TIME - 5).to_le_bytes());
            event
        };
        // In the order of their ends, an event may begin before the first one does.
        let events = [event(1, 7), earlier(2), event(3, 7), event(4, 0), event(5, 3), event(6, 1)];
        let (found, losses) = sequences(&events.concat());
        assert_eq!((found, losses.count()), (vec![1, 2, 3, 4, 5, 6], 0));
        // Bytes that are no event, and what looks like one in them.
        let mut file = event(1, 7);
        file.extend([0xEE; 70]);
        file.extend(earlier(2));
        file.extend([0xEE; 70]);
        file.extend([event(3, 7), event(4, 0), event(5, 3), event(6, 1)].concat());
        let (found, losses) = sequences(&file);
        assert_eq!((found, losses.count()), (vec![1, 3, 4, 5, 6], 1));
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
