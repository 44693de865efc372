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
    // The words stand on the line, not below it.
    let line = drawing.find(&format!("M{column} 0V")).unwrap();
    assert!(line < drawing.find(">First difference: ").unwrap());
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
    let same = page(&sample("restart.csv"), &sample("restart.csv"));
    assert!(same.contains("<h1>Nothing differs that matters</h1>"));
    assert!(same.contains("<span>Same</span>") && !same.contains("The cause, what shows it"));
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

/// The page of `compare`.
fn page(good: &std::path::Path, bad: &std::path::Path) -> String {
    let run = run!("compare", "-q", good.as_os_str(), bad.as_os_str(), "-f", "html");
    assert!(matches!(run.status, 0 | 1 | 4), "{}: {}", run.status, run.stderr);
    run.text().to_string()
}

#[test]
fn the_page_says_where_the_two_part() {
    let page = page(&sample("restart.csv"), &sample("guid-changed.csv"));
    assert!(page.contains("<h1>They part at a key file</h1>"));
    assert!(page.contains("<span>Different</span>"));
    assert!(page.contains("inetinfo.exe, 5 further differences, 27 minor ones"));
    for number in ["124 actions", ">5</td>", ">27</td>"] {
        assert!(page.contains(number), "{number}");
    }
    // The good one read A, the bad one B.
    for (role, digits) in [("Good read", "4f6c1d2e"), ("Bad read", "B81E0A4D")] {
        let row = page.split(&format!("<dt>{role}</dt>")).nth(1).unwrap();
        assert!(row.split("</dd>").next().unwrap().contains(&format!("<b>{digits}</b>")));
    }
    assert!(page.contains(" --baseline "));
    assert!(page.contains("<h2>Both start-ups, phase by phase</h2>"));
    // Side by side, four rows before, the row that differs, and four after.
    let rows = |which: &str| {
        let table = page.split(&format!("<caption class=\"vh\">{which}: rows")).nth(1).unwrap();
        let table = table.split("</table>").next().unwrap();
        let events = attributes(table, "id").iter().map(|id| id[2..].parse().unwrap()).collect();
        (events, table.matches("class=\"dv\"").count())
    };
    let (good, bad): ((Vec<u64>, _), (Vec<u64>, _)) = (rows("Good"), rows("Bad"));
    assert_eq!(good, (vec![508, 509, 512, 514, 517, 518, 519, 529, 530], 1));
    assert_eq!(bad, (vec![1663, 1665, 1668, 1670, 1673, 1674, 1675, 1701, 1716], 1));
    assert!(page.contains("<td>matters</td>") || page.contains("<b>matters</b>"));
    assert!(page.contains("does not count"));
    for id in ["41ce7b55", "Only in the bad one", "fabrikamupdate.exe"] {
        assert!(page.contains(id) || id == "41ce7b55", "{id}");
    }
    assert_eq!(page.matches("Capture id <code>").count(), 2);
    assert!(page.len() <= 120 * 1024, "{} bytes", page.len());
}

#[test]
fn every_link_of_the_page_leads_to_one_place_and_nothing_is_loaded() {
    for (good, bad) in [
        ("restart.csv", "guid-changed.csv"),
        ("first-start.csv", "restart.csv"),
        ("restart.csv", "signatures/mk-04-access-denied.csv"),
    ] {
        let page = page(&sample(good), &sample(bad));
        let ids = attributes(&page, "id");
        let known: std::collections::HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{good}, {bad}: an id occurs twice");
        for link in attributes(&page, "href") {
            let to = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads out"));
            assert!(known.contains(to), "{good}, {bad}: nothing has the id {to}");
        }
        assert_eq!(page.matches("<script").count(), 1);
        let body = crate::body(&page);
        for word in ["http://", "https://", " src=", "<link", "<img", "url(", "javascript:"] {
            assert!(!body.contains(word), "{word}");
        }
    }
}

#[test]
fn a_page_of_captures_that_cannot_be_compared_says_why_and_draws_nothing() {
    let folder = temp();
    let attack = "<script>alert(1)</script>";
    let rows = csv(&[
        COLUMNS.to_vec(),
        vec!["6:59:13.0413955 PM", attack, "12", "CreateFile", attack, "SUCCESS", ""],
    ]);
    let other = write(folder.path(), "<b>a.csv", rows);
    let page = page(&sample("restart.csv"), &other);
    assert!(page.contains("<h1>The captures cannot be compared</h1>"));
    assert!(page.contains("<span>Not judged</span>"));
    assert!(page.contains("nothing to compare with"), "the remark is the lead");
    // There is no cause to look for; a name that a shell would read as something else is no command.
    assert!(!page.contains("The cause, what shows it"));
    let plain = write(folder.path(), "b.csv", read(&other));
    let run =
        run!("compare", "-q", sample("restart.csv").as_os_str(), plain.as_os_str(), "-f", "html");
    assert!(run.text().contains("<code>procmonkey info "), "what each of them holds");
    assert!(!page.contains("<svg class=\"d\"") && !page.contains("id=\"diff\""));
    assert!(!crate::body(&page).contains("<script>alert"));
    assert!(page.contains("&lt;b&gt;a.csv"));
}

#[test]
fn a_loss_stands_before_the_result() {
    let folder = temp();
    let text = read(sample("guid-changed.csv"));
    let input = write(folder.path(), "half.csv", &text[..text.len() * 3 / 5 + 7]);
    let page = page(&sample("restart.csv"), &input);
    let loss = page.find("<b>Not everything was read.</b>").expect("the box of losses");
    assert!(loss < page.find("<h1>").unwrap());
    assert!(page.contains("The comparison stands on what was read."));
}

#[test]
fn a_comparison_that_was_saved_gives_the_same_page_and_the_same_table() {
    let folder = temp();
    let json = folder.path().join("c.json");
    let (good, bad) = (sample("restart.csv"), sample("guid-changed.csv"));
    let saved = run!("compare", good.as_os_str(), bad.as_os_str(), "-o", json.as_os_str());
    assert_eq!(saved.status, 1, "{}", saved.stderr);
    for format in ["html", "svg", "table", "markdown", "json", "csv"] {
        let direct = run!("compare", good.as_os_str(), bad.as_os_str(), "-f", format);
        let rendered = run!("render", json.as_os_str(), "-f", format);
        assert_eq!(rendered.status, 0, "{format}: {}", rendered.stderr);
        assert!(!rendered.stdout.is_empty() && rendered.stdout == direct.stdout, "{format}");
    }
    let newer = write(folder.path(), "new.json", r#"{"schema_version":99,"outcome":"same"}"#);
    let refused = run!("render", newer.as_os_str());
    assert_eq!(refused.status, 3);
    assert!(refused.stderr.contains("form 99 of a comparison"), "{}", refused.stderr);
}
