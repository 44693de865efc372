//! One pasted event while its lines come in.

use super::line::{Field, event_column, process_field, trim_blanks};
use crate::model::{Column, Detail, Position, known_keys};

/// The lines of one event.
#[derive(Debug, Default)]
pub(super) struct Block {
    columns: Vec<(Column, String)>,
    items: Vec<(String, String)>,
    page: Page,
    /// Whether the last line was blank.
    gap: bool,
    pub(super) position: Position,
}

/// Which page of the dialog the lines come from.
#[derive(Debug, Default, PartialEq, Eq)]
enum Page {
    #[default]
    Event,
    Process,
    /// Module list and stack, which are passed over.
    Rest,
}

/// What a block did with a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It belongs to the block.
    Yes,
    /// It begins the next block.
    NextBlock,
    /// It is no part of an event.
    Prose,
}

impl Block {
    /// Whether enough is known to call it an event.
    pub(super) fn is_event(&self) -> bool {
        self.get(Column::Operation).is_some_and(|operation| !operation.is_empty())
            && self.columns.len() >= 2
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    pub(super) fn get(&self, column: Column) -> Option<&str> {
        self.columns.iter().find(|row| row.0 == column).map(|row| row.1.as_str())
    }

    /// The columns other than Detail, in the order of the text.
    pub(super) fn columns(&self) -> impl Iterator<Item = (Column, &str)> {
        self.columns.iter().map(|(column, text)| (*column, text.as_str()))
    }

    /// The detail items as the Detail column has them.
    pub(super) fn detail(&self) -> String {
        let items: Vec<_> =
            self.items.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        items.join(", ")
    }

    pub(super) fn blank_line(&mut self) {
        self.gap = true;
    }

    /// Offers a `Key: value` line.
    pub(super) fn take(&mut self, key: &str, value: &str) -> Taken {
        let after_gap = std::mem::take(&mut self.gap);
        if self.page == Page::Event {
            if let Some(column) = event_column(key) {
                let again = self.get(column).is_some();
                if again && self.is_item(key) {
                    return self.item(key, value);
                }
                if again {
                    return Taken::NextBlock;
                }
                self.columns.push((column, value.to_string()));
                return Taken::Yes;
            }
            if self.is_item(key) || (self.guesses_items() && !after_gap) {
                return self.item(key, value);
            }
        }
        if self.is_event()
            && self.page != Page::Rest
            && (self.page == Page::Process || !after_gap || key != "Path")
            && let Some(field) = process_field(key)
        {
            return self.process_line(field, value);
        }
        match event_column(key) {
            Some(_) => Taken::NextBlock,
            None => Taken::Prose,
        }
    }

    fn process_line(&mut self, field: Field, value: &str) -> Taken {
        match field {
            Field::Modules => self.page = Page::Rest,
            Field::Column(column) if self.page == Page::Process && self.get(column).is_some() => {
                return Taken::NextBlock;
            }
            Field::Column(column) => {
                self.page = Page::Process;
                self.columns.push((column, value.to_string()));
            }
        }
        Taken::Yes
    }

    fn item(&mut self, key: &str, value: &str) -> Taken {
        self.items.push((key.to_string(), value.to_string()));
        Taken::Yes
    }

    /// Whether the operation is known to write this key.
    fn is_item(&self, key: &str) -> bool {
        let Some(operation) = self.get(Column::Operation) else { return false };
        match known_keys(operation) {
            Some(keys) => keys.contains(&key),
            None => {
                operation == "QueryDirectory"
                    && Detail::parse(operation, format!("{key}: ")).get(key).is_some()
            }
        }
    }

    /// Whether nothing is known of the operation's keys, so that any may come.
    fn guesses_items(&self) -> bool {
        self.get(Column::Operation).is_some_and(|operation| known_keys(operation).is_none())
    }

    /// Offers a line without a key: it can continue a value of several lines.
    pub(super) fn continue_value(&mut self, line: &str) -> Taken {
        let after_gap = std::mem::take(&mut self.gap);
        let kind = self.items.iter().find(|item| item.0 == "Type").map(|item| item.1.clone());
        match (self.items.last_mut(), kind.as_deref()) {
            (Some((key, value)), _) if key == "Environment" && line.contains('=') => {
                // As the Detail column has it: carriage return, semicolon, tab.
                value.push_str("\r;\t");
                value.push_str(trim_blanks(line).trim_start_matches(';').trim_start());
                Taken::Yes
            }
            (Some((key, value)), Some("REG_MULTI_SZ")) if key == "Data" && !after_gap => {
                value.push_str(if value.is_empty() { "" } else { ", " });
                value.push_str(trim_blanks(line));
                Taken::Yes
            }
            (Some((key, value)), Some("REG_BINARY")) if key == "Data" && !after_gap => {
                value.push_str(if value.is_empty() { "" } else { " " });
                value.push_str(trim_blanks(line));
                Taken::Yes
            }
            _ => Taken::Prose,
        }
    }
}
