//! Runs that were killed, and runs after something has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::common::*;
use crate::{
    assert_same, batch, command, command_into, end, files, make_some, manifest, ran, results,
};

const OPTIONS: [&str; 2] = ["--events", "parquet"];

/// The results of a run that nobody has disturbed.
fn undisturbed(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let more = [&OPTIONS[..], &["--threads", "1"]].concat();
    let run = ran(&mut command_into(folder, "whole", &more));
    assert_eq!(run.status, 1, "{}", run.stderr);
    results(folder, "whole")
}

/// How many captures the last run has not read again.
fn skipped(folder: &Path) -> u64 {
    end(folder)["skipped"].as_u64().unwrap()
}

#[test]
fn a_second_run_reads_nothing_again() {
    let folder = temp();
    make_some(folder.path());
    let first = batch(folder.path(), &OPTIONS);
    let before = results(folder.path(), "out");
    assert_eq!(skipped(folder.path()), 0);
    let second = batch(folder.path(), &[&OPTIONS[..], &["-v"]].concat());
    assert_eq!((second.status, skipped(folder.path())), (first.status, 8));
    assert_same(&before, &results(folder.path(), "out"), "a second run");
    // It says which.
    assert!(second.stderr.contains("in/web/a.csv: done before"), "{}", second.stderr);
}

/// Every state that a run with one thread goes through: its first files, a file that is half
/// written, and half a line of the log.
#[test]
fn a_run_goes_on_from_every_state() {
    let folder = temp();
    make_some(folder.path());
    let whole = undisturbed(folder.path());
    // Of those that were written in the same moment, a note comes behind the results.
    let place = |name: &String| match name.as_str() {
        "batch.lock" => 0,
        "manifest.jsonl" => 3,
        name => 1 + u8::from(name.starts_with("done/")),
    };
    let mut in_order: Vec<_> = whole
        .keys()
        .map(|name| {
            let path = folder.path().join("whole").join(name);
            ((path.metadata().unwrap().modified().unwrap(), place(name)), name)
        })
        .collect();
    in_order.sort();
    assert!(in_order.len() > 25, "{}", in_order.len());
    for count in 0..=in_order.len() {
        let out = folder.path().join("out");
        let _ = fs::remove_dir_all(&out);
        fs::create_dir(&out).unwrap();
        fs::write(out.join("batch.lock"), "").unwrap();
        for (_, name) in &in_order[..count] {
            let target = out.join(name);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(&target, &whole[*name]).unwrap();
            fs::write(target.with_file_name(".procmonkey-Ab12Cd"), "half").unwrap();
        }
        fs::write(out.join(".procmonkey-x"), "half").unwrap();
        fs::write(out.join("log.jsonl"), "{\"type\":\"start\"}\n{\"type\":\"do").unwrap();
        let threads = ["1", "2", "5"][count % 3];
        let run = batch(folder.path(), &[&OPTIONS[..], &["--threads", threads]].concat());
        assert_eq!(run.status, 1, "{}", run.stderr);
        assert_same(&whole, &results(folder.path(), "out"), format!("{count} files"));
        let log = String::from_utf8(read(out.join("log.jsonl"))).unwrap();
        for line in log.lines() {
            assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
        }
        // What was noted as done was not read again.
        let is_done = |name: &&String| name.starts_with("done/");
        let of_captures = |name: &String| {
            let record: serde_json::Value = serde_json::from_slice(&whole[name]).unwrap();
            let is_judged = |it: &&serde_json::Value| !it["findings_path"].is_null();
            list(&record, "entries").iter().filter(is_judged).count() as u64
        };
        let noted = in_order[..count].iter().map(|(_, name)| *name).filter(is_done);
        assert_eq!(skipped(folder.path()), noted.map(of_captures).sum::<u64>(), "{count} files");
    }
}

