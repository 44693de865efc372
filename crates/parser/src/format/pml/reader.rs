//! Reads the events of a native capture.

mod sections;

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;

use super::event_selector::EventSelector;
use super::event_skipper::EventSkipper;
use super::event_window::EventWindow;
use crate::event::native_record::{PmlRecord, SharedPart};
use crate::event::{Event, Prefilter, Record};
use crate::format::{AnotherReader, Place, ReadEvents, ReadSection, Sections, SkipSink};
use crate::input::Content;
use crate::model::{Column, Columns, Error, Losses, Module, Position, Process};
use crate::pml::owned::OwnedPml;
use crate::pml::{Pml, PmlEvent, ProcessEntry, Recording, Rendering, columns};
use sections::{InMemory, PmlSections};

/// Processes by their index in a part. They are looked up for each event.
type ByIndex = HashMap<u32, Arc<Process>, RandomState>;

/// Reads the parts of a native capture one after the other.
pub(crate) struct PmlReader {
    parts: Arc<[Part]>,
    columns: Arc<Columns>,
    processes: Arc<[Arc<Process>]>,
    part: usize,
    next: usize,
    /// As [`PmlReader::end_of_part`], where it is known that `next` lies in the current part;
    /// 0 where it is not.
    end: usize,
    /// How many events precede the current part.
    before: u64,
    /// Events from this number on belong to another reader.
    limit: u64,
    /// The current prefilter, the part that the skipper was made for, and the skipper.
    skipper: Option<(Prefilter, usize, EventSkipper)>,
    memory: Memory,
    /// What could not be read when the capture was opened.
    losses: Losses,
}

/// What is in memory of the files.
enum Memory {
    /// The surroundings of the event that is being read.
    Window(EventWindow),
    /// The whole section.
    Section(Vec<InMemory>),
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::Window(EventWindow::default())
    }
}

/// How far a reader goes that does not begin with the first event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the end of a section, which is short.
    Section,
    /// To the end of the capture.
    Rest,
}

/// The processes and columns that all pieces of a capture have.
pub(super) struct KnownProcesses {
    all: Arc<[Arc<Process>]>,
    by_index: ByIndex,
    columns: Arc<Columns>,
}

pub(super) struct Part {
    pml: Arc<SharedPart>,
    /// The processes of this part by the process index of this part.
    processes: ByIndex,
    /// The selector for the last prefilter. It is shared by all sections.
    selector: Mutex<Option<(Prefilter, Arc<EventSelector>)>>,
}

impl Part {
    fn selector(&self, prefilter: &Prefilter) -> Arc<EventSelector> {
        let mut known = self.selector.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, selector)) = &*known
            && of == prefilter
        {
            return Arc::clone(selector);
        }
        let processes = self
            .processes
            .iter()
            .map(|(index, process)| (*index, process.name.as_deref().unwrap_or_default()));
        let selector = Arc::new(EventSelector::new(self.pml(), prefilter, processes));
        *known = Some((prefilter.clone(), Arc::clone(&selector)));
        selector
    }

    /// The same part, with other copies of its processes.
    fn with_processes(&self, all: &[Arc<Process>]) -> Part {
        let own = |(index, process): (&u32, &Arc<Process>)| {
            Some((*index, Arc::clone(all.get(process.index as usize)?)))
        };
        Part {
            pml: Arc::clone(&self.pml),
            processes: self.processes.iter().filter_map(own).collect(),
            selector: Mutex::default(),
        }
    }

    /// Sets the process of an event; its reference count is not changed if it is there already.
    fn set_process(&self, event: &PmlEvent<'_>, place: &mut Option<Arc<Process>>) {
        let process = self.processes.get(&event.header().process_index);
        match (&place, process) {
            (Some(current), Some(process)) if Arc::ptr_eq(current, process) => {}
            _ => *place = process.cloned(),
        }
    }

    pub(super) fn pml(&self) -> &Pml<'_> {
        self.pml.pml()
    }

    pub(super) fn content(&self) -> &Content {
        self.pml.content()
    }
}

impl PmlReader {
    /// Opens the parts. Damage in their tables is added to `losses`.
    pub(crate) fn new(
        contents: Vec<Content>,
        rendering: &Rendering,
        losses: &mut Losses,
    ) -> Result<PmlReader, Error> {
        let mut opened = Vec::new();
        for content in contents {
            let pml = OwnedPml::open(content, rendering.clone())?;
            losses.extend(pml.pml().losses());
            opened.push(pml);
        }
        Ok(PmlReader { losses: losses.clone(), ..PmlReader::of_parts(opened) })
    }

