//! Reads a native capture piece by piece, where it cannot be mapped into memory.
//!
//! Each piece is a small native capture in memory, made of the header, the tables, and the
//! bytes of some events with their list; it is read as any other. The events keep their
//! numbers, positions and relative times.

use std::io;
use std::sync::Arc;

use super::reader::{KnownProcesses, PmlReader};
use crate::event::{Event, Prefilter};
use crate::format::{ReadEvents, SkipSink};
use crate::input::{Content, ReadAt, read_range};
use crate::model::{Columns, Error, Losses, Module, Position, Process};
use crate::pml::bytes::{Bytes, PointerWidth};
use crate::pml::header::{self, FileLayout, HEADER_SIZE};
use crate::pml::offsets::{ENTRY, EventOffsets, samples_lead};
use crate::pml::owned::OwnedPml;
use crate::pml::record::{EVENT_HEADER_SIZE, EventHeader};
use crate::pml::salvage::looks_right;
use crate::pml::tables::{Hosts, Strings};
use crate::pml::{Exporter, Info, Origin, Recording, Rendering};

/// How many bytes of events a piece has: few enough to be quickly there, and to stay in the cache of
/// the CPU in part.
const PIECE: u64 = 4 << 20;

/// As many at most, where tables are large: each piece has them, so it has some times as many bytes.
const LARGE_PIECE: u64 = 16 << 20;
const TABLES_TO_PIECE: u64 = 8;

/// How many bytes after the last event of a piece belong to it: texts of an event can
/// show bytes that follow it.
const BEHIND: usize = 256 << 10;

/// How many events a piece has at most: far more than fit into its bytes, unless entries of
/// the list are damaged.
const MOST_EVENTS: usize = 1 << 20;

/// How many entries of the list of events are read at a time.
const ENTRIES: usize = 64 << 10;

/// The offset of an event that the list has not where it is: beyond the end of any file.
const NOWHERE: u64 = (1 << (8 * ENTRY)) - 1;

const UNREADABLE: &str = "the capture could not be read further";

/// The tables of a native capture may have this many bytes.
const MOST_OF_TABLES: u64 = 1 << 30;

/// Reads the pieces of a native capture one after the other.
pub(crate) struct PositionedReader<'a> {
    pieces: Pieces<'a>,
    info: Info,
    exporter: Exporter,
    known: KnownProcesses,
    piece: PmlReader,
}

/// Makes the pieces.
struct Pieces<'a> {
    source: Box<dyn ReadAt + 'a>,
    rendering: Rendering,
    width: PointerWidth,
    /// How many events the list has.
    events: u64,
    layout: FileLayout,
    /// What every piece begins with: the header, and the tables.
    frame: Vec<u8>,
    /// Where the tables begin in it.
    tables: FileLayout,
    /// Time of the first event of the capture.
    first_time: Option<i64>,
    /// How many events the pieces had that were made.
    read: u64,
    entries: Entries,
    /// How many bytes of events a piece has at most.
    size: u64,
}

/// A part of the list of events.
#[derive(Default)]
struct Entries {
    first: u64,
    bytes: Vec<u8>,
}

