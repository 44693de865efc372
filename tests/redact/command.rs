//! The command: key, formats, report, check.

use std::path::Path;

use crate::common::*;
use crate::{KEY, os, redact};

#[test]
fn the_same_key_gives_the_same_bytes_and_another_one_does_not() {
    for name in ["restart.csv", "restart.xml", "restart.pml", "restart.txt"] {
        let folder = temp();
        let (_, output) = redact(&sample(name), folder.path());
        let first = read(&output);
        redact(&sample(name), folder.path());
        assert!(read(&output) == first, "{name}");
        let other = write(folder.path(), "other.key", KEY.replace('7', "8"));
        let input = sample(name);
        let run = run(&[
            os("redact"),
            input.as_os_str(),
            os("-q"),
            os("-o"),
            output.as_os_str(),
            os("--key"),
            other.as_os_str(),
            os("--clobber"),
        ]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(read(&output) != first, "{name}");
    }
}

/// Number, time and operation of each event.
fn events(path: &Path) -> Vec<(u64, String, String, String)> {
    let run = run(&[
        os("events"),
        os("-q"),
        os("-f"),
        os("jsonl"),
        os("--tz"),
        os("UTC"),
        path.as_os_str(),
    ]);
    let rows = run.json_lines();
    let of = |row: &serde_json::Value, key: &str| row[key].to_string();
    let time = |row: &serde_json::Value| of(row, "datetime") + &of(row, "local_time");
    rows.iter()
        .map(|row| {
            (
                row["event_number"].as_u64().unwrap(),
                time(row),
                of(row, "operation"),
                of(row, "result"),
            )
        })
        .collect()
}

#[test]
fn events_keep_their_order_and_times() {
    for name in ["restart.csv", "restart-de.xml", "restart.pml", "restart.txt", "guid-changed.pml"]
    {
        let folder = temp();
        let (run, output) = redact(&sample(name), folder.path());
        assert_eq!(run.status, 0, "{name}: {}", run.stderr);
        let (before, after) = (events(&sample(name)), events(&output));
        assert!(!before.is_empty() && before == after, "{name}");
    }
}

/// The binary and listed data of registry values, which Procmon reads on behind what was recorded.
#[test]
fn data_of_every_length_is_written_again_into_a_native_log() {
    let folder = temp();
    let bytes = |count: u32, first: u32| {
        let pairs = (0..count).map(|place| format!("{:02X}", (first + 17 * place) % 256));
        pairs.collect::<Vec<_>>().join(" ")
    };
    let mut rows = String::from("Time of Day,Process Name,PID,Operation,Path,Result,Detail\r\n");
    let mut count = 0;
    for operation in ["RegQueryValue", "RegSetValue"] {
        for length in [1, 2, 3, 9, 10, 15, 16, 24, 316] {
            // With and without letters in the digits.
            for first in [0x10, 0xA0] {
                let data = match length {
                    9 | 10 => ["41", "00", "01"].repeat(4)[..length as usize].join(" "),
                    _ => bytes(length.min(16), first),
                };
                let detail = format!("Type: REG_BINARY, Length: {length}, Data: {data}");
                count += 1;
                rows += &format!(
                    "10:00:{:02}.0000000 AM,inetinfo.exe,40,{operation},HKLM\\Contoso\\{count},SUCCESS,\"{detail}\"\r\n",
                    count % 60
                );
            }
        }
        for (list, length) in [("CONTOSO", 18), ("CONTOSO", 17), ("WEB01, CONTOSO", 30), ("a", 5)] {
            let detail = format!("Type: REG_MULTI_SZ, Length: {length}, Data: {list}");
            count += 1;
            rows += &format!(
                "10:00:{:02}.0000000 AM,inetinfo.exe,40,{operation},HKLM\\Contoso\\{count},SUCCESS,\"{detail}\"\r\n",
                count % 60
            );
        }
    }
    let export = write(folder.path(), "data.csv", rows);
    let native = folder.path().join("data.pml");
    let made = run(&[
        os("convert"),
        export.as_os_str(),
        os("-o"),
        native.as_os_str(),
        os("--tz"),
        os("UTC"),
        os("--date"),
        os("2026-03-05"),
    ]);
    assert_eq!(made.status, 0, "{}", made.stderr);
    let (run, output) = redact(&native, folder.path());
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(events(&output).len(), count);
}

/// Every event of a real native log is written again.
#[test]
fn real_native_logs_are_written_again_in_full() {
    let Some(folder) = captures() else { return };
    let unpacked = temp();
    for name in ["LogFileUTC64Registry", "LogfileTests32bitUTC", "LogFileUTC64Process"] {
        let bytes = gunzip(folder.join(format!("{name}.PML.gz")));
        let input = write(unpacked.path(), &format!("{name}.pml"), bytes);
        let (run, output) = redact(&input, unpacked.path());
        assert_eq!(run.status, 0, "{name}: {}", run.stderr);
        std::fs::remove_file(output).unwrap();
    }
}

#[test]
fn the_key_is_made_for_its_owner_and_read_again() {
    let folder = temp();
    let input = sample("restart.txt");
    let work = |output: &str| {
        let mut command = procmonkey(&[os("redact"), input.as_os_str(), os("-o"), os(output)]);
        let output = command.current_dir(folder.path()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (status, said) = work("a.txt");
    assert!(status == Some(0) && said.contains("procmonkey-redact.key: a new key"), "{said}");
    let key = folder.path().join("procmonkey-redact.key");
    assert_eq!(read(&key).len(), 65);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (_, said) = work("b.txt");
    assert!(said.contains("procmonkey-redact.key: the key"), "{said}");
    assert_eq!(read(folder.path().join("a.txt")), read(folder.path().join("b.txt")));
    std::fs::write(&key, "no key").unwrap();
    let (status, said) = work("c.txt");
    assert!(status == Some(2) && said.contains("64 hexadecimal digits"), "{said}");
    assert!(!folder.path().join("c.txt").exists());
}

#[test]
fn what_was_replaced_is_listed() {
    let folder = temp();
    let key = write(folder.path(), "test.key", KEY);
    let output = folder.path().join("out.csv");
    let input = sample("restart.csv");
    let arguments = [
        os("redact"),
        input.as_os_str(),
        os("-o"),
        output.as_os_str(),
        os("--key"),
        key.as_os_str(),
    ];
    let json =
        run(&[&arguments[..], &[os("--report"), os("-f"), os("json"), os("--clobber")]].concat())
            .json();
    let of = |kind: &str| {
        let rows = json["replaced"].as_array().unwrap();
        rows.iter().find(|row| row["kind"] == kind).unwrap()["times"].as_u64().unwrap()
    };
    assert!(of("names") > 0 && of("GUIDs") > 0);
    assert!(json["not_covered"].as_array().unwrap().len() > 3);
    let table = run(&[&arguments[..], &[os("--report"), os("--clobber")]].concat());
    assert!(table.text().contains("GUIDs") && table.text().contains("base64"));
}

#[test]
fn a_check_finds_names_and_says_what_it_cannot_promise() {
    let folder = temp();
    let file = write(folder.path(), "out.csv", "x\r\nC:\\CONTOS~1,%63ontoso\r\n");
    let words = write(folder.path(), "words.txt", "\u{feff}Fabrikam\r\nContoso\r\n");
    let check = |more: &[&str]| {
        let all = [
            &[os("redact"), os("--check"), file.as_os_str()][..],
            &more.iter().map(|it| os(it)).collect::<Vec<_>>(),
        ]
        .concat();
        run(&all)
    };
    let none = check(&["--word", "Fabrikam"]);
    assert!(none.status == 0 && none.text().contains("none was found"), "{}", none.text());
    assert!(none.text().contains("base64"));
    let some = check(&["--words-file", words.to_str().unwrap(), "-f", "json"]);
    let json = some.json();
    assert_eq!((some.status, json["words"].as_u64()), (1, Some(2)));
    let forms: Vec<&str> =
        json["found"].as_array().unwrap().iter().map(|it| it["form"].as_str().unwrap()).collect();
    assert_eq!(forms, ["as a short name", "with escapes"]);
    assert_eq!(check(&[]).status, 2);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = temp();
    let input = sample("restart.csv");
    let output = folder.path().join("out.csv");
    for arguments in [
        vec![os("redact"), os("-"), os("-o"), output.as_os_str()],
        vec![os("redact"), input.as_os_str()],
        vec![
            os("redact"),
            input.as_os_str(),
            os("-o"),
            output.as_os_str(),
            os("--key"),
            output.as_os_str(),
        ],
        vec![os("redact"), input.as_os_str(), os("-o"), os("-"), os("--report")],
    ] {
        let run = run(&arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stderr);
        assert!(!output.exists());
    }
}
