//! Everything that one analysis found, as data. It is all that a renderer sees.
//!
//! With the feature `serde` (on by default) its serialised form is the JSON report that
//! `schemas/report.schema.json` describes, and a report can be read back from it:
//!
#![cfg_attr(feature = "serde", doc = "```")]
#![cfg_attr(not(feature = "serde"), doc = "```ignore")]
//! use procmonkey_analysis::{Case, CaseOptions, Report};
//!
//! let report = Case::new(CaseOptions::new()).finish();
//! let json = serde_json::to_string(&report)?;
//! let same: Report = serde_json::from_str(&json)?;
//! assert_eq!(serde_json::to_string(&same)?, json);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Fields that a later version adds are passed over. Of a report whose
//! [`schema_version`](Report::schema_version) is greater than [`SCHEMA_VERSION`], the fields may
//! mean something else.

mod accesses;
mod actor;
mod advice;
mod capture;
mod computer;
mod density;
mod event_rows;
mod finding;
mod guid_access;
mod key_file_state;
mod keys;
mod made;
mod summary;
mod timeline;
mod verdict;
mod witnesses;

use crate::phase::PhaseWords;

pub use accesses::{
    DependencyChange, DependencyChangeKind, FileAccess, FolderAccess, Holder, KeyAccesses,
    MasterKeyAccess, ProgramAccess, ProgramUse, ProviderSearch,
};
pub use actor::{Actor, FailedOperation, Renaming};
pub use advice::{
    Answer, CitedEvent, Confirmation, DoFirst, Effect, GuidSign, UnreadInput, VerdictEvidence,
    with_letters,
};
pub use capture::{
    CaptureRole, CaptureSummary, JudgedAs, LossEntry, LossSummary, ProcessCount, ProcessSummary,
    StoredFile, UnknownEntry, ZoneKnowledge,
};
pub use computer::{ComputerMarks, ComputerName, Volume};
pub use density::{DensityBasis, EventDensity};
pub use event_rows::EventRows;
pub use finding::{Confidence, EventPlace, Evidence, Finding, GuidRole, NamedGuid, Severity};
pub use guid_access::{HardwareKeyAccess, HardwareStore, MachineGuidAccess};
pub use key_file_state::{KeyFileCondition, KeyFileState};
pub use keys::{ContainerGuid, ContainerSummary, CreationProof, KeyFileSummary};
pub use made::Made;
pub use summary::{ReportSummary, SignatureCount};
pub use timeline::{GuidRead, GuidRelation, GuidSource, Link, LinkVia, TimelineEntry};
pub(crate) use timeline::{OPENED_KNOWN, OPENED_UNKNOWN};
pub use verdict::{CaseVerdict, MainProcess, Missing, MissingKind, VerdictState};
pub use witnesses::{ListedKey, Placed, WitnessEntry, WitnessSource};

/// Version of the report's form. It grows when a field changes its meaning or
/// goes away; new fields do not change it.
pub const SCHEMA_VERSION: u32 = 2;

/// The report of one case: one capture, or several that belong together.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Name and version of the program that made it.
    pub tool: String,
    /// By which command line it was made, and when; `None` unless that was asked for, so that the
    /// same input gives the same report.
    pub made: Option<Made>,
    /// Which processes are judged.
    pub process_selection: ProcessScope,
    /// The names, patterns and PIDs that were asked for; empty where none was.
    pub processes_asked: Vec<String>,
    /// The captures, in the order of their dates; those whose times cannot be compared
    /// with those of the others at the places at which they were given.
    pub captures: Vec<CaptureSummary>,
    /// The process instances that are judged.
    pub processes: Vec<ProcessSummary>,
    /// Each logical read of MachineGuid.
    pub machine_guid_reads: Vec<GuidRead>,
    /// Every step of the processes that were asked for, and of others about whom something
    /// was found, in the order of captures and events.
    pub timeline: Vec<TimelineEntry>,
    /// Every key file that was touched or listed.
    pub key_files: Vec<KeyFileSummary>,
    /// The containers behind them, with the GUIDs that each was seen under.
    pub containers: Vec<ContainerSummary>,
    /// What any process did around key files: evidence for the findings.
    pub touches: KeyAccesses,
    /// What is known of the computer from outside the captures, and its place on
    /// their timeline.
    pub witnesses: Vec<WitnessEntry>,
    /// How many witnesses are left out, because they are far from the captures and
    /// of other services, or too many.
    pub witnesses_left_out: u64,
    /// What the witnesses were read from, and what of it could not be read.
    pub witness_sources: Vec<WitnessSource>,
    /// Inputs, and members of archives, that could not be read at all.
    pub inputs_unread: Vec<UnreadInput>,
    /// What was found, worst first.
    pub findings: Vec<Finding>,
    /// How many further findings there are that are not in `findings`, because those of the same
    /// signature and severity are too many.
    pub findings_left_out: u64,
    /// The conclusion, in a few lines.
    pub verdict: CaseVerdict,
    /// The letters that GUIDs have on every page.
    pub guid_signs: Vec<GuidSign>,
    /// The rows that the report refers to by their numbers: those of the findings, and as
    /// many as may be of those of key files, containers and touches.
    pub cited_events: Vec<CitedEvent>,
    /// How many further rows the report refers to that are not in `cited_events`.
    pub cited_events_left_out: u64,
    /// The phases in words.
    pub phase_words: Vec<PhaseWords>,
}

/// Which processes a report judges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ProcessScope {
    /// `inetinfo.exe`, and every process that touched a key file or a key folder, or failed
    /// at MachineGuid.
    #[default]
    AtTheKeys,
    /// Every process.
    All,
    /// Those that were asked for.
    Named,
}
