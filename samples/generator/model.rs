//! What a capture is made of, before it is written in any file format.

/// Ticks of 100 nanoseconds since 1601-01-01, the way Windows counts time.
pub type Ticks = u64;

/// One second in ticks.
pub const SECOND: Ticks = 10_000_000;
/// One millisecond in ticks.
pub const MILLI: Ticks = 10_000;

/// One entry of the process table.
#[derive(Clone, Debug)]
pub struct Process {
    pub pid: u32,
    /// Position of the parent in the process table.
    pub parent: usize,
    pub name: &'static str,
    pub image: &'static str,
    pub command: &'static str,
    pub account: Account,
    pub session: u32,
    pub is_64bit: bool,
    pub company: &'static str,
    pub description: &'static str,
    pub version: &'static str,
    pub started: Ticks,
    /// Zero while the process is still running, as Procmon writes it.
    pub finished: Ticks,
}

/// Who a process runs as.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    pub user: &'static str,
    pub logon: &'static str,
    pub integrity: Integrity,
}

/// The integrity levels that occur in the samples.
#[derive(Clone, Copy, Debug)]
pub enum Integrity {
    None,
    High,
    System,
}

/// The event class column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Process,
    Registry,
    FileSystem,
    Network,
}

impl Class {
    /// The text that Procmon shows for the class.
    pub fn text(self) -> &'static str {
        match self {
            Class::Process => "Process",
            Class::Registry => "Registry",
            Class::FileSystem => "File System",
            Class::Network => "Network",
        }
    }
}

/// One value of the Detail column. Numbers and dates stay unformatted here, because their text
/// depends on the language of the machine that exports the capture.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    /// A number that Procmon writes with a grouping mark.
    Number(u64),
    Date(Ticks),
    /// The variables of a Process Start event.
    Environment(Vec<String>),
}

/// One `Key: value` of the Detail column.
#[derive(Clone, Debug)]
pub struct Item {
    pub key: String,
    pub value: Value,
}

/// The Detail column.
pub type Detail = Vec<Item>;

/// A detail item whose value is shown as it is.
pub fn text(key: &str, value: impl Into<String>) -> Item {
    Item { key: key.to_owned(), value: Value::Text(value.into()) }
}

/// A detail item with a grouped number.
pub fn number(key: &str, value: u64) -> Item {
    Item { key: key.to_owned(), value: Value::Number(value) }
}

/// A detail item with a date.
pub fn date(key: &str, value: Ticks) -> Item {
    Item { key: key.to_owned(), value: Value::Date(value) }
}

/// One captured event.
#[derive(Clone, Debug)]
pub struct Event {
    pub time: Ticks,
    /// Absent while the operation is still pending; Result is then empty too.
    pub duration: Option<Ticks>,
    pub process: usize,
    pub tid: u32,
    pub class: Class,
    pub operation: &'static str,
    pub path: String,
    pub result: &'static str,
    pub detail: Detail,
    /// Why the row matters to the lesson; empty for all the others.
    pub note: &'static str,
}

impl Event {
    /// The Category column, which Procmon derives from the operation.
    pub fn category(&self) -> &'static str {
        let has = |key: &str, wanted: &[&str]| {
            self.detail.iter().any(|item| {
                item.key == key
                    && matches!(&item.value, Value::Text(text) if wanted.contains(&text.as_str()))
            })
        };
        match self.operation {
            "WriteFile" | "RegSetValue" => "Write",
            "CreateFile" if has("Disposition", &["Create"]) => "Write",
            "CreateFile"
                if has("Disposition", &["OpenIf", "OverwriteIf"])
                    && has("OpenResult", &["Created"]) =>
            {
                "Write"
            }
            "RegCreateKey" if has("Disposition", &["REG_CREATED_NEW_KEY"]) => "Write",
            "ReadFile" | "RegOpenKey" | "RegCreateKey" | "RegQueryKey" | "RegQueryValue"
            | "RegEnumKey" | "RegEnumValue" => "Read",
            "NotifyChangeDirectory" => "Read Metadata",
            "FileSystemControl" if has("Control", &["FSCTL_READ_FILE_USN_DATA"]) => "Read Metadata",
            "RegSetInfoKey" => "Write Metadata",
            operation if operation.starts_with("Query") => "Read Metadata",
            operation if operation.starts_with("Set") => "Write Metadata",
            _ => "",
        }
    }
}

/// A whole capture: the process table and the events in time order.
#[derive(Debug)]
pub struct Trace {
    pub processes: Vec<Process>,
    pub events: Vec<Event>,
}
