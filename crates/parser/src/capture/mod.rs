//! One opened capture.

mod excerpt;
mod foreign;
mod input;
mod mark;
mod options;
mod parts;
mod sniff;
mod writer;

pub use excerpt::{Excerpt, ExcerptCounts, ExcerptRow, Most, Why};
pub use input::{Input, open};
pub use mark::{Mark, Passed};
pub use options::ReadOptions;
pub use writer::{EventWriter, Omissions, WriteFormat};

use std::fmt;
use std::io::Read;
use std::sync::Arc;

use crate::event::{Event, Prefilter};
use crate::filter::{Filter, Verdict};
use crate::format::csv::StrictReader;
use crate::format::pasted::{Beside, PastedReader};
use crate::format::pml::{Opened, PmlReader, PositionedReader};
use crate::format::read_state::ReadState;
use crate::format::xml::XmlReader;
use crate::format::{AnotherReader, ReadEvents, SkipSink};
use crate::input::decode::{ByteStream, Trouble, decoded, peek};
use crate::input::encoding_guess::{EncodingGuess, IsWhole, begins_as_utf8, checked};
use crate::input::{
    CaptureId, CodePage, Content, HEAD, Packed, ReadAt, SourceEncoding, TextEncoding, Window,
    read_range,
};
use crate::model::{
    Column, Columns, Error, LossKind, Losses, Module, OtherText, Position, Process,
};
use crate::parallel::{ReadAhead, ReadAheadStep, ThreadPlan};
use crate::pml::{Recording, Rendering, is_pml};
use crate::scan::SimdLevel;
use crate::time::{Clock, Zone};
use sniff::{Sniffed, refuse_foreign, sniff};

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
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

/// One opened capture: it gives its events in order, and counts what was lost.
///
/// [`Input::next_capture`](crate::Input::next_capture) gives one.
pub struct Capture<'a> {
    name: String,
    format: Format,
    source_encoding: SourceEncoding,
    reader: Box<dyn ReadEvents + 'a>,
    seen: ReadState,
    trouble: Trouble,
    /// Files that may change while they are read.
    files: Vec<Content>,
    thread_plan: ThreadPlan,
    threads: Threads,
    /// Events up to this number have already been handed to the caller; they are not
    /// handed over again.
    handed: u64,
    /// Events on which a filter could not decide.
    undecided: u64,
    /// Why a part of the capture that has already been read had to be read in a slower
    /// way.
    slow_path_reason: Option<String>,
    /// How many bytes the input has, as it was given.
    source_bytes: Option<u64>,
    id: Option<CaptureId>,
}

/// What one step of reading came to; see [`Capture::read_step`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadStep {
    /// An event was read.
    Event,
    /// Events were passed over that are not wanted; there may be more.
    Passed,
    /// The capture is at its end.
    End,
}

/// Whether worker threads of the capture read ahead of the caller.
enum Threads {
    /// Not yet; they are started once it is worth while.
    Allowed,
    /// They read.
    Reading(Box<ReadAhead>),
    /// They do not, and are not started any more.
    None,
}

