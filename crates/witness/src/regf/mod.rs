//! The few structures of a registry hive that lead to one value.
//!
//! All offsets come from the file and are checked before they are followed; how
//! much is followed is bounded too.

use std::borrow::Cow;

use procmonkey_analysis::parser::{LossKind, Losses, Position};

use crate::error::Error;
use crate::text::utf16;

mod log;

/// Where the hive bins begin; every offset in a hive counts from here.
const BINS: usize = 4096;

/// How many entries of subkey lists are looked at. A real SOFTWARE hive has some
/// hundreds on the way to a value.
const MAX_ENTRIES: usize = 1 << 20;

/// A hive.
#[derive(Debug)]
pub(crate) struct Hive<'h> {
    bins: Cow<'h, [u8]>,
    root: u32,
    /// Whether it was closed, and whether its logs could complete it.
    pub(crate) state: HiveState,
}

/// Whether the file holds everything that was written to the hive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HiveState {
    Closed,
    /// It was not closed; so many entries of its logs were applied.
    Recovered(usize),
    /// It was not closed, and no entry of a log could be applied.
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

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl<'h> Hive<'h> {
    /// Opens a hive and applies its transaction logs.
    pub(crate) fn open(
        bytes: &'h [u8],
        logs: &[&[u8]],
        losses: &mut Losses,
    ) -> Result<Hive<'h>, Error> {
        if !bytes.starts_with(b"regf") {
            return Err(Error::damaged("no registry hive: it does not begin with regf"));
        }
        let header = bytes.get(..BINS).ok_or_else(|| {
            let length = bytes.len();
            Error::damaged(format!("the hive ends at byte {length}, inside its header of {BINS}"))
        })?;
        let field = |at| u32_at(header, at).unwrap_or(0);
        if field(0x1fc) != checksum(header) {
            let message = "the checksum of the hive's header does not agree with it";
            losses.add(LossKind::DamagedField, Position::at_byte(0x1fc), message);
        }
        let length = field(0x28) as usize;
        let rest = &bytes[BINS..];
        if rest.len() < length {
            let message =
                format!("the hive should have {length} bytes of bins, and has {}", rest.len());
            losses.add(LossKind::Truncated, Position::at_byte(bytes.len() as u64), message);
        }
        let mut bins = Cow::Borrowed(&rest[..length.min(rest.len())]);
        let (first, second) = (field(4), field(8));
        let state = match first == second {
            true => HiveState::Closed,
            false => match log::apply(&mut bins, second, logs, losses) {
                0 => HiveState::Dirty,
                entries => HiveState::Recovered(entries),
            },
        };
        Ok(Hive { bins, root: field(0x24), state })
    }

    /// The key at a path below the root.
    pub(crate) fn key(&self, path: &[&str]) -> Result<Option<Key>, Error> {
        let mut budget = MAX_ENTRIES;
        let mut key = self.key_at(self.root)?;
        for name in path {
            let list = self.field(key.cell, 28)?;
            let count = self.field(key.cell, 20)?;
            if count == 0 || list == u32::MAX {
                return Ok(None);
            }
            match self.find(list, name, 0, &mut budget)? {
                Some(cell) => key = self.key_at(cell)?,
                None => return Ok(None),
            }
        }
        Ok(Some(key))
    }

    /// The value of this name.
    pub(crate) fn value(&self, key: Key, name: &str) -> Result<Option<Value>, Error> {
        let count = self.field(key.cell, 36)? as usize;
        if count == 0 {
            return Ok(None);
        }
        let place = self.field(key.cell, 40)?;
        let list = self.cell(place)?;
        for number in 0..count.min(list.len() / 4) {
            let cell = u32_at(list, number * 4).ok_or_else(|| cut(place))?;
            let value = self.cell(cell)?;
            let length = u16_at(value, 2).ok_or_else(|| cut(cell))?;
            let plain = u16_at(value, 16).ok_or_else(|| cut(cell))? & 1 == 1;
            if !value.starts_with(b"vk") {
                return Err(no(cell, "value"));
            }
            let found = value.get(20..).and_then(|rest| rest.get(..usize::from(length)));
            if !is_name(found.ok_or_else(|| cut(cell))?, plain, name) {
                continue;
            }
            let size = u32_at(value, 4).ok_or_else(|| cut(cell))?;
            let kind = u32_at(value, 12).ok_or_else(|| cut(cell))?;
            // Up to four bytes stand in place of the offset.
            let data = match size >> 31 {
                1 => value.get(8..12).unwrap_or(&[]),
                _ => self.cell(u32_at(value, 8).ok_or_else(|| cut(cell))?)?,
            };
            let size = (size & 0x7fff_ffff) as usize;
            let data = data.get(..size).ok_or_else(|| {
                Error::damaged(format!(
                    "{name} should have {size} bytes, and {} are there",
                    data.len()
                ))
            })?;
            return Ok(Some(Value { kind, data: data.to_vec() }));
        }
        Ok(None)
    }

    /// Looks for a subkey in a list, or in the lists of a list.
    fn find(
        &self,
        place: u32,
        name: &str,
        depth: usize,
        budget: &mut usize,
    ) -> Result<Option<u32>, Error> {
        let list = self.cell(place)?;
        let step = match list.get(..2) {
            Some(b"lf" | b"lh") => 8,
            Some(b"li" | b"ri") => 4,
            _ => return Err(no(place, "list of subkeys")),
        };
        let of_lists = list.starts_with(b"ri");
        // Windows nests no deeper.
        if of_lists && depth > 0 {
            return Err(no(place, "list of subkeys that is not nested"));
        }
        for number in 0..usize::from(u16_at(list, 2).ok_or_else(|| cut(place))?) {
            *budget = budget
                .checked_sub(1)
                .ok_or_else(|| Error::damaged("the lists of subkeys of the hive do not end"))?;
            let cell = u32_at(list, 4 + number * step).ok_or_else(|| cut(place))?;
            if of_lists {
                if let Some(found) = self.find(cell, name, depth + 1, budget)? {
                    return Ok(Some(found));
                }
            } else if self.is_key(cell, name) {
                return Ok(Some(cell));
            }
        }
        Ok(None)
    }

    /// Whether a cell is the key of this name. A damaged neighbour is not, and
    /// must not keep us from the right one.
    fn is_key(&self, cell: u32, name: &str) -> bool {
        let Ok(key) = self.cell(cell) else { return false };
        let plain = u16_at(key, 2).is_some_and(|flags| flags & 0x20 != 0);
        let length = u16_at(key, 72).map(usize::from).unwrap_or(0);
        let found = key.get(76..).and_then(|rest| rest.get(..length));
        key.starts_with(b"nk") && found.is_some_and(|found| is_name(found, plain, name))
    }

    fn key_at(&self, cell: u32) -> Result<Key, Error> {
        let key = self.cell(cell)?;
        if !key.starts_with(b"nk") {
            return Err(no(cell, "key"));
        }
        let written = key.get(4..).and_then(|rest| rest.first_chunk()).ok_or_else(|| cut(cell))?;
        Ok(Key { cell, written: i64::from_le_bytes(*written) })
    }

    fn field(&self, cell: u32, at: usize) -> Result<u32, Error> {
        u32_at(self.cell(cell)?, at).ok_or_else(|| cut(cell))
    }

    /// The bytes of a cell behind its length.
    fn cell(&self, place: u32) -> Result<&[u8], Error> {
        let rest = self.bins.get(place as usize..).ok_or_else(|| cut(place))?;
        let length = u32_at(rest, 0).ok_or_else(|| cut(place))?.cast_signed();
        // A cell in use has a negative length, which counts its own four bytes.
        let length = length.unsigned_abs() as usize;
        rest.get(4..length).ok_or_else(|| cut(place))
    }
}

fn is_name(found: &[u8], plain: bool, name: &str) -> bool {
    match plain {
        true => found.eq_ignore_ascii_case(name.as_bytes()),
        false => utf16(found).eq_ignore_ascii_case(name),
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

fn cut(cell: u32) -> Error {
    Error::damaged(format!("the hive has no whole cell at byte {}", place_in_file(cell)))
}

fn no(cell: u32, what: &str) -> Error {
    Error::damaged(format!("the hive has no {what} at byte {}", place_in_file(cell)))
}

#[cfg(test)]
pub(crate) mod writer;

#[cfg(test)]
mod tests;
