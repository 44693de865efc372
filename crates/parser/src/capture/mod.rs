//! One opened capture.

mod input;
mod options;
mod parts;
mod sniff;
mod writer;

pub use input::Input;
pub use options::ReadOptions;
pub use writer::{EventWriter, LeftOut, WriteFormat};

use std::fmt;
use std::sync::Arc;

use crate::event::{Event, Interest};
use crate::format::ReadEvents;
use crate::format::csv::StrictReader;
use crate::format::pasted::PastedReader;
use crate::format::pml::PmlReader;
use crate::format::read_state::Seen;
use crate::format::xml::XmlReader;
use crate::input::decode::{Bytes, TextEncoding, Trouble, peek, utf16};
use crate::input::{Content, HEAD, Layers, Packed, Window};
use crate::model::{Column, Columns, Error, LossKind, Losses, Module, Process};
use crate::parallel::{Ahead, Division, Handed};
use crate::pml::{Recording, Rendering, is_pml};
use crate::scan::Speed;
use crate::time::{Clock, Zone};
use sniff::{Sniffed, sniff};

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Procmon's CSV export.
    Csv,
    /// Procmon's XML export.
    Xml,
    /// Procmon's native log (PML).
    Pml,
    /// Texts of the Event Properties dialog, as pasted into a ticket.
    Pasted,
}

impl Format {
    /// A short name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xml => "xml",
            Format::Pml => "pml",
            Format::Pasted => "pasted",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Csv => "CSV",
            Format::Xml => "XML",
            Format::Pml => "PML",
            Format::Pasted => "pasted events",
        })
    }
}

/// One opened capture: events in, in their order, with what was lost on the way.
///
/// It is got from [`Input::next_capture`](crate::Input::next_capture).
pub struct Capture<'a> {
    name: String,
    format: Format,
    layers: Layers,
    reader: Box<dyn ReadEvents + 'a>,
    seen: Seen,
    trouble: Trouble,
    threads: Threads,
    /// Events up to this number have been handed over and are not to be again.
    handed: u64,
    /// Why a part of the capture that has been read was read in a slower way.
    detour: Option<String>,
}

/// Whether threads of the capture's own read ahead of who takes its events.
enum Threads {
    /// They may, once that makes sense.
    Allowed(Division),
    /// They do.
    Reading(Box<Ahead>),
    /// They do not.
    None,
}

