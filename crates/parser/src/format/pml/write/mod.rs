//! Writes Procmon's native captures (PML), version 9, 32 and 64 bit.
//!
//! ```
//! use std::io::Cursor;
//!
//! use procmonkey_parser::pml::{PmlWriter, Survey};
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
//! let mut survey = Survey::default();
//! for event in capture.events() {
//!     survey.observe(&event?);
//! }
//! let clock = capture.clock().clone();
//!
//! let mut input = Input::from_reader("a.csv", csv.as_bytes(), &options)?;
//! let mut capture = input.next_capture().expect("there is one")?;
//! let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &survey.info())?;
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
//! Stack, details and returned data of an event are copied byte for byte; what the
//! header of an event and the tables leave undefined is written as zero. Only the
//! processes that the events need are written: their own, the parents, `System`
//! where the kernel was on a stack, and Procmon where its version decides the form
//! of texts. Icons are left out.
//!
//! Every column reads as before, but for `Relative Time` in a part of a capture,
//! and for the few REG_BINARY values behind which Procmon prints bytes of the next
//! event. The name of an impersonated account that is not the same on every Windows
//! is known from its `Process Create` event, and is an identifier without it.
//!
//! A version 7 capture becomes version 9. Its `Process Start` has neither command
//! line nor folder nor environment; they are written empty. Setting a file's
//! allocation is then called `SetAllocationInformationFile`, as in every version 9.

//! # What comes from an export
//!
//! Every event is put together from its columns, then read back and compared: a
//! column that reads otherwise is a loss, with the event's position. An export
//! does not say everything that the format holds:
//!
//! * the first pass over an export gives its [`Clock`] and its [`Survey`];
//! * a named host has no address: it gets one of 100::/64, which leads nowhere; a
//!   named port that is not well known gets an unused number;
//! * an impersonated account is written where its identifier is the same on every
//!   Windows, and is a loss otherwise;
//! * the wrong page protection that Procmon prints for a 64-bit Windows goes where
//!   Procmon reads it; the true one is not known;
//! * of binary data there are the 16 bytes that Procmon records, without what it
//!   prints of its own memory behind them;
//! * a file name that Procmon has written over in a listing is written as an empty
//!   one, so that the others keep their places;
//! * modules are those of `Load Image` events; symbols of call stacks are no part
//!   of the format, their addresses are;
//! * a process starts when its event or its column `Process Start` says so, or else
//!   at 0.

mod export;
mod native;
mod native_tables;
mod network;
mod put;
mod sink;
mod survey;
mod tables;
mod text;

use std::io::{Seek, Write};

use crate::event::{Event, Record};
use crate::model::{Error, ErrorKind, Losses};
use crate::pml::header::{HEADER_SIZE, Info};
use crate::pml::record::EVENT_HEADER_SIZE;
use crate::time::Clock;
pub use survey::Survey;

use export::{Exports, Shared};
use native::Native;
use sink::Sink;
use tables::{Hosts, Indexes, ProcessRow, Tables};

/// Writes events into a native capture, one by one.
///
/// Events go to the output at once. What is kept until the end are five bytes
/// for each event, and the processes with their modules. A file that was never
/// finished is what Procmon leaves when it is killed: its events can be read,
/// without the names of their processes.
#[derive(Debug)]
pub struct PmlWriter<W: Write + Seek> {
    sink: Sink<W>,
    info: Info,
    /// Five bytes for each event.
    offsets: Vec<u8>,
    native: Native,
    exports: Exports,
    indexes: Indexes,
    hosts: Hosts,
    losses: Losses,
    scratch: Vec<u8>,
}

impl<W: Write + Seek> PmlWriter<W> {
    /// Begins a capture at the present position of the output.
    ///
    /// `info` says where the events were recorded: [`Capture::recording`] of
    /// their capture, or [`Info::unknown`]. Version and number of events in it do
    /// not count. Its pointer width decides the layout of the whole file.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when the output cannot be written.
    ///
    /// [`Capture::recording`]: crate::Capture::recording
    pub fn create(output: W, info: &Info) -> Result<PmlWriter<W>, Error> {
        let mut sink = Sink::new(output)?;
        sink.write(&crate::pml::header::bytes(info, 0, &[0; 6]))?;
        Ok(PmlWriter {
            sink,
            info: info.clone(),
            offsets: Vec::new(),
            native: Native::default(),
            exports: Exports::default(),
            indexes: Indexes::default(),
            hosts: Hosts::default(),
            losses: Losses::default(),
            scratch: Vec::new(),
        })
    }

    /// Writes the next event. `clock` says what its time means; see
    /// [`Clock::resolve`].
    ///
    /// What of the event cannot be written is counted in [`PmlWriter::losses`].
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when the output cannot be written;
    /// [`Unsupported`](ErrorKind::Unsupported) when the event has another pointer
    /// width than the file, or does not fit in it: events begin in the first
    /// terabyte, and there are four thousand million at most.
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
                let mut shared = Shared {
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

    /// Puts the event in the scratch buffer behind the others.
    fn push_event(&mut self, event: &Event) -> Result<(), Error> {
        let too_big = |what: &str| Error::new(ErrorKind::Unsupported, what).at(event.position());
        debug_assert!(self.scratch.len() >= EVENT_HEADER_SIZE, "an event has a header");
        let at = self.sink.position().to_le_bytes();
        if at[5..] != [0; 3] {
            return Err(too_big("a PML file cannot have events behind its first terabyte"));
        }
        if self.events() >= u64::from(u32::MAX) {
            return Err(too_big("a PML file cannot have more than 4,294,967,295 events"));
        }
        self.sink.write(&self.scratch)?;
        self.offsets.extend_from_slice(&at[..5]);
        Ok(())
    }

    /// How many events were written.
    pub fn events(&self) -> u64 {
        self.offsets.len() as u64 / 5
    }

    /// What could not be written so far.
    pub fn losses(&self) -> &Losses {
        &self.losses
    }

    /// Writes the tables, completes the header, and hands the output back.
    ///
    /// # Errors
    /// [`Io`](ErrorKind::Io) when the output cannot be written;
    /// [`Unsupported`](ErrorKind::Unsupported) when the tables exceed four
    /// gigabytes.
    pub fn finish(mut self) -> Result<W, Error> {
        let mut rows: Vec<ProcessRow> = self.native.rows();
        rows.append(&mut self.exports.rows());
        let tables = Tables::of(rows, self.info.pointer_width)?;
        // Procmon aligns the list of events too.
        let padding = self.sink.position().wrapping_neg() as usize % 4;
        self.sink.write(&[0; 3][..padding])?;
        let mut sections = [HEADER_SIZE as u64, 0, 0, 0, 0, 0];
        let blocks = [
            &self.offsets,
            &tables.processes,
            &tables.strings,
            &tables::no_icons(),
            &self.hosts.bytes(),
        ];
        for (section, block) in sections[1..].iter_mut().zip(blocks) {
            *section = self.sink.position();
            self.sink.write(block)?;
        }
        let events = self.events() as u32;
        self.sink.finish(&crate::pml::header::bytes(&self.info, events, &sections))
    }
}
