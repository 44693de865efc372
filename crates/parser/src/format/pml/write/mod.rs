//! Writes Procmon's native captures (PML), version 9, 32 and 64 bit.
//!
//! ```
//! use std::io::Cursor;
//!
//! use procmonkey_parser::pml::{PmlWriter, ExportProfile};
//! use procmonkey_parser::{Event, Input, ReadOptions};
//!
//! let csv = "\"Date & Time\",\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\r\n\
//!            \"3/5/2026 3:53:00 PM\",\"3:53:00.0000001 PM\",\"a.exe\",\"7\",\"CloseFile\",\"C:\\a\",\"SUCCESS\",\"\"\r\n\
//!            \"3/15/2026 3:53:00 PM\",\"3:53:00.0000001 PM\",\"a.exe\",\"7\",\"CloseFile\",\"C:\\b\",\"SUCCESS\",\"\"\r\n";
//! let options = ReadOptions::new().zone("UTC".parse()?);
//! // Once to learn how the capture writes dates, and of which Windows it is; once
//! // more to write it.
//! let mut input = Input::from_reader("a.csv", csv.as_bytes(), &options)?;
//! let mut capture = input.next_capture().expect("there is one")?;
//! let mut profile = ExportProfile::default();
//! for event in capture.events() {
//!     profile.observe(&event?);
//! }
//! let clock = capture.clock().clone();
//!
//! let mut input = Input::from_reader("a.csv", csv.as_bytes(), &options)?;
//! let mut capture = input.next_capture().expect("there is one")?;
//! let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &profile.info())?;
//! let mut event = Event::default();
//! while capture.read_event(&mut event)? {
//!     writer.write(&event, &clock)?;
//! }
//! assert!(writer.losses().is_empty());
//! let bytes = writer.finish()?.into_inner();
//!
//! let mut input = Input::from_reader("a.pml", &bytes[..], &ReadOptions::new())?;
//! let mut capture = input.next_capture().expect("there is one")?;
//! let paths: Vec<_> = capture.events().flatten().filter_map(|e| Some(e.path()?.into_owned())).collect();
//! assert_eq!(paths, ["C:\\a", "C:\\b"]);
//! # Ok::<(), procmonkey_parser::Error>(())
//! ```
//!
//! # What comes from a native capture
//!
//! Stack, details and returned data of an event are copied byte for byte. Parts of header
//! and tables that the format leaves undefined are written as zero. Only the processes
//! that the events need are written: their own, the parents, `System` if the kernel was
//! on a stack, and Procmon if its version decides the form of texts. Icons are left out.
//!
//! Every column reads as before, with two exceptions: `Relative Time` in a part of a
//! capture, and the few REG_BINARY values after which Procmon prints bytes of the next
//! event. The name of an impersonated account that is not the same on every Windows is
//! only known from its `Process Create` event; without that event its identifier is
//! shown.
//!
//! A version 7 capture becomes version 9. Its `Process Start` has no command line, folder
//! and environment, so they are written empty. Setting a file's allocation is then called
//! `SetAllocationInformationFile`, as in every version 9 capture.

//! # What comes from an export
//!
//! Every event is made from its columns, then read back and compared. A column that reads
//! differently is a loss, with the event's position. An export does not have everything
//! that the format stores:
//!
//! * the first pass over an export finds out its [`Clock`] and its [`ExportProfile`];
//! * a named host has no address: it gets one from 100::/64, which leads nowhere; a named
//!   port that is not well known gets an unused number;
//! * an impersonated account is written if its identifier is the same on every Windows,
//!   and is a loss otherwise;
//! * the wrong page protection that Procmon prints for a 64-bit Windows is stored where
//!   Procmon reads it; the real one is not known;
//! * of binary data, the 16 bytes that Procmon records are written, without the bytes of
//!   its own memory that it prints after them;
//! * a file name that Procmon has overwritten in a listing is written as an empty name,
//!   so that the others keep their places;
//! * modules are those of `Load Image` events; the format stores the addresses of call
//!   stacks, but not their symbols;
//! * a process starts when its event or its column `Process Start` says so, otherwise at
//!   0.

mod export;
mod export_profile;
mod native;
mod native_tables;
mod network;
mod put;
mod sink;
mod tables;
mod text;

use std::io::{Seek, Write};

use crate::event::{Event, Record};
use crate::model::{Error, ErrorKind, Losses, Module, Process};
use crate::pml::header::{self, FileLayout, HEADER_SIZE, Info};
use crate::pml::record::EVENT_HEADER_SIZE;
use crate::time::Clock;
pub use export_profile::ExportProfile;

use export::{ExportTables, Exports};
use native::NativeParts;
use sink::Sink;
use tables::{HostTable, Indexes, ProcessRow, Tables};

/// Writes events into a native capture, one by one.
///
/// Events are written to the output at once. Until the end, five bytes for each event are
/// kept, and the processes with their modules. A file that was never finished is like one
/// that Procmon leaves when it is killed: its events can be read, without the names of
/// their processes.
#[derive(Debug)]
pub struct PmlWriter<W: Write + Seek> {
    sink: Sink<W>,
    info: Info,
    /// Five bytes for each event.
    offsets: Vec<u8>,
    native: NativeParts,
    exports: Exports,
    indexes: Indexes,
    hosts: HostTable,
    losses: Losses,
    scratch: Vec<u8>,
}

