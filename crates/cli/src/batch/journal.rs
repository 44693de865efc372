//! `log.jsonl`: what was done when, and how long it took. Each run adds to it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use crate::made;

use super::entry::SCHEMA_VERSION;
use super::record::Record;
use super::store::{LOG, Store};

/// The log, to which any thread adds whole lines.
pub(super) struct Journal(Mutex<File>);

impl Journal {
    /// Opens the log. A line that a run has not completed is removed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn open(store: &Store) -> anyhow::Result<Journal> {
        let path = store.path(LOG);
        let open = || {
            let mut options = OpenOptions::new();
            let mut file =
                options.create(true).truncate(false).read(true).write(true).open(&path)?;
            let end = end_of_lines(&mut file)?;
            file.set_len(end)?;
            file.seek(SeekFrom::Start(end))?;
            io::Result::Ok(file)
        };
        let file = open().with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Journal(Mutex::new(file)))
    }

    /// Adds a line, with its kind and the time.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn add(&self, kind: &str, mut line: Value) -> anyhow::Result<()> {
        let mut whole =
            json!({"schema_version": SCHEMA_VERSION, "type": kind, "time": made::now()?});
        if let (Some(whole), Some(line)) = (whole.as_object_mut(), line.as_object_mut()) {
            whole.append(line);
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{whole}\n").as_bytes()).context("log.jsonl cannot be written")
    }

    /// # Errors
    /// When it cannot be written.
    pub(super) fn skipped(&self, record: &Record) -> anyhow::Result<()> {
        self.add("skipped", json!({"paths": paths(record)}))
    }

    /// # Errors
    /// When it cannot be written.
    pub(super) fn done(
        &self,
        record: &Record,
        why: Option<&str>,
        took: Duration,
    ) -> anyhow::Result<()> {
        let line = json!({
            "paths": paths(record),
            "again_because": why,
            "captures": record.entries.iter().filter(|it| it.status.is_judged()).count(),
            "bytes": record.inputs.iter().map(|it| it.bytes).sum::<u64>(),
            "seconds": took.as_secs_f64(),
        });
        self.add("done", line)
    }
}

fn paths(record: &Record) -> Vec<&str> {
    let mut paths: Vec<_> = record.entries.iter().map(|it| it.path.as_str()).collect();
    paths.dedup();
    paths
}

/// Where the last whole line ends.
fn end_of_lines(file: &mut File) -> io::Result<u64> {
    const PIECE: u64 = 4096;
    let mut end = file.metadata()?.len();
    let mut bytes = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(PIECE);
        file.seek(SeekFrom::Start(start))?;
        bytes.clear();
        Read::by_ref(file).take(end - start).read_to_end(&mut bytes)?;
        if let Some(at) = bytes.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}
