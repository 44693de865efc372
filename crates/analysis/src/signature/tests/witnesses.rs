//! How what processes did is kept: in bounded room, of every capture, under every
//! name of an operation.

use super::IIS_ONLY;
use super::log::*;
use crate::Severity::{Error, Info, Warning};

#[test]
fn a_flood_does_not_displace_the_others() {
    let mut log = Log::new();
    log.by(TOOL);
    for number in 0..5000 {
        log.create(&key(&stem(number)));
    }
    log.by(IISADMIN).read_guid().refuse(&key(IIS), "ACCESS DENIED");
    let report = log.report(IIS_ONLY, &[]);
    assert_eq!(signs(&report), [("MK-04", Error), ("MK-08", Warning)]);
    assert_eq!(report.touches.files.len(), 2049);
    assert_eq!(report.touches.left_out, 5000 - 2048);
    let flood = &report.findings[1];
    assert!(flood.explanation.contains("at least 2048 containers"), "{}", flood.explanation);
    let remarks = &report.captures[0].remarks;
    assert!(remarks.iter().any(|remark| remark.contains("2952 events")), "{remarks:?}");
}

#[test]
fn the_names_of_advanced_output_mean_the_same() {
    let mut log = Log::new();
    log.by(TOOL).row("IRP_MJ_CREATE", &key(IIS), "SUCCESS", READ);
    log.by(IISADMIN).read_guid().row("IRP_MJ_CREATE", &key(IIS), "SHARING VIOLATION", REFUSED);
    log.by(TOOL).row("IRP_MJ_CLEANUP", &key(IIS), "SUCCESS", "");
    log.by(IISADMIN).row("IRP_MJ_CREATE", &key(IIS), "SUCCESS", READ);
    let report = log.report(IIS_ONLY, &[]);
    assert_eq!(signs(&report), [("MK-05", Info)]);
    assert_eq!(report.findings[0].evidence[0].events, [1, 3, 5]);
}

#[test]
fn evidence_of_a_second_capture_is_its_own() {
    let mut good = Log::new();
    good.read_guid().use_key(&key(IIS)).by(WORKER).read_guid();
    let mut bad = Log::new();
    bad.by(WORKER).read_guid().by(IISADMIN).read_guid().refuse(&key(IIS), "ACCESS DENIED");
    let report = good.report_with(&bad, &["*"]);
    let denied = &report.findings[0];
    assert_eq!((denied.signature, denied.severity), ("MK-04", Error));
    assert_eq!(denied.evidence.len(), 1);
    assert_eq!((denied.evidence[0].capture, &denied.evidence[0].events[..]), (1, &[3][..]));
    let access = report.touches.files.iter().find(|access| access.denied.is_some()).unwrap();
    let process = &report.processes[access.by.process_index.unwrap()];
    assert_eq!((process.capture, process.name.as_deref()), (1, Some("inetinfo.exe")));
    assert_eq!(process.account.as_deref(), Some("NT AUTHORITY\\SYSTEM"));
}
