//! What the page asks; `PROTOCOL.md` describes each question.

use std::str::FromStr;

use procmonkey_analysis::{
    CaseOptions, ContainerNames, MachineGuid, ProcessPattern, ProcessSelection,
};
use procmonkey_parser::{Action, Error, Filter, ReadOptions, Rule};
use serde::Deserialize;

use crate::file::Role;

#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Question {
    Add {
        files: Vec<NewFile>,
    },
    Remove {
        file: usize,
    },
    Role {
        file: usize,
        r#as: Role,
    },
    Analyze(Choice),
    Compare {
        good: usize,
        bad: usize,
        #[serde(flatten)]
        choice: Choice,
    },
    View(NewView),
    Close {
        view: u64,
    },
    Rows {
        view: u64,
        from: u64,
        count: u64,
        highlight: Option<Vec<RuleText>>,
    },
    Find {
        view: u64,
        event: u64,
    },
    Search(NewSearch),
    Density {
        view: u64,
        bins: usize,
        from: Option<f64>,
        to: Option<f64>,
    },
    Event {
        capture: usize,
        event: u64,
    },
    Processes {
        capture: usize,
    },
    Reading(ReadingChoice),
    Filter {
        file: usize,
    },
    Rule(RuleText),
    Flags {
        rules: Vec<RuleText>,
    },
    Words {},
    Save {
        what: Saved,
        view: u64,
    },
    Samples {},
    Sample {
        name: String,
    },
    Stop {
        job: u32,
    },
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewFile {
    pub(crate) name: String,
    pub(crate) r#as: Option<Role>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewView {
    pub(crate) capture: usize,
    #[serde(default)]
    pub(crate) rules: Vec<RuleText>,
    #[serde(default)]
    pub(crate) keep: Vec<u64>,
    pub(crate) from: Option<f64>,
    pub(crate) to: Option<f64>,
}

/// How captures are read, where they leave it open: in the words of the program's flags, or empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReadingChoice {
    tz: String,
    date: String,
    date_order: String,
    encoding: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewSearch {
    pub(crate) view: u64,
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) rules: Vec<RuleText>,
    #[serde(default)]
    pub(crate) from: u64,
    #[serde(default)]
    pub(crate) back: bool,
}

/// A rule in Procmon's words.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RuleText {
    pub(crate) action: RuleAction,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RuleAction {
    Include,
    Exclude,
}

impl From<RuleAction> for Action {
    fn from(action: RuleAction) -> Action {
        match action {
            RuleAction::Include => Action::Include,
            RuleAction::Exclude => Action::Exclude,
        }
    }
}

/// The form that rows are saved in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Saved {
    Csv,
    Xml,
    Jsonl,
    Pml,
}

/// What a case looks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Choice {
    pub(crate) processes: Vec<String>,
    pub(crate) all: bool,
    pub(crate) rules: Vec<RuleText>,
    pub(crate) machine_guid: Option<String>,
    pub(crate) rows: Option<usize>,
    pub(crate) lesson: bool,
}

/// The filter of some rules.
///
/// # Errors
/// When one of them is not a rule.
pub(crate) fn filter_of(rules: &[RuleText]) -> Result<Filter, Error> {
    let parsed = rules.iter().map(|rule| Rule::parse(&rule.text, rule.action.into()));
    Ok(Filter::new(parsed.collect::<Result<Vec<_>, _>>()?))
}

impl Choice {
    fn names(&self) -> Vec<String> {
        match self.all {
            true => vec!["*".to_string()],
            false => self.processes.clone(),
        }
    }

    /// The processes to judge.
    pub(crate) fn followed(&self) -> ProcessSelection {
        let names = self.names();
        match names.is_empty() {
            true => ProcessSelection::default(),
            false => ProcessSelection::named(&names),
        }
    }

    /// As the command line sets up a case.
    ///
    /// # Errors
    /// When a rule cannot be read.
    pub(crate) fn case_options(&self) -> Result<CaseOptions, Error> {
        let options = CaseOptions::new()
            .filter(filter_of(&self.rules)?)
            .names(ContainerNames::known())
            .processes(self.followed());
        Ok(match &self.machine_guid {
            Some(guid) => options.machine_guid(MachineGuid::new(guid)),
            None => options,
        })
    }

    /// As the command line opens captures.
    pub(crate) fn read_options(&self, options: ReadOptions) -> ReadOptions {
        match &self.names()[..] {
            // Pasted events do not name their process.
            [process] if ProcessPattern::new(process).names().is_some() => options.process(process),
            _ => options,
        }
    }
}

impl ReadingChoice {
    /// The options of the parser.
    ///
    /// # Errors
    /// When one of the texts is not known.
    pub(crate) fn options(&self) -> Result<ReadOptions, Error> {
        let mut options = ReadOptions::new();
        if let Some(zone) = given(&self.tz)? {
            options = options.zone(zone);
        }
        if let Some(date) = given(&self.date)? {
            options = options.date(date);
        }
        if let Some(order) = given(&self.date_order)? {
            options = options.date_order(order);
        }
        if let Some(encoding) = given(&self.encoding)? {
            options = options.encoding(encoding);
        }
        Ok(options)
    }
}

/// What a text stands for; `None` for an empty one.
fn given<T: FromStr>(text: &str) -> Result<Option<T>, T::Err> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}
