//! What the user typed. The same definitions make `--help`.

mod batch;
mod captures;
pub(crate) mod code;
mod compare;
mod convert;
mod count;
mod examples;
mod excerpt;
mod explain;
mod files;
mod hash;
mod input_name;
mod kit;
mod lesson;
mod made;
mod output;
mod patterns;
mod redact;
mod render;
mod rows;
mod select;
mod witness;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use procmonkey_analysis::{CaseOptions, ContainerNames, MachineGuid};
use procmonkey_parser::{Filter, FilterFormat};

pub(crate) use batch::BatchArgs;
pub(crate) use captures::{CaptureArgs, CaptureIdArgs, NativeArgs, ReadArgs, has_several};
pub(crate) use code::CodeArgs;
pub(crate) use compare::CompareArgs;
pub(crate) use convert::{ColumnList, ConvertArgs, ConvertTarget};
pub(crate) use count::{CountArgs, CrossReferenceArgs, OrderArgs, SummaryArgs, SummaryKind};
pub(crate) use excerpt::ExcerptArgs;
pub(crate) use explain::ExplainArgs;
pub(crate) use files::Files;
pub(crate) use hash::{HashArgs, HashKind};
pub(crate) use input_name::{is_standard_input, name_of};
pub(crate) use kit::KitArgs;
pub(crate) use lesson::LessonArgs;
pub(crate) use made::MadeArgs;
pub(crate) use output::{Clobber, ColorChoice, OutputArgs, OutputFormat, PageFormat};
pub(crate) use redact::{ListFormat, RedactArgs};
pub(crate) use render::RenderArgs;
pub(crate) use rows::{RowArgs, RowFormat};
pub(crate) use select::{RuleArgs, SelectArgs, Selection};
pub(crate) use witness::{FlagArgs, WitnessArgs};

/// Finds out from Process Monitor captures why a Windows machine's crypto keys broke
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Exit status:
  0  everything was read, nothing was flagged
  1  something was flagged: a finding of severity warning or error, a difference that matters, or a
     code that is not known
  2  wrong usage
  3  no input could be read, or a witness of analyze not at all, and nothing was flagged; or the
     output could not be written
  4  something was lost on the way, or nothing could be judged, and nothing was flagged; or captures
     cannot be compared

Captures are recognised by their content: Procmon's native logs (PML), its CSV and XML exports, and
event texts pasted from its Event Properties dialog; plain, or packed with gzip, zstd or zip. `-` is
standard input.";

const ABOUT_ANALYZE: &str = "\
Rebuilds the reads of MachineGuid and the steps on key files of inetinfo.exe, and of every process
that is met at the keys; names the key containers, and flags what is wrong. -p judges others. Several
inputs are one case, in the order of their dates. The verdict
at the end names the most likely cause, what proves it, and what to do first; nothing is ever
executed. A folder with a case.json is the case that it names: captures in order, baseline and
witnesses. Where no input can be read, that is an error, and no page is written. -f csv has the
timeline alone, one row a step; -f jsonl has everything that was found, one object a line.

The MachineKeys of this program are files of Windows' crypto providers. The <machineKey> element
of a web.config has nothing to do with them.";

