//! What the parameters of an event mean, wherever they were read.

use procmonkey_analysis::{
    ErrorCode, KeyFileOperation, SchannelEvent, ServiceEvent, Witness, WitnessTime,
};

use crate::text::utf16;

/// An event with its parameters, before they are interpreted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawEvent {
    pub(crate) provider: String,
    pub(crate) provider_guid: String,
    pub(crate) id: u32,
    pub(crate) time: Option<WitnessTime>,
    pub(crate) record: Option<u64>,
    pub(crate) computer: Option<String>,
    /// Name, where it has one, and value.
    pub(crate) data: Vec<(Option<String>, String)>,
    /// Hexadecimal digits.
    pub(crate) binary: String,
}

const SERVICE_CONTROL_MANAGER: &str = "555908d1-a6d7-4695-8e1e-26931d2012f4";
const SCHANNEL: &str = "1f678132-5938-4686-9fdc-c8ff68f15c85";
const SECURITY_AUDITING: &str = "54849625-5478-4994-a5ba-3e3b0328c30d";

/// Whether a provider is the Service Control Manager.
pub(crate) fn is_service_control_manager(name: &str) -> bool {
    // Some logs call it `Service Control Manager Eventlog Provider`.
    name.trim().get(..23).is_some_and(|start| start.eq_ignore_ascii_case("Service Control Manager"))
}

impl RawEvent {
    /// The fact that the event reports; `None` when it has nothing to do with keys
    /// or services.
    pub(crate) fn witness(&self, source: &str) -> Option<Witness> {
        if self.is_from(SERVICE_CONTROL_MANAGER) || is_service_control_manager(&self.provider) {
            return self.service(source).map(Witness::Service);
        }
        let by_name = |name: &str| self.provider.eq_ignore_ascii_case(name);
        match self.id {
            36870 if self.is_from(SCHANNEL) || by_name("Schannel") => {
                Some(Witness::Schannel(self.schannel(source)))
            }
            5058 if self.is_from(SECURITY_AUDITING)
                || by_name("Microsoft-Windows-Security-Auditing") =>
            {
                Some(Witness::KeyOperation(self.key_operation(source)))
            }
            _ => None,
        }
    }

    fn is_from(&self, guid: &str) -> bool {
        self.provider_guid.trim_matches(['{', '}']).eq_ignore_ascii_case(guid)
    }

    /// The value of this name; where values have no names, the one at this place.
    fn value(&self, name: &str, place: usize) -> Option<String> {
        let named = self
            .data
            .iter()
            .find(|(n, _)| n.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name)));
        let at_place = self.data.get(place).filter(|(name, _)| name.is_none());
        let value = named.or(at_place).map(|(_, value)| value.trim().to_string());
        value.filter(|value| !value.is_empty() && value != "-")
    }

    fn param(&self, number: usize) -> Option<String> {
        self.value(&format!("param{number}"), number - 1)
    }

    fn service(&self, source: &str) -> Option<ServiceEvent> {
        let mut event = ServiceEvent::default();
        match self.id {
            7000 | 7023 | 7024 => {
                event.display_name = self.param(1);
                if let Some(error) = self.param(2) {
                    event.set_error(&error);
                }
            }
            7001 => {
                event.display_name = self.param(1);
                event.depends_on = self.param(2);
                if let Some(error) = self.param(3) {
                    event.set_error(&error);
                }
            }
            // These two name the milliseconds first.
            7009 | 7011 => event.display_name = self.param(2),
            7022 | 7031 | 7034 => event.display_name = self.param(1),
            7036 => {
                event.display_name = self.param(1);
                event.state = self.param(2);
            }
            _ => return None,
        }
        event.source = source.to_string();
        event.id = Some(self.id);
        event.provider = Some(self.provider.clone()).filter(|name| !name.is_empty());
        event.service = short_name(&self.binary);
        event.time = self.time.clone();
        event.computer = self.computer.clone();
        event.record = self.record;
        Some(event)
    }

    fn schannel(&self, source: &str) -> SchannelEvent {
        let mut event = SchannelEvent::default();
        event.source = source.to_string();
        event.role = self.value("Type", 0);
        event.error_text = self.value("ErrorCode", 1);
        event.error = event.error_text.as_deref().and_then(code);
        event.time = self.time.clone();
        event.computer = self.computer.clone();
        event.record = self.record;
        event
    }

    fn key_operation(&self, source: &str) -> KeyFileOperation {
        // Only by name: versions of this event differ in what stands where.
        let named = |name: &str| self.value(name, usize::MAX);
        let mut event = KeyFileOperation::default();
        event.source = source.to_string();
        event.path = named("KeyFilePath");
        event.key_name = named("KeyName");
        event.key_provider = named("ProviderName");
        event.operation = named("Operation").map(|text| operation(&text));
        event.key_type = named("KeyType").map(|text| key_type(&text));
        event.result = named("ReturnCode").as_deref().and_then(code);
        event.account = named("SubjectUserName").or_else(|| named("SubjectUserSid"));
        event.time = self.time.clone();
        event.computer = self.computer.clone();
        event.record = self.record;
        event
    }
}

