//! Writes a capture: rows of the pool in random order, with times that advance.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use procmonkey_parser::Column;

use crate::moment::{Moment, Texts};
use crate::native::{Native, TIME};
use crate::pool::{Kind, Pool};
use crate::rng::Rng;
use crate::row::{Filling, write_header};

/// The formats that can be made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xml,
    Pml,
}

impl Format {
    pub fn from_name(name: &str) -> Option<Format> {
        match name {
            "csv" => Some(Format::Csv),
            "xml" => Some(Format::Xml),
            "pml" => Some(Format::Pml),
            _ => None,
        }
    }
}

/// A row as it is written, but for its times.
struct Template {
    bytes: Vec<u8>,
    /// Where which text of the time goes.
    slots: Vec<(usize, Slot)>,
}

#[derive(Clone, Copy)]
enum Slot {
    TimeOfDay,
    Date,
    Relative,
    Ticks,
}

/// Writes a capture of at least `size` bytes. Gives the events and the bytes.
pub fn write(
    format: Format,
    pool: &Pool,
    out: &str,
    size: u64,
    seed: u64,
) -> io::Result<(u64, u64)> {
    let native = Native::of(pool).map_err(io::Error::other)?;
    let mut head = Vec::new();
    let mut tail: &[u8] = b"";
    let templates: Vec<Template> = match format {
        Format::Csv => {
            write_header(&mut head, &pool.columns)?;
            native.rows.iter().map(|&row| csv(pool, row)).collect()
        }
        Format::Xml => {
            let (start, events) = native.xml().map_err(io::Error::other)?;
            head = start;
            tail = b"</eventlist></procmon>";
            events.into_iter().map(xml).collect()
        }
        Format::Pml => {
            head = native.header().to_vec();
            let mut rng = Rng::new(seed ^ 0x57AC);
            let events = native.events(|limit| rng.below(limit));
            events
                .into_iter()
                .map(|bytes| Template { bytes, slots: vec![(TIME, Slot::Ticks)] })
                .collect()
        }
    };
    let mut file = BufWriter::with_capacity(1 << 20, File::create(out)?);
    let mut written = head.len() as u64;
    file.write_all(&head)?;
    let listed = |count: u64| {
        if format == Format::Pml { count * 5 + native.tables().len() as u64 } else { 0 }
    };
    let mut order = Order::new(&native.kinds, seed);
    let (mut moment, mut texts) = (Moment::first(), Texts::new());
    let (mut list, mut line, mut count) = (Vec::new(), Vec::new(), 0);
    while written + listed(count) < size {
        moment.advance(|limit| order.rng.below(limit));
        if format != Format::Pml {
            moment.write(&mut texts);
        }
        let template = &templates[order.next()];
        line.clear();
        let mut from = 0;
        for &(at, slot) in &template.slots {
            line.extend_from_slice(&template.bytes[from..at]);
            from = at;
            match slot {
                Slot::TimeOfDay => line.extend_from_slice(texts.time_of_day.as_bytes()),
                Slot::Date => line.extend_from_slice(texts.date.as_bytes()),
                Slot::Relative => line.extend_from_slice(texts.relative.as_bytes()),
                Slot::Ticks => {
                    line.extend_from_slice(&moment.filetime().to_le_bytes());
                    from += 8;
                }
            }
        }
        line.extend_from_slice(&template.bytes[from..]);
        file.write_all(&line)?;
        if format == Format::Pml {
            list.extend_from_slice(&written.to_le_bytes()[..5]);
        }
        written += line.len() as u64;
        count += 1;
    }
    if format == Format::Pml {
        let padding = [0; 3];
        let padding = &padding[..(written.wrapping_neg() % 4) as usize];
        file.write_all(padding)?;
        written += padding.len() as u64;
        let events = written - head.len() as u64;
        file.write_all(&list)?;
        let count = u32::try_from(count).map_err(io::Error::other)?;
        let header = native.header_for(events, count, list.len() as u64);
        file.write_all(native.tables())?;
        written += (list.len() + native.tables().len()) as u64;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&header)?;
    }
    file.write_all(tail)?;
    file.flush()?;
    Ok((count, written + tail.len() as u64))
}

/// A row of a CSV export. Its completion time is its start.
fn csv(pool: &Pool, row: usize) -> Template {
    let (mut bytes, mut slots) = (Vec::new(), Vec::new());
    let row = &pool.rows[row].1;
    row.write_csv(&mut bytes, |index, at| {
        let slot = match pool.columns.known()[index] {
            Some(Column::TimeOfDay) => Slot::TimeOfDay,
            Some(Column::CompletionTime) if !row.field(index).is_empty() => Slot::TimeOfDay,
            Some(Column::DateAndTime) => Slot::Date,
            Some(Column::RelativeTime) => Slot::Relative,
            _ => return Filling::Own,
        };
        slots.push((at, slot));
        Filling::Later
    });
    Template { bytes, slots }
}

/// An event of an XML export.
fn xml(mut bytes: Vec<u8>) -> Template {
    let tag = b"<Time_of_Day>";
    let at = bytes.windows(tag.len()).position(|window| window == tag);
    let at = at.expect("every event has a time") + tag.len();
    let len = bytes[at..].iter().position(|&byte| byte == b'<').expect("the element ends");
    bytes.drain(at..at + len);
    Template { bytes, slots: vec![(at, Slot::TimeOfDay)] }
}

/// Which row comes next: 2 % of the rows are the process's own, 0.65 % are traps.
struct Order {
    rng: Rng,
    story: Vec<usize>,
    /// The rows of each other kind, and which one was last.
    cycles: [Cycle; 5],
}

struct Cycle {
    rows: Vec<usize>,
    last: usize,
}

impl Order {
    fn new(kinds: &[Kind], seed: u64) -> Order {
        let mut rng = Rng::new(seed);
        let of = |kind: Kind| -> Vec<usize> {
            (0..kinds.len()).filter(|&row| kinds[row] == kind).collect()
        };
        let mut story = of(Kind::Story);
        story.reverse();
        let cycles = [Kind::Other, Kind::Later, Kind::PathTrap, Kind::RecordTrap, Kind::GuidTrap];
        let cycles = cycles.map(|kind| {
            let rows = of(kind);
            assert!(!rows.is_empty(), "no row of one of the kinds can be written");
            Cycle { last: rng.below(rows.len() as u64) as usize, rows }
        });
        Order { rng, story, cycles }
    }

    fn next(&mut self) -> usize {
        let cycle = match self.rng.below(10_000) {
            0..200 => 1,
            200..250 => 2,
            250..255 => 3,
            255..265 => 4,
            _ => 0,
        };
        if cycle == 1
            && let Some(row) = self.story.pop()
        {
            return row;
        }
        let cycle = &mut self.cycles[cycle];
        cycle.last = (cycle.last + 1) % cycle.rows.len();
        cycle.rows[cycle.last]
    }
}
