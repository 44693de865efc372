//! Result texts and their NTSTATUS codes.

use std::fmt;

/// An NTSTATUS code.
///
/// Older Procmon versions print codes that they do not know as hexadecimal, so
/// one status appears as text in one capture and as a number in another.
///
/// ```
/// use procmonkey_parser::NtStatus;
///
/// assert_eq!(NtStatus::from_result("NAME NOT FOUND"), Some(NtStatus::NAME_NOT_FOUND));
/// assert_eq!(NtStatus::from_result("0xC0000034"), Some(NtStatus::NAME_NOT_FOUND));
/// assert_eq!(NtStatus::NAME_NOT_FOUND.to_string(), "NAME NOT FOUND");
/// assert_eq!(NtStatus(0xC000046F).to_string(), "0xC000046F");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NtStatus(pub u32);

/// Code and Procmon's text, ascending by code. A pending operation has no text.
const TEXTS: [(u32, &str); 154] = [
    (0x0000_0000, "SUCCESS"),
    (0x0000_0103, ""),
    (0x0000_0104, "REPARSE"),
    (0x0000_0105, "MORE ENTRIES"),
    (0x0000_0108, "OPLOCK BREAK IN PROGRESS"),
    (0x0000_010B, "NOTIFY CLEANUP"),
    (0x0000_010C, "NOTIFY ENUM DIR"),
    (0x0000_012A, "FILE LOCKED WITH ONLY READERS"),
    (0x0000_012B, "FILE LOCKED WITH WRITERS"),
    (0x0000_0215, "OPLOCK SWITCHED TO NEW HANDLE"),
    (0x0000_0216, "OPLOCK HANDLE CLOSED"),
    (0x0000_0367, "WAIT FOR OPLOCK"),
    (0x0000_0368, "REPARSE GLOBAL"),
    (0x0000_0369, "PAGE FAULT RETRY"),
    (0x4000_0016, "PREDEFINED HANDLE"),
    (0x8000_0002, "DATATYPE MISALIGNMENT"),
    (0x8000_0005, "BUFFER OVERFLOW"),
    (0x8000_0006, "NO MORE FILES"),
    (0x8000_0015, "INVALID EA FLAG"),
    (0x8000_001A, "NO MORE ENTRIES"),
    (0xC000_0001, "UNSUCCESSFUL"),
    (0xC000_0002, "NOT IMPLEMENTED"),
    (0xC000_0003, "INVALID INFO CLASS"),
    (0xC000_0004, "INFO LENGTH MISMATCH"),
    (0xC000_0005, "ACCESS VIOLATION"),
    (0xC000_0006, "IN PAGE ERROR"),
    (0xC000_0008, "INVALID HANDLE"),
    (0xC000_000D, "INVALID PARAMETER"),
    (0xC000_000E, "NO SUCH DEVICE"),
    (0xC000_000F, "NO SUCH FILE"),
    (0xC000_0010, "INVALID DEVICE REQUEST"),
    (0xC000_0011, "END OF FILE"),
    (0xC000_0012, "WRONG VOLUME"),
    (0xC000_0013, "NO MEDIA"),
    (0xC000_0015, "NONEXISTENT SECTOR"),
    (0xC000_0017, "NO MEMORY"),
    (0xC000_0021, "ALREADY COMMITTED"),
    (0xC000_0022, "ACCESS DENIED"),
    (0xC000_0023, "BUFFER TOO SMALL"),
    (0xC000_0024, "OBJECT TYPE MISMATCH"),
    (0xC000_0032, "DISK CORRUPT"),
    (0xC000_0033, "NAME INVALID"),
    (0xC000_0034, "NAME NOT FOUND"),
    (0xC000_0035, "NAME COLLISION"),
    (0xC000_0039, "OBJECT PATH INVALID"),
    (0xC000_003A, "PATH NOT FOUND"),
    (0xC000_003B, "PATH SYNTAX BAD"),
    (0xC000_003C, "DATA OVERRUN"),
    (0xC000_003F, "CRC ERROR"),
    (0xC000_0043, "SHARING VIOLATION"),
    (0xC000_0044, "QUOTA EXCEEDED"),
    (0xC000_004F, "EAS NOT SUPPORTED"),
    (0xC000_0050, "EA TOO LARGE"),
    (0xC000_0051, "NONEXISTENT EA ENTRY"),
    (0xC000_0052, "NO EAS ON FILE"),
    (0xC000_0053, "EA CORRUPT ERROR"),
    (0xC000_0054, "FILE LOCK CONFLICT"),
    (0xC000_0055, "NOT GRANTED"),
    (0xC000_0056, "DELETE PENDING"),
    (0xC000_0061, "PRIVILEGE NOT HELD"),
    (0xC000_006D, "LOGON FAILURE"),
    (0xC000_007E, "RANGE NOT LOCKED"),
    (0xC000_007F, "DISK FULL"),
    (0xC000_0098, "FILE INVALID"),
    (0xC000_009A, "INSUFFICIENT RESOURCES"),
    (0xC000_009C, "DEVICE DATA ERROR"),
    (0xC000_009D, "DEVICE NOT CONNECTED"),
    (0xC000_00A2, "MEDIA WRITE PROTECTED"),
    (0xC000_00A5, "BAD IMPERSONATION"),
    (0xC000_00AB, "INSTANCE NOT AVAILABLE"),
    (0xC000_00AC, "PIPE NOT AVAILABLE"),
    (0xC000_00AD, "INVALID PIPE STATE"),
    (0xC000_00AE, "PIPE BUSY"),
    (0xC000_00B0, "PIPE DISCONNECTED"),
    (0xC000_00B1, "PIPE CLOSING"),
    (0xC000_00B2, "PIPE CONNECTED"),
    (0xC000_00B3, "PIPE LISTENING"),
    (0xC000_00B4, "INVALID READ MODE"),
    (0xC000_00B5, "IO TIMEOUT"),
    (0xC000_00BA, "IS DIRECTORY"),
    (0xC000_00BB, "NOT SUPPORTED"),
    (0xC000_00BD, "DUPLICATE NAME"),
    (0xC000_00BE, "BAD NETWORK PATH"),
    (0xC000_00C1, "TOO MANY COMMANDS"),
    (0xC000_00C3, "INVALID NETWORK RESPONSE"),
    (0xC000_00C4, "NETWORK ERROR"),
    (0xC000_00CC, "BAD NETWORK NAME"),
    (0xC000_00D4, "NOT SAME DEVICE"),
    (0xC000_00D8, "CANT WAIT"),
    (0xC000_00D9, "PIPE EMPTY"),
    (0xC000_00DB, "CSC OBJECT PATH NOT FOUND"),
    (0xC000_00E2, "OPLOCK NOT GRANTED"),
    (0xC000_00EF, "INVALID PARAMETER 1"),
    (0xC000_00F0, "INVALID PARAMETER 2"),
    (0xC000_00F1, "INVALID PARAMETER 3"),
    (0xC000_00F2, "INVALID PARAMETER 4"),
    (0xC000_00FB, "REDIRECTOR NOT STARTED"),
    (0xC000_0101, "NOT EMPTY"),
    (0xC000_0102, "FILE CORRUPT"),
    (0xC000_0103, "NOT A DIRECTORY"),
    (0xC000_0107, "FILES OPEN"),
    (0xC000_010D, "CANNOT IMPERSONATE"),
    (0xC000_0120, "CANCELLED"),
    (0xC000_0121, "CANNOT DELETE"),
    (0xC000_0123, "FILE DELETED"),
    (0xC000_0128, "FILE CLOSED"),
    (0xC000_012A, "THREAD NOT IN PROCESS"),
    (0xC000_0148, "INVALID LEVEL"),
    (0xC000_014B, "PIPE BROKEN"),
    (0xC000_014C, "REGISTRY CORRUPT"),
    (0xC000_014D, "IO FAILED"),
    (0xC000_017C, "KEY DELETED"),
    (0xC000_0181, "CHILD MUST BE VOLATILE"),
    (0xC000_0184, "INVALID DEVICE STATE"),
    (0xC000_0185, "IO DEVICE ERROR"),
    (0xC000_0188, "LOG FILE FULL"),
    (0xC000_019C, "FS DRIVER REQUIRED"),
    (0xC000_0203, "USER SESSION DELETED"),
    (0xC000_0205, "INSUFFICIENT SERVER RESOURCES"),
    (0xC000_0207, "INVALID ADDRESS COMPONENT"),
    (0xC000_020C, "DISCONNECTED"),
    (0xC000_0225, "NOT FOUND"),
    (0xC000_0243, "USER MAPPED FILE"),
    (0xC000_0248, "LOGIN WKSTA RESTRICTION"),
    (0xC000_0257, "PATH NOT COVERED"),
    (0xC000_026D, "DFS UNAVAILABLE"),
    (0xC000_0273, "NO MORE MATCHES"),
    (0xC000_0275, "NOT REPARSE POINT"),
    (0xC000_02EA, "CANNOT MAKE"),
    (0xC000_02F0, "OBJECTID NOT FOUND"),
    (0xC000_0388, "DOWNGRADE DETECTED"),
    (0xC000_0425, "HIVE UNLOADED"),
    (0xC000_0427, "FILE SYSTEM LIMITATION"),
    (0xC000_0463, "DEVICE FEATURE NOT SUPPORTED"),
    (0xC000_046D, "OBJECT NOT EXTERNALLY BACKED"),
    (0xC000_04AD, "STORAGE RESERVE ID INVALID"),
    (0xC000_04AE, "STORAGE RESERVE DOES NOT EXIST"),
    (0xC000_04AF, "STORAGE RESERVE ALREADY EXISTS"),
    (0xC000_04B0, "STORAGE RESERVE NOT EMPTY"),
    (0xC000_04B1, "NOT A DAX VOLUME"),
    (0xC000_0909, "CANNOT BREAK OPLOCK"),
    (0xC000_A2A1, "OFFLOAD READ FLT NOT SUPPORTED"),
    (0xC000_A2A2, "OFFLOAD WRITE FLT NOT SUPPORTED"),
    (0xC000_A2A3, "OFFLOAD READ FILE NOT SUPPORTED"),
    (0xC000_A2A4, "OFFLOAD WRITE FILE NOT SUPPORTED"),
    (0xC019_0001, "TRANSACTIONAL CONFLICT"),
    (0xC019_0002, "INVALID TRANSACTION"),
    (0xC019_0003, "TRANSACTION NOT ACTIVE"),
    (0xC019_003E, "EFS NOT ALLOWED IN TRANSACTION"),
    (0xC019_003F, "TRANSACTIONAL OPEN NOT ALLOWED"),
    (0xC019_0040, "TRANSACTED MAPPING UNSUPPORTED REMOTE"),
    (0xC019_0044, "CANNOT EXECUTE FILE IN TRANSACTION"),
    (0xC019_0049, "SPARSE NOT ALLOWED IN TRANSACTION"),
    (0xC01C_0004, "FAST IO DISALLOWED"),
];

