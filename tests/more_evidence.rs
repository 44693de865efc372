//! Less of a capture, or more beside it, never turns a finding into an all-clear: it stays, or
//! the verdict says what it cannot judge. And no value of MachineGuid is ever named to be put
//! back under which a key was made last.
//!
//! Every sample goes through every way in which captures reach us: cut down by filters and
//! columns, given with captures, listings and values beside it, in any order.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;

use common::*;

/// A sample, and the value of MachineGuid that is in effect when it is made.
struct Sample {
    path: PathBuf,
    name: String,
}

fn samples() -> Vec<Sample> {
    let folder = sample("signatures");
    let names = names_in(&folder).into_iter().filter(|name| name.ends_with(".csv"));
    let mut all: Vec<Sample> =
        names.map(|name| Sample { path: folder.join(&name), name }).collect();
    for name in ["first-start.csv", "restart.csv", "guid-changed.csv"] {
        all.push(Sample { path: sample(name), name: name.to_string() });
    }
    assert!(all.len() > 40, "{}", all.len());
    all
}

/// What is done to the capture itself: how `events` is asked for it, and the columns that
/// stay.
struct Cut {
    name: &'static str,
    filter: &'static [&'static str],
    without: &'static [&'static str],
}

const WHOLE: Cut = Cut { name: "whole", filter: &[], without: &[] };

const CUTS: [Cut; 8] = [
    WHOLE,
    Cut {
        name: "rows of the key folder",
        filter: &["--filter", "Path contains MachineKeys"],
        without: &[],
    },
    Cut {
        name: "rows of the key folder without the scanner",
        filter: &[
            "--filter",
            "Path contains MachineKeys",
            "--exclude",
            "Process Name is MsMpEng.exe",
        ],
        without: &[],
    },
    Cut { name: "rows about keys", filter: &["--filter", "Path contains Crypt"], without: &[] },
    Cut { name: "no Detail", filter: &[], without: &["Detail"] },
    Cut { name: "no Result", filter: &[], without: &["Result"] },
    Cut {
        name: "the default columns",
        filter: &[],
        without: &["Date & Time", "TID", "User", "Duration", "Command Line"],
    },
    Cut {
        name: "key folder, default columns",
        filter: &["--filter", "Path contains MachineKeys"],
        without: &["Date & Time", "TID", "User", "Duration", "Command Line"],
    },
];

/// What is given beside the capture.
struct Beside {
    name: &'static str,
    before: Vec<OsString>,
    after: Vec<OsString>,
}

fn beside(folder: &Path) -> Vec<Beside> {
    let stems = ["c2319c42033a5ca7f44e731bfd3fa2b5", "7a436fe806e483969f48a894af2fe9a1"];
    let listing = |name: &str, guids: &[&str], dates: bool| {
        let mut text = format!(" Directory of {FOLDER}\r\n\r\n");
        for (place, guid) in guids.iter().enumerate() {
            for stem in stems {
                match dates {
                    true => text.push_str(&format!(
                        "03/0{}/2026  09:12 AM             2,202 {stem}_{guid}\r\n",
                        place + 1
                    )),
                    false => text.push_str(&format!("{stem}_{guid}\r\n")),
                }
            }
        }
        write(folder, name, text).into_os_string()
    };
    let registry = |name: &str, guid: &str| {
        let text = format!(
            "Windows Registry Editor Version 5.00\r\n\r\n\
             [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n\"MachineGuid\"=\"{guid}\"\r\n"
        );
        write(folder, name, text).into_os_string()
    };
    let one = |name, before: Vec<OsString>| Beside { name, before, after: Vec::new() };
    let flag = |flag: &str, value: OsString| vec![OsString::from(flag), value];
    vec![
        one("nothing", Vec::new()),
        one("--machine-guid old", flag("--machine-guid", OLD.into())),
        one("--machine-guid new", flag("--machine-guid", NEW.into())),
        one("baseline", flag("--baseline", sample("restart.csv").into())),
        one(
            "baseline of default columns",
            flag("--baseline", sample("guid-changed-default.csv").into()),
        ),
        one("a capture in front", vec![sample("restart.csv").into()]),
        Beside {
            name: "a capture behind",
            before: Vec::new(),
            after: vec![sample("restart.csv").into()],
        },
        Beside {
            name: "a native capture behind",
            before: Vec::new(),
            after: vec![sample("restart.pml").into()],
        },
        one("a listing of old files", flag("--keys-dir", listing("old.txt", &[OLD], true))),
        one("a listing of both", flag("--keys-dir", listing("both.txt", &[OLD, NEW], true))),
        one("a listing against it", flag("--keys-dir", listing("against.txt", &[NEW, OLD], true))),
        one("a listing without dates", flag("--keys-dir", listing("bare.txt", &[NEW, OLD], false))),
        one("the registry, old", flag("--reg-export", registry("old.reg", OLD))),
        one("the registry, new", flag("--reg-export", registry("new.reg", NEW))),
    ]
}

