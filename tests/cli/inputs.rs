//! Captures arrive packed, piped, converted, several in one archive.

use std::path::Path;

use serde_json::{Value, json};

use crate::common::*;
use crate::{expect_status, run};

#[test]
fn standard_input_takes_every_packing() {
    let folder = temp();
    for file in ["guid-changed-default.csv", "guid-changed.xml", "first-start.txt"] {
        let bytes = read(sample(file));
        let (status, direct) = analyze(&[sample(file)]);
        let packings = [bytes.clone(), gzip(&bytes), zip(&[(file, &bytes)])];
        for (number, input) in packings.iter().enumerate() {
            let run = run_with_input(&["analyze", "-f", "json", "-"], input);
            expect_status(&run, status, file);
            assert_eq!(
                without(run.json(), &["path", "bytes", "packing", "capture_id"]),
                without(direct.clone(), &["path", "bytes", "packing", "capture_id"]),
                "{file}, packing {number}"
            );
        }
    }
    // It can stand beside files, and a file of that name is meant by its folder.
    let run = run_with_input(
        &[
            "analyze".as_ref(),
            "-f".as_ref(),
            "json".as_ref(),
            "-".as_ref(),
            sample("guid-changed.csv").as_os_str(),
        ],
        &read(sample("restart.csv")),
    );
    assert_eq!(list(&run.json(), "captures").len(), 2);
    write(folder.path(), "-", read(sample("restart.csv")));
    expect_status(&run!("info", &folder.path().join("./-")), 0, "./-");
    expect_status(&run_with_input(&["analyze", "-"], b""), 3, "nothing on standard input");
}

#[test]
fn every_member_of_an_archive_is_taken_in_its_order() {
    let folder = temp();
    let archive = zip(&[
        ("case/", b""),
        ("case/1-restart.csv", &read(sample("restart.csv"))),
        ("case/README.md", b"# Two captures of WEB01\n\nTaken on the same day.\n"),
        ("case/2-changed.xml.gz", &gzip(&read(sample("guid-changed.xml")))),
    ]);
    let path = write(folder.path(), "case.zip", archive);
    let run = run!("analyze", "-f", "json", &path);
    expect_status(&run, 1, "case.zip");
    let report = run.json();
    let paths: Vec<&str> =
        list(&report, "captures").iter().map(|capture| text(capture, "path")).collect();
    assert_eq!(paths.len(), 2);
    assert!(paths[0].ends_with("case/1-restart.csv") && paths[1].ends_with("2-changed.xml.gz"));
    assert_eq!(containers(&report)[0], (METABASE, vec![OLD, NEW]));
    assert!(run.stderr.contains("README.md"), "{}", run.stderr);
    assert!(!run.stderr.contains("case/:"), "a folder is no failure: {}", run.stderr);
    // What is no capture is missing from the result, so the status tells.
    expect_status(&run!("info", &path), 4, "info");
}

#[test]
fn an_archive_without_a_capture_is_no_input() {
    let folder = temp();
    let none = write(folder.path(), "none.zip", zip(&[("a/", b""), ("a/b.txt", b"prose")]));
    let empty = write(folder.path(), "empty.zip", zip(&[]));
    let broken = write(folder.path(), "broken.zip", &zip(&[("a.csv", b"x")])[..20]);
    for path in [none, empty, broken] {
        let run = run!("analyze", &path);
        expect_status(&run, 3, &path);
        assert!(!run.stderr.is_empty(), "{}", path.display());
    }
}

/// Everything of a report that does not depend on how the file was saved.
fn report_of(name: &str, bytes: &[u8]) -> Value {
    let folder = temp();
    let (status, report) = analyze(&[write(folder.path(), name, bytes)]);
    assert_eq!(status, 1, "{name}");
    without(report, &["path", "bytes", "capture_id", "events_read", "losses"])
}

#[test]
fn a_file_that_was_saved_again_says_the_same() {
    let bytes = read(sample("guid-changed-default.csv"));
    let plain = String::from_utf8(bytes.clone()).unwrap();
    let text = plain.trim_start_matches('\u{feff}');
    let wanted = report_of("as-is", &bytes);
    let utf16 = |text: &str, bytes_of: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    };
    // Every field is quoted, so this touches nothing but what parts them.
    let parted = |by: &str| text.replace("\",\"", &format!("\"{by}\""));
    for (name, bytes) in [
        ("no mark", text.as_bytes().to_vec()),
        ("UTF-16LE with a mark", utf16(&plain, u16::to_le_bytes)),
        ("UTF-16BE with a mark", utf16(&plain, u16::to_be_bytes)),
        ("UTF-16LE without one", utf16(text, u16::to_le_bytes)),
        ("LF for CRLF", text.replace("\"\r\n", "\"\n").into_bytes()),
        ("semicolons", parted(";").into_bytes()),
        ("tabs", parted("\t").into_bytes()),
        ("no last line end", text.trim_end().as_bytes().to_vec()),
        (
            "header in other case",
            text.replacen("\"Process Name\"", "\"process name\"", 1).into_bytes(),
        ),
    ] {
        let mut report = report_of(name, &bytes);
        report["captures"][0]["columns"] = wanted["captures"][0]["columns"].clone();
        assert_eq!(report, wanted, "{name}");
    }
}

