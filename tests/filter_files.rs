//! Procmon's filter files, on the built program.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use common::{captures, run};

fn sample(name: &str) -> String {
    let path = common::sample(name);
    path.to_str().expect("the path is UTF-8").to_string()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn numbers<const N: usize>(numbers: [usize; N]) -> Vec<u8> {
    numbers.into_iter().flat_map(|number| (number as u32).to_le_bytes()).collect()
}

/// A list of rules: column, relation, action, value, number, flags.
fn list(rules: &[(usize, usize, u8, &str, usize, usize)]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(numbers([rules.len()]));
    for (column, relation, action, value, number, flags) in rules {
        let value = utf16(&format!("{value}\0"));
        bytes.extend(numbers([*column, *relation]));
        bytes.push(*action);
        bytes.extend(numbers([value.len()]));
        bytes.extend(value);
        bytes.extend(numbers([*number, *flags]));
    }
    bytes
}

fn pmf(list: &[u8]) -> Vec<u8> {
    [numbers([list.len()]), list.to_vec()].concat()
}

fn pmc(list: &[u8]) -> Vec<u8> {
    let record = |name: &str, data: &[u8]| {
        let name = utf16(&format!("{name}\0"));
        let data_from = 16 + name.len();
        let header = numbers([data_from + data.len(), 16, data_from, data.len()]);
        [header, name, data.to_vec()].concat()
    };
    [record("Columns", &[3; 128]), record("FilterRules", list), record("Anything", b"kept")]
        .concat()
}

/// Rules on the samples: Path, PID, Process Name, Result.
const RULES: [(usize, usize, u8, &str, usize, usize); 4] = [
    (40071, 6, 1, "\\Crypto\\", 0, 0),
    (40071, 6, 1, "Cryptography", 0, 0),
    (40053, 0, 0, "it's $HOME.exe", 0, 0),
    (40056, 0, 0, "SUCCESS", 0, 0),
];

const FLAGS: [[&str; 2]; 4] = [
    ["--filter", "Path contains \\Crypto\\"],
    ["--filter", "Path contains Cryptography"],
    ["--exclude", "Process Name is it's $HOME.exe"],
    ["--exclude", "Result is SUCCESS"],
];

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> String {
    let path = path_in(folder, name);
    fs::write(&path, bytes).expect("the folder can be written");
    path
}

fn path_in(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("the path is UTF-8").to_string()
}

/// The events of a capture, picked in two ways that shall be the same.
fn same_events(capture: &str, file: &str, flags: &[&str]) -> usize {
    let with_file = run(&["events", capture, "--filter-file", file, "-f", "csv"]);
    let mut arguments = vec!["events", capture, "-f", "csv"];
    arguments.extend(flags);
    let with_flags = run(&arguments);
    assert_eq!(with_file.status, 0, "{}", with_file.stderr);
    assert_eq!(with_flags.status, 0, "{}", with_flags.stderr);
    assert!(with_file.stdout == with_flags.stdout, "{file} and its flags pick other events");
    assert_eq!(with_file.stderr, with_flags.stderr);
    with_file.text().lines().count() - 1
}

#[test]
fn rules_of_a_file_pick_the_events_that_flags_pick() {
    let folder = tempfile::tempdir().unwrap();
    let capture = sample("guid-changed.csv");
    let all = run(&["events", &capture, "-f", "csv"]).text().lines().count() - 1;
    for (name, bytes) in [("a.pmf", pmf(&list(&RULES))), ("a.pmc", pmc(&list(&RULES)))] {
        let file = write(&folder, name, &bytes);
        let picked = same_events(&capture, &file, FLAGS.as_flattened());
        assert!(picked > 0 && picked < all, "{picked} of {all}");
    }
    // The other commands heed the file too.
    let file = write(&folder, "none.pmf", &pmf(&list(&[(40071, 6, 1, "no such path", 0, 0)])));
    let arguments = [&capture, "--filter-file", &file, "-f", "json"];
    let info: Value =
        serde_json::from_slice(&run(&[&["info"], &arguments[..]].concat()).stdout).unwrap();
    assert_eq!(info[0]["events_counted"], 0);
    let analyze = run(&[&["analyze"], &arguments[..]].concat());
    assert_eq!(analyze.status, 4, "{}", analyze.stderr);
    let report: Value = serde_json::from_slice(&analyze.stdout).unwrap();
    assert_eq!(report["timeline"], Value::Array(Vec::new()));
    assert_eq!(report["verdict"]["state"], "not_judged");
    assert_eq!(report["verdict"]["missing"][0]["kind"], "filtered_out");
    // It is the filter that removed them: that the capture has none would be wrong.
    let remarks = report["captures"][0]["remarks"].to_string();
    assert!(
        remarks.contains("the filter removes") && !remarks.contains("no inetinfo"),
        "{remarks}"
    );
}

#[test]
fn a_file_is_listed_as_flags() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(&folder, "a.pmf", &pmf(&list(&RULES)));
    let listed = run(&["filter", &file]);
    assert_eq!(listed.status, 0, "{}", listed.stderr);
    let expected = [
        "--filter 'Path contains \\Crypto\\' \\",
        "--filter 'Path contains Cryptography' \\",
        "--exclude 'Process Name is it'\\''s $HOME.exe' \\",
        "--exclude 'Result is SUCCESS'",
    ];
    assert_eq!(listed.text().lines().collect::<Vec<_>>(), expected);
    for form in ["table", "markdown", "csv", "jsonl"] {
        let listed = run(&["filter", &file, "-f", form]);
        assert_eq!(listed.status, 0, "{}", listed.stderr);
        assert!(listed.text().contains("SUCCESS"), "{form}");
    }
    let json = run(&["filter", &file, "--exclude", "PID is 4", "-f", "json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json[3]["rule"], "Result is SUCCESS");
    assert_eq!(json[3]["number"], 4);
    assert_eq!(json[4]["rule"], "PID is 4");
    assert_eq!(json[4]["value_number"], 4);
    assert_eq!(json[4]["file"], Value::Null);
}

#[cfg(unix)]
#[test]
fn the_flags_can_be_pasted_into_a_shell() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(&folder, "a.pmf", &pmf(&list(&RULES)));
    let again = path_in(&folder, "b.pmf");
    let listed = run(&["filter", &file]);
    let script =
        format!("'{}' filter -o '{again}' {}", env!("CARGO_BIN_EXE_procmonkey"), listed.text());
    let status = Command::new("sh").args(["-c", &script]).status().unwrap();
    assert!(status.success());
    assert!(fs::read(&again).unwrap() == fs::read(&file).unwrap());
}

#[test]
fn files_are_written_from_files_and_flags() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = write(&folder, "a.pmc", &pmc(&list(&RULES[..2])));
    let filter = write(&folder, "b.pmf", &pmf(&list(&RULES[2..3])));
    let out = path_in(&folder, "out.PMC");
    let more = ["--exclude", "Result is SUCCESS"];
    let written = run(&[&["filter", &filter, &configuration, "-o", &out], &more[..]].concat());
    assert_eq!((written.status, &written.stderr[..]), (0, ""));
    // The rules of the PMC come first, and its other settings stay.
    assert!(fs::read(&out).unwrap() == pmc(&list(&RULES)));

    let written = run(&["filter", &out, "--to", "pmf"]);
    assert!(written.stdout == pmf(&list(&RULES)), "{}", written.stderr);
    // In place.
    let written = run(&["filter", &out, "-o", &out]);
    assert_eq!((written.status, &written.stderr[..]), (0, ""));
    assert!(fs::read(&out).unwrap() == pmc(&list(&RULES)));

    let numbers = path_in(&folder, "numbers.pmf");
    run(&["filter", "--filter", "pid is 12", "--filter", "Architecture is 64-bit", "-o", &numbers]);
    let expected = [(40054, 0, 1, "12", 12, 0), (40088, 0, 1, "64-bit", 64, 0)];
    assert!(fs::read(&numbers).unwrap() == pmf(&list(&expected)));

    let alone = run(&["filter", &filter, "--to", "pmc"]);
    assert!(alone.stderr.contains("the rules are the only setting"), "{}", alone.stderr);
}

