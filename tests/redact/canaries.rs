//! Names that are planted in every column, in every form, in every format, are nowhere in the
//! bytes of the output.

use std::path::{Path, PathBuf};

use procmonkey_redact::Search;

use crate::common::*;
use crate::redact;

/// None of these is a public word; none is part of another.
const CANARIES: [&str; 3] = ["qwertzcanary", "Zürichkanarie", "канарейка77"];

/// All columns of Procmon, and one of somebody else.
const COLUMNS: [&str; 29] = [
    "Time of Day",
    "Process Name",
    "PID",
    "Operation",
    "Path",
    "Result",
    "Detail",
    "Date & Time",
    "Relative Time",
    "Duration",
    "Completion Time",
    "Event Class",
    "Sequence",
    "Image Path",
    "Company",
    "Description",
    "Version",
    "User",
    "Authentication ID",
    "Session",
    "Command Line",
    "TID",
    "Virtualized",
    "Integrity",
    "Category",
    "Parent PID",
    "Architecture",
    "Process Start",
    "Note",
];

/// An event in which nothing is a name.
const PLAIN: [&str; 29] = [
    "3:53:00.0000001 PM",
    "lsass.exe",
    "704",
    "ReadFile",
    r"C:\Windows\System32\config\SYSTEM",
    "SUCCESS",
    "Offset: 0, Length: 4",
    "3/15/2026 3:53:00 PM",
    "00:00:01.0000000",
    "0.0000012",
    "3:53:00.0000013 PM",
    "File System",
    "n/a",
    r"C:\Windows\System32\lsass.exe",
    "Microsoft Corporation",
    "Local Security Authority Process",
    "10.0.19041.1",
    r"NT AUTHORITY\SYSTEM",
    "00000000:000003e7",
    "0",
    r"C:\Windows\system32\lsass.exe",
    "720",
    "False",
    "System",
    "Read",
    "600",
    "64-bit",
    "3/15/2026 3:00:00 PM",
    "",
];

