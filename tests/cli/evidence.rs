//! What is given to the program stays as it is, whatever the output is called, and an
//! interrupted run leaves nothing behind.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::common::*;
use crate::{expect_status, run};

/// Each command with its input and an output.
fn commands(input: &Path, output: &Path) -> Vec<Vec<OsString>> {
    let with = |words: &[&str]| {
        let mut all: Vec<OsString> = words.iter().map(OsString::from).collect();
        all.extend(["-o".into(), output.into(), "-q".into()]);
        all
    };
    let mut commands: Vec<Vec<OsString>> =
        [&["analyze"][..], &["events", "-f", "csv"], &["info"], &["processes"], &["stacks"]]
            .iter()
            .map(|words| with(words))
            .collect();
    for format in ["csv", "xml", "pml"] {
        commands.push(with(&["convert", "-f", format]));
    }
    commands.push(with(&["compare", sample("restart.csv").to_str().unwrap()]));
    commands.iter_mut().for_each(|command| command.push(input.into()));
    commands
}

/// Other names of a file.
fn names_of(file: &Path) -> Vec<PathBuf> {
    let folder = file.parent().unwrap();
    let mut names = vec![file.to_path_buf(), folder.join(".").join(file.file_name().unwrap())];
    let hard = folder.join("hard-link.out");
    fs::hard_link(file, &hard).unwrap();
    names.push(hard);
    #[cfg(unix)]
    {
        let soft = folder.join("soft-link.out");
        std::os::unix::fs::symlink(file, &soft).unwrap();
        let second = folder.join("link-to-link.out");
        std::os::unix::fs::symlink(&soft, &second).unwrap();
        names.extend([soft, second]);
    }
    names
}

#[test]
fn no_output_takes_the_place_of_an_input() {
    for name in ["restart.csv", "restart.xml", "restart.pml"] {
        let folder = temp();
        let bytes = read(sample(name));
        let input = write(folder.path(), name, &bytes);
        let outputs = names_of(&input);
        let before = names_in(folder.path());
        for output in &outputs {
            for clobber in [None, Some("--clobber")] {
                for mut command in commands(&input, output) {
                    command.extend(clobber.map(OsString::from));
                    let run = run(&command);
                    expect_status(&run, 2, format!("{command:?}"));
                    assert!(run.stderr.contains("is read"), "{command:?}: {}", run.stderr);
                    assert!(read(&input) == bytes, "{command:?}");
                    assert_eq!(names_in(folder.path()), before, "{command:?}");
                }
            }
        }
    }
}

#[test]
fn no_output_takes_the_place_of_anything_else_that_is_read() {
    let folder = temp();
    let capture = sample("restart.csv");
    for (flag, name) in [
        ("--baseline", "healthy.csv"),
        ("--keys-dir", "listing.txt"),
        ("--hive", "SOFTWARE"),
        ("--reg-export", "export.reg"),
        ("--event-log", "System.txt"),
        ("--debugview", "debug.log"),
        ("--names", "names.txt"),
        ("--filter-file", "filter.pmf"),
    ] {
        let given = write(folder.path(), name, "precious");
        let run = run!("analyze", &capture, flag, &given, "-o", &given);
        expect_status(&run, 2, flag);
        assert!(run.stderr.contains(name), "{flag}: {}", run.stderr);
        assert_eq!(read(&given), b"precious", "{flag}");
    }
    let keys = folder.path().join("MachineKeys");
    fs::create_dir(&keys).unwrap();
    let run = run!("analyze", &capture, "--keys-dir", &keys, "-o", &keys.join("report.txt"));
    expect_status(&run, 2, "a folder of keys");
    assert!(names_in(&keys).is_empty());
}

#[test]
fn standard_streams_count_as_the_files_behind_them() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    let input = write(folder.path(), "a.csv", &bytes);
    // procmonkey events - -o a.csv < a.csv
    let status = procmonkey(&["events".as_ref(), "-".as_ref(), "-o".as_ref(), input.as_os_str()])
        .stdin(File::open(&input).unwrap())
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(2));
    // procmonkey events -f csv a.csv >> a.csv
    let appended = File::options().append(true).open(&input).unwrap();
    let status = procmonkey(&["events".as_ref(), "-f".as_ref(), "csv".as_ref(), input.as_os_str()])
        .stdout(appended)
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(2));
    assert!(read(&input) == bytes);
}

