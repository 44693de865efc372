//! Older versions of Procmon print the number of a status whose text they do not know. A capture
//! that has numbers in place of all texts means the same.

mod common;

use std::ffi::OsStr;

use procmonkey_parser::NtStatus;
use serde_json::Value;

use common::*;

/// A CSV with the number of each status in its column Result.
fn with_numbers(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let rows: Vec<csv::StringRecord> =
        reader.records().map(|row| row.expect("a row of the sample")).collect();
    let place = rows[0].iter().position(|name| name == "Result").expect("a column Result");
    let mut changed = 0;
    let mut table = vec![rows[0].iter().map(str::to_string).collect::<Vec<_>>()];
    for row in &rows[1..] {
        let mut fields: Vec<String> = row.iter().map(str::to_string).collect();
        if let Some(status) = NtStatus::from_result(&fields[place]).filter(|it| it.0 != 0x103) {
            fields[place] = format!("0x{:X}", status.0);
            changed += 1;
        }
        table.push(fields);
    }
    let table: Vec<Vec<&str>> =
        table.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    (csv(&table), changed)
}

/// Event and step of each entry of the timeline.
fn steps(report: &Value) -> Vec<(u64, &str)> {
    let entries = list(report, "timeline").iter();
    entries.map(|entry| (entry["event"].as_u64().expect("a number"), text(entry, "step"))).collect()
}

#[test]
fn numbers_in_place_of_texts_give_the_same_findings() {
    let folder = temp();
    let names = names_in(&sample("signatures")).into_iter().filter(|name| name.ends_with(".csv"));
    for name in names {
        let path = sample("signatures").join(&name);
        let (bytes, changed) = with_numbers(&read(&path));
        assert!(changed > 10, "{name}: {changed}");
        let numbers = write(folder.path(), &name, bytes);
        for process in ["inetinfo.exe", "*"] {
            let of = |path: &OsStr| analyze(&["-p".as_ref(), process.as_ref(), path]);
            let ((status, texts), (other, numbers)) =
                (of(path.as_os_str()), of(numbers.as_os_str()));
            assert_eq!(status, other, "{name}");
            assert_eq!(findings(&texts), findings(&numbers), "{name}");
            assert_eq!(steps(&texts), steps(&numbers), "{name}");
            let accesses = |report: &Value| report["touches"].clone();
            assert_eq!(accesses(&texts), accesses(&numbers), "{name}");
        }
    }
}

#[test]
fn a_capture_with_numbers_does_not_differ_from_the_one_with_texts() {
    let folder = temp();
    for name in ["restart.csv", "guid-changed.csv", "first-start.csv"] {
        let texts = sample(name);
        let numbers = write(folder.path(), name, with_numbers(&read(&texts)).0);
        for pair in [[&texts, &numbers], [&numbers, &texts]] {
            let run = run(&[
                "compare".as_ref(),
                "-f".as_ref(),
                "json".as_ref(),
                pair[0].as_os_str(),
                pair[1].as_os_str(),
            ]);
            let comparison = run.json();
            assert_eq!((run.status, &comparison["outcome"]), (0, &"same".into()), "{name}");
            assert_eq!(comparison["start_ups"][0]["minor"], 0, "{name}");
        }
    }
}