/// The codes of the table for which Procmon up to 3.60 prints the number.
const NEWER: [u32; 8] = [
    0x0000_0368,
    0x0000_0369,
    0xC000_0203,
    0xC000_04AD,
    0xC000_04AE,
    0xC000_04AF,
    0xC000_04B0,
    0xC000_04B1,
];

/// What most results are, which are looked for first.
const FREQUENT: [(u32, &str); 6] = [
    (0x0000_0000, "SUCCESS"),
    (0xC000_0034, "NAME NOT FOUND"),
    (0x8000_0005, "BUFFER OVERFLOW"),
    (0xC000_0023, "BUFFER TOO SMALL"),
    (0x8000_0006, "NO MORE FILES"),
    (0xC000_0022, "ACCESS DENIED"),
];

/// Other texts of a code, which some version writes.
const OTHER_TEXTS: [(u32, &str); 5] = [
    (0xC000_0021, "ALREADY COMMITED"),
    (0xC000_0053, "EA CORRUPTED ERROR"),
    (0xC000_A2A1, "STATUS_OFFLOAD_READ_FLT_NOT_SUPPORTED"),
    (0xC000_A2A2, "STATUS_OFFLOAD_WRITE_FLT_NOT_SUPPORTED"),
    (0xC019_0003, "TRANSACTION_NOT_ACTIVE"),
];

