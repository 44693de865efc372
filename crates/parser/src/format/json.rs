//! One event as a JSON object.

mod members;

pub use members::{JsonMembers, JsonValue};

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use crate::event::Event;
use crate::model::{Column, Columns};
use crate::scan::{MOST, Quotes, SPARE, SimdLevel, push_escaped, put_escaped};
use members::FieldPlan;

/// Makes JSON objects from events. Its memory is reused for each of them.
///
/// An object has the number of the event as `event`, then the columns of the event under
/// Procmon's names, in the order of the capture. PID, TID, Parent PID, Session and Duration
/// (seconds) are numbers where their text is a decimal number; everything else is a string. If
/// several columns have the same name, the last one is used, at the place of the first. A field
/// that the event does not have, because its record was cut off, is `null`.
///
/// ```
/// use procmonkey_parser::{Input, JsonObject, ReadOptions};
///
/// let csv = "\"Operation\",\"Path\"\r\n\"ReadFile\",\"C:\\a\"\r\n";
/// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// let mut object = JsonObject::default();
/// for event in capture.events() {
///     let json = object.of(&event?, None);
///     assert_eq!(json, br#"{"event":1,"Operation":"ReadFile","Path":"C:\\a"}"#);
/// }
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct JsonObject {
    text: JsonText,
    columns: Option<Columns>,
    /// The number of the capture, if there are several.
    capture: Option<usize>,
    /// What precedes each value, and where the value comes from.
    members: Vec<(Vec<u8>, FieldOrigin)>,
    row: Option<RowPlan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FieldOrigin {
    Capture(usize),
    Number,
    Field(usize),
    /// A field whose text is mostly a number.
    NumberField(usize),
}

impl FieldOrigin {
    fn of_column(index: usize, name: &str) -> FieldOrigin {
        use Column::{Duration, ParentPid, Pid, Session, Tid};
        match Column::from_name(name) {
            Some(Pid | Tid | ParentPid | Session | Duration) => FieldOrigin::NumberField(index),
            _ => FieldOrigin::Field(index),
        }
    }
}

/// How all fields of a row are written in one step, if they are the last members.
#[derive(Clone, Debug)]
struct RowPlan {
    fields: FieldPlan,
    /// How many members precede those.
    before: usize,
}

/// How many bytes of a text are then written in one step.
const PIECE: usize = 1 << 16;

/// The most bytes that a number takes.
const NUMBER: usize = 20;

impl JsonObject {
    /// The JSON object of an event. If there are several captures, the number of its
    /// capture comes first, as `capture`.
    pub fn of(&mut self, event: &Event, capture: Option<usize>) -> &[u8] {
        if self.members.is_empty()
            || self.capture != capture
            || self.columns.as_ref() != event.columns()
        {
            self.set_members(event.columns(), capture);
        }
        self.text.used = 0;
        if !self.put_row(event) {
            for member in &self.members {
                self.text.put_member(member, event);
            }
            self.text.put(b"}");
        }
        self.text.bytes()
    }

    /// Writes the object of an event that is a row of an export. Returns false if it has
    /// to be written field by field.
    fn put_row(&mut self, event: &Event) -> bool {
        let Some(plan) = &self.row else { return false };
        let Some(row) = plan.fields.row(event) else { return false };
        for member in &self.members[..plan.before] {
            self.text.put_member(member, event);
        }
        plan.fields.put(&row, &mut self.text);
        self.text.put(b"}");
        true
    }

    fn set_members(&mut self, columns: Option<&Columns>, capture: Option<usize>) {
        let mut members: Vec<(&str, FieldOrigin)> = Vec::new();
        members.extend(capture.map(|index| ("capture", FieldOrigin::Capture(index))));
        members.push(("event", FieldOrigin::Number));
        // By name, because a hostile header has tens of thousands of columns.
        let mut places: HashMap<&str, usize> =
            members.iter().enumerate().map(|(place, member)| (member.0, place)).collect();
        let names = columns.into_iter().flat_map(Columns::names).enumerate();
        for (index, name) in names {
            match places.entry(name) {
                Entry::Occupied(place) => {
                    members[*place.get()].1 = FieldOrigin::of_column(index, name);
                }
                Entry::Vacant(place) => {
                    place.insert(members.len());
                    members.push((name, FieldOrigin::of_column(index, name)));
                }
            }
        }
        self.members.clear();
        for (index, (name, source)) in members.into_iter().enumerate() {
            self.text.used = 0;
            self.text.put(if index == 0 { b"{" } else { b"," });
            self.text.put_string(name);
            self.text.put(b":");
            self.members.push((self.text.bytes().to_vec(), source));
        }
        self.row = RowPlan::of(&self.members);
        self.columns = columns.cloned();
        self.capture = capture;
    }
}

/// Adds a text to a buffer as a JSON string, in quotes. What need not be escaped stays as it is.
///
/// ```
/// let mut out = b"{\"path\":".to_vec();
/// procmonkey_parser::push_json_string(&mut out, "C:\\a \"b\"\u{1}");
/// assert_eq!(out, br#"{"path":"C:\\a \"b\"\u0001""#);
/// ```
pub fn push_json_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    match text.len() {
        ..=SHORT => push_escaped(text.as_bytes(), out),
        _ => push_long(out, text.as_bytes()),
    }
    out.push(b'"');
}

