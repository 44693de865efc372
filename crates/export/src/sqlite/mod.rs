//! A SQLite database: events, processes, findings and the timeline, and views for what is asked
//! first.

mod inserter;
mod process_keys;
mod report;
mod row_batch;
mod schema;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use procmonkey_analysis::report::{Report, StoredFile};
use procmonkey_analysis::{ProcessNode, ProcessTree};
use procmonkey_parser::{Capture, push_json_string};
use rusqlite::{Connection, ErrorCode, params};

use crate::json::push_comma;
use crate::row::{Row, Source};
use crate::table::{TABLE_VERSION, Table, TableOptions};
use inserter::{Inserter, Inserts, Shared, own};
use process_keys::{KeyedRow, ProcessKeys};
use row_batch::RowBatch;
use schema::{EventTables, Lookup};

/// Writes events as a SQLite database, in one transaction. Its memory does not grow with the
/// capture, but for the processes.
///
/// | table | a row is |
/// |---|---|
/// | `events` | an event, but for what says something of its process. Times are texts (RFC 3339, 100 ns), `filetime` sorts; JSON is text; what is true or false is 1 or 0; seconds are REAL |
/// | `process_columns` | what events of one process have in common: `image_path` to `version`. `process_key` of an event is the key of its row, null where the capture has none of these |
/// | `processes` | a process of the process list, or one that the written events show; `events` counts those that were written |
/// | `captures` | a capture: id, file, its columns as a JSON array |
/// | `files` | a file that was noted: its path, how many bytes, their SHA-256 |
/// | `findings` | a finding of the report, by its number; sentences that stand in a list are lines |
/// | `finding_events` | an event that a finding rests on |
/// | `timeline` | a read of MachineGuid or a step at a key file; `read_event_id` is the row of the read that it is linked with |
/// | `about` | a name and a value: `format_version`, `procmonkey_version`, `findings` (`looked_for` or `not_looked_for`), `verdict`, `verdict_text` |
///
/// `event_number` is the primary key of `events` where the rows are of one capture. Where they are of
/// several, it has an index.
///
/// The views: `full_events` (events with all columns), `key_events` (events whose path is in a folder
/// of keys or of master keys), `machine_guid_reads` (queries of the value MachineGuid), `by_process`
/// (events, paths and time by process) and `evidence` (each finding with its events, as far as they
/// were written). All but `by_process` have the columns of `full_events`. A view that asks for a
/// column which was not asked for is left out.
///
/// Without [`Database::write_report`], `findings` and `timeline` are empty, and `about` says
/// `not_looked_for`: that is not an all-clear. `PRAGMA user_version` is [`TABLE_VERSION`].
///
/// ```
/// use procmonkey_export::{Database, Row, Source, TableOptions};
/// use procmonkey_parser::{Event, Input, ReadOptions};
///
/// let csv = "\"PID\",\"Operation\",\"Path\"\r\n\"4412\",\"ReadFile\",\"C:\\a\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("mine.sqlite");
/// let mut database = Database::create(&path, TableOptions::new())?;
/// database.begin_capture(&Source::of(&capture))?;
/// let mut event = Event::default();
/// while capture.read_event(&mut event)? {
///     database.write_row(&Row::new(&event, capture.clock()))?;
/// }
/// database.end_capture(&capture)?;
/// database.finish()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Database {
    connection: Shared,
    /// The thread that adds events, where there is one.
    inserter: Option<Inserter>,
    may_start_a_thread: bool,
    table: Table,
    tables: EventTables,
    inserts: Inserts,
    processes: ProcessKeys,
    lookup: Lookup,
    /// The number of the last event.
    last_number: Option<u64>,
    /// The events that are not added yet.
    batch: RowBatch,
    tree: ProcessTree,
    capture_id: Option<String>,
    file: Option<String>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("table", &self.table).finish_non_exhaustive()
    }
}

impl Database {
    /// Makes the tables in an empty file, or in a new one. Until [`Database::finish`], the file is
    /// not complete, and nothing puts it right when the program ends before.
    ///
    /// # Errors
    /// When the file cannot be written, or is not empty.
    pub fn create(path: &Path, options: TableOptions) -> io::Result<Database> {
        let table = Table::new(options);
        let connection = Connection::open(path).map_err(unwritten)?;
        // An unfinished file is thrown away, so that no journal is needed.
        let begin = format!(
            "PRAGMA page_size = 32768; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA cache_size = -8192; PRAGMA user_version = {TABLE_VERSION};
            BEGIN; {}",
            schema::TABLES
        );
        connection.execute_batch(&begin).map_err(unwritten)?;
        let tables = EventTables::new(table.columns(), table.columns_of_process());
        let create = tables.create_events(Lookup::Key) + &tables.create_process_columns();
        connection.execute_batch(&create).map_err(unwritten)?;
        let database = Database {
            connection: Arc::new(Mutex::new(connection)),
            inserter: None,
            may_start_a_thread: false,
            inserts: Inserts::new(&tables),
            tables,
            processes: ProcessKeys::new(table.columns_of_process()),
            table,
            lookup: Lookup::Key,
            last_number: None,
            batch: RowBatch::default(),
            tree: ProcessTree::default(),
            capture_id: None,
            file: None,
        };
        database.say("format_version", &TABLE_VERSION.to_string())?;
        database.say("procmonkey_version", env!("CARGO_PKG_VERSION"))?;
        database.say("findings", "not_looked_for")?;
        Ok(database)
    }

    /// Adds the events on a thread of its own, while the caller makes the next ones. The file is the
    /// same. Where no thread can be had, they are added on that of the caller. That an event could not
    /// be added is said some hundred events later, at [`Database::end_capture`] at the latest.
    #[must_use]
    pub fn on_a_thread(mut self) -> Database {
        self.may_start_a_thread = true;
        self
    }

