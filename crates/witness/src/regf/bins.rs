//! The bins of a hive: its file, with the sectors that its logs make newer.

use std::collections::BTreeMap;
use std::io;

use super::bytes::Bytes;
use super::{BINS, SECTOR};

/// Why bytes of the bins cannot be had.
#[derive(Debug)]
pub(super) enum Fault {
    /// They are not all there.
    Cut,
    /// More was looked at than the hive has bytes: its cells refer to each other in
    /// circles.
    Spent,
    /// The system could not read them.
    Io(io::Error),
}

/// Where the newer bytes of a sector stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) log: usize,
    pub(super) at: u64,
}

/// What may be looked at beyond the hive's own length, for what is read twice.
const SLACK: u64 = 1 << 16;

/// The bins.
pub(super) struct Bins<'h> {
    file: Bytes<'h>,
    length: u64,
    logs: Vec<Bytes<'h>>,
    newer: BTreeMap<u64, Place>,
    looked_at: u64,
}

impl<'h> Bins<'h> {
    pub(super) fn new(file: Bytes<'h>, length: u64) -> Bins<'h> {
        Bins { file, length, logs: Vec::new(), newer: BTreeMap::new(), looked_at: 0 }
    }

    /// How long the bins are, in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Sets how long the bins are, as an entry of a log says.
    pub(super) fn resize(&mut self, length: u64) {
        self.length = length;
        self.newer.split_off(&length.div_ceil(SECTOR as u64));
    }

    /// The transaction logs, which [`Place`]s refer to.
    pub(super) fn set_logs(&mut self, logs: Vec<Bytes<'h>>) {
        self.logs = logs;
    }

    pub(super) fn logs(&mut self) -> &mut [Bytes<'h>] {
        &mut self.logs
    }

    /// Takes over a sector of a log.
    pub(super) fn renew(&mut self, sector: u64, place: Place) {
        self.newer.insert(sector, place);
    }

    /// How many bytes were looked at.
    #[cfg(test)]
    pub(super) fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// The bytes from a place on. Each byte of an honest hive is looked at once on the
    /// way to a value.
    pub(super) fn get(&mut self, at: u64, length: usize) -> Result<Vec<u8>, Fault> {
        let end = at.checked_add(length as u64).filter(|end| *end <= self.length);
        let end = end.ok_or(Fault::Cut)?;
        self.looked_at = self.looked_at.saturating_add(length as u64);
        if self.looked_at > self.length.saturating_add(SLACK) {
            return Err(Fault::Spent);
        }
        let mut bytes = vec![0; length];
        let from_file = self.file.read_at(BINS as u64 + at, &mut bytes).map_err(Fault::Io)?;
        if from_file < length && self.newer.is_empty() {
            return Err(Fault::Cut);
        }
        let sector_len = SECTOR as u64;
        let mut known = at + from_file as u64;
        let sectors = at / sector_len..end.div_ceil(sector_len);
        for (sector, place) in self.newer.range(sectors) {
            let begin = sector * sector_len;
            let (from, to) = (begin.max(at), (begin + sector_len).min(end));
            if from > known {
                return Err(Fault::Cut);
            }
            let log = self.logs.get_mut(place.log).ok_or(Fault::Cut)?;
            let part = &mut bytes[(from - at) as usize..(to - at) as usize];
            let filled = log.read_at(place.at + (from - begin), part).map_err(Fault::Io)?;
            if filled < part.len() {
                return Err(Fault::Cut);
            }
            known = known.max(to);
        }
        match known < end {
            true => Err(Fault::Cut),
            false => Ok(bytes),
        }
    }
}
