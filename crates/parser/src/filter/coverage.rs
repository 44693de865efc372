//! Finds rules that are alternatives and together match every event.

use super::text::Text;
use super::{Filter, Relation, Rule};
use crate::event::Event;
use crate::filter::answer::Answer;
use crate::time::Clock;

impl Filter {
    /// Rules of one action on one column that together match every event that has the
    /// column, one list for each such column: rules on one column are alternatives, as in
    /// Procmon, so two bounds do not mean what is between them.
    ///
    /// ```
    /// use procmonkey_parser::{Action, Filter, Rule};
    ///
    /// let rules = ["Relative Time more than 1", "Relative Time less than 3"];
    /// let rules = rules.map(|rule| Rule::parse(rule, Action::Include));
    /// let filter: Filter = Filter::new(rules.into_iter().flatten());
    /// assert_eq!(filter.rules_for_everything().len(), 1);
    ///
    /// let outside = ["PID less than 4", "PID more than 100"];
    /// let outside = outside.map(|rule| Rule::parse(rule, Action::Include));
    /// assert!(Filter::new(outside.into_iter().flatten()).rules_for_everything().is_empty());
    /// ```
    pub fn rules_for_everything(&self) -> Vec<Vec<&Rule>> {
        let rules = |indexes: &[usize]| -> Vec<&Rule> {
            let mut indexes = indexes.to_vec();
            indexes.sort_unstable();
            indexes.into_iter().map(|index| &self.rules[index]).collect()
        };
        let all = self.clauses.iter().map(|clause| rules(&clause.rules));
        all.filter(|rules| match_everything(rules)).collect()
    }
}

/// Whether each text matches one of these rules.
fn match_everything(rules: &[&Rule]) -> bool {
    rules.iter().any(|rule| match rule.relation() {
        // What it does not match is the value itself.
        Relation::IsNot => rules.iter().any(|other| matches(other, rule.value())),
        // What it does not match has the value in it.
        Relation::Excludes => rules
            .iter()
            .any(|other| other.relation() == Relation::Contains && matches(other, rule.value())),
        Relation::MoreThan => rules
            .iter()
            .filter(|other| other.relation() == Relation::LessThan)
            .any(|less| meet(rule, less, rules)),
        _ => false,
    })
}

/// Whether what is more than one value, or less than another, leaves nothing out, together
/// with the other rules.
fn meet(more: &Rule, less: &Rule, rules: &[&Rule]) -> bool {
    if matches(more, less.value()) {
        return true;
    }
    // The values may be equal; then the value itself is left out.
    !matches(less, more.value()) && rules.iter().any(|rule| matches(rule, more.value()))
}

/// Whether a rule surely matches a text.
fn matches(rule: &Rule, text: &str) -> bool {
    rule.answer(&Text::new(text.as_bytes()), &Event::default(), &Clock::default()) == Answer::Yes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::Action;

    fn is_everything(rules: &[&str]) -> bool {
        [Action::Include, Action::Exclude].iter().all(|&action| {
            let rules = rules.iter().map(|rule| Rule::parse(rule, action).unwrap());
            Filter::new(rules).rules_for_everything().len() == 1
        })
    }

    #[test]
    fn bounds_that_overlap_leave_nothing_out() {
        for rules in [
            &["Relative Time more than 1", "Relative Time less than 3"][..],
            &["Duration less than 0.5", "Path contains a", "Duration more than 0.1"],
            &["PID more than 4", "PID less than 4", "PID is 4"],
            &["Time of Day more than 7:00:00 AM", "Time of Day less than 19:00:00"],
            &["Date & Time more than 2026-03-01", "Date & Time less than 2026-04-01"],
            &["Path is not C:\\a", "Path is not C:\\b"],
            &["Result is not SUCCESS", "Result is SUCCESS"],
            &["Path excludes Crypto\\RSA", "Path contains crypto"],
        ] {
            assert!(is_everything(rules), "{rules:?}");
        }
    }

    #[test]
    fn rules_that_leave_something_out_are_no_matter() {
        for rules in [
            &["Relative Time more than 3", "Relative Time less than 1"][..],
            &["PID more than 4", "PID less than 4"],
            &["Duration more than 0.1", "Relative Time less than 9"],
            &["Path is not C:\\a"],
            &["Path is C:\\a", "Path is C:\\b"],
            &["Path excludes crypto", "Path contains Crypto\\RSA"],
            &["Path excludes a", "Path begins with a"],
        ] {
            assert!(!is_everything(rules), "{rules:?}");
        }
    }
}
