//! Addresses of networks and of their adapters. Two addresses that begin with the same bits still
//! do so afterwards, so that what was in one network stays together.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::forms::goes_on;
use crate::key::{Key, hex};

/// Networks whose meaning is the same everywhere: their own bits stay.
const V4: [(u32, u32); 8] = [
    (0x0000_0000, 8),
    (0x0A00_0000, 8),
    (0x7F00_0000, 8),
    (0xA9FE_0000, 16),
    (0xAC10_0000, 12),
    (0xC0A8_0000, 16),
    (0xE000_0000, 4),
    (0xF000_0000, 4),
];
const V6: [(u128, u32); 4] =
    [(0x2 << 124, 3), (0xFC << 120, 7), (0xFE80 << 112, 64), (0xFF << 120, 8)];

/// The IPv4 address at the beginning of a text.
pub(crate) fn v4_at(text: &str) -> Option<&str> {
    text.bytes().next().filter(u8::is_ascii_digit)?;
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let run = text.get(..end)?;
    // A full stop behind it ends a sentence.
    let address = run.strip_suffix('.').unwrap_or(run);
    address.parse::<Ipv4Addr>().ok()?;
    (!goes_on(text.get(end..)?)).then_some(address)
}

/// The IPv6 address at the beginning of a text.
pub(crate) fn v6_at(text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let run = text.get(..end).filter(|run| run.matches(':').count() >= 2)?;
    let address = run.trim_end_matches(['.', ':']);
    let address = if run.starts_with(&format!("{address}::")) {
        run.get(..address.len() + 2)?
    } else {
        address
    };
    address.parse::<Ipv6Addr>().ok()?;
    (!goes_on(text.get(end..)?)).then_some(address)
}

/// The hardware address at the beginning of a text: six pairs parted by hyphens or colons.
pub(crate) fn mac_at(text: &str) -> Option<&str> {
    const LENGTH: usize = 17;
    let address = text.get(..LENGTH)?;
    let separator = *address.as_bytes().get(2)?;
    let is_right = matches!(separator, b'-' | b':')
        && address.bytes().enumerate().all(|(at, byte)| match at % 3 {
            2 => byte == separator,
            _ => byte.is_ascii_hexdigit(),
        });
    let rest = text.get(LENGTH..)?;
    let ends = !goes_on(rest) && rest.as_bytes().first().is_none_or(|byte| *byte != separator);
    (is_right && ends).then_some(address)
}

pub(crate) fn other_v4(key: &Key, address: Ipv4Addr) -> Ipv4Addr {
    let special = address.is_loopback()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast();
    if special {
        return address;
    }
    let networks = V4.map(|(bits, length)| (u128::from(bits) << 96, length));
    let bits = other_bits(key, "ipv4", u128::from(address.to_bits()) << 96, 32, &networks);
    Ipv4Addr::from_bits((bits >> 96) as u32)
}

pub(crate) fn other_v6(key: &Key, address: Ipv6Addr) -> Ipv6Addr {
    if let Some(v4) = address.to_ipv4_mapped() {
        return other_v4(key, v4).to_ipv6_mapped();
    }
    let bits = address.to_bits();
    // Unspecified, loopback, and groups that everybody uses.
    let is_group = address.is_multicast() && bits & (u128::MAX >> 16) <= 0xFFFF;
    if bits <= 1 || is_group {
        return address;
    }
    Ipv6Addr::from_bits(other_bits(key, "ipv6", bits, 128, &V6))
}

/// Turns over each bit or not, as the bits in front of it decide. Where those are the beginning
/// of a network that keeps its meaning, the bit stays.
fn other_bits(key: &Key, kind: &str, bits: u128, length: u32, networks: &[(u128, u32)]) -> u128 {
    let mut made = 0;
    for place in 0..length {
        let before = match place {
            0 => 0,
            _ => bits >> (128 - place) << (128 - place),
        };
        let bit = bits >> (127 - place) & 1;
        let leads = |&(network, own): &(u128, u32)| {
            place < own && (place == 0 || (network ^ before) >> (128 - place) == 0)
        };
        let seed = [&before.to_be_bytes()[..], &place.to_be_bytes()].concat();
        let turn = match networks.iter().any(leads) {
            true => 0,
            false => u128::from(key.digest(kind, &seed).first().copied().unwrap_or(0) & 1),
        };
        made |= (bit ^ turn) << (127 - place);
    }
    made
}

