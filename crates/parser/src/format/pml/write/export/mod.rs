//! Turns events of exports back into what Procmon recorded, from their texts.

mod accounts;
mod check;
mod directory;
mod file;
mod file_block;
mod file_information;
mod names;
mod network;
mod process;
mod processes;
mod registry;
mod sid;
mod value_data;
mod values;
mod volume;
mod words;

use super::put::Put;
use super::tables::{HostTable, Indexes, ProcessRow};
use crate::event::Event;
use crate::model::{
    Column, Detail, Error, ErrorKind, LossKind, Losses, Module, NtStatus, Process, plain_operation,
};
use crate::pml::bytes::PointerWidth;
use crate::pml::header::Info;
use crate::pml::process_block::code as process_code;
use crate::pml::record::{Class, EVENT_HEADER_SIZE, STATUS_PENDING, UNKNOWN};
use crate::pml::salvage::{MOST_FRAMES, is_time_of_event};
use crate::time::{Clock, TimeBase, TimeQuality, Zone};
use accounts::Accounts;
use check::Expected;
use names::OperationCode;
use values::{Dates, ItemValues};

/// The processes and counters of the exports.
#[derive(Debug, Default)]
pub(super) struct Exports {
    processes: processes::Processes,
    accounts: Accounts,
    names: network::HostNames,
    last_time: Option<i64>,
    first_time: Option<i64>,
    sequences: Sequences,
}

/// What the details of an event are made from.
struct Request<'a> {
    code: OperationCode,
    /// The operation as the export has it.
    name: &'a str,
    path: &'a str,
    items: ItemValues<'a>,
    status: u32,
    width: PointerWidth,
    /// Process index and PID, and the process index of a process that is created.
    process: u32,
    pid: u32,
    child: u32,
    /// The account of that process.
    child_user: &'a str,
    accounts: &'a Accounts,
}

/// Details and returned data of an event.
struct Encoded {
    detail: Vec<u8>,
    extra: Option<Vec<u8>>,
}

impl Encoded {
    fn new(detail: Vec<u8>) -> Encoded {
        Encoded { detail, extra: None }
    }

    /// The returned data, to append to.
    fn returned(&mut self) -> &mut Vec<u8> {
        self.extra.get_or_insert_default()
    }
}

/// The tables of the file to which an event can add.
pub(super) struct ExportTables<'w> {
    pub(super) info: &'w Info,
    pub(super) indexes: &'w mut Indexes,
    pub(super) hosts: &'w mut HostTable,
    pub(super) losses: &'w mut Losses,
}

