//! Which captures are read, and how.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Arg, Args};

use procmonkey_analysis::ProcessPattern;
use procmonkey_parser::pml::{Exporter, OperationNames};
use procmonkey_parser::{
    Capture, CaptureId, Date, DateOrder, Limits, ReadOptions, TextEncoding, Zone,
};

use super::{SelectArgs, UsageError, is_standard_input, name_of, parse};

/// Captures, any number of them, and which of their events.
#[derive(Debug, Args)]
pub(crate) struct CaptureArgs {
    /// Captures, or folders that captures lie in; `-` is standard input
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
}

impl CaptureArgs {
    /// Whether there can be other captures than this one.
    pub(crate) fn has_several(&self, capture: &Capture<'_>) -> bool {
        has_several(&self.inputs, capture)
    }

    /// What is known of the captures beforehand.
    pub(crate) fn read_options(&self) -> ReadOptions {
        self.read.options(&self.select.processes)
    }
}

/// What a capture is called in what is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct CaptureIdArgs {
    /// Id of the capture in the output, for one input [default: made of its length and of its first
    /// and last 64 KiB]
    #[arg(long, value_name = "ID", value_parser = parse::<CaptureId>)]
    capture_id: Option<CaptureId>,
}

impl CaptureIdArgs {
    /// The options, with the id that was given.
    ///
    /// # Errors
    /// When several captures would have it.
    pub(crate) fn apply(
        &self,
        options: ReadOptions,
        inputs: &[PathBuf],
    ) -> Result<ReadOptions, UsageError> {
        let Some(id) = &self.capture_id else { return Ok(options) };
        match inputs {
            [input] if is_standard_input(input) || !input.is_dir() => {
                Ok(options.capture_id(id.clone()))
            }
            _ => Err(UsageError(
                "--capture-id: there is more than one input, and an id belongs to one".to_string(),
            )),
        }
    }
}

/// Whether these inputs can hold other captures than this one.
pub(crate) fn has_several(inputs: &[PathBuf], capture: &Capture<'_>) -> bool {
    !matches!(inputs, [input] if capture.name() == name_of(input))
}

/// How captures are read.
#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    #[command(flatten)]
    pub(crate) time: TimeArgs,
    /// Encoding of a text without a byte order mark: windows-1252, 1251, shift_jis, utf-16le …
    /// [default: UTF-8; other text is guessed]
    #[arg(long, value_name = "NAME", value_parser = parse::<TextEncoding>, help_heading = "Text")]
    pub(crate) encoding: Option<TextEncoding>,
    /// Threads to read a capture with [default: one for each CPU, at most 4]
    #[arg(long, value_name = "N", help_heading = "Speed")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// What reading may use, as in record=128MiB; repeatable. Names and defaults: record=64MiB
    /// columns=100000 processes=200000 members=100000 ratio=1000 (unpacked to packed) held=4GiB
    #[arg(long = "limit", value_name = "NAME=N", value_parser = limit, help_heading = "Hostile input")]
    limits: Vec<String>,
}

/// A flag that changes nothing of what a command shows. It is refused, see [`ReadArgs::date`].
pub(super) fn without_use(arg: Arg) -> Arg {
    arg.hide(true)
}

/// `--limit` of a command that stops after some events when it is given a number alone.
pub(super) fn with_event_limit(limit: Arg) -> Arg {
    let limit = with_gathered(limit);
    let help = limit.get_help().map(ToString::to_string).unwrap_or_default();
    limit.value_name("N|NAME=N").help_heading("Which part").help(format!(
        "So many events of all captures together, then stop; or, with a name, {}{}",
        help.chars().take(1).flat_map(char::to_lowercase).collect::<String>(),
        help.chars().skip(1).collect::<String>()
    ))
}

/// `--limit` of a command that gathers what it shows: groups, paths, or events that may still be
/// wanted.
pub(super) fn with_gathered(limit: Arg) -> Arg {
    let help = limit.get_help().map(ToString::to_string).unwrap_or_default();
    limit.help(format!("{help} gathered=512MiB (what is held to be shown)"))
}

