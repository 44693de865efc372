//! Call stacks.

use std::fmt;

/// One frame of an event's call stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// Number of the frame; 0 is the innermost one.
    pub depth: u32,
    /// Return address.
    pub address: Address,
    /// Path of the module that contains the address; empty if unknown.
    pub path: String,
    /// Symbol and offset, or module and offset, as written in the export.
    pub location: String,
}

/// A return address of a call stack: a number. It is displayed as the capture has it.
///
/// ```
/// use procmonkey_parser::Address;
///
/// let address = Address::new(0x7ff8_d8c3_1b2a);
/// assert_eq!(address.value(), Some(0x7ff8_d8c3_1b2a));
/// assert_eq!(address.to_string(), "0x7ff8d8c31b2a");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    value: Option<u64>,
    /// The text of an export, where it is not the one that Procmon writes for the value.
    written: Option<Box<str>>,
}

impl Address {
    /// The address with this value.
    pub fn new(value: u64) -> Address {
        Address { value: Some(value), written: None }
    }

    /// An address as an export has it: `0x` and hexadecimal digits. Another text is kept,
    /// without a value.
    pub(crate) fn of_text(text: &str) -> Address {
        let digits = text.trim().strip_prefix("0x");
        let value = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let is_plain = value.is_some()
            && text.len() > 2
            && (text.len() == 3 || text.as_bytes()[2] != b'0')
            && text.bytes().skip(2).all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        Address { value, written: (!is_plain).then(|| text.into()) }
    }

    /// The number; `None` where the export has a text that is not a hexadecimal number.
    pub fn value(&self) -> Option<u64> {
        self.value
    }
}

/// The empty text of an export that lacks the address.
impl Default for Address {
    fn default() -> Address {
        Address { value: None, written: None }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.written, self.value) {
            (Some(text), _) => f.write_str(text),
            (None, Some(value)) => write!(f, "{value:#x}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_a_number_and_is_written_as_it_was() {
        for (text, value) in [
            ("0x7ff8d8c31b2a", Some(0x7ff8_d8c3_1b2a)),
            ("0x0", Some(0)),
            ("0xffffffffffffffff", Some(u64::MAX)),
            ("0x00007ff8", Some(0x7ff8)),
            ("0xABCD", Some(0xabcd)),
            (" 0x1 ", Some(1)),
            ("0x1ffffffffffffffff", None),
            ("0x", None),
            ("0x+1", Some(1)),
            ("7ff8", None),
            ("", None),
            ("unknown", None),
        ] {
            let address = Address::of_text(text);
            assert_eq!(address.value(), value, "{text}");
            assert_eq!(address.to_string(), text);
        }
        assert_eq!(Address::of_text("0x1b2a"), Address::new(0x1b2a));
        assert_ne!(Address::of_text("0x01b2a"), Address::new(0x1b2a));
    }
}
