//! The data of registry values.

use super::Items;
use crate::pml::bytes::Bytes;
use crate::pml::quirks;
use crate::pml::rendering::Fidelity;
use crate::pml::strings::{push_wide, push_wide_to_nul, wide_nul};
use crate::pml::text::{push_byte, push_number};

/// Types of values.
mod kind {
    pub(super) const NONE: u32 = 0;
    pub(super) const SZ: u32 = 1;
    pub(super) const EXPAND_SZ: u32 = 2;
    pub(super) const BINARY: u32 = 3;
    pub(super) const DWORD: u32 = 4;
    pub(super) const DWORD_BIG_ENDIAN: u32 = 5;
    pub(super) const LINK: u32 = 6;
    pub(super) const MULTI_SZ: u32 = 7;
    pub(super) const QWORD: u32 = 11;
}

/// The names of the types, by number.
pub(crate) const TYPES: [&str; 12] = [
    "REG_NONE",
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_DWORD_BIG_ENDIAN",
    "REG_LINK",
    "REG_MULTI_SZ",
    "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTOR",
    "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_QWORD",
];

/// Appends the name of a type.
pub(super) fn push_type(out: &mut String, kind: u32) {
    match TYPES.get(kind as usize) {
        Some(name) => out.push_str(name),
        None => {
            out.push_str("<Unknown: ");
            push_number(out, u64::from(kind));
            out.push('>');
        }
    }
}

/// The data of a value, as far as it was recorded.
pub(super) struct Data<'a> {
    pub(super) kind: u32,
    /// The real length, which can be more than what was recorded.
    pub(super) len: u32,
    pub(super) captured: Bytes<'a>,
    /// The file from the data on.
    pub(super) onward: Bytes<'a>,
    /// The number of bytes that Procmon wrongly assumes for binary data; `None` if it
    /// uses the right one.
    pub(super) believed: Option<usize>,
}

impl Data<'_> {
    /// Appends the item `Data`, if the value has data.
    pub(super) fn push(&self, items: &mut Items<'_>, fidelity: Fidelity) {
        if self.len == 0 || self.kind == kind::LINK || self.kind == kind::NONE {
            return;
        }
        // There can be more bytes than the value has, because the file pads them.
        let len = self.len as usize;
        let data = Bytes(self.captured.0.get(..len).unwrap_or(self.captured.0));
        // Nothing of the data was recorded, as when the buffer has room for the rest alone.
        let is_shown = matches!(
            self.kind,
            kind::SZ | kind::EXPAND_SZ | kind::MULTI_SZ | kind::DWORD | kind::DWORD_BIG_ENDIAN
        );
        if data.len() == 0 && is_shown {
            return;
        }
        let out = items.key("Data");
        match self.kind {
            kind::SZ | kind::EXPAND_SZ => push_wide_to_nul(out, data.0),
            kind::DWORD => push_number(out, u64::from(data.u32(0).unwrap_or(0))),
            kind::DWORD_BIG_ENDIAN => {
                push_number(out, u64::from(data.u32(0).unwrap_or(0).swap_bytes()));
            }
            kind::QWORD => quirks::push_qword(out, data, fidelity),
            kind::MULTI_SZ => {
                push_strings(out, data.0, quirks::strings(data, self.onward, fidelity))
            }
            kind::BINARY => {
                let shown = quirks::binary(
                    data,
                    self.onward,
                    self.believed.map(|believed| believed.min(len)),
                );
                push_bytes(out, shown);
            }
            // Procmon prints nothing for the data of other types.
            _ if fidelity == Fidelity::Procmon => {}
            _ => push_bytes(out, data.0),
        }
    }
}

/// Appends the strings of a list, up to an empty one. A string that begins in the data
/// may end in the bytes after it.
fn push_strings(out: &mut String, data: &[u8], readable: &[u8]) {
    let mut at = 0;
    while at < data.len() {
        let rest = &readable[at..];
        let end = wide_nul(rest);
        if end == 0 {
            return;
        }
        if at > 0 {
            out.push_str(", ");
        }
        push_wide(out, &rest[..end]);
        at = (at + end + 2).min(readable.len());
    }
}

fn push_bytes(out: &mut String, data: &[u8]) {
    for (index, &byte) in data.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        push_byte(out, byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(kind: u32, len: u32, data: &[u8], fidelity: Fidelity) -> String {
        let mut out = String::new();
        let bytes = Bytes(data);
        let data = Data { kind, len, captured: bytes, onward: bytes, believed: None };
        data.push(&mut Items::new(&mut out), fidelity);
        out
    }

    #[test]
    fn each_type_has_its_form() {
        let text = |kind, bytes: &[u8]| data(kind, bytes.len() as u32, bytes, Fidelity::Procmon);
        assert_eq!(text(kind::SZ, b"a\0b\0\0\0x\0"), "Data: ab");
        assert_eq!(text(kind::DWORD, &[0xFF, 0xFF, 0xFF, 0xFF]), "Data: 4294967295");
        assert_eq!(text(kind::MULTI_SZ, b"a\0\0\0b\0\0\0\0\0"), "Data: a, b");
        assert_eq!(text(kind::BINARY, &[0, 10, 255]), "Data: 00 0A FF");
        assert_eq!(text(kind::BINARY, &[]), "");
        assert_eq!(text(kind::LINK, b"a\0"), "");
    }

    #[test]
    fn a_qword_is_empty_in_procmon_only() {
        let bytes = 5_000_000_000u64.to_le_bytes();
        assert_eq!(data(kind::QWORD, 8, &bytes, Fidelity::Procmon), "Data: ");
        assert_eq!(data(kind::QWORD, 8, &bytes, Fidelity::Corrected), "Data: 5000000000");
    }

    #[test]
    fn procmon_reads_on_behind_the_data() {
        let file = b"a\0b\0c\0\0\0d\0";
        let data = |kind, fidelity| {
            let mut out = String::new();
            let data = Data {
                kind,
                len: 4,
                captured: Bytes(&file[..3]),
                onward: Bytes(file),
                believed: (fidelity == Fidelity::Procmon).then_some(4),
            };
            data.push(&mut Items::new(&mut out), fidelity);
            out
        };
        assert_eq!(data(kind::MULTI_SZ, Fidelity::Procmon), "Data: abc");
        assert_eq!(data(kind::MULTI_SZ, Fidelity::Corrected), "Data: a");
        assert_eq!(data(kind::BINARY, Fidelity::Procmon), "Data: 61 00 62 00");
        assert_eq!(data(kind::BINARY, Fidelity::Corrected), "Data: 61 00 62");
    }

    #[test]
    fn a_type_without_a_name_is_numbered() {
        let mut out = String::new();
        push_type(&mut out, 4_294_901_777);
        assert_eq!(out, "<Unknown: 4294901777>");
    }
}
