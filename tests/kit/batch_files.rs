//! The two batch files, as far as they can be judged without Windows.

use regex::Regex;

use procmonkey_witness::{Witness, read};

use super::*;

const BATCH_FILES: [&str; 2] = ["capture.cmd", "witnesses.cmd"];

#[test]
fn the_results_have_the_names_of_the_case_file() {
    let (captures, witnesses) = named();
    let result = Regex::new(r#"%OUT%\\([^"%\s]+)""#).unwrap();
    let written = |name: &str| -> BTreeSet<String> {
        let text = text_of(name);
        result.captures_iter(&text).map(|found| found[1].to_string()).collect()
    };
    let mut own = captures;
    own.insert("case.json".to_string());
    assert_eq!(written("capture.cmd"), own);
    assert_eq!(written("witnesses.cmd"), witnesses);
    // What it looks for before it writes, and misses at its end.
    let loops = commands("witnesses.cmd").into_iter().filter(|line| line.contains("%%F in ("));
    let loops: Vec<BTreeSet<String>> = loops
        .map(|line| {
            let (_, rest) = line.split_once('(').unwrap();
            rest.split_once(')').unwrap().0.split(' ').map(str::to_string).collect()
        })
        .collect();
    assert_eq!(loops, [witnesses.clone(), witnesses]);
    // The files that have to be beside it are files of the kit.
    let beside = Regex::new(r#"%HERE%([\w.]+)""#).unwrap();
    let text = text_of("capture.cmd");
    let beside = beside.captures_iter(&text).map(|found| found[1].to_string());
    assert_eq!(
        BTreeSet::from_iter(beside),
        BTreeSet::from(["case.json".into(), "procmon.pmc".into()])
    );
}

#[test]
fn every_label_that_is_gone_to_is_there_once() {
    let target = Regex::new(r"(?i)\b(?:goto|call) :?(\w+)(?:\s|$)").unwrap();
    for name in BATCH_FILES {
        let text = text_of(name);
        let labels: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(':')).collect();
        assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), labels.len(), "{labels:?}");
        let all = commands(name).join("\n");
        let targets: BTreeSet<_> =
            target.captures_iter(&all).map(|found| found.get(1).unwrap().as_str()).collect();
        assert!(targets.iter().all(|target| labels.contains(target)), "{name} {targets:?}");
        // A label may also be there to be fallen into; that nobody goes to it is a mistake.
        let unused: Vec<_> = labels.iter().filter(|label| !targets.contains(*label)).collect();
        assert!(unused.is_empty(), "{name} {unused:?}");
    }
}

/// The command of a line, behind the conditions in front of it.
fn command_of(line: &str) -> &str {
    let conditions = Regex::new(
        r#"(?i)^(?:if (?:/i )?(?:not )?(?:exist "[^"]*"|defined \w+|errorlevel \d+|"[^"]*"=="[^"]*") |for %%\w in \([^)]*\) do )"#,
    )
    .unwrap();
    let mut rest = line.trim_start_matches('@');
    while let Some(found) = conditions.find(rest) {
        rest = &rest[found.end()..];
    }
    rest
}

/// Commands that tell something, or only steer the batch file.
const STEERING: [&str; 7] = ["echo", "setlocal", "set", "goto", "call", "exit", "rem"];

#[test]
fn the_witnesses_are_collected_by_commands_that_only_read() {
    let mut readers = BTreeSet::new();
    for line in commands("witnesses.cmd") {
        let command = command_of(&line);
        let words: Vec<_> = command.split_whitespace().collect();
        let lower = command.to_lowercase();
        let verb = words[0].to_lowercase();
        // Of `|`, `&` and blocks there is none, so a line is one command.
        assert!(!command.contains(['|', '(', ')', '^']) || verb == "wevtutil", "{line}");
        assert!(!command.replace("2>&1", "").contains('&'), "{line}");
        let only_reads = match &*verb {
            "reg" => words[1] == "query",
            "dir" => true,
            // Without one of these, it only shows.
            "icacls" => [
                "/grant", "/deny", "/remove", "/reset", "/set", "/save", "/restore", "/inh", "/sub",
            ]
            .iter()
            .all(|change| !lower.contains(change)),
            // `/ow` would replace a file, `cl` clear the log.
            "wevtutil" => words[1] == "epl" && !lower.contains("/ow") && !lower.contains("/cl"),
            other => STEERING.contains(&other),
        };
        assert!(only_reads, "{line}");
        if !STEERING.contains(&&*verb) {
            readers.insert(verb.clone());
        }
        // What is written goes to the results, and nowhere else.
        let behind = command.split('>').skip(1).map(str::trim_start);
        for target in behind.filter(|target| !target.is_empty()) {
            let is_result = target.starts_with("\"%OUT%\\") || target.starts_with("nul");
            assert!(is_result, "{line}");
        }
        // Of key files, only what a listing has.
        for copier in ["copy ", "xcopy", "robocopy", "type ", "reg save", "reg export", "certutil"]
        {
            assert!(!lower.contains(copier), "{line}");
        }
    }
    let want = ["dir", "icacls", "reg", "wevtutil"].map(str::to_string);
    assert_eq!(readers, BTreeSet::from(want));
}

