//! Files made by hand, whole and damaged.

use super::*;
use crate::filter::{Action, Rule};
use crate::model::{ErrorKind, LossKind};

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn rule(column: u32, relation: u32, action: u8, value: &str, number: u32, flags: u32) -> Vec<u8> {
    let value = utf16(&format!("{value}\0"));
    let mut bytes = [column.to_le_bytes(), relation.to_le_bytes()].concat();
    bytes.push(action);
    bytes.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
    bytes.extend(value);
    bytes.extend([number.to_le_bytes(), flags.to_le_bytes()].concat());
    bytes
}

fn list(count: u32, rules: &[Vec<u8>]) -> Vec<u8> {
    [&[1], &count.to_le_bytes()[..], &rules.concat()].concat()
}

fn pmf(list: &[u8]) -> Vec<u8> {
    [&u32::try_from(list.len()).unwrap().to_le_bytes()[..], list].concat()
}

fn record(name: &str, data: &[u8]) -> Vec<u8> {
    let name = utf16(name);
    let (name_end, data_len) = (16 + name.len() as u32, data.len() as u32);
    let mut bytes: Vec<u8> = [name_end + data_len, 16, name_end, data_len]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect();
    bytes.extend(name);
    bytes.extend(data);
    bytes
}

fn keys() -> Vec<u8> {
    rule(40071, 6, 1, "MachineKeys", 0, 0)
}

fn pid() -> Vec<u8> {
    rule(40054, 0, 0, "1234", 1234, 0)
}

/// A PMC of a few settings, with a name without NUL and one that nobody knows.
fn settings(rules: &[u8]) -> Vec<u8> {
    [
        record("Columns\0", &[7; 128]),
        record("Theme\0", &[]),
        record("NewInTheYear2031", b"\x01\x02\x03"),
        record("FilterRules\0", rules),
        record("HighlightRules\0", &list(1, &[rule(40053, 0, 1, "cmd.exe", 0, 0)])),
        record("RingBufferMin\0", &[9, 0, 0, 0]),
    ]
    .concat()
}

fn said(file: &FilterFile) -> Vec<String> {
    file.losses().iter().map(ToString::to_string).collect()
}

#[test]
fn a_pmf_is_read_and_written_again() {
    let bytes = pmf(&list(2, &[keys(), pid()]));
    let file = FilterFile::read(&bytes).unwrap();
    assert_eq!(file.format(), FilterFormat::Pmf);
    assert_eq!(
        file.filter().rules(),
        [
            Rule::parse("Path contains MachineKeys", Action::Include).unwrap(),
            Rule::parse("PID is 1234", Action::Exclude).unwrap(),
        ]
    );
    assert_eq!(said(&file), [""; 0]);
    assert_eq!(file.to_pmf(), bytes);
    assert_eq!(FilterFile::from_filter(&file.filter()).unwrap().to_pmf(), bytes);
}

#[test]
fn no_rules_are_a_filter_too() {
    let file = FilterFile::read(&pmf(&list(0, &[]))).unwrap();
    assert!(file.filter().is_empty() && file.losses().is_empty());
    // Settings without any list of rules get none.
    let bytes = record("Columns\0", &[7; 128]);
    let file = FilterFile::read(&bytes).unwrap();
    assert!(file.rules().is_empty() && file.losses().is_empty());
    assert_eq!(file.to_pmc(), bytes);
}

#[test]
fn a_pmc_keeps_every_setting_in_its_place() {
    let bytes = settings(&list(1, &[keys()]));
    let mut file = FilterFile::read(&bytes).unwrap();
    assert_eq!(file.format(), FilterFormat::Pmc);
    assert_eq!(said(&file), [""; 0]);
    // The rule that colours rows is no rule of the filter.
    assert_eq!(file.rules().len(), 1);
    assert_eq!(file.to_pmc(), bytes);
    assert_eq!(file.to_pmf(), pmf(&list(1, &[keys()])));

    let pid_rule = FilterFile::read(&pmf(&list(1, &[pid()]))).unwrap().rules()[0].clone();
    file.push(pid_rule);
    assert_eq!(file.to_pmc(), settings(&list(2, &[keys(), pid()])));
}

