//! A folder that is given in place of captures: the files in it, and which of them are none.

use std::io;
use std::path::{Path, PathBuf};

use procmonkey_parser::Error;

use crate::messages::{Messages, count};

/// How many files that are passed over are named, unless --verbose asks for more.
const NAMED: usize = 20;

/// The plain files of a folder, by name, without those of folders in it. A part of a native log
/// stands behind the part that it continues.
///
/// # Errors
/// When the folder cannot be listed.
pub(crate) fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        // Nobody has named this file: nothing is opened that may wait for a writer.
        if path.metadata().is_ok_and(|metadata| metadata.is_file()) {
            files.push(path);
        }
    }
    sort_files(&mut files);
    Ok(files)
}

/// Puts the files of a folder into the order in which they are read.
pub(crate) fn sort_files(files: &mut [PathBuf]) {
    files.sort_by_cached_key(|path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let part = stem.rsplit_once('-').and_then(|(first, number)| {
            Some((first.to_string(), number.parse::<u64>().ok()?.saturating_add(1)))
        });
        let (first, number) = part.unwrap_or((stem, 0));
        (first, path.extension().unwrap_or_default().to_os_string(), number, path.clone())
    });
}

/// Files of a folder that are no captures.
#[derive(Debug, Default)]
pub(crate) struct PassedOver {
    reasons: Vec<String>,
    more: u64,
}

impl PassedOver {
    pub(crate) fn add(&mut self, error: &Error, messages: Messages) {
        match self.reasons.len() < NAMED || messages == Messages::All {
            true => self.reasons.push(error.to_string()),
            false => self.more += 1,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.reasons.len() as u64 + self.more
    }

    /// Names them.
    pub(crate) fn report(&self, folder: &Path, messages: Messages) {
        for reason in &self.reasons {
            messages.note(format_args!("passed over: {reason}"));
        }
        if self.more > 0 {
            let more = count(self.more, "more file");
            messages.note(format_args!("passed over: {more} of {}", folder.display()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_log_stand_behind_its_first_file() {
        let folder = std::env::temp_dir().join(format!("procmonkey-folder-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("below")).unwrap();
        for name in ["Log-10.PML", "Log-2.PML", "Log.PML", "a.csv", "b-x.csv"] {
            std::fs::write(folder.join(name), "x").unwrap();
        }
        let files = files_in(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let names: Vec<_> = files.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(names, ["Log.PML", "Log-2.PML", "Log-10.PML", "a.csv", "b-x.csv"]);
    }
}
