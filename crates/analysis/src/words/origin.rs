//! What a report was made from, and what of it could not be read.

use super::amounts::count;
use crate::report::{CaptureRole, CaptureSummary, LossEntry, Report};

/// A capture in a line: its name and format, what was read of it, and its time.
pub fn capture_line(capture: &CaptureSummary) -> String {
    let role = match capture.role {
        CaptureRole::Baseline => " (baseline)",
        CaptureRole::Case => "",
    };
    let mut line = format!(
        "{}{role}, {}, {}; {} of them judged",
        capture.path,
        capture.format.name(),
        read_of(capture, LossStyle::Capitals),
        capture.events_kept
    );
    if let (Some(first), Some(last)) = (&capture.first_time, &capture.last_time) {
        line.push_str(&format!("; {}, {}", span(first, last), capture.zone.words()));
    }
    line
}

/// How the words stand out that say that something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossStyle {
    /// In capitals, where nothing else makes them stand out.
    Capitals,
    /// As any other words.
    Plain,
}

/// How much of a capture was read.
pub fn read_of(capture: &CaptureSummary, style: LossStyle) -> String {
    let amount =
        |number: u64, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let loud = |text: &str| match style {
        LossStyle::Capitals => text.to_uppercase(),
        LossStyle::Plain => text.to_string(),
    };
    let read = capture.events_read;
    match (&capture.broke_off, capture.losses.count, capture.events_expected) {
        (Some(_), ..) => {
            format!("{} read, {}", amount(read, "event"), loud("then it breaks off"))
        }
        (None, 0, _) => format!("{}, all read", amount(read, "event")),
        (None, losses, Some(expected)) if expected > read => {
            let of = loud(&format!("of {expected} events read"));
            format!("{read} {of}, {} could not be read", amount(losses, "place"))
        }
        (None, losses, _) => {
            let lost = loud(&format!("{} could not be read", amount(losses, "place")));
            // The number stands in front of its capitals in the same way.
            format!("{} read, {lost}", amount(read, "event"))
        }
    }
}

/// From when to when, to the second.
pub fn span(first: &str, last: &str) -> String {
    let second = |time: &str| {
        let end = time.find('.').unwrap_or(time.len());
        let digits = time[end..].bytes().skip(1).take_while(u8::is_ascii_digit).count();
        let rest = time.get(end + 1 + digits..).unwrap_or_default();
        format!("{}{rest}", &time[..end]).replace('T', " ")
    };
    let (first, last) = (second(first), second(last));
    // The date of the end is only said where it is another.
    let same_day = first.split(' ').next() == last.split(' ').next() && first.contains(' ');
    let end = match same_day {
        true => last.split_once(' ').map_or(last.as_str(), |(_, time)| time),
        false => &last,
    };
    format!("{first} to {end}")
}

/// Whether something of a capture was not read.
fn is_cut(capture: &CaptureSummary) -> bool {
    capture.losses.count > 0 || capture.broke_off.is_some()
}

/// What was not read of the inputs and of the witnesses, a sentence each. Empty where all of it
/// was read.
pub fn not_read(report: &Report) -> Vec<String> {
    let mut texts = Vec::new();
    for capture in report.captures.iter().filter(|capture| is_cut(capture)) {
        let read = read_of(capture, LossStyle::Plain);
        texts.push(format!("{}: {read}. The verdict stands on what was read.", capture.path));
    }
    let inputs = report.inputs_unread.iter();
    texts.extend(inputs.map(|input| format!("{} was not read: {}.", input.path, input.error)));
    for source in &report.witness_sources {
        match &source.error {
            Some(error) => texts.push(format!("{} was not read: {error}.", source.path)),
            None if source.losses.count > 0 => {
                let places = count(source.losses.count, "place");
                texts.push(format!("{}: {places} could not be read.", source.path));
            }
            None => {}
        }
    }
    texts
}

/// Where a loss is: its record, its line, and its byte.
pub fn loss_place(loss: &LossEntry) -> String {
    let record = loss.record.map(|record| format!("record {record}, ")).unwrap_or_default();
    let line = loss.line.map(|line| format!("line {line}, ")).unwrap_or_default();
    format!("{record}{line}byte {}", loss.byte)
}

/// The parts of the line that says what a report was made from, for one capture.
pub fn origin(capture: &CaptureSummary) -> Vec<String> {
    let mut parts =
        vec![read_of(capture, LossStyle::Plain), format!("{} of them judged", capture.events_kept)];
    if let (Some(first), Some(last)) = (&capture.first_time, &capture.last_time) {
        parts.push(format!("{}, {}", span(first, last), capture.zone.words()));
    }
    parts
}
