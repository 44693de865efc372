//! Information that is queried from a file or set on it: the `FILE_*_INFORMATION`
//! structures.

use super::{DetailInput, Items};
use crate::pml::access::{
    CREATE_OPTIONS, DISPOSITION_FLAGS, push_attributes, push_file_access, push_words,
    push_words_and_rest,
};
use crate::pml::bytes::Bytes;
use crate::pml::quirks;
use crate::pml::strings::push_wide;
use crate::pml::text::{push_date_and_time, push_grouped_signed};

/// A query: prints the returned data, or nothing if there is none.
pub(super) fn push_query(items: &mut Items<'_>, source: &DetailInput<'_>, class: u8) {
    let Some(returned) = source.parts.extra.filter(|returned| returned.len() > 0) else {
        return;
    };
    match class {
        4 => basic(items, source, returned),
        5 => standard(items, returned),
        6 => items.hex("IndexNumber", returned.u64(0).unwrap_or(0)),
        7 => items.grouped("EaSize", returned.u32(0).unwrap_or(0)),
        9 => name(items, returned),
        14 => grouped(items, "Position", returned, 0),
        18 => all(items, source, returned),
        20 => grouped(items, "EndOfFile", returned, 0),
        34 => network_open(items, source, returned),
        35 => {
            push_attributes(items.key("Attributes"), returned.u32(0).unwrap_or(0));
            items.hex("ReparseTag", returned.u32(4).unwrap_or(0));
        }
        39 => grouped(items, "ValidDataLength", returned, 0),
        // Procmon prints nothing for stream, id, normalized name, remote protocol and the
        // rest, whatever they return.
        _ => {}
    }
}

/// A set operation: prints the requested change.
pub(super) fn push_set(items: &mut Items<'_>, source: &DetailInput<'_>, class: u8, set: Bytes<'_>) {
    match class {
        4 => basic(items, source, set),
        13 => items.flag("Delete", set.u8(0).unwrap_or(0)),
        14 => grouped(items, "Position", set, 0),
        19 => grouped(items, "AllocationSize", set, 0),
        20 => grouped(items, "EndOfFile", set, 0),
        39 => grouped(items, "ValidDataLength", set, 0),
        64 => {
            let flags = set.u32(0).unwrap_or(0);
            push_words_and_rest(items.key("Flags"), flags, &DISPOSITION_FLAGS);
        }
        _ => {}
    }
}

fn grouped(items: &mut Items<'_>, key: &str, bytes: Bytes<'_>, at: usize) {
    push_grouped_signed(items.key(key), bytes.i64(at).unwrap_or(0));
}

/// The four times at the beginning of several structures.
fn times(items: &mut Items<'_>, source: &DetailInput<'_>, bytes: Bytes<'_>) {
    const KEYS: [&str; 4] = ["CreationTime", "LastAccessTime", "LastWriteTime", "ChangeTime"];
    let zone = source.file_zone();
    for (place, key) in KEYS.into_iter().enumerate() {
        let time = bytes.i64(8 * place).unwrap_or(0);
        push_date_and_time(items.key(key), time, &zone);
    }
}

fn basic(items: &mut Items<'_>, source: &DetailInput<'_>, bytes: Bytes<'_>) {
    times(items, source, bytes);
    push_attributes(items.key("FileAttributes"), bytes.u32(0x20).unwrap_or(0));
}

fn standard(items: &mut Items<'_>, bytes: Bytes<'_>) {
    grouped(items, "AllocationSize", bytes, 0);
    grouped(items, "EndOfFile", bytes, 8);
    items.grouped("NumberOfLinks", bytes.u32(16).unwrap_or(0));
    items.flag("DeletePending", bytes.u8(20).unwrap_or(0));
    items.flag("Directory", bytes.u8(21).unwrap_or(0));
}

fn name(items: &mut Items<'_>, bytes: Bytes<'_>) {
    let len = bytes.u32(0).unwrap_or(0) as usize;
    let rest = bytes.from(4).0;
    push_wide(items.key("Name"), rest.get(..len).unwrap_or(rest));
}

/// FILE_ALL_INFORMATION: eight structures in a row. Procmon does not print the last one,
/// the name.
fn all(items: &mut Items<'_>, source: &DetailInput<'_>, bytes: Bytes<'_>) {
    basic(items, source, bytes);
    standard(items, bytes.from(0x28));
    items.hex("IndexNumber", bytes.u64(0x40).unwrap_or(0));
    items.grouped("EaSize", bytes.u32(0x48).unwrap_or(0));
    push_file_access(items.key("Access"), bytes.u32(0x4C).unwrap_or(0));
    grouped(items, "Position", bytes, 0x50);
    push_words(items.key("Mode"), bytes.u32(0x58).unwrap_or(0), &CREATE_OPTIONS, ", ");
    let alignment = bytes.u32(0x5C).unwrap_or(0);
    items.text("AlignmentRequirement", alignment_name(alignment));
}

fn alignment_name(mask: u32) -> &'static str {
    match mask {
        0x0 => "Byte",
        0x1 => "Word",
        0x3 => "Long",
        0x7 => "Quad",
        0xF => "Octa",
        0x1F => "32 Byte",
        0x3F => "64 Byte",
        0x7F => "128 Byte",
        0xFF => "256 Byte",
        0x1FF => "512 Byte",
        _ => crate::pml::record::UNKNOWN,
    }
}

fn network_open(items: &mut Items<'_>, source: &DetailInput<'_>, bytes: Bytes<'_>) {
    times(items, source, bytes);
    for (key, at) in [("AllocationSize", 0x20), ("EndOfFile", 0x28)] {
        let size = bytes.i64(at).unwrap_or(0);
        let zone = source.file_zone();
        quirks::push_network_open_size(items.key(key), size, &zone, source.fidelity);
    }
    push_attributes(items.key("FileAttributes"), bytes.u32(0x30).unwrap_or(0));
}

/// `QueryOpen` that was answered from the cache: the same structure, with its sizes
/// printed correctly.
pub(super) fn push_query_open(items: &mut Items<'_>, source: &DetailInput<'_>) {
    const SIZE: usize = 0x34;
    let Some(bytes) = source.parts.extra.filter(|returned| returned.len() >= SIZE) else {
        return;
    };
    times(items, source, bytes);
    grouped(items, "AllocationSize", bytes, 0x20);
    grouped(items, "EndOfFile", bytes, 0x28);
    push_attributes(items.key("FileAttributes"), bytes.u32(0x30).unwrap_or(0));
}
