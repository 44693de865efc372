//! Each state of a verdict has its page.

use crate::common::*;
use crate::page_of;

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
