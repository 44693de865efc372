//! The order and the words of the page: what a reader must learn in ten seconds.

use crate::common::*;
use crate::{page_of, verdict_lines};

/// Where a text begins, which has to be there.
fn at(page: &str, text: &str) -> usize {
    page.find(text).unwrap_or_else(|| panic!("`{text}` is not on the page:\n{page}"))
}

/// Checks that texts are there in this order.
fn in_order(page: &str, texts: &[&str]) {
    let places: Vec<usize> = texts.iter().map(|text| at(page, text)).collect();
    assert!(places.is_sorted(), "{texts:?} at {places:?}:\n{page}");
}

#[test]
fn the_page_goes_from_the_verdict_over_the_deed_and_the_proof_to_the_record() {
    let page = page_of(80, &sample("guid-changed.csv"));
    in_order(
        &page,
        &[
            "BROKEN: MachineGuid was changed",
            OLD,
            NEW,
            "\nKey container ",
            "\nDo first",
            "robocopy ",
            r"reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid",
            "Delete no key file",
            "\nShows it ",
            "\nDoes not show ",
            "\nAlso found ",
            "\nFrom ",
            "\nStart-up of inetinfo.exe (5236)",
            "\nKey containers",
            "\nOthers at the keys",
            "\nERROR MK-01",
            "\nINFO MK-17",
            "\nInputs",
        ],
    );
}

