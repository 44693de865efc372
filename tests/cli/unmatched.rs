//! What is said where nothing passes a filter: which rule it was, and what may have been meant.

use crate::common::*;
use crate::expect_status;

/// The commands that show what passes, each with what it needs.
const COMMANDS: [&[&str]; 4] = [&["events"], &["count", "--by", "PID"], &["info"], &["stacks"]];

fn said(command: &[&str], file: &str, arguments: &[&str]) -> String {
    let path = sample(file);
    let mut all = command.to_vec();
    all.push(path.to_str().unwrap());
    all.extend(arguments);
    let run = run(&all);
    expect_status(&run, 0, all.join(" "));
    run.stderr
}

#[test]
fn names_that_nobody_has_are_said_with_those_that_are_near() {
    for (arguments, want) in [
        (&["-p", "inetinf.exe"][..], "did you mean inetinfo.exe?"),
        (&["--filter", "Operation is WritFile"], "did you mean WriteFile"),
        (&["--filter", "Result is ACESS DENIED"], "did you mean ACCESS DENIED?"),
    ] {
        for command in COMMANDS {
            let said = said(command, "guid-changed.csv", arguments);
            assert!(said.contains(want), "{command:?} {arguments:?}: {said}");
        }
        for format in ["xml", "pml"] {
            let said = said(&["events"], &format!("guid-changed.{format}"), arguments);
            assert!(said.contains(want), "{format} {arguments:?}: {said}");
        }
    }
    // This can be right, although no event has it.
    let said = said(&["events"], "guid-changed.csv", &["--filter", "Result is DISK FULL"]);
    assert!(said.contains("no event passes `Result is DISK FULL`"), "{said}");
    assert!(!said.contains("did you mean"), "{said}");
}

#[test]
fn every_form_of_events_names_it() {
    let folder = temp();
    let forms =
        ["table", "csv", "json", "jsonl", "markdown", "csv-plain", "timesketch", "ecs", "sysmon"];
    let mut flags: Vec<Vec<String>> =
        forms.iter().map(|form| vec!["-f".to_string(), (*form).to_string()]).collect();
    for name in ["a.parquet", "a.sqlite", "a.jsonl"] {
        flags.push(vec!["-o".to_string(), folder.path().join(name).display().to_string()]);
    }
    flags.push(["-f", "jsonl", "--raw"].map(str::to_string).to_vec());
    for flags in flags {
        let mut arguments = vec!["-p", "inetinf.exe", "--tz", "UTC"];
        arguments.extend(flags.iter().map(String::as_str));
        let said = said(&["events"], "guid-changed.csv", &arguments);
        assert!(said.contains("did you mean inetinfo.exe?"), "{flags:?}: {said}");
        assert!(said.contains("0 of 4055 events"), "{flags:?}: {said}");
    }
}

#[test]
fn the_rule_that_removed_everything_is_named() {
    let events = |arguments: &[&str]| said(&["events"], "guid-changed.csv", arguments);
    let one = events(&["--filter", "Operation is RegOpenKey", "--filter", "Path contains nowhere"]);
    assert!(one.contains("no event passes `Path contains nowhere`"), "{one}");
    assert!(!one.contains("RegOpenKey"), "{one}");
    let excluded = events(&["-p", "inetinfo", "--exclude", "Operation matches ."]);
    assert!(
        excluded.contains("the rule that excludes `Operation regex .` removes every event (4055)"),
        "{excluded}"
    );
    let together =
        events(&["--filter", "Operation is RegOpenKey", "--exclude", "Operation contains Key"]);
    assert!(
        together.contains("each rule alone lets events pass, all together none of 4055 events")
    );
    let pattern = events(&["-p", "inetinf*x"]);
    assert!(pattern.contains("no event is of a process inetinf*x"), "{pattern}");
    let class =
        said(&["summary", "file"], "guid-changed.csv", &["--filter", "Operation is RegOpenKey"]);
    assert!(class.contains("no event on files passes `Operation is RegOpenKey`"), "{class}");
    let part = events(&["--event", "1673", "--filter", "Operation is RegOpenKey"]);
    assert!(part.contains("no event of that part passes `Operation is RegOpenKey`"), "{part}");
}

#[test]
fn nothing_is_said_where_events_pass_or_nobody_asked() {
    for arguments in [
        &["--filter", "Operation is RegOpenKey"][..],
        &["--filter", "Operation is RegOpenKey", "--first=0"],
        &["--filter", "Operation is WritFile", "--quiet"],
        &["--event", "999999"],
    ] {
        let said = said(&["events"], "guid-changed.csv", arguments);
        assert!(!said.contains("passes") && !said.contains("did you mean"), "{said}");
    }
    // Without events, no rule removed any.
    let header = b"\"Operation\",\"Path\"\r\n";
    let run = run_with_input(&["events", "-", "--filter", "Path contains x"], header);
    assert!(!run.stderr.contains("passes"), "{}", run.stderr);
    // Standard input cannot be read again, and need not be for one rule.
    let bytes = read(sample("guid-changed.csv"));
    let run = run_with_input(&["events", "-", "--filter", "Operation is WritFile"], &bytes);
    assert!(run.stderr.contains("did you mean WriteFile"), "{}", run.stderr);
    let run = run_with_input(&["events", "-", "--filter", "Path contains nowhere"], &bytes);
    assert!(run.stderr.contains("no event passes `Path contains nowhere`"), "{}", run.stderr);
    let run = run_with_input(&["events", "-", "--exclude", "Operation matches ."], &bytes);
    assert!(run.stderr.contains("removes every event (4055)"), "{}", run.stderr);
}

#[test]
fn names_of_columns_and_relations_are_proposed() {
    let path = sample("restart.csv");
    let path = path.to_str().unwrap();
    for (arguments, want) in [
        (&["events", path, "--filter", "Proces Name is x"][..], "did you mean `Process Name`?"),
        (&["events", path, "--filter", "Path contians x"], "did you mean `contains`?"),
        (&["events", path, "--columns", "Paht"], "did you mean Path?"),
        (&["count", path, "--by", "Operatoin"], "did you mean Operation?"),
        (&["count", path, "--by", "secnd"], "did you mean second?"),
        (&["count", path, "--by", "PID", "--sort", "Event"], "did you mean Events?"),
        (&["count", path, "--by", "PID", "--sum", "duratoin"], "did you mean duration?"),
        (&["summary", "process", path, "--sort", "-Proces Name"], "did you mean Process Name?"),
    ] {
        let run = run(arguments);
        expect_status(&run, 2, arguments.join(" "));
        assert!(run.stderr.contains(want), "{arguments:?}: {}", run.stderr);
    }
}
