//! What a Result text says about the operation: the same answer for everybody who
//! asks.

use procmonkey_parser::NtStatus;

/// What a Result text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The operation succeeded.
    Success,
    /// It had not completed when the capture was saved.
    Pending,
    /// What was asked for is not there.
    Missing(Missing),
    /// Access was denied.
    Denied,
    /// Another handle has it open, or a part of it locked.
    InUse,
    /// The name is taken already.
    Exists,
    /// A read began at or behind the end.
    EndOfFile,
    /// An answer that stands in healthy captures, too.
    Normal,
    /// It failed for another reason.
    Failed(FailureKind),
}

/// How much of a path is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The last name.
    Name,
    /// A folder on the way.
    Path,
}

/// Why an operation failed, where it is neither absence, nor rights, nor another
/// handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum FailureKind {
    /// The volume has no room left.
    DiskFull,
    /// The account has used up its quota.
    Quota,
    /// The file or the file system is damaged.
    Damaged,
    /// The device did not answer, or answered with an error.
    Device,
    /// The file is marked for deletion and goes away with its last handle.
    DeletePending,
    /// The medium does not take writes.
    WriteProtected,
    /// A virus scanner refused the file or removed it.
    Infected,
    /// The file is encrypted for somebody else, or cannot be decrypted.
    Encrypted,
    /// Windows had too little memory or another resource.
    Resources,
    /// The file may not be deleted, such as one with the attribute read-only.
    Undeletable,
    /// A known result of none of these kinds.
    Other,
    /// A result text that is not known.
    Unknown,
}

use FailureKind::{
    Damaged, DeletePending, Device, DiskFull, Encrypted, Infected, Quota, Resources, Undeletable,
    WriteProtected,
};

