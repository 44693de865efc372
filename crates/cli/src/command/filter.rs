//! `procmonkey filter`: Procmon's filter files as flags, and back.

use std::io::Write;

use procmonkey_parser::{FilterFile, FilterFormat};

use crate::args::{FilterArgs, UsageError};
use crate::command::exit_of;
use crate::exit::Exit;
use crate::filter_files;
use crate::inputs::ReadCounts;
use crate::messages::Messages;
use crate::output::Output;
use crate::render::{self, ListedRule, Look};

pub(crate) fn run(args: &FilterArgs) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let target = target(args)?;
    let flags = FilterFile::from_filter(&args.rules.filter()?)?;
    let mut output = Output::open(&args.out)?;
    if target.is_some() && output.is_terminal() {
        return Err(
            UsageError("a PMF or PMC file cannot be shown on a terminal; use -o".into()).into()
        );
    }
    let (mut files, read) = read_all(args, messages);
    // A file that lacks some of the rules would not show it.
    let is_unfit = target.is_some() && read.failures > 0;
    if is_unfit || (files.is_empty() && read.failures > 0) {
        return Ok(Exit::NoInput);
    }
    if !flags.rules().is_empty() {
        files.push((None, flags));
    }
    match target {
        Some(format) => output.write_all(&merged(files, format, messages))?,
        None => {
            let rules = files
                .iter()
                .flat_map(|(name, file)| ListedRule::all(name.as_deref(), file.rules()));
            let rules: Vec<_> = rules.collect();
            let look = Look::new(&args.out, &output);
            render::rules(&rules, args.out.asked(), look, &mut output)?;
        }
    }
    output.finish()?;
    Ok(exit_of(read))
}

/// The kind of file that is wanted, if one is.
fn target(args: &FilterArgs) -> Result<Option<FilterFormat>, UsageError> {
    let extension = args.out.output.as_deref().and_then(|path| path.extension()?.to_str());
    let target = args.to.or_else(|| extension?.parse().ok());
    match (target, args.out.asked()) {
        (Some(format), Some(_)) => Err(UsageError(format!(
            "-f is the form of a list, and -o names a {format} file; use one of the two"
        ))),
        (target, _) => Ok(target),
    }
}

/// The files that can be read, with their names.
fn read_all(
    args: &FilterArgs,
    messages: Messages,
) -> (Vec<(Option<String>, FilterFile)>, ReadCounts) {
    let mut files = Vec::new();
    let mut read = ReadCounts::default();
    for path in &args.inputs {
        match filter_files::read(path, messages) {
            Ok(file) => {
                let name = path.display().to_string();
                messages.losses(&name, file.losses());
                read.losses += file.losses().count();
                files.push((Some(name), file));
            }
            Err(error) => {
                messages.error(format_args!("{error:#}"));
                read.failures += 1;
            }
        }
    }
    (files, read)
}

/// All rules as one file. The settings of a PMC are those of the first PMC, and its
/// rules come first; their order has no meaning.
fn merged(
    mut files: Vec<(Option<String>, FilterFile)>,
    format: FilterFormat,
    messages: Messages,
) -> Vec<u8> {
    let is_pmc = |file: &FilterFile| file.format() == FilterFormat::Pmc;
    let settings = match format {
        FilterFormat::Pmc => files.iter().position(|(_, file)| is_pmc(file)),
        _ => None,
    };
    let (name, mut all) = files.remove(settings.unwrap_or_default());
    for (other, file) in files {
        if settings.is_some() && is_pmc(&file) {
            messages.note(format_args!(
                "of {} only the rules are taken; all other settings are those of {}",
                other.unwrap_or_default(),
                name.as_deref().unwrap_or_default()
            ));
        }
        file.rules().iter().for_each(|rule| all.push(rule.clone()));
    }
    match format {
        FilterFormat::Pmc => {
            if settings.is_none() {
                messages.note(
                    "the rules are the only setting of this PMC file; give one of Procmon's own \
                     to keep its other settings, or write a PMF file",
                );
            }
            all.to_pmc()
        }
        _ => all.to_pmf(),
    }
}
