//! The rows of the pool as events of a native capture.

use std::io::Cursor;

use procmonkey_parser::pml::{Info, PmlWriter, PointerWidth};
use procmonkey_parser::{
    Capture, Column, Columns, DateOrder, Error, Event, Input, ReadOptions, XmlWriter, Zone,
};

use crate::moment::{Moment, Texts};
use crate::pool::{Kind, Pool};
use crate::row::{Filling, place, write_header};

/// Where the time of an event is, from its start.
pub const TIME: usize = 0x1C;

/// The size of an event before its stack, and where its depth is.
const HEADER: usize = 0x34;
const STACK_DEPTH: usize = 0x28;

/// Where an event has the offset of its extra detail.
const EXTRA: usize = 0x30;

/// Where the file header has the place of the list of events; the places of other
/// tables are beside it and at its end.
const SECTIONS: [usize; 5] = [0x248, 0x250, 0x258, 0x260, 0x3A0];

/// A native capture with one event for each row of the pool that fits into one.
pub struct Native {
    /// What each event is there for.
    pub kinds: Vec<Kind>,
    /// The number of its row in the pool.
    pub rows: Vec<usize>,
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Native {
    /// Writes the events, without those that would lose something.
    pub fn of(pool: &Pool) -> Result<Native, Error> {
        let all: Vec<usize> = (0..pool.rows.len()).collect();
        let (_, rows) = write(pool, &all)?;
        let (bytes, kept) = write(pool, &rows)?;
        assert!(kept.len() == rows.len(), "a row that fitted does not fit alone");
        let mut starts = Vec::new();
        with_capture("native", &bytes, |capture| {
            for event in capture.events() {
                starts.push(event?.position().byte as usize);
            }
            Ok(())
        })?;
        let kinds = rows.iter().map(|&row| pool.rows[row].0).collect();
        Ok(Native { kinds, rows, bytes, starts })
    }

    /// Everything before the first event.
    pub fn header(&self) -> &[u8] {
        &self.bytes[..self.starts[0]]
    }

    /// The events, each with a call stack of random depth between 8 and 31 as Procmon
    /// records one for nearly every event.
    pub fn events(&self, mut random: impl FnMut(u64) -> u64) -> Vec<Vec<u8>> {
        let list = self.section(SECTIONS[0]);
        let ends = self.starts[1..].iter().copied().chain([list]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| {
                let mut event = self.bytes[start..end].to_vec();
                let depth = 8 + random(24) as u16;
                let frames = (0..depth).flat_map(|frame| {
                    let base = if frame < 6 { 0xFFFF_F800_0000_0000_u64 } else { 0x7FF8_0000_0000 };
                    (base + random(0x4000_0000)).to_le_bytes()
                });
                let frames: Vec<u8> = frames.collect();
                let extra = &mut event[EXTRA..HEADER];
                let offset = u32::from_le_bytes([extra[0], extra[1], extra[2], extra[3]]);
                if offset != 0 {
                    extra.copy_from_slice(&(offset + frames.len() as u32).to_le_bytes());
                }
                event[STACK_DEPTH..STACK_DEPTH + 2].copy_from_slice(&depth.to_le_bytes());
                event.splice(HEADER..HEADER, frames);
                event
            })
            .collect()
    }

    /// Everything behind the list of events.
    pub fn tables(&self) -> &[u8] {
        &self.bytes[self.section(SECTIONS[1])..]
    }

    /// The header of a file with these sizes of events and of their list.
    pub fn header_for(&self, events: u64, count: u32, list: u64) -> Vec<u8> {
        let mut header = self.header().to_vec();
        header[0x234..0x238].copy_from_slice(&count.to_le_bytes());
        let start = header.len() as u64;
        let (old, new) = (self.section(SECTIONS[1]) as u64, start + events + list);
        for at in SECTIONS {
            let section = match at {
                0x248 => start + events,
                _ => self.section(at) as u64 - old + new,
            };
            header[at..at + 8].copy_from_slice(&section.to_le_bytes());
        }
        header
    }

    fn section(&self, at: usize) -> usize {
        let bytes = self.bytes[at..].first_chunk::<8>().expect("the header is longer");
        u64::from_le_bytes(*bytes) as usize
    }

    /// The capture as an XML export with the default columns: what is before the
    /// events, and the events.
    pub fn xml(&self) -> Result<(Vec<u8>, Vec<Vec<u8>>), Error> {
        const COLUMNS: [Column; 7] = [
            Column::TimeOfDay,
            Column::ProcessName,
            Column::Pid,
            Column::Operation,
            Column::Path,
            Column::Result,
            Column::Detail,
        ];
        with_capture("native", &self.bytes, |capture| {
            let columns = Columns::from_known(&COLUMNS);
            let new = |capture: &Capture<'_>| {
                XmlWriter::with_modules(Vec::new(), &columns, capture.processes(), |process| {
                    capture.modules_of(process)
                })
            };
            let tail = b"</eventlist></procmon>".len();
            let mut head = new(capture).and_then(XmlWriter::finish).expect("memory");
            head.truncate(head.len() - tail);
            let bare = XmlWriter::new(Vec::new(), &columns, &[]).and_then(XmlWriter::finish);
            let bare = bare.expect("memory").len() - tail;
            let mut events = Vec::new();
            let mut event = Event::default();
            while capture.read_event(&mut event)? {
                let mut writer = XmlWriter::new(Vec::new(), &columns, &[]).expect("memory");
                writer.write(&event).expect("memory");
                let written = writer.finish().expect("memory");
                events.push(written[bare..written.len() - tail].to_vec());
            }
            Ok((head, events))
        })
    }
}

/// Writes some rows as a native capture, by way of a CSV export. Also gives the
/// rows that lost nothing on the way.
fn write(pool: &Pool, rows: &[usize]) -> Result<(Vec<u8>, Vec<usize>), Error> {
    let mut csv = Vec::new();
    write_header(&mut csv, &pool.columns).expect("memory");
    let (mut moment, mut texts) = (Moment::first(), Texts::new());
    let time = place(&pool.columns, Column::TimeOfDay);
    let date = place(&pool.columns, Column::DateAndTime);
    for &row in rows {
        moment.advance(|limit| limit - 1);
        moment.write(&mut texts);
        let mut row = pool.rows[row].1.clone();
        row.set(time, texts.time_of_day.as_str());
        row.set(date, texts.date.as_str());
        row.write_csv(&mut csv, |_, _| Filling::Own);
    }
    let mut info = Info::unknown(PointerWidth::Bits64);
    info.computer_name = "BENCH".to_string();
    info.system_root = "C:\\Windows".to_string();
    with_capture("rows", &csv, |capture| {
        let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info)?;
        let (mut event, mut kept) = (Event::default(), Vec::new());
        while capture.read_event(&mut event)? {
            let lost = writer.losses().count();
            writer.write(&event, capture.clock())?;
            if writer.losses().count() == lost {
                kept.push(rows[event.number() as usize - 1]);
            }
        }
        assert!(capture.losses().is_empty(), "{:?}", capture.losses());
        Ok((writer.finish()?.into_inner(), kept))
    })
}

fn with_capture<T>(
    name: &str,
    bytes: &[u8],
    read: impl FnOnce(&mut Capture<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let options = ReadOptions::new().zone(Zone::UTC).date_order(DateOrder::MonthDayYear);
    let mut input = Input::from_reader(name, bytes, &options)?;
    match input.next_capture() {
        Some(capture) => read(&mut capture?),
        None => panic!("{name} has no capture"),
    }
}
