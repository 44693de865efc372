//! The JSON report is a contract, and `schemas/report.schema.json` is its text:
//! every report has to keep to it, and it has to reject what is no report.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Value, json};

use common::*;

fn schema() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/report.schema.json");
    serde_json::from_slice(&read(path)).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn check(validator: &Validator, report: &Value, what: &str) {
    let errors: Vec<_> = validator
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}:\n{}", errors.join("\n"));
}

#[test]
fn the_schema_is_a_schema() {
    assert!(jsonschema::meta::is_valid(&schema()));
}

#[test]
fn the_report_of_every_sample_keeps_to_the_schema() {
    let validator = validator();
    let mut formats = BTreeSet::new();
    for name in sample_captures() {
        // All processes: more of the report is filled.
        for process in ["inetinfo.exe", "*"] {
            let path = sample(&name);
            let (_, report) = analyze(&["-p".as_ref(), process.as_ref(), path.as_os_str()]);
            check(&validator, &report, &name);
            formats.insert(text(&report["captures"][0], "format").to_string());
        }
    }
    // Every format that the schema names has a sample.
    let named = schema().pointer("/$defs/capture/properties/format/enum").cloned();
    let named: BTreeSet<String> = serde_json::from_value(named.unwrap()).unwrap();
    assert_eq!(formats, named);
    let (_, report) = analyze(&[sample("restart.csv"), sample("guid-changed.csv")]);
    check(&validator, &report, "two captures");
}

#[test]
fn a_report_with_losses_keeps_to_the_schema() {
    let folder = temp();
    let bytes = read(sample("guid-changed.csv"));
    let cut = write(folder.path(), "cut.csv", &bytes[..bytes.len() / 2]);
    let packed = write(folder.path(), "cut.gz", &gzip(&bytes)[..9000]);
    for path in [cut, packed] {
        let (_, report) = analyze(&[&path]);
        assert_ne!(report["captures"][0]["losses"]["count"], 0, "{}", path.display());
        check(&validator(), &report, &path.display().to_string());
    }
}

#[test]
fn times_of_every_quality_keep_to_the_schema() {
    let path = sample("guid-changed-default.csv");
    for (arguments, quality) in [
        (vec![], "time_only"),
        (vec!["--date", "2026-03-05"], "date_inferred"),
        (vec!["--date", "2026-03-05", "--tz", "+05:30"], "date_inferred"),
        (vec!["--date", "2026-03-05", "--tz", "UTC"], "date_inferred"),
        (vec!["--date", "2026-03-05", "--tz", "Europe/Berlin"], "date_inferred"),
    ] {
        let mut all: Vec<&std::ffi::OsStr> = arguments.iter().map(AsRef::as_ref).collect();
        all.push(path.as_os_str());
        let (_, report) = analyze(&all);
        assert_eq!(report["captures"][0]["time_quality"], quality, "{arguments:?}");
        check(&validator(), &report, &format!("{arguments:?}"));
    }
}

#[test]
fn a_time_behind_midnight_keeps_to_the_schema() {
    let folder = temp();
    let path = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let row = |time| {
        vec![time, "inetinfo.exe", "7", "ReadFile", &path, "SUCCESS", "Offset: 0, Length: 4"]
    };
    let header = COLUMNS.to_vec();
    let bytes = csv(&[header, row("11:59:59.9000000 PM"), row("12:00:00.1000000 AM")]);
    let (_, report) = analyze(&[write(folder.path(), "night.csv", bytes)]);
    assert_eq!(entry(&report, 2)["delta_seconds"], 0.2);
    assert!(text(entry(&report, 2), "time").starts_with("+1d "));
    check(&validator(), &report, "two days");
}

#[test]
fn rare_touches_keep_to_the_schema() {
    let folder = temp();
    let path = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let program = format!("{FOLDER}\\update.exe");
    let open = "Desired Access: Generic Read, Disposition: Open, Options: , OpenResult: Opened";
    let rows = [
        COLUMNS.to_vec(),
        vec!["6:59:00 PM", "backup.exe", "8", "CreateFile", &path, "SUCCESS", open],
        vec!["6:59:01 PM", "inetinfo.exe", "7", "CreateFile", &path, "SHARING VIOLATION", ""],
        vec![
            "6:59:02 PM",
            "backup.exe",
            "8",
            "ReadFile",
            &path,
            "END OF FILE",
            "Offset: 0, Length: 4",
        ],
        vec!["6:59:03 PM", "backup.exe", "8", "Load Image", &program, "SUCCESS", ""],
    ];
    let (_, report) = analyze(&[write(folder.path(), "rare.csv", csv(&rows))]);
    check(&validator(), &report, "rare touches");
    let touches = &report["touches"];
    assert_eq!(touches["files"][1]["holders"][0]["name"], "backup.exe");
    assert_eq!(touches["files"][0]["end_of_file"], json!([3, 0]));
    assert_eq!(touches["code"][0]["was"], "ran");
    // Whoever is met at the keys is judged: the backup, too, which found an empty file.
    let want = [("MK-05", "error"), ("MK-19", "error"), ("MK-06", "warning")];
    assert_eq!(findings(&report), want);
}

