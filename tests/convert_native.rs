//! Native captures on both ends of `convert`: their CSV is Procmon's own, and what
//! is written as one reads as the same events.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::fs;
use std::path::Path;

use common::*;

/// The header of a CSV as `--columns` takes it.
fn columns_of(csv: &[u8]) -> String {
    let line = csv.split(|byte| *byte == b'\n').next().unwrap();
    let line = String::from_utf8_lossy(line);
    line.trim_start_matches('\u{feff}').trim_end().replace('"', "")
}

/// Zones to try, because an export does not say which one its clock had.
fn zones() -> impl Iterator<Item = String> {
    (0..=14).flat_map(|hour| [format!("+{hour:02}:00"), format!("-{hour:02}:00")])
}

#[test]
fn a_native_capture_converts_to_procmons_own_csv_byte_for_byte() {
    let Some(folder) = captures() else { return };
    let output = tempfile::tempdir().unwrap();
    let target = output.path().join("out.csv");
    let mut compared = 0;
    for name in names_in(&folder).into_iter().filter(|name| name.ends_with(".PML.gz")) {
        let stem = name.trim_end_matches(".PML.gz").trim_end_matches(".v7");
        let twin = folder.join(format!("{stem}.CSV.gz"));
        if !twin.exists() {
            continue;
        }
        let expected = gunzip(&twin);
        let columns = columns_of(&expected);
        // An export that was kept in a repository can have lost its CR.
        let has_cr = expected.windows(2).any(|pair| pair == b"\r\n");
        let is_equal = zones().any(|zone| {
            let input = folder.join(&name);
            let arguments: [std::ffi::OsString; 10] = [
                "convert".into(),
                // One zone after the other.
                "--clobber".into(),
                input.into_os_string(),
                "-q".into(),
                "-o".into(),
                target.clone().into_os_string(),
                "--tz".into(),
                zone.into(),
                "--columns".into(),
                columns.clone().into(),
            ];
            assert_eq!(run(&arguments).status, 0, "{name}");
            let mut written = fs::read(&target).unwrap();
            if !has_cr {
                written.retain(|byte| *byte != b'\r');
            }
            written == expected
        });
        assert!(is_equal, "{name}: no zone makes the CSV equal to its twin");
        compared += 1;
    }
    assert!(compared > 0, "no twins in {}", folder.display());
}

#[test]
fn a_sample_survives_the_way_through_the_native_format() {
    let folder = tempfile::tempdir().unwrap();
    let native = folder.path().join("restart.pml");
    let back = folder.path().join("back.csv");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/restart.csv");
    let there = run(&["convert", sample, "--tz", "UTC", "-o", native.to_str().unwrap()]);
    assert_eq!(there.status, 0, "{}", there.stderr);
    let columns = columns_of(&fs::read(sample).unwrap());
    let native = native.to_str().unwrap();
    let again = run(&["convert", native, "-o", back.to_str().unwrap(), "--columns", &columns]);
    assert_eq!(again.status, 0, "{}", again.stderr);
    assert!(fs::read(&back).unwrap() == fs::read(sample).unwrap(), "the CSV differs");
}

#[test]
fn a_part_of_a_native_capture_is_a_native_capture() {
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("part.pml");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/guid-changed.pml");
    let there = run(&["convert", sample, "-p", "inetinfo.exe", "-o", part.to_str().unwrap()]);
    assert_eq!(there.status, 0, "{}", there.stderr);
    let all = ["-p", "inetinfo.exe", "-f", "csv", "-q"];
    let from = |path: &str| run(&["events", path].iter().chain(&all).collect::<Vec<_>>()).stdout;
    let (of_part, of_whole) = (from(part.to_str().unwrap()), from(sample));
    assert!(of_part.len() > 1000);
    // Relative Time counts from the first event of the file, so it is left out.
    let without = |csv: &[u8]| {
        let text = String::from_utf8(csv.to_vec()).unwrap();
        text.split("\r\n")
            .map(|row| {
                row.split("\",\"")
                    .enumerate()
                    .filter(|(place, _)| *place != 8)
                    .map(|(_, field)| field.to_string())
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(without(&of_part), without(&of_whole));
    let findings = run(&["analyze", part.to_str().unwrap(), "-q"]);
    assert_eq!(findings.status, 1, "the key was lost: {}", findings.text());
}

#[test]
fn what_a_native_log_cannot_take_is_refused() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/restart.csv");
    let to_stdout = run(&["convert", sample, "-f", "pml", "-o", "-"]);
    assert_eq!(to_stdout.status, 2);
    let columns = run(&["convert", sample, "-o", "x.pml", "--columns", "PID"]);
    assert_eq!(columns.status, 2);
    assert!(!Path::new("x.pml").exists());
}

#[test]
fn advanced_output_names_file_operations_by_their_irp() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/restart.pml");
    let usual = run(&["events", sample, "-q", "-f", "jsonl", "--raw"]);
    let advanced = run(&["events", sample, "-q", "-f", "jsonl", "--raw", "--advanced-output"]);
    assert!(usual.text().contains("\"CreateFile\"") && !usual.text().contains("IRP_MJ_"));
    assert!(advanced.text().contains("\"IRP_MJ_CREATE\""));
    assert!(!advanced.text().contains("\"CreateFile\""));
    assert_eq!(usual.text().lines().count(), advanced.text().lines().count());
}

#[test]
fn an_xml_of_a_native_capture_holds_the_same_events() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/guid-changed.pml");
    let (xml, direct, by_way) = (path("a.xml"), path("direct.csv"), path("by-way.csv"));
    for (from, to) in [(sample, &xml), (sample, &direct), (&*xml, &by_way)] {
        let run = run(&["convert", from, "-o", to, "--columns", "all"]);
        assert_eq!(run.status, 0, "{}", run.stderr);
    }
    assert!(fs::read(direct).unwrap() == fs::read(by_way).unwrap(), "the CSV differs");
}

