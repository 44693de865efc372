//! Texts that are not UTF-8: decoded by the code page that the user names, or else by the one
//! that they look like, wherever in the file it shows; and what spreadsheets leave behind.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "common/mod.rs"]
mod common;

use std::ffi::OsStr;
use std::path::Path;

use common::*;

macro_rules! run {
    ($($argument:expr),+ $(,)?) => {
        run(&[$(OsStr::new($argument)),+])
    };
}

const HEADER: &str = "Time of Day,Process Name,PID,Operation,Path,Result,Detail";

/// Names of folders as people have them, with the code page of their Windows.
const NAMES: [(&str, &str); 5] = [
    ("windows-1252", "C:\\Users\\J\u{fc}rgen\\Schl\u{fc}ssel f\u{fc}r Pr\u{fc}fungen"),
    (
        "windows-1251",
        "C:\\Users\\\u{418}\u{432}\u{430}\u{43d}\\\u{41a}\u{43b}\u{44e}\u{447}\u{438} \u{438} \u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{438}",
    ),
    (
        "windows-1250",
        "C:\\Users\\W\u{142}adys\u{142}aw\\\u{17b}\u{f3}\u{142}\u{107} i ja\u{17a}\u{144}",
    ),
    ("shift_jis", "C:\\Users\\\u{5c71}\u{7530}\u{592a}\u{90ce}\\\u{9375}\u{306e}\u{8868}\u{793a}"),
    (
        "gbk",
        "C:\\Users\\\u{7ba1}\u{7406}\u{5458}\\\u{8fd9}\u{662f}\u{4e00}\u{4e2a}\u{6587}\u{6863}",
    ),
];

/// Rows of which the last ones have the name, behind so many that are plain.
fn table(name: &str, plain: usize, quote: &str, comma: &str) -> String {
    let row = |texts: [&str; 7]| {
        let texts = texts.map(|text| format!("{quote}{text}{quote}"));
        texts.join(comma) + "\r\n"
    };
    let header: Vec<&str> = HEADER.split(',').collect();
    let mut table = row(header.try_into().unwrap());
    for number in 0..plain + 3 {
        let name = if number < plain { "C:\\plain" } else { name };
        let time = format!("10:{:02}:{:02}.{number:07}", number / 60_000 % 60, number / 1000 % 60);
        let pid = (number % 7).to_string();
        let path = format!("{name}\\{number}.txt");
        let process = if number % 50 == 0 { "rare.exe" } else { "demo.exe" };
        table += &row([&time, process, &pid, "ReadFile", &path, "SUCCESS", "Length: 1"]);
    }
    table
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
}

fn events(path: &Path, more: &[&str]) -> Run {
    let mut all = vec![OsStr::new("events"), OsStr::new("-f"), OsStr::new("csv")];
    all.extend(more.iter().map(OsStr::new));
    all.push(path.as_os_str());
    run(&all)
}

#[test]
fn a_table_of_any_code_page_gives_the_events_of_its_twin_in_utf8() {
    let folder = temp();
    for (label, name) in NAMES {
        for (quote, comma) in [("\"", ","), ("", ","), ("", ";"), ("", "\t")] {
            let text = table(name, 2, quote, comma);
            let twin = write(folder.path(), "utf8.csv", &text);
            let path = write(folder.path(), "ansi.csv", encoded(&text, label));
            let want = events(&twin, &[]);
            assert!(want.text().contains(name) && want.stderr.is_empty(), "{}", want.stderr);
            let guessed = events(&path, &[]);
            assert!(guessed.text() == want.text(), "{label} {comma}: {}", guessed.text());
            assert_eq!(guessed.status, 0, "{}", guessed.stderr);
            // Told once, whatever the number of rows.
            assert_eq!(guessed.stderr.lines().count(), 1, "{}", guessed.stderr);
            assert!(guessed.stderr.contains("which is a guess"), "{}", guessed.stderr);
            let named = events(&path, &["--encoding", label]);
            assert!(named.text() == want.text() && named.stderr.is_empty(), "{label}");
            let piped = run_with_input(&["events", "-f", "csv", "-"], &encoded(&text, label));
            assert!(piped.text() == want.text(), "{label}");
        }
    }
}