    /// Begins the rows of a capture.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn begin_capture(&mut self, source: &Source<'_>) -> io::Result<()> {
        self.table.begin(source);
        self.tree = ProcessTree::default();
        self.capture_id.clone_from(&source.capture_id);
        self.file = source.file.map(str::to_string);
        // A file is named where the rows are of several. So this is done before there are any.
        if self.file.is_some() && self.lookup == Lookup::Key {
            self.index_numbers()?;
        }
        let mut columns = vec![b'['];
        for name in source.columns.names() {
            push_comma(&mut columns);
            push_json_string(&mut columns, name);
        }
        columns.push(b']');
        let values = params![self.capture_id, self.file, String::from_utf8_lossy(&columns)];
        let insert = schema::insert("captures", 3);
        own(&self.connection).execute(&insert, values).map(drop).map_err(unwritten)
    }

    /// Adds an event.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let number = row.event.number();
        if self.lookup == Lookup::Key && self.last_number.is_some_and(|last| number <= last) {
            self.index_numbers()?;
        }
        let follows = number.checked_sub(1) == Some(self.last_number.unwrap_or(0));
        if self.lookup == Lookup::Index || !follows {
            self.batch.break_sequence();
        }
        self.last_number = Some(number);
        self.tree.observe(row.event);
        let mut sink = KeyedRow { batch: &mut self.batch, processes: &mut self.processes };
        let Ok(()) = self.table.fill(row, &mut sink);
        self.batch.end_row();
        if !self.batch.is_full() {
            return Ok(());
        }
        if self.inserter.is_none() && self.may_start_a_thread {
            self.inserter = Inserter::start(&self.connection, &self.inserts);
            self.may_start_a_thread = self.inserter.is_some();
        }
        let Some(inserter) = &mut self.inserter else { return self.add_batch() };
        let next = self.batch.next_row();
        if !inserter.add(&mut self.batch) {
            return self.settle();
        }
        self.batch.begin(next);
        Ok(())
    }

    /// Has events found by an index, because several may have one number. To add to it costs an eighth
    /// of the time; made at the end, it would cost as much to read all events again.
    fn index_numbers(&mut self) -> io::Result<()> {
        self.settle()?;
        let events = self.tables.create_events(Lookup::Index);
        let change = format!(
            "ALTER TABLE events RENAME TO events_before; {events}
            INSERT INTO events SELECT * FROM events_before; DROP TABLE events_before;"
        );
        own(&self.connection).execute_batch(&change).map_err(unwritten)?;
        self.lookup = Lookup::Index;
        Ok(())
    }

    /// Adds the events of the batch, in their order.
    fn add_batch(&mut self) -> io::Result<()> {
        let added = self.inserts.add(&self.batch, &own(&self.connection));
        self.batch.begin(self.batch.next_row());
        added.map_err(unwritten)
    }

    /// Waits until all events are added, and ends the thread that adds them.
    fn settle(&mut self) -> io::Result<()> {
        self.inserter.take().map_or(Ok(()), Inserter::end).map_err(unwritten)?;
        self.add_batch()
    }

    /// Adds the processes of the capture whose events were added since
    /// [`Database::begin_capture`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn end_capture(&mut self, capture: &Capture<'_>) -> io::Result<()> {
        self.settle()?;
        let nodes = std::mem::take(&mut self.tree).finish(capture);
        self.add_processes(&nodes).map_err(unwritten)
    }

    fn add_processes(&self, nodes: &[ProcessNode]) -> rusqlite::Result<()> {
        let connection = own(&self.connection);
        let mut statement = connection.prepare(&schema::insert("processes", 16))?;
        for node in nodes {
            statement.execute(params![
                self.capture_id,
                self.file,
                node.name,
                node.pid,
                node.parent_pid,
                node.parent_name,
                node.started,
                node.ended,
                node.image_path,
                node.command_line,
                node.user,
                node.integrity,
                node.architecture,
                node.session,
                i64::try_from(node.depth).unwrap_or(i64::MAX),
                report::number(node.events),
            ])?;
        }
        Ok(())
    }

    /// Keeps the digest of a file that rows are from.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note_file(&mut self, file: &StoredFile) -> io::Result<()> {
        let values = params![file.path, report::number(file.bytes), file.sha256];
        let insert = schema::insert("files", 3);
        own(&self.connection).execute(&insert, values).map(drop).map_err(unwritten)
    }

    /// Adds what a report on the same captures has found: findings, their events, the timeline.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_report(&mut self, report: &Report) -> io::Result<()> {
        report::add(report, &own(&self.connection)).map_err(unwritten)?;
        self.say("findings", "looked_for")?;
        self.say("verdict", report.verdict.state.name())?;
        self.say("verdict_text", &report.verdict.cause)
    }

    /// Completes the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.settle()?;
        let end = self.tables.create_views() + "COMMIT;";
        own(&self.connection).execute_batch(&end).map_err(unwritten)?;
        let connection = Arc::into_inner(self.connection).map(Mutex::into_inner);
        match connection {
            Some(Ok(connection)) => connection.close().map_err(|(_, error)| unwritten(error)),
            // Nobody else has it, because the thread has ended.
            _ => Ok(()),
        }
    }

    /// Says something of the whole file.
    fn say(&self, name: &str, value: &str) -> io::Result<()> {
        let statement = "INSERT OR REPLACE INTO about VALUES (?, ?)";
        own(&self.connection).execute(statement, [name, value]).map(drop).map_err(unwritten)
    }
}

fn unwritten(error: rusqlite::Error) -> io::Error {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => io::ErrorKind::StorageFull,
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
