//! One event as a JSON object.

use std::ops::Range;

use crate::event::{Event, Record};
use crate::model::Columns;
use crate::scan::{MOST, Quotes, SPARE, Speed, put_escaped};

/// Makes JSON objects of events, in memory that is used again for each.
///
/// An object has the number of the event as `event` and then the event's own columns
/// under Procmon's names, as strings in the order of the capture. Of columns with the
/// same name the last one counts, at the place of the first. A field that the event
/// does not have, because its record was cut, is `null`.
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
    text: Text,
    columns: Option<Columns>,
    /// Which of several captures, when there are several.
    capture: Option<usize>,
    /// What stands before each value, and where the value comes from.
    members: Vec<(Vec<u8>, Source)>,
    row: Option<RowPlan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Capture(usize),
    Number,
    Field(usize),
}

/// How the fields of a row become members all at once, where they are the last ones.
#[derive(Clone, Debug)]
struct RowPlan {
    /// What stands between two texts, one after the other.
    heads: Vec<u8>,
    /// Where the head of each field stands, and which field it is.
    fields: Vec<(Range<usize>, usize)>,
    /// How many members stand in front of those.
    before: usize,
    /// How many fields a row needs to have.
    needed: usize,
}

/// A row that is longer is not written at once, but text by text.
const LONGEST_ROW: usize = 1 << 20;

/// How much of a text is written at a time otherwise.
const PIECE: usize = 1 << 16;

/// Room for a number.
const NUMBER: usize = 20;

impl JsonObject {
    /// The object of an event; where its capture is one of several, with the number of
    /// the capture in front, as `capture`.
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

    /// Writes the object of an event that is a row of an export. False where that does
    /// not go.
    fn put_row(&mut self, event: &Event) -> bool {
        let (Some(plan), Record::Text(record)) = (&self.row, &event.record) else { return false };
        let Some((texts, quotes)) = record.texts() else { return false };
        if record.len() < plan.needed || texts.len() > LONGEST_ROW {
            return false;
        }
        for member in &self.members[..plan.before] {
            self.text.put_member(member, event);
        }
        let parts = plan.fields.iter().map(|(head, index)| {
            // There are as many fields as are needed.
            [head.clone(), record.place(*index).unwrap_or_default()]
        });
        self.text.put_escaped(&plan.heads, texts, parts, quotes);
        self.text.put(b"\"}");
        true
    }

    fn set_members(&mut self, columns: Option<&Columns>, capture: Option<usize>) {
        let mut members: Vec<(&str, Source)> = Vec::new();
        members.extend(capture.map(|index| ("capture", Source::Capture(index))));
        members.push(("event", Source::Number));
        let names = columns.into_iter().flat_map(Columns::names).enumerate();
        for (index, name) in names {
            match members.iter_mut().find(|member| member.0 == name) {
                Some(member) => member.1 = Source::Field(index),
                None => members.push((name, Source::Field(index))),
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

/// A text that is made, with room behind it.
#[derive(Clone, Debug)]
struct Text {
    out: Vec<u8>,
    used: usize,
    speed: Speed,
}

impl Default for Text {
    fn default() -> Text {
        Text { out: Vec::new(), used: 0, speed: Speed::best() }
    }
}

impl Text {
    fn bytes(&self) -> &[u8] {
        &self.out[..self.used]
    }

    fn put_member(&mut self, (key, source): &(Vec<u8>, Source), event: &Event) {
        self.put(key);
        match *source {
            Source::Capture(index) => self.put_number(index as u64),
            Source::Number => self.put_number(event.number()),
            Source::Field(index) => match event.field(index) {
                None => self.put(b"null"),
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

    /// As the function of this name does; the heads are followed by spare bytes.
    #[inline]
    fn put_escaped(
        &mut self,
        heads: &[u8],
        texts: &[u8],
        parts: impl Iterator<Item = [Range<usize>; 2]>,
        quotes: Quotes,
    ) {
        let room = self.room(heads.len() + MOST * texts.len() + SPARE);
        self.used += put_escaped(self.speed, heads, texts, parts, quotes, &mut self.out[room]);
    }

    fn put(&mut self, bytes: &[u8]) {
        let room = self.room(bytes.len());
        self.used = room.end;
        self.out[room].copy_from_slice(bytes);
    }

    /// The place of so many bytes behind those that are used.
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
    fn of(members: &[(Vec<u8>, Source)]) -> Option<RowPlan> {
        let is_field = |source: Source| matches!(source, Source::Field(_));
        let before = members.iter().position(|member| is_field(member.1))?;
        let mut plan = RowPlan { heads: Vec::new(), fields: Vec::new(), before, needed: 0 };
        for (key, source) in &members[before..] {
            let Source::Field(index) = *source else { return None };
            let start = plan.heads.len();
            if !plan.fields.is_empty() {
                plan.heads.push(b'"');
            }
            plan.heads.extend_from_slice(key);
            plan.heads.push(b'"');
            plan.fields.push((start..plan.heads.len(), index));
            plan.needed = plan.needed.max(index + 1);
        }
        plan.heads.extend([0; SPARE]);
        Some(plan)
    }
}

#[cfg(test)]
mod tests {
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
            r#"{"event":1,"Path":"C:\\a \"b\"\u0001ä","PID":"4"}"#,
            r#"{"event":2,"Path":"","PID":"5"}"#,
        ];
        assert_eq!(objects(csv.as_bytes(), None), want);
        // Long enough that it is not left to the `csv` crate.
        let long = format!("{csv}{}", "\"x\",\"6\"\r\n".repeat(40));
        assert_eq!(objects(long.as_bytes(), None)[..2], want);
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

    #[test]
    fn numbers_are_written_whole() {
        for number in [0, 7, 10, 4_294_967_296, u64::MAX] {
            let mut text = Text::default();
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
        let mut all: Vec<_> = Speed::all()
            .into_iter()
            .map(|speed| JsonObject {
                text: Text { speed, ..Text::default() },
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
        assert!((150..300).contains(&(at_once / all.len())), "{at_once}");
    }
}
