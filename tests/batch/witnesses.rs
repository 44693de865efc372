//! `--with-witnesses`: a capture is read with what lies in its folder.

use std::fs;

use crate::common::*;
use crate::made::{evtx, hive};
use crate::{batch, manifest, statuses};

#[test]
fn a_capture_is_paired_with_the_witnesses_of_its_folder() {
    let folder = temp();
    let own = folder.path().join("in");
    fs::create_dir_all(own.join("alone")).unwrap();
    let lost = read(sample("signatures/mk-03-key-lost.csv"));
    write(&own, "lost.csv", &lost);
    write(&own, "alone/lost.csv", &lost);
    write(&own, "dir.txt", read(sample("signatures/mk-03-key-lost.listing.txt")));
    write(&own, "events.txt", read(sample("signatures/mk-03-installation-fails.event.txt")));
    write(
        &own,
        "guid.reg",
        format!(
            "Windows Registry Editor Version 5.00\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n\"MachineGuid\"=\"{OLD}\"\r\n"
        ),
    );
    write(&own, "dbg.log", "00000001\t0.50000000\t[5236] the metabase cannot be read\r\n");
    write(&own, "readme.txt", "Nothing of interest.\n");
    write(&own, "System.evtx", evtx::log(&[2]));
    let cryptography = ["Microsoft", "Cryptography"];
    let software = hive::hive(&cryptography, "MachineGuid", OLD);
    write(&own, "SOFTWARE", &software);
    // It begins as a hive does, and is read with it.
    write(&own, "SOFTWARE.LOG1", &software[..512]);
    // Another hive of the same computer, in which there is no MachineGuid.
    write(&own, "SYSTEM", hive::hive(&["Select"], "Current", "1"));

    let run = batch(folder.path(), &["--with-witnesses"]);
    let lines = manifest(folder.path());
    let line = &lines["in/lost.csv"];
    let paired = [
        "in/SOFTWARE",
        "in/guid.reg",
        "in/dir.txt",
        "in/System.evtx",
        "in/events.txt",
        "in/dbg.log",
    ];
    assert_eq!(line["witnesses"], serde_json::json!(paired));
    for name in paired {
        assert!(run.stderr.contains(name), "{}", run.stderr);
        assert_eq!(lines[name]["status"], "witness");
    }
    for name in ["in/readme.txt", "in/SYSTEM", "in/SOFTWARE.LOG1"] {
        assert_eq!(lines[name]["status"], "not_a_capture", "{name}");
    }
    assert_eq!(lines["in/alone/lost.csv"]["witnesses"], serde_json::json!([]));
    // It is what `analyze` says with these flags.
    let flags = [
        ["--hive", "in/SOFTWARE"],
        ["--reg-export", "in/guid.reg"],
        ["--keys-dir", "in/dir.txt"],
        ["--event-log", "in/System.evtx"],
        ["--event-log", "in/events.txt"],
        ["--debugview", "in/dbg.log"],
    ];
    let mut command = procmonkey(&["analyze", "-f", "json", "in/lost.csv"]);
    command.args(flags.as_flattened());
    let analyzed = command.current_dir(folder.path()).output().unwrap().stdout;
    assert!(analyzed == read(folder.path().join("out").join(text(line, "findings_path"))));

    // A witness that changes is a reason to read its captures again, and those alone.
    let path = own.join("dir.txt");
    fs::write(&path, [&read(&path)[..], b"\r\n"].concat()).unwrap();
    batch(folder.path(), &["--with-witnesses"]);
    assert_eq!(crate::end(folder.path())["skipped"], 1);

    // Without being asked, nothing is paired.
    let run = batch(folder.path(), &[]);
    assert!(!run.stderr.contains("dir.txt"), "{}", run.stderr);
    assert_eq!(manifest(folder.path())["in/lost.csv"]["witnesses"], serde_json::json!([]));
    assert!(statuses(folder.path()).contains(&("in/dir.txt".into(), "not_a_capture".into())));
}
