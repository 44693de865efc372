//! The processes of an export. They are distinguished by their columns.

use std::collections::HashMap;
use std::sync::Arc;

use super::values::Dates;
use crate::event::Event;
use crate::format::pml::write::tables::{Indexes, ProcessRow};
use crate::model::{Column, Module, Process};

/// The columns that belong to the process, not to the event.
const COLUMNS: [Column; 15] = [
    Column::Pid,
    Column::ProcessName,
    Column::ImagePath,
    Column::CommandLine,
    Column::User,
    Column::Session,
    Column::Integrity,
    Column::Company,
    Column::Description,
    Column::Version,
    Column::AuthenticationId,
    Column::Virtualized,
    Column::ParentPid,
    Column::Architecture,
    Column::ProcessStart,
];

/// The parent index of a process whose parent is not known.
const NO_INDEX: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(super) struct Processes {
    rows: Vec<ListedProcess>,
    /// Indexes in `rows` by the texts of the columns.
    by_columns: HashMap<Vec<u8>, usize>,
    /// Indexes in `rows` by the index in a process list.
    by_list: HashMap<u32, usize>,
    /// Indexes of processes that were created and have no event yet, by PID.
    created: HashMap<u32, u32>,
    key: Vec<u8>,
    /// Whether processes were given with [`Processes::list`], and not by events alone.
    are_given: bool,
}

#[derive(Debug)]
struct ListedProcess {
    row: ProcessRow,
    /// The index of the parent in a process list.
    parent_in_list: Option<u32>,
    has_started: bool,
    /// Whether its modules were given with it, so that none of an event is added.
    has_modules: bool,
}

impl Processes {
    /// The index in `rows` of the event's process.
    pub(super) fn place(
        &mut self,
        event: &Event,
        time: i64,
        dates: &Dates,
        indexes: &mut Indexes,
    ) -> usize {
        let starts = event.operation().as_deref() == Some("Process Start");
        let place = match event.process() {
            Some(process) => match self.by_list.get(&process.index) {
                Some(&place) => place,
                None => {
                    let row = from_list(process, event, indexes.take(process.index));
                    self.by_list.insert(process.index, self.rows.len());
                    self.add(row, process.parent_index)
                }
            },
            None => self.by_columns(event, starts, dates, indexes),
        };
        let found = &mut self.rows[place];
        if starts {
            found.has_started = true;
            if event.process().is_none() {
                found.row.started = time;
            }
        }
        if event.operation().as_deref() == Some("Process Exit") && found.row.ended == 0 {
            found.row.ended = time;
        }
        place
    }

    /// Adds a process of a list, whether an event needs it or not. One that is there already
    /// gets the modules that it does not have.
    pub(super) fn list(&mut self, process: &Process, modules: Vec<Module>, indexes: &mut Indexes) {
        self.are_given = true;
        let place = match self.by_list.get(&process.index) {
            Some(&place) => place,
            None => {
                let event = Event { process: Some(Arc::new(process.clone())), ..Event::default() };
                let row = from_list(process, &event, indexes.take(process.index));
                self.by_list.insert(process.index, self.rows.len());
                self.add(row, process.parent_index)
            }
        };
        let Some(found) = self.rows.get_mut(place) else { return };
        for module in modules {
            found.has_modules = true;
            if !found.row.modules.contains(&module) {
                found.row.modules.push(module);
            }
        }
    }

    fn add(&mut self, row: ProcessRow, parent_in_list: Option<u32>) -> usize {
        let (has_started, has_modules) = (false, false);
        self.rows.push(ListedProcess { row, parent_in_list, has_started, has_modules });
        self.rows.len() - 1
    }

    /// A process that starts is a new one, even if all its columns are equal to those of
    /// an earlier process.
    fn by_columns(
        &mut self,
        event: &Event,
        starts: bool,
        dates: &Dates,
        indexes: &mut Indexes,
    ) -> usize {
        self.key.clear();
        for column in COLUMNS {
            if let Some(text) = event.get(column) {
                self.key.extend_from_slice(text.as_bytes());
            }
            self.key.push(0);
        }
        if let Some(&place) = self.by_columns.get(&self.key)
            && !(starts && self.rows[place].has_started)
        {
            return place;
        }
        let created = event.pid().and_then(|pid| self.created.remove(&pid));
        let index = created.unwrap_or_else(|| indexes.next());
        let mut row = from_columns(event, index);
        let start = event.get(Column::ProcessStart);
        row.started = start.and_then(|text| dates.read(&text)).unwrap_or(0);
        let place = self.add(row, None);
        self.by_columns.insert(self.key.clone(), place);
        place
    }

    /// The index of a process that is being created: of a listed one, that which starts next.
    pub(super) fn child(&mut self, pid: u32, time: i64, indexes: &mut Indexes) -> u32 {
        let given = self.by_list.values().filter(|_| self.are_given);
        let listed = given.filter_map(|&place| self.rows.get(place));
        let listed = listed.map(|listed| &listed.row).filter(|row| row.pid == pid);
        if let Some(row) = listed.min_by_key(|row| (row.started.abs_diff(time), row.index)) {
            return row.index;
        }
        *self.created.entry(pid).or_insert_with(|| indexes.next())
    }