impl NtStatus {
    /// The operation succeeded.
    pub const SUCCESS: NtStatus = NtStatus(0);
    /// The operation had not completed when the capture was saved.
    pub const PENDING: NtStatus = NtStatus(0x103);
    /// The caller's buffer was too small; normal for a first query.
    pub const BUFFER_OVERFLOW: NtStatus = NtStatus(0x8000_0005);
    /// A read began at the end of the file or after it.
    pub const END_OF_FILE: NtStatus = NtStatus(0xC000_0011);
    /// Access was denied.
    pub const ACCESS_DENIED: NtStatus = NtStatus(0xC000_0022);
    /// The name does not exist in an existing folder or key.
    pub const NAME_NOT_FOUND: NtStatus = NtStatus(0xC000_0034);
    /// The name exists already.
    pub const NAME_COLLISION: NtStatus = NtStatus(0xC000_0035);
    /// A folder of the path does not exist.
    pub const PATH_NOT_FOUND: NtStatus = NtStatus(0xC000_003A);
    /// Another handle excludes this access.
    pub const SHARING_VIOLATION: NtStatus = NtStatus(0xC000_0043);
    /// The path goes on elsewhere: through a link, a mount point or a moved registry key.
    pub const REPARSE: NtStatus = NtStatus(0x104);
    /// An oplock is being broken; the caller asks again.
    pub const OPLOCK_BREAK_IN_PROGRESS: NtStatus = NtStatus(0x108);
    /// A watch of a folder or key ended because its handle was closed.
    pub const NOTIFY_CLEANUP: NtStatus = NtStatus(0x10B);
    /// A watch of a folder saw more changes than it can list.
    pub const NOTIFY_ENUM_DIR: NtStatus = NtStatus(0x10C);
    /// The file is mapped, and nobody has it open for writing.
    pub const FILE_LOCKED_WITH_ONLY_READERS: NtStatus = NtStatus(0x12A);
    /// The file is mapped, and somebody has it open for writing.
    pub const FILE_LOCKED_WITH_WRITERS: NtStatus = NtStatus(0x12B);
    /// A listing has come to its end.
    pub const NO_MORE_FILES: NtStatus = NtStatus(0x8000_0006);
    /// An enumeration has come to its end.
    pub const NO_MORE_ENTRIES: NtStatus = NtStatus(0x8000_001A);
    /// A listing found no file of the name that was asked for.
    pub const NO_SUCH_FILE: NtStatus = NtStatus(0xC000_000F);
    /// The caller's buffer cannot take anything of the answer.
    pub const BUFFER_TOO_SMALL: NtStatus = NtStatus(0xC000_0023);
    /// An oplock was refused.
    pub const OPLOCK_NOT_GRANTED: NtStatus = NtStatus(0xC000_00E2);
    /// Fast I/O was refused: the same request follows in the usual way.
    pub const FAST_IO_DISALLOWED: NtStatus = NtStatus(0xC01C_0004);

