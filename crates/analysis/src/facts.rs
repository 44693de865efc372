//! What the signatures look at: the report so far, and a few questions about it.

use std::collections::HashSet;

use crate::container::KnownContainer;
use crate::guid::MachineGuid;
use crate::phase::Phase;
use crate::report::{ContainerSummary, KeyFileSummary, ProcessSummary, Report, TimelineEntry};
use crate::step::Step;

/// The facts of a case.
pub(crate) struct Facts<'r> {
    pub(crate) report: &'r Report,
    /// Events of installers, for each capture.
    installing: &'r [Vec<u64>],
    /// The MachineGuid that the user says the computer should have.
    pub(crate) given: Option<&'r MachineGuid>,
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
    ) -> Facts<'r> {
        Facts { report, installing, given }
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
        present.or_else(|| self.given.map(|guid| Present { guid: guid.clone(), inferred: false }))
    }

    /// What is known of a container whose loss breaks something.
    pub(crate) fn critical(&self, container: &ContainerSummary) -> Option<&'static KnownContainer> {
        known(container.name.as_deref()?).filter(|known| known.loss.is_some())
    }

    /// The process of an entry, when it is one of those that are followed.
    pub(crate) fn process_of(&self, entry: &TimelineEntry) -> Option<&'r ProcessSummary> {
        self.report.processes.get(entry.process_index?)
    }

    /// Whether the process ends within the capture.
    pub(crate) fn exits(&self, process: &ProcessSummary) -> bool {
        process.phases.iter().any(|span| span.phase == Phase::Exit)
    }

    /// Whether a process touches any key file.
    pub(crate) fn touches_keys(&self, process_index: usize) -> bool {
        self.timeline()
            .iter()
            .any(|entry| entry.process_index == Some(process_index) && entry.stem.is_some())
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

/// The known container of this name, of either key system.
pub(crate) fn known(name: &str) -> Option<&'static KnownContainer> {
    use crate::container::Provider::{Capi, Cng};
    KnownContainer::find(name, Capi).or_else(|| KnownContainer::find(name, Cng))
}
