//! Key containers and the names of their files.

mod known;
mod names;
mod remedies;
mod usage;

pub use known::{KNOWN_CONTAINERS, KnownContainer};
pub(crate) use names::is_stem;
pub use names::{ContainerName, ContainerNames, NameSource};
pub use usage::{ContainerFeature, ContainerRemedy, ContainerUser, Product, RemedyStep};

use md5::{Digest, Md5};

/// Which of Windows' two key systems keeps a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum KeySystem {
    /// CryptoAPI: rsaenh.dll and dssenh.dll.
    Capi,
    /// Cryptography Next Generation: the Microsoft Software Key Storage Provider.
    Cng,
}

impl KeySystem {
    /// The usual abbreviation.
    pub fn name(self) -> &'static str {
        match self {
            KeySystem::Capi => "CAPI",
            KeySystem::Cng => "CNG",
        }
    }

    /// The stem of the file that keeps a container: the part before the
    /// underscore and the MachineGuid.
    ///
    /// It is the MD5 of the name in lower case with one terminating NUL, in ANSI
    /// for CAPI and in UTF-16LE for CNG, printed as four little-endian words.
    /// `None` for a CAPI name outside ASCII: which code page Windows takes there
    /// has not been established.
    ///
    /// ```
    /// use procmonkey_analysis::KeySystem;
    ///
    /// let stem = KeySystem::Capi.stem("MyCoolContainer");
    /// assert_eq!(stem.as_deref(), Some("52ab417621a9d74c73e3e0f1bc374e0a"));
    /// ```
    pub fn stem(self, container: &str) -> Option<String> {
        let lower = container.to_lowercase();
        let bytes: Vec<u8> = match self {
            KeySystem::Capi if !container.is_ascii() => return None,
            KeySystem::Capi => lower.bytes().chain([0]).collect(),
            KeySystem::Cng => lower.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect(),
        };
        let digest = Md5::digest(&bytes);
        let words = digest.as_chunks::<4>().0;
        Some(words.iter().map(|word| format!("{:08x}", u32::from_le_bytes(*word))).collect())
    }
}

/// How long the file of a new CAPI container is before any key is generated:
/// forty bytes of header, the name, and its NUL.
///
/// ```
/// assert_eq!(procmonkey_analysis::empty_container_len("MS IIS DCOM Server"), 59);
/// ```
pub fn empty_container_len(container: &str) -> u64 {
    40 + container.chars().count() as u64 + 1
}

/// The beginning of a stem, for sentences and tables: enough to tell the key files of one
/// computer apart.
///
/// ```
/// use procmonkey_analysis::short_stem;
///
/// assert_eq!(short_stem("c2319c42033a5ca7f44e731bfd3fa2b5"), "c2319c42…");
/// ```
pub fn short_stem(stem: &str) -> String {
    format!("{}…", stem.get(..8).unwrap_or(stem))
}

/// What a sentence calls a container: its name, or the beginning of its stem.
pub(crate) fn label(name: Option<&str>, stem: &str) -> String {
    name.map_or_else(|| short_stem(stem), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_gives_every_established_capi_name() {
        for (name, stem) in [
            ("Microsoft Internet Information Server", "c2319c42033a5ca7f44e731bfd3fa2b5"),
            ("MS IIS DCOM Server", "7a436fe806e483969f48a894af2fe9a1"),
            ("iisConfigurationKey", "6de9cb26d2b98c01ec4e9e8b34824aa2"),
            ("iisWasKey", "76944fb33636aeddb9590521c2e8815a"),
            ("NetFrameworkConfigurationKey", "d6d986f09a1ee04e24c949879fdb506c"),
            ("TSSecKeySet1", "f686aace6942fb7f7ceb231212eef4a4"),
            ("WMSvc Certificate Key Container", "bedbf0b4da5f8061b6444baedf4c00b1"),
            ("SMS", "19c5cf9c7b5dc9de3e548adb70398402"),
            ("Container", "3310a4fa6cb9c60504498d7eea986fc2"),
            ("MyCoolContainer", "52ab417621a9d74c73e3e0f1bc374e0a"),
            (
                "te-DomainControllerAuthentication-5ed52c94-34e8-4450-a751-a57ac55a110f",
                "dbe5782f91ce09a2ebc8e3bde464cc9b",
            ),
            ("a15895e1-770f-4c8d-a68b-38f5ea56845a", "a64dd3977c69cf9c982773e8bcd041b5"),
        ] {
            assert_eq!(KeySystem::Capi.stem(name).as_deref(), Some(stem), "{name}");
        }
    }

    #[test]
    fn the_rule_gives_every_established_cng_name() {
        for (name, stem) in [
            ("iisCngConfigurationKey", "f0e91f6485ac2d09485e4ec18135601e"),
            ("iisCngWasKey", "597367cc37b886d7ee6c493e3befb421"),
            ("Google Chromekey1", "7096db7aeb75c0d3497ecd56d355a695"),
            (
                "Microsoft Connected Devices Platform device certificate",
                "de7cf8a7901d2ad13e5c67c29e5d1662",
            ),
            (
                "le-SuperAdmin-5e350d8e-ae46-458c-bac0-d8f3279c944e",
                "c0a496c6786f0d25e8624fee96e4e580",
            ),
            ("Microsoft Internet Information Server", "ddd8ed1e68c432b861ddea38c753526f"),
        ] {
            assert_eq!(KeySystem::Cng.stem(name).as_deref(), Some(stem), "{name}");
        }
    }

    #[test]
    fn a_container_without_a_name_is_called_by_its_stem() {
        let stem = "c2319c42033a5ca7f44e731bfd3fa2b5";
        assert_eq!(label(None, stem), "c2319c42…");
        assert_eq!(label(Some("iisWasKey"), stem), "iisWasKey");
        // A report that was read from a file may hold any text.
        assert_eq!(short_stem("c23"), "c23…");
        assert_eq!(short_stem("größe€"), "größe€…");
    }

    #[test]
    fn a_capi_name_outside_ascii_has_no_established_stem() {
        assert_eq!(KeySystem::Capi.stem("Schlüssel"), None);
        assert!(KeySystem::Cng.stem("Schlüssel").is_some());
    }

    #[test]
    fn empty_containers_have_the_lengths_of_first_writes() {
        assert_eq!(empty_container_len("Microsoft Internet Information Server"), 78);
        assert_eq!(empty_container_len("iisWasKey"), 50);
    }
}
