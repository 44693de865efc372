//! Findings are the same but for names, in every format.

use std::ffi::OsStr;
use std::path::PathBuf;

use serde_json::Value;

use crate::common::*;
use crate::{redact, redactor};

/// The report of a case, which may be judged to have no key in it.
fn report(paths: &[PathBuf]) -> Value {
    let paths = paths.iter().map(|path| path.as_os_str());
    let all: Vec<&OsStr> = ["-q".as_ref()].into_iter().chain(paths).collect();
    analyze(&all).1
}

/// Where a text has a form that stands for another one of its kind, in what was redacted: a
/// pseudonym, a GUID, an identifier, many hexadecimal digits.
fn replaced() -> regex::Regex {
    regex::Regex::new(
        r"(?i)anon-[0-9a-f]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|s-1(-\d+){2,}|[0-9a-f]{16,}|setup-[0-9a-f]{8}|(desktop|laptop|win|ec2amaz)-[0-9a-z]{7,11}",
    )
    .unwrap()
}

/// A text of a report with all words replaced that are not public, so that those of sentences
/// are, too. What was redacted before stays.
struct Leveller {
    redactor: procmonkey_redact::Redactor,
    forms: regex::Regex,
}

impl Leveller {
    fn before(&mut self, text: &str) -> String {
        self.redactor.text(&without_short(text))
    }

    fn after(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut end = 0;
        let text = &*without_short(text);
        for form in self.forms.find_iter(text) {
            out += &self.redactor.text(&text[end..form.start()]);
            out += form.as_str();
            end = form.end();
        }
        out + &self.redactor.text(&text[end..])
    }
}

/// Sentences show the first eight digits of a GUID or a stem.
fn without_short(text: &str) -> String {
    let short = regex::Regex::new(r"(?i)((anon|setup)-)?\b[0-9a-f]{8}\b-?").unwrap();
    let other = |found: &regex::Captures<'_>| {
        let found = found[0].to_string();
        if found.contains('-') { found } else { "short".to_string() }
    };
    short.replace_all(text, other).into_owned()
}

/// What a report has of the file, not of what is in it.
const OF_THE_FILE: [&str; 10] = [
    "capture_id",
    "path",
    "id",
    "source_bytes",
    "bytes",
    "stored_files",
    "format",
    "encoding",
    "slow_path",
    "name_of",
];

fn level(value: &mut Value, with: &mut impl FnMut(&str) -> String) {
    match value {
        Value::String(text) => *text = with(text),
        Value::Array(items) => items.iter_mut().for_each(|item| level(item, with)),
        Value::Object(fields) => {
            for (_, item) in fields.iter_mut() {
                level(item, with);
            }
        }
        _ => {}
    }
}

/// The first places at which two reports differ.
fn differences(path: &str, a: &Value, b: &Value, out: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, item) in left {
                differences(
                    &format!("{path}.{key}"),
                    item,
                    right.get(key).unwrap_or(&Value::Null),
                    out,
                );
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (place, (item, other)) in left.iter().zip(right).enumerate() {
                differences(&format!("{path}[{place}]"), item, other, out);
            }
        }
        _ if a != b => out.push(format!("{path}:\n   {a}\n   {b}")),
        _ => {}
    }
}

/// Expects that a report on a redacted capture tells nobody to enter a pseudonym on a computer. Takes
/// out of both reports what differs because of this.
fn expect_nothing_to_enter(before: &mut Value, after: &mut Value) {
    let text = before.to_string();
    assert!(!text.contains("was redacted"), "{text}");
    let has = |list: &str| after[list].as_array().is_some_and(|list| !list.is_empty());
    let has_guid = has("machine_guid_reads") || has("key_files");
    if has_guid {
        let verdict = &after["verdict"];
        let shown = verdict["not_shown"].to_string();
        assert!(shown.contains("a capture was redacted"), "{shown}");
        if matches!(verdict["state"].as_str(), Some("broken" | "suspect")) {
            let steps = verdict["do_first"].as_array().unwrap();
            let is_plain = |step: &Value| step["commands"].as_array().unwrap().is_empty();
            assert!(steps.iter().all(is_plain) && verdict["confirm"].is_null(), "{verdict}");
            assert!(steps[0]["text"].as_str().unwrap().starts_with("A capture was redacted"));
        }
    }
    for finding in after["findings"].as_array().unwrap().iter().filter(|_| has_guid) {
        let remedy = finding["remedy"].as_str().unwrap();
        assert!(remedy.starts_with("A capture was redacted"), "{remedy}");
        assert!(!remedy.contains("putting ") && finding["put_back"].is_null(), "{remedy}");
    }
    for report in [before, after] {
        for key in ["do_first", "confirm"] {
            report["verdict"][key] = Value::Null;
        }
        let shown = report["verdict"]["not_shown"].as_array_mut().unwrap();
        shown.retain(|line| !line.as_str().unwrap().contains("a capture was redacted"));
        for finding in report["findings"].as_array_mut().unwrap() {
            for key in ["remedy", "put_back"] {
                finding[key] = Value::Null;
            }
        }
    }
}

