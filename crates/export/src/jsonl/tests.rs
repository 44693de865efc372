//! Typed rows of captures made by hand.

use procmonkey_parser::{Input, ReadOptions};
use serde_json::{Value, json};

use super::*;
use crate::repetitive::repetitive_captures;

/// The lines of a capture with these options.
fn lines(bytes: &[u8], read: &ReadOptions, options: JsonOptions) -> Vec<String> {
    let mut input = Input::from_reader("x", bytes, read).expect("it opens");
    let mut capture = input.next_capture().expect("one").expect("a capture");
    let mut writer = JsonLines::new(options);
    let (mut out, mut event) = (Vec::new(), Event::default());
    writer.begin_capture(&Source::of(&capture), &mut out).expect("nothing is needed");
    while capture.read_event(&mut event).expect("it is read") {
        writer.write_row(&Row::new(&event, capture.clock()), &mut out).expect("nothing is needed");
    }
    writer.finish(&mut out);
    let text = String::from_utf8(out).expect("UTF-8");
    text.lines().map(str::to_string).collect()
}

fn given() -> ReadOptions {
    ReadOptions::new().capture_id("case-17".parse().expect("an id"))
}

fn rows(bytes: &[u8], read: &ReadOptions) -> Vec<Value> {
    let lines = lines(bytes, read, JsonOptions::new());
    lines.iter().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

#[test]
fn a_row_is_typed_and_in_order() {
    let csv = "\"PID\",\"Time of Day\",\"Duration\",\"Operation\",\"Detail\",\"Virtualized\"\r\n\
               \"4412\",\"18:59:13.0390001\",\"0,0000154\",\"ReadFile\",\
               \"Offset: 0, Length: 2,202\",\"False\"\r\n";
    let zoned =
        given().date("2026-03-05".parse().expect("a date")).zone("+01:00".parse().expect("a zone"));
    let want = concat!(
        r#"{"schema_version":1,"event_id":"case-17:1","event_number":1,"#,
        r#""datetime":"2026-03-05T18:59:13.0390001+01:00","local_time":null,"#,
        r#""time_quality":"date_inferred","pid":4412,"operation":"ReadFile","#,
        r#""detail_text":"Offset: 0, Length: 2,202","detail":{"Offset":0,"Length":2202},"#,
        r#""duration":0.0000154,"virtualized":false}"#
    );
    assert_eq!(lines(csv.as_bytes(), &zoned, JsonOptions::new()), [want]);
}

#[test]
fn what_is_not_known_is_said() {
    let csv = "\"Date & Time\",\"Operation\"\r\n\
               \"3/4/2026 6:59:13 PM\",\"a\"\r\n\
               \"yesterday\",\"b\"\r\n\
               \"\",\"c\"\r\n";
    let found = rows(csv.as_bytes(), &given());
    let times: Vec<_> = found
        .iter()
        .map(|row| {
            assert_eq!(row["datetime"], Value::Null);
            (row["local_time"].clone(), row["time_quality"].clone(), row.get("time_text").cloned())
        })
        .collect();
    let none = Value::Null;
    assert_eq!(
        times[0],
        (json!("18:59:13"), json!("date_ambiguous"), Some(json!("3/4/2026 6:59:13 PM")))
    );
    assert_eq!(times[1], (none.clone(), json!("order_only"), Some(json!("yesterday"))));
    assert_eq!(times[2], (none, json!("order_only"), None));
}

#[test]
fn a_member_has_one_type_and_no_text_is_lost() {
    let csv = "\"PID\",\"Duration\",\"Virtualized\",\"TID\",\"Session\",\"Operation\"\r\n\
               \"4,412\",\"long\",\"maybe\",\"n/a\",\"\",\"ReadFile\"\r\n";
    let row = &rows(csv.as_bytes(), &given())[0];
    for name in ["pid", "duration", "virtualized", "tid", "session"] {
        assert_eq!(row[name], Value::Null, "{name}");
    }
    assert_eq!(row["unread"], json!({"PID": "4,412", "Duration": "long", "Virtualized": "maybe"}));
}

/// Most numbers are copied as they stand, together with the members beside them. The others are not.
#[test]
fn a_number_is_what_its_text_says_wherever_it_stands() {
    let largest = u64::MAX.to_string();
    let whole: [(&str, Option<&str>); 11] = [
        ("0", Some("0")),
        ("4412", Some("4412")),
        ("123456789012345", Some("123456789012345")),
        ("1234567890123456", Some("1234567890123456")),
        (&largest, Some(&largest)),
        ("007", Some("7")),
        (" 4", Some("4")),
        ("12.5", None),
        ("4,412", None),
        ("-1", None),
        ("18446744073709551616", None),
    ];
    let seconds: [(&str, Option<&str>); 9] = [
        ("0.0000154", Some("0.0000154")),
        ("12", Some("12")),
        ("1234567890.123456", Some("1234567890.123456")),
        ("0,5", Some("0.5")),
        ("012.50", Some("12.50")),
        ("1 seconds", Some("1")),
        ("1.", None),
        (".5", None),
        ("12345678901.1234567", None),
    ];
    let nothing = [("", None), ("n/a", None)];
    let columns = ["PID", "TID", "Parent PID", "Session"].map(|it| (it, &whole[..]));
    for (column, cases) in columns.into_iter().chain([("Duration", &seconds[..])]) {
        let member = column.to_ascii_lowercase().replace(' ', "_");
        for (text, want) in cases.iter().chain(&nothing) {
            for names in [["Path", column, "Category"], ["Operation", "Path", column]] {
                let header = names.map(|name| format!("\"{name}\"")).join(",");
                let row = names.map(|name| if name == column { text } else { "x" });
                let row = row.map(|text| format!("\"{text}\"")).join(",");
                // As Procmon writes it, and in another form.
                let many = format!("{header}\r\n{}", format!("{row}\r\n").repeat(40));
                let bare = format!("{}\r\n{row}\r\n", header.replace('"', ""));
                for csv in [many, bare] {
                    let lines = lines(csv.as_bytes(), &given(), JsonOptions::new());
                    let line = &lines[0];
                    let found = format!("\"{member}\":{}", want.unwrap_or("null"));
                    let is_found =
                        line.contains(&format!("{found},")) || line.contains(&format!("{found}}}"));
                    assert!(is_found, "{found}: {line}");
                    let row: Value = serde_json::from_str(line).expect("an object");
                    let unread = (want.is_none() && !["", "n/a"].contains(text)).then_some(*text);
                    assert_eq!(row["unread"].get(column).and_then(Value::as_str), unread, "{line}");
                    assert_eq!(
                        line.matches("\"x\"").count(),
                        2 - usize::from(names[0] == "Detail")
                    );
                }
            }
        }
    }
}

#[test]
fn columns_of_other_programs_are_kept() {
    let csv = "\"Note\",\"Path\",\"Note\",\"Path\"\r\n\"a\",\"b\",\"c\",\"d\"\r\n\"e\",\"f\r\n";
    let found = rows(csv.as_bytes(), &given());
    assert_eq!(found[0]["path"], "b");
    assert_eq!(found[0]["other"], json!({"Note": "a", "Note (3)": "c", "Path": "d"}));
    // The last row was cut off.
    assert_eq!(found[1]["other"], json!({"Note": "e", "Note (3)": null, "Path": null}));
}

#[test]
fn hostile_texts_stay_within_their_string() {
    let path = "C:\\a\"},{\"x\":\"\u{202e}\u{0}\u{1}\u{7f}\t\u{e4}\u{1f600}";
    let mut csv = b"\"Operation\",\"Path\",\"a\"\"b\"\r\n\"ReadFile\",\"".to_vec();
    csv.extend(path.replace('"', "\"\"").as_bytes());
    csv.extend(b"\",\"\xff\"\r\n");
    let utf8 = given().encoding("utf-8".parse().expect("an encoding"));
    let row = &rows(&csv, &utf8)[0];
    assert_eq!(row["path"], path);
    assert_eq!(row["other"], json!({"a\"b": "\u{fffd}"}));
}

#[test]
fn the_columns_that_are_asked_for_are_written() {
    let csv = "\"Path\",\"PID\",\"Note\"\r\n\"a\",\"4\",\"x\"\r\n";
    let options = JsonOptions::new().columns(vec![Column::Tid, Column::Pid]);
    let line = &lines(csv.as_bytes(), &given(), options)[0];
    assert!(line.ends_with(r#""time_quality":"order_only","pid":4,"tid":null}"#), "{line}");
}

#[test]
fn a_file_and_a_neighbour_are_marked() {
    let columns = Columns::from_known(&[Column::Path]);
    let event = procmonkey_parser::EventBuilder::new().number(7).text(Column::Path, "a").build();
    let clock = procmonkey_parser::Clock::default();
    let mut writer = JsonLines::new(JsonOptions::new());
    let mut out = Vec::new();
    let source = Source { capture_id: None, columns: &columns, file: Some("a\"b.csv") };
    writer.begin_capture(&source, &mut out).expect("nothing is needed");
    writer.write_row(&Row::new(&event, &clock).as_neighbour(), &mut out).expect("as above");
    let want = concat!(
        r#"{"schema_version":1,"event_id":null,"event_number":7,"file":"a\"b.csv","#,
        r#""neighbour":true,"datetime":null,"local_time":null,"time_quality":"order_only","#,
        r#""path":"a"}"#,
        "\n"
    );
    assert_eq!(String::from_utf8(out).expect("UTF-8"), want);
}

/// A writer that remembers what it made of fields and times gives what a new one gives for each row.
#[test]
fn what_is_remembered_is_what_the_row_says() {
    for varied in repetitive_captures() {
        let mut input = varied.input();
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let mut writer = JsonLines::new(JsonOptions::new());
        let (mut out, mut want, mut event) = (Vec::new(), Vec::new(), Event::default());
        writer.begin_capture(&Source::of(&capture), &mut out).expect("nothing is needed");
        let (mut processes, mut details, mut times) = (0, 0, 0);
        while capture.read_event(&mut event).expect("it is read") {
            let mut fresh = JsonLines::new(JsonOptions::new());
            fresh.begin_capture(&Source::of(&capture), &mut want).expect("nothing is needed");
            let row = Row::new(&event, capture.clock());
            out.clear();
            want.clear();
            details += usize::from(writer.details.knows(&event));
            processes += usize::from(writer.of_process.known(&event).is_some());
            let moment = &writer.time.moment;
            let is_same_second = moment.digits_in_same_second(&event, capture.clock()).is_some();
            times += usize::from(is_same_second && writer.time.fraction.is_some());
            writer.write_row(&row, &mut out).expect("nothing is needed");
            fresh.write_row(&row, &mut want).expect("nothing is needed");
            assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&want));
        }
        let name = &varied.name;
        assert!(processes > 300 && details > 300, "{name}: {processes} and {details} rows");
        assert_eq!(times > 300, varied.has_fractions, "{name}: {times} rows");
    }
}
