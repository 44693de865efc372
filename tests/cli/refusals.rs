//! A file that is no capture is refused with a message that says what it looks
//! like, because that is what a helper asks first.

use crate::common::*;
use crate::{expect_status, run};

/// Name, content, and words that the message needs.
fn foreign() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let stack = vec![
        vec!["Frame", "Module", "Location", "Address", "Path"],
        vec!["0", "ntoskrnl.exe", "x", "0x1", "y"],
    ];
    let prices = vec![vec!["Article", "Price", "Stock"], vec!["Tea", "3", "7"]];
    vec![
        ("stack.csv", csv(&stack), &["call stack"]),
        (
            "rows.prn",
            b"Time of Day  Process Name  PID  Operation  Path\r\n7:00:00      a.exe         4    ReadFile   C:\\a\r\n".to_vec(),
            &["prn"],
        ),
        ("prices.csv", csv(&prices), &["Article", "Price", "File > Save"]),
        ("table.txt", b"Article\tPrice\nTea\t3\nMilk\t7\n".to_vec(), &["text", "row of"]),
        ("prices.txt", b"Article\tPrice\tStock\nTea\t3\t7\n".to_vec(), &["tabs", "Article", "File > Save"]),
        ("headless.txt", b"Tea\t3\t7\nMilk\t2\t9\n".to_vec(), &["tabs", "without a header", "copy whole rows"]),
        (
            "hidden.txt",
            b"Process Name\tPID\tPath\tResult\na.exe\t8\tC:\\a\tSUCCESS\n\nWhy?\n".to_vec(),
            &["without the column Operation", "Select Columns"],
        ),
        (
            "prose.txt",
            b"Hello, I have a problem, please help, thanks\nIt fails, I think, at noon, daily\n".to_vec(),
            &["plain text", "copy whole rows"],
        ),
        ("team.pmc", b"\xa0\0\0\0\x10\0\0\0\x20\0\0\0\x80\0\0\0C\0o\0".to_vec(), &["procmonkey filter"]),
        (
            "help.txt",
            b"Command line options:\n/OpenLog <PML file>\n/BackingFile <file>\n/NoFilter\n".to_vec(),
            &["help text", "/BackingFile capture.pml"],
        ),
        ("screen.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), &["picture", "Ctrl+C"]),
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), &["picture"]),
        ("case.pdf", b"%PDF-1.7\n%\xe2\xe3\n".to_vec(), &["PDF", "copy the rows"]),
        (
            "mail.msg",
            [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".to_vec(), "__substg1.0_0037".bytes().flat_map(|b| [b, 0]).collect()].concat(),
            &["Outlook message", "save it as text"],
        ),
        ("keys.reg", b"Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\A]\n".to_vec(), &["--reg-export"]),
        ("empty.csv", Vec::new(), &["empty"]),
        ("blank.csv", b" \r\n\r\n".to_vec(), &["blank"]),
        ("binary.csv", (0..=255).cycle().skip(7).take(5000).collect(), &["binary"]),
        ("report.json", b"{\"events\": [1, 2, 3]}\n".to_vec(), &["JSON"]),
        (
            "pointer.csv",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 133\n".to_vec(),
            &["LFS"],
        ),
        ("system.evtx", b"ElfFile\0\0\0".to_vec(), &["EVTX", "--event-log"]),
        ("software.hiv", b"regf\0\0\0\0".to_vec(), &["registry hive", "--hive"]),
        ("tool.exe", b"MZ\x90\0".to_vec(), &["program"]),
        ("case.7z", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), &["7-Zip"]),
        ("page.html", b"<!DOCTYPE html><html><body><p>Hello</p></body></html>".to_vec(), &["html", "copy whole rows"]),
        ("notes.txt", b"The service did not start.\nWe looked at it.\n".to_vec(), &["text"]),
    ]
}

#[test]
fn what_is_no_capture_is_called_by_its_name() {
    let folder = temp();
    for (name, bytes, words) in foreign() {
        let path = write(folder.path(), name, bytes);
        for command in ["analyze", "info", "events"] {
            let run = run!(command, &path);
            expect_status(&run, 3, name);
            assert!(run.stdout.is_empty(), "{name}: {}", run.text());
            assert!(run.stderr.contains(name), "{name} is not in: {}", run.stderr);
            for word in words {
                assert!(run.stderr.contains(word), "{name}: `{word}` is not in: {}", run.stderr);
            }
        }
    }
}

#[test]
fn packing_does_not_hide_what_a_file_is() {
    let folder = temp();
    for (name, bytes, words) in foreign() {
        let path = write(folder.path(), "packed", gzip(&bytes));
        let run = run!("analyze", &path);
        expect_status(&run, 3, name);
        assert!(words.iter().all(|word| run.stderr.contains(word)), "{name}: {}", run.stderr);
    }
}

#[test]
fn a_missing_file_is_told_with_the_reason() {
    let folder = temp();
    let run = run!("analyze", &folder.path().join("missing.csv"));
    assert!(run.stderr.contains("missing.csv"), "{}", run.stderr);
    assert!(run.stderr.lines().count() == 1 && run.stderr.contains(':'), "{}", run.stderr);
}

#[test]
fn an_export_with_a_header_only_is_a_capture_without_events() {
    let folder = temp();
    let path = write(folder.path(), "none.csv", csv(&[COLUMNS.to_vec()]));
    let (status, report) = analyze(&[&path]);
    assert_eq!((status, &report["captures"][0]["events_read"]), (4, &0.into()));
    assert_eq!(report["verdict"]["missing"][0]["kind"], "no_event");
    assert!(!list(&report["captures"][0], "remarks").is_empty());
}

#[test]
fn a_pattern_that_the_shell_has_left_is_told() {
    let run = run!("analyze", "captures/*.csv");
    expect_status(&run, 3, "pattern");
    assert!(
        run.stderr.contains("captures/*.csv") && run.stderr.contains("pattern"),
        "{}",
        run.stderr
    );
}

#[test]
fn rows_of_a_csv_without_its_header_are_read() {
    let mut headless = read(sample("guid-changed-default.csv"));
    let line = headless.iter().position(|byte| *byte == b'\n').unwrap();
    headless.drain(..=line);
    let folder = temp();
    let path = write(folder.path(), "headless.csv", headless);
    let (status, report) = analyze(&[&path]);
    let (_, whole) = analyze(&[sample("guid-changed-default.csv")]);
    assert_eq!(status, 1);
    assert_eq!(report["captures"][0]["events_read"], whole["captures"][0]["events_read"]);
    assert_eq!(findings(&report), findings(&whole));
}

#[test]
fn a_document_of_office_is_called_by_its_name() {
    let folder = temp();
    let members: [(&str, &[u8]); 2] =
        [("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")];
    let run = run!("analyze", &write(folder.path(), "mail.docx", zip(&members)));
    expect_status(&run, 3, "mail.docx");
    assert!(run.stderr.contains("Office") && run.stderr.lines().count() == 1, "{}", run.stderr);
}
