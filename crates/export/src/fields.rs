//! Which columns a row has besides those that every row has, and what they are called.

use std::collections::HashSet;

use procmonkey_parser::{Column, Columns, push_json_string};

/// What the text of a column becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// The text, and its items with typed values.
    Detail,
    /// A whole number.
    Whole,
    /// A number of seconds.
    Seconds,
    /// `true` or `false`.
    Truth,
}

/// Every column but the two times, which every row has as `datetime` and `local_time`: in the order
/// of the members, with their names. Those from [`FIRST_OF_PROCESS`] on say something of the process.
const FIELDS: [(Column, &str, Kind); 26] = [
    (Column::ProcessName, "process_name", Kind::Text),
    (Column::Pid, "pid", Kind::Whole),
    (Column::Tid, "tid", Kind::Whole),
    (Column::Operation, "operation", Kind::Text),
    (Column::Path, "path", Kind::Text),
    (Column::Result, "result", Kind::Text),
    (Column::Detail, "detail", Kind::Detail),
    (Column::Duration, "duration", Kind::Seconds),
    (Column::RelativeTime, "relative_time", Kind::Text),
    (Column::CompletionTime, "completion_time", Kind::Text),
    (Column::EventClass, "event_class", Kind::Text),
    (Column::Category, "category", Kind::Text),
    (Column::Sequence, "sequence", Kind::Text),
    (Column::ImagePath, "image_path", Kind::Text),
    (Column::CommandLine, "command_line", Kind::Text),
    (Column::ParentPid, "parent_pid", Kind::Whole),
    (Column::User, "user", Kind::Text),
    (Column::AuthenticationId, "authentication_id", Kind::Text),
    (Column::Session, "session", Kind::Whole),
    (Column::Integrity, "integrity", Kind::Text),
    (Column::Architecture, "architecture", Kind::Text),
    (Column::Virtualized, "virtualized", Kind::Truth),
    (Column::ProcessStart, "process_start", Kind::Text),
    (Column::Company, "company", Kind::Text),
    (Column::Description, "description", Kind::Text),
    (Column::Version, "version", Kind::Text),
];

/// The first of the columns that say something of the process; its name and its PID stand in front.
const FIRST_OF_PROCESS: Column = Column::ImagePath;

/// A member that comes from one of Procmon's columns.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) column: Column,
    pub(crate) name: &'static str,
    /// What stands before its value: a comma, its name, and a colon.
    pub(crate) head: Vec<u8>,
    pub(crate) kind: Kind,
    /// Whether all events of a process have the same, as a rule.
    pub(crate) is_of_process: bool,
}

/// The columns among these, or those that were asked for.
pub(crate) fn fields(columns: Option<&Columns>, asked: Option<&[Column]>) -> Vec<Field> {
    let is_wanted = |column: Column| match asked {
        Some(asked) => asked.contains(&column),
        None => columns.is_some_and(|columns| columns.contains(column)),
    };
    let mut is_of_process = false;
    let mut list = Vec::new();
    for (column, name, kind) in FIELDS {
        is_of_process |= column == FIRST_OF_PROCESS;
        if is_wanted(column) {
            let head = format!(",\"{name}\":").into_bytes();
            list.push(Field { column, name, head, kind, is_of_process });
        }
    }
    list
}

/// A column that is not one of Procmon's, or stands there again: its place, and its name as a JSON
/// string.
pub(crate) type Other = (usize, Vec<u8>);

/// The columns that no member of its own stands for. None of two has the same name.
pub(crate) fn others(columns: &Columns) -> Vec<Other> {
    let is_own = |place: usize| {
        columns.known()[place].is_some_and(|column| columns.position(column) == Some(place))
    };
    let mut used: HashSet<String> = HashSet::new();
    let mut others = Vec::new();
    for (place, name) in columns.names().enumerate() {
        if is_own(place) {
            continue;
        }
        let mut free = name.to_string();
        if used.contains(&free) {
            // The place is no other column's.
            free = format!("{name} ({})", place + 1);
        }
        if used.contains(&free) {
            free = format!("column {}", place + 1);
        }
        let mut text = Vec::new();
        push_json_string(&mut text, &free);
        used.insert(free);
        others.push((place, text));
    }
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_one_member() {
        for column in Column::all() {
            let count = FIELDS.iter().filter(|(own, ..)| *own == column).count();
            let is_time = matches!(column, Column::TimeOfDay | Column::DateAndTime);
            assert_eq!(count, usize::from(!is_time), "{column}");
        }
        let names: HashSet<_> = FIELDS.iter().map(|(_, name, _)| name).collect();
        assert_eq!(names.len(), FIELDS.len());
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let columns = Columns::from_headers(["Note", "Path", "Note", "Path", "a\"b"]);
        let names: Vec<_> = others(&columns)
            .into_iter()
            .map(|(place, name)| (place, String::from_utf8(name).expect("UTF-8")))
            .collect();
        let want = [(0, "\"Note\""), (2, "\"Note (3)\""), (3, "\"Path\""), (4, r#""a\"b""#)];
        assert_eq!(names, want.map(|(place, name)| (place, name.to_string())));
    }
}
