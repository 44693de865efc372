//! Events on key files and their folders.

use procmonkey_parser::NtStatus;

use super::file_operation::FileOperation;
use super::key_event::KeyEvent;
use super::{RawStep, Trace};
use crate::container::empty_container_len;
use crate::key_file::{KeyFile, KeyFolder};
use crate::phase::Phase;
use crate::step::Step;

impl Trace<'_> {
    pub(super) fn observe_file(&mut self, event: &KeyEvent<'_>) {
        let lists = event.operation() == "QueryDirectory";
        if event.detail.is_none() {
            // Without the Detail column, opens and failures still show.
            if !lists {
                self.file_step(event);
            }
            return;
        }
        self.note_program(event);
        match lists {
            true => self.observe_listing(event),
            false => self.file_step(event),
        }
    }

    fn file_step(&mut self, event: &KeyEvent<'_>) {
        let operation = FileOperation::of(event);
        let path = event.path;
        let file =
            KeyFile::from_path(path).or_else(|| operation.new_path.and_then(KeyFile::from_path));
        let Some(file) = file else { return self.note_folder_access(event, path) };
        self.note_file_access(event, &operation, &file);
        let guid = file.guid.clone();
        let stem = file.stem.clone();
        let index = self.files.enter(file, path, event.number());
        let Some(step) = operation.step else { return };
        self.files.take_step(index, step, event, &operation);
        if let Some(new_path) = operation.new_path
            && let Some(new_file) = KeyFile::from_path(new_path)
            && step == Step::Renamed
        {
            let to = self.files.enter(new_file, new_path, event.number());
            self.files.arrive(to);
        }
        let Some(instance) = event.instance else { return };
        self.instances.mark(instance, Phase::KeyFiles, event.event);
        let link = self.instances.link(instance, event.event.tid());
        let process_guid = self.instances.guid(instance).cloned();
        let note = self.note(step, &stem, &operation);
        let transfers = matches!(step, Step::Read | Step::Written);
        self.keep_step(RawStep {
            link,
            process_guid,
            at: event.at(),
            phase: Phase::KeyFiles,
            step,
            path: path.to_string(),
            result: event.result.to_string(),
            guid: Some(guid),
            file: Some(index),
            offset: operation.offset.filter(|_| transfers),
            length: operation.length.filter(|_| transfers),
            new_path: operation.new_path.map(str::to_string),
            note,
        });
    }

    /// What is easily misread in a step.
    fn note(&self, step: Step, stem: &str, operation: &FileOperation<'_>) -> Option<String> {
        match step {
            Step::Opened if operation.open_result == Some("Opened") => {
                Some("it existed, and was not created".into())
            }
            Step::Opened => Some("no OpenResult: whether it existed is not known".into()),
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
        let Some(folder) = KeyFolder::from_path(path).or_else(|| KeyFolder::from_path(parent))
        else {
            return;
        };
        let listed = KeyFolder::from_path(path).map_or(parent, |_| path);
        self.note_folder_access(event, listed);
        if !event.succeeded() {
            // A search for one name that is not there is a probe for that file.
            if let Some(file) = KeyFile::from_path(path)
                && event.status == Some(NtStatus::NO_SUCH_FILE)
                && event.instance.is_some()
            {
                self.files.enter(file, path, event.number());
            }
            return;
        }
        let folder_path = path.rsplit_once('\\').filter(|_| KeyFolder::from_path(path).is_none());
        let folder_path =
            folder_path.map_or(path.trim_end_matches(['*', '\\']), |(parent, _)| parent);
        let items = event.detail.iter().flat_map(|detail| detail.items());
        for item in items.filter(|item| item.key.bytes().all(|b| b.is_ascii_digit())) {
            if let Some(file) = KeyFile::in_folder(folder, item.value) {
                let full = format!("{folder_path}\\{}", item.value);
                let index = self.files.enter(file, &full, event.number());
                self.files.list(index, event.number());
            }
        }
    }
}
