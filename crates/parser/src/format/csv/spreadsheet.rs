//! What a spreadsheet has changed in a table that it saved again.

use csv::ByteRecord;

use crate::model::{Column, Columns};

/// The most characters of a cell, and the most rows of a sheet below its header.
const LONGEST_CELL: usize = 32_767;
const MOST_ROWS: u64 = 1_048_575;

/// What was changed, counted while rows are read. A row is not wrong because of it: its
/// texts are what the table has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SpreadsheetDamage {
    time: Option<usize>,
    duration: Option<usize>,
    rows: u64,
    /// Times of day without a fraction of a second.
    whole_seconds: u64,
    /// Durations such as 1.1E-05.
    rounded: u64,
    /// Texts as long as a cell can be.
    cut: u64,
    /// Cells in which a spreadsheet shows that it cannot show something.
    errors: u64,
}

impl SpreadsheetDamage {
    pub(super) fn of(columns: &Columns) -> SpreadsheetDamage {
        SpreadsheetDamage {
            time: columns.position(Column::TimeOfDay),
            duration: columns.position(Column::Duration),
            ..SpreadsheetDamage::default()
        }
    }

    pub(super) fn observe(&mut self, record: &ByteRecord) {
        self.rows += 1;
        let field = |index: Option<usize>| index.and_then(|index| record.get(index));
        if let Some(time) = field(self.time) {
            let colons = memchr::memchr_iter(b':', time).count();
            self.whole_seconds +=
                u64::from(colons == 2 && memchr::memchr2(b'.', b',', time).is_none());
        }
        if let Some(duration) = field(self.duration) {
            self.rounded += u64::from(duration.contains(&b'E'));
        }
        for field in record {
            let is_long = field.len() >= LONGEST_CELL
                && String::from_utf8_lossy(field).encode_utf16().count() == LONGEST_CELL;
            self.cut += u64::from(is_long);
            self.errors += u64::from(field.starts_with(b"#") && is_error(field));
        }
    }

    /// What was changed, in one sentence; `None` if nothing was. `hours_lost` are the times
    /// of which only minutes and seconds are left.
    pub(crate) fn sentence(&self, hours_lost: u64) -> Option<String> {
        let mut found = Vec::new();
        let mut say = |count: u64, one: &str, many: &str| match count {
            0 => {}
            1 => found.push(format!("1 {one}")),
            _ => found.push(format!("{count} {many}")),
        };
        say(
            hours_lost,
            "time has lost its hour (such as 47:57.9), so that only its order is known",
            "times have lost their hour (such as 47:57.9), so that only their order is known",
        );
        say(
            self.whole_seconds,
            "time has lost its fraction of a second",
            "times have lost their fraction of a second",
        );
        say(
            self.rounded,
            "duration was rounded (such as 1.1E-05)",
            "durations were rounded (such as 1.1E-05)",
        );
        say(
            self.cut,
            "text ends at the most characters of a cell, 32767",
            "texts end at the most characters of a cell, 32767",
        );
        say(self.errors, "cell is an error, such as #NAME?", "cells are errors, such as #NAME?");
        if self.rows == MOST_ROWS {
            found.push("the table ends at the most rows of a sheet, 1048576".into());
        }
        let found = found.join("; ");
        (!found.is_empty()).then(|| format!("a spreadsheet has changed the table: {found}"))
    }
}

/// Whether a cell that begins with `#` is what a spreadsheet shows for an error, or for what
/// has no room.
fn is_error(field: &[u8]) -> bool {
    const ERRORS: [&[u8]; 6] = [b"#NAME?", b"#VALUE!", b"#REF!", b"#NUM!", b"#DIV/0!", b"#N/A"];
    ERRORS.contains(&field) || (field.len() >= 3 && field.iter().all(|byte| *byte == b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(rows: &[[&str; 3]], hours_lost: u64) -> Option<String> {
        let columns = Columns::from_headers(["Time of Day", "Duration", "Detail"]);
        let mut damage = SpreadsheetDamage::of(&columns);
        rows.iter().for_each(|row| damage.observe(&ByteRecord::from(&row[..])));
        damage.sentence(hours_lost)
    }

    #[test]
    fn a_table_as_procmon_writes_it_was_not_changed() {
        let long = "x".repeat(40_000);
        let rows = [
            ["3:58:46.6882889 PM", "0.0000112", "#1"],
            ["16:53:03,6001516", "", "Type: REG_SZ, Data: #NAME?"],
            ["3:58:46.6882889 PM", "12.5000000", &long],
        ];
        assert_eq!(sentence(&rows, 0), None);
    }

    #[test]
    fn what_a_spreadsheet_does_is_said_in_one_sentence() {
        let long = "\u{e4}".repeat(LONGEST_CELL);
        let rows = [
            ["3:58:46 PM", "1.12E-05", "#NAME?"],
            ["15:58:46", "0.1", "########"],
            ["58:46.7", "", &long],
        ];
        let found = sentence(&rows, 1).unwrap();
        for part in [
            "a spreadsheet has changed the table: 1 time has lost its hour",
            "; 2 times have lost their fraction",
            "; 1 duration was rounded",
            "; 1 text ends at",
            "; 2 cells are errors",
        ] {
            assert!(found.contains(part), "{part}: {found}");
        }
        assert!(!found.contains("most rows"), "{found}");
        let full = SpreadsheetDamage { rows: MOST_ROWS, ..SpreadsheetDamage::default() };
        assert!(full.sentence(0).is_some_and(|it| it.contains("most rows of a sheet")));
    }
}
