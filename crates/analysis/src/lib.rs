//! Finds out from Process Monitor captures why a Windows machine's crypto keys
//! broke.
//!
//! Events go in, a [`Report`] comes out: each read of MachineGuid, each step on a
//! key file, linked and named, and what was found. Nothing here opens a file.
//!
//! Start with [`Case`].

mod case;
mod code;
pub mod compare;
mod container;
mod counter;
mod facts;
mod guid;
mod key_answer;
mod key_file;
mod machine_guid;
mod phase;
mod process_tree;
mod remarks;
pub mod report;
mod signature;
mod stacks;
mod step;
pub mod survey;
pub mod touches;
mod trace;
mod verdict;
mod witness;

pub use case::{Case, CaseOptions};
pub use code::{
    CodeAnswer, CodeFamily, CodeForm, CodeParts, CodeSeverity, DecodedCode, ErrorCode, KnownCode,
    known_codes,
};
pub use container::{
    ContainerFeature, ContainerName, ContainerRemedy, ContainerUser, KNOWN_CONTAINERS,
    KnownContainer, NameSource, Names, Product, Provider, RemedyStep, empty_container_len,
};
pub use guid::MachineGuid;
pub use key_answer::{KeyAnswer, KeyQuestion};
pub use key_file::{KeyFile, KeyFolder, KeyRoot, KeyScope};
pub use machine_guid::RegistryView;
pub use phase::{Phase, PhaseSpan};
pub use process_tree::{ProcessNode, ProcessTree};
pub use report::Report;
pub use signature::{Confidence, Evidence, Finding, Severity, SignatureText, signatures};
pub use stacks::{StackCount, StackFrame, StackSummary};
pub use step::Step;
pub use survey::Survey;
pub use trace::Processes;
pub use verdict::CaseVerdict;
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
