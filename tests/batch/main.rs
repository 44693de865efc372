//! `procmonkey batch`: what each capture comes to, and that it does not matter how often a run was
//! killed before, or how many threads it had.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../crates/witness/tests/made/mod.rs"]
mod made;
#[cfg(target_os = "linux")]
#[path = "../common/pty.rs"]
mod pty;

mod cases;
mod folder;
mod progress;
mod results;
mod resume;
mod schemas;
mod witnesses;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use common::*;

/// The program in a folder, in which `in` is read and `out` is written.
fn command(folder: &Path, more: &[&str]) -> Command {
    command_into(folder, "out", more)
}

fn command_into(folder: &Path, out: &str, more: &[&str]) -> Command {
    let mut command = procmonkey(&["batch", "in", "-o", out]);
    command.args(more).current_dir(folder);
    command
}

/// What a run left behind: status, standard output and standard error.
struct Ran {
    status: i32,
    stdout: String,
    stderr: String,
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn batch(folder: &Path, more: &[&str]) -> Ran {
    ran(&mut command(folder, more))
}

/// What a terminal shows on standard error of a run; `None` where there is no terminal.
#[cfg(target_os = "linux")]
fn said_to_a_terminal(folder: &Path) -> Option<String> {
    let pty::Pty { terminal, person } = pty::Pty::open()?;
    let reader = pty::all_of(person);
    let mut command = command(folder, &[]);
    command.env("TERM", "xterm").stdout(std::process::Stdio::null()).stderr(terminal);
    let mut child = command.spawn().unwrap();
    drop(command);
    child.wait().unwrap();
    Some(String::from_utf8(reader.join().unwrap()).unwrap())
}

/// The lines of the manifest, by path and member.
fn manifest(folder: &Path) -> BTreeMap<String, Value> {
    let text = String::from_utf8(read(folder.join("out/manifest.jsonl"))).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let name = |line: &Value| match line["member"].as_str() {
        Some(member) => format!("{}/{member}", common::text(line, "path")),
        None => common::text(line, "path").to_string(),
    };
    let count = lines.len();
    let all: BTreeMap<_, _> = lines.into_iter().map(|line| (name(&line), line)).collect();
    assert_eq!(all.len(), count, "a path stands twice in the manifest");
    all
}

fn statuses(folder: &Path) -> Vec<(String, String)> {
    let own = |(name, line): (String, Value)| (name, common::text(&line, "status").to_string());
    manifest(folder).into_iter().map(own).collect()
}

/// The last line of the log.
fn end(folder: &Path) -> Value {
    let log = String::from_utf8(read(folder.join("out/log.jsonl"))).unwrap();
    let last: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    assert_eq!(last["type"], "end");
    last
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                    all.insert(name.replace('\\', "/"), read(&path));
                }
            }
        }
    }
    all
}

/// What has to be the same whatever happened before: all results but the log.
fn results(folder: &Path, out: &str) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(&folder.join(out));
    assert!(all.remove("log.jsonl").is_some());
    all
}

/// Says which results differ.
fn assert_same(
    one: &BTreeMap<String, Vec<u8>>,
    other: &BTreeMap<String, Vec<u8>>,
    what: impl AsRef<OsStr>,
) {
    let names = |all: &BTreeMap<String, Vec<u8>>| all.keys().cloned().collect::<Vec<_>>();
    let what = what.as_ref().display();
    assert_eq!(names(one), names(other), "{what}");
    for (name, bytes) in one {
        assert!(*bytes == other[name], "{what}: {name} differs");
    }
}

/// Some captures of several formats, packed and in archives, copies, and files that are damaged or
/// none.
fn make_some(folder: &Path) {
    let own = folder.join("in");
    for name in ["web", "web/old", "sql"] {
        fs::create_dir_all(own.join(name)).unwrap();
    }
    let empty = read(sample("signatures/mk-06-empty.csv"));
    let profile = read(sample("signatures/mk-11-no-profile.csv"));
    let pml = read(sample("guid-changed.pml"));
    write(&own, "web/a.csv", &empty);
    write(&own, "web/old/copy of a.csv", &empty);
    write(&own, "web/Log.pml", &pml);
    write(&own, "web/start.txt.gz", gzip(&read(sample("restart.txt"))));
    write(
        &own,
        "sql/two.zip",
        zip(&[("b.csv", &profile), ("note.txt", b"no"), ("sub/c.csv", &empty)]),
    );
    write(&own, "sql/cut.pml", &pml[..pml.len() / 2]);
    write(&own, "sql/bad.pml", b"PML_\x09\0\0\0garbage");
    write(&own, "sql/broken.zip", b"PK\x03\x04 and no directory");
    write(&own, "sql/empty.csv", b"");
    write(&own, "notes.txt", b"We looked at it.\n");
}
