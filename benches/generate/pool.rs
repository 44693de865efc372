//! The rows that captures are made of: those of the samples and, where there are
//! any, of real captures; and traps.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use procmonkey_parser::{Column, Columns, Input, ReadOptions};

use crate::row::{Row, place};

/// The process that measurements ask for.
pub const PROCESS: &str = "inetinfo.exe";

/// The sample whose server process is followed from its start.
const STORY: &str = "guid-changed.csv";

/// More samples with all columns, for what the other processes do.
const SAMPLES: [&str; 2] = ["first-start.csv", "restart.csv"];

/// What a row is there for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the process does from its start on; once, in this order.
    Story,
    /// What the process does later; any number of times.
    Later,
    /// What other processes do.
    Other,
    /// Another process touches a file whose name is that of the process.
    PathTrap,
    /// A Detail that imitates a whole record of the process.
    RecordTrap,
    /// `MachineGuid` in the Detail, and nowhere else.
    GuidTrap,
}

/// The rows, each with what it is there for, and their columns.
pub struct Pool {
    pub columns: Columns,
    pub rows: Vec<(Kind, Row)>,
}

impl Pool {
    /// Reads the samples, and the CSV exports with all columns in `captures`.
    pub fn gather(captures: Option<OsString>) -> Result<Pool, String> {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
        let (columns, story) = read(&samples.join(STORY), None)?;
        let name = place(&columns, Column::ProcessName);
        let mut rows: Vec<(Kind, Row)> = Vec::new();
        let mut others = Vec::new();
        for row in story {
            if row.field(name) == PROCESS.as_bytes() {
                if goes_on(&row, &columns) {
                    rows.push((Kind::Later, row.clone()));
                }
                rows.push((Kind::Story, row));
            } else {
                others.push(row);
            }
        }
        let mut files: Vec<_> = SAMPLES.iter().map(|sample| samples.join(sample)).collect();
        if let Some(folder) = captures {
            let folder = Path::new(&folder);
            let listed = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            let mut found: Vec<_> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
            found.retain(|path| path.to_string_lossy().to_ascii_lowercase().contains(".csv"));
            found.sort();
            files.extend(found);
        }
        for file in files {
            let (own, found) = read(&file, Some(&columns))?;
            if columns.names().all(|name| own.names().any(|other| other == name)) {
                others
                    .extend(found.into_iter().filter(|row| row.field(name) != PROCESS.as_bytes()));
            }
        }
        traps(&others, &columns, &mut rows);
        rows.extend(others.into_iter().map(|row| (Kind::Other, row)));
        Ok(Pool { columns, rows })
    }
}

/// Whether the process can do this at any time and any number of times without
/// making the report longer.
fn goes_on(row: &Row, columns: &Columns) -> bool {
    let of_its_life = ["Process", "Thread", "Load Image"];
    let operation = place(columns, Column::Operation);
    let path = place(columns, Column::Path);
    !of_its_life.iter().any(|word| row.field(operation).starts_with(word.as_bytes()))
        && !row.holds(path, "crypto")
        && !row.holds(path, "rsaenh")
}

/// Adds the traps, made of rows of other processes.
fn traps(others: &[Row], columns: &Columns, rows: &mut Vec<(Kind, Row)>) {
    let of = |column| place(columns, column);
    let (path, detail, operation) = (of(Column::Path), of(Column::Detail), of(Column::Operation));
    let doing = |name: &'static str| {
        others.iter().filter(move |row| row.field(operation) == name.as_bytes()).take(20)
    };
    for row in doing("CloseFile") {
        let mut trap = row.clone();
        trap.set(path, format!("C:\\Windows\\System32\\inetsrv\\{PROCESS}"));
        rows.push((Kind::PathTrap, trap));
    }
    for row in doing("RegQueryValue") {
        let mut trap = row.clone();
        trap.set(path, "HKLM\\SOFTWARE\\Contoso\\Agent\\LastMessage");
        trap.set(of(Column::Result), "SUCCESS");
        let data = format!(
            "x\",\"y\"\r\n\"9:00:00.0000000 AM\",\"{PROCESS}\",\"4711\",\"RegQueryValue\",\
             \"HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid\",\"SUCCESS\",\"Type: REG_SZ"
        );
        trap.set(detail, text_value(&data));
        rows.push((Kind::RecordTrap, trap.clone()));
        trap.set(detail, text_value("MachineGuid"));
        rows.push((Kind::GuidTrap, trap));
    }
}

/// The Detail of reading a text from the registry.
fn text_value(text: &str) -> String {
    format!("Type: REG_SZ, Length: {}, Data: {text}", 2 * (text.encode_utf16().count() + 1))
}

/// The rows of a CSV export in the order of `columns`, or its own.
fn read(path: &Path, columns: Option<&Columns>) -> Result<(Columns, Vec<Row>), String> {
    let failed = |error: procmonkey_parser::Error| error.to_string();
    let mut input = Input::open(path, &ReadOptions::new()).map_err(failed)?;
    let nothing = || format!("{}: there is nothing in it", path.display());
    let mut capture = input.next_capture().ok_or_else(nothing)?.map_err(failed)?;
    let own = capture.columns().clone();
    let wanted = columns.unwrap_or(&own);
    let mut rows = Vec::new();
    for event in capture.events() {
        rows.push(Row::of(&event.map_err(failed)?, wanted));
    }
    Ok((own, rows))
}
