//! The case as it is told on the web: prose with a few events pasted into it, and
//! the decisive ones missing. The text here is our own, in the shape of such pages.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use serde_json::{Value, json};

use common::*;

const OLDER: &str = "0d9f3c52-71ab-4be6-8c04-5e6a2f1b7d38";
const NEWER: &str = "6A27E1F4-0C5D-49B3-B8E2-93D14F7C60AB";
const DCOM_STEM: &str = "7a436fe806e483969f48a894af2fe9a1";
const METABASE_STEM: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";

/// One pasted event, with its tabs flattened to blanks as web pages do it.
fn block(time: &str, class: &str, operation: &str, path: &str, tid: u32, rest: &str) -> String {
    format!(
        "Date & Time: 21-06-2011 {time}\nEvent Class: {class}\nOperation: {operation}\n\
         Result: SUCCESS\nPath: {path}\nTID: {tid}\nDuration: 0.0000417\n{rest}\n\n"
    )
}

fn article() -> String {
    let files = "File System";
    let open = |access: &str| {
        format!(
            "Desired Access: {access}\nDisposition: Open\nOptions: Sequential Access, Synchronous \
             IO Non-Alert, Non-Directory File\nAttributes: n/a\nShareMode: Read\n\
             AllocationSize: n/a\nOpenResult: Opened"
        )
    };
    let write = |length: u32| format!("Offset: 0\nLength: {length}\nPriority: Normal");
    let key = |stem: &str, guid: &str| format!("{FOLDER}\\{stem}_{guid}");
    [
        format!(
            "A note on machine keys, from our team's wiki.\n\n\
             The administration service would not come up; the log said:\n\n\
             Source: Service Control Manager\nEvent ID: 7024\nLevel: Error\nUser: N/A\n\
             Description:\nIt stopped with a code of its own, 2148073478 (0x80090006).\n\n\
             Before that, the folder held two files:\n\
             {METABASE_STEM}_{OLDER}\n{DCOM_STEM}_{OLDER}\n\n  \u{2022} Someone put another GUID \
             into the registry: this is where it began\n\nNow the trace. First the texts:\n\n"
        ),
        block(
            "10:14:07 AM",
            files,
            "CreateFile",
            r"C:\Windows\System32\inetsrv\en-US\inetinfo.exe.mui",
            3116,
            &open("Read Attributes"),
        ),
        "Later it wants to know which machine it is on:\n\n".into(),
        block(
            "10:14:09 AM",
            "Registry",
            "RegQueryValue",
            r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid",
            3120,
            &format!("Type: REG_SZ\nLength: 74\n\nData: {OLDER}"),
        ),
        "and makes its first key file: note the path.\n\n".into(),
        block("10:14:09 AM", files, "WriteFile", &key(DCOM_STEM, OLDER), 3120, &write(59)),
        "The second one follows:\n\n".into(),
        block("10:14:11 AM", files, "WriteFile", &key(METABASE_STEM, OLDER), 3120, &write(78)),
        "So far all is well. After the change, and a restart, we see this instead:\n\n".into(),
        block(
            "01:30:26 PM",
            files,
            "CreateFile",
            &key(METABASE_STEM, NEWER),
            2208,
            &open("Generic Read"),
        ),
        "Then the threads end, and the process with them. Keep a backup!\n".into(),
    ]
    .concat()
}

