//! Which events the user wants.

use std::path::PathBuf;

use clap::Args;

use procmonkey_analysis::{ProcessPattern, ProcessSelection};
use procmonkey_parser::{Action, Event, Filter, Rule};

use crate::args::UsageError;
use crate::filter_files;
use crate::messages::Messages;

#[derive(Debug, Args)]
#[command(next_help_heading = "Which events")]
pub(crate) struct SelectArgs {
    /// Process by name, with or without .exe and with * and ?, or by PID; repeatable, `*` for all
    /// [analyze and batch: inetinfo.exe and every process that is met at the keys, compare: inetinfo.exe, else: all]
    #[arg(short, long = "process", value_name = "NAME")]
    pub(crate) processes: Vec<String>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// Filter that Procmon has saved (PMF), or its configuration (PMC); repeatable.
    /// Its rules count as if they were given as --filter and --exclude
    #[arg(long = "filter-file", value_name = "FILE")]
    pub(crate) filter_files: Vec<PathBuf>,
}

/// Rules of a filter.
#[derive(Debug, Args)]
pub(crate) struct RuleArgs {
    /// Rule that an event must meet, such as 'Path contains MachineKeys'; repeatable.
    /// Rules on one column are alternatives, different columns must all agree
    #[arg(long = "filter", value_name = "COLUMN RELATION VALUE")]
    pub(crate) include: Vec<String>,
    /// Rule that removes an event, such as 'Process Name is Procmon.exe'; repeatable
    #[arg(long, value_name = "COLUMN RELATION VALUE")]
    pub(crate) exclude: Vec<String>,
}

/// The events that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) filter: Filter,
    /// The processes that were asked for, unless rules of the filter say it. Empty for all.
    patterns: Vec<ProcessPattern>,
    /// Losses in the files of `--filter-file`.
    pub(crate) losses: u64,
}

impl Selection {
    /// Whether every event was asked for.
    pub(crate) fn is_everything(&self) -> bool {
        self.filter.is_empty() && self.patterns.is_empty()
    }

    /// The processes that were asked for and are no rules of the filter.
    pub(crate) fn patterns(&self) -> &[ProcessPattern] {
        &self.patterns
    }

    /// Whether an event that the filter lets through is of a process that was asked for.
    pub(crate) fn has_process_of(&self, event: &Event) -> bool {
        if self.patterns.is_empty() {
            return true;
        }
        let (name, pid) = (event.process_name(), event.pid());
        self.patterns.iter().any(|pattern| pattern.matches(name.as_deref(), pid))
    }
}

impl RuleArgs {
    /// The filter of `--filter` and `--exclude`.
    pub(crate) fn filter(&self) -> anyhow::Result<Filter> {
        let mut filter = Filter::default();
        for rule in &self.include {
            filter.push(Rule::parse(rule, Action::Include)?);
        }
        for rule in &self.exclude {
            filter.push(Rule::parse(rule, Action::Exclude)?);
        }
        Ok(filter)
    }
}

impl SelectArgs {
    /// The processes to follow where a case is made: those of `--process`, or the one
    /// that is followed when none is named.
    pub(crate) fn followed(&self) -> ProcessSelection {
        match self.processes.is_empty() {
            true => ProcessSelection::default(),
            false => ProcessSelection::named(&self.processes),
        }
    }

    /// The rules of `--filter`, `--exclude` and `--filter-file`. Rules of the
    /// files that cannot be applied are reported.
    pub(crate) fn selection(&self, messages: Messages) -> anyhow::Result<Selection> {
        let mut selection = Selection { filter: self.rules.filter()?, ..Selection::default() };
        for path in &self.filter_files {
            let file = filter_files::read(path, messages)
                .map_err(|error| UsageError(format!("--filter-file {error:#}")))?;
            messages.losses(&path.display().to_string(), file.losses());
            selection.losses += file.losses().count();
            for rule in file.filter().rules() {
                selection.filter.push(rule.clone());
            }
        }
        for rules in selection.filter.rules_for_everything() {
            let texts: Vec<_> = rules.iter().map(|rule| format!("`{rule}`")).collect();
            messages.note(format_args!(
                "rules on one column are alternatives, as in Procmon, so {} together match every \
                 event; what --exclude names is left out",
                texts.join(" and ")
            ));
        }
        Ok(selection)
    }

    /// The selection, with the processes of `--process`. Plain names become rules of the
    /// filter, which readers can apply before they decode an event.
    pub(crate) fn selection_with_processes(&self, messages: Messages) -> anyhow::Result<Selection> {
        let mut selection = self.selection(messages)?;
        if let ProcessSelection::Named(patterns) = ProcessSelection::named(&self.processes) {
            match patterns.iter().map(ProcessPattern::names).collect::<Option<Vec<_>>>() {
                Some(names) => {
                    let rules = names.into_iter().flatten().map(Rule::process);
                    rules.for_each(|rule| selection.filter.push(rule));
                }
                None => selection.patterns = patterns,
            }
        }
        Ok(selection)
    }
}
