//! Each signature has a sample that fires it and a look-alike that does not. The whole list of
//! findings is compared, and it is the same in every format.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::Path;

use serde_json::Value;

use common::*;

/// A sample, further arguments, and signature, severity and confidence of each finding.
type Row =
    (&'static str, &'static [&'static str], &'static [(&'static str, &'static str, &'static str)]);

const ROWS: &[Row] = &[
    ("mk-01-guid-changed", &[], &[("MK-01", "error", "high"), ("MK-17", "info", "high")]),
    ("mk-01-look-alike-old-copy-kept", &[], &[]),
    ("mk-02-guid-edited", &[], &[("MK-02", "error", "high"), ("MK-17", "info", "high")]),
    ("mk-02-look-alike-copy-of-the-value", &[], &[]),
    ("mk-03-key-lost", &[], &[("MK-03", "error", "medium")]),
    ("mk-03-look-alike-key-found", &[], &[]),
    ("mk-04-access-denied", &[], &[("MK-04", "error", "high")]),
    // The service is well: what happened to another program is a warning at most.
    ("mk-04-another-process", &[], &[("MK-04", "warning", "high")]),
    ("mk-04-another-process", &["--process", "inetinfo.exe"], &[]),
    // It is not the program that needs this key.
    ("mk-04-another-process", &["--process", "*"], &[("MK-04", "warning", "high")]),
    ("mk-04-look-alike-metabase-denied", &[], &[]),
    ("mk-05-in-use", &[], &[("MK-05", "error", "high")]),
    ("mk-05-look-alike-metabase-in-use", &[], &[]),
    ("mk-06-empty", &[], &[("MK-06", "error", "medium")]),
    ("mk-06-look-alike-full", &[], &[]),
    ("mk-07-look-alike-found-next-door", &[], &[]),
    ("mk-07-master-key-missing", &[], &[("MK-07", "error", "medium")]),
    ("mk-08-flood", &[], &[("MK-08", "warning", "medium")]),
    ("mk-08-look-alike-keys-deleted", &[], &[("MK-09", "info", "high")]),
    ("mk-09-look-alike-key-kept", &["--process", "w3wp.exe"], &[]),
    ("mk-09-temporary-key", &["--process", "w3wp.exe"], &[("MK-09", "info", "high")]),
    ("mk-09-temporary-key", &[], &[("MK-09", "info", "high")]),
    ("mk-10-legacy-fallback", &[], &[("MK-10", "info", "high")]),
    ("mk-10-look-alike-not-found-at-all", &[], &[]),
    ("mk-11-look-alike-first-use", &["--process", "w3wp.exe"], &[]),
    ("mk-11-no-profile", &["--process", "w3wp"], &[("MK-11", "warning", "medium")]),
    ("mk-11-no-profile", &[], &[("MK-11", "warning", "medium")]),
    ("mk-12-look-alike-kept-there", &[], &[]),
    ("mk-12-wrong-all-users", &[], &[("MK-12", "error", "high")]),
    ("mk-13-look-alike-beside-the-program", &[], &[]),
    ("mk-13-provider-missing", &[], &[("MK-13", "error", "medium")]),
    ("mk-14-guid-read-only", &["--process", "LicenseAgent.exe"], &[("MK-14", "info", "high")]),
    ("mk-14-look-alike-key-follows", &["--process", "LicenseAgent.exe"], &[]),
    ("mk-15-look-alike-key-is-used", &[], &[]),
    ("mk-15-remote-desktop", &[], &[("MK-15", "warning", "high")]),
    ("mk-16-foreign-config", &[], &[]),
    ("mk-17-look-alike-other-case", &[], &[]),
    ("mk-17-orphans", &[], &[("MK-17", "info", "high")]),
    ("mk-18-look-alike-no-listing", &[], &[]),
    ("mk-18-sweep", &[], &[("MK-18", "warning", "medium")]),
    ("mk-19-code-in-store", &[], &[("MK-19", "error", "high")]),
    ("mk-19-look-alike-same-name-elsewhere", &[], &[]),
    ("mk-20-foreign-guid", &[], &[("MK-20", "warning", "high"), ("MK-17", "info", "high")]),
    ("mk-20-look-alike-other-case", &[], &[]),
    (
        "mk-16-foreign-config",
        &["--event-log", "samples/signatures/mk-16-look-alike-other-service.event.txt"],
        &[],
    ),
    (
        "mk-16-foreign-config",
        &["--event-log", "samples/signatures/mk-16-foreign-config.event.txt"],
        &[("MK-16", "warning", "low")],
    ),
    ("mk-01-seen-beside-only", &[], &[("MK-03", "error", "medium")]),
    (
        "mk-01-seen-beside-only",
        &["--keys-dir", "samples/signatures/mk-01-seen-beside-only.listing.txt"],
        &[("MK-01", "error", "high"), ("MK-17", "info", "high")],
    ),
    (
        "mk-01-seen-beside-only",
        // A PML counts in UTC, and the baseline in the time of a wall clock.
        &["--tz", "UTC", "--date-order", "mdy", "--baseline", "samples/first-start.csv"],
        // Each capture has its own value, which MK-01 says. The baseline's other key is not judged.
        &[("MK-01", "error", "high")],
    ),
    (
        "mk-03-key-lost",
        &["--keys-dir", "samples/signatures/mk-03-key-lost.listing.txt"],
        &[("MK-03", "error", "medium")],
    ),
    ("mk-03-look-alike-first-installation", &[], &[]),
    // That the installation failed is known by the event alone.
    ("mk-03-installation-fails", &[], &[]),
    (
        "mk-03-installation-fails",
        // The event has the time of a wall clock, and a PML counts in UTC.
        &[
            "--tz",
            "UTC",
            "--date-order",
            "mdy",
            "--event-log",
            "samples/signatures/mk-03-installation-fails.event.txt",
        ],
        &[("MK-03", "error", "medium")],
    ),
    ("mk-20-look-alike-backup", &[], &[("MK-18", "warning", "medium"), ("MK-17", "info", "high")]),
    (
        "mk-20-look-alike-backup",
        &["--process", "inetinfo.exe", "--process", "TailspinBackup.exe"],
        &[("MK-18", "warning", "medium"), ("MK-17", "info", "high")],
    ),
    ("mk-15-several-files", &[], &[("MK-15", "warning", "high")]),
    ("mk-15-several-files", &["--process", "svchost.exe"], &[("MK-15", "warning", "high")]),
    ("mk-15-look-alike-several-files", &[], &[]),
    ("mk-15-look-alike-several-files", &["--process", "svchost.exe"], &[]),
    ("mk-16-look-alike-other-key-denied", &[], &[("MK-04", "error", "high")]),
    (
        "mk-16-look-alike-other-key-denied",
        &["--event-log", "samples/signatures/mk-16-look-alike-other-key-denied.event.txt"],
        &[("MK-04", "error", "high")],
    ),
    ("mk-21-key-absent", &[], &[("MK-21", "error", "medium")]),
    ("mk-21-deleted-by-another", &["--process", "w3wp.exe"], &[("MK-21", "warning", "medium")]),
    ("mk-21-look-alike-made-by-another", &["--process", "w3wp.exe"], &[]),
    ("mk-21-look-alike-asks-and-goes-on", &["--process", "LicenseAgent.exe"], &[]),
    ("mk-22-folder-renamed", &["--process", "w3wp.exe"], &[("MK-22", "error", "high")]),
    ("mk-22-folder-renamed", &["--process", "inetinfo.exe"], &[("MK-22", "warning", "medium")]),
    ("mk-22-look-alike-first-key-of-a-user", &["--process", "cmd.exe"], &[]),
    ("mk-04-folder-refuses", &["--process", "LicenseAgent.exe"], &[("MK-04", "warning", "high")]),
    ("mk-08-recycled-workers", &[], &[("MK-08", "warning", "medium")]),
    ("mk-08-look-alike-several-pools", &[], &[]),
    ("mk-24-damaged-file", &[], &[("MK-24", "error", "high")]),
    ("mk-24-look-alike-damaged-metabase", &[], &[]),
    ("mk-24-disk-full", &["--process", "LicenseAgent.exe"], &[("MK-24", "warning", "high")]),
    ("mk-07-user-master-key", &["--process", "cmd.exe"], &[("MK-07", "warning", "medium")]),
    ("mk-07-protect-denied", &["--process", "cmd.exe"], &[("MK-07", "warning", "medium")]),
    ("mk-07-look-alike-preferred", &["--process", "lsass.exe"], &[]),
    (
        "mk-11-service-without-profile",
        &["--process", "w3wp.exe"],
        &[("MK-11", "warning", "medium")],
    ),
    ("mk-23-value-missing", &["--process", "inetinfo.exe"], &[("MK-23", "error", "high")]),
    ("mk-23-look-alike-32-bit-view", &["--process", "FabrikamUpdate.exe"], &[]),
    ("mk-23-braces", &["--process", "LicenseAgent.exe"], &[("MK-23", "warning", "high")]),
    ("mk-25-tpm-key-missing", &["--process", "svchost.exe"], &[("MK-25", "warning", "medium")]),
    ("mk-25-look-alike-key-made", &["--process", "svchost.exe"], &[]),
    (
        "mk-26-provider-not-registered",
        &["--process", "LicenseAgent.exe"],
        &[("MK-26", "error", "medium")],
    ),
    ("mk-26-look-alike-found", &["--process", "LicenseAgent.exe"], &[]),
    // The value is in the end what it was, so every key is found.
    ("mk-02-put-back", &[], &[("MK-02", "info", "high")]),
    ("mk-02-set-to-what-it-was", &[], &[("MK-02", "info", "high")]),
    ("mk-02-deleted", &[], &[("MK-02", "error", "high")]),
    // By design; the keys from before are no longer found.
    ("mk-02-by-sysprep", &[], &[("MK-02", "info", "high"), ("MK-17", "info", "high")]),
    ("mk-02-two-values", &[], &[("MK-02", "error", "high")]),
    ("mk-02-look-alike-32-bit-view", &[], &[]),
    ("mk-03-deleted-by-another", &[], &[("MK-03", "error", "high")]),
    ("mk-03-renamed-by-another", &[], &[("MK-03", "error", "high")]),
    ("mk-03-setup-by-name", &[], &[("MK-03", "info", "low")]),
    ("mk-03-look-alike-started-by-an-installer", &[], &[]),
    ("mk-03-look-alike-aspnet-regiis", &[], &[]),
    ("mk-04-rights-changed-by-another", &[], &[("MK-04", "error", "high")]),
    ("mk-04-look-alike-rights-of-another-key", &[], &[]),
    ("mk-06-emptied-by-another", &[], &[("MK-06", "error", "high")]),
    ("mk-06-look-alike-written-again", &[], &[]),
    ("mk-07-deleted-by-another", &[], &[("MK-07", "error", "high")]),
    ("mk-07-rights-changed-by-another", &[], &[("MK-07", "error", "high")]),
    ("mk-13-library-deleted-by-another", &[], &[("MK-13", "error", "high")]),
    ("mk-13-library-renamed-by-another", &[], &[("MK-13", "error", "high")]),
    ("mk-13-rights-changed-by-another", &[], &[("MK-13", "error", "high")]),
    ("mk-13-look-alike-rights-given-back", &[], &[]),
    ("mk-26-deleted-by-another", &["--process", "LicenseAgent.exe"], &[("MK-26", "error", "high")]),
    (
        "mk-26-rights-changed-by-another",
        &["--process", "LicenseAgent.exe"],
        &[("MK-26", "error", "high")],
    ),
    ("mk-26-look-alike-registered-again", &["--process", "LicenseAgent.exe"], &[]),
];

fn folder() -> std::path::PathBuf {
    sample("signatures")
}

fn found(report: &Value) -> Vec<(&str, &str, &str)> {
    let row = |one| (text(one, "signature"), text(one, "severity"), text(one, "confidence"));
    list(report, "findings").iter().map(row).collect()
}

/// What is wrong with the findings of a capture.
fn differs(path: &Path, row: &Row) -> Option<String> {
    let mut arguments = vec![path.as_os_str().to_owned()];
    arguments.extend(row.1.iter().map(Into::into));
    let (_, report) = analyze(&arguments);
    let found = found(&report);
    (found != row.2)
        .then(|| format!("(\"{}\", &{:?}, &{found:?}), // {}", row.0, row.1, path.display()))
}

#[test]
fn every_sample_gives_its_findings_in_every_format() {
    let temp = temp();
    let mut wrong = Vec::new();
    for (number, row) in ROWS.iter().enumerate() {
        let csv = folder().join(format!("{}.csv", row.0));
        wrong.extend(differs(&csv, row));
        wrong.extend(differs(&write(temp.path(), "packed.gz", gzip(&read(&csv))), row));
        for end in ["pml", "xml"] {
            let other = temp.path().join(format!("{number}.{end}"));
            let arguments = ["convert", "-q", "--tz", "UTC", "--date-order", "mdy", "-o"];
            let mut arguments: Vec<_> = arguments.iter().map(std::ffi::OsString::from).collect();
            arguments.extend([other.clone().into_os_string(), csv.clone().into_os_string()]);
            let run = run(&arguments);
            assert_eq!(run.status, 0, "{} as {end}: {}", row.0, run.stderr);
            wrong.extend(differs(&other, row));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_refused_key_of_remote_desktop_is_said_to_stand_there_under_three_guids() {
    let (_, report) = analyze(&[folder().join("mk-15-several-files.csv")]);
    let found = finding(&report, "MK-15");
    assert!(text(found, "explanation").contains("under 3 GUIDs"), "{found}");
    let listed: Vec<u64> =
        list(&report, "key_files").iter().flat_map(|file| numbers(file, "listed_by")).collect();
    assert!(!listed.is_empty());
    let cited = numbers(&found["evidence"][0], "events");
    assert!(listed.iter().all(|event| cited.contains(event)), "{listed:?}, {cited:?}");
}

#[test]
fn no_sample_is_forgotten_here() {
    for name in names_in(&folder()) {
        let path = format!("samples/signatures/{name}");
        let analyzed = |row: &Row| format!("{}.csv", row.0) == name;
        let given = |row: &Row| row.1.contains(&path.as_str());
        assert!(ROWS.iter().any(|row| analyzed(row) || given(row)), "{name}");
    }
}

#[test]
fn every_signature_fires_in_its_own_sample_and_not_in_its_look_alike() {
    for number in 1..=26 {
        let (file, id) = (format!("mk-{number:02}-"), format!("MK-{number:02}"));
        let fires = |row: &&Row| row.2.iter().any(|finding| finding.0 == id);
        let own: Vec<&Row> = ROWS.iter().filter(|row| row.0.starts_with(&file)).collect();
        let (alike, own): (Vec<&Row>, Vec<&Row>) =
            own.into_iter().partition(|row| row.0.contains("look-alike"));
        assert!(own.iter().any(fires), "{id} fires nowhere");
        assert!(!alike.is_empty(), "{id} has no look-alike");
        assert!(!alike.iter().any(fires), "{id} fires in its look-alike");
    }
}
