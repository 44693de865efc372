//! Each state of a verdict has its page.

use crate::common::*;
use crate::{page_of, run};

/// The words of the state, and the class of its sign.
fn state(page: &str) -> (String, String) {
    let tag = page.split("<p class=\"tag t-").nth(1).unwrap();
    let class = tag.split('"').next().unwrap().to_string();
    let words = tag.split("<span>").nth(1).unwrap().split('<').next().unwrap().to_string();
    (words, class)
}

#[test]
fn each_state_says_what_it_is() {
    let folder = temp();
    let nothing = csv(&[
        COLUMNS.to_vec(),
        vec!["6:59:13.0413955 PM", "svchost.exe", "12", "CreateFile", r"C:\a", "SUCCESS", ""],
    ]);
    let nothing = write(folder.path(), "nothing.csv", nothing);
    for (path, words, class) in [
        (sample("guid-changed.csv"), "Broken", "bad"),
        (sample("restart.csv"), "Nothing known is wrong", "ok"),
        (nothing, "Not judged", "none"),
    ] {
        let page = page_of(&[path.as_os_str()]);
        assert_eq!(state(&page), (words.to_string(), class.to_string()), "{}", path.display());
        for word in ["all is well", "no problem", "secure"] {
            assert!(!page.to_lowercase().contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn a_page_that_could_not_judge_says_so_and_what_to_do() {
    let folder = temp();
    let rows = csv(&[
        COLUMNS.to_vec(),
        vec!["6:59:13.0413955 PM", "svchost.exe", "12", "CreateFile", r"C:\a", "SUCCESS", ""],
    ]);
    let input = write(folder.path(), "a.csv", rows);
    let page = page_of(&[input.as_os_str()]);
    assert!(page.contains("this is not an all-clear"));
    assert!(page.contains("To judge it"));
    // What is in it instead.
    assert!(page.contains("<td>svchost.exe</td><td>1 event</td>"));
    assert!(!page.contains("id=\"start\"") && !page.contains("<h2>What shows it"));
}

#[test]
fn a_healthy_page_says_what_was_looked_for() {
    let page = page_of(&[sample("restart.csv")]);
    assert!(page.contains("<h2>What was looked for</h2>"));
    assert!(page.contains("To go on"));
}

#[test]
fn a_loss_stands_before_the_verdict() {
    let folder = temp();
    let text = read(sample("guid-changed.csv"));
    // In the middle of a row.
    let half = &text[..text.len() * 3 / 5 + 7];
    let input = write(folder.path(), "half.csv", half);
    let page = page_of(&[input.as_os_str()]);
    let loss = page.find("<b>Not everything was read.</b>").expect("the box of losses");
    assert!(loss < page.find("<h1>").unwrap());
    assert!(page.contains("The verdict stands on what was read."));
    assert!(page.contains("<span class=\"cut\">From"));
    let whole = page_of(&[sample("guid-changed.csv")]);
    assert!(
        !whole.contains("Not everything was read")
            && whole.contains("Nothing: all of it was read.")
    );
}

#[test]
fn witnesses_are_on_the_drawing_and_in_the_table() {
    let folder = temp();
    // A minute behind the start-up; the capture has no zone, so that times are of its own clock.
    let event = "Log Name: System\r\nSource: Service Control Manager\r\nDate: 3/5/2026 6:59:14 PM\r\n\
                 Event ID: 7024\r\nLevel: Error\r\nComputer: WEB01\r\nDescription:\r\nThe IIS Admin \
                 Service service terminated with the following service-specific error: \
                 %%-2146893818\r\n";
    let log = write(folder.path(), "event.txt", event);
    let page =
        page_of(&[sample("guid-changed.csv").as_os_str(), "--event-log".as_ref(), log.as_os_str()]);
    assert!(page.contains("<h2>Witnesses</h2>"), "the table of witnesses");
    assert!(page.contains("NTE_BAD_SIGNATURE"));
    assert!(page.contains(">◆ event 7024<"), "the drawing");
}

/// A report with this many findings of the kind of the first one.
fn with_findings(name: &str, count: usize) -> serde_json::Value {
    let (_, mut report) = analyze(&[sample(name).as_os_str()]);
    let first = report["findings"][0].clone();
    let mut all = vec![first; count];
    for finding in &mut all {
        finding["group_count"] = count.into();
    }
    report["findings"] = all.into();
    report
}

#[test]
fn hundreds_of_findings_are_counted_and_the_first_twenty_shown_in_full() {
    let folder = temp();
    let report = with_findings("signatures/mk-04-access-denied.csv", 300);
    let path = write(folder.path(), "a.json", report.to_string());
    let rendered = run!("render", path.as_os_str(), "-f", "html");
    assert_eq!(rendered.status, 0, "{}", rendered.stderr);
    let page = rendered.text();
    assert_eq!(page.matches("<article class=\"find\"").count(), 20);
    assert!(
        page.contains("Shown in full: 20 of 300 findings. All: `procmonkey analyze … -f json`.")
    );
    let line = page.split("<ul class=\"kinds\">").nth(1).unwrap().split("</ul>").next().unwrap();
    assert_eq!(line.matches("<li>").count(), 1, "equal findings are one line");
    assert!(line.contains("<li>MK-04 error: ") && line.contains(", 300 times, first at event "));
    assert!(line.contains("Microsoft Internet Information Server"), "{line}");
    // One that is shown in full needs no line.
    let path = write(
        folder.path(),
        "b.json",
        with_findings("signatures/mk-04-access-denied.csv", 20).to_string(),
    );
    let few = run!("render", path.as_os_str(), "-f", "html");
    assert!(!few.text().contains("Shown in full"));
}

#[test]
fn every_cut_says_both_numbers_and_where_the_rest_is() {
    let folder = temp();
    let (_, mut report) = analyze(&[sample("guid-changed.csv").as_os_str()]);
    let steps = report["timeline"].as_array().unwrap().clone();
    let mut many = Vec::new();
    // 2,100 steps on 150 key files, the last ones with the same names.
    for number in 0..2_100_u32 {
        let mut step = steps[1].clone();
        step["event"] = (10_000 + number).into();
        step["events"] = vec![10_000 + number].into();
        step["group"] = number.into();
        step["stem"] = format!("{:032x}", number % 150).into();
        step["container"] = serde_json::Value::Null;
        step["link"] = serde_json::Value::Null;
        many.push(step);
    }
    report["timeline"] = many.into();
    report["captures"][0]["losses"]["count"] = 1_234.into();
    let path = write(folder.path(), "a.json", report.to_string());
    let rendered = run!("render", path.as_os_str(), "-f", "html");
    assert_eq!(rendered.status, 0, "{}", rendered.stderr);
    let page = rendered.text();
    for sentence in [
        "Shown: the first 2,000 of 2,100 steps. All: `procmonkey analyze … -f json`.",
        // Those of this process, and those that a listing shows under other names.
        "Drawn: the first 11 of 154 key files. The table has each step.",
        "Drawn: 40 of 2,100 steps. The table has each step.",
    ] {
        assert!(page.contains(sentence), "{sentence}");
    }
    assert!(page.contains("1234 places could not be read"));
}

#[test]
fn a_file_that_is_no_capture_gives_an_error_and_no_page() {
    let folder = temp();
    let input = write(folder.path(), "photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0<script>alert(1)");
    let output = folder.path().join("a.html");
    let run = run!("analyze", input.as_os_str(), "-o", output.as_os_str());
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(run.stderr.contains("photo.jpg") && run.stdout.is_empty(), "{}", run.stderr);
    assert!(!output.exists(), "no page is left");
    let mut page = Vec::new();
    let bytes = read(&input);
    procmonkey_html::write_unreadable("C:\\<b>\\photo.jpg", &bytes, &mut page).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("<h1>This is not a capture that can be read</h1>"));
    assert!(page.contains("<code>ff d8 ff e0 00 10 4a 46 49 46 00 3c 73 63 72 69</code>"));
    assert!(page.contains("<code>......JFIF.&lt;scri</code>"), "16 bytes and no more");
    assert!(page.contains("native log (PML)") && page.contains("gzip, zstd or zip"));
    assert_eq!(page.matches("<script").count(), 0);
    for word in ["verdict", "MachineGuid", "Record"] {
        assert!(!page.contains(&format!(">{word}")), "{word}");
    }
}
