//! Transaction logs: what was written to a hive that was never closed.
//!
//! Windows 8.1 and later append entries of whole pages (`HvLE`); earlier versions
//! keep one map of changed sectors (`DIRT`). The checksums inside entries are not
//! verified: bounds and sequence numbers decide what is taken over.

use std::io;

use procmonkey_analysis::parser::{LossKind, Losses, Position};

use super::bins::{Bins, Place};
use super::bytes::Bytes;
use super::{SECTOR, u32_at};

/// How far bins may grow by more than the pages in the logs.
const MAX_GROWTH: u64 = 1 << 24;

/// How long an entry is before its list of pages.
const ENTRY: usize = 40;

/// An entry: its number, the length of the bins after it, and its pages.
struct Entry {
    sequence: u32,
    length: u64,
    pages: Vec<Page>,
}

/// Sectors in a row: where they belong in the bins, and where they stand in a log.
struct Page {
    at: u64,
    length: u64,
    place: Place,
}

/// Takes over the entries of the logs that follow on the hive's own sequence
/// number, and gives their number.
pub(super) fn apply(bins: &mut Bins<'_>, sequence: u32, losses: &mut Losses) -> usize {
    let mut entries = Vec::new();
    let mut most = bins.length().saturating_add(MAX_GROWTH);
    for (number, log) in bins.logs().iter_mut().enumerate() {
        most = most.saturating_add(log.length());
        if let Err(error) = read(number, log, &mut entries, losses) {
            let message = format!("{}: it cannot be read further: {error}", log.name());
            losses.add(LossKind::Truncated, Position::default(), message);
        }
    }
    entries.retain(|entry| entry.sequence >= sequence);
    entries.sort_by_key(|entry| entry.sequence);
    entries.dedup_by_key(|entry| entry.sequence);
    let mut applied: usize = 0;
    let mut next = sequence;
    for entry in &entries {
        // Behind a gap, pages would be newer than those that they refer to.
        let gap = applied > 0 && entry.sequence != next;
        if gap || entry.length > most {
            let why = match gap {
                true => "they do not follow on those before them".to_string(),
                // A damaged length: what is added stands in the logs.
                false => format!("entry {} makes the bins {} long", entry.sequence, entry.length),
            };
            let message = format!(
                "{} entries of the hive's transaction logs, from number {}, are not taken over: {why}",
                entries.len() - applied,
                entry.sequence
            );
            losses.add(LossKind::DamagedRecord, Position::default(), message);
            break;
        }
        next = entry.sequence.wrapping_add(1);
        bins.resize(entry.length);
        for page in &entry.pages {
            let sectors = page.length / SECTOR as u64;
            for number in 0..sectors {
                let at = page.place.at + number * SECTOR as u64;
                bins.renew(page.at / SECTOR as u64 + number, Place { at, ..page.place });
            }
        }
        applied += 1;
    }
    applied
}

