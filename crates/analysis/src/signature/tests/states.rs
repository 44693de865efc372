//! What is known last of a key file, and which event shows it.

use super::log::*;
use crate::report::KeyFileCondition::{self, *};

/// Rows, and what they show of IIS's key file with the event that does.
type Row<'r> = (&'r str, fn(&mut Log), Option<(KeyFileCondition, u64)>);

fn check(rows: &[Row<'_>]) {
    for (name, write, want) in rows {
        let mut log = Log::new();
        write(&mut log);
        let report = log.report(&["inetinfo.exe"], &[]);
        let container = report.containers.iter().find(|container| container.stem == IIS);
        let state = container.and_then(|container| container.guids[0].state);
        let got = state.map(|state| (state.is, state.event.unwrap()));
        assert_eq!(got, *want, "{name}");
        assert!(state.is_none_or(|state| state.capture == Some(0)), "{name}");
    }
}

#[test]
fn each_state_stands_with_the_event_that_shows_it() {
    check(&[
        ("opened", |log| _ = log.open(&key(IIS)).close(&key(IIS)), Some((Exists, 1))),
        ("made", |log| _ = log.create(&key(IIS)).write(&key(IIS), 78), Some((Created, 1))),
        ("only closed", |log| _ = log.close(&key(IIS)), None),
        ("denied", |log| _ = log.refuse(&key(IIS), "ACCESS DENIED"), Some((AccessDenied, 1))),
        (
            "denied while it was to be made",
            |log| _ = log.row("CreateFile", &key(IIS), "ACCESS DENIED", CREATE),
            Some((NotMade, 1)),
        ),
        (
            "denied, and listed by another",
            |log| {
                log.refuse(&key(IIS), "ACCESS DENIED").by(TOOL).list(&[format!("{IIS}_{GUID}")]);
            },
            Some((AccessDenied, 1)),
        ),
        (
            "denied at first, and opened later",
            |log| _ = log.refuse(&key(IIS), "ACCESS DENIED").open(&key(IIS)),
            Some((Exists, 2)),
        ),
        (
            "another process is denied",
            |log| {
                log.open(&key(IIS)).by(TOOL).refuse(&key(IIS), "ACCESS DENIED");
            },
            Some((Exists, 1)),
        ),
        ("in use", |log| _ = log.refuse(&key(IIS), "SHARING VIOLATION"), Some((InUse, 1))),
        ("the disk fails", |log| _ = log.refuse(&key(IIS), "CRC ERROR"), Some((Damaged, 1))),
        ("missing", |log| _ = log.refuse(&key(IIS), "NAME NOT FOUND"), Some((NotFound, 1))),
        (
            "missing, and the folder does not let it be made",
            |log| {
                log.refuse(&key(IIS), "NAME NOT FOUND").refuse(&key(IIS), "ACCESS DENIED");
            },
            Some((NotFound, 1)),
        ),
        (
            "deleted, and looked for afterwards",
            |log| {
                log.by(TOOL).open(&key(IIS)).delete(&key(IIS)).close(&key(IIS));
                log.by(IISADMIN).refuse(&key(IIS), "NAME NOT FOUND");
            },
            Some((Deleted, 2)),
        ),
        (
            "deletion taken back",
            |log| {
                log.delete(&key(IIS));
                log.row("SetDispositionInformationFile", &key(IIS), "SUCCESS", "Delete: False");
            },
            Some((Exists, 2)),
        ),
        (
            "renamed, and made anew",
            |log| {
                let to = format!("ReplaceIfExists: False, FileName: {}.OLD", key(IIS));
                log.by(TOOL).row("SetRenameInformationFile", &key(IIS), "SUCCESS", &to);
                log.by(IISADMIN).refuse(&key(IIS), "NAME NOT FOUND").create(&key(IIS));
            },
            Some((Created, 3)),
        ),
        (
            "renamed",
            |log| {
                let to = format!("ReplaceIfExists: False, FileName: {}.OLD", key(IIS));
                log.by(TOOL).row("SetRenameInformationFile", &key(IIS), "SUCCESS", &to);
            },
            Some((Renamed, 1)),
        ),
        (
            "put back by a rename",
            |log| {
                log.refuse(&key(IIS), "NAME NOT FOUND");
                let to = format!("ReplaceIfExists: False, FileName: {}", key(IIS));
                log.by(TOOL).row("SetRenameInformationFile", &(key(IIS) + ".OLD"), "SUCCESS", &to);
            },
            Some((Exists, 2)),
        ),
    ]);
}

#[test]
fn what_a_later_capture_shows_counts() {
    let (mut before, mut after) = (Log::new(), Log::new());
    before.open(&key(IIS));
    after.read_guid().refuse(&key(IIS), "NAME NOT FOUND");
    let report = before.report_with(&after, &["inetinfo.exe"]);
    let state = report.containers[0].guids[0].state.unwrap();
    assert_eq!((state.is, state.capture, state.event), (NotFound, Some(1), Some(2)));
}
