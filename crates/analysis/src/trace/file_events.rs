//! Events on key files and their folders.

use super::file_operation::{FileOperation, ForCreation};
use super::key_event::KeyEvent;
use super::{RawStep, Trace};
use crate::container::empty_container_len;
use crate::key_file::{KeyFile, KeyFolder, KeyRoot, is_short_key_name};
use crate::phase::Phase;
use crate::step::Step;

impl Trace {
    pub(super) fn observe_file(&mut self, event: &KeyEvent<'_>) {
        self.note_program(event);
        match event.operation() {
            "QueryDirectory" => self.observe_listing(event),
            // Without the Detail column, opens and failures still show.
            _ => self.file_step(event),
        }
    }

    fn file_step(&mut self, event: &KeyEvent<'_>) {
        let operation = FileOperation::of(event);
        match self.key_file(event.path) {
            Some(file) => self.step_on(file, event, &operation),
            None => {
                self.note_folder_access(event, &operation, event.path);
                self.note_hardware_key(event, &operation);
                self.note_short_name(event, &operation);
            }
        }
        if operation.step == Some(Step::Renamed) {
            self.arrive(event, operation.new_path);
        }
    }

    /// Takes in an event on a key of Windows Hello.
    pub(super) fn observe_hardware(&mut self, event: &KeyEvent<'_>) {
        self.note_hardware_key(event, &FileOperation::of(event));
    }

    /// Takes in a rename of a file that was elsewhere: it may be a key file now.
    pub(super) fn observe_arrival(&mut self, event: &KeyEvent<'_>) {
        if event.succeeded() {
            self.arrive(event, event.get("FileName"));
        }
    }

    fn arrive(&mut self, event: &KeyEvent<'_>, new_path: Option<&str>) {
        if let Some(path) = new_path
            && let Some(file) = self.key_file(path)
        {
            let index = self.files.enter(file, path, event.number());
            self.files.arrive(index, event.number());
        }
    }

    /// Takes in an event on a key file that is called by its short name: which key it is
    /// is not known, but its row is kept.
    fn note_short_name(&mut self, event: &KeyEvent<'_>, operation: &FileOperation<'_>) {
        let Some((folder, name)) = event.path.rsplit_once('\\') else { return };
        let Some(step) = operation.step.filter(|_| is_short_key_name(name)) else { return };
        if self.key_folder(folder).is_none() {
            return;
        }
        let Some(root) = self.root_of_folder(folder) else { return };
        self.access_log.note_short_name(event, (folder, root), operation);
        let Some(instance) = event.instance else { return };
        self.instances.mark(instance, Phase::KeyFiles, event.event);
        let note = Some("a key file by its short name: which key it is cannot be said".into());
        let link = self.instances.link(instance, event.event.tid());
        self.keep_step(RawStep {
            link,
            process_guid: None,
            note,
            ..raw_step(step, event, operation)
        });
    }

    /// Takes in what an event did to a key file.
    fn step_on(&mut self, file: KeyFile, event: &KeyEvent<'_>, operation: &FileOperation<'_>) {
        self.note_file_access(event, operation, &file);
        let KeyFile { folder, stem, guid, .. } = file.clone();
        let index = self.files.enter(file, event.path, event.number());
        let Some(step) = operation.step else { return };
        self.files.take_step(index, step, event, operation);
        let Some(instance) = event.instance else { return };
        self.instances.mark(instance, Phase::KeyFiles, event.event);
        let link = self.instances.link(instance, event.event.tid());
        let process_guid = self.instances.guid(instance).cloned();
        let note = match folder.root {
            KeyRoot::Other => Some("another Windows, or a copy: it is not judged".to_string()),
            _ => self.note(step, &stem, operation),
        };
        self.keep_step(RawStep {
            link,
            process_guid,
            guid: Some(guid),
            file: Some(index),
            note,
            ..raw_step(step, event, operation)
        });
    }

    /// What is easily misread in a step.
    fn note(&self, step: Step, stem: &str, operation: &FileOperation<'_>) -> Option<String> {
        match step {
            Step::Opened if operation.open_result == Some("Opened") => {
                Some("it existed, and was not created".into())
            }
            Step::Opened => Some("no OpenResult: whether it existed is not known".into()),
            Step::Denied if operation.for_creation == ForCreation::Yes => {
                Some("it was to be made: that is up to the rights of the folder".into())
            }
            Step::Written if operation.offset == Some(0) => {
                let name = &self.names.find(stem)?.name;
                (operation.length == Some(empty_container_len(name)))
                    .then(|| format!("an empty container, 40 + {} + 1 bytes", name.chars().count()))
            }
            _ => None,
        }
    }

    /// A listing of a key folder is evidence of files that nobody opens.
    fn observe_listing(&mut self, event: &KeyEvent<'_>) {
        let path = event.path;
        let parent = path.rsplit_once('\\').map_or(path, |(parent, _)| parent);
        let Some(folder) = self.key_folder(path).or_else(|| self.key_folder(parent)) else {
            return self.observe_hardware(event);
        };
        let listed = KeyFolder::from_path(path).map_or(parent, |_| path);
        let operation = FileOperation::of(event);
        self.note_folder_access(event, &operation, listed);
        if !event.succeeded() {
            // A search for one name that is not there is a probe for that file.
            if let Some(file) = self.key_file(path)
                && event.is_not_found()
            {
                let probe = FileOperation { step: Some(Step::Probed), ..operation };
                self.step_on(file, event, &probe);
            }
            return;
        }
        let folder_path = path.rsplit_once('\\').filter(|_| KeyFolder::from_path(path).is_none());
        let folder_path =
            folder_path.map_or(path.trim_end_matches(['*', '\\']), |(parent, _)| parent);
        let items = event.detail().into_iter().flat_map(|detail| detail.items());
        for item in items.filter(|item| item.key.bytes().all(|b| b.is_ascii_digit())) {
            if let Some(file) = KeyFile::in_folder(folder, item.value) {
                let full = format!("{folder_path}\\{}", item.value);
                let index = self.files.enter(file, &full, event.number());
                self.files.list(index, event.number());
            }
        }
    }
}

/// The step of an event, without what only its place in the capture says.
fn raw_step(step: Step, event: &KeyEvent<'_>, operation: &FileOperation<'_>) -> RawStep {
    let transfers = matches!(step, Step::Read | Step::Written);
    RawStep {
        at: event.at(),
        phase: Phase::KeyFiles,
        step,
        path: event.path.to_string(),
        result: operation.result.to_string(),
        guid: None,
        file: None,
        offset: operation.offset.filter(|_| transfers),
        length: operation.length.filter(|_| transfers),
        new_path: operation.new_path.map(str::to_string),
        note: None,
        link: None,
        process_guid: None,
    }
}
