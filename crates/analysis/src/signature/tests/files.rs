//! MK-04 to MK-06, MK-08, MK-09, MK-18: what happens on key files.

use super::log::*;
use super::{EVERYONE, IIS_ONLY, check};
use crate::Severity::{Error, Info, Warning};

#[test]
fn mk04_access_denied() {
    check(&[
        (
            "denied, and the name is taken",
            |log| {
                log.read_guid().refuse(&key(IIS), "ACCESS DENIED");
                log.refuse(&key(IIS), "NAME COLLISION");
            },
            IIS_ONLY,
            &[("MK-04", Error)],
        ),
        (
            "a key of nobody in particular",
            |log| {
                log.by(WORKER).read_guid().refuse(&key(&stem(1)), "ACCESS DENIED");
            },
            EVERYONE,
            &[("MK-04", Warning)],
        ),
        (
            "the folder itself",
            |log| {
                log.read_guid().refuse(FOLDER, "ACCESS DENIED");
            },
            IIS_ONLY,
            &[("MK-04", Warning)],
        ),
        (
            "content with fewer rights",
            |log| {
                log.read_guid().refuse(&key(IIS), "ACCESS DENIED").use_key(&key(IIS));
            },
            IIS_ONLY,
            &[("MK-04", Info)],
        ),
        (
            "another process than the followed",
            |log| {
                log.by(TOOL).refuse(&key(IIS), "ACCESS DENIED");
                log.by(IISADMIN).read_guid().use_key(&key(IIS));
            },
            IIS_ONLY,
            &[],
        ),
    ]);
}

#[test]
fn mk04_names_the_account_and_whom_it_acted_for() {
    let mut log = Log::new();
    let acting = format!("{REFUSED}, Impersonating: WEB01\\\\mallory").replace("\\\\", "\\");
    log.by(WORKER).row("CreateFile", &key(IIS), "ACCESS DENIED", &acting);
    let report = log.report(EVERYONE, &[]);
    let explanation = &report.findings[0].explanation;
    assert!(explanation.contains(r"running as IIS APPPOOL\Shop"), "{explanation}");
    assert!(explanation.contains(r"acted for WEB01\mallory"), "{explanation}");
    assert_eq!(report.findings[0].evidence[0].events, [1]);
}

#[test]
fn mk05_in_use() {
    check(&[
        (
            "a tool has it open",
            |log| {
                log.by(TOOL).open(&key(IIS));
                log.by(IISADMIN).read_guid().refuse(&key(IIS), "SHARING VIOLATION");
            },
            IIS_ONLY,
            &[("MK-05", Error)],
        ),
        (
            "a retry succeeds",
            |log| {
                log.by(TOOL).open(&key(IIS));
                log.by(IISADMIN).read_guid().refuse(&key(IIS), "SHARING VIOLATION");
                log.by(TOOL).close(&key(IIS)).by(IISADMIN).use_key(&key(IIS));
            },
            IIS_ONLY,
            &[("MK-05", Info)],
        ),
    ]);
}

#[test]
fn mk05_knows_a_holder_from_a_passer_by() {
    let mut log = Log::new();
    log.by(TOOL).open(&key(IIS)).close(&key(IIS)).by(WORKER).open(&key(IIS));
    log.by(IISADMIN).refuse(&key(IIS), "SHARING VIOLATION");
    let report = log.report(IIS_ONLY, &[]);
    let found = &report.findings[0];
    assert_eq!(found.confidence, crate::Confidence::High);
    assert!(found.explanation.contains("w3wp.exe (PID 4400)"), "{}", found.explanation);
    assert!(!found.explanation.contains("tool.exe"), "{}", found.explanation);
    assert_eq!(found.evidence[0].events, [3, 4]);
}

