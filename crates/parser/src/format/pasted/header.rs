//! Headers of tables: Procmon's names of columns, and the shorter ones that people write.

use super::cells::Cells;
use super::looks::is_blank;
use crate::model::Column;

/// What a table's header says of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// One of Procmon's columns.
    Known(Column),
    /// The number of a row, which is no part of an event.
    RowNumber,
    /// Something that Procmon does not have.
    Other(String),
}

/// Names that stand for a column beside its own.
const SHORT: [(&str, Column); 34] = [
    ("Time", Column::TimeOfDay),
    ("Timestamp", Column::TimeOfDay),
    ("Time stamp", Column::TimeOfDay),
    ("Process", Column::ProcessName),
    ("Proc", Column::ProcessName),
    ("Name", Column::ProcessName),
    ("Image", Column::ProcessName),
    ("Process ID", Column::Pid),
    ("ProcessId", Column::Pid),
    ("Op", Column::Operation),
    ("Oper", Column::Operation),
    ("Res", Column::Result),
    ("Status", Column::Result),
    ("Details", Column::Detail),
    ("Thread", Column::Tid),
    ("Thread ID", Column::Tid),
    ("ThreadId", Column::Tid),
    ("Username", Column::User),
    ("User Name", Column::User),
    ("Account", Column::User),
    ("Date", Column::DateAndTime),
    ("Date and Time", Column::DateAndTime),
    ("Date/Time", Column::DateAndTime),
    ("DateTime", Column::DateAndTime),
    ("Class", Column::EventClass),
    ("Dur", Column::Duration),
    ("Dur.", Column::Duration),
    ("Relative", Column::RelativeTime),
    ("Session ID", Column::Session),
    ("Auth ID", Column::AuthenticationId),
    ("Command", Column::CommandLine),
    ("Cmdline", Column::CommandLine),
    ("Parent", Column::ParentPid),
    ("PPID", Column::ParentPid),
];

/// Names of a column with the number of a row.
const NUMBERS: [&str; 10] =
    ["#", "No", "No.", "Nr", "Nr.", "Row", "Line", "Event", "Number", "Seq"];

/// The column that a name stands for.
pub(super) fn column(name: &str) -> Option<Column> {
    let name = name.trim_matches(is_blank).trim_end_matches(':');
    Column::from_name(name)
        .or_else(|| name.contains('_').then(|| Column::from_element(name))?)
        .or_else(|| SHORT.iter().find(|row| row.0.eq_ignore_ascii_case(name)).map(|row| row.1))
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) headings: Vec<Heading>,
    /// Whether each name is Procmon's own.
    pub(super) is_exact: bool,
}

impl Header {
    /// Reads a row as a header of Procmon's. `None` where it is none: it names too few
    /// of Procmon's columns, or one of them twice.
    pub(super) fn of(cells: &Cells) -> Option<Header> {
        // Most rows are no header, and their first cell shows it.
        if cells.len() < 2 || cells.iter().any(|cell| cell.len() > 40) {
            return None;
        }
        Header::of_names(cells.iter())
    }

    /// Reads a header whose names are parted by blanks, which they hold too.
    pub(super) fn of_words(row: &str) -> Option<Header> {
        if row.len() > 600 {
            return None;
        }
        let words: Vec<&str> = row.split_whitespace().collect();
        let mut names: Vec<String> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest = (1..=4.min(words.len() - at)).rev().find_map(|count| {
                let name = words[at..at + count].join(" ");
                let known = column(&name).is_some() || NUMBERS.contains(&name.as_str());
                known.then_some((count, name))
            });
            let (count, name) = longest?;
            names.push(name);
            at += count;
        }
        let header = Header::of_names(names.iter().map(String::as_str))?;
        (header.headings.len() >= 4).then_some(header)
    }

    fn of_names<'c>(names: impl Iterator<Item = &'c str> + Clone) -> Option<Header> {
        let mut known: Vec<Column> = Vec::new();
        let mut is_exact = true;
        let mut headings = Vec::new();
        for name in names {
            let heading = match column(name) {
                // Which of two `Time` it is cannot be known.
                Some(column) if known.contains(&column) => Heading::Other(name.to_string()),
                Some(column) => {
                    is_exact &= Column::from_name(name).is_some();
                    known.push(column);
                    Heading::Known(column)
                }
                None if NUMBERS.iter().any(|number| number.eq_ignore_ascii_case(name)) => {
                    Heading::RowNumber
                }
                None => Heading::Other(name.to_string()),
            };
            headings.push(heading);
        }
        let has = |column| known.contains(&column);
        let needed = [Column::Path, Column::Result, Column::ProcessName, Column::Detail];
        let others = needed.iter().filter(|column| has(**column)).count();
        let is_ours = has(Column::Operation) && others >= 1;
        let is_partly_ours = others >= 3 && is_exact;
        ((is_ours || is_partly_ours) && known.len() >= headings.len().div_ceil(2))
            .then_some(Header { headings, is_exact })
    }

    /// Where a column stands.
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.headings.iter().position(|heading| *heading == Heading::Known(column))
    }
}

/// Whether a row is the beginning of a header whose names a fixed width has cut.
pub(super) fn is_cut_header(row: &str) -> bool {
    let begins = ["Time of D", "Process N", "Date & T"].iter().any(|name| row.starts_with(name));
    begins && row.contains("PID") && row.contains("Oper") && Header::of_words(row).is_none()
}

#[cfg(test)]
mod tests {
    use super::super::grid;
    use super::*;

    fn header(row: &str) -> Option<Header> {
        let mut cells = Cells::default();
        assert!(grid::tabs(row, &mut cells));
        Header::of(&cells)
    }

    #[test]
    fn names_in_full_and_short_are_known() {
        let exact = header("Time of Day\tProcess Name\tPID\tOperation\tPath\tResult").unwrap();
        assert!(exact.is_exact);
        assert_eq!(exact.position(Column::Operation), Some(3));
        let short = header("#\tTime\tProcess\tPID\tOp\tPath\tResult\tDetails\tNote").unwrap();
        assert!(!short.is_exact);
        assert_eq!(short.headings[0], Heading::RowNumber);
        assert_eq!(short.headings[8], Heading::Other("Note".into()));
        let words = Header::of_words("Time of Day Process Name PID Operation Path Result Detail");
        assert_eq!(words.unwrap().headings.len(), 7);
    }

    #[test]
    fn headers_of_other_tables_are_not_ours() {
        for row in ["Name\tSize\tDate", "Time\tProcess\tCall\tTarget\tStatus", "Path\tResult"] {
            assert_eq!(header(row), None, "{row}");
        }
        assert_eq!(Header::of_words("the process name and its path"), None);
        assert!(is_cut_header("Time of DaProcess NaPID     Operatio Path"));
    }
}
