//! What of a witness cannot be read: it is counted, it stands in the report, and it
//! shows in the exit status.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::made::{evtx, hive};
use super::*;

/// Where a chunk of an event log begins.
fn begin(chunk: usize) -> usize {
    evtx::FILE_HEADER + chunk * evtx::CHUNK
}

/// The only source of a report.
fn source(report: &Value) -> &Value {
    let [source] = list(report, "witness_sources") else { panic!("{}", report["witness_sources"]) };
    source
}

fn page(arguments: &[(&str, &Path)]) -> Run {
    let capture = sample("restart.csv");
    let mut all: Vec<&std::ffi::OsStr> = vec!["analyze".as_ref(), capture.as_os_str()];
    for (flag, value) in arguments {
        all.extend([flag.as_ref(), value.as_os_str()]);
    }
    run(&all)
}

#[test]
fn an_event_log_that_is_whole_is_no_loss() {
    let folder = temp();
    let log = write(folder.path(), "System.evtx", evtx::log(&[5, 4, 3]));
    let (status, report) = with(&sample("restart.csv"), &[("--event-log", &log)]);
    assert_eq!(status, 0);
    let source = source(&report);
    assert_eq!((&source["facts"], &source["events"]), (&12.into(), &12.into()));
    assert_eq!((&source["given_as"], &source["error"]), (&"event_log".into(), &Value::Null));
    assert_eq!((&source["losses"]["count"], list(source, "remarks").len()), (&0.into(), 0));
}

#[test]
fn an_event_log_that_is_cut_zeroed_or_empty_is_a_loss_wherever_one_looks() {
    let folder = temp();
    let log = evtx::log(&[5, 4, 3]);
    let mut zeroed = log.clone();
    zeroed[begin(1)..begin(2)].fill(0);
    for (name, bytes, kind, byte) in [
        ("cut", &log[..begin(1) + 30_000], "truncated", begin(1) + 30_000),
        ("cut between chunks", &log[..begin(2)], "truncated", begin(2)),
        ("only a header", &log[..begin(0)], "truncated", begin(0)),
        ("zeroed", &zeroed[..], "damaged_record", begin(1)),
    ] {
        let path = write(folder.path(), "System.evtx", bytes);
        let (status, report) = with(&sample("restart.csv"), &[("--event-log", &path)]);
        assert_eq!(status, 4, "{name}");
        let losses = &source(&report)["losses"];
        assert!(losses["count"].as_u64().unwrap() > 0, "{name}");
        let first = &losses["first"][0];
        assert_eq!((text(first, "kind"), &first["byte"]), (kind, &byte.into()), "{name}");
        let not_shown = report["verdict"]["not_shown"].to_string();
        assert!(not_shown.contains("could not be read of") && not_shown.contains("System.evtx"));
        let run = page(&[("--event-log", &path)]);
        assert_eq!(run.status, 4, "{name}");
        assert!(run.text().contains("could not be read."), "{}", run.text());
        assert!(run.text().contains("Not read: "), "{}", run.text());
        assert!(run.stderr.contains(&kind.replace('_', " ")), "{}", run.stderr);
    }
}

#[test]
fn a_copy_of_a_log_in_use_is_said_to_be_one_and_is_no_loss() {
    let folder = temp();
    let mut chunks = evtx::chunks(&[5, 4, 3]);
    chunks.extend(vec![vec![0; evtx::CHUNK]; 14]);
    let header = evtx::Header { flags: evtx::DIRTY, ..evtx::closed(1, 5) };
    let log = write(folder.path(), "System.evtx", evtx::file(header, &chunks));
    let (status, report) = with(&sample("restart.csv"), &[("--event-log", &log)]);
    assert_eq!(status, 0);
    let remarks = list(source(&report), "remarks");
    assert!(remarks[0].as_str().unwrap().contains("3 hold events"), "{remarks:?}");
    let run = page(&[("--event-log", &log)]);
    assert!(run.text().contains("Note: the log was not closed"), "{}", run.text());
    // In JSON it is a field; for whoever looks at the terminal, a note.
    let log = log.as_os_str();
    let capture = sample("restart.csv");
    let json = ["analyze".as_ref(), "-f".as_ref(), "json".as_ref(), "--event-log".as_ref(), log];
    let run = common::run(&[&json[..], &[capture.as_os_str()]].concat());
    assert!(run.stderr.contains("the log was not closed"), "{}", run.stderr);
}