#[test]
fn rules_come_before_those_that_colour_rows() {
    let columns = record("Columns\0", &[7; 128]);
    let highlight = record("HighlightRules\0", &list(0, &[]));
    let mut file = FilterFile::read(&[&columns[..], &highlight].concat()).unwrap();
    file.push(FilterFile::read(&pmf(&list(1, &[keys()]))).unwrap().rules()[0].clone());
    let rules = record("FilterRules\0", &list(1, &[keys()]));
    assert_eq!(file.to_pmc(), [columns, rules.clone(), highlight].concat());
    // Without any settings, the rules stand alone.
    assert_eq!(FilterFile::from_filter(&file.filter()).unwrap().to_pmc(), rules);
}

#[test]
fn rules_without_a_known_meaning_are_kept_and_told() {
    let rules = [
        keys(),
        rule(41000, 6, 0, "x", 0, 0),
        rule(40071, 8, 0, "x", 0, 0),
        rule(40071, 6, 2, "x", 0, 0),
        rule(40071, 6, 0, "x", 0, 0x8000_0000),
        rule(40071, 6, 0, "", 0, 0),
        rule(40054, 0, 0, "lsass", 0, 0),
    ];
    let bytes = settings(&list(7, &rules));
    let file = FilterFile::read(&bytes).unwrap();
    assert_eq!(file.rules().len(), 7);
    assert_eq!(file.filter().rules().len(), 1);
    assert_eq!(file.to_pmc(), bytes);
    let said = said(&file);
    assert_eq!(said.len(), 6);
    for (message, part) in said.iter().zip([
        "`exclude column 41000 contains \"x\"` is not applied: unknown column 41000 (record 2, ",
        "`exclude Path relation 8 \"x\"` is not applied: unknown relation 8",
        "`action 2 Path contains \"x\"` is not applied: unknown action 2",
        "`exclude Path contains \"x\"` is not applied: unknown flags 0x80000000",
        "`exclude Path contains \"\"` is not applied: `Path contains` needs a value",
        "`exclude PID is \"lsass\"` is not applied: `lsass` is no number for PID",
    ]) {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_number_helps_out_where_the_text_is_none() {
    let rules = [rule(40054, 0, 0, "0x4d2", 1234, 0), rule(40054, 0, 0, "7", 8, 0)];
    let file = FilterFile::read(&pmf(&list(2, &rules))).unwrap();
    let texts: Vec<_> = file.filter().rules().iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["PID is 1234", "PID is 7"]);
    assert_eq!(said(&file).len(), 1);
    assert!(said(&file)[0].contains("7 as text and 8 as number"));
}

#[test]
fn damaged_texts_are_written_again_as_they_were() {
    let mut odd = rule(40071, 6, 0, "abc", 0, 0);
    // No NUL at the end is no damage; half a character is.
    odd[13..21].copy_from_slice(b"a\0b\0c\0d\0");
    let mut broken = rule(40071, 6, 0, "abc", 0, 0);
    broken[13..15].copy_from_slice(b"\x00\xd8");
    let mut longer = rule(40071, 6, 0, "abc", 0, 0);
    longer[15..17].copy_from_slice(b"\0\0");
    let mut uneven = rule(40071, 6, 0, "abc", 0, 0);
    uneven[9] = 9;
    uneven.insert(21, b'x');
    let bytes = pmf(&list(4, &[odd, broken, longer, uneven]));
    let file = FilterFile::read(&bytes).unwrap();
    let values: Vec<_> = file.rules().iter().map(StoredRule::value).collect();
    assert_eq!(values, ["abcd", "\u{fffd}bc", "a", "abc"]);
    let kinds: Vec<_> = file.losses().iter().map(|loss| loss.kind).collect();
    assert_eq!(kinds, [LossKind::InvalidText, LossKind::DamagedField, LossKind::DamagedField]);
    assert_eq!(file.to_pmf(), bytes);
}

#[test]
fn every_cut_keeps_the_whole_rules_or_is_an_error() {
    let bytes = pmf(&list(2, &[keys(), pid()]));
    let first = 9 + keys().len();
    for length in 0..bytes.len() {
        match FilterFile::read(&bytes[..length]) {
            Ok(file) => {
                assert!(length >= first, "{length}");
                assert_eq!(file.rules().len(), 1);
                let kinds: Vec<_> = file.losses().iter().map(|loss| loss.kind).collect();
                assert_eq!(kinds, [LossKind::DamagedField, LossKind::Truncated]);
                assert_eq!(file.to_pmf(), pmf(&list(1, &[keys()])));
            }
            Err(error) => {
                assert!(length < first, "{length}");
                let kind = if length < 13 { ErrorKind::NotACapture } else { ErrorKind::Damaged };
                assert_eq!(error.kind(), kind, "{length}");
            }
        }
    }
    let bytes = settings(&list(2, &[keys(), pid()]));
    let ends: Vec<_> = [1, 2].map(|count| list(2, &[keys(), pid()][..count])).into();
    let rules_at = bytes.windows(ends[1].len()).position(|window| window == ends[1]).unwrap();
    let mut between = vec![0];
    while let Some(header) = bytes.get(between[between.len() - 1]..).and_then(|b| b.first_chunk()) {
        between.push(between[between.len() - 1] + u32::from_le_bytes(*header) as usize);
    }
    assert_eq!(between.len(), 7);
    for length in 1..bytes.len() {
        let read = FilterFile::read(&bytes[..length]);
        let rules = match length.checked_sub(rules_at) {
            Some(length) if length >= ends[1].len() => 2,
            Some(length) if length >= ends[0].len() => 1,
            // Between two settings, nothing shows that the file is cut off.
            _ => 0,
        };
        assert_eq!(read.as_ref().map_or(0, |file| file.rules().len()), rules, "{length}");
        // What was cut off is told once, and not written again.
        if let Ok(file) = read {
            let again = FilterFile::read(&file.to_pmc()).unwrap();
            assert!(again.losses().is_empty(), "{length}: {:?}", again.losses());
            assert_eq!(file.losses().is_empty(), between.contains(&length), "{length}");
        }
    }
}

#[test]
fn counts_and_lengths_that_lie_cost_nothing() {
    let huge = [&[1], &u32::MAX.to_le_bytes()[..], &keys()].concat();
    let file = FilterFile::read(&settings(&huge)).unwrap();
    assert_eq!(file.rules().len(), 1);
    assert!(said(&file)[0].contains("rule 2 is cut off; 4294967294 of 4294967295 rules are lost"));
    let mut long = keys();
    long[9..13].copy_from_slice(&u32::MAX.to_le_bytes());
    let error = FilterFile::read(&settings(&list(1, &[long]))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(error.position().is_some());
}

#[test]
fn every_changed_byte_is_survived() {
    for bytes in [settings(&list(2, &[keys(), pid()])), pmf(&list(2, &[keys(), pid()]))] {
        for index in 0..bytes.len() {
            for value in [0, 1, 2, 0x7f, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[index] = value;
                if let Ok(file) = FilterFile::read(&bytes) {
                    // What is written is in order, whatever was read.
                    let (pmc, pmf) = (file.to_pmc(), file.to_pmf());
                    assert_eq!(FilterFile::read(&pmc).unwrap().rules(), file.rules());
                    assert_eq!(FilterFile::read(&pmf).unwrap().rules(), file.rules());
                }
            }
        }
    }
}

#[test]
fn what_stands_behind_is_kept() {
    let mut rules = list(1, &[keys()]);
    rules.extend(b"more");
    for bytes in [settings(&rules), pmf(&rules)] {
        let file = FilterFile::read(&bytes).unwrap();
        assert!(said(&file)[0].contains("unknown: 4 bytes behind the last rule"));
        let again = match file.format() {
            FilterFormat::Pmc => file.to_pmc(),
            FilterFormat::Pmf => file.to_pmf(),
        };
        assert_eq!(again, bytes);
    }
    // A second list has no meaning that we know.
    let bytes = [settings(&list(1, &[keys()])), record("FilterRules\0", &list(0, &[]))].concat();
    let file = FilterFile::read(&bytes).unwrap();
    assert!(said(&file)[0].contains("second list"));
    assert_eq!((file.rules().len(), file.to_pmc()), (1, bytes));
}

#[test]
fn other_files_are_refused() {
    for bytes in [
        &b""[..],
        b"PML_\x09\0\0\0\0\0\0\0",
        b"\"Time of Day\",\"Process Name\"",
        b"regf\x01\0\0\0\0\0\0\0\0\0\0\0",
        b"\0\0\0\0\x01\0\0\0\0",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let error = FilterFile::read(bytes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotACapture, "{bytes:?}");
    }
    let mut newer = list(1, &[keys()]);
    newer[0] = 2;
    for bytes in [settings(&newer), pmf(&newer)] {
        assert_eq!(FilterFile::read(&bytes).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
