//! The lesson on the page of a report.

use crate::common::*;
use crate::{attributes, page_of, run};

#[test]
fn a_lesson_is_on_the_page_when_it_is_asked_for() {
    let input = sample("guid-changed.csv");
    let plain = page_of(&[input.as_os_str()]);
    assert!(!plain.contains("id=\"questions\"") && !plain.contains("id=\"answers\""));
    let page = page_of(&[input.as_os_str(), "--lesson".as_ref()]);
    let (report, lesson) = page.split_once("<section class=\"lesson\" id=\"goals\">").unwrap();
    let (questions, answers) = lesson.split_once("id=\"answers\"").unwrap();
    let (answers, record) = answers.split_once("<section id=\"record\">").unwrap();
    // The value that was read is an answer, and no question gives it away.
    assert!(answers.contains(NEW) && !questions.contains(NEW));
    assert_eq!(questions.matches("<li>").count() - 5, answers.matches("<li>").count());
    // What is read at event 1636 leads to the row of this event.
    assert!(answers.contains("href=\"#e1636\""));
    for link in attributes(&page, "href").into_iter().filter_map(|link| link.strip_prefix('#')) {
        let ids = [format!("id=\"{link}\""), format!("id={link} "), format!("id={link}>")];
        assert!(ids.iter().any(|id| page.contains(id)), "{link} leads nowhere");
    }
    // The rest of the page is the same, but for what leads to the lesson and styles it, and for
    // the command line.
    assert!(plain.contains(record.split_once("<dt>Made by").unwrap().0));
    assert!(report.contains("href=\"#questions\""));
    let events = report.find("<section id=\"events\"").unwrap();
    let bare = page.len() - (report.len() - events);
    assert!(bare <= 60 * 1024, "{bare} bytes without rows");
}

#[test]
fn a_saved_report_has_the_same_lesson() {
    let folder = temp();
    let json = folder.path().join("report.json");
    let input = sample("guid-changed.csv");
    run!("analyze", input.as_os_str(), "-o", json.as_os_str());
    let rendered = run!("render", json.as_os_str(), "-f", "html", "--lesson");
    assert_eq!(rendered.status, 0, "{}", rendered.stderr);
    let page = page_of(&[input.as_os_str(), "--lesson".as_ref()]);
    // As a text: a saved report has fewer rows to lead to.
    let lesson = |page: &str| -> String {
        let (_, behind) = page.split_once("id=\"goals\">").unwrap();
        let (lesson, _) = behind.split_once("<section id=\"record\">").unwrap();
        let pieces = lesson.split('<').map(|piece| piece.split_once('>').map_or(piece, |it| it.1));
        pieces.collect()
    };
    assert!(lesson(rendered.text()).contains("read MachineGuid, and which value is it?"));
    assert_eq!(lesson(rendered.text()), lesson(&page));
}

#[test]
fn a_lesson_is_refused_where_there_is_no_page() {
    let input = sample("guid-changed.csv");
    for form in ["table", "json", "svg"] {
        let refused = run!("analyze", input.as_os_str(), "--lesson", "-f", form);
        assert_eq!(refused.status, 2, "{form}");
        assert!(refused.stderr.contains("explain --lesson"), "{}", refused.stderr);
    }
}
