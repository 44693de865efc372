//! Puts together what belongs to one event, and hands events on in the order of the text.

use std::collections::VecDeque;
use std::sync::Arc;

use super::found::{Found, Origin, Unused};
use super::process_tab::Process as ProcessTab;
use crate::event::{Event, Record};
use crate::model::{Column, Columns, Frame, LossKind, Losses, Position, Process};

/// How much prose may stand between the tabs of one dialog: a heading or two.
const MOST_PROSE: u32 = 3;

/// A line of prose that is longer is no heading.
const LONGEST_HEADING: usize = 80;

/// Events, and what waits for the event that it belongs to.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    ready: VecDeque<Event>,
    /// Events whose memory can be used again.
    spare: Vec<Event>,
    last: Option<Last>,
    process: Option<ProcessTab>,
    stack: Option<(Vec<Frame>, Position)>,
    /// Lines of prose behind what waits.
    prose: u32,
    /// The process of events that name none.
    default_process: Option<String>,
    joined: Option<Joined>,
    pub(super) found: Found,
    pub(super) losses: Losses,
    pub(super) processes: Vec<Arc<Process>>,
}

/// The event that was found last, which other tabs may belong to.
#[derive(Debug)]
struct Last {
    event: Event,
    has_process_tab: bool,
}

impl Assembly {
    pub(super) fn new(default_process: Option<&str>) -> Assembly {
        Assembly { default_process: default_process.map(str::to_string), ..Assembly::default() }
    }

    /// An event to fill.
    pub(super) fn new_event(&mut self) -> Event {
        let mut event = self.spare.pop().unwrap_or_default();
        event.stack.clear();
        event.process = None;
        event
    }

    /// Takes back an event whose memory can be used again.
    pub(super) fn give_back(&mut self, event: Event) {
        if self.spare.len() < 4 {
            self.spare.push(event);
        }
    }

    /// Adds the next event of the text.
    pub(super) fn add_event(&mut self, event: Event, columns: &Arc<Columns>, origin: Origin) {
        self.release();
        self.found.count(origin, columns, event.position);
        let mut last = Last { event, has_process_tab: false };
        if let Some(tab) = self.process.take() {
            match belongs(&tab, &last.event) {
                true => self.join(&mut last, tab),
                false => self.leave(tab),
            }
        }
        if let Some((frames, position)) = self.stack.take() {
            self.join_stack(&mut last, frames, position);
        }
        self.last = Some(last);
        self.prose = 0;
    }

    /// Adds a Process tab: it belongs to the event above, or to the next one.
    pub(super) fn add_process(&mut self, tab: ProcessTab) {
        self.prose = 0;
        if let Some(mut last) = self.last.take() {
            let fits = !last.has_process_tab && belongs(&tab, &last.event);
            if fits {
                self.join(&mut last, tab);
                self.last = Some(last);
                return;
            }
            self.last = Some(last);
        }
        if let Some(earlier) = self.process.replace(tab) {
            self.leave(earlier);
        }
    }

    /// Adds a call stack, in the same way.
    pub(super) fn add_stack(&mut self, frames: Vec<Frame>, position: Position) {
        if frames.is_empty() {
            return;
        }
        self.prose = 0;
        match self.last.take() {
            Some(mut last) if last.event.stack.is_empty() => {
                self.join_stack(&mut last, frames, position);
                self.last = Some(last);
            }
            last => {
                self.last = last;
                if let Some((frames, position)) = self.stack.replace((frames, position)) {
                    self.leave_stack(&frames, position);
                }
            }
        }
    }

    /// Takes note of a line that is nothing of Procmon's.
    pub(super) fn prose(&mut self, line: &str) {
        if self.last.is_none() && self.process.is_none() && self.stack.is_none() {
            return;
        }
        self.prose += if line.len() > LONGEST_HEADING { MOST_PROSE + 1 } else { 1 };
        if self.prose > MOST_PROSE {
            self.part();
        }
    }

    /// Nothing more belongs to what was found so far.
    pub(super) fn part(&mut self) {
        self.release();
        if let Some(tab) = self.process.take() {
            self.leave(tab);
        }
        if let Some((frames, position)) = self.stack.take() {
            self.leave_stack(&frames, position);
        }
    }

