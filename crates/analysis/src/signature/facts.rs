//! What the signatures look at: the report so far, and a few questions about it.

use std::collections::{HashMap, HashSet};

use super::capture_order::CaptureOrder;
use super::computers::{Computer, SameComputer};
use super::of_process::OfProcess;
use crate::container::KnownContainer;
use crate::guid::MachineGuid;
use crate::machine_guid::RegistryView;
use crate::phase::Phase;
use crate::report::{
    Actor, FileAccess, GuidRead, JudgedAs, KeyAccesses, KeyFileSummary, ProcessSummary, Report,
    TimelineEntry,
};
use crate::step::Step;
use crate::trace::{Installing, ValueChange};
use crate::witness::{HostMachineGuid, Witness};

/// The facts of a case: the report without findings and verdict, and what follows from it.
#[derive(Debug)]
pub struct Facts<'r> {
    pub(crate) report: &'r Report,
    /// Events of installers, for each capture.
    installing: &'r [Installing],
    /// The values of MachineGuid that each capture shows, in their order.
    values: &'r [Vec<GuidValue>],
    /// Which capture is the earlier one.
    pub(crate) captures: &'r CaptureOrder,
    /// The computers that the captures are of.
    computers: Vec<Computer>,
    /// What each process of the report did.
    of_process: Vec<OfProcess<'r>>,
    /// The MachineGuid that the user says the computer should have.
    pub(crate) given: Option<&'r MachineGuid>,
    /// Failures of services that a witness reports.
    pub(crate) service_failures: &'r [ServiceFailure],
    /// Whether a filter chose among the events of the processes.
    pub(crate) is_filtered: bool,
}

/// A process that touches more containers than this goes through the folder.
pub(crate) const SWEEP: usize = 4;

/// What one process did with key files.
pub(crate) struct ProcessAccesses<'r> {
    pub(crate) by: &'r Actor,
    pub(crate) files: Vec<&'r FileAccess>,
}

impl ProcessAccesses<'_> {
    /// Whether the process goes through the folder, as backups and scanners do.
    pub(crate) fn is_sweep(&self) -> bool {
        let stems: HashSet<&str> = self.files.iter().map(|access| access.stem.as_str()).collect();
        stems.len() > SWEEP
    }
}

/// A service that failed at the time of a capture, or at a time that cannot be
/// compared, as a witness reports.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceFailure {
    /// Short name of the service, such as `IISADMIN`.
    pub service: String,
    /// The error code that it ended with, such as `0x80090006`.
    pub code: u32,
    /// Where this was read, in words.
    pub source: String,
    /// Index into the report's `witnesses`.
    pub witness: usize,
}

impl ServiceFailure {
    /// Whether a service of IIS ended with the code that a missing or foreign key gives:
    /// bad data, or an invalid signature.
    pub(crate) fn is_of_a_key_of_iis(&self) -> bool {
        const CODES: [u32; 2] = [0x8009_0005, 0x8009_0006];
        const SERVICES: [&str; 4] = ["IISADMIN", "W3SVC", "WAS", "APPHOSTSVC"];
        CODES.contains(&self.code)
            && SERVICES.iter().any(|service| service.eq_ignore_ascii_case(&self.service))
    }
}

/// A value of MachineGuid, from the first event to the last one in which nothing else was
/// seen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GuidValue {
    /// `None` where it was deleted, or set to something that the capture does not show.
    pub value: Option<MachineGuid>,
    /// How it was seen.
    pub how: ValueChange,
    /// Number of the first event.
    pub first: u64,
    /// Number of the last event in which it is the value.
    pub last: u64,
}

/// What is known of the captures of a case beside the report on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CaptureFacts<'r> {
    /// Events of installers, for each capture.
    pub(crate) installing: &'r [Installing],
    /// The values of MachineGuid, for each capture.
    pub(crate) values: &'r [Vec<GuidValue>],
    pub(crate) order: &'r CaptureOrder,
}

