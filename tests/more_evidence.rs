//! Less of a capture, or more beside it, never turns a finding into an all-clear: it stays, or
//! the verdict says what it cannot judge. And no value of MachineGuid is ever named to be put
//! back under which a key was made last.
//!
//! Every sample goes through every way in which captures reach us: cut down to some rows or
//! columns, given with captures, listings and values beside it, in any order.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::ffi::OsString;
use std::thread;

use procmonkey_analysis::report::VerdictState;
use procmonkey_analysis::{Case, CaseOptions, MachineGuid, Report, Severity, Witness};
use procmonkey_parser::{Input, ReadOptions};
use serde_json::Value;

use common::*;

/// A sample, by its name and as the rows of its CSV.
struct Sample {
    name: String,
    rows: Vec<Vec<String>>,
}

fn samples() -> Vec<Sample> {
    let folder = sample("signatures");
    let names = names_in(&folder).into_iter().filter(|name| name.ends_with(".csv"));
    let mut all: Vec<Sample> =
        names.map(|name| Sample { rows: rows_of(&read(folder.join(&name))), name }).collect();
    for name in ["first-start.csv", "restart.csv", "guid-changed.csv"] {
        all.push(Sample { rows: rows_of(&read(sample(name))), name: name.to_string() });
    }
    assert!(all.len() > 40, "{}", all.len());
    all
}

/// What is done to the capture itself: which rows stay, by Path and Process Name, and which
/// columns are dropped.
struct Cut {
    name: &'static str,
    path_has: &'static str,
    not_of: &'static str,
    without: &'static [&'static str],
}

const WHOLE: Cut = Cut { name: "whole", path_has: "", not_of: "-", without: &[] };
const FOLDER_NAME: &str = "MachineKeys";
const NOT_BY_DEFAULT: &[&str] = &["Date & Time", "TID", "User", "Duration", "Command Line"];

const CUTS: [Cut; 8] = [
    WHOLE,
    Cut { name: "rows of the key folder", path_has: FOLDER_NAME, ..WHOLE },
    Cut {
        name: "rows of the key folder without the scanner",
        path_has: FOLDER_NAME,
        not_of: "MsMpEng.exe",
        ..WHOLE
    },
    Cut { name: "rows about keys", path_has: "Crypt", ..WHOLE },
    Cut { name: "no Detail", without: &["Detail"], ..WHOLE },
    Cut { name: "no Result", without: &["Result"], ..WHOLE },
    Cut { name: "the default columns", without: NOT_BY_DEFAULT, ..WHOLE },
    Cut {
        name: "key folder, default columns",
        path_has: FOLDER_NAME,
        without: NOT_BY_DEFAULT,
        ..WHOLE
    },
];

impl Cut {
    /// What is left of a capture, as a CSV; `None` where that is nothing.
    fn of(&self, sample: &Sample) -> Option<Vec<u8>> {
        let header = &sample.rows[0];
        let place = |name: &str| header.iter().position(|column| column == name).unwrap();
        let (path, process) = (place("Path"), place("Process Name"));
        let kept_columns: Vec<usize> =
            (0..header.len()).filter(|at| !self.without.contains(&header[*at].as_str())).collect();
        let is_kept =
            |row: &&Vec<String>| row[path].contains(self.path_has) && row[process] != self.not_of;
        let rows = sample.rows[1..].iter().filter(is_kept);
        let kept: Vec<Vec<&str>> = [header]
            .into_iter()
            .chain(rows)
            .map(|row| kept_columns.iter().map(|at| row[*at].as_str()).collect())
            .collect();
        (kept.len() > 1).then(|| csv(&kept))
    }
}

