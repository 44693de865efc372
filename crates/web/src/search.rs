//! Looks for a row of a view that has a text, or passes rules.

use memchr::memmem;
use procmonkey_parser::{Column, Filter, Verdict};
use serde_json::{Value, json};

use crate::cursor::Cursor;
use crate::job::{InTime, Job, World};
use crate::rows::begin_at;

/// The columns that are searched for a text.
const SEARCHED: [Column; 6] = [
    Column::ProcessName,
    Column::Operation,
    Column::Path,
    Column::Result,
    Column::Detail,
    Column::TimeOfDay,
];

/// So many rows are read together when the search goes back.
const BLOCK: u64 = 4096;

/// What is looked for.
#[derive(Clone, Debug)]
pub(crate) enum Sought {
    /// A text, in lower case.
    Text(String),
    Rules(Filter),
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Back,
}

/// Reads rows until one is found.
#[derive(Debug)]
pub(crate) struct Search {
    view: u64,
    sought: Sought,
    direction: Direction,
    cursor: Option<Cursor>,
    /// The rows that are looked at next, and of them the last one that was found.
    from: u64,
    end: u64,
    found: Option<u64>,
    is_stopped: bool,
}

impl Search {
    /// Looks from a row on, this one included.
    pub(crate) fn new(view: u64, sought: Sought, from: u64, direction: Direction) -> Search {
        let (from, end) = match direction {
            Direction::Forward => (from, u64::MAX),
            Direction::Back => {
                (from.saturating_add(1).saturating_sub(BLOCK), from.saturating_add(1))
            }
        };
        Search { view, sought, direction, cursor: None, from, end, found: None, is_stopped: false }
    }
}

impl Sought {
    fn is_in(&self, cursor: &Cursor) -> bool {
        let event = cursor.event();
        match self {
            Sought::Rules(filter) => {
                filter.matches(event, cursor.capture().clock()) == Verdict::Included
            }
            Sought::Text(text) => {
                let finder = memmem::Finder::new(text.as_bytes());
                SEARCHED.iter().any(|column| {
                    let own = event.get(*column).unwrap_or_default().to_lowercase();
                    finder.find(own.as_bytes()).is_some()
                })
            }
        }
    }
}

impl Job for Search {
    fn step(&mut self, world: &mut World, in_time: InTime<'_>) -> Result<Option<Value>, String> {
        let answer = |row: Option<u64>| Ok(Some(json!({ "row": row })));
        let capture = world.view(self.view)?.capture;
        let (opened, file) = world.capture(capture)?;
        let (member, file) = (opened.member, file.clone());
        let view = world.view(self.view)?;
        let mut turn = 0u32;
        loop {
            if self.is_stopped {
                return answer(None);
            }
            let cursor = match &mut self.cursor {
                Some(cursor) => cursor,
                empty => empty.insert(begin_at(view, self.from, |view, begin| {
                    Cursor::open(&file, member, &view.options, begin)
                })?),
            };
            turn += 1;
            if turn.is_multiple_of(64) && !in_time() {
                return Ok(None);
            }
            let is_at_end =
                cursor.row >= self.end.min(view.places.rows()) || !cursor.read(&view.wanted)?;
            if is_at_end {
                match (self.direction, self.found) {
                    (Direction::Back, None) if self.from > 0 => {
                        self.end = self.from;
                        self.from = self.from.saturating_sub(BLOCK);
                        self.cursor = None;
                    }
                    (_, found) => return answer(found),
                }
            } else if cursor.row > self.from && self.sought.is_in(cursor) {
                self.found = Some(cursor.row - 1);
                if self.direction == Direction::Forward {
                    return answer(self.found);
                }
            }
        }
    }

    fn progress(&self, _: &World) -> Value {
        json!({ "row": self.cursor.as_ref().map_or(self.from, |cursor| cursor.row) })
    }

    fn stop(&mut self) {
        self.is_stopped = true;
    }
}