/// Where the reports of a case differ before and after.
fn compare(inputs: &[PathBuf]) -> Vec<String> {
    let folder = temp();
    let redacted: Vec<PathBuf> = inputs
        .iter()
        .enumerate()
        .map(|(place, input)| {
            let (run, output) = redact(input, folder.path());
            assert!(matches!(run.status, 0 | 4), "{}: {}", input.display(), run.stderr);
            let mut target = folder.path().join(format!("part-{place}"));
            target.set_extension(output.extension().unwrap());
            std::fs::rename(output, &target).unwrap();
            target
        })
        .collect();
    let (mut before, mut after) = (report(inputs), report(&redacted));
    expect_nothing_to_enter(&mut before, &mut after);
    let mut leveller = Leveller { redactor: redactor(), forms: replaced() };
    for report in [&mut before, &mut after] {
        for capture in report["captures"].as_array_mut().unwrap() {
            for key in OF_THE_FILE {
                capture.as_object_mut().unwrap().remove(key);
            }
        }
    }
    level(&mut before, &mut |text| leveller.before(text));
    level(&mut after, &mut |text| leveller.after(text));
    for report in [&mut before, &mut after] {
        // Of equally many events, they stand in the order of their names.
        for capture in report["captures"].as_array_mut().unwrap() {
            if let Some(processes) = capture["processes"].as_array_mut() {
                processes.sort_by_key(Value::to_string);
            }
        }
    }
    let mut out = Vec::new();
    differences("", &before, &after, &mut out);
    out
}

/// Expects the same findings of each case.
fn expect_the_same(cases: &[Vec<PathBuf>]) {
    let mut wrong = Vec::new();
    for case in cases {
        let found = compare(case);
        let name = case[0].file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(found.into_iter().take(6).map(|it| format!("{name}{it}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn findings_are_the_same_before_and_after() {
    let names = sample_captures();
    assert!(names.len() >= 15, "{names:?}");
    expect_the_same(&names.iter().map(|name| vec![sample(name)]).collect::<Vec<_>>());
}

#[test]
fn findings_of_each_signature_are_the_same() {
    let names = names_in(&sample("signatures"));
    let captures = names.iter().filter(|name| name.ends_with(".csv"));
    let cases: Vec<_> = captures.map(|name| vec![sample("signatures").join(name)]).collect();
    assert!(cases.len() > 25, "{}", cases.len());
    expect_the_same(&cases);
}

#[test]
fn the_page_of_a_redacted_capture_names_no_command() {
    let folder = temp();
    for (input, is_broken) in [("guid-changed.csv", true), ("restart.pml", false)] {
        let (_, output) = redact(&sample(input), folder.path());
        let page = run(&["analyze".as_ref(), output.as_os_str()]);
        let page = String::from_utf8_lossy(&page.stdout).into_owned();
        let is_command = |line: &str| {
            ["robocopy ", "reg ", "icacls "].iter().any(|it| line.trim().starts_with(it))
        };
        assert!(!page.lines().any(is_command) && !page.contains("putting"), "{page}");
        assert!(page.contains("redacted"), "{page}");
        assert_eq!(page.contains("analyse the original"), is_broken, "{page}");
        std::fs::remove_file(output).unwrap();
    }
}

#[test]
fn captures_of_one_case_agree_with_each_other() {
    for formats in [["restart.csv", "guid-changed.csv"], ["restart.pml", "guid-changed.xml"]] {
        expect_the_same(&[formats.map(sample).to_vec()]);
    }
}

#[test]
fn findings_of_real_captures_are_the_same() {
    let Some(folder) = captures() else { return };
    let unpacked = temp();
    for name in ["LogFileUTC64Process.PML", "LogFileUTC64Process.CSV"] {
        let bytes = gunzip(folder.join(format!("{name}.gz")));
        let input = write(unpacked.path(), name, bytes);
        expect_the_same(&[vec![input]]);
    }
}
