//! Typed JSON lines: `schemas/events.schema.json` describes each member.

#[cfg(test)]
mod tests;

use std::ops::Range;

use procmonkey_parser::{
    Column, Columns, Detail, Event, JsonMembers, JsonValue, TimeQuality, push_json_string,
};

use crate::detail::push_items;
use crate::detail_memo::DetailMemo;
use crate::event_json::{push_other_object, push_stack_array};
use crate::fields::{Field, Kind, Other, fields, others};
use crate::json::{push_key, push_number, push_text, push_text_or_null};
use crate::moment::{Moment, MomentText};
use crate::number::{push_plain, push_seconds, push_truth, push_whole};
use crate::process_memo::ProcessMemo;
use crate::row::{Refusal, Row, RowWriter, Source, Stacks};

/// The version of the form of a row: its member `schema_version`. New members may come at any time;
/// one that goes away or changes its meaning needs a new version.
pub const JSONL_VERSION: u64 = 1;

/// What the rows have.
#[derive(Clone, Debug, Default)]
pub struct JsonOptions {
    stacks: Stacks,
    columns: Option<Vec<Column>>,
}

impl JsonOptions {
    /// The columns of each capture, without call stacks.
    pub fn new() -> JsonOptions {
        JsonOptions::default()
    }

    /// Whether call stacks are written, as `stack`.
    pub fn stacks(self, stacks: Stacks) -> JsonOptions {
        JsonOptions { stacks, ..self }
    }

    /// These columns, in the usual order of the members, instead of those of the capture.
    pub fn columns(self, columns: Vec<Column>) -> JsonOptions {
        JsonOptions { columns: Some(columns), ..self }
    }
}

/// Writes one JSON object a line for each event, with typed values.
///
/// The members always stand in the same order. Those before `process_name` are in every row, but
/// for the ones that say something unusual; then come the columns that the capture has; what has no
/// place of its own is in `other` and `unread`. So nothing of the row is left out, but for the words
/// of a time that is fully known.
#[derive(Debug)]
pub struct JsonLines {
    options: JsonOptions,
    /// What each row begins with, up to the number in `event_id`; up to the member behind it where
    /// the capture has no id.
    head: Vec<u8>,
    has_id: bool,
    /// The member `file` of each row, with its comma; or nothing.
    file: Vec<u8>,
    /// The columns that the lists below were made for.
    columns: Option<Columns>,
    fields: Vec<Field>,
    /// Those of the event, some of which are written in one step.
    of_event: Vec<Step>,
    /// The first of the fields that say something of the process. They are the last ones.
    first_of_process: usize,
    /// The members of their last events.
    of_process: ProcessMemo<Vec<u8>>,
    /// The members of the last Details.
    details: DetailMemo<Vec<u8>>,
    others: Vec<Other>,
    time: TimeMembers,
    /// The columns of the current row whose text is not what the member is, with their texts.
    unread: Vec<(Column, String)>,
}

/// Fields that follow each other.
#[derive(Debug)]
struct Step {
    fields: Range<usize>,
    /// Their members, where they can be written in one step.
    members: Option<JsonMembers>,
}

/// How the members of these fields are written: in as few steps as possible.
fn steps(columns: Option<&Columns>, fields: &[Field]) -> Vec<Step> {
    let member = |field: &Field| {
        let value = match field.kind {
            Kind::Text => JsonValue::Text,
            Kind::Whole => JsonValue::Whole,
            Kind::Seconds => JsonValue::Number,
            Kind::Detail | Kind::Truth => return None,
        };
        Some((field.head.clone(), columns?.position(field.column)?, value))
    };
    let (mut steps, mut start) = (Vec::new(), 0);
    for run in fields.chunk_by(|one, other| member(one).is_some() == member(other).is_some()) {
        let members: Option<Vec<_>> = run.iter().map(member).collect();
        let end = start + run.len();
        steps.push(Step { fields: start..end, members: members.map(JsonMembers::new) });
        start = end;
    }
    steps
}