#[test]
fn witnesses_of_every_kind_keep_to_the_schema() {
    let folder = temp();
    let file = format!("c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let text = format!(
        "Log Name: System\nSource: Service Control Manager\nDate: 3/5/2026 6:59:14 PM\n\
         Event ID: 7024\nDescription:\nThe IIS Admin Service service terminated with \
         service-specific error 2148073478 (0x80090006).\n\n\
         HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n  MachineGuid    REG_SZ    {NEW}\n\n \
         Directory of {FOLDER}\n\n03/01/2026  09:12 AM    2,202 {file}\n"
    );
    let event = |provider: &str, id: u32, data: &[(&str, &str)]| {
        let data: String =
            data.iter().map(|(n, v)| format!("<Data Name='{n}'>{v}</Data>")).collect();
        format!(
            "<Event><System><Provider Name='{provider}'/><EventID>{id}</EventID>\
             <TimeCreated SystemTime='2026-03-05T17:59:14.0000000Z'/></System>\
             <EventData>{data}</EventData></Event>"
        )
    };
    let path = format!("{FOLDER}\\{file}");
    let xml = format!(
        "<Events>{}{}</Events>",
        event("Schannel", 36870, &[("Type", "server"), ("ErrorCode", "0x8009030D")]),
        event(
            "Microsoft-Windows-Security-Auditing",
            5058,
            &[("KeyFilePath", &path), ("Operation", "%%2458"), ("ReturnCode", "0x0")]
        ),
    );
    let ticket = write(folder.path(), "ticket.txt", text);
    let xml = write(folder.path(), "events.xml", xml);
    let debug = write(folder.path(), "debug.log", b"[5236] a line\n[5236] Gr\xf6\xdfe\n");
    let missing = folder.path().join("SOFTWARE");
    let capture = sample("guid-changed.csv");
    let (_, report) = analyze(&[
        "--event-log".as_ref(),
        ticket.as_os_str(),
        "--event-log".as_ref(),
        xml.as_os_str(),
        "--debugview".as_ref(),
        debug.as_os_str(),
        "--hive".as_ref(),
        missing.as_os_str(),
        "--tz".as_ref(),
        "Europe/Berlin".as_ref(),
        capture.as_os_str(),
    ]);
    let mut kinds: Vec<&str> =
        list(&report, "witnesses").iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        ["debug", "debug", "folder", "key_operation", "machine_guid", "schannel", "service"]
    );
    check(&validator(), &report, "witnesses");
    // One that is missing, and one with a loss.
    let sources = list(&report, "witness_sources");
    let names: Vec<&str> =
        sources.iter().map(|source| source["given_as"].as_str().unwrap()).collect();
    assert_eq!(names, ["hive", "event_log", "event_log", "debugview"]);
    assert!(sources[0]["error"].is_string() && sources[3]["losses"]["count"] == 1);
    for pointer in ["/witness_sources/0", "/witness_sources/3/losses"] {
        for key in report.pointer(pointer).unwrap().as_object().unwrap().keys() {
            let mut less = report.clone();
            less.pointer_mut(pointer).unwrap().as_object_mut().unwrap().shift_remove(key);
            assert!(!validator().is_valid(&less), "{pointer}/{key} is not required");
        }
    }
    for (pointer, value) in
        [("/witness_sources/0/given_as", json!("evtx")), ("/witness_sources/0/facts", json!(-1))]
    {
        assert!(!validator().is_valid(&with(&report, pointer, value)), "{pointer}");
    }
    let described = &schema()["$defs"]["witness"]["properties"];
    for entry in list(&report, "witnesses") {
        for key in entry.as_object().unwrap().keys() {
            assert!(described[key]["description"].is_string(), "{key} is not described");
        }
    }
}

/// Puts a value at a JSON pointer.
fn with(report: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = report.clone();
    *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not there")) = value;
    changed
}

