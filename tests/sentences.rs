//! All sentences that the findings on the samples have, in one file: whoever changes one sees it
//! in the difference. `PROCMONKEY_WRITE_SENTENCES=1 cargo test --test sentences` writes the file
//! anew.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::{env, fs};

use serde_json::Value;

use common::*;

const FILE: &str = "tests/sentences.txt";

/// The sentences of a finding, one to a line.
fn sentences(finding: &Value) -> String {
    let mut all = String::new();
    let parts = [
        ("was seen", "explanation"),
        ("not shown", "does_not_prove"),
        ("remedy", "remedy"),
        ("confirm", "confirm"),
    ];
    let id = (text(finding, "signature"), text(finding, "severity"), text(finding, "confidence"));
    writeln!(all, "{} {} {}: {}", id.0, id.1, id.2, text(finding, "title")).unwrap();
    for (label, key) in parts {
        if let Some(said) = finding[key].as_str() {
            writeln!(all, "  {label}: {said}").unwrap();
        }
    }
    for (label, key) in [("raised", "raised_by"), ("lowered", "lowered_by")] {
        for reason in list(finding, key) {
            writeln!(all, "  {label}: {}", reason.as_str().unwrap()).unwrap();
        }
    }
    all
}

/// What the program says about every sample, each block once with the samples that have it.
fn everything() -> String {
    let mut blocks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let names = names_in(&sample("signatures"));
    for name in names.iter().filter(|name| name.ends_with(".csv")) {
        let path = sample("signatures").join(name);
        for arguments in [vec![path.clone()], vec!["-p".into(), "*".into(), path.clone()]] {
            let (_, report) = analyze(&arguments);
            for finding in list(&report, "findings") {
                let samples = blocks.entry(sentences(finding)).or_default();
                let name = name.trim_end_matches(".csv").to_string();
                if !samples.contains(&name) {
                    samples.push(name);
                }
            }
        }
    }
    let mut all = String::new();
    for (block, samples) in &blocks {
        writeln!(all, "{block}  samples: {}\n", samples.join(", ")).unwrap();
    }
    all
}

#[test]
fn the_sentences_are_those_of_the_file() {
    let said = everything();
    if env::var_os("PROCMONKEY_WRITE_SENTENCES").is_some() {
        fs::write(FILE, &said).unwrap();
    }
    let file = fs::read_to_string(FILE).unwrap().replace("\r\n", "\n");
    let mut lines = said.lines().zip(file.lines()).enumerate();
    let differs = lines.find(|(_, (now, before))| now != before);
    if let Some((line, (now, before))) = differs {
        panic!("{FILE}, line {}:\n{before}\nis now\n{now}", line + 1);
    }
    assert_eq!(said.len(), file.len(), "{FILE} is longer or shorter");
}

#[test]
fn every_sentence_is_whole() {
    for line in everything().lines() {
        let Some((label, said)) = line.trim_start().split_once(": ") else { continue };
        if !["was seen", "not shown", "remedy"].contains(&label) {
            continue;
        }
        assert!(said.ends_with(['.', ')']), "no full stop: {line}");
        assert!(said.starts_with(|c: char| !c.is_lowercase() || said.contains(".exe")), "{line}");
        for wrong in ["  ", " ,", " . ", "..", ".;", ": .", "None)", "Some("] {
            let plain = said.replace("…", "");
            assert!(!plain.contains(wrong), "`{wrong}` in: {line}");
        }
    }
    for line in everything().lines().filter(|line| line.trim_start().starts_with("confirm: ")) {
        assert!(!line.contains(r"\Device\"), "{line}");
    }
}
