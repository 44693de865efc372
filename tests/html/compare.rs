//! Two start-ups above each other.

use crate::common::*;
use crate::drawing::elements;
use crate::{attributes, run};

/// The drawing of `compare`.
fn drawn(good: &str, bad: &str) -> String {
    let run = run!("compare", "-q", sample(good).as_os_str(), sample(bad).as_os_str(), "-f", "svg");
    assert!(matches!(run.status, 0 | 1), "{}: {}", run.status, run.stderr);
    run.text().to_string()
}

/// The places of the texts that are these words.
fn places(drawing: &str, words: &str) -> Vec<(i32, i32)> {
    let number = |text: &str, name: &str| {
        let rest = text.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let end = format!(">{words}</text>");
    let texts = drawing.split("<text").skip(1).filter(|text| text.contains(&end));
    texts.map(|text| (number(text, "x"), number(text, "y"))).collect()
}

#[test]
fn the_two_start_ups_stand_above_each_other_and_part_at_the_key_file() {
    let drawing = drawn("restart.csv", "guid-changed.csv");
    for phase in ["Start", "Crypto load", "Key files", "Services", "Exit"] {
        let heads = places(&drawing, phase);
        assert_eq!(heads.len(), 2, "{phase}");
        assert_eq!(heads[0].0, heads[1].0, "{phase}: the columns are the same");
        assert!(heads[0].1 < heads[1].1, "{phase}: the good one is above");
    }
    // The bad one ends before it has services; the good one does not end in its capture.
    assert_eq!(places(&drawing, "not reached")[0].0, places(&drawing, "Services")[0].0 + 4);
    assert!(places(&drawing, "not reached")[0].1 > places(&drawing, "BAD")[0].1);
    assert!(places(&drawing, "no end seen")[0].1 < places(&drawing, "BAD")[0].1);
    // One line, at the left edge of the column of key files, and a ring in either half.
    let column = places(&drawing, "Key files")[0].0 - 8;
    assert_eq!(drawing.matches(&format!("class=\"red\" d=\"M{column} 0V")).count(), 1);
    assert_eq!(drawing.matches("class=\"red\"").count(), 3);
    assert!(
        drawing.contains(
            ">First difference: above the key file is found, below it is not found</text>"
        )
    );
    assert!(drawing.contains(">124 actions are the same, but for MachineGuid</text>"));
    // Both letters, each once as a value that was read.
    let said = attributes(&drawing, "aria-label");
    assert!(said.contains(&"Good, event 493: read, MachineGuid, GUID A"), "{said:?}");
    assert!(said.contains(&"Bad, event 1636: read, MachineGuid, GUID B"), "{said:?}");
    // Its other key is under A in both, and only the good one looks for it.
    assert_eq!(drawing.matches(">MS IIS DCOM Server</text>").count(), 2);
    assert_eq!(drawing.matches(">not looked for here</text>").count(), 1);
}

#[test]
fn start_ups_that_are_the_same_have_no_line() {
    let drawing = drawn("restart.csv", "restart.csv");
    assert!(!drawing.contains("class=\"red\""));
    assert!(drawing.contains("are the same in both</text>"));
    assert_eq!(
        places(&drawing, "no end seen").len(),
        0,
        "neither shows an end: there is no column"
    );
}

#[test]
fn drawings_of_two_are_xml_and_lead_nowhere() {
    for (good, bad) in [
        ("restart.csv", "guid-changed.csv"),
        ("first-start.csv", "restart.csv"),
        ("guid-changed.xml", "restart.pml"),
        ("restart.csv", "signatures/mk-04-access-denied.csv"),
    ] {
        let drawing = drawn(good, bad);
        for (element, href) in elements(&drawing) {
            assert_ne!(element, "script");
            assert!(href.is_none() || element == "use", "{good}, {bad}: {element} {href:?}");
        }
        let low = attributes(&drawing, "width").into_iter().filter_map(|it| it.parse().ok());
        assert!(low.into_iter().all(|width: i32| width >= 0), "{good}, {bad}");
    }
}

#[test]
fn captures_that_cannot_be_compared_are_not_drawn() {
    let folder = temp();
    let rows = csv(&[
        COLUMNS.to_vec(),
        vec!["6:59:13.0413955 PM", "svchost.exe", "12", "CreateFile", r"C:\a", "SUCCESS", ""],
    ]);
    let other = write(folder.path(), "a.csv", rows);
    let output = folder.path().join("a.svg");
    let good = sample("restart.csv");
    let run = run!("compare", good.as_os_str(), other.as_os_str(), "-o", output.as_os_str());
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("nothing to draw"), "{}", run.stderr);
    assert!(!output.exists());
    let paths = run!("compare", good.as_os_str(), good.as_os_str(), "--paths", "-f", "svg");
    assert_eq!(paths.status, 2);
    assert!(paths.stderr.contains("--paths is a list"), "{}", paths.stderr);
}
