//! What is queried of and set on a file.

use super::values::Items;
use super::words::{attributes, bits, file_access};
use super::{Encoded, Request};
use crate::format::pml::write::put::{Put, set};
use crate::format::pml::write::text::put_text;
use crate::pml::access::{CREATE_OPTIONS, DISPOSITION_FLAGS, RENAME_FLAGS};

fn attribute_bits(items: &Items<'_>, key: &str) -> u32 {
    items.text(key).and_then(attributes).unwrap_or(0)
}

fn put_times(out: &mut Vec<u8>, items: &Items<'_>) {
    for key in ["CreationTime", "LastAccessTime", "LastWriteTime", "ChangeTime"] {
        out.put_u64(items.date(key) as u64);
    }
}

/// FILE_BASIC_INFORMATION, 40 bytes.
fn put_basic(out: &mut Vec<u8>, items: &Items<'_>) {
    put_times(out, items);
    out.put_u32(attribute_bits(items, "FileAttributes"));
    out.put_u32(0);
}

/// FILE_STANDARD_INFORMATION, 24 bytes.
fn put_standard(out: &mut Vec<u8>, items: &Items<'_>) {
    out.put_u64(items.number("AllocationSize") as u64);
    out.put_u64(items.number("EndOfFile") as u64);
    out.put_u32(items.word("NumberOfLinks"));
    out.push(items.flag("DeletePending"));
    out.push(items.flag("Directory"));
    out.put_u16(0);
}

/// What was returned; a query that returned nothing has no Detail.
pub(super) fn query(request: &Request<'_>, out: &mut Encoded) {
    let items = &request.items;
    if items.is_empty() {
        return;
    }
    let grouped = |out: &mut Encoded, key| out.returned().put_u64(items.number(key) as u64);
    match request.code.sub {
        4 => put_basic(out.returned(), items),
        5 => put_standard(out.returned(), items),
        6 => out.returned().put_u64(items.hex("IndexNumber")),
        7 => out.returned().put_u32(items.word("EaSize")),
        9 => {
            let name = items.text("Name").unwrap_or_default();
            let returned = out.returned();
            returned.put_u32(2 * name.encode_utf16().count() as u32);
            returned.put_wide(name);
        }
        14 => grouped(out, "Position"),
        18 => all(items, out),
        20 => grouped(out, "EndOfFile"),
        34 => network_open(request, out),
        35 => {
            out.returned().put_u32(attribute_bits(items, "Attributes"));
            out.returned().put_u32(items.hex("ReparseTag") as u32);
        }
        39 => grouped(out, "ValidDataLength"),
        _ => {}
    }
}

/// FILE_ALL_INFORMATION without the name at its end.
fn all(items: &Items<'_>, out: &mut Encoded) {
    const ALIGNMENTS: [&str; 10] = [
        "Byte", "Word", "Long", "Quad", "Octa", "32 Byte", "64 Byte", "128 Byte", "256 Byte",
        "512 Byte",
    ];
    let returned = out.returned();
    put_basic(returned, items);
    put_standard(returned, items);
    returned.put_u64(items.hex("IndexNumber"));
    returned.put_u32(items.word("EaSize"));
    returned.put_u32(file_access(items.text("Access").unwrap_or_default()));
    returned.put_u64(items.number("Position") as u64);
    returned.put_u32(bits(items.text("Mode").unwrap_or_default(), &CREATE_OPTIONS));
    let alignment = items.text("AlignmentRequirement").unwrap_or_default();
    let power = super::words::place(alignment, &ALIGNMENTS).unwrap_or(31);
    returned.put_u32((1u32 << power).wrapping_sub(1));
}

/// FILE_NETWORK_OPEN_INFORMATION. Procmon prints its sizes as dates, but for
/// `QueryOpen` as numbers.
pub(super) fn network_open(request: &Request<'_>, out: &mut Encoded) {
    let items = &request.items;
    if items.is_empty() {
        return;
    }
    let returned = out.returned();
    put_times(returned, items);
    for key in ["AllocationSize", "EndOfFile"] {
        let text = items.text(key).unwrap_or_default();
        let size = super::values::signed(text).or_else(|| items.dates.read(text));
        returned.put_u64(size.unwrap_or(0) as u64);
    }
    returned.put_u32(attribute_bits(items, "FileAttributes"));
    returned.put_u32(0);
}

/// What was asked for.
pub(super) fn set_information(request: &Request<'_>, out: &mut Encoded) {
    let items = &request.items;
    let mut asked = Vec::new();
    let mut after = Vec::new();
    match request.code.sub {
        4 => put_basic(&mut asked, items),
        10 | 11 | 65 | 66 => rename(request, &mut asked, &mut after),
        13 => asked.push(items.flag("Delete")),
        14 => asked.put_u64(items.number("Position") as u64),
        19 => asked.put_u64(items.number("AllocationSize") as u64),
        20 => asked.put_u64(items.number("EndOfFile") as u64),
        39 => asked.put_u64(items.number("ValidDataLength") as u64),
        64 => asked.put_u32(bits(items.text("Flags").unwrap_or_default(), &DISPOSITION_FLAGS)),
        _ => {}
    }
    let detail = &mut out.detail;
    set(detail, 0x10, &(asked.len() as u32).to_le_bytes());
    set(detail, request.width.pick(0x18, 0x14), &u32::from(request.code.sub).to_le_bytes());
    detail.append(&mut asked);
    detail.append(&mut after);
}

/// FILE_RENAME_INFORMATION; behind it the destination in the form of the text.
fn rename(request: &Request<'_>, asked: &mut Vec<u8>, after: &mut Vec<u8>) {
    let (items, width) = (&request.items, request.width);
    if items.is_empty() {
        return;
    }
    match request.code.sub {
        10 | 11 => asked.put_u32(u32::from(items.flag("ReplaceIfExists"))),
        _ => asked.put_u32(bits(items.text("Flags").unwrap_or_default(), &RENAME_FLAGS)),
    }
    let name = items.text("FileName").unwrap_or_default();
    // A name with a drive is asked for in the form of the object manager.
    let has_drive = name.as_bytes().get(1..3) == Some(b":\\");
    let asked_name = if has_drive { format!("\\??\\{name}") } else { name.to_string() };
    asked.put_zeros(width.pick(4, 0));
    asked.put_pointer(0, width);
    asked.put_u32(2 * asked_name.encode_utf16().count() as u32);
    asked.put_wide(&asked_name);
    asked.put_u16(0);
    let mut text = Vec::new();
    after.put_u16(put_text(&mut text, name));
    after.append(&mut text);
}
