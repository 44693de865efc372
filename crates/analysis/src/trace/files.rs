//! The key files of one capture.

use super::file_operation::{FileOperation, ForCreation, ForDeletion, MetEnd};
use super::key_event::KeyEvent;
use crate::key_file::KeyFile;
use crate::outcome::{FailureKind, Outcome};
use crate::quick_map::QuickMap;
use crate::report::{CreationProof, KeyFileCondition};
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
    /// Last event that shows that it was there.
    pub(crate) last_there: Option<u64>,
    /// Whether it is there, and the event that shows it.
    presence: Option<(KeyFileCondition, u64)>,
    /// What keeps an instance from it, until that one gets it.
    trouble: Option<(KeyFileCondition, u64, usize)>,
    /// Whether it was opened or listed as a file that was there before.
    was_there: bool,
    written: bool,
}

/// Key files by what they are, in the order of their first event.
#[derive(Debug, Default)]
pub(crate) struct Files {
    list: Vec<FileState>,
    by_file: QuickMap<KeyFile, usize>,
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
                last_there: None,
                presence: None,
                trouble: None,
                was_there: false,
                written: false,
            });
            list.len() - 1
        });
        self.list[index].last = event;
        index
    }

    /// Notes what a step of this instance, or of a process that is not followed, says
    /// about the file.
    pub(super) fn take_step(
        &mut self,
        index: usize,
        step: Step,
        key_event: &KeyEvent<'_>,
        what: &FileOperation<'_>,
    ) {
        let (event, instance) = (key_event.number(), key_event.instance);
        let state = &mut self.list[index];
        if instance.is_some() && !state.steps.contains(&step) {
            state.steps.push(step);
        }
        state.take_condition(step, event, what, instance);
        match step {
            Step::Created => {
                state.created.get_or_insert((CreationProof::OpenResult, event));
            }
            Step::Written => {
                if !state.written && what.offset == Some(0) {
                    state.first_write = what.length;
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
        state.is_there(KeyFileCondition::Exists, event);
    }

    /// Notes that another file was renamed to this one.
    pub(crate) fn arrive(&mut self, index: usize, event: u64) {
        let state = &mut self.list[index];
        state.exists = true;
        state.was_there = true;
        state.last_there = Some(event);
        state.presence = Some((KeyFileCondition::Exists, event));
    }

    pub(crate) fn list_all(&self) -> &[FileState] {
        &self.list
    }
}

impl FileState {
    /// What is known last of the file, and the event that shows it.
    pub(crate) fn condition(&self) -> Option<(KeyFileCondition, u64)> {
        use KeyFileCondition::{Created, Exists};
        match (self.presence, self.trouble) {
            // Whoever was denied a file that is not there wanted to make it.
            (Some(seen), _) if !matches!(seen.0, Exists | Created) => Some(seen),
            (_, Some((condition, event, _))) => Some((condition, event)),
            (seen, None) => seen,
        }
    }

    /// Notes that the file is there; the first event that shows it counts.
    fn is_there(&mut self, condition: KeyFileCondition, event: u64) {
        self.last_there = Some(event);
        use KeyFileCondition::{Created, Exists};
        if !matches!(self.presence, Some((Exists | Created, _))) {
            self.presence = Some((condition, event));
        }
    }

    fn take_condition(
        &mut self,
        step: Step,
        event: u64,
        what: &FileOperation<'_>,
        instance: Option<usize>,
    ) {
        use KeyFileCondition::{
            AccessDenied, Created, Damaged, Deleted, Exists, InUse, NotFound, NotMade, Renamed,
        };
        let gone = matches!(self.presence, Some((NotFound | Deleted | Renamed, _)));
        let mut trouble = |condition| {
            if let (Some(instance), None) = (instance, self.trouble) {
                self.trouble = Some((condition, event, instance));
            }
        };
        match step {
            Step::Created => {
                self.last_there = Some(event);
                self.presence = Some((Created, event));
            }
            Step::Read
                if what.met_end == MetEnd::Yes && what.offset == Some(0) && !self.written =>
            {
                trouble(Damaged);
            }
            Step::Opened | Step::Overwritten | Step::Written | Step::Read | Step::Queried => {
                // Asking for attributes gets through where reading does not.
                if step != Step::Queried && self.trouble.is_some_and(|it| Some(it.2) == instance) {
                    self.trouble = None;
                }
                self.is_there(Exists, event);
            }
            Step::Collision | Step::Undeleted => self.is_there(Exists, event),
            Step::Probed if !gone => self.presence = Some((NotFound, event)),
            Step::Deleted => self.presence = Some((Deleted, event)),
            Step::Renamed => self.presence = Some((Renamed, event)),
            Step::Denied if what.for_creation == ForCreation::Yes && !self.was_there => {
                trouble(NotMade);
            }
            Step::Denied if what.for_deletion == ForDeletion::No => trouble(AccessDenied),
            Step::SharingViolation => trouble(InUse),
            Step::Failed => {
                use FailureKind::{Device, Encrypted, Infected};
                let kinds = [FailureKind::Damaged, Device, Encrypted, Infected];
                if matches!(what.outcome, Outcome::Failed(kind) if kinds.contains(&kind)) {
                    trouble(Damaged);
                }
            }
            _ => {}
        }
    }
}