#[test]
fn columns_are_found_by_their_names_and_not_by_their_place() {
    let run = run!("events", "-f", "jsonl", "--raw", &sample("guid-changed-default.csv"));
    let order = ["Detail", "PID", "Result", "Path", "Time of Day", "Operation", "Process Name"];
    let events = run.json_lines();
    let mut rows = vec![order.to_vec()];
    let pids: Vec<String> = events.iter().map(|event| event["PID"].to_string()).collect();
    rows.extend(events.iter().zip(&pids).map(|(event, pid)| {
        order.map(|name| if name == "PID" { pid } else { text(event, name) }).to_vec()
    }));
    let wanted = report_of("as-is", &read(sample("guid-changed-default.csv")));
    let mut report = report_of("turned", &csv(&rows));
    assert_eq!(report["captures"][0]["columns"], json!(order));
    report["captures"][0]["columns"] = wanted["captures"][0]["columns"].clone();
    assert_eq!(report, wanted);
}

#[test]
fn a_record_with_too_few_fields_is_skipped_and_told() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    let line = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let damaged = [&bytes[..line], b"\"only\",\"three\",\"fields\"\r\n", &bytes[line..]].concat();
    let (status, report) = analyze(&[write(folder.path(), "damaged.csv", damaged)]);
    assert_eq!(status, 4);
    let capture = &report["captures"][0];
    assert_eq!((&capture["events_read"], &capture["losses"]["count"]), (&json!(596), &json!(1)));
    let loss = &capture["losses"]["first"][0];
    assert_eq!((&loss["kind"], &loss["record"]), (&json!("damaged_record"), &json!(1)));
}

/// A text editor shows lines, so a wrong number sends people to the wrong record.
#[test]
fn a_loss_stands_where_its_record_begins() {
    for line_end in ["\n", "\r\n"] {
        let folder = temp();
        let bytes =
            format!("\"Operation\",\"Path\"{line_end}\"one\"{line_end}\"a\",\"b\"{line_end}");
        let (_, report) = analyze(&[write(folder.path(), "damaged.csv", &bytes)]);
        let loss = &report["captures"][0]["losses"]["first"][0];
        let byte = bytes.find("\"one\"").unwrap() as u64;
        assert_eq!((&loss["byte"], &loss["line"]), (&json!(byte), &json!(2)), "{line_end:?}");
    }
}

#[test]
fn a_csv_that_procmon_did_not_write_is_read_the_slower_way_and_told_with_v() {
    let folder = temp();
    let text = String::from_utf8(read(sample("restart.csv"))).expect("text");
    let mut lines: Vec<&str> = text.lines().collect();
    let saved_again = lines[9].replacen('"', "", 2);
    lines[9] = &saved_again;
    let path = write(folder.path(), "saved-again.csv", lines.join("\r\n"));
    let told = "not written as Procmon writes it; from line ";
    let plain = run!("events", "-p", "inetinfo.exe", "-f", "jsonl", "--raw", &path);
    let verbose = run!("events", "-v", "-p", "inetinfo.exe", "-f", "jsonl", "--raw", &path);
    assert!(!plain.stderr.contains(told), "{}", plain.stderr);
    assert!(verbose.stderr.contains(told), "{}", verbose.stderr);
    let whole =
        run!("events", "-v", "-p", "inetinfo.exe", "-f", "jsonl", "--raw", &sample("restart.csv"));
    assert!(!whole.stderr.contains("slower way"), "{}", whole.stderr);
    assert_eq!(plain.text().lines().count(), whole.text().lines().count());
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_is_read_like_standard_input() {
    let folder = temp();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::write(pipe, read(sample("restart.csv"))).unwrap())
    };
    let run = run!("info", "-f", "json", &pipe);
    writer.join().unwrap();
    expect_status(&run, 0, "pipe");
    assert_eq!(run.json()[0]["events_read"], 596);
}

#[test]
fn an_xml_that_procmon_did_not_write_gives_the_same_events_and_is_told_with_v() {
    let folder = temp();
    let text = String::from_utf8(read(sample("guid-changed.xml"))).expect("text");
    let told = "are not written as Procmon writes them";
    let events = |option: &str, path: &Path| {
        let run = run!("events", option, "-p", "inetinfo.exe", "-f", "jsonl", "--raw", path);
        let lines: Vec<Value> =
            run.json_lines().into_iter().map(|line| without(line, &["path", "position"])).collect();
        (lines, run.stderr)
    };
    let (whole, stderr) = events("-v", &sample("guid-changed.xml"));
    assert!(whole.len() > 10 && !stderr.contains(told), "{} {stderr}", whole.len());
    let (first, rest) = text.split_at(text.find("</event>").expect("an event"));
    for (name, from, to) in [
        // What stands in them is no Process Name and no end.
        ("comment", "<PID>", "<!-- <Process_Name>a.exe</Process_Name> --><PID>"),
        ("cdata", "<Process_Name>inetinfo.exe<", "<Process_Name><![CDATA[inetinfo.exe]]><"),
        ("parts", "<Process_Name>inetinfo.exe<", "<Process_Name>inet<![CDATA[info]]>.exe<"),
        ("reference", "<Process_Name>inetinfo.exe<", "<Process_Name>&#105;netinfo.exe<"),
        ("attribute", "<event>", "<event n=\"1\">"),
    ] {
        assert!(rest.contains(from), "{name}");
        let path = write(
            folder.path(),
            &format!("{name}.xml"),
            first.to_owned() + &rest.replace(from, to),
        );
        let (plain, quiet) = events("--color=never", &path);
        let (verbose, stderr) = events("-v", &path);
        assert_eq!(plain, whole, "{name}");
        assert_eq!(verbose, whole, "{name}");
        assert!(!quiet.contains(told) && stderr.contains(told), "{name}: {quiet} {stderr}");
    }
}
