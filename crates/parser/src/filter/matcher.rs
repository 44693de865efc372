//! A rule made ready to be asked about many events.

use regex::{Regex, RegexBuilder};

use super::answer::{Answer, Compare};
use super::moment::{DateCheck, TimeCheck};
use super::number::{LengthCheck, NumberCheck};
use super::relation::Relation;
use super::text::{Text, TextCheck, compare_folded, fold};
use crate::event::Event;
use crate::model::{Column, Error, NtStatus};
use crate::time::Clock;

/// A rule's column, relation and value, understood and prepared.
#[derive(Clone, Debug)]
pub(super) struct Matcher {
    check: Check,
    /// Whether a match is what the rule denies, as in `is not` and `excludes`.
    negated: bool,
}

#[derive(Clone, Debug)]
enum Check {
    Text(TextCheck),
    /// Less or more, by the order of the text.
    Sorted(Compare, String),
    Status(StatusCheck),
    Number(NumberCheck),
    Length(LengthCheck),
    Time(TimeCheck),
    Date(DateCheck),
    Regex(Regex),
}

impl Matcher {
    /// Understands a rule, or says what is wrong with its value.
    pub(super) fn new(column: Column, relation: Relation, value: &str) -> Result<Matcher, Error> {
        let check = match relation {
            Relation::Is | Relation::IsNot => compared(column, Compare::Is, value)?,
            _ if value.is_empty() => {
                return Err(Error::invalid_value(format!(
                    "`{column} {relation}` needs a value; only `is` and `is not` go without one"
                )));
            }
            Relation::LessThan => compared(column, Compare::Less, value)?,
            Relation::MoreThan => compared(column, Compare::More, value)?,
            Relation::BeginsWith => Check::Text(TextCheck::begins_with(value)),
            Relation::EndsWith => Check::Text(TextCheck::ends_with(value)),
            Relation::Contains | Relation::Excludes => Check::Text(TextCheck::contains(value)),
            Relation::Regex => Check::Regex(regex(value)?),
        };
        let negated = matches!(relation, Relation::IsNot | Relation::Excludes);
        Ok(Matcher { check, negated })
    }

    /// A rule that a text is the value, which nothing can be wrong with.
    pub(super) fn text_is(value: &str) -> Matcher {
        Matcher { check: Check::Text(TextCheck::is(value)), negated: false }
    }

    /// What the rule says about an event whose column holds this text.
    pub(super) fn answer(&self, text: &Text<'_>, event: &Event, clock: &Clock) -> Answer {
        let answer = match &self.check {
            Check::Text(check) => check.holds(text).into(),
            Check::Sorted(compare, value) => compare.holds_for(compare_folded(text, value)).into(),
            Check::Status(check) => check.holds(text).into(),
            Check::Number(check) => check.answer(text.as_str()),
            Check::Length(check) => check.answer(text.as_str()),
            Check::Time(check) => check.answer(text.as_str()),
            Check::Date(check) => check.answer(text.as_str(), event, clock),
            Check::Regex(regex) => regex.is_match(text.as_str()).into(),
        };
        match (answer, self.negated) {
            (Answer::Yes, true) => Answer::No,
            (Answer::No, true) => Answer::Yes,
            (answer, _) => answer,
        }
    }

    /// How long an answer takes, compared with the other kinds.
    pub(super) fn cost(&self) -> u32 {
        match &self.check {
            Check::Number(_) => 1,
            Check::Text(check) if check.searches() => 3,
            Check::Text(_) | Check::Sorted(..) | Check::Status(_) => 1,
            Check::Length(_) => 2,
            Check::Time(_) => 4,
            Check::Date(_) => 8,
            Check::Regex(_) => 16,
        }
    }
}

/// The check for a relation that depends on what the column holds.
fn compared(column: Column, compare: Compare, value: &str) -> Result<Check, Error> {
    // `Duration is ""` asks for the operations that had not ended.
    if value.is_empty() && column != Column::Result {
        return Ok(Check::Text(TextCheck::is(value)));
    }
    Ok(match (column, compare) {
        (Column::Pid | Column::Tid | Column::Session | Column::ParentPid, _) => {
            Check::Number(NumberCheck::new(column, compare, value)?)
        }
        (Column::Duration | Column::RelativeTime, _) => {
            Check::Length(LengthCheck::new(column, compare, value)?)
        }
        (Column::TimeOfDay | Column::CompletionTime, _) => {
            Check::Time(TimeCheck::new(column, compare, value)?)
        }
        (Column::DateAndTime | Column::ProcessStart, _) => {
            Check::Date(DateCheck::new(column, compare, value)?)
        }
        (Column::Result, Compare::Is) => Check::Status(StatusCheck::new(value)),
        (_, Compare::Is) => Check::Text(TextCheck::is(value)),
        (_, Compare::Less | Compare::More) => Check::Sorted(compare, fold(value)),
    })
}

