//! Each kind of witness by its flag.

use serde_json::json;

use super::*;

#[test]
fn a_registry_export_with_another_value_is_a_witness_of_the_change() {
    let folder = temp();
    let bad = bad(folder.path());
    let export = |guid: &str| {
        let text = format!(
            "Windows Registry Editor Version 5.00\r\n\r\n\
             [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n\"MachineGuid\"=\"{guid}\"\r\n"
        );
        write(folder.path(), &format!("{guid}.reg"), text)
    };
    let (status, report) = with(&bad, &[("--reg-export", &export(OLD))]);
    assert_eq!((status, findings(&report)), (1, vec![("MK-01", "error")]));
    assert_eq!(report["witnesses"][0]["kind"], "machine_guid");
    assert_eq!(finding(&report, "MK-01")["witnesses"], json!([0]));
    // The value that was read anyhow proves nothing new.
    let (_, report) = with(&bad, &[("--reg-export", &export(NEW))]);
    assert_eq!(findings(&report), [("MK-03", "error")]);
    // Without a lost key, two values are worth a warning.
    let (_, report) = with(&sample("restart.csv"), &[("--reg-export", &export(NEW))]);
    assert_eq!(findings(&report), [("MK-01", "warning")]);
    assert_eq!(confidence(&report, "MK-01"), "low");
}

#[test]
fn a_key_folder_on_disk_is_listed_and_its_files_are_judged_by_size() {
    let folder = temp();
    let keys = folder.path().join("MachineKeys");
    std::fs::create_dir(&keys).unwrap();
    // A container without keys: 40 bytes, the name and its NUL.
    let mut empty = vec![0; 40];
    empty[8] = 38;
    empty.extend_from_slice(b"Microsoft Internet Information Server\0");
    write(&keys, &format!("{IIS_STEM}_{OLD}"), empty);
    let (_, report) = with(&bad(folder.path()), &[("--keys-dir", &keys)]);
    let folder = &report["witnesses"][0];
    assert_eq!(folder["files"][0]["header"]["container"], METABASE);
    let notes = folder["notes"].to_string();
    assert!(notes.contains("1 file of the two containers"), "{notes}");
    assert!(notes.contains("without keys"), "{notes}");
    assert_eq!(findings(&report)[0], ("MK-01", "error"));
    // Never anything of the content.
    assert!(!report["witnesses"].to_string().contains("\"bytes\""));
}

#[test]
fn a_service_that_failed_while_every_key_works_points_to_the_configuration() {
    let folder = temp();
    let event = write(folder.path(), "event.txt", event_7024("3/5/2026 3:53:04 PM"));
    let (status, report) = with(&sample("restart.csv"), &[("--event-log", &event)]);
    assert_eq!((status, findings(&report)), (1, vec![("MK-16", "warning")]));
    assert_eq!(confidence(&report, "MK-16"), "low");
    // An event of another day is no witness of this start.
    let event = write(folder.path(), "event.txt", event_7024("3/1/2026 3:53:04 PM"));
    let (status, report) = with(&sample("restart.csv"), &[("--event-log", &event)]);
    assert_eq!((status, findings(&report)), (0, vec![]));
}

#[test]
fn a_baseline_bears_witness_and_is_not_judged() {
    let denied = sample("signatures/mk-04-access-denied.csv");
    let (alone, report) = analyze(&[&denied]);
    assert_eq!((alone, findings(&report)), (1, vec![("MK-04", "error")]));
    let (status, report) = with(&sample("restart.csv"), &[("--baseline", &denied)]);
    assert_eq!((status, findings(&report)), (0, vec![]));
    assert_eq!(report["captures"][0]["role"], "baseline");
    assert_eq!(report["captures"][1]["role"], "case");
    // As a part of the case, it is.
    let (status, _) = analyze(&[&denied, &sample("restart.csv")]);
    assert_eq!(status, 1);
    let (clean, _) = with(&sample("restart.csv"), &[("--baseline", &sample("first-start.csv"))]);
    assert_eq!(clean, 0);
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_done() {
    let folder = temp();
    let missing = folder.path().join("missing.evtx");
    let prose = write(folder.path(), "prose.txt", "Nothing of interest.\n");
    // One that cannot be read at all is more than one that does not say what it should.
    for (flag, path, status) in
        [("--event-log", &missing, 3), ("--keys-dir", &prose, 4), ("--hive", &prose, 4)]
    {
        let arguments = ["analyze".as_ref(), flag.as_ref(), path.as_os_str()];
        let capture = sample("restart.csv");
        let run = run(&[&arguments[..], &[capture.as_os_str()]].concat());
        assert_eq!(run.status, status, "{flag}");
        assert!(run.stderr.contains(path.to_str().unwrap()), "{}", run.stderr);
        assert!(run.text().contains("NOTHING KNOWN IS WRONG"), "{}", run.text());
    }
    if !cfg!(windows) {
        let run = run(&["analyze".as_ref(), "--live".as_ref(), sample("restart.csv").as_os_str()]);
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains("only on Windows"), "{}", run.stderr);
    }
}

#[test]
fn others_at_the_keys_are_shown_whatever_is_followed() {
    let run = run(&["analyze".as_ref(), sample("guid-changed.csv").as_os_str()]);
    let page = run.text();
    let at = page.find("Others at the keys").expect("the section");
    assert!(page[at..].contains("Explorer.EXE") && page[at..].contains("listed"), "{page}");
}
