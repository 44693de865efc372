//! What of a foreign name reaches a terminal: nothing that it obeys or hides. The program
//! writes to a real one, as far as the system has any.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;
#[path = "common/pty.rs"]
mod pty;

use std::path::Path;
use std::process::{Command, Stdio};

use common::*;
use pty::Pty;

/// What stands in a path: an escape sequence, C1 as UTF-8, a lone byte, CR, and characters
/// that turn, hide or end a line.
const NAME: &[u8] =
    b"C:\\a\x1b]0;x\x07\xc2\x9b31m\xe2\x80\xaeb\xe2\x80\x8b\xe2\x80\xa8\xef\xbb\xbf\rc\xc3\xa4";

fn capture(folder: &Path) -> String {
    let mut bytes = b"\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\r\n".to_vec();
    bytes.extend_from_slice(b"\"9:12:04.2261305 AM\",\"inetinfo.exe\",\"4\",\"ReadFile\",\"");
    bytes.extend_from_slice(NAME);
    bytes.extend_from_slice(b"\",\"SUCCESS\",\"\"\r\n");
    write(folder, "in.csv", &bytes).to_str().unwrap().to_string()
}

/// What a terminal gets from the program on both outputs; `None` without terminals.
fn on_a_terminal(arguments: &[&str]) -> Option<Vec<u8>> {
    let Pty { terminal, person } = Pty::open()?;
    let reader = pty::all_of(person);
    let mut command = Command::new(env!("CARGO_BIN_EXE_procmonkey"));
    command.args(arguments).env_remove("NO_COLOR").stdin(Stdio::null());
    command.stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut child = command.spawn().unwrap();
    // Its ends of the terminal are closed with it.
    drop(command);
    child.wait().unwrap();
    Some(reader.join().unwrap())
}

fn assert_harmless(bytes: &[u8], escapes: &[&str], what: &str) {
    let mut text =
        String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| panic!("{what}: {bytes:x?}"));
    // Colours of our own.
    escapes.iter().for_each(|escape| text = text.replace(escape, ""));
    let hidden = ['\u{202e}', '\u{200b}', '\u{2028}'];
    let text = text.replace("\r\n", "\n");
    for c in text.chars().filter(|c| *c != '\n' && *c != '\t') {
        assert!(
            !c.is_control() && !hidden.contains(&c) && c != '\u{feff}',
            "{what}: {c:?} in {text:?}"
        );
    }
    assert!(text.contains("C:\\"), "{what}: {text}");
    assert!(text.contains('ä'), "{what}: {text}");
}

#[test]
fn a_file_for_machines_is_not_written_to_a_terminal() {
    let folder = temp();
    let input = capture(folder.path());
    for format in ["parquet", "sqlite"] {
        let Some(bytes) = on_a_terminal(&["events", "-f", format, &input]) else { return };
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.contains("name a file with -o") || text.contains("name one with -o"),
            "{text}"
        );
        assert!(!text.contains("PAR1") && !text.contains("SQLite format"), "{text}");
    }
}

#[test]
fn no_form_of_output_has_what_a_terminal_obeys_or_hides() {
    let folder = temp();
    let input = capture(folder.path());
    for arguments in [
        &["events", "-f", "csv", &input][..],
        &["events", "-f", "markdown", &input],
        &["events", "-f", "json", "--raw", &input],
        &["events", "-f", "jsonl", "--raw", &input],
        &["events", "--color", "never", &input],
        &["convert", "-f", "csv", "-o", "-", &input],
        &["convert", "-f", "xml", "-o", "-", &input],
    ] {
        let Some(bytes) = on_a_terminal(arguments) else { return };
        assert_harmless(&bytes, &[], &arguments.join(" "));
    }
}

#[test]
fn a_file_and_a_pipe_have_every_byte_of_a_csv() {
    let folder = temp();
    let input = capture(folder.path());
    let output = folder.path().join("out.csv");
    let run = run(&["convert", &input, "-o", output.to_str().unwrap()]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(read(&output).windows(NAME.len()).any(|part| part == NAME));
    let piped = Command::new(env!("CARGO_BIN_EXE_procmonkey"))
        .args(["events", "-f", "csv", &input])
        .output()
        .unwrap();
    assert!(piped.stdout.windows(NAME.len()).any(|part| part == NAME));
}

#[test]
fn json_has_escapes_in_a_file_too_and_reads_back_as_the_name() {
    let folder = temp();
    let input = capture(folder.path());
    for (form, name) in [("json", "path"), ("jsonl", "path"), ("json", "Path")] {
        let raw = if name == "Path" { &["--raw"][..] } else { &[] };
        let run = run(&[&["events", "-f", form, &input], raw].concat());
        assert!(
            run.text().contains("\\u009b31m\\u202eb\\u200b\\u2028\\ufeff\\rcä"),
            "{}",
            run.text()
        );
        let lines = run.text().trim_matches(['[', ']', '\n']);
        let event: serde_json::Value = serde_json::from_str(lines).unwrap();
        assert_eq!(event[name], std::str::from_utf8(NAME).unwrap());
    }
}

#[test]
fn a_native_log_is_not_written_to_a_terminal() {
    let input = sample("restart.pml");
    let Some(bytes) =
        on_a_terminal(&["convert", "-f", "pml", "-o", "/dev/stdout", input.to_str().unwrap()])
    else {
        return;
    };
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("not written to a terminal"), "{text}");
}
