//! What was found in a text, for who reads its events: columns and where they come from,
//! and what of Procmon's is not used.

use std::fmt;
use std::sync::Arc;

use super::cells::Parted;
use crate::model::{Columns, Position};

/// What an event was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The Event tab of Event Properties.
    Properties,
    /// A row, below a header or not.
    Row(Parted, Headed),
    /// An element of an XML export.
    Xml,
}

/// Whether a header says what the cells of a row are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Headed {
    Yes,
    No,
}

/// Events of one origin with the same columns.
#[derive(Clone, Debug)]
struct Group {
    origin: Origin,
    columns: Arc<Columns>,
    events: u64,
    line: u64,
}

/// Something of Procmon's that is no event and belongs to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unused {
    ProcessTab,
    Stack,
    TableWithoutOperation,
    /// A row that may be Procmon's, below a header that is not.
    RowBelowOtherHeader,
}

impl Unused {
    fn noun(self) -> &'static str {
        match self {
            Unused::ProcessTab => "a Process tab that belongs to no event",
            Unused::Stack => "a call stack that belongs to no event",
            Unused::TableWithoutOperation => {
                "a table with Procmon's columns but without Operation, whose rows are not read"
            }
            Unused::RowBelowOtherHeader => {
                "a row like Procmon's, but below a header that is not, so that it may be another \
                 program's"
            }
        }
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    groups: Vec<Group>,
    /// Events of groups for which there is no room.
    others: u64,
    unused: Vec<(Unused, String, Position)>,
    more_unused: u64,
    modules: u64,
    row_numbers: u64,
    /// When processes ended, by their tabs.
    ends: u64,
    /// Where the first `<process>` element of an XML stands.
    process_list: Option<Position>,
    headers: u64,
    /// Lines of a text whose columns a fixed width has cut.
    cut_lines: u64,
}

/// How many groups and things are reported one by one.
const MOST: usize = 12;

impl Found {
    /// Counts an event.
    pub(super) fn count(&mut self, origin: Origin, columns: &Arc<Columns>, position: Position) {
        let same = |group: &Group| {
            group.origin == origin
                && (Arc::ptr_eq(&group.columns, columns) || group.columns == *columns)
        };
        if let Some(group) = self.groups.iter_mut().rev().find(|group| same(group)) {
            group.events += 1;
        } else if self.groups.len() < MOST {
            let line = position.line.unwrap_or(0);
            self.groups.push(Group { origin, columns: Arc::clone(columns), events: 1, line });
        } else {
            self.others += 1;
        }
    }

    /// Takes note of something that is not used.
    pub(super) fn unused(&mut self, what: Unused, name: String, position: Position) {
        match self.unused.len() < MOST {
            true => self.unused.push((what, name, position)),
            false => self.more_unused += 1,
        }
    }

    pub(super) fn modules(&mut self, modules: u64) {
        self.modules += modules;
    }

    /// A number in a row that counts the rows.
    pub(super) fn row_number(&mut self) {
        self.row_numbers += 1;
    }

    /// A Process tab that says when its process ended, for which events have no column.
    pub(super) fn end_of_process(&mut self) {
        self.ends += 1;
    }

    pub(super) fn process_element(&mut self, position: Position) {
        self.process_list.get_or_insert(position);
    }

    pub(super) fn header(&mut self) {
        self.headers += 1;
    }

    pub(super) fn cut_line(&mut self) {
        self.cut_lines += 1;
    }

