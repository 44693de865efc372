//! Events as people paste them: from an article, a ticket, or with Event Viewer's
//! "Copy as text".
//!
//! Every header line may be missing, prose may stand around, and several events may
//! follow each other. What is looked for are the English messages of the Service
//! Control Manager, old and new; of an event in another language the id and the
//! code are kept.

mod header;
mod message;
mod repeats;

use std::borrow::Cow;
use std::collections::HashSet;

use procmonkey_analysis::parser::LossKind;
use procmonkey_analysis::{KeyFileOperation, SchannelEvent, ServiceEvent, Witness, WitnessTime};

use crate::Reading;
use crate::event_xml::{each_event, read_event};
use crate::facts::{code, is_service_control_manager, key_type, operation};
use crate::reading::Collector;
use header::{Section, each_section};

/// Reads the events of a text.
///
/// ```
/// use procmonkey_analysis::Witness;
///
/// let text = "Source: Service Control Manager\nEvent ID: 7024\nDescription:\n\
///     The IIS Admin Service service terminated with the following service-specific error:\n\
///     Invalid Signature.\n";
/// let reading = procmonkey_witness::event_text::read("ticket.txt", text.as_bytes());
/// let Some(Witness::Service(event)) = reading.witnesses.first() else { panic!() };
/// assert_eq!(event.display_name.as_deref(), Some("IIS Admin Service"));
/// assert_eq!(event.error.map(|error| error.value), Some(0x80090006));
/// ```
pub fn read(source: &str, bytes: &[u8]) -> Reading {
    Collector::of_text(source, bytes, read_text)
}

pub(crate) fn read_text(source: &str, text: &str, out: &mut Collector<'_>) {
    let before = out.witnesses().len();
    let (text, xml_ids) = without_xml(source, text, out);
    each_section(&text, |section| {
        // The XML below says all that the text says, and more.
        let told_by_xml = section.id().is_some_and(|id| xml_ids.contains(&id));
        if !(section.ends_in_xml && told_by_xml) {
            read_section(source, &section, out);
        }
    });
    let found = out.witnesses().split_off(before);
    out.witnesses().extend(repeats::without(found));
}

/// Reads the events that stand in the text as XML, and gives the rest of the text
/// and the ids of those events.
fn without_xml<'t>(
    source: &str,
    text: &'t str,
    out: &mut Collector<'_>,
) -> (Cow<'t, str>, HashSet<u32>) {
    let mut rest = String::new();
    let mut ids = HashSet::new();
    let mut from = 0;
    each_event(text, |part| {
        // Prose may speak of such an element.
        let is_spoken_of =
            !part.is_whole && out.is_among_prose() && !begins_event(&text[part.start..]);
        if is_spoken_of {
            return;
        }
        ids.extend(read_event(source, &part, out));
        if part.is_whole {
            rest.push_str(&text[from..part.start]);
            // The lines stay where they are.
            rest.extend(part.xml.matches('\n'));
            from = part.start + part.xml.len();
        }
    });
    if from == 0 {
        return (Cow::Borrowed(text), ids);
    }
    rest.push_str(&text[from..]);
    (Cow::Owned(rest), ids)
}

/// Whether the content of an `<Event>` begins as that of one does.
fn begins_event(xml: &str) -> bool {
    let content = xml.split_once('>').map(|(_, content)| content.trim_start());
    content.is_some_and(|content| content.starts_with("<System"))
}

fn read_section(source: &str, section: &Section, out: &mut Collector<'_>) {
    let provider = section.provider.as_deref().unwrap_or_default();
    let (id, position) = (section.id(), section.position);
    match id {
        Some(36870) => out.add(Witness::Schannel(schannel(source, section)), position),
        Some(5058) => out.add(Witness::KeyOperation(key_operation(source, section)), position),
        _ => {
            let mut found = message::services(&section.body);
            found.iter_mut().for_each(|(_, event)| event.source = source.to_string());
            // The header lines belong to one message; prose behind it may quote it
            // again, or another one.
            match (id, found.iter_mut().find(|(_, event)| id.is_none() || event.id == id)) {
                (_, Some((_, event))) => {
                    event.id_from_wording = id.is_none() && event.id.is_some();
                    apply(section, event);
                }
                (Some(id), None) if is_of_manager(id, provider) => {
                    out.add(Witness::Service(untold(source, id, section)), position);
                }
                (Some(id), None) => {
                    let message =
                        format!("event {id} of {provider:?} says nothing of keys or services");
                    out.lose(LossKind::Unknown, position, message);
                }
                (None, None) => {}
            }
            for (at, event) in found {
                let has_header = id.is_some() && !event.id_from_wording;
                let position = if has_header { position } else { section.place_of(at) };
                out.add(Witness::Service(event), position);
            }
        }
    }
}

/// Whether an event is one of the Service Control Manager's that tell of a service.
fn is_of_manager(id: u32, provider: &str) -> bool {
    (provider.is_empty() || is_service_control_manager(provider))
        && matches!(id, 7000 | 7001 | 7009 | 7011 | 7022..=7024 | 7031 | 7034 | 7036)
}

/// What the header lines say of an event.
fn apply(section: &Section, event: &mut ServiceEvent) {
    event.provider = section.provider.clone();
    event.time = section.time();
    event.computer = section.computer.clone();
}

/// An event whose message is in no wording that is known: another language.
fn untold(source: &str, id: u32, section: &Section) -> ServiceEvent {
    let mut event = ServiceEvent::default();
    event.source = source.to_string();
    event.id = Some(id);
    if matches!(id, 7000 | 7001 | 7023 | 7024)
        && let Some(error) = message::code_in(&section.body)
    {
        event.set_error(error);
    }
    apply(section, &mut event);
    event
}

fn schannel(source: &str, section: &Section) -> SchannelEvent {
    let mut event = SchannelEvent::default();
    event.source = source.to_string();
    event.role = ["server", "client"]
        .iter()
        .find(|role| section.body.contains(&format!("{role} credential")))
        .map(|role| (*role).to_string());
    event.error_text = message::code_in(&section.body).map(str::to_string);
    event.error = event.error_text.as_deref().and_then(code);
    event.time = section.time();
    event.computer = section.computer.clone();
    event
}

fn key_operation(source: &str, section: &Section) -> KeyFileOperation {
    let named = |name: &str| -> Option<String> {
        let value = section.body.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_string())
        })?;
        Some(value).filter(|value| !value.is_empty() && value != "-")
    };
    let mut event = KeyFileOperation::default();
    event.source = source.to_string();
    event.path = named("File Path").or_else(|| named("Key File Path"));
    event.key_name = named("Key Name");
    event.key_provider = named("Provider Name");
    event.operation = named("Operation").map(|text| operation(&text));
    event.key_type = named("Key Type").map(|text| key_type(&text));
    event.result = named("Return Code").as_deref().and_then(code);
    event.account = named("Account Name").or_else(|| named("Security ID"));
    event.time = section.time();
    event.computer = section.computer.clone();
    event
}

/// The time in a header line.
fn time_of(date: Option<&str>, clock: Option<&str>) -> Option<WitnessTime> {
    match (date, clock) {
        (Some(date), Some(clock)) => Some(WitnessTime::local(format!("{date} {clock}"))),
        (Some(text), None) | (None, Some(text)) => Some(WitnessTime::local(text)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
