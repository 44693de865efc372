//! PMF: nothing but a length and the list of rules.

use std::ops::RangeInclusive;

use super::rules::Block;
use super::scan::{Scan, length};
use crate::model::{Error, LossKind, Losses, Position};

/// The bytes of the length.
const HEADER: u64 = 4;

/// The bytes of a list of no rules.
const EMPTY_LIST: u64 = 5;

/// The numbers of Procmon's columns are all in here.
const COLUMNS: RangeInclusive<u32> = 40_000..=40_999;

/// Whether the bytes look like a PMF file. It has no mark: either its length is
/// right, or, where it is cut off, it goes on as such a file does.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let mut scan = Scan::new(bytes, 0);
    let (Some(said), there) = (scan.u32(), scan.rest().len()) else {
        return false;
    };
    if usize::try_from(said).is_ok_and(|said| said == there) {
        return u64::from(said) >= EMPTY_LIST;
    }
    let (version, count, column) = (scan.u8(), scan.u32(), scan.u32());
    version == Some(1)
        && count.is_some_and(|count| count > 0)
        && column.is_some_and(|column| COLUMNS.contains(&column))
}

/// Reads the rules of a file that looks like PMF.
pub(super) fn read(bytes: &[u8], losses: &mut Losses) -> Result<Block, Error> {
    let mut scan = Scan::new(bytes, 0);
    let said = scan.u32().unwrap_or_default();
    let there = scan.rest().len();
    if said != length(there) {
        let message = format!("the file says that {said} bytes follow, and {there} do");
        losses.add(LossKind::DamagedField, Position::at_byte(0), message);
    }
    Block::read(scan.rest(), HEADER, losses)
}

/// The file for these rules.
pub(super) fn to_bytes(block: &Block) -> Vec<u8> {
    let list = block.to_bytes();
    let mut bytes = length(list.len()).to_le_bytes().to_vec();
    bytes.extend(list);
    bytes
}