/// Codes that say more than that something failed.
const CODES: &[(u32, Outcome)] = &[
    (0x0000_0000, Outcome::Success),
    (0x0000_0103, Outcome::Pending),
    (0x8000_0005, Outcome::Normal),                 // BUFFER OVERFLOW
    (0x8000_0006, Outcome::Normal),                 // NO MORE FILES
    (0x8000_0011, Outcome::Failed(Device)),         // DEVICE BUSY
    (0x8000_0012, Outcome::Normal),                 // NO MORE EAS
    (0x8000_001A, Outcome::Normal),                 // NO MORE ENTRIES
    (0xC000_0002, Outcome::Normal),                 // NOT IMPLEMENTED
    (0xC000_0003, Outcome::Normal),                 // INVALID INFO CLASS
    (0xC000_0004, Outcome::Normal),                 // INFO LENGTH MISMATCH
    (0xC000_0006, Outcome::Failed(Device)),         // IN PAGE ERROR
    (0xC000_000E, Outcome::Failed(Device)),         // NO SUCH DEVICE
    (0xC000_000F, Outcome::Missing(Missing::Name)), // NO SUCH FILE
    (0xC000_0010, Outcome::Normal),                 // INVALID DEVICE REQUEST
    (0xC000_0011, Outcome::EndOfFile),
    (0xC000_0012, Outcome::Failed(Device)),    // WRONG VOLUME
    (0xC000_0013, Outcome::Failed(Device)),    // NO MEDIA
    (0xC000_0014, Outcome::Failed(Damaged)),   // UNRECOGNIZED MEDIA
    (0xC000_0015, Outcome::Failed(Device)),    // NONEXISTENT SECTOR
    (0xC000_0017, Outcome::Failed(Resources)), // NO MEMORY
    (0xC000_0022, Outcome::Denied),
    (0xC000_0023, Outcome::Normal),          // BUFFER TOO SMALL
    (0xC000_0032, Outcome::Failed(Damaged)), // DISK CORRUPT
    (0xC000_0034, Outcome::Missing(Missing::Name)),
    (0xC000_0035, Outcome::Exists),
    (0xC000_0039, Outcome::Missing(Missing::Path)), // OBJECT PATH INVALID
    (0xC000_003A, Outcome::Missing(Missing::Path)),
    (0xC000_003E, Outcome::Failed(Damaged)), // DATA ERROR
    (0xC000_003F, Outcome::Failed(Damaged)), // CRC ERROR
    (0xC000_0043, Outcome::InUse),
    (0xC000_0044, Outcome::Failed(Quota)),
    (0xC000_004F, Outcome::Normal),          // EAS NOT SUPPORTED
    (0xC000_0051, Outcome::Normal),          // NONEXISTENT EA ENTRY
    (0xC000_0052, Outcome::Normal),          // NO EAS ON FILE
    (0xC000_0053, Outcome::Failed(Damaged)), // EA CORRUPT ERROR
    (0xC000_0054, Outcome::InUse),           // FILE LOCK CONFLICT
    (0xC000_0055, Outcome::InUse),           // NOT GRANTED
    (0xC000_0056, Outcome::Failed(DeletePending)),
    (0xC000_0061, Outcome::Denied), // PRIVILEGE NOT HELD
    (0xC000_007E, Outcome::Normal), // RANGE NOT LOCKED
    (0xC000_007F, Outcome::Failed(DiskFull)),
    (0xC000_0098, Outcome::Failed(Damaged)), // FILE INVALID
    (0xC000_009A, Outcome::Failed(Resources)),
    (0xC000_009C, Outcome::Failed(Damaged)), // DEVICE DATA ERROR
    (0xC000_009D, Outcome::Failed(Device)),  // DEVICE NOT CONNECTED
    (0xC000_009E, Outcome::Failed(Device)),  // DEVICE POWER FAILURE
    (0xC000_00A2, Outcome::Failed(WriteProtected)),
    (0xC000_00A3, Outcome::Failed(Device)), // DEVICE NOT READY
    (0xC000_00B5, Outcome::Failed(Device)), // IO TIMEOUT
    (0xC000_00BB, Outcome::Normal),         // NOT SUPPORTED
    (0xC000_00BE, Outcome::Missing(Missing::Path)), // BAD NETWORK PATH
    (0xC000_00CC, Outcome::Missing(Missing::Path)), // BAD NETWORK NAME
    (0xC000_00D8, Outcome::Normal),         // CANT WAIT
    (0xC000_00E2, Outcome::Normal),         // OPLOCK NOT GRANTED
    (0xC000_0102, Outcome::Failed(Damaged)), // FILE CORRUPT
    (0xC000_0103, Outcome::Missing(Missing::Path)), // NOT A DIRECTORY
    (0xC000_0107, Outcome::InUse),          // FILES OPEN
    (0xC000_0121, Outcome::Failed(Undeletable)), // CANNOT DELETE
    (0xC000_0123, Outcome::Failed(DeletePending)), // FILE DELETED
    (0xC000_012D, Outcome::Failed(Resources)), // COMMITMENT LIMIT
    (0xC000_014D, Outcome::Failed(Device)), // IO FAILED
    (0xC000_014F, Outcome::Failed(Damaged)), // UNRECOGNIZED VOLUME
    (0xC000_0162, Outcome::Failed(Device)), // the hardware of the memory
    (0xC000_0165, Outcome::Failed(Damaged)), // FLOPPY ID MARK NOT FOUND
    (0xC000_0168, Outcome::Failed(Device)), // FLOPPY BAD REGISTERS
    (0xC000_0169, Outcome::Failed(Device)), // DISK RECALIBRATE FAILED
    (0xC000_016A, Outcome::Failed(Device)), // DISK OPERATION FAILED
    (0xC000_016B, Outcome::Failed(Device)), // DISK RESET FAILED
    (0xC000_0184, Outcome::Failed(Device)), // INVALID DEVICE STATE
    (0xC000_0185, Outcome::Failed(Device)), // IO DEVICE ERROR
    (0xC000_0188, Outcome::Failed(DiskFull)), // LOG FILE FULL
    (0xC000_01E5, Outcome::Normal),         // FAST IO DISALLOWED, an older code
    (0xC000_0205, Outcome::Failed(Resources)),
    (0xC000_0225, Outcome::Missing(Missing::Name)), // NOT FOUND
    (0xC000_0243, Outcome::InUse),                  // USER MAPPED FILE
    (0xC000_026E, Outcome::Failed(Device)),         // VOLUME DISMOUNTED
    (0xC000_0273, Outcome::Normal),                 // NO MORE MATCHES
    (0xC000_0275, Outcome::Normal),                 // NOT REPARSE POINT
    (0xC000_028A, Outcome::Failed(Encrypted)),      // ENCRYPTION FAILED
    (0xC000_028B, Outcome::Failed(Encrypted)),      // DECRYPTION FAILED
    (0xC000_028D, Outcome::Failed(Encrypted)),      // NO RECOVERY POLICY
    (0xC000_028E, Outcome::Failed(Encrypted)),      // NO EFS
    (0xC000_028F, Outcome::Failed(Encrypted)),      // WRONG EFS
    (0xC000_0290, Outcome::Failed(Encrypted)),      // NO USER KEYS
    (0xC000_02B6, Outcome::Failed(Device)),         // DEVICE REMOVED
    (0xC000_02C4, Outcome::Failed(Damaged)),        // CORRUPT SYSTEM FILE
    (0xC000_02F0, Outcome::Normal),                 // OBJECTID NOT FOUND
    (0xC000_0361, Outcome::Denied),                 // ACCESS DISABLED BY POLICY
    (0xC000_0362, Outcome::Denied),
    (0xC000_0363, Outcome::Denied),
    (0xC000_0364, Outcome::Denied),
    (0xC000_0427, Outcome::Failed(DiskFull)), // FILE SYSTEM LIMITATION
    (0xC000_0463, Outcome::Normal),           // DEVICE FEATURE NOT SUPPORTED
    (0xC000_0464, Outcome::Failed(Device)),   // DEVICE UNREACHABLE
    (0xC000_046D, Outcome::Normal),           // OBJECT NOT EXTERNALLY BACKED
    (0xC000_0470, Outcome::Failed(Damaged)),  // DATA CHECKSUM ERROR
    (0xC000_0483, Outcome::Failed(Device)),   // DEVICE HARDWARE ERROR
    (0xC000_0802, Outcome::Failed(Quota)),    // DISK QUOTA EXCEEDED
    (0xC000_0906, Outcome::Failed(Infected)), // VIRUS INFECTED
    (0xC000_0907, Outcome::Failed(Infected)), // VIRUS DELETED
    (0xC000_0909, Outcome::InUse),            // CANNOT BREAK OPLOCK
    (0xC000_A2A1, Outcome::Normal),           // offloaded copies are not supported
    (0xC000_A2A2, Outcome::Normal),
    (0xC000_A2A3, Outcome::Normal),
    (0xC000_A2A4, Outcome::Normal),
    (0xC01C_0004, Outcome::Normal),            // FAST IO DISALLOWED
    (0xC021_0000, Outcome::Failed(Encrypted)), // the volume is locked by BitLocker
];