#[test]
fn the_schema_rejects_what_is_no_report() {
    let validator = validator();
    let (_, report) = analyze(&[sample("guid-changed.csv")]);
    for (pointer, value) in [
        ("/schema_version", json!(1)),
        ("/captures", json!([])),
        ("/captures/0/format", json!("pdf")),
        ("/captures/0/events_read", json!(-1)),
        ("/captures/0/time_quality", json!("good")),
        ("/captures/0/losses/count", json!("none")),
        ("/processes/0/phases/0/phase", json!("crypto load")),
        ("/machine_guid_reads/0/events", json!([])),
        ("/machine_guid_reads/0/view", json!("x86")),
        ("/timeline/0/step", json!("CreateFile")),
        ("/timeline/0/event", json!(0)),
        ("/timeline/0/time", json!("6:59 PM")),
        ("/timeline/1/relation", json!("Current")),
        ("/timeline/1/folder/scope", json!("all")),
        ("/timeline/1/stem", json!("c2319c42")),
        ("/timeline/1/link/via", json!("luck")),
        ("/key_files/0/created_by", json!("name")),
        ("/key_files/0/exists", Value::Null),
        ("/containers/0/provider", json!("CAPI")),
        ("/containers/0/guids", json!([])),
        ("/touches/left_out", json!(-1)),
        ("/touches/files/0/created", json!(true)),
        ("/touches/folders/0/root", json!("elsewhere")),
        ("/findings/0/signature", json!("guid-changed")),
        ("/findings/0/severity", json!("high")),
        ("/findings/0/confidence", json!("error")),
        // A finding without evidence is none.
        ("/findings/0/evidence", json!([])),
        ("/findings/0/guids/0/role", json!("right")),
        ("/verdict/signature", json!("MachineGuid")),
        ("/verdict/state", json!("ok")),
        ("/processes/0/judged_as", json!("followed")),
        ("/verdict/evidence", json!(["event 7"])),
        ("/verdict/do_first/0/effect", json!("deletes")),
        // What changes the computer is never a command.
        ("/verdict/do_first/0/effect", json!("changes")),
        ("/guid_signs/0/letter", json!("Z")),
        ("/cited_events/0/event", json!(0)),
        ("/captures/0/zone", json!("CET")),
        ("/captures/0/capture_id", json!("my capture")),
        ("/captures/0/density/basis", json!("luck")),
        ("/captures/0/density/all", json!([])),
        ("/made", json!({"argv": [], "at": "2026-03-05T18:59:13Z"})),
        ("/made", json!({"argv": ["procmonkey"], "at": "yesterday"})),
        ("/captures/0/role", json!("past")),
    ] {
        assert!(!validator.is_valid(&with(&report, pointer, value)), "{pointer}");
    }
}

#[test]
fn every_field_of_a_report_is_described_and_required() {
    let (schema, validator) = (schema(), validator());
    let (_, report) = analyze(&[sample("guid-changed.csv")]);
    // One object of each kind, and where its description stands.
    for (pointer, place) in [
        ("", ""),
        ("/captures/0", "/$defs/capture"),
        ("/captures/0/computer", "/$defs/computer"),
        ("/captures/0/computer/names/0", "/$defs/computer/properties/names/items"),
        ("/captures/0/losses", "/$defs/losses"),
        ("/captures/0/density", "/$defs/density"),
        ("/processes/0", "/$defs/process"),
        ("/processes/0/phases/0", "/$defs/process/properties/phases/items"),
        ("/machine_guid_reads/0", "/$defs/guid_read"),
        ("/timeline/1", "/$defs/timeline_entry"),
        ("/timeline/1/link", "/$defs/link"),
        ("/timeline/1/folder", "/$defs/folder"),
        ("/key_files/0", "/$defs/key_file"),
        ("/containers/0", "/$defs/container"),
        ("/containers/0/guids/0", "/$defs/container/properties/guids/items"),
        ("/touches", "/$defs/touches"),
        ("/touches/files/0", "/$defs/file_touch"),
        ("/touches/files/0/by", "/$defs/toucher"),
        ("/touches/folders/0", "/$defs/folder_touch"),
        ("/touches/master_keys/0", "/$defs/master_key_touch"),
        ("/touches/providers/0", "/$defs/provider_touch"),
        ("/findings/0", "/$defs/finding"),
        ("/findings/0/evidence/0", "/$defs/finding/properties/evidence/items"),
        ("/findings/0/guids/0", "/$defs/named_guid"),
        ("/verdict", "/$defs/verdict"),
        ("/verdict/evidence/0", "/$defs/verdict_evidence"),
        ("/verdict/do_first/0", "/$defs/do_first"),
        ("/verdict/confirm", "/$defs/confirmation"),
        ("/guid_signs/0", "/$defs/guid_sign"),
        ("/cited_events/0", "/$defs/cited_event"),
        ("/phase_words/0", "/properties/phase_words/items"),
    ] {
        let described = &schema.pointer(place).unwrap()["properties"];
        let object = report.pointer(pointer).unwrap().as_object().unwrap();
        for key in object.keys() {
            let field = &described[key];
            assert!(field["description"].is_string(), "{pointer}/{key} is not described");
            let mut less = report.clone();
            less.pointer_mut(pointer).unwrap().as_object_mut().unwrap().shift_remove(key);
            assert!(!validator.is_valid(&less), "{pointer}/{key} is not required");
        }
        // New fields are no break, so they have to be allowed.
        let mut more = report.clone();
        more.pointer_mut(pointer).unwrap()["of_a_later_version"] = json!(true);
        assert!(validator.is_valid(&more), "{pointer} is closed");
    }
}
