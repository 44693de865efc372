//! Which events are skipped and which are read, at every place of a block.

use super::*;
use crate::event::Prefilter;
use crate::model::OperationNames;
use crate::pml::tests::{
    PROCESS_INDEX, START, capture_of, capture_with_host, event, put, wide, write_event,
};

/// More than two blocks, and not a whole number of them.
const EVENTS: usize = 150;

/// The details of a file system event: its sub-operation, its path, and what follows.
fn file_detail(sub: u8, descriptor: u16, path: &[u8], tail: &[u8]) -> Vec<u8> {
    let mut detail = vec![0; 0x40];
    detail[0] = sub;
    detail.extend_from_slice(&descriptor.to_le_bytes());
    detail.extend_from_slice(&[0; 2]);
    [&detail, path, tail].concat()
}

fn narrow_file(operation: u16, sub: u8, path: &str, tail: &[u8]) -> Vec<u8> {
    let descriptor = 0x8000 | path.len() as u16;
    event(3, operation, 0, &file_detail(sub, descriptor, path.as_bytes(), tail), None)
}

fn wide_file(path: &str) -> Vec<u8> {
    let text = wide(path);
    event(3, 24, 0, &file_detail(0, text.len() as u16 / 2, &text, &[]), None)
}

fn registry(operation: u16, before: usize, path: &str) -> Vec<u8> {
    let mut detail = (0x8000 | path.len() as u16).to_le_bytes().to_vec();
    detail.resize(before, 0);
    detail.extend_from_slice(path.as_bytes());
    event(2, operation, 0, &detail, None)
}

fn image(path: &str) -> Vec<u8> {
    let mut detail = vec![0; 16];
    put(&mut detail, 12, &(path.len() as u16).to_le_bytes());
    detail.extend(wide(path));
    event(1, 5, 0, &detail, None)
}

fn changed(at: usize, value: &[u8]) -> Vec<u8> {
    let mut event = write_event(0);
    put(&mut event, at, value);
    event
}

const NAME: &str = "a.exe";

fn skipper_of(pml: &Pml<'_>, prefilter: &Prefilter) -> EventSkipper {
    let processes = [(PROCESS_INDEX, NAME), (PROCESS_INDEX + 1, "b.exe")].into_iter();
    EventSkipper::new(Arc::new(EventSelector::new(pml, prefilter, processes)))
}

fn counted(events: usize) -> Vec<(String, u64)> {
    let all = (NAME.to_string(), events as u64);
    if events > 0 { vec![all] } else { Vec::new() }
}

/// The numbers of the events that are read. Checks what is counted of the others.
fn handed_over(file: &[u8], prefilter: &Prefilter, names: OperationNames) -> Vec<usize> {
    let pml = Pml::open(file).unwrap();
    let rendering = crate::pml::Rendering { names, ..pml.rendering().clone() };
    let pml = pml.with_rendering(rendering);
    let mut skipper = skipper_of(&pml, prefilter);
    let (mut counts, mut handed, mut next) = (ProcessCounts::default(), Vec::new(), 0);
    // In two steps, as in sections.
    for end in [EVENTS - 20, EVENTS] {
        while next < end {
            let skipped = skipper.skip(&pml, next..end, &mut counts);
            let last = next + skipped.events;
            let time = |event: usize| pml.event(event).unwrap().header().time;
            let times = (last > next).then(|| (time(next), time(last - 1)));
            assert_eq!(skipped.times, times);
            if last > next {
                assert_eq!(Some(skipped.at), pml.offset(last - 1));
            }
            next = last;
            if next < end && !skipped.goes_on {
                handed.push(next);
                next += 1;
            }
        }
    }
    assert_eq!(counts.sorted(), counted(EVENTS - handed.len()));
    handed
}

/// Events of two kinds, with and without a path, and `other` at one place.
fn with(place: usize, other: &[u8]) -> Vec<u8> {
    let plain = |number: usize| match number % 3 {
        0 => event(4, 0, number as i64, &[], None),
        _ => write_event(number as i64),
    };
    let mut events: Vec<_> = (0..EVENTS).map(plain).collect();
    events[place] = other.to_vec();
    capture_of(&events)
}

