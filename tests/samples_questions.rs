//! What samples/README.md asks about the signatures is answered there, by events that their
//! findings rest on; and what it says to see the samples with works.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use procmonkey_analysis::signatures;

use common::*;

fn page() -> String {
    String::from_utf8(read(sample("README.md"))).unwrap()
}

/// The cells of the rows of a table below a heading.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, behind) = page.split_once(&format!("### {heading}\n")).unwrap();
    let lines = behind.lines().skip_while(|line| !line.starts_with('|'));
    let table = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect()
    };
    table.map(cells).collect()
}

/// The numbers behind "event" and "events" of a text.
fn events_in(text: &str) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    let mut counts = false;
    for word in text.split_whitespace() {
        let number = word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).parse();
        match number {
            Ok(number) if counts => {
                found.insert(number);
            }
            _ => {
                let word = word.trim_start_matches('(').to_lowercase();
                counts = word == "event" || word == "events" || (counts && word == "and");
            }
        }
    }
    found
}

#[test]
fn numbers_of_events_are_found_in_a_text() {
    let text = "Event 3 says 7024 at 4 places; events 12 and 13, and (event 5).";
    assert_eq!(events_in(text), BTreeSet::from([3, 5, 12, 13]));
}

#[test]
fn each_signature_has_a_question_and_an_answer_from_its_evidence() {
    let page = page();
    let (asked, answered) =
        (rows(&page, "Questions to the signatures"), rows(&page, "Answers to the signatures"));
    let ids: Vec<&str> = signatures().map(|signature| signature.id).collect();
    assert!(asked.iter().map(|row| row[0].as_str()).eq(ids.iter().copied()));
    assert!(answered.iter().map(|row| row[0].as_str()).eq(ids.iter().copied()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (question, answer) in asked.iter().zip(&answered) {
        let id = &question[0];
        let name = question[1].trim_matches('`');
        assert!(name.starts_with(&id.to_lowercase()), "{id}: {name}");
        let words = question[2].trim_matches('`').split_whitespace();
        let words = words.map(|word| match word.starts_with("samples/") {
            true => root.join(word).into_os_string(),
            false => OsString::from(word),
        });
        let mut arguments = vec![sample(&format!("signatures/{name}.csv")).into_os_string()];
        arguments.extend(words);
        let (_, report) = analyze(&arguments);
        let mut evidence = BTreeSet::new();
        for finding in list(&report, "findings").iter().filter(|it| text(it, "signature") == id) {
            list(finding, "evidence")
                .iter()
                .for_each(|part| evidence.extend(numbers(part, "events")));
        }
        let named = events_in(&answer[1]);
        assert!(named.is_subset(&evidence), "{id}: {named:?} of {evidence:?}");
        // What is missing has no event.
        assert!(!named.is_empty() || id == "MK-14", "{id}: no event");
        assert!(question[3].ends_with('?'), "{id}");
    }
}

#[test]
fn each_sample_has_a_command_that_shows_it() {
    let page = page();
    let table = page.lines().filter(|line| line.starts_with("| `") && line.contains("procmonkey "));
    let mut number = 0;
    for line in table {
        number += 1;
        let command = line.split('`').find(|part| part.starts_with("procmonkey ")).unwrap();
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let run = procmonkey(&words).current_dir(root).output().unwrap();
        assert!(matches!(run.status.code(), Some(0 | 1)), "{command}");
        assert!(run.stdout.len() > 100, "{command}");
        let file = line.split('`').nth(1).unwrap().split_once('.').unwrap().0;
        assert!(words[1].starts_with(&format!("samples/{file}.")), "{command}");
    }
    assert_eq!(number, 7);
}

#[test]
fn the_drawing_is_what_compare_draws() {
    let (good, bad) = (sample("restart.csv"), sample("guid-changed.csv"));
    let arguments =
        ["compare".as_ref(), good.as_os_str(), bad.as_os_str(), "-f".as_ref(), "svg".as_ref()];
    let drawn = run(&arguments);
    assert_eq!(drawn.text(), String::from_utf8(read(sample("good-and-bad.svg"))).unwrap());
    assert!(page().contains("(good-and-bad.svg)"));
}
