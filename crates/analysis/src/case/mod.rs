//! A case: one capture, or several that belong together.

mod capture_order;
mod containers;
mod density;
mod finished;
mod judged_part;
mod options;
mod page;
mod part;
mod placing;
mod reading;
mod remarks;
mod verdict;
mod witnesses;

use std::collections::HashSet;
use std::ops::ControlFlow;

use procmonkey_parser::{Capture, Error, Event};

use crate::phase::PhaseWords;
use crate::report::{
    CaptureRole, CaseVerdict, EventRows, JudgedAs, KeyAccesses, Report, SCHEMA_VERSION,
    UnreadInput, WitnessSource,
};
use crate::signature::{CaptureFacts, Facts, Signature, SignatureSet, find_all};
use crate::witness::Witness;

use judged_part::judged_part;
use part::Part;
use witnesses::{CollectedWitnesses, add_sightings};

pub use options::CaseOptions;
pub use reading::{CaptureReading, CaseProgress, ReadingStep};

/// Reads captures one after the other and ends with a [`Report`].
///
/// ```
/// use procmonkey_analysis::{Case, CaseOptions};
/// use procmonkey_analysis::parser::{Input, ReadOptions};
/// use procmonkey_analysis::report::VerdictState;
///
/// let text = "Event Class: Registry\n\
///             Operation: RegQueryValue\n\
///             Result: SUCCESS\n\
///             Path: HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid\n\
///             Type: REG_SZ\n\
///             Length: 74\n\
///             \n\
///             Data: 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n";
/// let mut case = Case::new(CaseOptions::new());
/// let mut input = Input::from_reader("ticket.txt", text.as_bytes(), &ReadOptions::new())?;
/// while let Some(capture) = input.next_capture() {
///     case.read(&mut capture?)?;
/// }
/// let report = case.finish();
/// assert_eq!(report.machine_guid_reads[0].value.short(), "4f6c1d2e");
/// // No event shows what became of a key file.
/// assert_eq!(report.verdict.state, VerdictState::NotJudged);
/// # Ok::<(), procmonkey_analysis::parser::Error>(())
/// ```
#[derive(Debug)]
pub struct Case {
    options: CaseOptions,
    parts: Vec<Part>,
    witnesses: CollectedWitnesses,
    witness_sources: Vec<WitnessSource>,
    inputs_unread: Vec<UnreadInput>,
    /// Beside those of this crate.
    signatures: SignatureSet,
}

impl Case {
    /// An empty case.
    pub fn new(options: CaseOptions) -> Case {
        Case {
            options,
            parts: Vec::new(),
            witnesses: CollectedWitnesses::default(),
            witness_sources: Vec::new(),
            inputs_unread: Vec::new(),
            signatures: SignatureSet::default(),
        }
    }

    /// Adds an input, or a member of an archive, that could not be read at all, with the
    /// reason: it is part of the report that something was not read.
    ///
    /// ```
    /// use procmonkey_analysis::{Case, CaseOptions};
    ///
    /// let mut case = Case::new(CaseOptions::new());
    /// case.unread_input("bad.csv", "it cannot be opened");
    /// assert_eq!(case.finish().inputs_unread[0].path, "bad.csv");
    /// ```
    pub fn unread_input(&mut self, path: impl Into<String>, error: impl Into<String>) {
        self.inputs_unread.push(UnreadInput { path: path.into(), error: error.into() });
    }

    /// Looks for another failure, too: one that this crate does not know.
    ///
    /// [`Signature`] has an example.
    pub fn with_signature(mut self, signature: impl Signature + 'static) -> Case {
        self.signatures.push(Box::new(signature));
        self
    }

    /// Adds a fact about the computer from outside the captures. A MachineGuid
    /// of its registry counts for the captures that are read afterwards, so witnesses
    /// come first.
    ///
    /// ```
    /// use procmonkey_analysis::{Case, CaseOptions, HostMachineGuid, MachineGuid, Witness};
    ///
    /// let mut case = Case::new(CaseOptions::new());
    /// let guid = MachineGuid::new("4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1");
    /// case.witness(Witness::MachineGuid(HostMachineGuid::new(guid, "hive SOFTWARE")));
    /// assert_eq!(case.finish().witnesses.len(), 1);
    /// ```
    pub fn witness(&mut self, witness: Witness) {
        self.witnesses.add(witness);
    }

