//! What any process does below `Microsoft\Crypto`: with key files, with their
//! folders, with programs that do not belong there.

use super::access_log::{AccessLog, note_failure};
use super::file_operation::{FileOperation, ForCreation};
use super::key_event::KeyEvent;
use super::{Trace, ends_with_ignore_case};
use crate::key_file::{KeyFile, is_in_machine_store};
use crate::outcome::{Missing, Outcome};
use crate::report::{ProgramAccess, ProgramUse, Renaming};
use crate::step::Step;

/// The most programs that are kept.
const MOST: usize = 256;

impl Trace {
    /// Takes in what an event did to a key file, of any process.
    pub(super) fn note_file_access(
        &mut self,
        event: &KeyEvent<'_>,
        operation: &FileOperation<'_>,
        file: &KeyFile,
    ) {
        let container = self.names.find(&file.stem).map(|found| found.name.as_str());
        self.access_log.note_file_access(event, (file, container), operation);
        if operation.outcome == Outcome::Missing(Missing::Path)
            && let Some((folder, _)) = event.path.rsplit_once('\\')
        {
            self.note_folder_access(event, operation, folder);
        }
    }

    /// Takes in an event on a folder below `Microsoft\Crypto`.
    pub(super) fn note_folder_access(
        &mut self,
        event: &KeyEvent<'_>,
        operation: &FileOperation<'_>,
        path: &str,
    ) {
        let Some(root) = self.root_of_folder(path) else { return };
        let step = operation.step;
        let opens = operation.name == "CreateFile";
        let lists = operation.name == "QueryDirectory";
        let changes = matches!(step, Some(Step::Renamed | Step::Deleted | Step::Undeleted));
        let sets_rights = operation.name == "SetSecurityFile" && event.succeeded();
        if !(opens || lists || changes || sets_rights || step == Some(Step::Failed)) {
            return;
        }
        let plain = path.trim_end_matches('*').trim_end_matches('\\');
        let number = event.number();
        let Some(entry) = self.access_log.folder_entry(event, plain, root) else { return };
        match operation.outcome {
            Outcome::Success if sets_rights => entry.rights_changed = Some(number),
            Outcome::Success if step == Some(Step::Renamed) => {
                let to = operation.new_path.map(str::to_string);
                entry.renamed = Some(Renaming { event: number, to });
            }
            Outcome::Success if step == Some(Step::Deleted) => entry.deleted = Some(number),
            Outcome::Success if step == Some(Step::Undeleted) => entry.deleted = None,
            Outcome::Success => {
                entry.last_success = Some(number);
                let slot = match (lists, step) {
                    (true, _) => &mut entry.listed,
                    (false, Some(Step::Created)) => &mut entry.created,
                    (false, _) => &mut entry.opened,
                };
                slot.get_or_insert(number);
            }
            Outcome::Missing(_) if opens => {
                entry.missing.get_or_insert(number);
                entry.last_missing = Some(number);
            }
            Outcome::Denied => {
                if operation.for_creation == ForCreation::Yes {
                    entry.create_denied.get_or_insert(number);
                }
                entry.denied.get_or_insert(number);
            }
            Outcome::Failed(_) => note_failure(&mut entry.failures, number, operation),
            _ => {}
        }
    }

    /// Takes in an event that may run or write a program below a key folder.
    pub(super) fn note_program(&mut self, event: &KeyEvent<'_>) {
        let path = event.path;
        if !event.succeeded() {
            return;
        }
        let was = match event.operation() {
            "Load Image" | "Process Create" | "Process Start" => ProgramUse::Ran,
            _ if is_program(path) && makes(event) => ProgramUse::Written,
            _ => return,
        };
        if !is_in_machine_store(path) || event.detail().is_none() {
            return;
        }
        let code = &mut self.access_log.accesses.code;
        if code.iter().any(|seen| seen.was == was && seen.path.eq_ignore_ascii_case(path)) {
            return;
        }
        if code.len() >= MOST {
            self.access_log.accesses.left_out += 1;
            return;
        }
        let by = AccessLog::actor(event);
        code.push(ProgramAccess { by, event: event.number(), path: path.to_string(), was });
    }
}

/// Whether the name is that of a program or a library.
fn is_program(path: &str) -> bool {
    const ENDS: [&str; 8] = [".exe", ".dll", ".sys", ".scr", ".com", ".cpl", ".ocx", ".ps1"];
    ENDS.iter().any(|end| ends_with_ignore_case(path, end))
}

fn makes(event: &KeyEvent<'_>) -> bool {
    match event.operation() {
        "WriteFile" => true,
        "CreateFile" => {
            matches!(event.get("OpenResult"), Some("Created" | "Overwritten" | "Superseded"))
        }
        _ => false,
    }
}
