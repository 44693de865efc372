//! Tickets in which several things stand, through the built program.

use std::ffi::OsStr;

use serde_json::Value;

use crate::common::*;
use crate::{read, read_all};
use procmonkey_parser::Column;

const GUID: &str = "0d9f3c52-71ab-4be6-8c04-5e6a2f1b7d38";
const STEM: &str = "7a436fe806e483969f48a894af2fe9a1";

/// A ticket with every kind of piece, and the operations in its order.
fn ticket() -> (String, Vec<&'static str>) {
    let key = format!("{FOLDER}\\{STEM}_{GUID}");
    let text = format!(
        "Subject: service down, see CreateFile below\n\nHello,\n\nsince the clone it does not start.\n\n\
         > 6:59:13.0390001 PM\tinetinfo.exe\t5236\tRegQueryValue\tHKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid\
         \tSUCCESS\tType: REG_SZ, Length: 74, Data: {GUID}\n\n\
         The one that fails:\n\n\
         Date:\t3/25/2026 6:59:13.0413955 PM\nThread:\t508\nClass:\tFile System\nOperation:\tCreateFile\n\
         Result:\tACCESS DENIED\nPath:\n{key}\nDuration:\t0.0000359\nDesired Access:\tGeneric Read\n\
         Disposition:\tOpen\n\nProcess\n\nDescription:\tIIS\nName:\tinetinfo.exe\nPID:\t5236\n\
         User:\tNT AUTHORITY\\SYSTEM\nCommand Line:\tinetinfo.exe\n\n\
         ```\n\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\n\
         \"6:59:13.0500000 PM\",\"inetinfo.exe\",\"5236\",\"CloseFile\",\"C:\\a\",\"SUCCESS\",\"\"\n```\n\n\
         | Time | Process | PID | Op | Path | Result |\n|---|---|---|---|---|---|\n\
         | 6:59:13.0600000 PM | inetinfo.exe | 5236 | ReadFile | C:\\b | END OF FILE |\n\n\
         inetinfo.exe RegOpenKey HKLM\\Software\\Microsoft\\InetStp NAME NOT FOUND\n\n\
         <event><Time_of_Day>6:59:13.0700000 PM</Time_of_Day><Process_Name>inetinfo.exe</Process_Name>\
         <PID>5236</PID><Operation>Thread Exit</Operation><Path></Path><Result>SUCCESS</Result></event>\n\n\
         Thanks a lot, and have a good day. It is ReadFile again, I fear.\n"
    );
    let operations =
        vec!["RegQueryValue", "CreateFile", "CloseFile", "ReadFile", "RegOpenKey", "Thread Exit"];
    (text, operations)
}

#[test]
fn a_ticket_is_read_piece_by_piece_in_its_order() {
    let (text, operations) = ticket();
    let reading = read_all(&text);
    assert_eq!(reading.column(Column::Operation), operations);
    assert_eq!(reading.column(Column::User)[1], "NT AUTHORITY\\SYSTEM");
    assert_eq!(reading.column(Column::ProcessName), ["inetinfo.exe"; 6]);
    let lines: Vec<Option<u64>> =
        reading.events.iter().map(|event| event.position().line).collect();
    assert_eq!(lines, [7, 11, 32, 37, 39, 41].map(Some));
    assert_eq!(reading.remarks.len(), 6, "{:#?}", reading.remarks);
}

#[test]
fn the_ticket_is_analysed_on_standard_input() {
    let (text, _) = ticket();
    let run = run_with_input(&["analyze", "-f", "json", "-"], text.as_bytes());
    assert_eq!(run.status, 1, "{}", run.stderr);
    let report = run.json();
    assert!(
        findings(&report).iter().any(|finding| finding.0 == "MK-04"),
        "{:?}",
        findings(&report)
    );
    assert_eq!(report["captures"][0]["losses"]["count"], 0);
    let remarks = list(&report["captures"][0], "remarks");
    let told = |word: &str| remarks.iter().any(|remark| remark.as_str().unwrap().contains(word));
    assert!(told("parted by tabs") && told("of a CSV") && told("<event>"), "{remarks:?}");
}

