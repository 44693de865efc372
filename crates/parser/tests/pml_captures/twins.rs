//! The CSV text of a native capture is equal to Procmon's own export, byte for byte.

use procmonkey_parser::pml::Pml;
use procmonkey_parser::{Column, Zone};

use crate::folder;

#[test]
fn every_twin_is_equal_byte_for_byte() {
    let mut failed = String::new();
    for (name, path) in folder::captures() {
        let Some(csv) = folder::twin(&path, &name) else { continue };
        let bytes = folder::read(&path);
        let pml = Pml::open(&bytes).unwrap();
        assert!(pml.losses().is_empty(), "{name}: {:?}", pml.losses());
        let twin = Twin::new(&csv);
        let pml = with_zone_of(pml, &twin);
        let differences = compare(&name, &pml, &twin);
        println!("{name}: {} rows, {} differ", pml.len(), differences.len());
        for difference in differences.iter().take(limit()) {
            failed.push_str(&format!("{name} {difference}\n"));
        }
    }
    assert!(failed.is_empty(), "rows differ:\n{failed}");
}

fn limit() -> usize {
    std::env::var("PML_SHOW").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
}

/// A CSV export, split into rows.
struct Twin<'a> {
    columns: Vec<Column>,
    line_end: &'static str,
    header: &'a [u8],
    rows: Vec<&'a [u8]>,
}

impl<'a> Twin<'a> {
    fn new(csv: &'a [u8]) -> Twin<'a> {
        let text = csv.strip_prefix(b"\xEF\xBB\xBF").unwrap();
        let mut rows = Vec::new();
        let (mut start, mut quoted) = (0, false);
        for (at, &byte) in text.iter().enumerate() {
            match byte {
                b'"' => quoted = !quoted,
                b'\n' if !quoted => {
                    rows.push(&text[start..=at]);
                    start = at + 1;
                }
                _ => {}
            }
        }
        assert_eq!(start, text.len(), "the last row has no end");
        let header = rows.remove(0);
        let line_end = if header.ends_with(b"\r\n") { "\r\n" } else { "\n" };
        let line = std::str::from_utf8(header).unwrap().trim_end();
        let columns = line
            .split(',')
            .map(|field| Column::from_name(field.trim_matches('"')).unwrap())
            .collect();
        Twin { columns, line_end, header, rows }
    }
}

/// Finds the time zone of the export, which it does not record: the first zone in which
/// the first row is equal.
fn with_zone_of<'a>(pml: Pml<'a>, twin: &Twin<'_>) -> Pml<'a> {
    let quarters = (0..=14 * 4).flat_map(|quarter| [quarter, -quarter]);
    let zones = quarters.map(|quarter: i32| -> Zone {
        let sign = if quarter < 0 { '-' } else { '+' };
        let minutes = quarter.abs() * 15;
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60).parse().unwrap()
    });
    let mut pml = pml;
    for zone in zones {
        let mut rendering = pml.rendering().clone();
        rendering.zone = zone;
        pml = pml.with_rendering(rendering);
        let mut out = String::new();
        pml.event(0).unwrap().column_text(Column::TimeOfDay, &mut out);
        if twin.rows[0].starts_with(format!("\"{out}\"").as_bytes()) {
            return pml;
        }
    }
    panic!("no zone makes the first row equal");
}

fn compare(name: &str, pml: &Pml<'_>, twin: &Twin<'_>) -> Vec<String> {
    let header: Vec<_> =
        twin.columns.iter().map(|column| format!("\"{}\"", column.name())).collect();
    assert_eq!(format!("{}{}", header.join(","), twin.line_end).as_bytes(), twin.header);
    assert_eq!(pml.len(), twin.rows.len());
    let mut differences = Vec::new();
    let (mut row, mut field) = (String::new(), String::new());
    for (index, expected) in twin.rows.iter().enumerate() {
        let event = pml.event(index).unwrap();
        row.clear();
        for (place, &column) in twin.columns.iter().enumerate() {
            field.clear();
            assert!(event.column_text(column, &mut field), "{name} row {index}: no {column}");
            if place > 0 {
                row.push(',');
            }
            row.push('"');
            row.push_str(&field.replace('"', "\"\""));
            row.push('"');
        }
        row.push_str(twin.line_end);
        if row.as_bytes() != *expected {
            let expected = String::from_utf8_lossy(expected);
            differences.push(describe(index, event.operation(), &twin.columns, &row, &expected));
        }
    }
    differences
}

fn fields(row: &str) -> Vec<String> {
    let row = row.trim_end_matches(['\r', '\n']);
    let row = row.strip_prefix('"').and_then(|row| row.strip_suffix('"')).unwrap_or(row);
    row.split("\",\"").map(str::to_string).collect()
}

fn describe(index: usize, operation: &str, columns: &[Column], ours: &str, theirs: &str) -> String {
    let mut text = format!("row {index} {operation}");
    for (column, (a, b)) in columns.iter().zip(fields(ours).iter().zip(&fields(theirs))) {
        if a != b {
            let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            let part = |text: &str| -> String {
                text.chars().skip(same.saturating_sub(60)).take(260).collect()
            };
            let (ours, theirs) = (part(a), part(b));
            text.push_str(&format!(
                "\n  {column} from {same}\n    ours   {ours:?}\n    theirs {theirs:?}"
            ));
        }
    }
    text
}
