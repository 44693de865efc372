//! Events as XML: from Event Viewer's details, an export, or `wevtutil`.
//!
//! The same in any language: providers are told by name or GUID, services by the
//! short name in the event's binary data.

use procmonkey_analysis::parser::{LossKind, Position};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::facts::RawEvent;
use crate::reading::Collector;
use crate::time::of_rfc3339;
use crate::{Limits, Reading};

/// How deep the elements of an event may be nested. Windows needs five levels.
const MAX_DEPTH: usize = 32;

/// Reads every `<Event>` of a text, whatever stands around them.
///
/// ```
/// use procmonkey_analysis::Witness;
///
/// let xml = r#"<Event><System><Provider Name="Service Control Manager"/><EventID>7024</EventID></System>
///     <EventData><Data Name="param1">IIS Admin Service</Data><Data Name="param2">%%2148073478</Data>
///     <Binary>49004900530041004400</Binary></EventData></Event>"#;
/// let reading = procmonkey_witness::event_xml::read("event.xml", xml.as_bytes());
/// let Some(Witness::Service(event)) = reading.witnesses.first() else { panic!() };
/// assert_eq!(event.service.as_deref(), Some("IISAD"));
/// assert_eq!(event.error.map(|error| error.value), Some(0x80090006));
/// ```
pub fn read(source: &str, bytes: &[u8]) -> Reading {
    Collector::of_text(source, bytes, read_text)
}

pub(crate) fn read_text(source: &str, text: &str, out: &mut Collector<'_>) {
    each_event(text, |part| {
        read_event(source, &part, out);
    });
}

/// Reads one part of a text, and gives the id of its event.
pub(crate) fn read_event(source: &str, part: &Part<'_>, out: &mut Collector<'_>) -> Option<u32> {
    if !part.is_whole {
        out.lose(LossKind::Truncated, part.position, "an <Event> without its end");
        return None;
    }
    match parse(part.xml, out.limits) {
        Ok(event) => {
            out.count_event(&event.provider, event.id);
            if let Some(witness) = event.witness(source) {
                out.add(witness, part.position);
            }
            Some(event.id)
        }
        Err(why) => {
            out.lose(LossKind::DamagedRecord, part.position, why);
            None
        }
    }
}

/// An event in a text.
#[derive(Debug)]
pub(crate) struct Part<'t> {
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    pub(crate) position: Position,
    /// The event; of one that does not end, only its beginning.
    pub(crate) xml: &'t str,
    pub(crate) is_whole: bool,
}

/// Hands each `<Event>` with its place to `each`: damage in one cannot reach into the
/// next.
pub(crate) fn each_event<'t>(text: &'t str, mut each: impl FnMut(Part<'t>)) {
    const END: &str = "</Event>";
    let (mut line, mut counted) = (1, 0);
    // Looked for once, not once for each start before it.
    let mut end = find_from(text, 0, END);
    let mut next = next_start(text, 0);
    while let Some(start) = next {
        line += text[counted..start].matches('\n').count() as u64;
        counted = start;
        let behind = start + "<Event".len();
        if end.is_some_and(|end| end < behind) {
            end = find_from(text, behind, END);
        }
        next = next_start(text, behind);
        // An event that never ends must not swallow the next one.
        let whole = end.filter(|end| next.is_none_or(|next| next >= *end));
        let position = Position::at_byte(start as u64).with_line(line);
        let xml = &text[start..whole.unwrap_or(behind)];
        each(Part { start, position, xml, is_whole: whole.is_some() });
    }
}

/// Where the first `wanted` behind a place ends.
fn find_from(text: &str, from: usize, wanted: &str) -> Option<usize> {
    text.get(from..)?.find(wanted).map(|at| from + at + wanted.len())
}

fn next_start(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let is_event = |at: &usize| {
        rest[at + "<Event".len()..].starts_with(|c: char| c == '>' || c.is_ascii_whitespace())
    };
    rest.match_indices("<Event").map(|(at, _)| at).find(is_event).map(|at| from + at)
}

