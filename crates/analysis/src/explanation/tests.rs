//! What is told of small captures, each with one thing in it.

use procmonkey_parser::{Input, ReadOptions};

use super::*;
use crate::compare::{Recorder, Trails, compare};
use crate::{Case, CaseOptions, ProcessSelection};

const GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
const VALUE: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
const METABASE: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";
const OPENED: &str = "Desired Access: Generic Read, Disposition: Open, OpenResult: Opened";
const CREATED: &str = "Desired Access: Generic Write, Disposition: Create, OpenResult: Created";

/// Operation, path, result and Detail of an event of inetinfo.exe.
type Row<'r> = (&'r str, &'r str, &'r str, &'r str);

fn key() -> String {
    format!(r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{METABASE}_{GUID}")
}

fn read(rows: &[Row<'_>]) -> (Report, Trails) {
    let mut text = String::from(
        "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\n",
    );
    for (index, (operation, path, result, detail)) in rows.iter().enumerate() {
        text.push_str(&format!(
            "\"1:00:{index:02}.0000000 PM\",\"inetinfo.exe\",\"7\",\"{operation}\",\"{path}\",\
             \"{result}\",\"{detail}\"\n"
        ));
    }
    let options = ReadOptions::new();
    let mut input = Input::from_reader("a.csv", text.as_bytes(), &options).expect("a capture");
    let mut capture = input.next_capture().expect("one").expect("it opens");
    let mut case = Case::new(CaseOptions::new());
    let mut recorder = Recorder::new(ProcessSelection::default());
    case.read_with(&mut capture, |event| recorder.observe(event)).expect("it reads");
    (case.finish(), recorder.finish(capture.clock()))
}

fn explained(rows: &[Row<'_>]) -> Explanation {
    let report = read(rows).0;
    Explanation::of(&report).with_lesson(&report)
}

fn value() -> String {
    format!("Type: REG_SZ, Length: 74, Data: {GUID}")
}

fn points(explanation: &Explanation, kind: PointKind) -> Vec<&str> {
    let all = explanation.difference.points.iter();
    all.filter(|it| it.kind == kind).map(|it| it.statement.text.as_str()).collect()
}

/// A start that finds its key and comes to its services.
fn healthy<'r>(value: &'r str, key: &'r str) -> Vec<Row<'r>> {
    vec![
        ("Process Start", "", "SUCCESS", "Parent PID: 4"),
        (
            "CreateFile",
            r"C:\Windows\System32\inetsrv\en-US\inetinfo.exe.mui",
            "SUCCESS",
            "OpenResult: Opened",
        ),
        ("Load Image", r"C:\Windows\System32\inetsrv\iisadmin.dll", "SUCCESS", ""),
        (
            "ReadFile",
            r"C:\Windows\System32\inetsrv\MetaBase.xml",
            "SUCCESS",
            "Offset: 0, Length: 4096",
        ),
        ("RegQueryValue", VALUE, "SUCCESS", value),
        ("CreateFile", key, "SUCCESS", OPENED),
        ("ReadFile", key, "SUCCESS", "Offset: 0, Length: 2202"),
        ("TCP Accept", "WEB01:25 -> CLIENT:50000", "SUCCESS", ""),
    ]
}

#[test]
fn each_step_is_told_with_its_event() {
    let (value, key) = (value(), key());
    let told = explained(&healthy(&value, &key));
    let phases = &told.start_ups[0].phases;
    let names: Vec<Phase> = phases.iter().map(|it| it.phase).collect();
    // Phases stand in the order in which they begin.
    let order = [
        Phase::Start,
        Phase::Resources,
        Phase::Inetsrv,
        Phase::Configuration,
        Phase::CryptoLoad,
        Phase::KeyFiles,
        Phase::Services,
    ];
    assert_eq!(names, order);
    let keys: Vec<String> = phases[5].told.iter().map(|said| told.cited(said)).collect();
    assert_eq!(
        keys,
        [
            "It opens the key file of Microsoft Internet Information Server under A, which is \
             there (event 6).",
            "It reads 2,202 bytes of the key file of Microsoft Internet Information Server under A \
             (event 7)."
        ]
    );
    assert_eq!(told.difference.basis, DifferenceBasis::KnownPhases);
    assert!(points(&told, PointKind::Differs).is_empty(), "{:?}", told.difference.points);
    let alike = points(&told, PointKind::Alike).join("\n");
    assert!(alike.contains("comes to every phase of a healthy start"), "{alike}");
    // Nothing wrong was found, and that is no proof.
    assert_eq!(told.state, VerdictState::NothingKnown);
    assert!(told.difference.conclusion[0].contains("proves no more than"));
}

#[test]
fn a_start_that_ends_early_differs_and_one_that_is_cut_is_not_decided() {
    let (value, key) = (value(), key());
    let mut rows = healthy(&value, &key);
    rows.truncate(7);
    let cut = explained(&rows);
    assert!(points(&cut, PointKind::Differs).is_empty());
    let open = points(&cut, PointKind::NotDecided).join("\n");
    assert!(open.contains("goes on to: services") && open.contains("may end too early"), "{open}");
    rows.push(("Process Exit", "", "SUCCESS", "Exit Status: 1"));
    // It ends early, and nothing says that this is a failure.
    let ended = explained(&rows);
    assert!(points(&ended, PointKind::Differs).is_empty());
    let open = points(&ended, PointKind::NotDecided).join("\n");
    assert!(open.contains("after key files. No warning says why."), "{open}");
    rows[5] = ("CreateFile", &key, "ACCESS DENIED", "Desired Access: Generic Read");
    rows.remove(6);
    let failed = explained(&rows);
    let differs = points(&failed, PointKind::Differs).join("\n");
    assert!(differs.contains("goes on to: services") && differs.contains("after key files"));
    assert_eq!(ended.cited(&ended.start_ups[0].about[1]), "It ends with status 1 (event 8).");
}

#[test]
fn phases_before_the_first_row_are_not_seen_rather_than_missing() {
    let (value, key) = (value(), key());
    let told = explained(&healthy(&value, &key)[4..]);
    assert!(points(&told, PointKind::Differs).is_empty());
    let open = points(&told, PointKind::NotDecided).join("\n");
    assert!(open.contains("start, resources, inetsrv, configuration"), "{open}");
    assert!(told.start_ups[0].about[0].text.contains("Its start is not in the capture"));
}

#[test]
fn a_refused_key_differs_and_a_key_made_for_the_first_time_is_not_decided() {
    let (value, key) = (value(), key());
    let mut rows = healthy(&value, &key);
    rows[5] = ("CreateFile", &key, "ACCESS DENIED", "Desired Access: Generic Read");
    rows.remove(6);
    let refused = explained(&rows);
    let differs = points(&refused, PointKind::Differs).join("\n");
    assert!(differs.contains("inetinfo.exe (7) cannot"), "{differs}");
    let lesson = refused.lesson.expect("it was asked for");
    assert!(lesson.questions.iter().any(|it| it.answer.text == "It is refused: ACCESS DENIED."));

    let setup: Row<'_> = ("CreateFile", &key, "NAME NOT FOUND", "Disposition: Open");
    let mut rows = healthy(&value, &key);
    rows[5] = setup;
    rows[6] = ("CreateFile", &key, "SUCCESS", CREATED);
    let made = explained(&rows);
    let all: Vec<_> = made.difference.points.iter().map(|it| it.statement.text.as_str()).collect();
    // With a warning about it, a key that is made anew differs; without one it is not decided.
    let flagged = made.state == VerdictState::Broken || made.state == VerdictState::Suspect;
    let kind = if flagged { PointKind::Differs } else { PointKind::NotDecided };
    assert!(points(&made, kind).iter().any(|it| it.contains("key file of")), "{all:?}");
}

#[test]
fn equal_steps_are_told_once_and_many_steps_are_counted() {
    let (value, key) = (value(), key());
    let mut rows = healthy(&value, &key);
    rows.truncate(5);
    rows.extend(std::iter::repeat_n(
        ("CreateFile", key.as_str(), "SHARING VIOLATION", "Disposition: Open"),
        3,
    ));
    let told = explained(&rows);
    let phase = told.start_ups[0].phases.iter().find(|it| it.phase == Phase::KeyFiles);
    let said = &phase.expect("one").told;
    assert_eq!(said.len(), 1);
    assert!(said[0].text.ends_with("It does so 3 times in a row."), "{}", said[0].text);
    assert_eq!(told.cite(&said[0].evidence), "events 6–8");

    rows.truncate(5);
    for _ in 0..15 {
        rows.push(("CreateFile", &key, "SUCCESS", OPENED));
        rows.push(("ReadFile", &key, "SUCCESS", "Offset: 0, Length: 2202"));
    }
    let told = explained(&rows);
    let phase = told.start_ups[0].phases.iter().find(|it| it.phase == Phase::KeyFiles);
    let phase = phase.expect("one");
    assert_eq!(phase.told.len(), 24);
    // 30 steps, of which 24 are told.
    let left_out = phase.told_left_out.as_deref().unwrap_or_default();
    assert!(left_out.starts_with("Not told: 6 further steps."), "{left_out}");
}

#[test]
fn a_capture_without_the_process_is_not_an_all_clear() {
    let report = Case::new(CaseOptions::new()).finish();
    let told = Explanation::of(&report).with_lesson(&report);
    assert_eq!(told.state, VerdictState::NotJudged);
    assert_eq!(told.difference.basis, DifferenceBasis::Nothing);
    assert!(told.start_ups.is_empty() && told.difference.points.is_empty());
    assert!(told.summary.join(" ").contains("not an all-clear"), "{:?}", told.summary);
    assert!(told.difference.conclusion.join(" ").contains("not an all-clear"));
    let lesson = told.lesson.expect("it was asked for");
    assert!(lesson.questions[0].text.contains("no verdict"), "{}", lesson.questions[0].text);
}

#[test]
fn what_differs_from_a_good_start_is_told_with_the_events_of_both() {
    let (value, key) = (value(), key());
    let good = healthy(&value, &key);
    let mut bad = good.clone();
    bad[5] = ("CreateFile", &key, "ACCESS DENIED", "Desired Access: Generic Read");
    bad.remove(6);
    let (good, good_trails) = read(&good);
    let (bad, bad_trails) = read(&bad);
    let comparison = compare((&good, &good_trails), (&bad, &bad_trails));
    let told = Explanation::against(&bad, &comparison);
    assert_eq!(told.difference.basis, DifferenceBasis::Baseline);
    let first = &told.difference.points[0];
    assert_eq!(first.kind, PointKind::Differs);
    assert_eq!(
        first.statement.text,
        "The first difference of inetinfo.exe is CreateFile of the key file of Microsoft Internet \
         Information Server. The good start gets SUCCESS (Opened) under A; this one gets ACCESS \
         DENIED under A."
    );
    // The good capture is not part of this report: its events are not cited.
    assert_eq!(told.cite(&first.statement.evidence), "event 6");
}

#[test]
fn starts_that_cannot_be_compared_fall_back_and_say_so() {
    let (value, key) = (value(), key());
    let (bad, bad_trails) = read(&healthy(&value, &key));
    let (good, good_trails) = read(&[]);
    let comparison = compare((&good, &good_trails), (&bad, &bad_trails));
    let told = Explanation::against(&bad, &comparison);
    assert_eq!(told.difference.basis, DifferenceBasis::KnownPhases);
    let said = told.difference.basis_text.join(" ");
    assert!(said.contains("cannot be compared with this one"), "{said}");
    assert!(!told.difference.points.is_empty());
}

#[test]
fn a_very_long_sentence_is_cut_and_says_so() {
    let said = Statement::new("x".repeat(5_000));
    assert!(said.text.ends_with(" [3,000 more characters not shown]"));
    assert_eq!(said.text.chars().filter(|c| *c == 'x').count(), 2_000);
}
