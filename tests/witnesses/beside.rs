//! The same paste is its own witness: what stands beside the events of a ticket counts, with its
//! line, and what prose says does not.

use super::*;

/// Rows of the failing start, as copied from Procmon's grid.
fn rows() -> String {
    let row = |time: &str, operation: &str, path: &str, result: &str, detail: &str| {
        format!("6:59:13.0{time} PM\tinetinfo.exe\t5236\t{operation}\t{path}\t{result}\t{detail}\n")
    };
    let value = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
    let key = format!("{FOLDER}\\{IIS_STEM}_{NEW}");
    [
        row(
            "390001",
            "RegQueryValue",
            value,
            "SUCCESS",
            &format!("Type: REG_SZ, Length: 74, Data: {NEW}"),
        ),
        row(
            "410002",
            "CreateFile",
            &key,
            "NAME NOT FOUND",
            "Desired Access: Generic Read, Disposition: Open",
        ),
        row(
            "430003",
            "CreateFile",
            &key,
            "SUCCESS",
            "Desired Access: Generic Write, Disposition: Create, OpenResult: Created",
        ),
    ]
    .concat()
}

fn analyze_text(text: &str, flags: &[&str]) -> (i32, Value) {
    let mut arguments = vec!["analyze", "-f", "json", "-"];
    arguments.extend(flags);
    let run = run_with_input(&arguments, text.as_bytes());
    (run.status, run.json())
}

/// Kind and source of each witness.
fn witnesses(report: &Value) -> Vec<(&str, &str)> {
    let pair = |witness| (text(witness, "kind"), text(witness, "source"));
    list(report, "witnesses").iter().map(pair).collect()
}

fn confidence(report: &Value) -> Vec<(&str, &str)> {
    let all = list(report, "findings").iter();
    all.map(|it| (text(it, "signature"), text(it, "confidence"))).collect()
}

#[test]
fn each_kind_of_witness_in_a_ticket_counts_with_its_line() {
    let cases = [
        (event_7024("3/5/2026 6:59:14 PM"), "service", "standard input, line 6"),
        (listing(), "folder", "listing standard input, line 8"),
        (
            format!(
                "\n    Directory: {FOLDER}\n\nMode  LastWriteTime  Length Name\n-a---s  3/1/2026  9:12 AM  2202 {IIS_STEM}_{OLD}\n"
            ),
            "folder",
            "listing standard input, line 10",
        ),
        (
            format!(
                "{FOLDER}\\{IIS_STEM}_{OLD} NT AUTHORITY\\SYSTEM:(F)\n    BUILTIN\\Administrators:(R)\n"
            ),
            "folder",
            "listing standard input, line 6",
        ),
        (
            format!("In the folder are:\n{IIS_STEM}_{OLD}\n{DCOM_STEM}_{OLD}\n"),
            "folder",
            "listing standard input, line 7",
        ),
        (
            format!(
                "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n    MachineGuid    REG_SZ    {OLD}\n"
            ),
            "machine_guid",
            "reg query standard input, line 7",
        ),
        (
            format!(
                "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\n\"MachineGuid\"=\"{OLD}\"\n"
            ),
            "machine_guid",
            "registry export standard input, line 7",
        ),
        (
            "00000012\t1.25000000\t[5236] CryptAcquireContext failed\n".into(),
            "debug",
            "standard input, line 6",
        ),
    ];
    for (beside, kind, source) in cases {
        let text = format!("Hello,\n\n{}{beside}\nThanks!\n", rows());
        let (_, report) = analyze_text(&text, &[]);
        assert_eq!(witnesses(&report), [(kind, source)], "{text}");
        assert_eq!(report["captures"][0]["events_read"], 3, "{text}");
        let [source] = list(&report, "witness_sources") else { panic!("{text}") };
        assert_eq!((&source["given_as"], &source["facts"]), (&"pasted".into(), &1.into()));
        // Behind marks of a mail, it is the same.
        let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
        assert_eq!(witnesses(&analyze_text(&quoted, &[]).1), witnesses(&report), "{quoted}");
        // And in front of the events, with the events the same.
        let before = format!("{beside}\n{}", rows());
        let (_, report) = analyze_text(&before, &[]);
        assert_eq!(witnesses(&report).len(), 1, "{before}");
        assert_eq!(report["captures"][0]["events_read"], 3, "{before}");
        let (_, report) = analyze_text(&text, &["--no-witnesses"]);
        assert!(witnesses(&report).is_empty() && list(&report, "witness_sources").is_empty());
    }
}

