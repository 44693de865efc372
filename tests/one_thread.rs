//! Where no second thread can be had, everything works with one. The program runs as a user
//! who may have no further process, which for Linux is a thread, too.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output};

use common::*;

/// The user whose processes are counted when root runs the tests: limits do not hold for
/// root itself.
const NOBODY: u32 = 65_534;

/// Runs a program that cannot start a thread; `None` where that cannot be brought about.
fn alone(program: &Path, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("bash");
    command.args(["-c", "ulimit -u 0 && exec \"$0\" \"$@\""]).arg(program).args(arguments);
    // The folder of the process is the test's own.
    if fs::metadata("/proc/self").ok()?.uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().ok()
}

fn for_all(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn every_format_is_read_packed_and_unpacked_without_a_second_thread() {
    let folder = temp();
    for_all(folder.path());
    let program = folder.path().join("procmonkey");
    fs::copy(env!("CARGO_BIN_EXE_procmonkey"), &program).unwrap();
    for_all(&program);
    // A shell that may have no process cannot start one.
    let probe = alone(Path::new("bash"), &["-c", "(true) && echo can"]);
    if probe.is_none_or(|probe| probe.stdout.starts_with(b"can")) {
        println!("skipped: the number of threads cannot be limited here");
        return;
    }
    let csv = read(sample("guid-changed.csv"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&csv).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("in.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&csv).unwrap();
    let inputs = [
        ("in.csv", csv.clone()),
        ("in.xml", read(sample("guid-changed.xml"))),
        ("in.pml", read(sample("guid-changed.pml"))),
        ("in.csv.gz", gzip.finish().unwrap()),
        ("in.csv.zst", zstd::encode_all(&csv[..], 1).unwrap()),
        ("in.zip", zip.finish().unwrap().into_inner()),
    ];
    for (name, bytes) in inputs {
        let input = write(folder.path(), name, &bytes);
        for_all(&input);
        let input = input.to_str().unwrap();
        let arguments = ["events", "-f", "jsonl", "--raw", "--threads", "4", input];
        let one = alone(&program, &arguments).unwrap();
        let (expected, said) = (run(&arguments), String::from_utf8_lossy(&one.stderr));
        assert_eq!(one.status.code(), Some(0), "{name}: {said}");
        assert_eq!(expected.json_lines().len(), 4055, "{name}");
        assert!(one.stdout == expected.stdout, "{name}");
    }
}