#[test]
fn every_reader_of_a_witness_counts_what_it_cannot_read() {
    let folder = temp();
    let file = |name: &str, bytes: &[u8]| write(folder.path(), name, bytes);
    let row = format!("03/05/2026  06:59 PM   2,202 {IIS_STEM}_{OLD}\r\n");
    let path = ["Microsoft", "Cryptography"];
    let mut dirty = hive::hive(&path, "MachineGuid", OLD);
    hive::seal(&mut dirty, 6, 5);
    let log = hive::new_log(&dirty, 5);
    let xml =
        "<Event><System><Provider Name='Schannel'/><EventID>36870</EventID></System></Event>\n";
    let key = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n";
    file("SOFTWARE.LOG1", &log[..log.len() - 10]);
    for (flag, path, kind, place) in [
        ("--hive", file("SOFTWARE", &dirty), "damaged_record", ("byte", 512)),
        (
            "--reg-export",
            file("a.reg", format!("{key}\"MachineGuid\"=\"4f6c1d2e-\r\n").as_bytes()),
            "damaged_field",
            ("line", 2),
        ),
        (
            "--keys-dir",
            file("dir.txt", &[row.as_bytes(), b"Gr\xf6\xdfe"].concat()),
            "invalid_text",
            ("byte", 0),
        ),
        ("--debugview", file("debug.log", b"[5236] Gr\xf6\xdfe\r\n"), "invalid_text", ("byte", 0)),
        (
            "--event-log",
            file("events.xml", format!("<Events>\n{xml}<Event><System>\n").as_bytes()),
            "truncated",
            ("line", 3),
        ),
        (
            "--event-log",
            file("ticket.txt", format!("I saw this:\n<Event><x></y></Event>\n{xml}").as_bytes()),
            "damaged_record",
            ("line", 2),
        ),
    ] {
        let (status, report) = with(&sample("restart.csv"), &[(flag, &path)]);
        assert_eq!(status, 4, "{flag}");
        let source = source(&report);
        assert_eq!(source["losses"]["count"], 1, "{flag}: {source}");
        let first = &source["losses"]["first"][0];
        assert_eq!(text(first, "kind"), kind, "{flag}: {first}");
        assert_eq!(first[place.0], place.1, "{flag}: {first}");
        assert_eq!(text(source, "given_as"), flag[2..].replace('-', "_"));
    }
}

#[test]
fn a_witness_that_cannot_be_read_at_all_stands_in_the_report() {
    let folder = temp();
    let missing = folder.path().join("missing.evtx");
    let binary = write(folder.path(), "binary", b"MZ\x90\0\x03\0\0\0");
    let header = write(folder.path(), "header.evtx", &evtx::log(&[1])[..4000]);
    let hive = write(folder.path(), "SOFTWARE", b"regf");
    for (flag, path) in [
        ("--event-log", &missing),
        ("--event-log", &binary),
        ("--event-log", &header),
        ("--hive", &hive),
        ("--keys-dir", &binary),
        ("--debugview", &binary),
        ("--debugview", &missing),
        ("--baseline", &missing),
        ("--baseline", &binary),
    ] {
        let (status, report) = with(&sample("restart.csv"), &[(flag, path)]);
        assert_eq!(status, 3, "{flag} {}", path.display());
        let source = source(&report);
        assert!(source["error"].is_string(), "{source}");
        assert_eq!(text(source, "path"), path.display().to_string());
        assert_eq!(text(source, "given_as"), flag[2..].replace('-', "_"));
        let not_shown = report["verdict"]["not_shown"].to_string();
        assert!(not_shown.contains("no fact was read from it"), "{not_shown}");
        let run = page(&[(flag, path)]);
        assert!(run.text().contains("no fact was read from it."), "{}", run.text());
        assert!(run.text().contains("NOT READ: "), "{}", run.text());
        assert!(run.stderr.contains(path.file_name().unwrap().to_str().unwrap()), "{}", run.stderr);
    }
    // What is found counts more.
    let (status, report) = with(&sample("guid-changed.csv"), &[("--event-log", &missing)]);
    assert_eq!(status, 1);
    assert!(source(&report)["error"].is_string());
}

#[test]
fn an_event_log_may_come_from_standard_input() {
    let capture = sample("restart.csv");
    let arguments: [&std::ffi::OsStr; 6] = [
        "analyze".as_ref(),
        capture.as_os_str(),
        "--event-log".as_ref(),
        "-".as_ref(),
        "-f".as_ref(),
        "json".as_ref(),
    ];
    let log = evtx::log(&[5, 4]);
    let run = run_with_input(&arguments, &log);
    assert_eq!((run.status, &source(&run.json())["facts"]), (0, &9.into()), "{}", run.stderr);
    let run = run_with_input(&arguments, &log[..begin(1) + 100]);
    assert_eq!((run.status, &source(&run.json())["facts"]), (4, &5.into()), "{}", run.stderr);
}