fn check(others: &[Vec<u8>], prefilter: &Prefilter, is_handed_over: bool) {
    for (number, other) in others.iter().enumerate() {
        for place in 0..EVENTS {
            let handed = handed_over(&with(place, other), prefilter, OperationNames::Usual);
            let want = if is_handed_over { vec![place] } else { Vec::new() };
            assert_eq!(handed, want, "other event {number} at place {place}");
        }
    }
}

/// The path of a network event is searched only where the names of hosts and what is
/// around them can give the text.
#[test]
fn a_text_is_found_in_the_names_of_hosts() {
    let read = |host, text: &str| {
        let mut events: Vec<_> = (0..EVENTS as i64).map(write_event).collect();
        events[70] = event(5, 4, 0, &[0; 48], None);
        let file = capture_with_host(&events, host);
        handed_over(&file, &Prefilter::nothing().or_path_with(text), OperationNames::Usual)
    };
    for (host, text, is_found) in [
        (Some("web\\Crypto.example"), "\\crypto", true),
        (Some("web\\KEYS"), "\\Keys:0 -> web", true),
        (Some("web.example"), "\\crypto", false),
        (Some("web.example"), "EXAMPLE:0", true),
        (Some("web.example"), "examples", false),
        // Its lower case has another letter than its bytes.
        (Some("\u{212a}eys\\x"), "eys\\x", true),
        (None, "\\crypto", false),
        (None, ":0 -> ", true),
    ] {
        let want = if is_found { vec![70] } else { Vec::new() };
        assert_eq!(read(host, text), want, "{host:?} {text}");
    }
}

#[test]
fn starts_and_ends_of_processes_are_handed_over_where_they_are_asked_for() {
    let life = [event(1, 7, 0, &[0; 48], None), event(1, 2, 0, &[0; 48], None)];
    let others = [event(1, 4, 0, &[0; 48], None), event(2, 2, 0, &[0; 48], None)];
    check(&life, &Prefilter::nothing().or_process_life(), true);
    check(&life, &Prefilter::nothing(), false);
    check(&others, &Prefilter::nothing().or_process_life(), false);
}

#[test]
fn what_may_be_a_loss_is_handed_over_wherever_it_stands() {
    let losses = [
        // Processes that are not in the table, with a small and a large index.
        changed(0, &8u32.to_le_bytes()),
        changed(0, &(PROCESS_INDEX + 0x1_0000).to_le_bytes()),
        // A class and an operation that do not exist, whose codes look like existing ones
        // if some bits are ignored.
        changed(8, &11u16.to_le_bytes()),
        changed(0x0C, &(24u16 + 64).to_le_bytes()),
        // An operation and a sub-operation without a name.
        event(2, 18, 0, &[], None),
        narrow_file(25, 250, "C:\\x", &[]),
        event(5, 40, 0, &[0; 48], None),
        // An invalid time, a stack and details that are too long, and more than the file
        // has.
        changed(0x1C, &5u64.to_le_bytes()),
        changed(0x28, &4000u16.to_le_bytes()),
        changed(0x2C, &(1u32 << 23).to_le_bytes()),
        changed(0x2C, &(1u32 << 20).to_le_bytes()),
        changed(0x30, &0x10_0000u32.to_le_bytes()),
        changed(0x30, &1u32.to_le_bytes()),
    ];
    for prefilter in [Prefilter::nothing(), Prefilter::nothing().or_path_with("crypto")] {
        check(&losses, &prefilter, true);
    }
}

#[test]
fn what_is_well_named_is_passed_over_wherever_it_stands() {
    let plain = [
        narrow_file(25, 4, "C:\\x", &[]),
        narrow_file(32, 1, "C:\\x", &[1, 0x80, b'*']),
        event(5, 4, 0, &[0; 48], None),
        event(4, 0, 0, &[], None),
        image("C:\\a.dll"),
        registry(5, 12, "HKLM\\Crypt"),
    ];
    for prefilter in [Prefilter::nothing(), Prefilter::nothing().or_path_with("crypto")] {
        check(&plain, &prefilter, false);
    }
}

