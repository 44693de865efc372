//! Finds out from Process Monitor captures why a Windows machine's crypto keys
//! broke.
//!
//! Events go in, a [`Report`] comes out: each read of MachineGuid, each step on a
//! key file, linked and named, and what was found. Nothing here opens a file.
//!
//! Start with [`Case`].

pub mod capture_stats;
mod case;
mod code;
pub mod compare;
mod container;
mod counter;
mod guid;
mod key_answer;
mod key_file;
mod machine_guid;
mod moment;
mod outcome;
mod phase;
mod process_tree;
pub mod report;
mod signature;
mod stacks;
mod step;
mod trace;
mod witness;

pub use capture_stats::CaptureStats;
pub use case::{Case, CaseOptions};
pub use code::{CodeAnswer, DecodedCode, ErrorCode, KNOWN_CODES, KnownCode};
pub use container::{
    ContainerName, ContainerNames, KNOWN_CONTAINERS, KnownContainer, NameSource, Provider,
    empty_container_len,
};
pub use guid::MachineGuid;
pub use key_answer::{KeyAnswer, KeyQuestion};
pub use key_file::{KeyFile, KeyFolder, KeyRoot, KeyScope};
pub use machine_guid::RegistryView;
pub use phase::{Phase, PhaseSpan};
pub use process_tree::{ProcessNode, ProcessTree};
pub use report::{CaseVerdict, Confidence, Evidence, Finding, Report, Severity};
pub use signature::{SignatureText, signatures};
pub use stacks::{StackCount, StackFrame, StackSummary};
pub use step::Step;
pub use trace::{ProcessPattern, ProcessSelection};
pub use witness::{
    DebugLine, FolderListing, HostMachineGuid, KeyFileContent, KeyFileHeader, KeyFileOperation,
    ListedFile, SchannelEvent, ServiceEvent, Witness, WitnessClock, WitnessTime,
};

/// The parser that this version was built for.
pub use procmonkey_parser as parser;

/// The examples of the README are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
