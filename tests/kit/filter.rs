//! The filter of Procmon's settings hides nothing that anything is concluded from.

use procmonkey_parser::{Action, FilterFile, FilterFormat};

use super::*;

fn settings() -> FilterFile {
    let folder = temp();
    FilterFile::read(&read(kit(folder.path()).join("procmon.pmc"))).unwrap()
}

#[test]
fn the_settings_are_read_without_a_loss() {
    let file = settings();
    assert_eq!(file.format(), FilterFormat::Pmc);
    assert!(file.losses().is_empty());
    // Rules that include would hide the start and the end of processes, which have no path.
    assert!(file.rules().iter().all(|rule| rule.action() == Some(Action::Exclude)));
    assert!(file.rules().iter().all(|rule| rule.flags() == 0));
    let folder = temp();
    let path = kit(folder.path()).join("procmon.pmc");
    let listed = run(&["filter".as_ref(), path.as_os_str()]);
    assert_eq!((listed.status, &*listed.stderr), (0, ""));
    // The page names what is hidden.
    for word in ["Procmon.exe", "pagefile.sys", "$Mft", "Profiling"] {
        assert!(listed.text().contains(word), "{}", listed.text());
    }
}

/// The numbers of the events of a capture that are left by flags.
fn left(capture: &Path, flags: &[&str]) -> BTreeSet<u64> {
    let fixed = ["events", "-q", "-f", "jsonl", "--raw", capture.to_str().unwrap()];
    let run = run(&[&fixed[..], flags].concat());
    run.json_lines().iter().map(|event| event["event"].as_u64().unwrap()).collect()
}

/// The numbers of the events that a part of a report names: `event`, `first_event` and the like,
/// and lists of `events`. A number that is called `events` counts them.
fn named_events(value: &Value, found: &mut BTreeSet<u64>) {
    let all = match value {
        Value::Array(all) => return all.iter().for_each(|one| named_events(one, found)),
        Value::Object(all) => all,
        _ => return,
    };
    for (name, one) in all {
        match one {
            Value::Number(number) if name == "event" || name.ends_with("_event") => {
                found.extend(number.as_u64());
            }
            Value::Array(list) if name == "events" => {
                found.extend(list.iter().filter_map(Value::as_u64));
            }
            _ => named_events(one, found),
        }
    }
}

#[test]
fn every_event_of_a_finding_and_of_a_timeline_stays_in_view() {
    let folder = temp();
    let settings = kit(folder.path()).join("procmon.pmc");
    let mut seen = 0;
    for capture in all_captures() {
        let path = capture.to_str().unwrap();
        let (_, report) = analyze(&[path, "-p", "*", "-q"]);
        let mut wanted = BTreeSet::new();
        named_events(&report, &mut wanted);
        seen += wanted.len();
        let shown = left(&capture, &["--filter-file", settings.to_str().unwrap()]);
        let hidden: Vec<_> = wanted.difference(&shown).collect();
        assert!(hidden.is_empty(), "{path}: {hidden:?}");
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn every_event_at_a_key_or_at_machine_guid_stays_in_view() {
    let folder = temp();
    let settings = kit(folder.path()).join("procmon.pmc");
    for capture in all_captures() {
        for place in ["\\Crypto\\", "\\Protect\\", "Microsoft\\Cryptography", "\\inetsrv\\"] {
            let rule = format!("Path contains {place}");
            let all = left(&capture, &["--filter", &rule]);
            let file = settings.to_str().unwrap();
            let shown = left(&capture, &["--filter", &rule, "--filter-file", file]);
            assert_eq!(all, shown, "{} {place}", capture.display());
        }
    }
}

#[test]
fn procmon_itself_and_the_housekeeping_of_the_system_are_hidden() {
    let folder = temp();
    let row = |process: &'static str, operation: &'static str, path: &'static str, result| {
        vec!["9:41:07.2203318 AM", process, "4", operation, path, result, ""]
    };
    let rows = [
        COLUMNS.to_vec(),
        row("Procmon64.exe", "ReadFile", r"C:\a", "SUCCESS"),
        row("System", "ReadFile", r"C:\pagefile.sys", "SUCCESS"),
        row("svchost.exe", "ReadFile", r"C:\$Extend\$UsnJrnl", "SUCCESS"),
        row("svchost.exe", "FASTIO_READ", r"C:\a", "SUCCESS"),
        row("svchost.exe", "CreateFile", r"C:\a", "FAST IO DISALLOWED"),
        row("System", "CreateFile", r"C:\a", "SUCCESS"),
        row("procmonkey.exe", "CreateFile", r"C:\a", "SUCCESS"),
        row("w3wp.exe", "Process Exit", "", "SUCCESS"),
    ];
    let capture = write(folder.path(), "capture.csv", csv(&rows));
    let settings = kit(folder.path()).join("procmon.pmc");
    let shown = left(&capture, &["--filter-file", settings.to_str().unwrap()]);
    assert_eq!(Vec::from_iter(shown), [6, 7, 8]);
}
