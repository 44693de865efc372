//! Procmon's filter: rules that include or exclude events.

mod answer;
mod coverage;
mod file;
mod matcher;
mod moment;
mod number;
mod parse;
mod relation;
mod rule;
#[cfg(test)]
mod tests;
mod text;

pub use file::{FilterFile, FilterFormat, StoredRule};
pub use relation::{Action, Relation};
pub use rule::Rule;

use std::sync::Arc;

use crate::event::{Event, Prefilter};
use crate::model::{Column, Columns, Process};
use crate::time::Clock;
use answer::Answer;
use text::Text;

/// What a filter decides about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The event passes.
    Included,
    /// The event is filtered out.
    Excluded,
    /// The event is filtered out because the capture does not show enough about its time:
    /// the order of day and month is not known, or a part of the time was lost. Callers
    /// should count these events and report them.
    Undecidable,
}

/// A list of rules with Procmon's meaning.
///
/// * An event that matches any exclude rule is filtered out.
/// * Of the include rules on one column, at least one must match, for every column that
///   has include rules. Without include rules every event is included.
/// * A rule on a column that an event does not have never matches, whatever its relation.
///   [`Filter::missing_columns`] finds such rules beforehand.
///
/// ```
/// use procmonkey_parser::{Action, Filter, Rule};
///
/// let filter = Filter::new([
///     Rule::process("inetinfo.exe"),
///     Rule::process("w3wp.exe"),
///     Rule::parse("Path contains MachineKeys", Action::Include)?,
///     Rule::parse("Result is SUCCESS", Action::Exclude)?,
/// ]);
/// // (inetinfo.exe or w3wp.exe) and MachineKeys, and not SUCCESS.
/// assert_eq!(filter.rules().len(), 4);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filter {
    rules: Vec<Rule>,
    clauses: Vec<Clause>,
}

/// The rules with one action on one column, as indexes, the fastest first. The clause
/// matches if any of its rules does.
#[derive(Clone, Debug)]
struct Clause {
    action: Action,
    column: Column,
    rules: Vec<usize>,
    cost: u32,
}