#[test]
fn the_first_line_says_what_and_how_sure() {
    let page = page_of(80, &sample("guid-changed.csv"));
    let first = page.lines().next().unwrap();
    assert!(first.starts_with("✕ BROKEN: MachineGuid was changed"), "{first}");
    assert!(first.ends_with("MK-01, confidence high"), "{first}");
    assert_eq!(first.chars().count(), 80);
    for (name, begin) in [
        ("restart.csv", "○ NOTHING KNOWN IS WRONG: "),
        ("signatures/mk-08-flood.csv", "! NOT AS IT SHOULD BE: "),
        ("signatures/mk-17-orphans.csv", "i WORTH KNOWING: "),
    ] {
        let page = page_of(80, &sample(name));
        assert!(page.starts_with(begin), "{name}:\n{page}");
    }
    // A page never says that all is well.
    for name in ["restart.csv", "first-start.csv"] {
        let page = page_of(80, &sample(name)).to_lowercase();
        for word in [" safe", "all clear", "clean", " ok "] {
            assert!(!page.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn the_guids_stand_one_above_the_other_in_full_and_have_letters() {
    let page = page_of(80, &sample("guid-changed.csv"));
    let block = verdict_lines(&page);
    let older = block.iter().position(|line| line.contains(OLD)).unwrap();
    assert!(block[older].trim_start().starts_with("older") && block[older].contains(" A  "));
    assert!(block[older + 1].trim_start().starts_with("newer"), "{page}");
    assert!(block[older + 1].contains(&format!("B  {NEW}")), "{page}");
    // From there on they are called by their letters.
    let rest = block[older + 2..].join("\n");
    assert!(!rest.contains("4f6c1d2e") && !rest.contains("B81E0A4D"), "{rest}");
}

#[test]
fn the_matrix_says_which_key_is_under_which_guid() {
    let page = page_of(80, &sample("guid-changed.csv"));
    let matrix = &page[at(&page, "Key container ")..];
    let row = |name: &str| matrix.lines().find(|line| line.starts_with(name)).unwrap().to_string();
    let metabase = row(METABASE);
    // Looked for in event 1673 and made in event 1674.
    assert!(
        metabase.contains(" exists ") && metabase.ends_with("made here (event 1674)"),
        "{metabase}"
    );
    let dcom = row(DCOM);
    assert!(dcom.contains(" exists ") && dcom.ends_with("not seen"), "{dcom}");
}

#[test]
fn the_rows_that_matter_have_number_time_words_and_result() {
    let page = page_of(100, &sample("guid-changed.csv"));
    let row = |number: &str| {
        let block = verdict_lines(&page).into_iter().map(str::to_string).collect::<Vec<_>>();
        block.into_iter().find(|line| line.contains(&format!(" {number}  "))).unwrap()
    };
    let probed = row("1673");
    assert!(probed.contains("18:59:13.041  key not found under B  NAME NOT FOUND"), "{probed}");
    let listed = row("2604");
    assert!(listed.contains("18:59:19.688  Explorer.EXE: folder listed"), "{listed}");
    // The sample's Explorer lists three older files and the one that was made.
    assert!(listed.contains("3 keys under A, 1 key under B"), "{listed}");
}

#[test]
fn an_answer_of_the_command_is_told_by_its_letter() {
    let (_, report) = analyze(&[sample("guid-changed.csv")]);
    let answers = list(&report["verdict"]["confirm"], "answers");
    let means: Vec<(&str, &str)> =
        answers.iter().map(|it| (text(it, "guid"), text(it, "means"))).collect();
    assert_eq!(means, [(NEW, "still the newer one"), (OLD, "already put back")]);
    let page = page_of(80, &sample("guid-changed.csv"));
    at(&page, "B = still the newer one; A = already put back");
}

#[test]
fn a_wrong_guid_is_never_green_and_nothing_but_what_is_wrong_has_a_colour() {
    for name in ["guid-changed.csv", "restart.csv", "signatures/mk-20-foreign-guid.csv"] {
        let path = sample(name);
        let arguments =
            ["analyze".as_ref(), "--color".as_ref(), "always".as_ref(), path.as_os_str()];
        let run = run(&arguments);
        let codes: Vec<&str> = run
            .text()
            .split("\u{1b}[")
            .skip(1)
            .map(|rest| rest.split_once('m').expect("a whole code").0)
            .collect();
        assert!(
            codes.iter().all(|code| ["0", "1", "1;31", "38;5;1"].contains(code)),
            "{name}: {codes:?}"
        );
        let is_wrong = codes.iter().any(|code| ["1;31", "38;5;1"].contains(code));
        assert_eq!(is_wrong, name != "restart.csv", "{name}");
    }
}

#[test]
fn not_judged_says_what_is_missing_and_what_to_do() {
    let path = sample("restart.csv");
    let run = run(&["analyze".as_ref(), "-p".as_ref(), "w3pw".as_ref(), path.as_os_str()]);
    assert_eq!(run.status, 4);
    in_order(run.text(), &["? NOT JUDGED", "not an all-clear", "\nTo judge it", "-p w3wp.exe"]);
    assert!(!run.text().contains("Looked for"), "{}", run.text());
}

#[test]
fn what_is_right_of_nothing_found_is_what_was_looked_for_and_how_to_go_on() {
    let page = page_of(80, &sample("restart.csv"));
    in_order(&page, &["NOTHING KNOWN IS WRONG", "To go on", "procmonkey", "\nLooked for"]);
    assert!(!page.contains("Do first"), "{page}");
}

#[test]
fn nothing_of_a_capture_moves_the_cursor() {
    let folder = temp();
    let path = format!("{FOLDER}\\76944fb33636aeddb9590521c2e8815a_{OLD}");
    let hostile = "inetinfo.exe\u{1b}[2J\u{202e}\r";
    let rows = [
        COLUMNS.to_vec(),
        vec!["6:59:00 PM", hostile, "7", "CreateFile", &path, "ACCESS\u{1b}DENIED", "a\u{9b}b"],
    ];
    let path = write(folder.path(), "hostile.csv", csv(&rows));
    for width in [40, 60, 80, 120] {
        let page = page_of(width, &path);
        let harmful = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!page.contains(harmful), "{width}");
    }
}

#[test]
fn the_readme_shows_this_page() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = procmonkey(&["analyze", "samples/guid-changed.csv"]);
    let output = command.current_dir(root).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    let shown = page[..at(&page, "\nERROR MK-01")].trim_end();
    let readme = String::from_utf8(read(root.join("README.md"))).unwrap();
    assert!(readme.contains(&format!("```text\n{shown}\n```")), "{shown}");
}
