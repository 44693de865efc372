//! Where data goes: standard output, or a file that is complete or not there.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::args::{ColorChoice, OutputArgs, OutputFormat};
use crate::guard::{Guard, Guarded};
use crate::interrupts;

/// How the names of files begin that are not complete.
pub(crate) const UNFINISHED: &str = ".procmonkey-";

/// How much is written at a time, in bytes.
const BUFFER: usize = 64 * 1024;

/// The output of a command.
pub(crate) struct Output {
    /// `None` once it is finished.
    sink: Option<Sink>,
    /// The name that messages have for it: that of the file that was asked for.
    name: String,
    guarded: Guarded,
    /// What was written and has not been looked at: JSON comes in pieces of a few bytes.
    waiting: Vec<u8>,
}

enum Sink {
    Stdout(io::StdoutLock<'static>),
    /// A new file beside the target, which takes its place at the end.
    File {
        file: NamedTempFile,
        target: PathBuf,
    },
    /// A device, a pipe, or another thing that is not a plain file.
    Device(std::fs::File),
}

impl Output {
    /// Opens the output before any work is done, so that a path which cannot be
    /// written is known at once.
    pub(crate) fn open(args: &OutputArgs) -> anyhow::Result<Output> {
        let path = args.output.as_deref().unwrap_or(Path::new("-"));
        let sink = Sink::open(path)?;
        let guard = match args.format() {
            OutputFormat::Json | OutputFormat::Jsonl => Guard::Json,
            OutputFormat::Csv | OutputFormat::Markdown if sink.is_terminal() => Guard::Screen,
            // Its renderer replaces them, and writes colours.
            OutputFormat::Csv | OutputFormat::Markdown | OutputFormat::Table => Guard::Off,
        };
        Ok(Output::new(sink, path, guard))
    }

    /// An output for one of Procmon's own formats; `-` is standard output. It is exact but
    /// on a terminal.
    pub(crate) fn to(path: &Path) -> anyhow::Result<Output> {
        let sink = Sink::open(path)?;
        let guard = if sink.is_terminal() { Guard::Screen } else { Guard::Off };
        Ok(Output::new(sink, path, guard))
    }

    /// An output for JSON; `-` is standard output.
    pub(crate) fn json(path: &Path) -> anyhow::Result<Output> {
        Ok(Output::new(Sink::open(path)?, path, Guard::Json))
    }

    fn new(sink: Sink, path: &Path, guard: Guard) -> Output {
        Output {
            sink: Some(sink),
            name: name_of(path),
            guarded: Guarded::new(guard),
            waiting: Vec::with_capacity(BUFFER),
        }
    }

    /// Hands on what waits.
    fn pass_on(&mut self) -> io::Result<()> {
        let Some(sink) = &mut self.sink else { return Ok(()) };
        let written = sink.writer().write_all(self.guarded.pass(&self.waiting));
        self.waiting.clear();
        written.map_err(|error| unwritten(&self.name, &error))
    }

    /// Writes bytes to which the guard was applied already.
    pub(crate) fn write_guarded(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.pass_on()?;
        let Some(sink) = &mut self.sink else { return Ok(()) };
        sink.writer().write_all(bytes).map_err(|error| unwritten(&self.name, &error))
    }

    /// The file that takes the place of the target at the end; `None` where there is none, as on
    /// standard output. Whoever writes it by its name writes nothing to the output.
    #[cfg(feature = "sqlite")]
    pub(crate) fn unfinished(&self) -> Option<&Path> {
        match &self.sink {
            Some(Sink::File { file, .. }) => Some(file.path()),
            _ => None,
        }
    }

    /// Whether the output is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.sink.as_ref().is_some_and(Sink::is_terminal)
    }

    /// Whether tables shall be coloured.
    pub(crate) fn is_colored(&self, choice: ColorChoice) -> bool {
        match choice {
            ColorChoice::Always => {
                shows_colors();
                true
            }
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                self.is_terminal() && !no_color && shows_colors()
            }
        }
    }

    /// Writes everything out and puts a file in its place.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.pass_on()?;
        let Some(mut sink) = self.sink.take() else { return Ok(()) };
        let written = sink.writer().write_all(self.guarded.finish()).and_then(|()| sink.finish());
        Ok(written.map_err(|error| unwritten(&self.name, &error))?)
    }
}

