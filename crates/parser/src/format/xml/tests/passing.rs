//! Skipping events changes nothing but the speed. Reading every event element by element
//! gives the expected result.

use std::io::{self, Read};

use super::*;
use crate::parallel::ThreadPlan;
use crate::scan::SimdLevel;
use crate::{Capture, Prefilter};

/// Gives a few bytes at a time.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(buffer.len()).min(self.0.len());
        let (given, rest) = self.0.split_at(count);
        buffer[..count].copy_from_slice(given);
        self.0 = rest;
        Ok(count)
    }
}

/// Everything that a capture has reported, as text, and the numbers of the events that
/// were returned: read element by element, or skipping with some instructions.
fn said(
    bytes: &[u8],
    chunk: usize,
    simd: Option<SimdLevel>,
    thread_plan: ThreadPlan,
    prefilter: &Prefilter,
    wanted: &Prefilter,
) -> (String, u64) {
    // A file in memory is not read in pieces.
    let mut losses = Losses::default();
    let opened = match chunk {
        0 => {
            let content = Content::memory(bytes.to_vec());
            reader(XmlReader::mapped(content, 0, &Limits::default(), &mut losses), simd)
        }
        _ => {
            reader(XmlReader::new(Trickle(bytes, chunk), 0, &Limits::default(), &mut losses), simd)
        }
    };
    let mut capture = match opened {
        Ok(reader) => Capture::of_reader(reader, thread_plan),
        Err(error) => return (format!("{error:?}"), 0),
    };
    let (mut event, mut text, mut handed) = (Event::default(), String::new(), 0);
    loop {
        match capture.read_prefiltered(prefilter, &mut event) {
            Ok(true) => handed += 1,
            Ok(false) => break,
            Err(error) => {
                text += &format!("{error}\n");
                break;
            }
        }
        let name = event.process_name().unwrap_or_default().into_owned();
        let path = event.path().unwrap_or_default().into_owned();
        let operation = event.operation().unwrap_or_default().into_owned();
        let (name, path) = (name.as_bytes(), path.as_bytes());
        if wanted.wants(Some(name), Some(operation.as_bytes()), Some(path)) {
            let fields: Vec<_> = (0..20).map_while(|place| event.field(place)).collect();
            text += &format!(
                "{} {:?} {:?} {:?} {fields:?} {:?}\n",
                event.number(),
                event.position(),
                event.time(),
                event.process().map(|process| process.index),
                event.stack(),
            );
        }
    }
    text += &format!("{losses:?}\n{:?}\n{:?}\n", capture.losses(), capture.clock());
    text += &format!("{} {:?}", capture.events_read(), capture.events_by_process());
    (text, handed)
}

fn reader<'a, R: Read + Send + 'a>(
    opened: Result<XmlReader<R>, Error>,
    simd: Option<SimdLevel>,
) -> Result<Box<dyn ReadEvents + 'a>, Error> {
    opened.map(|reader| -> Box<dyn ReadEvents + 'a> {
        match simd {
            Some(simd) => Box::new(reader.with_simd(simd)),
            None => Box::new(reader.slowly()),
        }
    })
}

/// Fails if the two ways differ. Returns how many events were returned.
fn same(bytes: &[u8], chunk: usize, prefilter: &Prefilter) -> u64 {
    let everything = Prefilter::everything();
    let (slow, _) = said(bytes, chunk.max(1), None, ThreadPlan::default(), &everything, prefilter);
    let mut handed = 0;
    for simd in SimdLevel::all() {
        let read = |thread_plan| {
            let (fast, events) = said(bytes, chunk, Some(simd), thread_plan, prefilter, prefilter);
            let of = String::from_utf8_lossy(bytes);
            assert_eq!(fast, slow, "{simd:?} {thread_plan:?} of {of}");
            events
        };
        // Only a file in memory is read by several threads.
        let length = Some(100 + bytes.len() as u64 % 3001);
        read(ThreadPlan { threads: 2 + bytes.len() % 2, length });
        handed = read(ThreadPlan::default());
    }
    handed
}