    fn of_parts(opened: Vec<OwnedPml>) -> PmlReader {
        let (mut parts, mut all) = (Vec::new(), Vec::new());
        // A process of one part can continue in the next part with another index. It is
        // the same if PID and start are the same.
        let mut known: HashMap<(u32, i64), u32> = HashMap::new();
        for pml in opened {
            let mut indexes: HashMap<u32, u32> = HashMap::new();
            for entry in pml.pml().processes() {
                let next = known.len() as u32;
                indexes
                    .insert(entry.index, *known.entry((entry.pid, entry.started)).or_insert(next));
            }
            let mut processes = ByIndex::default();
            for entry in pml.pml().processes() {
                let index = indexes[&entry.index];
                // New processes come in the order of their indexes.
                if index as usize == all.len() {
                    let parent = indexes.get(&entry.parent_index).copied();
                    all.push(Arc::new(to_process(entry, index, parent)));
                }
                if let Some(process) = all.get(index as usize) {
                    processes.insert(entry.index, Arc::clone(process));
                }
            }
            let pml = Arc::new(SharedPart::new(pml));
            parts.push(Part { pml, processes, selector: Mutex::default() });
        }
        let columns = Arc::new(Columns::from_known(&Column::all().collect::<Vec<_>>()));
        PmlReader::over(parts.into(), all.into(), columns)
    }

    /// Reads the first piece of a capture.
    pub(super) fn of_piece(pml: OwnedPml) -> PmlReader {
        PmlReader::of_parts(vec![pml])
    }

    /// Reads the piece that follows. It has the same processes.
    pub(super) fn of_next_piece(pml: OwnedPml, known: &KnownProcesses) -> PmlReader {
        let pml = Arc::new(SharedPart::new(pml));
        let part = Part { pml, processes: known.by_index.clone(), selector: Mutex::default() };
        PmlReader::over([part].into(), Arc::clone(&known.all), Arc::clone(&known.columns))
    }

    /// The processes of the first part.
    pub(super) fn known_processes(&self) -> KnownProcesses {
        KnownProcesses {
            all: Arc::clone(&self.processes),
            by_index: self.parts.first().map(|part| part.processes.clone()).unwrap_or_default(),
            columns: Arc::clone(&self.columns),
        }
    }

    /// A reader without events, that holds no memory.
    pub(super) fn empty(known: &KnownProcesses) -> PmlReader {
        PmlReader::over([].into(), Arc::clone(&known.all), Arc::clone(&known.columns))
    }

    fn over(
        parts: Arc<[Part]>,
        processes: Arc<[Arc<Process>]>,
        columns: Arc<Columns>,
    ) -> PmlReader {
        PmlReader {
            parts,
            columns,
            processes,
            part: 0,
            next: 0,
            end: 0,
            before: 0,
            limit: u64::MAX,
            skipper: None,
            memory: Memory::default(),
            losses: Losses::default(),
        }
    }

    /// Reads the events from number `from` on, up to number `limit`.
    fn section(sections: &PmlSections, from: u64, limit: u64, reach: Reach) -> PmlReader {
        let (parts, processes) = (Arc::clone(&sections.parts), Arc::clone(&sections.processes));
        let mut reader = PmlReader::over(parts, processes, Arc::clone(&sections.columns));
        reader.limit = limit;
        while let Some(part) = reader.parts.get(reader.part) {
            let events = part.pml().len() as u64;
            if from - reader.before < events {
                break;
            }
            reader.before += events;
            reader.part += 1;
        }
        reader.next = (from - reader.before) as usize;
        if reach == Reach::Section {
            let events = reader.next..reader.end_of_part();
            let in_memory = InMemory::new(&reader.parts, reader.part, events);
            reader.memory = Memory::Section(vec![in_memory]);
        }
        reader
    }

    /// The number, in the current part, of the first event that does not belong to this
    /// reader.
    fn end_of_part(&self) -> usize {
        let events = self.parts.get(self.part).map_or(0, |part| part.pml().len());
        usize::try_from(self.limit.saturating_sub(self.before))
            .map_or(events, |own| events.min(own))
    }

    /// Whether there is no further event.
    pub(super) fn is_at_end(&mut self) -> bool {
        !self.find_part()
    }

