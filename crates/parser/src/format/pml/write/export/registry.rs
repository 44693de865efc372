//! Details of registry operations.

use super::values::Items;
use super::words::{key_access, place};
use super::{Encoded, Request, value_data};
use crate::format::pml::write::put::{Put, set};
use crate::format::pml::write::text::put_text;
use crate::pml::detail::{KEY_CLASSES, SET_CLASSES, registry_code as code, registry_path_at};

pub(super) fn encode(request: &Request<'_>) -> Encoded {
    let operation = request.code.operation;
    let mut detail = vec![0; registry_path_at(operation)];
    let descriptor = put_text(&mut detail, request.path);
    set(&mut detail, 0, &descriptor.to_le_bytes());
    let mut out = Encoded::new(detail);
    let items = &request.items;
    match operation {
        code::OPEN | code::CREATE => open(request, &mut out),
        code::QUERY_KEY => query_key(items, &mut out),
        code::QUERY_VALUE => {
            set_length(items, &mut out, 8);
            if let Some(class) = value_data::put_value(items, "", &mut out) {
                set(&mut out.detail, 8, &class.to_le_bytes());
            }
        }
        code::ENUM_VALUE => {
            set_index(items, &mut out);
            let name = items.text("Name").unwrap_or_default();
            if let Some(class) = value_data::put_value(items, name, &mut out) {
                set(&mut out.detail, 12, &class.to_le_bytes());
            }
        }
        code::ENUM_KEY => {
            set_index(items, &mut out);
            if let Some(name) = items.text("Name") {
                put_name(out.returned(), name, 12, 16);
            }
        }
        code::SET_VALUE => value_data::put_set_value(items, &mut out.detail),
        code::SET_INFO => {
            let class = items.text("KeySetInformationClass").unwrap_or_default();
            let class = place(class, &SET_CLASSES).unwrap_or(u32::MAX);
            let length = items.word("Length");
            let captured = u16::try_from(length).unwrap_or(u16::MAX);
            set(&mut out.detail, 4, &class.to_le_bytes());
            set(&mut out.detail, 8, &length.to_le_bytes());
            set(&mut out.detail, 12, &captured.to_le_bytes());
            // What was set is not in the text.
            out.detail.put_zeros(usize::from(captured));
        }
        code::LOAD | code::RENAME => {
            let second = items.text("Hive Path").or(items.text("New Name")).unwrap_or_default();
            let descriptor = put_text(&mut out.detail, second);
            set(&mut out.detail, 2, &descriptor.to_le_bytes());
        }
        _ => {}
    }
    out
}

/// The size of the caller's buffer, which the text has only where nothing was
/// returned; `class_at` is where a class goes that fits.
fn set_length(items: &Items<'_>, out: &mut Encoded, class_at: usize) {
    const PARTIAL: u32 = 2;
    set(&mut out.detail, 4, &items.word("Length").to_le_bytes());
    set(&mut out.detail, class_at, &PARTIAL.to_le_bytes());
}

fn set_index(items: &Items<'_>, out: &mut Encoded) {
    set(&mut out.detail, 4, &items.word("Length").to_le_bytes());
    set(&mut out.detail, 8, &items.word("Index").to_le_bytes());
}

fn open(request: &Request<'_>, out: &mut Encoded) {
    const CREATED: u32 = 1;
    const OPENED: u32 = 2;
    let items = &request.items;
    let asked = key_access(items.text("Desired Access").unwrap_or_default());
    set(&mut out.detail, 4, &asked.to_le_bytes());
    let granted = items.text("Granted Access").map(key_access);
    let disposition = items.text("Disposition").map(|text| match text {
        "REG_CREATED_NEW_KEY" => CREATED,
        _ => OPENED,
    });
    if granted.is_some() || disposition.is_some() {
        out.returned().put_u32(granted.unwrap_or(0));
        out.returned().put_u32(disposition.unwrap_or(0));
    }
}

fn put_name(returned: &mut Vec<u8>, name: &str, len_at: usize, at: usize) {
    returned.resize(at, 0);
    set(returned, len_at, &(2 * name.encode_utf16().count() as u32).to_le_bytes());
    returned.put_wide(name);
}

fn query_key(items: &Items<'_>, out: &mut Encoded) {
    let query = items.text("Query").unwrap_or_default();
    let number = query.strip_prefix("<Unknown: ").and_then(|rest| rest.strip_suffix('>'));
    let class = place(query, &KEY_CLASSES).or_else(|| number?.parse().ok()).unwrap_or(0);
    set(&mut out.detail, 4, &items.word("Length").to_le_bytes());
    set(&mut out.detail, 8, &class.to_le_bytes());
    if items.has("Length") {
        return;
    }
    let name = items.text("Name").unwrap_or_default();
    let returned = out.returned();
    match class {
        0 => put_name(returned, name, 12, 16),
        1 => put_name(returned, name, 20, 24),
        2 => put_counts(returned, items, [0x2C, 0x14, 0x20]),
        4 => put_counts(returned, items, [0x28, 0x0C, 0x14]),
        5 => returned.put_u32(items.hex("UserFlags") as u32),
        7 => returned.put_u32(items.hex("HandleTags") as u32),
        // Something was returned that is not shown.
        _ => returned.put_u32(0),
    }
}

/// A structure with two counts: its size, and where they are in it.
fn put_counts(returned: &mut Vec<u8>, items: &Items<'_>, [size, keys, values]: [usize; 3]) {
    returned.resize(size, 0);
    set(returned, keys, &items.word("SubKeys").to_le_bytes());
    set(returned, values, &items.word("Values").to_le_bytes());
}
