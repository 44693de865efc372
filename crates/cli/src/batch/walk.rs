//! The files below the folders that are given.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use procmonkey_export::EntryStatus;

use crate::folder::sort_files;

use super::names::LOCK;

/// A plain file.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// As it is named: the folder as it was given, and the path in it.
    pub(super) path: PathBuf,
    /// What tells it from all others of the run, whatever the computer: its path below the folder
    /// that was given, with that folder's name where several were given.
    pub(super) key: Vec<u8>,
    pub(super) bytes: u64,
}

/// The plain files of one folder, by name.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) files: Vec<Found>,
}

/// Something that is no file to read.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) path: PathBuf,
    pub(super) status: EntryStatus,
    pub(super) error: String,
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) folders: Vec<Folder>,
    pub(super) problems: Vec<Problem>,
    /// Folders that other runs write their results into: reports are no captures.
    pub(super) results: Vec<PathBuf>,
    /// Whether a folder could not be listed, so that files may be missing.
    pub(super) is_incomplete: bool,
}

/// Walks the folders, but not into `output`, nor through links to folders, which may lead in a
/// circle. What is given may also be a file. The order is the same on every computer.
pub(super) fn walk(given: &[PathBuf], output: &Path) -> Walk {
    let mut walk = Walk::default();
    let output = output.canonicalize().ok();
    let mut roots: Vec<PathBuf> = Vec::new();
    for root in given {
        let canonical = match root.canonicalize() {
            Ok(canonical) => canonical,
            Err(error) => {
                walk.cannot_list(root, &error);
                continue;
            }
        };
        // A folder that lies in another one is read once.
        if roots.iter().any(|other| canonical.starts_with(other)) {
            continue;
        }
        let label = match given.len() {
            1 => Vec::new(),
            _ => key_of(root),
        };
        match root.is_dir() {
            true => walk.add_folders(root, &canonical, &label, output.as_deref()),
            false => walk.add_file_alone(root, label),
        }
        roots.push(canonical);
    }
    walk
}

impl Walk {
    fn add_file_alone(&mut self, path: &Path, label: Vec<u8>) {
        let mut files = Vec::new();
        self.add(
            path.to_path_buf(),
            joined(&label, path.file_name().unwrap_or_default()),
            &mut files,
        );
        let folder = path.parent().unwrap_or(Path::new(""));
        self.folders.push(Folder { path: folder.to_path_buf(), files });
    }

    fn add_folders(&mut self, root: &Path, canonical: &Path, label: &[u8], output: Option<&Path>) {
        let mut waiting = vec![(root.to_path_buf(), canonical.to_path_buf(), label.to_vec())];
        while let Some((folder, canonical, key)) = waiting.pop() {
            if output == Some(&*canonical) {
                continue;
            }
            let listed =
                folder.read_dir().and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
            let entries = match listed {
                Ok(entries) => entries,
                Err(error) => {
                    self.cannot_list(&folder, &error);
                    continue;
                }
            };
            if entries.iter().any(|entry| entry.file_name() == LOCK) {
                self.results.push(folder);
                continue;
            }
            let (mut paths, mut below) = (Vec::new(), Vec::new());
            for entry in entries {
                match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    true => below.push(entry.file_name()),
                    false => paths.push(folder.join(entry.file_name())),
                }
            }
            sort_files(&mut paths);
            let mut files = Vec::new();
            for path in paths {
                let own = joined(&key, path.file_name().unwrap_or_default());
                self.add(path, own, &mut files);
            }
            if !files.is_empty() {
                self.folders.push(Folder { path: folder.clone(), files });
            }
            below.sort_unstable_by(|a, b| b.cmp(a));
            let next = below
                .into_iter()
                .map(|name| (folder.join(&name), canonical.join(&name), joined(&key, &name)));
            waiting.extend(next);
        }
    }

    fn add(&mut self, path: PathBuf, key: Vec<u8>, files: &mut Vec<Found>) {
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => {
                files.push(Found { path, key, bytes: metadata.len() });
            }
            Ok(metadata) => {
                let error = match metadata.is_dir() {
                    true => "a link to a folder, which is not followed",
                    false => "not a plain file",
                };
                self.problems.push(Problem {
                    path,
                    status: EntryStatus::NotAFile,
                    error: error.to_string(),
                });
            }
            Err(error) => {
                let status = EntryStatus::of_io(&error);
                self.problems.push(Problem { path, status, error: error.to_string() });
            }
        }
    }

    fn cannot_list(&mut self, path: &Path, error: &io::Error) {
        self.is_incomplete = true;
        let status = EntryStatus::of_io(error);
        let error = format!("cannot be listed: {error}");
        self.problems.push(Problem { path: path.to_path_buf(), status, error });
    }
}

/// When a file was last changed, as exactly as the system says it.
fn modified(metadata: &Metadata) -> String {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or_else(String::new, |since| {
        format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
    })
}

/// Size and time of a file now.
pub(super) fn looked_at(path: &Path) -> io::Result<(u64, String)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.len(), modified(&metadata)))
}

/// A path with the same separators on every system.
fn key_of(path: &Path) -> Vec<u8> {
    path.components().fold(Vec::new(), |key, part| joined(&key, part.as_os_str()))
}

fn joined(key: &[u8], name: &std::ffi::OsStr) -> Vec<u8> {
    let mut all = key.to_vec();
    if !all.is_empty() {
        all.push(b'/');
    }
    all.extend_from_slice(name.as_encoded_bytes());
    all
}
