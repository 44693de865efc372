//! What was replaced.

use std::collections::HashSet;
use std::fmt;

/// The kinds of things that are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A word that is not in the list of those that stay: a piece of a path, of an account, of a
    /// host, of a command line.
    Name,
    /// A GUID.
    Guid,
    /// A security identifier.
    Sid,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A hardware address.
    Mac,
    /// Sixteen or more hexadecimal digits: a thumbprint, the stem of a key file.
    Digits,
    /// A number of seven or more digits.
    Number,
    /// Bytes that are printed as hexadecimal pairs.
    Bytes,
}

impl Kind {
    /// Every kind, in the order of reports.
    pub const ALL: [Kind; 9] = [
        Kind::Name,
        Kind::Guid,
        Kind::Sid,
        Kind::Ipv4,
        Kind::Ipv6,
        Kind::Mac,
        Kind::Digits,
        Kind::Number,
        Kind::Bytes,
    ];

    /// The kind in one or two words, in the plural.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Name => "names",
            Kind::Guid => "GUIDs",
            Kind::Sid => "SIDs",
            Kind::Ipv4 => "IPv4 addresses",
            Kind::Ipv6 => "IPv6 addresses",
            Kind::Mac => "hardware addresses",
            Kind::Digits => "hexadecimal texts",
            Kind::Number => "long numbers",
            Kind::Bytes => "printed bytes",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// How many things of a kind were replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replaced {
    /// The kind.
    pub kind: Kind,
    /// How many different ones.
    pub different: u64,
    /// How often.
    pub times: u64,
}

/// Counts what is replaced.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    times: [u64; Kind::ALL.len()],
    /// Their hashes, eight bytes for each.
    seen: HashSet<(Kind, u64)>,
}

impl Counts {
    pub(crate) fn add(&mut self, kind: Kind, hash: u64) {
        if let Some(times) = self.times.get_mut(kind as usize) {
            *times += 1;
        }
        self.seen.insert((kind, hash));
    }

    /// All kinds, also those of which there was none.
    pub(crate) fn report(&self) -> Vec<Replaced> {
        let of = |kind: Kind| Replaced {
            kind,
            different: self.seen.iter().filter(|(own, _)| *own == kind).count() as u64,
            times: self.times.get(kind as usize).copied().unwrap_or(0),
        };
        Kind::ALL.map(of).to_vec()
    }
}
