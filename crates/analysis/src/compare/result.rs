//! What an action came to, in a form in which two captures can be compared.

use procmonkey_parser::{Event, NtStatus};

/// A Result by the text of its status: an older Procmon prints the number of a status that
/// a newer one knows by its text. One that is not known stays as the capture has it.
pub(super) fn plain_result(result: &str) -> &str {
    NtStatus::from_result(result).and_then(NtStatus::text).unwrap_or(result)
}

/// Whether an event says nothing about what a process wants: closing, threads, and
/// answers that only ask for another try.
pub(super) fn is_noise(operation: &str, status: Option<NtStatus>) -> bool {
    matches!(
        operation,
        "CloseFile"
            | "RegCloseKey"
            | "Thread Create"
            | "Thread Exit"
            | "Process Profiling"
            | "Thread Profiling"
            | ""
    ) || matches!(
        status,
        Some(
            NtStatus::BUFFER_OVERFLOW
                | NtStatus::BUFFER_TOO_SMALL
                | NtStatus::REPARSE
                | NtStatus::FAST_IO_DISALLOWED
                | NtStatus::OPLOCK_NOT_GRANTED
                | NtStatus::OPLOCK_BREAK_IN_PROGRESS
        )
    )
}

/// Whether a status means that the request was served. One that is still pending has not
/// failed.
pub(super) fn is_served(status: Option<NtStatus>) -> bool {
    matches!(
        status,
        Some(
            NtStatus::SUCCESS
                | NtStatus::PENDING
                | NtStatus::NO_MORE_ENTRIES
                | NtStatus::NO_MORE_FILES
                | NtStatus::END_OF_FILE
                | NtStatus::FILE_LOCKED_WITH_ONLY_READERS
                | NtStatus::FILE_LOCKED_WITH_WRITERS
                | NtStatus::NOTIFY_ENUM_DIR
                | NtStatus::NOTIFY_CLEANUP
        )
    )
}

/// Whether a step that has this Result was simply done.
pub(super) fn is_plain_success(result: &str) -> bool {
    matches!(NtStatus::from_result(result), Some(NtStatus::SUCCESS | NtStatus::PENDING))
}

/// The result, and the part of Detail that decides what was really done.
pub(super) fn of_event(event: &Event, operation: &str, result: &str) -> String {
    let item = match operation {
        "CreateFile" => "OpenResult",
        "Process Exit" => "Exit Status",
        _ => "",
    };
    let detail = if item.is_empty() { None } else { event.detail() };
    let text = plain_result(result);
    match detail.as_ref().and_then(|detail| detail.get(item)) {
        Some(value) => format!("{text} ({value})"),
        None => match NtStatus::from_result(result) {
            Some(NtStatus::FILE_LOCKED_WITH_ONLY_READERS | NtStatus::FILE_LOCKED_WITH_WRITERS) => {
                "SUCCESS".into()
            }
            _ => text.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_number_of_a_status_are_one_result() {
        assert_eq!(plain_result("0xC0000034"), "NAME NOT FOUND");
        assert_eq!(plain_result("NAME NOT FOUND"), "NAME NOT FOUND");
        assert_eq!(plain_result(""), "");
        for unknown in ["0xC000046F", "NO SUCH TEXT"] {
            assert_eq!(plain_result(unknown), unknown);
        }
        let status = NtStatus::from_result;
        assert!(is_noise("RegQueryValue", status("0x80000005")));
        assert!(!is_noise("RegQueryValue", status("0xC0000034")));
        assert!(is_served(status("0x8000001A")) && is_served(status("")));
        assert!(!is_served(status("ACCESS DENIED")) && !is_served(status("NO SUCH TEXT")));
    }
}
