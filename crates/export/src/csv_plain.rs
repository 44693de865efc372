//! CSV for spreadsheets and Timeline Explorer: ISO times, plain numbers, one header.
//!
//! Procmon's own CSV is [`procmonkey_parser::CsvWriter`].

use procmonkey_parser::{Column, push_csv_field, push_csv_record};

use crate::fields::{Field, Kind, fields};
use crate::formulas::Formulas;
use crate::moment::{Moment, MomentText};
use crate::number::{push_plain, push_seconds, push_whole};
use crate::of_capture::OfCapture;
use crate::row::{Refusal, Row, RowWriter, Source};

/// Writes a CSV with a byte order mark and a header: `event_id`, `event_number`, `datetime` and
/// `time_quality`, then the columns of the first capture, or those that were asked for.
///
/// `datetime` is what is known of the time: RFC 3339 with an offset, the same without one, or a time
/// of day. PIDs and the like have digits alone, durations a point. Everything else is the text.
#[derive(Debug, Default)]
pub struct PlainCsv {
    formulas: Formulas,
    asked: Option<Vec<Column>>,
    /// The columns of the header, once it is written.
    fields: Option<Vec<Field>>,
    capture: OfCapture,
    /// Names of columns that a later capture has, and the first one has not.
    left_out: Vec<String>,
    moment: MomentText,
    /// For what is put together.
    text: Vec<u8>,
}

/// The columns in front of those of the capture.
const HEAD: [&str; 5] = ["event_id", "event_number", "file", "datetime", "time_quality"];

impl PlainCsv {
    /// A writer of these columns; of those of the first capture, where none were asked for.
    pub fn new(formulas: Formulas, asked: Option<Vec<Column>>) -> PlainCsv {
        PlainCsv { formulas, asked, ..PlainCsv::default() }
    }
}

