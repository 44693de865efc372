//! The MachineGuid value.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A MachineGuid as it was seen: in the registry, or behind the underscore of a
/// key file's name.
///
/// Two are equal without regard to case, because files are found without it. Braces
/// count: the crypto provider copies the text into file names verbatim, so a value
/// that got braces names other files than before.
///
/// ```
/// use procmonkey_analysis::MachineGuid;
///
/// let value = MachineGuid::new("{B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86}");
/// let plain = MachineGuid::new("b81e0a4d-52c7-4f39-a6d0-7c13e95f2b86");
/// assert_ne!(value, plain);
/// assert_eq!(value.without_braces(), plain);
/// assert_eq!(value.short(), "B81E0A4D");
/// assert!(value.has_braces());
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct MachineGuid(String);

impl MachineGuid {
    /// The value with this text.
    pub fn new(text: impl Into<String>) -> MachineGuid {
        MachineGuid(text.into())
    }

    /// The text as seen.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first group, enough to distinguish a few of them in a table.
    pub fn short(&self) -> &str {
        let bare = self.bare();
        let end = bare.find('-').unwrap_or(bare.len()).min(8);
        &bare[..bare.floor_char_boundary(end)]
    }

    /// Whether braces stand around it: a mistake when it was edited by hand.
    pub fn has_braces(&self) -> bool {
        let text = self.0.trim();
        text.starts_with('{') || text.ends_with('}')
    }

    /// The value as Windows writes it: without braces and blanks around it.
    pub fn without_braces(&self) -> MachineGuid {
        MachineGuid(self.bare().to_string())
    }

    /// Whether it has the form of a GUID, with or without braces.
    pub fn is_well_formed(&self) -> bool {
        let groups = [8, 4, 4, 4, 12];
        let mut parts = self.bare().split('-');
        groups.iter().all(|len| {
            parts.next().is_some_and(|part| {
                part.len() == *len && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        }) && parts.next().is_none()
    }

    /// A GUID that takes the place of another one in a redacted capture: this one, with a mark
    /// in its last eight digits by which [`MachineGuid::is_pseudonym`] knows it.
    ///
    /// ```
    /// use procmonkey_analysis::MachineGuid;
    ///
    /// let value = MachineGuid::new("b81e0a4d-52c7-4f39-a6d0-7c13e95f2b86");
    /// assert!(!value.is_pseudonym());
    /// let marked = value.into_pseudonym();
    /// assert!(marked.is_pseudonym());
    /// assert_eq!(&marked.as_str()[..28], "b81e0a4d-52c7-4f39-a6d0-7c13");
    /// ```
    pub fn into_pseudonym(self) -> MachineGuid {
        let Some(mark) = self.mark() else { return self };
        let place = self.0.rfind('-').map_or(self.0.len(), |place| place + 1);
        // Four digits of the last group stay.
        match self.0.get(..place + 4) {
            Some(begin) => {
                let end = self.0.get(place + 12..).unwrap_or_default();
                let digit = |place: u32| char::from_digit(mark >> (28 - 4 * place) & 15, 16);
                let digits = (0..8).filter_map(digit);
                MachineGuid(begin.chars().chain(digits).chain(end.chars()).collect())
            }
            None => self,
        }
    }

    /// Whether it was made by [`MachineGuid::into_pseudonym`]. Of four thousand million other GUIDs,
    /// about one is taken for a pseudonym.
    pub fn is_pseudonym(&self) -> bool {
        let last = self.bare().get(28..).and_then(|last| u32::from_str_radix(last, 16).ok());
        last.is_some() && last == self.mark()
    }

    /// The mark of a GUID: FNV-1a over the digits before it, without regard to case.
    fn mark(&self) -> Option<u32> {
        let begin = self.is_well_formed().then(|| self.bare().get(..28))??;
        let bytes = b"redacted".iter().copied().chain(begin.bytes());
        let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
        });
        Some(hash)
    }

    fn bare(&self) -> &str {
        self.0.trim().trim_start_matches('{').trim_end_matches('}')
    }
}

impl PartialEq for MachineGuid {
    fn eq(&self, other: &MachineGuid) -> bool {
        self.0.trim().eq_ignore_ascii_case(other.0.trim())
    }
}

impl Eq for MachineGuid {}

impl Hash for MachineGuid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.trim().bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl fmt::Display for MachineGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_is_checked_with_and_without_braces() {
        assert!(MachineGuid::new("b81e0a4d-52c7-4f39-a6d0-7c13e95f2b86").is_well_formed());
        assert!(MachineGuid::new("{b81e0a4d-52c7-4f39-a6d0-7c13e95f2b86}").is_well_formed());
        assert!(!MachineGuid::new("b81e0a4d-52c7-4f39-a6d0").is_well_formed());
        assert!(!MachineGuid::new("b81e0a4d-52c7-4f39-a6d0-7c13e95f2b8x").is_well_formed());
    }
}
