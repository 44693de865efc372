//! What the workflows of `.github` name is there: they run nowhere but on a forge.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is how to fail")]

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_norway::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The name and the text of each workflow.
fn workflows() -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join(".github/workflows")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The values of all members of this name, wherever they stand.
fn members<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                if key.as_str() == Some(name) {
                    found.push(value);
                }
                members(value, name, found);
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| members(item, name, found)),
        _ => {}
    }
}

fn all<'v>(value: &'v Value, name: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    members(value, name, &mut found);
    found
}

fn parsed(text: &str) -> Value {
    serde_norway::from_str(text).unwrap()
}

#[cfg(unix)]
fn may_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn may_run(path: &Path) -> bool {
    path.is_file()
}

#[test]
fn both_are_there_and_say_that_nobody_has_seen_them_run() {
    let names: Vec<String> = workflows().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["check.yml", "release.yml"]);
    for (name, text) in workflows() {
        assert!(text.starts_with("# Never run on a forge so far"), "{name}");
    }
}

#[test]
fn each_script_is_there_and_may_be_run() {
    let script = Regex::new(r"\.ci/[a-z/-]+").unwrap();
    let mut scripts = Vec::new();
    for (name, text) in workflows() {
        for run in all(&parsed(&text), "run").into_iter().filter_map(Value::as_str) {
            for found in script.find_iter(run) {
                assert!(may_run(&root().join(found.as_str())), "{name}: {}", found.as_str());
                scripts.push(found.as_str().to_string());
            }
        }
    }
    scripts.sort();
    assert_eq!(scripts, [".ci/get/machine", ".ci/get/machine", ".ci/release", ".ci/run"]);
}

#[test]
fn actions_are_named_by_their_commit() {
    let pinned = Regex::new(r"^actions/[a-z-]+@[0-9a-f]{40}$").unwrap();
    for (name, text) in workflows() {
        let value = parsed(&text);
        let uses = all(&value, "uses");
        assert!(!uses.is_empty(), "{name}");
        for action in uses.into_iter().filter_map(Value::as_str) {
            assert!(pinned.is_match(action), "{name}: {action}");
            // For people, its version.
            let line = text.lines().find(|line| line.contains(action)).unwrap();
            assert!(line.contains(" # v"), "{name}: {line}");
        }
    }
}

#[test]
fn only_the_draft_may_write() {
    for (name, text) in workflows() {
        let value = parsed(&text);
        let jobs = value["jobs"].as_mapping().unwrap();
        assert!(value["permissions"].is_mapping(), "{name}");
        for (job, is) in jobs {
            let own = is.get("permissions").unwrap_or(&value["permissions"]);
            let wanted = match (name.as_str(), job.as_str()) {
                ("release.yml", Some("draft")) => "write",
                _ => "read",
            };
            let all = own.as_mapping().unwrap();
            assert_eq!(all.len(), 1, "{name}: {job:?}");
            assert_eq!(own["contents"].as_str(), Some(wanted), "{name}: {job:?}");
        }
    }
}
