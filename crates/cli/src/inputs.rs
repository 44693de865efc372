//! Opens the captures that the arguments name, with a progress bar on a terminal.

use std::collections::HashSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use procmonkey_analysis::report::{CaptureSummary, StoredFile};
use procmonkey_parser::{Capture, Error, ErrorKind, Input, Progress, ReadOptions};

use crate::args::{HashArgs, HashKind, UsageError, is_standard_input, name_of};
use crate::digest::{self, StreamSum, Summed};
use crate::folder::{PassedOver, files_in};
use crate::messages::{Messages, count};
use crate::patterns::is_pattern;
use crate::standard_input::StandardInput;

/// How much of the inputs was read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReadCounts {
    /// Captures that were opened.
    pub(crate) captures: u64,
    /// Inputs or archive members that could not be read.
    pub(crate) failures: u64,
    /// Losses within captures.
    pub(crate) losses: u64,
    /// Events that were read, wanted or not.
    pub(crate) events: u64,
}

impl ReadCounts {
    /// Whether anything of what was given is missing from the result.
    pub(crate) fn is_incomplete(self) -> bool {
        self.failures > 0 || self.losses > 0
    }
}

/// An input, or a member of an archive, that could not be read at all.
#[derive(Clone, Debug)]
pub(crate) struct Unread {
    pub(crate) name: String,
    pub(crate) error: String,
}

/// How many captures a command takes from an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// Every file of an archive.
    All,
    /// One; an archive with several files is refused.
    One,
}

/// Opens every input in turn and hands each capture to `work`. What cannot be
/// read is reported and counted, and the next input is taken.
///
/// # Errors
/// When `work` fails because the output cannot be written.
pub(crate) fn for_each(
    paths: &[PathBuf],
    options: &ReadOptions,
    messages: Messages,
    work: impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<ReadCounts> {
    for_each_noting(paths, options, messages, &mut Noted::default(), work)
}

/// What is noted of inputs beside their captures.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    /// How files are added up, where they are.
    pub(crate) hash: Option<HashKind>,
    /// Those that could not be read at all.
    pub(crate) unread: Vec<Unread>,
    /// The files of each input, by its name, where `hash` is set.
    pub(crate) stored: Vec<(String, Vec<StoredFile>)>,
}

impl Noted {
    pub(crate) fn of(hash: &HashArgs) -> Noted {
        Noted { hash: hash.hash, ..Noted::default() }
    }

    /// Takes note of the digests of files that were read elsewhere, where it is asked for. Gives
    /// back of how many they are not known.
    pub(crate) fn add_up_files(&mut self, paths: &[PathBuf], messages: Messages) -> u64 {
        let mut failures = 0;
        let files = paths.iter().filter(|path| !is_standard_input(path) && path.is_file());
        for path in files.filter(|_| self.hash.is_some()) {
            match digest::of_file(path) {
                Ok(file) => self.stored.push((file.path.clone(), vec![file])),
                Err(error) => {
                    let name = path.display();
                    messages.error(format_args!("{name}: its SHA-256 is not known: {error}"));
                    failures += 1;
                }
            }
        }
        failures
    }

