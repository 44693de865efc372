//! What any process does below `Microsoft\Crypto`: with key files, with their
//! folders, with programs that do not belong there.

use procmonkey_parser::NtStatus;

use super::access_log::AccessLog;
use super::file_operation::FileOperation;
use super::key_event::KeyEvent;
use super::{Trace, ends_with_ignore_case};
use crate::key_file::{KeyFile, KeyFolder, crypto_root};
use crate::report::{FolderAccess, ProgramAccess, ProgramUse};

/// The most programs that are kept.
const MOST: usize = 256;

impl Trace<'_> {
    /// Takes in what an event did to a key file, of any process.
    pub(super) fn note_file_access(
        &mut self,
        event: &KeyEvent<'_>,
        operation: &FileOperation<'_>,
        file: &KeyFile,
    ) {
        let container = self.names.find(&file.stem).map(|found| found.name.as_str());
        self.access_log.note_file_access(event, (file, container), operation);
        if event.status == Some(NtStatus::PATH_NOT_FOUND)
            && let Some((folder, _)) = event.path.rsplit_once('\\')
        {
            self.note_folder_access(event, folder);
        }
    }

    /// Takes in an event on a folder below `Microsoft\Crypto`.
    pub(super) fn note_folder_access(&mut self, event: &KeyEvent<'_>, path: &str) {
        let folder = KeyFolder::from_path(path);
        let Some(root) = crypto_root(path) else { return };
        let opens = event.operation() == "CreateFile";
        let lists = event.operation() == "QueryDirectory";
        if !opens && !lists {
            return;
        }
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
        let number = event.number();
        let Some(entry) = self.access_log.folder_entry(event, new, plain) else { return };
        if event.succeeded() {
            entry.last_success = Some(number);
            let slot = match (lists, event.get("OpenResult")) {
                (true, _) => &mut entry.listed,
                (false, Some("Created")) => &mut entry.created,
                (false, _) => &mut entry.opened,
            };
            slot.get_or_insert(number);
        } else if event.is_not_found() && opens {
            entry.missing.get_or_insert(number);
        } else if event.status == Some(NtStatus::ACCESS_DENIED) {
            entry.denied.get_or_insert(number);
        }
    }

    /// Takes in an event that may run or write a program below a key folder.
    pub(super) fn note_program(&mut self, event: &KeyEvent<'_>) {
        let path = event.path;
        if !event.succeeded() || !is_in_store(path) {
            return;
        }
        let was = match event.operation() {
            "Load Image" | "Process Create" | "Process Start" => ProgramUse::Ran,
            _ if is_program(path) && makes(event) => ProgramUse::Written,
            _ => return,
        };
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

fn makes(event: &KeyEvent<'_>) -> bool {
    match event.operation() {
        "WriteFile" => true,
        "CreateFile" => {
            matches!(event.get("OpenResult"), Some("Created" | "Overwritten" | "Superseded"))
        }
        _ => false,
    }
}
