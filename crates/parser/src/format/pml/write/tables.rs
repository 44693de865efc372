//! The tables behind the events.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::put::Put;
use crate::model::{Error, ErrorKind, Module};
use crate::pml::bytes::PointerWidth;
use crate::pml::tables::Transport;

/// Everything that the process table says about one process.
#[derive(Clone, Debug, Default)]
pub(super) struct ProcessRow {
    pub(super) index: u32,
    pub(super) pid: u32,
    pub(super) parent_pid: u32,
    pub(super) parent_index: u32,
    pub(super) authentication_id: u64,
    pub(super) session: u32,
    pub(super) started: i64,
    pub(super) ended: i64,
    pub(super) virtualized: u32,
    pub(super) is_64_bit: bool,
    /// Integrity, user, name, image path, command line, company, version and
    /// description.
    pub(super) texts: [Arc<str>; 8],
    pub(super) modules: Vec<Module>,
}

/// Process indexes that are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Indexes(BTreeSet<u32>);

impl Indexes {
    /// Takes this index, or one behind all others when it is taken already.
    pub(super) fn take(&mut self, wanted: u32) -> u32 {
        if self.0.insert(wanted) {
            return wanted;
        }
        self.next()
    }

    /// Takes an index behind all others.
    pub(super) fn next(&mut self) -> u32 {
        let next = match self.0.last() {
            None => 0,
            // The last one is left to processes that are not in any table.
            Some(&last) if last < u32::MAX - 1 => last + 1,
            Some(_) => (0..).find(|index| !self.0.contains(index)).unwrap_or(u32::MAX),
        };
        self.0.insert(next);
        next
    }
}

/// Process and string table, ready to be written.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) processes: Vec<u8>,
    pub(super) strings: Vec<u8>,
}

impl Tables {
    pub(super) fn of(mut rows: Vec<ProcessRow>, width: PointerWidth) -> Result<Tables, Error> {
        rows.sort_by_key(|row| row.index);
        let mut strings = Strings::new();
        let mut records = Vec::new();
        let mut offsets = Vec::with_capacity(rows.len());
        let list = 4 + 8 * rows.len();
        for row in &rows {
            offsets.push(list + records.len());
            put_process(&mut records, row, width, &mut strings);
        }
        let mut processes = Vec::with_capacity(list + records.len());
        processes.put_u32(rows.len() as u32);
        for row in &rows {
            processes.put_u32(row.index);
        }
        for offset in offsets {
            processes.put_u32(table_offset(offset)?);
        }
        processes.append(&mut records);
        Ok(Tables { processes, strings: strings.bytes()? })
    }
}

fn put_process(out: &mut Vec<u8>, row: &ProcessRow, width: PointerWidth, strings: &mut Strings) {
    out.put_u32(row.index);
    out.put_u32(row.pid);
    out.put_u32(row.parent_pid);
    out.put_u32(row.parent_index);
    out.put_u64(row.authentication_id);
    out.put_u32(row.session);
    out.put_u32(0);
    out.put_u64(row.started as u64);
    out.put_u64(row.ended as u64);
    out.put_u32(row.virtualized);
    out.put_u32(u32::from(row.is_64_bit));
    for text in &row.texts {
        out.put_u32(strings.add(text));
    }
    // Two icons: number 0 is that of nothing.
    out.put_zeros(8);
    out.put_pointer(0, width);
    out.put_u32(row.modules.len() as u32);
    for module in &row.modules {
        // The time of loading is in two halves, at both ends of the record.
        let loaded = module.loaded as u64;
        out.put_pointer(loaded & 0xFFFF_FFFF, width);
        out.put_pointer(module.base, width);
        out.put_u32(module.size);
        for text in [&module.path, &module.version, &module.company, &module.description] {
            out.put_u32(strings.add(text));
        }
        out.put_u32(module.time_stamp);
        out.put_zeros(12);
        out.put_u32(module.size);
        out.put_u32(0);
        out.put_u32((loaded >> 32) as u32);
    }
}

/// Texts, each kept once. Number 0 is the empty one.
#[derive(Debug)]
struct Strings {
    numbers: HashMap<String, u32>,
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

impl Strings {
    fn new() -> Strings {
        let mut bytes = Vec::new();
        bytes.put_u32(0);
        Strings { numbers: HashMap::from([(String::new(), 0)]), ends: vec![4], bytes }
    }

    fn add(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.ends.len() as u32;
        let size = 2 * (text.encode_utf16().count() + 1);
        self.bytes.put_u32(size as u32);
        self.bytes.put_wide(text);
        self.bytes.put_u16(0);
        self.ends.push(self.bytes.len());
        self.numbers.insert(text.to_string(), number);
        number
    }

    fn bytes(mut self) -> Result<Vec<u8>, Error> {
        let list = 4 + 4 * self.ends.len();
        let mut out = Vec::with_capacity(list + self.bytes.len());
        out.put_u32(self.ends.len() as u32);
        let starts = [0].into_iter().chain(self.ends.iter().copied()).take(self.ends.len());
        for start in starts {
            out.put_u32(table_offset(list + start)?);
        }
        out.append(&mut self.bytes);
        Ok(out)
    }
}

fn table_offset(offset: usize) -> Result<u32, Error> {
    let message = "the tables of a PML file cannot exceed four gigabytes";
    u32::try_from(offset).map_err(|_| Error::new(ErrorKind::Unsupported, message))
}

/// The icon table of a capture without icons: the one of nothing.
pub(super) fn no_icons() -> Vec<u8> {
    let mut out = Vec::new();
    out.put_u32(1);
    out.put_u32(8);
    out.put_u32(0);
    out.put_u32(0);
    out
}

/// Names of addresses and ports.
#[derive(Clone, Debug, Default)]
pub(super) struct Hosts {
    hosts: BTreeMap<[u8; 16], String>,
    ports: BTreeMap<(u16, bool), String>,
}

impl Hosts {
    pub(super) fn add_host(&mut self, address: [u8; 16], name: &str) {
        self.hosts.entry(address).or_insert_with(|| name.to_string());
    }

    pub(super) fn add_port(&mut self, port: u16, transport: Transport, name: &str) {
        let key = (port, transport == Transport::Tcp);
        self.ports.entry(key).or_insert_with(|| name.to_string());
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.put_u32(self.hosts.len() as u32);
        for (address, name) in &self.hosts {
            out.extend_from_slice(address);
            put_sized(&mut out, name);
        }
        out.put_u32(self.ports.len() as u32);
        for ((port, is_tcp), name) in &self.ports {
            out.put_u16(*port);
            out.put_u16(u16::from(*is_tcp));
            put_sized(&mut out, name);
        }
        out
    }
}

fn put_sized(out: &mut Vec<u8>, text: &str) {
    out.put_u32(2 * (text.encode_utf16().count() as u32 + 1));
    out.put_wide(text);
    out.put_u16(0);
}