    /// The account of the process with this index.
    pub(super) fn user(&self, index: u32) -> Arc<str> {
        let found = self.rows.iter().find(|listed| listed.row.index == index);
        let user = found.map(|listed| &listed.row.texts[1]);
        user.cloned().unwrap_or_default()
    }

    pub(super) fn row(&self, place: usize) -> &ProcessRow {
        &self.rows[place].row
    }

    /// Adds an image that the process has loaded.
    pub(super) fn add_module(&mut self, place: usize, path: &str, base: u64, size: u32, time: i64) {
        if self.rows[place].has_modules {
            return;
        }
        let row = &mut self.rows[place].row;
        let [.., image, _, company, version, description] = &row.texts;
        let is_program = path.eq_ignore_ascii_case(image);
        let of_program =
            |text: &Arc<str>| if is_program { text.to_string() } else { String::new() };
        let module = Module {
            base,
            size,
            path: path.to_string(),
            version: of_program(version),
            company: of_program(company),
            description: of_program(description),
            time_stamp: 0,
            loaded: time,
        };
        row.modules.push(module);
    }

    /// All processes, with their parents if those are among them.
    pub(super) fn rows(&self) -> Vec<ProcessRow> {
        let mut rows: Vec<ProcessRow> = self.rows.iter().map(|row| row.row.clone()).collect();
        for (place, known) in self.rows.iter().enumerate() {
            rows[place].parent_index = match known.parent_in_list {
                Some(parent) => self.by_list.get(&parent).map_or(parent, |&at| rows[at].index),
                None => self.parent(place),
            };
        }
        apart(&mut rows);
        rows
    }

    /// The last process with the PID of the parent that started before this one.
    fn parent(&self, place: usize) -> u32 {
        let child = &self.rows[place].row;
        let is_parent = |row: &&ProcessRow| {
            row.pid == child.parent_pid
                && row.index != child.index
                && (child.started == 0 || row.started <= child.started)
        };
        let parents = self.rows.iter().map(|row| &row.row).filter(is_parent);
        parents.max_by_key(|row| row.started).map_or(NO_INDEX, |row| row.index)
    }
}

/// A process is identified by PID and start. If two have the same, because the start is
/// not known, their starts are made different by one tick.
fn apart(rows: &mut [ProcessRow]) {
    let mut seen = std::collections::HashSet::new();
    for row in rows {
        while !seen.insert((row.pid, row.started)) {
            row.started += 1;
        }
    }
}

fn text(event: &Event, column: Column) -> Arc<str> {
    event.get(column).map(Arc::from).unwrap_or_default()
}

fn number(event: &Event, column: Column) -> u32 {
    event.get(column).and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// High half and low half of a LUID in hexadecimal.
fn luid(text: &str) -> Option<u64> {
    let (high, low) = text.trim().split_once(':')?;
    let half = |text| u32::from_str_radix(text, 16).ok().map(u64::from);
    Some(half(high)? << 32 | half(low)?)
}

fn from_columns(event: &Event, index: u32) -> ProcessRow {
    ProcessRow {
        index,
        pid: event.pid().unwrap_or(0),
        parent_pid: number(event, Column::ParentPid),
        parent_index: NO_INDEX,
        authentication_id: event.get(Column::AuthenticationId).and_then(|t| luid(&t)).unwrap_or(0),
        session: number(event, Column::Session),
        started: 0,
        ended: 0,
        virtualized: match event.get(Column::Virtualized).as_deref() {
            Some("True") => 1,
            Some("False") => 0,
            _ => u32::MAX,
        },
        is_64_bit: event.get(Column::Architecture).as_deref() == Some("64-bit"),
        texts: [
            text(event, Column::Integrity),
            text(event, Column::User),
            text(event, Column::ProcessName),
            text(event, Column::ImagePath),
            text(event, Column::CommandLine),
            text(event, Column::Company),
            text(event, Column::Version),
            text(event, Column::Description),
        ],
        modules: Vec::new(),
    }
}

/// If the event has a column, it is equal to the list; other values come from the list.
fn from_list(process: &Process, event: &Event, index: u32) -> ProcessRow {
    let columns = from_columns(event, index);
    ProcessRow {
        pid: process.pid.unwrap_or(columns.pid),
        parent_pid: process.parent_pid.unwrap_or(columns.parent_pid),
        started: process.created.unwrap_or(0),
        ended: process.finished.unwrap_or(0),
        virtualized: process.virtualized.unwrap_or(columns.virtualized),
        is_64_bit: process.is_64_bit.unwrap_or(columns.is_64_bit),
        session: process.session.unwrap_or(columns.session),
        ..columns
    }
}
