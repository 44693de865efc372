//! Where a witness stands on the timeline, and why it does not.

use super::*;

#[test]
fn an_event_of_the_same_clock_stands_between_the_steps() {
    let folder = temp();
    let event = write(folder.path(), "event.txt", event_7024("3/5/2026 6:59:14 PM"));
    let (_, report) = with(&sample("guid-changed.csv"), &[("--event-log", &event)]);
    let entry = &report["witnesses"][0];
    assert_eq!(entry["placed"]["capture"], 0);
    assert_eq!(entry["placed"]["after_event"], 1718);
    assert!(entry["unplaced"].is_null());
    let page = run(&[
        "analyze".as_ref(),
        sample("guid-changed.csv").as_os_str(),
        "--event-log".as_ref(),
        event.as_os_str(),
    ]);
    let text = page.text();
    // The process ended before: at 18:59:13.679.
    let (read, exit) = (text.find("\n 1718").unwrap(), text.find("▸ exit").unwrap());
    let mark = text.find("18:59:14.000  ◆").unwrap();
    assert!(read < exit && exit < mark, "{text}");
}

#[test]
fn clocks_that_cannot_be_compared_are_said_to_be() {
    let folder = temp();
    let event = write(folder.path(), "event.txt", event_7024("3/5/2026 6:59:14 PM"));
    // A native log counts in UTC; the text is of a wall clock.
    let (_, report) = with(&sample("guid-changed.pml"), &[("--event-log", &event)]);
    let entry = &report["witnesses"][0];
    assert!(entry["placed"].is_null());
    // Whichever is lacking, day order or zone, is named.
    let why = text(entry, "unplaced");
    assert!(why.contains("--tz") || why.contains("--date-order"), "{why}");
    // What is said to settle it does.
    let (zone, order) = (Path::new("UTC"), Path::new("mdy"));
    let flags = [("--event-log", &*event), ("--tz", zone), ("--date-order", order)];
    let (_, report) = with(&sample("guid-changed.pml"), &flags);
    assert_eq!(report["witnesses"][0]["placed"]["after_event"], 1718);
    // Without dates only the time of day is compared, and that is said.
    let (_, report) = with(&sample("guid-changed-default.csv"), &[("--event-log", &event)]);
    let placed = &report["witnesses"][0]["placed"];
    assert!(placed.is_null() || placed["assumption"].is_string(), "{placed}");
}

#[test]
fn lines_of_a_debugger_are_shown_at_their_time_and_not_interpreted() {
    let folder = temp();
    let log = "00000001\t18:59:13.200\t[5236] something the program says\r\n\
               00000002\t0.50000000\t[5236] another line\r\n";
    let log = write(folder.path(), "debug.log", log);
    let (status, report) = with(&sample("guid-changed.csv"), &[("--debugview", &log)]);
    let (plain_status, plain) = analyze(&[sample("guid-changed.csv")]);
    assert_eq!(status, plain_status);
    assert_eq!(findings(&report), findings(&plain));
    let entries = list(&report, "witnesses");
    assert_eq!(entries.len(), 2);
    assert!(entries[0]["placed"]["after_event"].is_u64(), "{}", entries[0]);
    assert!(text(&entries[1], "unplaced").contains("0.50000000"));
}
