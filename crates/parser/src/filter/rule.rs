//! One rule of a filter.

use std::fmt;

use super::answer::Answer;
use super::matcher::Matcher;
use super::parse;
use super::relation::{Action, Relation};
use super::text::Text;
use crate::event::Event;
use crate::model::{Column, Error};
use crate::time::Clock;

/// One line of Procmon's filter dialog: column, relation, value, action.
///
/// What the value has to be depends on the column when the relation is `is`,
/// `is not`, `less than` or `more than`:
///
/// | column | value |
/// |---|---|
/// | PID, TID, Session, Parent PID | a whole number |
/// | Duration, Relative Time | seconds (`0.0025`) or `00:01:27.74`, at most seven digits behind the point |
/// | Time of Day, Completion Time | a time in any locale's form: `7:28:59 AM`, `07:28:59.5401` |
/// | Date & Time, Process Start | a date, or a date and a time: `2020-07-31 07:28:59`, or as the capture writes it |
/// | Result | the text, or the status as a hexadecimal number |
/// | any other | text |
///
/// * `is` finds every time that begins with the digits written: `7:28:59` is any
///   moment of that second, `2020-07-31` any of that day. `less than` and `more
///   than` compare with the first moment of the value.
/// * Times are those that the capture shows; a value has no zone.
/// * A date that does not begin with the year and can be read in two orders is
///   read in the order of the capture.
/// * Every other relation looks at the column's text, whatever it holds.
/// * Upper and lower case are the same in all scripts.
///
/// Two rules are equal when they have the same column, relation, value and action.
///
/// ```
/// use procmonkey_parser::{Action, Column, Relation, Rule};
///
/// let rule = Rule::new(Column::Path, Relation::Contains, "MachineKeys", Action::Include)?;
/// assert_eq!(rule.to_string(), "Path contains MachineKeys");
/// assert_eq!(Rule::parse(&rule.to_string(), Action::Include)?, rule);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    column: Column,
    relation: Relation,
    value: String,
    action: Action,
    matcher: Matcher,
}

impl Rule {
    /// Makes a rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`](crate::ErrorKind::InvalidValue) when the value
    /// is not what the column needs, is no regular expression, or is empty with
    /// another relation than `is` and `is not`.
    ///
    /// ```
    /// use procmonkey_parser::{Action, Column, Relation, Rule};
    ///
    /// let error = Rule::new(Column::Pid, Relation::Is, "lsass", Action::Include).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`lsass` is no number for PID; write a whole decimal number such as 1234",
    /// );
    /// ```
    pub fn new(
        column: Column,
        relation: Relation,
        value: impl Into<String>,
        action: Action,
    ) -> Result<Rule, Error> {
        let value = value.into();
        let matcher = Matcher::new(column, relation, &value)?;
        Ok(Rule { column, relation, value, action, matcher })
    }

    /// Reads a rule written as `COLUMN RELATION VALUE`.
    ///
    /// Column and relation are [`Column::name`] and [`Relation::name`] without
    /// regard to case. Short names for columns are `process`, `op`, `class`,
    /// `date`, and `time`, which is Date & Time when the value has a date and Time
    /// of Day when it has none.
    ///
    /// The value is the rest of the text without blanks around it. It may stand
    /// in double quotes, with a quote inside written twice; a text that is not
    /// quoted properly from end to end is taken as it is, with its quotes. Write
    /// `""` for an empty value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`](crate::ErrorKind::InvalidValue) when the text
    /// does not begin with a column and a relation, and where [`Rule::new`] fails.
    ///
    /// ```
    /// use procmonkey_parser::{Action, Column, Relation, Rule};
    ///
    /// let rule = Rule::parse("process is not lsass.exe", Action::Exclude)?;
    /// assert_eq!((rule.column(), rule.relation()), (Column::ProcessName, Relation::IsNot));
    /// assert_eq!(rule.value(), "lsass.exe");
    ///
    /// let rule = Rule::parse(r#"Result is """#, Action::Include)?;
    /// assert_eq!(rule.value(), "");
    ///
    /// let rule = Rule::parse("time more than 2020-07-31 07:28:59", Action::Include)?;
    /// assert_eq!(rule.column(), Column::DateAndTime);
    ///
    /// assert!(Rule::parse("Path has MachineKeys", Action::Include).is_err());
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn parse(text: &str, action: Action) -> Result<Rule, Error> {
        let parts = parse::rule(text)?;
        Rule::new(parts.column, parts.relation, parts.value, action)
    }

    /// The rule that includes the events of one process, by its Process Name.
    ///
    /// ```
    /// use procmonkey_parser::Rule;
    ///
    /// assert_eq!(Rule::process("inetinfo.exe").to_string(), "Process Name is inetinfo.exe");
    /// ```
    pub fn process(name: impl Into<String>) -> Rule {
        let value = name.into();
        let matcher = Matcher::text_is(&value);
        Rule {
            column: Column::ProcessName,
            relation: Relation::Is,
            value,
            action: Action::Include,
            matcher,
        }
    }

    /// The column that the rule looks at.
    pub fn column(&self) -> Column {
        self.column
    }

    /// How the column is compared with the value.
    pub fn relation(&self) -> Relation {
        self.relation
    }

    /// The value, as it was given.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What the rule does with the events that it matches.
    pub fn action(&self) -> Action {
        self.action
    }

    /// What the rule says about an event whose column holds this text.
    pub(super) fn answer(&self, text: &Text<'_>, event: &Event, clock: &Clock) -> Answer {
        self.matcher.answer(text, event, clock)
    }

    /// How long an answer takes, compared with other rules.
    pub(super) fn cost(&self) -> u32 {
        self.matcher.cost()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        (self.column, self.relation, self.action) == (other.column, other.relation, other.action)
            && self.value == other.value
    }
}

impl Eq for Rule {}

/// Writes the rule, without its action, as [`Rule::parse`] reads it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.column, self.relation)?;
        if parse::can_stand_bare(self.relation, &self.value) {
            f.write_str(&self.value)
        } else {
            write!(f, "\"{}\"", self.value.replace('"', "\"\""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_again_as_it_was_written() {
        let values = [
            "",
            "MachineKeys",
            " blanks around ",
            "not this",
            "NOT",
            "nothing",
            r#""quoted""#,
            r#""C:\a b.exe" /x "y""#,
            r#"""#,
            r#"a "b" c"#,
            "than this",
            "two\nlines\t",
            "\u{a0}M\u{fc}ller\u{2003}",
        ];
        for column in Column::all() {
            for relation in Relation::all() {
                for value in values {
                    let Ok(rule) = Rule::new(column, relation, value, Action::Exclude) else {
                        continue;
                    };
                    let text = rule.to_string();
                    assert_eq!(Rule::parse(&text, Action::Exclude).unwrap(), rule, "{text}");
                }
            }
        }
    }

    #[test]
    fn quotes_are_written_where_they_are_needed() {
        for (value, want) in [
            ("x y", "Path is x y"),
            ("not x", r#"Path is "not x""#),
            ("", r#"Path is """#),
            (r#""x""#, r#"Path is """x""""#),
            (r#"a "b""#, r#"Path is a "b""#),
        ] {
            let rule = Rule::new(Column::Path, Relation::Is, value, Action::Include).unwrap();
            assert_eq!(rule.to_string(), want);
        }
    }

    #[test]
    fn the_rule_of_a_process_is_the_one_that_is_parsed() {
        let parsed = Rule::parse("process is \"W3WP.exe\"", Action::Include).unwrap();
        assert_eq!(Rule::process("W3WP.exe"), parsed);
    }
}
