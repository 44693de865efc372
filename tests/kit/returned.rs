//! A result as it comes back, and `analyze` on its folder.

use std::fs;

use procmonkey_parser::pml::PmlWriter;
use procmonkey_parser::{Event, Input, ReadOptions};

use super::made::evtx;
use super::*;

const METABASE_STEM: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";

/// What `reg query` prints.
fn machine_guid(guid: &str) -> String {
    format!(
        "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n    MachineGuid    REG_SZ    \
         {guid}\r\n\r\n"
    )
}

/// What `dir` and then `icacls` print.
fn keys(guid: &str) -> String {
    let file = format!("{METABASE_STEM}_{guid}");
    [
        " Volume in drive C has no label.\r\n Volume Serial Number is 5E31-A07C\r\n\r\n",
        &format!(" Directory of {FOLDER}\r\n\r\n"),
        "03/01/2026  10:45 AM    <DIR>          .\r\n03/01/2026  10:45 AM    <DIR>          ..\r\n",
        &format!("03/01/2026  09:12 AM             2,202 {file}\r\n"),
        "               1 File(s)          2,202 bytes\r\n",
        "               2 Dir(s)  41,238,884,352 bytes free\r\n",
        &format!("{FOLDER} Everyone:(R,W)\r\n    BUILTIN\\Administrators:(F)\r\n\r\n"),
        "Successfully processed 1 files; Failed processing 0 files\r\n",
        &format!(
            "{FOLDER}\\{file} NT AUTHORITY\\SYSTEM:(F)\r\n    BUILTIN\\Administrators:(F)\r\n\r\n"
        ),
        "Successfully processed 1 files; Failed processing 0 files\r\n",
    ]
    .concat()
}

/// A folder as capture.cmd leaves it, of a computer with this GUID.
fn result(folder: &Path, capture: &str, guid: &str) -> PathBuf {
    let result = folder.join("result-1");
    fs::create_dir(&result).unwrap();
    fs::copy(kit(folder).join("case.json"), result.join("case.json")).unwrap();
    fs::copy(sample(capture), result.join("capture.pml")).unwrap();
    write(&result, "machineguid.txt", machine_guid(guid));
    write(&result, "keys.txt", keys(guid));
    write(&result, "system.evtx", evtx::log(&[2]));
    // Nothing was audited.
    write(&result, "security.evtx", evtx::log(&[0]));
    let (captures, witnesses) = named();
    let all: BTreeSet<String> = captures.into_iter().chain(witnesses).collect();
    let mut there = BTreeSet::from_iter(names_in(&result));
    there.remove("case.json");
    assert_eq!(there, all, "the names of this test are those of the kit");
    result
}

/// Status, report and messages of `analyze` on a folder.
fn analyzed(folder: &Path) -> (i32, Value, String) {
    let run = run(&["analyze".as_ref(), "-f".as_ref(), "json".as_ref(), folder.as_os_str()]);
    (run.status, run.json(), run.stderr)
}

/// The last part of the path of each witness, and what is wrong with it.
fn sources(report: &Value) -> Vec<(String, bool)> {
    let own = list(report, "witness_sources").iter().map(|source| {
        let name = text(source, "path").rsplit(['/', '\\']).next().unwrap().to_string();
        (name, source["error"].is_string())
    });
    let mut own: Vec<_> = own.collect();
    own.sort();
    own
}

#[test]
fn the_capture_and_every_witness_are_read() {
    let folder = temp();
    let result = result(folder.path(), "guid-changed.pml", NEW);
    let (status, report, said) = analyzed(&result);
    assert_eq!((status, findings(&report)[0]), (1, ("MK-01", "error")), "{said}");
    let names = ["keys.txt", "machineguid.txt", "security.evtx", "system.evtx"];
    assert_eq!(sources(&report), names.map(|name| (name.to_string(), false)));
    assert!(!said.contains("passed over"), "{said}");
    let read = |name: &str| {
        let sources = list(&report, "witness_sources").iter();
        let mut own = sources.filter(|source| text(source, "path").ends_with(name));
        let own = own.next().unwrap();
        (own["facts"].as_u64().unwrap(), own["losses"]["count"].as_u64().unwrap())
    };
    assert_eq!(read("machineguid.txt"), (1, 0));
    assert_eq!(read("keys.txt"), (1, 0));
    assert_eq!(read("system.evtx"), (2, 0));
    assert_eq!(read("security.evtx"), (0, 0));
}

#[test]
fn a_healthy_computer_is_clean() {
    let folder = temp();
    let result = result(folder.path(), "restart.pml", OLD);
    // The services of this log failed before, on another day.
    write(&result, "system.evtx", evtx::log(&[0]));
    let (status, report, said) = analyzed(&result);
    assert_eq!((status, report["verdict"]["state"].as_str()), (0, Some("nothing_known")), "{said}");
}

