//! Where Procmon's text differs from what the capture holds.
//!
//! Each mistake is in one function or constant, so that both texts can be made:
//! [`Fidelity::Procmon`] for Procmon's, [`Fidelity::Corrected`] for the right one.

use super::bytes::{Bytes, PointerWidth};
use super::exporter::Exporter;
use super::rendering::Fidelity;
use super::text::{push_date_and_time, push_grouped_signed, push_number};
use crate::time::Zone;

/// The most characters in the listing of a directory.
pub(crate) const LISTING_CHARACTERS: usize = 4096;

/// The data of a REG_QWORD: Procmon prints nothing.
pub(crate) fn push_qword(out: &mut String, data: Bytes<'_>, fidelity: Fidelity) {
    if fidelity == Fidelity::Corrected
        && let Some(value) = data.u64(0)
    {
        push_number(out, value);
    }
}

/// How many bytes of binary data Procmon assumes in a value that was returned with its
/// name (KEY_VALUE_FULL_INFORMATION): it subtracts the size of the structure, but not
/// that of the name.
pub(crate) fn full_value_bytes(returned: usize, fidelity: Fidelity) -> Option<usize> {
    const STRUCTURE: usize = 24;
    match fidelity {
        Fidelity::Procmon => Some(returned.saturating_sub(STRUCTURE)),
        Fidelity::Corrected => None,
    }
}

/// The bytes of a REG_BINARY that are printed. The driver records at most 16; if Procmon
/// assumes too many, it also prints the beginning of the next event.
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

/// The bytes that the strings of a REG_MULTI_SZ are read from: Procmon also looks for the
/// last NUL in the bytes after the data.
pub(crate) fn strings<'a>(captured: Bytes<'a>, onward: Bytes<'a>, fidelity: Fidelity) -> &'a [u8] {
    // The next event has zeros, so a NUL is never far. In a forged file it may be.
    const MOST_AFTER: usize = 4096;
    match fidelity {
        Fidelity::Procmon => onward.0.get(..captured.len() + MOST_AFTER).unwrap_or(onward.0),
        Fidelity::Corrected => captured.0,
    }
}

/// The allocation size of a `CreateFile`: on 32-bit Windows Procmon prints the upper half
/// of the number, as if the field were aligned to eight bytes.
pub(crate) fn allocation_size(block: Bytes<'_>, width: PointerWidth, fidelity: Fidelity) -> i64 {
    match (width, fidelity) {
        (PointerWidth::Bits64, _) => block.i64(0x38).unwrap_or(0),
        (PointerWidth::Bits32, Fidelity::Procmon) => i64::from(block.u32(0x28).unwrap_or(0)),
        (PointerWidth::Bits32, Fidelity::Corrected) => block.i64(0x24).unwrap_or(0),
    }
}

/// The offset of the page protection of `CreateFileMapping`: on 64-bit Windows Procmon
/// reads the next word, which is half of a pointer.
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

/// Whether a query has no name in the Procmon that exports: versions up to 3.60 do not
/// know the newest information classes.
pub(crate) fn is_later_query(exporter: Exporter, operation: u16, class: u8) -> bool {
    const FIRST_LATER: u8 = 71;
    exporter < Exporter::V3_61
        && operation == super::operation::file_code::QUERY_INFORMATION
        && class >= FIRST_LATER
}

/// The name in old Procmon versions for setting a file's allocation.
pub(crate) const OLD_ALLOCATION_NAME: &str = "SetAllInformationFile";

/// Whether a set operation has the old name: the Procmon versions that wrote version 7
/// files took its class for "all information".
pub(crate) fn is_old_allocation(version: u32, operation: u16, class: u8) -> bool {
    const ALLOCATION: u8 = 19;
    version < 9 && operation == super::operation::file_code::SET_INFORMATION && class == ALLOCATION
}