impl Exports {
    /// Appends an event in the form of a native log.
    pub(super) fn write(
        &mut self,
        event: &Event,
        clock: &Clock,
        shared: &mut ExportTables<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let zone = zone_of(event, clock)?;
        let time = self.time(event, clock, zone, shared.losses)?;
        let text = |column| event.get(column).unwrap_or_default();
        let (operation, path, detail) =
            (text(Column::Operation), text(Column::Path), text(Column::Detail));
        let detail = Detail::parse(&operation, &*detail);
        let plain = plain_operation(&operation, &detail);
        let class = event.get(Column::EventClass);
        let known = names::code(plain, class.as_deref());
        if known.is_none() && operation != UNKNOWN {
            let message = format!("the operation {operation} has no code; it becomes {UNKNOWN}");
            shared.losses.add(LossKind::NotWritten, event.position(), message);
        }
        let code = known.unwrap_or_else(|| {
            let category = event.get(Column::Category);
            names::unknown(class.as_deref(), category.as_deref(), &path)
        });
        let dates = Dates::new(clock, zone);
        let first_time = *self.first_time.get_or_insert(time);
        let file_dates = Dates::of_files(clock, zone, first_time);
        let place = self.processes.place(event, time, &dates, shared.indexes);
        let row = self.processes.row(place);
        let (process, pid) = (row.index, row.pid);
        let items = ItemValues { detail: &detail, dates: &file_dates };
        let creates = code.class == Class::Process && code.operation == process_code::CREATE;
        let child = match creates {
            true => self.processes.child(items.word("PID"), time, shared.indexes),
            false => 0,
        };
        let child_user = match creates {
            true => self.processes.user(child),
            false => Default::default(),
        };
        self.accounts.note(&child_user);
        self.accounts.note(items.text("Impersonating").unwrap_or_default());
        let status = status(event, shared.losses);
        let width = shared.info.pointer_width;
        let request = Request {
            code,
            name: &operation,
            path: &path,
            items,
            status,
            width,
            process,
            pid,
            child,
            child_user: &child_user,
            accounts: &self.accounts,
        };
        let encoded = match code.class {
            Class::Process => process::encode(&request),
            Class::Registry => registry::encode(&request),
            Class::FileSystem | Class::Ipc => file::encode(&request),
            Class::Profiling => process::encode_profiling(&request),
            Class::Network => network::encode(&request, &mut self.names, shared.hosts),
            Class::Unknown(_) => Encoded::new(Vec::new()),
        };
        if file_dates.has_open() {
            return Err(missing(
                event,
                "a date in its Detail can be read in more than one way: \
                 read the capture with a date order",
            ));
        }
        if code.class == Class::Process && code.operation == process_code::LOAD_IMAGE {
            let (base, size) = (items.hex("Image Base"), items.hex("Image Size") as u32);
            self.processes.add_module(place, &path, base, size, time);
        }
        put(&mut self.sequences, event, &request, time, encoded, out, shared);
        let (path, detail) = (&*path, detail.text());
        let accounts = &self.accounts;
        let expected = Expected { shown: &operation, operation: plain, path, detail, accounts };
        if (known.is_some() || operation == UNKNOWN)
            && let Some(column) = check::difference(out, &expected, shared.info, &file_dates)
        {
            let message = format!("the column {column} of a {plain} could not be written in full");
            shared.losses.add(LossKind::NotWritten, event.position(), message);
        }
        Ok(())
    }

    /// When the event began, in 100 ns ticks since 1601 UTC.
    fn time(
        &mut self,
        event: &Event,
        clock: &Clock,
        zone: &Zone,
        losses: &mut Losses,
    ) -> Result<i64, Error> {
        let missing = |what: &str| missing(event, what);
        let time = match clock.resolve(event.time()) {
            Some(stamp) => match (stamp.base(), stamp.quality()) {
                (TimeBase::Utc, _) => stamp.ticks(),
                (TimeBase::Local, _) => values::to_utc(stamp.ticks(), zone),
                (TimeBase::FirstDay, TimeQuality::DateAmbiguous) => {
                    return Err(missing(
                        "a PML file needs dates, and the order of day and month is not known: \
                         read the capture with a date order",
                    ));
                }
                (TimeBase::FirstDay, _) => {
                    return Err(missing(
                        "a PML file needs dates, and the capture has none: \
                         read it with the date of its first event",
                    ));
                }
            },
            None => {
                let what = "a PML file needs times, and the event has none that can be read";
                let last = self.last_time.ok_or_else(|| missing(what))?;
                let message = "the time cannot be read; that of the event before was written";
                losses.add(LossKind::NotWritten, event.position(), message);
                last
            }
        };
        let time = self.readable(time, event, losses)?;
        self.last_time = Some(time);
        Ok(time)
    }

    /// The time itself, or that of the event before if it is one at which no reader expects an
    /// event: in a native log, it would look like damage.
    fn readable(&self, time: i64, event: &Event, losses: &mut Losses) -> Result<i64, Error> {
        if is_time_of_event(time) {
            return Ok(time);
        }
        let what = "a PML file has events of the years 1996 to 2285 only, and this one is of \
                    another year";
        let last = self.last_time.ok_or_else(|| missing(event, what))?;
        let message = "the event is not of the years 1996 to 2285; the time of the event before \
                       was written";
        losses.add(LossKind::NotWritten, event.position(), message);
        Ok(last)
    }

