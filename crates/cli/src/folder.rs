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

/// Whether a file has the name of a later part of a native log, such as `Log-1.PML` of `Log.PML`.
pub(crate) fn is_named_as_part(path: &Path, first: &Path) -> bool {
    let part = || {
        let is_pml = path.extension()?.eq_ignore_ascii_case("pml");
        let stem = path.file_stem()?.to_str()?;
        let number = stem.strip_prefix(first.file_stem()?.to_str()?)?.strip_prefix('-')?;
        Some(is_pml && number.parse::<u32>().is_ok())
    };
    path.parent() == first.parent() && part() == Some(true)
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

    #[test]
    fn a_part_is_told_by_its_name_and_folder() {
        for (path, first, want) in [
            ("a/Log-1.PML", "a/Log.PML", true),
            ("a/Log-12.pml", "a/Log.PML", true),
            ("Log-1.PML", "Log.PML", true),
            ("b/Log-1.PML", "a/Log.PML", false),
            ("a/Log.PML", "a/Log.PML", false),
            ("a/Log-1.csv", "a/Log.PML", false),
            ("a/Log-x.PML", "a/Log.PML", false),
            ("a/Logs-1.PML", "a/Log.PML", false),
        ] {
            assert_eq!(is_named_as_part(path.as_ref(), first.as_ref()), want, "{path} {first}");
        }
    }
}