fn read(
    number: usize,
    log: &mut Bytes<'_>,
    entries: &mut Vec<Entry>,
    losses: &mut Losses,
) -> io::Result<()> {
    if let Some(whole) = log.longer() {
        let length = log.length();
        let message =
            format!("{}: it has {whole} bytes, of which {length} are looked at", log.name());
        losses.add(LossKind::Truncated, Position::at_byte(log.length()), message);
    }
    let mut header = vec![0; SECTOR + 4];
    let filled = log.read_at(0, &mut header)?;
    if !header.starts_with(b"regf") || filled < header.len() {
        // One that was never used is empty, or all zeros.
        if header.iter().any(|byte| *byte != 0) {
            let message = format!("{}: it does not begin as a transaction log", log.name());
            losses.add(LossKind::DamagedRecord, Position::at_byte(0), message);
        }
        return Ok(());
    }
    match &header[SECTOR..] {
        b"HvLE" => read_entries(number, log, entries, losses),
        b"DIRT" => {
            entries.extend(read_sectors(number, log, &header, losses)?);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn read_entries(
    number: usize,
    log: &mut Bytes<'_>,
    entries: &mut Vec<Entry>,
    losses: &mut Losses,
) -> io::Result<()> {
    let mut at = SECTOR as u64;
    let mut last = None;
    // What stands behind the last entry is left over from earlier rounds.
    while let Some(head) = log.get(at, ENTRY)?.filter(|head| head.starts_with(b"HvLE")) {
        let Some((length, entry)) = read_entry(number, log, at, &head)? else {
            let message = format!(
                "{}: an entry is damaged; it and what follows are not taken over",
                log.name()
            );
            losses.add(LossKind::DamagedRecord, Position::at_byte(at), message);
            return Ok(());
        };
        if last.is_some_and(|last| entry.sequence < last) {
            return Ok(());
        }
        last = Some(entry.sequence);
        entries.push(entry);
        at += length;
    }
    Ok(())
}

/// The entry at a place, and its length. `None` when it is damaged.
fn read_entry(
    number: usize,
    log: &mut Bytes<'_>,
    at: u64,
    head: &[u8],
) -> io::Result<Option<(u64, Entry)>> {
    let field = |at| u32_at(head, at).map_or(0, u64::from);
    let (length, bins, count) = (field(4), field(16), field(20));
    let sector = SECTOR as u64;
    let ends = at.checked_add(length).is_some_and(|end| end <= log.length());
    // A page has at least a sector, which bounds their number by the bytes of the log.
    let lists = ENTRY as u64 + count * 8;
    if length == 0 || length % sector != 0 || !ends || lists + count * sector > length {
        return Ok(None);
    }
    let list = match usize::try_from(count * 8) {
        Ok(list_len) => log.get(at + ENTRY as u64, list_len)?,
        Err(_) => None,
    };
    let Some(list) = list else { return Ok(None) };
    let mut pages = Vec::new();
    let mut data = lists;
    for page in list.as_chunks::<8>().0 {
        let field = |at| u32_at(page, at).map_or(0, u64::from);
        let (place, size) = (field(0), field(4));
        let whole = place % sector == 0 && size % sector == 0 && size > 0;
        if !whole || place + size > bins || data + size > length {
            return Ok(None);
        }
        let from = Place { log: number, at: at + data };
        pages.push(Page { at: place, length: size, place: from });
        data += size;
    }
    let sequence = u32_at(head, 12).unwrap_or(0);
    Ok(Some((length, Entry { sequence, length: bins, pages })))
}

/// The sectors of an older log, as one entry.
fn read_sectors(
    number: usize,
    log: &mut Bytes<'_>,
    header: &[u8],
    losses: &mut Losses,
) -> io::Result<Option<Entry>> {
    // A log that was itself being written says nothing certain.
    let (first, second) = (u32_at(header, 4), u32_at(header, 8));
    let (Some(sequence), true) = (first, first == second) else {
        let message = format!("{}: it was being written when it was copied", log.name());
        losses.add(LossKind::DamagedRecord, Position::at_byte(4), message);
        return Ok(None);
    };
    let length = u32_at(header, 0x28).map_or(0, u64::from);
    let sector = SECTOR as u64;
    let map_at = sector + 4;
    let map_len = length / sector / 8;
    let name = log.name().to_string();
    let cut = |losses: &mut Losses, at: u64| {
        let message = format!("{name}: it ends inside its sectors");
        losses.add(LossKind::Truncated, Position::at_byte(at), message);
    };
    let map = match usize::try_from(map_len) {
        Ok(map_len) => log.get(map_at, map_len)?,
        Err(_) => None,
    };
    let Some(map) = map else {
        cut(losses, log.length());
        return Ok(None);
    };
    let mut data = (map_at + map_len).next_multiple_of(sector);
    let mut pages = Vec::new();
    let bits = map.iter().zip(0_u64..).flat_map(|(byte, at)| {
        (0..8).filter(move |bit| byte >> bit & 1 == 1).map(move |bit| at * 8 + bit)
    });
    for changed in bits {
        if data + sector > log.length() {
            cut(losses, data);
            return Ok(None);
        }
        let place = Place { log: number, at: data };
        pages.push(Page { at: changed * sector, length: sector, place });
        data += sector;
    }
    Ok(Some(Entry { sequence, length, pages }))
}
