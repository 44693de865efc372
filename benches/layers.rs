//! Speed of each layer on the shipped samples: unpack, pass over, read, filter, write,
//! analyse.
//!
//! `cargo bench` prints time and bytes per second. Compare figures of one run
//! only: the machine's speed drifts.

use std::hint::black_box;
use std::io::Write;

use divan::counter::BytesCount;
use divan::{Bencher, main as run};

use procmonkey_analysis::{Case, CaseOptions};
use procmonkey_parser::{
    Action, Capture, CsvWriter, Event, Filter, Input, JsonObject, Prefilter, ReadOptions, Rule,
    Verdict, XmlWriter,
};

const SAMPLES: [&str; 2] = ["guid-changed.csv", "guid-changed.xml"];

fn main() {
    run();
}

/// The bytes of a sample.
fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Hands the one capture of a sample to `work`.
fn with_capture<T>(bytes: &[u8], work: impl FnOnce(&mut Capture<'_>) -> T) -> T {
    let mut input =
        Input::from_reader("sample", bytes, &ReadOptions::new()).expect("a sample opens");
    let mut capture = input.next_capture().expect("a sample").expect("a sample is a capture");
    work(&mut capture)
}

/// Counts the events that a filter keeps.
fn count(bytes: &[u8], filter: &Filter) -> u64 {
    with_capture(bytes, |capture| {
        let (mut event, mut kept) = (Event::default(), 0);
        while capture.read_event(&mut event).expect("a sample reads") {
            kept += u64::from(filter.matches(&event, capture.clock()) == Verdict::Included);
        }
        kept
    })
}

/// Finding the events without taking them apart: nobody wants any of them.
#[divan::bench(args = SAMPLES)]
fn pass_over(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        with_capture(black_box(&bytes), |capture| {
            let mut event = Event::default();
            while capture
                .read_prefiltered(&Prefilter::nothing(), &mut event)
                .expect("a sample reads")
            {}
            capture.events_read()
        })
    });
}

/// The same from gzip.
#[divan::bench(args = SAMPLES)]
fn unpack(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&bytes).expect("memory");
    let packed = packer.finish().expect("memory");
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        with_capture(black_box(&packed), |capture| {
            let mut event = Event::default();
            while capture
                .read_prefiltered(&Prefilter::nothing(), &mut event)
                .expect("a sample reads")
            {}
            capture.events_read()
        })
    });
}

#[divan::bench(args = SAMPLES)]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    let all = Filter::default();
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| count(black_box(&bytes), &all));
}

#[divan::bench(args = SAMPLES)]
fn filter_process(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    let filter = Filter::new([Rule::process("inetinfo.exe")]);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| count(black_box(&bytes), &filter));
}

#[divan::bench(args = SAMPLES)]
fn filter_path(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    let rule = Rule::parse("Path contains MachineKeys", Action::Include).expect("a rule");
    let filter = Filter::new([rule]);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| count(black_box(&bytes), &filter));
}

#[divan::bench(args = SAMPLES)]
fn write_csv(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        with_capture(black_box(&bytes), |capture| {
            let output = Vec::with_capacity(bytes.len());
            let mut writer = CsvWriter::new(output, capture.columns()).expect("memory");
            let mut event = Event::default();
            while capture.read_event(&mut event).expect("a sample reads") {
                writer.write(&event).expect("memory");
            }
            writer.into_inner()
        })
    });
}

#[divan::bench(args = SAMPLES)]
fn write_json(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        with_capture(black_box(&bytes), |capture| {
            let (mut event, mut object, mut len) = (Event::default(), JsonObject::default(), 0);
            while capture.read_event(&mut event).expect("a sample reads") {
                len += black_box(object.of(&event, None)).len();
            }
            len
        })
    });
}

#[divan::bench(args = SAMPLES)]
fn write_xml(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        with_capture(black_box(&bytes), |capture| {
            let output = Vec::with_capacity(bytes.len());
            let mut writer = XmlWriter::new(output, capture.columns(), &[]).expect("memory");
            let mut event = Event::default();
            while capture.read_event(&mut event).expect("a sample reads") {
                writer.write(&event).expect("memory");
            }
            writer.finish().expect("memory")
        })
    });
}

#[divan::bench(args = SAMPLES)]
fn analyze(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = sample(name);
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        let mut case = Case::new(CaseOptions::new());
        with_capture(black_box(&bytes), |capture| case.read(capture).expect("a sample reads"));
        case.finish()
    });
}
