//! The drawing, on the page and alone.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::common::*;
use crate::{attributes, page_of, run};

/// The drawings of a page, as its own text.
fn drawings(page: &str) -> Vec<&str> {
    let parts = page.split("<svg class=\"d\"").skip(1);
    parts.map(|rest| rest.split("</svg></div>").next().unwrap()).collect()
}

/// The names of elements, and the attributes that lead somewhere. Fails on what is not XML.
pub(crate) fn elements(xml: &str) -> Vec<(String, Option<String>)> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}\n{xml}")) {
            Event::Start(element) | Event::Empty(element) => {
                let href =
                    element.attributes().map(Result::unwrap).find(|it| it.key.as_ref() == "href");
                let href = href.map(|it| it.value.into_owned());
                found.push((element.name().as_ref().to_string(), href));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn every_mark_leads_to_its_step() {
    let path = sample("guid-changed.csv");
    let page = page_of(&[path.as_os_str()]);
    let (_, report) = analyze(&[path.as_os_str()]);
    let drawing = drawings(&page)[0];
    let links = attributes(drawing, "href").into_iter().filter(|it| it.starts_with("#s"));
    let events: Vec<u64> = links.map(|link| link[2..].parse().unwrap()).collect();
    // The read; then not found, made, and written and opened three times in all.
    assert_eq!(events, [1636, 1673, 1674, 1701, 1713, 1716]);
    let steps: HashMap<u64, &str> = list(&report, "timeline")
        .iter()
        .map(|entry| (entry["event"].as_u64().unwrap(), text(entry, "step")))
        .collect();
    for (event, step) in [(1636, "guid_read"), (1673, "probed"), (1674, "created")] {
        assert_eq!(steps[&event], step);
        assert!(page.contains(&format!("<tr id=\"s{event}\"")));
    }
    // Each step of the report has a row, and no other has one.
    let rows: Vec<u64> = attributes(&page, "id")
        .iter()
        .filter_map(|id| id.strip_prefix('s')?.parse().ok())
        .collect();
    let wanted: Vec<u64> =
        list(&report, "timeline").iter().map(|entry| entry["event"].as_u64().unwrap()).collect();
    assert_eq!(rows, wanted);
}

#[test]
fn the_words_of_marks_are_those_of_the_case() {
    let page = page_of(&[sample("guid-changed.csv")]);
    let drawing = drawings(&page)[0];
    let said: Vec<&str> = attributes(drawing, "aria-label").into_iter().skip(1).collect();
    // The heads of phases lead to their rows, and name their events for the filter.
    let heads: Vec<&&str> = said.iter().filter(|it| it.starts_with("Phase ")).collect();
    assert_eq!(heads.len(), 7);
    assert!(heads.contains(&&"Phase exit: events 1753-1759"), "{heads:?}");
    assert!(page.contains("<tr class=\"ph\" id=\"p1753\">"));
    assert!(drawing.contains("href=\"#p1753\" data-events=\"1753-1759\""));
    assert_eq!(said[0], "event 1636: read, MachineGuid, GUID B");
    assert_eq!(said[1], "event 1673: not found, Microsoft Internet Information Server, GUID B");
    assert_eq!(
        said[2],
        "event 1674: made 78 B: no key yet, Microsoft Internet Information Server, GUID B"
    );
    // Four files are listed six seconds later: three under A and one under B.
    let listed: Vec<&&str> = said.iter().filter(|it| it.ends_with(", listed")).collect();
    assert_eq!(listed.len(), 4);
    assert_eq!(listed.iter().filter(|it| it.contains("under A")).count(), 3);
    assert_eq!(drawing.matches(">not looked for here<").count(), 3);
    assert!(drawing.contains(">1.5 ms later, same thread<"));
}

#[test]
fn drawings_are_xml_and_have_no_way_out() {
    let folder = temp();
    let mut names: Vec<String> =
        ["guid-changed.csv", "restart.pml", "first-start.xml"].map(String::from).into();
    let signatures = names_in(&sample("signatures"));
    names.extend(
        signatures.iter().filter(|it| it.ends_with(".csv")).map(|it| format!("signatures/{it}")),
    );
    let mut drawn = 0;
    for name in names {
        let path = folder.path().join("a.svg");
        let run = run!("analyze", "-q", sample(&name).as_os_str(), "-o", path.as_os_str());
        if run.status == 2 {
            assert!(run.stderr.contains("nothing to draw"), "{}", run.stderr);
            continue;
        }
        drawn += 1;
        let text = String::from_utf8(read(&path)).unwrap();
        for (element, href) in elements(&text) {
            assert_ne!(element, "script", "{name}");
            if let Some(href) = href {
                assert_eq!(element, "use", "{name}: a drawing alone has no links");
                assert!(text.contains(&format!("<symbol id=\"{}\"", &href[1..])), "{name}: {href}");
            }
        }
    }
    assert!(drawn > 40, "{drawn}");
}

#[test]
fn nothing_is_written_where_there_is_nothing_to_draw() {
    let folder = temp();
    let rows = csv(&[
        COLUMNS.to_vec(),
        vec!["6:59:13.0413955 PM", "svchost.exe", "12", "CreateFile", r"C:\a", "SUCCESS", ""],
    ]);
    let input = write(folder.path(), "a.csv", rows);
    let output = folder.path().join("a.svg");
    let run = run!("analyze", input.as_os_str(), "-o", output.as_os_str());
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("-f html has the verdict"), "{}", run.stderr);
    assert!(!output.exists());
}

#[test]
fn the_readme_shows_the_drawing_of_the_sample() {
    let shown = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/start-up.svg");
    let run = run!("analyze", sample("guid-changed.csv").as_os_str(), "-f", "svg");
    assert_eq!(run.text(), String::from_utf8(read(shown)).unwrap());
    let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert!(String::from_utf8(read(readme)).unwrap().contains("(docs/start-up.svg)"));
}
