//! Error codes in every spelling in which people and programs write them.

mod known;
#[cfg(feature = "serde")]
mod serialised;

pub use known::{KNOWN_CODES, KnownCode};

use std::fmt;

/// An error code of Windows.
///
/// ```
/// use procmonkey_analysis::ErrorCode;
///
/// let code = ErrorCode { value: 0x80090006 };
/// assert_eq!(code.to_string(), "0x80090006 (NTE_BAD_SIGNATURE)");
/// assert_eq!(code.signed(), -2146893818);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ErrorCode {
    /// The number.
    pub value: u32,
}

/// A code, and how it was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DecodedCode {
    /// The code.
    pub code: ErrorCode,
    /// What was assumed to find it, such as a minus that was dropped.
    pub note: Option<String>,
}

/// Everything to be said about one text that should be a code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CodeAnswer {
    /// The text that was asked about.
    pub asked: String,
    /// The number.
    pub value: Option<u32>,
    /// The number as `0x80090006`.
    pub hex: Option<String>,
    /// The number as services and scripts print it.
    pub signed: Option<i32>,
    /// Its name.
    pub name: Option<&'static str>,
    /// What Windows says of it.
    pub meaning: Option<&'static str>,
    /// Where it occurs with keys.
    pub met: Option<&'static str>,
    /// What was assumed, or why there is no answer.
    pub note: Option<String>,
}

impl ErrorCode {
    /// The code that a text means: `2148073478`, `-2146893818`,
    /// `0x80090006`, `2148073478 (0x80090006)`, `%%2148073478`,
    /// `NTE_BAD_SIGNATURE`, or what Windows says of it in English. `None` when it
    /// is none of these.
    ///
    /// ```
    /// use procmonkey_analysis::ErrorCode;
    ///
    /// let decoded = ErrorCode::decode("2146893818").unwrap();
    /// assert_eq!(decoded.code.value, 0x80090006);
    /// assert!(decoded.note.unwrap().contains("minus"));
    /// ```
    pub fn decode(text: &str) -> Option<DecodedCode> {
        let text = text.trim().trim_matches(['"', '\'', '`']).trim_end_matches('.').trim();
        if let Some((first, second)) = text.strip_suffix(')').and_then(|t| t.split_once('(')) {
            return both(one(first)?, one(second)?);
        }
        one(text)
    }

    /// What is known of the code. A bare system error such as 5 is looked up as
    /// the 0x80070005 that other programs make of it.
    pub fn known(self) -> Option<&'static KnownCode> {
        let value = if self.is_system_error() { 0x8007_0000 | self.value } else { self.value };
        KNOWN_CODES.iter().find(|known| known.value == value)
    }

    /// The name in Windows' headers.
    pub fn name(self) -> Option<&'static str> {
        self.known().map(|known| known.name)
    }

    /// The number as a signed one, as services and scripts print it.
    pub fn signed(self) -> i32 {
        self.value.cast_signed()
    }

    /// Whether it is a bare system error, such as 5 or `%%21`.
    pub fn is_system_error(self) -> bool {
        self.value < 0x1_0000
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_system_error() {
            true => write!(f, "{}", self.value)?,
            false => write!(f, "0x{:08X}", self.value)?,
        }
        self.name().map_or(Ok(()), |name| write!(f, " ({name})"))
    }
}

impl CodeAnswer {
    /// Answers for one text.
    ///
    /// ```
    /// use procmonkey_analysis::CodeAnswer;
    ///
    /// let answer = CodeAnswer::new("%%-2146893818");
    /// assert_eq!(answer.name, Some("NTE_BAD_SIGNATURE"));
    /// ```
    pub fn new(asked: &str) -> CodeAnswer {
        let decoded = ErrorCode::decode(asked);
        let code = decoded.as_ref().map(|decoded| decoded.code);
        let known = code.and_then(ErrorCode::known);
        let note = match decoded {
            None => Some("is not a known form of an error code, and not a known text".to_string()),
            Some(DecodedCode { note: Some(note), .. }) => Some(note),
            Some(_) if known.is_none() => {
                Some("is not among the codes that are known around keys".to_string())
            }
            Some(_) => None,
        };
        CodeAnswer {
            asked: asked.to_string(),
            value: code.map(|code| code.value),
            hex: code.map(|code| format!("0x{:08X}", code.value)),
            signed: code.map(ErrorCode::signed),
            name: known.map(|known| known.name),
            meaning: known.map(|known| known.meaning),
            met: known.and_then(|known| known.met),
            note,
        }
    }
}

fn plain(value: u32) -> Option<DecodedCode> {
    Some(DecodedCode { code: ErrorCode { value }, note: None })
}

fn noted(value: u32, note: String) -> Option<DecodedCode> {
    Some(DecodedCode { code: ErrorCode { value }, note: Some(note) })
}

/// A number followed by the same one in brackets.
fn both(first: DecodedCode, second: DecodedCode) -> Option<DecodedCode> {
    match first.code == second.code {
        true => Some(first),
        false => noted(
            second.code.value,
            format!(
                "the text names two codes, {} and {}; the one in brackets was taken",
                first.code, second.code
            ),
        ),
    }
}

fn one(text: &str) -> Option<DecodedCode> {
    let text = text.trim();
    // Event logs write %% before a number that Windows should replace by a text.
    let number = text.strip_prefix("%%").unwrap_or(text);
    let lower = number.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        return hexadecimal(digits).and_then(plain);
    }
    if let Some(value) = number.parse::<i64>().ok().filter(|_| !number.starts_with('+')) {
        return decimal(value, number);
    }
    if number.len() == 8
        && let Some(value) = hexadecimal(number)
    {
        return noted(value, format!("read as 0x{value:08X}"));
    }
    by_text(text)
}

fn hexadecimal(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(digits, 16).ok()?;
    // Sixteen digits are a negative number of 64 bits.
    let low = if value >> 32 == 0xffff_ffff { value & 0xffff_ffff } else { value };
    u32::try_from(low).ok()
}

fn decimal(value: i64, written: &str) -> Option<DecodedCode> {
    if value < 0 {
        return i32::try_from(value).ok().and_then(|value| plain(value.cast_unsigned()));
    }
    let code = ErrorCode { value: u32::try_from(value).ok()? };
    if code.known().is_some() {
        return plain(code.value);
    }
    // 2146893818 is what is left of -2146893818 in some titles and search boxes.
    // No other code lies that close below 0x80000000.
    let negative = code.value.wrapping_neg();
    if matches!(negative >> 16, 0x8007 | 0x8009) {
        return noted(
            negative,
            format!("read as -{written}: its minus seems to have been dropped"),
        );
    }
    // Nobody writes eight decimal digits that begin like a failure by chance.
    if written.len() == 8
        && let Some(value) = hexadecimal(written).filter(|value| value >> 16 == 0x8009)
    {
        return noted(value, format!("read as 0x{value:08X}"));
    }
    plain(code.value)
}

fn by_text(text: &str) -> Option<DecodedCode> {
    let known = KNOWN_CODES.iter().find(|known| {
        known.name.eq_ignore_ascii_case(text) || known.meaning.eq_ignore_ascii_case(text)
    })?;
    match known.name.eq_ignore_ascii_case(text) {
        true => plain(known.value),
        false => {
            noted(known.value, "found by the text that Windows gives for this code".to_string())
        }
    }
}

#[cfg(test)]
mod tests;