#[test]
fn a_code_page_shows_behind_megabytes_of_plain_rows() {
    let folder = temp();
    let (label, name) = NAMES[1];
    for quote in ["\"", ""] {
        let text = table(name, 90_000, quote, ",");
        assert!(text.len() > 6_000_000);
        let twin = write(folder.path(), "utf8.csv", &text);
        let bytes = encoded(&text, label);
        let path = write(folder.path(), "ansi.csv", &bytes);
        let filter = format!("Path begins with {name}");
        for more in [
            &[][..],
            &["-p", "rare.exe", "--threads", "1"],
            &["-p", "rare.exe", "--threads", "4"],
            &["--filter", &filter, "--threads", "1"],
            &["--filter", &filter, "--threads", "4"],
        ] {
            let (want, found) = (events(&twin, more), events(&path, more));
            assert!(found.text() == want.text(), "{more:?}: {}", found.stderr);
            assert!(found.stderr.contains("read as windows-1251"), "{}", found.stderr);
            assert!(!found.stderr.contains("could not be read"), "{}", found.stderr);
        }
        let piped = run_with_input(&["events", "-f", "csv", "-"], &bytes);
        assert!(piped.text() == events(&twin, &[]).text());
    }
}

#[test]
fn an_xml_says_its_page_or_it_is_guessed() {
    let folder = temp();
    let (label, name) = NAMES[0];
    let row = |path: &str| {
        format!(
            "<event><ProcessIndex>1</ProcessIndex><Time_of_Day>10:00:00.0000000</Time_of_Day>\
             <Operation>ReadFile</Operation><Path>{path}</Path><Result>SUCCESS</Result></event>"
        )
    };
    for declared in ["UTF-8", label, ""] {
        for plain in [0, 30_000] {
            let encoding = match declared {
                "" => String::new(),
                name => format!(" encoding=\"{name}\""),
            };
            let text = format!(
                "<?xml version=\"1.0\"{encoding}?><procmon><processlist><process>\
                 <ProcessIndex>1</ProcessIndex><ProcessId>4</ProcessId>\
                 <ProcessName>{}</ProcessName></process></processlist><eventlist>{}{}\
                 </eventlist></procmon>",
                if plain == 0 { "m\u{fc}ll.exe" } else { "mull.exe" },
                row("C:\\plain").repeat(plain),
                row(name).repeat(2)
            );
            let twin = write(folder.path(), "utf8.xml", text.replace(label, "UTF-8"));
            let path = write(folder.path(), "ansi.xml", encoded(&text, label));
            let columns = ["-f", "csv", "--columns", "Process Name,Operation,Path"];
            let of = |path: &Path| {
                let mut all = vec![OsStr::new("convert"), path.as_os_str(), OsStr::new("-o-")];
                all.extend(columns.map(OsStr::new));
                run(&all)
            };
            let (want, found) = (of(&twin), of(&path));
            assert!(want.text().contains(name));
            assert!(found.text() == want.text(), "{declared} {plain}: {}", found.stderr);
            assert_eq!(found.stderr.contains("a guess"), declared != label, "{}", found.stderr);
        }
    }
}

