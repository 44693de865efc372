//! A native capture as a stream of events.

mod sections;

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::selection::Judge;
use super::skip::Skim;
use super::window::Window;
use crate::event::native_record::{PmlRecord, SharedPart};
use crate::event::{Event, Interest, Record};
use crate::format::{Passed, Place, ReadEvents, ReadSection, Sections};
use crate::input::Content;
use crate::model::{Column, Columns, Error, Losses, Module, Position, Process};
use crate::pml::owned::OwnedPml;
use crate::pml::{Pml, ProcessEntry, Recording, Rendering};
use sections::{InMemory, PmlSections};

/// Reads the parts of a native capture one after the other.
pub(crate) struct PmlReader {
    parts: Arc<[Part]>,
    columns: Arc<Columns>,
    processes: Arc<[Arc<Process>]>,
    part: usize,
    next: usize,
    /// How many events are in front of the present part.
    before: u64,
    /// Events from this number on are for others.
    limit: u64,
    /// What is wanted at present, and what follows from it for the present part.
    skim: Option<(Interest, usize, Skim)>,
    memory: Memory,
}

/// What of the files is in memory.
enum Memory {
    /// What is being read.
    Window(Window),
    /// All of the section that is read.
    Section(Vec<InMemory>),
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::Window(Window::default())
    }
}

/// How far a reader goes that does not begin with the first event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// A section, which is small.
    Section,
    /// Everything that follows.
    Rest,
}

pub(super) struct Part {
    pml: Arc<SharedPart>,
    /// The processes of this part by its own process index.
    processes: HashMap<u32, Arc<Process>>,
    /// By what events are judged, for what was wanted last: each section asks for it.
    judge: Mutex<Option<(Interest, Arc<Judge>)>>,
}

impl Part {
    fn judge(&self, interest: &Interest) -> Arc<Judge> {
        let mut known = self.judge.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, judge)) = &*known
            && of == interest
        {
            return Arc::clone(judge);
        }
        let processes = self
            .processes
            .iter()
            .map(|(index, process)| (*index, process.name.as_deref().unwrap_or_default()));
        let judge = Arc::new(Judge::new(self.pml(), interest, processes));
        *known = Some((interest.clone(), Arc::clone(&judge)));
        judge
    }

    pub(super) fn pml(&self) -> &Pml<'_> {
        self.pml.pml()
    }

    pub(super) fn content(&self) -> &Content {
        self.pml.content()
    }
}

impl PmlReader {
    /// Opens the parts. What of their tables could not be read is counted.
    pub(crate) fn new(
        contents: Vec<Content>,
        rendering: &Rendering,
        losses: &mut Losses,
    ) -> Result<PmlReader, Error> {
        let (mut parts, mut all) = (Vec::new(), Vec::new());
        // A process goes on in the next part under an index of that part: what it
        // is, is told by PID and start.
        let mut known: HashMap<(u32, i64), u32> = HashMap::new();
        for content in contents {
            let pml = OwnedPml::open(content, rendering.clone())?;
            losses.extend(pml.pml().losses());
            let mut indexes: HashMap<u32, u32> = HashMap::new();
            for entry in pml.pml().processes() {
                let next = known.len() as u32;
                indexes
                    .insert(entry.index, *known.entry((entry.pid, entry.started)).or_insert(next));
            }
            let mut processes = HashMap::new();
            for entry in pml.pml().processes() {
                let index = indexes[&entry.index];
                // New ones come in the order of their indexes.
                if index as usize == all.len() {
                    let parent = indexes.get(&entry.parent_index).copied();
                    all.push(Arc::new(to_process(entry, index, parent)));
                }
                if let Some(process) = all.get(index as usize) {
                    processes.insert(entry.index, Arc::clone(process));
                }
            }
            let pml = Arc::new(SharedPart::new(pml));
            parts.push(Part { pml, processes, judge: Mutex::default() });
        }
        let columns = Arc::new(Columns::from_known(&Column::all().collect::<Vec<_>>()));
        Ok(PmlReader::over(parts.into(), all.into(), columns))
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
            before: 0,
            limit: u64::MAX,
            skim: None,
            memory: Memory::default(),
        }
    }

    /// Reads the events from this one on, up to `limit`.
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

    /// The number, in the present part, of the event that is the first to be left out.
    fn end_of_part(&self) -> usize {
        let events = self.parts.get(self.part).map_or(0, |part| part.pml().len());
        usize::try_from(self.limit.saturating_sub(self.before))
            .map_or(events, |own| events.min(own))
    }

    /// Goes to the part that has the next event. False behind the last one.
    fn find_part(&mut self) -> bool {
        while let Some(part) = self.parts.get(self.part) {
            if self.next < self.end_of_part() {
                return true;
            }
            let events = part.pml().len();
            if self.next < events {
                return false;
            }
            if let Memory::Window(window) = &mut self.memory {
                part.content().forget(0..usize::MAX);
                *window = Window::default();
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

    /// What follows for the present part from what is wanted.
    fn prepare(&mut self, interest: &Interest) {
        let is_ready =
            |ready: &(Interest, usize, Skim)| ready.1 == self.part && ready.0 == *interest;
        if self.skim.as_ref().is_some_and(is_ready) {
            return;
        }
        let Some(part) = self.parts.get(self.part) else { return };
        self.skim = Some((interest.clone(), self.part, Skim::new(part.judge(interest))));
    }

    /// Passes over what is not wanted, up to an event that is or may be, or the end of
    /// the part.
    fn pass_over(&mut self, passed: &mut Passed<'_>) {
        let end = self.end_of_part();
        while let (Some(part), Some((_, _, skim))) = (self.parts.get(self.part), &mut self.skim) {
            let skimmed = skim.skim(part.pml(), self.next..end, passed.tally);
            let Some((first, last)) = skimmed.times else { return };
            self.next += skimmed.events;
            *passed.events += skimmed.events as u64;
            // Of the times of native events only the first and the last one matter.
            passed.clock.observe_instant(first);
            passed.clock.observe_instant(last);
            *passed.position = Position::at_byte(skimmed.at as u64).with_record(self.next as u64);
            if let Memory::Window(window) = &mut self.memory {
                window.follow(part.content(), skimmed.at, skimmed.events);
            }
            if !skimmed.goes_on {
                return;
            }
        }
    }

    /// Reads the next event of the present part. False when nothing of it can be
    /// read, which is a loss.
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
        found.note_losses(losses);
        event.position = found.position();
        let process = part.processes.get(&found.header().process_index);
        set_process(&mut event.process, process);
        let at = found.at;
        match &mut event.record {
            Record::Pml(record) if Arc::ptr_eq(record.part(), &part.pml) => record.set(&found),
            record => {
                let (part, columns) = (Arc::clone(&part.pml), Arc::clone(&self.columns));
                *record = Record::Pml(PmlRecord::new(part, columns, &found));
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

    fn read_event_of(
        &mut self,
        interest: &Interest,
        mut passed: Passed<'_>,
        event: &mut Event,
        losses: &mut Losses,
    ) -> Result<bool, Error> {
        while self.find_part() {
            self.prepare(interest);
            self.pass_over(&mut passed);
            if self.next < self.end_of_part() && self.read_next(event, losses) {
                return Ok(true);
            }
        }
        Ok(false)
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

/// Puts a process in place without touching its count where it is there already.
fn set_process(place: &mut Option<Arc<Process>>, process: Option<&Arc<Process>>) {
    match (&place, process) {
        (Some(current), Some(process)) if Arc::ptr_eq(current, process) => {}
        _ => *place = process.cloned(),
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