/// What is given beside the capture.
#[derive(Default)]
struct Beside {
    name: &'static str,
    machine_guid: Option<&'static str>,
    witnesses: Vec<Witness>,
    baseline: Option<Vec<u8>>,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

fn beside() -> Vec<Beside> {
    let stems = ["c2319c42033a5ca7f44e731bfd3fa2b5", "7a436fe806e483969f48a894af2fe9a1"];
    let witnesses = |name: &str, text: String| -> Vec<Witness> {
        let reading = procmonkey_witness::read(name, text.as_bytes()).unwrap();
        assert!(!reading.witnesses.is_empty(), "{name}");
        reading.witnesses
    };
    let listing = |name: &str, guids: &[&str], has_dates: bool| {
        let mut text = format!(" Directory of {FOLDER}\r\n\r\n");
        for (place, guid) in guids.iter().enumerate() {
            for stem in stems {
                match has_dates {
                    true => text.push_str(&format!(
                        "03/0{}/2026  09:12 AM             2,202 {stem}_{guid}\r\n",
                        place + 1
                    )),
                    false => text.push_str(&format!("{stem}_{guid}\r\n")),
                }
            }
        }
        witnesses(name, text)
    };
    let registry = |name: &str, guid: &str| {
        let text = format!(
            "Windows Registry Editor Version 5.00\r\n\r\n\
             [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n\"MachineGuid\"=\"{guid}\"\r\n"
        );
        witnesses(name, text)
    };
    let capture = |name: &str| Some(read(sample(name)));
    let told = |name, witnesses| Beside { name, witnesses, ..Beside::default() };
    let none = || Beside { name: "nothing", ..Beside::default() };
    vec![
        none(),
        Beside { name: "--machine-guid old", machine_guid: Some(OLD), ..none() },
        Beside { name: "--machine-guid new", machine_guid: Some(NEW), ..none() },
        Beside { name: "baseline", baseline: capture("restart.csv"), ..none() },
        Beside {
            name: "baseline of default columns",
            baseline: capture("guid-changed-default.csv"),
            ..none()
        },
        Beside { name: "a capture in front", before: capture("restart.csv"), ..none() },
        Beside { name: "a capture behind", after: capture("restart.csv"), ..none() },
        Beside { name: "a native capture behind", after: capture("restart.pml"), ..none() },
        told("a listing of old files", listing("old.txt", &[OLD], true)),
        told("a listing of both", listing("both.txt", &[OLD, NEW], true)),
        told(AGAINST, listing("against.txt", &[NEW, OLD], true)),
        told("a listing without dates", listing("bare.txt", &[NEW, OLD], false)),
        told("the registry, old", registry("old.reg", OLD)),
        told("the registry, new", registry("new.reg", NEW)),
    ]
}

/// The report on a capture, with what is given beside it.
fn report_on(capture: &[u8], beside: &Beside) -> Report {
    let options = match beside.machine_guid {
        Some(guid) => CaseOptions::new().machine_guid(MachineGuid::new(guid)),
        None => CaseOptions::new(),
    };
    let mut case = Case::new(options);
    beside.witnesses.iter().for_each(|witness| case.witness(witness.clone()));
    let mut read = |bytes: &[u8], is_baseline: bool| {
        let reader = std::io::Cursor::new(bytes.to_vec());
        let mut input = Input::from_reader("capture", reader, &ReadOptions::new()).unwrap();
        while let Some(capture) = input.next_capture() {
            let mut capture = capture.unwrap();
            match is_baseline {
                true => case.read_baseline(&mut capture).unwrap(),
                false => case.read(&mut capture).unwrap(),
            }
        }
    };
    beside.baseline.iter().for_each(|bytes| read(bytes, true));
    beside.before.iter().for_each(|bytes| read(bytes, false));
    read(capture, false);
    beside.after.iter().for_each(|bytes| read(bytes, false));
    case.finish()
}

/// The fields of a CSV in quotes.
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
fn grave(report: &Report) -> Vec<&str> {
    let findings = report.findings.iter().filter(|it| it.severity >= Severity::Warning);
    findings.map(|it| &*it.signature).collect()
}

/// The value that a remedy names to be put back, in its words.
fn said_to_be_put_back(remedy: &str) -> Option<&str> {
    assert!(!remedy.contains(" put ") || !remedy.contains(" back,"), "{remedy}");
    remedy.split("putting ").nth(1).and_then(|rest| rest.split(' ').next())
}

/// What a sample may have put back: the value from before its change, and nothing where the
/// value did not change.
fn may_be_put_back(name: &str) -> &'static [&'static str] {
    match name {
        _ if name.starts_with("guid-changed") => &[OLD],
        "mk-01-guid-changed.csv" | "mk-01-seen-beside-only.csv" => &[OLD],
        "mk-02-guid-edited.csv" | "mk-02-two-values.csv" => &[OLD],
        // Made again, or used, under the new value: with old files or captures beside it, it
        // is a change.
        "mk-03-key-lost.csv" => &[OLD],
        _ if name.starts_with("mk-17") || name.starts_with("mk-20") => &[OLD],
        "mk-01-look-alike-old-copy-kept.csv" | "mk-03-look-alike-key-found.csv" => &[OLD],
        _ => &[],
    }
}