    /// Moves to the part that has the next event. Returns false after the last one.
    #[inline]
    fn find_part(&mut self) -> bool {
        self.next < self.end || self.find_next_part()
    }

    fn find_next_part(&mut self) -> bool {
        self.end = 0;
        while let Some(part) = self.parts.get(self.part) {
            let end = self.end_of_part();
            if self.next < end {
                self.end = end;
                return true;
            }
            let events = part.pml().len();
            if self.next < events {
                return false;
            }
            if let Memory::Window(window) = &mut self.memory {
                part.content().evict(0..usize::MAX);
                *window = EventWindow::default();
            }
            self.before += events as u64;
            self.part += 1;
            self.next = 0;
            let events = 0..self.end_of_part();
            if let Memory::Section(held) = &mut self.memory {
                held.push(InMemory::new(&self.parts, self.part, events));
            }
        }
        false
    }

    /// Makes the skipper for the current part and this prefilter.
    fn prepare(&mut self, prefilter: &Prefilter) {
        let is_ready = |ready: &(Prefilter, usize, EventSkipper)| {
            ready.1 == self.part && ready.0 == *prefilter
        };
        if self.skipper.as_ref().is_some_and(is_ready) {
            return;
        }
        let Some(part) = self.parts.get(self.part) else { return };
        self.skipper =
            Some((prefilter.clone(), self.part, EventSkipper::new(part.selector(prefilter))));
    }

    /// Skips events up to one that has to be read, or the end of the part.
    fn pass_over(&mut self, sink: &mut SkipSink<'_>) {
        let end = self.end_of_part();
        while let (Some(part), Some((_, _, skipper))) =
            (self.parts.get(self.part), &mut self.skipper)
        {
            let skipped = skipper.skip(part.pml(), self.next..end, sink.counts);
            let Some((first, last)) = skipped.times else { return };
            self.next += skipped.events;
            // Of the times of native events only the first and the last one matter.
            sink.clock.observe_instant(first);
            sink.clock.observe_instant(last);
            let last = part.pml().position(skipped.at as u64, self.next as u64 - 1);
            sink.skipped(skipped.events as u64, last);
            if let Memory::Window(window) = &mut self.memory {
                window.follow(part.content(), skipped.at, skipped.events);
            }
            if !skipped.goes_on {
                return;
            }
        }
    }

    /// Reads the next event of the current part. Returns false if it cannot be read,
    /// which is a loss.
    fn read_next(&mut self, event: &mut Event, losses: &mut Losses) -> bool {
        let index = self.next;
        self.next += 1;
        let Some(part) = self.parts.get(self.part) else { return false };
        let found = match part.pml().event(index) {
            Ok(found) => found,
            Err(loss) => {
                losses.push(loss);
                return false;
            }
        };
        let operation = columns::operation(&found);
        columns::note_losses(&found, operation, losses);
        event.position = found.position();
        let at = found.at;
        match &mut event.record {
            Record::Pml(record) if Arc::ptr_eq(record.part(), &part.pml) => {
                // Events of one process often follow each other.
                if record.header.process_index != found.header().process_index {
                    part.set_process(&found, &mut event.process);
                }
                record.set(&found, operation);
            }
            record => {
                part.set_process(&found, &mut event.process);
                let (part, columns) = (Arc::clone(&part.pml), Arc::clone(&self.columns));
                *record = Record::Pml(PmlRecord::new(part, columns, &found, operation));
            }
        }
        if let Memory::Window(window) = &mut self.memory {
            window.follow(part.content(), at, 1);
        }
        true
    }
}

