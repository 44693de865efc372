//! Input that nobody would write on purpose: odd characters in every field, files
//! that end anywhere, bytes turned over. What is readable has to be read, and
//! nothing may panic. The library is called directly, because it is quicker.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::io::{Cursor, Read};

use procmonkey_analysis::{Case, CaseOptions, ProcessSelection};
use procmonkey_fuzz::mutator::Random;
use procmonkey_parser::{Column, CsvWriter, Event, Input, LossKind, ReadOptions};

use common::*;

/// Gives a few bytes at a time, as a slow pipe does.
struct Dripping<'b> {
    bytes: Cursor<&'b [u8]>,
    random: Random,
}

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(1 + self.random.below(7));
        self.bytes.read(&mut buffer[..count])
    }
}

/// What the library makes of some bytes.
#[derive(Debug, Default)]
struct Seen {
    /// Fields of each event, by capture column.
    events: Vec<Vec<Option<Vec<u8>>>>,
    losses: Vec<LossKind>,
    lost: u64,
    csv: Vec<u8>,
}

/// Reads bytes as one capture; `None` when they are refused as such.
fn see(input: Input<'_>) -> Option<Seen> {
    let mut input = input;
    let mut capture = input.next_capture()?.ok()?;
    let columns = capture.columns().clone();
    let mut writer = CsvWriter::new(Vec::new(), &columns).unwrap();
    let (mut seen, mut event) = (Seen::default(), Event::default());
    while let Ok(true) = capture.read_event(&mut event) {
        writer.write(&event).unwrap();
        let field = |index| event.field(index).map(|field| field.to_vec());
        seen.events.push((0..columns.len()).map(field).collect());
    }
    seen.losses = capture.losses().iter().map(|loss| loss.kind).collect();
    seen.lost = capture.losses().count();
    seen.csv = writer.into_inner();
    Some(seen)
}

fn see_bytes(bytes: &[u8]) -> Option<Seen> {
    see(Input::from_reader("bytes", bytes, &ReadOptions::new()).ok()?)
}

/// Everything that the program does with a capture, up to the JSON.
fn analyze_bytes(bytes: &[u8]) {
    let Ok(mut input) = Input::from_reader("bytes", bytes, &ReadOptions::new()) else { return };
    let mut case = Case::new(CaseOptions::new().processes(ProcessSelection::named(["*"])));
    while let Some(capture) = input.next_capture() {
        if let Ok(mut capture) = capture {
            case.read(&mut capture).ok();
        }
    }
    serde_json::to_vec(&case.finish()).unwrap();
}

/// Pieces that have broken readers of such files.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"\"\"",
    b",",
    b"\r",
    b"\n",
    b"\r\n",
    b"\r;\t",
    b";",
    b"\t",
    b" ",
    b"\xef\xbb\xbf",
    b"\x01",
    b"\x1f",
    b"\x7f",
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\xc2\xa0",
    b"\\",
    b", Length: ",
    b"plain",
    b"\xef\xbf\xbd",
];

fn random_csv(random: &mut Random) -> (Vec<Vec<Vec<u8>>>, Vec<u8>) {
    let mut columns: Vec<Column> = Column::all().collect();
    for place in (1..columns.len()).rev() {
        columns.swap(place, random.below(place + 1));
    }
    columns.truncate(random.below(columns.len()));
    // What makes it an export of events; the others may be anything.
    columns.retain(|column| ![Column::Path, Column::Operation].contains(column));
    columns.insert(random.below(columns.len() + 1), Column::Path);
    columns.insert(random.below(columns.len() + 1), Column::Operation);
    let mut records = vec![columns.iter().map(|column| column.name().into()).collect::<Vec<_>>()];
    for _ in 0..random.below(12) {
        let field = |random: &mut Random| -> Vec<u8> {
            (0..random.below(6)).flat_map(|_| random.of(&PIECES).unwrap().to_vec()).collect()
        };
        records.push(columns.iter().map(|_| field(random)).collect());
    }
    let bytes = csv_of(&records);
    (records, bytes)
}