fn regex(pattern: &str) -> Result<Regex, Error> {
    RegexBuilder::new(pattern).case_insensitive(true).build().map_err(|error| {
        // The text of a syntax error draws the pattern over several lines; the
        // reason is the last one.
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default();
        let reason = reason.trim().trim_start_matches("error: ");
        Error::invalid_value(format!("`{pattern}` is no regular expression: {reason}"))
    })
}

/// A rule that the Result is a status, whether it is written as text or number.
#[derive(Clone, Debug)]
struct StatusCheck {
    status: Option<NtStatus>,
    written: TextCheck,
    /// Procmon's text, for a rule that has the number.
    text: Option<TextCheck>,
}

impl StatusCheck {
    fn new(value: &str) -> StatusCheck {
        let status = NtStatus::from_result(value);
        let text = status.and_then(NtStatus::text).map(TextCheck::is);
        StatusCheck { status, written: TextCheck::is(value), text }
    }

    fn holds(&self, text: &Text<'_>) -> bool {
        if self.written.holds(text) || self.text.as_ref().is_some_and(|check| check.holds(text)) {
            return true;
        }
        let text = text.as_str();
        let is_number = text.starts_with("0x") || text.starts_with("0X");
        is_number && self.status.is_some() && NtStatus::from_result(text) == self.status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_the_same_as_text_and_as_number() {
        for (value, text, want) in [
            ("NAME NOT FOUND", "name not found", true),
            ("NAME NOT FOUND", "0xC0000034", true),
            ("0xc0000034", "NAME NOT FOUND", true),
            ("0xC000046F", "0xc000046f", true),
            ("0xC000046F", "0xC0000034", false),
            ("SUCCESS", "", false),
            ("", "", true),
            ("", "0x103", true),
            ("0x103", "", true),
            ("NO SUCH TEXT", "NO SUCH TEXT", true),
            ("NO SUCH TEXT", "0xZZ", false),
            ("SUCCESS", "0x0", true),
        ] {
            let check = StatusCheck::new(value);
            assert_eq!(check.holds(&Text::new(text.as_bytes())), want, "{value} {text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_value_is_said() {
        for (column, relation, value, part) in [
            (Column::Pid, Relation::Is, "abc", "`abc` is no number for PID"),
            (Column::Session, Relation::LessThan, "-1", "no number for Session"),
            (Column::Duration, Relation::MoreThan, "0.12345678", "at most seven digits"),
            (Column::RelativeTime, Relation::Is, "soon", "no length of time for Relative Time"),
            (Column::TimeOfDay, Relation::Is, "noon", "`noon` is no time for Time of Day"),
            (Column::CompletionTime, Relation::Is, "2020-07-31", "use the column Date & Time"),
            (Column::DateAndTime, Relation::Is, "7:28:59 AM", "use the column Time of Day"),
            (Column::DateAndTime, Relation::Is, "2020-07-31T13:00:00Z", "without a zone"),
            (Column::ProcessStart, Relation::Is, "31/31/2020", "does not begin with a date"),
            (Column::Path, Relation::Regex, "(", "is no regular expression: unclosed group"),
            (Column::Path, Relation::Contains, "", "`Path contains` needs a value"),
            (Column::Path, Relation::Regex, "", "needs a value"),
            (Column::Pid, Relation::MoreThan, "", "needs a value"),
        ] {
            let error = Matcher::new(column, relation, value).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidValue);
            assert!(error.to_string().contains(part), "{column} {relation} {value}: {error}");
        }
    }

    #[test]
    fn a_pattern_on_a_column_of_numbers_is_text() {
        for relation in [
            Relation::Contains,
            Relation::Excludes,
            Relation::BeginsWith,
            Relation::EndsWith,
            Relation::Regex,
        ] {
            for column in Column::all() {
                assert!(Matcher::new(column, relation, "abc").is_ok(), "{column} {relation}");
            }
        }
    }
}
