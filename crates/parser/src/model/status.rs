//! Result texts and the NTSTATUS codes behind them.

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
const TEXTS: [(u32, &str); 101] = [
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
    (0x8000_0005, "BUFFER OVERFLOW"),
    (0x8000_0006, "NO MORE FILES"),
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
    (0xC000_0052, "NO EAS ON FILE"),
    (0xC000_0054, "FILE LOCK CONFLICT"),
    (0xC000_0055, "NOT GRANTED"),
    (0xC000_0056, "DELETE PENDING"),
    (0xC000_0061, "PRIVILEGE NOT HELD"),
    (0xC000_007E, "RANGE NOT LOCKED"),
    (0xC000_007F, "DISK FULL"),
    (0xC000_0098, "FILE INVALID"),
    (0xC000_009A, "INSUFFICIENT RESOURCES"),
    (0xC000_009C, "DEVICE DATA ERROR"),
    (0xC000_009D, "DEVICE NOT CONNECTED"),
    (0xC000_00A2, "MEDIA WRITE PROTECTED"),
    (0xC000_00A5, "BAD IMPERSONATION"),
    (0xC000_00B0, "PIPE DISCONNECTED"),
    (0xC000_00B5, "IO TIMEOUT"),
    (0xC000_00BA, "IS DIRECTORY"),
    (0xC000_00BB, "NOT SUPPORTED"),
    (0xC000_00BD, "DUPLICATE NAME"),
    (0xC000_00BE, "BAD NETWORK PATH"),
    (0xC000_00C4, "NETWORK ERROR"),
    (0xC000_00CC, "BAD NETWORK NAME"),
    (0xC000_00D4, "NOT SAME DEVICE"),
    (0xC000_00D9, "PIPE EMPTY"),
    (0xC000_00E2, "OPLOCK NOT GRANTED"),
    (0xC000_0101, "NOT EMPTY"),
    (0xC000_0102, "FILE CORRUPT"),
    (0xC000_0103, "NOT A DIRECTORY"),
    (0xC000_0107, "FILES OPEN"),
    (0xC000_010D, "CANNOT IMPERSONATE"),
    (0xC000_0120, "CANCELLED"),
    (0xC000_0121, "CANNOT DELETE"),
    (0xC000_0123, "FILE DELETED"),
    (0xC000_0128, "FILE CLOSED"),
    (0xC000_014B, "PIPE BROKEN"),
    (0xC000_014C, "REGISTRY CORRUPT"),
    (0xC000_014D, "IO FAILED"),
    (0xC000_017C, "KEY DELETED"),
    (0xC000_0184, "INVALID DEVICE STATE"),
    (0xC000_0185, "IO DEVICE ERROR"),
    (0xC000_0188, "LOG FILE FULL"),
    (0xC000_0205, "INSUFFICIENT SERVER RESOURCES"),
    (0xC000_020C, "DISCONNECTED"),
    (0xC000_0225, "NOT FOUND"),
    (0xC000_0243, "USER MAPPED FILE"),
    (0xC000_0273, "NO MORE MATCHES"),
    (0xC000_0275, "NOT REPARSE POINT"),
    (0xC000_02F0, "OBJECTID NOT FOUND"),
    (0xC000_0425, "HIVE UNLOADED"),
    (0xC000_0427, "FILE SYSTEM LIMITATION"),
    (0xC000_0463, "DEVICE FEATURE NOT SUPPORTED"),
    (0xC000_046D, "OBJECT NOT EXTERNALLY BACKED"),
    (0xC000_0909, "CANNOT BREAK OPLOCK"),
    (0xC000_A2A3, "OFFLOAD READ FILE NOT SUPPORTED"),
    (0xC01C_0004, "FAST IO DISALLOWED"),
];

impl NtStatus {
    /// The operation succeeded.
    pub const SUCCESS: NtStatus = NtStatus(0);
    /// The operation had not completed when the capture was saved.
    pub const PENDING: NtStatus = NtStatus(0x103);
    /// The caller's buffer was too small; normal for a first query.
    pub const BUFFER_OVERFLOW: NtStatus = NtStatus(0x8000_0005);
    /// A read began at or behind the end of the file.
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

    /// The code behind a Result text; `None` for an unknown text.
    pub fn from_result(text: &str) -> Option<NtStatus> {
        let text = text.trim();
        if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            return u32::from_str_radix(hex, 16).ok().map(NtStatus);
        }
        TEXTS.iter().find(|row| row.1.eq_ignore_ascii_case(text)).map(|row| NtStatus(row.0))
    }

    /// Procmon's text for the code; empty for a pending operation, `None` when
    /// Procmon prints the number.
    pub fn text(self) -> Option<&'static str> {
        let row = TEXTS.binary_search_by_key(&self.0, |row| row.0).ok()?;
        Some(TEXTS[row].1)
    }
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
    fn text_and_number_are_the_same_status() {
        assert_eq!(NtStatus::from_result("0x368"), NtStatus::from_result("reparse global"));
        assert_eq!(NtStatus::from_result("NO SUCH TEXT"), None);
    }
}
