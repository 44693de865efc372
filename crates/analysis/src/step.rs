//! What one event did to a key file.

use procmonkey_parser::Detail;

use crate::outcome::Outcome;

/// A step of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Step {
    /// MachineGuid was read.
    GuidRead,
    /// MachineGuid was asked for and is not there.
    GuidMissing,
    /// MachineGuid was set.
    GuidSet,
    /// MachineGuid was deleted.
    GuidRemoved,
    /// The file was looked for and is not there.
    Probed,
    /// Its attributes were read; nothing was opened for data.
    Queried,
    /// An existing file was opened.
    Opened,
    /// The file was made by this event.
    Created,
    /// An existing file was emptied or replaced by this event.
    Overwritten,
    /// Bytes were written.
    Written,
    /// Bytes were read.
    Read,
    /// The file got another name.
    Renamed,
    /// The file was deleted or marked for deletion.
    Deleted,
    /// A mark for deletion was taken back.
    Undeleted,
    /// Access was denied.
    Denied,
    /// Another handle had the file open in a way that excludes this one.
    SharingViolation,
    /// Creating failed because the name exists already.
    Collision,
    /// The operation had not completed when the capture was saved.
    Pending,
    /// It failed in some other way; the result says how.
    Failed,
}

impl Step {
    /// The name, as the JSON report writes it.
    pub fn name(self) -> &'static str {
        match self {
            Step::GuidRead => "guid_read",
            Step::GuidMissing => "guid_missing",
            Step::GuidSet => "guid_set",
            Step::GuidRemoved => "guid_removed",
            Step::Probed => "probed",
            Step::Queried => "queried",
            Step::Opened => "opened",
            Step::Created => "created",
            Step::Overwritten => "overwritten",
            Step::Written => "written",
            Step::Read => "read",
            Step::Renamed => "renamed",
            Step::Deleted => "deleted",
            Step::Undeleted => "undeleted",
            Step::Denied => "denied",
            Step::SharingViolation => "sharing_violation",
            Step::Collision => "collision",
            Step::Pending => "pending",
            Step::Failed => "failed",
        }
    }

    /// Whether the event used the key's file itself: opened, made,
    /// changed or read it.
    pub fn uses_file(self) -> bool {
        matches!(
            self,
            Step::Opened
                | Step::Created
                | Step::Overwritten
                | Step::Written
                | Step::Read
                | Step::Renamed
                | Step::Deleted
        )
    }

    /// What a file operation on a key file did; `None` for one that shows
    /// nothing, such as closing it.
    pub(crate) fn of_file<'d>(
        operation: &str,
        outcome: Outcome,
        detail: impl FnOnce() -> Option<&'d Detail<'d>>,
    ) -> Option<Step> {
        let opens = matches!(operation, "CreateFile" | "QueryOpen");
        match outcome {
            Outcome::Success => {}
            // Some of it is followed by the same question in another form.
            Outcome::Normal => return None,
            Outcome::Missing(_) if opens => return Some(Step::Probed),
            Outcome::Denied => return Some(Step::Denied),
            Outcome::InUse => return Some(Step::SharingViolation),
            Outcome::Exists => return Some(Step::Collision),
            Outcome::Pending => return opens.then_some(Step::Pending),
            Outcome::EndOfFile if operation == "ReadFile" => return Some(Step::Read),
            // What is seldom, or not known, is shown whatever asked for it.
            Outcome::Failed(kind) if kind.is_certain() => return Some(Step::Failed),
            Outcome::Missing(_) | Outcome::EndOfFile | Outcome::Failed(_) => {
                return needs_success(operation).then_some(Step::Failed);
            }
        }
        Some(match operation {
            "CreateFile" => return Some(opened(detail())),
            "QueryOpen" => Step::Queried,
            "WriteFile" => Step::Written,
            "ReadFile" => Step::Read,
            "SetRenameInformationFile" | "SetRenameInformationEx" => Step::Renamed,
            "SetDispositionInformationFile" => {
                match detail().and_then(|detail| detail.get("Delete")) {
                    Some("False") => Step::Undeleted,
                    _ => Step::Deleted,
                }
            }
            "SetDispositionInformationEx" => {
                let flags = detail().and_then(|detail| detail.get("Flags")).unwrap_or("");
                if !flags.contains("FILE_DISPOSITION_DELETE") {
                    return Some(Step::Undeleted);
                }
                Step::Deleted
            }
            _ => return None,
        })
    }
}

/// Whether it matters that an operation fails: one that opens, transfers or changes.
/// Questions about a file fail in healthy captures, too.
fn needs_success(operation: &str) -> bool {
    matches!(operation, "CreateFile" | "ReadFile" | "WriteFile" | "FlushBuffersFile")
        || ["SetRename", "SetDisposition", "SetEndOfFile", "SetAllocation"]
            .iter()
            .any(|start| operation.starts_with(start))
}

/// What a successful CreateFile did. Its name says nothing: it opens, too.
fn opened(detail: Option<&Detail<'_>>) -> Step {
    let get = |key| detail.and_then(|detail| detail.get(key)).unwrap_or("");
    if get("Options").contains("Delete On Close") {
        return Step::Deleted;
    }
    match get("OpenResult") {
        "Created" => Step::Created,
        "Overwritten" | "Superseded" => Step::Overwritten,
        _ if only_attributes(get("Desired Access")) => Step::Queried,
        _ => Step::Opened,
    }
}

