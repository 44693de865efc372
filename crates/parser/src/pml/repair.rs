//! Entries of the list of events that lead to nothing.
//!
//! Events lie one behind the other, so that the place of an event is known
//! twice: by the list, and by the end of what is before it. Where the list is
//! wrong, the event that nobody lists takes its place; where the list is right,
//! the event itself is odd and is read as far as it goes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::bytes::{Bytes, PointerWidth};
use super::offsets::EventOffsets;
use super::record::EventHeader;
use super::salvage::{HOLE, end, looks_right};

/// What is known about an entry that leads to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The event is here instead.
    Moved(usize),
    /// The list is right; what is there only looks wrong.
    Odd,
    /// Nothing was found.
    Lost,
}

/// Judges an entry by its neighbours, in a list whose offsets ascend.
pub(crate) fn by_neighbours(
    file: Bytes<'_>,
    offsets: &EventOffsets<'_>,
    index: usize,
    first: u64,
    width: PointerWidth,
) -> Verdict {
    let Some(listed) = offsets.get(index) else { return Verdict::Lost };
    let next = offsets.get(index + 1).unwrap_or(u64::MAX);
    match place_behind(file, offsets, index, first, width) {
        Some(place) => {
            for at in place..=place.saturating_add(HOLE) {
                if at as u64 == listed {
                    return Verdict::Odd;
                }
                if at as u64 == next {
                    return Verdict::Lost;
                }
                if header_at(file, at, width).is_some() {
                    return Verdict::Moved(at);
                }
            }
            Verdict::Lost
        }
        None => {
            let before = index.checked_sub(1).and_then(|before| offsets.get(before)).unwrap_or(0);
            if before < listed && listed < next { Verdict::Odd } else { Verdict::Lost }
        }
    }
}

/// Where the event of an entry should begin, counted from the nearest entry
/// before it that leads to an event.
fn place_behind(
    file: Bytes<'_>,
    offsets: &EventOffsets<'_>,
    index: usize,
    first: u64,
    width: PointerWidth,
) -> Option<usize> {
    const REACH: usize = 64;
    for steps in 0..REACH {
        let (mut place, last) = match index.checked_sub(steps + 1) {
            None => (usize::try_from(first).ok()?, true),
            Some(before) => {
                let at = usize::try_from(offsets.get(before)?).ok()?;
                match header_at(file, at, width) {
                    Some(header) => (end(file, at, &header, width)?, true),
                    None => (0, false),
                }
            }
        };
        if !last {
            continue;
        }
        for _ in 0..steps {
            let near = place..=place.saturating_add(HOLE);
            let (at, header) =
                near.into_iter().find_map(|at| Some((at, header_at(file, at, width)?)))?;
            place = end(file, at, &header, width)?;
        }
        return Some(place);
    }
    None
}

fn header_at(file: Bytes<'_>, at: usize, width: PointerWidth) -> Option<EventHeader> {
    let header = EventHeader::read(file.0, at)?;
    looks_right(&header, width, file.len() - at).then_some(header)
}

/// What was found out about wrong entries of a list in any order, once for the
/// whole list. Only version 7 has such lists, and its files are small.
#[derive(Debug, Default)]
pub(crate) struct Repairs {
    /// The true offset by place in the list.
    moved: HashMap<usize, u64>,
    /// Offsets that are right although what is there looks wrong.
    odd: HashSet<u64>,
}

impl Repairs {
    pub(crate) fn verdict(&self, index: usize, listed: u64) -> Verdict {
        match self.moved.get(&index).map(|&at| usize::try_from(at)) {
            Some(Ok(at)) => Verdict::Moved(at),
            _ if self.odd.contains(&listed) => Verdict::Odd,
            _ => Verdict::Lost,
        }
    }

    pub(crate) fn find(
        file: Bytes<'_>,
        offsets: &EventOffsets<'_>,
        first: u64,
        width: PointerWidth,
    ) -> Repairs {
        let mut search = Search {
            file,
            width,
            starts: HashSet::new(),
            wrong: Vec::new(),
            unlisted: BTreeMap::new(),
            odd: HashSet::new(),
        };
        search.sort_entries(offsets);
        let listed: HashSet<u64> = search.wrong.iter().map(|wrong| wrong.offset).collect();
        search.follow(first, &listed);
        let mut starts: Vec<u64> = search.starts.iter().copied().collect();
        starts.sort_unstable();
        for start in starts {
            search.follow_event(start, &listed);
        }
        search.assign()
    }
}

/// An entry that leads to nothing, and the times of its neighbours that lead
/// to events: an event in between must have a time in between.
struct Wrong {
    index: usize,
    offset: u64,
    after: i64,
    before: i64,
}

struct Search<'a> {
    file: Bytes<'a>,
    width: PointerWidth,
    /// Where the events begin that the list leads to.
    starts: HashSet<u64>,
    wrong: Vec<Wrong>,
    /// Events that nobody lists: time by offset.
    unlisted: BTreeMap<u64, i64>,
    odd: HashSet<u64>,
}

