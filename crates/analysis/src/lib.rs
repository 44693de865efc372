//! Finds out from Process Monitor captures why a Windows machine's crypto keys broke.
//!
//! Events go in, a [`Report`] comes out: each read of MachineGuid, each step on a key file,
//! linked and named, and what was found. Nothing here opens a file or prints. What follows is
//! a tour in the order in which a program needs the parts.
//!
//! # 1. Open a capture
//!
//! The [`parser`] opens captures of any format, packed or not. A file can hold several, if it is
//! a zip archive.
//!
//! ```
//! use procmonkey_analysis::parser::{Error, Format, Input, ReadOptions};
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
//! while let Some(capture) = input.next_capture() {
//!     assert_eq!(capture?.format(), Format::Csv);
//! }
//! # Ok::<(), Error>(())
//! ```
//!
//! # 2. Make a case
//!
//! A [`Case`] is what is judged together: one capture, or several of one computer. Its
//! [`CaseOptions`] say which processes are followed, which events count, and what is known
//! beforehand.
//!
//! ```
//! use procmonkey_analysis::{Case, CaseOptions, ContainerNames, ProcessSelection};
//!
//! let mut names = ContainerNames::known();
//! names.add_name("WebFarm Key");
//! let options = CaseOptions::new()
//!     .processes(ProcessSelection::named(["inetinfo.exe", "w3wp.exe"]))
//!     .names(names);
//! let case = Case::new(options);
//! # drop(case);
//! ```
//!
//! # 3. Read, and finish
//!
//! [`Case::read`] reads a capture to its end. [`Case::finish`] draws the conclusions.
//!
//! ```
//! use procmonkey_analysis::parser::{Error, Input, ReadOptions};
//! use procmonkey_analysis::{Case, CaseOptions, Report};
//!
//! fn analyze(path: &str) -> Result<Report, Error> {
//!     let mut case = Case::new(CaseOptions::new());
//!     let mut input = Input::open(path, &ReadOptions::new())?;
//!     while let Some(capture) = input.next_capture() {
//!         case.read(&mut capture?)?;
//!     }
//!     Ok(case.finish())
//! }
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let report = analyze(CAPTURE)?;
//! assert_eq!(report.captures[0].events_read, 4055);
//! // What could not be read is counted, never dropped silently.
//! assert_eq!(report.captures[0].losses.count, 0);
//! # Ok::<(), Error>(())
//! ```
//!
//! # 4. Look at the findings
//!
//! A [`Finding`] says what was seen, how sure that is, which events show it, what it does not
//! prove, and what to do first. The [`CaseVerdict`] is the short form of the whole report.
//!
//! ```
//! # use procmonkey_analysis::parser::{Error, Input, ReadOptions};
//! # use procmonkey_analysis::{Case, CaseOptions};
//! use procmonkey_analysis::Severity;
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! # let mut case = Case::new(CaseOptions::new());
//! # let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
//! # while let Some(capture) = input.next_capture() {
//! #     case.read(&mut capture?)?;
//! # }
//! # let report = case.finish();
//! let worst = &report.findings[0];
//! assert_eq!((&*worst.signature, worst.severity), ("MK-01", Severity::Error));
//! assert_eq!(worst.title, "MachineGuid was changed");
//! assert_eq!(worst.evidence[0].events, [1636, 1637, 1638, 1639, 1673, 1674, 2604]);
//! for finding in &report.findings {
//!     println!("{} {}: {}", finding.severity, finding.signature, finding.explanation);
//!     println!("Not proved: {}", finding.does_not_prove.join(" "));
//! }
//! assert_eq!(report.verdict.signature.as_deref(), Some("MK-01"));
//! # Ok::<(), Error>(())
//! ```
//!
//! # 5. Write JSON, and read it back
//!
//! With the feature `serde`, which is on by default, a report is data for any format of serde.
//! As JSON it keeps to `schemas/report.schema.json`.
//!
#![cfg_attr(feature = "serde", doc = "```")]
#![cfg_attr(not(feature = "serde"), doc = "```ignore")]
//! use procmonkey_analysis::{Case, CaseOptions, Report};
//!
//! let report = Case::new(CaseOptions::new()).finish();
//! let json = serde_json::to_string_pretty(&report)?;
//! let same: Report = serde_json::from_str(&json)?;
//! assert_eq!(same, report);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # 6. Stop early
//!
//! [`Case::read_until`] asks whether to go on. What was read until then is in the report, which
//! says that there may be more.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use procmonkey_analysis::parser::{Error, Input, ReadOptions};
//! use procmonkey_analysis::report::CaptureRole;
//! use procmonkey_analysis::{Case, CaseOptions};
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let mut case = Case::new(CaseOptions::new());
//! let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
//! while let Some(capture) = input.next_capture() {
//!     // The first read of MachineGuid is all that this program wants to know.
//!     let outcome = case.read_until(CaptureRole::Case, &mut capture?, |progress| {
//!         if progress.machine_guid_reads == 0 {
//!             ControlFlow::Continue(())
//!         } else {
//!             ControlFlow::Break(())
//!         }
//!     })?;
//!     assert!(outcome.is_break());
//! }
//! let report = case.finish();
//! assert_eq!(report.machine_guid_reads[0].value.short(), "B81E0A4D");
//! assert!(report.captures[0].events_read < 4055);
//! # Ok::<(), Error>(())
//! ```
//!
//! # 7. Add a witness
//!
//! What a capture leaves open, something else often shows: the registry of the computer, a
//! listing of its key folder, its event log. Each such fact is a [`Witness`]; the crate
//! `procmonkey-witness` reads them from files. A witness raises or lowers the confidence of
//! findings, and a finding lists those that support it. Witnesses come before the captures.
//!
//! ```
//! # use procmonkey_analysis::parser::{Error, Input, ReadOptions};
//! use procmonkey_analysis::{Case, CaseOptions, HostMachineGuid, MachineGuid, Witness};
//!
//! # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
//! let mut case = Case::new(CaseOptions::new());
//! let guid = MachineGuid::new("B81E0A4D-52C7-4F39-A6D0-7C13E95F2B86");
//! case.witness(Witness::MachineGuid(HostMachineGuid::new(guid, "reg query")));
//! # let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
//! # while let Some(capture) = input.next_capture() {
//! #     case.read(&mut capture?)?;
//! # }
//! // … read the captures as above …
//! let finding = &case.finish().findings[0];
//! assert_eq!(finding.witnesses, [0]);
//! assert!(finding.raised_by.contains(&"the registry holds the newer value".to_string()));
//! # Ok::<(), Error>(())
//! ```
//!
//! # More
//!
//! [`compare`] finds where a bad capture first differs from a good one. [`ProcessTree`],
//! [`StackSummary`] and [`CaptureStats`] each take in the events of one capture beside a case.
//! [`Explanation`] tells a report in sentences, with questions and answers for a class.
//! [`KeyQuestion`] goes from a key container to its file and back, and [`CodeAnswer`] explains an
//! error code.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub mod capture_stats;
mod case;
mod code;
pub mod compare;
mod container;
mod counter;
mod cross_reference;
pub mod explanation;
mod guid;
mod key_answer;
mod key_file;
mod machine_guid;
mod moment;
mod outcome;
mod phase;
mod process_tree;
mod quick_map;
pub mod report;
mod sentences;
pub mod signature;
mod stacks;
mod step;
mod tally;
mod trace;
mod witness;
pub mod words;

