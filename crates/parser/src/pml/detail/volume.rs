//! Information that is queried from a volume: the `FILE_FS_*_INFORMATION` structures.

use super::{DetailInput, Items};
use crate::pml::access::{FILE_SYSTEM_ATTRIBUTES, push_words_and_rest};
use crate::pml::bytes::Bytes;
use crate::pml::strings::push_wide;
use crate::pml::text::{push_byte, push_date_and_time, push_grouped_signed};

pub(super) fn push_query(items: &mut Items<'_>, source: &DetailInput<'_>, class: u8) {
    let Some(returned) = source.parts.extra.filter(|returned| returned.len() > 0) else {
        return;
    };
    match class {
        1 => volume(items, source, returned),
        3 => units(items, returned, &["TotalAllocationUnits", "AvailableAllocationUnits"]),
        5 => attributes(items, returned),
        7 => units(
            items,
            returned,
            &[
                "TotalAllocationUnits",
                "CallerAvailableAllocationUnits",
                "ActualAvailableAllocationUnits",
            ],
        ),
        8 => {
            let out = items.key("ObjectId");
            for &byte in returned.0.iter().take(16) {
                push_byte(out, byte);
            }
        }
        _ => {}
    }
}

fn volume(items: &mut Items<'_>, source: &DetailInput<'_>, bytes: Bytes<'_>) {
    let created = bytes.i64(0).unwrap_or(0);
    push_date_and_time(items.key("VolumeCreationTime"), created, &source.file_zone());
    let serial = bytes.u32(8).unwrap_or(0).to_be_bytes();
    let out = items.key("VolumeSerialNumber");
    push_byte(out, serial[0]);
    push_byte(out, serial[1]);
    out.push('-');
    push_byte(out, serial[2]);
    push_byte(out, serial[3]);
    items.flag("SupportsObjects", bytes.u8(16).unwrap_or(0));
    let label_len = bytes.u32(12).unwrap_or(0) as usize;
    let label = bytes.from(18).0;
    push_wide(items.key("VolumeLabel"), label.get(..label_len).unwrap_or(label));
}

/// Numbers of allocation units, then the size of a unit.
fn units(items: &mut Items<'_>, bytes: Bytes<'_>, counts: &[&str]) {
    for (place, key) in counts.iter().enumerate() {
        push_grouped_signed(items.key(key), bytes.i64(8 * place).unwrap_or(0));
    }
    let rest = bytes.from(8 * counts.len());
    items.grouped("SectorsPerAllocationUnit", rest.u32(0).unwrap_or(0));
    items.grouped("BytesPerSector", rest.u32(4).unwrap_or(0));
}

fn attributes(items: &mut Items<'_>, bytes: Bytes<'_>) {
    let bits = bytes.u32(0).unwrap_or(0);
    push_words_and_rest(items.key("FileSystemAttributes"), bits, &FILE_SYSTEM_ATTRIBUTES);
    items.grouped("MaximumComponentNameLength", bytes.u32(4).unwrap_or(0));
    let name_len = bytes.u32(8).unwrap_or(0) as usize;
    let name = bytes.from(12).0;
    push_wide(items.key("FileSystemName"), name.get(..name_len).unwrap_or(name));
}
