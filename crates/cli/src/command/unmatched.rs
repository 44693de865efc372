//! Why no event passed a filter.

use std::collections::BTreeSet;

use procmonkey_parser::pml::known_operations;
use procmonkey_parser::{
    Action, Column, Event, Excerpt, Filter, Most, NtStatus, ReadOptions, Relation, Rule, Verdict,
    Why, similar_names,
};

use crate::args::{CaptureArgs, Selection, is_standard_input};
use crate::inputs::for_each;
use crate::messages::{Messages, count};

/// What was looked for in vain.
pub(super) struct Search<'a> {
    pub(super) captures: &'a CaptureArgs,
    pub(super) options: &'a ReadOptions,
    pub(super) selection: &'a Selection,
    /// The part of the captures, with the number of events that was asked for or without it.
    pub(super) excerpt: Excerpt,
    /// Which events are meant, beside the selection.
    pub(super) is_meant: fn(&Event) -> bool,
    /// These, in words behind "event"; nothing for all.
    pub(super) meant: &'static str,
    /// How many events were read, wanted or not.
    pub(super) events_read: u64,
}

impl<'a> Search<'a> {
    /// A search for any event of the selection in whole captures.
    pub(super) fn for_all(
        captures: &'a CaptureArgs,
        options: &'a ReadOptions,
        selection: &'a Selection,
        events_read: u64,
    ) -> Search<'a> {
        let (excerpt, is_meant) = (Excerpt::new(), |_: &Event| true);
        Search { captures, options, selection, excerpt, is_meant, meant: "", events_read }
    }
}

/// The rules with one action on one column: all alternatives of each other.
struct Alternatives {
    rules: Vec<Rule>,
    filter: Filter,
    passes: u64,
}

/// What the columns hold whose values have names.
#[derive(Default)]
struct Seen {
    processes: BTreeSet<String>,
    operations: BTreeSet<String>,
    results: BTreeSet<String>,
}

/// How many names of a kind are held; captures have fewer.
const MOST_NAMES: usize = 10_000;

/// Reports which rule removed everything. Where that is not known without it, the captures are
/// read again. Standard input cannot be read again; then only the values of the rules are looked
/// at.
pub(super) fn explain(search: &Search<'_>, messages: Messages) -> anyhow::Result<()> {
    let selection = search.selection;
    if selection.is_everything() || messages < Messages::Usual {
        return Ok(());
    }
    let mut groups = alternatives(&selection.filter);
    let mut seen = Seen::default();
    if search.events_read == 0 {
        return Ok(());
    }
    if let [group] = &groups[..]
        && search.is_of_whole_captures()
        && !group.needs_names()
    {
        // No event passed, so it was this.
        note(group, "no event", search.events_read, &seen, messages);
        return Ok(());
    }
    if search.captures.inputs.iter().any(|input| is_standard_input(input)) {
        for group in &groups {
            let meant = meant(group, &seen);
            if !meant.is_empty() {
                messages.note(format_args!("no event passes {}{meant}", list(&group.rules)));
            }
        }
        return Ok(());
    }
    let (mut events, mut of_processes, mut open_or_all) = (0u64, 0u64, 0u64);
    // Neighbours are not filtered, and what is left of a number of events is not known before.
    let excerpt = search.excerpt.clone().most(Most::All).context(0);
    for_each(&search.captures.inputs, search.options, Messages::Nothing, |capture| {
        let everything = Filter::default();
        excerpt.for_each_of(capture, &everything, search.is_meant, |event, row| {
            if row.why != Why::Wanted {
                return Ok(());
            }
            events += 1;
            seen.take(event);
            let is_of_process = selection.has_process_of(event);
            of_processes += u64::from(is_of_process);
            for group in &mut groups {
                let verdict = group.filter.matches(event, row.clock);
                group.passes += u64::from(verdict == Verdict::Included);
            }
            let verdict = selection.filter.matches(event, row.clock);
            open_or_all += u64::from(verdict != Verdict::Excluded && is_of_process);
            anyhow::Ok(())
        })?;
        Ok(())
    })?;
    if events == 0 || open_or_all > 0 {
        return Ok(());
    }
    let part = if excerpt.is_everything() { "" } else { " of that part" };
    let nothing = format!("no event{}{part}", search.meant);
    let mut is_explained = false;
    if of_processes == 0 {
        let names: Vec<_> = selection.patterns().iter().map(|it| it.as_str()).collect();
        messages.note(format_args!("{nothing} is of a process {}", names.join(" or ")));
        is_explained = true;
    }
    for group in groups.iter().filter(|group| group.passes == 0) {
        is_explained = true;
        note(group, &nothing, events, &seen, messages);
    }
    if !is_explained {
        let each: Vec<_> = (groups.iter())
            .map(|group| match group.rules.first().map(Rule::action) {
                Some(Action::Exclude) => format!("not {}: {}", list(&group.rules), group.passes),
                _ => format!("{}: {}", list(&group.rules), group.passes),
            })
            .collect();
        messages.note(format_args!(
            "each rule alone lets events pass, all together none of {} ({})",
            count(events, "event"),
            each.join("; ")
        ));
    }
    Ok(())
}

