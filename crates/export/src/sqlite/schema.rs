//! The tables and views of the database.

use std::ops::Range;

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

/// The column that says which row of `process_columns` an event has.
const PROCESS_KEY: &str = "process_key";

/// The columns of the tables that events are added to.
#[derive(Debug)]
pub(super) struct EventTables {
    events: Vec<TableColumn>,
    /// Empty where no column says something of the process.
    process_columns: Vec<TableColumn>,
}

impl EventTables {
    /// For these columns, of which some say something of the process.
    pub(super) fn new(columns: &[TableColumn], of_process: Range<usize>) -> EventTables {
        let key = |presence| TableColumn { name: PROCESS_KEY, holds: Holds::Number, presence };
        let mut events = columns.to_vec();
        let mut process_columns = Vec::new();
        if !of_process.is_empty() {
            process_columns.push(key(Presence::Always));
            process_columns.extend(events.splice(of_process, [key(Presence::Sometimes)]));
        }
        EventTables { events, process_columns }
    }

    /// The statement that makes `events`.
    pub(super) fn create_events(&self, lookup: Lookup) -> String {
        match lookup {
            Lookup::Key => create("events", &self.events, Some(NUMBER)),
            Lookup::Index => {
                let events = create("events", &self.events, None);
                format!("{events}CREATE INDEX events_by_number ON events ({NUMBER});")
            }
        }
    }

    /// The statement that makes `process_columns`, where there are any.
    pub(super) fn create_process_columns(&self) -> String {
        match self.process_columns.is_empty() {
            true => String::new(),
            false => create("process_columns", &self.process_columns, Some(PROCESS_KEY)),
        }
    }

    /// The statement that adds a row to `events`.
    pub(super) fn insert_event(&self) -> String {
        insert("events", self.events.len())
    }

    /// The same, but it leaves the number null, and the place for it.
    pub(super) fn insert_next_event(&self) -> String {
        insert_without("events", self.events.len(), Some(self.place_of_number()))
    }

    /// The statement that adds a row to `process_columns`.
    pub(super) fn insert_process_columns(&self) -> String {
        insert("process_columns", self.process_columns.len())
    }

    /// Which column of `events` is the number.
    pub(super) fn place_of_number(&self) -> usize {
        self.events.iter().take_while(|column| column.name != NUMBER).count()
    }

    /// The statements that make the views whose columns there are.
    pub(super) fn create_views(&self) -> String {
        let has = |name: &&str| self.events.iter().any(|column| column.name == *name);
        let views = VIEWS.iter().filter(|(columns, _)| columns.iter().all(has));
        views.fold(self.create_full_events(), |text, (_, view)| text + view)
    }

    fn create_full_events(&self) -> String {
        let mut columns: Vec<&str> = Vec::new();
        for column in &self.events {
            match column.name {
                PROCESS_KEY => {
                    columns.extend(self.process_columns.iter().skip(1).map(|it| it.name))
                }
                name => columns.push(name),
            }
        }
        let join = match self.process_columns.is_empty() {
            true => "",
            false => {
                "\nLEFT JOIN process_columns ON process_columns.process_key = events.process_key"
            }
        };
        format!("CREATE VIEW full_events AS\nSELECT {}\nFROM events{join};", columns.join(", "))
    }
}

/// How an event is found by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lookup {
    /// It is the key of the table. No two events have the same.
    Key,
    /// By an index.
    Index,
}

/// The views beside `full_events`, by the columns of `events` that each needs. For LIKE, `\` is a plain
/// character, and a letter of ASCII is the same in both cases.
const VIEWS: [(&[&str], &str); 4] = [
    (
        &["path"],
        r"CREATE VIEW key_events AS
SELECT * FROM full_events
WHERE path LIKE '%\Microsoft\Crypto\%' OR path LIKE '%\Microsoft\Protect\%';",
    ),
    (
        &["operation", "path"],
        r"CREATE VIEW machine_guid_reads AS
SELECT * FROM full_events
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
SELECT findings.finding, signature, title, severity, confidence, full_events.*
FROM finding_events
JOIN findings ON findings.finding = finding_events.finding
JOIN full_events ON full_events.event_number = finding_events.event_number
    AND full_events.event_id IS finding_events.event_id;",
    ),
];

/// The statement that makes a table of which this column is the key.
fn create(table: &str, columns: &[TableColumn], key: Option<&str>) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|column| {
            let kind = match column.holds {
                Holds::Text | Holds::UniqueText | Holds::Json | Holds::Moment => "TEXT",
                Holds::Whole | Holds::Number | Holds::Minutes | Holds::Truth => "INTEGER",
                Holds::Seconds => "REAL",
            };
            let presence = match column.presence {
                _ if key == Some(column.name) => " PRIMARY KEY NOT NULL",
                Presence::Always => " NOT NULL",
                Presence::Sometimes => "",
            };
            format!("    {} {kind}{presence}", column.name)
        })
        .collect();
    format!("CREATE TABLE {table} (\n{}\n);", columns.join(",\n"))
}

/// The statement that adds a row to a table of so many columns.
pub(super) fn insert(table: &str, columns: usize) -> String {
    insert_without(table, columns, None)
}

/// The same, but for a column that it leaves null. Its place is not taken by the next one.
fn insert_without(table: &str, columns: usize, null: Option<usize>) -> String {
    let values: Vec<String> = (0..columns)
        .map(|column| match null == Some(column) {
            true => "NULL".to_string(),
            false => format!("?{}", column + 1),
        })
        .collect();
    format!("INSERT INTO {table} VALUES ({})", values.join(", "))
}
