//! Opens the captures that the arguments name, with a progress bar on a terminal.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use procmonkey_parser::{Capture, Error, Input, Progress, ReadOptions};

use crate::args::UsageError;
use crate::messages::{Messages, count};

/// How much of the inputs was read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Captures that were opened.
    pub(crate) captures: u64,
    /// Inputs or archive members that could not be read.
    pub(crate) failures: u64,
    /// Losses within captures.
    pub(crate) losses: u64,
}

impl Tally {
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
) -> anyhow::Result<Tally> {
    for_each_noting(paths, options, messages, &mut Vec::new(), work)
}

/// As [`for_each`], and adds what could not be read at all to `unread`.
///
/// # Errors
/// As [`for_each`].
pub(crate) fn for_each_noting(
    paths: &[PathBuf],
    options: &ReadOptions,
    messages: Messages,
    unread: &mut Vec<Unread>,
    work: impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Tally> {
    for_all(paths.iter().map(PathBuf::as_path), Taken::All, options, messages, unread, work)
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
) -> anyhow::Result<Tally> {
    for_all([path], Taken::One, options, messages, &mut Vec::new(), work)
}

fn for_all<'p>(
    paths: impl IntoIterator<Item = &'p Path>,
    taken: Taken,
    options: &ReadOptions,
    messages: Messages,
    unread: &mut Vec<Unread>,
    mut work: impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for path in paths {
        let bar = progress_bar(path, messages);
        let mut input = match open(path, options, &bar) {
            Ok(input) => input,
            Err(error) => {
                report_unopened(messages, path, &error);
                unread.push(Unread::of(&path.display().to_string(), &error));
                tally.failures += 1;
                continue;
            }
        };
        if taken == Taken::One {
            refuse_several(&input)?;
        }
        read(&mut input, &bar, messages, &mut tally, unread, &mut work)?;
    }
    Ok(tally)
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

/// Hands each capture of an input to `work`.
fn read(
    input: &mut Input<'_>,
    bar: &Bar,
    messages: Messages,
    tally: &mut Tally,
    unread: &mut Vec<Unread>,
    work: &mut impl FnMut(&mut Capture<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let before = (tally.captures, tally.failures);
    let name = input.name().to_string();
    while let Some(capture) = input.next_capture() {
        let mut capture = match capture {
            Ok(capture) => capture,
            Err(error) => {
                bar.suspend(|| report(messages, &error));
                unread.push(Unread::of(&name, &error));
                tally.failures += 1;
                continue;
            }
        };
        tally.captures += 1;
        match work(&mut capture) {
            Ok(()) => {}
            // The capture broke off; what was read of it counts.
            Err(error) if error.is::<Error>() => {
                bar.suspend(|| messages.error(format_args!("{error:#}")));
                tally.failures += 1;
            }
            Err(error) => return Err(error),
        }
        if let Some(slow_path_reason) = capture.slow_path_reason() {
            bar.suspend(|| messages.aside(format_args!("{}: {slow_path_reason}", capture.name())));
        }
        tally.losses += capture.losses().count();
        bar.suspend(|| messages.losses(capture.name(), capture.losses()));
    }
    if (tally.captures, tally.failures) == before {
        let error = "the archive has no file in it";
        messages.error(format_args!("{name}: {error}"));
        unread.push(Unread { name, error: error.to_string() });
        tally.failures += 1;
    }
    bar.finish_and_clear();
    Ok(())
}

/// Reports why an input cannot be opened.
fn report_unopened(messages: Messages, path: &Path, error: &Error) {
    let shown = path.display().to_string();
    if shown.contains(['*', '?']) && !path.exists() {
        messages.error(format_args!(
            "{shown}: there is no file of this name; the shell has not replaced the pattern by the \
             names of files (none fits, or it stands in quotes, or this shell does not do it): name \
             the files themselves"
        ));
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

/// Whether the name of an input stands for standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn open(path: &Path, options: &ReadOptions, bar: &Bar) -> Result<Input<'static>, Error> {
    if is_standard_input(path) {
        return Input::from_reader("standard input", io::stdin(), options);
    }
    Input::open(path, &options.clone().progress(bar.progress.clone()))
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
            std::thread::spawn(move || {
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

    fn finish_and_clear(&self) {
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
