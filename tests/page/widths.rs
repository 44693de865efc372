//! Nothing overflows, and no word is broken, at any width.

use std::collections::HashSet;

use serde_json::Value;

use crate::common::*;
use crate::{commands, page_of, verdict_lines};

const WIDTHS: [usize; 6] = [40, 60, 80, 100, 120, 200];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(|word| word.trim_end_matches(':'))
}

/// All texts of a report.
fn texts(value: &Value, all: &mut HashSet<String>) {
    match value {
        Value::String(text) => all.extend(words(text).map(str::to_string)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(map) => map.values().for_each(|item| texts(item, all)),
        _ => {}
    }
}

#[test]
fn no_line_is_too_long_and_no_word_is_broken_in_any_sample() {
    for path in all_captures() {
        let (_, report) = analyze(&[&path]);
        let commands = commands(&report);
        let mut known = HashSet::new();
        texts(&report, &mut known);
        let wide = page_of(200, &path);
        known.extend(words(&wide).map(str::to_string));
        // What says that something is left out.
        known.extend(
            words("and more see Key containers below; Shown: the first of rows. All: -v.")
                .map(str::to_string),
        );
        for width in WIDTHS {
            let page = page_of(width, &path);
            for line in page.lines() {
                let is_command = commands.iter().any(|command| command == line.trim_start());
                let fits = line.chars().count() <= width;
                assert!(fits || is_command, "{}: {width}: {line}\n{page}", path.display());
                for word in words(line) {
                    let is_rule = word.chars().all(|c| c == '─');
                    let is_number = word.chars().all(|c| c.is_ascii_digit() || c == '.');
                    let is_whole =
                        word.contains('…') || is_number || is_rule || known.contains(word);
                    assert!(is_whole, "{}: {width}: `{word}` in\n{line}", path.display());
                }
            }
        }
    }
}

#[test]
fn the_verdict_has_at_most_forty_lines_of_eighty_columns_in_every_sample() {
    for path in all_captures() {
        for width in [80, 100, 120] {
            let page = page_of(width, &path);
            let block = verdict_lines(&page);
            assert!(block.len() <= 40, "{}: {} lines\n{page}", path.display(), block.len());
            // And it is a verdict.
            let states =
                ["BROKEN", "NOT AS IT SHOULD BE", "WORTH KNOWING", "NOTHING KNOWN", "NOT JUDGED"];
            assert!(states.iter().any(|state| block[0].contains(state)), "{}", block[0]);
        }
    }
}

#[test]
fn the_verdict_is_also_short_with_witnesses_several_captures_and_losses() {
    let folder = temp();
    let bytes = read(sample("guid-changed.csv"));
    let cut = write(folder.path(), "cut.csv", &bytes[..bytes.len() / 2]);
    let folder_listing = sample("signatures/mk-03-key-lost.listing.txt");
    let event = sample("signatures/mk-16-foreign-config.event.txt");
    for arguments in [
        vec![cut.clone().into_os_string()],
        vec![sample("restart.csv").into(), sample("guid-changed.csv").into(), cut.into()],
        vec![
            "--keys-dir".into(),
            folder_listing.into(),
            "--event-log".into(),
            event.into(),
            sample("guid-changed.csv").into(),
        ],
        vec!["-p".into(), "*".into(), sample("guid-changed.csv").into()],
        vec!["-p".into(), "nobody.exe".into(), sample("guid-changed.csv").into()],
    ] {
        let arguments: Vec<_> = arguments.iter().collect();
        for width in [60, 80, 120] {
            let page = crate::page(width, &arguments);
            let block = verdict_lines(&page);
            assert!(width < 80 || block.len() <= 40, "{arguments:?}\n{page}");
            let commands = page.lines().filter(|line| line.starts_with("    "));
            let commands: HashSet<&str> = commands.collect();
            for line in page.lines().filter(|line| !commands.contains(line)) {
                assert!(line.chars().count() <= width, "{arguments:?} {width}: {line}");
            }
        }
    }
}

#[test]
fn below_sixty_columns_a_page_is_lines_of_label_and_value() {
    let page = page_of(50, &sample("guid-changed.csv"));
    for line in ["Event: 1673", "Step: looked for, not found", "Result: NAME NOT FOUND"] {
        assert!(page.lines().any(|own| own == line), "{line}\n{page}");
    }
    assert!(page.contains(&format!("A  {OLD}")), "{page}");
}

#[test]
fn verbose_shows_all_rows_and_whole_guids_and_paths() {
    let path = sample("guid-changed.csv");
    let run = run(&["analyze".as_ref(), "-v".as_ref(), path.as_os_str()]);
    let file = format!("{FOLDER}\\c2319c42033a5ca7f44e731bfd3fa2b5_{NEW}");
    assert!(run.text().contains(&file), "{}", run.text());
    assert!(!run.text().contains('…'), "{}", run.text());
    // Ten steps, each with its own line and its whole time.
    let (_, report) = analyze(&[&path]);
    for entry in list(&report, "timeline") {
        let time = text(entry, "time");
        assert!(run.text().contains(time), "{time}\n{}", run.text());
    }
}
