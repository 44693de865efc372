//! The header lines of events, and the text that belongs to each.

use procmonkey_analysis::WitnessTime;
use procmonkey_analysis::parser::Position;

use crate::text::lines;

/// An event with its header lines, or prose without any.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) position: Position,
    pub(super) provider: Option<String>,
    event_id: Option<String>,
    date: Option<String>,
    clock: Option<String>,
    pub(super) computer: Option<String>,
    /// Everything that is not a header line.
    pub(super) body: String,
    /// Where parts of the body begin in it, and where those stand in the text.
    parts: Vec<(usize, Position)>,
    /// Whether the event was also given as XML.
    pub(super) ends_in_xml: bool,
    /// Whether the last line was a header line.
    follows_header: bool,
    /// Labels that were seen, as bits by their place in [`LABELS`].
    seen: u32,
}

/// The labels of header lines: of Event Viewer's "Copy as text" since Vista, and
/// of the copy button of 2003.
const LABELS: [&str; 19] = [
    "Log Name",
    "Source",
    "Event Source",
    "Event ID",
    "Event Type",
    "Event Category",
    "Task Category",
    "Level",
    "Type",
    "Date",
    "Logged",
    "Time",
    "Keywords",
    "User",
    "Computer",
    "OpCode",
    "Category",
    "Description",
    "Event Xml",
];

/// Labels that may be the first one of an event.
const FIRST: [&str; 10] = [
    "Log Name",
    "Source",
    "Event Source",
    "Event ID",
    "Event Type",
    "Type",
    "Level",
    "Date",
    "Logged",
    "Computer",
];

/// Splits a text into events and hands each to `take`. Prose before the first header
/// line is a section too.
pub(super) fn each_section(text: &str, mut take: impl FnMut(Section)) {
    let mut section = Section::default();
    for line in lines(text) {
        match header(line.text) {
            Some((place, value)) => {
                let label = LABELS[place];
                let ended = section.seen >> place & 1 == 1
                    || (section.has_body() && FIRST.contains(&label));
                if ended {
                    take(std::mem::take(&mut section));
                }
                if section.seen == 0 {
                    section.position = line.position;
                }
                section.seen |= 1 << place;
                section.set(label, value, line.position);
                section.follows_header = true;
            }
            None => {
                if section.follows_header || section.parts.is_empty() {
                    section.parts.push((section.body.len(), line.position));
                    section.follows_header = false;
                }
                section.body.push_str(line.text);
                section.body.push('\n');
            }
        }
    }
    take(section);
}

/// A header line: the place of its label, and its value.
fn header(line: &str) -> Option<(usize, &str)> {
    // People quote tickets with `>` and make labels bold with `*`.
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || c == '>' || c == '*');
    let (label, value) = line.split_once(':')?;
    let label = label.trim_end_matches(|c: char| c.is_whitespace() || c == '*');
    let place = LABELS.iter().position(|known| known.eq_ignore_ascii_case(label))?;
    Some((place, value.trim_matches(|c: char| c.is_whitespace() || c == '*')))
}

impl Section {
    fn has_body(&self) -> bool {
        !self.body.trim().is_empty()
    }

    fn set(&mut self, label: &str, value: &str, position: Position) {
        let text = Some(value.to_string()).filter(|value| !value.is_empty());
        match label {
            "Source" | "Event Source" => self.provider = text,
            "Event ID" => self.event_id = text,
            "Date" | "Logged" => self.date = text,
            "Time" => self.clock = text,
            "Computer" => self.computer = text,
            "Description" => {
                self.parts.push((self.body.len(), position));
                self.body.push_str(value);
                self.body.push('\n');
            }
            "Event Xml" => self.ends_in_xml = true,
            _ => {}
        }
    }

    /// Where a place of the body stands in the text.
    pub(super) fn place_of(&self, at: usize) -> Position {
        let next = self.parts.partition_point(|part| part.0 <= at);
        let Some((begin, position)) = next.checked_sub(1).and_then(|part| self.parts.get(part))
        else {
            return self.position;
        };
        let lines = self.body.get(*begin..at).map_or(0, |before| before.matches('\n').count());
        match position.line {
            Some(line) => position.with_line(line + lines as u64),
            None => *position,
        }
    }

    /// The event id, where a line names it: `7024`, or `7024 (0xC0001B70)`.
    pub(super) fn id(&self) -> Option<u32> {
        let text = self.event_id.as_deref()?;
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..digits].parse().ok()
    }

    /// The time as it was written, on the clock of whoever copied it.
    pub(super) fn time(&self) -> Option<WitnessTime> {
        super::time_of(self.date.as_deref(), self.clock.as_deref())
    }
}