#[test]
fn they_raise_the_confidence_as_the_flags_do() {
    let folder = temp();
    let rows = write(folder.path(), "rows.txt", rows());
    let event = event_7024("3/5/2026 6:59:14 PM");
    let old = format!(
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\n\"MachineGuid\"=\"{OLD}\"\n"
    );
    for (beside, flag) in [(listing(), "--keys-dir"), (event, "--event-log"), (old, "--reg-export")]
    {
        let file = write(folder.path(), "beside.txt", &beside);
        let (status, by_flag) = with(&rows, &[(flag, &file)]);
        let together = format!("{}\n{beside}", String::from_utf8(read(&rows)).unwrap());
        let (own_status, own) = analyze_text(&together, &[]);
        assert_eq!((own_status, confidence(&own)), (status, confidence(&by_flag)), "{flag}");
        assert!(!confidence(&own).is_empty(), "{flag}");
        let (_, alone) = analyze(&[&rows]);
        assert_ne!(own["findings"], alone["findings"], "{flag}: it changes nothing");
        // A text that is also given as a witness is not looked at twice.
        let path = write(folder.path(), "together.txt", &together);
        let (_, twice) = with(&path, &[(flag, &path)]);
        let sources: Vec<&str> =
            list(&twice, "witness_sources").iter().map(|it| text(it, "given_as")).collect();
        assert_eq!(sources.len(), 1, "{sources:?}");
        assert_ne!(sources[0], "pasted");
    }
}

#[test]
fn what_prose_says_is_no_witness() {
    for beside in [
        format!("The file {IIS_STEM}_{OLD} is missing.\n"),
        format!("These are gone:\n{IIS_STEM}_{OLD}\n"),
        format!("MachineGuid: {OLD}\n"),
        format!("MachineGuid: {OLD} (it was {NEW} before)\n"),
        "MachineGuid    REG_SZ    <removed>\n".into(),
        "The <Event> element says more.\n".into(),
        "[1508] is my extension.\n".into(),
    ] {
        let text = format!("Hello,\n\n{}\n{beside}\nThanks!\n", rows());
        let (status, report) = analyze_text(&text, &[]);
        assert_eq!(witnesses(&report), [], "{text}");
        let (own_status, own) = analyze_text(&rows(), &[]);
        assert_eq!((status, confidence(&report)), (own_status, confidence(&own)), "{text}");
    }
}

/// A path in a row of Procmon's is no listing: the row itself says what came of it.
#[test]
fn rows_of_the_capture_are_no_witnesses() {
    let (_, report) = analyze_text(&rows(), &[]);
    assert_eq!(witnesses(&report), []);
    let block = format!(
        "Date & Time:\t3/5/2026 6:59:13 PM\nEvent Class:\tFile System\nOperation:\tCreateFile\n\
         Result:\tNAME NOT FOUND\nPath:\t{FOLDER}\\{IIS_STEM}_{OLD}\nTID:\t8\nDuration:\t0.0000042\n"
    );
    assert_eq!(witnesses(&analyze_text(&block, &[]).1), []);
    let wrapped = block.replace("Path:\t", "Path:\n");
    assert_eq!(witnesses(&analyze_text(&wrapped, &[]).1), []);
}

/// Lines that follow on an event without a gap are prose until a label shows that they
/// belong to it.
#[test]
fn text_that_follows_on_an_event_or_looks_like_a_tab_is_read() {
    let event = "Date & Time:\t3/5/2026 6:59:13 PM\nEvent Class:\tFile System\nOperation:\tReadFile\n\
                 Result:\tSUCCESS\nPath:\tC:\\a\nTID:\t8\nDuration:\t0.0000042\nOffset:\t0\n";
    let message =
        "The IIS Admin Service service terminated with service-specific error 2148073478.\n";
    let (_, report) = analyze_text(&format!("{event}{message}"), &[]);
    assert_eq!(witnesses(&report), [("service", "standard input, line 9")]);
    let (_, report) = analyze_text(&format!("{event}{}", event_7024("3/5/2026 6:59:14 PM")), &[]);
    assert_eq!(witnesses(&report), [("service", "standard input, line 9")]);
    let user = format!(
        "User: N/A\nSource: Service Control Manager\nEvent ID: 7024\nDescription:\n{message}"
    );
    let (_, report) = analyze_text(&format!("{user}\n{event}"), &[]);
    assert_eq!(witnesses(&report), [("service", "standard input, line 1")]);
}
