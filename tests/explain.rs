//! What `explain` tells is in the capture, in every form; it claims no more than that, and it
//! passes nothing of a hostile capture on.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::collections::BTreeSet;
use std::ffi::OsString;

use procmonkey_analysis::Explanation;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use common::*;

/// The captures of the folder `signatures`, each with the witnesses that lie beside it, and the
/// samples of the story.
fn all_samples() -> Vec<(String, Vec<OsString>)> {
    let mut all: Vec<(String, Vec<OsString>)> = Vec::new();
    for name in names_in(&sample("signatures")) {
        let Some(stem) = name.strip_suffix(".csv") else { continue };
        let mut arguments = vec![sample(&format!("signatures/{name}")).into_os_string()];
        for (end, flag) in [("event.txt", "--event-log"), ("listing.txt", "--keys-dir")] {
            let beside = sample(&format!("signatures/{stem}.{end}"));
            if beside.exists() {
                arguments.extend([flag.into(), beside.into_os_string()]);
            }
        }
        all.push((name, arguments));
    }
    for name in ["first-start.csv", "first-start.txt", "restart.pml", "guid-changed.xml"] {
        all.push((name.to_string(), vec![sample(name).into_os_string()]));
    }
    assert!(all.len() > 90, "{}", all.len());
    all
}

/// A run of `explain` in one form.
fn explain(form: &str, arguments: &[OsString]) -> Run {
    let mut all: Vec<OsString> = ["explain", "-q", "-f", form].map(OsString::from).into();
    all.extend(arguments.iter().cloned());
    let mut command = procmonkey(&all);
    // So wide that no sentence is broken.
    let output = command.env("COLUMNS", "60000").output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Every statement of an explanation.
fn statements<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("evidence") && fields.contains_key("text") {
                found.push(value);
            }
            fields.values().for_each(|field| statements(field, found));
        }
        Value::Array(values) => values.iter().for_each(|value| statements(value, found)),
        _ => {}
    }
}

/// The events that an explanation cites, with their captures.
fn cited(explanation: &Value) -> BTreeSet<(u64, u64)> {
    let mut found = Vec::new();
    statements(explanation, &mut found);
    let evidence = found.iter().flat_map(|said| list(said, "evidence"));
    let of = |part: &Value| -> Vec<(u64, u64)> {
        let capture = part["capture"].as_u64().unwrap();
        numbers(part, "events").into_iter().map(|event| (capture, event)).collect()
    };
    evidence.flat_map(of).collect()
}

/// The events that a report has, by the names of the fields that hold them.
fn events_of(value: &Value, found: &mut BTreeSet<u64>) {
    const FIELDS: [&str; 12] = [
        "event",
        "events",
        "first_event",
        "last_event",
        "starts",
        "exits",
        "listed_by",
        "missing",
        "opened",
        "listed",
        "read",
        "created",
    ];
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if FIELDS.contains(&name.as_str()) {
                    let own =
                        field.as_array().map_or_else(|| vec![field], |all| all.iter().collect());
                    found.extend(own.into_iter().filter_map(Value::as_u64));
                }
                events_of(field, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| events_of(value, found)),
        _ => {}
    }
}

#[test]
fn what_is_cited_is_in_the_capture_and_in_the_report() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let schema = serde_json::from_slice(&read(path.join("explanation.schema.json"))).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (name, arguments) in all_samples() {
        let (status, report) = analyze(&[&[OsString::from("-q")], &arguments[..]].concat());
        let run = explain("json", &[&arguments[..], &["--lesson".into()]].concat());
        assert_eq!(run.status, status, "{name}: the same as analyze\n{}", run.stderr);
        reads_back::<Explanation>(run.text());
        let told = run.json();
        let errors: Vec<_> = validator.iter_errors(&told).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let mut of_report = BTreeSet::new();
        events_of(&report, &mut of_report);
        for (capture, event) in cited(&told) {
            let read = report["captures"][capture as usize]["events_read"].as_u64().unwrap();
            assert!((1..=read).contains(&event), "{name}: event {event} of {read}");
            assert!(of_report.contains(&event), "{name}: event {event} is not in the report");
        }
        for start_up in list(&told, "start_ups") {
            let process = start_up["process_index"].as_u64();
            let spans = process.map(|index| list(&report["processes"][index as usize], "phases"));
            let phases = list(start_up, "phases");
            assert!(!phases.is_empty(), "{name}: a start-up without a phase");
            for phase in phases {
                let (first, last) = (phase["first_event"].as_u64(), phase["last_event"].as_u64());
                assert!(phase["events"].as_u64() >= Some(1) && first <= last, "{name}");
                let span =
                    spans.unwrap_or_default().iter().find(|it| it["phase"] == phase["phase"]);
                // A process that was not asked for has steps alone.
                if let Some(span) = span {
                    for field in ["first_event", "last_event", "events"] {
                        assert_eq!(span[field], phase[field], "{name}: {field}");
                    }
                } else {
                    assert!(!list(phase, "told").is_empty(), "{name}: a phase without events");
                }
            }
            // Every phase of the report is told.
            assert!(spans.unwrap_or_default().len() <= phases.len(), "{name}");
        }
    }
}