/// Whether the service makes its key under the old value, or opens it there and gives up: by a
/// listing in which that one is the newer one, the other is what was before.
fn is_lost_under_old(name: &str, what: &str) -> bool {
    name.contains("installation")
        // Without Detail, nothing shows that another process emptied the file.
        || (name == "mk-06-emptied-by-another.csv" && what.contains("no Detail"))
        // A program makes the key under the old value, and nothing else explains why.
        || ["mk-03-setup-by-name.csv", "mk-03-look-alike-started-by-an-installer.csv"]
            .contains(&name)
        || [
            "first-start.csv",
            "mk-06-empty.csv",
            "mk-06-look-alike-full.csv",
            "mk-16-foreign-config.csv",
            "mk-24-look-alike-damaged-metabase.csv",
        ]
        .contains(&name)
}

/// A listing in which the files under the new value are the older ones.
const AGAINST: &str = "a listing against it";

/// What came of the combinations of some samples.
#[derive(Default)]
struct Outcome {
    runs: usize,
    /// Runs in which a finding is no longer there.
    gone: usize,
    wrong: Vec<String>,
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        self.runs += other.runs;
        self.gone += other.gone;
        self.wrong.extend(other.wrong);
    }

    /// Tries everything with one sample.
    fn of(sample: &Sample, all: &[Beside]) -> Outcome {
        let mut outcome = Outcome::default();
        let whole = WHOLE.of(sample).unwrap();
        let alone = report_on(&whole, &all[0]);
        let before = grave(&alone);
        for cut in &CUTS {
            let Some(capture) = cut.of(sample) else { continue };
            for beside in all {
                let report = report_on(&capture, beside);
                outcome.runs += 1;
                let what = format!("{}, {}, {}", sample.name, cut.name, beside.name);
                outcome.check_advice(sample, beside, &report, &what);
                if !before.is_empty() {
                    outcome.check_verdict(cut, &before, &report, &what);
                }
            }
        }
        outcome
    }

    fn check_advice(&mut self, sample: &Sample, beside: &Beside, report: &Report, what: &str) {
        for finding in &report.findings {
            let value = finding.put_back.as_ref().map(MachineGuid::as_str);
            let said = said_to_be_put_back(&finding.remedy);
            assert_eq!(value, said, "{what}: what is typed and what is said: {}", finding.remedy);
            let of_listing =
                (beside.name == AGAINST && is_lost_under_old(&sample.name, what)).then_some(NEW);
            let mut allowed = may_be_put_back(&sample.name).iter().copied().chain(of_listing);
            let mut is_allowed = |value: &str| allowed.any(|it| it.eq_ignore_ascii_case(value));
            if let Some(value) = value.filter(|value| !is_allowed(value)) {
                self.wrong.push(format!("{what}: puts {value} back"));
            }
        }
    }

    /// Something was wrong with the sample: then it is said, or it is said what cannot be
    /// judged.
    fn check_verdict(&mut self, cut: &Cut, before: &[&str], report: &Report, what: &str) {
        let (state, verdict) = (report.verdict.state, &report.verdict);
        let is_clear = matches!(state, VerdictState::NothingKnown | VerdictState::Note);
        if is_clear && grave(report).is_empty() {
            self.gone += 1;
            if verdict.not_shown.is_empty() {
                self.wrong.push(format!("{what}: {before:?} became {}", state.name()));
            }
            // With the whole capture nothing may be lost at all.
            if cut.name == WHOLE.name {
                self.wrong.push(format!("{what}: {before:?} is cleared by more evidence"));
            }
        }
        if state == VerdictState::NotJudged && verdict.missing.is_empty() {
            self.wrong.push(format!("{what}: not judged, and it does not say why"));
        }
    }
}

