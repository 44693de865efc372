//! Reads Procmon's native captures (PML), versions 7 and 9.
//!
//! The core works on a byte slice: the caller maps or reads the file. Opening
//! reads the header and the small tables behind the events; events are decoded
//! one by one, and only as far as they are asked for.
//!
//! ```no_run
//! use procmonkey_parser::Column;
//! use procmonkey_parser::pml::Pml;
//!
//! let bytes = std::fs::read("capture.pml").unwrap();
//! let pml = Pml::open(&bytes)?;
//! let mut text = String::new();
//! for event in pml.events().flatten() {
//!     text.clear();
//!     event.column_text(Column::Path, &mut text);
//!     println!("{} {text}", event.operation());
//! }
//! # Ok::<(), procmonkey_parser::Error>(())
//! ```
//!
//! # Procmon's mistakes
//!
//! Rendered text equals Procmon's own CSV export on an en-US Windows, mistakes
//! included. [`Fidelity::Corrected`] gives what the capture really holds. They
//! differ in:
//!
//! * the page protection of `CreateFileMapping` on 64-bit Windows, where
//!   Procmon reads the wrong word;
//! * the sizes of `QueryNetworkOpenInformationFile`, printed as dates;
//! * REG_QWORD data and data of unknown types, printed empty;
//! * REG_BINARY data that was returned with its name, and REG_MULTI_SZ data
//!   without a NUL, which Procmon prints together with bytes of the next event;
//! * the length of a lock, cut to 32 bits;
//! * the allocation size of `CreateFile` on 32-bit Windows, where Procmon
//!   prints the upper half;
//! * listings of directories, which are cut at 4,096 characters and can lose an
//!   entry, see [`Exporter`].
//!
//! # Damaged files
//!
//! A file that was never closed, or that was cut, has no list of events: they
//! are found by walking from one to the next. Without the process table the
//! process columns are unknown, not empty. What could not be read is counted
//! in [`Pml::losses`] and by [`PmlEvent::note_losses`].

pub(crate) mod access;
pub(crate) mod bytes;
pub(crate) mod columns;
pub(crate) mod control;
pub(crate) mod detail;
pub(crate) mod event;
pub(crate) mod exporter;
pub(crate) mod header;
pub(crate) mod locate;
pub(crate) mod offsets;
pub(crate) mod operation;
pub(crate) mod owned;
pub(crate) mod process_block;
pub(crate) mod processes;
pub(crate) mod quirks;
pub(crate) mod record;
pub(crate) mod rendering;
pub(crate) mod repair;
pub(crate) mod salvage;
pub(crate) mod status;
pub(crate) mod strings;
pub(crate) mod tables;
pub(crate) mod text;
pub(crate) mod users;

pub use crate::model::{Module, OperationNames};
pub use bytes::PointerWidth;
pub use detail::Destination;
pub use event::PmlEvent;
pub use exporter::Exporter;
pub use header::{Info, OsVersion, is_pml};
pub use processes::{Modules, ProcessEntry};
pub use record::{Class, EventHeader};
pub use rendering::{Fidelity, Rendering};
pub use strings::RawText;

// For callers only, so that all of native captures has one public path: the writer stands
// on a higher floor, and nothing in this crate may reach it through here.
pub use crate::format::pml::{PmlWriter, Survey};

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::model::{Error, Loss, LossKind, Losses, Position};
use bytes::Bytes;
use offsets::{ENTRY, EventOffsets};
use processes::ProcessTable;
use repair::{Repairs, Verdict};
use tables::{Hosts, StringCache, Strings};
use users::UserNames;

/// What a native capture says about its recording.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Recording<'a> {
    /// The computer, from the header of the first part.
    pub info: &'a Info,
    /// The generation of Procmon that most likely recorded it.
    pub exporter: Exporter,
    /// How many files the capture has.
    pub parts: usize,
}

