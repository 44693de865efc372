//! `--with-witnesses`: a capture is read with what lies in its folder.

use std::fs;

use crate::common::*;
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

    let run = batch(folder.path(), &["--with-witnesses"]);
    let lines = manifest(folder.path());
    let line = &lines["in/lost.csv"];
    let paired = ["in/guid.reg", "in/dir.txt", "in/events.txt", "in/dbg.log"];
    assert_eq!(line["witnesses"], serde_json::json!(paired));
    for name in paired {
        assert!(run.stderr.contains(name), "{}", run.stderr);
        assert_eq!(lines[name]["status"], "witness");
    }
    assert_eq!(lines["in/readme.txt"]["status"], "not_a_capture");
    assert_eq!(lines["in/alone/lost.csv"]["witnesses"], serde_json::json!([]));
    // It is what `analyze` says with these flags.
    let mut command = procmonkey(&[
        "analyze",
        "-f",
        "json",
        "in/lost.csv",
        "--reg-export",
        "in/guid.reg",
        "--keys-dir",
        "in/dir.txt",
        "--event-log",
        "in/events.txt",
        "--debugview",
        "in/dbg.log",
    ]);
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
