//! Facts from outside a capture: what an event log, a registry hive, a folder or a
//! debugger's log says about the same computer.
//!
//! Nothing here is read by this crate; a reader fills it, and an analysis may use
//! it to prove or disprove what a capture alone leaves open.

mod folder;
mod sentence;

pub use folder::{FolderListing, KeyFileContent, KeyFileHeader, ListedFile};

use crate::code::ErrorCode;
use crate::guid::MachineGuid;

/// One fact from outside the capture.
///
/// ```
/// use procmonkey_analysis::{HostMachineGuid, MachineGuid, Witness};
///
/// let guid = MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1");
/// let witness = Witness::MachineGuid(HostMachineGuid::new(guid, "hive SOFTWARE"));
/// assert_eq!(witness.source(), "hive SOFTWARE");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", tag = "kind"))]
#[non_exhaustive]
pub enum Witness {
    /// The MachineGuid that a computer has or had.
    MachineGuid(HostMachineGuid),
    /// What a key folder holds.
    Folder(FolderListing),
    /// A service that failed, or changed its state.
    Service(ServiceEvent),
    /// An operation on a key file that Windows audited.
    KeyOperation(KeyFileOperation),
    /// A certificate whose private key could not be used.
    Schannel(SchannelEvent),
    /// A line that a program wrote for a debugger.
    Debug(DebugLine),
}

impl Witness {
    /// Where it was read, for a person.
    pub fn source(&self) -> &str {
        match self {
            Witness::MachineGuid(seen) => &seen.source,
            Witness::Folder(seen) => &seen.source,
            Witness::Service(seen) => &seen.source,
            Witness::KeyOperation(seen) => &seen.source,
            Witness::Schannel(seen) => &seen.source,
            Witness::Debug(seen) => &seen.source,
        }
    }
}

impl Witness {
    /// What it says, in a sentence for a person. Of what a program wrote for a
    /// debugger, its own words.
    ///
    /// ```
    /// use procmonkey_analysis::{HostMachineGuid, MachineGuid, Witness};
    ///
    /// let guid = MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1");
    /// let witness = Witness::MachineGuid(HostMachineGuid::new(guid, "hive SOFTWARE"));
    /// let sentence = witness.sentence();
    /// assert_eq!(sentence, "hive SOFTWARE: MachineGuid is 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1");
    /// ```
    pub fn sentence(&self) -> String {
        sentence::of(self)
    }
}

/// Which clock a time was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum WitnessClock {
    /// UTC.
    Utc,
    /// The wall clock of the computer that made the text.
    Local,
    /// The text does not say.
    #[default]
    Unknown,
}

/// A time as it was written, and as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct WitnessTime {
    /// As it was written.
    pub text: String,
    /// Ticks of 100 ns since 1601-01-01 on `clock`; `None` where the text leaves
    /// open which number is the day.
    pub ticks: Option<i64>,
    /// The clock.
    pub clock: WitnessClock,
}

impl WitnessTime {
    /// A time that is known exactly, in UTC.
    pub fn utc(text: impl Into<String>, ticks: i64) -> WitnessTime {
        WitnessTime { text: text.into(), ticks: Some(ticks), clock: WitnessClock::Utc }
    }

    /// A text on the wall clock of the computer that made it, whose order of day and month
    /// is left open.
    pub fn local(text: impl Into<String>) -> WitnessTime {
        WitnessTime { text: text.into(), ticks: None, clock: WitnessClock::Local }
    }

    /// A text, and nothing more.
    pub fn unknown(text: impl Into<String>) -> WitnessTime {
        WitnessTime { text: text.into(), ticks: None, clock: WitnessClock::Unknown }
    }
}

/// The MachineGuid of a computer, from its registry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct HostMachineGuid {
    /// Where it was read, such as `hive SOFTWARE`.
    pub source: String,
    /// The value as it is there.
    pub value: MachineGuid,
    /// When the registry key was last written, where that is known.
    pub written: Option<WitnessTime>,
    /// What a reader of it should know, such as that the hive was not closed.
    pub remarks: Vec<String>,
}

impl HostMachineGuid {
    /// A value and where it was read.
    pub fn new(value: MachineGuid, source: impl Into<String>) -> HostMachineGuid {
        HostMachineGuid { source: source.into(), value, written: None, remarks: Vec::new() }
    }
}

