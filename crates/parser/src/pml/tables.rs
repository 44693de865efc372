//! The tables after the events: strings, and the names of hosts and ports.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::bytes::Bytes;
use super::strings::{push_wide, push_wide_to_nul};
use crate::model::{LossKind, Losses, Position};

/// The string table. Entries are decoded when they are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strings<'a> {
    /// The table, which begins with the number of strings.
    table: Bytes<'a>,
    count: usize,
}

impl<'a> Strings<'a> {
    pub(crate) fn read(file: Bytes<'a>, at: u64, losses: &mut Losses) -> Strings<'a> {
        let table = section(file, at);
        let Some(declared) = table.u32(0) else {
            missing(losses, at, "string table");
            return Strings::default();
        };
        let count = (declared as usize).min(table.len().saturating_sub(4) / 4);
        if count < declared as usize {
            short(losses, at, "string table", declared as usize, count);
        }
        let strings = Strings { table, count };
        if !strings.looks_right() {
            let message = "there is no string table at the offset in the header";
            losses.add(LossKind::DamagedField, Position::at_byte(at), message);
            return Strings::default();
        }
        strings
    }

    /// Whether one of the first two strings is where it must be: the strings follow the
    /// list of their offsets without a gap.
    fn looks_right(&self) -> bool {
        // There is room for the offsets in the table.
        let first = 4 + 4 * self.count;
        let size = self.table.u32(first).map_or(0, |size| size as usize);
        let second = (first + 4).checked_add(size);
        let offset = |index: usize| self.table.u32(4 + 4 * index).map(|offset| offset as usize);
        self.count == 0
            || offset(0) == Some(first)
            || second.is_some_and(|at| offset(1) == Some(at))
    }

    /// The text of an entry, up to its first NUL, as Procmon shows it.
    pub(crate) fn get(&self, index: u32) -> Option<String> {
        let bytes = self.bytes(index)?;
        // Windows has no longer strings, but a hostile table can.
        const MOST: usize = 1 << 17;
        let mut text = String::new();
        push_wide_to_nul(&mut text, bytes.get(..MOST).unwrap_or(bytes));
        Some(text)
    }

    /// The text of an entry, including what follows its first NUL, but without the last
    /// NUL.
    pub(crate) fn whole(&self, index: u32) -> Option<String> {
        let bytes = self.bytes(index)?;
        let mut text = String::new();
        push_wide(&mut text, bytes.strip_suffix(&[0, 0]).unwrap_or(bytes));
        Some(text)
    }

    fn bytes(&self, index: u32) -> Option<&'a [u8]> {
        let index = index as usize;
        if index >= self.count {
            return None;
        }
        let at = self.table.u32(4 + 4 * index)? as usize;
        let len = self.table.u32(at)? as usize;
        self.table.slice(at.checked_add(4)?, len)
    }
}

/// Strings of the table, each decoded once, with an upper bound on memory: a hostile
/// table can refer to one long string many times.
#[derive(Debug)]
pub(crate) struct StringCache<'a> {
    strings: Strings<'a>,
    read: fn(&Strings<'a>, u32) -> Option<String>,
    seen: HashMap<u32, Option<Arc<str>>, RandomState>,
    left: usize,
}

impl<'a> StringCache<'a> {
    pub(crate) fn new(strings: Strings<'a>) -> StringCache<'a> {
        let left = strings.table.len().saturating_mul(2);
        StringCache { strings, read: Strings::get, seen: HashMap::default(), left }
    }

    /// The same, including what follows the first NUL of a text.
    pub(crate) fn of_whole(strings: Strings<'a>) -> StringCache<'a> {
        StringCache { read: Strings::whole, ..StringCache::new(strings) }
    }

    pub(crate) fn get(&mut self, index: u32) -> Option<Arc<str>> {
        if let Some(known) = self.seen.get(&index) {
            return known.clone();
        }
        let text = match self.strings.bytes(index) {
            Some(bytes) if bytes.len() <= self.left => {
                self.left -= bytes.len();
                (self.read)(&self.strings, index).map(Arc::from)
            }
            _ => None,
        };
        self.seen.insert(index, text.clone());
        text
    }
}

/// Names of network addresses and ports, as Procmon had resolved them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts {
    hosts: HashMap<[u8; 16], String>,
    ports: HashMap<(u16, Transport), String>,
}

/// The transport protocol of a network event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Hosts {
    pub(crate) fn read(file: Bytes<'_>, at: u64, losses: &mut Losses) -> Hosts {
        let table = section(file, at);
        let mut hosts = Hosts::default();
        let Some(host_count) = table.u32(0) else {
            missing(losses, at, "table of hosts and ports");
            return hosts;
        };
        let mut next = 4;
        for done in 0..host_count as usize {
            let Some((address, name, after)) = host(table, next) else {
                return short_hosts(hosts, losses, at, host_count as usize, done);
            };
            hosts.hosts.insert(address, name);
            next = after;
        }
        let port_count = table.u32(next).unwrap_or(0);
        next += 4;
        for done in 0..port_count as usize {
            let Some((key, name, after)) = port(table, next) else {
                return short_hosts(hosts, losses, at, port_count as usize, done);
            };
            hosts.ports.insert(key, name);
            next = after;
        }
        hosts
    }