impl JsonLines {
    /// A writer of rows with these options.
    pub fn new(options: JsonOptions) -> JsonLines {
        JsonLines {
            options,
            head: Vec::new(),
            has_id: false,
            file: Vec::new(),
            columns: None,
            fields: Vec::new(),
            of_event: Vec::new(),
            first_of_process: 0,
            of_process: ProcessMemo::default(),
            details: DetailMemo::new(),
            others: Vec::new(),
            time: TimeMembers::default(),
            unread: Vec::new(),
        }
    }

    /// Events may have other columns than the one before: those of an XML that was put together,
    /// and pasted ones.
    fn set_columns(&mut self, columns: Option<&Columns>) {
        let asked = self.options.columns.as_deref();
        self.fields = fields(columns, asked);
        self.first_of_process = self.fields.partition_point(|field| !field.is_of_process);
        self.of_process = match columns {
            Some(columns) => ProcessMemo::new(columns, &self.fields[self.first_of_process..]),
            None => ProcessMemo::default(),
        };
        self.details.set_columns(columns);
        self.of_event = steps(columns, &self.fields[..self.first_of_process]);
        self.others = match (columns, asked) {
            (Some(columns), None) => others(columns),
            _ => Vec::new(),
        };
        self.columns = columns.cloned();
    }
}

/// The members that say when an event began, kept for the next one in the same second.
#[derive(Debug, Default)]
struct TimeMembers {
    moment: MomentText,
    /// The members, with the comma before them.
    text: Vec<u8>,
    /// Where the seven digits of the fraction stand, if they alone differ in the same second.
    fraction: Option<usize>,
}

impl TimeMembers {
    /// Forgets the last event: the next one is of another capture.
    fn forget(&mut self) {
        self.moment.forget();
        self.fraction = None;
    }

    fn push(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let digits = || self.moment.digits_in_same_second(row.event, row.clock);
        match self.fraction.and_then(|place| Some((place, digits()?))) {
            Some((place, digits)) => self.text[place..place + 7].copy_from_slice(&digits),
            None => self.set(row),
        }
        out.extend_from_slice(&self.text);
    }

    fn set(&mut self, row: &Row<'_>) {
        let (moment, quality) = self.moment.of(row.event, row.clock);
        let (datetime, local) = match moment {
            Moment::Absolute(text) => (Some(text), None),
            Moment::Shown(text) => (None, Some(text)),
            Moment::Unknown => (None, None),
        };
        let out = &mut self.text;
        out.clear();
        push_text_or_null("datetime", datetime, out);
        push_text_or_null("local_time", local, out);
        push_text("time_quality", quality.name(), out);
        self.fraction = out.iter().position(|byte| *byte == b'.').map(|point| point + 1);
        if matches!(quality, TimeQuality::DateAmbiguous | TimeQuality::OrderOnly) {
            let text = |column| row.event.get(column).filter(|text| !text.is_empty());
            let text = text(Column::DateAndTime).or_else(|| text(Column::TimeOfDay));
            if let Some(text) = text {
                push_text("time_text", &text, out);
            }
            self.fraction = None;
        }
    }
}

/// Adds the member of a column. Where its text is not what the member is, it is `null`, and the text
/// goes to `unread`.
fn push_field(
    field: &Field,
    event: &Event,
    details: &mut DetailMemo<Vec<u8>>,
    unread: &mut Vec<(Column, String)>,
    out: &mut Vec<u8>,
) {
    let push = match field.kind {
        Kind::Detail => return push_detail(event, details, out),
        Kind::Text => {
            out.extend_from_slice(&field.head);
            return match event.get(field.column) {
                Some(text) => push_json_string(out, &text),
                None => out.extend_from_slice(b"null"),
            };
        }
        Kind::Whole => push_plain,
        Kind::Seconds => push_seconds,
        Kind::Truth => push_truth,
    };
    out.extend_from_slice(&field.head);
    let text = event.get(field.column).unwrap_or_default();
    if !push(&text, out) {
        out.extend_from_slice(b"null");
        if !matches!(&*text, "" | "n/a") {
            unread.push((field.column, text.into_owned()));
        }
    }
}

