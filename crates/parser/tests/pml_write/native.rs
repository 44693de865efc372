//! Native captures, copied as a whole and in part.

use procmonkey_parser::{Column, Event};

use crate::common::{Difference, copy, differences, with_capture};
use crate::folder;

fn all_columns() -> Vec<Column> {
    Column::all().collect()
}

/// The columns of an event that do not depend on earlier events.
fn columns_of_parts() -> Vec<Column> {
    Column::all().filter(|&column| column != Column::RelativeTime).collect()
}

/// Why a column of a copied event is different.
fn reason(difference: &Difference) -> Option<&'static str> {
    match (difference.operation.as_str(), difference.column) {
        // Procmon prints bytes of the next event as if they were data. What the format
        // leaves undefined in that event is zero in the copy, and in a part of a capture
        // another event follows.
        ("RegQueryValue", Some(Column::Detail)) if difference.before.contains("REG_BINARY") => {
            const DATA: usize = 16 * 3;
            let start = difference.before.find("Data: ")? + "Data: ".len() + DATA;
            let same = difference.before.get(..start)? == difference.after.get(..start)?;
            same.then_some("over-read")
        }
        // Version 7 has no command line, folder and environment.
        ("Process Start", Some(Column::Detail)) => {
            let before = difference.before.trim_start_matches("Some(\"").trim_end_matches("\")");
            let nothing = ", Command line: , Current directory: , Environment: ";
            (difference.after == format!("Some(\"{before}{nothing}\")")).then_some("version 7")
        }
        ("SetAllInformationFile", Some(Column::Operation)) => {
            (difference.after == "Some(\"SetAllocationInformationFile\")").then_some("version 7")
        }
        _ => None,
    }
}

/// Checks that every difference has one of these reasons, as often as expected.
fn check(name: &str, what: &str, differences: &[Difference], expected: [usize; 2]) {
    let mut found = [0; 2];
    for difference in differences {
        match reason(difference) {
            Some("over-read") => found[0] += 1,
            Some(_) => found[1] += 1,
            None => panic!("{name}: {what}: {difference:?}"),
        }
    }
    println!("{name}: {what}: {} over-reads, {} of version 7 differ", found[0], found[1]);
    assert_eq!(found, expected, "{name}: {what}");
}

/// How many differences of the two kinds there are in a copy of a capture, of one process
/// of it, of a range of events, and of every seventh event.
fn expected(name: &str) -> [[usize; 2]; 4] {
    match name {
        "LogFileUTC64Registry.PML" => [[2, 0], [2, 0], [0, 0], [1, 0]],
        "LogfileTests32bitUTC.PML" => [[0, 0], [0, 0], [0, 0], [1, 0]],
        "Noriben_09_Apr_13.v7.PML" => [[0, 8], [0, 0], [0, 7], [0, 0]],
        _ => [[0, 0]; 4],
    }
}

#[test]
fn a_copy_is_equal_in_every_column_of_every_event() {
    for (name, path) in folder::captures() {
        let before = folder::read(&path);
        let (after, losses) = copy(&before, |_| true);
        assert!(losses.is_empty(), "{name}: {losses:?}");
        let found = differences(&before, |_| true, &after, &all_columns());
        check(&name, "copy", &found, expected(&name)[0]);
    }
}

/// Which events of a capture are written.
type Chosen<'a> = &'a dyn Fn(&Event) -> bool;

#[test]
fn a_part_is_equal_to_that_part() {
    for (name, path) in folder::captures() {
        let before = folder::read(&path);
        let process = with_capture(&before, |capture| {
            let event = capture.events().flatten().nth(100).unwrap();
            event.process_name().unwrap().into_owned()
        });
        let of_process = |event: &Event| event.process_name().as_deref() == Some(&process);
        let in_window = |event: &Event| (200..900).contains(&event.number());
        let seventh = |event: &Event| event.number().is_multiple_of(7);
        let parts: [(&str, Chosen<'_>); 3] =
            [("process", &of_process), ("window", &in_window), ("seventh", &seventh)];
        for ((what, chosen), expected) in parts.into_iter().zip(&expected(&name)[1..]) {
            let (after, losses) = copy(&before, chosen);
            assert!(losses.is_empty(), "{name}: {losses:?}");
            assert!(after.len() < before.len());
            let found = differences(&before, chosen, &after, &columns_of_parts());
            check(&name, what, &found, *expected);
        }
    }
}
