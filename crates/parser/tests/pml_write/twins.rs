//! CSV exports of real captures, written as native captures.

use std::collections::BTreeMap;

use procmonkey_parser::pml::{Exporter, Pml, Rendering};
use procmonkey_parser::{Column, DateOrder, NtStatus, ReadOptions};

use crate::common::{Difference, convert, differences, utc, with_capture};
use crate::folder;

/// How many rows of an export differ, and why.
type Reasons = BTreeMap<&'static str, usize>;

#[test]
fn an_export_reads_the_same_as_a_native_capture() {
    for (name, path) in folder::captures() {
        let Some(csv) = folder::twin(&path, &name) else { continue };
        let (pml, losses) = convert(&csv, &options(&name));
        let (columns, rows) = with_capture(&csv, |capture| {
            let columns: Vec<_> = capture.columns().known().iter().flatten().copied().collect();
            (columns, capture.events().count())
        });
        let found = differences(&csv, |_| true, &pml, &columns);
        let mut reasons = Reasons::new();
        for difference in &found {
            let reason = reason(difference, exporter(&name), &pml);
            let reason = reason.unwrap_or_else(|| panic!("{name}: {difference:?}"));
            *reasons.entry(reason).or_default() += 1;
        }
        println!("{name}: {rows} rows, {} losses, {reasons:?} differ", losses.count());
        let (expected, lost) = expected(&name);
        assert_eq!(reasons, expected.iter().copied().collect(), "{name}");
        assert_eq!(losses.count(), lost, "{name}: {losses:?}");
        let of_form: usize = ["layout", "version 7"].iter().filter_map(|r| reasons.get(r)).sum();
        let real = found.len() - of_form;
        assert!(1000 * real < rows.max(1), "{name}: {real} of {rows} rows differ");
    }
}

/// What the exports do not record.
fn options(name: &str) -> ReadOptions {
    match name {
        "Noriben_09_Apr_13.v7.PML" => {
            utc().date("2013-04-09".parse().unwrap()).date_order(DateOrder::MonthDayYear)
        }
        _ => utc(),
    }
}

/// The Procmon that made the export, whose directory listings have their own form. What
/// is written here is read like a file of a newer Procmon.
fn exporter(name: &str) -> Exporter {
    match name {
        "LogfileTests32bitUTC.PML" | "Noriben_09_Apr_13.v7.PML" => Exporter::V3_4,
        _ => Exporter::V3_60,
    }
}

/// Why a row differs.
fn reason(difference: &Difference, exporter: Exporter, pml: &[u8]) -> Option<&'static str> {
    let before = text(&difference.before);
    let after = text(&difference.after);
    match (difference.operation.as_str(), difference.column?) {
        ("QueryDirectory", Column::Detail) => {
            let mut rendering = Rendering::default();
            rendering.exporter = Some(exporter);
            let pml = Pml::open(pml).unwrap().with_rendering(rendering);
            let event = pml.event(difference.number as usize - 1).unwrap();
            let mut text = String::new();
            event.column_text(Column::Detail, &mut text);
            (text == before).then_some("layout")
        }
        // Procmon also prints the bytes after the data.
        (_, Column::Detail) if before.contains("Type: REG_BINARY") => {
            (before.len() > after.len() && before.starts_with(&after)).then_some("over-read")
        }
        (_, Column::Detail) if before.contains("Type: REG_MULTI_SZ") => {
            let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
            (same > 100).then_some("over-read")
        }
        // The format stores the identifier of the account, the export has its name.
        ("CreateFile", Column::Detail) => {
            before.contains("Impersonating").then_some("impersonation")
        }
        // An older Procmon has written the number of a status that newer ones name.
        (_, Column::Result) => {
            (NtStatus::from_result(&before) == NtStatus::from_result(&after)).then_some("number")
        }
        ("SetAllInformationFile", Column::Operation) => Some("version 7"),
        ("Process Start", Column::Detail) => {
            (!before.contains("Command line")).then_some("version 7")
        }
        _ => None,
    }
}

/// The text in `Some("…")`.
fn text(debug: &str) -> String {
    let quoted = debug.strip_prefix("Some(").and_then(|text| text.strip_suffix(')'));
    quoted.unwrap_or(debug).trim_matches('"').to_string()
}

/// The number of rows that differ, by reason, and the number of losses.
fn expected(name: &str) -> (&'static [(&'static str, usize)], u64) {
    match name {
        "LogFileUTC64Filesystem.PML" => (&[("layout", 1173)], 0),
        "LogFileUTC64Registry.PML" => (&[("number", 2), ("over-read", 6)], 6),
        "LogfileTests32bitUTC.PML" => {
            (&[("impersonation", 6), ("layout", 56), ("over-read", 7)], 13)
        }
        "Noriben_09_Apr_13.v7.PML" => (&[("version 7", 8)], 8),
        _ => (&[], 0),
    }
}