    pub(super) fn loss(&mut self, kind: LossKind, position: Position, message: impl Into<String>) {
        self.losses.add(kind, position, message);
    }

    /// The next event that is complete.
    pub(super) fn pop(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    fn release(&mut self) {
        let Some(Last { mut event, .. }) = self.last.take() else { return };
        if let Some(name) = &self.default_process
            && event.columns().is_some_and(|columns| !columns.contains(Column::ProcessName))
            && event.process.is_none()
        {
            let name = [(Column::ProcessName, name.clone())];
            add_columns(&mut event, &name, &mut self.joined);
        }
        self.ready.push_back(event);
    }

    fn join(&mut self, last: &mut Last, tab: ProcessTab) {
        self.found.modules(tab.modules);
        if tab.has_end {
            self.found.end_of_process();
        }
        add_columns(&mut last.event, &tab.columns, &mut self.joined);
        last.has_process_tab = true;
    }

    fn join_stack(&mut self, last: &mut Last, frames: Vec<Frame>, position: Position) {
        match last.event.stack.is_empty() {
            true => last.event.stack = frames,
            false => self.leave_stack(&frames, position),
        }
    }

    fn leave(&mut self, tab: ProcessTab) {
        self.found.unused(Unused::ProcessTab, tab.name(), tab.position);
    }

    fn leave_stack(&mut self, frames: &[Frame], position: Position) {
        let name = format!("{} frames", frames.len());
        self.found.unused(Unused::Stack, name, position);
    }
}

/// Whether nothing that an event says of its process speaks against a Process tab.
fn belongs(tab: &ProcessTab, event: &Event) -> bool {
    [Column::Pid, Column::ProcessName].iter().all(|column| {
        let own = event.get(*column).filter(|text| !text.is_empty());
        let tabs = tab.columns.iter().find(|row| row.0 == *column).map(|row| row.1.as_str());
        match (own, tabs) {
            (Some(own), Some(tabs)) => own.eq_ignore_ascii_case(tabs),
            _ => true,
        }
    })
}

/// Columns of events with those that a Process tab or the caller adds. The next event mostly
/// has the same ones.
#[derive(Debug)]
struct Joined {
    own: Arc<Columns>,
    added: Vec<Column>,
    all: Arc<Columns>,
    /// In front of which of its own columns those that are added stand.
    place: usize,
}

impl Joined {
    fn is_for(&self, own: &Arc<Columns>, added: &[(Column, String)]) -> bool {
        Arc::ptr_eq(&self.own, own) && self.added.iter().eq(added.iter().map(|row| &row.0))
    }

    fn of(own: &Arc<Columns>, added: &[(Column, String)]) -> Joined {
        let mut names: Vec<&str> = own.names().collect();
        let place = own.position(Column::Detail).unwrap_or(names.len());
        let added: Vec<Column> = added.iter().map(|row| row.0).collect();
        let fresh = added.iter().filter(|column| !own.contains(**column));
        names.splice(place..place, fresh.map(|column| column.name()));
        let all = Arc::new(Columns::from_headers(names));
        Joined { own: Arc::clone(own), added, all, place }
    }
}

/// Gives an event columns that it does not have, in front of its detail. `joined` keeps what
/// the next event can use again.
fn add_columns(event: &mut Event, more: &[(Column, String)], joined: &mut Option<Joined>) {
    let Record::Text(text) = &event.record else { return };
    let Some(own) = text.columns.clone() else { return };
    if more.iter().all(|row| own.contains(row.0)) {
        return;
    }
    let known = joined.take().filter(|it| it.is_for(&own, more));
    let columns = joined.insert(known.unwrap_or_else(|| Joined::of(&own, more)));
    let mut record = Record::default();
    match text.has_lines {
        true => record.start_with_lines(&columns.all),
        false => record.start(&columns.all),
    }
    let field = |index| text.field(index).unwrap_or_default();
    (0..columns.place).for_each(|index| record.push(&field(index)));
    let fresh = more.iter().filter(|row| !own.contains(row.0));
    fresh.for_each(|row| record.push(row.1.as_bytes()));
    (columns.place..own.len()).for_each(|index| record.push(&field(index)));
    event.record = record;
}
