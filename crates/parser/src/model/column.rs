//! Procmon's columns: their names, and which of them a capture has.

use std::fmt;
use std::sync::Arc;

/// One of the 28 columns that Process Monitor can show and export.
///
/// The name is the header text of a CSV export. The number that Procmon's own
/// configuration files use for a column is [`Column::id`].
///
/// ```
/// use procmonkey_parser::Column;
///
/// assert_eq!(Column::from_name("time of day"), Some(Column::TimeOfDay));
/// assert_eq!(Column::DateAndTime.name(), "Date & Time");
/// assert_eq!(Column::Pid.id(), 40054);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[non_exhaustive]
pub enum Column {
    /// Start of the event, time only, seven digits after the seconds.
    TimeOfDay,
    /// Base name of the process image, such as `inetinfo.exe`.
    ProcessName,
    /// Process id, decimal.
    Pid,
    /// Name of the operation, such as `RegQueryValue`.
    Operation,
    /// File, registry key or value, image, or network end points.
    Path,
    /// Status of the operation as Procmon words it, such as `NAME NOT FOUND`.
    Result,
    /// Parameters of the operation as `Key: value` items.
    Detail,
    /// Start of the event, date and time, whole seconds.
    DateAndTime,
    /// Time since the first event of the capture.
    RelativeTime,
    /// How long the operation took, in seconds with seven digits.
    Duration,
    /// Start plus duration.
    CompletionTime,
    /// `Process`, `Registry`, `File System`, `Profiling` or `Network`.
    EventClass,
    /// Sequence number; always `n/a` in exports.
    Sequence,
    /// Full path of the process image.
    ImagePath,
    /// Company from the image's version resource.
    Company,
    /// Description from the image's version resource.
    Description,
    /// Version from the image's version resource.
    Version,
    /// Account of the process as `DOMAIN\name`.
    User,
    /// Logon session as `hhhhhhhh:llllllll`.
    AuthenticationId,
    /// Terminal Services session number.
    Session,
    /// Command line of the process.
    CommandLine,
    /// Thread id, decimal.
    Tid,
    /// `True`, `False` or `n/a`.
    Virtualized,
    /// Integrity level; localised on Windows that is not English.
    Integrity,
    /// `Read`, `Write`, `Read Metadata`, `Write Metadata` or nothing.
    Category,
    /// Process id of the parent.
    ParentPid,
    /// `32-bit` or `64-bit`.
    Architecture,
    /// Start of the process, formatted as `Date & Time` (newer Procmon).
    ProcessStart,
}

/// Name and Procmon's id of every column, in the order of [`Column`].
const TABLE: [(Column, &str, u32); Column::COUNT] = [
    (Column::TimeOfDay, "Time of Day", 40078),
    (Column::ProcessName, "Process Name", 40053),
    (Column::Pid, "PID", 40054),
    (Column::Operation, "Operation", 40055),
    (Column::Path, "Path", 40071),
    (Column::Result, "Result", 40056),
    (Column::Detail, "Detail", 40057),
    (Column::DateAndTime, "Date & Time", 40052),
    (Column::RelativeTime, "Relative Time", 40076),
    (Column::Duration, "Duration", 40077),
    (Column::CompletionTime, "Completion Time", 40164),
    (Column::EventClass, "Event Class", 40082),
    (Column::Sequence, "Sequence", 40058),
    (Column::ImagePath, "Image Path", 40068),
    (Column::Company, "Company", 40064),
    (Column::Description, "Description", 40065),
    (Column::Version, "Version", 40081),
    (Column::User, "User", 40067),
    (Column::AuthenticationId, "Authentication ID", 40083),
    (Column::Session, "Session", 40069),
    (Column::CommandLine, "Command Line", 40066),
    (Column::Tid, "TID", 40072),
    (Column::Virtualized, "Virtualized", 40084),
    (Column::Integrity, "Integrity", 40085),
    (Column::Category, "Category", 40086),
    (Column::ParentPid, "Parent PID", 40087),
    (Column::Architecture, "Architecture", 40088),
    (Column::ProcessStart, "Process Start", 40178),
];

impl Column {
    /// How many columns are known.
    pub const COUNT: usize = 28;

    /// The seven columns of a fresh Procmon, in its order.
    pub const DEFAULT: [Column; 7] = [
        Column::TimeOfDay,
        Column::ProcessName,
        Column::Pid,
        Column::Operation,
        Column::Path,
        Column::Result,
        Column::Detail,
    ];

    /// Every column, the default ones first.
    pub fn all() -> impl ExactSizeIterator<Item = Column> {
        TABLE.iter().map(|&(column, _, _)| column)
    }

    /// The header text, exactly as Procmon writes it.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// The number of the column in Procmon's PMC and PMF files.
    pub fn id(self) -> u32 {
        TABLE[self as usize].2
    }

