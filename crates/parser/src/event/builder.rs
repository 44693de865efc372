//! Events that come from no capture.

use std::sync::Arc;

use super::Event;
use crate::model::{Column, Columns, Frame, Position, Process};
use crate::time::Clock;

/// Makes an [`Event`] that comes from no capture: for a test, or from a source of one's own
/// whose events are then filtered, written or judged like any other.
///
/// A column that is not set is absent: its text is `None`.
///
/// ```
/// use procmonkey_parser::{Clock, Column, CsvWriter, EventBuilder, Filter, Rule, Verdict, Action};
///
/// let event = EventBuilder::new()
///     .number(1)
///     .text(Column::TimeOfDay, "6:59:13.0390001 PM")
///     .text(Column::ProcessName, "inetinfo.exe")
///     .text(Column::Operation, "RegQueryValue")
///     .text(Column::Path, r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid")
///     .text(Column::Result, "SUCCESS")
///     .build();
/// assert_eq!(event.operation().as_deref(), Some("RegQueryValue"));
/// assert_eq!(event.detail(), None);
///
/// let filter = Filter::new([Rule::parse("Path ends with MachineGuid", Action::Include)?]);
/// assert_eq!(filter.matches(&event, &Clock::default()), Verdict::Included);
///
/// let columns = event.columns().expect("they were set above").clone();
/// let mut writer = CsvWriter::new(Vec::new(), &columns)?;
/// writer.write(&event)?;
/// let csv = String::from_utf8_lossy(&writer.into_inner()).into_owned();
/// assert!(csv.ends_with("MachineGuid\",\"SUCCESS\"\r\n"));
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
///
/// An event can belong to a process, whose texts then stand for columns that it does not
/// have itself:
///
/// ```
/// use std::sync::Arc;
/// use procmonkey_parser::{Address, Column, EventBuilder, Frame, Process};
///
/// let mut process = Process::default();
/// process.name = Some("w3wp.exe".into());
/// process.pid = Some(4412);
/// let mut frame = Frame::default();
/// frame.address = Address::new(0x7ff8_d8c3_1b2a);
/// frame.location = "ntdll.dll + 0x1b2a".into();
/// let event = EventBuilder::new()
///     .text(Column::Operation, "CreateFile")
///     .process(Arc::new(process))
///     .stack([frame])
///     .build();
/// assert_eq!(event.process_name().as_deref(), Some("w3wp.exe"));
/// assert_eq!(event.pid(), Some(4412));
/// assert_eq!(event.stack()[0].location, "ntdll.dll + 0x1b2a");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "the event is made by `build`"]
pub struct EventBuilder {
    number: u64,
    position: Position,
    texts: Vec<(Column, String)>,
    process: Option<Arc<Process>>,
    stack: Vec<Frame>,
}

impl EventBuilder {
    /// An event without any column.
    pub fn new() -> EventBuilder {
        EventBuilder::default()
    }

    /// The number of the event among those of its source, from 1. 0 unless it is set.
    pub fn number(self, number: u64) -> EventBuilder {
        EventBuilder { number, ..self }
    }

    /// Where the event stands in its source.
    pub fn position(self, position: Position) -> EventBuilder {
        EventBuilder { position, ..self }
    }

    /// The text of a column, as Procmon writes it. The columns of the event have the order
    /// in which they are set first; a column that is set again has the later text.
    pub fn text(mut self, column: Column, text: impl Into<String>) -> EventBuilder {
        let text = text.into();
        match self.texts.iter_mut().find(|(known, _)| *known == column) {
            Some((_, old)) => *old = text,
            None => self.texts.push((column, text)),
        }
        self
    }

    /// The process of the event.
    pub fn process(self, process: Arc<Process>) -> EventBuilder {
        EventBuilder { process: Some(process), ..self }
    }

    /// The call stack, the innermost frame first.
    pub fn stack(self, frames: impl IntoIterator<Item = Frame>) -> EventBuilder {
        EventBuilder { stack: frames.into_iter().collect(), ..self }
    }

    /// The event. Its time is what its own Time of Day and Date & Time show; where a date
    /// has to be understood, [`EventBuilder::build_next`] with a clock is needed.
    pub fn build(self) -> Event {
        self.build_next(&mut Clock::default())
    }

    /// The event, as the next one of the source whose clock this is: midnights are counted,
    /// and the order of day and month is learnt, as for the events of a capture.
    ///
    /// ```
    /// use procmonkey_parser::{Clock, Column, EventBuilder};
    ///
    /// let mut clock = Clock::default();
    /// let mut next = |time| EventBuilder::new().text(Column::TimeOfDay, time).build_next(&mut clock);
    /// let before = next("11:59:59.0000000 PM");
    /// let after = next("12:00:01.0000000 AM");
    /// assert_eq!(clock.midnights(), 1);
    /// let ticks = |event: &procmonkey_parser::Event| clock.resolve(event.time()).expect("a time");
    /// assert_eq!(ticks(&after).ticks_since(ticks(&before)), Some(2 * 10_000_000));
    /// ```
    pub fn build_next(self, clock: &mut Clock) -> Event {
        let EventBuilder { number, position, texts, process, stack } = self;
        let columns: Vec<Column> = texts.iter().map(|(column, _)| *column).collect();
        let columns = Arc::new(Columns::from_known(&columns));
        let mut event = Event { number, position, process, stack, ..Event::default() };
        match texts.iter().any(|(_, text)| text.contains('\n')) {
            true => event.record.start_with_lines(&columns),
            false => event.record.start(&columns),
        }
        for (_, text) in &texts {
            event.record.push(text.as_bytes());
        }
        event.check_text();
        let of = |wanted: Column| {
            let mut texts = texts.iter();
            texts.find(|(column, _)| *column == wanted).map(|(_, text)| text.as_str())
        };
        event.time = clock.observe(of(Column::TimeOfDay), of(Column::DateAndTime));
        event
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_those_that_were_set_in_their_order() {
        let event = EventBuilder::new()
            .number(7)
            .position(Position::at_byte(12))
            .text(Column::Path, "C:\\a\nb")
            .text(Column::Operation, "ReadFile")
            .text(Column::Path, "C:\\\u{e9}")
            .text(Column::Detail, "Offset: 0, Length: 8")
            .build();
        assert_eq!((event.number(), event.position().byte), (7, 12));
        let names: Vec<&str> = event.columns().unwrap().names().collect();
        assert_eq!(names, ["Path", "Operation", "Detail"]);
        assert_eq!(event.get(Column::Path).as_deref(), Some("C:\\\u{e9}"));
        assert_eq!(event.field(1).as_deref(), Some(&b"ReadFile"[..]));
        assert_eq!(event.get(Column::Result), None);
        assert_eq!(event.detail().unwrap().get("Length"), Some("8"));
        assert!(!event.has_stack() && event.process().is_none());
    }

    #[test]
    fn the_time_is_read_as_in_a_capture() {
        let mut clock = Clock::default();
        let dated = EventBuilder::new().text(Column::DateAndTime, "3/15/2026 6:59:10 PM");
        let dated = dated.build_next(&mut clock);
        assert_eq!(clock.resolve(dated.time()).unwrap().to_string(), "2026-03-15T18:59:10");
        assert_eq!(clock.resolve(EventBuilder::new().build().time()), None);
    }
}