/// Really killed, when so many results are there.
#[test]
fn a_run_that_is_killed_leaves_whole_files_and_goes_on() {
    let folder = temp();
    make_some(folder.path());
    let whole = undisturbed(folder.path());
    let out = folder.path().join("out");
    let mut kills = 0;
    for (threads, step) in [("1", 1), ("2", 3), ("7", 3)] {
        for wanted in (0..whole.len()).step_by(step) {
            let _ = fs::remove_dir_all(&out);
            // Twice, so that what goes on is killed, too.
            for wanted in [wanted / 2, wanted] {
                let more = [&OPTIONS[..], &["--threads", threads]].concat();
                let mut child = command(folder.path(), &more)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
                while complete(&out) < wanted && child.try_wait().unwrap().is_none() {
                    thread::sleep(Duration::from_micros(200));
                }
                let was_running = child.try_wait().unwrap().is_none();
                kills += usize::from(child.kill().is_ok() && was_running);
                child.wait().unwrap();
            }
            for (name, bytes) in present(&out) {
                let is_result = !name.contains(".procmonkey-") && name != "log.jsonl";
                assert!(!is_result || bytes == whole[&name], "{name} is not whole");
            }
            let run = batch(folder.path(), &[&OPTIONS[..], &["--threads", threads]].concat());
            assert_eq!(run.status, 1, "{}", run.stderr);
            assert_same(&whole, &results(folder.path(), "out"), format!("{threads} {wanted}"));
        }
    }
    assert!(kills > whole.len(), "only {kills} runs were killed before they ended");
}

fn present(out: &Path) -> BTreeMap<String, Vec<u8>> {
    if out.is_dir() { files(out) } else { BTreeMap::new() }
}

/// How many results are complete.
fn complete(out: &Path) -> usize {
    let mut waiting = vec![out.to_path_buf()];
    let mut count = 0;
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            match entry.path().is_dir() {
                true => waiting.push(entry.path()),
                false if name.starts_with(".procmonkey-") || name == "log.jsonl" => {}
                false => count += 1,
            }
        }
    }
    count
}

/// A result that cannot be written ends the run, and the next one goes on.
#[test]
fn a_result_that_cannot_be_written_is_an_error_and_not_a_gap() {
    let folder = temp();
    make_some(folder.path());
    let whole = undisturbed(folder.path());
    let out = folder.path().join("out");
    for name in whole.keys().filter(|name| *name != "batch.lock") {
        let _ = fs::remove_dir_all(&out);
        fs::create_dir_all(out.join(name)).unwrap();
        fs::write(out.join("batch.lock"), "").unwrap();
        let run = batch(folder.path(), &OPTIONS);
        assert_eq!(run.status, 3, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(name.as_str()), "{name}: {}", run.stderr);
        fs::remove_dir(out.join(name)).unwrap();
        assert_eq!(batch(folder.path(), &OPTIONS).status, 1);
        assert_same(&whole, &results(folder.path(), "out"), name);
    }
}

/// Options that make results of the same length: what a run with others has left half done is not
/// taken for one's own.
#[test]
fn what_other_options_have_begun_is_done_again() {
    let folder = temp();
    make_some(folder.path());
    let options = |digit: &'static str| {
        let guid = "11111111-1111-4111-8111-111111111111".replace('1', digit);
        let more = ["--threads", "1", "--machine-guid"].map(str::to_string);
        [&OPTIONS.map(str::to_string)[..], &more, &[guid]].concat()
    };
    let run = |out: &str, digit: &'static str| {
        let options = options(digit);
        let more: Vec<_> = options.iter().map(String::as_str).collect();
        assert_eq!(ran(&mut command_into(folder.path(), out, &more)).status, 1);
        results(folder.path(), out)
    };
    let (whole, other) = (run("whole", "1"), run("other", "2"));
    let is_risky = |name: &String| {
        name.starts_with("findings/")
            && whole[name] != other[name]
            && whole[name].len() == other[name].len()
    };
    let risky: Vec<_> = whole.keys().filter(|name| is_risky(name)).collect();
    assert!(!risky.is_empty(), "no result has the same length with both options");
    let mut half_done = 0;
    for name in &risky {
        for wait in [0, 1, 3, 10] {
            run("out", "1");
            let path = folder.path().join("out").join(name);
            let options = options("2");
            let more: Vec<_> = options.iter().map(String::as_str).collect();
            let mut child = command(folder.path(), &more)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            while read(&path) == whole[*name] && child.try_wait().unwrap().is_none() {
                thread::sleep(Duration::from_micros(100));
            }
            thread::sleep(Duration::from_millis(wait));
            half_done += usize::from(child.try_wait().unwrap().is_none());
            let _ = child.kill();
            child.wait().unwrap();
            assert_same(&whole, &run("out", "1"), name);
        }
    }
    assert!(half_done > 0);
}

