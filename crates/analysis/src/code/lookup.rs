//! From a number or a name to what is known of a code.

use super::known::{CodeFamily, KnownCode};
use super::parts::{FROM_SYSTEM_ERROR, NT_BIT};
use super::{crypt, hresult, nte, ntstatus, scard, sec, tpm, win32};

impl CodeFamily {
    /// Its codes, ascending by number.
    ///
    /// ```
    /// use procmonkey_analysis::CodeFamily;
    ///
    /// let names: Vec<_> = CodeFamily::Nte.codes().iter().map(|code| code.name).collect();
    /// assert!(names.contains(&"NTE_BAD_SIGNATURE"));
    /// ```
    pub fn codes(self) -> &'static [KnownCode] {
        match self {
            CodeFamily::Nte => nte::NTE,
            CodeFamily::Crypt => crypt::CRYPT,
            CodeFamily::Sec => sec::SEC,
            CodeFamily::Scard => scard::SCARD,
            CodeFamily::Tpm => tpm::TPM,
            CodeFamily::Hresult => hresult::HRESULT,
            CodeFamily::Win32 => win32::WIN32,
            CodeFamily::NtStatus => ntstatus::NTSTATUS,
        }
    }

    fn find(self, value: u32) -> Option<&'static KnownCode> {
        let codes = self.codes();
        let place = codes.binary_search_by_key(&value, |code| code.value).ok()?;
        codes.get(place)
    }
}

/// Every code that this version knows: the key systems first, ascending by number
/// within a family.
///
/// ```
/// assert!(procmonkey_analysis::known_codes().any(|code| code.name == "SCARD_W_WRONG_CHV"));
/// ```
pub fn known_codes() -> impl Iterator<Item = &'static KnownCode> {
    CodeFamily::ALL.into_iter().flat_map(CodeFamily::codes)
}

/// Everything that a number may stand for, the likeliest first.
///
/// A number below 0x10000 is a system error before it is a success of the kernel,
/// and an HRESULT that carries a system error is that error before it is a code of
/// COM with the same number.
pub(super) fn by_value(value: u32) -> impl Iterator<Item = &'static KnownCode> {
    let system_error = match value >> 16 {
        0 => Some(value),
        FROM_SYSTEM_ERROR => Some(value & 0xffff),
        _ => None,
    };
    let carried = system_error.and_then(|error| CodeFamily::Win32.find(error));
    let exact = CodeFamily::ALL
        .into_iter()
        .filter(|family| *family != CodeFamily::Win32)
        .filter_map(move |family| family.find(value));
    let from_nt = (value >> 28 == 0xd).then_some(value & !NT_BIT);
    carried
        .into_iter()
        .chain(exact)
        .chain(from_nt.and_then(|status| CodeFamily::NtStatus.find(status)))
}

/// The code of a name, compared without case.
pub(super) fn by_name(name: &str) -> Option<&'static KnownCode> {
    known_codes().find(|code| code.is_named(name))
}

/// Names that hold a text, at most three.
pub(super) fn names_with(part: &str) -> Vec<&'static str> {
    let part = part.to_ascii_uppercase();
    known_codes().map(|code| code.name).filter(|name| name.contains(&part)).take(3).collect()
}
