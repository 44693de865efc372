//! Reads Procmon's native captures (PML), versions 7 and 9.
//!
//! The caller maps or reads the file; this module works on a slice of its bytes. Opening
//! reads the header and the small tables after the events. Events are decoded one by one,
//! and only as far as they are asked for.
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
//! The texts are equal to those of Procmon's own CSV export on an en-US Windows,
//! including Procmon's mistakes. [`Fidelity::Corrected`] shows what the capture holds
//! instead. The two differ in:
//!
//! * the page protection of `CreateFileMapping` on 64-bit Windows, for which Procmon
//!   reads the wrong word;
//! * the sizes of `QueryNetworkOpenInformationFile`, which Procmon prints as dates;
//! * REG_QWORD data and data of unknown types, which Procmon does not print;
//! * REG_BINARY data that was returned with its name, and REG_MULTI_SZ data without a
//!   NUL, which Procmon prints together with bytes of the next event;
//! * the length of a lock, which Procmon cuts to 32 bits;
//! * the allocation size of `CreateFile` on 32-bit Windows, of which Procmon prints the
//!   upper half;
//! * listings of directories, which Procmon cuts at 4,096 characters and in which it can
//!   overwrite an entry; see [`Exporter`].
//!
//! # Damaged files
//!
//! A file that was never closed, or that was cut, has no list of events. Its events are
//! found by going from each event to the next. Without the process table the process
//! columns are unknown, not empty. What could not be read is counted in [`Pml::losses`]
//! and by [`PmlEvent::note_losses`].

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

// For users of the crate only, so that everything about native captures has one public
// path. The writer belongs to a higher floor; code of this crate must not use it through
// this path.
pub use crate::format::pml::{ExportProfile, PmlWriter};

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;

use crate::model::{Error, Loss, LossKind, Losses, Position};
use bytes::Bytes;
use offsets::{ENTRY, EventOffsets};
use processes::ProcessTable;
use repair::{Repair, Repairs};
use tables::{Hosts, StringCache, Strings};
use users::UserNames;

/// Every name that Procmon has for an operation, usual ones and those of Advanced Output.
///
/// ```
/// use procmonkey_parser::pml::known_operations;
///
/// assert!(["WriteFile", "IRP_MJ_WRITE"].iter().all(|it| known_operations().any(|name| name == *it)));
/// ```
pub fn known_operations() -> impl Iterator<Item = &'static str> {
    operation::all_names()
}

/// What a native capture records about itself.
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
    origin: Origin,
}

/// Where the bytes of a piece of a capture come from, which is read as a capture of its
/// own.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    /// How many events precede the piece.
    pub(crate) events: u64,
    /// Offset in the piece of the first byte of events.
    pub(crate) first_byte: u64,
    /// Offset of that byte in the file.
    pub(crate) in_file: u64,
    /// Offset in the piece of its list of events.
    pub(crate) list: u64,
}

impl<'a> Pml<'a> {
    /// Opens a capture.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotACapture`](crate::ErrorKind) when the bytes do not begin like a
    /// PML file, [`Unsupported`](crate::ErrorKind::Unsupported) for a version other than
    /// 7 and 9, [`Damaged`](crate::ErrorKind::Damaged) when the bytes end before the
    /// version. Everything else is a loss, not an error.
    pub fn open(bytes: &'a [u8]) -> Result<Pml<'a>, Error> {
        Pml::open_with(bytes, &|| {})
    }

    /// The same. `evict` is called now and then while distant places of the file are
    /// read, so that not too much of the file is in memory.
    pub(crate) fn open_with(bytes: &'a [u8], evict: &dyn Fn()) -> Result<Pml<'a>, Error> {
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
        let offsets = EventOffsets::read(file, &info, &sections, evict, &mut losses);
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
            origin: Origin::default(),
        };
        pml.first_time = pml.event(0).map_or(0, |first| first.header.time);
        // A hostile table can list the same modules many times.
        let (mut seen, mut most) = (HashSet::with_hasher(RandomState::default()), bytes.len() / 56);
        let processes = pml.processes().iter();
        let modules = processes
            .flat_map(|process| pml.modules(process).with_other_texts(&mut seen, &mut most));
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
            origin: Origin::default(),
        }
    }

