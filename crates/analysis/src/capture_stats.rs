//! What a capture holds, and which questions it cannot answer.

use std::borrow::Cow;

use crate::counter::Counter;
use crate::report::LossSummary;
use procmonkey_parser::pml::Recording;
use procmonkey_parser::{
    Capture, Column, Columns, Compression, DateOrder, Event, EventTime, Format, TextEncoding,
    TimeQuality,
};

/// Counts the events of one capture.
#[derive(Clone, Debug, Default)]
pub struct CaptureStats {
    events: u64,
    classes: Counter,
    operations: Counter,
    /// Operations of the events that have no class.
    classless: Counter,
    processes: Counter,
    results: Counter,
    first: Option<EventTime>,
    last: Option<EventTime>,
    stacks: u64,
}

/// What a capture holds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CaptureInfo {
    /// Path or name of the input.
    pub path: String,
    /// Which format it has.
    pub format: Format,
    /// The compressions around it, outermost first.
    pub compression: Vec<Compression>,
    /// Encoding of its text.
    pub encoding: Option<TextEncoding>,
    /// Header texts, in order.
    pub columns: Vec<String>,
    /// Header texts that are no columns of Procmon's.
    pub unknown_columns: Vec<String>,
    /// How many events were read.
    pub events_read: u64,
    /// How many of them were counted here: those that the filter keeps.
    pub events_counted: u64,
    /// On how many the filter could not decide; they are not counted.
    pub events_undecided: u64,
    /// How many have a call stack.
    pub events_with_stack: u64,
    /// How many processes its process list has.
    pub process_list: usize,
    /// The computer that it was recorded on, for native captures.
    pub computer: Option<Computer>,
    /// What could not be read.
    pub losses: LossSummary,
    /// What is known of its times.
    pub time: TimeInfo,
    /// Events by class.
    pub classes: Vec<Count>,
    /// Events by process, most first.
    pub processes: Vec<Count>,
    /// Events by operation, most first.
    pub operations: Vec<Count>,
    /// Events by result, most first.
    pub results: Vec<Count>,
    /// What one may want to know, and whether the columns allow it.
    pub questions: Vec<Question>,
}

/// The computer that a native capture was recorded on, and by what.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Computer {
    /// NetBIOS name.
    pub name: String,
    /// Folder of Windows.
    pub system_root: String,
    /// Version and build of Windows, such as `10.0.18362`, with its service pack.
    pub windows: String,
    /// 32 or 64.
    pub bits: u32,
    /// Logical processors.
    pub processors: u32,
    /// Installed memory in bytes.
    pub ram_bytes: u64,
    /// Version of the file format.
    pub pml_version: u32,
    /// The versions of Procmon that most likely recorded it.
    pub procmon: Cow<'static, str>,
    /// How many files the capture has.
    pub parts: usize,
}

impl Computer {
    fn of(recording: Recording<'_>) -> Computer {
        let info = recording.info;
        let os = &info.os;
        let mut windows = format!("{}.{}.{}", os.major, os.minor, os.build);
        if !os.service_pack.is_empty() {
            windows.push(' ');
            windows.push_str(&os.service_pack);
        }
        Computer {
            name: info.computer_name.clone(),
            system_root: info.system_root.clone(),
            windows,
            bits: 8 * info.pointer_width.bytes() as u32,
            processors: info.processors,
            ram_bytes: info.ram_bytes,
            pml_version: info.version,
            procmon: recording.exporter.name().into(),
            parts: recording.parts,
        }
    }
}

/// What is known of a capture's times.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TimeInfo {
    /// Time of the first counted event.
    pub first: Option<String>,
    /// Time of the last counted event.
    pub last: Option<String>,
    /// Seconds between the two.
    pub span_seconds: Option<f64>,
    /// How well the first event's time is known.
    pub quality: TimeQuality,
    /// Order of day, month and year, when it is settled.
    pub date_order: Option<DateOrder>,
    /// The orders that are possible while it is not.
    pub possible_date_orders: Vec<DateOrder>,
    /// Midnights that the times cross.
    pub midnights: u32,
    /// How often the time of day goes back by less than twelve hours.
    pub steps_back: u64,
    /// Events without a usable time.
    pub order_only: u64,
    /// The zone, when the caller gave it.
    pub zone: Option<String>,
}

/// How often something occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Count {
    /// What.
    pub name: String,
    /// How many events.
    pub events: u64,
}

/// A question that a capture can answer or not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Question {
    /// The question.
    pub question: Cow<'static, str>,
    /// Whether the capture has what it takes.
    pub answerable: bool,
    /// The Procmon columns to add where it has not.
    pub add_columns: Vec<Cow<'static, str>>,
}

