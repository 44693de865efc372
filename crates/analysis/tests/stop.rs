//! A caller can stop reading. What was read until then is in the report, and the report
//! says that there may be more.

use std::io::{self, Read};
use std::ops::ControlFlow;

use procmonkey_analysis::parser::{Error, Input, ReadOptions};
use procmonkey_analysis::report::{CaptureRole, MissingKind, VerdictState};
use procmonkey_analysis::{Case, CaseOptions, Report, Step};

const HEADER: &str =
    "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\n";
const KEY: &str = r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";

fn row(operation: &str, path: &str, result: &str) -> String {
    format!(
        "\"6:59:00.0000000 PM\",\"inetinfo.exe\",\"7\",\"{operation}\",\"{path}\",\"{result}\",\"\"\n"
    )
}

/// A capture that has no end, for as long as it is asked for a little of it only.
struct Endless {
    row: Vec<u8>,
    given: usize,
}

const MOST: usize = 64 << 20;

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given > MOST {
            return Err(io::Error::other("it was not stopped"));
        }
        let at = self.given % self.row.len();
        let count = buffer.len().min(self.row.len() - at);
        buffer[..count].copy_from_slice(&self.row[at..at + count]);
        self.given += count;
        Ok(count)
    }
}

#[test]
fn a_capture_without_an_end_can_be_read_in_part() -> Result<(), Error> {
    let row = row("CreateFile", KEY, "ACCESS DENIED").into_bytes();
    let endless = HEADER.as_bytes().chain(Endless { row, given: 0 });
    let mut input = Input::from_reader("endless.csv", endless, &ReadOptions::new())?;
    let mut capture = input.next_capture().expect("one capture")?;
    let mut case = Case::new(CaseOptions::new());
    let mut asked = 0;
    let outcome = case.read_until(CaptureRole::Case, &mut capture, |progress| {
        asked += 1;
        assert_eq!((progress.event.number(), progress.events_read), (asked, asked));
        assert_eq!((progress.events_kept, progress.steps), (asked, asked as usize));
        if asked < 1000 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    assert_eq!(outcome, ControlFlow::Break(()));
    let report = case.finish();
    assert_eq!(report.captures[0].events_read, 1000);
    assert_eq!(report.timeline.len(), 1000);
    assert_eq!(report.findings[0].signature, "MK-04");
    assert!(report.captures[0].remarks[0].contains("stopped after event 1000"));
    assert_eq!(report.verdict.not_shown.iter().filter(|it| it.contains("stopped")).count(), 1);
    Ok(())
}

/// Reads three rows and stops behind the first step of this kind, if there is one.
fn read_until(role: CaptureRole, step: Step) -> Result<(ControlFlow<()>, Report), Error> {
    let text = [
        HEADER,
        &row("CreateFile", r"C:\Windows\System32\kernel32.dll", "SUCCESS"),
        &row("CreateFile", KEY, "ACCESS DENIED"),
        &row("CreateFile", KEY, "NAME NOT FOUND"),
    ]
    .concat();
    let mut input = Input::from_reader("a.csv", text.as_bytes(), &ReadOptions::new())?;
    let mut capture = input.next_capture().expect("one capture")?;
    let mut case = Case::new(CaseOptions::new());
    let outcome = case.read_until(role, &mut capture, |progress| match progress.steps {
        0 => ControlFlow::Continue(()),
        1 if step == Step::Denied => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })?;
    Ok((outcome, case.finish()))
}

#[test]
fn what_comes_behind_the_stop_is_not_in_the_report() -> Result<(), Error> {
    let (outcome, report) = read_until(CaptureRole::Case, Step::Denied)?;
    assert_eq!(outcome, ControlFlow::Break(()));
    let steps: Vec<Step> = report.timeline.iter().map(|entry| entry.step).collect();
    assert_eq!((steps, report.captures[0].events_read), (vec![Step::Denied], 2));
    // Nothing is said of the whole capture.
    let remarks = report.captures[0].remarks.join("\n");
    assert!(remarks.contains("after event 2") && !remarks.contains("no inetinfo.exe"), "{remarks}");

    let (outcome, report) = read_until(CaptureRole::Case, Step::Probed)?;
    assert_eq!((outcome, report.timeline.len()), (ControlFlow::Continue(()), 2));
    let said = [&report.captures[0].remarks[..], &report.verdict.not_shown].concat().join("\n");
    assert!(!said.contains("stopped"), "{said}");
    Ok(())
}

#[test]
fn a_reading_that_was_stopped_is_no_all_clear() -> Result<(), Error> {
    let opened = row("CreateFile", KEY, "SUCCESS").replace(",\"\"\n", ",\"OpenResult: Opened\"\n");
    let text = [HEADER, &opened, &opened, &opened].concat();
    for events in 1..=3 {
        let mut input = Input::from_reader("a.csv", text.as_bytes(), &ReadOptions::new())?;
        let mut capture = input.next_capture().expect("one capture")?;
        let mut case = Case::new(CaseOptions::new());
        let outcome = case.read_until(CaptureRole::Case, &mut capture, |progress| {
            match progress.events_read < events {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        })?;
        assert_eq!(outcome, ControlFlow::Break(()));
        let verdict = case.finish().verdict;
        assert_eq!(verdict.state, VerdictState::NotJudged);
        assert_eq!(verdict.missing[0].kind, MissingKind::NotReadWhole);
        assert!(verdict.cause.contains(&format!("only the events up to {events} were read")));
        assert!(verdict.is_of_a_part());
    }
    Ok(())
}

#[test]
fn a_baseline_can_be_stopped_and_stays_one() -> Result<(), Error> {
    let (outcome, report) = read_until(CaptureRole::Baseline, Step::Denied)?;
    assert_eq!(outcome, ControlFlow::Break(()));
    assert_eq!(report.captures[0].role, CaptureRole::Baseline);
    assert!(report.captures[0].remarks[0].contains("stopped"));
    // It is not judged, so nothing of the verdict waits for the rest of it.
    assert!(report.findings.is_empty());
    assert!(!report.verdict.not_shown.join("\n").contains("stopped"));
    Ok(())
}