/// Reports rules that no event passes.
fn note(group: &Alternatives, nothing: &str, events: u64, seen: &Seen, messages: Messages) {
    let rules = list(&group.rules);
    match group.rules.first().map(Rule::action) {
        Some(Action::Exclude) => messages
            .note(format_args!("the rule that excludes {rules} removes every event ({events})")),
        _ => messages.note(format_args!("{nothing} passes {rules}{}", meant(group, seen))),
    }
}

impl Search<'_> {
    /// Whether every event of the captures was looked at, and only the rules of the filter
    /// decided.
    fn is_of_whole_captures(&self) -> bool {
        self.excerpt.is_everything()
            && self.meant.is_empty()
            && self.selection.patterns().is_empty()
    }
}

impl Alternatives {
    /// Whether names that stand in the captures only can be proposed for a value.
    fn needs_names(&self) -> bool {
        let is_name =
            |rule: &Rule| rule.relation() == Relation::Is && rule.action() == Action::Include;
        self.rules.iter().any(|rule| is_name(rule) && rule.column() == Column::ProcessName)
    }
}

fn alternatives(filter: &Filter) -> Vec<Alternatives> {
    let mut groups: Vec<Alternatives> = Vec::new();
    for rule in filter.rules() {
        let is_same =
            |other: &Rule| (other.action(), other.column()) == (rule.action(), rule.column());
        let place = groups.iter().position(|group| group.rules.first().is_some_and(is_same));
        let place = place.unwrap_or_else(|| {
            groups.push(Alternatives { rules: Vec::new(), filter: Filter::default(), passes: 0 });
            groups.len() - 1
        });
        groups[place].rules.push(rule.clone());
        groups[place].filter.push(rule.clone());
    }
    groups
}

fn list(rules: &[Rule]) -> String {
    let texts: Vec<_> = rules.iter().map(|rule| format!("`{rule}`")).collect();
    texts.join(" or ")
}

/// What may have been meant by values that Procmon does not have, and no event.
fn meant(group: &Alternatives, seen: &Seen) -> String {
    let mut proposed: Vec<String> = Vec::new();
    let is_named =
        |rule: &&Rule| rule.relation() == Relation::Is && rule.action() == Action::Include;
    for rule in group.rules.iter().filter(is_named) {
        let (known, own): (Vec<&str>, _) = match rule.column() {
            Column::ProcessName => (Vec::new(), &seen.processes),
            Column::Operation => (known_operations().collect(), &seen.operations),
            Column::Result => (NtStatus::texts().collect(), &seen.results),
            _ => continue,
        };
        let names = || known.iter().copied().chain(own.iter().map(String::as_str));
        if names().any(|name| name.eq_ignore_ascii_case(rule.value())) {
            continue;
        }
        for name in similar_names(rule.value(), names()) {
            if !proposed.contains(&name) {
                proposed.push(name);
            }
        }
    }
    match proposed.is_empty() {
        true => String::new(),
        false => format!("; did you mean {}?", proposed.join(" or ")),
    }
}

impl Seen {
    fn take(&mut self, event: &Event) {
        for (column, names) in [
            (Column::ProcessName, &mut self.processes),
            (Column::Operation, &mut self.operations),
            (Column::Result, &mut self.results),
        ] {
            let Some(name) = event.get(column) else { continue };
            if names.len() < MOST_NAMES && !names.contains(&*name) {
                names.insert(name.into_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_that_nobody_has_are_taken_for_slips() {
        let mut seen = Seen::default();
        seen.processes.insert("inetinfo.exe".to_string());
        seen.operations.insert("Newest Operation".to_string());
        for (rule, want) in [
            ("Operation is WritFile", "; did you mean WriteFile"),
            ("Result is ACESS DENIED", "; did you mean ACCESS DENIED?"),
            ("Process Name is inetinf.exe", "; did you mean inetinfo.exe?"),
            ("Operation is newest operatoin", "; did you mean Newest Operation?"),
            // Procmon has these, so they can be right.
            ("Operation is writefile", ""),
            ("Result is SHARING VIOLATION", ""),
            ("Result is QUITE ANOTHER THING", ""),
            ("Operation contains WritFile", ""),
            ("Path is WritFile", ""),
        ] {
            let filter = Filter::new([Rule::parse(rule, Action::Include).unwrap()]);
            let found = meant(&alternatives(&filter)[0], &seen);
            assert!(
                found.starts_with(want) && found.is_empty() == want.is_empty(),
                "{rule}: {found}"
            );
        }
    }

    #[test]
    fn rules_on_one_column_are_alternatives() {
        let rule = |text, action| Rule::parse(text, action).unwrap();
        let groups = alternatives(&Filter::new([
            rule("Path contains a", Action::Include),
            rule("Result is SUCCESS", Action::Include),
            rule("Path contains b", Action::Include),
            rule("Path contains c", Action::Exclude),
        ]));
        let texts: Vec<_> = groups.iter().map(|group| list(&group.rules)).collect();
        let want =
            ["`Path contains a` or `Path contains b`", "`Result is SUCCESS`", "`Path contains c`"];
        assert_eq!(texts, want);
    }
}
