//! Parquet and SQLite: each value is that of the typed JSON lines.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use rusqlite::Connection;
use rusqlite::types::Value as Stored;
use serde_json::{Map, Value, json};

use crate::common::*;

/// Texts that are JSON.
const JSON: [&str; 4] = ["detail", "other", "unread", "stack"];

/// A row by the names of its columns; null is left out.
type Cells = Map<String, Value>;

/// Writes a capture to a file of this name, and returns its path.
fn converted(capture: &Path, folder: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let mut all = vec!["events", "-q", capture.to_str().unwrap(), "-o", path.to_str().unwrap()];
    all.extend(flags);
    let run = run(&all);
    assert_eq!(run.status, 0, "{name}: {}", run.stderr);
    path
}

/// As JSON has it, or `None` for null.
fn cell(name: &str, text: String) -> Value {
    match JSON.contains(&name) {
        true => serde_json::from_str(&text).unwrap(),
        false => json!(text),
    }
}

fn parquet_rows(path: &Path) -> Vec<Cells> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(|row| {
        let mut cells = Cells::new();
        for (name, field) in row.unwrap().get_column_iter() {
            let value = match field {
                Field::Null => continue,
                Field::Str(text) => cell(name, text.clone()),
                Field::Long(number) => json!(number),
                Field::Int(number) => json!(number),
                Field::UInt(number) => json!(number),
                Field::Double(number) => json!(number),
                Field::Bool(truth) => json!(truth),
                Field::TimestampMicros(time) => json!(time),
                other => panic!("{name}: {other:?}"),
            };
            cells.insert(name.clone(), value);
        }
        cells
    });
    rows.collect()
}

