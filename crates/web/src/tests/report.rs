//! The report is that of the command line.

use procmonkey_analysis::{Case, CaseOptions, ContainerNames};
use procmonkey_parser::{Input, ReadOptions};
use serde_json::json;

use super::{Asked, sample};

/// Where a sample is.
fn path(name: &str) -> String {
    format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What the libraries say of these captures, as `procmonkey analyze -f json` writes it.
fn expected(names: &[&str]) -> String {
    expected_with(names, &ReadOptions::new())
}

/// The same, where captures are read with these options.
fn expected_with(names: &[&str], options: &ReadOptions) -> String {
    let mut case = Case::new(CaseOptions::new().names(ContainerNames::known()));
    for name in names {
        let options = options.clone().other_text(16 << 20);
        let mut input = Input::open(path(name), &options).unwrap();
        while let Some(capture) = input.next_capture() {
            case.read(&mut capture.unwrap()).unwrap();
        }
    }
    serde_json::to_string_pretty(&case.finish()).unwrap() + "\n"
}

#[test]
fn the_report_on_a_sample_of_each_format_is_that_of_the_libraries() {
    for name in ["guid-changed.pml", "restart.csv", "restart-de.xml", "first-start.txt"] {
        let mut asked = Asked::default();
        let added = asked.add(&[(&path(name), None, sample(name))]);
        assert_eq!(added[0]["as"], "capture", "{name}");
        let answer = asked.ask(&json!({ "ask": "analyze" })).unwrap();
        assert!(answer["json"] == expected(&[name]), "{name}");
        assert!(answer["html"].as_str().unwrap().starts_with("<!doctype html>"));
        assert_eq!(answer["captures"], json!([0]));
    }
}

#[test]
fn captures_are_read_as_the_page_chose_and_as_before_where_it_chose_nothing() {
    let name = "restart-de.xml";
    let with = ReadOptions::new()
        .zone("+02:00".parse().unwrap())
        .date_order("mdy".parse().unwrap())
        .encoding("windows-1252".parse().unwrap());
    let chosen = json!({ "ask": "reading", "tz": " +02:00", "date_order": "mdy", "encoding": "windows-1252" });
    let mut asked = Asked::default();
    asked.add(&[(&path(name), None, sample(name))]);
    asked.ask(&chosen).unwrap();
    let answer = asked.ask(&json!({ "ask": "analyze" })).unwrap();
    assert!(answer["json"] == expected_with(&[name], &with));
    assert!(answer["json"] != expected(&[name]));
    for (wrong, says) in
        [("tz", "time zone"), ("date", "date"), ("date_order", "dmy"), ("encoding", "")]
    {
        let error = asked.ask(&json!({ "ask": "reading", wrong: "nowhere" })).unwrap_err();
        assert!(error.contains("nowhere") && error.contains(says), "{error}");
    }
    // What is wrong changes nothing.
    let answer = asked.ask(&json!({ "ask": "analyze" })).unwrap();
    assert!(answer["json"] == expected_with(&[name], &with));
    asked.ask(&json!({ "ask": "reading", "tz": "" })).unwrap();
    let answer = asked.ask(&json!({ "ask": "analyze" })).unwrap();
    assert!(answer["json"] == expected(&[name]));
}

#[test]
fn several_files_are_one_case() {
    let names = ["restart.csv", "guid-changed.pml"];
    let mut asked = Asked::default();
    let paths = names.map(path);
    let files = [0, 1].map(|at| (&paths[at][..], None, sample(names[at])));
    asked.add(&files);
    let answer = asked.ask(&json!({ "ask": "analyze" })).unwrap();
    assert!(answer["json"] == expected(&names));
    assert_eq!(answer["state"], "broken");
    // The report puts the older one first, whatever the order of the files.
    let of_report: serde_json::Value =
        serde_json::from_str(answer["json"].as_str().unwrap()).unwrap();
    let numbers = of_report["captures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|capture| paths.iter().position(|path| capture["path"] == **path).unwrap());
    assert_eq!(answer["captures"], json!(numbers.collect::<Vec<_>>()));
}

#[test]
fn a_report_that_is_stopped_is_on_what_was_read_and_says_so() {
    let mut asked = Asked::default();
    asked.add(&[("guid-changed.csv", None, sample("guid-changed.csv"))]);
    let job = asked.begin(&json!({ "ask": "analyze" }), Vec::new());
    // The witnesses, then one step of the capture.
    assert!(asked.step() && asked.step());
    asked.ask(&json!({ "ask": "stop", "job": job })).unwrap();
    asked.next = job;
    let answer = asked.end().unwrap();
    assert_eq!(answer["stopped"], true);
    let report: serde_json::Value = serde_json::from_str(answer["json"].as_str().unwrap()).unwrap();
    let read = report["captures"][0]["events_read"].as_u64().unwrap();
    assert!(read > 0 && read < 4055, "{read}");
    let remarks = report["captures"][0]["remarks"].to_string();
    assert!(remarks.contains("stopped"), "{remarks}");
    // What was not read may have what is wrong.
    assert_eq!(report["verdict"]["state"], "not_judged", "{}", report["verdict"]);
}

#[test]
fn one_report_is_made_at_a_time() {
    let mut asked = Asked::default();
    asked.add(&[("guid-changed.csv", None, sample("guid-changed.csv"))]);
    asked.begin(&json!({ "ask": "analyze" }), Vec::new());
    assert!(asked.step());
    let error = asked.ask(&json!({ "ask": "analyze" })).unwrap_err();
    assert!(error.contains("stop it first"), "{error}");
}

#[test]
fn witnesses_are_told_by_their_content_and_count() {
    let event = "Log Name: System\r\nSource: Service Control Manager\r\nEvent ID: 7024\r\n\
                 Description:\r\nThe IIS Admin Service service terminated with service-specific \
                 error 2148073478 (0x80090006).\r\n";
    let registry = "Windows Registry Editor Version 5.00\r\n\r\n\
                    [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n\
                    \"MachineGuid\"=\"4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\"\r\n";
    let mut asked = Asked::default();
    let added = asked.add(&[
        ("events.txt", None, event.as_bytes().to_vec()),
        ("guid.reg", None, registry.as_bytes().to_vec()),
        ("restart.pml", None, sample("restart.pml")),
        ("good.csv", Some("baseline"), sample("restart.csv")),
        ("photo.jpg", None, b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec()),
    ]);
    let roles: Vec<_> = added.iter().map(|file| file["as"].clone()).collect();
    assert_eq!(json!(roles), json!(["event_log", "reg_export", "capture", "baseline", null]));
    assert!(added[4]["unreadable"].as_str().unwrap().contains("ff d8 ff e0"));
    let answer = asked.ask(&json!({ "ask": "analyze" })).unwrap();
    let report: serde_json::Value = serde_json::from_str(answer["json"].as_str().unwrap()).unwrap();
    let sources: Vec<_> = report["witness_sources"].as_array().unwrap().iter().collect();
    assert_eq!(sources[0]["path"], "guid.reg");
    assert_eq!(sources[0]["facts"], 1);
    assert_eq!(sources[1]["path"], "events.txt");
    assert_eq!(sources[1]["facts"], 1);
    assert_eq!(report["captures"].as_array().unwrap().len(), 2);
}

#[test]
fn a_good_and_a_bad_capture_are_compared() {
    let mut asked = Asked::default();
    asked.add(&[
        ("restart.csv", None, sample("restart.csv")),
        ("guid-changed.pml", None, sample("guid-changed.pml")),
    ]);
    let answer = asked.ask(&json!({ "ask": "compare", "good": 0, "bad": 1 })).unwrap();
    assert_eq!(answer["outcome"], "different");
    assert_eq!(answer["headline"], "They part at a key file");
    assert!(answer["html"].as_str().unwrap().contains("<h1>They part at a key file</h1>"));
}