pub use capture_stats::CaptureStats;
pub use case::{CaptureReading, Case, CaseOptions, CaseProgress, ReadingStep};
pub use code::{
    CodeAnswer, CodeFamily, CodeForm, CodeParts, CodeSeverity, DecodedCode, ErrorCode, KnownCode,
    known_codes,
};
pub use container::{
    ContainerFeature, ContainerName, ContainerNames, ContainerRemedy, ContainerUser,
    KNOWN_CONTAINERS, KeySystem, KnownContainer, NameSource, Product, RemedyStep,
    empty_container_len, short_stem,
};
pub use cross_reference::{CrossReference, PathUser, SharedPath};
pub use explanation::Explanation;
pub use guid::MachineGuid;
pub use key_answer::{KeyAnswer, KeyQuestion};
pub use key_file::{KeyFile, KeyFolder, KeyRoot, KeyScope};
pub use machine_guid::RegistryView;
pub use outcome::FailureKind;
pub use phase::{Phase, PhaseSpan};
pub use process_tree::{ProcessNode, ProcessTree, ancestors};
pub use report::{CaseVerdict, Confidence, Evidence, Finding, Report, Severity};
pub use signature::{Signature, SignatureText, signatures};
pub use stacks::{StackCount, StackFrame, StackSummary};
pub use step::Step;
pub use tally::{Measure, Quantity, Statistic, Tally, TallyGroup, TallyKey, UnknownName, Unranked};
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

/// The example of the README is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
