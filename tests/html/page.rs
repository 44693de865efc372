//! What every page holds to.

use std::collections::HashSet;

use crate::common::*;
use crate::{attributes, body, page_of, run};

const SAMPLES: [&str; 5] = [
    "guid-changed.csv",
    "restart.csv",
    "first-start.xml",
    "signatures/mk-04-access-denied.csv",
    "signatures/mk-08-flood.csv",
];

#[test]
fn the_same_input_gives_the_same_bytes_at_any_number_of_threads() {
    let one =
        page_of(&[sample("guid-changed.csv").as_os_str(), "--threads".as_ref(), "1".as_ref()]);
    let four =
        page_of(&[sample("guid-changed.csv").as_os_str(), "--threads".as_ref(), "4".as_ref()]);
    // The command line is part of the page.
    assert_eq!(one.replace("--threads 1", ""), four.replace("--threads 4", ""));
}

#[test]
fn every_link_leads_to_one_place() {
    for name in SAMPLES {
        let page = page_of(&[sample(name)]);
        let ids = attributes(&page, "id");
        let known: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{name}: an id occurs twice");
        let links = attributes(&page, "href");
        assert!(links.len() > 20, "{name}");
        for link in links {
            let to = link.strip_prefix('#').unwrap_or_else(|| panic!("{name}: {link} leads out"));
            assert!(known.contains(to), "{name}: nothing has the id {to}");
        }
    }
}

#[test]
fn nothing_is_loaded_and_only_the_own_script_runs() {
    for name in SAMPLES {
        let page = page_of(&[sample(name)]);
        let policy = "default-src 'none'; script-src 'sha256-";
        let at = page.find(policy).unwrap();
        assert!(at < page.find("<style").unwrap() && at < 300, "{name}: the policy comes first");
        assert_eq!(page.matches("<script").count(), 1, "{name}");
        let body = body(&page);
        for word in
            ["http://", "https://", " src=", "<link", "<iframe", "<img", "url(", "javascript:"]
        {
            assert!(!body.contains(word), "{name}: {word}");
        }
        assert!(attributes(&body, "onclick").is_empty() && attributes(&body, "onload").is_empty());
    }
}

#[test]
fn the_page_has_the_words_of_the_report() {
    let path = sample("guid-changed.csv");
    let (_, report) = analyze(&[path.as_os_str()]);
    let page = page_of(&[path.as_os_str()]);
    let verdict = &report["verdict"];
    for key in ["headline", "lead", "at_stake"] {
        assert!(page.contains(text(verdict, key)), "{key}");
    }
    let escaped = |text: &str| text.replace('"', "&quot;");
    for step in list(verdict, "do_first") {
        for command in list(step, "commands") {
            assert!(page.contains(&escaped(command.as_str().unwrap())), "{command}");
        }
    }
    for key in ["does_not_show", "settles", "do_not"] {
        for line in list(verdict, key) {
            assert!(page.contains(line.as_str().unwrap()), "{line}");
        }
    }
    for found in list(&report, "findings") {
        assert!(page.contains(text(found, "title")));
        assert!(page.contains(&escaped(text(found, "remedy"))));
    }
    // What changes the computer has no command, and so nothing to copy.
    let changes = page.split("class=\"chg\"").nth(1).unwrap();
    let step = changes.split("</li>").next().unwrap();
    assert!(!step.contains("<code>") && !step.contains("<button"), "{step}");
}

#[test]
fn every_row_that_a_finding_cites_is_there_and_marked() {
    let path = sample("guid-changed.csv");
    let (_, report) = analyze(&[path.as_os_str()]);
    let page = page_of(&[path.as_os_str()]);
    let mut cited = HashSet::new();
    for found in list(&report, "findings") {
        for evidence in list(found, "evidence") {
            cited.extend(numbers(evidence, "events"));
        }
    }
    // 1636 to 1639, 1673, 1674 and 2604.
    assert_eq!(cited.len(), 7);
    for event in &cited {
        assert!(page.contains(&format!("<tr id=e{event} class=e>")), "{event}");
    }
    assert_eq!(page.matches(" class=e>").count(), cited.len());
    // The 265 rows of inetinfo.exe, and those of others that the report refers to.
    let of_others = list(&report, "cited_events").iter();
    let of_others = of_others.filter(|row| row["process"] != "inetinfo.exe").count();
    assert_eq!(page.matches("<tr id=e").count(), 265 + of_others);
}

#[test]
fn captures_of_one_case_have_rows_and_numbers_of_their_own() {
    let page = page_of(&[sample("restart.csv"), sample("guid-changed.csv")]);
    assert!(page.contains("<tr id=e2-1673 "), "the second capture");
    assert!(page.contains("<tr id=e1-517"), "the first capture");
    assert!(page.contains("href=\"#e2-1673\">2:1673<"));
}

#[test]
fn the_time_of_making_can_be_set() {
    let path = sample("restart.csv");
    let page = page_of(&[path.as_os_str()]);
    assert!(page.contains("2026-11-27 12:00:00Z"));
    let run = procmonkey(&["analyze", "-f", "html", path.to_str().unwrap()])
        .env("SOURCE_DATE_EPOCH", "951782400")
        .output()
        .unwrap();
    assert!(String::from_utf8(run.stdout).unwrap().contains("2000-02-29 00:00:00Z"));
    let wrong = run!("analyze", path.as_os_str(), "-f", "html", "--made-at", "today");
    assert_eq!(wrong.status, 2);
}

#[test]
fn the_folder_of_the_program_is_not_in_the_page() {
    let page = page_of(&[sample("restart.csv")]);
    let program = env!("CARGO_BIN_EXE_procmonkey");
    assert!(!page.contains(program), "{program}");
    assert!(page.contains("<code>procmonkey analyze"));
}

#[test]
fn only_what_has_a_page_writes_one() {
    let path = sample("restart.csv");
    for command in ["events", "info", "processes", "count"] {
        let run = run!(command, path.as_os_str(), "-f", "html");
        assert_eq!(run.status, 2, "{command}");
        let rows = match command {
            "events" => ", csv-plain, timesketch, ecs, sysmon, parquet, sqlite",
            _ => "",
        };
        let forms = format!("[possible values: table, json, jsonl, csv, markdown{rows}]");
        assert!(run.stderr.contains(&forms), "{}", run.stderr);
    }
}

#[test]
fn the_extension_of_the_file_decides() {
    let folder = temp();
    for (name, start) in [("a.html", "<!doctype html>"), ("b.svg", "<svg "), ("c.json", "{")] {
        let path = folder.path().join(name);
        let run = run!("analyze", sample("restart.csv").as_os_str(), "-o", path.as_os_str());
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(read(&path).starts_with(start.as_bytes()), "{name}");
    }
}