#[test]
fn of_a_line_with_conditions_the_command_is_found() {
    for (line, want) in [
        ("@echo off", "echo off"),
        (r#"if exist "%A%\b c" dir /a "x""#, r#"dir /a "x""#),
        ("if errorlevel 1 reg delete HKLM", "reg delete HKLM"),
        ("for %%F in (a b) do if not exist \"%%F\" del %%F", "del %%F"),
        (r#"if /i "%M%"=="x" goto y"#, "goto y"),
    ] {
        assert_eq!(command_of(line), want);
    }
}

/// An event as XML.
fn event(provider: &str, id: u32) -> String {
    format!(
        "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>\
         <Provider Name=\"{provider}\"/><EventID>{id}</EventID></System><EventData>\
         <Data Name=\"param1\">IIS Admin Service</Data><Data Name=\"KeyName\">x</Data>\
         </EventData></Event>"
    )
}

/// The numbers of the events that a log is cut down to.
fn exported(log: &str) -> BTreeSet<u32> {
    let line = commands("witnesses.cmd").into_iter();
    let line =
        line.filter(|line| line.starts_with(&format!("wevtutil epl {log} "))).collect::<Vec<_>>();
    assert_eq!(line.len(), 1);
    let id = Regex::new(r"EventID=(\d+)").unwrap();
    id.captures_iter(&line[0]).map(|found| found[1].parse().unwrap()).collect()
}

#[test]
fn the_logs_are_cut_down_to_the_events_that_are_read() {
    let is_read = |provider: &str, id: u32| {
        let reading = read("log.xml", event(provider, id).as_bytes());
        reading.is_ok_and(|reading| !reading.witnesses.is_empty())
    };
    let kinds = |witness: &Witness| matches!(witness, Witness::Service(_));
    let one = read("log.xml", event("Service Control Manager", 7024).as_bytes()).unwrap();
    assert!(one.witnesses.iter().all(kinds));
    let of = |providers: &[&str]| -> BTreeSet<u32> {
        (1..=65_535).filter(|id| providers.iter().any(|name| is_read(name, *id))).collect()
    };
    assert_eq!(exported("System"), of(&["Service Control Manager", "Schannel"]));
    assert_eq!(exported("Security"), of(&["Microsoft-Windows-Security-Auditing"]));
}

#[test]
fn procmon_is_told_to_do_what_the_page_says() {
    let lines = commands("capture.cmd");
    let of_procmon: Vec<_> = lines.iter().filter(|line| line.contains("\"%PROCMON%\" /")).collect();
    let switches = |line: &str| -> Vec<String> {
        let switch = Regex::new(r" (/\w+)").unwrap();
        switch.captures_iter(line).map(|found| found[1].to_string()).collect()
    };
    let all: Vec<_> = of_procmon.iter().map(|line| switches(line).join(" ")).collect();
    assert_eq!(
        all,
        [
            "/AcceptEula /Quiet /Minimized /LoadConfig /BackingFile",
            "/WaitForIdle",
            "/Quiet /Terminate",
            "/AcceptEula /Quiet /EnableBootLogging",
            "/AcceptEula /Quiet /ConvertBootLog",
        ]
    );
    // Nothing is replaced or removed.
    for line in &lines {
        let verb = command_of(line).split_whitespace().next().unwrap().to_lowercase();
        for change in ["del", "erase", "rd", "rmdir", "move", "ren", "reg", "sc", "net", "format"] {
            assert_ne!(verb, change, "{line}");
        }
    }
}
