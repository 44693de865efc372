//! Writes Procmon's native captures (PML), version 9, 32 and 64 bit.
//!
//! ```no_run
//! use std::fs::File;
//!
//! use procmonkey_parser::pml::PmlWriter;
//! use procmonkey_parser::{Event, Input, ReadOptions};
//!
//! let mut input = Input::open("capture.pml", &ReadOptions::new())?;
//! let mut capture = input.next_capture().expect("a file has one")?;
//! let info = capture.recording().expect("a native capture has one").info.clone();
//! let mut writer = PmlWriter::create(File::create("part.pml").unwrap(), &info)?;
//! let mut event = Event::default();
//! while capture.read_event(&mut event)? {
//!     if event.pid() == Some(2412) {
//!         writer.write(&event, capture.clock())?;
//!     }
//! }
//! writer.finish()?;
//! # Ok::<(), procmonkey_parser::Error>(())
//! ```
//!
//! # What comes from a native capture
//!
//! Stack, details and returned data of an event are copied byte for byte. What
//! the format leaves undefined, remains of other programs' memory, is written as
//! zero. Only the processes that the events need are written, with their parents
//! and modules, so that a part of a capture tells nothing of the rest.
//!
//! A version 7 capture becomes version 9. Its `Process Start` has neither command
//! line nor folder nor environment; they are written empty. Setting a file's
//! allocation is then called `SetAllocationInformationFile`, as in every version 9.

mod native;
mod native_tables;
mod network;
mod put;
mod sink;
mod tables;

use std::io::{Seek, Write};

use super::header::{HEADER_SIZE, Info};
use super::record::EVENT_HEADER_SIZE;
use crate::error::{Error, ErrorKind};
use crate::event::{Event, Record};
use crate::losses::Losses;
use crate::time::Clock;
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
        sink.write(&super::header::bytes(info, 0, &[0; 6]))?;
        Ok(PmlWriter {
            sink,
            info: info.clone(),
            offsets: Vec::new(),
            native: Native::default(),
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
        let _ = clock;
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
                let message = "writing a native capture from an export";
                return Err(Error::new(ErrorKind::Unsupported, message).at(event.position()));
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
        let rows: Vec<ProcessRow> = self.native.rows();
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
        self.sink.finish(&super::header::bytes(&self.info, events, &sections))
    }
}
