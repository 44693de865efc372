//! Taking numbers and byte strings off the front of bytes that nobody vouches for.

/// What is left of some bytes, and how far it is from their beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'b> {
    rest: &'b [u8],
    at: u64,
}

impl<'b> Scan<'b> {
    /// Bytes that stand at this offset of the file.
    pub(super) fn new(bytes: &'b [u8], at: u64) -> Scan<'b> {
        Scan { rest: bytes, at }
    }

    /// The offset of the next byte in the file.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// What has not been taken yet.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.rest
    }

    /// The next bytes, or nothing when there are fewer.
    pub(super) fn take(&mut self, length: u32) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        self.at += u64::from(length);
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
}

/// A length as the format writes it. Nothing that fits into memory as a list of
/// rules comes near the limit.
pub(super) fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// UTF-16 text up to its first NUL.
pub(super) fn text(bytes: &[u8]) -> String {
    let units = units(bytes).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The UTF-16 code units of some bytes; an odd byte at the end is none.
pub(super) fn units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

/// A text as UTF-16 with a NUL behind it.
pub(super) fn utf16_with_nul(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_that_is_not_there() {
        let mut scan = Scan::new(&[1, 2, 0, 0, 0, 9], 100);
        assert_eq!(scan.u8(), Some(1));
        assert_eq!(scan.u32(), Some(2));
        assert_eq!((scan.u32(), scan.take(u32::MAX)), (None, None));
        assert_eq!((scan.at(), scan.rest()), (105, &[9][..]));
    }

    #[test]
    fn text_ends_at_its_nul() {
        assert_eq!(text(b"a\0\xe9\0\0\0z\0"), "a\u{e9}");
        assert_eq!(text(b"a\0b"), "a");
        assert_eq!(text(b"\x00\xd8"), "\u{fffd}");
        assert_eq!(utf16_with_nul("a"), b"a\0\0\0");
    }
}
