//! Reads a rule written as text: `COLUMN RELATION VALUE`.

use super::relation::{Relation, strip_longest};
use crate::model::{Column, Error, nearest_start};
use crate::time::{WrittenDate, parse_time_of_day};

/// The parts of a rule, before the value is checked.
#[derive(Debug)]
pub(super) struct RuleParts {
    pub(super) column: Column,
    pub(super) relation: Relation,
    pub(super) value: String,
}

/// A name at the start of a rule.
#[derive(Clone, Copy)]
enum ColumnName {
    Of(Column),
    /// Date & Time or Time of Day, depending on the value.
    Time,
}

/// Short names for columns. PID, TID, Path, Result and Category are short already.
const SHORT_NAMES: [(&str, ColumnName); 6] = [
    ("process", ColumnName::Of(Column::ProcessName)),
    ("op", ColumnName::Of(Column::Operation)),
    ("class", ColumnName::Of(Column::EventClass)),
    ("time", ColumnName::Time),
    ("date", ColumnName::Of(Column::DateAndTime)),
    ("date and time", ColumnName::Of(Column::DateAndTime)),
];

/// Splits the text of a rule.
pub(super) fn rule(text: &str) -> Result<RuleParts, Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid_value(
            "the rule is empty; write column, relation and value, \
             such as `Path contains MachineKeys`",
        ));
    }
    let names = Column::all().map(|column| (column.name(), ColumnName::Of(column)));
    let Some((name, rest)) = strip_longest(text, names.chain(SHORT_NAMES)) else {
        return Err(Error::invalid_value(format!(
            "`{text}` does not begin with a column{}; the columns are {}; short names are {}",
            meant(nearest_start(text, Column::all().map(Column::name))),
            list(Column::all().map(Column::name)),
            list(SHORT_NAMES.iter().map(|short| short.0)),
        )));
    };
    let Some((relation, rest)) = Relation::strip(rest) else {
        let before = text[..text.len() - rest.len()].trim();
        return Err(Error::invalid_value(format!(
            "`{text}` has no relation after `{before}`{}; the relations are {}",
            meant(nearest_start(rest, Relation::all().map(Relation::name))),
            list(Relation::all().map(Relation::name)),
        )));
    };
    let Some(value) = value(rest) else {
        return Err(Error::invalid_value(format!(
            "`{text}` has no value; write \"\" for an empty one"
        )));
    };
    let column = match name {
        ColumnName::Of(column) => column,
        ColumnName::Time if has_date(&value) => Column::DateAndTime,
        ColumnName::Time => Column::TimeOfDay,
    };
    Ok(RuleParts { column, relation, value })
}

/// Whether a value after this relation is read unchanged without quotes.
pub(super) fn can_stand_bare(relation: Relation, text: &str) -> bool {
    // After `is`, a value that begins with `not` would be read as another relation.
    let written = format!("{relation} {text}");
    let read =
        Relation::strip(&written).and_then(|(relation, rest)| Some((relation, value(rest)?)));
    !text.starts_with('"') && read.is_some_and(|read| read == (relation, text.to_string()))
}

/// The value at the end of a rule; `None` if there is none.
fn value(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(unquote(text).unwrap_or_else(|| text.to_string()))
}

/// The content of the quotes, if the whole text is quoted. A command line may begin and
/// end with a quote and not be quoted as a whole.
fn unquote(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let without_pairs = inner.replace("\"\"", "");
    (!without_pairs.contains('"')).then(|| inner.replace("\"\"", "\""))
}

/// Whether a value for `time` has a date. Some forms can be either, such as `07.08.09`;
/// they are taken as times.
fn has_date(value: &str) -> bool {
    parse_time_of_day(value).is_none() && WrittenDate::split(value).is_some()
}

fn meant(name: Option<&str>) -> String {
    name.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

fn list(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_relation_and_value_are_told_apart() {
        use Column::*;
        use Relation::*;
        for (text, column, relation, value) in [
            ("Path contains MachineKeys", Path, Contains, "MachineKeys"),
            ("  process   name  IS  a b.exe ", ProcessName, Is, "a b.exe"),
            ("Process is not x", ProcessName, IsNot, "x"),
            ("process start more than 2020-07-31", ProcessStart, MoreThan, "2020-07-31"),
            ("op begins with Reg", Operation, BeginsWith, "Reg"),
            ("class is File System", EventClass, Is, "File System"),
            ("tid is 4", Tid, Is, "4"),
            ("Parent PID is 4", ParentPid, Is, "4"),
            (
                "Date & Time less than 1/2/2020 7:00:00 AM",
                DateAndTime,
                LessThan,
                "1/2/2020 7:00:00 AM",
            ),
            ("date and time is 2020-07-31", DateAndTime, Is, "2020-07-31"),
            ("date is 2020-07-31", DateAndTime, Is, "2020-07-31"),
            ("time is 2020-07-31 07:28:59", DateAndTime, Is, "2020-07-31 07:28:59"),
            ("time is 7:28:59 AM", TimeOfDay, Is, "7:28:59 AM"),
            ("time is 07.28.59", TimeOfDay, Is, "07.28.59"),
            ("time of day contains 2020-07-31", TimeOfDay, Contains, "2020-07-31"),
            ("path matches ^C:", Path, Regex, "^C:"),
            (r#"Result is """#, Result, Is, ""),
            (r#"Result is not """#, Result, IsNot, ""),
            (r#"Path is " x""y ""#, Path, Is, r#" x"y "#),
            (r#"Command Line is "a" "b""#, CommandLine, Is, r#""a" "b""#),
            (r#"Command Line begins with "C:\a"#, CommandLine, BeginsWith, r#""C:\a"#),
            (r#"Path is """#, Path, Is, ""),
            (r#"Path is "not""#, Path, Is, "not"),
            ("path is nothing", Path, Is, "nothing"),
        ] {
            let parts = rule(text).unwrap();
            assert_eq!((parts.column, parts.relation), (column, relation), "{text}");
            assert_eq!(parts.value, value, "{text}");
        }
    }

    #[test]
    fn what_was_expected_is_said() {
        for (text, part) in [
            ("", "such as `Path contains MachineKeys`"),
            ("Pathcontains x", "the columns are Time of Day, Process Name, PID"),
            ("foo is x", "short names are process, op, class"),
            ("Path", "no relation after `Path`; the relations are is, is not, less than"),
            ("process name has x", "no relation after `process name`"),
            ("Proces Name is x", "a column (did you mean `Process Name`?); the columns are"),
            ("Path contians x", "after `Path` (did you mean `contains`?); the relations are"),
            ("Path contains", "write \"\" for an empty one"),
            ("Path is not", "write \"\" for an empty one"),
            ("P\u{e4}th is x", "does not begin with a column"),
        ] {
            let error = rule(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