/// A message of the Service Control Manager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ServiceEvent {
    /// Where it was read.
    pub source: String,
    /// The event id, such as 7024; `None` for the dialog that the Services window
    /// shows in its place.
    pub id: Option<u32>,
    /// Whether the id was concluded from the wording, because no line names it.
    pub id_from_wording: bool,
    /// Name of the provider, as written.
    pub provider: Option<String>,
    /// Short name of the service, such as `IISADMIN`: the same in any language.
    pub service: Option<String>,
    /// Name of the service as people see it, in the language of the computer.
    pub display_name: Option<String>,
    /// The service that it depends on and that failed (event 7001).
    pub depends_on: Option<String>,
    /// The state that it entered (event 7036), as written.
    pub state: Option<String>,
    /// The error as written.
    pub error_text: Option<String>,
    /// The error as a code, where the text means one.
    pub error: Option<ErrorCode>,
    /// What was assumed to find the code.
    pub error_note: Option<String>,
    /// When it happened.
    pub time: Option<WitnessTime>,
    /// Name of the computer.
    pub computer: Option<String>,
    /// Number of the record in its log.
    pub record: Option<u64>,
}

/// Short names of the services around IIS, with their English display names.
const SERVICES: [(&str, &str); 6] = [
    ("IISADMIN", "IIS Admin Service"),
    ("W3SVC", "World Wide Web Publishing Service"),
    ("WAS", "Windows Process Activation Service"),
    ("SMTPSVC", "Simple Mail Transfer Protocol (SMTP)"),
    ("MSFTPSVC", "FTP Publishing Service"),
    ("AppHostSvc", "Application Host Helper Service"),
];

impl ServiceEvent {
    /// Whether it is about the service of this short name: by the short name of
    /// the event, or by the English display name where the event has no other.
    ///
    /// ```
    /// use procmonkey_analysis::ServiceEvent;
    ///
    /// let mut event = ServiceEvent::default();
    /// event.display_name = Some("IIS Admin Service".into());
    /// assert!(event.is_about("IISADMIN"));
    /// ```
    pub fn is_about(&self, service: &str) -> bool {
        if let Some(short) = &self.service {
            return short.eq_ignore_ascii_case(service);
        }
        let Some(display) = &self.display_name else { return false };
        display.eq_ignore_ascii_case(service)
            || SERVICES.iter().any(|(short, long)| {
                short.eq_ignore_ascii_case(service) && long.eq_ignore_ascii_case(display)
            })
    }

    /// Keeps the error as it was written, and decodes it where it is a code.
    pub fn set_error(&mut self, text: &str) {
        let decoded = ErrorCode::decode(text);
        self.error = decoded.as_ref().map(|decoded| decoded.code);
        self.error_note = decoded.and_then(|decoded| decoded.note);
        self.error_text = Some(text.trim().to_string());
    }
}

/// An audited operation on a key file: event 5058 of the Security log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeyFileOperation {
    /// Where it was read.
    pub source: String,
    /// The path of the key file.
    pub path: Option<String>,
    /// The name of the key.
    pub key_name: Option<String>,
    /// The key storage provider.
    pub key_provider: Option<String>,
    /// What was done, such as `read` or `write`; as written where it is unknown.
    pub operation: Option<String>,
    /// Whose key it is: `machine` or `user`; as written where it is unknown.
    pub key_type: Option<String>,
    /// The result, 0 for success.
    pub result: Option<ErrorCode>,
    /// The account that did it.
    pub account: Option<String>,
    /// When it happened.
    pub time: Option<WitnessTime>,
    /// Name of the computer.
    pub computer: Option<String>,
    /// Number of the record in its log.
    pub record: Option<u64>,
}

/// A certificate whose private key could not be used: event 36870 of Schannel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SchannelEvent {
    /// Where it was read.
    pub source: String,
    /// `client` or `server`, as written: whose credential it was.
    pub role: Option<String>,
    /// The error as written.
    pub error_text: Option<String>,
    /// The error that the crypto module returned.
    pub error: Option<ErrorCode>,
    /// When it happened.
    pub time: Option<WitnessTime>,
    /// Name of the computer.
    pub computer: Option<String>,
    /// Number of the record in its log.
    pub record: Option<u64>,
}

/// A line that a program wrote for a debugger. Nothing is read into its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DebugLine {
    /// Where it was read.
    pub source: String,
    /// Its number in the log, where the log numbers its lines.
    pub sequence: Option<u64>,
    /// When it was written, where the log says so.
    pub time: Option<WitnessTime>,
    /// The process that wrote it.
    pub pid: Option<u32>,
    /// The text.
    pub text: String,
}
