//! The command lines of docs/scale.md do what the page says, on the samples.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use common::*;

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scale.md");
    String::from_utf8(read(page)).unwrap()
}

/// What stands between two texts of the page, which has it once.
fn between(page: &str, before: &str, after: &str) -> String {
    let (_, rest) = page.split_once(before).unwrap();
    assert!(!rest.contains(before), "{before}");
    rest.split_once(after).unwrap().0.to_string()
}

/// Two folders of captures, one for each computer.
fn captures(folder: &Path) {
    for (computer, name) in [("0", "guid-changed.csv"), ("0", "restart.pml"), ("1", "restart.csv")]
    {
        let place = folder.join("captures").join(computer);
        fs::create_dir_all(&place).unwrap();
        fs::copy(sample(name), place.join(name)).unwrap();
    }
    fs::create_dir(folder.join("results")).unwrap();
}

/// Runs a script in this folder, where `procmonkey` is the program that is tested.
fn shell(folder: &Path, script: &str, index: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_procmonkey"));
    let path = std::env::var("PATH").unwrap();
    Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .env("JOB_COMPLETION_INDEX", index)
        .output()
        .unwrap()
}

/// How many lines the manifest of a folder has, of how many reports.
fn results(folder: &Path, computer: &str) -> (usize, usize) {
    let results = folder.join("results").join(computer);
    let manifest = fs::read_to_string(results.join("manifest.jsonl")).unwrap();
    (manifest.lines().count(), fs::read_dir(results.join("findings")).unwrap().count())
}

#[test]
fn the_command_for_parallel_takes_a_folder_for_each_computer() {
    let folder = temp();
    captures(folder.path());
    let command = between(&page(), "parallel --joblog done.log --resume '", "'\n");
    assert!(command.starts_with("procmonkey batch {} "), "{command}");
    // Something is flagged in the captures of the first computer.
    for (computer, captures, status) in [("0", 2, 1), ("1", 1, 0)] {
        // What parallel puts there.
        let own = command.replace("{/}", computer).replace("{}", &format!("captures/{computer}/"));
        let run = shell(folder.path(), &own, "");
        assert_eq!(run.status.code(), Some(status), "{run:?}");
        assert_eq!(results(folder.path(), computer), (captures, captures));
    }
}

#[test]
fn the_command_of_the_artifact_prints_one_report() {
    let folder = temp();
    captures(folder.path());
    let argv = between(&page(), "argv=[tool[0].OSPath, ", "],");
    let words: Vec<_> = argv
        .split(", ")
        .map(|word| match word {
            "Capture" => "captures/0/guid-changed.csv",
            quoted => quoted.strip_prefix('"').unwrap().strip_suffix('"').unwrap(),
        })
        .collect();
    let run = shell(folder.path(), &format!("procmonkey {}", words.join(" ")), "");
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["verdict"]["state"], "broken");
    assert!(run.stderr.is_empty(), "{run:?}");
}

#[test]
fn the_script_of_the_job_takes_the_folder_of_its_index() {
    let folder = temp();
    captures(folder.path());
    let script = between(&page(), "- |\n              procmonkey", "workingDir");
    let script = format!("procmonkey{script}");
    for (index, captures) in [("0", 2), ("1", 1)] {
        let run = shell(folder.path(), &script, index);
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        assert_eq!(results(folder.path(), index), (captures, captures));
    }
    // A folder that is missing is a failure, and is tried again.
    assert_eq!(shell(folder.path(), &script, "2").status.code(), Some(1));
}
