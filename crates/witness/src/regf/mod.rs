//! The few structures of a registry hive that lead to one value.
//!
//! All offsets come from the file and are checked before they are followed. No more
//! is looked at than the hive has bytes, and nothing is kept of it but one value.

use procmonkey_analysis::parser::{LossKind, Losses, Position};

use crate::Limits;
use crate::error::Error;

mod bins;
mod bytes;
mod log;

use bins::{Bins, Fault};
pub(crate) use bytes::Bytes;

/// Where the hive bins begin; every offset in a hive counts from here.
const BINS: usize = 4096;

/// Length of a sector, and of a log's header.
const SECTOR: usize = 512;

/// How many entries of lists are looked at. A real SOFTWARE hive has some hundreds on
/// the way to a value.
const MAX_ENTRIES: u32 = 1 << 20;

/// The longest value that is read, in bytes. Longer ones stand in several cells.
const MAX_VALUE: u32 = 16_344;

/// How long a key is before its name, and where the name's length stands.
const KEY: usize = 76;
/// How long a value is before its name.
const VALUE: usize = 20;

/// A hive.
pub(crate) struct Hive<'h> {
    bins: Bins<'h>,
    root: u32,
    /// How many more entries of lists may be looked at.
    entries: u32,
    /// Entries of lists of subkeys that are no keys: their number, and the first.
    damaged: Option<(u64, u32)>,
    /// Whether it was not closed, and how far its logs made up for it.
    pub(crate) state: HiveState,
}

/// Whether the file holds everything that was written to the hive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HiveState {
    Closed,
    /// It was not closed; so many entries of its logs were taken over.
    Recovered(usize),
    /// It was not closed, and no log gave anything.
    Dirty,
}

/// A key of a hive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    cell: u32,
    /// When it was last written, as a FILETIME.
    pub(crate) written: i64,
}

/// A value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) kind: u32,
    pub(crate) data: Vec<u8>,
}

/// The bytes of a cell that were read, and how many it has behind its length.
struct Cell {
    bytes: Vec<u8>,
    length: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl<'h> Hive<'h> {
    /// Opens a hive. Where it was not closed, `logs` gives its transaction logs, and
    /// what they hold is taken over.
    pub(crate) fn open(
        mut file: Bytes<'h>,
        limits: &Limits,
        logs: impl FnOnce(&mut Losses) -> Vec<Bytes<'h>>,
        losses: &mut Losses,
    ) -> Result<Hive<'h>, Error> {
        let mut header = vec![0; BINS];
        let filled = file.read_at(0, &mut header).map_err(|error| Error::io("header", error))?;
        if !header.starts_with(b"regf") {
            return Err(Error::damaged("no registry hive: it does not begin with regf"));
        }
        if filled < BINS {
            let message = format!("the hive ends at byte {filled}, inside its header of {BINS}");
            return Err(Error::damaged(message));
        }
        let field = |at| u32_at(&header, at).unwrap_or(0);
        if field(0x1fc) != checksum(&header) {
            let message = "the checksum of the hive's header does not agree with it";
            losses.add(LossKind::DamagedField, Position::at_byte(0x1fc), message);
        }
        let length = u64::from(field(0x28));
        let there = file.length().saturating_sub(BINS as u64);
        if there < length {
            let message = match file.longer() {
                Some(whole) => format!(
                    "the hive has {whole} bytes, of which no more than {} are looked at",
                    limits.hive_bytes
                ),
                None => format!("the hive should have {length} bytes of bins, and has {there}"),
            };
            losses.add(LossKind::Truncated, Position::at_byte(file.length()), message);
        }
        let mut bins = Bins::new(file, length.min(there));
        let (first, second) = (field(4), field(8));
        let state = match first == second {
            true => HiveState::Closed,
            false => {
                bins.set_logs(logs(losses));
                match log::apply(&mut bins, second, losses) {
                    0 => HiveState::Dirty,
                    entries => HiveState::Recovered(entries),
                }
            }
        };
        Ok(Hive { bins, root: field(0x24), entries: MAX_ENTRIES, damaged: None, state })
    }

    /// The key at a path below the root. The names are ASCII.
    pub(crate) fn key(&mut self, path: &[&str]) -> Result<Option<Key>, Error> {
        let mut key = self.key_at(self.root)?;
        for name in path {
            let cell = self.cell(key.cell, KEY)?;
            let count = u32_at(&cell.bytes, 20).ok_or_else(|| cut(key.cell))?;
            let list = u32_at(&cell.bytes, 28).ok_or_else(|| cut(key.cell))?;
            if count == 0 || list == u32::MAX {
                return Ok(None);
            }
            match self.find(list, name, 0)? {
                Some(cell) => key = self.key_at(cell)?,
                None => return Ok(None),
            }
        }
        Ok(Some(key))
    }

