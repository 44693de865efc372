//! Little-endian values at the end of a byte vector.

use crate::pml::bytes::PointerWidth;

/// Appends values as the file has them.
pub(crate) trait Put {
    fn put_u16(&mut self, value: u16);
    fn put_u32(&mut self, value: u32);
    fn put_u64(&mut self, value: u64);
    fn put_pointer(&mut self, value: u64, width: PointerWidth);
    /// Appends text as UTF-16.
    fn put_wide(&mut self, text: &str);
    fn put_zeros(&mut self, count: usize);
}

impl Put for Vec<u8> {
    fn put_u16(&mut self, value: u16) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn put_u32(&mut self, value: u32) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn put_u64(&mut self, value: u64) {
        self.extend_from_slice(&value.to_le_bytes());
    }

    fn put_pointer(&mut self, value: u64, width: PointerWidth) {
        self.extend_from_slice(&value.to_le_bytes()[..width.bytes()]);
    }

    fn put_wide(&mut self, text: &str) {
        self.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    }

    fn put_zeros(&mut self, count: usize) {
        self.resize(self.len() + count, 0);
    }
}

/// Overwrites bytes at a place; nothing where they do not fit.
pub(crate) fn set(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(slot) = bytes.get_mut(at..).and_then(|rest| rest.get_mut(..value.len())) {
        slot.copy_from_slice(value);
    }
}
