//! Compares the strict reader with the `csv` crate, on files that could make the two
//! disagree.

use std::collections::BTreeSet;

use super::{CsvReader, CsvWriter, Dialect, StrictReader};
use crate::capture::Capture;
use crate::event::{Event, Prefilter};
use crate::format::json::JsonObject;
use crate::input::{Content, Window};
use crate::model::Column;
use crate::parallel::ThreadPlan;
use crate::scan::SimdLevel;
use crate::time::EventTime;

const COMMA: Dialect = Dialect::quoted(b',');

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// A header, and a text for a field of each column.
const COLUMNS: [&str; 7] =
    ["Time of Day", "Process Name", "Operation", "Path", "Detail", "Date & Time", "Note"];

fn field(random: &mut Random, column: &str, clock: &mut u64) -> String {
    if random.below(30) == 0 {
        let odd = ["\"", "\"\"x", "a\"b\"", "\",\"", "x\"\r\n\"y", "\\\"\u{e4}\\", "\t\""];
        return random.one_of(&odd).to_string();
    }
    match column {
        "Time of Day" => {
            *clock += random.one_of(&[0, 0, 1, 77, 5_000, 900_000, 36_000_000]) as u64;
            if random.below(40) == 0 {
                *clock = clock.saturating_sub(random.one_of(&[10, 1000, 30_000_000]) as u64);
            }
            let (second, ticks) = (*clock / 10_000 % 86_400, *clock % 10_000);
            let (hour, minute) = (second / 3600, second / 60 % 60);
            let time = format!("{hour}:{minute:02}:{:02}.{ticks:07}", second % 60);
            match random.below(60) {
                0 => "47:57.9".to_string(),
                1 => format!("{hour}:99:00.0000000"),
                2 => String::new(),
                3 => time.replace(':', "."),
                _ => time,
            }
        }
        "Process Name" => random
            .one_of(&["a.exe", "a.exe", "b.exe", "B.EXE", "", "wanted.exe", "\u{e4}.exe", "c\"d"])
            .to_string(),
        "Path" => random
            .one_of(&[
                "C:\\x",
                "C:\\Crypto\\RSA",
                "C:\\CRYPTO",
                "C:\\\u{212a}eys",
                "\",\"wanted.exe\",\"",
                "",
                "Keys",
            ])
            .to_string(),
        "Operation" => random
            .one_of(&[
                "ReadFile",
                "ReadFile",
                "ReadFile",
                "Process Start",
                "Process Exit",
                "process exit",
                "Process Exits",
                "Process Exi",
                "",
            ])
            .to_string(),
        "Date & Time" => {
            let date =
                random.one_of(&["7/8/2020 ", "7/8/2020 ", "7/8/2020 ", "7/9/2020 ", "7/31/2020 "]);
            let end = random.one_of(&["1:00:00 AM", "10:00:00 AM", "", "x"]);
            format!("{}{end}", if random.below(30) == 0 { "31.7.2020 " } else { date })
        }
        "Detail" => random
            .one_of(&[
                "Crypto: \\crypto",
                "CreationTime: 7/31/2020 1:00:00 AM, LastWriteTime: 7/8/2020 1:00:00 AM",
                "a\r\n\"b\",\"c\"\r\n",
                ",",
                "\"",
                "\"\"",
                "\n",
                "\r",
            ])
            .to_string(),
        _ => "x".repeat(random.one_of(&[0, 1, 5, 63, 64, 65, 300])),
    }
}

fn file(random: &mut Random) -> Vec<u8> {
    let mut columns = COLUMNS.to_vec();
    for _ in 0..random.below(3) {
        let (a, b) = (random.below(columns.len()), random.below(columns.len()));
        columns.swap(a, b);
    }
    columns.truncate(random.one_of(&[7, 7, 7, 3, 2, 1]));
    if !columns.iter().any(|c| ["Path", "Process Name"].contains(c)) {
        columns[0] = "Path";
    }
    let hostile = random.below(3) > 0;
    let mut clock = 500_000_000;
    let mut bytes = Vec::new();
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let end = random.one_of(&["\r\n", "\n"]);
    let header: Vec<_> = columns.iter().map(|column| quote(column)).collect();
    bytes.extend_from_slice(header.join(",").as_bytes());
    bytes.extend_from_slice(end.as_bytes());
    for _ in 0..random.below(60) {
        let mut fields: Vec<_> =
            columns.iter().map(|column| quote(&field(random, column, &mut clock))).collect();
        match random.below(if hostile { 60 } else { usize::MAX }) {
            0 => fields.push("\"more\"".into()),
            1 => drop(fields.pop()),
            2 => fields[0] = "bare".into(),
            3 => fields[0].push('x'),
            4 => fields[0].insert(0, ' '),
            5 => fields.clear(),
            _ => {}
        }
        bytes.extend_from_slice(fields.join(",").as_bytes());
        let odd = ["\r", "\r\r\n", "\n\n", "x\n", "\r\n\u{feff}", " \r\n"];
        let odd_end = hostile && random.below(80) == 0;
        bytes.extend_from_slice(if odd_end { random.one_of(&odd) } else { end }.as_bytes());
    }
    for _ in 0..if hostile { random.below(3) } else { 0 } {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes.truncate(at.max(header.join(",").len() + 2)),
            1 => bytes[at] = 0xff,
            2 => bytes[at] = b'"',
            _ => bytes[at] = random.one_of(b"\r\n,x\0"),
        }
    }
    bytes
}

