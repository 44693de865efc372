//! Strings of detail blocks.

use super::put::Put;

/// Appends a text and returns its descriptor: one byte for each character where
/// it is ASCII, two where it is not. Texts end after 32,767 characters.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) -> u16 {
    const MOST: usize = 0x7FFF;
    const NARROW: u16 = 0x8000;
    if text.is_ascii() {
        let bytes = text.as_bytes();
        let bytes = bytes.get(..MOST).unwrap_or(bytes);
        out.extend_from_slice(bytes);
        return bytes.len() as u16 | NARROW;
    }
    let units: Vec<u16> = text.encode_utf16().take(MOST).collect();
    for &unit in &units {
        out.put_u16(unit);
    }
    units.len() as u16
}
