//! Databases of captures made by hand, read with the crate that wrote them.

use std::ops::Range;

use procmonkey_analysis::{Case, CaseOptions};
use procmonkey_parser::{Column, Event, Input, ReadOptions};
use rusqlite::types::Value;

use super::*;
use crate::row::Stacks;

const CSV: &str = "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Detail\",\
                   \"Duration\",\"Virtualized\",\"Note\"\r\n\
                   \"18:59:13.0390001\",\"inetinfo.exe\",\"4412\",\"RegQueryValue\",\
                   \"HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid\",\
                   \"Type: REG_SZ, Length: 78\",\"0,0000154\",\"False\",\"n\"\r\n\
                   \"18:59:14.0000000\",\"inetinfo.exe\",\"4412\",\"ReadFile\",\
                   \"C:\\ProgramData\\microsoft\\crypto\\RSA\\MachineKeys\\x\",\"Offset: 0\",\
                   \"0.5\",\"True\",\"\"\r\n\
                   \"18:59:15.0000000\",\"b.exe\",\"8,1\",\"ReadFile\",\"C:\\100%\",\"\",\"\",\"n/a\",\"\"\r\n";

fn given() -> ReadOptions {
    ReadOptions::new()
        .capture_id("case-17".parse().expect("an id"))
        .date("2026-03-05".parse().expect("a date"))
        .zone("+01:00".parse().expect("a zone"))
}

struct Made {
    connection: Connection,
    _folder: tempfile::TempDir,
}

fn made(options: TableOptions) -> Made {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.sqlite");
    let mut input = Input::from_reader("x", CSV.as_bytes(), &given()).expect("it opens");
    let mut capture = input.next_capture().expect("one").expect("a capture");
    let mut database = Database::create(&path, options).expect("it begins");
    database.begin_capture(&Source::of(&capture)).expect("a capture");
    let mut event = Event::default();
    while capture.read_event(&mut event).expect("it is read") {
        database.write_row(&Row::new(&event, capture.clock())).expect("a row");
    }
    database.end_capture(&capture).expect("processes");
    database.finish().expect("an end");
    Made { connection: Connection::open(&path).expect("a database"), _folder: folder }
}

impl Made {
    /// The values of the only row that a query gives.
    fn row(&self, query: &str) -> Vec<Value> {
        let mut statement = self.connection.prepare(query).expect(query);
        let columns = statement.column_count();
        let rows: Vec<Vec<Value>> = statement
            .query_map([], |row| (0..columns).map(|place| row.get(place)).collect())
            .expect(query)
            .map(|row| row.expect(query))
            .collect();
        let [row] = &rows[..] else { panic!("{query}: {rows:?}") };
        row.clone()
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_string())
}

