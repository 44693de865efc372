//! The tables and views of the database.

use crate::table::{Holds, Presence, TableColumn};

/// The tables beside `events`, whose columns are those of the table of events.
pub(super) const TABLES: &str = "
CREATE TABLE about (
    name TEXT PRIMARY KEY,
    value TEXT
);
CREATE TABLE captures (
    capture_id TEXT,
    file TEXT,
    columns TEXT
);
CREATE TABLE files (
    path TEXT,
    bytes INTEGER,
    sha256 TEXT
);
CREATE TABLE processes (
    capture_id TEXT,
    file TEXT,
    process_name TEXT,
    pid INTEGER,
    parent_pid INTEGER,
    parent_name TEXT,
    started TEXT,
    ended TEXT,
    image_path TEXT,
    command_line TEXT,
    user TEXT,
    integrity TEXT,
    architecture TEXT,
    session INTEGER,
    depth INTEGER,
    events INTEGER
);
CREATE TABLE findings (
    finding INTEGER PRIMARY KEY,
    signature TEXT,
    title TEXT,
    severity TEXT,
    confidence TEXT,
    explanation TEXT,
    does_not_prove TEXT,
    remedy TEXT,
    confirm TEXT
);
CREATE TABLE finding_events (
    finding INTEGER,
    event_id TEXT,
    event_number INTEGER,
    file TEXT
);
CREATE TABLE timeline (
    place INTEGER PRIMARY KEY,
    event_id TEXT,
    event_number INTEGER,
    file TEXT,
    time TEXT,
    time_quality TEXT,
    process_name TEXT,
    pid INTEGER,
    tid INTEGER,
    phase TEXT,
    step TEXT,
    words TEXT,
    path TEXT,
    result TEXT,
    machine_guid TEXT,
    relation TEXT,
    folder TEXT,
    key_file TEXT,
    container TEXT,
    new_path TEXT,
    note TEXT,
    failed INTEGER,
    read_event_id TEXT,
    read_event_number INTEGER,
    read_via TEXT,
    read_seconds_before REAL
);
";

/// The column of the number of an event.
const NUMBER: &str = "event_number";

/// Which of these columns it is.
pub(super) fn place_of_number(columns: &[TableColumn]) -> Option<usize> {
    columns.iter().position(|column| column.name == NUMBER)
}

/// How an event is found by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lookup {
    /// It is the key of the table. No two events have the same.
    Key,
    /// By an index.
    Index,
}

/// The views, by the columns of `events` that each needs. For LIKE, `\` is a plain character, and a
/// letter of ASCII is the same in both cases.
pub(super) const VIEWS: [(&[&str], &str); 4] = [
    (
        &["path"],
        r"CREATE VIEW key_events AS
SELECT * FROM events
WHERE path LIKE '%\Microsoft\Crypto\%' OR path LIKE '%\Microsoft\Protect\%';",
    ),
    (
        &["operation", "path"],
        r"CREATE VIEW machine_guid_reads AS
SELECT * FROM events
WHERE operation = 'RegQueryValue' AND path LIKE '%\Microsoft\Cryptography\MachineGuid';",
    ),
    (
        &["process_name", "pid", "path", "duration"],
        r"CREATE VIEW by_process AS
SELECT file, process_name, pid, count(*) AS events, count(DISTINCT path) AS paths,
    sum(duration) AS duration, min(event_number) AS first_event, max(event_number) AS last_event
FROM events
GROUP BY file, process_name, pid
ORDER BY count(*) DESC, min(event_number);",
    ),
    (
        &[],
        r"CREATE VIEW evidence AS
SELECT findings.finding, signature, title, severity, confidence, events.*
FROM finding_events
JOIN findings ON findings.finding = finding_events.finding
JOIN events ON events.event_number = finding_events.event_number
    AND events.event_id IS finding_events.event_id;",
    ),
];

/// The statements that make `events`.
pub(super) fn events(columns: &[TableColumn], lookup: Lookup) -> String {
    let is_key = |column: &TableColumn| lookup == Lookup::Key && column.name == NUMBER;
    let columns: Vec<String> = columns
        .iter()
        .map(|column| {
            let kind = match column.holds {
                Holds::Text | Holds::UniqueText | Holds::Json | Holds::Moment => "TEXT",
                Holds::Whole | Holds::Number | Holds::Minutes | Holds::Truth => "INTEGER",
                Holds::Seconds => "REAL",
            };
            let presence = match column.presence {
                Presence::Always if is_key(column) => " PRIMARY KEY NOT NULL",
                Presence::Always => " NOT NULL",
                Presence::Sometimes => "",
            };
            format!("    {} {kind}{presence}", column.name)
        })
        .collect();
    let index = match lookup {
        Lookup::Key => String::new(),
        Lookup::Index => format!("CREATE INDEX events_by_number ON events ({NUMBER});"),
    };
    format!("CREATE TABLE events (\n{}\n);{index}", columns.join(",\n"))
}

/// The statement that adds a row to a table of so many columns.
pub(super) fn insert(table: &str, columns: usize) -> String {
    insert_without(table, columns, None)
}

/// The same, but for a column that it leaves null. Its place is not taken by the next one.
pub(super) fn insert_without(table: &str, columns: usize, null: Option<usize>) -> String {
    let values: Vec<String> = (0..columns)
        .map(|column| match null == Some(column) {
            true => "NULL".to_string(),
            false => format!("?{}", column + 1),
        })
        .collect();
    format!("INSERT INTO {table} VALUES ({})", values.join(", "))
}