#[test]
fn what_is_written_is_utf8_whatever_was_read() {
    let folder = temp();
    let good = "\u{e4}\u{f6}\u{fc}\u{df}";
    // UTF-8 in which bytes are damaged is no code page.
    let text = table(good, 1, "\"", ",");
    let mut bytes = text.clone().into_bytes();
    let at = text.rfind(good).unwrap();
    bytes[at + 1] = b'x';
    let path = write(folder.path(), "damaged.csv", &bytes);
    let found = events(&path, &[]);
    let want = text.clone().into_bytes();
    let want = [&want[..at], "\u{fffd}x".as_bytes(), &want[at + 2..]].concat();
    assert!(found.text().ends_with(std::str::from_utf8(&want).unwrap()), "{}", found.text());
    assert!(found.stderr.contains("1 place could not be read"), "{}", found.stderr);
    assert!(!found.stderr.contains("guess"), "{}", found.stderr);
    // A character whose bytes stand on both sides of a field's end is none.
    let split = b"\"Path\",\"Detail\"\r\n\"a\xc3\",\"\xa4b\"\r\n\"\xc3\xa4\",\"\xc3\xa4\"\r\n";
    let path = write(folder.path(), "split.csv", split);
    for encoding in ["utf-8", "gbk", "windows-1252"] {
        for format in ["csv", "jsonl", "markdown", "json"] {
            let run = run!("events", "-f", format, "--encoding", encoding, &path);
            std::str::from_utf8(&run.stdout).unwrap();
            for output in ["out.csv", "out.xml"] {
                let output = folder.path().join(output);
                run!("convert", &path, "-o", &output, "--encoding", encoding);
                std::str::from_utf8(&read(&output)).unwrap();
                std::fs::remove_file(output).unwrap();
            }
        }
    }
}

#[test]
fn a_byte_order_mark_counts_more_than_what_the_user_says() {
    let folder = temp();
    let text = format!("\u{feff}{}", table("\u{e4}", 0, "\"", ","));
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.clone().into_bytes(), utf16] {
        let path = write(folder.path(), "marked.csv", bytes);
        let found = events(&path, &["--encoding", "windows-1252"]);
        assert!(found.text() == text, "{}", found.text());
    }
    let unmarked: Vec<u8> = text[3..].encode_utf16().flat_map(u16::to_be_bytes).collect();
    let path = write(folder.path(), "unmarked.csv", unmarked);
    assert!(events(&path, &["--encoding", "utf-16be"]).text() == text);
    let refused = events(&path, &["--encoding", "cp850"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("Encoding Standard"), "{}", refused.stderr);
}

#[test]
fn a_nul_in_a_capture_is_a_part_of_its_text() {
    let folder = temp();
    let csv = b"\"Operation\",\"Path\"\r\n\"RegQueryValue\",\"HKLM\\a\0b\"\r\n";
    let xml = b"<?xml version=\"1.0\"?><procmon><eventlist><event><Operation>RegQueryValue\
                </Operation><Path>HKLM\\a\0b</Path></event></eventlist></procmon>";
    for (name, bytes) in [("nul.csv", &csv[..]), ("nul.xml", &xml[..])] {
        let path = write(folder.path(), name, bytes);
        let found = run!("events", "-f", "jsonl", "--raw", &path);
        assert_eq!(found.json_lines()[0]["Path"], "HKLM\\a\0b", "{name}: {}", found.stderr);
    }
    let path = write(folder.path(), "binary.csv", b"\x01\0\x02,\"Path\"\r\n");
    assert!(run!("events", &path).stderr.contains("binary data"));
}

#[test]
fn what_a_spreadsheet_has_changed_is_told_in_one_line() {
    let folder = temp();
    let rows = "28:58.7,a.exe,1,ReadFile,C:\\a,SUCCESS,Length: 1\r\n\
                28:59.1,a.exe,1,ReadFile,C:\\D\u{e9}mo,SUCCESS,#NAME?\r\n";
    let path =
        write(folder.path(), "excel.csv", encoded(&format!("{HEADER}\r\n{rows}"), "windows-1252"));
    let found = events(&path, &[]);
    let about: Vec<&str> = found.stderr.lines().filter(|it| it.contains("spreadsheet")).collect();
    assert_eq!(about.len(), 1, "{}", found.stderr);
    assert!(about[0].contains("2 times have lost their hour"), "{}", about[0]);
    assert!(about[0].contains("1 cell is an error"), "{}", about[0]);
}
