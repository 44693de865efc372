//! Folders with a case file, for `analyze` and for `batch`.

use std::fs;
use std::path::Path;

use crate::common::*;
use crate::{batch, manifest, ran, statuses};

/// A folder with three captures, of which the case file names two, and a witness.
fn make_case(folder: &Path, case: &str) {
    let own = folder.join("in");
    fs::create_dir_all(own.join("collected")).unwrap();
    write(&own, "bad.csv", read(sample("guid-changed.csv")));
    write(&own, "collected/good.csv", read(sample("restart.csv")));
    write(&own, "other.csv", read(sample("signatures/mk-06-empty.csv")));
    let value =
        "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n    MachineGuid    REG_SZ    ";
    write(&own, "guid.txt", format!("{value}{OLD}\n"));
    write(&own, "case.json", case);
}

const CASE: &str = r#"{
  "schema_version": 1,
  "captures": ["bad.csv"],
  "baseline": ["collected/good.csv"],
  "witnesses": { "reg_export": ["guid.txt"] }
}
"#;

fn in_folder(folder: &Path, arguments: &[&str]) -> Run {
    let output = procmonkey(arguments).current_dir(folder).output().unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_case_file_says_what_belongs_together() {
    let folder = temp();
    make_case(folder.path(), CASE);
    let flags = [
        "analyze",
        "-f",
        "json",
        "in/bad.csv",
        "--baseline",
        "in/collected/good.csv",
        "--reg-export",
        "in/guid.txt",
    ];
    let want = in_folder(folder.path(), &flags);
    let own = in_folder(folder.path(), &["analyze", "-f", "json", "in"]);
    assert_eq!((own.status, own.text()), (want.status, want.text()));
    // What it does not name is not read, and that is said.
    assert!(own.stderr.contains("in/other.csv: not named in the case file"), "{}", own.stderr);

    batch(folder.path(), &[]);
    let lines = manifest(folder.path());
    let case = &lines["in/case.json"];
    assert!(want.stdout == read(folder.path().join("out").join(text(case, "findings_path"))));
    assert_eq!(case["captures"], serde_json::json!(["in/bad.csv"]));
    assert_eq!(case["witnesses"], serde_json::json!(["in/collected/good.csv", "in/guid.txt"]));
    // What a case does not name is analysed by itself.
    let want = [
        ("in/bad.csv", "in_case"),
        ("in/case.json", "read"),
        ("in/collected/good.csv", "in_case"),
        ("in/guid.txt", "in_case"),
        ("in/other.csv", "read"),
    ];
    let want: Vec<_> = want.map(|(name, status)| (name.to_string(), status.to_string())).into();
    assert_eq!(statuses(folder.path()), want);
    let by_itself = in_folder(folder.path(), &["analyze", "-f", "json", "in/other.csv"]).stdout;
    let other = text(&lines["in/other.csv"], "findings_path");
    assert!(by_itself == read(folder.path().join("out").join(other)));
}

#[test]
fn captures_are_read_in_the_order_of_the_case_file() {
    let folder = temp();
    let case = r#"{"schema_version": 1, "captures": ["other.csv", "bad.csv"]}"#;
    make_case(folder.path(), case);
    let own = in_folder(folder.path(), &["analyze", "-f", "json", "in"]);
    let named = ["analyze", "-f", "json", "in/other.csv", "in/bad.csv"];
    assert_eq!(own.text(), in_folder(folder.path(), &named).text());
}

#[test]
fn a_case_is_done_again_when_anything_in_its_folder_changes() {
    let folder = temp();
    make_case(folder.path(), CASE);
    let skipped = || {
        batch(folder.path(), &["--events", "parquet"]);
        crate::end(folder.path())["skipped"].as_u64().unwrap()
    };
    assert_eq!((skipped(), skipped()), (0, 2));
    for name in ["guid.txt", "collected/good.csv", "bad.csv", "case.json"] {
        let path = folder.path().join("in").join(name);
        fs::write(&path, [&read(&path)[..], b"\n"].concat()).unwrap();
        assert_eq!(skipped(), 1, "{name}");
        assert_eq!(skipped(), 2, "{name}");
    }
}

#[test]
fn what_is_wrong_with_a_case_file_is_told_with_its_place() {
    let folder = temp();
    let start = "{\n  \"schema_version\": 1,\n";
    for (case, place, says) in [
        ("", "line 1, column 0", "EOF"),
        ("{\n  \"captures\": [\"bad.csv\"]\n}", "line 3, column 1", "schema_version"),
        (
            &format!("{start}  \"captures\": [\"bad.csv\"],\n  \"capture\": []\n}}"),
            "line 4, column 11",
            "capture",
        ),
        (&format!("{start}  \"captures\": \"bad.csv\"\n}}"), "line 3, column 23", "sequence"),
        (&format!("{start}  \"captures\": [\"bad.csv\", 7]\n}}"), "line 3, column 27", "string"),
        (&format!("{start}  \"captures\": [\"../bad.csv\"]\n}}"), "line 3", "no path"),
        (&format!("{start}  \"captures\": [\"/etc/passwd\"]\n}}"), "line 3", "no path"),
        (&format!("{start}  \"captures\": [\"\"]\n}}"), "line 3", "no path"),
        (
            "{\n  \"schema_version\": 2,\n  \"captures\": [\"bad.csv\"]\n}",
            "line 2",
            "2 is not known",
        ),
        (&format!("{start}  \"captures\": []\n}}"), "case.json: ", "names no capture"),
        (
            &format!("{start}  \"captures\": [\"bad.csv\"],\n  \"baseline\": [\"bad.csv\"]\n}}"),
            "case.json: ",
            "named twice",
        ),
        (
            &format!("{start}  \"captures\": [\"bad.csv\", \"collected\"]\n}}"),
            "case.json: ",
            "no plain file",
        ),
    ] {
        make_case(folder.path(), case);
        let own = in_folder(folder.path(), &["analyze", "in"]);
        assert_eq!(own.status, 2, "{case}: {}", own.stderr);
        for said in ["in/case.json", place, says] {
            assert!(own.stderr.contains(said), "`{said}` of {case}: {}", own.stderr);
        }
        // In a batch it is one file that cannot be read; the captures are, each by itself.
        let run = batch(folder.path(), &[]);
        assert_eq!(run.status, 1, "{case}: {}", run.stderr);
        assert!(run.stderr.contains(place) && run.stderr.contains(says), "{case}: {}", run.stderr);
        let lines = manifest(folder.path());
        assert_eq!(lines["in/case.json"]["status"], "unreadable", "{case}");
        for name in ["in/bad.csv", "in/other.csv", "in/collected/good.csv"] {
            assert_eq!(lines[name]["status"], "read", "{case}");
        }
    }
}

#[test]
fn a_case_whose_files_are_not_there_is_incomplete() {
    let folder = temp();
    let case = r#"{"schema_version": 1, "captures": ["bad.csv", "gone.csv"]}"#;
    make_case(folder.path(), case);
    let run = batch(folder.path(), &[]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let line = &manifest(folder.path())["in/case.json"];
    assert_eq!(line["status"], "damaged");
    let report = read(folder.path().join("out").join(text(line, "findings_path")));
    assert!(String::from_utf8(report).unwrap().contains("gone.csv"));
    make_case(folder.path(), r#"{"schema_version": 1, "captures": ["gone.csv"]}"#);
    assert_eq!(in_folder(folder.path(), &["analyze", "in"]).status, 3);
    let run = ran(&mut crate::command(folder.path(), &[]));
    assert_eq!(manifest(folder.path())["in/case.json"]["status"], "unreadable");
    assert!(run.stderr.contains("no capture of the case"), "{}", run.stderr);
}
