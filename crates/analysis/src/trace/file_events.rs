//! Events on key files and their folders.

use procmonkey_parser::{Event, plain_operation};

use super::file_step::{FileStep, ForCreation};
use super::{RawStep, Trace, event_ref};
use crate::container::empty_container_len;
use crate::key_file::{KeyFile, KeyFolder, is_short_key_name};
use crate::outcome::Outcome;
use crate::phase::Phase;
use crate::step::Step;

impl Trace<'_> {
    pub(super) fn observe_file(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let Some(detail) = event.detail() else {
            return self.observe_file_bare(event, instance, operation, path);
        };
        let plain = plain_operation(operation, &detail).to_string();
        self.note_program(event, instance, &plain, path);
        if plain == "QueryDirectory" {
            return self.observe_listing(event, instance, path);
        }
        self.file_step(event, instance, &plain, path);
    }

    /// An event without a Detail column still tells of opens and failures.
    fn observe_file_bare(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        if operation == "QueryDirectory" {
            return self.observe_listing(event, instance, path);
        }
        self.file_step(event, instance, operation, path);
    }

    fn file_step(&mut self, event: &Event, instance: Option<usize>, operation: &str, path: &str) {
        let detail = event.detail();
        let result = event.result().unwrap_or_default();
        let step = Step::of_file(operation, &result, detail.as_ref());
        let what = FileStep::of(operation, step, &result, detail.as_ref());
        match KeyFile::from_path(path) {
            Some(file) => self.step_on(file, event, instance, path, &what),
            None => {
                self.note_folder_access(event, instance, path, &what);
                self.note_hardware_key(event, instance, path, &what);
                self.note_short_name(event, instance, path, &what);
            }
        }
        if step == Some(Step::Renamed) {
            self.arrive(event, what.new_path);
        }
    }

    /// Takes in an event on a key of Windows Hello.
    pub(super) fn observe_hardware(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let detail = event.detail();
        let plain = match &detail {
            Some(detail) => plain_operation(operation, detail).to_string(),
            None => operation.to_string(),
        };
        let result = event.result().unwrap_or_default();
        let step = Step::of_file(&plain, &result, detail.as_ref());
        let what = FileStep::of(&plain, step, &result, detail.as_ref());
        self.note_hardware_key(event, instance, path, &what);
    }

    /// Takes in a rename of a file that stood elsewhere: it may be a key file now.
    pub(super) fn observe_arrival(&mut self, event: &Event) {
        let Some(detail) = event.detail() else { return };
        let result = event.result().unwrap_or_default();
        if Outcome::of(&result) == Outcome::Success {
            self.arrive(event, detail.get("FileName"));
        }
    }

    fn arrive(&mut self, event: &Event, new_path: Option<&str>) {
        if let Some(path) = new_path
            && let Some(file) = KeyFile::from_path(path)
        {
            let index = self.files.enter(file, path, event.number());
            self.files.arrive(index, event.number());
        }
    }

    /// Takes in an event on a key file that is called by its short name: which key it is
    /// cannot be told, but its row does not vanish.
    fn note_short_name(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        path: &str,
        what: &FileStep<'_>,
    ) {
        let Some((folder, name)) = path.rsplit_once('\\') else { return };
        let Some(step) = what.step.filter(|_| is_short_key_name(name)) else { return };
        if KeyFolder::from_path(folder).is_none() {
            return;
        }
        self.accesses.note_short_name(event, instance, folder, what);
        let Some(instance) = instance else { return };
        self.instances.mark(instance, Phase::KeyFiles, event);
        let transfers = matches!(step, Step::Read | Step::Written);
        self.steps.push(RawStep {
            link: self.instances.link(instance, event.tid()),
            process_guid: None,
            at: event_ref(event, Some(instance)),
            phase: Phase::KeyFiles,
            step,
            path: path.to_string(),
            result: what.result.to_string(),
            guid: None,
            file: None,
            offset: what.offset.filter(|_| transfers),
            length: what.length.filter(|_| transfers),
            new_path: what.new_path.map(str::to_string),
            note: Some("a key file by its short name: which key it is cannot be told".into()),
        });
    }

    /// Takes in what an event did to a key file.
    fn step_on(
        &mut self,
        file: KeyFile,
        event: &Event,
        instance: Option<usize>,
        path: &str,
        what: &FileStep<'_>,
    ) {
        self.note_file_access(event, instance, (&file, path), what);
        let guid = file.guid.clone();
        let stem = file.stem.clone();
        let index = self.files.enter(file, path, event.number());
        let Some(step) = what.step else { return };
        self.files.take_step(index, event.number(), what, instance);
        let Some(instance) = instance else { return };
        self.instances.mark(instance, Phase::KeyFiles, event);
        let transfers = matches!(step, Step::Read | Step::Written);
        self.steps.push(RawStep {
            link: self.instances.link(instance, event.tid()),
            process_guid: self.instances.guid(instance).cloned(),
            at: event_ref(event, Some(instance)),
            phase: Phase::KeyFiles,
            step,
            path: path.to_string(),
            result: what.result.to_string(),
            guid: Some(guid),
            file: Some(index),
            offset: what.offset.filter(|_| transfers),
            length: what.length.filter(|_| transfers),
            new_path: what.new_path.map(str::to_string),
            note: self.note(step, &stem, what),
        });
    }

    /// What is easily misread in a step.
    fn note(&self, step: Step, stem: &str, what: &FileStep<'_>) -> Option<String> {
        match step {
            Step::Opened if what.open_result == Some("Opened") => {
                Some("it existed, and was not created".into())
            }
            Step::Opened => Some("no OpenResult: whether it existed is not known".into()),
            Step::Denied if what.for_creation == ForCreation::Yes => {
                Some("it was to be made: that is up to the rights of the folder".into())
            }
            Step::Written if what.offset == Some(0) => {
                let name = &self.names.find(stem)?.name;
                (what.length == Some(empty_container_len(name)))
                    .then(|| format!("an empty container, 40 + {} + 1 bytes", name.chars().count()))
            }
            _ => None,
        }
    }

    /// A listing of a key folder is a witness for files that nobody opens.
    fn observe_listing(&mut self, event: &Event, instance: Option<usize>, path: &str) {
        let parent = path.rsplit_once('\\').map_or(path, |(parent, _)| parent);
        let Some(folder) = KeyFolder::from_path(path).or_else(|| KeyFolder::from_path(parent))
        else {
            return self.observe_hardware(event, instance, "QueryDirectory", path);
        };
        let listed = KeyFolder::from_path(path).map_or(parent, |_| path);
        let result = event.result().unwrap_or_default();
        let detail = event.detail();
        let operation = "QueryDirectory";
        let step = Step::of_file(operation, &result, detail.as_ref());
        let what = FileStep::of(operation, step, &result, detail.as_ref());
        self.note_folder_access(event, instance, listed, &what);
        if what.outcome != Outcome::Success {
            // A search for one name that is not there is a probe for that file.
            if let Some(file) = KeyFile::from_path(path)
                && matches!(what.outcome, Outcome::Missing(_))
            {
                let probe = FileStep { step: Some(Step::Probed), ..what };
                self.step_on(file, event, instance, path, &probe);
            }
            return;
        }
        let Some(detail) = detail else { return };
        let folder_path = path.rsplit_once('\\').filter(|_| KeyFolder::from_path(path).is_none());
        let folder_path =
            folder_path.map_or(path.trim_end_matches(['*', '\\']), |(parent, _)| parent);
        for item in detail.items().filter(|item| item.key.bytes().all(|b| b.is_ascii_digit())) {
            if let Some(file) = KeyFile::in_folder(folder, item.value) {
                let full = format!("{folder_path}\\{}", item.value);
                let index = self.files.enter(file, &full, event.number());
                self.files.list(index, event.number());
            }
        }
    }
}