#[test]
fn an_xml_of_a_native_capture_names_the_right_parents() {
    let folder = tempfile::tempdir().unwrap();
    let xml = folder.path().join("a.xml");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/guid-changed.pml");
    assert_eq!(run(&["convert", sample, "-o", xml.to_str().unwrap()]).status, 0);
    let text = fs::read_to_string(xml).unwrap();
    let value = |process: &str, name: &str| {
        let rest = process.split_once(&format!("<{name}>"))?.1;
        rest.split_once('<').map(|(value, _)| value.to_string())
    };
    let processes: Vec<&str> = text.split("<process>").skip(1).collect();
    let by_index = |index: &str| {
        processes.iter().find(|other| value(other, "ProcessIndex").as_deref() == Some(index))
    };
    let mut checked = 0;
    for process in &processes {
        let Some(index) = value(process, "ParentProcessIndex") else { continue };
        let Some(parent) = by_index(&index) else { continue };
        assert_eq!(value(parent, "ProcessId"), value(process, "ParentProcessId"), "{index}");
        checked += 1;
    }
    assert!(checked > 5, "{checked} of {}", processes.len());
}

#[test]
fn the_version_that_exports_decides_how_listings_and_names_look() {
    let Some(folder) = captures() else { return };
    let output = tempfile::tempdir().unwrap();
    let mut compared = 0;
    // Each with a version of the generation that exported it, and with two others.
    for (stem, own, others) in [
        ("LogFileUTC64Filesystem", "3.52", ["3.4", "4.01"]),
        ("LogFileUTC64Registry", "3.60", ["2.8", "3.61"]),
        ("LogfileTests32bitUTC", "3.4", ["3.5", "3.9"]),
    ] {
        let input = folder.join(format!("{stem}.PML.gz"));
        let twin = folder.join(format!("{stem}.CSV.gz"));
        if !input.exists() || !twin.exists() {
            continue;
        }
        let expected = gunzip(&twin);
        let columns = columns_of(&expected);
        let written = |version: &str| {
            let target = output.path().join("out.csv");
            let arguments: Vec<std::ffi::OsString> = vec![
                "convert".into(),
                "--clobber".into(),
                "-q".into(),
                input.clone().into_os_string(),
                "-o".into(),
                target.clone().into_os_string(),
                "--columns".into(),
                (&columns).into(),
                "--as-procmon".into(),
                version.into(),
            ];
            assert_eq!(run(&arguments).status, 0, "{stem}");
            fs::read(&target).unwrap()
        };
        assert!(written(own) == expected, "{stem} as {own}");
        for other in others {
            let bytes = written(other);
            let [ours, theirs] = [&bytes, &expected].map(|csv| String::from_utf8_lossy(csv));
            let pairs: Vec<_> =
                ours.split("\r\n").zip(theirs.split("\r\n")).filter(|(a, b)| a != b).collect();
            assert_eq!(ours.split("\r\n").count(), theirs.split("\r\n").count());
            let explained = |row: &str| {
                ["\"QueryDirectory\"", "\"REPARSE GLOBAL\"", "\"0x368\"", "\"<Unknown>\""]
                    .iter()
                    .any(|text| row.contains(text))
            };
            assert!(pairs.iter().all(|(a, b)| explained(a) || explained(b)), "{stem} as {other}");
            compared += pairs.len();
        }
    }
    assert!(compared > 0, "other versions write other rows");
}