impl Search<'_> {
    fn header(&self, offset: u64) -> Option<EventHeader> {
        header_at(self.file, usize::try_from(offset).ok()?, self.width)
    }

    /// Separates the entries that lead to events from those that do not.
    fn sort_entries(&mut self, offsets: &EventOffsets<'_>) {
        let mut latest = i64::MIN;
        let mut open = 0;
        for index in 0..offsets.len() {
            let Some(offset) = offsets.get(index) else { continue };
            match self.header(offset) {
                Some(header) => {
                    self.starts.insert(offset);
                    latest = header.time;
                    for wrong in &mut self.wrong[open..] {
                        wrong.before = latest;
                    }
                    open = self.wrong.len();
                }
                None => self.wrong.push(Wrong { index, offset, after: latest, before: i64::MAX }),
            }
        }
    }

    /// Looks at what is behind an event, and behind its extra detail.
    fn follow_event(&mut self, start: u64, listed: &HashSet<u64>) {
        let (Ok(at), Some(header)) = (usize::try_from(start), self.header(start)) else { return };
        let Some(behind) = end(self.file, at, &header, self.width) else { return };
        self.follow(behind as u64, listed);
        let extra = at + header.extra_offset as usize;
        if header.extra_offset != 0
            && extra >= behind
            && let Some(len) = self.file.u16(extra)
        {
            self.follow((extra + 2 + usize::from(len)) as u64, listed);
        }
    }

    /// Looks for an event where one should begin, and for those behind it, up
    /// to one that the list knows.
    fn follow(&mut self, from: u64, listed: &HashSet<u64>) {
        let mut from = from;
        loop {
            let near = from..=from.saturating_add(HOLE as u64);
            if near.clone().any(|at| self.starts.contains(&at) || self.unlisted.contains_key(&at)) {
                return;
            }
            if let Some(at) = near.clone().find(|at| listed.contains(at)) {
                self.odd.insert(at);
                return;
            }
            let found = near.into_iter().find_map(|at| Some((at, self.header(at)?)));
            let Some((at, header)) = found else { return };
            self.unlisted.insert(at, header.time);
            let behind = end(self.file, at as usize, &header, self.width);
            let Some(behind) = behind else { return };
            from = behind as u64;
        }
    }

    /// Gives each wrong entry the first free event whose time fits.
    fn assign(mut self) -> Repairs {
        let mut moved = HashMap::new();
        for wrong in &self.wrong {
            if self.odd.contains(&wrong.offset) {
                continue;
            }
            let fits = |time: i64| (wrong.after..=wrong.before).contains(&time);
            // Events that nobody lists are few, unless the list is ruined.
            const TRIES: usize = 64;
            let mut free = self.unlisted.iter().take(TRIES);
            if let Some((&offset, _)) = free.find(|(_, time)| fits(**time)) {
                self.unlisted.remove(&offset);
                moved.insert(wrong.index, offset);
            }
        }
        Repairs { moved, odd: self.odd }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: i64 = 0x01D6_6700_0000_0000;

    /// Three events of 60 bytes each.
    fn events() -> Vec<u8> {
        let mut file = vec![0u8; 180];
        for (number, event) in file.chunks_exact_mut(60).enumerate() {
            event[0x08] = 2;
            event[0x1C..0x24].copy_from_slice(&(TIME + number as i64).to_le_bytes());
            event[0x2C] = 8;
        }
        file
    }

    #[test]
    fn a_wrong_entry_is_found_by_its_neighbours_in_both_kinds_of_list() {
        let (file, width) = (events(), PointerWidth::Bits64);
        let file = Bytes(&file);
        let offsets = EventOffsets::Walked(vec![0, 71, 120]);
        assert_eq!(by_neighbours(file, &offsets, 1, 0, width), Verdict::Moved(60));
        let repairs = Repairs::find(file, &offsets, 0, width);
        assert_eq!(repairs.verdict(1, 71), Verdict::Moved(60));
    }

    #[test]
    fn an_odd_event_stays_where_the_list_has_it() {
        let (mut file, width) = (events(), PointerWidth::Bits64);
        file[60 + 0x08] = 99;
        let file = Bytes(&file);
        let offsets = EventOffsets::Walked(vec![0, 60, 120]);
        assert_eq!(by_neighbours(file, &offsets, 1, 0, width), Verdict::Odd);
        assert_eq!(Repairs::find(file, &offsets, 0, width).verdict(1, 60), Verdict::Odd);
    }

    #[test]
    fn an_entry_is_never_moved_to_an_event_that_is_listed() {
        let (file, width) = (events(), PointerWidth::Bits64);
        let offsets = EventOffsets::Walked(vec![0, 7, 60, 120]);
        let verdict = by_neighbours(Bytes(&file), &offsets, 1, 0, width);
        assert_eq!(verdict, Verdict::Lost);
    }
}
