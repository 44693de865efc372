//! The parts of a native capture: Procmon goes on in a new file when a backing
//! file has grown large.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::input::Content;
use crate::model::Progress;
use crate::pml::{self, Pml};
use crate::time::TICKS_PER_SECOND;

/// How long the pause between two parts may be, in ticks of 100 ns. More than
/// that is another capture with a name like a part's.
const LONGEST_PAUSE: i64 = 60 * TICKS_PER_SECOND;

/// Whether a file begins as a native capture.
pub(super) fn is_pml(mut file: &File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(pml::is_pml(&head))
}

/// The file, and the parts that continue it.
pub(super) fn open_all(path: &Path, file: File, progress: &Progress) -> io::Result<Vec<Content>> {
    let mut parts = vec![load(&file, progress)?];
    for path in later_parts(path) {
        let Ok(content) = File::open(&path).and_then(|file| load(&file, progress)) else { break };
        let goes_on = parts.last().is_some_and(|before| continues(before, &content));
        if !goes_on {
            break;
        }
        parts.push(content);
    }
    Ok(parts)
}

/// Maps a file, or reads it where it cannot be mapped.
fn load(mut file: &File, progress: &Progress) -> io::Result<Content> {
    Content::map(file, progress.clone()).or_else(|_| {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Content::memory(bytes))
    })
}

/// `Log-1.PML`, `Log-2.PML`, … beside `Log.PML`, by their number. The first ones
/// can be missing: a ring buffer deletes them.
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

/// Whether a file goes on where the one before it ends, on the same computer.
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