/// What an event is: number, position, time, its fields, and what the writers make of it.
type EventTexts = (u64, String, EventTime, Vec<Vec<u8>>, [Vec<u8>; 2]);

/// Everything that a capture has given. The whole clock is compared.
#[derive(Debug, PartialEq)]
struct Outcome {
    events: Vec<EventTexts>,
    read: u64,
    losses: Vec<String>,
    clock: String,
    counts: Vec<(String, u64)>,
}

fn read(mut capture: Capture<'_>, prefilters: &[Prefilter]) -> Outcome {
    let mut event = Event::default();
    let (mut events, mut turn) = (Vec::new(), 0);
    let mut object = JsonObject::default();
    let mut rows = CsvWriter::new(Vec::new(), capture.columns()).unwrap();
    loop {
        turn += 1;
        if !capture.read_prefiltered(&prefilters[turn % prefilters.len()], &mut event).unwrap() {
            break;
        }
        let fields = (0..event.record.len()).map(|i| event.field(i).unwrap().into_owned());
        let place = format!("{}", event.position());
        rows.write(&event).unwrap();
        let written = [object.of(&event, None).to_vec(), std::mem::take(rows.get_mut())];
        events.push((event.number(), place, *event.time(), fields.collect(), written));
    }
    Outcome {
        events,
        read: capture.events_read(),
        losses: capture.losses().iter().map(ToString::to_string).collect(),
        clock: format!("{:?}", capture.clock()),
        counts: capture.events_by_process(),
    }
}

fn slow(bytes: &[u8]) -> Outcome {
    let reader = CsvReader::new(bytes, COMMA, 0).unwrap();
    read(Capture::of_reader(Box::new(reader), ThreadPlan::default()), &[Prefilter::everything()])
}

/// The same bytes read as a file in memory, as a stream, and by several threads.
fn fast(
    bytes: &[u8],
    simd: SimdLevel,
    step: usize,
    prefilters: &[Prefilter],
    thread_plan: ThreadPlan,
) -> [Outcome; 3] {
    let mapped = || Window::mapped(Content::memory(bytes.to_vec()), 0);
    let alone = ThreadPlan::default();
    [(mapped(), alone), (Window::streamed(Box::new(bytes)), alone), (mapped(), thread_plan)].map(
        |(window, thread_plan)| {
            let reader = StrictReader::new(window.with_step(step), COMMA, 0, simd).unwrap();
            read(Capture::of_reader(Box::new(reader), thread_plan), prefilters)
        },
    )
}

#[test]
fn the_strict_reader_reads_what_the_csv_crate_reads() {
    let prefilters = [
        Prefilter::everything(),
        Prefilter::nothing(),
        Prefilter::nothing().or_process("wanted.exe"),
        Prefilter::nothing().or_process("b.exe").or_unnamed().or_path_with("\\crypto"),
        Prefilter::nothing().or_path_with("keys").folded().or_path_with("\\Crypto"),
        Prefilter::nothing().or_path_with("\\crypto").or_process_life(),
    ];
    let mut random = Random(0x5eed);
    let (mut passed_over, mut losses) = (0, 0);
    for round in 0..3000 {
        let bytes = file(&mut random);
        let want = slow(&bytes);
        // Events are identified by their numbers.
        assert!(want.events.is_sorted_by(|a, b| a.0 < b.0));
        losses += want.losses.len();
        let mixed = random.below(4) == 0;
        let prefilter = prefilters[round % prefilters.len()].clone();
        let asked = if mixed { prefilters.to_vec() } else { vec![prefilter.clone()] };
        let step = random.one_of(&[1, 64, 100, 700, 256 * 1024]);
        let length = Some(random.one_of(&[1, 50, 300, 1000, 3000]));
        let thread_plan = ThreadPlan { threads: 2 + random.below(3), length };
        for simd in SimdLevel::all() {
            for got in fast(&bytes, simd, step, &asked, thread_plan) {
                let context = format!("round {round} {simd:?} {step} {thread_plan:?} {asked:?}");
                assert_eq!(got.read, want.read, "{context}");
                assert_eq!(got.losses, want.losses, "{context}");
                assert_eq!(got.counts, want.counts, "{context}");
                assert_eq!(got.clock, want.clock, "{context}");
                passed_over += want.events.len() - got.events.len();
                let numbers: BTreeSet<u64> = got.events.iter().map(|event| event.0).collect();
                let all = want.events.iter().filter(|event| numbers.contains(&event.0));
                for (want, got) in all.zip(&got.events) {
                    assert_eq!(got, want, "{context}");
                }
                if !mixed {
                    check_wanted(&bytes, &prefilter, &numbers, &context);
                }
            }
        }
    }
    // The test only means something if many events are skipped and many are damaged.
    assert!(passed_over > 10_000 && losses > 1000, "{passed_over} {losses}");
}

