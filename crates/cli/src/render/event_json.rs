//! One event as a JSON object.

use std::io;

use procmonkey_parser::{Columns, Event};

/// Makes objects, whose memory and keys are used again.
#[derive(Debug, Default)]
pub(super) struct EventObject {
    text: Vec<u8>,
    columns: Option<Columns>,
    /// Which of several captures, when there are several.
    capture: Option<usize>,
    /// What stands before each value, and where the value comes from.
    members: Vec<(Vec<u8>, Source)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Capture(usize),
    Number,
    Field(usize),
}

impl EventObject {
    /// The event's own columns under Procmon's names, in the export's order. Of
    /// columns with the same name the last one counts, at the place of the first.
    pub(super) fn of(&mut self, event: &Event, capture: Option<usize>) -> io::Result<&[u8]> {
        if self.members.is_empty()
            || self.capture != capture
            || self.columns.as_ref() != event.columns()
        {
            self.set_members(event.columns(), capture)?;
        }
        self.text.clear();
        for (key, source) in &self.members {
            self.text.extend_from_slice(key);
            match *source {
                Source::Capture(index) => serde_json::to_writer(&mut self.text, &index)?,
                Source::Number => serde_json::to_writer(&mut self.text, &event.number())?,
                Source::Field(index) => match event.field(index).as_deref() {
                    None => self.text.extend_from_slice(b"null"),
                    Some(field) => match std::str::from_utf8(field) {
                        Ok(text) => push_string(&mut self.text, text),
                        Err(_) => push_string(&mut self.text, &String::from_utf8_lossy(field)),
                    },
                },
            }
        }
        self.text.push(b'}');
        Ok(&self.text)
    }

    fn set_members(&mut self, columns: Option<&Columns>, capture: Option<usize>) -> io::Result<()> {
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
        for (name, source) in members {
            let mut key = vec![if self.members.is_empty() { b'{' } else { b',' }];
            serde_json::to_writer(&mut key, name)?;
            key.push(b':');
            self.members.push((key, source));
        }
        self.columns = columns.cloned();
        self.capture = capture;
        Ok(())
    }
}

/// Appends a text as a JSON string, byte for byte as `serde_json` writes it, which
/// looks at one byte at a time.
fn push_string(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at..].first_chunk() {
            Some(word) => match special(*word) {
                0 => {
                    at += 8;
                    continue;
                }
                bits => at += bits.trailing_zeros() as usize / 8,
            },
            None if is_special(bytes[at]) => {}
            None => {
                at += 1;
                continue;
            }
        }
        out.extend_from_slice(&bytes[start..at]);
        push_escape(out, bytes[at]);
        at += 1;
        start = at;
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

/// Whether a byte cannot stand for itself in a JSON string.
fn is_special(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'\\')
}

/// Has its lowest bit in the first special byte of eight; 0 if there is none.
fn special(bytes: [u8; 8]) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let word = u64::from_le_bytes(bytes);
    // A borrow only leaves bytes that are below, so the first one found is right.
    let below = |word: u64, end: u8| word.wrapping_sub(LOW * u64::from(end)) & !word;
    let equal = |byte: u8| below(word ^ (LOW * u64::from(byte)), 1);
    (below(word, b' ') | equal(b'"') | equal(b'\\')) & HIGH
}

fn push_escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            let hex = |digit: u8| b"0123456789abcdef"[usize::from(digit)];
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Input, ReadOptions};

    use super::*;

    fn objects(csv: &str, capture: Option<usize>) -> Vec<String> {
        let mut input = Input::from_reader("x", csv.as_bytes(), &ReadOptions::new()).unwrap();
        let mut capture_of = input.next_capture().unwrap().unwrap();
        let mut object = EventObject::default();
        let of = |event: Result<Event, _>| {
            String::from_utf8(object.of(&event.unwrap(), capture).unwrap().to_vec()).unwrap()
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
        assert_eq!(objects(csv, None), want);
    }

    #[test]
    fn strings_are_written_as_serde_json_writes_them() {
        let mut texts: Vec<String> = (0..=0x7f_u8)
            .flat_map(|byte| (0..18).map(move |at| (byte, at)))
            .map(|(byte, at)| {
                let mut text = "abcdefghi#!\u{e9}\u{20ac}xyz".to_string();
                let place = (at..=text.len()).find(|place| text.is_char_boundary(*place));
                text.insert(place.unwrap(), char::from(byte));
                text
            })
            .collect();
        let all: Vec<char> = (0..0x2ff_u32).filter_map(char::from_u32).collect();
        for cut in 0..20 {
            texts.push(all[cut..].iter().collect());
            texts.push(all.iter().rev().skip(cut).step_by(cut + 1).collect());
            texts.push("\\\"".repeat(cut));
        }
        for text in texts {
            let mut out = Vec::new();
            push_string(&mut out, &text);
            assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }

    #[test]
    fn of_columns_with_the_same_name_the_last_counts() {
        let csv = "\"Path\",\"event\",\"Path\"\r\n\"a\",\"b\",\"c\"\r\n";
        assert_eq!(objects(csv, None), [r#"{"event":"b","Path":"c"}"#]);
        assert_eq!(objects(csv, Some(2)), [r#"{"capture":2,"event":"b","Path":"c"}"#]);
    }

    #[test]
    fn a_field_that_a_cut_record_does_not_have_is_null() {
        let csv = "\"Path\",\"PID\"\r\n\"a\",\"4";
        assert_eq!(objects(csv, None), [r#"{"event":1,"Path":"a","PID":null}"#]);
    }
}
