//! The same rows in every shape in which people paste them.

use procmonkey_parser::Column;

/// One row: the default columns.
pub(crate) type Row = [String; 7];

/// A shape: its name, how rows become a text, and which columns it has.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) write: fn(&[Row]) -> Vec<String>,
    pub(crate) columns: &'static [Column],
}

pub(crate) const NAMES: [&str; 7] =
    ["Time of Day", "Process Name", "PID", "Operation", "Path", "Result", "Detail"];

const ALL: &[Column] = &Column::DEFAULT;
/// The dialog does not name the process.
const DIALOG: &[Column] = &[Column::Operation, Column::Path, Column::Result, Column::Detail];
const NO_TIME: &[Column] =
    &[Column::ProcessName, Column::Operation, Column::Path, Column::Result, Column::Detail];

pub(crate) const SHAPES: [Shape; 27] = [
    Shape { name: "CSV with header", write: |rows| csv(rows, &NAMES, ','), columns: ALL },
    Shape {
        name: "CSV without header",
        write: |rows| skip_header(csv(rows, &NAMES, ',')),
        columns: ALL,
    },
    Shape { name: "CSV in another order", write: other_order, columns: ALL },
    Shape {
        name: "CSV with semicolons",
        write: |rows| skip_header(csv(rows, &NAMES, ';')),
        columns: ALL,
    },
    Shape { name: "CSV of a spreadsheet", write: spreadsheet, columns: ALL },
    Shape { name: "grid", write: |rows| parted(rows, "\t", &[]), columns: ALL },
    Shape { name: "grid with header", write: |rows| parted(rows, "\t", &NAMES), columns: ALL },
    Shape { name: "grid in spaces", write: |rows| parted(rows, "    ", &[]), columns: ALL },
    Shape {
        name: "grid in two blanks, with header",
        write: |rows| parted(rows, "  ", &NAMES),
        columns: ALL,
    },
    Shape { name: "grid in single blanks", write: |rows| parted(rows, " ", &[]), columns: ALL },
    Shape {
        name: "grid in single blanks, with header",
        write: |rows| parted(rows, " ", &NAMES),
        columns: ALL,
    },
    Shape { name: "grid with TID before the process", write: tid_first, columns: ALL },
    Shape { name: "grid with user behind", write: user_behind, columns: ALL },
    Shape { name: "grid with row numbers", write: numbered, columns: ALL },
    Shape { name: "grid in blanks, with TID behind the PID", write: tid_in_blanks, columns: ALL },
    Shape {
        name: "grid without time and PID",
        write: |rows| bare_rows(rows, "\t"),
        columns: NO_TIME,
    },
    Shape {
        name: "Markdown table",
        write: |rows| markdown(rows, &NAMES, |text| text.replace('|', "\\|"), true),
        columns: ALL,
    },
    Shape {
        name: "Markdown table with short names",
        write: |rows| markdown(rows, &SHORT, |text| text.replace('|', "\\|"), true),
        columns: ALL,
    },
    Shape {
        name: "Markdown table, escaped",
        write: |rows| markdown(rows, &NAMES, escape, true),
        columns: ALL,
    },
    Shape {
        name: "Markdown table of code",
        write: |rows| markdown(rows, &NAMES, code, true),
        columns: ALL,
    },
    Shape {
        name: "Markdown table without outer pipes",
        write: |rows| markdown(rows, &NAMES, |text| text.replace('|', "\\|"), false),
        columns: ALL,
    },
    Shape { name: "pipes", write: |rows| parted(rows, " | ", &[]), columns: ALL },
    Shape {
        name: "Event Properties, classic",
        write: |rows| dialog(rows, classic, ":\t"),
        columns: DIALOG,
    },
    Shape {
        name: "Event Properties of 2024",
        write: |rows| dialog(rows, of_2024, ":\t"),
        columns: DIALOG,
    },
    Shape {
        name: "Event Properties with blanks",
        write: |rows| dialog(rows, of_2024, ": "),
        columns: DIALOG,
    },
    Shape { name: "Event Properties as a table", write: two_columns, columns: DIALOG },
    Shape { name: "XML elements", write: xml, columns: ALL },
];

const SHORT: [&str; 7] = ["Time", "Process", "PID", "Op", "Path", "Result", "Details"];

fn csv(rows: &[Row], names: &[&str], delimiter: char) -> Vec<String> {
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<_> =
            cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        cells.join(&delimiter.to_string())
    };
    let header = line(&mut names.iter().copied());
    let rows = rows.iter().map(|row| line(&mut row.iter().map(String::as_str)));
    std::iter::once(header).chain(rows).collect()
}

fn skip_header(lines: Vec<String>) -> Vec<String> {
    lines[1..].to_vec()
}

fn other_order(rows: &[Row]) -> Vec<String> {
    const ORDER: [usize; 7] = [5, 3, 4, 6, 1, 2, 0];
    let turned: Vec<Row> = rows.iter().map(|row| ORDER.map(|at| row[at].clone())).collect();
    csv(&turned, &ORDER.map(|at| NAMES[at]), ',')
}

