//! What a person in front of a terminal sees beside the output: the progress bar, and that
//! the program waits for text.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;
#[path = "common/pty.rs"]
mod pty;

use std::io::{Read, Write};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::*;
use pty::Pty;

/// What stands in the line of the cursor, after everything was written to a terminal.
fn last_line(written: &str) -> String {
    let (mut line, mut at) = (Vec::new(), 0);
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        match c {
            '\r' => at = 0,
            '\n' => (line, at) = (Vec::new(), 0),
            '\x1b' => {
                let sequence: String = rest
                    .by_ref()
                    .skip_while(|c| *c == '[')
                    .take_while(char::is_ascii_digit)
                    .collect();
                // The letter behind the digits was taken with them; to clear a line has 2 or 0.
                match sequence.as_str() {
                    "2" => line.clear(),
                    _ => line.truncate(at),
                }
            }
            c => {
                line.resize(line.len().max(at + 1), ' ');
                line[at] = c;
                at += 1;
            }
        }
    }
    line.into_iter().collect::<String>().trim_end().to_string()
}

#[test]
fn the_line_of_a_terminal_is_followed() {
    assert_eq!(last_line("abc\rx"), "xbc");
    assert_eq!(last_line("abc\r\x1b[2K"), "");
    assert_eq!(last_line("one\ntwo \x1b[0K"), "two");
}

#[test]
fn a_progress_bar_is_cleared_when_a_pipe_closes() {
    let folder = temp();
    let rows = read(sample("guid-changed.csv"));
    let header = rows.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut large = rows.clone();
    // More than so many bytes have a bar.
    while large.len() < 12 * 1024 * 1024 {
        large.extend_from_slice(&rows[header..]);
    }
    let input = write(folder.path(), "large.csv", &large);
    let Some(Pty { terminal, person }) = Pty::open() else { return };
    let reader = pty::all_of(person);
    let mut command = procmonkey(&["events", "-f", "csv", input.to_str().unwrap()]);
    command.env("TERM", "xterm").stdout(Stdio::piped()).stderr(terminal);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut output = child.stdout.take().unwrap();
    output.read_exact(&mut [0; 100]).unwrap();
    // It waits for the pipe, and draws the bar meanwhile.
    sleep(Duration::from_millis(600));
    drop(output);
    assert!(child.wait().unwrap().success());
    let written = String::from_utf8(reader.join().unwrap()).unwrap();
    assert!(written.contains("large.csv"), "a bar was drawn: {written:?}");
    assert_eq!(last_line(&written), "", "{written:?}");
}

/// What stands on standard error of a command whose standard input is a terminal, into which
/// somebody writes a text and ends it.
fn said_while_waiting(arguments: &[&str], text: &str) -> Option<String> {
    let Pty { terminal, mut person } = Pty::open()?;
    let mut child = procmonkey(arguments)
        .stdin(terminal)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Ctrl-D on a line of its own.
    person.write_all(text.as_bytes()).unwrap();
    person.write_all(b"\x04").unwrap();
    let since = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < Duration::from_secs(20), "{arguments:?} waits for more");
        sleep(Duration::from_millis(20));
    }
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    Some(said)
}

const ROW: &str = "6:59:13.0390000 PM inetinfo.exe 5236 RegQueryValue \
                   HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid SUCCESS Type: REG_SZ\n";
const WAITING: &str = "waiting for text from the terminal";

#[test]
fn a_command_that_waits_for_text_from_a_terminal_says_so() {
    let (sample, folder) = (sample("restart.csv"), temp());
    let sample = sample.to_str().unwrap();
    let output = folder.path().join("out.csv");
    let output = output.to_str().unwrap();
    for arguments in [
        &["analyze", "-"][..],
        &["events", "-"],
        &["count", "-", "--by", "PID"],
        &["summary", "process", "-"],
        &["cross-reference", "-"],
        &["info", "-"],
        &["processes", "-"],
        &["stacks", "-"],
        &["compare", "-", sample],
        &["convert", "-", "-o", output],
        &["analyze", sample, "--debugview", "-"],
        &["analyze", sample, "--event-log", "-"],
        &["filter", "-"],
        &["render", "-"],
        &["events", sample, "--filter-file", "-"],
    ] {
        let Some(said) = said_while_waiting(arguments, ROW) else { return };
        assert_eq!(said.matches(WAITING).count(), 1, "{arguments:?}: {said}");
        assert!(said.contains("Ctrl-D"), "{arguments:?}: {said}");
    }
    let Some(said) = said_while_waiting(&["events", "-", "-q"], ROW) else { return };
    assert!(!said.contains(WAITING), "{said}");
    let piped = run_with_input(&["events", "-"], ROW.as_bytes());
    assert!(!piped.stderr.contains(WAITING), "{}", piped.stderr);
}