/// A native capture.
#[derive(Debug)]
pub struct Pml<'a> {
    bytes: &'a [u8],
    info: Info,
    offsets: EventOffsets<'a>,
    strings: Strings<'a>,
    processes: ProcessTable,
    hosts: Hosts,
    users: OnceLock<UserNames>,
    repairs: OnceLock<Repairs>,
    first_event: u64,
    first_time: i64,
    detected_exporter: Exporter,
    rendering: Rendering,
    losses: Losses,
}

impl<'a> Pml<'a> {
    /// Opens a capture.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotACapture`](crate::ErrorKind) when the bytes do not begin
    /// as a PML file, [`Unsupported`](crate::ErrorKind::Unsupported) for a
    /// version other than 7 and 9, [`Damaged`](crate::ErrorKind::Damaged) when
    /// not even the version is there. Everything else is a loss, not an error.
    pub fn open(bytes: &'a [u8]) -> Result<Pml<'a>, Error> {
        Pml::open_with(bytes, &|| {})
    }

    /// The same, where `let_go` is called now and then while places that are far from one
    /// another are read, so that what is in memory of a file does not become much.
    pub(crate) fn open_with(bytes: &'a [u8], let_go: &dyn Fn()) -> Result<Pml<'a>, Error> {
        let file = Bytes(bytes);
        let mut losses = Losses::default();
        let (mut info, sections) = header::read(file, &mut losses)?;
        let declared = info.pointer_width;
        if let Some(width) = salvage::other_width(file, sections.first_event, declared) {
            let message = "the pointer size of the header does not fit the events";
            losses.add(LossKind::DamagedField, Position::at_byte(8), message);
            info.pointer_width = width;
        }
        let strings = Strings::read(file, sections.strings, &mut losses);
        let processes =
            ProcessTable::read(file, sections.processes, info.pointer_width, strings, &mut losses);
        let hosts = Hosts::read(file, sections.hosts, &mut losses);
        let offsets = EventOffsets::read(file, &info, &sections, let_go, &mut losses);
        let mut pml = Pml {
            bytes,
            info,
            offsets,
            strings,
            processes,
            hosts,
            users: OnceLock::new(),
            repairs: OnceLock::new(),
            first_event: sections.first_event,
            first_time: 0,
            detected_exporter: Exporter::V3_61,
            rendering: Rendering::default(),
            losses,
        };
        pml.first_time = pml.event(0).map_or(0, |first| first.header.time);
        let modules = pml.processes().iter().flat_map(|process| pml.modules(process));
        // A hostile table can list the same modules again and again.
        let modules = modules.take(bytes.len() / 56);
        pml.detected_exporter = exporter::detect(pml.info.version, modules);
        Ok(pml)
    }

    /// The bytes of one event, as a capture that has no tables.
    pub(crate) fn of_one_event(bytes: &'a [u8], info: Info, rendering: Rendering) -> Pml<'a> {
        Pml {
            bytes,
            info,
            offsets: EventOffsets::Listed(&[0; ENTRY]),
            strings: Strings::default(),
            processes: ProcessTable::default(),
            hosts: Hosts::default(),
            users: OnceLock::new(),
            repairs: OnceLock::new(),
            first_event: 0,
            first_time: 0,
            detected_exporter: Exporter::V3_61,
            rendering,
            losses: Losses::default(),
        }
    }

    /// The same capture, with its columns rendered in another way.
    pub fn with_rendering(self, rendering: Rendering) -> Pml<'a> {
        Pml { rendering, ..self }
    }

    /// How columns are rendered.
    pub fn rendering(&self) -> &Rendering {
        &self.rendering
    }

    /// The generation of Procmon that most likely recorded the capture, judged
    /// by the version of its program or driver among the modules.
    pub fn detected_exporter(&self) -> Exporter {
        self.detected_exporter
    }

    /// The generation of Procmon whose text columns have.
    pub(crate) fn exporter(&self) -> Exporter {
        self.rendering.exporter.unwrap_or(self.detected_exporter)
    }

    /// Takes the form of another generation of Procmon for the texts of columns.
    pub(crate) fn set_exporter(&mut self, exporter: Exporter) {
        self.rendering.exporter = Some(exporter);
    }

    /// Computer, Windows and recording.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What of the file could not be read when it was opened.
    pub fn losses(&self) -> &Losses {
        &self.losses
    }

    /// How many events there are to read.
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// The file, from its first byte on.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the events begin.
    pub(crate) fn offsets(&self) -> &EventOffsets<'a> {
        &self.offsets
    }

    /// Where an event begins, as the list of events says.
    pub(crate) fn offset(&self, event: usize) -> Option<usize> {
        self.offsets.get(event).and_then(|at| usize::try_from(at).ok())
    }

    /// The part of the file that says where these events begin.
    pub(crate) fn list_of_offsets(&self, events: Range<usize>) -> Range<usize> {
        let EventOffsets::Listed(list) = &self.offsets else { return 0..0 };
        let begin = list.as_ptr().addr() - self.bytes.as_ptr().addr();
        begin + ENTRY * events.start..begin + ENTRY * events.end
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All processes, in the order of the table. A capture that was saved with
    /// a filter has only those that it needs: parents can be missing.
    pub fn processes(&self) -> &[ProcessEntry] {
        self.processes.entries()
    }

    /// The process with this index.
    pub fn process(&self, index: u32) -> Option<&ProcessEntry> {
        self.processes.get(index)
    }

    /// What a process had loaded.
    pub fn modules(&self, process: &ProcessEntry) -> Modules<'a> {
        Modules::new(Bytes(self.bytes), self.strings, self.info.pointer_width, process)
    }

    /// The texts of the table as they are stored: a command line can go on behind
    /// a NUL.
    pub(crate) fn whole_strings(&self) -> StringCache<'a> {
        StringCache::of_whole(self.strings)
    }

