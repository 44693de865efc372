//! Network events.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{DetailInput, Items};
use crate::pml::bytes::Bytes;
use crate::pml::strings::{push_wide, wide_nul};
use crate::pml::tables::{Hosts, Transport};
use crate::pml::text::push_number;

/// The details of a network event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NetworkDetail<'a> {
    block: Bytes<'a>,
    flags: u16,
}

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndPoint {
    address: [u8; 16],
    is_v4: bool,
    pub(crate) port: u16,
}

impl<'a> NetworkDetail<'a> {
    pub(crate) fn read(block: Bytes<'a>) -> NetworkDetail<'a> {
        NetworkDetail { block, flags: block.u16(0).unwrap_or(0) }
    }

    pub(crate) fn transport(&self) -> Transport {
        if self.flags & 4 != 0 { Transport::Tcp } else { Transport::Udp }
    }

    fn end_point(&self, address_at: usize, port_at: usize, v4_flag: u16) -> EndPoint {
        let mut address = [0; 16];
        if let Some(bytes) = self.block.slice(address_at, 16) {
            address.copy_from_slice(bytes);
        }
        let port = self.block.u16(port_at).unwrap_or(0);
        EndPoint { address, is_v4: self.flags & v4_flag != 0, port }
    }

    /// Source and destination.
    pub(crate) fn ends(&self) -> [EndPoint; 2] {
        [self.end_point(8, 40, 1), self.end_point(24, 42, 2)]
    }

    /// Appends `host:port -> host:port`, the text of the column Path.
    pub(crate) fn push_path(&self, out: &mut String, hosts: &Hosts) {
        let [source, destination] = self.ends();
        source.push(out, hosts, self.transport());
        out.push_str(" -> ");
        destination.push(out, hosts, self.transport());
    }
}

/// The characters that the paths of all network events are made of, as bytes in lower
/// case; `None` if they are not ASCII.
pub(crate) fn path_characters(hosts: &Hosts) -> Option<[bool; 256]> {
    let mut all = hosts.characters()?;
    b"0123456789abcdef.:-> ".iter().for_each(|byte| all[usize::from(*byte)] = true);
    Some(all)
}

impl EndPoint {
    /// The keys that the table of names may have for the address, the most likely one
    /// first.
    pub(crate) fn keys(&self) -> [[u8; 16]; 2] {
        let mut key = self.address;
        if self.is_v4 {
            // Only the first four bytes of the field are used.
            key[4..].fill(0);
        }
        [key, self.address]
    }

    fn push(&self, out: &mut String, hosts: &Hosts, transport: Transport) {
        let [key, whole] = self.keys();
        match hosts.host(&key).or_else(|| hosts.host(&whole)) {
            Some(name) => out.push_str(name),
            None if self.is_v4 => {
                let [a, b, c, d, ..] = self.address;
                out.push_str(&Ipv4Addr::new(a, b, c, d).to_string());
            }
            None => out.push_str(&Ipv6Addr::from(self.address).to_string()),
        }
        out.push(':');
        match hosts.port(self.port, transport) {
            Some(name) => out.push_str(name),
            None => push_number(out, u64::from(self.port)),
        }
    }
}

pub(super) fn push(items: &mut Items<'_>, source: &DetailInput<'_>) {
    let detail = source.detail();
    items.number("Length", detail.u32(4).unwrap_or(0));
    // Keys and values in turn, each followed by a NUL. An empty key ends the list.
    let mut rest = detail.from(44).0;
    let mut key = String::new();
    while let Some(name) = next_text(&mut rest) {
        if name.is_empty() {
            break;
        }
        let Some(value) = next_text(&mut rest) else { break };
        key.clear();
        push_wide(&mut key, name);
        push_wide(items.key(&key), value);
    }
}

/// Takes the text up to the next NUL; `None` if there is no NUL.
fn next_text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = wide_nul(rest);
    let after = rest.get(end + 2..)?;
    let text = &rest[..end];
    *rest = after;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_name_is_shown_itself() {
        let mut block = vec![0u8; 44];
        block[0] = 1; // the source is IPv4, the destination IPv6, UDP
        block[8..12].copy_from_slice(&[192, 0, 2, 1]);
        block[24..26].copy_from_slice(&[0xFF, 0x02]);
        block[39] = 1;
        block[40] = 80;
        let mut out = String::new();
        NetworkDetail::read(Bytes(&block)).push_path(&mut out, &Hosts::default());
        assert_eq!(out, "192.0.2.1:80 -> ff02::1:0");
    }
}
