//! Events of native captures, copied.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::network;
use super::put::{Put, set};
use super::tables::{Hosts, Indexes};
use crate::event::native_record::{PmlRecord, SharedPart};
use crate::model::{Error, ErrorKind, LossKind, Losses};
use crate::pml::event::PmlEvent;
use crate::pml::header::Info;
use crate::pml::process_block::code as process_code;
use crate::pml::record::{Class, EVENT_HEADER_SIZE};

/// The captures that events came from, and what of them is needed.
#[derive(Debug, Default)]
pub(super) struct Native {
    pub(super) parts: Vec<Part>,
    /// The part of the last event.
    current: usize,
    /// Processes of all parts by PID and start, by which they are recognised.
    known: HashMap<(u32, i64), u32>,
}

#[derive(Debug)]
pub(super) struct Part {
    pub(super) shared: Arc<SharedPart>,
    /// The index in the file that is written, by the index in the part.
    pub(super) indexes: HashMap<u32, u32>,
    /// The processes of the events, by their index in the part.
    pub(super) used: BTreeSet<u32>,
    /// Whether an event was called from the kernel.
    pub(super) kernel: bool,
}

impl Native {
    /// Appends an event as it is to be written.
    pub(super) fn write(
        &mut self,
        record: &PmlRecord,
        info: &Info,
        indexes: &mut Indexes,
        hosts: &mut Hosts,
        out: &mut Vec<u8>,
        losses: &mut Losses,
    ) -> Result<(), Error> {
        let event = record.event();
        if event.pointer_width() != info.pointer_width {
            let message = "a 32-bit capture and a 64-bit capture cannot go into one PML file";
            return Err(Error::new(ErrorKind::Unsupported, message).at(event.position()));
        }
        let part = self.part(record.part(), indexes);
        part.note_kernel(&event);
        copy(&event, part, out, losses);
        if event.header.class == Class::Network {
            network::note_names(&event, hosts);
        }
        Ok(())
    }

    /// What is known about a part; a new one gets its processes numbered.
    fn part(&mut self, shared: &Arc<SharedPart>, indexes: &mut Indexes) -> &mut Part {
        let is_it = |part: &Part| Arc::ptr_eq(&part.shared, shared);
        if !self.parts.get(self.current).is_some_and(is_it) {
            self.current = match self.parts.iter().position(is_it) {
                Some(place) => place,
                None => {
                    let part = new_part(shared, &mut self.known, indexes);
                    self.parts.push(part);
                    self.parts.len() - 1
                }
            };
        }
        &mut self.parts[self.current]
    }
}

fn new_part(
    shared: &Arc<SharedPart>,
    known: &mut HashMap<(u32, i64), u32>,
    indexes: &mut Indexes,
) -> Part {
    let mut own = HashMap::new();
    let mut taken = HashSet::new();
    for entry in shared.pml().processes() {
        // A process goes on in the next part; within a part, every entry is one.
        let identity = (entry.pid, entry.started);
        let index = match known.get(&identity) {
            Some(&index) if taken.insert(index) => index,
            _ => indexes.take(entry.index),
        };
        taken.insert(index);
        known.entry(identity).or_insert(index);
        own.insert(entry.index, index);
    }
    let shared = Arc::clone(shared);
    Part { shared, indexes: own, used: BTreeSet::new(), kernel: false }
}

impl Part {
    /// The index that a process of the part has in the file that is written. One
    /// that is in no table keeps its own.
    pub(super) fn index(&self, own: u32) -> u32 {
        self.indexes.get(&own).copied().unwrap_or(own)
    }

    /// Says that a process is needed, and gives its new index.
    fn needed(&mut self, own: u32) -> u32 {
        self.used.insert(own);
        self.index(own)
    }

    fn note_kernel(&mut self, event: &PmlEvent<'_>) {
        let highest = self.shared.pml().info().max_user_address;
        self.kernel = self.kernel || event.stack().any(|address| address > highest);
    }
}

/// Appends header, stack, details and what was returned, one behind the other.
fn copy(event: &PmlEvent<'_>, part: &mut Part, out: &mut Vec<u8>, losses: &mut Losses) {
    let parts = event.parts();
    if parts.cut {
        let message = "part of the event is missing; what is there was written";
        losses.add(LossKind::DamagedField, event.position(), message);
    }
    let header = &event.header;
    let width = event.pointer_width();
    let mut detail = parts.detail.0;
    let is_process = header.class == Class::Process;
    let mut start = Vec::new();
    if is_process && header.operation == process_code::START && detail.len() < START_SIZE {
        start.extend_from_slice(detail);
        start.resize(START_SIZE, 0);
        detail = &start;
    }
    let stack = whole_frames(parts.stack.0, width.bytes());
    let depth = stack.len() / width.bytes();
    out.put_u32(part.needed(header.process_index));
    out.put_u32(header.thread_id);
    out.put_u16(header.class.code());
    out.put_u16(0);
    out.put_u16(header.operation);
    out.put_u16(0);
    out.put_u32(header.sequence);
    out.put_u64(header.duration);
    out.put_u64(header.time as u64);
    out.put_u32(header.status);
    out.put_u16(depth as u16);
    out.put_u16(0);
    out.put_u32(detail.len() as u32);
    let extra_at = EVENT_HEADER_SIZE + stack.len() + detail.len();
    out.put_u32(if parts.extra.is_some() { extra_at as u32 } else { 0 });
    out.extend_from_slice(stack);
    let detail_at = out.len();
    out.extend_from_slice(detail);
    if is_process && [process_code::CREATE, process_code::DEFINED].contains(&header.operation) {
        renumber(&mut out[detail_at..], part);
    }
    if let Some(extra) = parts.extra {
        out.put_u16(extra.len() as u16);
        out.extend_from_slice(extra.0);
    }
}

/// The size of `Process Start` details whose texts are all empty. Version 7 has
/// the PID of the parent only.
const START_SIZE: usize = 12;

fn whole_frames(stack: &[u8], pointer: usize) -> &[u8] {
    &stack[..stack.len() - stack.len() % pointer]
}

/// Gives the child and the parent in the details of `Process Create` the
/// indexes that they have in the new file.
fn renumber(detail: &mut [u8], part: &mut Part) {
    const CHILD: usize = 0;
    const PARENT: usize = 8;
    for at in [CHILD, PARENT] {
        let own = detail.get(at..).and_then(|rest| rest.first_chunk::<4>());
        if let Some(own) = own {
            let own = u32::from_le_bytes(*own);
            let index = part.needed(own);
            set(detail, at, &index.to_le_bytes());
        }
    }
}