const ABOUT_FILTER: &str = "\
Prints the rules of filter files as flags that can be pasted behind `procmonkey events` in a shell.
With -o OUT.pmf or -o OUT.pmc, writes them, and those of --filter and --exclude, as a file for Procmon.
A PMC file keeps the other settings of the first PMC that was given.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The MachineGuid to key-file timeline, the containers, and what is wrong
    #[command(mut_arg("format", output::with_pages), long_about = ABOUT_ANALYZE, after_help = examples::ANALYZE)]
    Analyze(AnalyzeArgs),
    /// Each of thousands of captures by itself; a run that was killed goes on where it was
    #[command(long_about = batch::ABOUT, mut_arg("threads", batch::of_captures), mut_arg("verbose", batch::telling_more), after_help = examples::BATCH)]
    Batch(BatchArgs),
    /// A good capture and a bad one: what differs, and where the start-up first parts
    #[command(mut_arg("format", output::with_pages), long_about = compare::ABOUT, mut_arg("limits", captures::with_gathered), after_help = examples::COMPARE)]
    Compare(CompareArgs),
    /// The start-up told in sentences: what happens, why, and what differs from a healthy start
    #[command(long_about = explain::ABOUT, mut_arg("format", output::for_explanations), mut_arg("baseline", explain::of_good_start), after_help = examples::EXPLAIN)]
    Explain(ExplainArgs),
    /// A report that was saved as JSON, in another form
    #[command(mut_arg("format", output::with_pages), long_about = render::ABOUT, mut_arg("quiet", output::already), after_help = examples::RENDER)]
    Render(RenderArgs),
    /// The filtered events themselves
    #[command(mut_arg("limits", captures::with_event_limit), mut_arg("format", output::with_rows), after_help = examples::EVENTS)]
    Events(EventsArgs),
    /// A capture, or some of its events, as Procmon's CSV or XML
    #[command(long_about = convert::ABOUT, after_help = examples::CONVERT)]
    Convert(ConvertArgs),
    /// A capture with pseudonyms in place of names, to give away
    #[command(long_about = redact::ABOUT, after_help = examples::REDACT)]
    Redact(RedactArgs),
    /// How many events there are of each process, path, second …, with sums
    #[command(long_about = count::ABOUT_COUNT, mut_arg("date", captures::without_use), mut_arg("limits", captures::with_gathered), after_help = examples::COUNT)]
    Count(CountArgs),
    /// Summaries by process, file, registry, network, stack, operation or result
    #[command(long_about = count::ABOUT_SUMMARY, mut_arg("date", captures::without_use), mut_arg("limits", captures::with_gathered), after_help = examples::SUMMARY)]
    Summary(SummaryArgs),
    /// Paths that one process writes and another one reads
    #[command(long_about = count::ABOUT_CROSS_REFERENCE, mut_arg("date", captures::without_use), mut_arg("top", count::of_paths), mut_arg("sort", count::of_paths), mut_arg("limits", captures::with_gathered), after_help = examples::CROSS_REFERENCE)]
    CrossReference(CrossReferenceArgs),
    /// What a capture holds, and which questions it cannot answer
    #[command(after_help = examples::INFO)]
    Info(InfoArgs),
    /// The process tree: who started whom, when, and as whom
    #[command(after_help = examples::PROCESSES)]
    Processes(ProcessesArgs),
    /// The call stacks as module and offset, and how often each occurs
    #[command(mut_arg("limits", captures::with_event_limit), after_help = examples::STACKS)]
    Stacks(StacksArgs),
    /// From a key container to its file name, and back; who needs it, and what to do without it
    #[command(mut_arg("quiet", output::already), after_help = examples::KEY)]
    Key(KeyArgs),
    /// What an error code means, in whichever way it is written
    #[command(long_about = code::ABOUT, mut_arg("quiet", output::already), after_help = examples::CODE)]
    Code(CodeArgs),
    /// The rules of Procmon's filter files, as flags; or from flags to such a file
    #[command(long_about = ABOUT_FILTER, after_help = examples::FILTER)]
    Filter(FilterArgs),
    /// The failures that analyze knows: what each looks like, means, and what to do
    #[command(mut_arg("quiet", output::already), after_help = examples::SIGNATURES)]
    Signatures(SignaturesArgs),
    /// What a person carries to the broken server, to capture there and bring it back
    #[command(long_about = kit::ABOUT, after_help = examples::KIT)]
    Kit(KitArgs),
    /// Completions of commands and flags for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Manual pages of the program and of each command
    #[command(after_help = examples::MAN)]
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AnalyzeArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    #[command(flatten)]
    pub(crate) keys: KeyNameArgs,
    #[command(flatten)]
    pub(crate) witnesses: WitnessArgs,
    #[command(flatten)]
    pub(crate) flag: FlagArgs,
    #[command(flatten)]
    pub(crate) made: MadeArgs,
    #[command(flatten)]
    pub(crate) hash: HashArgs,
    #[command(flatten)]
    pub(crate) id: CaptureIdArgs,
    /// Rows of a page: all of the processes that are judged, up to 250,000 [default: the first
    /// 5,000, and those that the report refers to]
    #[arg(long, help_heading = "Output")]
    pub(crate) all_events: bool,
    /// With -f csv: a ' in front of each text that a spreadsheet would take for a formula
    #[arg(long, help_heading = "Output")]
    pub(crate) safe: bool,
    #[command(flatten)]
    pub(crate) lesson: LessonArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    #[command(flatten)]
    pub(crate) excerpt: ExcerptArgs,
    /// Columns to show: default (Procmon's seven), all, or names as in 'PID,Time of Day,Path'
    /// [default: those of the capture, in a table Procmon's seven]
    #[arg(long, value_name = "COLUMNS", value_parser = convert::column_list, help_heading = "Output")]
    pub(crate) columns: Option<ColumnList>,
    #[command(flatten)]
    pub(crate) native: NativeArgs,
    /// In JSON, the columns under their names in Procmon, with their texts as they are
    #[arg(long, help_heading = "Output")]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) rows: RowArgs,
    #[command(flatten)]
    pub(crate) id: CaptureIdArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ProcessesArgs {
    /// Captures, or folders that captures lie in; `-` is standard input
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Process to show, by name, with or without .exe and with * and ?, or by PID; repeatable
    #[arg(short, long = "process", value_name = "NAME")]
    pub(crate) processes: Vec<String>,
    /// Who made the process with this PID: it, its parent, the parent of that, and so on
    #[arg(long, value_name = "PID", conflicts_with = "processes")]
    pub(crate) ancestors: Option<u32>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StacksArgs {
    #[command(flatten)]
    pub(crate) captures: CaptureArgs,
    #[command(flatten)]
    pub(crate) excerpt: ExcerptArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// Container names, stems (32 hexadecimal digits), file names or paths of key files
    #[arg(required = true, value_name = "NAME|HASH|PATH")]
    pub(crate) keys: Vec<String>,
    #[command(flatten)]
    pub(crate) names: KeyNameArgs,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// Procmon's filters (PMF) and configurations (PMC); `-` is standard input
    #[arg(required_unless_present_any = ["include", "exclude"], value_name = "FILE")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Write a file for Procmon [default: by the extension of -o]
    #[arg(long, value_name = "pmf|pmc", value_parser = parse::<FilterFormat>, conflicts_with = "format")]
    pub(crate) to: Option<FilterFormat>,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SignaturesArgs {
    /// Signatures to show in full, such as MK-04; none for a list of all
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) out: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Shell to write for, to standard output
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Folder to write procmonkey.1, procmonkey-analyze.1 and so on into; made where it is not
    /// there. Pages of these names are replaced
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Keys")]
pub(crate) struct KeyNameArgs {
    /// MachineGuid that the computer should have
    #[arg(long, value_name = "GUID", value_parser = machine_guid)]
    pub(crate) machine_guid: Option<MachineGuid>,
    /// File with more container names: one a line, as `NAME` or `NAME -> LABEL`
    #[arg(long, value_name = "FILE")]
    pub(crate) names: Option<PathBuf>,
}

/// A combination of arguments that makes no sense.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

fn parse<T: std::str::FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn machine_guid(text: &str) -> Result<MachineGuid, String> {
    let guid = MachineGuid::new(text).without_braces();
    match guid.is_well_formed() {
        true => Ok(guid),
        false => Err("a GUID looks like 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1".into()),
    }
}

impl KeyNameArgs {
    /// What to look for, among the events that the filter lets through.
    pub(crate) fn case_options(
        &self,
        select: &SelectArgs,
        filter: Filter,
    ) -> anyhow::Result<CaseOptions> {
        let options = CaseOptions::new().filter(filter).names(self.names()?);
        let options = options.processes(select.followed());
        Ok(match &self.machine_guid {
            Some(guid) => options.machine_guid(guid.clone()),
            None => options,
        })
    }

    /// The known container names, and those of `--names`.
    pub(crate) fn names(&self) -> anyhow::Result<ContainerNames> {
        let mut names = ContainerNames::known();
        if let Some(path) = &self.names {
            let text = read_names(path)
                .map_err(|error| UsageError(format!("--names {}: {error}", path.display())))?;
            names.add_lines(&text);
        }
        Ok(names)
    }
}

/// The longest file of `--names` that is read, in bytes: hundreds of thousands of names.
const LONGEST_NAMES: u64 = 16 * 1024 * 1024;

fn read_names(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?.take(LONGEST_NAMES + 1).read_to_string(&mut text)?;
    match length as u64 > LONGEST_NAMES {
        true => Err(io::Error::other("a list of names is no longer than 16 MiB")),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_guid_is_checked_for_its_form() {
        assert!(machine_guid("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1").is_ok());
        assert!(machine_guid("4f6c1d2e").is_err());
    }
}