pub(crate) fn code(text: &str) -> Option<ErrorCode> {
    ErrorCode::decode(text).map(|decoded| decoded.code)
}

/// What was done with a key file, as one word where it is known.
pub(crate) fn operation(text: &str) -> String {
    let plain = text.trim().trim_end_matches('.');
    match plain {
        "%%2458" => "read",
        "%%2459" => "write",
        _ if plain.eq_ignore_ascii_case("Delete key file") => "delete",
        _ if plain.eq_ignore_ascii_case("Read persisted key from file") => "read",
        _ if plain.eq_ignore_ascii_case("Write persisted key to file") => "write",
        _ => plain,
    }
    .to_string()
}

/// Whose key it is, as one word where it is known.
pub(crate) fn key_type(text: &str) -> String {
    let plain = text.trim().trim_end_matches('.');
    match plain {
        "%%2499" => "machine",
        "%%2500" => "user",
        _ if plain.eq_ignore_ascii_case("Machine key") => "machine",
        _ if plain.eq_ignore_ascii_case("User key") => "user",
        _ => plain,
    }
    .to_string()
}

/// The short name that the Service Control Manager appends in hexadecimal digits.
/// Event 7036 puts `/` and the number of the state behind it.
fn short_name(binary: &str) -> Option<String> {
    let digits: Vec<u8> = binary
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect();
    let text = utf16(&bytes);
    let name = text.split('/').next().unwrap_or_default();
    // Services of before Vista append other bytes, such as an error number.
    let plausible = !name.is_empty()
        && name.len() <= 256
        && name.chars().all(|c| !c.is_control() && c != char::REPLACEMENT_CHARACTER)
        && name.is_ascii();
    plausible.then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_taken_from_the_binary() {
        let hex = |text: &str| -> String {
            text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).fold(
                String::new(),
                |mut hex, byte| {
                    hex.push_str(&format!("{byte:02X}"));
                    hex
                },
            )
        };
        assert_eq!(short_name(&hex("IISADMIN")).as_deref(), Some("IISADMIN"));
        assert_eq!(short_name(&hex("W3SVC/4")).as_deref(), Some("W3SVC"));
        for damaged in ["", "4", "zz", "06000980", "0000"] {
            assert_eq!(short_name(damaged), None, "{damaged}");
        }
    }

    #[test]
    fn timeouts_name_the_milliseconds_first() {
        let event = RawEvent {
            provider: "Service Control Manager".into(),
            id: 7009,
            data: vec![(None, "30000".into()), (None, "IIS Admin Service".into())],
            ..RawEvent::default()
        };
        let Some(Witness::Service(event)) = event.witness("x") else { panic!() };
        assert_eq!(event.display_name.as_deref(), Some("IIS Admin Service"));
    }
}
