//! What counts for exit status 1, and the verdict.

use super::*;

fn status(arguments: &[&str]) -> i32 {
    let capture = sample("guid-changed.csv");
    let mut all: Vec<&std::ffi::OsStr> = vec!["analyze".as_ref(), capture.as_os_str()];
    all.extend(arguments.iter().map(|it| std::ffi::OsStr::new(*it)));
    let run = run(&all);
    assert!(run.text().contains("MK-01"), "all findings are shown: {arguments:?}");
    run.status
}

#[test]
fn a_script_chooses_what_counts() {
    assert_eq!(status(&["--report-only", "MK-01"]), 1);
    assert_eq!(status(&["--report-only", "mk-04,MK-05"]), 0);
    assert_eq!(status(&["--report-only", "MK-17"]), 0);
    assert_eq!(status(&["--report-only", "MK-17", "--min-severity", "info"]), 1);
    assert_eq!(status(&["--min-severity", "error", "--min-confidence", "high"]), 1);
    let unknown = run(&["analyze", "x.csv", "--report-only", "MK-77"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("procmonkey signatures"), "{}", unknown.stderr);
    let folder = temp();
    let event = write(folder.path(), "event.txt", event_7024("3/5/2026 3:53:04 PM"));
    let low = ["analyze".as_ref(), "--event-log".as_ref(), event.as_os_str()];
    let capture = sample("restart.csv");
    for (level, status) in [("low", 1), ("medium", 0)] {
        let more = [capture.as_os_str(), "--min-confidence".as_ref(), level.as_ref()];
        assert_eq!(run(&[&low[..], &more[..]].concat()).status, status, "{level}");
    }
}

#[test]
fn the_verdict_names_cause_evidence_and_what_to_do() {
    let (_, report) = analyze(&[sample("guid-changed.csv")]);
    let verdict = &report["verdict"];
    assert_eq!((&verdict["signature"], &verdict["confidence"]), (&"MK-01".into(), &"high".into()));
    let evidence = list(verdict, "evidence");
    let events: Vec<_> = evidence.iter().map(|row| row["event"].as_u64().unwrap()).collect();
    assert_eq!(events, [1636, 1673, 1674, 2604]);
    assert!(text(&verdict["confirm"], "command").starts_with("reg query"), "{verdict}");
    let first = &list(verdict, "do_first")[0];
    assert!(text(first, "text").starts_with("Back up"), "{first}");
    assert!(list(verdict, "do_not")[0].as_str().unwrap().contains("Delete no"), "{verdict}");
    assert!(text(verdict, "cause").contains("Consistent with MK-01"), "{verdict}");
}

#[test]
fn without_a_finding_it_says_what_was_looked_for_and_could_not_be_shown() {
    let (_, report) = analyze(&[sample("restart.csv")]);
    let verdict = &report["verdict"];
    assert!(verdict["signature"].is_null() && verdict["confidence"].is_null());
    let looked_for = verdict["looked_for"].to_string();
    assert!(looked_for.contains("access denied"), "{looked_for}");
    assert_eq!(list(verdict, "not_shown").len(), 0, "{verdict}");
    let folder = temp();
    let rows = [
        vec!["Time of Day", "Process Name", "Operation"],
        vec!["6:59:00 PM", "inetinfo.exe", "CreateFile"],
    ];
    let (_, report) = analyze(&[write(folder.path(), "thin.csv", csv(&rows))]);
    let not_shown = report["verdict"]["not_shown"].to_string();
    for word in ["Detail", "Result", "Path", "TID", "thinned"] {
        assert!(not_shown.contains(word), "{word}: {not_shown}");
    }
}
