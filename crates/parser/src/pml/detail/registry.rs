//! Registry operations.

use super::registry_data::{Data, push_type};
use super::{Items, Source};
use crate::pml::access::push_key_access;
use crate::pml::bytes::Bytes;
use crate::pml::quirks;
use crate::pml::strings::{Descriptor, RawText, push_wide};
use crate::pml::text::push_number;

/// Operation codes.
pub(crate) mod code {
    pub(crate) const OPEN: u16 = 0;
    pub(crate) const CREATE: u16 = 1;
    pub(crate) const QUERY_KEY: u16 = 3;
    pub(crate) const SET_VALUE: u16 = 4;
    pub(crate) const QUERY_VALUE: u16 = 5;
    pub(crate) const ENUM_VALUE: u16 = 6;
    pub(crate) const ENUM_KEY: u16 = 7;
    pub(crate) const SET_INFO: u16 = 8;
    pub(crate) const LOAD: u16 = 12;
    pub(crate) const RENAME: u16 = 14;
    pub(crate) const RESTORE: u16 = 19;
}

/// The option "as much as I may have", for which the granted rights are shown.
const MAXIMUM_ALLOWED: u32 = 0x200_0000;

/// Where the path begins; the descriptor is always the first two bytes.
pub(crate) fn path_at(operation: u16) -> usize {
    match operation {
        code::OPEN | code::CREATE | code::RESTORE => 8,
        code::QUERY_KEY | code::QUERY_VALUE => 12,
        code::ENUM_KEY | code::ENUM_VALUE | code::SET_VALUE | code::SET_INFO => 16,
        code::LOAD | code::RENAME => 4,
        _ => 2,
    }
}

/// The key or value of the event.
pub(crate) fn path(operation: u16, detail: Bytes<'_>) -> RawText<'_> {
    let descriptor = Descriptor(detail.u16(0).unwrap_or(0));
    RawText::read(detail, path_at(operation), descriptor)
}

/// For a successful `RegCreateKey`: whether the key is new. `None` where the
/// capture does not say.
pub(crate) fn created_key(returned: Option<Bytes<'_>>) -> Option<bool> {
    match returned?.u32(4)? {
        1 => Some(true),
        2 => Some(false),
        _ => None,
    }
}

pub(super) fn push(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    match source.header.operation {
        code::OPEN | code::CREATE => open(items, source),
        code::QUERY_KEY => query_key(items, source),
        code::QUERY_VALUE => query_value(items, source),
        code::ENUM_KEY => enum_key(items, source),
        code::ENUM_VALUE => enum_value(items, source),
        code::SET_VALUE => set_value(items, source),
        code::SET_INFO => set_info(items, detail),
        code::LOAD => second_text(items.key("Hive Path"), detail),
        code::RENAME => second_text(items.key("New Name"), detail),
        _ => {}
    }
}

fn open(items: &mut Items<'_>, source: &Source<'_>) {
    let asked = source.detail().u32(4).unwrap_or(0);
    push_key_access(items.key("Desired Access"), asked);
    let returned = source.returned();
    if source.header.status != 0 {
        return;
    }
    if asked == MAXIMUM_ALLOWED
        && let Some(granted) = returned.u32(0)
    {
        push_key_access(items.key("Granted Access"), granted);
    }
    if source.header.operation == code::CREATE
        && let Some(created) = created_key(source.parts.extra)
    {
        let text = if created { "REG_CREATED_NEW_KEY" } else { "REG_OPENED_EXISTING_KEY" };
        items.text("Disposition", text);
    }
}

/// How a KEY_INFORMATION_CLASS is called.
fn key_class(class: u32) -> Option<&'static str> {
    KEY_CLASSES.get(class as usize).copied()
}

pub(crate) const KEY_CLASSES: [&str; 10] = [
    "Basic",
    "Node",
    "Full",
    "Name",
    "Cached",
    "Flags",
    "Virtualization",
    "HandleTags",
    "Trust",
    "Layer",
];

fn query_key(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    let (length, class) = (detail.u32(4).unwrap_or(0), detail.u32(8).unwrap_or(0));
    match key_class(class) {
        Some(name) => items.text("Query", name),
        None => {
            let out = items.key("Query");
            out.push_str("<Unknown: ");
            push_number(out, u64::from(class));
            out.push('>');
        }
    }
    let Some(returned) = source.parts.extra.filter(|returned| returned.len() > 0) else {
        return items.grouped("Length", length);
    };
    match class {
        0 => sized_name(items.key("Name"), returned, 12, 16),
        1 => sized_name(items.key("Name"), returned, 20, 24),
        2 => counts(items, returned, 0x14, 0x20),
        4 => counts(items, returned, 0x0C, 0x14),
        5 => items.hex("UserFlags", returned.u32(0).unwrap_or(0)),
        7 => items.hex("HandleTags", returned.u32(0).unwrap_or(0)),
        _ => {}
    }
}

