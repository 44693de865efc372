//! The examples of each `--help` do what they show.

use std::fs;
use std::process::Command;

use crate::COMMANDS;
use crate::common::*;

/// The words of a command line as a shell parts them; `>` and what follows is for the shell.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, piece) in line.split('\'').enumerate() {
        match index % 2 {
            1 => words.push(piece.to_string()),
            _ => words.extend(piece.split_whitespace().map(str::to_string)),
        }
    }
    let end = words.iter().position(|word| word.starts_with('>')).unwrap_or(words.len());
    words.truncate(end);
    words
}

#[test]
fn each_help_has_three_examples_that_run() {
    let folder = temp();
    let samples = folder.path().join("samples");
    fs::create_dir(&samples).unwrap();
    for name in ["first-start", "restart", "guid-changed"] {
        for extension in ["csv", "xml", "pml"] {
            let name = format!("{name}.{extension}");
            fs::copy(sample(&name), samples.join(&name)).unwrap();
        }
    }
    for command in COMMANDS {
        let help = run(&[command, "--help"]);
        let shown = help.text().lines().skip_while(|line| *line != "Examples:").skip(1);
        let examples: Vec<_> = shown.take_while(|line| !line.is_empty()).collect();
        assert_eq!(examples.len(), 3, "{command}: {}", help.text());
        for example in examples {
            let all = words(&example.replace('~', &folder.path().display().to_string()));
            assert_eq!(all[..2], ["procmonkey", command], "{example}");
            let run = Command::new(env!("CARGO_BIN_EXE_procmonkey"))
                .args(&all[1..])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&run.stderr);
            // Flagged is what some of the samples are.
            assert!(matches!(run.status.code(), Some(0 | 1)), "{example}\n{said}");
            assert!(!said.contains("passes"), "{example}: it finds nothing\n{said}");
            let written = all.iter().position(|word| word == "-o").map(|at| &all[at + 1]);
            let length = match (written, command) {
                (Some(file), _) => fs::metadata(folder.path().join(file)).unwrap().len() as usize,
                (None, "man") => fs::read_dir(folder.path().join(&all[2])).unwrap().count(),
                (None, _) => run.stdout.len(),
            };
            assert!(length > 10, "{example}");
        }
    }
}