    /// What of the lists of subkeys could not be read on the way: how many entries,
    /// and where the first one stands in the file.
    pub(crate) fn damaged_entries(&self) -> Option<(u64, Position)> {
        self.damaged.map(|(count, first)| (count, Position::at_byte(place_in_file(first))))
    }

    /// The value of this name, which is ASCII.
    pub(crate) fn value(&mut self, key: Key, name: &str) -> Result<Option<Value>, Error> {
        let cell = self.cell(key.cell, KEY)?;
        let count = u32_at(&cell.bytes, 36).ok_or_else(|| cut(key.cell))?;
        let place = u32_at(&cell.bytes, 40).ok_or_else(|| cut(key.cell))?;
        if count == 0 {
            return Ok(None);
        }
        let list = self.list(place, 0, count, 4)?;
        for cell in list.as_chunks::<4>().0 {
            let cell = u32::from_le_bytes(*cell);
            if let Some(value) = self.value_at(cell, name)? {
                return Ok(Some(value));
            }
        }
        match list.len() as u64 / 4 < u64::from(count) {
            true => Err(cut(place)),
            false => Ok(None),
        }
    }

    /// The value in a cell, when it has this name.
    fn value_at(&mut self, place: u32, name: &str) -> Result<Option<Value>, Error> {
        let cell = self.cell(place, VALUE)?;
        if !cell.bytes.starts_with(b"vk") {
            return Err(no(place, "value"));
        }
        let length = u16_at(&cell.bytes, 2).ok_or_else(|| cut(place))?;
        let size = u32_at(&cell.bytes, 4).ok_or_else(|| cut(place))?;
        let data =
            *cell.bytes.get(8..).and_then(|rest| rest.first_chunk()).ok_or_else(|| cut(place))?;
        let kind = u32_at(&cell.bytes, 12).ok_or_else(|| cut(place))?;
        let plain = u16_at(&cell.bytes, 16).ok_or_else(|| cut(place))? & 1 == 1;
        if !self.has_name(place, &cell, VALUE, length, plain, name)? {
            return Ok(None);
        }
        // Up to four bytes stand in place of the offset.
        let in_place = size >> 31 == 1;
        let size = size & 0x7fff_ffff;
        if size > if in_place { 4 } else { MAX_VALUE } {
            return Err(Error::damaged(format!("{name} has {size} bytes, more than are read")));
        }
        if in_place {
            return Ok(Some(Value { kind, data: data[..size as usize].to_vec() }));
        }
        let stored = self.cell(u32::from_le_bytes(data), size as usize)?;
        if stored.bytes.len() < size as usize {
            return Err(Error::damaged(format!(
                "{name} should have {size} bytes, and {} are there",
                stored.length
            )));
        }
        Ok(Some(Value { kind, data: stored.bytes }))
    }

    /// Looks for a subkey in a list, or in the lists of a list.
    fn find(&mut self, place: u32, name: &str, depth: usize) -> Result<Option<u32>, Error> {
        let head = self.cell(place, 4)?;
        let step = match head.bytes.get(..2) {
            Some(b"lf" | b"lh") => 8,
            Some(b"li" | b"ri") => 4,
            _ => return Err(no(place, "list of subkeys")),
        };
        let of_lists = head.bytes.starts_with(b"ri");
        // Windows nests no deeper.
        if of_lists && depth > 0 {
            return Err(no(place, "list of subkeys that is not nested"));
        }
        let count = u32::from(u16_at(&head.bytes, 2).ok_or_else(|| cut(place))?);
        let list = self.list(place, 4, count, step)?;
        for entry in list.chunks_exact(step) {
            let cell = u32_at(entry, 0).ok_or_else(|| cut(place))?;
            if of_lists {
                if let Some(found) = self.find(cell, name, depth + 1)? {
                    return Ok(Some(found));
                }
            } else if self.is_key(cell, name)? {
                return Ok(Some(cell));
            }
        }
        match list.len() < count as usize * step {
            true => Err(cut(place)),
            false => Ok(None),
        }
    }

    /// The entries of a list that begin `from` bytes into its cell, as far as the cell
    /// has them.
    fn list(&mut self, place: u32, from: usize, count: u32, step: usize) -> Result<Vec<u8>, Error> {
        self.entries = self.entries.checked_sub(count).ok_or_else(|| {
            Error::damaged("the lists of the hive have more entries than are read")
        })?;
        let wanted = from + count as usize * step;
        let mut list = self.cell(place, wanted)?.bytes;
        list.drain(..from.min(list.len()));
        list.truncate(list.len() / step * step);
        Ok(list)
    }