fn counts(items: &mut Items<'_>, returned: Bytes<'_>, keys_at: usize, values_at: usize) {
    items.grouped("SubKeys", returned.u32(keys_at).unwrap_or(0));
    items.grouped("Values", returned.u32(values_at).unwrap_or(0));
}

/// Appends a name whose length in bytes stands before it, as much as is there.
fn sized_name(out: &mut String, returned: Bytes<'_>, len_at: usize, at: usize) {
    let len = returned.u32(len_at).unwrap_or(0) as usize;
    let rest = returned.from(at).0;
    push_wide(out, rest.get(..len).unwrap_or(rest));
}

fn query_value(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    match source.parts.extra.filter(|returned| returned.len() > 0) {
        None => items.grouped("Length", detail.u32(4).unwrap_or(0)),
        Some(returned) => value(items, source, detail.u32(8).unwrap_or(0), returned),
    }
}

fn enum_key(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    items.grouped("Index", detail.u32(8).unwrap_or(0));
    match source.parts.extra.filter(|returned| returned.len() > 0) {
        None => items.grouped("Length", detail.u32(4).unwrap_or(0)),
        Some(returned) => match detail.u32(12).unwrap_or(0) {
            0 => sized_name(items.key("Name"), returned, 12, 16),
            1 => sized_name(items.key("Name"), returned, 20, 24),
            _ => {}
        },
    }
}

fn enum_value(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    items.grouped("Index", detail.u32(8).unwrap_or(0));
    match source.parts.extra.filter(|returned| returned.len() > 0) {
        None => items.grouped("Length", detail.u32(4).unwrap_or(0)),
        Some(returned) => {
            let class = detail.u32(12).unwrap_or(0);
            match class {
                0 => sized_name(items.key("Name"), returned, 8, 12),
                1 | 3 => sized_name(items.key("Name"), returned, 16, 20),
                _ => {}
            }
            value(items, source, class, returned);
        }
    }
}

/// A KEY_VALUE_*_INFORMATION: type, length and data.
fn value(items: &mut Items<'_>, source: &Source<'_>, class: u32, returned: Bytes<'_>) {
    // Where type, data length and data are; the 64-bit aligned partial class
    // lacks the title index in front.
    let (kind_at, len_at, data_at) = match class {
        0 => return push_type(items.key("Type"), returned.u32(4).unwrap_or(0)),
        1 | 3 => (4, 12, returned.u32(8).unwrap_or(0) as usize),
        4 => (0, 4, 8),
        _ => (4, 8, 12),
    };
    let kind = returned.u32(kind_at).unwrap_or(0);
    let len = returned.u32(len_at).unwrap_or(0);
    push_type(items.key("Type"), kind);
    items.grouped("Length", len);
    let data = Data {
        kind,
        len,
        captured: returned.from(data_at),
        onward: source.parts.extra_onward.from(data_at),
        believed: match class {
            1 | 3 => quirks::full_value_bytes(returned.len(), source.fidelity),
            _ => None,
        },
    };
    data.push(items, source.fidelity);
}

fn set_value(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    let kind = detail.u32(4).unwrap_or(0);
    let len = detail.u32(8).unwrap_or(0);
    push_type(items.key("Type"), kind);
    items.grouped("Length", len);
    // Sixteen bits only: what follows them is left-over memory.
    let captured = usize::from(detail.u16(12).unwrap_or(0));
    let data_at = 16 + path(code::SET_VALUE, detail).byte_len();
    let rest = detail.from(data_at);
    let data = Data {
        kind,
        len,
        captured: Bytes(rest.0.get(..captured).unwrap_or(rest.0)),
        onward: source.parts.detail_onward.from(data_at),
        believed: None,
    };
    data.push(items, source.fidelity);
}

/// How a KEY_SET_INFORMATION_CLASS is called.
pub(crate) const SET_CLASSES: [&str; 7] = [
    "KeyWriteTimeInformation",
    "KeyWow64FlagsInformation",
    "KeyControlFlagsInformation",
    "KeySetVirtualizationInformation",
    "KeySetDebugInformation",
    "KeySetHandleTagsInformation",
    "KeySetLayerInformation",
];

fn set_info(items: &mut Items<'_>, detail: Bytes<'_>) {
    let class = detail.u32(4).unwrap_or(0);
    match SET_CLASSES.get(class as usize) {
        Some(name) => items.text("KeySetInformationClass", name),
        None => items.text("KeySetInformationClass", crate::pml::record::UNKNOWN),
    }
    // The number of bytes recorded, not the length that was asked for at 8.
    items.grouped("Length", detail.u16(12).unwrap_or(0));
}

fn second_text(out: &mut String, detail: Bytes<'_>) {
    let first = Descriptor(detail.u16(0).unwrap_or(0));
    let second = Descriptor(detail.u16(2).unwrap_or(0));
    RawText::read(detail, 4 + first.byte_len(), second).push_to(out);
}
