//! Logs of DebugView: what programs write for a debugger. Lines are taken apart
//! into number, time, process and text; nothing is read into the text.

use std::sync::LazyLock;

use procmonkey_analysis::parser::LossKind;
use procmonkey_analysis::{DebugLine, Witness, WitnessTime};
use regex::Regex;

use crate::reading::Collector;

use crate::Reading;
use crate::text::lines;

static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // Seconds since the start, or a clock in the form of the locale.
    Regex::new(
        r"^\s*(?:(\d{1,10})[\t ]+)?(?:(\d+[.,]\d{3,}|\d{1,2}[:.]\d{2}[:.]\d{2}(?:[.,]\d+)?(?: ?[AaPp]\.?[Mm]\.?)?)[\t ]+)?(?:\[(\d{1,10})\] ?)?(.*)$",
    )
    .ok()
});

/// Reads the lines of a log. A line in no form that is known is all text.
///
/// ```
/// use procmonkey_analysis::Witness;
///
/// let log = "00000001\t0.00000000\t[1508] starting\r\n";
/// let reading = procmonkey_witness::debugview::read("debug.log", log.as_bytes());
/// let Some(Witness::Debug(line)) = reading.witnesses.first() else { panic!() };
/// assert_eq!((line.sequence, line.pid, line.text.as_str()), (Some(1), Some(1508), "starting"));
/// ```
pub fn read(source: &str, bytes: &[u8]) -> Reading {
    Collector::of_text(source, bytes, read_text)
}

/// The longest line that is kept whole, in bytes. DebugView cuts at some thousands.
const MAX_LINE: usize = 64 * 1024;

pub(crate) fn read_text(source: &str, text: &str, out: &mut Collector<'_>) {
    for line in lines(text).filter(|line| !line.text.trim().is_empty()) {
        if out.is_among_prose() && !is_copied(line.text) {
            continue;
        }
        let end = line.text.floor_char_boundary(MAX_LINE);
        if end < line.text.len() {
            let length = line.text.len();
            let message = format!("a line of {length} bytes, of which the first {end} are kept");
            out.lose(LossKind::DamagedField, line.position, message);
        }
        let mut parsed = parse(&line.text[..end]);
        parsed.source = source.to_string();
        out.add(Witness::Debug(parsed), line.position);
    }
}

/// Whether a line has the form that DebugView gives it, wherever it stands: a number of eight
/// digits, a time, and mostly the process.
fn is_copied(line: &str) -> bool {
    let start = line.trim_start();
    let digits = start.bytes().take_while(u8::is_ascii_digit).count();
    if digits < 8 || !start[digits..].starts_with(['\t', ' ']) {
        return false;
    }
    let parsed = parse(&line[..line.floor_char_boundary(MAX_LINE)]);
    parsed.sequence.is_some()
        && parsed.time.is_some()
        && (parsed.pid.is_some() || start[digits..].starts_with('\t'))
}

/// Whether most of the first lines have a form of their own.
pub(crate) fn looks_like(text: &str) -> bool {
    let first: Vec<DebugLine> = lines(text)
        .filter(|line| !line.text.trim().is_empty())
        .take(20)
        .map(|line| parse(&line.text[..line.text.floor_char_boundary(MAX_LINE)]))
        .collect();
    let formed = first
        .iter()
        .filter(|line| line.pid.is_some() || (line.sequence.is_some() && line.time.is_some()))
        .count();
    formed > 0 && formed * 2 > first.len()
}

fn parse(line: &str) -> DebugLine {
    let mut parsed = DebugLine::default();
    let captures = LINE.as_ref().and_then(|pattern| pattern.captures(line));
    let part = |number| captures.as_ref().and_then(|found| found.get(number)).map(|m| m.as_str());
    let (sequence, time, pid) = (part(1), part(2), part(3));
    // A number alone may as well be the beginning of the text.
    if time.is_none() && pid.is_none() {
        parsed.text = line.to_string();
        return parsed;
    }
    parsed.sequence = sequence.and_then(|digits| digits.parse().ok());
    parsed.time = time.map(|time| match time.contains(':') {
        true => WitnessTime::local(time),
        false => WitnessTime::unknown(time),
    });
    parsed.pid = pid.and_then(|digits| digits.parse().ok());
    parsed.text = part(4).unwrap_or_default().to_string();
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_columns_is_taken_apart() {
        for (line, sequence, time, pid, text) in [
            (
                "00000012\t1.25000000\t[1508] a [b] c",
                Some(12),
                Some("1.25000000"),
                Some(1508),
                "a [b] c",
            ),
            ("00000012\t6:59:11 PM\t[1508] x", Some(12), Some("6:59:11 PM"), Some(1508), "x"),
            ("18:59:11.123 [7] x", None, Some("18:59:11.123"), Some(7), "x"),
            ("[1508] x", None, None, Some(1508), "x"),
            ("00000003\t0.10000000\tkernel text", Some(3), Some("0.10000000"), None, "kernel text"),
            ("404 not found", None, None, None, "404 not found"),
            ("[99999999999] x", None, None, None, "[99999999999] x"),
        ] {
            let parsed = parse(line);
            assert_eq!(parsed.sequence, sequence, "{line}");
            assert_eq!(parsed.time.map(|time| time.text).as_deref(), time, "{line}");
            assert_eq!((parsed.pid, parsed.text.as_str()), (pid, text), "{line}");
        }
        assert!(looks_like("[1] a\n[2] b\n") && !looks_like("a\nb\n[1] c\n") && !looks_like(""));
    }
}