/// Checks that every wanted event was returned.
fn check_wanted(bytes: &[u8], prefilter: &Prefilter, numbers: &BTreeSet<u64>, context: &str) {
    let reader = CsvReader::new(bytes, COMMA, 0).unwrap();
    let mut capture = Capture::of_reader(Box::new(reader), ThreadPlan::default());
    let mut event = Event::default();
    while capture.read_event(&mut event).unwrap() {
        let [name, operation, path] =
            [Column::ProcessName, Column::Operation, Column::Path].map(|it| event.bytes(it));
        if prefilter.wants(name.as_deref(), operation.as_deref(), path.as_deref()) {
            assert!(numbers.contains(&event.number()), "{context} event {}", event.number());
        }
    }
}

#[test]
fn times_passed_over_are_told_before_the_csv_crate_takes_over() {
    let row = |second: u32, rest: &str| {
        format!("\"1:00:0{second}.0000000 AM\",\"a.exe\",\"5/4/2020 1:00:0{second} AM\"{rest}\r\n")
    };
    let mut text = "\"Time of Day\",\"Process Name\",\"Date & Time\"\r\n".to_string();
    // The last rows end differently from Procmon's, and are long enough for whole blocks.
    (0..4).for_each(|second| text += &row(second, ""));
    text += &row(5, "").replace("\r\n", "x\n").repeat(9);
    let want = slow(text.as_bytes());
    for simd in SimdLevel::all() {
        let thread_plan = ThreadPlan { threads: 2, length: Some(100) };
        for got in fast(text.as_bytes(), simd, 256 * 1024, &[Prefilter::nothing()], thread_plan) {
            assert_eq!((&got.clock, got.read), (&want.clock, want.read), "{simd:?}");
        }
    }
}

#[test]
fn threads_are_given_up_where_most_rows_are_wanted() {
    for (wanted, has_threads) in [(1, true), (20, false)] {
        let mut text = "\"Time of Day\",\"Process Name\"\r\n".to_string();
        for row in 0..4000 {
            let name = if row % 20 < wanted { "wanted.exe" } else { "other.exe" };
            text += &format!("\"1:00:00.{row:07} AM\",\"{name}\"\r\n");
        }
        let window = Window::mapped(Content::memory(text.into_bytes()), 0);
        let reader = StrictReader::new(window, COMMA, 0, SimdLevel::best()).unwrap();
        let thread_plan = ThreadPlan { threads: 2, length: Some(16_000) };
        let mut capture = Capture::of_reader(Box::new(reader), thread_plan);
        let prefilter = Prefilter::nothing().or_process("wanted.exe");
        let (mut event, mut numbers) = (Event::default(), Vec::new());
        while capture.read_prefiltered(&prefilter, &mut event).unwrap() {
            if event.process_name().as_deref() == Some("wanted.exe") {
                numbers.push(event.number());
            }
        }
        assert_eq!(capture.has_threads(), has_threads);
        assert_eq!(capture.events_read(), 4000);
        let want = (1..=4000).filter(|number| (number - 1) % 20 < wanted);
        assert!(numbers.into_iter().eq(want));
    }
}

#[test]
fn real_exports_are_read_alike() {
    let Some(folder) = std::env::var_os("PROCMONKEY_CAPTURES") else {
        println!("skipped: PROCMONKEY_CAPTURES is not set");
        return;
    };
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let exports = files.filter(|path| path.to_string_lossy().ends_with(".CSV.gz"));
    let mut read_any = false;
    for path in exports {
        read_any = true;
        let mut bytes = Vec::new();
        let mut file = flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap());
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        // Without the byte order mark.
        let bytes = &bytes[3..];
        let want = slow(bytes);
        let prefilter = Prefilter::nothing().or_process("explorer.exe").or_path_with("\\Crypto");
        for prefilter in [prefilter, Prefilter::everything()] {
            for simd in SimdLevel::all() {
                let thread_plan = ThreadPlan { threads: 2, length: Some(100_000) };
                let asked = std::slice::from_ref(&prefilter);
                let [mapped, _, divided] = fast(bytes, simd, 256 * 1024, asked, thread_plan);
                for got in [mapped, divided] {
                    assert_eq!((got.read, &got.counts), (want.read, &want.counts));
                    assert_eq!((&got.losses, &got.clock), (&want.losses, &want.clock));
                    let numbers: BTreeSet<u64> = got.events.iter().map(|event| event.0).collect();
                    let all = want.events.iter().filter(|event| numbers.contains(&event.0));
                    assert!(all.eq(got.events.iter()));
                    check_wanted(bytes, &prefilter, &numbers, "a real export");
                }
            }
        }
    }
    assert!(read_any);
}