/// Words that say the kind of a text for which Procmon prints the number. The
/// first that fits counts.
const WORDS: &[(&str, FailureKind)] = &[
    ("VIRUS", Infected),
    ("MALWARE", Infected),
    ("THREAT", Infected),
    ("QUOTA", Quota),
    ("WRITE PROTECT", WriteProtected),
    ("READ ONLY", WriteProtected),
    ("FULL", DiskFull),
    ("NO SPACE", DiskFull),
    ("CORRUPT", Damaged),
    ("CRC", Damaged),
    ("CHECKSUM", Damaged),
    ("DATA ERROR", Damaged),
    ("DELETE", DeletePending),
    ("CRYPT", Encrypted),
    ("DEVICE", Device),
    ("DISK", Device),
    ("SECTOR", Device),
    ("MEDIA", Device),
    ("VOLUME", Device),
    ("I/O", Device),
    ("IO ", Device),
    ("RESOURCES", Resources),
    ("MEMORY", Resources),
];

impl Outcome {
    /// What a Result text says, in words or as a number.
    pub(crate) fn of(result: &str) -> Outcome {
        Outcome::with_status(result, NtStatus::from_result(result))
    }

    /// The same, where the caller has looked its code up.
    pub(crate) fn with_status(result: &str, status: Option<NtStatus>) -> Outcome {
        match status {
            Some(status) => Outcome::of_status(status),
            None => {
                let text = result.to_uppercase().replace(['_', '-'], " ");
                // Some tools print the name of the code.
                let text = text.trim().trim_start_matches("STATUS ");
                if let Some(status) = NtStatus::from_result(text) {
                    return Outcome::of_status(status);
                }
                let kind = WORDS.iter().find(|(word, _)| text.contains(word));
                Outcome::Failed(kind.map_or(FailureKind::Unknown, |(_, kind)| *kind))
            }
        }
    }