#[test]
fn a_row_has_typed_values() {
    let made = made(TableOptions::new());
    let found = made.row(
        "SELECT event_id, event_number, file, neighbour, datetime, filetime, utc_offset, \
         time_quality, pid, detail, duration, virtualized, other, unread, result \
         FROM full_events WHERE event_number = 1",
    );
    let want = [
        text("case-17:1"),
        Value::Integer(1),
        Value::Null,
        Value::Integer(0),
        text("2026-03-05T18:59:13.0390001+01:00"),
        Value::Integer(134_172_071_530_390_001),
        Value::Integer(60),
        text("date_inferred"),
        Value::Integer(4412),
        text(r#"{"Type":"REG_SZ","Length":78}"#),
        Value::Real(0.000_015_4),
        Value::Integer(0),
        text(r#"{"Note":"n"}"#),
        Value::Null,
        Value::Null,
    ];
    assert_eq!(found, want);
    let third = made.row("SELECT pid, virtualized, unread FROM full_events WHERE event_number = 3");
    assert_eq!(third, [Value::Null, Value::Null, text(r#"{"PID":"8,1"}"#)]);
    assert_eq!(made.row("PRAGMA user_version"), [Value::Integer(1)]);
    assert_eq!(made.row("PRAGMA integrity_check"), [text("ok")]);
}

#[test]
fn views_find_what_they_are_for() {
    let made = made(TableOptions::new());
    assert_eq!(made.row("SELECT event_number FROM key_events"), [Value::Integer(2)]);
    assert_eq!(made.row("SELECT event_number FROM machine_guid_reads"), [Value::Integer(1)]);
    assert_eq!(
        made.row("SELECT events, paths, first_event, last_event FROM by_process WHERE pid = 4412"),
        [2, 2, 1, 2].map(Value::Integer)
    );
    assert_eq!(
        made.row("SELECT process_name, events FROM processes"),
        [text("inetinfo.exe"), Value::Integer(2)]
    );
}

#[test]
fn nothing_found_and_nothing_looked_for_differ() {
    let found = made(TableOptions::new());
    let said = "SELECT value FROM about WHERE name = 'findings'";
    assert_eq!(found.row(said), [text("not_looked_for")]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.sqlite");
    let mut database = Database::create(&path, TableOptions::new()).expect("it begins");
    let mut case = Case::new(CaseOptions::new());
    let mut input = Input::from_reader("x", CSV.as_bytes(), &given()).expect("it opens");
    case.read(&mut input.next_capture().expect("one").expect("a capture")).expect("it is read");
    database.write_report(&case.finish()).expect("a report");
    database.finish().expect("an end");
    let made = Made { connection: Connection::open(&path).expect("a database"), _folder: folder };
    assert_eq!(made.row(said), [text("looked_for")]);
}

#[test]
fn views_without_their_columns_are_left_out() {
    let made = made(TableOptions::new().columns(vec![Column::Path]));
    let views = "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema \
                 WHERE type = 'view' ORDER BY name)";
    assert_eq!(made.row(views), [text("evidence,full_events,key_events")]);
    assert_eq!(made.row("SELECT event_number FROM key_events"), [Value::Integer(2)]);
}

/// With and without columns that say something of the process.
#[test]
fn full_events_has_the_columns_of_the_table_whatever_was_asked_for() {
    use Column::{Category, CommandLine, Path, Pid, User, Virtualized};
    let asked: [Option<&[Column]>; 7] = [
        None,
        Some(&[]),
        Some(&[Path]),
        Some(&[Virtualized]),
        Some(&[Pid, Virtualized, Path]),
        Some(&[User, CommandLine]),
        Some(&[Category, User]),
    ];
    for (asked, stacks) in
        asked.iter().flat_map(|it| [(it, Stacks::LeftOut), (it, Stacks::Written)])
    {
        let options = || {
            let options = TableOptions::new().stacks(stacks);
            asked.iter().fold(options, |options, columns| options.columns(columns.to_vec()))
        };
        let made = made(options());
        let names = |query: &str| -> Vec<String> {
            let statement = made.connection.prepare(query).expect(query);
            statement.column_names().map(str::to_string).collect()
        };
        let table = Table::new(options());
        let want: Vec<_> = table.columns().iter().map(|column| column.name).collect();
        assert_eq!(names("SELECT * FROM full_events"), want);
        let has_key = names("SELECT * FROM events").iter().any(|name| name == "process_key");
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'process_columns'";
        assert_eq!(has_key, want.contains(&"virtualized") || want.contains(&"user"), "{want:?}");
        assert_eq!(made.row(tables), [Value::Integer(has_key.into())]);
        assert_eq!(made.row("SELECT count(*) FROM full_events"), [Value::Integer(3)]);
        if want.contains(&"virtualized") {
            let list = "SELECT group_concat(ifnull(virtualized, 'null')) FROM full_events";
            assert_eq!(made.row(list), [text("0,1,null")], "{want:?}");
        }
    }
}

#[test]
fn a_file_that_is_not_empty_is_refused() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "\"Time of Day\",\"Operation\"\r\n").expect("it is written");
    assert!(Database::create(file.path(), TableOptions::new()).is_err());
}

/// Rows that fill several batches, added by this thread and by another one.
#[test]
fn a_thread_of_its_own_adds_the_same_rows_in_the_same_order() {
    let rows = |database: Database| {
        let mut csv = String::from("PID,Operation,Path\r\n");
        for row in 0..3000 {
            csv += &format!("{},ReadFile,C:\\a{}\r\n", row % 7, row / 3);
        }
        let mut input = Input::from_reader("x", csv.as_bytes(), &given()).expect("it opens");
        let mut database = database;
        let mut capture = input.next_capture().expect("one").expect("a capture");
        database.begin_capture(&Source::of(&capture)).expect("a capture");
        let mut event = Event::default();
        while capture.read_event(&mut event).expect("it is read") {
            database.write_row(&Row::new(&event, capture.clock())).expect("a row");
        }
        database.end_capture(&capture).expect("processes");
        database.finish().expect("an end");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let [alone, beside] = ["alone", "beside"].map(|name| folder.path().join(name));
    rows(Database::create(&alone, TableOptions::new()).expect("it begins"));
    rows(Database::create(&beside, TableOptions::new()).expect("it begins").on_a_thread());
    let bytes = |path| std::fs::read(path).expect("a file");
    assert!(bytes(&alone) == bytes(&beside));
    assert!(bytes(&alone).len() > 300_000);
}

/// Captures whose events go into one database.
#[derive(Clone, Debug)]
struct Several {
    lengths: &'static [u64],
    /// Which events are left out.
    without: Range<u64>,
    are_named: bool,
    has_thread: bool,
}

fn several_captures() -> Vec<Several> {
    let lengths: [&[u64]; 8] =
        [&[4], &[300], &[0, 4], &[4, 0], &[1, 1], &[4, 4], &[1500, 4], &[200, 1, 300]];
    let mut list = Vec::new();
    for lengths in lengths {
        // None, the first ones, one that is the first or the last of a batch, and the last ones.
        for without in [0..0, 1..3, 64..65, 65..66, 128..131, 200..300] {
            for (are_named, has_thread) in
                [(false, false), (false, true), (true, false), (true, true)]
            {
                list.push(Several { lengths, without: without.clone(), are_named, has_thread });
            }
        }
    }
    list
}

/// An event is found by its number without a look at the others, and none is lost or moved where
/// several have the same number.
#[test]
fn an_event_is_found_by_its_number_whatever_captures_there_are() {
    for kind in several_captures() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.sqlite");
        let mut database = Database::create(&path, TableOptions::new()).expect("it begins");
        if kind.has_thread {
            database = database.on_a_thread();
        }
        let mut want = Vec::new();
        for (at, rows) in kind.lengths.iter().enumerate() {
            let mut csv = String::from("PID,Operation,Path\r\n");
            for row in 1..=*rows {
                csv += &format!("1,ReadFile,C:\\{at}\\{row}\r\n");
            }
            let mut input = Input::from_reader("x", csv.as_bytes(), &given()).expect("it opens");
            let mut capture = input.next_capture().expect("one").expect("a capture");
            let name = format!("{at}.csv");
            let source = Source::of(&capture).file(kind.are_named.then_some(&*name));
            database.begin_capture(&source).expect("a capture");
            let mut event = Event::default();
            let mut row = 0;
            while capture.read_event(&mut event).expect("it is read") {
                row += 1;
                if !kind.without.contains(&row) {
                    database.write_row(&Row::new(&event, capture.clock())).expect("a row");
                    want.push((row, format!("C:\\{at}\\{row}")));
                }
            }
            database.end_capture(&capture).expect("processes");
        }
        database.finish().expect("an end");
        let connection = Connection::open(&path).expect("a database");
        let rows = |query: &str, place: usize| -> Vec<String> {
            let mut statement = connection.prepare(query).expect(query);
            let rows = statement.query_map([], |row| row.get(place)).expect(query);
            rows.map(|row| row.expect(query)).collect()
        };
        let list = "SELECT event_number || ' ' || path FROM events ORDER BY rowid";
        let want_list: Vec<_> = want.iter().map(|(row, path)| format!("{row} {path}")).collect();
        assert_eq!(rows(list, 0), want_list, "{kind:?}");
        let third = "SELECT path FROM events WHERE event_number = 3";
        let want_third = want.iter().filter(|(row, _)| *row == 3).map(|(_, path)| path.clone());
        assert_eq!(rows(third, 0), want_third.collect::<Vec<_>>(), "{kind:?}");
        let plan = |query: &str| rows(&format!("EXPLAIN QUERY PLAN {query}"), 3);
        let steps = plan(third);
        assert!(
            steps.len() == 1 && steps[0].starts_with("SEARCH events USING "),
            "{kind:?}: {steps:?}"
        );
        for query in [
            "SELECT * FROM full_events WHERE event_number = 3",
            "SELECT * FROM evidence WHERE signature = 'MK-01'",
        ] {
            let steps = plan(query);
            let scans = steps.iter().any(|step| step.starts_with("SCAN events"));
            let searches = steps.iter().any(|step| step.starts_with("SEARCH events USING "));
            assert!(searches && !scans, "{kind:?}: {query}: {steps:?}");
        }
        assert_eq!(rows("PRAGMA integrity_check", 0), ["ok"], "{kind:?}");
        let left = "SELECT name FROM sqlite_schema WHERE name LIKE '%before%'";
        assert!(rows(left, 0).is_empty(), "{kind:?}");
    }
}

/// What cannot be added is said, and by no panic.
#[test]
fn a_row_that_cannot_be_added_on_a_thread_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.sqlite");
    let mut database =
        Database::create(&path, TableOptions::new()).expect("it begins").on_a_thread();
    // No second row fits into this table any more.
    own(&database.connection)
        .execute_batch("CREATE UNIQUE INDEX one ON events (operation)")
        .expect("an index");
    let mut csv = String::from("PID,Operation,Path\r\n");
    csv += &"1,ReadFile,C:\\a\r\n".repeat(3000);
    let mut input = Input::from_reader("x", csv.as_bytes(), &given()).expect("it opens");
    let mut capture = input.next_capture().expect("one").expect("a capture");
    database.begin_capture(&Source::of(&capture)).expect("a capture");
    let mut event = Event::default();
    let mut failed = 0;
    while capture.read_event(&mut event).expect("it is read") && failed == 0 {
        failed += usize::from(database.write_row(&Row::new(&event, capture.clock())).is_err());
    }
    failed += usize::from(database.end_capture(&capture).is_err());
    assert!(failed > 0);
}