#[test]
fn what_the_process_tab_says_is_in_every_output_and_filter() {
    let (text, _) = ticket();
    let folder = temp();
    let path = write(folder.path(), "ticket.txt", &text);
    let run = |arguments: &[&str]| {
        let mut all: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        all.push(path.as_os_str());
        run(&all)
    };
    for format in ["csv", "markdown", "json", "jsonl"] {
        let run = run(&["events", "-f", format]);
        assert!(run.text().contains("SYSTEM"), "{format}: {}", run.text());
    }
    let filtered =
        run(&["events", "-f", "jsonl", "--raw", "--filter", "User is NT AUTHORITY\\SYSTEM"]);
    assert_eq!(filtered.json_lines().len(), 1);
    let info = run(&["info", "-f", "json"]).json();
    let columns: Vec<&Value> = list(&info[0], "columns").iter().collect();
    assert!(columns.iter().any(|column| *column == "User"), "{columns:?}");
    let converted = run(&["convert", "-f", "csv", "-o", "-"]);
    let rows: Vec<&str> = converted.text().lines().collect();
    assert!(rows[0].contains("\"User\"") && rows[2].contains("NT AUTHORITY\\SYSTEM"), "{rows:?}");
    let processes = run(&["processes", "-f", "json"]).json();
    assert_eq!(processes.as_array().unwrap().len(), 1, "{processes}");
}

#[test]
fn our_own_markdown_is_read_back() {
    for name in ["restart.csv", "guid-changed-default.csv"] {
        let original = read(read_bytes(name));
        let markdown = run(&[
            OsStr::new("events"),
            OsStr::new("-f"),
            OsStr::new("markdown"),
            sample(name).as_os_str(),
        ]);
        let again = read_all(&markdown.stdout);
        assert_eq!(again.events.len(), original.events.len(), "{name}");
        for column in
            [Column::TimeOfDay, Column::Pid, Column::Operation, Column::Path, Column::Result]
        {
            assert_eq!(again.column(column), original.column(column), "{name}: {column}");
        }
    }
}

fn read_bytes(name: &str) -> Vec<u8> {
    crate::common::read(sample(name))
}

#[test]
fn a_capture_that_procmon_wrote_is_read_by_its_own_reader() {
    for (name, format) in [
        ("restart.csv", "csv"),
        ("restart.xml", "xml"),
        ("restart.pml", "pml"),
        ("restart.txt", "pasted"),
    ] {
        assert_eq!(read(read_bytes(name)).format, format, "{name}");
    }
    let tabs = String::from_utf8(read_bytes("restart.csv")).unwrap().replace("\",\"", "\"\t\"");
    assert_eq!(read(&tabs).format, "csv");
    let table = "Time of Day\tProcess Name\tPID\tOperation\tPath\tResult\tDetail\n\
                 1:02:03.0000004 AM\ta.exe\t8\tReadFile\tC:\\a\tSUCCESS\tOffset: 0\n";
    assert_eq!(read(table).format, "csv");
    assert_eq!(read(table.to_string() + "\nWhat now, please?\n").format, "pasted");
}

#[test]
fn the_case_is_the_same_from_the_grid_as_from_the_csv() {
    let folder = temp();
    let bytes = read_bytes("guid-changed-default.csv");
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[3..]);
    let mut text = String::from("Look what I have found, please:\n\n");
    for row in rows.records().skip(1) {
        let row = row.unwrap();
        text += &row.iter().collect::<Vec<_>>().join("\t");
        text += "\r\n";
    }
    let path = write(folder.path(), "grid.txt", text);
    let (status, report) = analyze(&[&path]);
    let (wanted_status, wanted) = analyze(&[sample("guid-changed-default.csv")]);
    assert_eq!(status, wanted_status);
    assert_eq!(findings(&report), findings(&wanted));
    assert_eq!(containers(&report), containers(&wanted));
    assert_eq!(report["captures"][0]["losses"]["count"], 0);
    assert_eq!(report["captures"][0]["events_read"], wanted["captures"][0]["events_read"]);
}

#[test]
fn the_ticket_in_the_readme_gives_what_it_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = String::from_utf8(crate::common::read(path)).unwrap();
    let section = readme.split("### From a ticket").nth(1).unwrap();
    let mut blocks =
        section.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let (ticket, events) = (blocks.next().unwrap(), blocks.next().unwrap());
    let run = run_with_input(&["events", "-f", "jsonl", "--raw", "-"], ticket.as_bytes());
    assert_eq!((run.status, run.text()), (0, events), "{}", run.stderr);
    let run = run_with_input(&["analyze", "-p", "w3wp.exe", "-f", "json", "-"], ticket.as_bytes());
    assert_eq!(run.status, 1);
    let report = run.json();
    assert_eq!(findings(&report), [("MK-04", "error")]);
    let [witness] = list(&report, "witnesses") else { panic!("{}", report["witnesses"]) };
    let words: Vec<&str> = section.split_whitespace().collect();
    assert!(words.join(" ").contains(text(witness, "source")), "{witness}");
    let rights = &witness["files"][0]["access"];
    assert_eq!(
        rights,
        &serde_json::json!(["NT AUTHORITY\\SYSTEM:(F)", "BUILTIN\\Administrators:(F)"])
    );
}