/// Whether an access list asks for no data, and for no change.
fn only_attributes(access: &str) -> bool {
    !access.is_empty()
        && access.split(", ").all(|right| {
            matches!(right, "Read Attributes" | "Synchronize" | "Read EA" | "Read Control")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(operation: &str, result: &str, detail: &str) -> Option<Step> {
        let detail = Detail::parse(operation, detail);
        Step::of_file(operation, Outcome::of(result), || Some(&detail))
    }

    #[test]
    fn only_the_open_result_distinguishes_created_from_opened() {
        let open = "Desired Access: Generic Read, Disposition: Open, Options: , Attributes: n/a, \
                    ShareMode: Read, AllocationSize: n/a, OpenResult: ";
        assert_eq!(step("CreateFile", "SUCCESS", &format!("{open}Opened")), Some(Step::Opened));
        assert_eq!(step("CreateFile", "SUCCESS", &format!("{open}Created")), Some(Step::Created));
        assert_eq!(
            step("CreateFile", "SUCCESS", &format!("{open}Overwritten")),
            Some(Step::Overwritten)
        );
        let without = "Desired Access: Generic Read, Disposition: OpenIf";
        assert_eq!(step("CreateFile", "SUCCESS", without), Some(Step::Opened));
        let attributes = "Desired Access: Read Attributes, Synchronize, Disposition: Open";
        assert_eq!(step("CreateFile", "SUCCESS", attributes), Some(Step::Queried));
    }

    #[test]
    fn deletion_has_three_shapes_and_can_be_taken_back() {
        let on_close = "Desired Access: Delete, Disposition: Open, Options: Delete On Close";
        assert_eq!(step("CreateFile", "SUCCESS", on_close), Some(Step::Deleted));
        let old = "SetDispositionInformationFile";
        assert_eq!(step(old, "SUCCESS", "Delete: True"), Some(Step::Deleted));
        assert_eq!(step(old, "SUCCESS", "Delete: False"), Some(Step::Undeleted));
        let new = "SetDispositionInformationEx";
        let flags = "Flags: FILE_DISPOSITION_DELETE, FILE_DISPOSITION_POSIX_SEMANTICS";
        assert_eq!(step(new, "SUCCESS", flags), Some(Step::Deleted));
        assert_eq!(step(new, "ACCESS DENIED", flags), Some(Step::Denied));
    }

    #[test]
    fn each_failure_is_a_step_of_its_own() {
        assert_eq!(step("CreateFile", "NAME NOT FOUND", ""), Some(Step::Probed));
        assert_eq!(step("CreateFile", "PATH NOT FOUND", ""), Some(Step::Probed));
        assert_eq!(step("CreateFile", "0xC0000034", ""), Some(Step::Probed));
        assert_eq!(step("CreateFile", "ACCESS DENIED", ""), Some(Step::Denied));
        assert_eq!(step("CreateFile", "SHARING VIOLATION", ""), Some(Step::SharingViolation));
        assert_eq!(step("CreateFile", "NAME COLLISION", ""), Some(Step::Collision));
        assert_eq!(step("CreateFile", "", ""), Some(Step::Pending));
        assert_eq!(step("WriteFile", "DISK FULL", ""), Some(Step::Failed));
        assert_eq!(step("CreateFile", "FILE CORRUPT", ""), Some(Step::Failed));
        assert_eq!(step("QueryStandardInformationFile", "CRC ERROR", ""), Some(Step::Failed));
        assert_eq!(step("CreateFile", "SOMETHING NEW", ""), Some(Step::Failed));
        assert_eq!(step("QueryEAFile", "SOMETHING NEW", ""), Some(Step::Failed));
        assert_eq!(step("ReadFile", "FILE LOCK CONFLICT", ""), Some(Step::SharingViolation));
        assert_eq!(step("SetRenameInformationFile", "PATH NOT FOUND", ""), Some(Step::Failed));
        assert_eq!(step("FileSystemControl", "INVALID PARAMETER", ""), None);
        assert_eq!(step("CreateFile", "REPARSE", ""), None);
        assert_eq!(step("QuerySecurityFile", "BUFFER OVERFLOW", ""), None);
        assert_eq!(step("CloseFile", "SUCCESS", ""), None);
        assert_eq!(step("QueryOpen", "FAST IO DISALLOWED", ""), None);
    }

    #[test]
    fn a_result_that_is_written_as_a_number_means_the_same() {
        // Older versions of Procmon print the number of a status that they do not know.
        for (text, number) in [
            ("FAST IO DISALLOWED", "0xC01C0004"),
            ("BUFFER OVERFLOW", "0x80000005"),
            ("REPARSE", "0x104"),
            ("FILE LOCKED WITH ONLY READERS", "0x12A"),
            ("FILE LOCKED WITH WRITERS", "0x12B"),
        ] {
            for operation in ["CreateFile", "WriteFile", "SetDispositionInformationFile"] {
                assert_eq!(step(operation, text, ""), None, "{text}");
                assert_eq!(step(operation, number, ""), None, "{number}");
            }
        }
        assert_eq!(step("WriteFile", "0xC000007F", ""), Some(Step::Failed));
    }
}
