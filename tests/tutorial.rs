//! The commands of docs/tutorial.md print what stands there, and end as it says.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::*;

/// A line of the page that stands for lines of the output that are not shown.
const LEFT_OUT: &str = "…";

/// How a line begins that says with which exit status the command above ends.
const STATUS: &str = "Exit status ";

/// One command of the page.
#[derive(Debug)]
struct Step {
    command: String,
    /// The parts of the output that are shown, in their order.
    shown: Vec<Vec<String>>,
    status: i32,
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial.md");
    String::from_utf8(read(path)).unwrap()
}

fn steps(page: &str) -> Vec<Step> {
    let blocks = page.split("```console\n$ ").skip(1);
    let step = |block: &str| {
        let (command, rest) = block.split_once('\n').unwrap();
        let (output, behind) = rest.split_once("```\n").unwrap();
        let lines: Vec<&str> = output.lines().collect();
        let parts = lines.split(|line| *line == LEFT_OUT);
        let shown = parts.map(|part| part.iter().map(ToString::to_string).collect());
        let status = behind.trim_start().strip_prefix(STATUS);
        let status = status.unwrap_or_else(|| panic!("{command}: no exit status behind it"));
        let digits = status.chars().take_while(char::is_ascii_digit).collect::<String>();
        Step {
            command: command.to_string(),
            shown: shown.filter(|part: &Vec<String>| !part.is_empty()).collect(),
            status: digits.parse().unwrap(),
        }
    };
    blocks.map(step).collect()
}

/// The words of a command, as a shell parts them.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, piece) in command.split('\'').enumerate() {
        match index % 2 {
            1 => words.push(piece.to_string()),
            _ => words.extend(piece.split_whitespace().map(str::to_string)),
        }
    }
    words
}

/// The lines of an output behind a part that is shown; `None` where it is not in it.
fn behind<'o>(output: &'o [String], part: &[String]) -> Option<&'o [String]> {
    let place = output.windows(part.len()).position(|lines| lines == part)?;
    Some(&output[place + part.len()..])
}

#[test]
fn each_command_prints_what_the_tutorial_shows() {
    let page = page();
    let steps = steps(&page);
    assert_eq!(steps.len(), page.matches("```console").count(), "a command has a form of its own");
    assert!(steps.len() >= 10, "{}", steps.len());
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    // What is written goes elsewhere.
    let folder = temp();
    for Step { command, shown, status } in steps {
        let words = words(&command);
        assert_eq!(words[0], "procmonkey", "{command}");
        let written = words.iter().position(|word| word == "-o").map(|place| place + 1);
        let arguments = words.iter().enumerate().skip(1).map(|(place, word)| {
            let is_written = Some(place) == written;
            if is_written { folder.path().join(word).into_os_string() } else { word.into() }
        });
        let run = Command::new(env!("CARGO_BIN_EXE_procmonkey"))
            .args(arguments)
            .current_dir(&root)
            .env_remove("COLUMNS")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(status), "{command}\n{said}");
        let output = String::from_utf8(run.stdout).unwrap();
        let lines: Vec<String> = output.lines().map(str::to_string).collect();
        let mut rest = lines.as_slice();
        assert!(!shown.is_empty() || written.is_some(), "{command}: nothing of it is shown");
        for part in shown {
            rest = behind(rest, &part)
                .unwrap_or_else(|| panic!("{command}\n{}\nis not in\n{output}", part.join("\n")));
        }
        if let Some(place) = written {
            assert!(
                folder.path().join(&words[place]).metadata().unwrap().len() > 1000,
                "{command}"
            );
        }
    }
}

#[test]
fn a_part_that_is_not_in_an_output_is_noticed() {
    let lines: Vec<String> = ["a", "b", "c", "b"].map(String::from).into();
    assert_eq!(behind(&lines, &lines[1..3]).unwrap(), ["b"]);
    assert!(behind(&lines, &["c".into(), "a".into()]).is_none());
    let page = "```console\n$ procmonkey x 'a b'\none\n…\ntwo\n```\n\nExit status 4: not judged.\n";
    let steps = steps(page);
    assert_eq!(steps[0].shown, [["one"], ["two"]]);
    assert_eq!((steps[0].status, words(&steps[0].command).len()), (4, 3));
}
