//! What is told while a run goes on.

use serde_json::Value;

use crate::common::*;
use crate::{batch, make_some};

fn lines(stderr: &str) -> Vec<Value> {
    let own = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert_eq!(value["schema_version"], 1, "{line}");
        assert!(value["type"].is_string(), "{line}");
        value
    };
    stderr.lines().map(own).collect()
}

#[test]
fn progress_is_one_object_a_line() {
    let folder = temp();
    make_some(folder.path());
    let run = batch(folder.path(), &["--progress", "json", "--with-witnesses"]);
    assert_eq!(run.status, 1);
    let lines = lines(&run.stderr);
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).collect::<Vec<_>>();
    assert_eq!(lines.first().unwrap()["type"], "start");
    assert_eq!(lines.first().unwrap()["files"], 10);
    let end = lines.last().unwrap();
    assert_eq!((end["type"].as_str(), end["exit"].as_u64()), (Some("end"), Some(1)));
    assert_eq!(end["statuses"]["read"], 6);
    // A line for each file and member.
    assert_eq!(of("file").len(), 12);
    assert!(of("file").iter().any(|line| line["signatures"][0]["signature"] == "MK-06"));
    assert!(of("message").iter().any(|line| text(line, "text").contains("broken.zip")));
    let progress = of("progress");
    let last = progress.last().unwrap();
    assert_eq!((&last["files_done"], &last["bytes_done"]), (&last["files"], &last["bytes"]));
    assert_eq!(last["seconds_left"], 0.0);
    assert!(run.stdout.contains("MK-06"), "{}", run.stdout);
}

#[test]
fn errors_are_objects_too() {
    let folder = temp();
    make_some(folder.path());
    for (more, status) in
        [(&["--names", "gone.txt"][..], 2), (&["--filter", "Nothing is 1"], 2), (&[], 3)]
    {
        if status == 3 {
            // A result that cannot be written.
            std::fs::create_dir_all(folder.path().join("out/manifest.jsonl")).unwrap();
            write(&folder.path().join("out"), "batch.lock", "");
        }
        let run = batch(folder.path(), &[&["--progress", "json"], more].concat());
        assert_eq!(run.status, status, "{more:?}: {}", run.stderr);
        let lines = lines(&run.stderr);
        let last = lines.last().unwrap();
        assert_eq!((&last["type"], &last["level"]), (&"message".into(), &"error".into()));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_shows_files_bytes_and_findings() {
    // Small captures are done before a bar is drawn, so there have to be some.
    let folder = temp();
    make_some(folder.path());
    let own = folder.path().join("in");
    let bytes = read(sample("guid-changed.csv"));
    for number in 0..12 {
        write(&own, &format!("{number}.csv"), &bytes);
    }
    let Some(said) = crate::said_to_a_terminal(folder.path()) else { return };
    assert!(said.contains(" files, ") && said.contains(" findings"), "{said:?}");
    assert!(said.contains("MiB"), "{said:?}");
}