impl ReadEvents for PmlReader {
    fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error> {
        while self.find_part() {
            if self.read_next(event, losses) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read_prefiltered(
        &mut self,
        prefilter: &Prefilter,
        mut sink: SkipSink<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        while self.find_part() {
            self.prepare(prefilter);
            self.pass_over(&mut sink);
            if self.next < self.end_of_part() && self.read_next(event, losses) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn pass_over(&mut self, events: u64, sink: SkipSink<'_>) -> Result<u64, Error> {
        let mut passed = 0;
        while passed < events && self.find_part() {
            let Some(part) = self.parts.get(self.part) else { break };
            let pml = part.pml();
            let rest = usize::try_from(events - passed).unwrap_or(usize::MAX);
            let end = self.end_of_part().min(self.next.saturating_add(rest));
            // Where the list is damaged, events have to be read to know how many there are.
            if !pml.lists_events_in_order(self.next..end) {
                break;
            }
            for index in [self.next, end - 1] {
                let Ok(event) = pml.event(index) else { continue };
                sink.clock.observe_instant(event.header().time);
                *sink.position = event.position();
            }
            *sink.events += (end - self.next) as u64;
            passed += (end - self.next) as u64;
            self.next = end;
            if let Memory::Window(window) = &mut self.memory {
                *window = EventWindow::default();
            }
        }
        Ok(passed)
    }

    fn go_to(&mut self, position: Position) -> Result<bool, Error> {
        let [part] = &self.parts[..] else { return Ok(false) };
        let Some(index) = position.record.and_then(|record| part.pml().index_of(record)) else {
            return Ok(false);
        };
        let is_here = part.pml().event(index).is_ok_and(|event| event.position() == position);
        if is_here {
            (self.part, self.next, self.end, self.before) = (0, index, 0, 0);
            self.skipper = None;
            if let Memory::Window(window) = &mut self.memory {
                *window = EventWindow::default();
            }
        }
        Ok(is_here)
    }

    fn another(&self) -> Option<AnotherReader> {
        let files: Vec<Content> = self.parts.iter().map(|part| part.content().clone()).collect();
        if !files.iter().all(Content::is_unchanged_file) {
            return None;
        }
        // Copies: threads that count the references to the same ones wait for each other.
        let processes: Arc<[Arc<Process>]> =
            self.processes.iter().map(|process| Arc::new(Process::clone(process))).collect();
        let parts = self.parts.iter().map(|part| part.with_processes(&processes)).collect();
        let reader = PmlReader::over(parts, processes, Arc::clone(&self.columns));
        Some(AnotherReader {
            reader: Box::new(PmlReader { losses: self.losses.clone(), ..reader }),
            losses: self.losses.clone(),
            files,
        })
    }

    fn processes(&self) -> &[Arc<Process>] {
        &self.processes
    }

    fn modules_of(&self, process: &Process) -> Vec<Module> {
        let mut modules: Vec<Module> = Vec::new();
        for part in self.parts.iter() {
            let own = part.processes.iter().find(|(_, other)| other.index == process.index);
            let Some((index, _)) = own else { continue };
            for module in part.pml.modules_of(*index) {
                if !modules.contains(module) {
                    modules.push(module.clone());
                }
            }
        }
        modules
    }

    fn sections(&mut self) -> Option<Arc<dyn Sections>> {
        Some(Arc::new(PmlSections {
            parts: Arc::clone(&self.parts),
            processes: Arc::clone(&self.processes),
            columns: Arc::clone(&self.columns),
            begin: self.place(),
        }))
    }

    fn recording(&self) -> Option<Recording<'_>> {
        let pml = self.parts.first()?.pml();
        Some(Recording {
            info: pml.info(),
            exporter: pml.detected_exporter(),
            parts: self.parts.len(),
        })
    }
}

impl ReadSection for PmlReader {
    fn place(&self) -> Place {
        Place { at: self.before + self.next as u64, ..Place::default() }
    }

    fn is_irregular(&self) -> bool {
        false
    }

    fn kept(&mut self) -> Option<Box<dyn Any + Send>> {
        match std::mem::take(&mut self.memory) {
            Memory::Section(held) => Some(Box::new(held)),
            Memory::Window(_) => None,
        }
    }
}

fn to_process(entry: &ProcessEntry, index: u32, parent_index: Option<u32>) -> Process {
    let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_string);
    Process {
        index,
        pid: Some(entry.pid),
        parent_pid: Some(entry.parent_pid),
        parent_index,
        authentication_id: Some(format!(
            "{:08x}:{:08x}",
            entry.authentication_id >> 32,
            entry.authentication_id & 0xFFFF_FFFF
        )),
        created: Some(entry.started),
        finished: entry.ended,
        virtualized: Some(entry.virtualized),
        is_64_bit: Some(entry.is_64_bit),
        session: Some(entry.session),
        integrity: text(&entry.integrity),
        user: text(&entry.user),
        name: text(&entry.name),
        image_path: text(&entry.image_path),
        command_line: text(&entry.command_line),
        company: text(&entry.company),
        version: text(&entry.version),
        description: text(&entry.description),
        modules: entry.module_count,
    }
}