impl RowWriter for JsonLines {
    fn begin_capture(&mut self, source: &Source<'_>, _: &mut Vec<u8>) -> Result<(), Refusal> {
        self.head.clear();
        self.head.push(b'{');
        push_number("schema_version", JSONL_VERSION, &mut self.head);
        self.has_id = source.capture_id.is_some();
        match &source.capture_id {
            Some(id) => {
                push_text("event_id", id, &mut self.head);
                // The number goes into the same string.
                self.head.pop();
                self.head.push(b':');
            }
            None => push_text_or_null("event_id", None, &mut self.head),
        }
        self.file.clear();
        if let Some(file) = source.file {
            self.file.extend_from_slice(b",\"file\":");
            push_json_string(&mut self.file, file);
        }
        self.time.forget();
        self.set_columns(Some(source.columns));
        Ok(())
    }

    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let event = row.event;
        if self.columns.as_ref() != event.columns() {
            self.set_columns(event.columns());
        }
        out.extend_from_slice(&self.head);
        if self.has_id {
            let start = out.len();
            push_whole(event.number(), out);
            let digits = start..out.len();
            out.extend_from_slice(b"\",\"event_number\":");
            out.extend_from_within(digits);
        } else {
            push_number("event_number", event.number(), out);
        }
        out.extend_from_slice(&self.file);
        if row.is_neighbour {
            push_key("neighbour", out);
            out.extend_from_slice(b"true");
        }
        self.time.push(row, out);
        let (of_event, of_process) = self.fields.split_at(self.first_of_process);
        for Step { fields, members } in &mut self.of_event {
            if members.as_mut().is_some_and(|members| members.push(event, out)) {
                continue;
            }
            for field in &of_event[fields.clone()] {
                push_field(field, event, &mut self.details, &mut self.unread, out);
            }
        }
        match self.of_process.known(event) {
            Some(members) => out.extend_from_slice(members),
            None => {
                let (start, unread_before) = (out.len(), self.unread.len());
                for field in of_process {
                    push_field(field, event, &mut self.details, &mut self.unread, out);
                }
                if self.unread.len() == unread_before
                    && let Some(members) = self.of_process.keep(event)
                {
                    members.clear();
                    members.extend_from_slice(&out[start..]);
                }
            }
        }
        push_others(&self.others, event, out);
        if !self.unread.is_empty() {
            push_key("unread", out);
            out.push(b'{');
            for (column, text) in self.unread.drain(..) {
                push_text(column.name(), &text, out);
            }
            out.push(b'}');
        }
        if self.options.stacks == Stacks::Written {
            push_stack(event, out);
        }
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) {}
}

/// Adds the text of Detail and its items, which are those of the text, so that the row of a native
/// log is that of its exports.
fn push_detail(event: &Event, memo: &mut DetailMemo<Vec<u8>>, out: &mut Vec<u8>) {
    let known = memo.of(event, |operation, detail, members| {
        members.clear();
        push_text("detail_text", detail, members);
        push_key("detail", members);
        push_items(&Detail::parse(operation, detail), members);
    });
    match known {
        Some(members) => out.extend_from_slice(members),
        None => {
            push_text_or_null("detail_text", None, out);
            push_text_or_null("detail", None, out);
        }
    }
}

fn push_others(others: &[Other], event: &Event, out: &mut Vec<u8>) {
    if !others.is_empty() {
        push_key("other", out);
        push_other_object(others, event, out);
    }
}

fn push_stack(event: &Event, out: &mut Vec<u8>) {
    push_key("stack", out);
    push_stack_array(event, out);
}