/// Whether a terminal takes escape sequences as colours. A console of Windows has to be asked to; those
/// before Windows 10 show them as text.
fn shows_colors() -> bool {
    anstyle_query::windows::enable_ansi_colors()
        .is_none_or(|is_on| is_on || anstyle_query::term_supports_ansi_color())
}

/// What was written before an error is there. A file that is not complete is not kept.
impl Drop for Output {
    fn drop(&mut self) {
        if !matches!(self.sink, Some(Sink::File { .. })) {
            let _ = self.pass_on();
        }
    }
}

/// The name of an output in messages.
fn name_of(path: &Path) -> String {
    match path.as_os_str() == "-" {
        true => "standard output".to_string(),
        false => path.display().to_string(),
    }
}

/// An error with the name of the output. Its kind stays, which shows a broken pipe.
fn unwritten(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name} cannot be written: {error}"))
}

impl Sink {
    fn open(path: &Path) -> anyhow::Result<Sink> {
        let sink = if path.as_os_str() == "-" { Sink::standard_output() } else { Sink::file(path) };
        Ok(sink.map_err(|error| unwritten(&name_of(path), &error))?)
    }

    fn standard_output() -> io::Result<Sink> {
        procmonkey_standard_output::check()?;
        Ok(Sink::Stdout(io::stdout().lock()))
    }

    fn file(path: &Path) -> io::Result<Sink> {
        if is_standard_output(path) {
            procmonkey_standard_output::check()?;
        }
        if path.exists() && !path.is_file() {
            let device = OpenOptions::new().write(true).open(path)?;
            return Ok(Sink::Device(device));
        }
        // Through a link, it is the file behind it that is replaced.
        let target = if path.exists() { path.canonicalize()? } else { path.to_path_buf() };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file =
            interrupts::make_unfinished(|| builder.tempfile_in(folder.unwrap_or(Path::new("."))));
        let file = file.map_err(|error| without_path(&error))?;
        // A file that is replaced keeps its mode, whatever new files get.
        #[cfg(unix)]
        if let Ok(replaced) = target.metadata() {
            file.as_file().set_permissions(replaced.permissions())?;
        }
        Ok(Sink::File { file, target })
    }

    fn is_terminal(&self) -> bool {
        match self {
            Sink::Stdout(_) => io::stdout().is_terminal(),
            Sink::Device(device) => device.is_terminal(),
            Sink::File { .. } => false,
        }
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Sink::Stdout(stdout) => stdout,
            // The new file adds its own name to errors, which nobody has asked for.
            Sink::File { file, .. } => file.as_file_mut(),
            Sink::Device(device) => device,
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Sink::Stdout(mut stdout) => stdout.flush(),
            Sink::Device(mut device) => device.flush(),
            Sink::File { file, target } => interrupts::put_in_place(file, &target),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.waiting.len() + bytes.len() <= BUFFER {
            self.waiting.extend_from_slice(bytes);
            return Ok(());
        }
        self.pass_on()?;
        match &mut self.sink {
            Some(sink) if bytes.len() > BUFFER => {
                // What has to be copied is still in the cache of the CPU when it is written.
                let written = bytes
                    .chunks(BUFFER)
                    .try_for_each(|piece| sink.writer().write_all(self.guarded.pass(piece)));
                written.map_err(|error| unwritten(&self.name, &error))
            }
            _ => {
                self.waiting.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        let flushed = self.sink.as_mut().map_or(Ok(()), |sink| sink.writer().flush());
        flushed.map_err(|error| unwritten(&self.name, &error))
    }
}

/// An error without the name of the new file, with which the crate `tempfile` ends it.
fn without_path(error: &io::Error) -> io::Error {
    let text = error.to_string();
    let text = text.split_once(" at path \"").map_or(&*text, |(text, _)| text);
    io::Error::new(error.kind(), text)
}

/// Whether the program that reads our output has ended.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io_error = cause.downcast_ref::<io::Error>();
        let json_error = cause.downcast_ref::<serde_json::Error>();
        io_error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
            || json_error.and_then(serde_json::Error::io_error_kind)
                == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Whether a path is another name of standard output.
fn is_standard_output(path: &Path) -> bool {
    ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path.as_os_str() == *name)
}