/// What a reader of such a page wants to be told.
fn check(status: i32, report: &Value, older: &str, newer: &str) {
    assert_eq!(status, 1);
    assert_eq!(report["captures"][0]["events_read"], 5);
    assert_eq!(report["captures"][0]["losses"]["count"], 0);
    // Both containers are named, and one of them stands under two GUIDs.
    assert_eq!(containers(report), [(DCOM, vec![older]), (METABASE, vec![older, newer])]);
    assert!(findings(report).contains(&("MK-01", "error")), "{:?}", findings(report));
    // What stands beside the events counts as a witness: the event and the two files.
    assert_eq!(finding(report, "MK-01")["confidence"], "medium");
    let [event, files] = list(report, "witnesses") else { panic!("{}", report["witnesses"]) };
    assert_eq!((&event["kind"], &event["id"]), (&json!("service"), &json!(7024)));
    assert_eq!(event["error"]["value"], 0x8009_0006_u32);
    let names: Vec<&str> = list(files, "files").iter().map(|file| text(file, "name")).collect();
    let name = |stem: &str| format!("{stem}_{older}");
    assert_eq!(names, [name(METABASE_STEM), name(DCOM_STEM)]);
    let told = text(finding(report, "MK-01"), "explanation");
    for word in [METABASE, DCOM, older, newer] {
        assert!(told.contains(word), "{word} is not in: {told}");
    }
    assert_eq!(list(report, "machine_guid_reads").len(), 1);
    assert_eq!(report["machine_guid_reads"][0]["value"], older);

    let keys: Vec<_> = list(report, "key_files")
        .iter()
        .map(|key| {
            let empty = &key["first_write_is_empty_container"];
            (text(key, "container"), text(key, "guid"), key["created"] == true, empty.clone())
        })
        .collect();
    // A first write of just this length says that the container was made empty.
    // The file under the newer GUID was opened; nothing shows who made it.
    assert_eq!(
        keys,
        [
            (DCOM, older, true, json!(true)),
            (METABASE, older, true, json!(true)),
            (METABASE, newer, false, Value::Null),
        ]
    );
    let last = list(report, "timeline").last().expect("a timeline");
    assert_eq!((&last["step"], &last["event"]), (&json!("opened"), &json!(5)));
    assert_eq!((&last["guid"], &last["container"]), (&json!(newer), &json!(METABASE)));
    assert!(text(last, "note").contains("not created"), "{last}");
    let steps: Vec<&str> =
        list(report, "timeline").iter().map(|entry| text(entry, "step")).collect();
    assert_eq!(steps, ["guid_read", "written", "written", "opened"]);
}

#[test]
fn an_article_tells_the_container_under_two_guids() {
    let folder = temp();
    let (status, report) = analyze(&[write(folder.path(), "article.txt", article())]);
    check(status, &report, OLDER, NEWER);
    // The date settles itself: there is no month 21.
    assert_eq!(entry(&report, 2)["time"], "2011-06-21T10:14:09");
}

#[test]
fn the_way_a_page_mangles_the_text_does_not_matter() {
    let folder = temp();
    let plain = article();
    for (name, text) in [
        ("tabs", plain.replace(": ", ":\t")),
        ("crlf", plain.replace('\n', "\r\n")),
        ("mail", plain.lines().map(|line| format!("> {line}\n")).collect()),
        ("no-break", plain.replace(": ", ":\u{a0}")),
        ("bom", format!("\u{feff}{plain}")),
    ] {
        let (status, report) = analyze(&[write(folder.path(), name, text)]);
        check(status, &report, OLDER, NEWER);
    }
}

#[test]
fn the_tables_for_people_name_what_matters() {
    let folder = temp();
    let path = write(folder.path(), "article.txt", article());
    for format in ["table", "markdown"] {
        let run = run(&[
            "analyze".as_ref(),
            "-v".as_ref(),
            "-f".as_ref(),
            format.as_ref(),
            path.as_os_str(),
        ]);
        assert_eq!(run.status, 1, "{}", run.stderr);
        for word in [OLDER, NEWER, METABASE, DCOM, "MK-01"] {
            assert!(run.text().contains(word), "{format}: {word} is missing");
        }
    }
}

/// The GUIDs of the key files that a text names, in the order of the text.
fn guids_of_key_files(text: &str) -> Vec<&str> {
    let mut guids: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices(&format!("{METABASE_STEM}_")) {
        let guid = &text[at + METABASE_STEM.len() + 1..][..36];
        if !guids.contains(&guid) {
            guids.push(guid);
        }
    }
    guids
}

#[test]
fn the_published_article_tells_the_same() {
    let Some(captures) = captures() else { return };
    let path = captures.join("../source/machinekey-in-iis.txt");
    let text = String::from_utf8(read(&path)).unwrap();
    let guids = guids_of_key_files(&text);
    assert_eq!(guids.len(), 2, "{guids:?}");
    let (status, report) = analyze(&[&path]);
    check(status, &report, guids[0], guids[1]);
}