/// What becomes of a source.
pub(crate) enum Opened<'a> {
    /// It is read piece by piece.
    InPieces(Box<PositionedReader<'a>>),
    /// It has to be read as a whole: it was not closed, or its tables are damaged.
    AsWhole(Box<dyn ReadAt + 'a>),
}

impl<'a> PositionedReader<'a> {
    /// Opens a capture that was closed and whose tables are whole.
    pub(crate) fn open(
        source: Box<dyn ReadAt + 'a>,
        rendering: &Rendering,
    ) -> Result<Opened<'a>, Error> {
        let size = |tables: u64| (TABLES_TO_PIECE * tables).clamp(PIECE, LARGE_PIECE);
        PositionedReader::in_pieces_of(size, source, rendering)
    }

    /// `size` makes the bytes of a piece from those of the tables.
    fn in_pieces_of(
        size: impl Fn(u64) -> u64,
        source: Box<dyn ReadAt + 'a>,
        rendering: &Rendering,
    ) -> Result<Opened<'a>, Error> {
        let mut head = Vec::new();
        read(&*source, 0, HEADER_SIZE, &mut head)?;
        let mut losses = Losses::default();
        let (info, layout) = header::read(Bytes(&head), &mut losses)?;
        let list_size = u64::from(info.declared_events) * ENTRY as u64;
        let is_closed = info.declared_events > 0
            && layout.event_offsets >= layout.first_event
            && layout.after(layout.event_offsets) == layout.event_offsets.checked_add(list_size);
        let is_closed = is_closed && list_leads_to_events(&*source, &info, &layout);
        let frame = match is_closed && losses.is_empty() {
            true => frame(&*source, head, &layout)?,
            false => None,
        };
        // Behind a table that ends too early, a piece has other bytes than the file.
        let frame = frame.filter(|(frame, tables)| has_whole_tables(frame, tables));
        let Some((frame, tables)) = frame else { return Ok(Opened::AsWhole(source)) };
        let mut pieces = Pieces {
            source,
            rendering: rendering.clone(),
            width: info.pointer_width,
            events: u64::from(info.declared_events),
            layout,
            size: size(frame.len() as u64),
            frame,
            tables,
            first_time: None,
            read: 0,
            entries: Entries::default(),
        };
        let Some(first) = pieces.next()? else { return Ok(Opened::AsWhole(pieces.source)) };
        let pml = first.pml();
        let is_whole = pml.losses().is_empty() && pml.info().pointer_width == info.pointer_width;
        let Some(event) = pml.event(0).ok().filter(|_| is_whole) else {
            return Ok(Opened::AsWhole(pieces.source));
        };
        pieces.first_time = Some(event.header().time);
        let exporter = pml.detected_exporter();
        let piece = PmlReader::of_piece(first);
        let known = piece.known_processes();
        let reader = PositionedReader { pieces, info, exporter, known, piece };
        Ok(Opened::InPieces(Box::new(reader)))
    }

    /// Moves to the next piece. Returns false after the last one, which stays.
    fn advance(&mut self) -> Result<bool, Error> {
        if self.pieces.is_at_end() {
            return Ok(false);
        }
        // The memory of the old piece is released before the new one is read, unless an
        // event still refers to it.
        self.piece = PmlReader::empty(&self.known);
        let Some(piece) = self.pieces.next()? else { return Ok(false) };
        self.piece = PmlReader::of_next_piece(piece, &self.known);
        Ok(true)
    }
}

