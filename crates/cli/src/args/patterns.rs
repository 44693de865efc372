//! Captures that are named by patterns.

use std::path::PathBuf;

use super::{Command, UsageError};
use crate::patterns::expand;

impl Command {
    /// Puts the files that fit in place of each pattern among the captures, for a shell that does
    /// not do it.
    ///
    /// # Errors
    /// When several files fit where one is taken, or a folder cannot be listed.
    pub(crate) fn expand_patterns(&mut self) -> Result<(), UsageError> {
        match self {
            Command::Analyze(args) => all(&mut args.captures.inputs),
            Command::Batch(args) => all(&mut args.inputs),
            Command::Events(args) => all(&mut args.captures.inputs),
            Command::Count(args) => all(&mut args.captures.inputs),
            Command::Summary(args) => all(&mut args.captures.inputs),
            Command::CrossReference(args) => all(&mut args.captures.inputs),
            Command::Info(args) => all(&mut args.captures.inputs),
            Command::Stacks(args) => all(&mut args.captures.inputs),
            Command::Processes(args) => all(&mut args.inputs),
            Command::Compare(args) => one(&mut args.good).and_then(|()| one(&mut args.bad)),
            Command::Explain(args) => one(&mut args.input),
            Command::Convert(args) => one(&mut args.input),
            Command::Redact(args) => args.input.as_mut().map_or(Ok(()), one),
            Command::Filter(args) => all(&mut args.inputs),
            Command::Render(_)
            | Command::Key(_)
            | Command::Code(_)
            | Command::Signatures(_)
            | Command::Kit(_)
            | Command::Completions(_)
            | Command::Man(_) => Ok(()),
        }
    }
}

fn all(inputs: &mut Vec<PathBuf>) -> Result<(), UsageError> {
    let mut found = Vec::new();
    for input in inputs.iter() {
        found.extend(expand(input).map_err(UsageError)?);
    }
    *inputs = found;
    Ok(())
}

fn one(input: &mut PathBuf) -> Result<(), UsageError> {
    let found = expand(input).map_err(UsageError)?;
    match &found[..] {
        [only] => {
            input.clone_from(only);
            Ok(())
        }
        several => {
            let names: Vec<_> = several.iter().map(|path| path.display().to_string()).collect();
            Err(UsageError(format!(
                "{}: {} files fit this pattern, and only one capture can be taken: {}",
                input.display(),
                names.len(),
                names.join(", ")
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::super::Cli;

    /// What a command line has become, with the files of a folder in place of patterns.
    fn expanded(words: &[&str]) -> Result<String, String> {
        let mut cli = Cli::try_parse_from(["procmonkey"].iter().chain(words)).unwrap();
        cli.command.expand_patterns().map_err(|error| error.0)?;
        Ok(format!("{:?}", cli.command))
    }

    #[test]
    fn every_command_that_takes_captures_takes_a_pattern() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["one.csv", "two.csv"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let within = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
        let (both, single) = (within("*.csv"), within("o*.csv"));
        let mut seen = Vec::new();
        for words in [
            &["analyze"][..],
            &["batch", "-o", "out"],
            &["events"],
            &["count", "--by", "PID"],
            &["summary", "file"],
            &["cross-reference"],
            &["info"],
            &["stacks"],
            &["processes"],
            &["filter"],
        ] {
            let now = expanded(&[words, &[&both]].concat()).unwrap();
            assert!(now.contains("one.csv") && now.contains("two.csv"), "{now}");
            assert!(!now.contains('*'), "{now}");
            seen.push(words[0]);
        }
        for words in [
            &["compare", "x.csv"][..],
            &["explain"],
            &["convert", "-o", "x.csv"],
            &["redact", "-o", "x.csv"],
        ] {
            let now = expanded(&[words, &[&single]].concat()).unwrap();
            assert!(now.contains("one.csv") && !now.contains('*'), "{now}");
            let refused = expanded(&[words, &[&both]].concat()).unwrap_err();
            for part in [&both, "2 files fit", "one.csv", "two.csv"] {
                assert!(refused.contains(part), "{refused}");
            }
            seen.push(words[0]);
        }
        // A new command shows up here: does it take captures?
        const WITHOUT: [&str; 7] =
            ["render", "key", "code", "signatures", "kit", "completions", "man"];
        let mut all: Vec<_> =
            Cli::command().get_subcommands().map(|it| it.get_name().to_string()).collect();
        all.sort();
        seen.extend(WITHOUT);
        seen.sort_unstable();
        assert_eq!(all, seen);
    }

    #[test]
    fn other_values_keep_their_stars() {
        let now = expanded(&["events", "x.csv", "-p", "*", "--filter", "Path contains *"]).unwrap();
        assert!(now.matches('*').count() >= 2, "{now}");
    }
}
