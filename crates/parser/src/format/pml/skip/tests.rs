//! What is passed over, and what is not, at every place of the blocks.

use super::*;
use crate::event::Interest;
use crate::model::OperationNames;
use crate::pml::tests::{PROCESS_INDEX, START, capture_of, event, put, wide, write_event};

/// More than two blocks, and not a whole number of them.
const EVENTS: usize = 150;

/// The details of a file system event: its sub-operation, path and what is behind it.
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

fn skim_of(pml: &Pml<'_>, interest: &Interest) -> Skim {
    let processes = [(PROCESS_INDEX, NAME), (PROCESS_INDEX + 1, "b.exe")].into_iter();
    Skim::new(Arc::new(Judge::new(pml, interest, processes)))
}

fn counted(events: usize) -> Vec<(String, u64)> {
    let all = (NAME.to_string(), events as u64);
    if events > 0 { vec![all] } else { Vec::new() }
}

/// The numbers of the events that are handed over. Checks what is told of the others.
fn handed_over(file: &[u8], interest: &Interest, names: OperationNames) -> Vec<usize> {
    let pml = Pml::open(file).unwrap();
    let rendering = crate::pml::Rendering { names, ..pml.rendering().clone() };
    let pml = pml.with_rendering(rendering);
    let mut skim = skim_of(&pml, interest);
    let (mut tally, mut handed, mut next) = (Tally::default(), Vec::new(), 0);
    // Not to the end at once, as in a section.
    for end in [EVENTS - 20, EVENTS] {
        while next < end {
            let skimmed = skim.skim(&pml, next..end, &mut tally);
            let last = next + skimmed.events;
            let time = |event: usize| pml.event(event).unwrap().header().time;
            let times = (last > next).then(|| (time(next), time(last - 1)));
            assert_eq!(skimmed.times, times);
            if last > next {
                assert_eq!(Some(skimmed.at), pml.offset(last - 1));
            }
            next = last;
            if next < end && !skimmed.goes_on {
                handed.push(next);
                next += 1;
            }
        }
    }
    assert_eq!(tally.sorted(), counted(EVENTS - handed.len()));
    handed
}

/// A capture of events of two kinds, one with and one without a path, but for one.
fn with(place: usize, other: &[u8]) -> Vec<u8> {
    let plain = |number: usize| match number % 3 {
        0 => event(4, 0, number as i64, &[], None),
        _ => write_event(number as i64),
    };
    let mut events: Vec<_> = (0..EVENTS).map(plain).collect();
    events[place] = other.to_vec();
    capture_of(&events)
}

fn check(others: &[Vec<u8>], interest: &Interest, is_handed_over: bool) {
    for (number, other) in others.iter().enumerate() {
        for place in 0..EVENTS {
            let handed = handed_over(&with(place, other), interest, OperationNames::Usual);
            let want = if is_handed_over { vec![place] } else { Vec::new() };
            assert_eq!(handed, want, "other event {number} at place {place}");
        }
    }
}

#[test]
fn starts_and_ends_of_processes_are_handed_over_where_they_are_asked_for() {
    let life = [event(1, 7, 0, &[0; 48], None), event(1, 2, 0, &[0; 48], None)];
    let others = [event(1, 4, 0, &[0; 48], None), event(2, 2, 0, &[0; 48], None)];
    check(&life, &Interest::nothing().or_process_life(), true);
    check(&life, &Interest::nothing(), false);
    check(&others, &Interest::nothing().or_process_life(), false);
}

