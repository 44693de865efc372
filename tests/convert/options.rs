//! Columns, filters, inputs, and what is refused.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::common::*;
use crate::{converted, rows};

#[test]
fn columns_are_chosen_by_name_and_in_any_order() {
    let folder = temp();
    let (input, output) = (sample("guid-changed.csv"), folder.path().join("out.csv"));
    let (bytes, said) = converted(&input, &output, &["--columns", "default"]);
    assert!(bytes == read(sample("guid-changed-default.csv")));
    assert_eq!(said.lines().count(), 1, "{said}");
    let (bytes, _) = converted(&input, &output, &["--columns", "tid, Date & Time,PID"]);
    assert!(bytes.starts_with(b"\xef\xbb\xbf\"TID\",\"Date & Time\",\"PID\"\r\n\""));
    let whole = read(&input);
    let all = rows(&whole);
    let place = |name: &str| all[0].iter().position(|header| *header == name).unwrap();
    let places = ["TID", "Date & Time", "PID"].map(place);
    for (row, whole) in rows(&bytes).iter().zip(&all).skip(1) {
        assert!(row.iter().zip(places).all(|(field, place)| *field == whole[place]), "{row:?}");
    }
    let (bytes, said) = converted(&input, &output, &["--columns", "all"]);
    assert!(said.contains("does not have them: Process Start\n"), "{said}");
    assert_eq!(rows(&bytes)[0].len(), 28);
}

#[test]
fn columns_that_an_xml_hides_come_from_its_process_list() {
    let columns = ["-f", "csv", "--columns", "PID,User,Image Path,TID,Duration", "-p", "lsass.exe"];
    let (bytes, said) = converted(&sample("restart.xml"), Path::new("-"), &columns);
    let rows = rows(&bytes);
    assert!(rows.len() > 1, "{said}");
    for row in &rows[1..] {
        assert_eq!(row[1..], ["NT AUTHORITY\\SYSTEM", "C:\\Windows\\System32\\lsass.exe", "", ""]);
    }
    let told = said.lines().filter(|line| line.contains("does not have them: TID, Duration"));
    assert_eq!(told.count(), 1, "{said}");
}

#[test]
fn filters_work_as_in_events() {
    let folder = temp();
    let (input, output) = (sample("guid-changed.csv"), folder.path().join("out.csv"));
    let rules = ["-p", "inetinfo.exe", "--filter", "Path contains MachineKeys"];
    let (bytes, said) = converted(&input, &output, &rules);
    let mut events = ["events", "-f", "csv"].map(OsStr::new).to_vec();
    events.push(input.as_os_str());
    events.extend(rules.map(OsStr::new));
    assert!(bytes == run(&events).stdout);
    let count = rows(&bytes).len() - 1;
    assert!(
        count > 0 && said.contains(&format!("{count} of 4055 events written as CSV")),
        "{said}"
    );
    let (bytes, _) = converted(&input, &output, &["--filter", "Path is nowhere"]);
    assert_eq!(rows(&bytes).len(), 1, "the header alone");
    // The list of processes stays whole.
    let output = folder.path().join("out.xml");
    let (xml, _) = converted(&sample("restart.xml"), &output, &["--exclude", "PID more than 0"]);
    let xml = String::from_utf8(xml).unwrap();
    assert!(xml.ends_with("</processlist><eventlist>\r\n</eventlist></procmon>"));
    assert!(xml.matches("<process>").count() > 20);
}

#[test]
fn advanced_names_count_for_the_filter_whatever_is_written() {
    let folder = temp();
    let input = sample("restart.pml");
    let [usual, advanced] = ["usual.pml", "advanced.pml"].map(|name| folder.path().join(name));
    let (usual, said) = converted(&input, &usual, &["--filter", "Operation is CreateFile"]);
    assert!(!said.contains(" 0 of "), "{said}");
    let filter = ["--advanced-output", "--filter", "Operation is IRP_MJ_CREATE"];
    let (advanced, said_of_advanced) = converted(&input, &advanced, &filter);
    // A native log holds numbers, so only the choice of the events shows the names.
    assert!(advanced == usual, "{said}{said_of_advanced}");
    let (csv, _) = converted(&input, &folder.path().join("advanced.csv"), &filter);
    let created = rows(&csv).iter().filter(|row| row.contains(&"IRP_MJ_CREATE")).count();
    assert!(created > 0 && said.contains(&format!("{created} of ")), "{created}: {said}");
}

