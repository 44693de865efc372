//! Events on key files and their folders.

use procmonkey_parser::{Event, NtStatus, plain_operation};

use super::{RawStep, Trace, event_ref};
use crate::container::empty_container_len;
use crate::key_file::{KeyFile, KeyFolder};
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
        if operation != "QueryDirectory" {
            self.file_step(event, instance, operation, path);
        }
    }

    fn file_step(&mut self, event: &Event, instance: Option<usize>, operation: &str, path: &str) {
        let detail = event.detail();
        let new_path = detail
            .as_ref()
            .filter(|_| operation.starts_with("SetRename"))
            .and_then(|detail| detail.get("FileName"))
            .map(str::to_string);
        let file =
            KeyFile::from_path(path).or_else(|| new_path.as_deref().and_then(KeyFile::from_path));
        let Some(file) = file else {
            return self.note_folder_access(event, instance, operation, path);
        };
        let result = event.result().unwrap_or_default();
        let status = NtStatus::from_result(&result);
        let step = Step::of_file(operation, status, detail.as_ref());
        self.note_file_access(event, instance, (operation, step), (&file, path));
        let guid = file.guid.clone();
        let stem = file.stem.clone();
        let index = self.files.enter(file, path, event.number());
        let offset = detail.as_ref().and_then(|detail| detail.integer("Offset"));
        let length = detail.as_ref().and_then(|detail| detail.integer("Length"));
        let Some(step) = step else { return };
        self.files.take_step(index, step, event.number(), offset, length, instance.is_some());
        if let Some(new_file) = new_path.as_deref().and_then(KeyFile::from_path)
            && step == Step::Renamed
        {
            let to =
                self.files.enter(new_file, new_path.as_deref().unwrap_or(path), event.number());
            self.files.arrive(to);
        }
        let Some(instance) = instance else { return };
        self.instances.mark(instance, Phase::KeyFiles, event);
        let note = self.note(
            step,
            &stem,
            offset,
            length,
            detail.as_ref().and_then(|detail| detail.get("OpenResult")),
        );
        let transfers = matches!(step, Step::Read | Step::Written);
        self.steps.push(RawStep {
            link: self.instances.link(instance, event.tid()),
            process_guid: self.instances.guid(instance).cloned(),
            at: event_ref(event, Some(instance)),
            phase: Phase::KeyFiles,
            step,
            path: path.to_string(),
            result: result.into_owned(),
            guid: Some(guid),
            file: Some(index),
            offset: offset.filter(|_| transfers),
            length: length.filter(|_| transfers),
            new_path,
            note,
        });
    }

    /// What is easily misread in a step.
    fn note(
        &self,
        step: Step,
        stem: &str,
        offset: Option<u64>,
        length: Option<u64>,
        open_result: Option<&str>,
    ) -> Option<String> {
        match step {
            Step::Opened if open_result == Some("Opened") => {
                Some("it existed, and was not created".into())
            }
            Step::Opened => Some("no OpenResult: whether it existed is not known".into()),
            Step::Written if offset == Some(0) => {
                let name = &self.names.find(stem)?.name;
                (length == Some(empty_container_len(name)))
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
            return;
        };
        let listed = KeyFolder::from_path(path).map_or(parent, |_| path);
        self.note_folder_access(event, instance, "QueryDirectory", listed);
        let result = event.result().unwrap_or_default();
        let found = NtStatus::from_result(&result) == Some(NtStatus::SUCCESS);
        let Some(detail) = event.detail() else { return };
        if !found {
            // A search for one name that is not there is a probe for that file.
            if let Some(file) = KeyFile::from_path(path)
                && result.eq_ignore_ascii_case("NO SUCH FILE")
                && instance.is_some()
            {
                self.files.enter(file, path, event.number());
            }
            return;
        }
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
