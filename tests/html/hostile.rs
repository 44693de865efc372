//! Nothing of a capture becomes markup, and nothing of it is invisible.

use crate::common::*;
use crate::{body, page_of};

#[test]
fn names_of_a_hostile_capture_stay_texts() {
    let folder = temp();
    let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;";
    let turned = "C:\\photo\u{202e}gnp.exe\u{200b}\u{feff}\0\u{1b}[2J";
    let key = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let long = "x".repeat(1024 * 1024);
    let rows = csv(&[
        COLUMNS.to_vec(),
        vec!["6:59:13.0000001 PM", "inetinfo.exe", "12", "CreateFile", attack, "SUCCESS", ""],
        vec!["6:59:13.0000002 PM", "inetinfo.exe", "12", attack, turned, attack, attack],
        vec![
            "6:59:13.0000003 PM",
            "inetinfo.exe",
            "12",
            "CreateFile",
            &key,
            "ACCESS DENIED",
            &long,
        ],
        vec!["6:59:13.0000004 PM", attack, "13", "CreateFile", &key, "ACCESS DENIED", attack],
    ]);
    let input = write(folder.path(), "<title><script>x.csv", rows);
    let page = page_of(&[input.as_os_str()]);
    let body = body(&page);
    assert!(!body.contains("<script") && !body.contains("<img"), "markup came in");
    assert!(!body.contains("onerror=alert(2)>"));
    assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x"));
    assert!(body.contains("&amp;lt;"), "what looks like a reference stays what it was");
    assert!(body.contains("photo\\u{202e}gnp.exe\\u{200b}\\u{feff}\\u{0}\\u{1b}[2J"));
    let hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert_eq!(page.chars().find(|c| hidden(*c)), None);
    // Of a Detail of a megabyte the beginning is shown, and how much more there is.
    assert!(page.len() < 200_000, "{} bytes", page.len());
    assert!(page.contains("[1,044,480 more characters not shown]"));
}
