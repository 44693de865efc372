//! Passes over the events of a part that nobody wants, by their headers.

use std::hint::black_box;
use std::ops::Range;

use super::columns;
use super::detail::{self, FileDetail};
use super::needles::Needles;
use super::operation::{Named, OperationNames, file_code, name};
use super::record::{Class, EVENT_HEADER_SIZE, EventHeader};
use super::{Pml, PmlEvent, salvage};
use crate::interest::Interest;

/// How many events are fetched from memory together: their places are known
/// beforehand, so that the processor need not wait for one after the other.
const BLOCK: usize = 64;

/// The processes of one part, by what becomes of their events.
#[derive(Debug)]
pub(super) struct Skim {
    needles: Needles,
    /// Whether paths have to be rendered before they are searched.
    renders: bool,
    /// By process index, as far as the indexes are small.
    processes: Vec<Fate>,
    /// What becomes of events whose process is not in the list above.
    others: Fate,
    /// Whether an operation has a name, by class and code.
    named: Names,
    /// The block of events that was fetched from memory last.
    block: Block,
    /// Room to render a path in.
    text: String,
}

/// What becomes of the events of a process, unless the path says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is wanted, or there is something to be told about it.
    HandedOver,
    /// It is counted at this place of the tally.
    Counted(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Known,
    Unknown,
    /// That is told by what stands in the event.
    Open,
}

const CODES: usize = 64;
const CLASSES: usize = 7;

/// Indexes from here on are not in the list of processes.
const MOST_PROCESSES: usize = 1 << 16;

/// What was passed over, and why it ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Skimmed {
    /// How many events were passed over.
    pub(super) events: usize,
    /// The times of the first and the last of them.
    pub(super) times: Option<(i64, i64)>,
    /// Where the last of them begins.
    pub(super) at: usize,
    /// Whether nothing was met that is to be handed over.
    pub(super) goes_on: bool,
}

impl Skim {
    /// Prepares for a part. `others` is for events of processes that the part does
    /// not know, `processes` has the index of each that it knows.
    pub(super) fn new(
        pml: &Pml<'_>,
        interest: &Interest,
        processes: impl Iterator<Item = (u32, Fate)>,
        others: Fate,
    ) -> Skim {
        let needles = Needles::of(interest);
        let renders = needles.joins_lines();
        let mut table = Vec::new();
        for (index, fate) in processes {
            let index = index as usize;
            if index < MOST_PROCESSES && pml.process(index as u32).is_some() {
                if table.len() <= index {
                    table.resize(index + 1, Fate::HandedOver);
                }
                table[index] = fate;
            }
        }
        // A process that is not in a table is a loss, but not where there is no table.
        let others = if pml.processes().is_empty() { others } else { Fate::HandedOver };
        let named = std::array::from_fn(|class| {
            std::array::from_fn(|code| is_named(class as u16, code as u16, pml.rendering().names))
        });
        Skim {
            needles,
            renders,
            processes: table,
            others,
            named,
            block: Block::default(),
            text: String::new(),
        }
    }

    /// Passes over some of these events, up to one that is to be handed over. They are
    /// counted in `counts`.
    pub(super) fn skim(
        &mut self,
        pml: &Pml<'_>,
        events: Range<usize>,
        counts: &mut [u64],
    ) -> Skimmed {
        let from = events.start;
        let mut skimmed = Skimmed::default();
        if !self.block.has(from) {
            self.block.fetch(pml, from, &self.named, self.needles.is_empty());
        }
        let end = events.end.min(self.block.first + self.block.len);
        for index in from..end {
            let head = self.block.heads[(index - self.block.first) % BLOCK];
            let fate = self.processes.get(head.process_index as usize).unwrap_or(&self.others);
            let Fate::Counted(count) = *fate else { break };
            if head.look != Look::Plain || !self.needles.is_empty() {
                if head.look == Look::Odd {
                    break;
                }
                let Some(header) = EventHeader::read(pml.bytes, head.at) else { break };
                let event = PmlEvent { pml, index, at: head.at, header, repaired: false };
                let has_name =
                    head.look == Look::Plain || columns::operation(&event) != Named::Unknown;
                if !has_name || (!self.needles.is_empty() && self.wants_path(&event)) {
                    break;
                }
            }
            let Some(count) = counts.get_mut(count) else { break };
            *count += 1;
            skimmed.events += 1;
        }
        if let Some(last) = skimmed.events.checked_sub(1) {
            let head = |place: usize| self.block.heads[(from + place - self.block.first) % BLOCK];
            skimmed.times = Some((head(0).time, head(last).time));
            skimmed.at = head(last).at;
            skimmed.goes_on = from + last + 1 == end && end < events.end;
        }
        skimmed
    }

