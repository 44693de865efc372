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
                Source::Field(index) => {
                    let field = event.field(index);
                    let text = field.as_deref().map(String::from_utf8_lossy);
                    serde_json::to_writer(&mut self.text, &text)?;
                }
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