#[test]
fn nothing_that_is_added_or_missing_clears_a_case_or_turns_it_round() {
    let (samples, all) = (samples(), beside());
    let mut outcome = Outcome::default();
    let (some, others) = samples.split_at(samples.len() / 2);
    let work = |part: &[Sample]| {
        let mut outcome = Outcome::default();
        part.iter().for_each(|sample| outcome.add(Outcome::of(sample, &all)));
        outcome
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| work(others));
        outcome.add(work(some));
        outcome.add(other.join().unwrap());
    });
    let Outcome { runs, gone, wrong } = outcome;
    assert!(runs > 4000, "{runs}");
    // Most of what is cut down is still seen.
    assert!(gone * 3 < runs, "{gone} of {runs}");
    assert!(wrong.is_empty(), "{} of {runs}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A sample as a ticket: its rows as Procmon's grid gives them, and more below.
fn ticket(sample: &Sample, more: &str) -> String {
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().map(|cell| cell.replace(['\t', '\r', '\n'], " ")).collect();
        format!("{}\n", cells.join("\t"))
    };
    let rows: String = sample.rows.iter().map(line).collect();
    format!("Hello, this is what Procmon shows.\n\n{rows}\n{more}\nWhat can be done?\n")
}

/// The report on a ticket, in which what stands beside the events is a witness.
fn report_on_ticket(text: &str) -> Report {
    let options = ReadOptions::new().other_text(1 << 20);
    let mut input = Input::from_reader("ticket", text.as_bytes(), &options).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let mut case = Case::new(CaseOptions::new());
    case.read(&mut capture).unwrap();
    let reading = procmonkey_witness::read_beside("ticket", capture.other_text().unwrap());
    reading.witnesses.into_iter().for_each(|witness| case.witness(witness));
    case.finish()
}

#[test]
fn what_stands_beside_the_events_of_a_ticket_clears_nothing() {
    let stems = ["c2319c42033a5ca7f44e731bfd3fa2b5", "7a436fe806e483969f48a894af2fe9a1"];
    let listing = |guids: &[&str], date: &str| {
        let names =
            guids.iter().flat_map(|guid| stems.map(|stem| format!("{date}{stem}_{guid}\n")));
        format!(" Directory of {FOLDER}\n\n{}", names.collect::<String>())
    };
    let registry = |guid: &str| {
        format!(
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n    MachineGuid    REG_SZ    {guid}\n"
        )
    };
    let texts = [
        listing(&[OLD], "03/01/2026  09:12 AM             2,202 "),
        listing(&[OLD, NEW], ""),
        format!("We deleted this one: {}_{OLD}\n", stems[0]),
        registry(OLD),
        registry(NEW),
        format!("{}\n{}", registry(OLD), registry(NEW)),
    ];
    let all = beside();
    let (mut runs, mut with_witness, mut wrong) = (0, 0, Outcome::default());
    for sample in samples().iter().filter(|sample| sample.rows.len() < 300) {
        let alone = report_on_ticket(&ticket(sample, ""));
        assert!(alone.witnesses.is_empty(), "{}", sample.name);
        let before = grave(&alone);
        for more in &texts {
            let report = report_on_ticket(&ticket(sample, more));
            runs += 1;
            with_witness += usize::from(!report.witnesses.is_empty());
            let what = format!("{} with {more}", sample.name);
            wrong.check_advice(sample, &all[0], &report, &what);
            if !before.is_empty() {
                wrong.check_verdict(&WHOLE, &before, &report, &what);
            }
        }
    }
    assert!(runs > 200 && with_witness > runs * 3 / 4, "{with_witness} of {runs}");
    assert!(wrong.wrong.is_empty(), "{}", wrong.wrong.join("\n"));
}

/// The values that a page names to be put back: as data, and in its words.
fn put_back(report: &Value) -> Vec<String> {
    let mut values = Vec::new();
    for finding in list(report, "findings") {
        let value = finding["put_back"].as_str();
        assert_eq!(value, said_to_be_put_back(text(finding, "remedy")), "{finding}");
        values.extend(value.map(str::to_lowercase));
    }
    values
}

fn state(report: &Value) -> &str {
    text(&report["verdict"], "state")
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
