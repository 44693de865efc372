//! One rule as it stands in a file.

use std::fmt;

use super::scan::{length, text, units, utf16_with_nul};
use crate::filter::{Action, Relation, Rule};
use crate::model::{Column, Error, LossKind};

/// A rule of a PMC or PMF file, with every number that the file has for it, known
/// to this version or not.
///
/// ```
/// use procmonkey_parser::{Action, Column, Rule, StoredRule};
///
/// let rule = Rule::parse("PID is 1234", Action::Exclude)?;
/// let stored = StoredRule::from_rule(&rule)?;
/// assert_eq!((stored.column(), stored.column_id()), (Some(Column::Pid), 40054));
/// assert_eq!((stored.value().as_str(), stored.number()), ("1234", 1234));
/// assert_eq!(stored.to_string(), "exclude PID is 1234");
/// assert_eq!(stored.to_rule()?, rule);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRule {
    pub(super) column: u32,
    pub(super) relation: u32,
    pub(super) action: u8,
    /// UTF-16 as the file has it, so that a damaged text is written again as it was.
    pub(super) value: Vec<u8>,
    pub(super) number: u32,
    pub(super) flags: u32,
}

impl StoredRule {
    /// The form in which Procmon stores a rule. The value is stored as it is
    /// written; beside it stands its number where the column holds whole numbers
    /// (PID, TID, Session, Parent PID), 32 or 64 for Architecture, and 0 elsewhere.
    ///
    /// What number Procmon stores for a time or a length of time is not known.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`](crate::ErrorKind::InvalidValue) when Procmon has
    /// no such rule: a regular expression, a value with a NUL, or one that does not
    /// fit into the 32 bits of the number.
    pub fn from_rule(rule: &Rule) -> Result<StoredRule, Error> {
        let refused = |why: &str| {
            let (action, message) = (rule.action(), "cannot be stored for Procmon");
            Err(Error::invalid_value(format!("the rule `{action} {rule}` {message}: {why}")))
        };
        let Some(relation) = rule.relation().id() else {
            return refused("Procmon knows no regular expressions");
        };
        if rule.value().contains('\0') {
            return refused("its value holds a NUL");
        }
        let number = number_of(rule.column(), rule.value());
        if number.is_none() && compares_numbers(rule.column(), rule.relation()) {
            return refused("its value is no number from 0 to 4294967295");
        }
        Ok(StoredRule {
            column: rule.column().id(),
            relation,
            action: rule.action().id(),
            value: utf16_with_nul(rule.value()),
            number: number.unwrap_or_default(),
            flags: 0,
        })
    }

    /// The rule that a filter applies.
    ///
    /// The value is the text. Where a column of whole numbers is compared with a
    /// text that is none, it is the number beside it, unless that is 0.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`](crate::ErrorKind::InvalidValue) when it is not
    /// known what the rule means: a column, relation or action of a newer Procmon,
    /// [flags](StoredRule::flags), or a value that [`Rule::new`] refuses. Among
    /// those is an empty one for `contains` and its like. Compared as bytes, every
    /// text contains it; what Procmon makes of it is not known.
    pub fn to_rule(&self) -> Result<Rule, Error> {
        let unknown =
            |what: &str, number: u32| Error::invalid_value(format!("unknown {what} {number}"));
        let column = self.column().ok_or_else(|| unknown("column", self.column))?;
        let relation = self.relation().ok_or_else(|| unknown("relation", self.relation))?;
        let action = self.action().ok_or_else(|| unknown("action", self.action.into()))?;
        if self.flags != 0 {
            return Err(Error::invalid_value(format!("unknown flags {:#x}", self.flags)));
        }
        let mut value = self.value();
        let is_number = number_of(column, &value).is_some();
        if compares_numbers(column, relation) && !is_number && self.number != 0 {
            value = self.number.to_string();
        }
        Rule::new(column, relation, value, action)
    }

    /// The column, if this version knows it.
    pub fn column(&self) -> Option<Column> {
        Column::from_id(self.column)
    }

    /// The number of the column in the file.
    pub fn column_id(&self) -> u32 {
        self.column
    }

    /// The relation, if this version knows it.
    pub fn relation(&self) -> Option<Relation> {
        Relation::from_id(self.relation)
    }

    /// The number of the relation in the file.
    pub fn relation_id(&self) -> u32 {
        self.relation
    }

    /// What the rule does, if this version knows it.
    pub fn action(&self) -> Option<Action> {
        Action::from_id(self.action)
    }

    /// The number of the action in the file.
    pub fn action_id(&self) -> u8 {
        self.action
    }

    /// The text of the value, up to its NUL. What is no valid UTF-16 shows as U+FFFD.
    pub fn value(&self) -> String {
        text(&self.value)
    }