/// The length of a text up to which it is not worth while to prepare the use of vectors.
const SHORT: usize = 256;

fn push_long(out: &mut Vec<u8>, text: &[u8]) {
    let simd = SimdLevel::best();
    for piece in text.chunks(PIECE) {
        let start = out.len();
        out.resize(start + MOST * piece.len() + SPARE, 0);
        let all = std::iter::once([0..0, 0..piece.len()]);
        let room = &mut out[start..];
        let written = put_escaped(simd, &[0; SPARE], piece, all, Quotes::Single, room);
        out.truncate(start + written);
    }
}

/// The text being written, followed by spare room.
#[derive(Clone, Debug)]
struct JsonText {
    out: Vec<u8>,
    used: usize,
    simd: SimdLevel,
}

impl Default for JsonText {
    fn default() -> JsonText {
        JsonText { out: Vec::new(), used: 0, simd: SimdLevel::best() }
    }
}

impl JsonText {
    fn bytes(&self) -> &[u8] {
        &self.out[..self.used]
    }

    fn put_member(&mut self, (key, source): &(Vec<u8>, FieldOrigin), event: &Event) {
        self.put(key);
        match *source {
            FieldOrigin::Capture(index) => self.put_number(index as u64),
            FieldOrigin::Number => self.put_number(event.number()),
            FieldOrigin::Field(index) | FieldOrigin::NumberField(index) => match event.field(index)
            {
                None => self.put(b"null"),
                Some(field)
                    if matches!(source, FieldOrigin::NumberField(_))
                        && JsonValue::Number.fits(&field) =>
                {
                    self.put(&field);
                }
                Some(field) => match std::str::from_utf8(&field) {
                    Ok(text) => self.put_string(text),
                    Err(_) => self.put_string(&String::from_utf8_lossy(&field)),
                },
            },
        }
    }

    fn put_number(&mut self, mut number: u64) {
        let mut digits = [b'0'; NUMBER];
        let mut at = NUMBER - 1;
        while number > 0 {
            digits[at] += (number % 10) as u8;
            number /= 10;
            at -= usize::from(number > 0);
        }
        self.put(&digits[at..]);
    }

    fn put_string(&mut self, text: &str) {
        self.put(b"\"");
        for piece in text.as_bytes().chunks(PIECE) {
            let all = std::iter::once([0..0, 0..piece.len()]);
            self.put_escaped(&[0; SPARE], piece, all, Quotes::Single);
        }
        self.put(b"\"");
    }

    /// Calls the function of the same name in `scan`; `heads` is followed by spare bytes.
    #[inline]
    fn put_escaped(
        &mut self,
        heads: &[u8],
        texts: &[u8],
        parts: impl Iterator<Item = [Range<usize>; 2]>,
        quotes: Quotes,
    ) {
        let room = self.room(heads.len() + MOST * texts.len() + SPARE);
        self.used += put_escaped(self.simd, heads, texts, parts, quotes, &mut self.out[room]);
    }

    fn put(&mut self, bytes: &[u8]) {
        let room = self.room(bytes.len());
        self.used = room.end;
        self.out[room].copy_from_slice(bytes);
    }

    /// Makes room for this many bytes after the used ones, and returns its range.
    #[inline]
    fn room(&mut self, len: usize) -> Range<usize> {
        let end = self.used + len;
        if self.out.len() < end {
            self.out.resize(end.max(2 * self.out.len()), 0);
        }
        self.used..end
    }
}

impl RowPlan {
    fn of(members: &[(Vec<u8>, FieldOrigin)]) -> Option<RowPlan> {
        use FieldOrigin::{Field, NumberField};
        let is_field = |source: FieldOrigin| matches!(source, Field(_) | NumberField(_));
        let before = members.iter().position(|member| is_field(member.1))?;
        let field = |(key, source): &'_ (Vec<u8>, FieldOrigin)| match *source {
            Field(index) => Some((key.clone(), index, JsonValue::Text)),
            NumberField(index) => Some((key.clone(), index, JsonValue::Number)),
            _ => None,
        };
        let fields: Option<Vec<_>> = members[before..].iter().map(field).collect();
        Some(RowPlan { fields: FieldPlan::of(fields?), before })
    }
}