#[test]
fn pasted_events_can_be_converted() {
    let folder = temp();
    let output = folder.path().join("out.xml");
    let (_, said) = converted(&sample("restart.txt"), &output, &["-p", "inetinfo.exe"]);
    assert!(said.contains("6 of 6 events written as XML"), "{said}");
    let (csv, _) = converted(&output, Path::new("-"), &["-f", "csv"]);
    assert!(rows(&csv)[0].contains(&"Process Name"));
    assert!(rows(&csv)[1].contains(&"inetinfo.exe"));
    let events = b"Operation: ReadFile\nPath: C:\\a\nName: a.exe\nPID: 7\n";
    let run = run_with_input(&["convert", "-", "-f", "csv", "-o", "-"], events);
    assert_eq!(
        run.text(),
        "\u{feff}\"Operation\",\"Path\",\"Process Name\",\"PID\",\"Detail\"\r\n\
         \"ReadFile\",\"C:\\a\",\"a.exe\",\"7\",\"\"\r\n"
    );
}

#[test]
fn standard_streams_and_packed_captures_work() {
    let original = read(sample("restart.csv"));
    let piped = run_with_input(&["convert", "-", "-o", "-", "-f", "csv"], &gzip(&original));
    assert_eq!(piped.status, 0, "{}", piped.stderr);
    assert!(piped.stdout == original);
    assert_eq!(piped.stderr, "procmonkey: standard output: 596 events written as CSV\n");
    let folder = temp();
    let archive = zip(&[("captures/", b""), ("captures/restart.csv", &original)]);
    let path = write(folder.path(), "case.zip", archive);
    let output = folder.path().join("whatever.txt");
    let (bytes, said) = converted(&path, &output, &["-q", "-f", "csv"]);
    assert!(bytes == original && said.is_empty(), "{said}");
}

/// What the program says to arguments that make no sense. Nothing may be written.
fn refused(status: i32, arguments: &[&OsStr], words: &[&str]) {
    let folder = temp();
    let mut command = procmonkey(&[OsStr::new("convert")]);
    command.args(arguments).current_dir(folder.path());
    let run = command.output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(status), "{arguments:?}: {said}");
    assert!(run.stdout.is_empty(), "{arguments:?}");
    assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    assert!(names_in(folder.path()).is_empty(), "{arguments:?}");
}

#[test]
fn what_cannot_be_done_is_refused_and_nothing_is_written() {
    let restart: PathBuf = sample("restart.csv");
    let (input, out) = (restart.as_os_str(), OsStr::new("-o"));
    let [csv, txt, dash, columns] = ["o.csv", "o.txt", "-", "--columns"].map(OsStr::new);
    refused(2, &[input], &["--output"]);
    refused(2, &[input, input, out, csv], &["restart.csv"]);
    refused(2, &[input, out, txt], &["o.txt", ".csv, .xml", "--format"]);
    refused(2, &[input, out, dash], &["--format"]);
    let listed = ["'Pat'", "Time of Day, Process Name", "Architecture"];
    refused(2, &[input, out, csv, columns, OsStr::new("PID,Pat")], &listed);
    let [filter, rule] = ["--filter", "Pat is 1"].map(OsStr::new);
    refused(2, &[input, out, csv, filter, rule], &["Pat"]);
    refused(3, &[OsStr::new("missing.csv"), out, csv], &["missing.csv"]);
    refused(3, &[sample("README.md").as_os_str(), out, csv], &["README.md"]);
    refused(3, &[input, out, OsStr::new("nowhere/o.csv")], &["nowhere"]);
    let folder = temp();
    let archive = zip(&[("a.csv", &read(&restart)), ("b.csv", &read(&restart))]);
    let archive = write(folder.path(), "case.zip", archive);
    refused(2, &[archive.as_os_str(), out, csv], &["case.zip", "2 files", "a.csv, b.csv"]);
    let archive = write(folder.path(), "empty.zip", zip(&[]));
    refused(3, &[archive.as_os_str(), out, csv], &["empty.zip"]);
}
