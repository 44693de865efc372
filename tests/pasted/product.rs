//! Every shape, behind every mark, in every locale, with every line end: the events are
//! those of the CSV.

use procmonkey_parser::Column;

use crate::shapes::{NAMES, Row, SHAPES, Shape};
use crate::{Reading, read_all};

/// A locale: a time text, and what groups digits.
struct Locale {
    name: &'static str,
    time: fn(u32) -> String,
    group: &'static str,
}

const LOCALES: [Locale; 6] = [
    Locale { name: "en", time: |tick| format!("6:59:13.{tick:07} PM"), group: "," },
    Locale { name: "de", time: |tick| format!("18:59:13,{tick:07}"), group: "." },
    Locale { name: "ru", time: |tick| format!("18:59:13,{tick:07}"), group: "\u{a0}" },
    Locale { name: "fr", time: |tick| format!("18:59:13,{tick:07}"), group: "\u{202f}" },
    Locale { name: "zh-TW", time: |tick| format!("下午 06:59:13.{tick:07}"), group: "," },
    Locale { name: "es", time: |tick| format!("6:59:13,{tick:07} p.\u{a0}m."), group: "." },
];

/// Rows of every kind, in a locale.
fn rows(locale: &Locale) -> Vec<Row> {
    let key = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\\
               c2319c42033a5ca7f44e731bfd3fa2b5_0d9f3c52-71ab-4be6-8c04-5e6a2f1b7d38";
    let length = format!("Offset: 0, Length: 2{}202, Priority: Normal", locale.group);
    let access = "Desired Access: Generic Read, Disposition: Open, Options: Sequential Access, \
                  Synchronous IO Non-Alert, Non-Directory File, Attributes: n/a, ShareMode: Read, \
                  Write, AllocationSize: n/a";
    let rows: [(&str, &str, &str, &str, &str, String); 9] = [
        (
            "inetinfo.exe",
            "5236",
            "RegQueryValue",
            "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid",
            "SUCCESS",
            "Type: REG_SZ, Length: 74, Data: 0d9f3c52-71ab-4be6-8c04-5e6a2f1b7d38".into(),
        ),
        ("inetinfo.exe", "5236", "CreateFile", key, "ACCESS DENIED", access.into()),
        (
            "w3wp.exe",
            "6640",
            "ReadFile",
            "C:\\Program Files (x86)\\A & B\\_x\\#1.txt",
            "END OF FILE",
            length,
        ),
        ("w3wp.exe", "6640", "CloseFile", "C:\\Documents and Settings", "SUCCESS", String::new()),
        (
            "My App 2.exe",
            "88",
            "RegOpenKey",
            "HKCU\\Software\\A b",
            "NAME NOT FOUND",
            "Desired Access: Query Value".into(),
        ),
        (
            "a.exe",
            "1200",
            "QueryDirectory",
            "C:\\a\\*",
            "NO MORE FILES",
            "Filter: *, 1: ., 2: .., 3: SUCCESS.txt".into(),
        ),
        (
            "a.exe",
            "1200",
            "TCP Send",
            "web01:49152 -> 10.0.0.1:443",
            "SUCCESS",
            "Length: 517, seqnum: 0, connid: 0".into(),
        ),
        ("a.exe", "1200", "QueryOpen", "\\\\srv01\\share\\x y.dll", "0xC000046F", String::new()),
        (
            "a.exe",
            "1200",
            "CreateFileMapping",
            "C:\\Windows\\System32\\x.dll",
            "FILE LOCKED WITH ONLY READERS",
            "SyncType: SyncTypeCreateSection, PageProtection: PAGE_EXECUTE_READWRITE|PAGE_NOCACHE"
                .into(),
        ),
    ];
    (0u32..)
        .zip(rows)
        .map(|(number, (process, pid, operation, path, result, detail))| {
            let time = (locale.time)(390_001 + 12_345 * number);
            [time, process.into(), pid.into(), operation.into(), path.into(), result.into(), detail]
        })
        .collect()
}

