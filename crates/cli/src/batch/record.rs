//! What is noted of a task when all of its results are written.

use std::path::Path;

use anyhow::Context;
use procmonkey_parser::CaptureId;
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::store::Store;
use super::walk::looked_at;

/// A file that was read, as it was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) modified: String,
    /// Of captures.
    pub(super) capture_id: Option<String>,
}

impl Fingerprint {
    /// That of a capture as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn of_capture(path: &Path) -> std::io::Result<Fingerprint> {
        let id = CaptureId::of_path(path)?;
        Ok(Fingerprint { capture_id: id.map(|id| id.to_string()), ..Fingerprint::of_other(path)? })
    }

    /// That of a file that is read beside captures.
    ///
    /// # Errors
    /// When it is not there.
    pub(super) fn of_other(path: &Path) -> std::io::Result<Fingerprint> {
        let (bytes, modified) = looked_at(path)?;
        Ok(Fingerprint { path: path.display().to_string(), bytes, modified, capture_id: None })
    }
}

/// A file that was written, below the folder of the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) path: String,
    pub(super) bytes: u64,
}

/// A task that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) version: String,
    pub(super) options: String,
    /// What was read.
    pub(super) inputs: Vec<Fingerprint>,
    /// What was written.
    pub(super) outputs: Vec<Written>,
    /// Whether the next run tries again.
    pub(super) is_to_repeat: bool,
    pub(super) entries: Vec<Entry>,
}

impl Record {
    /// What was noted under a name; `None` where that is nothing that this version has written.
    pub(super) fn load(store: &Store, name: &str) -> Option<Record> {
        serde_json::from_slice(&std::fs::read(store.path(name)).ok()?).ok()
    }

    /// Takes a note away before results are written over those that it stands for: with other
    /// options they may be as long.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(super) fn forget(store: &Store, name: &str) -> anyhow::Result<()> {
        let path = store.path(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{} cannot be removed", path.display()))
            }
            _ => Ok(()),
        }
    }

    /// # Errors
    /// When it cannot be written.
    pub(super) fn save(&self, store: &Store, name: &str) -> anyhow::Result<()> {
        store.write(name, |output| Ok(serde_json::to_writer(output, self)?)).map(|_| ())
    }

    /// Why the task has to be done again; `None` where it is done.
    pub(super) fn why_again(
        &self,
        options: &str,
        inputs: &[Fingerprint],
        store: &Store,
    ) -> Option<&'static str> {
        if self.version != env!("CARGO_PKG_VERSION") {
            return Some("another version");
        }
        if self.options != options {
            return Some("other options");
        }
        if self.is_to_repeat {
            return Some("it could not be read");
        }
        if self.inputs.len() != inputs.len() {
            return Some("other files");
        }
        for (before, now) in self.inputs.iter().zip(inputs) {
            let why = match () {
                () if before.path != now.path => "other files",
                () if before.bytes != now.bytes => "another size",
                () if before.modified != now.modified => "another time",
                () if before.capture_id != now.capture_id => "another content",
                () => continue,
            };
            return Some(why);
        }
        let is_there = |it: &Written| store.length(&it.path).is_ok_and(|bytes| bytes == it.bytes);
        match self.outputs.iter().all(is_there) {
            true => None,
            false => Some("results are missing"),
        }
    }
}
