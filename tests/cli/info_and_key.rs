//! `info` tells what to add in Procmon, `key` names a container or its file.

use serde_json::{Value, json};

use crate::common::*;
use crate::{expect_status, run};

/// The columns that a capture should have had.
fn to_add(info: &Value) -> Vec<&str> {
    let columns = |question| list(question, "add_columns").iter().filter_map(Value::as_str);
    list(info, "questions").iter().flat_map(columns).collect()
}

#[test]
fn a_default_export_is_told_which_columns_to_add() {
    let path = sample("guid-changed-default.csv");
    let run = run!("info", "-f", "json", &path);
    expect_status(&run, 0, "info");
    let info = &run.json()[0];
    let columns = to_add(info);
    for name in ["TID", "Date & Time", "Duration", "User", "Command Line"] {
        assert!(columns.contains(&name), "{name} is not in {columns:?}");
    }
    for question in list(info, "questions") {
        assert_eq!(question["answerable"] == true, list(question, "add_columns").is_empty());
    }
    for format in ["table", "markdown"] {
        let run = run!("info", "-v", "-f", format, &path);
        assert!(run.text().contains("TID") && run.text().contains("Date & Time"), "{format}");
    }
}

#[test]
fn an_export_of_all_columns_answers_everything() {
    let run = run!("info", "-f", "json", &sample("restart.csv"));
    assert!(to_add(&run.json()[0]).is_empty());
    // The process list of an XML stands in for columns that are hidden.
    let run = run!("info", "-f", "json", &sample("restart.xml"));
    let info = &run.json()[0];
    let columns = to_add(info);
    assert!(columns.contains(&"TID") && !columns.contains(&"User"), "{columns:?}");
    assert!(
        info["process_list"].as_u64() > Some(0) && info["events_with_stack"].as_u64() > Some(0)
    );
}

#[test]
fn what_info_counts_adds_up() {
    for file in ["guid-changed.csv", "guid-changed.xml", "guid-changed-default.csv"] {
        let info = &run!("info", "-f", "json", &sample(file)).json()[0];
        for kind in ["classes", "processes", "operations", "results"] {
            let sum: u64 = list(info, kind).iter().filter_map(|row| row["events"].as_u64()).sum();
            assert_eq!(sum, 4055, "{file}: {kind}");
        }
        assert_eq!((&info["events_read"], &info["losses"]["count"]), (&json!(4055), &json!(0)));
    }
}

#[test]
fn info_says_how_a_capture_is_packed_and_written() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    let path = write(folder.path(), "x", gzip(&gzip(&bytes)));
    let info = &run!("info", "-f", "json", &path).json()[0];
    assert_eq!((&info["format"], list(info, "compression").len()), (&json!("csv"), 2));
    let path = sample("restart.txt");
    assert_eq!(run!("info", "-f", "json", &path).json()[0]["format"], "pasted");
}

/// The answers of `key` as JSON.
fn key(arguments: &[&str]) -> Vec<Value> {
    let run = run(&[&["key", "-f", "json"], arguments].concat());
    expect_status(&run, 0, arguments.join(" "));
    run.json().as_array().unwrap().clone()
}

#[test]
fn a_container_gives_its_file_and_the_file_its_container() {
    for (name, stem) in [
        ("iisWasKey", "76944fb33636aeddb9590521c2e8815a"),
        (METABASE, "c2319c42033a5ca7f44e731bfd3fa2b5"),
        (DCOM, "7a436fe806e483969f48a894af2fe9a1"),
        ("TSSecKeySet1", "f686aace6942fb7f7ceb231212eef4a4"),
    ] {
        let file = format!("{stem}_{OLD}");
        // One answer for each of Windows' two key systems.
        let answers = key(&["--machine-guid", OLD, name]);
        assert_eq!((&answers[0]["stem"], &answers[0]["provider"]), (&json!(stem), &json!("capi")));
        assert_eq!(answers[0]["file_name"], file);
        assert_eq!(answers[1]["provider"], "cng");
        let empty = 40 + name.len() + 1;
        let path = format!("{FOLDER}\\{file}");
        for asked in [stem, &stem.to_uppercase(), &file, &path] {
            let answers = key(&[asked]);
            assert_eq!(answers.len(), 1, "{asked}");
            assert_eq!(answers[0]["container"], name, "{asked}");
            assert_eq!(answers[0]["empty_length"], empty, "{asked}");
            assert_eq!(answers[0]["asked"], asked);
        }
        assert_eq!(key(&[&path])[0]["guid"], OLD);
        assert_eq!(key(&[&path])[0]["folder"]["scope"], "machine");
    }
}