/// Reads one event.
pub(crate) fn parse(xml: &str, limits: &Limits) -> Result<RawEvent, String> {
    if xml.len() > limits.event_bytes {
        let (length, most) = (xml.len(), limits.event_bytes);
        return Err(format!("an event of {length} bytes, of which no more than {most} are read"));
    }
    let mut reader = Reader::from_str(xml);
    let mut event = RawEvent::default();
    let mut open: Vec<(String, Option<String>)> = Vec::new();
    let mut text = String::new();
    let mut id = None;
    loop {
        match reader.read_event().map_err(|error| format!("damaged XML: {error}"))? {
            Event::Start(tag) => {
                if open.len() == MAX_DEPTH {
                    return Err(format!("elements are nested deeper than {MAX_DEPTH}"));
                }
                attributes(&tag, &mut event);
                open.push((tag.local_name().as_ref().to_string(), attribute(&tag, "Name")));
                text.clear();
            }
            Event::Empty(tag) => {
                attributes(&tag, &mut event);
                if tag.local_name().as_ref() == "Data" && is_open(&open, "EventData") {
                    // It keeps its place: unnamed values are told by their order.
                    event.data.push((attribute(&tag, "Name"), String::new()));
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::CData(part) => text.push_str(&part),
            Event::GeneralRef(part) => {
                text.push_str(unescape(&format!("&{};", &*part)).as_deref().unwrap_or("\u{fffd}"));
            }
            Event::End(_) => {
                let Some((name, key)) = open.pop() else { break };
                let value = std::mem::take(&mut text);
                if is_open(&open, "System") {
                    match name.as_str() {
                        "EventID" => id = value.trim().parse().ok(),
                        "EventRecordID" => event.record = value.trim().parse().ok(),
                        "Computer" => event.computer = Some(value.trim().to_string()),
                        _ => {}
                    }
                } else if is_open(&open, "EventData") {
                    match name.as_str() {
                        "Data" => event.data.push((key, value)),
                        "Binary" => event.binary = value,
                        _ => {}
                    }
                } else if open.iter().any(|(name, _)| name == "UserData")
                    && !value.trim().is_empty()
                {
                    event.data.push((Some(name), value));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err(format!("the element {} does not end", open[open.len() - 1].0));
    }
    event.id = id.ok_or("no EventID that is a number")?;
    Ok(event)
}

fn is_open(open: &[(String, Option<String>)], name: &str) -> bool {
    open.last().is_some_and(|(last, _)| last == name)
}

/// What stands in the attributes of the elements below `System`.
fn attributes(tag: &BytesStart<'_>, event: &mut RawEvent) {
    match tag.local_name().as_ref() {
        "Provider" => {
            event.provider = attribute(tag, "Name").unwrap_or_default();
            event.provider_guid = attribute(tag, "Guid").unwrap_or_default();
        }
        "TimeCreated" => {
            event.time = attribute(tag, "SystemTime").map(|text| of_rfc3339(&text));
        }
        _ => {}
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.html_attributes().flatten().find(|found| found.key.0 == name)?;
    Some(unescape(&found.value).map_or_else(|_| found.value.to_string(), |text| text.into_owned()))
}

#[cfg(test)]
mod tests {
    use procmonkey_analysis::{Witness, WitnessClock};

    use super::*;

    const EVENTS: &str = r#"<?xml version="1.0"?><Events>
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>
<Provider Name='Dienststeuerung' Guid='{555908D1-A6D7-4695-8E1E-26931D2012F4}' EventSourceName='x'/>
<EventID Qualifiers='49152'>7036</EventID><TimeCreated SystemTime='2026-03-05T17:59:13.0386154Z'/>
<EventRecordID>812</EventRecordID><Computer>WEB01</Computer></System>
<EventData><Data Name='param1'>IIS-Verwaltungsdienst &amp; mehr</Data><Data Name='param2'>beendet</Data>
<Binary>490049005300410044004D0049004E002F0031000000</Binary></EventData></Event>
<Event><System><Provider Name="Schannel"/><EventID>36870</EventID></System>
<UserData><EventXML><Type>server</Type><ErrorCode>0x8009030D</ErrorCode></EventXML></UserData></Event>
<Event><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>5058</EventID></System>
<EventData><Data Name="SubjectUserName">SYSTEM</Data><Data Name="KeyName">iisCngWasKey</Data>
<Data Name="KeyType">%%2499</Data><Data Name="KeyFilePath">C:\ProgramData\Microsoft\Crypto\Keys\a_b</Data>
<Data Name="Operation">%%2458</Data><Data Name="ReturnCode">0x0</Data></EventData></Event>
<Event><System><Provider Name="Other"/><EventID>1</EventID></System></Event>
</Events>"#;

    #[test]
    fn events_are_told_in_any_language() {
        let reading = read("x", EVENTS.as_bytes());
        assert!(reading.losses.is_empty(), "{:?}", reading.losses);
        let [Witness::Service(service), Witness::Schannel(key), Witness::KeyOperation(file)] =
            reading.witnesses.as_slice()
        else {
            panic!("{:?}", reading.witnesses)
        };
        assert_eq!(service.service.as_deref(), Some("IISADMIN"));
        assert_eq!(service.display_name.as_deref(), Some("IIS-Verwaltungsdienst & mehr"));
        assert_eq!(service.record, Some(812));
        assert_eq!(service.time.as_ref().map(|time| time.clock), Some(WitnessClock::Utc));
        assert_eq!(key.error.map(|code| code.value), Some(0x8009_030d));
        assert_eq!(
            (file.operation.as_deref(), file.key_type.as_deref()),
            (Some("read"), Some("machine"))
        );
        assert_eq!(file.result.map(|code| code.value), Some(0));
        assert_eq!(reading.count("Other", 1), 1);
    }

    #[test]
    fn damage_stays_within_its_event() {
        let cut = EVENTS.replacen("</EventXML></UserData></Event>", "", 1);
        let reading = read("x", cut.as_bytes());
        assert_eq!((reading.witnesses.len(), reading.losses.count()), (2, 1));
        let torn = EVENTS.replacen("<EventID>36870</EventID>", "<EventID>36870</Event", 1);
        let reading = read("x", torn.as_bytes());
        assert_eq!((reading.witnesses.len(), reading.losses.count()), (2, 1));
    }

    #[test]
    fn a_text_that_ends_anywhere_is_no_accident() {
        for end in 0..EVENTS.len() {
            read("x", &EVENTS.as_bytes()[..end]);
        }
        for name in ["<Event>", "<Event/>", "<Events><Event", &"<Event a='".repeat(50)] {
            read("x", name.as_bytes());
        }
        let deep = format!("<Event>{}</Event>", "<a>".repeat(100_000));
        assert_eq!(read("x", deep.as_bytes()).losses.count(), 1);
        // Work must not grow with the square of the text.
        for many in ["<Event>", "<Event></Event>\n"] {
            let count = 100_000;
            assert_eq!(read("x", many.repeat(count).as_bytes()).losses.count(), count as u64);
        }
    }
}
