//! The folder that a run writes into.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::args::{UsageError, is_standard_input};
use crate::output::{Output, UNFINISHED};

use super::names::{DONE, EVENTS, FINDINGS, LOCK, is_result};

pub(super) const MANIFEST: &str = "manifest.jsonl";
pub(super) const LOG: &str = "log.jsonl";

/// The folder, while no other run can write into it.
#[derive(Debug)]
pub(super) struct Store {
    root: PathBuf,
    /// Held until the end; the system lets it go when the program is killed.
    _lock: File,
}

impl Store {
    /// Takes the folder, and makes it where it is not there. What a run that was killed has left
    /// half-written is removed.
    ///
    /// # Errors
    /// When the folder is not one for results, is in use, or cannot be written.
    pub(super) fn open(root: &Path, given: &[PathBuf]) -> anyhow::Result<Store> {
        refuse(root, given)?;
        let unwritten = || format!("{} cannot be written", root.display());
        fs::create_dir_all(root).with_context(unwritten)?;
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).write(true);
        let lock = options.open(root.join(LOCK)).with_context(unwritten)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                anyhow::bail!("{}: another run is writing into this folder", root.display())
            }
            // Some file systems of networks know no locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("{} cannot be locked", root.display()));
            }
        }
        let store = Store { root: root.to_path_buf(), _lock: lock };
        store.remove_unfinished().with_context(unwritten)?;
        Ok(store)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file, which takes its place when it is complete. Gives back its length.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(
        &self,
        name: &str,
        work: impl FnOnce(&mut Output) -> anyhow::Result<()>,
    ) -> anyhow::Result<u64> {
        let path = self.make_place(name)?;
        let mut output = Output::json(&path)?;
        work(&mut output)?;
        output.finish()?;
        self.length(name).with_context(|| path.display().to_string())
    }

    /// Makes the folder of a file. Gives back the path of the file.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn make_place(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            let unwritten = || format!("{} cannot be written", folder.display());
            fs::create_dir_all(folder).with_context(unwritten)?;
        }
        Ok(path)
    }

    /// How long a file is.
    ///
    /// # Errors
    /// When it is not there.
    pub(super) fn length(&self, name: &str) -> io::Result<u64> {
        Ok(self.path(name).metadata()?.len())
    }

    /// Removes results that are not of this run. `names` are those that are. Gives back what was
    /// removed. Files that no run has named so stay.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub(super) fn remove_others(&self, names: &HashSet<String>) -> io::Result<Vec<String>> {
        let mut removed = Vec::new();
        for top in [FINDINGS, EVENTS, DONE] {
            self.for_each_below(top, &mut |name, path| {
                if is_result(name) && !names.contains(name) {
                    fs::remove_file(path)?;
                    removed.push(name.to_string());
                }
                Ok(())
            })?;
        }
        // Those that have become empty; the others refuse.
        for host in subfolders(&self.path(EVENTS))? {
            for date in subfolders(&host)? {
                let _ = fs::remove_dir(date);
            }
            let _ = fs::remove_dir(host);
        }
        removed.sort();
        Ok(removed)
    }

    fn remove_unfinished(&self) -> io::Result<()> {
        for entry in self.root.read_dir()? {
            remove_if_unfinished(&entry?.path())?;
        }
        for top in [FINDINGS, EVENTS, DONE] {
            self.for_each_below(top, &mut |_, path| remove_if_unfinished(path))?;
        }
        Ok(())
    }

    /// Hands over each file below a folder, with its name in the results.
    fn for_each_below(
        &self,
        top: &str,
        work: &mut dyn FnMut(&str, &Path) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut waiting = vec![(top.to_string(), self.path(top))];
        while let Some((name, folder)) = waiting.pop() {
            let entries = match folder.read_dir() {
                Ok(entries) => entries.collect::<Result<Vec<_>, _>>()?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let own = format!("{name}/{}", entry.file_name().to_string_lossy());
                match entry.file_type()?.is_dir() {
                    true => waiting.push((own, entry.path())),
                    false => work(&own, &entry.path())?,
                }
            }
        }
        Ok(())
    }
}

fn remove_if_unfinished(path: &Path) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name.starts_with(UNFINISHED) && path.symlink_metadata().is_ok_and(|it| it.is_file()) {
        true => fs::remove_file(path),
        false => Ok(()),
    }
}

fn subfolders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match folder.read_dir() {
        Ok(entries) => entries.collect::<Result<Vec<_>, _>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let folders = entries.into_iter().filter(|it| it.file_type().is_ok_and(|it| it.is_dir()));
    Ok(folders.map(|it| it.path()).collect())
}

/// # Errors
/// When the results would lie among what is read, or among other files.
fn refuse(root: &Path, given: &[PathBuf]) -> Result<(), UsageError> {
    let shown = root.display();
    if given.iter().any(|it| is_standard_input(it)) {
        let text = "batch reads folders and files, and not standard input; analyze does";
        return Err(UsageError(text.to_string()));
    }
    if root.exists() && !root.is_dir() {
        return Err(UsageError(format!("--output {shown}: a file; name a folder for the results")));
    }
    let Ok(canonical) = root.canonicalize() else { return Ok(()) };
    let inside =
        given.iter().find(|it| it.canonicalize().is_ok_and(|it| it.starts_with(&canonical)));
    if let Some(inside) = inside {
        return Err(UsageError(format!(
            "--output {shown}: {}, which is read, lies in it; name another folder",
            inside.display()
        )));
    }
    let is_empty = root.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    match is_empty || root.join(LOCK).is_file() {
        true => Ok(()),
        false => Err(UsageError(format!(
            "--output {shown}: a folder with other files in it; name a new folder, or that of an \
             earlier run"
        ))),
    }
}