/// Marks in front of lines: what they are called, and how lines get them.
type Mark = (&'static str, fn(&[String]) -> Vec<String>);

const MARKS: [Mark; 15] = [
    ("nothing", |lines| lines.to_vec()),
    ("> ", |lines| front(lines, "> ")),
    ("> > ", |lines| front(lines, "> > ")),
    (">>", |lines| front(lines, ">>")),
    ("* ", |lines| front(lines, "* ")),
    ("- ", |lines| front(lines, "- ")),
    ("# ", |lines| front(lines, "# ")),
    ("// ", |lines| front(lines, "// ")),
    ("//", |lines| front(lines, "//")),
    ("indented", |lines| front(lines, "        ")),
    ("bullet", |lines| front(lines, "\u{2022} ")),
    ("zero width", |lines| front(lines, "\u{200b}")),
    ("comment", |lines| {
        let inner = front(lines, " * ");
        [vec!["/*".to_string()], inner, vec![" */".to_string()]].concat()
    }),
    ("fence", |lines| [&["```text".to_string()], lines, &["```".to_string()]].concat()),
    ("prose", |lines| {
        let above = ["It does not start. Procmon says:".to_string(), String::new()];
        let below = [String::new(), "What can I do? It is urgent, as always.".to_string()];
        [&above[..], lines, &below[..]].concat()
    }),
];

fn front(lines: &[String], mark: &str) -> Vec<String> {
    lines.iter().map(|line| format!("{mark}{line}")).collect()
}

/// Code spans around each line: not for shapes whose lines hold code themselves.
fn in_backticks(shape: &Shape) -> bool {
    shape.name.starts_with("grid") || shape.name == "pipes"
}

const LINE_ENDS: [(&str, &str); 3] = [("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")];

/// The text of a row for each column that a shape has.
fn expected(rows: &[Row], shape: &Shape) -> Vec<Vec<String>> {
    let place = |column: &Column| NAMES.iter().position(|name| *name == column.name()).unwrap();
    let columns: Vec<usize> = shape.columns.iter().map(place).collect();
    rows.iter().map(|row| columns.iter().map(|at| row[*at].clone()).collect()).collect()
}

fn found(reading: &Reading, shape: &Shape) -> Vec<Vec<String>> {
    let text = |event: &procmonkey_parser::Event, column: &Column| {
        event.get(*column).unwrap_or_default().into_owned()
    };
    let row = |event| shape.columns.iter().map(|column| text(event, column)).collect();
    reading.events.iter().map(row).collect()
}

#[test]
fn every_shape_gives_the_events_of_the_csv() {
    let (mut texts, mut failures) = (0, Vec::new());
    for locale in &LOCALES {
        let rows = rows(locale);
        let csv = read_all((SHAPES[0].write)(&rows).join("\r\n") + "\r\n");
        assert_eq!((csv.format, csv.events.len()), ("csv", rows.len()));
        assert_eq!(found(&csv, &SHAPES[0]), expected(&rows, &SHAPES[0]), "{}", locale.name);
        for shape in &SHAPES {
            let lines = (shape.write)(&rows);
            let code: Vec<String> = lines.iter().map(|line| format!("`{line}`")).collect();
            let marked = MARKS.iter().map(|(name, mark)| (*name, mark(&lines)));
            let marked = marked.chain(in_backticks(shape).then_some(("backticks", code)));
            for (mark, lines) in marked {
                for (end_name, end) in LINE_ENDS {
                    let text = lines.join(end) + end;
                    let what = format!("{}, {mark}, {}, {end_name}", shape.name, locale.name);
                    texts += 1;
                    match crate::try_read(&text) {
                        Ok(reading)
                            if reading.losses.is_empty()
                                && found(&reading, shape) == expected(&rows, shape) => {}
                        Ok(reading) => failures.push(format!(
                            "{what}: {:?}\n{:#?}\n{text}",
                            reading.losses,
                            found(&reading, shape)
                        )),
                        Err(error) => failures.push(format!("{what}: {error}\n{text}")),
                    }
                }
            }
        }
    }
    let names: Vec<&str> =
        failures.iter().filter_map(|failure| failure.split(':').next()).collect();
    assert!(
        failures.is_empty(),
        "{} of {texts}: {names:#?}\n{}",
        failures.len(),
        failures.first().map_or("", String::as_str)
    );
    assert!(texts > 5000, "{texts}");
}

#[test]
fn numbers_in_between_are_the_thread_or_the_row() {
    let rows = rows(&LOCALES[0]);
    let shape = |name: &str| SHAPES.iter().find(|shape| shape.name == name).unwrap();
    let tids: Vec<String> = (0..rows.len()).map(|row| (508 + 12 * row).to_string()).collect();
    for name in ["grid with TID before the process", "grid in blanks, with TID behind the PID"] {
        let reading = read_all((shape(name).write)(&rows).join("\n"));
        assert_eq!(reading.column(Column::Tid), tids, "{name}");
    }
    let reading = read_all((shape("grid with row numbers").write)(&rows).join("\n"));
    assert!(!reading.columns.contains(&"TID".to_string()), "{:?}", reading.columns);
    let reading = read_all((shape("grid with user behind").write)(&rows).join("\n"));
    assert!(reading.column(Column::User).iter().all(|user| user == "NT AUTHORITY\\SYSTEM"));
}