    fn of_status(status: NtStatus) -> Outcome {
        if let Ok(row) = CODES.binary_search_by_key(&status.0, |row| row.0) {
            return CODES[row].1;
        }
        match (status.0 >> 30, status.text()) {
            // The upper bits tell success and information from warning and error.
            (0 | 1, _) => Outcome::Normal,
            (_, Some(_)) => Outcome::Failed(FailureKind::Other),
            (_, None) => Outcome::Failed(FailureKind::Unknown),
        }
    }
}

impl FailureKind {
    /// Whether it is a result that even a query of attributes gives only where
    /// something is wrong.
    pub(crate) fn is_certain(self) -> bool {
        !matches!(self, FailureKind::Other | FailureKind::Undeletable | FailureKind::Resources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ascending() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn text_and_number_say_the_same() {
        use FailureKind::*;
        let failed = Outcome::Failed;
        for (result, want) in [
            ("SUCCESS", Outcome::Success),
            ("", Outcome::Pending),
            ("NAME NOT FOUND", Outcome::Missing(Missing::Name)),
            ("0xC000003A", Outcome::Missing(Missing::Path)),
            ("NOT A DIRECTORY", Outcome::Missing(Missing::Path)),
            ("access denied", Outcome::Denied),
            ("FILE LOCK CONFLICT", Outcome::InUse),
            ("NAME COLLISION", Outcome::Exists),
            ("END OF FILE", Outcome::EndOfFile),
            ("REPARSE", Outcome::Normal),
            ("0x368", Outcome::Normal),
            ("FAST IO DISALLOWED", Outcome::Normal),
            ("FILE LOCKED WITH ONLY READERS", Outcome::Normal),
            ("FILE CORRUPT", failed(Damaged)),
            ("0xC0000102", failed(Damaged)),
            ("CRC ERROR", failed(Damaged)),
            ("DATA ERROR", failed(Damaged)),
            ("DISK FULL", failed(DiskFull)),
            ("QUOTA EXCEEDED", failed(Quota)),
            ("DISK QUOTA EXCEEDED", failed(Quota)),
            ("VIRUS INFECTED", failed(Infected)),
            ("0xC0000906", failed(Infected)),
            ("STATUS_VIRUS_DELETED", failed(Infected)),
            ("MEDIA WRITE PROTECTED", failed(WriteProtected)),
            ("WRITE PROTECTED", failed(WriteProtected)),
            ("DELETE PENDING", failed(DeletePending)),
            ("FILE DELETED", failed(DeletePending)),
            ("IO DEVICE ERROR", failed(Device)),
            ("I/O ERROR", failed(Device)),
            ("DEVICE NOT READY", failed(Device)),
            ("CANNOT DELETE", failed(Undeletable)),
            ("CANCELLED", failed(Other)),
            ("0xC0001234", failed(Unknown)),
            ("SOMETHING NEW", failed(Unknown)),
        ] {
            assert_eq!(Outcome::of(result), want, "{result}");
        }
    }
}
