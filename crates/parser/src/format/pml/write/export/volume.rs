//! What is queried of a volume.

use super::words::{bits, place};
use super::{Encoded, Request};
use crate::format::pml::write::put::Put;
use crate::pml::access::FILE_SYSTEM_ATTRIBUTES;

pub(super) fn query(request: &Request<'_>, out: &mut Encoded) {
    let items = &request.items;
    if items.is_empty() {
        return;
    }
    let units: &[&str] = match request.code.sub {
        1 => return volume(request, out.returned()),
        3 => &["TotalAllocationUnits", "AvailableAllocationUnits"],
        5 => return attributes(request, out.returned()),
        7 => &[
            "TotalAllocationUnits",
            "CallerAvailableAllocationUnits",
            "ActualAvailableAllocationUnits",
        ],
        8 => return object_id(request, out.returned()),
        _ => return,
    };
    for key in units {
        out.returned().put_u64(items.number(key) as u64);
    }
    out.returned().put_u32(items.word("SectorsPerAllocationUnit"));
    out.returned().put_u32(items.word("BytesPerSector"));
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    out.put_u32(2 * name.encode_utf16().count() as u32);
}

fn volume(request: &Request<'_>, out: &mut Vec<u8>) {
    let items = &request.items;
    let label = items.text("VolumeLabel").unwrap_or_default();
    let serial = items.text("VolumeSerialNumber").unwrap_or_default().replace('-', "");
    out.put_u64(items.date("VolumeCreationTime") as u64);
    out.put_u32(u32::from_str_radix(&serial, 16).unwrap_or(0));
    put_name(out, label);
    out.push(items.flag("SupportsObjects"));
    out.push(0);
    out.put_wide(label);
}

fn attributes(request: &Request<'_>, out: &mut Vec<u8>) {
    let items = &request.items;
    let name = items.text("FileSystemName").unwrap_or_default();
    let text = items.text("FileSystemAttributes").unwrap_or_default();
    out.put_u32(bits(text, &FILE_SYSTEM_ATTRIBUTES));
    out.put_u32(items.word("MaximumComponentNameLength"));
    put_name(out, name);
    out.put_wide(name);
}

fn object_id(request: &Request<'_>, out: &mut Vec<u8>) {
    const DIGITS: [&str; 16] =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F"];
    let text = request.items.text("ObjectId").unwrap_or_default();
    let digits: Vec<u8> =
        text.split("").filter_map(|digit| place(digit, &DIGITS)).map(|digit| digit as u8).collect();
    out.extend(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]));
    // 48 bytes follow that are not shown.
    out.put_zeros(48);
}