#[test]
fn what_may_be_a_loss_is_handed_over_wherever_it_stands() {
    let losses = [
        // A process that is not in the table, near and far.
        changed(0, &8u32.to_le_bytes()),
        changed(0, &(PROCESS_INDEX + 0x1_0000).to_le_bytes()),
        // A class and an operation that nobody knows, which look like others.
        changed(8, &11u16.to_le_bytes()),
        changed(0x0C, &(24u16 + 64).to_le_bytes()),
        // An operation and a sub-operation without a name.
        event(2, 18, 0, &[], None),
        narrow_file(25, 250, "C:\\x", &[]),
        event(5, 40, 0, &[0; 48], None),
        // A time that is none, too much of a stack and of details, and more than is there.
        changed(0x1C, &5u64.to_le_bytes()),
        changed(0x28, &4000u16.to_le_bytes()),
        changed(0x2C, &(1u32 << 23).to_le_bytes()),
        changed(0x2C, &(1u32 << 20).to_le_bytes()),
        changed(0x30, &0x10_0000u32.to_le_bytes()),
        changed(0x30, &1u32.to_le_bytes()),
    ];
    for interest in [Interest::nothing(), Interest::nothing().or_path_with("crypto")] {
        check(&losses, &interest, true);
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
    for interest in [Interest::nothing(), Interest::nothing().or_path_with("crypto")] {
        check(&plain, &interest, false);
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
        // Where the filter of a listing goes on with the text.
        narrow_file(32, 1, "C:\\y", &[7, 0x80, b'C', b'r', b'y', b'p', b't', b'o', b'!']),
        narrow_file(32, 1, "C:", &[6, 0x80, b'C', b'r', b'y', b'p', b't', b'o']),
    ];
    check(&wanted, &Interest::nothing().or_path_with("\\crypto"), true);
    check(&[event(5, 4, 0, &[0; 48], None)], &Interest::nothing().or_path_with(":0"), true);
    // Not in the path, but in front of it and behind it.
    let beside = [
        narrow_file(24, 0, "C:\\", b"crypto"),
        narrow_file(32, 2, "C:\\y", &[7, 0x80, b'C', b'r', b'y', b'p', b't', b'o', b'!']),
        registry(5, 12, "HKLM\\Crypt"),
    ];
    check(&beside, &Interest::nothing().or_path_with("\\crypto"), false);
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
            let mut skim = skim_of(&pml, &Interest::nothing());
            let (mut next, mut tally) = (0, Tally::default());
            loop {
                let skimmed = skim.skim(&pml, next..EVENTS, &mut tally);
                next += skimmed.events;
                if !skimmed.goes_on {
                    break;
                }
            }
            assert_eq!((next, tally.sorted()), (place, counted(place)), "{at}");
        }
    }
}

#[test]
fn names_of_the_other_vocabulary_are_looked_up_by_the_details() {
    let no_name = narrow_file(63, 0, "C:\\x", &[]);
    for (other, is_handed_over) in [(no_name, true), (narrow_file(25, 250, "C:\\x", &[]), false)] {
        for place in [0, 63, 64, 149] {
            let file = with(place, &other);
            let handed = handed_over(&file, &Interest::nothing(), OperationNames::Advanced);
            assert_eq!(handed, if is_handed_over { vec![place] } else { Vec::new() });
        }
    }
}

#[test]
fn a_wanted_process_and_times_are_told() {
    let file = with(0, &write_event(0));
    let pml = Pml::open(&file).unwrap();
    let mut skim = skim_of(&pml, &Interest::nothing().or_process(NAME));
    assert_eq!(skim.skim(&pml, 0..EVENTS, &mut Tally::default()).times, None);
    let mut skim = skim_of(&pml, &Interest::nothing());
    let mut tally = Tally::default();
    let skimmed = skim.skim(&pml, 10..EVENTS, &mut tally);
    assert_eq!(skimmed.times, Some((START + 10, START + 10 + skimmed.events as i64 - 1)));
    // From another place, before and behind what was looked at ahead.
    let mut all = skimmed.events;
    for from in [3, 140, 77] {
        let skimmed = skim.skim(&pml, from..EVENTS, &mut tally);
        let times = skimmed.times.unwrap();
        all += skimmed.events;
        assert_eq!((times.0, tally.sorted()), (START + from as i64, counted(all)));
    }
}
