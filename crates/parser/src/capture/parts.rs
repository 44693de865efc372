//! The parts of a native capture. Procmon continues in a new file when a backing file has
//! grown large.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::input::Content;
use crate::model::{Counted, LossKind, Losses, Position, Progress};
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

/// A native capture in one file or several.
pub(super) struct Parts {
    pub(super) contents: Vec<Content>,
    /// The files of the parts behind the first one.
    pub(super) later: Vec<PathBuf>,
    /// Parts that are missing or cannot be read.
    pub(super) losses: Losses,
}

/// The file, and the parts that continue it. A part that is damaged or missing between
/// others is a loss, and those behind it are read.
pub(super) fn open_all(path: &Path, file: File, progress: &Progress) -> io::Result<Parts> {
    let mut parts = Parts {
        contents: vec![load(&file, progress)?],
        later: Vec::new(),
        losses: Losses::default(),
    };
    // Where a part is not known, the time between its neighbours is not known either.
    let mut gap = Gap::None;
    let mut number_before = None;
    // What may belong to another capture is a loss only once a part behind it belongs to
    // this one.
    let mut missing = Vec::new();
    for (number, path) in later_parts(path) {
        let is_next = number_before.is_none_or(|before| before + 1 == number);
        if !is_next {
            missing.push(format!("a part before {} is missing", path.display()));
            gap = Gap::Known;
        }
        number_before = Some(number);
        let opened = File::open(&path).and_then(|file| load(&file, progress));
        let content = match opened.map_err(|error| error.to_string()).and_then(checked) {
            Ok(content) => content,
            Err(what) => {
                let name = path.display();
                parts.later.push(path.clone());
                parts.lose(format!("{name}, a part of this log, cannot be read: {what}"));
                gap = Gap::Known;
                continue;
            }
        };
        let goes_on = parts.contents.last().is_some_and(|before| continues(before, &content, gap));
        if !goes_on {
            break;
        }
        for what in missing.drain(..) {
            parts.lose(what);
        }
        gap = Gap::None;
        parts.later.push(path);
        parts.contents.push(content);
    }
    Ok(parts)
}

impl Parts {
    fn lose(&mut self, what: String) {
        self.losses.add(LossKind::MissingPart, Position::default(), what);
    }
}

/// The content of a part, if it is a native log with events, or an undamaged one without.
fn checked(content: Content) -> Result<Content, String> {
    let obstacle = match Pml::open(content.bytes()) {
        Ok(pml) if pml.event(0).is_ok() => None,
        Ok(pml) => pml.losses().iter().next().map(|loss| loss.message.clone()),
        Err(error) => Some(error.to_string()),
    };
    obstacle.map_or(Ok(content), Err)
}

/// Whether something is known to be missing between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    None,
    Known,
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

/// Whether a log is the only part.
pub(super) fn is_alone(path: &Path) -> bool {
    later_parts(path).is_empty()
}

/// `Log-1.PML`, `Log-2.PML`, … in the folder of `Log.PML`, sorted by number. The first
/// numbers can be missing, because a ring buffer deletes its oldest parts.
fn later_parts(path: &Path) -> Vec<(u32, PathBuf)> {
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
            let number = number(&path)?;
            // Nobody has named this file, so nothing is opened that may wait for a writer,
            // or do something when it is opened.
            path.metadata().is_ok_and(|metadata| metadata.is_file()).then_some((number, path))
        })
        .collect();
    parts.sort();
    parts
}

/// Whether a file continues where the file before it ends, recorded on the same computer.
fn continues(before: &Content, after: &Content, gap: Gap) -> bool {
    let (Ok(before), Ok(after)) = (Pml::open(before.bytes()), Pml::open(after.bytes())) else {
        return false;
    };
    let last = before.len().checked_sub(1).and_then(|last| before.event(last).ok());
    let (Some(last), Ok(first)) = (last, after.event(0)) else { return false };
    let pause = first.header().time.saturating_sub(last.header().time);
    let longest = if gap == Gap::Known { i64::MAX } else { LONGEST_PAUSE };
    before.info().computer_name == after.info().computer_name
        && before.info().pointer_width == after.info().pointer_width
        && (-LONGEST_PAUSE..=longest).contains(&pause)
}