    /// Gives each capture the files that it was read from.
    pub(crate) fn give_to<'c>(&self, captures: impl IntoIterator<Item = &'c mut CaptureSummary>) {
        for capture in captures {
            let own = self.stored.iter().find(|(name, _)| {
                let rest = capture.path.strip_prefix(name.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            if let Some((_, files)) = own {
                capture.stored_files.clone_from(files);
            }
        }
    }
}

/// As [`for_each`], and notes what is asked for.
///
/// # Errors
/// As [`for_each`].
pub(crate) fn for_each_noting(
    paths: &[PathBuf],
    options: &ReadOptions,
    messages: Messages,
    noted: &mut Noted,
    work: impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<ReadCounts> {
    for_all(paths.iter().map(PathBuf::as_path), Taken::All, options, messages, noted, work)
}

/// As [`for_each`], for a command that can only take one capture.
///
/// # Errors
/// Also when the input is an archive with several files.
pub(crate) fn for_one(
    path: &Path,
    options: &ReadOptions,
    messages: Messages,
    work: impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<ReadCounts> {
    for_one_noting(path, options, messages, &mut Noted::default(), work)
}

/// As [`for_one`], and notes what is asked for.
///
/// # Errors
/// As [`for_one`].
pub(crate) fn for_one_noting(
    path: &Path,
    options: &ReadOptions,
    messages: Messages,
    noted: &mut Noted,
    work: impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<ReadCounts> {
    for_all([path], Taken::One, options, messages, noted, work)
}

fn for_all<'p>(
    paths: impl IntoIterator<Item = &'p Path>,
    taken: Taken,
    options: &ReadOptions,
    messages: Messages,
    noted: &mut Noted,
    mut work: impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<ReadCounts> {
    let mut reading =
        Reading { options, messages, read: ReadCounts::default(), noted, folder: None };
    // `*.PML` names the parts of a log, too, which are read with the first.
    let mut parts: HashSet<PathBuf> = HashSet::new();
    for path in paths {
        let is_part = |path: PathBuf| parts.contains(&path);
        if !parts.is_empty() && path.canonicalize().is_ok_and(is_part) {
            let name = path.display();
            messages.note(format_args!("{name}: already read, as a part of the log before it"));
            continue;
        }
        let is_folder = !is_standard_input(path) && path.is_dir();
        match (taken, is_folder) {
            (Taken::One, true) => return Err(folder_for_one(path).into()),
            (Taken::All, true) => reading.read_folder(path, &mut work)?,
            (_, false) => {
                let later = reading.read_file(path, taken, &mut work)?;
                parts.extend(later.iter().filter_map(|path| path.canonicalize().ok()));
            }
        }
    }
    Ok(reading.read)
}

/// Why a folder is refused by a command that takes one capture.
fn folder_for_one(path: &Path) -> UsageError {
    UsageError(format!(
        "{}: a folder, and only one capture can be taken; name the file",
        path.display()
    ))
}

/// Inputs while they are read.
struct Reading<'r> {
    options: &'r ReadOptions,
    messages: Messages,
    read: ReadCounts,
    noted: &'r mut Noted,
    /// The files that were passed over, where those of a folder are read.
    folder: Option<PassedOver>,
}

impl Reading<'_> {
    /// Reads the captures that lie in a folder. Other files are named and passed over.
    fn read_folder(
        &mut self,
        folder: &Path,
        work: &mut impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let files = match files_in(folder) {
            Ok(files) => files,
            Err(error) => {
                self.fail(folder, format!("{}: cannot be listed: {error}", folder.display()));
                return Ok(());
            }
        };
        let before = (self.read.captures, self.read.failures);
        self.folder = Some(PassedOver::default());
        let mut parts: HashSet<PathBuf> = HashSet::new();
        for path in &files {
            if parts.remove(path) {
                continue;
            }
            parts.extend(self.read_file(path, Taken::All, work)?);
        }
        let passed_over = self.folder.take().unwrap_or_default();
        passed_over.report(folder, self.messages);
        if (self.read.captures, self.read.failures) == before {
            let shown = folder.display();
            let why = match passed_over.count() {
                0 => {
                    format!("{shown}: a folder without files (those of folders in it are not read)")
                }
                count => format!(
                    "{shown}: a folder in which no file is a capture (of {count}); a folder of key \
                     files is given beside a capture, with --keys-dir"
                ),
            };
            self.fail(folder, why);
        }
        Ok(())
    }

    /// Reads the captures of a file. Gives the other files that were read with it.
    fn read_file(
        &mut self,
        path: &Path,
        taken: Taken,
        work: &mut impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Vec<PathBuf>> {
        let bar = progress_bar(path, self.messages);
        let (mut input, sum) = match self.open(path, &bar) {
            Ok(opened) => opened,
            Err(error) => {
                if !self.passes_over(&error) {
                    report_unopened(self.messages, path, &error);
                    self.noted.unread.push(Unread::of(&path.display().to_string(), &error));
                    self.read.failures += 1;
                }
                return Ok(Vec::new());
            }
        };
        if taken == Taken::One {
            refuse_several(&input)?;
        }
        let parts = input.later_parts().to_vec();
        self.read(&mut input, &bar, work)?;
        drop(input);
        if self.noted.hash.is_some() {
            self.add_up(path, &parts, sum);
        }
        Ok(parts)
    }

    /// Opens an input; standard input with what adds it up, where that is asked for.
    fn open(&self, path: &Path, bar: &Bar) -> Result<(Input<'static>, Option<StreamSum>), Error> {
        let options = self.options;
        if !is_standard_input(path) {
            let options = options.clone().progress(bar.progress.clone());
            return Ok((Input::open(path, &options)?, None));
        }
        let source = StandardInput::open(self.messages);
        if self.noted.hash.is_none() {
            return Ok((Input::from_reader(name_of(path), source, options)?, None));
        }
        let (source, sum) = Summed::new(source);
        Ok((Input::from_reader(name_of(path), source, options)?, Some(sum)))
    }

    /// Takes note of the digests of the files of an input.
    fn add_up(&mut self, path: &Path, parts: &[PathBuf], sum: Option<StreamSum>) {
        let name = name_of(path);
        let mut files = Vec::new();
        let mut keep = |name: &str, file: io::Result<StoredFile>| match file {
            Ok(file) => files.push(file),
            Err(error) => {
                self.messages.error(format_args!("{name}: its SHA-256 is not known: {error}"));
                self.read.failures += 1;
            }
        };
        match sum {
            Some(sum) => keep(&name, sum.finish(&name, &mut io::stdin())),
            None => {
                for path in std::iter::once(path).chain(parts.iter().map(PathBuf::as_path)) {
                    keep(&path.display().to_string(), digest::of_file(path));
                }
            }
        }
        self.noted.stored.push((name, files));
    }

    /// Takes note of a file of a folder that is no capture.
    fn passes_over(&mut self, error: &Error) -> bool {
        let is_other = error.kind() == ErrorKind::NotACapture;
        match self.folder.as_mut().filter(|_| is_other) {
            Some(passed_over) => {
                passed_over.add(error, self.messages);
                true
            }
            None => false,
        }
    }

    fn fail(&mut self, path: &Path, error: String) {
        self.messages.error(&error);
        self.noted.unread.push(Unread { name: path.display().to_string(), error });
        self.read.failures += 1;
    }

    /// Hands each capture of an input to `work`.
    fn read(
        &mut self,
        input: &mut Input<'_>,
        bar: &Bar,
        work: &mut impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let messages = self.messages;
        let before = (self.read.captures, self.read.failures);
        let name = input.name().to_string();
        let mut any = false;
        while let Some(capture) = input.next_capture() {
            any = true;
            let mut capture = match capture {
                Ok(capture) => capture,
                Err(error) => {
                    if !self.passes_over(&error) {
                        bar.suspend(|| report(messages, &error));
                        self.noted.unread.push(Unread::of(&name, &error));
                        self.read.failures += 1;
                    }
                    continue;
                }
            };
            self.read.captures += 1;
            match work(&mut capture) {
                Ok(()) => {}
                // The capture broke off; what was read of it counts.
                Err(error) if error.is::<Error>() => {
                    bar.suspend(|| messages.error(format_args!("{error:#}")));
                    self.read.failures += 1;
                }
                Err(error) => return Err(error),
            }
            if let Some(slow_path_reason) = capture.slow_path_reason() {
                bar.suspend(|| {
                    messages.aside(format_args!("{}: {slow_path_reason}", capture.name()));
                });
            }
            self.read.losses += capture.losses().count();
            self.read.events += capture.events_read();
            bar.suspend(|| messages.losses(capture.name(), capture.losses()));
        }
        if !any && (self.read.captures, self.read.failures) == before {
            let error = "the archive has no file in it";
            messages.error(format_args!("{name}: {error}"));
            self.noted.unread.push(Unread { name, error: error.to_string() });
            self.read.failures += 1;
        }
        Ok(())
    }
}

/// # Errors
/// When the input is an archive with several files.
fn refuse_several(input: &Input<'_>) -> Result<(), UsageError> {
    let members = input.members();
    if members.len() <= 1 {
        return Ok(());
    }
    Err(UsageError(format!(
        "{}: the archive has {}, and only one capture can be taken; unpack the one that you \
         want: {}",
        input.name(),
        count(members.len() as u64, "file"),
        members.join(", ")
    )))
}

/// Reports why an input cannot be opened.
fn report_unopened(messages: Messages, path: &Path, error: &Error) {
    let shown = path.display().to_string();
    if is_pattern(&shown) && !path.exists() {
        messages.error(match cfg!(windows) {
            true => format!("{shown}: no file fits this pattern"),
            false => format!(
                "{shown}: there is no file of this name; the shell has not replaced the pattern by \
                 the names of files (none fits, or it stands in quotes, or this shell does not do \
                 it): name the files themselves"
            ),
        });
        return;
    }
    report(messages, error);
}

fn report(messages: Messages, error: &Error) {
    messages.error(whole(error));
}

/// An error with what caused it.
fn whole(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

impl Unread {
    fn of(name: &str, error: &Error) -> Unread {
        Unread { name: name.to_string(), error: whole(error) }
    }
}

/// A progress bar, which is drawn by a thread of its own.
struct Bar {
    drawn: ProgressBar,
    progress: Progress,
    /// The thread ends when this is dropped.
    _alive: Option<Sender<()>>,
}

impl Bar {
    fn new(drawn: ProgressBar) -> Bar {
        let progress = Progress::default();
        let alive = (!drawn.is_hidden()).then(|| {
            let (alive, ended) = channel();
            let (drawn, progress) = (drawn.clone(), progress.clone());
            // Without a thread it stays where it is.
            let _ = std::thread::Builder::new().spawn(move || {
                while ended.recv_timeout(REDRAW) == Err(RecvTimeoutError::Timeout) {
                    drawn.set_position(progress.bytes());
                }
            });
            alive
        });
        Bar { drawn, progress, _alive: alive }
    }

    fn suspend<T>(&self, work: impl FnOnce() -> T) -> T {
        self.drawn.suspend(work)
    }
}

impl Drop for Bar {
    /// Also where the work ends early, such as when a pipe closes.
    fn drop(&mut self) {
        self.drawn.finish_and_clear();
    }
}

/// How often a progress bar moves.
const REDRAW: Duration = Duration::from_millis(100);

fn progress_bar(path: &Path, messages: Messages) -> Bar {
    let length = path.metadata().map_or(0, |metadata| metadata.len());
    // A small file is read before a bar could be seen.
    let worth_it =
        messages.allows_progress() && io::stderr().is_terminal() && length > 8 * 1024 * 1024;
    if !worth_it {
        return Bar::new(ProgressBar::hidden());
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
    {
        bar.set_style(style);
    }
    let name = path.file_name().unwrap_or(path.as_os_str());
    bar.set_message(name.to_string_lossy().into_owned());
    Bar::new(bar)
}
