use super::*;
use procmonkey_parser::{Input, ReadOptions, open};

const HEADER: &str = "\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\r\n";

fn collect(mut shared: CrossReference, rows: &[[&str; 6]]) -> CrossReference {
    let mut csv = HEADER.to_string();
    for row in rows {
        csv += &format!("\"{}\"\r\n", row.join("\",\""));
    }
    let input = Input::from_reader("made", csv.as_bytes(), &ReadOptions::new());
    let mut capture = input.unwrap().into_capture().unwrap();
    let mut event = Event::default();
    while capture.read_event(&mut event).unwrap() {
        shared.observe(&event);
    }
    shared
}

/// Each path with its writers and readers.
fn found(rows: &[[&str; 6]]) -> Vec<(String, Vec<String>, Vec<String>)> {
    let names = |users: &[PathUser]| -> Vec<String> {
        let pid = |user: &PathUser| user.pid.map_or("?".to_string(), |pid| pid.to_string());
        let name = |user: &PathUser| user.process.clone().unwrap_or_default();
        users.iter().map(|user| format!("{} {} {}", name(user), pid(user), user.events)).collect()
    };
    let shared = collect(CrossReference::default(), rows).finish();
    shared.iter().map(|it| (it.path.clone(), names(&it.writers), names(&it.readers))).collect()
}

fn path(path: &str, writers: &[&str], readers: &[&str]) -> (String, Vec<String>, Vec<String>) {
    let texts = |list: &[&str]| list.iter().map(|text| text.to_string()).collect();
    (path.to_string(), texts(writers), texts(readers))
}

#[test]
fn a_path_is_shared_when_one_process_writes_and_another_reads() {
    let rows = [
        ["a.exe", "1", "WriteFile", r"C:\Both", "SUCCESS", "Length: 1"],
        ["a.exe", "1", "WriteFile", r"C:\both", "SUCCESS", "Length: 1"],
        ["b.exe", "2", "ReadFile", r"c:\BOTH", "SUCCESS", "Length: 1"],
        // Its own writer reads it, and nobody else.
        ["a.exe", "1", "WriteFile", r"C:\own", "SUCCESS", "Length: 1"],
        ["a.exe", "1", "ReadFile", r"C:\own", "SUCCESS", "Length: 1"],
        // Nobody writes it.
        ["a.exe", "1", "ReadFile", r"C:\read", "SUCCESS", "Length: 1"],
        ["b.exe", "2", "ReadFile", r"C:\read", "SUCCESS", "Length: 1"],
        // Nobody reads it.
        ["a.exe", "1", "WriteFile", r"C:\written", "SUCCESS", "Length: 1"],
        ["b.exe", "2", "WriteFile", r"C:\written", "SUCCESS", "Length: 1"],
        // Two instances of one program are two processes.
        ["A.EXE", "1", "RegSetValue", r"HKLM\x\v", "SUCCESS", "Type: REG_SZ"],
        ["a.exe", "3", "RegQueryValue", r"HKLM\x\v", "BUFFER OVERFLOW", "Length: 12"],
    ];
    let want = [
        path(r"C:\Both", &["a.exe 1 2"], &["b.exe 2 1"]),
        path(r"HKLM\x\v", &["a.exe 1 1"], &["a.exe 3 1"]),
    ];
    assert_eq!(found(&rows), want);
}

#[test]
fn a_writer_that_reads_too_is_in_both_lists() {
    let rows = [
        ["a.exe", "1", "WriteFile", r"C:\x", "SUCCESS", ""],
        ["a.exe", "1", "ReadFile", r"C:\x", "SUCCESS", ""],
        ["b.exe", "2", "Load Image", r"C:\x", "SUCCESS", ""],
        ["b.exe", "2", "Load Image", r"C:\x", "SUCCESS", ""],
    ];
    assert_eq!(found(&rows), [path(r"C:\x", &["a.exe 1 1"], &["b.exe 2 2", "a.exe 1 1"])]);
}

