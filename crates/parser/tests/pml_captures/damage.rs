//! Captures that were cut or changed: no panic, no endless loop, losses are reported, and
//! every event whose bytes are unchanged reads as before.

use procmonkey_parser::pml::{Pml, PmlEvent, Rendering};
use procmonkey_parser::{Column, Losses};

use crate::folder;

/// The columns that depend on the event alone.
const OWN: [Column; 8] = [
    Column::TimeOfDay,
    Column::Operation,
    Column::Path,
    Column::Result,
    Column::Detail,
    Column::Duration,
    Column::Tid,
    Column::Category,
];

fn own_text(event: &PmlEvent<'_>) -> String {
    let mut text = String::new();
    for column in OWN {
        event.column_text(column, &mut text);
        text.push('\u{1}');
    }
    text
}

/// A capture, and the texts of its events to compare with.
struct Whole {
    name: String,
    bytes: Vec<u8>,
    rendering: Rendering,
    texts: Vec<String>,
    /// Where each event begins and ends, its extra detail included.
    extents: Vec<(usize, usize)>,
}

impl Whole {
    fn all() -> Vec<Whole> {
        let captures = folder::captures().into_iter();
        captures.map(|(name, path)| Whole::new(name, folder::read(&path))).collect()
    }

    fn new(name: String, bytes: Vec<u8>) -> Whole {
        let pml = Pml::open(&bytes).unwrap();
        let mut rendering = pml.rendering().clone();
        rendering.exporter = Some(pml.detected_exporter());
        let events: Vec<_> = pml.events().map(|event| event.unwrap()).collect();
        let texts = events.iter().map(own_text).collect();
        let extents = events.iter().map(extent).collect();
        Whole { name, rendering, texts, extents, bytes: bytes.clone() }
    }

    /// Opens changed bytes with the same rendering.
    fn open<'a>(&self, bytes: &'a [u8]) -> Option<Pml<'a>> {
        Some(Pml::open(bytes).ok()?.with_rendering(self.rendering.clone()))
    }

    /// Whether the text of an event depends on other parts of the file: the names of
    /// accounts come from other events, those of hosts from a table.
    fn depends_on_others(&self, index: usize) -> bool {
        self.texts[index].contains("Impersonating") || self.texts[index].contains(" -> ")
    }
}

fn extent(event: &PmlEvent<'_>) -> (usize, usize) {
    let start = event.position().byte as usize;
    let stack = event.stack().count() * event_pointer(event);
    let body = start + 52 + stack + event.raw_detail().len();
    let extra = event
        .raw_extra()
        .map_or(0, |extra| start + event.header().extra_offset as usize + 2 + extra.len());
    (start, body.max(extra))
}

fn event_pointer(event: &PmlEvent<'_>) -> usize {
    // Kernel addresses show the pointer size; the stack is whole in these files.
    let wide = event.stack().any(|address| address > u64::from(u32::MAX));
    if wide { 8 } else { 4 }
}

/// A small generator of the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Asks for all texts of an event.
fn read_everything(pml: &Pml<'_>, index: usize, losses: &mut Losses) {
    let event = match pml.event(index) {
        Ok(event) => event,
        Err(loss) => return losses.add(loss.kind, loss.position, loss.message),
    };
    event.note_losses(losses);
    let mut text = String::new();
    for column in Column::all() {
        event.column_text(column, &mut text);
    }
    event.stack().for_each(drop);
    event.destination();
    event.raw_path();
}

#[test]
fn a_cut_capture_gives_every_event_that_is_whole() {
    for whole in Whole::all() {
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        for _ in 0..500 {
            check_cut(&whole, random.below(whole.bytes.len()));
        }
    }
}

fn check_cut(whole: &Whole, cut: usize) {
    let context = format!("{} cut at {cut}", whole.name);
    let bytes = &whole.bytes[..cut];
    let Some(pml) = whole.open(bytes) else {
        assert!(cut < 12, "{context}: refused");
        return;
    };
    assert!(!pml.losses().is_empty(), "{context}: no loss is told");
    let mut losses = Losses::default();
    for index in (0..pml.len()).step_by(997).chain(pml.len().saturating_sub(20)..pml.len()) {
        read_everything(&pml, index, &mut losses);
    }
    let mut found = pml.events().map(|event| event.unwrap()).peekable();
    let mut matched = 0;
    for (index, &(start, end)) in whole.extents.iter().enumerate() {
        if end > cut {
            continue;
        }
        let event = found.find(|event| event.position().byte as usize == start);
        let event = event.unwrap_or_else(|| panic!("{context}: event {index} is lost"));
        matched += 1;
        // What Procmon reads after an event, and names from other events, can be missing
        // at the end of the file.
        let is_last = whole.extents.get(index + 1).is_none_or(|next| next.1 > cut);
        if (index % 97 == 0 || index + 50 > pml.len())
            && !is_last
            && !whole.depends_on_others(index)
        {
            assert_eq!(own_text(&event), whole.texts[index], "{context}: event {index}");
        }
    }
    assert!(pml.len() <= matched + 64, "{context}: {} events, {matched} are true", pml.len());
}

