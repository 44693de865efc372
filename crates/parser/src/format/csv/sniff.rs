//! Recognises a CSV export of Procmon by its header.

use csv::StringRecord;

use crate::model::Column;

/// The character between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quotes: Quotes,
}

/// What quotes around a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// No part of its text.
    Undone,
    /// A part of it: whoever wrote the table parted texts by tabs and changed nothing.
    Kept,
}

impl Dialect {
    /// Fields with quotes around them where they need some.
    pub(crate) const fn quoted(delimiter: u8) -> Dialect {
        Dialect { delimiter, quotes: Quotes::Undone }
    }
}

/// What the beginning of a text looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// An export of events.
    Events(Dialect),
    /// A table that is not an export of events; the text says what it is.
    OtherTable(String),
    /// Not a table.
    NoTable,
}

/// Procmon writes commas. A spreadsheet may have saved the file with the list separator
/// of its locale, or with tabs.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// How many records are looked at.
const MOST_RECORDS: usize = 500;

/// Looks at the first records.
pub(crate) fn sniff(text: &str) -> Looks {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tables = DELIMITERS.map(|delimiter| (delimiter, first_record(text, delimiter)));
    let known = |record: &StringRecord| {
        record.iter().filter(|field| Column::from_name(field).is_some()).count()
    };
    for (delimiter, record) in &tables {
        let has = |column| record.iter().any(|field| Column::from_name(field) == Some(column));
        let names_events = has(Column::Operation) || has(Column::Path) || has(Column::ProcessName);
        if names_events && (known(record) >= 2 || record.len() == 1) {
            let dialect = Dialect { delimiter: *delimiter, quotes: quotes(text, *delimiter) };
            return match is_strict(text, dialect, record) {
                true => Looks::Events(dialect),
                false => Looks::NoTable,
            };
        }
    }
    match tables.into_iter().max_by_key(|(_, record)| record.len()) {
        Some((delimiter, header)) => what_table(text, delimiter, &header),
        None => Looks::NoTable,
    }
}

/// Whether quotes in a table that is parted by tabs are a part of its texts: one stands in
/// a field without quotes around it, or is closed inside of one, or never in its row.
fn quotes(text: &str, delimiter: u8) -> Quotes {
    if delimiter != b'\t' {
        return Quotes::Undone;
    }
    let columns = text.lines().next().map_or(0, |header| header.split('\t').count());
    let is_row = |line: &str| line.split('\t').count() == columns;
    let mut rest = text;
    while !rest.is_empty() {
        let Some(quoted) = rest.strip_prefix('"') else {
            let end = rest.find(['\t', '\n']).unwrap_or(rest.len());
            if rest[..end].contains('"') {
                return Quotes::Kept;
            }
            rest = rest.get(end + 1..).unwrap_or_default();
            continue;
        };
        let end = closing_quote(quoted);
        let field = &quoted[..end.unwrap_or(quoted.len())];
        // A field with several lines holds no whole row.
        let swallows = field.lines().skip(1).any(is_row);
        let behind = end.map_or("", |end| &quoted[end + 1..]);
        if swallows || !(behind.is_empty() || behind.starts_with(['\t', '\r', '\n'])) {
            return Quotes::Kept;
        }
        rest = behind.trim_start_matches('\r').get(1..).unwrap_or_default();
    }
    Quotes::Undone
}