    /// Adds a process of a list.
    pub(super) fn list(&mut self, process: &Process, modules: Vec<Module>, indexes: &mut Indexes) {
        self.accounts.open();
        self.processes.list(process, modules, indexes);
    }

    /// The process table.
    pub(super) fn rows(&self) -> Vec<ProcessRow> {
        self.processes.rows()
    }
}

/// Appends an event.
fn put(
    sequences: &mut Sequences,
    event: &Event,
    request: &Request<'_>,
    time: i64,
    encoded: Encoded,
    out: &mut Vec<u8>,
    shared: &mut ExportTables<'_>,
) {
    let width = request.width;
    let stack = event.stack();
    if stack.len() > usize::from(MOST_FRAMES) {
        let message = format!("the stack has {} frames; {MOST_FRAMES} were written", stack.len());
        shared.losses.add(LossKind::NotWritten, event.position(), message);
    }
    let stack = stack.get(..usize::from(MOST_FRAMES)).unwrap_or(&stack);
    let duration = event.get(Column::Duration).and_then(|text| values::seconds(&text));
    let thread = event.tid().unwrap_or_else(|| request.items.word("Thread ID"));
    out.put_u32(request.process);
    out.put_u32(thread);
    out.put_u32(u32::from(request.code.class.code()));
    out.put_u32(u32::from(request.code.operation));
    out.put_u32(sequences.next(request.code.class));
    out.put_u64(duration.unwrap_or(0));
    out.put_u64(time as u64);
    out.put_u32(request.status);
    out.put_u32(stack.len() as u32);
    out.put_u32(encoded.detail.len() as u32);
    let extra_at = EVENT_HEADER_SIZE + stack.len() * width.bytes() + encoded.detail.len();
    let extra = encoded.extra.as_deref();
    out.put_u32(if extra.is_some() { extra_at as u32 } else { 0 });
    for frame in stack {
        let address = frame.address.value();
        if address.is_none() {
            let message = format!("the address {} of a stack is not a number", frame.address);
            shared.losses.add(LossKind::NotWritten, event.position(), message);
        }
        out.put_pointer(address.unwrap_or(0), width);
    }
    out.extend_from_slice(&encoded.detail);
    if let Some(extra) = extra {
        let extra = extra.get(..usize::from(u16::MAX)).unwrap_or(extra);
        out.put_u16(extra.len() as u16);
        out.extend_from_slice(extra);
    }
}

/// The numbers of events.
#[derive(Debug, Default)]
struct Sequences {
    others: u32,
    network: u32,
}

impl Sequences {
    /// Network events have their own count.
    fn next(&mut self, class: Class) -> u32 {
        const FIRST_OF_NETWORK: u32 = 0x2000_0000;
        let (counter, first) = match class {
            Class::Network => (&mut self.network, FIRST_OF_NETWORK),
            _ => (&mut self.others, 0),
        };
        let sequence = first.wrapping_add(*counter);
        *counter = counter.wrapping_add(1);
        sequence
    }
}

/// What the capture does not show, and a native log needs.
fn missing(event: &Event, what: &str) -> Error {
    Error::new(ErrorKind::InvalidValue, what).at(event.position())
}

fn zone_of<'c>(event: &Event, clock: &'c Clock) -> Result<&'c Zone, Error> {
    let message = "a PML file has times in UTC, and the capture does not record its zone: \
                   read it with the zone of its clock";
    clock.zone().ok_or_else(|| missing(event, message))
}

/// The status of the column Result. A text that is not known becomes UNSUCCESSFUL;
/// without the column every event is successful.
fn status(event: &Event, losses: &mut Losses) -> u32 {
    const UNSUCCESSFUL: u32 = 0xC000_0001;
    let Some(text) = event.get(Column::Result) else { return 0 };
    if text.is_empty() {
        return STATUS_PENDING;
    }
    match NtStatus::from_result(&text) {
        Some(status) => status.0,
        None => {
            let message = format!("the result {text} has no known status; it becomes UNSUCCESSFUL");
            losses.add(LossKind::NotWritten, event.position(), message);
            UNSUCCESSFUL
        }
    }
}