impl<'r> Facts<'r> {
    pub(crate) fn new(
        report: &'r Report,
        captures: CaptureFacts<'r>,
        given: Option<&'r MachineGuid>,
        service_failures: &'r [ServiceFailure],
    ) -> Facts<'r> {
        Facts {
            report,
            installing: captures.installing,
            values: captures.values,
            captures: captures.order,
            computers: Computer::all(report),
            of_process: OfProcess::all(report),
            given,
            service_failures,
            is_filtered: false,
        }
    }

    /// The same where a filter chose among the events of the processes: what is missing may
    /// have been removed.
    pub(crate) fn filtered(self, is_filtered: bool) -> Facts<'r> {
        Facts { is_filtered, ..self }
    }

    /// The report so far: captures, processes, timeline, key files, containers, accesses and
    /// witnesses. It has no findings and no verdict yet.
    pub fn report(&self) -> &'r Report {
        self.report
    }

    /// The MachineGuid that the computer should have, as the caller of the analysis says.
    pub fn expected_guid(&self) -> Option<&'r MachineGuid> {
        self.given
    }

    /// The failures of services that witnesses report.
    pub fn service_failures(&self) -> &'r [ServiceFailure] {
        self.service_failures
    }

    /// Whether one capture certainly ends before another one begins. Captures are numbered
    /// as in the report.
    pub fn is_before(&self, one: usize, other: usize) -> bool {
        self.captures.is_before(one, other)
    }

    /// Whether two captures of the report are of one computer. GUIDs of two computers have
    /// nothing to do with each other.
    pub fn same_computer(&self, one: usize, other: usize) -> SameComputer {
        let marks = |capture: usize| self.report.captures.get(capture).map(|it| &it.computer);
        match (marks(one), marks(other)) {
            _ if one == other => SameComputer::Yes,
            (Some(one), Some(other)) => one.same_as(other),
            _ => SameComputer::Unknown,
        }
    }

    /// The values of MachineGuid that a capture shows, in their order, of any process and
    /// from the 64-bit view alone.
    pub fn values(&self, capture: usize) -> &'r [GuidValue] {
        self.values.get(capture).map_or(&[], Vec::as_slice)
    }

    /// The computers that the captures are of: only within one of them GUIDs are
    /// compared.
    pub(crate) fn computers(&self) -> &[Computer] {
        &self.computers
    }

    /// The failure of a service of IIS that a missing or foreign key explains.
    pub(crate) fn failure_of_iis(&self) -> Option<&'r ServiceFailure> {
        self.service_failures.iter().find(|failure| failure.is_of_a_key_of_iis())
    }

    /// The MachineGuid that the registry of the computer holds, with the index of
    /// each witness that says so.
    pub(crate) fn registry_guids(
        &self,
    ) -> impl Iterator<Item = (usize, &'r HostMachineGuid)> + use<'r> {
        self.report.witnesses.iter().enumerate().filter_map(|(index, entry)| match &entry.witness {
            Witness::MachineGuid(seen) => Some((index, seen)),
            _ => None,
        })
    }

    /// What all processes did around key files.
    pub(crate) fn accesses(&self) -> &'r KeyAccesses {
        &self.report.touches
    }

    pub(crate) fn timeline(&self) -> &'r [TimelineEntry] {
        &self.report.timeline
    }

    pub(crate) fn key_files(&self) -> &'r [KeyFileSummary] {
        &self.report.key_files
    }

    /// Whether a program that installs IIS or other parts of Windows runs in a capture.
    pub fn is_installing(&self, capture: usize) -> bool {
        let installing = self.installing_in(capture);
        installing.of_iis.is_some() || installing.of_windows.is_some()
    }

    /// The first events of such programs in a capture.
    pub(crate) fn installing_in(&self, capture: usize) -> Installing {
        self.installing.get(capture).copied().unwrap_or_default()
    }

    /// The process of an entry, when it is one of those that are followed.
    pub(crate) fn process_of(&self, entry: &TimelineEntry) -> Option<&'r ProcessSummary> {
        self.report.processes.get(entry.process_index?)
    }

    /// Whether the process ends within the capture.
    pub(crate) fn exits(&self, process: &ProcessSummary) -> bool {
        process.phases.iter().any(|span| span.phase == Phase::Exit)
    }

    /// Whether the process ends without having reached its services: it looks as if it
    /// gave up. Of one that was not asked for, too few rows are looked at to tell what it
    /// reached; there, the status that it ended with tells.
    pub fn gives_up(&self, by: &Actor) -> bool {
        let process = by.process_index.and_then(|index| self.report.processes.get(index));
        process.is_some_and(|process| {
            let serves = process.phases.iter().any(|span| span.phase == Phase::Services);
            !serves && self.ends(process)
        })
    }

    /// An event, for a sentence.
    pub(crate) fn place_text(&self, capture: usize, event: u64) -> String {
        match self.report.captures.len() {
            1 => format!("event {event}"),
            _ => format!("capture {}, event {event}", capture + 1),
        }
    }

    /// Whether a process was asked for, and not only met at the keys.
    pub(crate) fn was_asked(&self, by: &Actor) -> bool {
        let process = by.process_index.and_then(|index| self.report.processes.get(index));
        process.is_some_and(|process| process.judged_as == JudgedAs::Asked)
    }

    /// Whether the process ends within the capture, where that says something about it:
    /// one that was not asked for may have been done.
    pub(crate) fn ends(&self, process: &ProcessSummary) -> bool {
        match process.judged_as {
            JudgedAs::Asked => self.exits(process),
            JudgedAs::AtTheKeys => process.exit_status.is_some_and(|status| status != 0),
        }
    }

    /// Whether a key file was made within the case.
    pub fn was_created(&self, access: &FileAccess) -> bool {
        self.key_files()
            .iter()
            .any(|file| file.created && file.stem == access.stem && file.guid == access.guid)
    }

    /// What anybody did with the file of an access, this access included.
    pub(crate) fn accesses_alike(
        &self,
        access: &FileAccess,
    ) -> impl Iterator<Item = &'r FileAccess> {
        let (stem, guid, folder) = (access.stem.clone(), access.guid.clone(), access.folder);
        let files = self.accesses().files.iter();
        files.filter(move |it| it.stem == stem && it.guid == guid && it.folder == folder)
    }

    /// The touches of each process, in the order in which it first appears.
    pub(crate) fn by_process(&self) -> Vec<ProcessAccesses<'r>> {
        let mut all: Vec<ProcessAccesses<'r>> = Vec::new();
        let mut places: HashMap<_, usize> = HashMap::new();
        for access in &self.accesses().files {
            let by = &access.by;
            let key = (by.capture, by.process_index, by.pid, by.name.as_deref());
            let place = *places.entry(key).or_insert_with(|| {
                all.push(ProcessAccesses { by, files: Vec::new() });
                all.len() - 1
            });
            all[place].files.push(access);
        }
        all
    }

    /// What each process did with one key file.
    pub(crate) fn accesses_to<'f>(
        &self,
        file: &'f KeyFileSummary,
    ) -> impl Iterator<Item = &'r FileAccess> + use<'r, 'f> {
        self.accesses().files.iter().filter(move |access| {
            access.by.capture == file.capture
                && access.stem == file.stem
                && access.guid == file.guid
                && access.folder == file.folder
        })
    }

    /// Whether a capture shows that a key file was there before an event of it: then a file that
    /// was made in that event took its place, under the same GUID.
    pub(crate) fn was_there_before(&self, file: &KeyFileSummary, event: u64) -> bool {
        let is_before = |shown: &u64| *shown < event;
        let mut accesses = self.accesses_to(file);
        let shown = |access: &FileAccess| {
            let gone = [access.deleted, access.renamed.as_ref().map(|renamed| renamed.event)];
            [access.opened, access.read].into_iter().chain(gone).flatten().any(|it| it < event)
        };
        file.listed_by.iter().any(is_before) || accesses.any(shown)
    }

    /// Whether a process that was not asked for goes through the folder, as backups and
    /// scanners do: it touches many containers and reads no MachineGuid.
    pub fn goes_through(&self, by: &Actor) -> bool {
        by.process_index.and_then(|index| self.of_process.get(index)).is_some_and(|own| {
            !self.was_asked(by) && own.reads.is_empty() && own.stems.len() > SWEEP
        })
    }

    /// The events in which somebody set MachineGuid to a value.
    pub(crate) fn sets_of<'g>(
        &self,
        value: &'g MachineGuid,
    ) -> impl Iterator<Item = &'r TimelineEntry> + use<'r, 'g> {
        self.edits().filter(move |entry| entry.guid.as_ref() == Some(value))
    }

    /// The events in which somebody set MachineGuid, or deleted it.
    pub(crate) fn edits(&self) -> impl Iterator<Item = &'r TimelineEntry> + use<'r> {
        self.timeline().iter().filter(|entry| {
            matches!(entry.step, Step::GuidSet | Step::GuidRemoved)
                && RegistryView::of_value(&entry.path) == Some(RegistryView::Native)
        })
    }

    /// The reads of MachineGuid of a process, of either view.
    pub(crate) fn reads_of(&self, process_index: usize) -> &[&'r GuidRead] {
        self.of_process.get(process_index).map_or(&[], |own| &own.reads)
    }

    /// Whether a process touches any key file, or looks into a folder of keys.
    pub(crate) fn accesses_keys(&self, process_index: usize) -> bool {
        self.of_process.get(process_index).is_some_and(|own| own.at_keys)
    }

    /// How many different containers a process opens, makes or changes.
    pub(crate) fn containers_used(&self, process_index: usize) -> usize {
        self.of_process.get(process_index).map_or(0, |own| own.used.len())
    }

    /// The steps on one key file of one capture.
    pub(crate) fn steps_on(
        &self,
        file: &KeyFileSummary,
    ) -> impl Iterator<Item = &'r TimelineEntry> {
        let (capture, stem, guid) = (file.capture, file.stem.clone(), file.guid.clone());
        self.timeline().iter().filter(move |entry| {
            entry.capture == capture
                && entry.stem.as_deref() == Some(&stem)
                && entry.guid.as_ref() == Some(&guid)
        })
    }

    /// The first event of a step on a key file.
    pub(crate) fn first_step(
        &self,
        file: &KeyFileSummary,
        step: Step,
    ) -> Option<&'r TimelineEntry> {
        self.steps_on(file).find(|entry| entry.step == step)
    }
}

/// What is known of a container of this name, when its loss breaks something.
pub(crate) fn critical(container: Option<&str>) -> Option<&'static KnownContainer> {
    KnownContainer::find_any(container?).filter(|known| known.loss.is_some())
}
