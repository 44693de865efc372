//! The manifest, the lines of progress and the case file keep to their schemas.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::common::*;
use crate::{batch, make_some, manifest};

fn schema(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    serde_json::from_slice(&read(path)).unwrap()
}

fn validator(name: &str) -> Validator {
    let schema = schema(name);
    assert!(jsonschema::meta::is_valid(&schema), "{name}");
    jsonschema::draft202012::new(&schema).unwrap()
}

fn check(validator: &Validator, value: &Value) {
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{value}:\n{}", errors.join("\n"));
}

#[test]
fn manifest_and_progress_keep_to_their_schemas() {
    let folder = temp();
    make_some(folder.path());
    let own = folder.path().join("in");
    write(&own, "web/case.json", r#"{"schema_version": 1, "captures": ["Log.pml", "gone.csv"]}"#);
    let more = ["--progress", "json", "--events", "parquet", "--hash", "sha256"];
    let (lines, progress) = (validator("manifest.schema.json"), validator("progress.schema.json"));
    for _ in 0..2 {
        let run = batch(folder.path(), &more);
        let mut members = None;
        for (_, line) in manifest(folder.path()) {
            check(&lines, &line);
            // Every line has the same members.
            let own: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
            assert_eq!(*members.get_or_insert(own.clone()), own);
        }
        for line in run.stderr.lines() {
            check(&progress, &serde_json::from_str(line).unwrap());
        }
    }
    for wrong in [json!({}), json!({"type": "end", "schema_version": 1})] {
        assert!(!lines.is_valid(&wrong) && !progress.is_valid(&wrong), "{wrong}");
    }
}

/// What the schema of case files allows is read, and what it refuses is refused.
#[test]
fn a_case_file_is_what_its_schema_says() {
    let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = String::from_utf8(read(readme)).unwrap();
    let (_, rest) = readme.split_once("is one case, for `analyze DIR`").unwrap();
    let (_, rest) = rest.split_once("```json\n").unwrap();
    let example: Value = serde_json::from_str(rest.split_once("```").unwrap().0).unwrap();
    let validator = validator("case.schema.json");
    check(&validator, &example);
    let with = |name: &str, value: Value| {
        let mut case = example.clone();
        case[name] = value;
        case
    };
    let kinds = ["event_log", "hive", "keys_dir", "reg_export", "debugview"];
    let mut cases: Vec<_> = kinds.iter().map(|it| with("witnesses", json!({*it: ["w"]}))).collect();
    cases.extend([
        example.clone(),
        with("baseline", json!([])),
        with("witnesses", json!({"key_dir": []})),
        with("witnesses", json!([])),
        with("captures", json!([])),
        with("captures", json!([""])),
        with("captures", json!("a.csv")),
        with("schema_version", json!(2)),
        with("schema_version", json!("1")),
        with("other", json!(1)),
        json!({"captures": ["a.csv"]}),
        json!({"schema_version": 1}),
        json!([]),
    ]);
    let folder = temp();
    for case in cases {
        write(folder.path(), "case.json", case.to_string());
        let run = run(&["analyze".as_ref(), folder.path().as_os_str()]);
        // Its captures are not there.
        let want = if validator.is_valid(&case) { 3 } else { 2 };
        assert_eq!(run.status, want, "{case}: {}", run.stderr);
    }
}