/// Cuts a capture down; `None` where nothing is left.
fn cut(sample: &Sample, cut: &Cut, folder: &Path) -> Option<PathBuf> {
    if cut.filter.is_empty() && cut.without.is_empty() {
        return Some(sample.path.clone());
    }
    let mut arguments: Vec<OsString> = ["events", "-q", "-f", "csv"].map(OsString::from).to_vec();
    arguments.extend(cut.filter.iter().map(OsString::from));
    arguments.push(sample.path.clone().into());
    let run = run(&arguments);
    assert_eq!(run.status, 0, "{}: {}", sample.name, run.stderr);
    let rows = rows_of(&run.stdout);
    let keep: Vec<usize> =
        (0..rows[0].len()).filter(|at| !cut.without.contains(&rows[0][*at].as_str())).collect();
    let kept: Vec<Vec<&str>> =
        rows.iter().map(|row| keep.iter().map(|at| row[*at].as_str()).collect()).collect();
    (rows.len() > 1).then(|| write(folder, &sample.name, csv(&kept)))
}

/// The fields of CSV that this program wrote.
fn rows_of(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let text = std::str::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}');
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        let row = rows.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            other => row.last_mut().unwrap().push(other),
        }
    }
    rows.retain(|row| row.len() > 1);
    rows
}

/// Signatures of warnings and errors.
fn grave(report: &Value) -> Vec<&str> {
    findings(report).into_iter().filter(|it| it.1 != "info").map(|it| it.0).collect()
}

fn state(report: &Value) -> &str {
    text(&report["verdict"], "state")
}

/// The values that a page names to be put back: as data, and in its words.
fn put_back(report: &Value) -> Vec<String> {
    let mut values = Vec::new();
    for finding in list(report, "findings") {
        let value = finding["put_back"].as_str();
        let remedy = text(finding, "remedy");
        let said = remedy.split("putting ").nth(1).and_then(|rest| rest.split(' ').next());
        assert_eq!(value, said, "what is typed and what is said agree: {remedy}");
        assert!(!remedy.contains(" put ") || !remedy.contains(" back,"), "{remedy}");
        values.extend(value.map(str::to_lowercase));
    }
    values
}

/// What a sample may have put back: the value from before its change, and nothing where the
/// value did not change.
fn may_be_put_back(name: &str) -> &'static [&'static str] {
    match name {
        _ if name.starts_with("guid-changed") => &[OLD],
        "mk-01-guid-changed.csv" | "mk-01-seen-beside-only.csv" | "mk-02-guid-edited.csv" => &[OLD],
        // Made anew, or used, under the new value: with old files or captures beside it, it is
        // a change.
        "mk-03-key-lost.csv" => &[OLD],
        _ if name.starts_with("mk-17") || name.starts_with("mk-20") => &[OLD],
        "mk-01-look-alike-old-copy-kept.csv" | "mk-03-look-alike-key-found.csv" => &[OLD],
        _ => &[],
    }
}

