//! Is this text a CSV export of Procmon, and if not, what does it look like?

use csv::StringRecord;

use crate::model::Column;
use crate::time::parse_time_of_day;

/// How the fields of a CSV are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
}

/// What the beginning of a text looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// An export of events.
    Events(Dialect),
    /// A table, but none that can be read; the text says which.
    OtherTable(String),
    /// No table.
    NoTable,
}

/// Procmon writes commas; a spreadsheet may have saved the file with the list
/// separator of its locale, or with tabs.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Looks at the first record.
pub(crate) fn sniff(text: &str) -> Looks {
    let tables = DELIMITERS.map(|delimiter| (delimiter, first_record(text, delimiter)));
    let known = |record: &StringRecord| {
        record.iter().filter(|field| Column::from_name(field).is_some()).count()
    };
    for (delimiter, record) in &tables {
        let has = |column| record.iter().any(|field| Column::from_name(field) == Some(column));
        let names_events = has(Column::Operation) || has(Column::Path) || has(Column::ProcessName);
        if names_events && (known(record) >= 2 || record.len() == 1) {
            return Looks::Events(Dialect { delimiter: *delimiter });
        }
    }
    let Some((_, widest)) = tables.into_iter().max_by_key(|(_, record)| record.len()) else {
        return Looks::NoTable;
    };
    what_table(text, &widest)
}

fn what_table(text: &str, header: &StringRecord) -> Looks {
    let has = |name: &str| header.iter().any(|field| field.trim().eq_ignore_ascii_case(name));
    if has("Module") && (has("Frame") || has("Location")) && has("Address") {
        let what = "a call stack saved as CSV from Procmon's Event Properties; \
                    save the events themselves with File > Save, format CSV";
        return Looks::OtherTable(what.into());
    }
    let line = text.lines().next().unwrap_or("");
    if header.len() == 1 && line.contains("Process Name") && line.contains("Operation") {
        let what = "a fixed-width text (.prn) of Procmon rows, whose columns are cut; \
                    export again from Procmon as CSV";
        return Looks::OtherTable(what.into());
    }
    if header.len() < 3 {
        return Looks::NoTable;
    }
    if header.iter().any(|field| parse_time_of_day(field).is_some()) {
        let what = "rows of a Procmon CSV whose header line is missing; \
                    put the header back, such as \"Time of Day\",\"Process Name\",\"PID\",\
                    \"Operation\",\"Path\",\"Result\",\"Detail\"";
        return Looks::OtherTable(what.into());
    }
    // A line of prose has commas too; a header is quoted, or made of short names.
    let is_header = line.starts_with('"')
        || header
            .iter()
            .all(|field| field.len() <= 30 && !field.ends_with('.') && !field.contains(": "));
    if !is_header {
        return Looks::NoTable;
    }
    let names: Vec<_> = header.iter().take(6).collect();
    Looks::OtherTable(format!(
        "a CSV without Procmon's columns; its header is {}",
        names.join(", ")
    ))
}

fn first_record(text: &str, delimiter: u8) -> StringRecord {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(_) => record,
        Err(_) => StringRecord::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        match sniff(text) {
            Looks::OtherTable(what) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_export_is_known_by_its_header() {
        let comma = Looks::Events(Dialect { delimiter: b',' });
        assert_eq!(sniff("\"Time of Day\",\"Process Name\",\"PID\"\r\n"), comma);
        assert_eq!(sniff("PID,TID,Path\n1,2,3\n"), comma);
        assert_eq!(sniff("Path;Result;Detail\n"), Looks::Events(Dialect { delimiter: b';' }));
        assert_eq!(sniff("Path\tResult\n"), Looks::Events(Dialect { delimiter: b'\t' }));
    }

    #[test]
    fn other_tables_are_told_apart() {
        assert!(
            refusal("\"Frame\",\"Module\",\"Location\",\"Address\",\"Path\"\n")
                .contains("call stack")
        );
        assert!(refusal("Time of Day    Process Name   PID  Operation   Path\n").contains(".prn"));
        assert!(
            refusal("\"7:19:37.0147934 AM\",\"a.exe\",\"35\",\"ReadFile\"\n")
                .contains("header line")
        );
        assert!(refusal("Date,Open,High,Low\n1,2,3,4\n").contains("Date, Open, High, Low"));
    }

    #[test]
    fn prose_is_no_table() {
        assert_eq!(sniff("Hello, today I thought of this, that, and more.\n"), Looks::NoTable);
        assert_eq!(sniff(""), Looks::NoTable);
    }
}
