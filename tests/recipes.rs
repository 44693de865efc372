//! The commands of docs/recipes.md print what stands there, for each format of the samples.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::*;

/// The questions that the page must answer.
const QUESTIONS: usize = 25;

/// What only some formats of the samples have: durations, call stacks, and all of a process.
const OF_ONE_FORMAT: [&str; 3] = [" duration", "procmonkey stacks", "procmonkey processes"];

/// The recipe that writes a file, which has what is checked at the end.
const RECIPE_WITH_A_FILE: &str =
    "procmonkey convert samples/guid-changed.pml -p inetinfo -o inetinfo.csv";

struct Recipe {
    command: String,
    output: String,
}

fn recipes() -> Vec<Recipe> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recipes.md");
    let page = String::from_utf8(read(page)).unwrap();
    let blocks = page.split("```console\n$ ").skip(1);
    let recipe = |block: &str| {
        let (command, rest) = block.split_once('\n').unwrap();
        let (output, _) = rest.split_once("```").unwrap();
        Recipe { command: command.to_string(), output: output.to_string() }
    };
    let recipes: Vec<_> = blocks.map(recipe).collect();
    let questions = page.lines().filter(|line| line.starts_with("## ") && line.ends_with('?'));
    assert_eq!((questions.count(), recipes.len()), (QUESTIONS, QUESTIONS));
    recipes
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

fn output(command: &str, folder: &Path) -> String {
    let words = words(command);
    assert_eq!(words[0], "procmonkey");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let place = |word: &String| match word.strip_prefix("samples/") {
        Some(name) => samples.join(name).into_os_string(),
        None => word.into(),
    };
    // A capture is not replaced.
    let _ = fs::remove_file(folder.join("inetinfo.csv"));
    let run = Command::new(env!("CARGO_BIN_EXE_procmonkey"))
        .args(words[1..].iter().map(place))
        .current_dir(folder)
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{command}\n{}", String::from_utf8_lossy(&run.stderr));
    // A CSV has both ends of a line.
    String::from_utf8(run.stdout).unwrap().replace("\r\n", "\n")
}

#[test]
fn each_command_prints_what_the_page_shows() {
    let folder = temp();
    for Recipe { command, output: shown } in recipes() {
        assert_eq!(output(&command, folder.path()), shown, "{command}");
        if OF_ONE_FORMAT.iter().any(|part| command.contains(part)) {
            continue;
        }
        for format in ["csv", "xml", "pml"] {
            let changed =
                [".csv ", ".xml ", ".pml "].iter().fold(format!("{command} "), |text, from| {
                    text.replace(from, &format!(".{format} "))
                });
            assert!(changed.contains(&format!(".{format} ")), "{changed}");
            assert_eq!(output(&changed, folder.path()), shown, "{changed}");
        }
    }
    output(RECIPE_WITH_A_FILE, folder.path());
    let made = fs::read_to_string(folder.path().join("inetinfo.csv")).unwrap();
    // The header and an event a line, as many as the rows of the sample have.
    let rows = String::from_utf8(read(sample("guid-changed.csv"))).unwrap();
    let of_process = rows.lines().filter(|row| row.contains(",\"inetinfo.exe\",\"")).count();
    assert_eq!(made.lines().count(), 1 + of_process);
}
