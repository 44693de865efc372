//! Where Procmon prints something else than what the capture holds.
//!
//! Each mistake is in one function or constant here, so that the text can be
//! had either way: [`Fidelity::Procmon`] for Procmon's, [`Fidelity::Corrected`]
//! for the true one.

use super::bytes::{Bytes, PointerWidth};
use super::exporter::Exporter;
use super::rendering::Fidelity;
use super::text::{push_date_and_time, push_grouped_signed, push_number};
use crate::time::Zone;

/// How many characters the listing of a directory can have.
pub(crate) const LISTING_CHARACTERS: usize = 4096;

/// The data of a REG_QWORD: Procmon prints nothing.
pub(crate) fn push_qword(out: &mut String, data: Bytes<'_>, fidelity: Fidelity) {
    if fidelity == Fidelity::Corrected
        && let Some(value) = data.u64(0)
    {
        push_number(out, value);
    }
}

/// How many bytes of binary data Procmon believes to have of a value that was
/// returned with its name (KEY_VALUE_FULL_INFORMATION): it takes away the size
/// of the structure, but not that of the name.
pub(crate) fn full_value_bytes(returned: usize, fidelity: Fidelity) -> Option<usize> {
    const STRUCTURE: usize = 24;
    match fidelity {
        Fidelity::Procmon => Some(returned.saturating_sub(STRUCTURE)),
        Fidelity::Corrected => None,
    }
}

/// The bytes of a REG_BINARY that are printed. The driver records 16 at most;
/// with a wrong idea of how many there are, Procmon prints the start of the
/// next event as well.
pub(crate) fn binary<'a>(
    captured: Bytes<'a>,
    onward: Bytes<'a>,
    believed: Option<usize>,
) -> &'a [u8] {
    match believed {
        Some(believed) => onward.0.get(..believed).unwrap_or(onward.0),
        None => captured.0,
    }
}

/// The bytes that the strings of a REG_MULTI_SZ are read from: Procmon looks
/// for the NUL of the last one even behind the data.
pub(crate) fn strings<'a>(captured: Bytes<'a>, onward: Bytes<'a>, fidelity: Fidelity) -> &'a [u8] {
    // Zeros are never far: the next event has some. A made-up file may not.
    const MOST_BEHIND: usize = 4096;
    match fidelity {
        Fidelity::Procmon => onward.0.get(..captured.len() + MOST_BEHIND).unwrap_or(onward.0),
        Fidelity::Corrected => captured.0,
    }
}

/// The allocation size of a `CreateFile`: on 32-bit Windows Procmon prints the
/// upper half of the number, as if the field were aligned to eight bytes.
pub(crate) fn allocation_size(block: Bytes<'_>, width: PointerWidth, fidelity: Fidelity) -> i64 {
    match (width, fidelity) {
        (PointerWidth::Bits64, _) => block.i64(0x38).unwrap_or(0),
        (PointerWidth::Bits32, Fidelity::Procmon) => i64::from(block.u32(0x28).unwrap_or(0)),
        (PointerWidth::Bits32, Fidelity::Corrected) => block.i64(0x24).unwrap_or(0),
    }
}

/// Where the page protection of `CreateFileMapping` is taken from: on 64-bit
/// Windows Procmon reads the word behind it, half of a pointer.
pub(crate) fn page_protection_at(width: PointerWidth, fidelity: Fidelity) -> usize {
    match (width, fidelity) {
        (PointerWidth::Bits64, Fidelity::Procmon) => 0x18,
        _ => 0x14,
    }
}

/// A size in `QueryNetworkOpenInformationFile`: Procmon prints it as a date.
pub(crate) fn push_network_open_size(out: &mut String, size: i64, zone: &Zone, fidelity: Fidelity) {
    match fidelity {
        Fidelity::Procmon => push_date_and_time(out, size, zone),
        Fidelity::Corrected => push_grouped_signed(out, size),
    }
}

/// The length of a lock: Procmon prints its low 32 bits for the special length
/// "to the end of the file", which is −1.
pub(crate) fn push_lock_length(out: &mut String, length: i64, fidelity: Fidelity) {
    match fidelity {
        Fidelity::Procmon => push_grouped_signed(out, i64::from(length as u32)),
        Fidelity::Corrected => push_grouped_signed(out, length),
    }
}

/// Whether a query has no name yet in the Procmon that exports: those up to
/// 3.60 do not know the newest information classes.
pub(crate) fn is_later_query(exporter: Exporter, operation: u16, class: u8) -> bool {
    const FIRST_LATER: u8 = 71;
    exporter < Exporter::V3_61
        && operation == super::operation::file_code::QUERY_INFORMATION
        && class >= FIRST_LATER
}

/// What old Procmon versions call the setting of a file's allocation.
pub(crate) const OLD_ALLOCATION_NAME: &str = "SetAllInformationFile";

/// Whether a set operation has the older name: Procmon that wrote version 7
/// files took the class for "all information".
pub(crate) fn is_old_allocation(version: u32, operation: u16, class: u8) -> bool {
    const ALLOCATION: u8 = 19;
    version < 9 && operation == super::operation::file_code::SET_INFORMATION && class == ALLOCATION
}