/// What is done is done again when anything that it depends on is another, and only that.
#[test]
fn what_has_changed_is_done_again_and_said_why() {
    let folder = temp();
    make_some(folder.path());
    let path = folder.path().join("in/web/a.csv");
    let fresh = |what: &str| {
        let now = results(folder.path(), "out");
        let _ = fs::remove_dir_all(folder.path().join("whole"));
        let run = ran(&mut command_into(folder.path(), "whole", &[]));
        assert!(run.status != 3, "{}", run.stderr);
        assert_same(&results(folder.path(), "whole"), &now, what);
    };
    let again = |what: &str, reason: &str, (lines, count): (u64, u64)| {
        let run = batch(folder.path(), &["-v"]);
        let said = run.stderr.lines().filter(|line| line.contains("done again")).count() as u64;
        assert_eq!((said, 8 - skipped(folder.path())), (lines, count), "{what}: {}", run.stderr);
        assert!(run.stderr.contains(reason), "{what}: {}", run.stderr);
        fresh(what);
    };
    batch(folder.path(), &[]);

    let bytes = read(&path);
    fs::write(&path, [&bytes[..], b"\r\n"].concat()).unwrap();
    again("longer", "another size", (1, 1));

    // The same length and time, and another byte.
    let time = path.metadata().unwrap().modified().unwrap();
    let mut other = read(&path);
    let at = other.iter().rposition(|byte| *byte == b'S').unwrap();
    other[at] = b'T';
    fs::write(&path, &other).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    again("another byte", "another content", (1, 1));

    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(time + Duration::from_secs(7))
        .unwrap();
    again("another time", "another time", (1, 1));

    let report = text(&manifest(folder.path())["in/web/a.csv"], "findings_path").to_string();
    fs::write(folder.path().join("out").join(&report), "{").unwrap();
    again("a report that is cut", "results are missing", (1, 1));
    fs::remove_file(folder.path().join("out").join(&report)).unwrap();
    again("a report that is gone", "results are missing", (1, 1));

    // A note of another version.
    let done = folder.path().join("out/done");
    for name in names_in(&done) {
        let text = String::from_utf8(read(done.join(&name))).unwrap();
        let version = concat!("{\"version\":\"", env!("CARGO_PKG_VERSION"), "\"");
        assert!(text.starts_with(version), "{text}");
        fs::write(done.join(&name), text.replacen(version, "{\"version\":\"0.0.1\"", 1)).unwrap();
    }
    again("another version", "another version", (12, 8));

    // Options; and back.
    let run = batch(folder.path(), &["-v", "-p", "lsass.exe"]);
    assert_eq!(skipped(folder.path()), 0);
    assert!(run.stderr.contains("other options"), "{}", run.stderr);
    again("other options", "other options", (12, 8));
    batch(folder.path(), &["--threads", "1"]);
    assert_eq!(skipped(folder.path()), 8, "threads are no option that counts");

    // A capture that goes away takes its results with it.
    fs::remove_file(&path).unwrap();
    batch(folder.path(), &[]);
    assert_eq!(skipped(folder.path()), 7);
    fresh("one that is gone");
}

/// The rules and names in a file count by what is in it.
#[test]
fn options_in_files_count_by_their_content() {
    let folder = temp();
    make_some(folder.path());
    let names = write(folder.path(), "names.txt", "MyOwnContainer\n");
    let filter = write(folder.path(), "a.pmf", "");
    let make_filter = |rule: &str| {
        let made = run(&["filter", "--filter", rule, "-o", filter.to_str().unwrap()]);
        assert_eq!(made.status, 0, "{}", made.stderr);
    };
    make_filter("PID is 4");
    let more = ["--names", "names.txt", "--filter-file", "a.pmf"];
    batch(folder.path(), &more);
    batch(folder.path(), &more);
    assert_eq!(skipped(folder.path()), 8);
    fs::write(&names, "MyOtherContainer\n").unwrap();
    batch(folder.path(), &more);
    assert_eq!(skipped(folder.path()), 0, "other names");
    make_filter("PID is 8");
    batch(folder.path(), &more);
    assert_eq!(skipped(folder.path()), 0, "other rules");
}

/// What could not be read for a reason that may pass is tried again.
#[cfg(unix)]
#[test]
fn a_file_that_was_denied_is_tried_again() {
    use std::os::unix::fs::PermissionsExt;
    let folder = temp();
    make_some(folder.path());
    let path: PathBuf = folder.path().join("in/web/a.csv");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    batch(folder.path(), &[]);
    assert_eq!(manifest(folder.path())["in/web/a.csv"]["status"], "denied");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    batch(folder.path(), &[]);
    assert_eq!(manifest(folder.path())["in/web/a.csv"]["status"], "read");
}