#[test]
fn what_fails_neither_writes_nor_reads() {
    for (write, read) in [
        (["WriteFile", "ACCESS DENIED", ""], ["ReadFile", "SUCCESS", ""]),
        (["WriteFile", "BUFFER OVERFLOW", ""], ["ReadFile", "SUCCESS", ""]),
        (["WriteFile", "SUCCESS", ""], ["ReadFile", "END OF FILE", ""]),
        (["WriteFile", "SUCCESS", ""], ["CreateFile", "SUCCESS", "OpenResult: Opened"]),
        (["RegSetValue", "SUCCESS", ""], ["RegQueryValue", "NAME NOT FOUND", ""]),
        (["CreateFile", "SUCCESS", "OpenResult: Opened"], ["ReadFile", "SUCCESS", ""]),
        (
            ["SetDispositionInformationFile", "SUCCESS", "Delete: False"],
            ["ReadFile", "SUCCESS", ""],
        ),
        (
            ["RegCreateKey", "SUCCESS", "Disposition: REG_OPENED_EXISTING_KEY"],
            ["RegOpenKey", "SUCCESS", ""],
        ),
    ] {
        let row = |process: &'static str, [operation, result, detail]: [&'static str; 3]| {
            [process, if process == "a" { "1" } else { "2" }, operation, r"C:\x", result, detail]
        };
        assert_eq!(found(&[row("a", write), row("b", read)]), [], "{write:?} {read:?}");
    }
}

#[test]
fn what_is_made_deleted_or_overwritten_is_written() {
    for [operation, detail] in [
        ["CreateFile", "Desired Access: Generic Write, Disposition: Create, OpenResult: Created"],
        ["CreateFile", "Disposition: OverwriteIf, OpenResult: Overwritten"],
        ["CreateFile", "Disposition: Open, Options: Delete On Close, OpenResult: Opened"],
        ["IRP_MJ_WRITE", "Offset: 0, Length: 4"],
        ["SetDispositionInformationFile", "Delete: True"],
        ["SetDispositionInformationEx", "Flags: FILE_DISPOSITION_DELETE"],
        ["RegCreateKey", "Desired Access: All Access, Disposition: REG_CREATED_NEW_KEY"],
        ["RegDeleteValue", ""],
    ] {
        let rows = [
            ["a", "1", operation, r"C:\x", "SUCCESS", detail],
            ["b", "2", "RegOpenKey", r"C:\x", "SUCCESS", ""],
        ];
        assert_eq!(found(&rows), [path(r"C:\x", &["a 1 1"], &["b 2 1"])], "{operation} {detail}");
    }
}

#[test]
fn events_without_a_process_and_without_room_are_counted() {
    let rows = [
        ["", "", "WriteFile", r"C:\x", "SUCCESS", ""],
        ["b", "2", "ReadFile", r"C:\x", "SUCCESS", ""],
        ["b", "2", "ReadFile", r"C:\y", "SUCCESS", ""],
        ["b", "2", "QueryOpen", r"C:\y", "SUCCESS", ""],
    ];
    let all = collect(CrossReference::default(), &rows);
    assert_eq!((all.without_process(), all.left_out()), (1, 0));
    // The first process has room, and then nothing.
    let little = collect(CrossReference::default().memory(1), &rows);
    assert_eq!((little.without_process(), little.left_out()), (1, 2));
    assert_eq!(little.finish(), []);
}

/// Procmon's own column Category says of each event whether it reads or writes.
#[test]
fn what_is_read_and_written_is_what_category_says() {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    let (mut reads, mut writes) = (0, 0);
    for name in ["guid-changed", "restart", "first-start"] {
        for extension in ["csv", "pml"] {
            let mut capture = open(format!("{samples}/{name}.{extension}")).unwrap();
            let mut event = Event::default();
            while capture.read_event(&mut event).unwrap() {
                let operation = event.operation().unwrap().into_owned();
                let result = event.result().unwrap().into_owned();
                let category = event.get(Column::Category).unwrap().into_owned();
                let detail = event.detail().map(|detail| detail.text().to_string());
                let is_overwritten =
                    detail.is_some_and(|it| it.contains("OpenResult: Overwritten"));
                let want = match (&*category, &*result) {
                    ("Read", "SUCCESS" | "BUFFER OVERFLOW") => Some(Access::Read),
                    ("Write", "SUCCESS") => Some(Access::Write),
                    // These have no category.
                    _ if is_overwritten => Some(Access::Write),
                    _ if operation == "Load Image" => Some(Access::Read),
                    _ => None,
                };
                assert_eq!(Access::of(&event), want, "{name} {} {operation}", event.number());
                reads += usize::from(want == Some(Access::Read));
                writes += usize::from(want == Some(Access::Write));
            }
        }
    }
    assert!(reads > 1000 && writes > 50, "{reads} {writes}");
}
