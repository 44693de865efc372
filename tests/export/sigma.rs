//! Sigma rules run unchanged on `-f sysmon`: an engine fires on the events that it should, in every
//! sample, and on no others.

use std::collections::BTreeMap;
use std::path::Path;

use sigma_rust::{Rule, event_from_json, rule_from_yaml};

use crate::common::*;

/// Where rules look for events of a category, as tools that run them have it.
const CATEGORIES: [(&str, &[i64]); 3] =
    [("process_creation", &[1]), ("registry_set", &[13]), ("file_delete", &[23, 26])];

/// The rules, and what Procmon's filter finds instead of each.
const RULES: [(&str, &[&str]); 3] = [
    (
        "machine_guid_set.yml",
        &[
            "Operation is RegSetValue",
            r"Path ends with \SOFTWARE\Microsoft\Cryptography\MachineGuid",
        ],
    ),
    (
        "machine_key_deleted.yml",
        &[
            "Operation begins with SetDispositionInformation",
            r"Path contains \Microsoft\Crypto\RSA\MachineKeys\",
            r"Detail matches Delete: True|FILE_DISPOSITION_DELETE\b",
        ],
    ),
    (
        "program_among_machine_keys.yml",
        &[
            "Operation is Process Create",
            r"Path matches \\Microsoft\\Crypto\\RSA\\MachineKeys\\.*\.exe$",
        ],
    ),
];

/// Samples that a rule must fire on, because their story says so.
const STORIES: [(&str, &[&str]); 3] = [
    (
        "machine_guid_set.yml",
        &["mk-02-by-sysprep", "mk-02-guid-edited", "mk-02-put-back", "mk-02-set-to-what-it-was"],
    ),
    ("machine_key_deleted.yml", &["mk-03-deleted-by-another", "mk-08-look-alike-keys-deleted"]),
    ("program_among_machine_keys.yml", &["mk-19-code-in-store"]),
];

/// Samples of which a rule could be taken in, and must not be.
const LOOK_ALIKES: [(&str, &str); 3] = [
    ("machine_guid_set.yml", "mk-02-look-alike-copy-of-the-value"),
    ("machine_key_deleted.yml", "mk-07-deleted-by-another"),
    ("program_among_machine_keys.yml", "mk-19-look-alike-same-name-elsewhere"),
];

fn rule(name: &str) -> Rule {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/sigma").join(name);
    rule_from_yaml(&String::from_utf8(read(path)).unwrap()).unwrap()
}

/// The ids of the events that each rule fires on.
fn fired(sample: &Path, rules: &[(&str, Rule)]) -> BTreeMap<String, Vec<String>> {
    let run = run(&["events", sample.to_str().unwrap(), "-q", "-f", "sysmon"]);
    assert_eq!(run.status, 0, "{}: {}", sample.display(), run.stderr);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in run.json_lines() {
        let event = event_from_json(&row.to_string()).unwrap();
        for (name, rule) in rules {
            let category = rule.logsource.category.as_deref().unwrap();
            let ids = CATEGORIES.iter().find(|(known, _)| *known == category).unwrap().1;
            if ids.contains(&row["EventID"].as_i64().unwrap()) && rule.is_match(&event) {
                let id = text(&row, "event_id").to_string();
                found.entry((*name).to_string()).or_default().push(id);
            }
        }
    }
    found
}

#[test]
fn rules_fire_on_what_they_are_for_and_on_nothing_else() {
    let rules: Vec<(&str, Rule)> = RULES.iter().map(|(name, _)| (*name, rule(name))).collect();
    let mut samples_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for sample in all_captures() {
        let found = fired(&sample, &rules);
        for (name, filters) in RULES {
            let mut words = vec!["events", sample.to_str().unwrap(), "-q", "-f", "jsonl"];
            words.extend(["--filter", "Result is SUCCESS"]);
            for filter in filters {
                words.extend(["--filter", filter]);
            }
            let rows = run(&words).json_lines();
            let want: Vec<String> =
                rows.iter().map(|row| text(row, "event_id").to_string()).collect();
            let found = found.get(name).cloned().unwrap_or_default();
            assert_eq!(found, want, "{name} on {}", sample.display());
            if !found.is_empty() {
                let stem = sample.file_stem().unwrap().to_str().unwrap().to_string();
                samples_of.entry(name).or_default().push(stem);
            }
        }
    }
    for (name, stories) in STORIES {
        for story in stories {
            let fired_on = &samples_of[name];
            assert!(fired_on.iter().any(|it| it == story), "{name}: {story}, only {fired_on:?}");
        }
    }
    for (name, look_alike) in LOOK_ALIKES {
        assert!(samples_of[name].iter().all(|it| it != look_alike), "{name}: {look_alike}");
    }
}