    /// The code of a Result text; `None` for an unknown text.
    pub fn from_result(text: &str) -> Option<NtStatus> {
        let text = text.trim();
        if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            return u32::from_str_radix(hex, 16).ok().map(NtStatus);
        }
        let mut rows = FREQUENT.iter().chain(&TEXTS).chain(&OTHER_TEXTS);
        rows.find(|row| row.1.eq_ignore_ascii_case(text)).map(|row| NtStatus(row.0))
    }

    /// Every text that Procmon has for a status.
    ///
    /// ```
    /// assert!(procmonkey_parser::NtStatus::texts().any(|text| text == "ACCESS DENIED"));
    /// ```
    pub fn texts() -> impl Iterator<Item = &'static str> {
        TEXTS.iter().chain(&OTHER_TEXTS).map(|row| row.1).filter(|text| !text.is_empty())
    }

    /// Procmon's text for the code; empty for a pending operation, `None` when
    /// Procmon prints the number.
    pub fn text(self) -> Option<&'static str> {
        // What nearly all operations of a capture end with.
        const FREQUENT: [(NtStatus, usize); 6] = [
            placed(NtStatus::SUCCESS),
            placed(NtStatus::NAME_NOT_FOUND),
            placed(NtStatus::REPARSE),
            placed(NtStatus::BUFFER_OVERFLOW),
            placed(NtStatus::NO_MORE_ENTRIES),
            placed(NtStatus::FAST_IO_DISALLOWED),
        ];
        if let Some((_, row)) = FREQUENT.iter().find(|(status, _)| *status == self) {
            return Some(TEXTS[*row].1);
        }
        let row = TEXTS.binary_search_by_key(&self.0, |row| row.0).ok()?;
        Some(TEXTS[row].1)
    }

    /// The text of Procmon up to 3.6, which knows fewer codes and prints the number of
    /// the others.
    pub(crate) fn text_until_3_6(self) -> Option<&'static str> {
        if NEWER.contains(&self.0) { None } else { self.text() }
    }
}

/// A status with its place in the table.
const fn placed(status: NtStatus) -> (NtStatus, usize) {
    let mut row = 0;
    while TEXTS[row].0 != status.0 {
        row += 1;
    }
    (status, row)
}

