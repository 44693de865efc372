//! Which finding comes first, and which one takes another off the table.

use super::log::*;
use super::{IIS_ONLY, check};
use crate::Severity::{Error, Info, Warning};

/// A well-known container that was missing and is made again.
fn lose(log: &mut Log, stem: &str) {
    let path = key(stem);
    log.refuse(&path, "NAME NOT FOUND").create(&path).write(&path, 78);
}

/// Both files of IIS's container, under either GUID.
fn both() -> [String; 2] {
    [format!("{IIS}_{OTHER}"), format!("{IIS}_{GUID}")]
}

#[test]
fn what_a_row_states_comes_before_conclusions() {
    const DCOM: &str = "7a436fe806e483969f48a894af2fe9a1";
    check(&[(
        "denied, and another container lost",
        |log| {
            log.read_guid();
            lose(log, IIS);
            log.refuse(&key(DCOM), "ACCESS DENIED").exit();
        },
        IIS_ONLY,
        &[("MK-04", Error), ("MK-03", Error)],
    )]);
    // Even where the conclusion is the surer one.
    check(&[(
        "in use by nobody knows whom, and a changed GUID",
        |log| {
            log.read_guid();
            lose(log, IIS);
            log.refuse(&key(DCOM), "SHARING VIOLATION").exit().by(TOOL).list(&both());
        },
        IIS_ONLY,
        &[("MK-05", Error), ("MK-01", Error)],
    )]);
}

#[test]
fn a_key_that_works_takes_mk01_off_the_table() {
    check(&[
        (
            "made anew, with the older file in a listing",
            |log| {
                log.read_guid();
                lose(log, IIS);
                log.use_key(&key(IIS)).exit().by(TOOL).list(&both());
            },
            IIS_ONLY,
            &[("MK-01", Error)],
        ),
        (
            "opened and read in full",
            |log| {
                log.read_guid().use_key(&key(IIS)).by(TOOL).list(&both());
            },
            IIS_ONLY,
            &[],
        ),
        (
            "opened and read in full, and the process gives up",
            |log| {
                log.read_guid().use_key(&key(IIS)).exit().by(TOOL).list(&both());
            },
            IIS_ONLY,
            &[("MK-01", Error)],
        ),
        (
            "opened, and only a part of it read",
            |log| {
                log.read_guid().open(&key(IIS)).size(&key(IIS), 2202).read(&key(IIS), 40);
                log.by(TOOL).list(&both());
            },
            IIS_ONLY,
            &[("MK-01", Error)],
        ),
    ]);
}

#[test]
fn the_six_older_signatures_do_not_fire_for_their_look_alikes() {
    const VALUE: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    check(&[
        (
            "MK-02",
            |log| {
                let data = format!("Type: REG_SZ, Length: 74, Data: {OTHER}");
                log.read_guid().by(TOOL).row("RegSetValue", VALUE, "SUCCESS", &data);
            },
            IIS_ONLY,
            &[("MK-02", Error)],
        ),
        (
            "MK-02: set to what it was",
            |log| {
                let data = format!("Type: REG_SZ, Length: 74, Data: {GUID}");
                log.read_guid().by(TOOL).row("RegSetValue", VALUE, "SUCCESS", &data);
            },
            IIS_ONLY,
            &[("MK-02", Info)],
        ),
        (
            "MK-03",
            |log| {
                log.read_guid();
                lose(log, IIS);
            },
            IIS_ONLY,
            &[("MK-03", Warning)],
        ),
        (
            "MK-03: an installation",
            |log| {
                log.by(("iissetup.exe", 300, "")).row("RegCloseKey", "HKLM", "SUCCESS", "");
                log.by(IISADMIN).read_guid();
                lose(log, IIS);
            },
            IIS_ONLY,
            &[],
        ),
        (
            "MK-17",
            |log| {
                log.read_guid().use_key(&key(IIS)).by(TOOL).list(&[format!("{RDP}_{OTHER}")]);
            },
            IIS_ONLY,
            &[("MK-17", Info)],
        ),
        (
            "MK-20",
            |log| {
                log.read_guid().use_key(&format!("{FOLDER}\\{}_{OTHER}", stem(3)));
            },
            IIS_ONLY,
            &[("MK-20", Warning), ("MK-17", Info)],
        ),
    ]);
}

#[test]
fn an_installation_after_which_the_service_fails_is_not_healthy() {
    let mut log = Log::new();
    log.by(("iissetup.exe", 300, "")).row("RegCloseKey", "HKLM", "SUCCESS", "");
    log.by(IISADMIN).read_guid();
    lose(&mut log, IIS);
    let signs_with = |event| signs(&log.report(IIS_ONLY, &[event]));
    const INVALID: &str = "0x80090006";
    assert_eq!(signs_with(failed_at(Some(2), "IISADMIN", INVALID)), [("MK-03", Error)]);
    // It failed before, which may be why somebody installs; nobody knows when; long
    // after; with an error that is not of a key; another service.
    for event in [
        failed_at(Some(-2), "IISADMIN", INVALID),
        failed("IISADMIN", INVALID),
        failed_at(Some(5000), "IISADMIN", INVALID),
        failed_at(Some(2), "IISADMIN", "5"),
        failed_at(Some(2), "Spooler", INVALID),
    ] {
        assert_eq!(signs_with(event.clone()), [], "{event:?}");
    }
}