#[test]
fn evidence_that_is_there_already_is_replaced_only_where_it_is_asked_for() {
    let folder = temp();
    let input = sample("first-start.csv");
    let mut event_log = b"ElfFile\0".to_vec();
    event_log.resize(4096, 0);
    let mut hive = b"regf".to_vec();
    hive.resize(4096, 0);
    let packed = gzip(&read(sample("restart.csv")));
    for (name, bytes) in [
        ("log.csv", read(sample("restart.csv"))),
        ("log.xml", read(sample("restart.xml"))),
        ("log.pml", read(sample("restart.pml"))),
        ("log.csv.gz", packed),
        ("System.evtx", event_log),
        ("SOFTWARE", hive),
    ] {
        let output = write(folder.path(), name, &bytes);
        let run = run!("events", "-f", "jsonl", "--raw", &input, "-o", &output);
        expect_status(&run, 2, name);
        assert!(run.stderr.contains("--clobber"), "{name}: {}", run.stderr);
        assert!(read(&output) == bytes, "{name}");
        expect_status(
            &run!("events", "-f", "jsonl", "--raw", &input, "-o", &output, "--clobber"),
            0,
            name,
        );
        assert!(read(&output).starts_with(b"{"), "{name}");
    }
    // A report is no evidence, and neither is a note.
    for format in ["table", "markdown", "json", "jsonl", "csv"] {
        let output = folder.path().join(format!("report.{format}"));
        for _ in 0..2 {
            expect_status(&run!("analyze", "-f", format, &input, "-o", &output), 0, format);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;

    let folder = temp();
    for mode in [0o600, 0o640, 0o666, 0o755] {
        let output = write(folder.path(), "report.txt", "an older report");
        fs::set_permissions(&output, fs::Permissions::from_mode(mode)).unwrap();
        run!("info", &sample("restart.csv"), "-o", &output);
        assert!(read(&output) != b"an older report");
        assert_eq!(output.metadata().unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_file_behind() {
    use std::io::Write;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;
    use std::time::Duration;

    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let folder = temp();
        let output = write(folder.path(), "out.csv", "an older file");
        // Standard input stays open, so that the program waits for more.
        let mut child =
            procmonkey(&["convert".as_ref(), "-".as_ref(), "-o".as_ref(), output.as_os_str()])
                .stdin(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&read(sample("restart.csv"))).unwrap();
        while names_in(folder.path()).len() < 2 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(number), "{name}: {status}");
        assert_eq!(names_in(folder.path()), ["out.csv"], "{name}");
        assert_eq!(read(&output), b"an older file");
        drop(stdin);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_an_error() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let path = sample("restart.csv").into_os_string();
    for words in [&["--help"][..], &["--version"], &["analyze", "--help"], &["signatures"]] {
        let status = procmonkey(words).stdout(full()).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(3), "{words:?}");
    }
    for command in ["analyze", "events", "info", "processes", "stacks"] {
        let status = procmonkey(&[command.as_ref(), path.as_os_str()])
            .stdout(full())
            .stderr(Stdio::null())
            .status();
        assert_eq!(status.unwrap().code(), Some(3), "{command}");
        // Messages that cannot be written stop nothing.
        let mut command = procmonkey(&[command.as_ref(), path.as_os_str(), "nowhere.csv".as_ref()]);
        let output = command.stderr(full()).stdout(Stdio::piped()).output().unwrap();
        assert!(matches!(output.status.code(), Some(1 | 4)), "{}", output.status);
        assert!(!output.stdout.is_empty());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_may_not_grow_is_an_error_and_leaves_nothing() {
    let folder = temp();
    let program = env!("CARGO_BIN_EXE_procmonkey");
    for name in ["out.xml", "out.pml"] {
        let target = folder.path().join(name);
        let script = format!(
            "ulimit -f 8; exec {program} convert -q {} -o {} --tz UTC --date 2026-03-05",
            sample("restart.csv").display(),
            target.display()
        );
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert!(names_in(folder.path()).is_empty());
        // The file that was asked for is named, and not the one that takes its place at the end.
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(&format!("{} cannot be written", target.display())), "{said}");
        assert!(said.contains("too large") && !said.contains(".procmonkey-"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_made_is_named_as_it_was_asked_for() {
    let folder = temp();
    for target in [folder.path().join("nowhere/out.json"), folder.path().join("in.csv/out.json")] {
        write(folder.path(), "in.csv", "x");
        let run = run!("info", "-f", "json", "-o", &target, &sample("restart.csv"));
        expect_status(&run, 3, "nowhere");
        let expected = format!("{} cannot be written", target.display());
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
        assert!(!run.stderr.contains(".procmonkey-"), "{}", run.stderr);
    }
}

/// The status of the program behind a redirection of the shell, and what it said.
#[cfg(unix)]
fn redirected(words: &str, redirection: &str) -> (Option<i32>, String) {
    let script = format!("exec \"$0\" {words} {redirection}");
    let program = env!("CARGO_BIN_EXE_procmonkey");
    let output = std::process::Command::new("sh").args(["-c", &script, program]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(unix)]
#[test]
fn a_standard_output_that_is_closed_is_an_error_and_one_that_leads_nowhere_is_not() {
    let folder = temp();
    let input = sample("restart.csv").display().to_string();
    let file = folder.path().join("report.json").display().to_string();
    let commands = [
        "--help".to_string(),
        "--version".to_string(),
        "events --help".to_string(),
        "signatures".to_string(),
        format!("analyze {input}"),
        format!("events --raw -f jsonl {input}"),
        format!("convert -f xml -o - {input}"),
        format!("info -o /dev/stdout {input}"),
    ];
    for words in &commands {
        for closed in [">&-", "1</dev/null", ">&- <&-"] {
            let (status, said) = redirected(words, closed);
            assert_eq!(status, Some(3), "{words} {closed}: {said}");
            assert!(said.contains("cannot be written"), "{words} {closed}: {said}");
        }
        // As many programs start others: for reading and writing.
        for nowhere in [">/dev/null", "1<>/dev/null", ">/dev/null <&-"] {
            let (status, said) = redirected(words, nowhere);
            assert_eq!(status, Some(0), "{words} {nowhere}: {said}");
        }
    }
    // Who writes to a file needs no standard output, and wrong usage stays that.
    for (words, expected) in
        [(format!("info -f json -o {file} {input}"), 0), ("frobnicate".to_string(), 2)]
    {
        assert_eq!(redirected(&words, ">&-").0, Some(expected), "{words}");
    }
    assert!(read(&file).starts_with(b"["));
}