    /// The eight texts of a process, from [`Pml::whole_strings`].
    pub(crate) fn whole_texts(
        &self,
        process: &ProcessEntry,
        strings: &mut StringCache<'_>,
    ) -> [Option<Arc<str>>; 8] {
        let record = process.modules_at.checked_sub(processes::modules_at(self.info.pointer_width));
        let record = record.map(|at| Bytes(self.bytes).from(at)).unwrap_or_default();
        std::array::from_fn(|field| strings.get(record.u32(0x38 + 4 * field)?))
    }

    /// The event at a place, counted from 0.
    ///
    /// # Errors
    ///
    /// The loss to be counted when nothing of the event can be read, or there
    /// is no such event.
    #[inline]
    pub fn event(&self, index: usize) -> Result<PmlEvent<'_>, Loss> {
        let width = self.info.pointer_width;
        let file = Bytes(self.bytes);
        let judge = |listed| self.judge(index, listed);
        match locate::locate(file, &self.offsets, index, width, judge) {
            Some(found) => Ok(PmlEvent {
                pml: self,
                index,
                at: found.at,
                header: found.header,
                repaired: found.repaired,
            }),
            None => Err(self.lost(index)),
        }
    }

    /// What becomes of an entry of the list that leads to nothing.
    #[cold]
    fn judge(&self, index: usize, listed: u64) -> Verdict {
        let (file, width) = (Bytes(self.bytes), self.info.pointer_width);
        if self.info.version >= 9 {
            return repair::by_neighbours(file, &self.offsets, index, self.first_event, width);
        }
        let find = || Repairs::find(file, &self.offsets, self.first_event, width);
        self.repairs.get_or_init(find).verdict(index, listed)
    }

    #[cold]
    fn lost(&self, index: usize) -> Loss {
        let offset = self.offsets.get(index);
        let message = match offset {
            Some(_) => {
                format!("the event should begin here, but the file has {} bytes", self.bytes.len())
            }
            None => format!("there are {} events only", self.len()),
        };
        let position = Position::at_byte(offset.unwrap_or(0)).with_record(index as u64 + 1);
        Loss { kind: LossKind::DamagedRecord, position, message }
    }

    /// All events in order; for those that cannot be read, the loss.
    pub fn events(&self) -> impl ExactSizeIterator<Item = Result<PmlEvent<'_>, Loss>> {
        (0..self.len()).map(|index| self.event(index))
    }
}

#[cfg(test)]
pub(crate) mod tests;
