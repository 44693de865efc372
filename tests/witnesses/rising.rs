//! The same accident with more and more witnesses.

use std::ffi::OsStr;

use super::*;

/// A finding's confidence as a number, and how much speaks for it.
fn strength(report: &Value) -> (usize, usize) {
    let levels = ["low", "medium", "high"];
    let level = levels.iter().position(|level| *level == confidence(report, "MK-01")).unwrap();
    (level, list(finding(report, "MK-01"), "raised_by").len())
}

/// The pasted rows of such an article, without the process that they are of.
fn article(folder: &Path) -> PathBuf {
    let write = |stem: &str, length: u32| {
        format!(
            "Event Class: File System\nOperation: WriteFile\nResult: SUCCESS\n\
             Path: {FOLDER}\\{stem}_{OLD}\nOffset: 0\nLength: {length}\n\n"
        )
    };
    let text = [
        write(DCOM_STEM, 59),
        write(IIS_STEM, 78),
        format!(
            "Event Class: File System\nOperation: CreateFile\nResult: SUCCESS\n\
             Path: {FOLDER}\\{IIS_STEM}_{NEW}\nDesired Access: Generic Read\nDisposition: Open\n\
             OpenResult: Opened\n"
        ),
    ];
    write_file(folder, "article.txt", &text.concat())
}

fn write_file(folder: &Path, name: &str, text: &str) -> PathBuf {
    common::write(folder, name, text)
}

#[test]
fn without_any_witness_a_lost_key_is_no_changed_guid() {
    let folder = temp();
    let (status, report) = analyze(&[bad(folder.path())]);
    assert_eq!(status, 1);
    assert_eq!(findings(&report), [("MK-03", "error")]);
    assert_eq!(report["verdict"]["signature"], "MK-03");
}

#[test]
fn every_further_witness_makes_a_changed_guid_surer() {
    let folder = temp();
    let text = article(folder.path());
    let event = write_file(folder.path(), "event.txt", &event_7024("3/5/2026 6:59:14 PM"));
    let list = write_file(folder.path(), "dir.txt", &listing());
    let bad = bad(folder.path());

    let (_, alone) = analyze(&[&text]);
    let (_, with_event) = with(&text, &[("--event-log", &event)]);
    let (_, with_baseline) = with(&bad, &[("--baseline", &sample("restart.csv"))]);
    let (_, with_all) = with(&bad, &[("--keys-dir", &list), ("--event-log", &event)]);
    let strengths = [&alone, &with_event, &with_baseline, &with_all].map(strength);
    assert!(strengths.is_sorted_by(|a, b| a < b), "{strengths:?}");
    assert_eq!(strengths.map(|it| it.0), [0, 1, 2, 2]);
    let (_, with_listing) = with(&bad, &[("--keys-dir", &list)]);
    assert_eq!(confidence(&with_listing, "MK-01"), "high");
    for report in [&with_baseline, &with_listing] {
        assert!(!findings(report).iter().any(|it| it.0 == "MK-03"), "{:?}", findings(report));
        assert_eq!(report["verdict"]["signature"], "MK-01");
    }
}

#[test]
fn a_capture_and_a_file_of_one_text_are_told_by_the_same_path() {
    let Some(captures) = captures() else { return };
    let article = captures.join("../source/machinekey-in-iis.txt");
    let (_, alone) = analyze(&[article.as_os_str(), OsStr::new("--no-witnesses")]);
    // What stands beside the rows counts by itself, and no less when it is given once more.
    let (_, by_itself) = analyze(&[&article]);
    let (_, with_event) = with(&article, &[("--event-log", &article)]);
    assert!(strength(&alone) < strength(&by_itself));
    assert!(strength(&by_itself) <= strength(&with_event));
}

#[test]
fn a_listing_without_another_guid_speaks_for_a_deleted_file() {
    let folder = temp();
    let text = listing().replace(OLD, NEW);
    let list = write_file(folder.path(), "dir.txt", &text);
    let (_, report) = with(&bad(folder.path()), &[("--keys-dir", &list)]);
    assert_eq!(findings(&report)[0], ("MK-03", "error"));
    let lost = finding(&report, "MK-03");
    assert!(text_of(lost).contains("deleted file"), "{lost}");
    assert_eq!(lost["witnesses"], serde_json::json!([0]));
}

fn text_of(finding: &Value) -> &str {
    text(finding, "explanation")
}

#[test]
fn a_value_that_was_set_before_turns_a_lost_key_into_a_changed_guid() {
    let folder = temp();
    let key = format!("{FOLDER}\\{IIS_STEM}_{NEW}");
    let value = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    let data = format!("Type: REG_SZ, Length: 74, Data: {NEW}");
    let open = "Desired Access: Generic Read, Disposition: Open, Options: , OpenResult: Opened";
    let made = "Desired Access: Generic Write, Disposition: Create, Options: , OpenResult: Created";
    let row = |time, name, operation, path, result, detail| {
        vec![time, name, "7", operation, path, result, detail]
    };
    let iis = "inetinfo.exe";
    let set = row("6:58:00 PM", "regedit.exe", "RegSetValue", value, "SUCCESS", &data);
    let rest = [
        row("6:59:00 PM", iis, "RegQueryValue", value, "SUCCESS", &data),
        row("6:59:01 PM", iis, "CreateFile", &key, "NAME NOT FOUND", open),
        row("6:59:02 PM", iis, "CreateFile", &key, "SUCCESS", made),
        row("6:59:03 PM", iis, "Process Exit", "", "SUCCESS", "Exit Status: 0"),
    ];
    let mut rows = vec![COLUMNS.to_vec()];
    rows.extend(rest.clone());
    let (_, without) = analyze(&[common::write(folder.path(), "without.csv", csv(&rows))]);
    assert_eq!(findings(&without), [("MK-03", "error")]);
    rows.insert(1, set);
    let (_, report) = analyze(&[common::write(folder.path(), "with.csv", csv(&rows))]);
    // Who set it is said with the changed GUID, and not once more by MK-02.
    assert_eq!(findings(&report), [("MK-01", "error")]);
    assert!(text_of(finding(&report, "MK-01")).contains("regedit.exe"), "{report}");
    assert_eq!(
        finding(&report, "MK-01")["evidence"][0]["events"],
        serde_json::json!([1, 2, 3, 4, 5])
    );
}