#[cfg(test)]
mod tests {
    use super::members::LONGEST_ROW;
    use super::*;
    use crate::{Input, ReadOptions};

    fn objects(csv: &[u8], capture: Option<usize>) -> Vec<String> {
        let mut input = Input::from_reader("x", csv, &ReadOptions::new()).unwrap();
        let mut capture_of = input.next_capture().unwrap().unwrap();
        let mut object = JsonObject::default();
        let of = |event: Result<Event, _>| {
            String::from_utf8(object.of(&event.unwrap(), capture).to_vec()).unwrap()
        };
        capture_of.events().map(of).collect()
    }

    #[test]
    fn fields_are_escaped_and_keep_their_order() {
        let csv = "\"Path\",\"PID\"\r\n\"C:\\a \"\"b\"\"\u{1}\u{e4}\",\"4\"\r\n\"\",\"5\"\r\n";
        let want = [
            r#"{"event":1,"Path":"C:\\a \"b\"\u0001ä","PID":4}"#,
            r#"{"event":2,"Path":"","PID":5}"#,
        ];
        assert_eq!(objects(csv.as_bytes(), None), want);
        // Long enough to be read by vectors and not by the `csv` crate.
        let long = format!("{csv}{}", "\"x\",\"6\"\r\n".repeat(40));
        assert_eq!(objects(long.as_bytes(), None)[..2], want);
    }