    /// The number beside the text; 0 for columns of text.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The last 32 bits of the rule, nearly always 0.
    ///
    /// 0x80000000 has been seen once, in a file of Procmon 4. What it means is not
    /// known; the rule may be switched off. A rule with flags is therefore kept but
    /// not applied: a filter then shows too much sooner than too little.
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// What is wrong with the rule although a filter can apply it.
    pub(super) fn flaw(&self) -> Option<(LossKind, String)> {
        let end = units(&self.value).position(|unit| unit == 0);
        let after = end.map_or(0, |end| length(self.value.len()) as usize - 2 * (end + 1));
        if after > 0 {
            let message = format!("the value has {after} bytes behind its NUL, which are not used");
            return Some((LossKind::DamagedField, message));
        }
        let is_broken = char::decode_utf16(units(&self.value)).any(|c| c.is_err());
        if is_broken || self.value.len() % 2 == 1 {
            return Some((LossKind::InvalidText, "the value is no valid UTF-16".into()));
        }
        if compares_numbers(self.column()?, self.relation()?) {
            let value = self.value();
            let number = number_of(self.column()?, &value)?;
            if number != self.number {
                let message = format!(
                    "the value is {value} as text and {} as number; the text is used",
                    self.number
                );
                return Some((LossKind::DamagedField, message));
            }
        }
        None
    }
}

/// Whether the comparison is one of whole numbers.
fn compares_numbers(column: Column, relation: Relation) -> bool {
    let is_number =
        matches!(column, Column::Pid | Column::Tid | Column::Session | Column::ParentPid);
    let compares = matches!(
        relation,
        Relation::Is | Relation::IsNot | Relation::LessThan | Relation::MoreThan
    );
    is_number && compares
}

/// The number that stands beside a value; nothing where the value has none.
fn number_of(column: Column, value: &str) -> Option<u32> {
    let value = value.trim();
    match column {
        Column::Pid | Column::Tid | Column::Session | Column::ParentPid => {
            // `parse` would take a plus sign.
            value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok())?
        }
        Column::Architecture if value.eq_ignore_ascii_case("32-bit") => Some(32),
        Column::Architecture if value.eq_ignore_ascii_case("64-bit") => Some(64),
        _ => None,
    }
}

/// Writes the action, then the rule as [`Rule::parse`] reads it. Of a rule whose
/// meaning is not known, what is known is written.
impl fmt::Display for StoredRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action() {
            Some(action) => write!(f, "{action} ")?,
            None => write!(f, "action {} ", self.action)?,
        }
        if let Ok(rule) = self.to_rule() {
            return write!(f, "{rule}");
        }
        match self.column() {
            Some(column) => write!(f, "{column} ")?,
            None => write!(f, "column {} ", self.column)?,
        }
        match self.relation() {
            Some(relation) => write!(f, "{relation} ")?,
            None => write!(f, "relation {} ", self.relation)?,
        }
        write!(f, "\"{}\"", self.value().replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(text: &str) -> Result<StoredRule, Error> {
        StoredRule::from_rule(&Rule::parse(text, Action::Include)?)
    }

    #[test]
    fn numbers_stand_beside_the_text() {
        for (rule, number) in [
            ("PID is 1234", 1234),
            ("TID more than 4294967295", u32::MAX),
            ("Session is not 1", 1),
            ("Parent PID is 8", 8),
            ("Architecture is 64-bit", 64),
            ("Architecture is 32-BIT", 32),
            ("PID contains 12", 12),
            ("PID contains ab", 0),
            ("Path contains 12", 0),
            ("Duration more than 2", 0),
        ] {
            assert_eq!(stored(rule).unwrap().number(), number, "{rule}");
        }
    }

    #[test]
    fn what_procmon_cannot_store_is_refused_with_the_rule() {
        for (rule, why) in [
            ("Path regex a+", "no regular expressions"),
            ("Path is a\0b", "NUL"),
            ("PID is 4294967296", "no number from 0"),
            ("PID is \"\"", "no number from 0"),
        ] {
            let error = stored(rule).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidValue);
            let text = error.to_string();
            assert!(text.contains(why) && text.contains(&rule[..8]), "{rule:?}: {text}");
        }
    }

    #[test]
    fn every_rule_of_procmon_is_the_same_after_storing() {
        for column in Column::all() {
            for relation in Relation::all() {
                for value in ["1", "M\u{fc}ller", "\u{1f412}", "2020-07-31", " a\"b "] {
                    let Ok(rule) = Rule::new(column, relation, value, Action::Exclude) else {
                        continue;
                    };
                    if relation == Relation::Regex {
                        continue;
                    }
                    let stored = StoredRule::from_rule(&rule).unwrap();
                    assert_eq!(stored.to_rule().unwrap(), rule);
                    assert_eq!(stored.to_string(), format!("exclude {rule}"));
                    assert_eq!(stored.flaw(), None);
                }
            }
        }
    }
}
