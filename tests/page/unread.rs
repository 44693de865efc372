//! What was not read is on the page and in the report, not only on standard error; and
//! witnesses stand in the order of their times.

use serde_json::Value;

use crate::common::*;

#[test]
fn an_input_that_cannot_be_opened_is_part_of_the_report() {
    let folder = temp();
    let missing = folder.path().join("missing.csv");
    let path = sample("restart.csv");
    let (_, report) = analyze(&[&missing, &path]);
    let [unread] = list(&report, "inputs_unread") else { panic!("{}", report["inputs_unread"]) };
    assert_eq!(text(unread, "path"), missing.display().to_string());
    assert!(!text(unread, "error").is_empty());
    let run = run(&["analyze".as_ref(), missing.as_os_str(), path.as_os_str()]);
    let page = run.text();
    let name = missing.file_name().unwrap().to_str().unwrap();
    let line = page.lines().find(|line| line.contains("NOT READ: ")).unwrap_or_default();
    let after = &page[page.find(line).unwrap()..];
    assert!(!line.is_empty() && after.contains(name), "{page}");
    assert!(page.contains("missing.csv: not read"), "{page}");
}

#[test]
fn a_member_of_an_archive_that_is_no_capture_is_part_of_the_report() {
    let folder = temp();
    let archive = zip(&[("a.csv", &read(sample("restart.csv"))), ("b.bin", &[0, 1, 2, 3])]);
    let (_, report) = analyze(&[write(folder.path(), "two.zip", archive)]);
    assert_eq!(list(&report, "captures").len(), 1);
    assert_eq!(list(&report, "inputs_unread").len(), 1, "{}", report["inputs_unread"]);
}

#[test]
fn a_capture_that_breaks_off_says_so_beside_its_name() {
    let folder = temp();
    let bytes = gzip(&read(sample("guid-changed.csv")));
    let cut = write(folder.path(), "cut.gz", &bytes[..bytes.len() / 2]);
    let run = run(&["analyze".as_ref(), cut.as_os_str()]);
    let (_, report) = analyze(&[&cut]);
    let capture = &report["captures"][0];
    assert!(capture["losses"]["count"] != 0 || capture["broke_off"].is_string(), "{capture}");
    let page = run.text();
    assert!(page.contains("BREAKS OFF") || page.contains("COULD NOT BE READ"), "{page}");
}

#[test]
fn where_a_capture_comes_from_is_data() {
    let folder = temp();
    let bytes = read(sample("restart.csv"));
    let packed = gzip(&bytes);
    let path = write(folder.path(), "restart.csv.gz", &packed);
    let (_, report) = analyze(&[&path]);
    let capture = &report["captures"][0];
    assert_eq!(capture["bytes"], packed.len());
    assert_eq!(capture["packing"], serde_json::json!(["gzip"]));
    assert_eq!((text(capture, "zone"), &capture["events_expected"]), ("unknown", &Value::Null));
    let (_, native) = analyze(&[sample("restart.pml")]);
    let capture = &native["captures"][0];
    assert_eq!(capture["events_expected"], capture["events_read"]);
    assert_eq!((text(capture, "zone"), &capture["packing"]), ("utc", &serde_json::json!([])));
    let pml = sample("restart.pml");
    let (_, native) = analyze(&["--tz".as_ref(), "Europe/Berlin".as_ref(), pml.as_os_str()]);
    assert_eq!(text(&native["captures"][0], "zone"), "known");
}

#[test]
fn witnesses_stand_in_the_order_of_time_with_a_time_of_their_own() {
    // Messages of the Services window, the later one first, as a log shows them.
    let event = |time: &str| {
        format!(
            "Log Name: System\r\nSource: Service Control Manager\r\nDate: 3/5/2026 {time}\r\n\
             Event ID: 7024\r\nLevel: Error\r\nDescription:\r\nThe IIS Admin Service service \
             terminated with the following service-specific error: %%2148073478\r\n\r\n"
        )
    };
    let folder = temp();
    let text = event("6:59:21 PM") + &event("6:59:14 PM");
    let log = write(folder.path(), "events.txt", text);
    let capture = sample("guid-changed.csv");
    let run =
        run(&["analyze".as_ref(), "--event-log".as_ref(), log.as_os_str(), capture.as_os_str()]);
    let page = run.text();
    let timeline = &page[page.find("\nStart-up of").unwrap()..];
    let rows: Vec<&str> = timeline.lines().filter(|line| line.contains("◆ ")).collect();
    let places: Vec<usize> = ["18:59:14", "18:59:21"]
        .iter()
        .filter_map(|time| rows.iter().position(|row| row.contains(time)))
        .collect();
    assert_eq!(places.len(), 2, "{page}");
    assert!(places[0] < places[1], "{page}");
}