/// Where a quoted field ends: at a quote that is not doubled.
fn closing_quote(field: &str) -> Option<usize> {
    let bytes = field.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Whether a text that begins with a header is a table throughout: other text that
/// stands in it or behind it would be lost.
fn is_strict(text: &str, dialect: Dialect, header: &StringRecord) -> bool {
    // Marks of a mail or of Markdown stand in front of each line of it, too.
    let first = header.get(0).unwrap_or_default();
    let bare = first.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end_matches('"');
    if bare.len() < first.len() && Column::from_name(bare).is_some() {
        return false;
    }
    let mut reader = reader(text, dialect);
    let mut record = StringRecord::new();
    let is_quoted = text.starts_with('"');
    for _ in 0..MOST_RECORDS {
        let Ok(true) = reader.read_record(&mut record) else { return true };
        let begin = record.position().map_or(0, csv::Position::byte) as usize;
        let raw = text.get(begin..).unwrap_or_default().trim_start_matches(['\r', '\n']);
        // The last record may be cut, and so may the text be that was looked at.
        let line_end = raw.find(['\r', '\n']);
        if line_end.is_none() && reader.position().byte() as usize >= text.len() {
            return record.len() == header.len() || dialect.delimiter != b'\t' || !is_prose(raw);
        }
        let raw = &raw[..line_end.unwrap_or(raw.len())];
        let fits = match record.len() == header.len() {
            // One column without quotes can be any text.
            true => header.len() > 1 || is_quoted || begin == 0 || Column::from_name(raw).is_none(),
            false => match dialect.delimiter {
                b'\t' => false,
                _ => raw.starts_with('"') || !is_prose(raw),
            },
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Whether a line is no part of a row: it has words and no quotes.
fn is_prose(line: &str) -> bool {
    let is_fence = line.starts_with("```") || line.starts_with("~~~");
    let words =
        line.split_whitespace().filter(|word| word.starts_with(char::is_alphabetic)).count();
    is_fence || (!line.contains('"') && (words >= 2 || line.contains(":\t")))
}

fn what_table(text: &str, delimiter: u8, header: &StringRecord) -> Looks {
    let has = |name: &str| header.iter().any(|field| field.trim().eq_ignore_ascii_case(name));
    if has("Module") && (has("Frame") || has("Location")) && has("Address") {
        let what = "a call stack saved as CSV from Procmon's Event Properties; \
                    save the events themselves with File > Save, format CSV";
        return Looks::OtherTable(what.into());
    }
    if header.len() < 3 || !is_table(text, delimiter, header) {
        return Looks::NoTable;
    }
    let names: Vec<_> = header.iter().take(6).map(str::trim).collect();
    let (what, part) = match delimiter {
        b'\t' => (
            "a table parted by tabs, without a header of Procmon's columns; its first line is",
            " | ",
        ),
        _ => ("a CSV without Procmon's columns; its header is", ", "),
    };
    Looks::OtherTable(format!("{what} {}", names.join(part)))
}

/// Whether the lines of a text have as many fields as its first one, and the first one
/// has names: a line of prose has commas too.
fn is_table(text: &str, delimiter: u8, header: &StringRecord) -> bool {
    let line = text.lines().next().unwrap_or("");
    let is_short = |field: &str| {
        field.len() <= 40
            && !field.ends_with(['.', '!', '?'])
            && !field.contains(": ")
            && field.split_whitespace().count() <= 4
    };
    if !line.starts_with('"') && !header.iter().all(is_short) {
        return false;
    }
    // Prose puts a blank behind a comma.
    let looks_like_prose = delimiter == b',' && line.contains(", ");
    let needed = if looks_like_prose { 3 } else { 1 };
    let mut reader = reader(text, Dialect::quoted(delimiter));
    let mut record = StringRecord::new();
    let mut same = 0;
    while let Ok(true) = reader.read_record(&mut record) {
        if record.len() != header.len() {
            break;
        }
        same += 1;
        if same > needed {
            return true;
        }
    }
    false
}

fn reader(text: &str, dialect: Dialect) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .quoting(dialect.quotes == Quotes::Undone)
        .from_reader(text.as_bytes())
}

fn first_record(text: &str, delimiter: u8) -> StringRecord {
    let mut record = StringRecord::new();
    match reader(text, Dialect::quoted(delimiter)).read_record(&mut record) {
        Ok(_) => record,
        Err(_) => StringRecord::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(text: &str) -> String {
        match sniff(text) {
            Looks::OtherTable(what) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_export_is_known_by_its_header() {
        let comma = Looks::Events(Dialect::quoted(b','));
        assert_eq!(sniff("\"Time of Day\",\"Process Name\",\"PID\"\r\n"), comma);
        assert_eq!(sniff("PID,TID,Path\n1,2,3\n"), comma);
        assert_eq!(sniff("Path;Result;Detail\n"), Looks::Events(Dialect::quoted(b';')));
        assert_eq!(sniff("Path\tResult\n"), Looks::Events(Dialect::quoted(b'\t')));
        assert_eq!(sniff("\"Path\"\r\n\"Result\"\r\n"), comma);
    }

    #[test]
    fn damaged_records_do_not_make_a_table_something_else() {
        let comma = Looks::Events(Dialect::quoted(b','));
        for rest in
            ["\"only\"\r\n\"a\",\"b\"\r\n", "\"a\",\"b\r\n", "\"a\",\"b\"\r\n\"c", "7,x,9\r\n"]
        {
            assert_eq!(sniff(&format!("\"PID\",\"Path\"\r\n{rest}")), comma, "{rest}");
        }
    }

    #[test]
    fn a_table_with_other_text_behind_it_is_none() {
        for text in [
            "Time of Day\tProcess Name\tPath\n1\ta\tC:\\a\n\nWhat can I do?\n",
            "Time of Day\tProcess Name\tPath\n1\ta\n",
            "\"PID\",\"Path\"\n\"1\",\"C:\\a\"\nThanks for looking at it.\n",
            "\"PID\",\"Path\"\n\"1\",\"C:\\a\"\n```\n",
            "> PID,Path\n> 1,C:\\a\n",
            "- \"PID\",\"Path\"\n- \"1\",\"C:\\a\"\n",
            "Operation\nReadFile\nResult\nSUCCESS\n",
        ] {
            assert_eq!(sniff(text), Looks::NoTable, "{text}");
        }
    }

    #[test]
    fn quotes_of_texts_that_were_only_parted_by_tabs_are_kept() {
        let kept = Looks::Events(Dialect { delimiter: b'\t', quotes: Quotes::Kept });
        let header = "PID\tPath\tCommand Line\n";
        assert_eq!(sniff(&format!("{header}1\tC:\\a\t\"C:\\a\" -x\n")), kept);
        assert_eq!(sniff(&format!("{header}1\tC:\\a\t\"C:\\a -x\n2\tb\tc\n")), kept);
        let undone = Looks::Events(Dialect::quoted(b'\t'));
        assert_eq!(sniff(&format!("{header}1\tC:\\a\t\"\"\"C:\\a\"\" -x\"\n")), undone);
        assert_eq!(sniff(&format!("{header}1\tC:\\a\t\"a\nb\"\n")), undone);
    }

    #[test]
    fn other_tables_are_told_apart() {
        assert!(
            other("\"Frame\",\"Module\",\"Location\",\"Address\",\"Path\"\n")
                .contains("call stack")
        );
        assert!(other("Date,Open,High,Low\n1,2,3,4\n").contains("Date, Open, High, Low"));
        assert!(other("Date\tOpen\tHigh\n1\t2\t3\n").contains("parted by tabs"));
    }

    #[test]
    fn prose_is_no_table() {
        for text in [
            "Hello, today I thought of this, that, and more.\n",
            "Hello, I have a problem, please help, thanks\nIt began, I think, on Monday, at noon\n",
            "Date,Open,High\n",
            "",
        ] {
            assert_eq!(sniff(text), Looks::NoTable, "{text}");
        }
    }
}
