//! Which files a command reads, and which it writes.

use std::path::{Path, PathBuf};

use super::{CaptureArgs, Clobber, Command, KeyNameArgs, OutputArgs, SelectArgs, WitnessArgs};

/// The files of a command.
pub(crate) struct Files<'a> {
    /// Files and folders that are read; `-` is standard input.
    pub(crate) given: Vec<&'a Path>,
    /// Where the output goes; `None` and `-` are standard output.
    pub(crate) output: Option<&'a Path>,
    /// Whether the output may replace evidence.
    pub(crate) clobber: Clobber,
}

impl Command {
    /// The files that the command reads and writes.
    pub(crate) fn files(&self) -> Files<'_> {
        let (given, out) = match self {
            Command::Analyze(args) => {
                let given = [
                    of_captures(&args.captures),
                    of_names(&args.keys),
                    of_witnesses(&args.witnesses),
                ];
                (given.concat(), &args.out)
            }
            // It looks after its folder itself, and reads the folders that are given.
            Command::Batch(args) => {
                let given = [of_selection(&args.select), of_names(&args.keys)].concat();
                return Files { given, output: None, clobber: Clobber::Refused };
            }
            Command::Compare(args) => {
                let captures = vec![args.good.as_path(), args.bad.as_path()];
                let given = [captures, of_selection(&args.select), of_names(&args.keys)];
                (given.concat(), &args.out)
            }
            Command::Convert(args) => {
                let given = [vec![args.input.as_path()], of_selection(&args.select)].concat();
                let output = Some(args.out.output.as_path());
                return Files { given, output, clobber: args.out.replace.clobber() };
            }
            Command::Redact(args) => {
                let given = args.input.iter().chain(&args.key).chain(&args.words_file);
                let given = given.chain(&args.check).map(PathBuf::as_path).collect();
                let output = args.output.as_deref();
                return Files { given, output, clobber: args.replace.clobber() };
            }
            Command::Explain(args) => {
                let given = [
                    vec![args.input.as_path()],
                    of_selection(&args.select),
                    of_names(&args.keys),
                    of_witnesses(&args.witnesses),
                ];
                (given.concat(), &args.out)
            }
            Command::Render(args) => (vec![args.report.as_path()], &args.out),
            Command::Events(args) => (of_captures(&args.captures), &args.out),
            Command::Count(args) => (of_captures(&args.captures), &args.out),
            Command::Summary(args) => (of_captures(&args.captures), &args.out),
            Command::CrossReference(args) => (of_captures(&args.captures), &args.out),
            Command::Info(args) => (of_captures(&args.captures), &args.out),
            Command::Stacks(args) => (of_captures(&args.captures), &args.out),
            Command::Processes(args) => (paths(&[&args.inputs]), &args.out),
            // Filter files are no evidence, and are read whole before one is written.
            Command::Filter(args) => (Vec::new(), &args.out),
            Command::Key(args) => (of_names(&args.names), &args.out),
            Command::Code(args) => (Vec::new(), &args.out),
            Command::Signatures(args) => (Vec::new(), &args.out),
            // None reads a file, and the names of pages and of the kit are given.
            Command::Kit(_) | Command::Completions(_) | Command::Man(_) => {
                return Files { given: Vec::new(), output: None, clobber: Clobber::Refused };
            }
        };
        Files { given, ..of_output(out) }
    }
}

fn of_output(out: &OutputArgs) -> Files<'_> {
    Files { given: Vec::new(), output: out.output.as_deref(), clobber: out.replace.clobber() }
}

fn of_captures(captures: &CaptureArgs) -> Vec<&Path> {
    [paths(&[&captures.inputs]), of_selection(&captures.select)].concat()
}

fn of_selection(select: &SelectArgs) -> Vec<&Path> {
    paths(&[&select.filter_files])
}

fn of_names(names: &KeyNameArgs) -> Vec<&Path> {
    names.names.iter().map(|path| path.as_path()).collect()
}

fn of_witnesses(witnesses: &WitnessArgs) -> Vec<&Path> {
    let WitnessArgs { baseline, keys_dir, hive, reg_export, event_log, debugview, .. } = witnesses;
    paths(&[baseline, keys_dir, hive, reg_export, event_log, debugview])
}

/// The paths of several lists, as one list.
fn paths<'a>(lists: &[&'a [PathBuf]]) -> Vec<&'a Path> {
    lists.iter().flat_map(|list| list.iter().map(PathBuf::as_path)).collect()
}
