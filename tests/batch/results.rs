//! What each capture comes to.

use crate::common::*;
use crate::{batch, end, make_some, manifest, results, statuses};

#[test]
fn each_file_has_a_status_and_none_stops_the_others() {
    let folder = temp();
    make_some(folder.path());
    let run = batch(folder.path(), &[]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let want = [
        ("in/notes.txt", "not_a_capture"),
        ("in/sql/bad.pml", "damaged"),
        ("in/sql/broken.zip", "unreadable"),
        ("in/sql/cut.pml", "damaged"),
        ("in/sql/empty.csv", "empty"),
        ("in/sql/two.zip/b.csv", "read"),
        ("in/sql/two.zip/note.txt", "not_a_capture"),
        ("in/sql/two.zip/sub/c.csv", "read"),
        ("in/web/Log.pml", "read"),
        ("in/web/a.csv", "read"),
        ("in/web/old/copy of a.csv", "read"),
        ("in/web/start.txt.gz", "read"),
    ];
    let want: Vec<_> = want.map(|(name, status)| (name.to_string(), status.to_string())).into();
    assert_eq!(statuses(folder.path()), want);
    // Each line says which signatures were met, and the summary adds them up.
    let manifest = manifest(folder.path());
    let met = |name: &str| -> Vec<String> {
        let all = list(&manifest[name], "signatures").iter();
        all.map(|it| text(it, "signature").to_string()).collect()
    };
    assert_eq!(met("in/web/a.csv"), ["MK-06"]);
    assert_eq!(met("in/sql/two.zip/b.csv"), ["MK-11"]);
    assert_eq!(met("in/web/Log.pml"), ["MK-01", "MK-17"]);
    assert_eq!(end(folder.path())["signatures"]["MK-06"], 3);
    assert!(run.stdout.contains("MK-06"), "{}", run.stdout);
    // What could not be read is named; what is no capture is not.
    assert!(run.stderr.contains("broken.zip"), "{}", run.stderr);
    assert!(!run.stderr.contains("notes.txt"), "{}", run.stderr);
    assert!(manifest["in/sql/cut.pml"]["losses"].as_u64().unwrap() > 0);
}

#[test]
fn zeros_in_a_log_show_as_losses() {
    let folder = temp();
    let own = folder.path().join("in");
    std::fs::create_dir(&own).unwrap();
    let pml = read(sample("first-start.pml"));
    write(&own, "sound.pml", &pml);
    let places: Vec<_> = (0..10).map(|number| 2000 + number * pml.len() / 20).collect();
    for at in &places {
        let mut zeroed = pml.clone();
        zeroed[*at..at + 4096].fill(0);
        write(&own, &format!("{at}.pml"), &zeroed);
    }
    batch(folder.path(), &[]);
    let manifest = manifest(folder.path());
    let losses = |name: &str| manifest[name]["losses"].as_u64().unwrap();
    assert_eq!(losses("in/sound.pml"), 0);
    for at in places {
        assert!(losses(&format!("in/{at}.pml")) > 0, "{at}");
    }
}

#[test]
fn copies_stay_apart_and_are_called_copies() {
    let folder = temp();
    make_some(folder.path());
    batch(folder.path(), &[]);
    let manifest = manifest(folder.path());
    let (one, copy) = (&manifest["in/web/a.csv"], &manifest["in/web/old/copy of a.csv"]);
    assert_eq!(one["capture_id"], copy["capture_id"]);
    assert_ne!(one["findings_path"], copy["findings_path"]);
    assert_eq!(one["copy_of"], serde_json::Value::Null);
    assert_eq!(copy["copy_of"]["path"], "in/web/a.csv");
    assert_eq!(end(folder.path())["copies"], 1);
    // Each report names its own file.
    for line in [one, copy] {
        let report = read(folder.path().join("out").join(text(line, "findings_path")));
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        assert_eq!(report["captures"][0]["path"], line["path"]);
    }
}

/// A report is the one that `analyze` makes of the file alone, and the events are those of `events`.
#[test]
fn results_are_those_of_the_other_commands() {
    let folder = temp();
    make_some(folder.path());
    for more in [&[][..], &["-p", "*"], &["--tz", "UTC", "--hash", "sha256"]] {
        let options = [more, &["--events", "parquet"]].concat();
        assert_eq!(batch(folder.path(), &options).status, 1);
        let mut compared = 0;
        for (name, line) in manifest(folder.path()) {
            let Some(path) = line["findings_path"].as_str() else { continue };
            // The captures of one archive are one case of `analyze`, and each one here.
            if line["member"].is_string() {
                continue;
            }
            let run = |first: &[&str]| {
                let mut command = procmonkey(first);
                let command = command.arg(&name).args(more).current_dir(folder.path());
                command.output().unwrap()
            };
            let analyzed = run(&["analyze", "-f", "json"]);
            let own = read(folder.path().join("out").join(path));
            assert!(analyzed.stdout == own, "{name} {more:?}");
            assert_eq!(line["exit"], analyzed.status.code().unwrap(), "{name} {more:?}");
            run(&["events", "-f", "parquet", "-o", "one.parquet"]);
            let events = read(folder.path().join("out").join(text(&line, "events_path")));
            let hashed = more.contains(&"--hash");
            let is_same = events == read(folder.path().join("one.parquet"));
            // With a hash, `events` also keeps it in the file.
            assert!(is_same || hashed, "{name} {more:?}");
            compared += 1;
        }
        assert_eq!(compared, 6);
    }
}

#[test]
fn a_member_of_an_archive_has_the_report_of_the_same_file_alone() {
    let folder = temp();
    make_some(folder.path());
    batch(folder.path(), &[]);
    let line = &manifest(folder.path())["in/sql/two.zip/b.csv"];
    let own = read(folder.path().join("out").join(text(line, "findings_path")));
    let own: serde_json::Value = serde_json::from_slice(&own).unwrap();
    let (_, alone) = analyze(&[sample("signatures/mk-11-no-profile.csv")]);
    // They differ in what they are called, and in how many bytes are stored.
    let names = ["path", "bytes", "capture_id", "packing"];
    assert_eq!(without(own, &names), without(alone, &names));
}

#[test]
fn events_lie_in_folders_by_computer_and_date() {
    let folder = temp();
    make_some(folder.path());
    let bare = csv(&[vec!["Operation", "Path"], vec!["ReadFile", r"C:\a"]]);
    write(&folder.path().join("in"), "bare.csv", bare);
    batch(folder.path(), &["--events", "parquet"]);
    let manifest = manifest(folder.path());
    let place = |name: &str| {
        let path = text(&manifest[name], "events_path");
        path.rsplit_once('/').unwrap().0.to_string()
    };
    assert_eq!(place("in/web/Log.pml"), "events/host=WEB01/date=2026-03-05");
    // This one names neither.
    let unknown = "__HIVE_DEFAULT_PARTITION__";
    assert_eq!(place("in/bare.csv"), format!("events/host={unknown}/date={unknown}"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = temp();
    make_some(folder.path());
    // Enough members for several tasks of one archive.
    let profile = read(sample("signatures/mk-11-no-profile.csv"));
    let names: Vec<_> = (0..150).map(|number| format!("{number}.csv")).collect();
    let members: Vec<_> = names.iter().map(|name| (name.as_str(), &profile[..])).collect();
    write(&folder.path().join("in"), "many.zip", zip(&members));
    let of_threads = |threads: &str| {
        let out = format!("out-{threads}");
        let more = ["--events", "parquet", "--threads", threads];
        let run = crate::ran(&mut crate::command_into(folder.path(), &out, &more));
        assert_eq!(run.status, 1, "{}", run.stderr);
        (results(folder.path(), &out), run.stdout)
    };
    let one = of_threads("1");
    assert_eq!(one.0.keys().filter(|name| name.starts_with("findings/")).count(), 150 + 8);
    for threads in ["2", "7"] {
        let other = of_threads(threads);
        crate::assert_same(&one.0, &other.0, threads);
        assert_eq!(one.1, other.1, "{threads}");
    }
}

#[test]
fn parts_of_a_log_are_read_with_the_first_one() {
    let folder = temp();
    let own = folder.path().join("in");
    std::fs::create_dir(&own).unwrap();
    let pml = read(sample("guid-changed.pml"));
    write(&own, "Log.PML", &pml);
    // The same events again: of the same computer, and less than a minute apart.
    write(&own, "Log-1.PML", &pml);
    // Another log, whose name only looks like a part.
    write(&own, "Log-2.PML", read(sample("first-start.pml")));
    batch(folder.path(), &[]);
    let manifest = manifest(folder.path());
    assert_eq!(manifest["in/Log.PML"]["events"], 2 * 4055);
    assert_eq!(manifest["in/Log-1.PML"]["status"], "part");
    assert_eq!(manifest["in/Log-1.PML"]["belongs_to"], "in/Log.PML");
    assert_eq!(manifest["in/Log-2.PML"]["status"], "read");
}

#[test]
fn the_exit_status_is_that_of_the_worst() {
    let folder = temp();
    let own = folder.path().join("in");
    std::fs::create_dir(&own).unwrap();
    let status = || batch(folder.path(), &[]).status;
    assert_eq!(status(), 3, "no file at all");
    write(&own, "notes.txt", "nothing");
    assert_eq!(status(), 3, "no capture");
    write(&own, "clean.csv", read(sample("restart.csv")));
    assert_eq!(status(), 0, "a clean one");
    write(&own, "broken.zip", b"PK\x03\x04 and no directory");
    assert_eq!(status(), 4, "one that cannot be read");
    write(&own, "broken.csv", read(sample("signatures/mk-06-empty.csv")));
    assert_eq!(status(), 1, "one that is flagged");
    assert_eq!(batch(folder.path(), &["--report-only", "MK-22"]).status, 4, "that does not count");
    assert_eq!(
        crate::ran(procmonkey(&["batch", "no such folder", "-o", "x"]).current_dir(folder.path()))
            .status,
        3,
        "no folder"
    );
}