#[test]
fn nothing_differs_where_nothing_is_flagged_and_something_does_where_it_is() {
    for (name, arguments) in all_samples() {
        let (_, report) = analyze(&[&[OsString::from("-q")], &arguments[..]].concat());
        let flagged = findings(&report).iter().any(|(_, severity)| *severity != "info");
        let told = explain("json", &arguments).json();
        let points = list(&told["difference"], "points");
        let differs: Vec<_> = points.iter().filter(|it| it["kind"] == "differs").collect();
        assert_eq!(!differs.is_empty(), flagged, "{name}: {differs:#?}");
    }
}

/// A sentence as a page of HTML has it, the numbers of its events left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.strip_suffix('.').unwrap_or(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[test]
fn every_form_has_every_sentence_and_its_events() {
    for (name, arguments) in all_samples() {
        let arguments = [&arguments[..], &["--lesson".into()]].concat();
        let told = explain("json", &arguments).json();
        let typed: Explanation = serde_json::from_value(told.clone()).unwrap();
        let text = explain("text", &arguments);
        let markdown = explain("markdown", &arguments).text().replace('\\', "");
        let html = explain("html", &arguments);
        let mut found = Vec::new();
        statements(&told, &mut found);
        for said in found {
            let evidence = serde_json::from_value::<Vec<procmonkey_analysis::Evidence>>(
                said["evidence"].clone(),
            );
            let events = typed.cite(&evidence.unwrap());
            let sentence = said["text"].as_str().unwrap();
            let bare = sentence.strip_suffix('.').unwrap_or(sentence);
            let with_events = match events.is_empty() {
                true => bare.to_string(),
                false => format!("{bare} ({events})"),
            };
            assert!(text.text().contains(&with_events), "{name}: {with_events}");
            let plain = with_events.replace('\\', "");
            assert!(markdown.contains(&plain), "{name}: {plain}");
            assert!(html.text().contains(&escaped(sentence)), "{name}: {sentence}");
            assert!(html.text().contains(&events), "{name}: {events}");
        }
        for phase in list(&told, "start_ups").iter().flat_map(|it| list(it, "phases")) {
            for form in [text.text(), &markdown, html.text()] {
                assert!(form.contains(phase["span"].as_str().unwrap()), "{name}");
            }
        }
        // Answers stand behind all questions.
        for (form, questions, answers) in [
            (text.text(), "\nQuestions\n", "\nAnswers\n"),
            (&markdown, "## Questions", "## Answers"),
            (html.text(), "id=\"questions\"", "id=\"answers\""),
        ] {
            let (before, behind) = form.split_once(answers).unwrap();
            let (_, asked) = before.split_once(questions).unwrap();
            for question in list(&told["lesson"], "questions") {
                let text = question["text"].as_str().unwrap();
                let shown = |part: &str| {
                    part.contains(&text.replace('\\', "")) || part.contains(&escaped(text))
                };
                assert!(shown(asked) || asked.contains(text), "{name}: {text}");
                assert!(!shown(behind), "{name}: {text}");
            }
        }
    }
}

#[test]
fn lines_fit_into_the_terminal() {
    for (name, arguments) in all_samples() {
        for width in [60, 80, 120] {
            let mut all: Vec<OsString> = ["explain", "-q", "--lesson"].map(OsString::from).into();
            all.extend(arguments.iter().cloned());
            let output = procmonkey(&all).env("COLUMNS", width.to_string()).output().unwrap();
            for line in String::from_utf8(output.stdout).unwrap().lines() {
                assert!(line.width() <= width, "{name} at {width}: {line}");
            }
        }
    }
}