#[test]
fn rules_of_unknown_meaning_are_told_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut rules = RULES.to_vec();
    rules.push((40071, 6, 0, "\\", 0, 0x8000_0000));
    rules.push((49999, 0, 0, "x", 0, 0));
    let file = write(&folder, "a.pmf", &pmf(&list(&rules)));
    let capture = sample("guid-changed.csv");
    let picked = run(&["events", &capture, "--filter-file", &file, "-f", "csv"]);
    assert_eq!(picked.status, 4);
    assert!(picked.stderr.contains("unknown flags 0x80000000"), "{}", picked.stderr);
    assert!(picked.stderr.contains("unknown column 49999"), "{}", picked.stderr);
    let known = run(&[&["events", &capture, "-f", "csv"], FLAGS.as_flattened()].concat());
    assert!(picked.stdout == known.stdout);
    let listed = run(&["filter", &file]);
    assert_eq!((listed.status, listed.text().lines().count()), (4, 4));
    let written = run(&["filter", &file, "--to", "pmf"]);
    assert!(written.stdout == fs::read(&file).unwrap());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let good = write(&folder, "a.pmf", &pmf(&list(&RULES)));
    let bad = write(&folder, "b.pmf", b"no filter");
    let out = path_in(&folder, "out.pmf");
    let capture = sample("restart.csv");
    for (arguments, status, part) in [
        (&["events", &capture, "--filter-file", &bad][..], 2, "neither PMC nor PMF"),
        (&["info", &capture, "--filter-file", &capture], 2, "neither PMC nor PMF"),
        (&["analyze", &capture, "--filter-file", "no such file"], 2, "cannot be opened"),
        (&["filter", &bad], 3, "neither PMC nor PMF"),
        (&["filter", &bad, &good], 4, "neither PMC nor PMF"),
        (&["filter", &bad, &good, "-o", &out], 3, "neither PMC nor PMF"),
        (&["filter", "--filter", "Path regex a", "-o", &out], 2, "`include Path regex a`"),
        (&["filter", &good, "-f", "json", "-o", &out], 2, "use one of the two"),
        (&["filter", &good, "--to", "pml"], 2, "neither pmc nor pmf"),
        (&["filter"], 2, "required"),
    ] {
        let refused = run(arguments);
        assert_eq!(refused.status, status, "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(part), "{arguments:?}: {}", refused.stderr);
        assert!(!Path::new(&out).exists(), "{arguments:?}");
    }
}