    /// How long this thread has been running, in nanoseconds. What else the machine does is
    /// not in it.
    #[cfg(target_os = "linux")]
    fn cpu_time() -> u64 {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        text.split(' ').next().unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn four_times_the_columns_are_four_times_the_work() {
        let work = |columns: usize| {
            let names: String = (0..columns).map(|column| format!(",\"C{column}\"")).collect();
            let row = format!("\"a\",\"C:\\\\a\"{}\r\n", ",\"b\"".repeat(columns));
            let csv = format!("\"Operation\",\"Path\"{names}\r\n{}", row.repeat(3));
            let run = || {
                let before = cpu_time();
                let objects = objects(csv.as_bytes(), None);
                assert!(objects.len() == 3 && objects[2].ends_with("\"b\"}"));
                cpu_time() - before
            };
            // Interruptions only ever add to it.
            (0..9).map(|_| run()).min().unwrap()
        };
        work(10_000);
        let (few, many) = (work(10_000), work(40_000));
        // The square would be 16 times as much. More memory makes it slower, too.
        assert!(many < 12 * few, "{few} and {many} ns");
    }

    #[test]
    fn of_columns_with_the_same_name_the_last_counts() {
        let mut csv = "\"Path\",\"event\",\"Path\"\r\n".to_string();
        csv += &"\"a\",\"b\",\"c\"\r\n".repeat(20);
        assert_eq!(objects(csv.as_bytes(), None)[0], r#"{"event":"b","Path":"c"}"#);
        let want = r#"{"capture":2,"event":"b","Path":"c"}"#;
        assert_eq!(objects(csv.as_bytes(), Some(2))[0], want);
        let csv = csv.replace("event", "capture");
        let want = r#"{"capture":"b","event":1,"Path":"c"}"#;
        assert_eq!(objects(csv.as_bytes(), Some(2))[0], want);
        let csv = csv.replace("capture", "a\"\"b");
        assert_eq!(objects(csv.as_bytes(), None)[0], r#"{"event":1,"Path":"c","a\"b":"b"}"#);
    }

    #[test]
    fn a_field_that_a_cut_record_does_not_have_is_null() {
        let csv = b"\"Path\",\"PID\"\r\n\"a\",\"4";
        assert_eq!(objects(csv, None), [r#"{"event":1,"Path":"a","PID":null}"#]);
    }

    /// The same by the fast way, which takes a row of many, and field by field.
    #[test]
    fn only_what_is_a_number_is_written_as_one() {
        let cases = [
            ("0", "0"),
            ("4712", "4712"),
            ("4294967295", "4294967295"),
            ("0.0000154", "0.0000154"),
            ("12.5", "12.5"),
            ("", r#""""#),
            ("n/a", r#""n/a""#),
            ("007", r#""007""#),
            ("4,712", r#""4,712""#),
            ("0,0000154", r#""0,0000154""#),
            ("-1", r#""-1""#),
            ("+1", r#""+1""#),
            ("1.", r#""1.""#),
            (".5", r#"".5""#),
            ("1.2.3", r#""1.2.3""#),
            ("1e5", r#""1e5""#),
            (" 4", r#"" 4""#),
            ("\u{664}", "\"\u{664}\""),
            ("1234567890123456", r#""1234567890123456""#),
        ];
        for column in ["PID", "TID", "Parent PID", "Session", "Duration"] {
            for (text, json) in cases {
                // In front of a text, and as the last one.
                for [first, second] in [[column, "Path"], ["Path", column]] {
                    let [text_of, json_of] = [[text, "x"], [json, "\"x\""]];
                    let order = if first == column { [0, 1] } else { [1, 0] };
                    let csv = format!("\"{first}\",\"{second}\"\r\n");
                    let [one, two] = order.map(|at| text_of[at]);
                    let row = format!("\"{one}\",\"{two}\"\r\n");
                    let [one, two] = order.map(|at| json_of[at]);
                    let want = format!("{{\"event\":1,\"{first}\":{one},\"{second}\":{two}}}");
                    assert_eq!(objects(format!("{csv}{row}").as_bytes(), None)[0], want);
                    let many = format!("{csv}{}", row.repeat(40));
                    assert_eq!(objects(many.as_bytes(), None)[0], want);
                }
            }
        }
        // A number in another column is a text.
        let csv = "\"Path\",\"Version\",\"Sequence\"\r\n\"1\",\"2\",\"3\"\r\n";
        let want = r#"{"event":1,"Path":"1","Version":"2","Sequence":"3"}"#;
        assert_eq!(objects(csv.as_bytes(), None), [want]);
    }

    #[test]
    fn numbers_are_written_whole() {
        for number in [0, 7, 10, 4_294_967_296, u64::MAX] {
            let mut text = JsonText::default();
            text.put_number(number);
            assert_eq!(text.bytes(), number.to_string().as_bytes());
        }
    }

    #[test]
    fn a_long_row_is_written_piece_by_piece() {
        for len in [LONGEST_ROW - 9, LONGEST_ROW + 9, LONGEST_ROW + 5 * PIECE] {
            let text = "a\\\u{e4}\"".repeat(len / 6 + 1);
            let csv = format!("\"Path\"\r\n\"{}\"\r\n", text.replace('"', "\"\""));
            let csv = csv + &"\"x\"\r\n".repeat(40);
            let want = serde_json::to_string(&text).unwrap();
            assert!(objects(csv.as_bytes(), None)[0] == format!("{{\"event\":1,\"Path\":{want}}}"));
        }
    }

    #[test]
    fn every_way_to_write_a_row_gives_the_same() {
        let texts = ["", "a", "C:\\x\\y", "\"\"", "\"\"\"\"b\\", "\u{e4}\t", "\u{1f}", "n/a"];
        let mut csv = "\"Path\",\"Detail\",\"Command Line\"\r\n".as_bytes().to_vec();
        let mut number = 0;
        let mut field = || {
            number += 7;
            let mut text = texts[number % 8].repeat(number % 5).into_bytes();
            if number % 11 == 0 {
                text.push(0xff);
            }
            text
        };
        for _ in 0..300 {
            let fields = [field(), field(), field()];
            csv.extend(b"\"");
            csv.extend(fields.join(&b"\",\""[..]));
            csv.extend(b"\"\r\n");
        }
        let mut input = Input::from_reader("x", &csv[..], &ReadOptions::new()).unwrap();
        let mut capture = input.next_capture().unwrap().unwrap();
        let mut all: Vec<_> = SimdLevel::all()
            .into_iter()
            .map(|simd| JsonObject {
                text: JsonText { simd, ..JsonText::default() },
                ..JsonObject::default()
            })
            .collect();
        let mut at_once = 0;
        for event in capture.events() {
            let event = event.unwrap();
            let texts = (0..3).map(|index| {
                let text = String::from_utf8_lossy(&event.field(index).unwrap()).into_owned();
                serde_json::to_string(&text).unwrap()
            });
            let texts: Vec<_> = texts.collect();
            let want = format!(
                "{{\"event\":{},\"Path\":{},\"Detail\":{},\"Command Line\":{}}}",
                event.number(),
                texts[0],
                texts[1],
                texts[2]
            );
            for object in &mut all {
                assert_eq!(String::from_utf8_lossy(object.of(&event, None)), want);
                at_once += usize::from(object.put_row(&event));
            }
        }
        assert_eq!(at_once, 300 * all.len());
    }
}