#[test]
fn a_known_container_says_who_needs_it_and_how_a_new_one_is_made() {
    let known = &key(&["iisWasKey"])[0]["known"];
    assert_eq!(known["feature"]["product"], "iis");
    assert_eq!(known["users"][0]["service"], "WAS");
    assert!(known["loss"].as_str().unwrap().contains("application pool"));
    let commands = |known: &Value| -> Vec<String> {
        let steps = list(&known["remedy"], "steps");
        let commands = steps.iter().filter_map(|step| step["command"].as_str());
        commands.map(str::to_string).collect()
    };
    assert!(commands(known).iter().any(|command| command.ends_with("/install SharedLibraries")));

    // Remote Desktop has nothing to do with IIS, and loses nothing for good.
    let known = &key(&["f686aace6942fb7f7ceb231212eef4a4"])[0]["known"];
    assert_eq!((&known["feature"]["product"], &known["loss"]), (&json!("windows"), &Value::Null));
    assert!(known["outage"].as_str().unwrap().contains("1057"));
    assert!(commands(known).contains(&"net start SessionEnv".to_string()));

    // Nothing is said where nothing is documented.
    let known = &key(&[DCOM])[0]["known"];
    assert_eq!(
        (&known["remedy"], &known["users"][0]["program"]),
        (&Value::Null, &json!("inetinfo.exe"))
    );
    assert_eq!(key(&["0123456789abcdef0123456789abcdef"])[0]["known"], Value::Null);
}

#[test]
fn commands_and_addresses_of_a_remedy_stand_in_one_line_at_any_width() {
    for format in ["table", "markdown"] {
        let run = run!("key", "-f", format, "NetFrameworkConfigurationKey");
        expect_status(&run, 0, format);
        let known = &key(&["NetFrameworkConfigurationKey"])[0]["known"];
        for step in list(&known["remedy"], "steps") {
            let Some(command) = step["command"].as_str() else { continue };
            let line = format!("    {command}");
            assert!(run.text().lines().any(|printed| printed == line), "{line}\n{}", run.text());
        }
        let source = format!("    {}", known["remedy"]["source"].as_str().unwrap());
        assert!(run.text().lines().any(|line| line == source), "{}", run.text());
        for part in ["not part of IIS", "w3wp.exe", "web.config"] {
            assert!(run.text().contains(part), "{part}\n{}", run.text());
        }
    }
}

#[test]
fn several_files_of_one_container_are_explained_once() {
    let first = format!("c2319c42033a5ca7f44e731bfd3fa2b5_{OLD}");
    let second = format!("c2319c42033a5ca7f44e731bfd3fa2b5_{NEW}");
    let run = run!("key", &first, &second);
    assert_eq!(run.text().matches("service IISADMIN").count(), 1, "{}", run.text());
    assert!(run.text().contains(OLD) && run.text().contains(NEW));
}

#[test]
fn an_unknown_hash_is_not_guessed_at() {
    let answers = key(&["0123456789abcdef0123456789abcdef", "iisWasKey"]);
    assert_eq!(answers[0]["container"], Value::Null);
    assert!(answers[0]["note"].is_string());
    assert_eq!(answers[1]["container"], "iisWasKey", "the next question is answered all the same");
}

#[test]
fn names_of_ones_own_are_known_too() {
    let folder = temp();
    let names = write(
        folder.path(),
        "names.txt",
        "\u{feff}# our farm\r\nMyCoolContainer -> signs cookies\r\n0123456789abcdef0123456789abcdef -> the old one\r\n",
    );
    let names = names.to_str().unwrap();
    let answers = key(&[
        "--names",
        names,
        "52ab417621a9d74c73e3e0f1bc374e0a",
        "0123456789abcdef0123456789abcdef",
    ]);
    assert_eq!(answers[0]["container"], "MyCoolContainer");
    assert_eq!(answers[0]["owner"], "signs cookies");
    assert_eq!(answers[1]["container"], "the old one");
    // The same names help `analyze`.
    let path = format!("{FOLDER}\\0123456789abcdef0123456789abcdef_{OLD}");
    let row = vec![
        "7:00:00.0000000 AM",
        "inetinfo.exe",
        "4",
        "ReadFile",
        &path,
        "SUCCESS",
        "Offset: 0, Length: 4",
    ];
    let capture = write(folder.path(), "own.csv", csv(&[COLUMNS.to_vec(), row]));
    let run = run!("analyze", "-f", "json", "--names", names, &capture);
    assert_eq!(containers(&run.json()), [("the old one", vec![OLD])]);
    assert_eq!(run.json()["containers"][0]["name_source"], "user");
}

#[test]
fn a_guid_that_the_user_knows_is_compared_with() {
    let path = sample("restart.csv");
    let right = run!("analyze", "-f", "json", "--machine-guid", &OLD.to_uppercase(), &path);
    expect_status(&right, 0, "case does not count");
    let wrong = run!("analyze", "-f", "json", "--machine-guid", NEW, &path);
    assert!(wrong.status == 1, "{:?}", findings(&wrong.json()));
}
