//! The Event tab of Procmon's Event Properties: one event, a label and a value on each line.

use std::borrow::Cow;

use super::header;
use super::labels::{Labelled, event_column, process_column};
use super::looks::{is_blank, is_path, is_program};
use super::markdown::unescape_path;
use super::values::Values;
use super::vocabulary::{is_operation, is_result, is_result_like};
use crate::model::{Column, Position, known_keys};

/// What a piece did with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It belongs to the piece.
    Yes,
    /// It is no part of it: the piece has ended.
    No,
}

/// A label: a column, or an item of the detail.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Column(Column),
    Item(Cow<'static, str>),
}

/// The lines of one event.
#[derive(Debug, Default)]
pub(super) struct Properties {
    values: Values<Key>,
    /// Whether the last line was blank.
    gap: bool,
    /// Whether the labels are the names of columns, as a list of all of them has.
    is_list: bool,
    pub(super) position: Position,
}

/// What the lines of an event came to.
#[derive(Debug)]
pub(super) enum Ended<'t> {
    /// An event: its columns in the order of the text, and its detail at the end.
    Event(Vec<(Column, Cow<'t, str>)>),
    /// It has the labels of one, but this is wrong with it.
    Broken(String),
    /// Nothing of Procmon's.
    Nothing,
}

/// Whether a label can begin an event.
pub(super) fn begins(line: Labelled<'_>) -> bool {
    // Procmon has no label `Process`, but people write it.
    let is_process = line.key == "Process" && is_program(line.value);
    is_process || event_column(line.key).is_some() || Column::from_name(line.key).is_some()
}

impl Properties {
    pub(super) fn new(position: Position) -> Properties {
        Properties { position, ..Properties::default() }
    }

    /// An event without lines, in the memory of one that has ended.
    pub(super) fn again(mut self, position: Position) -> Properties {
        self.values.clear();
        let _ = self.values.take_dropped();
        Properties { values: self.values, ..Properties::new(position) }
    }

    /// An event whose first labels were taken for those of a Process tab.
    pub(super) fn with_columns(columns: Vec<(Column, String)>, position: Position) -> Properties {
        let mut event = Properties::new(position);
        for (column, value) in columns {
            event.values.push(Key::Column(column), &value);
        }
        event
    }

    fn get(&self, column: Column) -> Option<&str> {
        self.values.get(&Key::Column(column))
    }

    pub(super) fn blank_line(&mut self) {
        self.gap = true;
    }

    /// How many of the last lines turned out to be prose since the last call.
    pub(super) fn take_dropped(&mut self) -> usize {
        self.values.take_dropped()
    }

    /// Nothing more follows: what is held is prose.
    pub(super) fn drop_held(&mut self) {
        self.values.drop_held();
    }

    /// Offers a line with a label.
    pub(super) fn take_labelled(&mut self, line: Labelled<'_>) -> Taken {
        let after_gap = std::mem::take(&mut self.gap);
        if after_gap {
            self.values.drop_held();
        }
        if let Some(column) = self.column(line.key) {
            let again = self.get(column).is_some();
            // Some labels are those of a column and of a detail's item.
            if again && self.item(line.key).is_none() {
                return Taken::No;
            }
            if !again {
                self.is_list |= matches!(column, Column::TimeOfDay | Column::ProcessName);
                self.values.push(Key::Column(column), line.value);
                return Taken::Yes;
            }
        }
        if let Some(item) = self.item(line.key) {
            self.values.push(Key::Item(item), line.value);
            return Taken::Yes;
        }
        // The labels of the Process tab begin the next piece.
        if process_column(line.key).is_some() || line.key.eq_ignore_ascii_case("Modules") {
            return Taken::No;
        }
        let is_new_item = !after_gap
            && self.get(Column::Operation).is_some()
            && line.key.starts_with(|c: char| c.is_ascii_uppercase());
        if is_new_item && (line.has_tab || self.knows_no_items()) {
            self.values.push(Key::Item(line.key.to_string().into()), line.value);
            return Taken::Yes;
        }
        Taken::No
    }

    /// The column that a label stands for here.
    fn column(&self, key: &str) -> Option<Column> {
        // A list of all columns has those of the process too; elsewhere they are the
        // Process tab's, once the event is there.
        let in_list = self.is_list || self.get(Column::Operation).is_none();
        event_column(key).or_else(|| (in_list && is_name(key)).then(|| header::column(key))?)
    }

    /// The label as the operation is known to write it, if it is.
    fn item(&self, key: &str) -> Option<Cow<'static, str>> {
        let operation = self.get(Column::Operation)?;
        match known_keys(operation) {
            Some(keys) => keys.iter().find(|known| **known == key).map(|known| (*known).into()),
            // Entries of a listing are numbered.
            None if operation == "QueryDirectory" => {
                let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
                let is_known = is_number || matches!(key, "Filter" | "FileInformationClass");
                is_known.then(|| key.to_string().into())
            }
            None => None,
        }
    }

    /// Whether nothing is known of the operation's items, so that any may come.
    fn knows_no_items(&self) -> bool {
        self.get(Column::Operation).is_some_and(|operation| known_keys(operation).is_none())
    }

    /// Offers a line without a label that is known: it may be a part of the last value.
    pub(super) fn take_other(&mut self, line: &str) -> Taken {
        let after_gap = std::mem::take(&mut self.gap);
        let is_type = |key: &Key| matches!(key, Key::Item(key) if key == "Type");
        let kind = self.values.iter().find(|row| is_type(row.0)).map(|row| row.1.to_string());
        let wants_value = self.values.wants_value();
        let Some((key, value)) = self.values.last() else { return Taken::No };
        let text = line.trim_matches(is_blank);
        match (key, kind.as_deref()) {
            (Key::Item(key), _) if key == "Environment" && line.contains('=') => {
                // As the Detail column has it: carriage return, semicolon, tab.
                value.push_str("\r;\t");
                value.push_str(text.trim_start_matches(';').trim_start());
                Taken::Yes
            }
            (Key::Item(key), Some("REG_MULTI_SZ")) if key == "Data" && !after_gap => {
                value.push_str(if value.is_empty() { "" } else { ", " });
                value.push_str(text);
                Taken::Yes
            }
            (Key::Item(key), Some("REG_BINARY")) if key == "Data" && !after_gap => {
                value.push_str(if value.is_empty() { "" } else { " " });
                value.push_str(text);
                Taken::Yes
            }
            (Key::Column(Column::Path), _) if wants_value => match is_path(text) {
                true => self.hold(text),
                false => Taken::No,
            },
            (Key::Column(Column::Operation | Column::Result), _) if wants_value => {
                match is_operation(text) || is_result(text) {
                    true => self.hold(text),
                    false => Taken::No,
                }
            }
            _ if after_gap => Taken::No,
            // A list of columns is cut at the width of a window, wherever that is.
            _ if self.is_list && line.starts_with("          ") => {
                value.push_str(text);
                Taken::Yes
            }
            _ => self.hold(text),
        }
    }

    fn hold(&mut self, text: &str) -> Taken {
        match self.values.hold(text) {
            true => Taken::Yes,
            false => Taken::No,
        }
    }

    /// Whether a path is all that there is: the next line shows whose.
    pub(super) fn lone_path(&self) -> Option<&str> {
        (self.values.len() == 1).then(|| self.get(Column::Path)).flatten()
    }

    /// Ends the event.
    pub(super) fn finish(&self) -> Ended<'_> {
        let operation = self.get(Column::Operation).unwrap_or_default();
        if operation.is_empty() || self.values.len() < 2 {
            return Ended::Nothing;
        }
        let class = self.get(Column::EventClass).unwrap_or_default();
        let has_class =
            ["Registry", "File System", "Process", "Network", "Profiling", "IPC"].contains(&class);
        let result = self.get(Column::Result);
        let has_result = result.is_some_and(is_result);
        let has_path = self.get(Column::Path).is_some_and(|path| is_path(&unescape_path(path)));
        let result_fits = result.is_none_or(|text| text.is_empty() || is_result_like(text));
        if is_operation(operation) {
            // Nobody else has these classes: whatever the result is, it is one.
            return match has_class || has_result || (has_path && result_fits) {
                true => Ended::Event(self.columns()),
                false => Ended::Nothing,
            };
        }
        // A newer Procmon may have more operations: these labels are nobody else's.
        match has_class && has_result {
            true if self.get(Column::DateAndTime).is_some() => Ended::Event(self.columns()),
            true => Ended::Broken(format!("`{operation}` is not an operation of Procmon's")),
            false => Ended::Nothing,
        }
    }

    fn columns(&self) -> Vec<(Column, Cow<'_, str>)> {
        let mut columns = Vec::with_capacity(self.values.len() + 1);
        let (mut own, mut items) = (None, String::new());
        for (key, value) in self.values.iter() {
            match key {
                // It stands last, wherever the text has it.
                Key::Column(Column::Detail) => own = Some(unescape_path(value)),
                Key::Column(Column::Path) => columns.push((Column::Path, unescape_path(value))),
                Key::Column(column) => columns.push((*column, Cow::Borrowed(value))),
                Key::Item(key) => {
                    items.push_str(if items.is_empty() { "" } else { ", " });
                    items.push_str(key);
                    items.push_str(": ");
                    items.push_str(value);
                }
            }
        }
        columns.push((Column::Detail, own.unwrap_or(Cow::Owned(items))));
        columns
    }
}

