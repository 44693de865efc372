//! The key files of one capture.

use std::collections::HashMap;

use crate::key_file::KeyFile;
use crate::report::CreationProof;
use crate::step::Step;

/// One key file, as far as the capture has shown it.
#[derive(Clone, Debug)]
pub(crate) struct FileState {
    pub(crate) file: KeyFile,
    pub(crate) path: String,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) created: Option<(CreationProof, u64)>,
    pub(crate) first_write: Option<u64>,
    /// Whether a file of this name was seen to be there.
    pub(crate) exists: bool,
    pub(crate) listed_by: Vec<u64>,
    pub(crate) steps: Vec<Step>,
    /// Whether it was opened or listed as a file that was there before.
    was_there: bool,
    written: bool,
}

/// Key files by what they are, in the order of their first event.
#[derive(Debug, Default)]
pub(crate) struct Files {
    list: Vec<FileState>,
    by_file: HashMap<KeyFile, usize>,
}

impl Files {
    /// The file's index, whether new or known; the event is counted to it.
    pub(crate) fn enter(&mut self, file: KeyFile, path: &str, event: u64) -> usize {
        let list = &mut self.list;
        let index = *self.by_file.entry(file.clone()).or_insert_with(|| {
            list.push(FileState {
                file,
                path: path.to_string(),
                first: event,
                last: event,
                created: None,
                first_write: None,
                exists: false,
                listed_by: Vec::new(),
                steps: Vec::new(),
                was_there: false,
                written: false,
            });
            list.len() - 1
        });
        self.list[index].last = event;
        index
    }

    /// Notes what a step tells about the file.
    pub(crate) fn take_step(
        &mut self,
        index: usize,
        step: Step,
        event: u64,
        offset: Option<u64>,
        length: Option<u64>,
        followed: bool,
    ) {
        let state = &mut self.list[index];
        if followed && !state.steps.contains(&step) {
            state.steps.push(step);
        }
        match step {
            Step::Created => {
                state.created.get_or_insert((CreationProof::OpenResult, event));
            }
            Step::Written => {
                if !state.written && offset == Some(0) {
                    state.first_write = length;
                    // Nothing of the file was seen before, and it begins here.
                    if !state.was_there {
                        state.created.get_or_insert((CreationProof::FirstWrite, event));
                    }
                }
                state.written = true;
            }
            Step::Opened | Step::Read | Step::Queried | Step::Overwritten => state.was_there = true,
            _ => {}
        }
        if !matches!(step, Step::Probed | Step::Denied | Step::Failed | Step::Pending) {
            state.exists = true;
        }
    }

    /// Notes that a listing names the file.
    pub(crate) fn list(&mut self, index: usize, event: u64) {
        let state = &mut self.list[index];
        state.exists = true;
        state.was_there = true;
        state.listed_by.push(event);
    }

    /// Notes that another file was renamed to this one.
    pub(crate) fn arrive(&mut self, index: usize) {
        self.list[index].exists = true;
        self.list[index].was_there = true;
    }

    pub(crate) fn list_all(&self) -> &[FileState] {
        &self.list
    }
}