impl ReadArgs {
    /// What is known of the captures beforehand. `processes` are those that the user names.
    pub(crate) fn options(&self, processes: &[String]) -> ReadOptions {
        let mut options = ReadOptions::new().threads(self.threads()).limits(self.limits());
        let time = &self.time;
        if let Some(zone) = &time.tz {
            options = options.zone(zone.clone());
        }
        if let Some(date) = time.date {
            options = options.date(date);
        }
        if let Some(order) = time.date_order {
            options = options.date_order(order);
        }
        if let Some(encoding) = self.encoding {
            options = options.encoding(encoding);
        }
        // Pasted events do not name their process; if the user does, and names one
        // only, that is it.
        if let [process] = processes
            && ProcessPattern::new(process).names().is_some()
        {
            options = options.process(process);
        }
        options
    }

    /// The date of the first event, where the user gives it.
    pub(crate) fn date(&self) -> Option<Date> {
        self.time.date
    }

    /// How many events are wanted: the number of `--limit` that has no name.
    pub(crate) fn most_events(&self) -> Option<u64> {
        self.limits.iter().rev().find_map(|text| text.parse().ok())
    }

    /// How many bytes a command may gather of what it shows.
    pub(crate) fn most_gathered(&self) -> u64 {
        self.limits().most_gathered()
    }

    fn limits(&self) -> Limits {
        let changed = |limits: Limits, text: &String| limits.clone().with(text).unwrap_or(limits);
        self.limits.iter().fold(Limits::default(), changed)
    }

    /// The number of threads. With more than a few, they wait for memory and are no faster.
    pub(crate) fn threads(&self) -> usize {
        const MOST: usize = 4;
        let of_computer = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or_else(|| of_computer().min(MOST), NonZeroUsize::get)
    }
}

/// Checks a limit; the limits are applied in the order in which they were given.
fn limit(text: &str) -> Result<String, String> {
    if text.parse::<u64>().is_ok() {
        return Ok(text.to_string());
    }
    match Limits::default().with(text) {
        Ok(_) => Ok(text.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Time")]
pub(crate) struct TimeArgs {
    /// Zone of the clock in an export, or to show a native log in: UTC, +02:00 or Europe/Berlin
    #[arg(long, value_name = "ZONE", value_parser = parse::<Zone>, allow_hyphen_values = true)]
    pub(crate) tz: Option<Zone>,
    /// Day of the first event, for an export without dates: 2026-03-05
    #[arg(long, value_name = "DATE", value_parser = parse::<Date>)]
    pub(crate) date: Option<Date>,
    /// Order of day (d), month (m) and year (y), where an export leaves it open
    #[arg(long, value_name = "dmy|mdy|ymd", value_parser = parse::<DateOrder>)]
    pub(crate) date_order: Option<DateOrder>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Native logs")]
pub(crate) struct NativeArgs {
    /// Name file operations as Procmon does with Advanced Output: IRP_MJ_CREATE, FASTIO_READ
    #[arg(long)]
    pub(crate) advanced_output: bool,
    /// Write texts as this version of Procmon exports them: 3.4, 3.52, 4.01. Versions differ in
    /// listings of folders and in names [default: that which recorded the log]
    #[arg(long, value_name = "VERSION", value_parser = parse::<Exporter>)]
    pub(crate) as_procmon: Option<Exporter>,
}

impl NativeArgs {
    /// The options, with the names and the version that were asked for.
    pub(crate) fn apply(&self, options: ReadOptions) -> ReadOptions {
        let options = match self.advanced_output {
            true => options.operation_names(OperationNames::Advanced),
            false => options,
        };
        match self.as_procmon {
            Some(exporter) => options.exporter(exporter),
            None => options,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::args::{Cli, Command};

    #[test]
    fn one_named_process_is_the_process_of_pasted_events() {
        let cli = Cli::try_parse_from(["procmonkey", "analyze", "x", "-p", "a.exe"]).unwrap();
        let Command::Analyze(args) = cli.command else { panic!() };
        assert!(format!("{:?}", args.captures.read_options()).contains("a.exe"));
        for pattern in ["w3*", "4400", "*"] {
            let cli = Cli::try_parse_from(["procmonkey", "analyze", "x", "-p", pattern]).unwrap();
            let Command::Analyze(args) = cli.command else { panic!() };
            let options = format!("{:?}", args.captures.read_options());
            assert!(!options.contains(&format!("{pattern:?}")), "{options}");
        }
    }
}