    /// Whether an event is wanted for its path, or may be.
    #[inline]
    fn wants_path(&mut self, event: &PmlEvent<'_>) -> bool {
        let operation = event.header.operation;
        let detail = event.detail_block();
        let path = match event.header.class {
            Class::FileSystem | Class::Ipc if operation != file_code::DIRECTORY_CONTROL => {
                FileDetail::read(detail, event.pointer_width()).path
            }
            Class::Registry => detail::registry_path(operation, detail),
            Class::Profiling => return false,
            _ => return self.wants_rendered(event),
        };
        if self.renders { self.wants_rendered(event) } else { self.needles.are_in(path) }
    }

    /// The same for a path that is put together.
    fn wants_rendered(&mut self, event: &PmlEvent<'_>) -> bool {
        self.text.clear();
        event.column_text(crate::Column::Path, &mut self.text);
        self.needles.are_in_text(&self.text)
    }
}

/// Some events one after the other, fetched from memory.
#[derive(Debug)]
struct Block {
    first: usize,
    len: usize,
    heads: [Head; BLOCK],
}

/// What is asked of every event.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// Where the event begins, as the list of events says.
    at: usize,
    time: i64,
    process_index: u32,
    look: Look,
}

/// What a header tells of whether there is a loss in the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// There is none, if the process is known.
    Plain,
    /// There is none, if the process is known and the operation has a name.
    Open,
    /// There may be one.
    Odd,
}

impl Default for Block {
    fn default() -> Block {
        let head = Head { at: 0, time: 0, process_index: 0, look: Look::Odd };
        Block { first: 0, len: 0, heads: [head; BLOCK] }
    }
}

impl Block {
    fn has(&self, event: usize) -> bool {
        event >= self.first && event - self.first < self.len
    }

    /// Reads a little of each event that is going to be looked at. No result is waited
    /// for, so that many are on their way from memory at once.
    fn fetch(&mut self, pml: &Pml<'_>, first: usize, named: &Names, is_header_enough: bool) {
        let (file, width) = (pml.bytes, pml.info.pointer_width);
        let byte = |at: usize| file.get(at).copied().unwrap_or(0);
        self.first = first;
        self.len = pml.len().saturating_sub(first).min(BLOCK);
        let heads = &mut self.heads[..self.len];
        let mut sum = 0u8;
        for (index, head) in heads.iter_mut().enumerate() {
            let at = pml.offsets.get(first + index).and_then(|at| usize::try_from(at).ok());
            // A place that cannot be is behind the end of the file.
            head.at = at.unwrap_or(usize::MAX).min(file.len());
            sum ^= byte(head.at) ^ byte(head.at + EVENT_HEADER_SIZE - 1);
        }
        for head in heads {
            head.look = Look::Odd;
            let Some(header) = EventHeader::read(file, head.at) else { continue };
            let room = file.len().saturating_sub(head.at);
            head.time = header.time;
            head.process_index = header.process_index;
            if !salvage::looks_right(&header, width, room) || may_be_cut(&header, room) {
                continue;
            }
            head.look = match name_of(named, header.class.code(), header.operation) {
                Name::Known => Look::Plain,
                Name::Open => Look::Open,
                Name::Unknown => Look::Odd,
            };
            let detail = head.at + header.detail_at(width);
            if !is_header_enough {
                // From the length of the path on.
                let path = match header.class {
                    Class::FileSystem | Class::Ipc => detail + width.pick(0x40, 0x2C),
                    _ => detail,
                };
                sum ^= byte(path) ^ byte(path + LINE);
            } else if head.look == Look::Open {
                sum ^= byte(detail);
            }
        }
        black_box(sum);
    }
}

/// How many bytes come from memory together.
const LINE: usize = 64;

type Names = [[Name; CODES]; CLASSES];

fn name_of(named: &Names, class: u16, code: u16) -> Name {
    let codes = named.get(usize::from(class));
    codes.and_then(|codes| codes.get(usize::from(code))).copied().unwrap_or(Name::Unknown)
}

/// Whether the extra detail may reach beyond the end of the file.
#[inline]
fn may_be_cut(header: &EventHeader, room: usize) -> bool {
    const MOST: usize = 2 + u16::MAX as usize;
    header.extra_offset != 0
        && (header.extra_offset as usize).checked_add(MOST).is_none_or(|end| end > room)
}

/// Whether an operation has a name.
fn is_named(class: u16, code: u16, names: OperationNames) -> Name {
    // What is named by more than its code.
    const BY_DETAIL: [u16; 7] = [
        file_code::QUERY_INFORMATION,
        file_code::SET_INFORMATION,
        file_code::QUERY_VOLUME,
        file_code::SET_VOLUME,
        file_code::DIRECTORY_CONTROL,
        file_code::LOCK_UNLOCK,
        file_code::PLUG_AND_PLAY,
    ];
    let class = Class::from_code(class);
    match class {
        Class::Network => Name::Open,
        Class::FileSystem | Class::Ipc
            if names == OperationNames::Advanced || BY_DETAIL.contains(&code) =>
        {
            Name::Open
        }
        class => match name(class, code) {
            Named::Known(_) => Name::Known,
            Named::Unknown => Name::Unknown,
        },
    }
}