/// Questions, and the columns that each takes.
const QUESTIONS: [(&str, &[Column]); 12] = [
    ("Which process did it?", &[Column::ProcessName]),
    ("Which of several processes of one name?", &[Column::Pid]),
    ("Which thread, so that a read and a key file can be linked?", &[Column::Tid]),
    ("What was done, to what?", &[Column::Operation, Column::Path]),
    ("Did it succeed?", &[Column::Result]),
    ("Was the file created or only opened; which MachineGuid was read?", &[Column::Detail]),
    ("At what time of day?", &[Column::TimeOfDay]),
    ("On which day?", &[Column::DateAndTime]),
    ("How long did it take?", &[Column::Duration]),
    ("Under which account?", &[Column::User]),
    ("With which rights: integrity, 32 or 64 bit?", &[Column::Integrity, Column::Architecture]),
    ("How was the process started, and by whom?", &[Column::CommandLine, Column::ParentPid]),
];

impl CaptureStats {
    /// Counts one event.
    pub fn count(&mut self, event: &Event) {
        self.events += 1;
        self.first.get_or_insert(*event.time());
        self.last = Some(*event.time());
        self.stacks += u64::from(event.has_stack());
        let count = |counter: &mut Counter, column: Column| {
            event.bytes(column).map(|text| counter.add(&text)).is_some()
        };
        count(&mut self.processes, Column::ProcessName);
        count(&mut self.operations, Column::Operation);
        count(&mut self.results, Column::Result);
        if !count(&mut self.classes, Column::EventClass) {
            count(&mut self.classless, Column::Operation);
        }
    }

    /// What the capture holds, once it was read to its end.
    pub fn finish(mut self, capture: &Capture<'_>) -> CaptureInfo {
        let columns = capture.columns();
        for (operation, events) in self.classless.counts() {
            self.classes.add_many(class_of(&operation).as_bytes(), events);
        }
        let unknown = columns.names().zip(columns.known()).filter(|(_, known)| known.is_none());
        CaptureInfo {
            path: capture.name().to_string(),
            format: capture.format(),
            compression: capture.source_encoding().compression().to_vec(),
            encoding: capture.source_encoding().encoding(),
            columns: columns.names().map(str::to_string).collect(),
            unknown_columns: unknown.map(|(name, _)| name.to_string()).collect(),
            events_read: capture.events_read(),
            events_counted: self.events,
            events_undecided: capture.events_undecided(),
            events_with_stack: self.stacks,
            process_list: capture.processes().len(),
            computer: capture.recording().map(Computer::of),
            losses: LossSummary::of(capture.losses()),
            time: self.time(capture),
            questions: questions(columns, capture),
            classes: sorted(&self.classes),
            processes: sorted(&self.processes),
            operations: sorted(&self.operations),
            results: sorted(&self.results),
        }
    }

    fn time(&self, capture: &Capture<'_>) -> TimeInfo {
        let clock = capture.clock();
        let resolve = |time: &Option<EventTime>| clock.resolve(time.as_ref()?);
        let (first, last) = (resolve(&self.first), resolve(&self.last));
        let span = first.zip(last).and_then(|(first, last)| last.ticks_since(first));
        TimeInfo {
            first: first.map(|time| time.to_string()),
            last: last.map(|time| time.to_string()),
            span_seconds: span
                .map(|ticks| ticks as f64 / procmonkey_parser::TICKS_PER_SECOND as f64),
            quality: self.first.map_or(TimeQuality::OrderOnly, |time| clock.quality(&time)),
            date_order: clock.date_order().filter(|_| clock.dates() > 0),
            possible_date_orders: clock.possible_orders(),
            midnights: clock.midnights(),
            steps_back: clock.steps_back(),
            order_only: clock.order_only(),
            zone: clock.zone().map(|zone| zone.to_string()),
        }
    }
}

/// The class of an operation, for exports without the Event Class column.
fn class_of(operation: &str) -> &'static str {
    match operation {
        _ if operation.starts_with("Reg") => "Registry",
        _ if operation.starts_with("TCP ") || operation.starts_with("UDP ") => "Network",
        "Load Image" => "Process",
        _ if operation.starts_with("Process ") || operation.starts_with("Thread ") => {
            if operation.ends_with("Profiling") { "Profiling" } else { "Process" }
        }
        _ => "File System",
    }
}

fn questions(columns: &Columns, capture: &Capture<'_>) -> Vec<Question> {
    let has = |column: Column| {
        columns.contains(column)
            || capture.processes().iter().any(|process| process.column(column).is_some())
    };
    let to_question = |&(question, needed): &(&'static str, &[Column])| {
        let missing: Vec<_> = needed
            .iter()
            .filter(|column| !has(**column))
            .map(|column| column.name().into())
            .collect();
        Question { question: question.into(), answerable: missing.is_empty(), add_columns: missing }
    };
    QUESTIONS.iter().map(to_question).collect()
}

fn sorted(counter: &Counter) -> Vec<Count> {
    let counts = counter.counts().into_iter();
    let mut counts: Vec<_> = counts.map(|(name, events)| Count { name, events }).collect();
    counts.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.name.cmp(&b.name)));
    counts
}