    /// What the text is that has none of Procmon's events, where that shows.
    pub(super) fn instead_of_events(&self) -> Option<String> {
        if self.cut_lines > 0 {
            return Some(format!(
                "a fixed-width text (such as .prn, or a table made for a terminal) whose cells are \
                 cut or wrapped ({} lines); save it from Procmon again, with File > Save, format CSV",
                self.cut_lines
            ));
        }
        if let Some((what, name, position)) = self.unused.first() {
            let line = position.line.unwrap_or(0);
            return Some(match what {
                Unused::ProcessTab => format!(
                    "the Process tab of Procmon's Event Properties ({name}, line {line}), which is \
                     no event; copy its Event tab, too"
                ),
                Unused::Stack => format!(
                    "a call stack, as the Stack tab of Procmon's Event Properties has it (line \
                     {line}), which is no event; copy the Event tab, too, or save the events \
                     themselves with File > Save, format CSV or XML"
                ),
                Unused::RowBelowOtherHeader => format!(
                    "a table with rows like Procmon's (line {line}) below a header that is not, so \
                     that they may be another program's; if they are Procmon's, copy them without \
                     the header, or with Procmon's names of the columns"
                ),
                Unused::TableWithoutOperation => format!(
                    "a table with the columns {name} (line {line}); without the column Operation \
                     its rows look like those of any program: add it in Procmon (Options > Select \
                     Columns) and copy the rows again"
                ),
            });
        }
        if let Some(position) = self.process_list {
            let line = position.line.unwrap_or(0);
            return Some(format!(
                "the process list of an XML export (from line {line} on) without its events; save \
                 the export again as a whole"
            ));
        }
        (self.headers > 0).then(|| {
            "a header of Procmon's columns without a row below it that can be read (perhaps a \
             fixed-width text, such as .prn, whose cells are cut); copy the rows, too, or save \
             them with File > Save, format CSV"
                .to_string()
        })
    }

    /// What a reader of the events should know, one sentence each.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        // Labels say themselves what is what.
        if self.groups.iter().any(|group| group.origin != Origin::Properties) {
            remarks.extend(self.groups.iter().map(ToString::to_string));
            if self.others > 0 {
                remarks.push(format!("{} events in other forms", self.others));
            }
        }
        for (what, name, position) in &self.unused {
            let name = if name.is_empty() { String::new() } else { format!(" ({name})") };
            let line = position.line.unwrap_or(0);
            remarks.push(format!("not used: line {line}: {}{name}", what.noun()));
        }
        if self.more_unused > 0 {
            remarks.push(format!("not used: {} more such places", self.more_unused));
        }
        for (count, one, many) in [
            (self.modules, "module in a Process tab", "modules in Process tabs"),
            (
                self.ends,
                "time at which a process ended, in a Process tab",
                "times at which processes ended, in Process tabs",
            ),
            (self.row_numbers, "number of a row", "numbers of rows"),
        ] {
            if count > 0 {
                let noun = if count == 1 { one } else { many };
                remarks.push(format!("not used: {count} {noun}"));
            }
        }
        remarks
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (events, line) = (self.events, self.line);
        let from =
            if events == 1 { format!("line {line}") } else { format!("from line {line} on") };
        match self.origin {
            Origin::Properties => {
                let noun = if events == 1 { "event" } else { "events" };
                return write!(f, "{from}: {events} {noun} of Event Properties");
            }
            Origin::Row(parted, headed) => {
                let noun = if events == 1 { "row" } else { "rows" };
                let headed = match headed {
                    Headed::Yes => "with a header",
                    Headed::No => "without a header, its columns recognised by what is in them",
                };
                write!(f, "{from}: {events} {noun} {parted}, {headed}: ")?;
            }
            Origin::Xml => {
                let noun = if events == 1 { "element" } else { "elements" };
                write!(f, "{from}: {events} <event> {noun}: ")?;
            }
        }
        let names: Vec<&str> = self.columns.names().collect();
        f.write_str(&names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Column;

    #[test]
    fn what_was_found_where_is_reported_once() {
        let columns = Arc::new(Columns::from_known(&[Column::Operation, Column::Path]));
        let at = |line| Position::at_byte(0).with_line(line);
        let mut found = Found::default();
        found.count(Origin::Properties, &columns, at(1));
        assert!(found.remarks().is_empty());
        for line in 5..8 {
            found.count(Origin::Row(Parted::Tabs, Headed::No), &columns, at(line));
        }
        let remarks = found.remarks();
        assert_eq!(remarks[0], "line 1: 1 event of Event Properties");
        assert_eq!(
            remarks[1],
            "from line 5 on: 3 rows parted by tabs, without a header, its columns recognised by what \
             is in them: Operation, Path"
        );
        found.unused(Unused::ProcessTab, "a.exe, PID 4".into(), at(9));
        assert!(found.remarks()[2].starts_with("not used: line 9: a Process tab"));
        assert!(found.instead_of_events().unwrap().contains("Process tab"));
    }
}