fn database_rows(path: &Path) -> Vec<Cells> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT * FROM full_events").unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_string).collect();
    let rows = statement.query_map([], |row| {
        let mut cells = Cells::new();
        for (place, name) in names.iter().enumerate() {
            let value = match row.get(place)? {
                Stored::Null => continue,
                Stored::Integer(number) if matches!(&**name, "neighbour" | "virtualized") => {
                    json!(number == 1)
                }
                Stored::Integer(number) => json!(number),
                Stored::Real(number) => json!(number),
                Stored::Text(text) => cell(name, text),
                other => panic!("{name}: {other:?}"),
            };
            cells.insert(name.clone(), value);
        }
        Ok(cells)
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The typed JSON lines, in the form of the tables: without null and the version, and with
/// `neighbour` in each.
fn json_rows(path: &Path) -> Vec<Cells> {
    let lines = String::from_utf8(read(path)).unwrap();
    let rows = lines.lines().map(|line| {
        let Value::Object(mut cells) = serde_json::from_str(line).unwrap() else {
            panic!("{line}")
        };
        cells.remove("schema_version");
        cells.retain(|_, value| !value.is_null());
        cells.entry("neighbour").or_insert(json!(false));
        cells
    });
    rows.collect()
}

fn take(cells: &mut Cells, name: &str) -> Option<Value> {
    cells.shift_remove(name)
}

#[test]
fn every_value_is_that_of_the_json_lines() {
    let folder = temp();
    let mut files = sample_captures();
    files.retain(|name| !name.starts_with("signatures/"));
    assert!(files.len() > 8, "{files:?}");
    let mut with_time = 0;
    for (place, file) in files.iter().enumerate() {
        let path = sample(file);
        let of = |extension: &str| {
            converted(&path, folder.path(), &format!("{place}.{extension}"), &["--stack"])
        };
        let (lines, columns, tables) = (of("jsonl"), of("parquet"), of("sqlite"));
        let mut wanted = json_rows(&lines);
        // What only the process list has is in the tables, too.
        let all = converted(&path, folder.path(), "all.jsonl", &["--columns", "all"]);
        for (cells, all) in wanted.iter_mut().zip(json_rows(&all)) {
            all.into_iter().for_each(|(name, value)| {
                cells.entry(name).or_insert(value);
            });
        }
        let (columns, tables) = (parquet_rows(&columns), database_rows(&tables));
        assert!(!wanted.is_empty(), "{file}");
        assert_eq!((columns.len(), tables.len()), (wanted.len(), wanted.len()), "{file}");
        for ((mut want, mut column), mut table) in wanted.into_iter().zip(columns).zip(tables) {
            let datetime = take(&mut want, "datetime");
            assert_eq!(take(&mut table, "datetime"), datetime, "{file}");
            let microseconds = take(&mut column, "datetime");
            for cells in [&mut column, &mut table] {
                let filetime = take(cells, "filetime").and_then(|it| it.as_i64());
                let offset = take(cells, "utc_offset");
                assert_eq!(
                    (filetime.is_some(), offset.is_some()),
                    (datetime.is_some(), datetime.is_some())
                );
                if let Some(filetime) = filetime {
                    with_time += 1;
                    let microseconds = microseconds.as_ref().and_then(Value::as_i64);
                    assert_eq!(
                        microseconds,
                        Some(filetime.div_euclid(10) - 11_644_473_600_000_000)
                    );
                }
            }
            assert_eq!(column, want, "{file}");
            assert_eq!(table, want, "{file}");
        }
    }
    assert!(with_time > 1000, "{with_time}");
}

#[test]
fn one_capture_gives_the_same_bytes_again() {
    let folder = temp();
    let path = sample("restart.pml");
    for extension in ["parquet", "sqlite", "db"] {
        let once = read(converted(&path, folder.path(), &format!("a.{extension}"), &[]));
        let again = read(converted(&path, folder.path(), &format!("b.{extension}"), &[]));
        assert!(once.len() > 10_000 && once == again, "{extension}");
    }
}

/// The values in the first column of a query.
fn column(connection: &Connection, query: &str) -> Vec<Stored> {
    let mut statement = connection.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn findings_and_timeline_are_those_of_the_report() {
    let folder = temp();
    let path = sample("guid-changed.csv");
    let file = converted(&path, folder.path(), "a.sqlite", &[]);
    let connection = Connection::open(file).unwrap();
    let (_, report) = analyze(&[&path]);
    let mut wanted = BTreeSet::new();
    for finding in list(&report, "findings") {
        for evidence in list(finding, "evidence") {
            for event in numbers(evidence, "events") {
                wanted.insert((text(finding, "signature").to_string(), event as i64));
            }
        }
    }
    let mut evidence = connection.prepare("SELECT signature, event_number FROM evidence").unwrap();
    let found: BTreeSet<(String, i64)> = evidence
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(wanted.contains(&("MK-01".to_string(), 1673)));
    assert_eq!(found, wanted);
    let events = list(&report, "timeline").iter().map(|entry| entry["event"].as_i64().unwrap());
    let wanted: Vec<Stored> = events.map(Stored::Integer).collect();
    assert!(wanted.len() > 5);
    assert_eq!(column(&connection, "SELECT event_number FROM timeline ORDER BY place"), wanted);
    let linked = list(&report, "timeline").iter().filter(|entry| entry["link"].is_object()).count();
    let count = "SELECT count(*) FROM timeline JOIN timeline AS read \
                 ON timeline.read_event_id = read.event_id AND read.step = 'guid_read'";
    assert!(linked > 0);
    assert_eq!(column(&connection, count), [Stored::Integer(linked as i64)]);
    let said = "SELECT value FROM about WHERE name = 'findings'";
    assert_eq!(column(&connection, said), [Stored::Text("looked_for".to_string())]);
    let (all, grouped) = ("SELECT count(*) FROM events", "SELECT sum(events) FROM by_process");
    assert_eq!(column(&connection, all), column(&connection, grouped));
}

#[test]
fn what_can_be_read_once_has_no_findings_and_says_so() {
    let folder = temp();
    let bytes = read(sample("guid-changed.csv"));
    let path = folder.path().join("a.db");
    let run = run_with_input(&["convert", "-", "-o", path.to_str().unwrap()], &bytes);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("nothing was looked for"), "{}", run.stderr);
    let connection = Connection::open(&path).unwrap();
    let said = "SELECT value FROM about WHERE name = 'findings'";
    assert_eq!(column(&connection, said), [Stored::Text("not_looked_for".to_string())]);
    assert_eq!(column(&connection, "SELECT count(*) FROM events"), [Stored::Integer(4055)]);
    assert_eq!(column(&connection, "SELECT count(*) FROM findings"), [Stored::Integer(0)]);
}

#[test]
fn rows_of_several_captures_name_their_files() {
    let folder = temp();
    let (one, other) = (sample("restart.csv"), sample("guid-changed.csv"));
    for name in ["a.parquet", "a.sqlite"] {
        let path = folder.path().join(name);
        let arguments = [&one, &other, &path].map(|path| path.to_str().unwrap());
        let run = run(&["events", "-q", arguments[0], arguments[1], "-o", arguments[2]]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let rows = if name == "a.sqlite" { database_rows(&path) } else { parquet_rows(&path) };
        assert_eq!(rows.len(), 596 + 4055);
        assert!(rows[..596].iter().all(|row| row["file"] == arguments[0]));
        assert!(rows[596..].iter().all(|row| row["file"] == arguments[1]));
    }
    let connection = Connection::open(folder.path().join("a.sqlite")).unwrap();
    assert_eq!(column(&connection, "SELECT count(*) FROM captures"), [Stored::Integer(2)]);
    let processes = "SELECT count(DISTINCT file) FROM processes";
    assert_eq!(column(&connection, processes), [Stored::Integer(2)]);
}

#[test]
fn a_database_needs_a_file() {
    let path = sample("restart.csv");
    let path = path.to_str().unwrap();
    for arguments in [
        &["convert", path, "-f", "sqlite", "-o", "-"][..],
        &["events", path, "-f", "sqlite"],
        #[cfg(unix)]
        &["events", path, "-f", "sqlite", "-o", "/dev/null"],
    ] {
        let run = run(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stdout.is_empty() && run.stderr.contains("-o"), "{}", run.stderr);
    }
    // Parquet needs none, but for a terminal.
    let run = run(&["events", "-q", path, "-f", "parquet"]);
    assert!(run.status == 0 && run.stdout.ends_with(b"PAR1"), "{}", run.stderr);
}

#[test]
fn a_file_that_is_not_complete_is_not_there() {
    let folder = temp();
    let path = write(folder.path(), "a.txt", "no capture at all");
    for name in ["a.parquet", "a.sqlite"] {
        let output = folder.path().join(name);
        let arguments = ["events", path.to_str().unwrap(), "-o", output.to_str().unwrap()];
        assert_ne!(run(&arguments).status, 0);
        assert!(!output.exists(), "{name}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// The digest of the sample is that of its bytes, counted here.
#[test]
fn the_sha256_of_the_input_is_kept_where_it_is_asked_for() {
    let folder = temp();
    let path = write(folder.path(), "abc.csv", CSV_OF_ABC);
    let digest = {
        use sha2::{Digest, Sha256};
        let bytes = Sha256::digest(CSV_OF_ABC);
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let want =
        json!([{"path": path.to_str().unwrap(), "bytes": CSV_OF_ABC.len(), "sha256": digest}]);
    for command in ["events", "convert"] {
        let output = |name: &str| folder.path().join(format!("{command}-{name}"));
        for (name, flags) in [("a", &["--hash", "sha256"][..]), ("b", &[])] {
            for extension in ["parquet", "sqlite"] {
                let target = output(&format!("{name}.{extension}"));
                let mut all =
                    vec![command, "-q", path.to_str().unwrap(), "-o", target.to_str().unwrap()];
                all.extend(flags);
                let run = run(&all);
                assert_eq!(run.status, 0, "{all:?}: {}", run.stderr);
            }
        }
        let files = |name: &str| {
            let file = File::open(output(&format!("{name}.parquet"))).unwrap();
            let reader = SerializedFileReader::new(file).unwrap();
            let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
            metadata.into_iter().find(|it| it.key == "procmonkey.files")
        };
        let found: Value = serde_json::from_str(&files("a").unwrap().value.unwrap()).unwrap();
        assert_eq!(found, want, "{command}");
        assert!(files("b").is_none());
        let rows = |name: &str| {
            let connection = Connection::open(output(&format!("{name}.sqlite"))).unwrap();
            column(&connection, "SELECT path || ' ' || bytes || ' ' || sha256 FROM files")
        };
        let line = format!("{} {} {digest}", path.display(), CSV_OF_ABC.len());
        assert_eq!(rows("a"), [Stored::Text(line)]);
        assert!(rows("b").is_empty());
        for format in ["jsonl", "csv", "ecs"] {
            let target = output("c.jsonl");
            let arguments = [
                command,
                "-q",
                path.to_str().unwrap(),
                "-o",
                target.to_str().unwrap(),
                "-f",
                format,
                "--hash",
                "sha256",
            ];
            let run = run(&arguments);
            assert_eq!(run.status, 2, "{format}: {}", run.stderr);
            assert!(run.stderr.contains("--hash is for"), "{}", run.stderr);
        }
    }
}

const CSV_OF_ABC: &[u8] = b"\"Operation\",\"Path\"\r\n\"ReadFile\",\"C:\\abc\"\r\n";
