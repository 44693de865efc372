//! All sentences that the findings on the samples have, in one file: whoever changes one sees it
//! in the difference. `PROCMONKEY_WRITE_SENTENCES=1 cargo test --test sentences` writes the file
//! anew.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::{env, fs};

use serde_json::Value;

use common::*;

const FILE: &str = "tests/sentences.txt";

/// The sentences of a finding, one to a line.
fn sentences(finding: &Value) -> String {
    let mut all = String::new();
    let parts = [("was seen", "explanation"), ("remedy", "remedy"), ("confirm", "confirm")];
    let id = (text(finding, "signature"), text(finding, "severity"), text(finding, "confidence"));
    writeln!(all, "{} {} {}: {}", id.0, id.1, id.2, text(finding, "title")).unwrap();
    for (label, key) in parts {
        if let Some(said) = finding[key].as_str() {
            writeln!(all, "  {label}: {said}").unwrap();
        }
    }
    let lists =
        [("not shown", "does_not_prove"), ("raised", "raised_by"), ("lowered", "lowered_by")];
    for (label, key) in lists {
        for reason in list(finding, key) {
            writeln!(all, "  {label}: {}", reason.as_str().unwrap()).unwrap();
        }
    }
    all
}

/// Every sample, also the large ones; those of signatures with what stands beside them.
fn samples() -> Vec<(String, Vec<PathBuf>)> {
    let mut all: Vec<(String, Vec<PathBuf>)> =
        sample_captures().into_iter().map(|name| (name.clone(), vec![sample(&name)])).collect();
    let folder = sample("signatures");
    for name in names_in(&folder) {
        let Some(stem) = name.strip_suffix(".csv") else { continue };
        let capture = folder.join(&name);
        all.push((stem.to_string(), vec![capture.clone()]));
        for (ending, flag) in [("event.txt", "--event-log"), ("listing.txt", "--keys-dir")] {
            let beside = folder.join(format!("{stem}.{ending}"));
            if beside.is_file() {
                let arguments = vec![flag.into(), beside, capture.clone()];
                all.push((format!("{stem} with its {ending}"), arguments));
            }
        }
    }
    all
}

/// What the program says about every sample, each block once with the samples that have it.
fn everything() -> &'static str {
    static ALL: OnceLock<String> = OnceLock::new();
    ALL.get_or_init(ask)
}

fn ask() -> String {
    let mut blocks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, own) in samples() {
        for arguments in [own.clone(), [vec!["-p".into(), "*".into()], own].concat()] {
            let (_, report) = analyze(&arguments);
            for finding in list(&report, "findings") {
                let samples = blocks.entry(sentences(finding)).or_default();
                if !samples.contains(&name) {
                    samples.push(name.clone());
                }
            }
        }
    }
    let mut all = String::new();
    for (block, samples) in &blocks {
        writeln!(all, "{block}  samples: {}\n", samples.join(", ")).unwrap();
    }
    // The folder of the clone has no place in the file.
    all.replace(&format!("{}/", sample("").display().to_string().trim_end_matches('/')), "samples/")
}

#[test]
fn the_sentences_are_those_of_the_file() {
    let said = everything();
    if env::var_os("PROCMONKEY_WRITE_SENTENCES").is_some() {
        fs::write(FILE, said).unwrap();
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
