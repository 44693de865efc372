//! Which processes are judged.

use std::fmt;

use procmonkey_parser::{Column, Event, Prefilter};

use super::process_pattern::ProcessPattern;
use crate::report::ProcessScope;

/// What the process of an event is to the one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// One that was asked for, or the one that is followed when none is.
    Followed,
    /// It is judged as soon as it is met at the keys.
    Candidate,
    /// What it does counts only as evidence.
    Other,
}

/// The processes to judge. What others do counts only where it is evidence: to a change
/// of MachineGuid, or to files in a key folder.
///
/// ```
/// use procmonkey_analysis::ProcessSelection;
///
/// assert_eq!(ProcessSelection::default(), ProcessSelection::AtTheKeys);
/// assert_eq!(ProcessSelection::named(["w3wp", "*"]), ProcessSelection::All);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProcessSelection {
    /// `inetinfo.exe` where it is there, and besides every process that touches a key
    /// file or a key folder, or fails at MachineGuid.
    #[default]
    AtTheKeys,
    /// Every process.
    All,
    /// Those that one of these patterns fits.
    Named(Vec<ProcessPattern>),
}

/// The process that is followed where none is asked for, because it is what breaks
/// when the machine keys of IIS do.
pub(crate) const MAIN: &str = "inetinfo.exe";

impl ProcessSelection {
    /// The processes that these patterns fit; `*` means all.
    pub fn named<I>(patterns: I) -> ProcessSelection
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let patterns: Vec<_> = patterns.into_iter().map(ProcessPattern::new).collect();
        if patterns.iter().any(|pattern| pattern.as_str().trim() == "*") {
            return ProcessSelection::All;
        }
        ProcessSelection::Named(patterns)
    }

    /// Whether the event's process is judged. One that the event does not name is:
    /// nothing says that it is another.
    pub(crate) fn subject(&self, event: &Event) -> Subject {
        let name = || event.process_name().filter(|name| !name.is_empty());
        match self {
            ProcessSelection::All => Subject::Followed,
            ProcessSelection::AtTheKeys => match event.bytes(Column::ProcessName) {
                Some(name) if !name.is_empty() && !name.eq_ignore_ascii_case(MAIN.as_bytes()) => {
                    Subject::Candidate
                }
                _ => Subject::Followed,
            },
            ProcessSelection::Named(patterns) => {
                let (name, by_pid) = (name(), patterns.iter().any(|it| it.pid().is_some()));
                let pid = if by_pid { event.pid() } else { None };
                let fits = patterns.iter().any(|it| it.matches(name.as_deref(), pid));
                let only_pids = patterns.iter().all(|it| it.pid().is_some());
                match name {
                    _ if fits => Subject::Followed,
                    None if !(only_pids && pid.is_some()) => Subject::Followed,
                    _ => Subject::Other,
                }
            }
        }
    }

    /// Their events, as far as a reader can distinguish them from others.
    pub(super) fn interest(&self) -> Prefilter {
        let unnamed = Prefilter::nothing().or_unnamed();
        match self {
            ProcessSelection::All => Prefilter::everything(),
            ProcessSelection::AtTheKeys => unnamed.or_process(MAIN),
            ProcessSelection::Named(patterns) => {
                let names: Option<Vec<_>> = patterns.iter().map(ProcessPattern::names).collect();
                match names {
                    Some(names) => names.into_iter().flatten().fold(unnamed, Prefilter::or_process),
                    None => Prefilter::everything(),
                }
            }
        }
    }

    /// The same without its patterns, for the report.
    pub(crate) fn scope(&self) -> ProcessScope {
        match self {
            ProcessSelection::AtTheKeys => ProcessScope::AtTheKeys,
            ProcessSelection::All => ProcessScope::All,
            ProcessSelection::Named(_) => ProcessScope::Named,
        }
    }

    /// The patterns, none for all.
    pub(crate) fn patterns(&self) -> &[ProcessPattern] {
        match self {
            ProcessSelection::AtTheKeys | ProcessSelection::All => &[],
            ProcessSelection::Named(patterns) => patterns,
        }
    }
}

/// The processes for a sentence: `w3wp.exe or 4400`.
impl fmt::Display for ProcessSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProcessSelection::AtTheKeys => f.write_str(MAIN),
            ProcessSelection::All => f.write_str("*"),
            ProcessSelection::Named(patterns) => {
                let texts: Vec<&str> = patterns.iter().map(ProcessPattern::as_str).collect();
                f.write_str(&texts.join(" or "))
            }
        }
    }
}