impl RowWriter for PlainCsv {
    fn begin_capture(&mut self, source: &Source<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        self.capture = OfCapture::new(source);
        self.moment.forget();
        let columns = source.columns;
        let others = columns.known().iter().zip(columns.names());
        let unknown = others.filter(|(known, _)| known.is_none()).map(|(_, name)| name);
        let mut left_out: Vec<&str> = unknown.collect();
        match &self.fields {
            Some(fields) => {
                let is_lacking = |column: Column| {
                    let is_time = matches!(column, Column::TimeOfDay | Column::DateAndTime);
                    !is_time && fields.iter().all(|field| field.column != column)
                };
                let known = columns.known().iter().flatten();
                left_out.extend(known.filter(|it| is_lacking(**it)).map(|column| column.name()));
            }
            None => {
                let fields = fields(Some(columns), self.asked.as_deref());
                out.extend_from_slice(b"\xef\xbb\xbf");
                let names = HEAD.into_iter().chain(fields.iter().map(|field| field.name));
                push_csv_record(out, names);
                self.fields = Some(fields);
            }
        }
        if self.asked.is_none() {
            for name in left_out {
                if !self.left_out.iter().any(|known| known == name) {
                    self.left_out.push(name.to_string());
                }
            }
        }
        Ok(())
    }

    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let event = row.event;
        let number = &mut self.text;
        number.clear();
        self.capture.push_event_id(event.number(), number);
        push_csv_field(out, 0, number);
        number.clear();
        push_whole(event.number(), number);
        push_csv_field(out, 1, number);
        let text_field = |out: &mut Vec<u8>, index, text: &str| {
            push_csv_field(out, index, self.formulas.guarded(text).as_bytes());
        };
        text_field(out, 2, self.capture.file().unwrap_or_default());
        let (moment, quality) = self.moment.of(event, row.clock);
        match moment {
            Moment::Absolute(text) | Moment::Shown(text) => text_field(out, 3, text),
            // As the capture has it: better than nothing.
            Moment::Unknown => {
                let text = |column| event.get(column).filter(|text| !text.is_empty());
                let text = text(Column::DateAndTime).or_else(|| text(Column::TimeOfDay));
                text_field(out, 3, &text.unwrap_or_default());
            }
        }
        push_csv_field(out, 4, quality.name().as_bytes());
        for (index, field) in (HEAD.len()..).zip(self.fields.iter().flatten()) {
            let text = event.get(field.column).unwrap_or_default();
            number.clear();
            let is_number = match field.kind {
                Kind::Whole => push_plain(&text, number),
                Kind::Seconds => push_seconds(&text, number),
                Kind::Text | Kind::Detail | Kind::Truth => false,
            };
            match is_number {
                true => push_csv_field(out, index, number),
                false => text_field(out, index, &text),
            }
        }
        out.extend_from_slice(b"\r\n");
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) {}

    fn remarks(&self) -> Vec<String> {
        match self.left_out.is_empty() {
            true => Vec::new(),
            false => vec![format!(
                "left out, because the header has no place for them: {}",
                self.left_out.join(", ")
            )],
        }
    }
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Event, Input, ReadOptions};

    use super::*;

    fn written(csv: &str, mut writer: PlainCsv) -> (String, Vec<String>) {
        let read = ReadOptions::new()
            .capture_id("x".parse().expect("an id"))
            .date("2026-03-05".parse().expect("a date"));
        let mut input = Input::from_reader("x", csv.as_bytes(), &read).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let (mut out, mut event) = (Vec::new(), Event::default());
        writer.begin_capture(&Source::of(&capture), &mut out).expect("nothing is needed");
        while capture.read_event(&mut event).expect("it is read") {
            let row = Row::new(&event, capture.clock());
            writer.write_row(&row, &mut out).expect("nothing is needed");
        }
        writer.finish(&mut out);
        (String::from_utf8(out).expect("UTF-8"), writer.remarks())
    }

    const CSV: &str = "\"Time of Day\",\"PID\",\"Operation\",\"Path\",\"Duration\",\"Note\"\r\n\
                       \"6:59:13.0390001 PM\",\"4412\",\"ReadFile\",\"=1+\"\"x\"\"\",\"0,5\",\"n\"\r\n\
                       \"47:57.9\",\"-1\",\"ReadFile\",\"C:\\a\",\"n/a\",\"n\"\r\n";

    #[test]
    fn times_are_iso_and_numbers_plain() {
        let want = "\u{feff}\"event_id\",\"event_number\",\"file\",\"datetime\",\"time_quality\",\
                    \"pid\",\"operation\",\"path\",\"duration\"\r\n\
                    \"x:1\",\"1\",\"\",\"2026-03-05T18:59:13.0390001\",\"date_inferred\",\
                    \"4412\",\"ReadFile\",\"=1+\"\"x\"\"\",\"0.5\"\r\n\
                    \"x:2\",\"2\",\"\",\"47:57.9\",\"order_only\",\
                    \"-1\",\"ReadFile\",\"C:\\a\",\"n/a\"\r\n";
        let (found, remarks) = written(CSV, PlainCsv::default());
        assert_eq!(found, want);
        assert!(remarks.len() == 1 && remarks[0].ends_with(": Note"), "{remarks:?}");
    }

    #[test]
    fn no_cell_is_a_formula_where_that_is_asked_for() {
        let (found, _) = written(CSV, PlainCsv::new(Formulas::Quoted, None));
        assert!(found.contains(",\"'=1+\"\"x\"\"\","), "{found}");
        assert!(found.contains(",\"'-1\","), "{found}");
        for text in ["=a", "+a", "-a", "@a", "\ta", "\ra"] {
            assert_eq!(Formulas::Quoted.guarded(text), format!("'{text}"));
        }
        for text in ["", "a=b", "C:\\a", " =a"] {
            assert_eq!(Formulas::Quoted.guarded(text), text);
        }
    }
}