#[test]
#[ignore = "takes several minutes"]
fn nothing_that_is_added_or_missing_clears_a_case_or_turns_it_round() {
    let folder = temp();
    let all = beside(folder.path());
    let (mut wrong, mut runs, mut gone) = (Vec::new(), 0, 0);
    for sample in samples() {
        let (_, alone) = analyze(&[&sample.path]);
        let before = grave(&alone);
        for how in &CUTS {
            let Some(path) = cut(&sample, how, folder.path()) else { continue };
            for beside in &all {
                // The healthy capture itself as one of two says nothing new.
                let mut arguments = beside.before.clone();
                arguments.push(path.clone().into());
                arguments.extend(beside.after.iter().cloned());
                let (status, report) = analyze(&arguments);
                runs += 1;
                let what = format!("{}, {}, {}", sample.name, how.name, beside.name);
                for value in put_back(&report) {
                    if !may_be_put_back(&sample.name)
                        .iter()
                        .any(|it| it.eq_ignore_ascii_case(&value))
                    {
                        wrong.push(format!("{what}: puts {value} back"));
                    }
                }
                if before.is_empty() {
                    continue;
                }
                // Something was wrong: then it is said, or it is said what cannot be judged.
                let now = grave(&report);
                let not_shown = list(&report["verdict"], "not_shown");
                let clear = matches!(state(&report), "nothing_known" | "note") && now.is_empty();
                if clear {
                    gone += 1;
                    if not_shown.is_empty() {
                        wrong.push(format!(
                            "{what}: {before:?} became {} ({status})",
                            state(&report)
                        ));
                    }
                    // With the whole capture nothing may be lost at all.
                    if how.name == WHOLE.name {
                        wrong.push(format!("{what}: {before:?} is cleared by more evidence"));
                    }
                }
                if state(&report) == "not_judged"
                    && (list(&report["verdict"], "missing").is_empty() || status != 4)
                {
                    wrong.push(format!("{what}: not judged, and nobody knows why ({status})"));
                }
            }
        }
    }
    assert!(runs > 4000, "{runs}");
    // Most of what is cut down is still seen.
    assert!(gone * 3 < runs, "{gone} of {runs}");
    assert!(wrong.is_empty(), "{} of {runs}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_three_commands_that_told_people_to_break_their_computer_are_right() {
    let folder = temp();
    let keys = folder.path().join("keys.csv");
    let arguments: Vec<OsString> = [
        "events",
        "--filter",
        "Path contains MachineKeys",
        "--exclude",
        "Process Name is MsMpEng.exe",
        "-f",
        "csv",
        "-o",
    ]
    .map(OsString::from)
    .into_iter()
    .chain([keys.clone().into(), sample("guid-changed.csv").into()])
    .collect();
    assert_eq!(run(&arguments).status, 0);
    let restart = sample("restart.csv");
    let baseline = [keys.as_os_str(), "--baseline".as_ref(), restart.as_os_str()];
    for arguments in [
        vec![keys.as_os_str()],
        vec![restart.as_os_str(), keys.as_os_str()],
        vec![keys.as_os_str(), restart.as_os_str()],
        baseline.to_vec(),
    ] {
        let (status, report) = analyze(&arguments);
        assert_eq!((status, state(&report)), (1, "broken"), "{arguments:?}");
        let change = finding(&report, "MK-01");
        assert_eq!(change["put_back"], OLD, "{arguments:?}");
        let roles: Vec<_> =
            list(change, "guids").iter().map(|it| (text(it, "role"), text(it, "guid"))).collect();
        assert_eq!(roles, [("older", OLD), ("newer", NEW)], "{arguments:?}");
    }
    // Followed by a name that is not there, or by another: no direction is turned round.
    for process in ["w3wp.exe", "inetinf.exe"] {
        let (_, report) = analyze(&["-p".as_ref(), process.as_ref(), keys.as_os_str()]);
        for value in put_back(&report) {
            assert!(value.eq_ignore_ascii_case(OLD), "-p {process}: {value}");
        }
    }
}
