//! Copies events of native captures.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::network;
use super::put::{Put, set};
use super::tables::{HostTable, Indexes};
use crate::event::native_record::{PmlRecord, SharedPart};
use crate::model::{Error, ErrorKind, LossKind, Losses};
use crate::pml::event::PmlEvent;
use crate::pml::header::Info;
use crate::pml::process_block::code as process_code;
use crate::pml::record::{Class, EVENT_HEADER_SIZE};

/// The parts of captures that events came from, and what is needed of them.
#[derive(Debug, Default)]
pub(super) struct NativeParts {
    pub(super) parts: Vec<SourcePart>,
    /// The part of the last event.
    current: usize,
    /// Processes of all parts by PID and start, which identify them.
    known: HashMap<(u32, i64), u32>,
}

#[derive(Debug)]
pub(super) struct SourcePart {
    pub(super) shared: Arc<SharedPart>,
    /// Process indexes in the new file, by the index in the part.
    pub(super) indexes: HashMap<u32, u32>,
    /// The processes of the events, by their index in the part.
    pub(super) used: BTreeSet<u32>,
    /// Whether a call stack has an address of the kernel.
    pub(super) kernel: bool,
}

impl NativeParts {
    /// Appends an event in the form of the new file.
    pub(super) fn write(
        &mut self,
        record: &PmlRecord,
        info: &Info,
        indexes: &mut Indexes,
        hosts: &mut HostTable,
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

    /// What is known about a part. The processes of a new part get their indexes here.
    fn part(&mut self, shared: &Arc<SharedPart>, indexes: &mut Indexes) -> &mut SourcePart {
        let is_it = |part: &SourcePart| Arc::ptr_eq(&part.shared, shared);
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
) -> SourcePart {
    let mut own = HashMap::new();
    let mut taken = HashSet::new();
    for entry in shared.pml().processes() {
        // A process can continue in the next part; within one part, every entry is
        // another process.
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
    SourcePart { shared, indexes: own, used: BTreeSet::new(), kernel: false }
}

impl SourcePart {
    /// The index of a process in the new file. A process that is not in the table keeps
    /// its index.
    pub(super) fn index(&self, own: u32) -> u32 {
        self.indexes.get(&own).copied().unwrap_or(own)
    }

    /// Notes that a process is needed, and returns its new index.
    fn needed(&mut self, own: u32) -> u32 {
        self.used.insert(own);
        self.index(own)
    }

    fn note_kernel(&mut self, event: &PmlEvent<'_>) {
        let highest = self.shared.pml().info().max_user_address;
        self.kernel = self.kernel || event.stack().any(|address| address > highest);
    }
}

/// Appends header, stack, details and returned data.
fn copy(event: &PmlEvent<'_>, part: &mut SourcePart, out: &mut Vec<u8>, losses: &mut Losses) {
    let parts = event.parts();
    if parts.cut {
        let message = "a part of the event is missing; the rest was written";
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

/// The size of `Process Start` details whose texts are all empty. In version 7 there is
/// only the PID of the parent.
const START_SIZE: usize = 12;

fn whole_frames(stack: &[u8], pointer: usize) -> &[u8] {
    &stack[..stack.len() - stack.len() % pointer]
}

/// Replaces the process indexes in the details of `Process Create` by those of the new
/// file.
fn renumber(detail: &mut [u8], part: &mut SourcePart) {
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
