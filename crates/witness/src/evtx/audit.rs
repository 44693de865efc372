//! What an event log says it holds, against what was read.
//!
//! Windows writes the numbers of a log's header when the log is closed. Of one that
//! was copied while it was in use, they are those of an earlier moment: it may hold
//! more than they say, but never less.

use std::collections::HashSet;

use evtx::{EvtxFileHeader, HeaderFlags};
use procmonkey_analysis::parser::{LossKind, Position};

use super::FILE_HEADER;
use super::chunk::{CHUNK, Checked, Numbers};
use crate::reading::Collector;

/// What is remembered of a chunk that holds something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Its place in the file, from 0.
    pub(super) place: u64,
    pub(super) numbers: Numbers,
    pub(super) ids: Numbers,
    /// The highest identifier of its records.
    pub(super) last_id: Option<u64>,
    /// How many records it has that its header does not name yet.
    pub(super) unnamed: u64,
    pub(super) checked: Checked,
    pub(super) has_magic: bool,
    /// Whether the file ends inside of it.
    pub(super) is_cut: bool,
    pub(super) free_bytes: usize,
}

impl Seen {
    /// Whether what its header says can be believed.
    fn is_told(&self) -> bool {
        self.has_magic && self.checked != Checked::HeaderDiffers && self.numbers.count() > 0
    }
}

/// How far the file goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// Its length in bytes, as far as it was read.
    pub(super) bytes: u64,
    /// How many chunks begin in it.
    pub(super) chunks: u64,
    /// Whether it was read to its end.
    pub(super) is_whole: bool,
}

/// Compares the header with the chunks that were read, and counts as lost what is
/// missing.
pub(super) fn audit(
    header: &EvtxFileHeader,
    seen: &[Seen],
    extent: Extent,
    out: &mut Collector<'_>,
) {
    let is_dirty = header.flags.contains(HeaderFlags::DIRTY);
    // That a header is damaged is counted already; its numbers prove nothing.
    let counted = header.validate_checksum().then(|| counted_chunks(header));
    if let (Some(counted), true) = (counted, extent.is_whole) {
        missing_chunks(counted, extent, out);
        blank_chunks(counted.min(extent.chunks), seen, out);
        next_record(header, seen, out);
    }
    if is_dirty && extent.is_whole {
        end_behind_a_full_chunk(seen, extent, out);
    }
    checksums(is_dirty, seen, out);
    gaps(seen, extent, out);
    if let Some(counted) = counted {
        say_what_is_so(is_dirty, counted, seen, extent, out);
    }
}

/// The place of a chunk in the file.
pub(super) fn place_of(chunk: u64) -> Position {
    Position::at_byte(FILE_HEADER.saturating_add(chunk.saturating_mul(CHUNK as u64)))
}

/// How many chunks the header counts. Its 16 bits are too few for a log of more than
/// 4 GiB, whose newest chunk tells then.
fn counted_chunks(header: &EvtxFileHeader) -> u64 {
    let counted = u64::from(header.chunk_count);
    match header.last_chunk_number {
        last @ 0..0x0100_0000 if counted > 0 => counted.max(last + 1),
        _ => counted,
    }
}

fn missing_chunks(counted: u64, extent: Extent, out: &mut Collector<'_>) {
    if counted > extent.chunks {
        let message = format!(
            "the header counts {counted} chunks, and the file ends at byte {} with {}",
            extent.bytes, extent.chunks
        );
        out.lose(LossKind::Truncated, Position::at_byte(extent.bytes), message);
    }
}

/// Chunks that the header counts, and that hold nothing.
fn blank_chunks(counted: u64, seen: &[Seen], out: &mut Collector<'_>) {
    let mut expected = 0;
    let places = seen.iter().map(|chunk| chunk.place).filter(|place| *place < counted);
    for place in places.chain([counted]) {
        if place > expected {
            let message = match place - expected {
                1 => format!("chunk {expected} of {counted} is all zeros"),
                number => format!(
                    "chunks {expected} to {} of {counted} ({number}) are all zeros",
                    place - 1
                ),
            };
            out.lose(LossKind::DamagedRecord, place_of(expected), message);
        }
        expected = place + 1;
    }
}

/// Records that the header knows of, and that are newer than all that were read.
fn next_record(header: &EvtxFileHeader, seen: &[Seen], out: &mut Collector<'_>) {
    let newest = |chunk: &Seen| match chunk.is_told() {
        true => {
            [chunk.ids.last, chunk.numbers.last].into_iter().filter(|last| *last != u64::MAX).max()
        }
        false => chunk.last_id,
    };
    let newest = seen.iter().filter_map(newest).max().unwrap_or(0);
    // An empty log names 0 or 1.
    if let Some(missing @ 1..) = header.next_record_id.checked_sub(newest.saturating_add(1)) {
        let message = format!(
            "the header says that record {} comes next, and the last one is {newest}: {missing} are missing",
            header.next_record_id
        );
        out.lose(LossKind::Truncated, Position::at_byte(24), message);
    }
}

