//! Events as people paste them: from an article, a ticket, or with Event Viewer's
//! "Copy as text".
//!
//! Every header line may be missing, prose may stand around, and several events may
//! follow each other. What is looked for are the English messages of the Service
//! Control Manager, old and new; of an event in another language the id and the
//! code are kept.

mod header;
mod message;

use procmonkey_analysis::parser::{LossKind, Losses, decode_text};
use procmonkey_analysis::{KeyFileOperation, SchannelEvent, ServiceEvent, Witness, WitnessTime};

use crate::Reading;
use crate::event_xml;
use crate::facts::{code, is_service_control_manager, key_type, operation};
use header::{Section, sections};

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
    let mut reading = Reading::default();
    let text = decode_text(bytes, &mut reading.losses);
    let (text, xml_ids) = without_xml(source, &text, &mut reading);
    for section in sections(&text) {
        // The XML below says all that the text says, and more.
        let told_by_xml = section.id().is_some_and(|id| xml_ids.contains(&id));
        if !(section.ends_in_xml && told_by_xml) {
            read_section(source, &section, &mut reading);
        }
    }
    without_repeats(&mut reading.witnesses);
    reading
}

/// Reads the events that stand in the text as XML, and gives the rest of the text
/// and the ids of those events.
fn without_xml(source: &str, text: &str, reading: &mut Reading) -> (String, Vec<u32>) {
    let mut rest = String::with_capacity(text.len());
    let mut ids = Vec::new();
    let mut from = 0;
    for (start, xml) in event_xml::events_of(text, &mut Losses::default()) {
        rest.push_str(&text[from..start]);
        // The lines stay where they are.
        rest.extend(xml.matches('\n'));
        from = start + xml.len();
        ids.extend(event_xml::parse(xml).ok().map(|event| event.id));
    }
    rest.push_str(&text[from..]);
    if from > 0 {
        event_xml::read_text(source, text, reading);
    }
    (rest, ids)
}

fn read_section(source: &str, section: &Section, reading: &mut Reading) {
    let provider = section.provider.as_deref().unwrap_or_default();
    let id = section.id();
    match id {
        Some(36870) => reading.witnesses.push(Witness::Schannel(schannel(source, section))),
        Some(5058) => reading.witnesses.push(Witness::KeyOperation(key_operation(source, section))),
        _ => {
            let mut found = message::services(&section.body);
            found.iter_mut().for_each(|event| event.source = source.to_string());
            // The header lines belong to one message; prose behind it may quote it
            // again, or another one.
            match (id, found.iter_mut().find(|event| id.is_none() || event.id == id)) {
                (_, Some(event)) => {
                    event.id_from_wording = id.is_none() && event.id.is_some();
                    apply(section, event);
                }
                (Some(id), None) if is_of_manager(id, provider) => {
                    reading.witnesses.push(Witness::Service(without_message(source, id, section)));
                }
                (Some(id), None) => {
                    let message = format!(
                        "event {id} of {provider:?} has nothing to do with keys or services"
                    );
                    reading.losses.add(LossKind::Unknown, section.position, message);
                }
                (None, None) => {}
            }
            reading.witnesses.extend(found.into_iter().map(Witness::Service));
        }
    }
}

/// Whether an event is one of those in which the Service Control Manager reports on a service.
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

/// An event whose message is not worded in a known way, such as one in another language.
fn without_message(source: &str, id: u32, section: &Section) -> ServiceEvent {
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

/// Drops a message that was recognised by its wording alone when the same one is there as an
/// event: prose often repeats what it explains.
fn without_repeats(witnesses: &mut Vec<Witness>) {
    fn same(a: &ServiceEvent, b: &ServiceEvent) -> bool {
        // XML gives the code where the text may give words; names may only be in one.
        a.id == b.id
            && (a.error == b.error || a.error.is_none() || b.error.is_none())
            && (a.display_name == b.display_name
                || a.display_name.is_none()
                || b.display_name.is_none())
    }
    let mut kept: Vec<Witness> = Vec::with_capacity(witnesses.len());
    let events: Vec<ServiceEvent> = witnesses
        .iter()
        .filter_map(|witness| match witness {
            Witness::Service(event) if !event.id_from_wording => Some(event.clone()),
            _ => None,
        })
        .collect();
    for witness in witnesses.drain(..) {
        if let Witness::Service(event) = &witness
            && event.id_from_wording
        {
            let earlier = kept.iter().any(|kept| {
                matches!(kept, Witness::Service(other) if other.id_from_wording && same(event, other))
            });
            if earlier || events.iter().any(|other| same(event, other)) {
                continue;
            }
        }
        kept.push(witness);
    }
    *witnesses = kept;
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