fn prefilters() -> [Prefilter; 7] {
    [
        Prefilter::everything(),
        Prefilter::nothing(),
        Prefilter::nothing().or_process("SVCHOST.exe"),
        Prefilter::nothing().or_process("none.exe").or_unnamed(),
        Prefilter::nothing().or_path_with("\\Crypto").or_path_with("\\Protect\\S-1-5-18\\"),
        Prefilter::nothing().or_process("b.exe").or_path_with("keys").folded(),
        Prefilter::nothing().or_path_with("keys").or_process_life(),
    ]
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % limit
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

/// An export with events of all kinds.
fn any_export(random: &mut Random) -> String {
    let dated = random.below(3) == 0;
    let mut text = format!("{HEAD}<processlist>{}{LISTS}", process(10, 77, "svchost.exe"));
    // Sometimes more than is examined in one step.
    let most = if random.below(12) == 0 { 200 } else { 30 };
    for number in 0..random.below(most) {
        let times = [
            "1:02:03.0000001 AM",
            "11:59:59.9999999 PM",
            "1:02:61.0000001 AM",
            "1:02:03.0000009\r\r\nAM",
            "1:02:09.0000001 AM&amp;",
            "",
            "x:y",
        ];
        let time = match random.below(6) {
            0 => random.pick(&times).to_string(),
            _ => format!("1:02:0{}.{:07} AM", number / 10, number * 1000 + random.below(1500)),
        };
        let name =
            random.pick(&["svchost.exe", "a.exe", "a.exe", "B.EXE", "", "\u{e4}.exe", "a&amp;b"]);
        let operation = random.pick(&[
            "ReadFile",
            "ReadFile",
            "Process Start",
            "Process Exit",
            "Process&#32;Exit",
            "Process Exit ",
            "",
        ]);
        let path = random.pick(&[
            "C:\\a",
            "C:\\MICROSOFT\\crypto\\x",
            "HKLM\\Microsoft\\Protect\\S-1-5-18\\y",
            "C:\\my&#92;crypto",
            "\u{212a}eys",
            "C:\\MachineKeys &amp; &quot;",
            "C:\\Key&quot;s\\a&#38;\\keys",
            "C:\\\u{e4}\\keys",
            "x\r\r\ny",
            "",
        ]);
        let date = match dated {
            true => format!(
                "<Date___Time>{} 1:02:03 AM</Date___Time>\r\n",
                random.pick(&["3/5/2026", "3/6/2026", "3/25/2026", "25/3/2026", ""])
            ),
            false => String::new(),
        };
        let stack = if random.below(4) == 0 { STACK } else { "" };
        let event = format!(
            "<event>\r\n<ProcessIndex>{}</ProcessIndex>\r\n<Time_of_Day>{time}</Time_of_Day>\r\n\
             <Process_Name>{name}</Process_Name>\r\n<PID>77</PID>\r\n<Operation>{operation}</Operation>\r\n\
             <Path>{path}</Path>\r\n{date}<Detail>{}</Detail>\r\n{stack}</event>\r\n",
            10 + random.below(2),
            random.pick(&[
                "Offset: 1",
                "CreationTime: 13/2/2020 1:00:00 AM",
                "a &gt; b",
                "&foo; &"
            ]),
        );
        text += &event;
    }
    text + TAIL
}

/// Damages an export in some places.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    const PIECES: [&[u8]; 12] = [
        b"<",
        b">",
        b"&",
        b"\xff",
        b"</event>",
        b"<event>",
        b"<!-- <event> -->",
        b"<![CDATA[ x ]]>",
        b"</Path>",
        b"<stack>",
        b"\r\n",
        b"<Process_Name>svchost.exe</Process_Name>",
    ];
    for _ in 0..random.below(4) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => {
                bytes.remove(at);
            }
            1 => bytes.truncate(at.max(1)),
            2 => {
                let end = bytes.len().min(at + random.below(60));
                bytes.drain(at..end);
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
        if bytes.is_empty() {
            bytes.push(b'<');
        }
    }
}

#[test]
fn hostile_exports_read_the_same_with_and_without_passing_over() {
    let mut random = Random(0x5EED_1234_5678_9ABC);
    let mut passed_over = 0;
    for round in 0..4_000 {
        let mut bytes = any_export(&mut random).into_bytes();
        if round % 3 != 0 {
            // The head is not damaged: without it the file is not read at all.
            let head = HEAD.len();
            let mut rest = bytes.split_off(head);
            damage(&mut rest, &mut random);
            bytes.append(&mut rest);
        }
        let chunk = [0, 1, 7, 100, 5000][random.below(5)];
        let prefilter = &prefilters()[random.below(6)];
        let handed = same(&bytes, chunk, prefilter);
        passed_over +=
            u64::from(bytes.windows(8).filter(|w| w == b"</event>").count() as u64 > handed);
    }
    assert!(passed_over > 2_000, "events were skipped in {passed_over} exports only");
}

#[test]
fn a_whole_export_passes_over_all_but_the_first_event() {
    let text = export();
    assert_eq!(same(text.as_bytes(), 5000, &Prefilter::nothing()), 1);
    assert_eq!(same(text.as_bytes(), 5000, &Prefilter::nothing().or_process("svchost.exe")), 3);
}

#[test]
fn events_beyond_the_buffer_are_passed_over_or_read() {
    let long = "x".repeat(300_000);
    let mut text = format!("{HEAD}<processlist>{LISTS}");
    for number in 0..2000 {
        text +=
            &event(10, number % 10, "").replace("svchost", if number % 7 == 0 { "a" } else { "b" });
        if number % 500 == 3 {
            text += &event(10, 9, "").replace("C:\\file", &long);
        }
    }
    text += TAIL;
    let handed = same(text.as_bytes(), 100_000, &Prefilter::nothing().or_process("a.exe"));
    assert_eq!(handed, 286 + 4);
}

#[test]
fn the_samples_read_the_same_with_and_without_passing_over() {
    for sample in
        ["guid-changed.xml", "guid-changed-default.xml", "restart-de.xml", "first-start.xml"]
    {
        let path = format!("{}/../../samples/{sample}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).unwrap();
        let events = memchr::memmem::find_iter(&bytes, b"<event>").count() as u64;
        for prefilter in prefilters() {
            let handed = same(&bytes, 64 * 1024, &prefilter);
            assert_eq!(same(&bytes, 0, &prefilter), handed, "{sample}");
            assert!(
                handed <= events / 5 || prefilter.wants_name(b"svchost.exe"),
                "{sample} {handed}"
            );
        }
    }
}