    /// The characters of the names, as bytes in lower case; `None` if one is not ASCII.
    pub(crate) fn characters(&self) -> Option<[bool; 256]> {
        let mut all = [false; 256];
        for name in self.hosts.values().chain(self.ports.values()) {
            if !name.is_ascii() {
                return None;
            }
            name.bytes().for_each(|byte| all[usize::from(byte.to_ascii_lowercase())] = true);
        }
        Some(all)
    }

    /// The name of an address; `None` if only the address is known.
    pub(crate) fn host(&self, address: &[u8; 16]) -> Option<&str> {
        self.hosts.get(address).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The name of a port, such as `https`.
    pub(crate) fn port(&self, port: u16, transport: Transport) -> Option<&str> {
        self.ports.get(&(port, transport)).map(String::as_str).filter(|name| !name.is_empty())
    }
}

fn host(table: Bytes<'_>, at: usize) -> Option<([u8; 16], String, usize)> {
    let address = *table.slice(at, 16)?.first_chunk::<16>()?;
    let (name, after) = sized_text(table, at + 16)?;
    Some((address, name, after))
}

fn port(table: Bytes<'_>, at: usize) -> Option<((u16, Transport), String, usize)> {
    let transport = if table.u16(at + 2)? == 1 { Transport::Tcp } else { Transport::Udp };
    let (name, after) = sized_text(table, at + 4)?;
    Some(((table.u16(at)?, transport), name, after))
}

fn sized_text(table: Bytes<'_>, at: usize) -> Option<(String, usize)> {
    let len = table.u32(at)? as usize;
    let bytes = table.slice(at + 4, len)?;
    let mut text = String::new();
    push_wide(&mut text, bytes);
    text.truncate(text.find('\0').unwrap_or(text.len()));
    Some((text, at + 4 + len))
}

/// The file from the start of a section on; empty if the header has no offset, or an
/// impossible one.
pub(crate) fn section(file: Bytes<'_>, at: u64) -> Bytes<'_> {
    match usize::try_from(at) {
        Ok(at) if at >= super::header::HEADER_SIZE => file.from(at),
        _ => Bytes::default(),
    }
}

pub(crate) fn missing(losses: &mut Losses, at: u64, what: &str) {
    let message = match at {
        0 => format!("the header does not say where the {what} is: the file was never closed"),
        _ => format!("the {what} begins after the end of the file"),
    };
    losses.add(LossKind::Truncated, Position::at_byte(at), message);
}

pub(crate) fn short(losses: &mut Losses, at: u64, what: &str, declared: usize, there: usize) {
    losses.add(
        LossKind::Truncated,
        Position::at_byte(at),
        format!("the {what} should have {declared} entries, but {there} could be read"),
    );
}

fn short_hosts(hosts: Hosts, losses: &mut Losses, at: u64, declared: usize, there: usize) -> Hosts {
    short(losses, at, "table of hosts and ports", declared, there);
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padded(table: &[u8]) -> Vec<u8> {
        let mut file = vec![0; crate::pml::header::HEADER_SIZE];
        file.extend_from_slice(table);
        file
    }

    #[test]
    fn a_string_ends_at_its_first_nul() {
        let mut table = vec![1, 0, 0, 0, 8, 0, 0, 0, 6, 0, 0, 0];
        table.extend_from_slice(b"a\0\0\0b\0");
        let file = padded(&table);
        let mut losses = Losses::default();
        let strings = Strings::read(Bytes(&file), 0x3A8, &mut losses);
        assert_eq!(strings.get(0).as_deref(), Some("a"));
        assert_eq!(strings.get(1), None);
        assert!(losses.is_empty());
    }

    #[test]
    fn a_count_beyond_the_file_is_clamped() {
        let file = padded(&[0xFF, 0xFF, 0xFF, 0xFF, 8, 0, 0, 0]);
        let mut losses = Losses::default();
        let strings = Strings::read(Bytes(&file), 0x3A8, &mut losses);
        assert_eq!(strings.count, 1);
        assert_eq!(losses.count(), 1);
        let hosts = Hosts::read(Bytes(&file), 0x3A8, &mut losses);
        assert_eq!(hosts.host(&[0; 16]), None);
        assert_eq!(losses.count(), 2);
    }
}