    /// The same capture as a piece of a larger one, whose first event has this time. Its
    /// list of events is taken as it is: events to which it does not lead are lost.
    pub(crate) fn with_origin(mut self, origin: Origin, first_time: Option<i64>) -> Pml<'a> {
        let file = Bytes(self.bytes);
        let length = (self.info.declared_events as usize).checked_mul(ENTRY);
        let at = usize::try_from(origin.list).ok();
        if let Some(list) = at.zip(length).and_then(|(at, length)| file.slice(at, length)) {
            self.offsets = EventOffsets::Listed(list);
        }
        self.origin = origin;
        self.first_time = first_time.unwrap_or(self.first_time);
        self
    }

    /// The position, in the whole capture, of the event with this index that begins at
    /// this offset.
    pub(crate) fn position(&self, at: u64, index: u64) -> Position {
        let Origin { events, first_byte, in_file, .. } = self.origin;
        let in_file = at.wrapping_sub(first_byte).wrapping_add(in_file);
        Position::at_byte(in_file).with_record(events + index + 1)
    }

    /// The index here of the event with this number in the list of the whole capture, if it is
    /// one of these.
    pub(crate) fn index_of(&self, record: u64) -> Option<usize> {
        let index = usize::try_from(record.checked_sub(self.origin.events + 1)?).ok()?;
        (index < self.len()).then_some(index)
    }

    /// The same capture with another rendering.
    pub fn with_rendering(self, rendering: Rendering) -> Pml<'a> {
        Pml { rendering, ..self }
    }

    /// How columns are rendered.
    pub fn rendering(&self) -> &Rendering {
        &self.rendering
    }

    /// The generation of Procmon that most likely recorded the capture, found out from
    /// the version of its program or driver among the modules.
    pub fn detected_exporter(&self) -> Exporter {
        self.detected_exporter
    }

    /// The generation of Procmon in whose form texts are made.
    pub(crate) fn exporter(&self) -> Exporter {
        self.rendering.exporter.unwrap_or(self.detected_exporter)
    }

    /// Selects the generation of Procmon in whose form texts are made.
    pub(crate) fn set_exporter(&mut self, exporter: Exporter) {
        self.rendering.exporter = Some(exporter);
    }

    /// The recorded computer, its Windows, and the file format.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// What could not be read of the file when it was opened.
    pub fn losses(&self) -> &Losses {
        &self.losses
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// The names of hosts and ports.
    pub(crate) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// The file, from its first byte on.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the events begin.
    pub(crate) fn offsets(&self) -> &EventOffsets<'a> {
        &self.offsets
    }

    /// Where an event begins according to the list of events.
    pub(crate) fn offset(&self, event: usize) -> Option<usize> {
        self.offsets.get(event).and_then(|at| usize::try_from(at).ok())
    }

    /// The range of the file that has the offsets of these events.
    pub(crate) fn list_of_offsets(&self, events: Range<usize>) -> Range<usize> {
        let EventOffsets::Listed(list) = &self.offsets else { return 0..0 };
        let begin = list.as_ptr().addr() - self.bytes.as_ptr().addr();
        begin + ENTRY * events.start..begin + ENTRY * events.end
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All processes, in the order of the table. A capture that was saved with a filter
    /// only has the processes that it needs, so parents can be missing.
    pub fn processes(&self) -> &[ProcessEntry] {
        self.processes.entries()
    }

    /// The process with this index.
    pub fn process(&self, index: u32) -> Option<&ProcessEntry> {
        self.processes.get(index)
    }

    /// The modules that a process had loaded.
    pub fn modules(&self, process: &ProcessEntry) -> Modules<'a> {
        Modules::new(Bytes(self.bytes), self.strings, self.info.pointer_width, process)
    }

    /// The texts of the string table as they are stored: a command line can continue
    /// after a NUL.
    pub(crate) fn whole_strings(&self) -> StringCache<'a> {
        StringCache::of_whole(self.strings)
    }

    /// The eight texts of a process, from the table of [`Pml::whole_strings`].
    pub(crate) fn whole_texts(
        &self,
        process: &ProcessEntry,
        strings: &mut StringCache<'_>,
    ) -> [Option<Arc<str>>; 8] {
        let record = process.modules_at.checked_sub(processes::modules_at(self.info.pointer_width));
        let record = record.map(|at| Bytes(self.bytes).from(at)).unwrap_or_default();
        std::array::from_fn(|field| strings.get(record.u32(0x38 + 4 * field)?))
    }

    /// The event with this index, counted from 0.
    ///
    /// # Errors
    ///
    /// The loss to count, if nothing of the event can be read or there is no such event.
    #[inline]
    pub fn event(&self, index: usize) -> Result<PmlEvent<'_>, Loss> {
        let width = self.info.pointer_width;
        let file = Bytes(self.bytes);
        let repair_entry = |listed| self.repair_entry(index, listed);
        match locate::locate(file, &self.offsets, index, width, repair_entry) {
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

    /// Whether the list has a place in the file for each of these events, one behind the
    /// other, so that none of them can be missing. The events are not looked at.
    pub(crate) fn lists_events_in_order(&self, mut events: Range<usize>) -> bool {
        let room = record::EVENT_HEADER_SIZE as u64;
        let mut least = self.first_event;
        events.all(|index| {
            let is_behind = |at: &u64| *at >= least && *at + room <= self.bytes.len() as u64;
            let at = self.offsets.get(index).filter(is_behind);
            least = at.map_or(least, |at| at + room);
            at.is_some()
        })
    }

    /// Decides about an entry of the list that does not lead to an event.
    #[cold]
    fn repair_entry(&self, index: usize, listed: u64) -> Repair {
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
            None => format!("there are only {} events", self.len()),
        };
        let position = self.position(offset.unwrap_or(0), index as u64);
        Loss { kind: LossKind::DamagedRecord, position, message }
    }

    /// All events in order; an event that cannot be read is a loss.
    pub fn events(&self) -> impl ExactSizeIterator<Item = Result<PmlEvent<'_>, Loss>> {
        (0..self.len()).map(|index| self.event(index))
    }
}

#[cfg(test)]
pub(crate) mod tests;
