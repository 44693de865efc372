//! Transaction logs: what was written to a hive that was never closed.
//!
//! Windows 8.1 and later append entries of whole pages (`HvLE`); earlier versions
//! keep one map of changed sectors (`DIRT`). The checksums inside entries are not
//! verified: bounds and sequence numbers decide which entries are applied.

use std::borrow::Cow;

use procmonkey_analysis::parser::{LossKind, Losses, Position};

use super::u32_at;

/// Length of a log's header, and of a sector.
const SECTOR: usize = 512;

/// How far bins may grow by more than the pages in the logs.
const MAX_GROWTH: usize = 1 << 24;

/// An entry: its number, the length of the bins after it, and its pages.
struct Entry<'l> {
    sequence: u32,
    length: usize,
    pages: Vec<(usize, &'l [u8])>,
}

/// Applies the entries of the logs that follow on the hive's own sequence number, and
/// returns how many there were.
pub(super) fn apply(
    bins: &mut Cow<'_, [u8]>,
    sequence: u32,
    logs: &[&[u8]],
    losses: &mut Losses,
) -> usize {
    let mut entries = Vec::new();
    for log in logs.iter().filter(|log| log.starts_with(b"regf")) {
        match log.get(SECTOR..SECTOR + 4) {
            Some(b"HvLE") => read_entries(log, &mut entries, losses),
            Some(b"DIRT") => entries.extend(read_sectors(log, losses)),
            _ => {}
        }
    }
    entries.sort_by_key(|entry| entry.sequence);
    // A damaged length must not cost memory: what is added stands in the logs.
    let most = bins.len() + logs.iter().map(|log| log.len()).sum::<usize>() + MAX_GROWTH;
    let mut next = sequence;
    let mut applied = 0;
    for entry in entries.iter().filter(|entry| entry.sequence >= sequence) {
        // Behind a gap, pages would be newer than those that they refer to.
        if (applied > 0 && entry.sequence != next) || entry.length > most {
            break;
        }
        next = entry.sequence.wrapping_add(1);
        let bins = bins.to_mut();
        bins.resize(entry.length, 0);
        for (at, page) in &entry.pages {
            if let Some(place) = bins.get_mut(*at..).and_then(|rest| rest.get_mut(..page.len())) {
                place.copy_from_slice(page);
            }
        }
        applied += 1;
    }
    applied
}

fn read_entries<'l>(log: &'l [u8], entries: &mut Vec<Entry<'l>>, losses: &mut Losses) {
    let mut at = SECTOR;
    // What stands behind the last entry is left over from earlier rounds.
    while log.get(at..).is_some_and(|rest| rest.starts_with(b"HvLE")) {
        let Some((length, entry)) = read_entry(&log[at..]) else {
            let message = "an entry of the hive's transaction log is damaged";
            losses.add(LossKind::DamagedRecord, Position::at_byte(at as u64), message);
            return;
        };
        if entries.last().is_some_and(|last| entry.sequence < last.sequence) && at > SECTOR {
            return;
        }
        entries.push(entry);
        at += length;
    }
}

fn read_entry(bytes: &[u8]) -> Option<(usize, Entry<'_>)> {
    let length = u32_at(bytes, 4)? as usize;
    let bytes = bytes.get(..length)?;
    let bins = u32_at(bytes, 16)? as usize;
    let count = u32_at(bytes, 20)? as usize;
    let mut data = bytes.get(40..)?.get(count.checked_mul(8)?..)?;
    if length == 0 || !length.is_multiple_of(SECTOR) {
        return None;
    }
    let mut pages = Vec::with_capacity(count);
    for page in 0..count {
        let at = u32_at(bytes, 40 + page * 8)? as usize;
        let size = u32_at(bytes, 44 + page * 8)? as usize;
        pages.push((at, data.get(..size)?));
        data = &data[size..];
        if at.checked_add(size)? > bins {
            return None;
        }
    }
    Some((length, Entry { sequence: u32_at(bytes, 12)?, length: bins, pages }))
}

/// The sectors of an older log, as one entry.
fn read_sectors<'l>(log: &'l [u8], losses: &mut Losses) -> Option<Entry<'l>> {
    // The two numbers differ when the log itself was not written to its end: then it is not used.
    let sequence = u32_at(log, 4).filter(|first| u32_at(log, 8) == Some(*first))?;
    let length = u32_at(log, 0x28)? as usize;
    let map = log.get(SECTOR + 4..)?.get(..length / SECTOR / 8)?;
    let mut data = (SECTOR + 4 + map.len()).next_multiple_of(SECTOR);
    let mut pages = Vec::new();
    for sector in (0..map.len() * 8).filter(|sector| map[sector / 8] >> (sector % 8) & 1 == 1) {
        let Some(bytes) = log.get(data..data + SECTOR) else {
            let message = "the hive's transaction log ends inside its sectors";
            losses.add(LossKind::Truncated, Position::at_byte(data as u64), message);
            return None;
        };
        pages.push((sector * SECTOR, bytes));
        data += SECTOR;
    }
    Some(Entry { sequence, length, pages })
}