impl Filter {
    /// A filter of these rules.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Filter {
        let mut filter = Filter::default();
        for rule in rules {
            filter.push(rule);
        }
        filter
    }

    /// Adds a rule.
    ///
    /// ```
    /// use procmonkey_parser::{Filter, Rule};
    ///
    /// let mut filter = Filter::default();
    /// assert!(filter.is_empty());
    /// filter.push(Rule::process("lsass.exe"));
    /// assert_eq!(filter.rules(), [Rule::process("lsass.exe")]);
    /// ```
    pub fn push(&mut self, rule: Rule) {
        let (action, column, cost) = (rule.action(), rule.column(), rule.cost());
        let index = self.rules.len();
        self.rules.push(rule);
        let rules = &self.rules;
        match self.clauses.iter_mut().find(|c| (c.action, c.column) == (action, column)) {
            Some(clause) => {
                let place = clause.rules.partition_point(|&other| rules[other].cost() <= cost);
                clause.rules.insert(place, index);
                clause.cost += cost;
            }
            None => self.clauses.push(Clause { action, column, rules: vec![index], cost }),
        }
        // All clauses have to match, so their order only changes the speed.
        self.clauses.sort_by_key(|clause| clause.cost);
    }

    /// The rules, in the order in which they were added.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether there is no rule, so that every event passes.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Decides about an event. `clock` must be that of its capture.
    ///
    /// Only rules on Date & Time and Process Start use the clock. Once the clock has
    /// observed the whole capture, it knows the order of its dates best; before that,
    /// more events are [`Verdict::Undecidable`].
    ///
    /// ```
    /// use procmonkey_parser::{Action, Clock, Error, Event, Filter, Rule, Verdict};
    ///
    /// fn lost_keys(events: &[Event], clock: &Clock) -> Result<usize, Error> {
    ///     let filter = Filter::new([
    ///         Rule::parse("Path contains MachineKeys", Action::Include)?,
    ///         Rule::parse("Result is NAME NOT FOUND", Action::Include)?,
    ///     ]);
    ///     let is_lost = |event: &&Event| filter.matches(event, clock) == Verdict::Included;
    ///     Ok(events.iter().filter(is_lost).count())
    /// }
    /// ```
    pub fn matches(&self, event: &Event, clock: &Clock) -> Verdict {
        let mut verdict = Verdict::Included;
        for clause in &self.clauses {
            match (clause.action, self.answer(clause, event, clock)) {
                (Action::Include, Answer::No) | (Action::Exclude, Answer::Yes) => {
                    return Verdict::Excluded;
                }
                (_, Answer::Open) => verdict = Verdict::Undecidable,
                (Action::Include, Answer::Yes) | (Action::Exclude, Answer::No) => {}
            }
        }
        verdict
    }

    /// Whether any rule of the clause matches.
    fn answer(&self, clause: &Clause, event: &Event, clock: &Clock) -> Answer {
        let Some(bytes) = event.bytes(clause.column) else { return Answer::No };
        let text = Text::new(&bytes);
        let mut answer = Answer::No;
        for &index in &clause.rules {
            match self.rules[index].answer(&text, event, clock) {
                Answer::Yes => return Answer::Yes,
                Answer::Open => answer = Answer::Open,
                Answer::No => {}
            }
        }
        answer
    }

    /// A [`Prefilter`] that selects every event that this filter includes or cannot
    /// decide about.
    ///
    /// ```
    /// use procmonkey_parser::{Action, Filter, Prefilter, Rule};
    ///
    /// let process = Filter::new([Rule::process("inetinfo.exe")]);
    /// assert_eq!(process.prefilter(), Prefilter::nothing().or_process("inetinfo.exe"));
    /// let result = Filter::new([Rule::parse("Result is SUCCESS", Action::Include)?]);
    /// assert!(result.prefilter().is_everything());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn prefilter(&self) -> Prefilter {
        // An event must match every clause, so one clause that can be checked by bytes is
        // enough. A clause on the process is checked fastest.
        let mut includes: Vec<_> =
            self.clauses.iter().filter(|clause| clause.action == Action::Include).collect();
        includes.sort_by_key(|clause| clause.column != Column::ProcessName);
        includes.into_iter().find_map(|clause| self.clause_prefilter(clause)).unwrap_or_default()
    }

    /// The prefilter of an include clause; `None` if it would select everything.
    fn clause_prefilter(&self, clause: &Clause) -> Option<Prefilter> {
        let mut prefilter = Prefilter::nothing();
        for rule in clause.rules.iter().map(|&index| &self.rules[index]) {
            prefilter = match (clause.column, rule.relation()) {
                (Column::ProcessName, Relation::Is) => prefilter.or_process(rule.value()),
                (
                    Column::Path,
                    Relation::Is | Relation::BeginsWith | Relation::EndsWith | Relation::Contains,
                ) => prefilter.or_path_with(rule.value()).folded(),
                _ => return None,
            };
            if prefilter.is_everything() {
                return None;
            }
        }
        Some(prefilter)
    }

    /// The columns of rules that neither the rows of a capture nor its process list have,
    /// in the order of the rules. Such a rule matches no event, so an include rule that
    /// is the only one on its column filters out everything.
    ///
    /// ```
    /// use procmonkey_parser::{Action, Column, Columns, Filter, Rule};
    ///
    /// let filter = Filter::new([
    ///     Rule::parse("TID is 4", Action::Include)?,
    ///     Rule::parse("Path contains Keys", Action::Include)?,
    /// ]);
    /// let columns = Columns::from_known(&Column::DEFAULT);
    /// assert_eq!(filter.missing_columns(&columns, &[]), [Column::Tid]);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn missing_columns(&self, columns: &Columns, processes: &[Arc<Process>]) -> Vec<Column> {
        let mut missing = Vec::new();
        for column in self.rules.iter().map(Rule::column) {
            let is_there = columns.contains(column)
                || processes.iter().any(|process| process.column(column).is_some());
            if !is_there && !missing.contains(&column) {
                missing.push(column);
            }
        }
        missing
    }
}