/// Quotes only where they are needed.
fn spreadsheet(rows: &[Row]) -> Vec<String> {
    let cell = |text: &String| match text.contains([',', '"', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.clone(),
    };
    let line = |row: &Row| row.iter().map(cell).collect::<Vec<_>>().join(",");
    rows.iter().map(line).collect()
}

fn parted(rows: &[Row], by: &str, header: &[&str]) -> Vec<String> {
    // Where blanks part cells, an empty cell cannot be seen.
    let shows = by.trim() != "" || by == "\t";
    let line = |row: &Row| {
        let cells: Vec<_> =
            row.iter().map(String::as_str).filter(|cell| shows || !cell.is_empty()).collect();
        cells.join(by)
    };
    let header = (!header.is_empty()).then(|| header.join(by));
    header.into_iter().chain(rows.iter().map(line)).collect()
}

fn with_cell(rows: &[Row], place: usize, by: &str, cell: impl Fn(usize) -> String) -> Vec<String> {
    let line = |(number, row): (usize, &Row)| {
        let mut cells = row.to_vec();
        cells.insert(place, cell(number));
        cells.retain(|cell| by == "\t" || !cell.is_empty());
        cells.join(by)
    };
    rows.iter().enumerate().map(line).collect()
}

fn tid_first(rows: &[Row]) -> Vec<String> {
    with_cell(rows, 1, "\t", |number| (508 + 12 * number).to_string())
}

fn tid_in_blanks(rows: &[Row]) -> Vec<String> {
    with_cell(rows, 3, "  ", |number| (508 + 12 * number).to_string())
}

fn user_behind(rows: &[Row]) -> Vec<String> {
    with_cell(rows, 7, "\t", |_| "NT AUTHORITY\\SYSTEM".into())
}

fn numbered(rows: &[Row]) -> Vec<String> {
    with_cell(rows, 0, "\t", |number| (number + 1261).to_string())
}

fn bare_rows(rows: &[Row], by: &str) -> Vec<String> {
    let line =
        |row: &Row| [&row[1], &row[3], &row[4], &row[5], &row[6]].map(String::as_str).join(by);
    rows.iter().map(line).collect()
}

fn markdown(rows: &[Row], names: &[&str], cell: fn(&str) -> String, outer: bool) -> Vec<String> {
    let line = |cells: &[String]| match outer {
        true => format!("| {} |", cells.join(" | ")),
        false => cells.join(" | "),
    };
    let names: Vec<String> = names.iter().map(|name| (*name).to_string()).collect();
    let rule: Vec<String> = names.iter().map(|_| "---".to_string()).collect();
    let rows = rows.iter().map(|row| line(&row.iter().map(|text| cell(text)).collect::<Vec<_>>()));
    [line(&names), line(&rule)].into_iter().chain(rows).collect()
}

fn escape(text: &str) -> String {
    let special = |c: char| "|\\`*_<>[]#".contains(c);
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|")) }
}

/// Labels of the dialog's first lines: those in front of the detail.
type Labels = fn(&Row) -> Vec<(&'static str, String)>;

fn classic(row: &Row) -> Vec<(&'static str, String)> {
    vec![
        ("Date & Time", "13-02-2026 06:59:12 PM".into()),
        ("Event Class", class(row).into()),
        ("Operation", row[3].clone()),
        ("Result", row[5].clone()),
        ("Path", row[4].clone()),
        ("TID", "4832".into()),
        ("Duration", "0.0000553".into()),
    ]
}

fn of_2024(row: &Row) -> Vec<(&'static str, String)> {
    vec![
        ("Date", "13/02/2026 18:59:12.0390001".into()),
        ("Thread", "4832".into()),
        ("Class", class(row).into()),
        ("Operation", row[3].clone()),
        ("Result", row[5].clone()),
        ("Path", row[4].clone()),
        ("Duration", "0.0000553".into()),
    ]
}

fn class(row: &Row) -> &'static str {
    match &*row[3] {
        name if name.starts_with("Reg") => "Registry",
        name if name.starts_with("Process") => "Process",
        name if name.starts_with("TCP") => "Network",
        _ => "File System",
    }
}

/// The items of a detail, each on its line.
fn items(row: &Row) -> Vec<(String, String)> {
    let detail = procmonkey_parser::Detail::parse(&row[3], row[6].as_str());
    detail.items().map(|item| (item.key.to_string(), item.value.to_string())).collect()
}

fn dialog(rows: &[Row], labels: Labels, by: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        lines.extend(labels(row).into_iter().map(|(key, value)| format!("{key}{by}{value}")));
        for (key, value) in items(row) {
            let mut parts = value.split("\r;\t");
            lines.push(format!("{key}{by}{}", parts.next().unwrap_or_default()));
            lines.extend(parts.map(|variable| format!("\t{variable}")));
        }
        lines.push(String::new());
    }
    lines
}

fn two_columns(rows: &[Row]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        lines.extend(["| Property | Value |".to_string(), "|---|---|".to_string()]);
        let labels = of_2024(row).into_iter().map(|(key, value)| (key.to_string(), value));
        let pairs = labels.chain(items(row));
        lines.extend(
            pairs.map(|(key, value)| format!("| {key} | {} |", value.replace("\r;\t", " "))),
        );
        lines.push(String::new());
    }
    lines
}

fn xml(rows: &[Row]) -> Vec<String> {
    let escape = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let mut lines = Vec::new();
    for row in rows {
        lines.push("<event>".to_string());
        for (name, text) in NAMES.iter().zip(row) {
            let tag = name.replace(' ', "_");
            lines.push(format!("<{tag}>{}</{tag}>", escape(text)));
        }
        lines.push("</event>".to_string());
    }
    lines
}
