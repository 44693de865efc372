#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

use procmonkey_parser::{Input, ReadOptions};

use super::*;
use crate::{Case, CaseOptions, ProcessSelection};

const KEY: &str = r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
const START: Row = (1, "Process Start", "", "SUCCESS", "");
const OPEN: &str = "Disposition: Open, OpenResult: Opened";

/// TID, Operation, Path, Result, Detail.
type Row<'t> = (u32, &'t str, &'t str, &'t str, &'t str);

fn read(rows: &[Row<'_>], processes: ProcessSelection) -> (Report, Trails) {
    read_into(Recorder::new(processes.clone()), rows, processes)
}

fn read_into(
    mut recorder: Recorder,
    rows: &[Row<'_>],
    processes: ProcessSelection,
) -> (Report, Trails) {
    let mut text = String::from(
        "\"Date & Time\",\"Process Name\",\"PID\",\"TID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\n",
    );
    for (second, (tid, operation, path, result, detail)) in rows.iter().enumerate() {
        text.push_str(&format!(
            "\"3/25/2026 1:00:{second:02} PM\",\"inetinfo.exe\",\"7\",\"{tid}\",\"{operation}\",\"{path}\",\
             \"{result}\",\"{detail}\"\n"
        ));
    }
    let mut input = Input::from_reader("a.csv", text.as_bytes(), &ReadOptions::new()).unwrap();
    let mut case = Case::new(CaseOptions::new().processes(processes));
    let mut capture = input.next_capture().unwrap().unwrap();
    case.read_with(&mut capture, |event| recorder.observe(event)).unwrap();
    (case.finish(), recorder.finish(capture.clock()))
}

fn compared(good: &[Row<'_>], bad: &[Row<'_>]) -> Comparison {
    let (good, bad) = (read(good, ProcessSelection::All), read(bad, ProcessSelection::All));
    compare((&good.0, &good.1), (&bad.0, &bad.1))
}

/// Kind and events of the first divergence.
fn first(comparison: &Comparison) -> Option<(DivergenceKind, Option<u64>, Option<u64>)> {
    let divergence = comparison.start_ups.first()?.divergence.as_ref()?;
    let event = |side: &Side| side.action.as_ref().map(|action| action.event);
    Some((divergence.kind, event(&divergence.good), event(&divergence.bad)))
}

const DLL: Row = (1, "Load Image", r"C:\Windows\System32\rsaenh.dll", "SUCCESS", "");
const METABASE: Row =
    (2, "ReadFile", r"C:\Windows\System32\inetsrv\MetaBase.xml", "SUCCESS", "Offset: 0, Length: 9");
const OPENED: Row = (1, "CreateFile", KEY, "SUCCESS", OPEN);

#[test]
fn threads_that_run_in_another_order_are_no_difference() {
    let good = [START, DLL, METABASE, METABASE, OPENED];
    let bad = [START, METABASE, DLL, OPENED, METABASE, OPENED];
    let comparison = compared(&good, &bad);
    assert_eq!((first(&comparison), comparison.outcome), (None, Outcome::Same));
}

#[test]
fn an_open_that_succeeds_later_does_not_hide_that_it_failed_at_first() {
    let missing = (1, "CreateFile", KEY, "NAME NOT FOUND", "");
    let made = (1, "CreateFile", KEY, "SUCCESS", "Disposition: Create, OpenResult: Created");
    let comparison = compared(&[START, DLL, OPENED], &[START, DLL, missing, made, OPENED]);
    assert_eq!(first(&comparison), Some((DivergenceKind::OtherResult, Some(3), Some(3))));
    assert_eq!(comparison.outcome, Outcome::Different);
}

#[test]
fn what_only_one_of_two_whole_starts_does_is_found_where_it_is_missing() {
    let exit = (1, "Process Exit", "", "SUCCESS", "Exit Status: 0");
    let comparison = compared(&[START, DLL, OPENED, exit], &[START, DLL, exit]);
    assert_eq!(first(&comparison), Some((DivergenceKind::OnlyGood, Some(3), None)));
    let bad = &comparison.start_ups[0].divergence.as_ref().unwrap().bad;
    assert_eq!(bad.before.last().unwrap().event, 2);
    assert_eq!(bad.after[0].event, 3);
    let comparison = compared(&[START, DLL, exit], &[START, DLL, OPENED, exit]);
    assert_eq!(first(&comparison), Some((DivergenceKind::OnlyBad, None, Some(3))));
}

#[test]
fn a_capture_that_was_stopped_early_is_not_blamed_for_what_it_could_not_show() {
    let comparison = compared(&[START, DLL, METABASE, OPENED], &[START, DLL]);
    assert_eq!((first(&comparison), comparison.outcome), (None, Outcome::Same));
    let comparison = compared(&[START, DLL], &[START, DLL, METABASE, OPENED]);
    assert_eq!((first(&comparison), comparison.outcome), (None, Outcome::Same));
    // One that was watched for long enough is.
    let other = (9, "RegOpenKey", r"HKLM\x", "SUCCESS", "");
    let mut long = vec![START, DLL];
    long.extend([other; 9]);
    let comparison = compared(&[START, DLL, METABASE, OPENED], &long);
    assert_eq!(first(&comparison), Some((DivergenceKind::OnlyGood, Some(3), None)));
}

#[test]
fn rows_that_a_filter_may_have_taken_away_are_no_evidence() {
    let comparison = compared(&[START, DLL, METABASE, OPENED], &[DLL, OPENED]);
    assert_eq!((first(&comparison), comparison.outcome), (None, Outcome::Same));
    assert!(comparison.remarks[0].contains("not both captures show how inetinfo.exe starts"));
    assert_eq!(comparison.start_ups[0].phases, None);
    // Rows that are there are.
    let denied = (1, "CreateFile", KEY, "ACCESS DENIED", "");
    let comparison = compared(&[START, DLL, OPENED], &[DLL, denied]);
    assert_eq!(first(&comparison), Some((DivergenceKind::OtherResult, Some(3), Some(2))));
}

#[test]
fn outside_the_crypto_only_what_always_failed_counts() {
    let row = |result| (1, "CreateFile", r"C:\app\a.config", result, "");
    let (ok, no) = (row("SUCCESS"), row("NAME NOT FOUND"));
    let outcome = |good: &[Row<'_>], bad: &[Row<'_>]| compared(good, bad).outcome;
    assert_eq!(outcome(&[START, ok], &[START, no]), Outcome::Different);
    assert_eq!(outcome(&[START, ok], &[START, no, ok]), Outcome::Same);
    assert_eq!(outcome(&[START, no], &[START, ok]), Outcome::Same);
    // A name that is new each time says nothing.
    let blurred = |result| (1, "CreateFile", r"C:\app\20260305.log", result, "");
    assert_eq!(
        outcome(&[START, blurred("SUCCESS")], &[START, blurred("NAME COLLISION")]),
        Outcome::Same
    );
}

#[test]
fn of_several_instances_the_last_start_that_uses_keys_is_taken() {
    let exit = (1, "Process Exit", "", "SUCCESS", "Exit Status: 0");
    let rows = [DLL, OPENED, exit, START, DLL, OPENED, exit, START, DLL];
    let comparison = compared(&rows, &rows);
    let start_up = &comparison.start_ups[0];
    assert_eq!((start_up.good.first_event, start_up.good.of_instances), (4, 3));
    assert_eq!(comparison.outcome, Outcome::Same);
}

#[test]
fn captures_without_a_common_process_or_action_are_not_compared() {
    let good = read(&[START, OPENED], ProcessSelection::All);
    let none = read(&[START, OPENED], ProcessSelection::named(["w3wp.exe"]));
    let comparison = compare((&good.0, &good.1), (&none.0, &none.1));
    assert_eq!(comparison.outcome, Outcome::NotComparable);
    assert!(comparison.remarks[0].contains("only the good capture has events of inetinfo.exe"));
    let comparison = compare((&none.0, &none.1), (&none.0, &none.1));
    assert_eq!(comparison.outcome, Outcome::NotComparable);
    assert_eq!(compared(&[DLL], &[METABASE]).outcome, Outcome::NotComparable);
}

#[test]
fn actions_without_room_are_counted_and_not_reported_as_missing() {
    let exit = (1, "Process Exit", "", "SUCCESS", "Exit Status: 0");
    let rows = [START, DLL, OPENED, exit, exit];
    let mut small = Recorder::new(ProcessSelection::All);
    small.room = 2;
    let (good, bad) =
        (read(&rows, ProcessSelection::All), read_into(small, &rows, ProcessSelection::All));
    assert_eq!((good.1.left_out(), bad.1.left_out()), (0, 3));
    let comparison = compare((&good.0, &good.1), (&bad.0, &bad.1));
    assert_eq!((first(&comparison), comparison.outcome), (None, Outcome::Same));
    assert!(comparison.remarks[0].contains("3 events took no part"), "{:?}", comparison.remarks);
}
