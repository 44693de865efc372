//! The parts of a native capture. Procmon continues in a new file when a backing file has
//! grown large.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::input::Content;
use crate::model::{Counted, Progress};
use crate::pml::{self, Pml};
use crate::time::TICKS_PER_SECOND;

/// The longest pause between two parts, in ticks of 100 ns. A file that begins later is
/// another capture whose name happens to look like a part's.
const LONGEST_PAUSE: i64 = 60 * TICKS_PER_SECOND;

/// Whether a file begins like a native capture.
pub(super) fn is_pml(mut file: &File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(pml::is_pml(&head))
}

/// A native capture in files.
pub(super) enum Parts {
    /// Its parts, in memory or mapped into it.
    InMemory(Vec<Content>),
    /// A capture of one part that is not mapped: its bytes are read where they are needed.
    Unmapped(Counted<File>),
}

/// The file, and the parts that continue it.
pub(super) fn open_all(path: &Path, file: File, progress: &Progress) -> io::Result<Parts> {
    let later = later_parts(path);
    if later.is_empty() && cfg!(not(feature = "mmap")) {
        return Ok(Parts::Unmapped(Counted { inner: file, progress: progress.clone() }));
    }
    let mut parts = vec![load(&file, progress)?];
    for path in later {
        let Ok(content) = File::open(&path).and_then(|file| load(&file, progress)) else { break };
        let goes_on = parts.last().is_some_and(|before| continues(before, &content));
        if !goes_on {
            break;
        }
        parts.push(content);
    }
    Ok(Parts::InMemory(parts))
}

/// Maps a file into memory, or reads it where it cannot be mapped.
fn load(file: &File, progress: &Progress) -> io::Result<Content> {
    #[cfg(feature = "mmap")]
    if let Ok(content) = Content::map(file, progress.clone()) {
        return Ok(content);
    }
    let mut bytes = Vec::new();
    Counted { inner: file, progress: progress.clone() }.read_to_end(&mut bytes)?;
    Ok(Content::memory(bytes))
}

/// `Log-1.PML`, `Log-2.PML`, … in the folder of `Log.PML`, sorted by number. The first
/// numbers can be missing, because a ring buffer deletes its oldest parts.
fn later_parts(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let (Some(stem), Ok(entries)) = (
        path.file_stem().and_then(|stem| stem.to_str()),
        folder.unwrap_or(Path::new(".")).read_dir(),
    ) else {
        return Vec::new();
    };
    let prefix = format!("{stem}-");
    let number = |path: &Path| -> Option<u32> {
        let is_pml = path.extension()?.eq_ignore_ascii_case("pml");
        let digits = path.file_stem()?.to_str()?.strip_prefix(&prefix)?;
        digits.parse().ok().filter(|_| is_pml)
    };
    let mut parts: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((number(&path)?, path))
        })
        .collect();
    parts.sort();
    parts.into_iter().map(|(_, path)| path).collect()
}

/// Whether a file continues where the file before it ends, recorded on the same computer.
fn continues(before: &Content, after: &Content) -> bool {
    let (Ok(before), Ok(after)) = (Pml::open(before.bytes()), Pml::open(after.bytes())) else {
        return false;
    };
    let last = before.len().checked_sub(1).and_then(|last| before.event(last).ok());
    let (Some(last), Ok(first)) = (last, after.event(0)) else { return false };
    let pause = first.header().time.saturating_sub(last.header().time);
    before.info().computer_name == after.info().computer_name
        && before.info().pointer_width == after.info().pointer_width
        && (-LONGEST_PAUSE..=LONGEST_PAUSE).contains(&pause)
}