#[test]
fn a_hostile_capture_injects_nothing() {
    let folder = temp();
    let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>|`*\u{202e}\u{1b}[2J\0";
    let key = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let strange = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{attack}");
    let renamed = format!("ReplaceIfExists: False, FileName: C:\\{attack}");
    let long = format!("{FOLDER}\\{}", "x".repeat(1024 * 1024));
    let mut rows = vec![COLUMNS.to_vec()];
    let who = ["inetinfo.exe", attack];
    for process in who {
        for (operation, path, result, detail) in [
            ("Process Start", "", "SUCCESS", attack),
            ("CreateFile", &*key, attack, attack),
            ("CreateFile", &*key, "ACCESS DENIED", attack),
            ("SetRenameInformationFile", &*key, "SUCCESS", &*renamed),
            ("CreateFile", &*strange, "ACCESS DENIED", attack),
            ("CreateFile", FOLDER, "ACCESS DENIED", ""),
            ("CreateFile", &*long, "SUCCESS", ""),
            (attack, &*long, attack, attack),
        ] {
            rows.push(vec!["6:59:13.0000001 PM", process, "12", operation, path, result, detail]);
        }
    }
    let input = write(folder.path(), "<title><script>x.csv", csv(&rows)).into_os_string();
    let good = sample("restart.csv").into_os_string();
    for more in [vec![], vec!["--baseline".into(), good.clone()]] {
        let arguments = [vec![input.clone(), "--lesson".into()], more].concat();
        let html = explain("html", &arguments);
        assert_eq!(html.status, 1, "{}", html.stderr);
        let page = html.text();
        assert!(page.len() < 300_000, "{} bytes", page.len());
        let (_, body) = page.split_once("</style>").unwrap();
        assert!(!body.contains("<script") && !body.contains("<img"), "markup came in");
        assert!(body.contains("&lt;script&gt;"), "the name of the process is shown as a text");
        for form in ["html", "text", "markdown"] {
            let run = explain(form, &arguments);
            let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert_eq!(run.text().chars().find(|c| hidden(*c)), None, "{form}");
        }
        let markdown = explain("markdown", &arguments);
        let bare = markdown.text().replace("\\<", "");
        assert!(!bare.contains("<script") && !bare.contains("<img"), "Markdown is also HTML");
    }
}

#[test]
fn a_baseline_is_compared_and_the_rest_is_said() {
    let of = |arguments: &[&str]| {
        let mut all = vec!["explain", "-f", "json"];
        all.extend(arguments);
        run(&all)
    };
    let path = |name: &str| sample(name).into_os_string().into_string().unwrap();
    let (bad, good) = (path("guid-changed.csv"), path("restart.pml"));
    let told = of(&[&bad, "--baseline", &good]);
    assert_eq!(told.status, 1);
    let told = told.json();
    assert_eq!(told["difference"]["basis"], "baseline");
    let first = &told["difference"]["points"][0];
    // The key is found in event 517 of the good one, and is not there in event 1673 of the other.
    let evidence = list(first, "evidence");
    assert_eq!(numbers(&evidence[0], "events"), [517]);
    assert_eq!(numbers(&evidence[1], "events"), [1673]);

    // The same start in another format: nothing differs.
    let same = of(&[&path("restart.csv"), "--baseline", &good]);
    assert_eq!(same.status, 0, "{}", same.stderr);
    let points = same.json();
    let points = list(&points["difference"], "points");
    assert!(points.iter().all(|point| point["kind"] == "alike"), "{points:#?}");

    let without = of(&[&bad]).json();
    assert_eq!(without["difference"]["basis"], "known_phases");
    assert!(
        without["difference"]["basis_text"][0].as_str().unwrap().contains("No capture of a good")
    );

    let unread = of(&[&path("restart.csv"), "--baseline", "nowhere.csv"]);
    assert_eq!(unread.status, 3);
    let said = unread.json();
    assert_eq!(said["difference"]["basis"], "known_phases");
    assert!(said["difference"]["basis_text"][0].as_str().unwrap().contains("could not be read"));
    assert_eq!(of(&[&bad, "--baseline", "-"]).status, 2);
    assert_eq!(run(&["explain", &bad, "-o", "out.csv"]).status, 2);
}

#[test]
fn a_capture_without_the_process_is_no_all_clear() {
    let path = sample("signatures/mk-26-provider-not-registered.csv");
    let told = run(&["explain".as_ref(), path.as_os_str()]);
    assert_eq!(told.status, 4);
    assert!(told.text().contains("not an all-clear"), "{}", told.text());
    let absent = run(&[
        "explain".as_ref(),
        sample("restart.csv").as_os_str(),
        "-p".as_ref(),
        "w3wp".as_ref(),
    ]);
    assert_eq!(absent.status, 4);
    assert!(absent.text().contains("not an all-clear"), "{}", absent.text());
}

#[test]
fn what_was_not_read_is_said_in_every_form() {
    let folder = temp();
    let bytes = read(sample("guid-changed.csv"));
    let cut = write(
        folder.path(),
        "cut.csv",
        [&bytes[..bytes.len() / 2], b"\r\n\"a\",\"b\"\r\n"].concat(),
    );
    for form in ["text", "markdown", "html"] {
        let told = explain(form, &[cut.clone().into_os_string()]);
        assert_eq!(told.status, 1);
        assert!(told.text().contains("could not be read"), "{form}");
    }
}
