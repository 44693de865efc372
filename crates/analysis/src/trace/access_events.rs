//! What any process does below `Microsoft\Crypto`: with key files, with their
//! folders, with programs that have no place there.

use procmonkey_parser::{Event, NtStatus};

use super::access_log::{AccessLog, note_failure};
use super::file_step::{FileStep, ForCreation};
use super::{Trace, ends_with_ignore_case};
use crate::key_file::{KeyFile, crypto_root, is_in_machine_store};
use crate::outcome::{Missing, Outcome};
use crate::report::{ProgramAccess, ProgramUse, Renaming};
use crate::step::Step;

/// The most programs that are kept.
const MOST: usize = 256;

impl Trace<'_> {
    /// Takes in what an event did to a key file, whoever it was.
    pub(super) fn note_file_access(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        (file, path): (&KeyFile, &str),
        what: &FileStep<'_>,
    ) {
        let container = self.names.find(&file.stem).map(|found| found.name.as_str());
        self.accesses.note_file_access(event, instance, (file, path, container), what);
        if what.outcome == Outcome::Missing(Missing::Path)
            && let Some((folder, _)) = path.rsplit_once('\\')
        {
            self.note_folder_access(event, instance, folder, what);
        }
    }

    /// Takes in an event below `Microsoft\Crypto` that is on no key file.
    pub(super) fn note_folder_access(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        path: &str,
        what: &FileStep<'_>,
    ) {
        let Some(root) = crypto_root(path) else { return };
        let (operation, step) = (what.operation, what.step);
        let opens = operation == "CreateFile";
        let lists = operation == "QueryDirectory";
        let changes = matches!(step, Some(Step::Renamed | Step::Deleted | Step::Undeleted));
        if !(opens || lists || changes || step == Some(Step::Failed)) {
            return;
        }
        let plain = path.trim_end_matches('*').trim_end_matches('\\');
        let number = event.number();
        let Some(entry) = self.accesses.folder_entry(event, instance, plain, root) else { return };
        match what.outcome {
            Outcome::Success if step == Some(Step::Renamed) => {
                let to = what.new_path.map(str::to_string);
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
                if what.for_creation == ForCreation::Yes {
                    entry.create_denied.get_or_insert(number);
                }
                entry.denied.get_or_insert(number);
            }
            Outcome::Failed(_) => note_failure(&mut entry.failures, number, what),
            _ => {}
        }
    }

    /// Takes in an event that may run or write a program below a key folder.
    pub(super) fn note_program(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let runs = matches!(operation, "Load Image" | "Process Create" | "Process Start");
        let result = event.result().unwrap_or_default();
        if NtStatus::from_result(&result) != Some(NtStatus::SUCCESS) || !is_in_machine_store(path) {
            return;
        }
        let was = if runs {
            ProgramUse::Ran
        } else if is_program(path) && makes(event, operation) {
            ProgramUse::Written
        } else {
            return;
        };
        let code = &mut self.accesses.accesses.code;
        if code.iter().any(|seen| seen.was == was && seen.path.eq_ignore_ascii_case(path)) {
            return;
        }
        if code.len() >= MOST {
            self.accesses.accesses.left_out += 1;
            return;
        }
        let by = AccessLog::actor(event, instance);
        code.push(ProgramAccess { by, event: event.number(), path: path.to_string(), was });
    }
}

/// Whether the name is that of a program or a library.
fn is_program(path: &str) -> bool {
    const ENDS: [&str; 8] = [".exe", ".dll", ".sys", ".scr", ".com", ".cpl", ".ocx", ".ps1"];
    ENDS.iter().any(|end| ends_with_ignore_case(path, end))
}

fn makes(event: &Event, operation: &str) -> bool {
    let detail = event.detail();
    let opened = detail.as_ref().and_then(|detail| detail.get("OpenResult"));
    operation == "WriteFile"
        || (operation == "CreateFile"
            && matches!(opened, Some("Created" | "Overwritten" | "Superseded")))
}
