//! Where data goes: standard output, or a file that is complete or not there.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::NamedTempFile;

use crate::args::{ColorChoice, OutputArgs, OutputFormat};
use crate::guard::{Guard, Guarded};
use crate::interrupts;

/// How much is written at a time, in bytes.
const BUFFER: usize = 64 * 1024;

/// The output of a command.
pub(crate) struct Output {
    sink: Sink,
    guarded: Guarded,
}

enum Sink {
    Stdout(BufWriter<io::StdoutLock<'static>>),
    /// A new file beside the target, which takes its place at the end.
    File {
        file: BufWriter<NamedTempFile>,
        target: PathBuf,
    },
    /// A device, a pipe, or another thing that is not a plain file.
    Device(BufWriter<std::fs::File>),
}

impl Output {
    /// Opens the output before any work is done, so that a path which cannot be
    /// written is known at once.
    pub(crate) fn open(args: &OutputArgs) -> anyhow::Result<Output> {
        let sink = Sink::open(args.output.as_deref().unwrap_or(Path::new("-")))?;
        let guard = match args.format() {
            OutputFormat::Json | OutputFormat::Jsonl => Guard::Json,
            OutputFormat::Csv | OutputFormat::Markdown if sink.is_terminal() => Guard::Screen,
            // Its renderer replaces them, and writes colours.
            OutputFormat::Csv | OutputFormat::Markdown | OutputFormat::Table => Guard::Off,
        };
        Ok(Output { sink, guarded: Guarded::new(guard) })
    }

    /// An output for one of Procmon's own formats; `-` is standard output. It is exact but
    /// on a terminal.
    pub(crate) fn to(path: &Path) -> anyhow::Result<Output> {
        let sink = Sink::open(path)?;
        let guard = if sink.is_terminal() { Guard::Screen } else { Guard::Off };
        Ok(Output { sink, guarded: Guarded::new(guard) })
    }

    /// Whether the output is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.sink.is_terminal()
    }

    /// Whether tables shall be coloured.
    pub(crate) fn is_colored(&self, choice: ColorChoice) -> bool {
        match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                self.is_terminal() && !no_color
            }
        }
    }

    /// Writes everything out and puts a file in its place.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.sink.writer().write_all(self.guarded.finish())?;
        self.sink.finish()
    }
}

impl Sink {
    fn open(path: &Path) -> anyhow::Result<Sink> {
        if path.as_os_str() == "-" {
            return Ok(Sink::Stdout(BufWriter::with_capacity(BUFFER, io::stdout().lock())));
        }
        Sink::file(path).with_context(|| format!("{} cannot be written", path.display()))
    }

    fn file(path: &Path) -> io::Result<Sink> {
        if path.exists() && !path.is_file() {
            let device = OpenOptions::new().write(true).open(path)?;
            return Ok(Sink::Device(BufWriter::with_capacity(BUFFER, device)));
        }
        // Through a link, it is the file behind it that is replaced.
        let target = if path.exists() { path.canonicalize()? } else { path.to_path_buf() };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".procmonkey-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file =
            interrupts::make_unfinished(|| builder.tempfile_in(folder.unwrap_or(Path::new("."))))?;
        // A file that is replaced keeps its mode, whatever new files get.
        #[cfg(unix)]
        if let Ok(replaced) = target.metadata() {
            file.as_file().set_permissions(replaced.permissions())?;
        }
        Ok(Sink::File { file: BufWriter::with_capacity(BUFFER, file), target })
    }

    fn is_terminal(&self) -> bool {
        match self {
            Sink::Stdout(_) => io::stdout().is_terminal(),
            Sink::Device(device) => device.get_ref().is_terminal(),
            Sink::File { .. } => false,
        }
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Sink::Stdout(stdout) => stdout,
            Sink::File { file, .. } => file,
            Sink::Device(device) => device,
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Sink::Stdout(mut stdout) => stdout.flush()?,
            Sink::Device(mut device) => device.flush()?,
            Sink::File { file, target } => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                interrupts::put_in_place(file, &target)
                    .with_context(|| format!("{} cannot be written", target.display()))?;
            }
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sink.writer().write_all(self.guarded.pass(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.writer().flush()
    }
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