/// What a chunk may have left when the next record does not fit, in bytes.
const FULL: usize = 4096;

/// Windows extends a log by 16 chunks at a time, up to its greatest size, so that one
/// in use has room left behind its newest chunk, but for rare moments. A file that
/// ends right there has most likely been cut.
fn end_behind_a_full_chunk(seen: &[Seen], extent: Extent, out: &mut Collector<'_>) {
    let newest = seen.iter().filter(|chunk| chunk.is_told()).max_by_key(|chunk| chunk.numbers.last);
    let Some(newest) = newest else { return };
    let is_full = newest.free_bytes < FULL;
    let is_usual_length = matches!(extent.chunks % 16, 0 | 1);
    let behind = newest.place + 1;
    if behind == extent.chunks && (is_full || !is_usual_length) {
        let message = format!(
            "the log was not closed, and its file ends right behind the newest chunk, with record {}: \
             later ones are most likely cut off",
            newest.ids.last
        );
        out.lose(LossKind::Truncated, Position::at_byte(extent.bytes), message);
    } else if behind < extent.chunks && is_full && !seen.iter().any(|it| it.place == behind) {
        out.remarks.push(format!(
            "chunk {}, the newest, is full and chunk {behind} holds nothing: either the log was copied \
             at that moment, or what followed is gone",
            newest.place
        ));
    }
}

/// Checksums that do not agree. Those of the chunk that a log in use is being written
/// to lag behind.
fn checksums(is_dirty: bool, seen: &[Seen], out: &mut Collector<'_>) {
    let newest = seen.iter().max_by_key(|chunk| chunk.last_id).map(|chunk| chunk.place);
    for chunk in seen.iter().filter(|chunk| chunk.has_magic && !chunk.is_cut) {
        let place = chunk.place;
        let what = match chunk.checked {
            Checked::Sound => continue,
            Checked::HeaderDiffers => "header",
            Checked::RecordsDiffer => "records",
        };
        let message = format!("the checksum of the {what} of chunk {place} does not agree with it");
        match is_dirty && newest == Some(place) {
            true => out.remarks.push(format!("{message}, as in a log that is being written to")),
            false => out.lose(LossKind::DamagedField, place_of(place), message),
        }
    }
    let unnamed: u64 = seen.iter().map(|chunk| chunk.unnamed).sum();
    if unnamed > 0 {
        out.remarks.push(format!(
            "{unnamed} records are not yet in the header of their chunk, and were read"
        ));
    }
}

/// Numbers that are missing between two chunks. Those of a chunk whose header is
/// damaged are not known.
fn gaps(seen: &[Seen], extent: Extent, out: &mut Collector<'_>) {
    let mut told: Vec<&Seen> = seen.iter().filter(|chunk| chunk.is_told()).collect();
    told.sort_by_key(|chunk| chunk.numbers.first);
    let untold: HashSet<u64> =
        seen.iter().filter(|chunk| !chunk.is_told()).map(|chunk| chunk.place).collect();
    for pair in told.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        let Some(expected) = before.numbers.last.checked_add(1) else { continue };
        if after.numbers.first < expected {
            let message = format!(
                "chunks {} and {} both have record {}",
                before.place, after.place, after.numbers.first
            );
            out.lose(LossKind::DamagedField, place_of(after.place), message);
        } else if after.numbers.first > expected {
            let next = (before.place + 1) % extent.chunks.max(1);
            if next != after.place && untold.contains(&next) {
                continue;
            }
            let message = format!(
                "{} records are missing between chunks {} and {}: {expected} to {}",
                after.numbers.first - expected,
                before.place,
                after.place,
                after.numbers.first - 1
            );
            out.lose(LossKind::DamagedRecord, place_of(after.place), message);
        }
    }
}

/// What is as it should be, and yet worth knowing.
fn say_what_is_so(
    is_dirty: bool,
    counted: u64,
    seen: &[Seen],
    extent: Extent,
    out: &mut Collector<'_>,
) {
    let used = seen.len() as u64;
    if !is_dirty && used <= counted {
        return;
    }
    let mut text = match is_dirty {
        true => "the log was not closed, as a copy of one in use is not".to_string(),
        false => "the log was closed".to_string(),
    };
    if used > counted {
        text.push_str(&format!(
            "; its header counts {counted} chunks, {used} hold events and were read"
        ));
    }
    let blank = extent.chunks.saturating_sub(used.max(counted));
    if blank > 0 {
        text.push_str(&format!("; {blank} chunks are kept for later events and hold none"));
    }
    out.remarks.push(text);
}
