//! The key, and what is made of it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many bytes a key has.
const LENGTH: usize = 32;

/// The secret that decides the pseudonyms. Whoever has it can test whether a pseudonym stands
/// for a name that he guesses, so it is kept like a password.
///
/// ```
/// use procmonkey_redact::Key;
///
/// let key = Key::new([7; 32]);
/// let text = key.to_text();
/// assert_eq!(text.len(), 65); // 64 hexadecimal digits and a line feed
/// assert_eq!(Key::from_text(&text).unwrap().to_text(), text);
/// assert!(Key::from_text("secret").is_none());
/// ```
#[derive(Clone)]
pub struct Key([u8; LENGTH]);

impl Key {
    /// The key with these bytes, which have to be random.
    pub fn new(bytes: [u8; LENGTH]) -> Key {
        Key(bytes)
    }

    /// The key of a key file: 64 hexadecimal digits, with blanks around them or not. `None` where
    /// the text is anything else.
    pub fn from_text(text: &str) -> Option<Key> {
        let digits: Vec<u8> = text
            .trim()
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(high << 4 | low),
                _ => None,
            })
            .collect::<Option<_>>()?;
        bytes.try_into().ok().map(Key)
    }

    /// The text of a key file: 64 hexadecimal digits and a line feed.
    pub fn to_text(&self) -> String {
        let mut text = hex(&self.0);
        text.push('\n');
        text
    }

    /// HMAC-SHA256 of a text. The kind keeps what is made for one purpose apart from the rest.
    pub(crate) fn digest(&self, kind: &str, text: &[u8]) -> [u8; 32] {
        // A key of any length is taken, so there is no error.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    /// As many bytes as are asked for, made from a text.
    pub(crate) fn stream(&self, kind: &str, text: &[u8], length: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(length + LENGTH);
        let mut block = 0u32;
        while out.len() < length {
            let numbered = [&block.to_le_bytes()[..], text].concat();
            out.extend_from_slice(&self.digest(kind, &numbered));
            block = block.wrapping_add(1);
        }
        out.truncate(length);
        out
    }
}

/// Shows nothing of the key.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Hexadecimal digits in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value & 15)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_hmac_sha256() {
        // RFC 4231 has no key of 32 bytes; this value was computed with Python's hmac:
        // hmac.new(bytes(32), b"name\0alice", "sha256").hexdigest()
        let digest = Key::new([0; 32]).digest("name", b"alice");
        assert_eq!(hex(&digest), EXPECTED);
    }

    const EXPECTED: &str = "a4bcfae177d2772a7f60aba1d8730ddfdc00c146af9266b6b493e368c52270dd";

    #[test]
    fn a_key_is_64_digits() {
        let key = Key::new([0xA5; 32]);
        assert_eq!(key.to_text(), format!("{}\n", "a5".repeat(32)));
        assert!(Key::from_text(&format!("  {}\r\n", "A5".repeat(32))).is_some());
        for text in ["", "a5", &"a5".repeat(33), &"g5".repeat(32), &"é".repeat(64)] {
            assert!(Key::from_text(text).is_none(), "{text}");
        }
        assert_eq!(format!("{key:?}"), "Key(..)");
    }

    #[test]
    fn a_stream_has_the_length_that_was_asked_for() {
        let key = Key::new([1; 32]);
        for length in [0, 1, 32, 33, 100] {
            assert_eq!(key.stream("x", b"y", length).len(), length);
        }
        assert_ne!(key.stream("x", b"y", 8), key.stream("x", b"z", 8));
    }
}