/// The operations whose Path or Detail has a text of its own; `{}` is where it stands.
const PLACES: [(&str, &str, &str); 24] = [
    (
        "CreateFile",
        r"C:\{}\x.txt",
        "Desired Access: Generic Read, Disposition: Open, Options: , Attributes: n/a, ShareMode: None, AllocationSize: n/a, OpenResult: Opened",
    ),
    (
        "CreateFile",
        r"C:\x",
        r"Desired Access: Generic Read, Disposition: Open, Options: , Attributes: n/a, ShareMode: None, AllocationSize: n/a, Impersonating: {}\{}, OpenResult: Opened",
    ),
    ("CreateFile", r"\\{}\{}$\x", ""),
    ("SetRenameInformationFile", r"C:\x", r"ReplaceIfExists: True, FileName: C:\{}.txt"),
    ("QueryNameInformationFile", r"C:\x", r"Name: \{}"),
    ("QueryDirectory", r"C:\{}*", "Filter: {}*, 1: {}.txt, 2: {}"),
    (
        "QueryInformationVolume",
        r"C:\",
        "VolumeCreationTime: 3/15/2026 3:00:00 PM, VolumeSerialNumber: 1234-ABCD, SupportsObjects: True, VolumeLabel: {}",
    ),
    ("RegOpenKey", r"HKLM\SOFTWARE\{}", "Desired Access: Read"),
    ("RegQueryValue", r"HKLM\SOFTWARE\x\{}", "Type: REG_SZ, Length: 40, Data: {}"),
    ("RegQueryValue", r"HKLM\SOFTWARE\x", "Type: REG_BINARY, Length: 16, Data: {}"),
    (
        "RegSetValue",
        r"HKLM\SOFTWARE\x",
        "Type: REG_EXPAND_SZ, Length: 60, Data: %SystemRoot%\\{};{}",
    ),
    ("RegSetValue", r"HKLM\SOFTWARE\x", "Type: REG_MULTI_SZ, Length: 60, Data: {}, b, {}"),
    ("RegSetValue", r"HKLM\SOFTWARE\x", "Type: REG_DWORD, Length: 4, Data: {}"),
    ("RegEnumKey", r"HKLM\SOFTWARE", "Index: 0, Name: {}"),
    ("RegEnumValue", r"HKLM\SOFTWARE\x", "Index: 0, Name: {}, Type: REG_SZ, Length: 8, Data: {}"),
    ("RegLoadKey", r"HKLM\x", r"Hive Path: C:\{}\NTUSER.DAT"),
    ("RegRenameKey", r"HKLM\x", "New Name: {}"),
    ("Process Create", r"C:\{}.exe", r#"PID: 4412, Command line: "C:\{}.exe" /server:{}"#),
    (
        "Process Start",
        "",
        "Parent PID: 4, Command line: {}.exe, Current directory: C:\\{}\\, Environment: \r;\tCOMPUTERNAME={}\r;\tPATH=C:\\{};\r;\t{}_HOME=x",
    ),
    ("Load Image", r"C:\{}\{}.dll", "Image Base: 0x7ff8d8c30000, Image Size: 0x1000"),
    ("Thread Create", "", "Thread ID: 4, {}: {}"),
    (
        "TCP Send",
        "{}.{}.local:49733 -> {}:https",
        "Length: 8, startime: 1, endtime: 2, seqnum: 0, connid: 0",
    ),
    ("UDP Receive", "{}:{} -> 10.20.30.40:53", "Length: 8, {}: {}"),
    ("<Unknown>", "{}", "{}"),
];

/// The name as it may stand in a cell.
fn forms(name: &str) -> Vec<String> {
    let hex = |bytes: &[u8], between: &str| {
        let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(between)
    };
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let short: String = name.chars().take(6).collect();
    vec![
        name.to_string(),
        name.to_uppercase(),
        name.to_lowercase(),
        format!("{}~1", short.to_uppercase()),
        hex(name.as_bytes(), " "),
        hex(&wide, " "),
        hex(name.as_bytes(), ""),
        hex(&wide, ",").to_lowercase(),
        name.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        format!("https://{name}%2Fx.com/?q=%20{name}"),
        format!("{name}@{name}.de"),
        format!("-x={name}_{name};{{{name}}}"),
    ]
}

/// The rows of a canary: each form in each column, then in each place.
fn rows(name: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for form in forms(name) {
        for column in 0..COLUMNS.len() {
            let mut row: Vec<String> = PLAIN.iter().map(|cell| (*cell).to_string()).collect();
            row[column] = form.clone();
            rows.push(row);
        }
        for (operation, path, detail) in PLACES {
            let mut row: Vec<String> = PLAIN.iter().map(|cell| (*cell).to_string()).collect();
            row[3] = operation.to_string();
            row[4] = path.replace("{}", &form);
            row[6] = detail.replace("{}", &form);
            row[11] = String::new();
            rows.push(row);
        }
    }
    rows
}

fn csv_of(rows: &[Vec<String>], columns: &[usize]) -> Vec<u8> {
    let header: Vec<&str> = columns.iter().map(|column| COLUMNS[*column]).collect();
    let mut all = vec![header];
    all.extend(rows.iter().map(|row| columns.iter().map(|column| &*row[*column]).collect()));
    csv(&all)
}

/// Redacts the capture, and expects that all canaries are in it, and none is in the output.
fn expect_none(input: &Path, folder: &Path, at_least: usize) -> PathBuf {
    let search = Search::new(CANARIES);
    let before = search.search(&read(input));
    assert!(before.len() >= at_least, "{}: {before:?}", input.display());
    let (run, output) = redact(input, folder);
    assert!(matches!(run.status, 0 | 4), "{}: {}", input.display(), run.stderr);
    let after = search.search(&read(&output));
    assert!(after.is_empty(), "{}: {after:#?}", input.display());
    output
}

fn all_rows() -> Vec<Vec<String>> {
    CANARIES.iter().flat_map(|name| rows(name)).collect()
}

#[test]
fn none_is_left_in_an_export() {
    let folder = temp();
    let rows = all_rows();
    let everything: Vec<usize> = (0..COLUMNS.len()).collect();
    let input = write(folder.path(), "in.csv", csv_of(&rows, &everything));
    // Each canary as text, as a short name, with escapes, and in hexadecimal.
    expect_none(&input, folder.path(), 12);
    println!("{} canaries in a CSV", rows.len());
    let xml = folder.path().join("in.xml");
    let made = run(&[
        "convert".as_ref(),
        input.as_os_str(),
        "-q".as_ref(),
        "-o".as_ref(),
        xml.as_os_str(),
    ]);
    assert_eq!(made.status, 0, "{}", made.stderr);
    expect_none(&xml, folder.path(), 12);
    println!("{} canaries in an XML", rows.len());
}

#[test]
fn none_is_left_in_a_native_log() {
    let folder = temp();
    // Times that nobody can read would be the only ones.
    let times = [0, 7, 27];
    let rows: Vec<Vec<String>> = all_rows()
        .into_iter()
        .filter(|row| times.iter().all(|column| row[*column] == PLAIN[*column]))
        .collect();
    let columns: Vec<usize> = (0..COLUMNS.len() - 1).collect();
    let input = write(folder.path(), "in.csv", csv_of(&rows, &columns));
    let native = folder.path().join("in.pml");
    let made = run(&[
        "convert".as_ref(),
        input.as_os_str(),
        "-q".as_ref(),
        "--tz".as_ref(),
        "UTC".as_ref(),
        "-o".as_ref(),
        native.as_os_str(),
    ]);
    assert!(matches!(made.status, 0 | 4), "{}", made.stderr);
    // As text, as UTF-16, as a short name and with escapes.
    expect_none(&native, folder.path(), 8);
    println!("{} canaries in a native log", rows.len());
}

#[test]
fn none_is_left_in_the_header_of_a_native_log() {
    let folder = temp();
    let mut bytes = read(sample("restart.pml"));
    // The name of the computer, and bytes that no part of the format leads to.
    let wide: Vec<u8> = "QWERTZCANARY\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes[0x0C..0x0C + wide.len()].copy_from_slice(&wide);
    bytes.extend_from_slice(b"qwertzcanary");
    let input = write(folder.path(), "in.pml", &bytes);
    let output = expect_none(&input, folder.path(), 2);
    assert!(read(output)[0x0C..].starts_with(b"a\0n\0o\0n\0-\0"));
}

#[test]
fn none_is_left_in_a_pasted_text() {
    let folder = temp();
    let mut text =
        String::from("Hi, our qwertzcanary server is broken. Zürichkanarie, канарейка77\n\n");
    for row in all_rows() {
        let cells: Vec<String> =
            row[..7].iter().map(|cell| cell.replace(['\t', '\r', '\n'], " ")).collect();
        text += &(cells.join("\t") + "\n");
    }
    let input = write(folder.path(), "in.txt", text);
    expect_none(&input, folder.path(), 12);
}