impl<W: Write + Seek> PmlWriter<W> {
    /// Begins a capture at the current position of the output.
    ///
    /// `info` describes the computer that the events were recorded on:
    /// [`Capture::recording`] of their capture, or [`Info::unknown`]. Its version and its
    /// number of events are ignored. Its pointer width decides the layout of the whole
    /// file.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when the output cannot be written.
    ///
    /// [`Capture::recording`]: crate::Capture::recording
    pub fn create(output: W, info: &Info) -> Result<PmlWriter<W>, Error> {
        let mut sink = Sink::new(output)?;
        sink.write(&header::bytes(info, 0, &FileLayout::default()))?;
        Ok(PmlWriter {
            sink,
            info: info.clone(),
            offsets: Vec::new(),
            native: NativeParts::default(),
            exports: Exports::default(),
            indexes: Indexes::default(),
            hosts: HostTable::default(),
            losses: Losses::default(),
            scratch: Vec::new(),
        })
    }

    /// Adds a process and its modules to the process table, whether an event needs it or not.
    /// Events that are not copied from a native capture belong to it if
    /// [`Event::process`](crate::Event::process) has the same index. Without this call, their
    /// processes are known by what the events show.
    ///
    /// ```
    /// use std::io::Cursor;
    /// use procmonkey_parser::Process;
    /// use procmonkey_parser::pml::{Info, Pml, PmlWriter, PointerWidth};
    ///
    /// let info = Info::unknown(PointerWidth::Bits64);
    /// let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info)?;
    /// let mut process = Process::default();
    /// (process.pid, process.name) = (Some(4412), Some("w3wp.exe".into()));
    /// writer.add_process(&process, Vec::new());
    /// let bytes = writer.finish()?.into_inner();
    /// assert_eq!(Pml::open(&bytes)?.processes()[0].pid, 4412);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn add_process(&mut self, process: &Process, modules: Vec<Module>) {
        self.exports.list(process, modules, &mut self.indexes);
    }

    /// Writes the next event. `clock` turns its time into an instant; see
    /// [`Clock::resolve`].
    ///
    /// What cannot be written of the event is counted in [`PmlWriter::losses`].
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when the output cannot be written.
    /// [`Unsupported`](ErrorKind::Unsupported) when the event has another pointer width
    /// than the file, or does not fit into it: events must begin in the first terabyte,
    /// and their number must fit into 32 bits.
    pub fn write(&mut self, event: &Event, clock: &Clock) -> Result<(), Error> {
        self.scratch.clear();
        match &event.record {
            Record::Pml(record) => self.native.write(
                record,
                &self.info,
                &mut self.indexes,
                &mut self.hosts,
                &mut self.scratch,
                &mut self.losses,
            )?,
            Record::Text(_) => {
                let mut shared = ExportTables {
                    info: &self.info,
                    indexes: &mut self.indexes,
                    hosts: &mut self.hosts,
                    losses: &mut self.losses,
                };
                self.exports.write(event, clock, &mut shared, &mut self.scratch)?;
            }
        }
        self.push_event(event)
    }

    /// Appends the event to the scratch buffer.
    fn push_event(&mut self, event: &Event) -> Result<(), Error> {
        let too_big = |what: &str| Error::new(ErrorKind::Unsupported, what).at(event.position());
        debug_assert!(self.scratch.len() >= EVENT_HEADER_SIZE, "an event has a header");
        let at = self.sink.position().to_le_bytes();
        if at[5..] != [0; 3] {
            return Err(too_big("a PML file cannot have events after its first terabyte"));
        }
        if self.events() >= u64::from(u32::MAX) {
            return Err(too_big("a PML file cannot have more than 4,294,967,295 events"));
        }
        self.sink.write(&self.scratch)?;
        self.offsets.extend_from_slice(&at[..5]);
        Ok(())
    }

    /// How many events have been written.
    pub fn events(&self) -> u64 {
        self.offsets.len() as u64 / 5
    }

    /// What could not be written so far.
    pub fn losses(&self) -> &Losses {
        &self.losses
    }

    /// Writes the tables, completes the header, and returns the output.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when the output cannot be written;
    /// [`Unsupported`](ErrorKind::Unsupported) when the tables exceed four
    /// gigabytes.
    pub fn finish(mut self) -> Result<W, Error> {
        let mut rows: Vec<ProcessRow> = self.native.rows();
        rows.append(&mut self.exports.rows());
        let tables = Tables::of(rows, self.info.pointer_width)?;
        // Procmon aligns the list of events, too.
        let padding = self.sink.position().wrapping_neg() as usize % 4;
        self.sink.write(&[0; 3][..padding])?;
        let mut layout = FileLayout { first_event: HEADER_SIZE as u64, ..FileLayout::default() };
        for (offset, block) in [
            (&mut layout.event_offsets, &self.offsets),
            (&mut layout.processes, &tables.processes),
            (&mut layout.strings, &tables.strings),
            (&mut layout.icons, &tables::no_icons()),
            (&mut layout.hosts, &self.hosts.bytes()),
        ] {
            *offset = self.sink.position();
            self.sink.write(block)?;
        }
        let events = self.events() as u32;
        self.sink.finish(&header::bytes(&self.info, events, &layout))
    }
}