#[test]
fn a_capture_that_was_never_closed_gives_every_event() {
    for whole in Whole::all() {
        let mut bytes = whole.bytes.clone();
        for (at, len) in [(0x234, 4), (0x248, 32), (0x3A0, 8)] {
            bytes[at..at + len].fill(0);
        }
        let events_end = whole.extents.iter().map(|extent| extent.1).max().unwrap();
        bytes.truncate(events_end);
        let pml = whole.open(&bytes).unwrap();
        assert!(!pml.losses().is_empty());
        assert_eq!(pml.len(), whole.texts.len(), "{}", whole.name);
        for (index, event) in pml.events().enumerate() {
            let event = event.unwrap();
            let mut text = String::new();
            assert!(!event.column_text(Column::ProcessName, &mut text) && text.is_empty());
            let skip = whole.depends_on_others(index) || index + 1 == pml.len();
            if !skip {
                assert_eq!(own_text(&event), whole.texts[index], "{} event {index}", whole.name);
            }
        }
    }
}

#[test]
fn a_changed_byte_harms_its_own_event_only() {
    for whole in Whole::all() {
        let mut bytes = whole.bytes.clone();
        let mut random = Random(0xD1B5_4A32_D192_ED03);
        for round in 0..2000usize {
            // Every fourth change is in the header or the tables, which are small.
            let events_end = whole.extents.iter().map(|extent| extent.1).max().unwrap();
            let at = match round % 4 {
                0 if round.is_multiple_of(8) => random.below(0x3A8),
                0 => events_end + random.below(bytes.len() - events_end),
                _ => random.below(bytes.len()),
            };
            let old = bytes[at];
            bytes[at] ^= 1 + random.below(255) as u8;
            check_change(&whole, &bytes, at, round, &mut random);
            bytes[at] = old;
        }
    }
    println!("{}", memory());
}

fn check_change(whole: &Whole, bytes: &[u8], at: usize, round: usize, random: &mut Random) {
    let context = format!("{} changed at {at}", whole.name);
    let Some(pml) = whole.open(bytes) else {
        assert!(at < 8, "{context}: refused");
        return;
    };
    assert_eq!(pml.len(), whole.texts.len(), "{context}");
    let hit = whole.extents.partition_point(|extent| extent.0 <= at).saturating_sub(1);
    let mut losses = Losses::default();
    let near = hit.saturating_sub(4)..(hit + 5).min(pml.len());
    let full = round.is_multiple_of(200);
    let sample: Vec<usize> = match full {
        true => (0..pml.len()).collect(),
        false => near.chain((0..40).map(|_| random.below(pml.len()))).collect(),
    };
    for index in sample {
        read_everything(&pml, index, &mut losses);
        let (start, end) = whole.extents[index];
        // The event before the changed one can be printed with some of its bytes.
        let touched = (start..end).contains(&at)
            || whole.extents.get(index + 1).is_some_and(|next| (next.0..next.0 + 64).contains(&at));
        if touched || whole.depends_on_others(index) {
            continue;
        }
        let event = pml.event(index).unwrap_or_else(|loss| panic!("{context}: {index}: {loss}"));
        assert_eq!(own_text(&event), whole.texts[index], "{context}: event {index}");
    }
}

#[test]
fn a_capture_that_is_mostly_damaged_is_read_to_its_end() {
    for whole in Whole::all() {
        if whole.bytes.len() > 4 << 20 {
            continue;
        }
        let mut random = Random(0x2545_F491_4F6C_DD1D);
        for round in 1..=60 {
            let mut bytes = whole.bytes.clone();
            for _ in 0..bytes.len() * round / 6000 {
                let at = 8 + random.below(bytes.len() - 8);
                bytes[at] = random.below(256) as u8;
            }
            let Some(pml) = whole.open(&bytes) else { continue };
            let mut losses = pml.losses().clone();
            (0..pml.len()).for_each(|index| read_everything(&pml, index, &mut losses));
            for process in pml.processes() {
                pml.modules(process).for_each(drop);
            }
            let told = losses.count() + losses.unknown();
            assert!(told > 0, "{} round {round}", whole.name);
        }
    }
}

/// The most memory that the process has used, where Linux reports it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("").to_string()
}
