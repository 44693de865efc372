//! Error codes in every spelling in which people and programs write them.

use std::fmt;

use super::known::KnownCode;
use super::lookup::by_value;
use super::parts::{CodeParts, is_system_error};
use super::spelling::{self, Spelled};

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

/// A code together with how it was read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DecodedCode {
    /// The code.
    pub code: ErrorCode,
    /// What is known of it. A name decides between codes of one number, such as
    /// `STATUS_PENDING` and `ERROR_NO_MORE_ITEMS`.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub known: Option<&'static KnownCode>,
    /// What was supposed in order to read it, such as a minus that was dropped.
    pub note: Option<String>,
}

impl ErrorCode {
    /// The code that a text stands for, or `None` when it is nothing but a code in
    /// none of these spellings:
    ///
    /// - numbers: `2148073478`, `-2146893818`, `2,148,073,478`, `0x80090006`,
    ///   `0x8009_0006`, `&H80090006`, `%%2148073478`, and eight hexadecimal digits
    ///   alone, such as `80090006`;
    /// - names, in any case: `NTE_BAD_SIGNATURE`, `ERROR_ACCESS_DENIED`;
    /// - what Windows prints for a code in English, and Results of Process Monitor in
    ///   capitals: `Invalid Signature`, `NAME NOT FOUND`;
    /// - these in brackets, several times over, or after words such as `HRESULT:`:
    ///   `2148073478 (0x80090006)`, `0x80090016 (-2146893802 NTE_BAD_KEYSET)`.
    ///
    /// ```
    /// use procmonkey_analysis::ErrorCode;
    ///
    /// let decoded = ErrorCode::decode("2146893818").unwrap();
    /// assert_eq!(decoded.code.value, 0x80090006);
    /// assert!(decoded.note.unwrap().contains("minus"));
    /// ```
    pub fn decode(text: &str) -> Option<DecodedCode> {
        spelling::read(text).map(DecodedCode::from)
    }

    /// The code that a sentence holds, such as the text of an error message in any
    /// language. Numbers count only where they can hardly be anything else.
    ///
    /// ```
    /// use procmonkey_analysis::ErrorCode;
    ///
    /// let text = "Schlüsselsatz nicht vorhanden (Ausnahme von HRESULT: 0x80090016)";
    /// assert_eq!(ErrorCode::find_in(text).unwrap().code.value, 0x80090016);
    /// ```
    pub fn find_in(text: &str) -> Option<DecodedCode> {
        spelling::find(text).map(DecodedCode::from)
    }

    /// What is known of the code. 5 and 0x80070005 are both `ERROR_ACCESS_DENIED`.
    pub fn known(self) -> Option<&'static KnownCode> {
        by_value(self.value).next()
    }

    /// The name in Windows' headers.
    pub fn name(self) -> Option<&'static str> {
        self.known().map(|known| known.name)
    }

    /// Its severity, facility and number.
    pub fn parts(self) -> CodeParts {
        CodeParts::of(self.value)
    }

    /// The number as a signed one, as services and scripts print it.
    pub fn signed(self) -> i32 {
        self.value.cast_signed()
    }

    /// Whether it is a bare system error, such as 5 or `%%21`.
    pub fn is_system_error(self) -> bool {
        is_system_error(self.value)
    }
}

impl From<Spelled> for DecodedCode {
    fn from(spelled: Spelled) -> DecodedCode {
        let code = ErrorCode { value: spelled.value };
        DecodedCode { code, known: spelled.named.or_else(|| code.known()), note: spelled.note }
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