/// Another hardware address, of the kind that belongs to no maker.
pub(crate) fn other_mac(key: &Key, address: &str) -> String {
    let digits: String = address.chars().filter(char::is_ascii_hexdigit).collect();
    if digits.bytes().all(|digit| digit == b'0') || digits.eq_ignore_ascii_case("ffffffffffff") {
        return address.to_string();
    }
    let mut bytes = key.stream("mac", digits.to_ascii_lowercase().as_bytes(), 6);
    if let Some(first) = bytes.first_mut() {
        *first = *first & 0xFC | 2;
    }
    let separator = if address.contains('-') { "-" } else { ":" };
    let pairs: Vec<String> = bytes.chunks(1).map(hex).collect();
    crate::guid::in_case_of(address, pairs.join(separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new([9; 32])
    }

    #[test]
    fn equal_prefixes_stay_equal_and_no_longer() {
        let addresses =
            ["203.0.113.7", "203.0.113.8", "203.0.200.1", "198.51.100.3", "10.1.2.3", "10.1.2.77"];
        let common = |a: u32, b: u32| (a ^ b).leading_zeros();
        for a in addresses {
            for b in addresses {
                let (a, b): (Ipv4Addr, Ipv4Addr) = (a.parse().unwrap(), b.parse().unwrap());
                let made = [a, b].map(|address| other_v4(&key(), address).to_bits());
                assert_eq!(common(made[0], made[1]), common(a.to_bits(), b.to_bits()), "{a} {b}");
            }
        }
    }

    #[test]
    fn networks_keep_their_meaning() {
        for (address, is_kept) in [
            ("127.0.0.1", true),
            ("0.0.0.0", true),
            ("224.0.0.251", true),
            ("10.20.30.40", false),
            ("192.168.7.9", false),
            ("172.20.1.1", false),
            ("8.8.8.8", false),
        ] {
            let old: Ipv4Addr = address.parse().unwrap();
            let new = other_v4(&key(), old);
            assert_eq!(new == old, is_kept, "{address} {new}");
            assert_eq!(new.is_private(), old.is_private(), "{address} {new}");
        }
        for (address, is_kept) in
            [("::1", true), ("ff02::fb", true), ("fe80::1:2", false), ("2001:db8::7", false)]
        {
            let old: Ipv6Addr = address.parse().unwrap();
            let new = other_v6(&key(), old);
            assert_eq!(new == old, is_kept, "{address} {new}");
            assert_eq!(new.is_unicast_link_local(), old.is_unicast_link_local());
        }
    }

    #[test]
    fn what_is_an_address() {
        assert_eq!(v4_at("10.0.0.1:443"), Some("10.0.0.1"));
        assert_eq!(v4_at("10.0.0.1."), Some("10.0.0.1"));
        for text in ["10.0.19041.1", "1.2.3", "1.2.3.4.5", "1.2.3.4x"] {
            assert_eq!(v4_at(text), None, "{text}");
        }
        assert_eq!(v6_at("fe80::1]:443"), Some("fe80::1"));
        assert_eq!(v6_at("2001:db8::"), Some("2001:db8::"));
        for text in ["9:41:07.2203318", "C:\\", "a::b::c", "12:34:56"] {
            assert_eq!(v6_at(text), None, "{text}");
        }
        assert_eq!(mac_at("00-1A-2b-3C-4D-5E x"), Some("00-1A-2b-3C-4D-5E"));
        assert_eq!(mac_at("00:1a:2b:3c:4d:5e:6f"), None);
        let made = other_mac(&key(), "00-1A-2B-3C-4D-5E");
        assert_eq!(mac_at(&made), Some(&*made));
        assert_eq!(made.to_lowercase(), other_mac(&key(), "00-1a-2b-3c-4d-5e"));
    }
}