impl fmt::Display for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(text),
            None => write!(f, "0x{:X}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_ascending_and_unique() {
        assert!(TEXTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, text) in TEXTS {
            assert_eq!(NtStatus::from_result(text), Some(NtStatus(code)));
        }
    }

    #[test]
    fn a_constant_has_the_text_of_its_name() {
        for (status, text) in [
            (NtStatus::REPARSE, "REPARSE"),
            (NtStatus::OPLOCK_BREAK_IN_PROGRESS, "OPLOCK BREAK IN PROGRESS"),
            (NtStatus::NOTIFY_CLEANUP, "NOTIFY CLEANUP"),
            (NtStatus::NOTIFY_ENUM_DIR, "NOTIFY ENUM DIR"),
            (NtStatus::FILE_LOCKED_WITH_ONLY_READERS, "FILE LOCKED WITH ONLY READERS"),
            (NtStatus::FILE_LOCKED_WITH_WRITERS, "FILE LOCKED WITH WRITERS"),
            (NtStatus::NO_MORE_FILES, "NO MORE FILES"),
            (NtStatus::NO_MORE_ENTRIES, "NO MORE ENTRIES"),
            (NtStatus::NO_SUCH_FILE, "NO SUCH FILE"),
            (NtStatus::BUFFER_TOO_SMALL, "BUFFER TOO SMALL"),
            (NtStatus::OPLOCK_NOT_GRANTED, "OPLOCK NOT GRANTED"),
            (NtStatus::FAST_IO_DISALLOWED, "FAST IO DISALLOWED"),
        ] {
            assert_eq!(status.text(), Some(text));
        }
    }

    #[test]
    fn older_versions_print_the_number_of_a_newer_code() {
        assert_eq!(NtStatus(0x368).text(), Some("REPARSE GLOBAL"));
        assert_eq!(NtStatus(0x369).text(), Some("PAGE FAULT RETRY"));
        assert_eq!(NtStatus::from_result("Storage Reserve Not Empty"), Some(NtStatus(0xC000_04B0)));
        for code in NEWER {
            assert!(NtStatus(code).text().is_some(), "{code:#x} is not in the table");
            assert_eq!(NtStatus(code).text_until_3_6(), None);
        }
        assert_eq!(NtStatus::SUCCESS.text_until_3_6(), Some("SUCCESS"));
        assert_eq!(NtStatus::PENDING.text_until_3_6(), Some(""));
        assert_eq!(NtStatus::NAME_NOT_FOUND.text_until_3_6(), Some("NAME NOT FOUND"));
        assert_eq!(NtStatus(0xC000_046F).text_until_3_6(), None);
    }

    #[test]
    fn what_a_failing_disk_answers_has_the_text_of_procmon() {
        for (code, text) in [
            (0xC000_0032, "DISK CORRUPT"),
            (0xC000_003F, "CRC ERROR"),
            (0xC000_0044, "QUOTA EXCEEDED"),
            (0xC000_007F, "DISK FULL"),
            (0xC000_009C, "DEVICE DATA ERROR"),
            (0xC000_00A2, "MEDIA WRITE PROTECTED"),
            (0xC000_0102, "FILE CORRUPT"),
            (0xC000_0185, "IO DEVICE ERROR"),
        ] {
            assert_eq!(NtStatus(code).text(), Some(text));
        }
        // Procmon prints the number of STATUS_VIRUS_INFECTED.
        assert_eq!(NtStatus(0xC000_0906).to_string(), "0xC0000906");
    }

    #[test]
    fn pipes_and_transactions_have_the_text_of_procmon() {
        for (code, text) in [
            (0xC000_00AB, "INSTANCE NOT AVAILABLE"),
            (0xC000_00AE, "PIPE BUSY"),
            (0xC000_00B3, "PIPE LISTENING"),
            (0xC000_0181, "CHILD MUST BE VOLATILE"),
            (0xC000_0257, "PATH NOT COVERED"),
            (0xC019_0049, "SPARSE NOT ALLOWED IN TRANSACTION"),
        ] {
            assert_eq!(NtStatus(code).text_until_3_6(), Some(text));
        }
        for (code, text) in OTHER_TEXTS {
            assert_eq!(NtStatus::from_result(text), Some(NtStatus(code)));
            assert_ne!(NtStatus(code).text(), Some(text));
        }
    }

    #[test]
    fn text_and_number_are_the_same_status() {
        assert_eq!(NtStatus::from_result("0x368"), NtStatus::from_result("reparse global"));
        assert_eq!(NtStatus::from_result("NO SUCH TEXT"), None);
    }
}