    /// Whether a cell is the key of this name. A damaged neighbour is not: it is
    /// counted, and must not keep us from the right one.
    fn is_key(&mut self, place: u32, name: &str) -> Result<bool, Error> {
        let cell = match self.try_cell(place, KEY) {
            Ok(cell) => cell,
            Err(Fault::Cut) => return Ok(self.count_damaged(place)),
            Err(fault) => return Err(error_of(fault, place)),
        };
        let (flags, length) = (u16_at(&cell.bytes, 2), u16_at(&cell.bytes, 72));
        let (Some(flags), Some(length), true) = (flags, length, cell.bytes.starts_with(b"nk"))
        else {
            return Ok(self.count_damaged(place));
        };
        if cell.length < KEY as u64 + u64::from(length) {
            return Ok(self.count_damaged(place));
        }
        self.has_name(place, &cell, KEY, length, flags & 0x20 != 0, name)
    }

    fn count_damaged(&mut self, place: u32) -> bool {
        self.damaged.get_or_insert((0, place)).0 += 1;
        false
    }

    /// Whether the name of so many bytes, which begins `at` bytes into a cell, is this
    /// one. A name of another length is not read.
    fn has_name(
        &mut self,
        place: u32,
        cell: &Cell,
        at: usize,
        length: u16,
        plain: bool,
        name: &str,
    ) -> Result<bool, Error> {
        let end = at + usize::from(length);
        if cell.length < end as u64 {
            return Err(cut(place));
        }
        let wanted = if plain { name.len() } else { name.len() * 2 };
        if usize::from(length) != wanted {
            return Ok(false);
        }
        let begin = u64::from(place) + 4 + at as u64;
        let found = self.bins.get(begin, wanted).map_err(|fault| error_of(fault, place))?;
        Ok(match plain {
            true => found.eq_ignore_ascii_case(name.as_bytes()),
            false => found
                .as_chunks::<2>()
                .0
                .iter()
                .zip(name.bytes())
                .all(|([low, high], byte)| *high == 0 && low.eq_ignore_ascii_case(&byte)),
        })
    }

    fn key_at(&mut self, place: u32) -> Result<Key, Error> {
        let cell = self.cell(place, KEY)?;
        if !cell.bytes.starts_with(b"nk") {
            return Err(no(place, "key"));
        }
        let written = cell.bytes.get(4..).and_then(|rest| rest.first_chunk());
        let written = i64::from_le_bytes(*written.ok_or_else(|| cut(place))?);
        Ok(Key { cell: place, written })
    }

    fn cell(&mut self, place: u32, wanted: usize) -> Result<Cell, Error> {
        self.try_cell(place, wanted).map_err(|fault| error_of(fault, place))
    }

    /// Up to so many bytes of a cell, behind its length.
    fn try_cell(&mut self, place: u32, wanted: usize) -> Result<Cell, Fault> {
        let begin = u64::from(place);
        let left = self.bins.length().saturating_sub(begin);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(4 + wanted);
        let mut bytes = self.bins.get(begin, most)?;
        let length = u32_at(&bytes, 0).ok_or(Fault::Cut)?.cast_signed();
        // A cell in use has a negative length, which counts its own four bytes.
        let length = u64::from(length.unsigned_abs());
        if length < 4 || length > left {
            return Err(Fault::Cut);
        }
        bytes.drain(..4);
        bytes.truncate(usize::try_from(length - 4).unwrap_or(usize::MAX));
        Ok(Cell { bytes, length: length - 4 })
    }

    /// How many bytes of the bins were looked at.
    #[cfg(test)]
    pub(crate) fn looked_at(&self) -> u64 {
        self.bins.looked_at()
    }
}

fn checksum(header: &[u8]) -> u32 {
    let words = header[..0x1fc].as_chunks::<4>().0;
    match words.iter().fold(0, |sum, word| sum ^ u32::from_le_bytes(*word)) {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        sum => sum,
    }
}

fn place_in_file(cell: u32) -> u64 {
    BINS as u64 + u64::from(cell)
}

fn error_of(fault: Fault, cell: u32) -> Error {
    match fault {
        Fault::Cut => cut(cell),
        Fault::Spent => Error::damaged(format!(
            "the cells of the hive refer to the same bytes again and again, at byte {}",
            place_in_file(cell)
        )),
        Fault::Io(error) => Error::io(&format!("byte {}", place_in_file(cell)), error),
    }
}

fn cut(cell: u32) -> Error {
    Error::damaged(format!("the hive has no whole cell at byte {}", place_in_file(cell)))
}

fn no(cell: u32, what: &str) -> Error {
    Error::damaged(format!("the hive has no {what} at byte {}", place_in_file(cell)))
}

#[cfg(test)]
mod tests;