    /// The column with this header text, compared without case; surrounding
    /// blanks do not count.
    pub fn from_name(name: &str) -> Option<Column> {
        let name = name.trim();
        TABLE.iter().find(|row| row.1.eq_ignore_ascii_case(name)).map(|row| row.0)
    }

    /// The column with this number in Procmon's PMC and PMF files.
    pub fn from_id(id: u32) -> Option<Column> {
        TABLE.iter().find(|row| row.2 == id).map(|row| row.0)
    }

    /// The column that an XML element stands for. Procmon replaces characters
    /// that a tag cannot hold, so only letters and digits are compared.
    pub(crate) fn from_element(name: &str) -> Option<Column> {
        let squeeze = |text: &str| -> String {
            text.chars()
                .filter(|c| c.is_ascii_alphanumeric())
                .map(|c| c.to_ascii_lowercase())
                .collect()
        };
        let mut wanted = squeeze(name);
        if wanted == "dateamptime" || wanted == "dateandtime" {
            wanted = "datetime".to_string();
        }
        TABLE.iter().find(|row| squeeze(row.1) == wanted).map(|row| row.0)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The columns of one capture, in its order, with the header texts as written.
///
/// A header text that is no column of Procmon's stays in the list with its
/// position, so that nothing of a row is lost when it is written again.
///
/// ```
/// use procmonkey_parser::{Column, Columns};
///
/// let columns = Columns::from_headers(["PID", "Note", "Path"]);
/// assert_eq!(columns.position(Column::Path), Some(2));
/// assert_eq!(columns.position(Column::Tid), None);
/// assert_eq!(columns.names().collect::<Vec<_>>(), ["PID", "Note", "Path"]);
/// ```
#[derive(Clone, Debug, Eq)]
pub struct Columns(Arc<List>);

impl PartialEq for Columns {
    fn eq(&self, other: &Columns) -> bool {
        // A list is compared with itself for every event.
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

#[derive(Debug, PartialEq, Eq)]
struct List {
    headers: Vec<String>,
    known: Vec<Option<Column>>,
    positions: [Option<u16>; Column::COUNT],
}

impl Columns {
    /// The list for these header texts. When a column stands twice, the first
    /// one is the one that [`Columns::position`] finds.
    pub fn from_headers<I>(headers: I) -> Columns
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let headers: Vec<String> = headers.into_iter().map(Into::into).collect();
        let known: Vec<_> = headers.iter().map(|header| Column::from_name(header)).collect();
        let mut positions = [None; Column::COUNT];
        for (position, column) in known.iter().enumerate() {
            if let (Some(column), Ok(position)) = (column, u16::try_from(position)) {
                positions[*column as usize].get_or_insert(position);
            }
        }
        Columns(Arc::new(List { headers, known, positions }))
    }

    /// The list of these known columns.
    pub fn from_known(columns: &[Column]) -> Columns {
        Columns::from_headers(columns.iter().map(|column| column.name()))
    }

    /// Where the column stands in a row, counted from 0.
    pub fn position(&self, column: Column) -> Option<usize> {
        self.0.positions[column as usize].map(usize::from)
    }

    /// Whether the capture has the column.
    pub fn contains(&self, column: Column) -> bool {
        self.0.positions[column as usize].is_some()
    }

    /// The header texts, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.headers.iter().map(String::as_str)
    }

    /// What each position holds: a known column, or `None`.
    pub fn known(&self) -> &[Option<Column>] {
        &self.0.known
    }

    /// How many columns a row has.
    pub fn len(&self) -> usize {
        self.0.headers.len()
    }

    /// Whether there is no column at all.
    pub fn is_empty(&self) -> bool {
        self.0.headers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_the_order_of_the_enum() {
        for (index, (column, name, id)) in TABLE.iter().enumerate() {
            assert_eq!(*column as usize, index);
            assert_eq!(Column::from_name(name), Some(*column));
            assert_eq!(Column::from_id(*id), Some(*column));
        }
    }

    #[test]
    fn elements_are_matched_loosely() {
        assert_eq!(Column::from_element("Time_of_Day"), Some(Column::TimeOfDay));
        assert_eq!(Column::from_element("Date___Time"), Some(Column::DateAndTime));
        assert_eq!(Column::from_element("Date_&_Time"), Some(Column::DateAndTime));
        assert_eq!(Column::from_element("Date_&amp;_Time"), Some(Column::DateAndTime));
        assert_eq!(Column::from_element("ProcessIndex"), None);
    }

    #[test]
    fn a_column_that_stands_twice_is_found_at_its_first_place() {
        let columns = Columns::from_headers(["Path", "PID", "Path"]);
        assert_eq!(columns.position(Column::Path), Some(0));
        assert_eq!(columns.len(), 3);
    }
}
