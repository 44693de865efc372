//! What any process does below `Microsoft\Crypto`: with key files, with their
//! folders, with programs that have no place there.

use procmonkey_parser::{Detail, Event, NtStatus};

use super::access_log::AccessLog;
use super::file_step::{FileStep, ForDeletion, MetEnd};
use super::{Trace, ends_with_ignore_case};
use crate::key_file::{KeyFile, KeyFolder, crypto_root};
use crate::report::{FolderAccess, ProgramAccess, ProgramUse};
use crate::step::Step;

/// The most programs that are kept.
const MOST: usize = 256;

impl Trace<'_> {
    /// Takes in what an event did to a key file, whoever it was.
    pub(super) fn note_file_access(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        (operation, step): (&str, Option<Step>),
        (file, path): (&KeyFile, &str),
    ) {
        let detail = event.detail();
        let result = event.result().unwrap_or_default();
        let status = NtStatus::from_result(&result);
        let get = |key| detail.as_ref().and_then(|detail: &Detail<'_>| detail.get(key));
        let integer = |key| detail.as_ref().and_then(|detail: &Detail<'_>| detail.integer(key));
        let tells_size = status == Some(NtStatus::SUCCESS) && operation.starts_with("Query");
        let deletes = operation.starts_with("SetDisposition")
            || (operation == "CreateFile"
                && get("Desired Access").is_some_and(|access| access == "Delete"));
        let what = FileStep {
            step,
            operation,
            offset: integer("Offset"),
            length: integer("Length"),
            end_of_file: integer("EndOfFile").filter(|_| tells_size),
            met_end: match status {
                Some(NtStatus::END_OF_FILE) => MetEnd::Yes,
                _ => MetEnd::No,
            },
            impersonating: get("Impersonating"),
            for_deletion: if deletes { ForDeletion::Yes } else { ForDeletion::No },
        };
        let container = self.names.find(&file.stem).map(|found| found.name.as_str());
        self.accesses.note_file_access(event, instance, (file, path, container), &what);
        if status == Some(NtStatus::PATH_NOT_FOUND)
            && let Some((folder, _)) = path.rsplit_once('\\')
        {
            self.note_folder_access(event, instance, operation, folder);
        }
    }

    /// Takes in an event below `Microsoft\Crypto` that is on no key file.
    pub(super) fn note_folder_access(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let folder = KeyFolder::from_path(path);
        let Some(root) = crypto_root(path) else { return };
        let detail = event.detail();
        let get = |key| detail.as_ref().and_then(|detail: &Detail<'_>| detail.get(key));
        let plain = path.trim_end_matches('*').trim_end_matches('\\');
        let new = |by| FolderAccess {
            by,
            path: plain.to_string(),
            folder,
            root,
            missing: None,
            denied: None,
            opened: None,
            last_success: None,
            listed: None,
            created: None,
        };
        let result = event.result().unwrap_or_default();
        let number = event.number();
        let status = NtStatus::from_result(&result);
        let opens = operation == "CreateFile";
        let lists = operation == "QueryDirectory";
        if !opens && !lists {
            return;
        }
        let Some(entry) = self.accesses.folder_entry(event, instance, new, plain) else { return };
        match status {
            Some(NtStatus::SUCCESS) => {
                entry.last_success = Some(number);
                let slot = match (lists, get("OpenResult")) {
                    (true, _) => &mut entry.listed,
                    (false, Some("Created")) => &mut entry.created,
                    (false, _) => &mut entry.opened,
                };
                slot.get_or_insert(number);
            }
            Some(NtStatus::NAME_NOT_FOUND | NtStatus::PATH_NOT_FOUND) if opens => {
                entry.missing.get_or_insert(number);
            }
            Some(NtStatus::ACCESS_DENIED) => {
                entry.denied.get_or_insert(number);
            }
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
        if NtStatus::from_result(&result) != Some(NtStatus::SUCCESS) || !is_in_store(path) {
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

/// Whether a path lies below a folder of machine keys.
fn is_in_store(path: &str) -> bool {
    let lower = path.replace('/', "\\").to_ascii_lowercase();
    ["\\crypto\\rsa\\machinekeys\\", "\\crypto\\rsa\\s-1-5-18\\"].iter().any(|s| lower.contains(s))
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
