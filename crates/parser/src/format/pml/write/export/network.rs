//! Details of network operations.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Encoded, Request};
use crate::format::pml::write::put::{Put, set};
use crate::format::pml::write::tables::Hosts;
use crate::pml::tables::Transport;

/// Addresses and ports of names.
///
/// An export shows the name of a host or port where it has one, and not what it
/// stands for. A host gets an address that leads nowhere by its definition, from
/// 100::/64; a port that is not well known gets an unused number.
#[derive(Debug, Default)]
pub(super) struct Names {
    hosts: HashMap<String, u64>,
    ports: HashMap<(String, Transport), u16>,
    taken: HashSet<(u16, Transport)>,
}

/// One end of a connection: address, whether it is IPv4, and port.
struct End {
    address: [u8; 16],
    is_v4: bool,
    port: u16,
}

impl Names {
    fn end(&mut self, text: &str, transport: Transport, names: &mut Hosts) -> End {
        let (host, port) = text.rsplit_once(':').unwrap_or((text, "0"));
        let (address, is_v4) = match host.parse() {
            Ok(IpAddr::V4(address)) => (v4(address), true),
            Ok(IpAddr::V6(address)) => (address.octets(), false),
            Err(_) => {
                let next = self.hosts.len() as u64 + 1;
                let number = *self.hosts.entry(host.to_string()).or_insert(next);
                let address = Ipv6Addr::from(0x0100 << 112 | u128::from(number)).octets();
                names.add_host(address, host);
                (address, false)
            }
        };
        let port = match port.parse() {
            Ok(port) => {
                self.taken.insert((port, transport));
                port
            }
            Err(_) => {
                let number = self.port(port, transport);
                names.add_port(number, transport, port);
                number
            }
        };
        End { address, is_v4, port }
    }

    fn port(&mut self, name: &str, transport: Transport) -> u16 {
        if let Some(&port) = self.ports.get(&(name.to_string(), transport)) {
            return port;
        }
        let known = WELL_KNOWN.iter().find(|(known, _)| *known == name).map(|(_, port)| *port);
        let is_free = |port: &u16| !self.taken.contains(&(*port, transport));
        let port = known.filter(is_free).or_else(|| (1..u16::MAX).find(is_free)).unwrap_or(0);
        self.taken.insert((port, transport));
        self.ports.insert((name.to_string(), transport), port);
        port
    }
}

/// Ports as the file `services` of Windows names them.
const WELL_KNOWN: [(&str, u16); 32] = [
    ("ftp-data", 20),
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("domain", 53),
    ("bootps", 67),
    ("bootpc", 68),
    ("http", 80),
    ("kerberos", 88),
    ("pop3", 110),
    ("ntp", 123),
    ("epmap", 135),
    ("netbios-ns", 137),
    ("netbios-dgm", 138),
    ("netbios-ssn", 139),
    ("imap", 143),
    ("snmp", 161),
    ("ldap", 389),
    ("https", 443),
    ("microsoft-ds", 445),
    ("kpasswd", 464),
    ("isakmp", 500),
    ("ldaps", 636),
    ("ms-sql-s", 1433),
    ("ssdp", 1900),
    ("ms-wbt-server", 3389),
    ("ipsec-msft", 4500),
    ("teredo", 3544),
    ("ws-discovery", 3702),
    ("llmnr", 5355),
    ("wsman", 5985),
];

fn v4(address: Ipv4Addr) -> [u8; 16] {
    let mut out = [0; 16];
    out[..4].copy_from_slice(&address.octets());
    out
}

pub(super) fn encode(request: &Request<'_>, names: &mut Names, hosts: &mut Hosts) -> Encoded {
    const SOURCE_V4: u16 = 1;
    const DESTINATION_V4: u16 = 2;
    const TCP: u16 = 4;
    let transport = request.code.transport;
    let (source, destination) = request.path.split_once(" -> ").unwrap_or((request.path, ""));
    let source = names.end(source, transport, hosts);
    let destination = names.end(destination, transport, hosts);
    let mut flags = if transport == Transport::Tcp { TCP } else { 0 };
    flags |= if source.is_v4 { SOURCE_V4 } else { 0 };
    flags |= if destination.is_v4 { DESTINATION_V4 } else { 0 };
    let mut detail = vec![0; 44];
    set(&mut detail, 0, &flags.to_le_bytes());
    set(&mut detail, 4, &request.items.word("Length").to_le_bytes());
    set(&mut detail, 8, &source.address);
    set(&mut detail, 24, &destination.address);
    set(&mut detail, 40, &source.port.to_le_bytes());
    set(&mut detail, 42, &destination.port.to_le_bytes());
    for item in request.items.detail.items().filter(|item| item.key != "Length") {
        for text in [item.key, item.value] {
            detail.put_wide(text);
            detail.put_u16(0);
        }
    }
    detail.put_u16(0);
    Encoded::new(detail)
}