/// A CSV of these records, as Procmon writes it.
fn csv_of(records: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    for record in records {
        for (index, field) in record.iter().enumerate() {
            bytes.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
            for byte in field {
                bytes.extend_from_slice(if *byte == b'"' {
                    b"\"\""
                } else {
                    std::slice::from_ref(byte)
                });
            }
            bytes.push(b'"');
        }
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

#[test]
fn a_csv_with_anything_in_its_fields_comes_out_as_text() {
    let shown = |field: &Vec<u8>| String::from_utf8_lossy(field).into_owned().into_bytes();
    let mut random = Random::new(1);
    for round in 0..600 {
        let (records, bytes) = random_csv(&mut random);
        let dripping = Dripping { bytes: Cursor::new(&bytes), random: Random::new(round) };
        let seen = see(Input::from_reader("drip", dripping, &ReadOptions::new()).unwrap());
        let seen = seen.unwrap_or_else(|| panic!("round {round} was refused"));
        assert_eq!(seen.events.len(), records.len() - 1, "round {round}");
        for (event, record) in seen.events.iter().zip(&records[1..]) {
            let fields: Vec<_> = record.iter().map(shown).map(Some).collect();
            assert_eq!(event, &fields, "round {round}");
        }
        // Byte for byte, but for bytes that are no text.
        let shown = |record: &Vec<Vec<u8>>| record.iter().map(shown).collect();
        let written = csv_of(&records.iter().map(shown).collect::<Vec<_>>());
        assert!(seen.csv == written, "round {round}");
        // Bytes that are no text are told, and nothing else is.
        let odd =
            records[1..].iter().filter(|record| record.iter().any(|f| str::from_utf8(f).is_err()));
        assert!(seen.losses.iter().all(|kind| *kind == LossKind::InvalidText), "round {round}");
        assert_eq!(seen.lost, odd.count() as u64, "round {round}");
        analyze_bytes(&bytes);
    }
}

/// The first records of a sample's CSV, and the place behind each of them.
fn small_csv() -> (Vec<u8>, Vec<usize>) {
    let bytes = read(sample("first-start.csv"));
    let ends = bytes.windows(3).enumerate().filter(|(_, end)| end == b"\"\r\n");
    let ends: Vec<usize> = ends.map(|(place, _)| place + 3).take(130).collect();
    (bytes[..ends[ends.len() - 1]].to_vec(), ends)
}

/// A sample's XML without its module lists, and with fewer events.
fn small_xml() -> Vec<u8> {
    let text = String::from_utf8(read(sample("first-start.xml"))).unwrap();
    let mut parts = text.split("<modulelist>");
    let mut small = parts.next().unwrap().to_string();
    for part in parts {
        small.push_str("<modulelist>\r\n</modulelist>");
        small.push_str(part.split_once("</modulelist>").unwrap().1);
    }
    let end = small.match_indices("</event>").nth(60).unwrap().0;
    format!("{}</event>\r\n</eventlist></procmon>", &small[..end]).into_bytes()
}

/// Some places in a text, spread over it, with the interesting first and last.
fn places(len: usize, count: usize) -> Vec<usize> {
    let mut random = Random::new(len as u64);
    let mut places: Vec<usize> = (0..count - 40).map(|_| random.below(len)).collect();
    places.extend(0..20);
    places.extend(len - 20..len);
    places.sort_unstable();
    places
}

#[test]
fn a_csv_that_ends_anywhere_keeps_every_whole_record() {
    let (bytes, ends) = small_csv();
    let whole = see_bytes(&bytes).unwrap();
    assert_eq!((whole.events.len(), whole.lost), (ends.len() - 1, 0));
    for place in places(bytes.len(), 300) {
        let cut = &bytes[..place];
        analyze_bytes(cut);
        let Some(seen) = see_bytes(cut) else {
            assert!(place < ends[0], "cut at {place}: refused");
            continue;
        };
        // The header is no event; behind the last whole record may be part of one.
        let complete = ends.iter().filter(|end| **end <= place).count().saturating_sub(1);
        let count = seen.events.len();
        assert!([complete, complete + 1].contains(&count), "cut at {place}: {count}");
        assert_eq!(seen.events[..complete], whole.events[..complete], "cut at {place}");
        // A quote at the end may close the last field or be the first of two.
        let may_be_whole = place <= ends[0]
            || ends.contains(&place)
            || cut.ends_with(b"\"")
            || cut.ends_with(b"\r");
        assert!(seen.lost > 0 || may_be_whole, "cut at {place}: the loss is not told");
    }
}

#[test]
fn an_xml_that_ends_anywhere_keeps_every_whole_event() {
    let bytes = small_xml();
    let whole = see_bytes(&bytes).unwrap();
    assert_eq!((whole.events.len(), whole.lost), (61, 0));
    let ends: Vec<usize> = bytes
        .windows(8)
        .enumerate()
        .filter_map(|(place, end)| (end == b"</event>").then_some(place + 8))
        .collect();
    for place in places(bytes.len(), 300) {
        let cut = &bytes[..place];
        analyze_bytes(cut);
        let complete = ends.iter().filter(|end| **end <= place).count();
        let Some(seen) = see_bytes(cut) else {
            assert_eq!(complete, 0, "cut at {place}: refused");
            continue;
        };
        let count = seen.events.len();
        assert!([complete, complete + 1].contains(&count), "cut at {place}: {count}");
        assert_eq!(seen.events[..complete], whole.events[..complete], "cut at {place}");
        assert!(seen.lost > 0, "cut at {place}: the loss is not told");
    }
}

#[test]
fn a_paste_that_ends_anywhere_never_has_fewer_events_than_a_shorter_one() {
    for name in ["first-start.txt", "restart.txt"] {
        let bytes = read(sample(name));
        let mut before = 0;
        for place in 0..=bytes.len() {
            analyze_bytes(&bytes[..place]);
            let count = see_bytes(&bytes[..place]).map_or(0, |seen| seen.events.len());
            assert!(count >= before, "{name}, cut at {place}: {count} after {before}");
            before = count;
        }
        assert!(before >= 6, "{name}: {before}");
    }
}

#[test]
fn a_packed_capture_that_ends_anywhere_says_so() {
    let (bytes, ends) = small_csv();
    let packed = gzip(&bytes);
    let mut before = 0;
    // The last eight bytes are a checksum; the text is complete without them.
    for place in places(packed.len() - 8, 120) {
        analyze_bytes(&packed[..place]);
        let Some(seen) = see_bytes(&packed[..place]) else { continue };
        assert!(seen.lost > 0, "cut at {place}: the loss is not told");
        assert!(seen.events.len() >= before, "cut at {place}");
        before = seen.events.len();
    }
    assert!(before > ends.len() / 2, "{before}");
    let archive = zip(&[("a.csv", &bytes)]);
    for place in places(archive.len(), 120) {
        analyze_bytes(&archive[..place]);
    }
}

#[test]
fn bytes_that_were_turned_over_never_panic() {
    let mut random = Random::new(7);
    let (csv, _) = small_csv();
    let csv = &csv[..csv.len() / 4];
    let (xml, paste) = (small_xml(), read(sample("first-start.txt")));
    let utf16: Vec<u8> = format!("\u{feff}{}", String::from_utf8_lossy(&paste))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let packed = [gzip(csv), zip(&[("a.csv", csv), ("b.txt", &paste)])];
    for original in [csv, &xml, &paste, &utf16, &packed[0], &packed[1]] {
        for _ in 0..150 {
            let mut bytes = original.to_vec();
            for _ in 0..=random.below(12) {
                // Mostly near the beginning, where the format is told.
                let end = if random.below(3) == 0 { bytes.len().min(400) } else { bytes.len() };
                let place = random.below(end);
                match random.below(4) {
                    0 => bytes[place] = random.number().to_le_bytes()[0],
                    1 => bytes[place] ^= 1 << random.below(8),
                    2 => drop(bytes.remove(place)),
                    _ => bytes.insert(place, *random.of(b"\"<>&;,:\r\n\0\xff").unwrap()),
                }
            }
            analyze_bytes(&bytes);
        }
    }
}

#[test]
fn the_exit_status_of_a_cut_file_is_one_of_the_documented() {
    let folder = temp();
    let (csv, _) = small_csv();
    for (name, bytes) in [("csv", csv), ("xml", small_xml()), ("txt", read(sample("restart.txt")))]
    {
        let mut seen = Vec::new();
        for part in 0..40 {
            let cut = &bytes[..bytes.len() * part / 40];
            let run = run(&["analyze".as_ref(), write(folder.path(), name, cut).as_os_str()]);
            assert!([0, 1, 3, 4].contains(&run.status), "{name}: {} {}", run.status, run.stderr);
            assert!(!run.stderr.contains("panicked"), "{name}: {}", run.stderr);
            seen.push(run.status);
        }
        assert_eq!(seen[0], 3, "{name}: an empty file");
        assert!(name == "txt" || seen[39] == 4, "{name}: {seen:?}");
    }
}