/// Runs the program, and kills it when it takes too long.
fn run_in_time(arguments: &[&std::ffi::OsStr]) -> i32 {
    let mut child = procmonkey(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(120) {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status.code().unwrap_or(-1);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("the child can be killed");
    child.wait().expect("the child ends");
    panic!("{arguments:?} does not end");
}

#[test]
#[cfg(unix)]
fn a_pipe_beside_a_hive_is_not_opened() {
    let folder = temp();
    let mut dirty = hive::hive(&["Microsoft", "Cryptography"], "MachineGuid", NEW);
    hive::seal(&mut dirty, 6, 5);
    let path = write(folder.path(), "SOFTWARE", &dirty);
    for ending in [".LOG1", ".LOG2", ".log"] {
        let pipe = folder.path().join(format!("SOFTWARE{ending}"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo is there").success());
    }
    let capture = sample("restart.csv");
    let arguments = ["analyze".as_ref(), capture.as_os_str(), "--hive".as_ref(), path.as_os_str()];
    // The value of the hive is another than the capture's, which is a finding.
    assert_eq!(run_in_time(&arguments), 1);
    let (_, report) = with(&capture, &[("--hive", &path)]);
    let losses = &source(&report)["losses"];
    assert_eq!(losses["count"], 3, "{losses}");
    assert!(text(&losses["first"][0], "message").contains("no plain file"), "{losses}");
}

#[test]
#[cfg(target_os = "linux")]
fn witnesses_without_an_end_are_refused_or_bounded() {
    let capture = sample("restart.csv");
    for flag in ["--event-log", "--hive", "--keys-dir", "--reg-export", "--debugview"] {
        let arguments =
            ["analyze".as_ref(), capture.as_os_str(), flag.as_ref(), "/dev/zero".as_ref()];
        assert_eq!(run_in_time(&arguments), 3, "{flag}");
    }
    let arguments = ["key", "iisWasKey", "--names", "/dev/zero"];
    let run = run(&arguments);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("no longer than 16 MiB"), "{}", run.stderr);
}

#[test]
fn bombs_end_in_time_with_a_loss_or_an_error() {
    let folder = temp();
    let hives = [
        hive::wide(15, 65_535, &"\u{201}".repeat(32_767)),
        hive::wide(65_535, 65_535, "x"),
        hive::list_of_itself(),
        hive::child_of_itself(),
    ];
    let one = |make: evtx::Make<'_>| evtx::file(evtx::closed(1, 1), &[evtx::chunk(1, 1, &[make])]);
    let logs = [
        one(&|at| evtx::nested(at, 4900)),
        one(&evtx::self_template),
        one(&|at| evtx::nested_values(at, 60_000)),
        one(&|at| evtx::swollen(at, 5000, 15_000)),
    ];
    let capture = sample("restart.csv");
    let bombs =
        hives.iter().map(|it| ("--hive", it)).chain(logs.iter().map(|it| ("--event-log", it)));
    for (number, (flag, bytes)) in bombs.enumerate() {
        let path = write(folder.path(), "bomb", bytes);
        let arguments = ["analyze".as_ref(), capture.as_os_str(), flag.as_ref(), path.as_os_str()];
        let status = run_in_time(&arguments);
        assert!(matches!(status, 3 | 4), "{number}: {status}");
    }
}

/// Everything that moves a cursor, hides, or turns the direction of writing.
fn is_hostile(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[test]
fn nothing_of_a_witness_reaches_a_terminal_as_a_command() {
    const HOSTILE: &str = "a\u{1b}[31m\u{9b}2J\u{202e}b\u{200b}c\u{2028}d";
    let folder = temp();
    // XML does not allow every control character, but what was decoded has them.
    let escaped: String = HOSTILE.chars().map(|c| format!("&#x{:x};", c as u32)).collect();
    let event = |provider: &str, id: u32| {
        format!(
            "<Event><System><Provider Name='{provider}'/><EventID>{id}</EventID><Computer>{escaped}</Computer>\
             </System><EventData><Data Name='param1'>{escaped}</Data><Data Name='param2'>0x80090016</Data>\
             <Data Name='KeyFilePath'>{escaped}</Data></EventData></Event>\n"
        )
    };
    let xml = format!(
        "<Events>{}{}{}<Event><{HOSTILE}></Event></Events>",
        event("Service Control Manager", 7024),
        event("Microsoft-Windows-Security-Auditing", 5058),
        event("Schannel", 36870),
    );
    let listing = format!(
        " Directory of C:\\{HOSTILE}\\Microsoft\\Crypto\\RSA\\MachineKeys\n\n\
         03/01/2026  09:12 AM   2,202 {IIS_STEM}_{OLD}\n  {HOSTILE}:(F)\n"
    );
    let ticket = format!("Source: {HOSTILE}\nEvent ID: 4711\nDescription: {HOSTILE}\n");
    let arguments = [
        ("--event-log", write(folder.path(), "events.xml", xml)),
        ("--event-log", write(folder.path(), "ticket.txt", ticket)),
        ("--keys-dir", write(folder.path(), "dir.txt", listing)),
        ("--debugview", write(folder.path(), "debug.log", format!("[5236] {HOSTILE}\n"))),
        ("--event-log", folder.path().join("missing\u{202e}\u{200b}")),
        #[cfg(unix)]
        ("--hive", folder.path().join("missing\u{1b}[31m")),
    ];
    let arguments: Vec<(&str, &Path)> =
        arguments.iter().map(|(flag, path)| (*flag, path.as_path())).collect();
    let run = page(&arguments);
    assert!(run.text().contains('\u{fffd}') && run.stderr.contains('\u{fffd}'));
    for (what, text) in [("page", run.text()), ("standard error", run.stderr.as_str())] {
        let hostile: Vec<&str> = text.lines().filter(|line| line.contains(is_hostile)).collect();
        assert!(hostile.is_empty(), "{what}: {hostile:?}");
    }
}