    /// Adds what witnesses were read from, also when it gave none: what could not be
    /// read of it is part of the report.
    ///
    /// ```
    /// use procmonkey_analysis::report::WitnessSource;
    /// use procmonkey_analysis::{Case, CaseOptions};
    ///
    /// let mut source = WitnessSource::new("System.evtx", "event_log");
    /// source.error = Some("it cannot be opened".to_string());
    /// let mut case = Case::new(CaseOptions::new());
    /// case.witness_source(source);
    /// let report = case.finish();
    /// assert!(report.verdict.not_shown.iter().any(|line| line.contains("System.evtx")));
    /// ```
    pub fn witness_source(&mut self, source: WitnessSource) {
        self.witness_sources.push(source);
    }

    /// Reads a capture from when all was well, as [`Case::read`] does. It bears
    /// witness to keys and GUIDs of that time, and is not judged itself.
    ///
    /// # Errors
    /// As [`Case::read`].
    pub fn read_baseline(&mut self, capture: &mut Capture<'_>) -> Result<(), Error> {
        self.read_until(CaptureRole::Baseline, capture, |_| ControlFlow::Continue(())).map(|_| ())
    }

    /// Reads a capture to its end and adds it to the case.
    ///
    /// # Errors
    /// When the capture cannot be read further; what was read until then is part
    /// of the case.
    pub fn read(&mut self, capture: &mut Capture<'_>) -> Result<(), Error> {
        self.read_until(CaptureRole::Case, capture, |_| ControlFlow::Continue(())).map(|_| ())
    }