#[test]
fn real_files_are_written_again_as_they_were() {
    let Some(folder) = captures() else { return };
    for (name, to, rules) in [("Noriben.PMC", "pmc", 169), ("Crassus_Privesc.PMF", "pmf", 184)] {
        let path = folder.join(name);
        let path = path.to_str().unwrap();
        let written = run(&["filter", path, "--to", to]);
        assert_eq!((written.status, &written.stderr[..]), (0, ""));
        assert!(written.stdout == fs::read(path).unwrap(), "{name} changed");
        let listed = run(&["filter", path]);
        assert_eq!((listed.status, listed.text().lines().count()), (0, rules));
    }
}

#[test]
fn real_files_pick_the_events_that_flags_pick() {
    let Some(folder) = captures() else { return };
    for name in ["Noriben.PMC", "Crassus_Privesc.PMF"] {
        let path = folder.join(name);
        let path = path.to_str().unwrap();
        let rules: Value =
            serde_json::from_slice(&run(&["filter", path, "-f", "json"]).stdout).unwrap();
        let mut flags = Vec::new();
        for rule in rules.as_array().unwrap() {
            flags.push(if rule["action"] == "include" { "--filter" } else { "--exclude" });
            flags.push(rule["rule"].as_str().unwrap());
        }
        // The counts are those of a few lines of Python that know nothing of this program.
        for (capture, noriben, crassus) in [
            ("LogFileUTC64Filesystem.CSV.gz", 4533, 0),
            ("LogFileUTC64Process.CSV.gz", 833, 0),
            ("Noriben_09_Apr_13.CSV.gz", 520, 4),
        ] {
            let capture = folder.join(capture);
            let picked = same_events(capture.to_str().unwrap(), path, &flags);
            let expected = if name == "Noriben.PMC" { noriben } else { crassus };
            assert_eq!(picked, expected, "{name}, {}", capture.display());
        }
    }
}