impl Pieces<'_> {
    fn is_at_end(&self) -> bool {
        self.read >= self.events
    }

    /// Where an event begins, as the list says.
    fn entry(&mut self, event: u64) -> Result<Option<u64>, Error> {
        if event >= self.events {
            return Ok(None);
        }
        let at = |entries: &Entries| -> Option<u64> {
            let index = usize::try_from(event.checked_sub(entries.first)?).ok()?;
            EventOffsets::Listed(&entries.bytes).get(index)
        };
        if let Some(offset) = at(&self.entries) {
            return Ok(Some(offset));
        }
        self.entries.first = event;
        self.entries.bytes.clear();
        let rest = (self.events - event).min(ENTRIES as u64) as usize;
        let offset = self.layout.event_offsets + event * ENTRY as u64;
        read(&*self.source, offset, rest * ENTRY, &mut self.entries.bytes)?;
        at(&self.entries).map(Some).ok_or_else(shrunk)
    }

    /// Makes the piece that follows; `None` after the last one.
    fn next(&mut self) -> Result<Option<OwnedPml>, Error> {
        let first = self.read;
        let Some(entry) = self.entry(first)? else { return Ok(None) };
        let size = self.size;
        // Events precede their list.
        let behind = self.layout.event_offsets;
        let first_event = self.layout.first_event;
        let is_among_events = |offset: u64| (first_event..behind).contains(&offset);
        let is_event = |offset: u64| {
            is_among_events(offset) && leads_to_event(&*self.source, offset, self.width)
        };
        let begin = if is_event(entry) { entry } else { first_event };
        let mut offsets = vec![entry];
        let mut end = begin;
        let is_here = |offset: u64| offset >= begin && offset < behind && offset - begin < size;
        while offsets.len() < MOST_EVENTS
            && let Some(offset) = self.entry(first + offsets.len() as u64)?
        {
            if is_here(offset) {
                end = end.max(offset);
            } else if leads_to_event(&*self.source, offset, self.width) {
                // An entry that leads back or far away ends the piece, unless the next one
                // is here again: then this one is damaged, and its neighbours can repair it.
                let after = self.entry(first + offsets.len() as u64 + 1)?;
                if !after.is_some_and(is_here) {
                    break;
                }
            }
            offsets.push(offset);
        }
        self.read += offsets.len() as u64;
        // The last event reaches to where the next one begins, or the list.
        let next = self.entry(self.read)?.filter(|next| *next > end && *next < behind);
        let next = next.unwrap_or(behind).clamp(end, end.saturating_add(self.size));
        let length = usize::try_from(next - begin).unwrap_or(usize::MAX).saturating_add(BEHIND);
        // In one piece: memory that grows is taken twice.
        let rest = length.saturating_add(offsets.len() * ENTRY);
        let mut bytes = Vec::with_capacity(self.frame.len().saturating_add(rest));
        bytes.extend_from_slice(&self.frame);
        let place = bytes.len() as u64;
        read(&*self.source, begin, length, &mut bytes)?;
        let list = bytes.len() as u64;
        if list - place < next - begin {
            return Err(shrunk());
        }
        for &offset in &offsets {
            let moved = if is_here(offset) { offset - begin + place } else { NOWHERE };
            bytes.extend_from_slice(&moved.to_le_bytes()[..ENTRY]);
        }
        let count = u32::try_from(offsets.len()).unwrap_or(u32::MAX);
        let layout = FileLayout { first_event: place, event_offsets: list, ..self.tables };
        header::put_layout(&mut bytes, count, &layout);
        let origin = Origin { events: first, first_byte: place, in_file: begin, list };
        let rendering = self.rendering.clone();
        let content = Content::memory(bytes);
        OwnedPml::open_piece(content, rendering, origin, self.first_time).map(Some)
    }
}