#[test]
fn without_any_one_of_the_witnesses_the_rest_is_judged_and_the_absence_is_told() {
    for absent in named().1 {
        let folder = temp();
        let bad = result(folder.path(), "guid-changed.pml", NEW);
        fs::remove_file(bad.join(&absent)).unwrap();
        let (status, report, said) = analyzed(&bad);
        assert_eq!((status, findings(&report)[0]), (1, ("MK-01", "error")), "{absent}: {said}");
        assert!(said.contains(&absent), "{absent}: {said}");
        let missing: Vec<_> = sources(&report).into_iter().filter(|(_, error)| *error).collect();
        assert_eq!(missing, [(absent.clone(), true)]);

        let folder = temp();
        let good = result(folder.path(), "restart.pml", OLD);
        fs::remove_file(good.join(&absent)).unwrap();
        let (status, report, said) = analyzed(&good);
        assert_eq!((status, findings(&report)), (3, Vec::new()), "{absent}: {said}");
    }
}

#[test]
fn a_witness_that_only_says_why_it_failed_stops_nothing() {
    for name in ["machineguid.txt", "keys.txt"] {
        for bytes in [&b""[..], b"ERROR: The system was unable to find the specified key.\r\n"] {
            let folder = temp();
            let result = result(folder.path(), "guid-changed.pml", NEW);
            write(&result, name, bytes);
            let (status, report, said) = analyzed(&result);
            assert_eq!((status, findings(&report)[0]), (1, ("MK-01", "error")), "{said}");
            assert!(said.contains(name), "{said}");
        }
    }
}

#[test]
fn without_the_capture_that_is_what_is_said() {
    let folder = temp();
    let result = result(folder.path(), "guid-changed.pml", NEW);
    fs::remove_file(result.join("capture.pml")).unwrap();
    let run = run(&["analyze".as_ref(), result.as_os_str()]);
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("capture.pml"), "{}", run.stderr);
}

/// Writes the events of a sample as a log in several parts.
fn split(sample_name: &str, folder: &Path, parts: usize) {
    let mut input = Input::open(sample(sample_name), &ReadOptions::new()).unwrap();
    let mut capture = input.next_capture().unwrap().unwrap();
    let (info, clock) = (capture.recording().unwrap().info.clone(), capture.clock().clone());
    let all: Vec<Event> = capture.events().map(|event| event.unwrap()).collect();
    for part in 0..parts {
        let name = match part {
            0 => "capture.pml".to_string(),
            part => format!("capture-{part}.pml"),
        };
        let file = fs::File::create_new(folder.join(name)).unwrap();
        let mut writer = PmlWriter::create(file, &info).unwrap();
        for event in &all[all.len() * part / parts..all.len() * (part + 1) / parts] {
            writer.write(event, &clock).unwrap();
        }
        writer.finish().unwrap();
    }
}

#[test]
fn a_capture_that_procmon_has_split_is_one() {
    let folder = temp();
    let result = result(folder.path(), "guid-changed.pml", NEW);
    fs::remove_file(result.join("capture.pml")).unwrap();
    split("guid-changed.pml", &result, 3);
    let (status, report, said) = analyzed(&result);
    assert_eq!((status, findings(&report)[0]), (1, ("MK-01", "error")), "{said}");
    let whole = analyze(&[sample("guid-changed.pml")]).1;
    let events = |report: &Value| report["captures"][0]["events_read"].clone();
    assert!(events(&report).is_number());
    assert_eq!(events(&report), events(&whole));
    // The later parts were read, so nobody may say that they were not.
    assert!(!said.contains("capture-1.pml") && !said.contains("passed over"), "{said}");
}

#[test]
fn several_results_of_one_kit_are_cases_of_their_own_for_batch() {
    let folder = temp();
    let one = result(folder.path(), "guid-changed.pml", NEW);
    let other = folder.path().join("result-2");
    fs::create_dir(&other).unwrap();
    for name in names_in(&one) {
        fs::copy(one.join(&name), other.join(&name)).unwrap();
    }
    let out = folder.path().join("out");
    let run = run(&["batch".as_ref(), folder.path().as_os_str(), "-o".as_ref(), out.as_os_str()]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let manifest = String::from_utf8(read(out.join("manifest.jsonl"))).unwrap();
    let lines = manifest.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let flagged: Vec<_> =
        lines.filter(|line| line["signatures"].to_string().contains("MK-01")).collect();
    assert_eq!(flagged.len(), 2, "{manifest}");
}
