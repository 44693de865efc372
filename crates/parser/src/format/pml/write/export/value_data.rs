//! The data of registry values.

use super::Encoded;
use super::values::ItemValues;
use super::words::place;
use crate::format::pml::write::put::{Put, set};
use crate::pml::detail::TYPES;

mod kind {
    pub(super) const SZ: u32 = 1;
    pub(super) const EXPAND_SZ: u32 = 2;
    pub(super) const BINARY: u32 = 3;
    pub(super) const DWORD: u32 = 4;
    pub(super) const DWORD_BIG_ENDIAN: u32 = 5;
    pub(super) const MULTI_SZ: u32 = 7;
}

/// The driver records at most this many bytes of a binary value.
const BINARY_BYTES: usize = 16;

fn kind_of(text: &str) -> u32 {
    let number = || text.strip_prefix("<Unknown: ")?.strip_suffix('>')?.parse().ok();
    place(text, &TYPES).or_else(number).unwrap_or(u32::MAX)
}

/// Writes the structure that a query of a value returned, and returns its information
/// class. `None` if nothing was returned.
pub(super) fn put_value(items: &ItemValues<'_>, name: &str, out: &mut Encoded) -> Option<u32> {
    const BASIC: u32 = 0;
    const FULL: u32 = 1;
    const PARTIAL: u32 = 2;
    let kind = kind_of(items.text("Type")?);
    let name_len = 2 * name.encode_utf16().count() as u32;
    let returned = out.returned();
    returned.put_u32(0);
    returned.put_u32(kind);
    if !items.has("Length") {
        returned.put_u32(name_len);
        returned.put_wide(name);
        return Some(BASIC);
    }
    let len = items.word("Length");
    let data = data(kind, len, items.text("Data"));
    let is_full = items.has("Name");
    if is_full {
        returned.put_u32(20 + name_len);
    }
    returned.put_u32(len);
    if is_full {
        returned.put_u32(name_len);
        returned.put_wide(name);
    }
    returned.extend_from_slice(&data);
    if items.has("Data") {
        end_of_list(kind, returned);
    }
    let asked = returned.len() as u32;
    set(&mut out.detail, 4, &asked.to_le_bytes());
    Some(if is_full { FULL } else { PARTIAL })
}

/// Type, size and data of `RegSetValue`.
pub(super) fn put_set_value(items: &ItemValues<'_>, detail: &mut Vec<u8>) {
    let kind = kind_of(items.text("Type").unwrap_or_default());
    let len = items.word("Length");
    let data = data(kind, len, items.text("Data"));
    let data = data.get(..usize::from(u16::MAX)).unwrap_or(&data);
    set(detail, 4, &kind.to_le_bytes());
    set(detail, 8, &len.to_le_bytes());
    set(detail, 12, &(data.len() as u16).to_le_bytes());
    detail.extend_from_slice(data);
    if items.has("Data") {
        end_of_list(kind, detail);
    }
}

/// Ends a list of strings that was cut. Without an end, a reader would continue into the
/// next event.
fn end_of_list(kind: u32, out: &mut Vec<u8>) {
    if kind == kind::MULTI_SZ {
        out.put_u16(0);
    }
}

/// The bytes that are shown as this text, as far as the text shows them.
fn data(kind: u32, len: u32, text: Option<&str>) -> Vec<u8> {
    let mut out = Vec::new();
    let Some(text) = text else { return out };
    match kind {
        kind::SZ | kind::EXPAND_SZ => {
            out.put_wide(text);
            out.put_u16(0);
        }
        kind::MULTI_SZ => put_strings(&mut out, text, len),
        kind::DWORD => out.put_u32(text.parse().unwrap_or(0)),
        kind::DWORD_BIG_ENDIAN => out.put_u32(text.parse().unwrap_or(0u32).swap_bytes()),
        kind::BINARY => {
            let byte = |hex: &str| u8::from_str_radix(hex, 16).ok();
            out.extend(text.split(' ').take(BINARY_BYTES).map_while(byte));
        }
        _ => {}
    }
    out.truncate(len as usize);
    out
}

/// The strings of a list. A string may itself contain `, `; the length of the data shows
/// how many strings there are, but not where they end.
fn put_strings(out: &mut Vec<u8>, text: &str, len: u32) {
    let characters = text.encode_utf16().count();
    let pieces: Vec<&str> = text.split(", ").collect();
    // Each string has its characters and a NUL, and the list ends with another NUL. In
    // the text, `, ` stands between two strings.
    let units = len as usize / 2;
    let strings = (characters + 3).saturating_sub(units).clamp(1, pieces.len());
    let (single, rest) = pieces.split_at(strings - 1);
    for piece in single {
        out.put_wide(piece);
        out.put_u16(0);
    }
    out.put_wide(&rest.join(", "));
    out.put_u16(0);
    out.put_u16(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_tells_how_many_strings_a_list_has() {
        assert_eq!(data(kind::MULTI_SZ, 10, Some("a, b")), b"a\0\0\0b\0\0\0\0\0");
        assert_eq!(data(kind::MULTI_SZ, 12, Some("a, b")), b"a\0,\0 \0b\0\0\0\0\0");
    }

    #[test]
    fn no_more_is_written_than_the_driver_records() {
        let long = ["0A"; 40].join(" ");
        assert_eq!(data(kind::BINARY, 40, Some(&long)), [10; 16]);
        assert_eq!(data(kind::SZ, 4, Some("ab")), b"a\0b\0");
        assert_eq!(kind_of("<Unknown: 4294901777>"), 4_294_901_777);
    }
}
