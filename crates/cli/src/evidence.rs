//! What is given to the program is evidence: the output never takes its place.

use std::io::Read;
use std::path::Path;

use procmonkey_parser::{Column, Format, Input, ReadOptions};
use same_file::Handle;

use crate::args::{Clobber, UsageError, is_standard_input};

/// Checks that the output harms no evidence, before any of it is opened for writing.
/// `given` are the files and folders that the command reads.
///
/// # Errors
/// When the output is one of the files that are read, through whatever links, or lies in
/// a folder that is read; or when it is a file that looks like evidence and `clobber` does
/// not allow to replace it.
pub(crate) fn protect(
    output: Option<&Path>,
    given: &[&Path],
    clobber: Clobber,
) -> Result<(), UsageError> {
    match output.filter(|path| path.as_os_str() != "-") {
        Some(output) => protect_from_file(output, given, clobber),
        None => protect_from_standard_output(given),
    }
}

fn protect_from_file(output: &Path, given: &[&Path], clobber: Clobber) -> Result<(), UsageError> {
    let shown = output.display();
    if let Ok(target) = Handle::from_path(output)
        && target.as_file().metadata().is_ok_and(|metadata| metadata.is_file())
        && let Some(path) = given.iter().find(|path| is_same(&target, path))
    {
        return Err(UsageError(format!(
            "--output {shown}: this is the file that is read ({}); choose another name",
            path.display()
        )));
    }
    if let Some(folder) = given.iter().find(|path| lies_in(output, path)) {
        return Err(UsageError(format!(
            "--output {shown}: this is in the folder that is read ({}); choose a place outside",
            folder.display()
        )));
    }
    match clobber == Clobber::Refused && output.is_file() {
        true => refuse_evidence(output),
        false => Ok(()),
    }
}

/// A shell may have let standard output lead into one of the files.
fn protect_from_standard_output(given: &[&Path]) -> Result<(), UsageError> {
    let Ok(target) = Handle::stdout() else { return Ok(()) };
    if !target.as_file().metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    match given.iter().find(|path| is_same(&target, path)) {
        Some(path) => Err(UsageError(format!(
            "standard output leads into the file that is read ({}); choose another name",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Whether a path that was given is the file behind a handle, by device and number.
fn is_same(target: &Handle, given: &Path) -> bool {
    let given = match is_standard_input(given) {
        true => Handle::stdin(),
        // Nothing that waits for a writer, such as a named pipe, is opened here.
        false if !given.is_file() => return false,
        false => Handle::from_path(given),
    };
    given.is_ok_and(|given| given == *target)
}

/// Whether a path lies in a folder that is read.
fn lies_in(output: &Path, given: &Path) -> bool {
    if is_standard_input(given) || !given.is_dir() {
        return false;
    }
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    match (parent.canonicalize(), given.canonicalize()) {
        (Ok(parent), Ok(folder)) => parent.starts_with(folder),
        _ => false,
    }
}

fn refuse_evidence(output: &Path) -> Result<(), UsageError> {
    let Some(kind) = kind_of_evidence(output) else { return Ok(()) };
    Err(UsageError(format!(
        "--output {}: {kind} is there already; choose another name, or use --clobber to replace it",
        output.display()
    )))
}

/// What a file is, if it is of a kind that people keep as evidence.
fn kind_of_evidence(path: &Path) -> Option<&'static str> {
    let mut start = Vec::new();
    std::fs::File::open(path).ok()?.take(8).read_to_end(&mut start).ok()?;
    if start.starts_with(b"ElfFile\0") {
        return Some("an event log");
    }
    if start.starts_with(b"regf") {
        return Some("a registry hive");
    }
    if start.starts_with(b"PML_") {
        return Some("a capture");
    }
    let mut input = Input::open(path, &ReadOptions::new().threads(1)).ok()?;
    let capture = input.next_capture()?.ok()?;
    // A page of this program has rows of a capture in it, and so has many a note; and a
    // table of anything can be read as a CSV.
    let is_capture = match capture.format() {
        Format::Csv => capture.columns().contains(Column::Operation),
        Format::Xml | Format::Pml => true,
        _ => false,
    };
    is_capture.then_some("a capture")
}