impl<'a> Capture<'a> {
    /// Unpacks, tells the format, and reads up to the first event.
    pub(crate) fn from_bytes(
        name: &str,
        packed: Packed<'a>,
        options: &ReadOptions,
    ) -> Result<Capture<'a>, Error> {
        let in_context = |error: Error| error.in_input(name);
        let failed = |error| Error::io("cannot be read", error).in_input(name);
        let (head, packed) = packed.unpack().map_err(in_context)?;
        let Packed { bytes: mut input, mapped, mut layers, trouble } = packed;
        if is_pml(&head) {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes).map_err(failed)?;
            let mut capture =
                Capture::from_pml(name, vec![Content::memory(bytes)], options, layers)?;
            capture.trouble = trouble;
            return Ok(capture);
        }
        let encoding = TextEncoding::of(&head);
        let mark = encoding.mark_len(&head);
        let mut input = skip_mark(input, mark).map_err(failed)?;
        let mut base = mark as u64;
        if matches!(encoding, TextEncoding::Utf16Le | TextEncoding::Utf16Be) {
            input = utf16(input, encoding, &trouble);
            base = 0;
        }
        layers.encoding = Some(encoding);
        let (head, input) = peek(input, HEAD).map_err(failed)?;
        let mut losses = Losses::default();
        let sniffed = sniff(&head).map_err(in_context)?;
        let is_text = matches!(encoding, TextEncoding::Utf8 | TextEncoding::Utf8Bom);
        let mapped = mapped.filter(|_| is_text);
        let (format, reader): (Format, Box<dyn ReadEvents + 'a>) = match sniffed {
            Sniffed::Csv(dialect) => {
                let window = match mapped {
                    Some(content) => Window::mapped(content, mark),
                    None => Window::streamed(input),
                };
                let reader = StrictReader::new(window, dialect, base, Speed::best());
                (Format::Csv, Box::new(reader.map_err(in_context)?))
            }
            Sniffed::Xml => {
                let reader: Box<dyn ReadEvents + 'a> = match mapped {
                    Some(content) => {
                        Box::new(XmlReader::mapped(content, mark, &mut losses).map_err(in_context)?)
                    }
                    None => Box::new(XmlReader::new(input, base, &mut losses).map_err(in_context)?),
                };
                (Format::Xml, reader)
            }
            Sniffed::Pasted(else_looks) => {
                let process = options.process.as_deref();
                let reader =
                    PastedReader::new(input, base, process, &else_looks).map_err(in_context)?;
                (Format::Pasted, Box::new(reader))
            }
        };
        let clock = Clock::new(options.zone.clone(), options.date, options.date_order);
        Ok(Capture {
            name: name.to_string(),
            format,
            layers,
            reader,
            seen: Seen { losses, ..Seen::new(clock) },
            trouble,
            threads: Threads::Allowed(options.division),
            handed: 0,
            detour: None,
        })
    }

    /// Opens the parts of a native capture.
    pub(crate) fn from_pml(
        name: &str,
        parts: Vec<Content>,
        options: &ReadOptions,
        layers: Layers,
    ) -> Result<Capture<'a>, Error> {
        let mut losses = Losses::default();
        let rendering = Rendering {
            zone: options.zone.clone().unwrap_or(Zone::UTC),
            names: options.names,
            ..Rendering::default()
        };
        let reader =
            PmlReader::new(parts, &rendering, &mut losses).map_err(|error| error.in_input(name))?;
        Ok(Capture {
            name: name.to_string(),
            format: Format::Pml,
            layers,
            reader: Box::new(reader),
            // Its own times need no order; a text from beside the capture may.
            seen: Seen {
                losses,
                ..Seen::new(Clock::new(options.zone.clone(), None, options.date_order))
            },
            trouble: Trouble::default(),
            threads: Threads::Allowed(options.division),
            handed: 0,
            detour: None,
        })
    }

    /// A capture of what a reader yields.
    #[cfg(test)]
    pub(crate) fn of_reader(reader: Box<dyn ReadEvents + 'a>, division: Division) -> Capture<'a> {
        Capture {
            name: "test".to_string(),
            format: Format::Csv,
            layers: Layers::default(),
            reader,
            seen: Seen::new(Clock::new(None, None, None)),
            trouble: Trouble::default(),
            threads: Threads::Allowed(division),
            handed: 0,
            detour: None,
        }
    }

    /// Whether other threads read the capture.
    #[cfg(test)]
    pub(crate) fn has_threads(&self) -> bool {
        matches!(self.threads, Threads::Reading(_))
    }

    /// The name of the input; for a member of an archive followed by its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The format, told by the content.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How the capture is packed and encoded.
    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    /// The columns of the capture, in its order.
    pub fn columns(&self) -> &Columns {
        self.reader.columns()
    }

    /// The process list, for formats that have one.
    pub fn processes(&self) -> &[Arc<Process>] {
        self.reader.processes()
    }

    /// What a process of the list had loaded, for formats that tell.
    pub fn modules_of(&self, process: &Process) -> Vec<Module> {
        self.reader.modules_of(process)
    }

    /// The computer that the capture was recorded on, for formats that tell.
    pub fn recording(&self) -> Option<Recording<'_>> {
        self.reader.recording()
    }

    /// Why the capture is read in a slower way than others of its format, if it is:
    /// another program than Procmon has written it. The events are the same.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let csv = "Operation,Path\r\nReadFile,C:\\a.txt\r\n";
    /// let mut input = Input::from_reader("saved again", csv.as_bytes(), &ReadOptions::new())?;
    /// let capture = input.next_capture().expect("one capture")?;
    /// assert!(capture.detour().is_some());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn detour(&self) -> Option<&str> {
        let ahead = match &self.threads {
            Threads::Reading(ahead) => ahead.detour(),
            _ => None,
        };
        self.detour.as_deref().or(ahead).or_else(|| self.reader.detour())
    }

    /// What the capture has said about time so far.
    pub fn clock(&self) -> &Clock {
        &self.seen.clock
    }

    /// What could not be read so far.
    pub fn losses(&self) -> &Losses {
        &self.seen.losses
    }

    /// How many events were read so far.
    pub fn events_read(&self) -> u64 {
        match &self.threads {
            Threads::Reading(ahead) => self.seen.events.max(ahead.handed()),
            _ => self.seen.events,
        }
    }

    /// How many events each process has, of those that were read by
    /// [`Capture::read_event_of`] or passed over by it: Process Name and events, the
    /// most frequent first. Events without a name are counted under an empty one. It is
    /// complete when the capture has been read to its end.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, Interest, ReadOptions};
    ///
    /// let csv = "\"Process Name\"\r\n\"a.exe\"\r\n\"b.exe\"\r\n\"b.exe\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// while capture.read_event_of(&Interest::nothing(), &mut Event::default())? {}
    /// let counts = capture.events_by_process();
    /// assert_eq!(counts, [("b.exe".to_string(), 2), ("a.exe".to_string(), 1)]);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn events_by_process(&self) -> Vec<(String, u64)> {
        self.seen.tally.sorted()
    }

    /// Reads the next event into `event`, whose memory is used again. False at
    /// the end of the capture.
    ///
    /// # Errors
    /// Only when nothing more can be read; a damaged record is counted in
    /// [`Capture::losses`] and passed over.
    pub fn read_event(&mut self, event: &mut Event) -> Result<bool, Error> {
        self.stop_threads()?;
        self.read_alone(event, |seen, reader, event| seen.read(reader, event))
    }

    /// As [`Capture::read_event`], for the next event that is wanted; others may be
    /// passed over, which is far quicker. They are numbered, counted in
    /// [`Capture::events_read`] and [`Capture::events_by_process`], and observed by
    /// [`Capture::clock`] as if they had been read, and what is damaged among them
    /// is in [`Capture::losses`]. An event that is not wanted may be read all the same.
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn read_event_of(&mut self, interest: &Interest, event: &mut Event) -> Result<bool, Error> {
        self.start_threads(interest);
        if let Threads::Reading(ahead) = &mut self.threads {
            let handed = ahead.read(interest, &mut self.seen, event);
            match handed.map_err(|error| error.in_input(&self.name))? {
                Handed::Event => return Ok(true),
                Handed::End => return Ok(false),
                Handed::Nothing => self.stop_threads()?,
            }
        }
        self.read_alone(event, |seen, reader, event| seen.read_of(reader, interest, event))
    }

    /// Reads the next event that was not handed over before.
    fn read_alone(
        &mut self,
        event: &mut Event,
        mut read: impl FnMut(&mut Seen, &mut (dyn ReadEvents + 'a), &mut Event) -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        loop {
            let outcome = read(&mut self.seen, &mut *self.reader, event);
            if !outcome.map_err(|error| error.in_input(&self.name))? {
                for message in self.trouble.take() {
                    self.seen.losses.add(LossKind::Decompression, self.seen.position, message);
                }
                return Ok(false);
            }
            if event.number > self.handed {
                return Ok(true);
            }
        }
    }

    /// Goes on without other threads, if there are any: behind the event that was
    /// handed over last.
    fn stop_threads(&mut self) -> Result<(), Error> {
        match std::mem::replace(&mut self.threads, Threads::None) {
            Threads::Reading(ahead) => {
                self.handed = ahead.handed();
                self.detour = ahead.detour().map(str::to_string);
                self.reader = ahead.alone().map_err(|error| error.in_input(&self.name))?;
            }
            other => self.threads = other,
        }
        Ok(())
    }

    /// Lets threads read ahead, when they may and nothing speaks against it.
    fn start_threads(&mut self, interest: &Interest) {
        let Threads::Allowed(division) = self.threads else { return };
        // What a section tells of the time can only be added to the rest once the dates
        // in a Detail tell nothing more, and where is a place between two events.
        let clock = &self.seen.clock;
        let has_dates = self.format != Format::Pml
            && self.reader.columns().position(Column::DateAndTime).is_some();
        let is_open = has_dates && (clock.dates() == 0 || clock.wants_dates());
        if division.threads < 2 || interest.is_everything() || is_open || self.seen.events == 0 {
            return;
        }
        let sections = self.reader.sections();
        let ahead = sections
            .and_then(|sections| Ahead::start(sections, interest, &self.seen.clock, division));
        self.threads = ahead.map_or(Threads::None, |ahead| Threads::Reading(Box::new(ahead)));
    }

    /// The events, one by one. [`Capture::read_event`] does the same without a
    /// new allocation for each event.
    pub fn events(&mut self) -> Events<'_, 'a> {
        Events { capture: self, failed: false }
    }
}

/// Skips a byte order mark.
fn skip_mark(mut input: Bytes<'_>, len: usize) -> std::io::Result<Bytes<'_>> {
    input.read_exact(&mut [0; 3][..len])?;
    Ok(input)
}

impl fmt::Debug for Capture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture")
            .field("name", &self.name)
            .field("format", &self.format)
            .field("events", &self.events_read())
            .finish_non_exhaustive()
    }
}

/// The events of a capture; see [`Capture::events`].
#[derive(Debug)]
pub struct Events<'c, 'a> {
    capture: &'c mut Capture<'a>,
    failed: bool,
}

impl Iterator for Events<'_, '_> {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let mut event = Event::default();
        match self.capture.read_event(&mut event) {
            Ok(true) => Some(Ok(event)),
            Ok(false) => None,
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}