    /// As [`Case::read`], and shows each event that the filter lets through, of any
    /// process, to `each`: for what is made of a capture beside its report.
    ///
    /// # Errors
    /// As [`Case::read`].
    pub fn read_with(
        &mut self,
        capture: &mut Capture<'_>,
        mut each: impl FnMut(&Event),
    ) -> Result<(), Error> {
        let watch = |progress: &CaseProgress<'_>| {
            each(progress.event);
            ControlFlow::Continue(())
        };
        let reading = self.begin_with_every_event(CaptureRole::Case);
        self.read_as(reading, capture, watch).map(|_| ())
    }

    /// As [`Case::read`], or as [`Case::read_baseline`] if that is its role, until `watch`
    /// breaks it off. `watch` is asked behind each event that the analysis takes in; events
    /// that concern nothing of it are passed over in between, without a question.
    ///
    /// What was read until then is part of the case, and a remark says where reading was
    /// stopped. [`ControlFlow::Break`] is given back when it was.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use procmonkey_analysis::parser::{Input, ReadOptions};
    /// use procmonkey_analysis::report::CaptureRole;
    /// use procmonkey_analysis::{Case, CaseOptions};
    ///
    /// let rows = "\"Process Name\",\"Operation\",\"Path\"\n\
    ///             \"inetinfo.exe\",\"CreateFile\",\"C:\\a\"\n\
    ///             \"inetinfo.exe\",\"CreateFile\",\"C:\\b\"\n\
    ///             \"inetinfo.exe\",\"CreateFile\",\"C:\\c\"\n";
    /// let mut input = Input::from_reader("a.csv", rows.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let mut case = Case::new(CaseOptions::new());
    /// let outcome = case.read_until(CaptureRole::Case, &mut capture, |progress| {
    ///     // A program with a window would look at its button here.
    ///     if progress.events_kept < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// })?;
    /// assert_eq!(outcome, ControlFlow::Break(()));
    /// assert_eq!(case.finish().captures[0].events_read, 2);
    /// # Ok::<(), procmonkey_analysis::parser::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Case::read`].
    pub fn read_until(
        &mut self,
        role: CaptureRole,
        capture: &mut Capture<'_>,
        watch: impl FnMut(&CaseProgress<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let reading = self.begin(role);
        self.read_as(reading, capture, watch)
    }

    /// Draws the conclusions.
    pub fn finish(self) -> Report {
        self.finish_with_rows().0
    }

    /// As [`Case::finish`], and gives back the rows that [`CaseOptions::keep_rows`] asked for:
    /// what a page shows beside the report.
    ///
    /// ```
    /// use procmonkey_analysis::parser::{Error, Input, ReadOptions};
    /// use procmonkey_analysis::{Case, CaseOptions};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.csv");
    /// let mut case = Case::new(CaseOptions::new().keep_rows(100));
    /// let mut input = Input::open(CAPTURE, &ReadOptions::new())?;
    /// while let Some(capture) = input.next_capture() {
    ///     case.read(&mut capture?)?;
    /// }
    /// let (_, kept) = case.finish_with_rows();
    /// // The capture has 306 events of inetinfo.exe.
    /// assert_eq!((kept.rows.len(), kept.left_out), (100, 206));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn finish_with_rows(self) -> (Report, EventRows) {
        let Case { options, mut parts, witnesses, witness_sources, inputs_unread, signatures } =
            self;
        let mut report = Report { witness_sources, inputs_unread, ..empty_report(&options) };
        let order = capture_order::sort(&mut parts);
        let (mut clocks, mut installing, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let (mut extents, mut rows) = (Vec::new(), Vec::new());
        let mut kept = EventRows::default();
        for part in parts {
            let beside = part.add_to(&mut report);
            clocks.push(beside.clock);
            installing.push(beside.installing);
            values.push(beside.values);
            extents.push(beside.extent);
            rows.extend(beside.rows);
            kept.append(beside.kept);
        }
        report.containers = containers::containers(&report, &options.names);
        let sorted = witnesses.sort(&clocks, &mut report);
        add_sightings(&mut report, &sorted, &options.names);
        remarks::on_computers(&mut report);
        let captures = CaptureFacts { installing: &installing, values: &values, order: &order };
        let given = options.machine_guid.as_ref();
        let judged = judged_part(&report);
        let facts = Facts::new(&judged, captures, given, &sorted.failures);
        let facts = facts.filtered(options.chooses_events());
        let (findings, left_out) = find_all(&facts, &signatures);
        report.findings = findings;
        report.findings_left_out = left_out;
        keep_what_is_shown(&mut report);
        report.verdict = verdict::of(&report, (&options, &signatures), &extents);
        page::complete(&mut report, &signatures, rows);
        (report, kept)
    }
}

/// Removes from the timeline what processes did that were not asked for and that no
/// finding is about: a scanner has a step for each file.
fn keep_what_is_shown(report: &mut Report) {
    let Report { timeline, processes, findings, .. } = report;
    let found: HashSet<usize> =
        findings.iter().flat_map(|finding| finding.processes.iter().copied()).collect();
    timeline.retain(|entry| {
        entry.process_index.is_none_or(|index| {
            processes[index].judged_as == JudgedAs::Asked || found.contains(&index)
        })
    });
}

fn empty_report(options: &CaseOptions) -> Report {
    let patterns = options.processes.patterns().iter();
    Report {
        schema_version: SCHEMA_VERSION,
        tool: format!("procmonkey {}", env!("CARGO_PKG_VERSION")),
        made: options.made.clone(),
        process_selection: options.processes.scope(),
        processes_asked: patterns.map(ToString::to_string).collect(),
        captures: Vec::new(),
        processes: Vec::new(),
        machine_guid_reads: Vec::new(),
        timeline: Vec::new(),
        key_files: Vec::new(),
        containers: Vec::new(),
        touches: KeyAccesses::default(),
        witnesses: Vec::new(),
        witnesses_left_out: 0,
        witness_sources: Vec::new(),
        inputs_unread: Vec::new(),
        findings: Vec::new(),
        findings_left_out: 0,
        verdict: CaseVerdict::default(),
        guid_signs: Vec::new(),
        cited_events: Vec::new(),
        cited_events_left_out: 0,
        phase_words: PhaseWords::all(),
    }
}