#[test]
fn mk06_damaged_or_empty() {
    check(&[
        (
            "a container without keys, and the process ends",
            |log| {
                log.read_guid().open(&key(IIS)).size(&key(IIS), 78).read(&key(IIS), 78).exit();
            },
            IIS_ONLY,
            &[("MK-06", Error)],
        ),
        (
            "a read meets the end at once",
            |log| {
                log.read_guid().open(&key(IIS));
                log.row("ReadFile", &key(IIS), "END OF FILE", "Offset: 0, Length: 4,096");
            },
            IIS_ONLY,
            &[("MK-06", Warning)],
        ),
        (
            "an unknown container shorter than any",
            |log| {
                log.read_guid().open(&key(&stem(7))).size(&key(&stem(7)), 0);
            },
            IIS_ONLY,
            &[("MK-06", Info)],
        ),
        (
            "made a moment ago",
            |log| {
                log.by(TOOL).read_guid().create(&key(&stem(7))).write(&key(&stem(7)), 41);
                log.size(&key(&stem(7)), 41);
            },
            EVERYONE,
            &[],
        ),
        (
            "empty at first, and its keys are made now",
            |log| {
                log.read_guid().open(&key(IIS)).size(&key(IIS), 78).write(&key(IIS), 2202);
            },
            IIS_ONLY,
            &[],
        ),
        (
            "full, and read to its end",
            |log| {
                log.read_guid().use_key(&key(IIS)).exit();
            },
            IIS_ONLY,
            &[],
        ),
    ]);
}

#[test]
fn mk08_flood_and_mk09_temporary_keys() {
    check(&[
        (
            "twenty-five keys are left behind",
            |log| {
                log.by(WORKER).read_guid();
                for n in 0..25 {
                    log.create(&key(&stem(n))).write(&key(&stem(n)), 41);
                }
            },
            EVERYONE,
            &[("MK-08", Warning)],
        ),
        (
            "twenty-five keys are deleted again",
            |log| {
                log.by(WORKER).read_guid();
                for n in 0..25 {
                    let path = key(&stem(n));
                    log.create(&path).write(&path, 41).read(&path, 41).delete(&path);
                }
            },
            EVERYONE,
            &[("MK-09", Info)],
        ),
        (
            "two keys are made",
            |log| {
                log.by(WORKER).read_guid().create(&key(&stem(1))).create(&key(&stem(2)));
            },
            EVERYONE,
            &[],
        ),
    ]);
}

#[test]
fn mk08_workers_of_one_pool_take_turns() {
    fn workers(log: &mut Log, accounts: [&'static str; 3]) {
        for (turn, account) in accounts.into_iter().enumerate() {
            log.by(("w3wp.exe", 4400 + 8 * turn as u32, account));
            for n in 0..8 {
                log.create(&key(&stem(turn * 10 + n)));
            }
        }
    }
    let pool = "IIS APPPOOL\\push";
    let mut log = Log::new();
    workers(&mut log, [pool; 3]);
    let report = log.report(IIS_ONLY, &[]);
    assert_eq!(signs(&report), [("MK-08", Warning)]);
    let explanation = &report.findings[0].explanation;
    assert!(
        explanation.contains("3 instances of w3wp.exe (PID 4400, 4408, 4416)"),
        "{explanation}"
    );
    assert!(explanation.contains("made 24 containers"), "{explanation}");

    let mut log = Log::new();
    workers(&mut log, [pool, "IIS APPPOOL\\other", "IIS APPPOOL\\third"]);
    assert_eq!(signs(&log.report(IIS_ONLY, &[])), []);

    let mut log = Log::new();
    workers(&mut log, [pool; 3]);
    for n in 0..24 {
        log.delete(&key(&stem(n / 8 * 10 + n % 8)));
    }
    assert_eq!(signs(&log.report(IIS_ONLY, &[])), []);
}

#[test]
fn mk18_sweep() {
    fn sweep(log: &mut Log) {
        let names: Vec<String> = (0..6).map(|n| format!("{}_{GUID}", stem(n))).collect();
        log.list(&names);
        for n in 0..6 {
            log.use_key(&key(&stem(n)));
        }
    }
    check(&[
        ("a tool reads six", |log| sweep(log.by(TOOL)), IIS_ONLY, &[("MK-18", Warning)]),
        (
            "a tool reads six that it knows by name",
            |log| {
                log.by(TOOL);
                for n in 0..6 {
                    log.use_key(&key(&stem(n)));
                }
            },
            IIS_ONLY,
            &[],
        ),
        ("lsass.exe reads six", |log| sweep(log.by(LSASS)), IIS_ONLY, &[]),
        (
            "a tool lists and reads one",
            |log| {
                log.by(TOOL).list(&[format!("{}_{GUID}", stem(1))]).use_key(&key(&stem(1)));
            },
            EVERYONE,
            &[],
        ),
    ]);
}