/// Whether the list of events leads to events, as it must to be trusted as a whole. What
/// cannot be read does not.
fn list_leads_to_events(source: &(dyn ReadAt + '_), info: &Info, layout: &FileLayout) -> bool {
    let entry = |index: usize| -> Option<u64> {
        let mut bytes = Vec::new();
        let at = layout.event_offsets.checked_add(index as u64 * ENTRY as u64)?;
        read(source, at, ENTRY, &mut bytes).ok()?;
        EventOffsets::Listed(&bytes).get(0)
    };
    let leads =
        |index| entry(index).is_some_and(|at| leads_to_event(source, at, info.pointer_width));
    samples_lead(info.declared_events as usize, leads)
}

/// Whether what stands at an offset looks like an event.
fn leads_to_event(source: &(dyn ReadAt + '_), at: u64, width: PointerWidth) -> bool {
    let header = || {
        let room = usize::try_from(source.len().checked_sub(at)?).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        read(source, at, EVENT_HEADER_SIZE, &mut bytes).ok()?;
        Some((EventHeader::read(&bytes, 0)?, room))
    };
    header().is_some_and(|(header, room)| looks_right(&header, width, room))
}

/// Reads the tables behind the header, and notes where they begin. `None` if they are not
/// where they must be, or too large.
fn frame(
    source: &(dyn ReadAt + '_),
    mut bytes: Vec<u8>,
    layout: &FileLayout,
) -> Result<Option<(Vec<u8>, FileLayout)>, Error> {
    let length = source.len();
    // Without icons, which are not read.
    let mut tables = FileLayout::default();
    for (place, at) in [
        (&mut tables.processes, layout.processes),
        (&mut tables.strings, layout.strings),
        (&mut tables.hosts, layout.hosts),
    ] {
        let end = layout.after(at).unwrap_or(length).min(length);
        if at <= layout.event_offsets || at >= end || end - at > MOST_OF_TABLES {
            return Ok(None);
        }
        *place = bytes.len() as u64;
        let before = bytes.len();
        read(source, at, (end - at) as usize, &mut bytes)?;
        if (bytes.len() - before) as u64 != end - at {
            return Ok(None);
        }
    }
    Ok(Some((bytes, tables)))
}

/// Whether the tables have as many entries as they declare. The bytes end with the last one.
fn has_whole_tables(frame: &[u8], tables: &FileLayout) -> bool {
    let mut losses = Losses::default();
    let strings = frame.get(..tables.hosts as usize).unwrap_or(frame);
    Strings::read(Bytes(strings), tables.strings, &mut losses);
    Hosts::read(Bytes(frame), tables.hosts, &mut losses);
    losses.is_empty()
}

/// Bytes are missing that were there when the capture was opened.
fn shrunk() -> Error {
    Error::io(UNREADABLE, io::ErrorKind::UnexpectedEof.into())
}

fn read(
    source: &(dyn ReadAt + '_),
    offset: u64,
    length: usize,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    read_range(source, offset, length, out).map_err(|error| Error::io(UNREADABLE, error))
}

impl ReadEvents for PositionedReader<'_> {
    fn columns(&self) -> &Arc<Columns> {
        self.piece.columns()
    }

    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        loop {
            if self.piece.read_event(event, losses)? {
                return Ok(true);
            }
            if !self.advance()? {
                return Ok(false);
            }
        }
    }

    fn read_prefiltered(
        &mut self,
        prefilter: &Prefilter,
        sink: SkipSink<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        let SkipSink { events, counts, clock, position } = sink;
        loop {
            let sink = SkipSink {
                events: &mut *events,
                counts: &mut *counts,
                clock: &mut *clock,
                position: &mut *position,
            };
            if self.piece.read_prefiltered(prefilter, sink, event, losses)? {
                return Ok(true);
            }
            if !self.advance()? {
                return Ok(false);
            }
            // The caller is asked once for each piece: its first event is handed over.
            if self.piece.read_event(event, losses)? {
                return Ok(true);
            }
        }
    }

    fn pass_over(&mut self, events: u64, sink: SkipSink<'_>) -> Result<u64, Error> {
        let SkipSink { events: seen, counts, clock, position } = sink;
        let mut passed = 0;
        loop {
            let sink = SkipSink {
                events: &mut *seen,
                counts: &mut *counts,
                clock: &mut *clock,
                position: &mut *position,
            };
            passed += self.piece.pass_over(events - passed, sink)?;
            if passed == events || !self.piece.is_at_end() || !self.advance()? {
                return Ok(passed);
            }
        }
    }

    fn go_to(&mut self, position: Position) -> Result<bool, Error> {
        if self.piece.go_to(position)? {
            return Ok(true);
        }
        let Some(event) = position.record.and_then(|record| record.checked_sub(1)) else {
            return Ok(false);
        };
        if self.pieces.entry(event)? != Some(position.byte) {
            return Ok(false);
        }
        let before = std::mem::replace(&mut self.pieces.read, event);
        if !self.advance()? {
            self.pieces.read = before;
            return Ok(false);
        }
        self.piece.go_to(position)
    }

    fn processes(&self) -> &[Arc<Process>] {
        self.piece.processes()
    }

    fn modules_of(&self, process: &Process) -> Vec<Module> {
        self.piece.modules_of(process)
    }

    fn recording(&self) -> Option<Recording<'_>> {
        Some(Recording { info: &self.info, exporter: self.exporter, parts: 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;
    use crate::format::process_counts::ProcessCounts;
    use crate::model::Column;
    use crate::time::Clock;

    fn sample(name: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
        std::fs::read(format!("{folder}/{name}.pml")).unwrap()
    }

    fn pieces_of(bytes: Vec<u8>, size: u64) -> Opened<'static> {
        let source = Box::new(bytes);
        PositionedReader::in_pieces_of(|_| size, source, &Rendering::default()).unwrap()
    }

    fn of_whole(bytes: Vec<u8>) -> PmlReader {
        let mut losses = Losses::default();
        PmlReader::new(vec![Content::memory(bytes)], &Rendering::default(), &mut losses).unwrap()
    }

    /// Every event with all that is known of it, and the losses.
    fn all(mut reader: impl ReadEvents) -> Vec<String> {
        let (mut event, mut losses) = (Event::default(), Losses::default());
        let mut seen = Vec::new();
        while reader.read_event(&mut event, &mut losses).unwrap() {
            let texts: Vec<_> = Column::all().map(|column| event.get(column)).collect();
            let at = event.position();
            seen.push(format!("{at:?} {texts:?} {:?} {:?}", event.process(), event.stack()));
        }
        seen.push(format!("{losses:?} {:?}", reader.processes()));
        let modules = reader.processes().iter().map(|process| reader.modules_of(process));
        seen.push(format!("{:?}", modules.collect::<Vec<_>>()));
        seen
    }

    #[test]
    fn a_capture_in_pieces_of_any_size_has_the_events_of_the_whole() {
        for name in ["restart", "guid-changed", "first-start"] {
            let bytes = sample(name);
            let whole = all(of_whole(bytes.clone()));
            assert!(whole.len() > 200, "{name}");
            for size in [4_000, 60_000, 500_000, PIECE] {
                let Opened::InPieces(reader) = pieces_of(bytes.clone(), size) else {
                    panic!("{name} is closed and whole");
                };
                let recorded = |reader: &dyn ReadEvents| {
                    reader.recording().map(|it| format!("{:?} {:?}", it.info, it.exporter))
                };
                assert_eq!(recorded(&*reader), recorded(&of_whole(bytes.clone())));
                let read = all(*reader);
                assert_eq!(read.len(), whole.len(), "{name} {size}");
                for (one, other) in read.iter().zip(&whole) {
                    assert_eq!(one, other, "{name} {size}");
                }
            }
        }
    }

    #[test]
    fn a_known_event_is_found_again_in_either_direction_and_reading_goes_on_from_it() {
        let bytes = sample("guid-changed");
        let Opened::InPieces(mut reader) = pieces_of(bytes.clone(), 60_000) else { panic!() };
        let (mut event, mut losses) = (Event::default(), Losses::default());
        let mut places = Vec::new();
        while reader.read_event(&mut event, &mut losses).unwrap() {
            places.push((event.position(), event.get(Column::Path).map(|it| it.into_owned())));
        }
        assert_eq!(places.len(), 4055);
        for at in [4000, 10, 11, 9, 2500, 4054, 0] {
            assert!(reader.go_to(places[at].0).unwrap(), "{at}");
            for (position, path) in places.iter().skip(at).take(200) {
                assert!(reader.read_event(&mut event, &mut losses).unwrap());
                assert_eq!(event.position(), *position, "{at}");
                assert_eq!(event.get(Column::Path).as_deref(), path.as_deref(), "{at}");
            }
        }
        // Somewhere else than the list says, and behind the last event.
        let wrong = Position { byte: places[7].0.byte + 1, ..places[7].0 };
        assert!(!reader.go_to(wrong).unwrap());
        assert!(!reader.go_to(places[7].0.with_record(4056)).unwrap());
    }

    #[test]
    fn what_is_skipped_is_counted_as_in_the_whole() {
        let bytes = sample("guid-changed");
        let prefilter = Prefilter::nothing().or_process("inetinfo.exe");
        let outcome = |mut reader: Box<dyn ReadEvents>| {
            let (mut events, mut losses) = (0, Losses::default());
            let mut counts = ProcessCounts::default();
            let mut position = Position::default();
            let mut clock = Clock::new(None, None, None);
            let (mut event, mut seen) = (Event::default(), Vec::new());
            loop {
                let sink = SkipSink {
                    events: &mut events,
                    counts: &mut counts,
                    clock: &mut clock,
                    position: &mut position,
                };
                if !reader.read_prefiltered(&prefilter, sink, &mut event, &mut losses).unwrap() {
                    return format!("{seen:?} {events} {:?} {losses:?}", counts.sorted());
                }
                // An event that is not selected may be returned all the same.
                events += 1;
                counts.add(&event.process_name().unwrap(), 1);
                if event.process_name().as_deref() == Some("inetinfo.exe") {
                    seen.push(event.position());
                }
            }
        };
        let whole = outcome(Box::new(of_whole(bytes.clone())));
        for size in [4_000, 100_000, PIECE] {
            let Opened::InPieces(reader) = pieces_of(bytes.clone(), size) else { panic!() };
            assert_eq!(outcome(reader), whole, "{size}");
        }
    }

    #[test]
    fn a_capture_that_is_not_closed_or_has_no_tables_is_read_as_a_whole() {
        let bytes = sample("restart");
        let mut open = bytes.clone();
        open[0x234..0x268].fill(0);
        let mut without_strings = bytes.clone();
        without_strings[0x258..0x260].fill(0);
        let cut = bytes[..bytes.len() - 5000].to_vec();
        let half = bytes[..bytes.len() / 2].to_vec();
        for damaged in [open, without_strings, cut, half] {
            assert!(matches!(pieces_of(damaged, PIECE), Opened::AsWhole(_)));
        }
    }

    #[test]
    fn a_table_with_fewer_entries_than_it_declares_is_a_loss_in_pieces_too() {
        let bytes = sample("restart");
        let hosts = usize::try_from(Bytes(&bytes).u64(0x3A0).unwrap()).unwrap();
        let mut damaged = bytes;
        damaged[hosts..hosts + 4].copy_from_slice(&9_999u32.to_le_bytes());
        assert!(matches!(pieces_of(damaged, PIECE), Opened::AsWhole(_)));
    }

    #[test]
    fn an_entry_that_leads_behind_the_events_is_damage_and_no_end_of_the_file() {
        let bytes = sample("restart");
        let list = usize::from(u16::from_le_bytes([bytes[0x248], bytes[0x249]]))
            | usize::from(bytes[0x24A]) << 16;
        // The end of the file, and far beyond it but within a piece.
        for offset in [bytes.len(), bytes.len() + 1_000_000] {
            let mut damaged = bytes.clone();
            let entry = &mut damaged[list + 7 * ENTRY..][..ENTRY];
            entry.copy_from_slice(&(offset as u64).to_le_bytes()[..ENTRY]);
            let whole = all(of_whole(damaged.clone()));
            let read = match pieces_of(damaged.clone(), PIECE) {
                Opened::InPieces(reader) => all(*reader),
                Opened::AsWhole(_) => all(of_whole(damaged)),
            };
            assert_eq!(read, whole, "{offset}");
        }
    }

    #[test]
    fn a_list_that_ends_with_entries_which_lead_nowhere_is_not_trusted() {
        let mut bytes = sample("restart");
        let (info, layout) = header::read(Bytes(&bytes), &mut Losses::default()).unwrap();
        let list = usize::try_from(layout.event_offsets).unwrap();
        let end = list + ENTRY * info.declared_events as usize;
        bytes[end - 6 * ENTRY..end].fill(0);
        assert!(matches!(pieces_of(bytes, PIECE), Opened::AsWhole(_)));
    }

    #[test]
    fn entries_that_lead_out_of_the_events_are_repaired_wherever_a_piece_ends() {
        let bytes = sample("guid-changed");
        let (info, layout) = header::read(Bytes(&bytes), &mut Losses::default()).unwrap();
        let list = usize::try_from(layout.event_offsets).unwrap();
        let declared = info.declared_events as usize;
        for offset in [0, 1000, layout.event_offsets + 10, NOWHERE - 1] {
            // Two entries beside each other, everywhere but at both ends.
            let mut damaged = bytes.clone();
            for event in (50..declared - 50).step_by(50).flat_map(|event| [event, event + 1]) {
                damaged[list + ENTRY * event..][..ENTRY]
                    .copy_from_slice(&offset.to_le_bytes()[..ENTRY]);
            }
            let whole = all(of_whole(damaged.clone()));
            assert_eq!(whole.len(), declared + 2, "{offset}");
            for size in [4_000, 60_000, PIECE] {
                let Opened::InPieces(reader) = pieces_of(damaged.clone(), size) else {
                    panic!("most of its list is right")
                };
                let read = all(*reader);
                assert_eq!(read[..declared], whole[..declared], "{offset} {size}");
            }
        }
    }

    /// A file that is cut once its first piece has been read.
    struct Shrinks {
        bytes: Vec<u8>,
        reads: std::sync::atomic::AtomicUsize,
    }

    impl ReadAt for Shrinks {
        fn len(&self) -> u64 {
            self.bytes.len() as u64
        }

        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            // Header, samples of the list with their events, three tables, the list and the
            // events of the first piece.
            match self.reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 1 + 34 + 7 {
                true => self.bytes.read_at(buffer, offset),
                false => Ok(0),
            }
        }
    }

    #[test]
    fn events_of_a_file_that_shrinks_are_not_dropped_in_silence() {
        let bytes = sample("guid-changed");
        let events = of_whole(bytes.clone()).recording().unwrap().info.declared_events;
        let source = Shrinks { bytes, reads: Default::default() };
        let opened =
            PositionedReader::in_pieces_of(|_| 60_000, Box::new(source), &Rendering::default());
        let Opened::InPieces(mut reader) = opened.unwrap() else { panic!("it is whole at first") };
        let (mut event, mut losses) = (Event::default(), Losses::default());
        let mut read = 0;
        let error = loop {
            match reader.read_event(&mut event, &mut losses) {
                Ok(true) => read += 1,
                Ok(false) => panic!("{read} of {events} events are not all"),
                Err(error) => break io::Error::from(error),
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(read > 0 && read < events, "{read}");
    }

    #[test]
    fn a_damaged_entry_of_the_list_is_repaired_or_counted() {
        let mut bytes = sample("guid-changed");
        let (info, layout) = header::read(Bytes(&bytes), &mut Losses::default()).unwrap();
        let list = usize::try_from(layout.event_offsets).unwrap();
        for (event, offset) in [(700, u64::from(u32::MAX)), (1500, 5), (2500, NOWHERE)] {
            bytes[list + ENTRY * event..][..ENTRY].copy_from_slice(&offset.to_le_bytes()[..ENTRY]);
        }
        let whole = all(of_whole(bytes.clone()));
        for size in [60_000, PIECE] {
            let Opened::InPieces(mut reader) = pieces_of(bytes.clone(), size) else {
                panic!("its tables are whole")
            };
            let (mut event, mut losses) = (Event::default(), Losses::default());
            let mut read = 0;
            while reader.read_event(&mut event, &mut losses).unwrap() {
                read += 1;
            }
            // The events that are repaired count among the losses, too.
            assert!(read + losses.count() >= u64::from(info.declared_events), "{size}");
        }
        let Opened::InPieces(reader) = pieces_of(bytes, PIECE) else { panic!("as above") };
        assert_eq!(all(*reader), whole);
    }
}
