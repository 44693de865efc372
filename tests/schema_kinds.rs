//! Every kind of step and of key folder that the schema lists can occur, under
//! the name that the schema gives it. The samples show only the common ones.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use common::*;

const VALUE: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";

/// The folder of the computer's CNG keys: another one each, so that no step is
/// understood by the one before it.
fn key(number: usize) -> String {
    format!("{FOLDER}\\{number:032x}_{OLD}")
}

fn open(access: &str, result: &str) -> String {
    format!("Desired Access: {access}, Disposition: Open, Options: , OpenResult: {result}")
}

/// Rows of all sorts: operation, result, detail.
fn steps() -> Vec<(&'static str, &'static str, String)> {
    let data = format!("Type: REG_SZ, Length: 74, Data: {OLD}");
    let write = "Offset: 0, Length: 4".to_string();
    vec![
        ("RegQueryValue", "SUCCESS", data.clone()),
        ("RegQueryValue", "NAME NOT FOUND", "Length: 12".into()),
        ("RegSetValue", "SUCCESS", data),
        ("RegDeleteValue", "SUCCESS", String::new()),
        ("CreateFile", "NAME NOT FOUND", String::new()),
        ("CreateFile", "SUCCESS", open("Read Attributes", "Opened")),
        ("CreateFile", "SUCCESS", open("Generic Read", "Opened")),
        ("CreateFile", "SUCCESS", open("Generic Write", "Created")),
        ("CreateFile", "SUCCESS", open("Generic Write", "Overwritten")),
        ("WriteFile", "SUCCESS", write.clone()),
        ("ReadFile", "SUCCESS", write.clone()),
        (
            "SetRenameInformationFile",
            "SUCCESS",
            format!("ReplaceIfExists: False, FileName: {}", key(99)),
        ),
        ("SetDispositionInformationFile", "SUCCESS", "Delete: True".into()),
        ("SetDispositionInformationFile", "SUCCESS", "Delete: False".into()),
        ("CreateFile", "ACCESS DENIED", String::new()),
        ("CreateFile", "SHARING VIOLATION", String::new()),
        ("CreateFile", "NAME COLLISION", String::new()),
        ("CreateFile", "", String::new()),
        ("WriteFile", "DISK FULL", write),
    ]
}

const FOLDERS: [&str; 13] = [
    FOLDER,
    r"C:\ProgramData\Microsoft\Crypto\DSS\MachineKeys",
    r"C:\ProgramData\Microsoft\Crypto\RSA\S-1-5-18",
    r"C:\ProgramData\Microsoft\Crypto\RSA\S-1-5-19",
    r"C:\ProgramData\Microsoft\Crypto\RSA\S-1-5-20",
    r"C:\ProgramData\Microsoft\Crypto\DSS\S-1-5-18",
    r"C:\ProgramData\Microsoft\Crypto\Keys",
    r"C:\ProgramData\Microsoft\Crypto\SystemKeys",
    r"C:\Windows\Profiles\All Users\Application Data\Microsoft\Crypto\RSA\MachineKeys",
    r"C:\Windows\System32\Microsoft\Crypto\RSA\MachineKeys",
    r"C:\Windows\ServiceProfiles\LocalService\AppData\Roaming\Microsoft\Crypto\Keys",
    r"C:\Users\ann\AppData\Roaming\Microsoft\Crypto\Keys",
    r"D:\backup\Microsoft\Crypto\RSA\MachineKeys",
];

/// The names that the schema allows at a place.
fn allowed(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let names = schema.pointer(pointer).unwrap()["enum"].as_array().unwrap();
    names.iter().filter_map(Value::as_str).map(str::to_string).collect()
}

fn seen<'v>(values: impl Iterator<Item = &'v Value>) -> BTreeSet<String> {
    values.filter_map(Value::as_str).map(str::to_string).collect()
}

#[test]
fn every_kind_that_the_schema_lists_occurs_by_that_name() {
    let mut rows: Vec<(&str, &str, String, String)> = Vec::new();
    for (number, (operation, result, detail)) in steps().into_iter().enumerate() {
        let path = if operation.starts_with("Reg") { VALUE.to_string() } else { key(number) };
        rows.push((operation, result, path, detail));
    }
    for folder in FOLDERS {
        let path = format!("{folder}\\{:032x}_{NEW}", 7);
        rows.push(("ReadFile", "SUCCESS", path, "Offset: 0, Length: 4".into()));
    }
    let mut table = vec![COLUMNS.to_vec()];
    for (operation, result, path, detail) in &rows {
        table.push(vec!["07:00:00.0000000", "inetinfo.exe", "7", operation, path, result, detail]);
    }
    let folder = temp();
    let (_, report) = analyze(&[write(folder.path(), "kinds.csv", csv(&table))]);

    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/report.schema.json");
    let schema: Value = serde_json::from_slice(&read(path)).unwrap();
    let errors: Vec<_> = jsonschema::draft202012::new(&schema)
        .unwrap()
        .iter_errors(&report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));

    let timeline = list(&report, "timeline");
    let steps = seen(timeline.iter().map(|entry| &entry["step"]));
    assert_eq!(steps, allowed(&schema, "/$defs/step"));
    for part in ["provider", "scope", "root", "store"] {
        let place = match part {
            "provider" => "/$defs/provider".to_string(),
            _ => format!("/$defs/folder/properties/{part}"),
        };
        let names = seen(timeline.iter().map(|entry| &entry["folder"][part]));
        assert_eq!(names, allowed(&schema, &place), "{part}");
    }
}