#[test]
fn a_path_that_is_asked_for_is_handed_over_wherever_it_stands() {
    let long = format!("C:\\{}\\Crypto", "x".repeat(300));
    let wanted = [
        narrow_file(24, 0, "C:\\CRYPTO\\x", &[]),
        narrow_file(24, 0, &long, &[]),
        wide_file("C:\\\u{e4}\\Crypto"),
        registry(0, 8, "HKLM\\Crypto"),
        registry(5, 12, "HKLM\\Crypto"),
        registry(4, 16, "HKLM\\Crypto"),
        registry(2, 2, "HKLM\\Crypto"),
        image("C:\\Crypto.dll"),
        // The filter of a listing continues the path.
        narrow_file(32, 1, "C:\\y", &[7, 0x80, b'C', b'r', b'y', b'p', b't', b'o', b'!']),
        narrow_file(32, 1, "C:", &[6, 0x80, b'C', b'r', b'y', b'p', b't', b'o']),
    ];
    check(&wanted, &Prefilter::nothing().or_path_with("\\crypto"), true);
    check(&[event(5, 4, 0, &[0; 48], None)], &Prefilter::nothing().or_path_with(":0"), true);
    // Not in the path, but before and after it.
    let beside = [
        narrow_file(24, 0, "C:\\", b"crypto"),
        narrow_file(32, 2, "C:\\y", &[7, 0x80, b'C', b'r', b'y', b'p', b't', b'o', b'!']),
        registry(5, 12, "HKLM\\Crypt"),
    ];
    check(&beside, &Prefilter::nothing().or_path_with("\\crypto"), false);
}

#[test]
fn a_place_that_cannot_be_is_handed_over_wherever_it_stands() {
    for place in 0..EVENTS {
        let mut file = with(0, &write_event(0));
        let pml = Pml::open(&file).unwrap();
        let entry = pml.list_of_offsets(place..place + 1).start;
        let end = file.len() as u64;
        for at in [end - 10, end, end + 1, 0xFF_FFFF_FFFF] {
            put(&mut file, entry, &at.to_le_bytes()[..5]);
            let pml = Pml::open(&file).unwrap();
            let mut skipper = skipper_of(&pml, &Prefilter::nothing());
            let (mut next, mut counts) = (0, ProcessCounts::default());
            loop {
                let skipped = skipper.skip(&pml, next..EVENTS, &mut counts);
                next += skipped.events;
                if !skipped.goes_on {
                    break;
                }
            }
            assert_eq!((next, counts.sorted()), (place, counted(place)), "{at}");
        }
    }
}

#[test]
fn names_of_the_other_vocabulary_are_looked_up_by_the_details() {
    let no_name = narrow_file(63, 0, "C:\\x", &[]);
    for (other, is_handed_over) in [(no_name, true), (narrow_file(25, 250, "C:\\x", &[]), false)] {
        for place in [0, 63, 64, 149] {
            let file = with(place, &other);
            let handed = handed_over(&file, &Prefilter::nothing(), OperationNames::Advanced);
            assert_eq!(handed, if is_handed_over { vec![place] } else { Vec::new() });
        }
    }
}

#[test]
fn a_wanted_process_and_times_are_told() {
    let file = with(0, &write_event(0));
    let pml = Pml::open(&file).unwrap();
    let mut skipper = skipper_of(&pml, &Prefilter::nothing().or_process(NAME));
    assert_eq!(skipper.skip(&pml, 0..EVENTS, &mut ProcessCounts::default()).times, None);
    let mut skipper = skipper_of(&pml, &Prefilter::nothing());
    let mut counts = ProcessCounts::default();
    let skipped = skipper.skip(&pml, 10..EVENTS, &mut counts);
    assert_eq!(skipped.times, Some((START + 10, START + 10 + skipped.events as i64 - 1)));
    // From other places, before and after the blocks whose headers were read.
    let mut all = skipped.events;
    for from in [3, 140, 77] {
        let skipped = skipper.skip(&pml, from..EVENTS, &mut counts);
        let times = skipped.times.unwrap();
        all += skipped.events;
        assert_eq!((times.0, counts.sorted()), (START + from as i64, counted(all)));
    }
}
