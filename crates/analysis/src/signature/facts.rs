//! What the signatures look at: the report so far, and a few questions about it.

use std::collections::{HashMap, HashSet};

use crate::container::KnownContainer;
use crate::guid::MachineGuid;
use crate::phase::Phase;
use crate::report::{
    Actor, ContainerSummary, FileAccess, KeyAccesses, KeyFileSummary, ProcessSummary, Report,
    TimelineEntry,
};
use crate::step::Step;
use crate::witness::{HostMachineGuid, Witness};

/// The facts of a case.
pub(crate) struct Facts<'r> {
    pub(crate) report: &'r Report,
    /// Events of installers, for each capture.
    installing: &'r [Vec<u64>],
    /// The MachineGuid that the user says the computer should have.
    pub(crate) given: Option<&'r MachineGuid>,
    /// Failures of services that a witness reports.
    pub(crate) service_failures: &'r [ServiceFailure],
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
pub(crate) struct ServiceFailure {
    /// Short name of the service, such as `IISADMIN`.
    pub(crate) service: String,
    /// The error code that it ended with, such as `0x80090006`.
    pub(crate) code: u32,
    /// Where this was read, for a person.
    pub(crate) source: String,
    /// Index into the report's `witnesses`.
    pub(crate) witness: usize,
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

/// The GUID that counts as the present one, and how that is known.
#[derive(Clone, Debug)]
pub(crate) struct Present {
    pub(crate) guid: MachineGuid,
    /// A key file was used under it after the last read of another value.
    pub(crate) inferred: bool,
}

impl<'r> Facts<'r> {
    pub(crate) fn new(
        report: &'r Report,
        installing: &'r [Vec<u64>],
        given: Option<&'r MachineGuid>,
        service_failures: &'r [ServiceFailure],
    ) -> Facts<'r> {
        Facts { report, installing, given, service_failures }
    }

    /// The failure of a service of IIS that a missing or foreign key explains.
    pub(crate) fn failure_of_iis(&self) -> Option<&'r ServiceFailure> {
        self.service_failures.iter().find(|failure| failure.is_of_a_key_of_iis())
    }

    /// The MachineGuid that the registry of the computer holds, with the index of
    /// each witness that says so.
    pub(crate) fn registry_guids(&self) -> impl Iterator<Item = (usize, &'r HostMachineGuid)> {
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

    /// Whether an installer of Windows features is at work in a capture.
    pub(crate) fn is_installing(&self, capture: usize) -> bool {
        self.installing.get(capture).is_some_and(|events| !events.is_empty())
    }

    /// The last MachineGuid that the case gives evidence of.
    pub(crate) fn present(&self) -> Option<Present> {
        let mut present: Option<Present> = None;
        for entry in self.timeline() {
            let Some(guid) = &entry.guid else { continue };
            if entry.shows_value() {
                present = Some(Present { guid: guid.clone(), inferred: false });
            } else if entry.uses_file() && entry.process.is_none() {
                // The crypto provider names a file after the value that it has
                // just read, so an own use shows the value where its read is
                // missing. Of a named process that reads no value it may be a copy.
                let known = present.as_ref().is_some_and(|present| present.guid == *guid);
                if !known {
                    present = Some(Present { guid: guid.clone(), inferred: true });
                }
            }
        }
        let reference =
            self.given.or_else(|| self.registry_guids().next().map(|(_, seen)| &seen.value));
        present.or_else(|| reference.map(|guid| Present { guid: guid.clone(), inferred: false }))
    }

    /// What is known of a container whose loss breaks something.
    pub(crate) fn critical(&self, container: &ContainerSummary) -> Option<&'static KnownContainer> {
        KnownContainer::find_any(container.name.as_deref()?).filter(|known| known.loss.is_some())
    }

    /// The process of an entry, when it is one of those that are followed.
    pub(crate) fn process_of(&self, entry: &TimelineEntry) -> Option<&'r ProcessSummary> {
        self.report.processes.get(entry.process_index?)
    }

    /// Whether the process ends within the capture.
    pub(crate) fn exits(&self, process: &ProcessSummary) -> bool {
        process.phases.iter().any(|span| span.phase == Phase::Exit)
    }

    /// Whether the process ends without having reached its services: it looks as
    /// if it gave up.
    pub(crate) fn gives_up(&self, by: &Actor) -> bool {
        let process = by.process_index.and_then(|index| self.report.processes.get(index));
        process.is_some_and(|process| {
            let serves = process.phases.iter().any(|span| span.phase == Phase::Services);
            self.exits(process) && !serves
        })
    }

    /// An event, for a sentence.
    pub(crate) fn place_text(&self, capture: usize, event: u64) -> String {
        match self.report.captures.len() {
            1 => format!("event {event}"),
            _ => format!("capture {}, event {event}", capture + 1),
        }
    }

    /// Whether a key file was made within the case.
    pub(crate) fn was_created(&self, access: &FileAccess) -> bool {
        self.key_files()
            .iter()
            .any(|file| file.created && file.stem == access.stem && file.guid == access.guid)
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

    /// Whether a process touches any key file, or looks into a folder of keys.
    pub(crate) fn accesses_keys(&self, process_index: usize) -> bool {
        let index = Some(process_index);
        let accesses = self.accesses();
        accesses.files.iter().any(|access| access.by.process_index == index)
            || accesses.folders.iter().any(|access| access.by.process_index == index)
            || self
                .timeline()
                .iter()
                .any(|entry| entry.process_index == index && entry.stem.is_some())
    }

    /// How many different containers a process opens, makes or changes.
    pub(crate) fn containers_used(&self, process_index: usize) -> usize {
        let stems: HashSet<&str> = self
            .timeline()
            .iter()
            .filter(|entry| entry.process_index == Some(process_index) && entry.uses_file())
            .filter_map(|entry| entry.stem.as_deref())
            .collect();
        stems.len()
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