impl<'a> Capture<'a> {
    /// Unpacks the bytes, recognises the format, and reads up to the first event.
    pub(crate) fn from_bytes(
        name: &str,
        packed: Packed<'a>,
        options: &ReadOptions,
    ) -> Result<Capture<'a>, Error> {
        let in_context = |error: Error| error.in_input(name);
        let failed = |error| Error::io("cannot be read", error).in_input(name);
        let (head, packed) = packed.unpack(&options.limits).map_err(in_context)?;
        let Packed { bytes: input, mapped, mut source_encoding, trouble, .. } = packed;
        if is_pml(&head) {
            let bytes = held(input, options.limits.held).map_err(failed)?;
            let contents = vec![Content::memory(bytes)];
            let losses = Losses::default();
            let mut capture = Capture::from_pml(name, contents, losses, options, source_encoding)?;
            capture.trouble = trouble;
            return Ok(capture);
        }
        refuse_foreign(&head).map_err(in_context)?;
        let encoding = TextEncoding::settle(&head, options.encoding);
        let mark = encoding.mark_len(&head);
        let mut input = skip_mark(input, mark).map_err(failed)?;
        let (mut base, mut mapped, mut guess) = (mark as u64, mapped, None);
        match encoding {
            TextEncoding::Utf8 if options.encoding.is_none() => {
                let is_whole = if head.len() < HEAD { IsWhole::Yes } else { IsWhole::No };
                mapped = mapped.filter(|_| begins_as_utf8(&head, is_whole));
                let of_bytes = match &mapped {
                    Some(content) => EncodingGuess::of(content.clone(), mark),
                    None => EncodingGuess::default(),
                };
                input = checked(input, &of_bytes, &trouble);
                guess = Some(of_bytes);
            }
            TextEncoding::Utf8 | TextEncoding::Utf8Bom => {}
            _ => {
                input = decoded(input, encoding.encoding(), &trouble);
                (base, mapped) = (0, None);
            }
        }
        source_encoding.encoding = Some(encoding);
        let (head, input) = peek(input, HEAD).map_err(failed)?;
        let mut losses = Losses::default();
        let sniffed = sniff(&head).map_err(in_context)?;
        let files = mapped.iter().cloned().collect();
        let (format, reader): (Format, Box<dyn ReadEvents + 'a>) = match sniffed {
            Sniffed::Csv(dialect) => {
                let window = match mapped {
                    Some(content) => Window::mapped(content, mark),
                    None => Window::streamed(input),
                };
                let reader = StrictReader::limited(
                    window,
                    dialect,
                    base,
                    SimdLevel::best(),
                    &options.limits,
                );
                (Format::Csv, Box::new(reader.map_err(in_context)?))
            }
            Sniffed::Xml => {
                let limits = &options.limits;
                let mapped = match mapped {
                    Some(content) => {
                        let reader = XmlReader::mapped(content, mark, limits, &mut losses)
                            .map_err(in_context)?;
                        // The process list is read already. If it is not UTF-8, it is read
                        // again.
                        let is_foreign = losses.iter().any(|it| it.kind == LossKind::InvalidText)
                            && guess.as_ref().is_some_and(|guess| guess.page().is_some());
                        (!is_foreign).then_some(reader)
                    }
                    None => None,
                };
                let reader: Box<dyn ReadEvents + 'a> = match mapped {
                    Some(reader) => Box::new(reader),
                    None => {
                        losses = Losses::default();
                        let reader = XmlReader::new(input, base, limits, &mut losses);
                        Box::new(reader.map_err(in_context)?)
                    }
                };
                (Format::Xml, reader)
            }
            Sniffed::Pasted(else_looks) => {
                let beside =
                    Beside { process: options.process.as_deref(), other_text: options.other_text };
                let reader =
                    PastedReader::new(input, base, beside, &else_looks).map_err(in_context)?;
                (Format::Pasted, Box::new(reader))
            }
        };
        let clock = Clock::new(options.zone.clone(), options.date, options.date_order);
        let seen = ReadState { losses, guess, ..ReadState::new(clock) };
        let capture = Capture::unread(name, format, reader, seen, options.thread_plan);
        let mut capture = Capture { source_encoding, trouble, files, ..capture };
        capture.note_encoding();
        Ok(capture)
    }

    /// Opens the parts of a native capture.
    pub(crate) fn from_pml(
        name: &str,
        parts: Vec<Content>,
        mut losses: Losses,
        options: &ReadOptions,
        source_encoding: SourceEncoding,
    ) -> Result<Capture<'a>, Error> {
        let files = parts.clone();
        let reader = PmlReader::new(parts, &rendering(options), &mut losses)
            .map_err(|error| error.in_input(name))?;
        let capture = Capture::of_native(name, Box::new(reader), losses, options, source_encoding);
        Ok(Capture { files, ..capture })
    }

    /// Opens a native capture that cannot be mapped into memory.
    pub(crate) fn from_read_at(
        name: &str,
        source: Box<dyn ReadAt + 'a>,
        options: &ReadOptions,
    ) -> Result<Capture<'a>, Error> {
        let in_context = |error: Error| error.in_input(name);
        match PositionedReader::open(source, &rendering(options)).map_err(in_context)? {
            Opened::InPieces(reader) => Ok(Capture::of_native(
                name,
                reader,
                Losses::default(),
                options,
                SourceEncoding::default(),
            )),
            Opened::AsWhole(source) => {
                let failed = |error| Error::io("cannot be read", error).in_input(name);
                let mut bytes = Vec::new();
                let length = usize::try_from(source.len())
                    .map_err(|_| failed(std::io::ErrorKind::OutOfMemory.into()))?;
                read_range(&*source, 0, length, &mut bytes).map_err(failed)?;
                let parts = vec![Content::memory(bytes)];
                let encoding = SourceEncoding::default();
                Capture::from_pml(name, parts, Losses::default(), options, encoding)
            }
        }
    }

    fn of_native(
        name: &str,
        reader: Box<dyn ReadEvents + 'a>,
        losses: Losses,
        options: &ReadOptions,
        source_encoding: SourceEncoding,
    ) -> Capture<'a> {
        // Times of native events need no date order; a date in a rule of a filter may.
        let clock = Clock::new(options.zone.clone(), None, options.date_order);
        let seen = ReadState { losses, ..ReadState::new(clock) };
        let capture = Capture::unread(name, Format::Pml, reader, seen, options.thread_plan);
        Capture { source_encoding, ..capture }
    }

    /// A capture over this reader, at its beginning.
    fn unread(
        name: &str,
        format: Format,
        reader: Box<dyn ReadEvents + 'a>,
        seen: ReadState,
        thread_plan: ThreadPlan,
    ) -> Capture<'a> {
        Capture {
            name: name.to_string(),
            format,
            source_encoding: SourceEncoding::default(),
            reader,
            seen,
            trouble: Trouble::default(),
            files: Vec::new(),
            thread_plan,
            threads: Threads::Allowed,
            handed: 0,
            undecided: 0,
            slow_path_reason: None,
            source_bytes: None,
            id: None,
        }
    }

    /// A capture over this reader.
    #[cfg(test)]
    pub(crate) fn of_reader(
        reader: Box<dyn ReadEvents + 'a>,
        thread_plan: ThreadPlan,
    ) -> Capture<'a> {
        let seen = ReadState::new(Clock::new(None, None, None));
        Capture::unread("test", Format::Csv, reader, seen, thread_plan)
    }

    /// Whether worker threads read the capture.
    #[cfg(test)]
    pub(crate) fn has_threads(&self) -> bool {
        matches!(self.threads, Threads::Reading(_))
    }

    /// The name of the input. For a member of an archive, the member's name is appended.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The format, recognised by the content.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How the capture is compressed and encoded.
    pub fn source_encoding(&self) -> &SourceEncoding {
        &self.source_encoding
    }

    /// How many bytes the input has as it was given, packed or not: all parts of a native
    /// capture together. `None` for a stream, and for a member of an archive.
    ///
    /// ```
    /// use procmonkey_parser::{Error, Input, ReadOptions};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.pml");
    /// let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
    /// let capture = input.next_capture().expect("one capture")?;
    /// assert_eq!(capture.source_bytes(), Some(std::fs::metadata(CAPTURE).expect("it is there").len()));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn source_bytes(&self) -> Option<u64> {
        self.source_bytes
    }

    pub(super) fn with_source_bytes(self, source_bytes: Option<u64>) -> Capture<'a> {
        Capture { source_bytes, ..self }
    }

    /// A short name that the capture has by the bytes of its file, so that copies of one
    /// capture can be recognised; or the one that was given. `None` without the feature
    /// `capture-id`, where none was given.
    ///
    /// [`CaptureId`] has an example.
    pub fn id(&self) -> Option<&CaptureId> {
        self.id.as_ref()
    }

    pub(super) fn with_id(self, id: Option<CaptureId>) -> Capture<'a> {
        Capture { id, ..self }
    }

    /// The same capture once more, at its beginning, without opening it again: what was read of its
    /// tables is shared. `None` where it has to be opened again: only native logs, and CSV files as
    /// Procmon writes them, can be read like this, where they are mapped into memory and have not
    /// changed their length since. The file stays mapped as long as one of the captures lives.
    ///
    /// ```
    /// use procmonkey_parser::{Event, open};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.pml");
    /// let (mut first, mut event) = (open(CAPTURE)?, Event::default());
    /// while first.read_event(&mut event)? {}
    /// if let Some(mut again) = first.another_reading() {
    ///     assert!(again.read_event(&mut event)?);
    ///     assert_eq!(event.number(), 1);
    /// }
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn another_reading(&self) -> Option<Capture<'a>> {
        let AnotherReader { reader, losses, files } = self.reader.another()?;
        let clock = self.seen.clock.before_first_event();
        let seen = ReadState { losses, guess: self.seen.guess.clone(), ..ReadState::new(clock) };
        let capture = Capture::unread(&self.name, self.format, reader, seen, self.thread_plan);
        Some(Capture {
            source_encoding: self.source_encoding.clone(),
            files,
            source_bytes: self.source_bytes,
            id: self.id.clone(),
            ..capture
        })
    }

    /// The columns of the capture, in its order.
    pub fn columns(&self) -> &Columns {
        self.reader.columns()
    }

    /// The process list, for formats that have one.
    pub fn processes(&self) -> &[Arc<Process>] {
        self.reader.processes()
    }

    /// The modules that a process of the list had loaded, for formats that record them.
    pub fn modules_of(&self, process: &Process) -> Vec<Module> {
        self.reader.modules_of(process)
    }

    /// The computer that the capture was recorded on, for formats that record it.
    pub fn recording(&self) -> Option<Recording<'_>> {
        self.reader.recording()
    }

    /// Why the capture is read in a slower way than others of its format: it was not
    /// written by Procmon, or was changed since. `None` if it is not slower. The events
    /// are the same either way.
    ///
    /// ```
    /// use procmonkey_parser::{Input, ReadOptions};
    ///
    /// let csv = "Operation,Path\r\nReadFile,C:\\a.txt\r\n";
    /// let mut input = Input::from_reader("saved again", csv.as_bytes(), &ReadOptions::new())?;
    /// let capture = input.next_capture().expect("one capture")?;
    /// assert!(capture.slow_path_reason().is_some());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn slow_path_reason(&self) -> Option<&str> {
        let ahead = match &self.threads {
            Threads::Reading(ahead) => ahead.slow_path_reason(),
            _ => None,
        };
        self.slow_path_reason.as_deref().or(ahead).or_else(|| self.reader.slow_path_reason())
    }

    /// What stands beside the events of a pasted text: what people wrote around them, or copied
    /// from other programs. `None` for other formats, and where
    /// [`ReadOptions::other_text`] does not ask for it. It grows while events are read;
    /// [`OtherText::is_whole`] says whether it still does.
    ///
    /// [`OtherText`] has an example.
    pub fn other_text(&self) -> Option<&OtherText> {
        self.reader.other_text()
    }

    /// What is worth knowing about how the capture was read, one sentence each: what was
    /// found where in a text that people have put together, and what of Procmon's in it is
    /// not used; what a spreadsheet has changed; the code page of a text that is not UTF-8.
    /// It is complete when the capture has been read to its end.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// let text = "It says:\n> a.exe\t8\tReadFile\tC:\\a.txt\tSUCCESS\n";
    /// let mut input = Input::from_reader("ticket.txt", text.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// while capture.read_event(&mut Event::default())? {}
    /// assert!(capture.remarks()[0].starts_with("line 2: 1 row parted by tabs"));
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = self.reader.remarks();
        let damage = self.reader.spreadsheet_damage();
        remarks.extend(damage.sentence(self.seen.clock.hours_lost()));
        if let (Some(encoding), true) =
            (self.source_encoding.encoding, self.source_encoding.is_guessed)
        {
            remarks.push(format!(
                "the text is not UTF-8; it was read as {encoding}, which is a guess by its bytes \
                 (--encoding NAME settles it)"
            ));
        }
        remarks
    }

    /// Notes which code page a text was found to have.
    fn note_encoding(&mut self) {
        if let Some(page) = self.seen.guess.as_ref().and_then(EncodingGuess::found) {
            self.source_encoding.encoding = Some(TextEncoding::Page(CodePage::of(page)));
            self.source_encoding.is_guessed = true;
        }
    }

    /// What is known about dates, times and zone from the events read so far.
    pub fn clock(&self) -> &Clock {
        &self.seen.clock
    }

    /// What could not be read so far.
    pub fn losses(&self) -> &Losses {
        &self.seen.losses
    }

    /// Takes what could not be read so far; what follows is counted anew.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// let csv = "\"Operation\",\"Path\"\r\n\"ReadFile\"\r\n\"ReadFile\",\"C:\\a\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// while capture.read_event(&mut Event::default())? {}
    /// assert_eq!(capture.take_losses().count(), 1);
    /// assert_eq!(capture.losses().count(), 0);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn take_losses(&mut self) -> Losses {
        std::mem::take(&mut self.seen.losses)
    }

    /// How many events were read so far.
    pub fn events_read(&self) -> u64 {
        match &self.threads {
            Threads::Reading(ahead) => self.seen.events.max(ahead.handed()),
            _ => self.seen.events,
        }
    }

    /// On how many events the filter of [`Capture::read_matching`] could not decide so
    /// far: the capture does not show enough about their time.
    pub fn events_undecided(&self) -> u64 {
        self.undecided
    }

    /// How many events each process has, as pairs of Process Name and number, the most
    /// frequent first. Counted are the events that [`Capture::read_prefiltered`] has read
    /// or skipped. Events without a name are counted under an empty name. The numbers are
    /// complete once the capture has been read to its end.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, Prefilter, ReadOptions};
    ///
    /// let csv = "\"Process Name\"\r\n\"a.exe\"\r\n\"b.exe\"\r\n\"b.exe\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// while capture.read_prefiltered(&Prefilter::nothing(), &mut Event::default())? {}
    /// let counts = capture.events_by_process();
    /// assert_eq!(counts, [("b.exe".to_string(), 2), ("a.exe".to_string(), 1)]);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn events_by_process(&self) -> Vec<(String, u64)> {
        self.seen.counts.sorted()
    }

    /// Reads the next event into `event`, whose memory is reused. Returns false at the
    /// end of the capture.
    ///
    /// # Errors
    /// Only when nothing more can be read. A damaged record is counted in
    /// [`Capture::losses`] and skipped.
    pub fn read_event(&mut self, event: &mut Event) -> Result<bool, Error> {
        self.stop_threads()?;
        self.read_alone(event, |seen, reader, event| seen.read(reader, event))
    }

    /// As [`Capture::read_event`], but events that the prefilter does not select may be
    /// skipped, which is much faster. Skipped events are numbered, counted in
    /// [`Capture::events_read`] and [`Capture::events_by_process`], and observed by
    /// [`Capture::clock`] as if they had been read; damage among them is counted in
    /// [`Capture::losses`]. An event that the prefilter does not select may be returned
    /// all the same.
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn read_prefiltered(
        &mut self,
        prefilter: &Prefilter,
        event: &mut Event,
    ) -> Result<bool, Error> {
        self.start_threads(prefilter);
        if let Threads::Reading(ahead) = &mut self.threads {
            let handed = ahead.read(prefilter, &mut self.seen, event);
            match handed.map_err(|error| error.in_input(&self.name))? {
                ReadAheadStep::Event => return Ok(true),
                ReadAheadStep::End => {
                    self.note_encoding();
                    return Ok(false);
                }
                ReadAheadStep::Nothing => self.stop_threads()?,
            }
        }
        self.read_alone(event, |seen, reader, event| {
            seen.read_prefiltered(reader, prefilter, event)
        })
    }

    /// Reads the next event that passes the filter. Others may be skipped, as
    /// [`Capture::read_prefiltered`] does. `prefilter` has to select every event that the
    /// filter may let through; [`Filter::prefilter`] does. Events on which the filter cannot decide
    /// are left out and counted in [`Capture::events_undecided`].
    ///
    /// ```
    /// use procmonkey_parser::{Action, Event, Filter, Input, ReadOptions, Rule};
    ///
    /// // The 3rd of April, or the 4th of March?
    /// let csv = "\"Date & Time\",\"Process Name\"\r\n\
    ///            \"3/4/2026 7:00:00 AM\",\"a.exe\"\r\n\
    ///            \"3/4/2026 7:00:01 AM\",\"b.exe\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let filter = Filter::new([
    ///     Rule::parse("Process Name is a.exe", Action::Include)?,
    ///     Rule::parse("Date & Time more than 2026-03-15", Action::Include)?,
    /// ]);
    /// let prefilter = filter.prefilter();
    /// let mut event = Event::default();
    /// while capture.read_matching(&filter, &prefilter, &mut event)? {
    ///     println!("{}", event.number());
    /// }
    /// assert_eq!((capture.events_read(), capture.events_undecided()), (2, 1));
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn read_matching(
        &mut self,
        filter: &Filter,
        prefilter: &Prefilter,
        event: &mut Event,
    ) -> Result<bool, Error> {
        loop {
            match self.read_step(filter, prefilter, event)? {
                ReadStep::Event => return Ok(true),
                ReadStep::Passed => {}
                ReadStep::End => return Ok(false),
            }
        }
    }

    /// One step of [`Capture::read_matching`]: up to the next event that passes the filter, or
    /// past some thousands of events at most, for a program that has other things to do in between.
    ///
    /// ```
    /// use procmonkey_parser::{Action, Event, Filter, Input, ReadOptions, ReadStep, Rule};
    ///
    /// let csv = "\"Process Name\"\r\n\"a.exe\"\r\n\"b.exe\"\r\n";
    /// let mut capture =
    ///     Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?.into_capture()?;
    /// let filter = Filter::new([Rule::parse("Process Name is b.exe", Action::Include)?]);
    /// let (prefilter, mut event) = (filter.prefilter(), Event::default());
    /// let mut found = 0;
    /// loop {
    ///     match capture.read_step(&filter, &prefilter, &mut event)? {
    ///         ReadStep::Event => found += 1,
    ///         ReadStep::Passed => {} // A window would be drawn here.
    ///         ReadStep::End => break,
    ///     }
    /// }
    /// assert_eq!(found, 1);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn read_step(
        &mut self,
        filter: &Filter,
        prefilter: &Prefilter,
        event: &mut Event,
    ) -> Result<ReadStep, Error> {
        if !self.read_prefiltered(prefilter, event)? {
            return Ok(ReadStep::End);
        }
        match filter.matches(event, self.clock()) {
            Verdict::Included => Ok(ReadStep::Event),
            Verdict::Excluded => Ok(ReadStep::Passed),
            Verdict::Undecidable => {
                self.undecided += 1;
                Ok(ReadStep::Passed)
            }
        }
    }

    /// Passes over events, so that the one with this number is the next to be read. A native
    /// log goes straight to it; of a text, each event is read and its columns are not looked at.
    /// Events that were passed over count in [`Capture::events_read`], but not in
    /// [`Capture::events_by_process`]. Returns false where the capture ends before it, or the
    /// event was read already.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// let csv = "\"Path\"\r\n\"C:\\a\"\r\n\"C:\\b\"\r\n\"C:\\c\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// assert!(capture.pass_over_to(3)?);
    /// let mut event = Event::default();
    /// assert!(capture.read_event(&mut event)?);
    /// assert_eq!((event.number(), event.path().as_deref()), (3, Some("C:\\c")));
    /// assert!(!capture.pass_over_to(2)?);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn pass_over_to(&mut self, number: u64) -> Result<bool, Error> {
        self.stop_threads()?;
        let mut event = Event::default();
        while self.seen.events.max(self.handed) + 1 < number {
            let ReadState { events, counts, clock, position, .. } = &mut self.seen;
            let before = *events;
            let sink = SkipSink { events, counts, clock, position };
            let passed = self.reader.pass_over(number - 1 - before, sink);
            if passed.map_err(|error| error.in_input(&self.name))? == 0
                && !self.read_event(&mut event)?
            {
                return Ok(false);
            }
        }
        Ok(self.seen.events.max(self.handed) + 1 == number)
    }

    /// Goes to an event of which number and position are known because the same capture gave it
    /// before, here or elsewhere, forward or back: it is the next to be read. Returns false where
    /// there is no direct way; then nothing has changed. Native logs in one file have one.
    /// What is counted while events are read (losses, processes, times) counts on.
    ///
    /// ```
    /// use procmonkey_parser::{Event, open};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.pml");
    /// let (mut capture, mut event) = (open(CAPTURE)?, Event::default());
    /// capture.pass_over_to(200)?;
    /// capture.read_event(&mut event)?;
    /// let position = event.position();
    ///
    /// let mut again = open(CAPTURE)?;
    /// assert!(again.go_to(200, position)?);
    /// assert!(again.read_event(&mut event)?);
    /// assert_eq!((event.number(), event.position()), (200, position));
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Capture::read_event`].
    pub fn go_to(&mut self, number: u64, position: Position) -> Result<bool, Error> {
        self.stop_threads()?;
        let Some(before) = number.checked_sub(1) else { return Ok(false) };
        let is_there = self.reader.go_to(position).map_err(|error| error.in_input(&self.name))?;
        if is_there {
            self.seen.events = before;
            self.handed = self.handed.min(before);
        }
        Ok(is_there)
    }

    /// Reads the next event that was not handed over before, on the caller's thread.
    fn read_alone(
        &mut self,
        event: &mut Event,
        mut read: impl FnMut(
            &mut ReadState,
            &mut (dyn ReadEvents + 'a),
            &mut Event,
        ) -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        loop {
            let outcome = read(&mut self.seen, &mut *self.reader, event);
            if !outcome.map_err(|error| error.in_input(&self.name))? {
                self.note_encoding();
                for message in self.trouble.take() {
                    self.seen.losses.add(LossKind::Decompression, self.seen.position, message);
                }
                for file in std::mem::take(&mut self.files) {
                    if let Some(message) = file.changed() {
                        self.seen.losses.add(LossKind::Truncated, self.seen.position, message);
                    }
                }
                return Ok(false);
            }
            if event.number > self.handed {
                return Ok(true);
            }
        }
    }

    /// Stops the worker threads, if there are any, and continues on the caller's thread
    /// after the event that was handed over last.
    #[inline]
    fn stop_threads(&mut self) -> Result<(), Error> {
        match self.threads {
            Threads::Reading(_) => self.stop_reading_ahead(),
            Threads::Allowed | Threads::None => Ok(()),
        }
    }

    fn stop_reading_ahead(&mut self) -> Result<(), Error> {
        if let Threads::Reading(ahead) = std::mem::replace(&mut self.threads, Threads::None) {
            self.handed = ahead.handed();
            self.slow_path_reason = ahead.slow_path_reason().map(str::to_string);
            self.reader = ahead.into_reader().map_err(|error| error.in_input(&self.name))?;
        }
        Ok(())
    }

    /// Starts worker threads that read ahead, if they are allowed and the capture can be
    /// read in sections.
    fn start_threads(&mut self, prefilter: &Prefilter) {
        let Threads::Allowed = self.threads else { return };
        let thread_plan = self.thread_plan;
        // A section observes times without knowing the sections before it. That is only
        // right once the order of day and month is known, so that dates in Detail are not
        // needed any more, and once at least one event has been read.
        let clock = &self.seen.clock;
        let has_dates = self.format != Format::Pml
            && self.reader.columns().position(Column::DateAndTime).is_some();
        let is_open = has_dates && (clock.dates() == 0 || clock.wants_dates());
        if thread_plan.threads < 2 || prefilter.is_everything() || is_open || self.seen.events == 0
        {
            return;
        }
        let sections = self.reader.sections();
        let ahead = sections
            .and_then(|sections| ReadAhead::start(sections, prefilter, &self.seen, thread_plan));
        self.threads = ahead.map_or(Threads::None, |ahead| Threads::Reading(Box::new(ahead)));
    }

    /// The events as an iterator. [`Capture::read_event`] does the same without
    /// allocating memory for each event.
    pub fn events(&mut self) -> Events<'_, 'a> {
        Events { capture: self, failed: false }
    }
}

/// How the columns of a native capture are rendered.
fn rendering(options: &ReadOptions) -> Rendering {
    Rendering {
        zone: options.zone.clone().unwrap_or(Zone::UTC),
        names: options.names,
        exporter: options.exporter,
        ..Rendering::default()
    }
}

/// Skips a byte order mark.
fn skip_mark(mut input: ByteStream<'_>, len: usize) -> std::io::Result<ByteStream<'_>> {
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

/// All bytes of something that can only be read as a whole.
///
/// # Errors
/// When there are more than `most`.
pub(super) fn held(input: impl Read, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(std::io::Error::other(format!(
            "it has to be held in memory, and has more than {most} bytes; unpack it into a file \
             first (--limit held)"
        ))),
        false => Ok(bytes),
    }
}
