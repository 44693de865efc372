//! Event logs and hives of real computers, which are no part of this repository.

use super::*;

fn host(name: &str) -> Option<PathBuf> {
    Some(captures()?.join("host").join(name))
}

#[test]
fn a_hive_of_another_value_is_a_witness() {
    let Some(hive) = host("SOFTWARE_synthetic") else { return };
    let folder = temp();
    let (_, report) = with(&bad(folder.path()), &[("--hive", &hive)]);
    assert_eq!(findings(&report), [("MK-01", "error")]);
    assert!(text(&report["witnesses"][0], "source").starts_with("hive "));
}

#[test]
fn a_log_of_other_years_changes_nothing() {
    let Some(log) = host("System_Win10.evtx") else { return };
    let (status, report) = with(&sample("restart.csv"), &[("--event-log", &log)]);
    assert_eq!((status, findings(&report)), (0, vec![]));
    let left = report["witnesses_left_out"].as_u64().unwrap();
    assert_eq!(left + list(&report, "witnesses").len() as u64, 15);
    for entry in list(&report, "witnesses") {
        assert!(entry["placed"].is_null() && entry["unplaced"].is_string(), "{entry}");
    }
}