/// Whether a label is the name of a column that a list may have, as Procmon or as
/// PowerShell writes it.
fn is_name(key: &str) -> bool {
    Column::from_name(key).is_some() || matches!(key, "Process" | "Details")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Vec<(Column, String)> {
        match piece(text).finish() {
            Ended::Event(columns) => {
                columns.into_iter().map(|row| (row.0, row.1.into_owned())).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    fn piece(text: &str) -> Properties {
        let mut piece = Properties::new(Position::at_byte(0));
        for line in text.lines() {
            if line.is_empty() {
                piece.blank_line();
            } else if Labelled::of(line).is_none_or(|line| piece.take_labelled(line) == Taken::No) {
                let _ = piece.take_other(line);
            }
        }
        piece
    }

    const CLASSIC: &str = "Date & Time:\t05-03-2026 06:59:15 PM\nEvent Class:\tRegistry\n\
        Operation:\tRegQueryValue\nResult:\tSUCCESS\nPath:\tHKLM\\SOFTWARE\\X\\MachineGuid\n\
        TID:\t4844\nDuration:\t0.0000042\nType:\tREG_SZ\nLength:\t74\n\nData:\tabc\n";

    #[test]
    fn a_classic_event_gives_its_columns_and_its_detail() {
        let columns = columns(CLASSIC);
        assert_eq!(columns[0], (Column::DateAndTime, "05-03-2026 06:59:15 PM".into()));
        assert_eq!(columns[5], (Column::Tid, "4844".into()));
        assert_eq!(columns[7], (Column::Detail, "Type: REG_SZ, Length: 74, Data: abc".into()));
    }

    #[test]
    fn a_list_of_all_columns_is_an_event() {
        let columns = columns(
            "Time of Day  : 6:59:13.0390001 PM\nProcess Name : inetinfo.exe\nPID          : 5236\n\
             Operation    : ReadFile\nPath         : C:\\a\nResult       : SUCCESS\n\
             Detail       : Offset: 0, Length: 8\nUser         : NT AUTHORITY\\SYSTEM\n",
        );
        let names: Vec<&str> = columns.iter().map(|row| row.0.name()).collect();
        assert_eq!(names[..3], ["Time of Day", "Process Name", "PID"]);
        assert_eq!(columns[6], (Column::User, "NT AUTHORITY\\SYSTEM".into()));
        assert_eq!(columns[7], (Column::Detail, "Offset: 0, Length: 8".into()));
    }

    #[test]
    fn labels_of_other_programs_are_no_event() {
        for text in [
            "Operation: Install\nResult: failed\nPath: x\n",
            "Operation: ReadFile\n",
            "Operation: ReadFile\nResult: it worked\n",
            "Path: C:\\a\nResult: SUCCESS\n",
        ] {
            assert!(matches!(piece(text).finish(), Ended::Nothing), "{text}");
        }
        let newer = CLASSIC.replace("RegQueryValue", "RegFutureKey");
        assert!(matches!(piece(&newer).finish(), Ended::Event(_)));
    }
}
