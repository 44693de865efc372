//! The texts of the column `Result`.

use super::text::push_hex_upper;

/// Appends what Procmon shows for a status: a text for the codes that it
/// knows, nothing while the operation is pending, and a number otherwise.
pub(crate) fn push(out: &mut String, status: u32) {
    match name(status) {
        Some(name) => out.push_str(name),
        None => {
            out.push_str("0x");
            push_hex_upper(out, status);
        }
    }
}

/// The text of a status; `None` for one that is shown as a number.
///
/// The list is that of Procmon up to 3.6: newer ones know a few more codes.
#[rustfmt::skip]
pub(crate) fn name(status: u32) -> Option<&'static str> {
    Some(match status {
        0x0000_0000 => "SUCCESS",
        0x0000_0103 => "",
        0x0000_0104 => "REPARSE",
        0x0000_0105 => "MORE ENTRIES",
        0x0000_0108 => "OPLOCK BREAK IN PROGRESS",
        0x0000_010B => "NOTIFY CLEANUP",
        0x0000_010C => "NOTIFY ENUM DIR",
        0x0000_012A => "FILE LOCKED WITH ONLY READERS",
        0x0000_012B => "FILE LOCKED WITH WRITERS",
        0x0000_0215 => "OPLOCK SWITCHED TO NEW HANDLE",
        0x0000_0216 => "OPLOCK HANDLE CLOSED",
        0x0000_0367 => "WAIT FOR OPLOCK",
        0x8000_0005 => "BUFFER OVERFLOW",
        0x8000_0006 => "NO MORE FILES",
        0x8000_001A => "NO MORE ENTRIES",
        0xC000_0001 => "UNSUCCESSFUL",
        0xC000_0002 => "NOT IMPLEMENTED",
        0xC000_0003 => "INVALID INFO CLASS",
        0xC000_0004 => "INFO LENGTH MISMATCH",
        0xC000_0005 => "ACCESS VIOLATION",
        0xC000_0006 => "IN PAGE ERROR",
        0xC000_0008 => "INVALID HANDLE",
        0xC000_000D => "INVALID PARAMETER",
        0xC000_000E => "NO SUCH DEVICE",
        0xC000_000F => "NO SUCH FILE",
        0xC000_0010 => "INVALID DEVICE REQUEST",
        0xC000_0011 => "END OF FILE",
        0xC000_0012 => "WRONG VOLUME",
        0xC000_0013 => "NO MEDIA",
        0xC000_0015 => "NONEXISTENT SECTOR",
        0xC000_0017 => "NO MEMORY",
        0xC000_0022 => "ACCESS DENIED",
        0xC000_0023 => "BUFFER TOO SMALL",
        0xC000_0024 => "OBJECT TYPE MISMATCH",
        0xC000_0032 => "DISK CORRUPT",
        0xC000_0033 => "NAME INVALID",
        0xC000_0034 => "NAME NOT FOUND",
        0xC000_0035 => "NAME COLLISION",
        0xC000_0039 => "OBJECT PATH INVALID",
        0xC000_003A => "PATH NOT FOUND",
        0xC000_003B => "PATH SYNTAX BAD",
        0xC000_003C => "DATA OVERRUN",
        0xC000_003F => "CRC ERROR",
        0xC000_0043 => "SHARING VIOLATION",
        0xC000_0044 => "QUOTA EXCEEDED",
        0xC000_004F => "EAS NOT SUPPORTED",
        0xC000_0052 => "NO EAS ON FILE",
        0xC000_0054 => "FILE LOCK CONFLICT",
        0xC000_0055 => "NOT GRANTED",
        0xC000_0056 => "DELETE PENDING",
        0xC000_0061 => "PRIVILEGE NOT HELD",
        0xC000_007E => "RANGE NOT LOCKED",
        0xC000_007F => "DISK FULL",
        0xC000_0098 => "FILE INVALID",
        0xC000_009A => "INSUFFICIENT RESOURCES",
        0xC000_009C => "DEVICE DATA ERROR",
        0xC000_009D => "DEVICE NOT CONNECTED",
        0xC000_00A2 => "MEDIA WRITE PROTECTED",
        0xC000_00A5 => "BAD IMPERSONATION",
        0xC000_00B0 => "PIPE DISCONNECTED",
        0xC000_00B5 => "IO TIMEOUT",
        0xC000_00BA => "IS DIRECTORY",
        0xC000_00BB => "NOT SUPPORTED",
        0xC000_00BD => "DUPLICATE NAME",
        0xC000_00BE => "BAD NETWORK PATH",
        0xC000_00C4 => "NETWORK ERROR",
        0xC000_00CC => "BAD NETWORK NAME",
        0xC000_00D4 => "NOT SAME DEVICE",
        0xC000_00D9 => "PIPE EMPTY",
        0xC000_00E2 => "OPLOCK NOT GRANTED",
        0xC000_0101 => "NOT EMPTY",
        0xC000_0102 => "FILE CORRUPT",
        0xC000_0103 => "NOT A DIRECTORY",
        0xC000_0107 => "FILES OPEN",
        0xC000_010D => "CANNOT IMPERSONATE",
        0xC000_0120 => "CANCELLED",
        0xC000_0121 => "CANNOT DELETE",
        0xC000_0123 => "FILE DELETED",
        0xC000_0128 => "FILE CLOSED",
        0xC000_014B => "PIPE BROKEN",
        0xC000_014C => "REGISTRY CORRUPT",
        0xC000_014D => "IO FAILED",
        0xC000_017C => "KEY DELETED",
        0xC000_0184 => "INVALID DEVICE STATE",
        0xC000_0185 => "IO DEVICE ERROR",
        0xC000_0188 => "LOG FILE FULL",
        0xC000_0205 => "INSUFFICIENT SERVER RESOURCES",
        0xC000_020C => "DISCONNECTED",
        0xC000_0225 => "NOT FOUND",
        0xC000_0243 => "USER MAPPED FILE",
        0xC000_0273 => "NO MORE MATCHES",
        0xC000_0275 => "NOT REPARSE POINT",
        0xC000_02F0 => "OBJECTID NOT FOUND",
        0xC000_0425 => "HIVE UNLOADED",
        0xC000_0427 => "FILE SYSTEM LIMITATION",
        0xC000_0463 => "DEVICE FEATURE NOT SUPPORTED",
        0xC000_046D => "OBJECT NOT EXTERNALLY BACKED",
        0xC000_0909 => "CANNOT BREAK OPLOCK",
        0xC000_A2A3 => "OFFLOAD READ FILE NOT SUPPORTED",
        0xC01C_0004 => "FAST IO DISALLOWED",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NtStatus;

    /// The other list is what is understood in text: it has one text more, of newer
    /// versions.
    #[test]
    fn what_is_printed_is_understood() {
        let codes = [0, 0x8000_0000, 0xC000_0000, 0xC000_A000, 0xC01C_0000];
        for code in codes.iter().flat_map(|first| *first..first + 0x1000) {
            if code != 0x368 {
                assert_eq!(NtStatus(code).text(), name(code), "{code:X}");
            }
        }
        assert_eq!(name(0xC000_003F), Some("CRC ERROR"));
        assert_eq!(name(0xC000_0906), None);
    }

    #[test]
    fn an_unknown_status_is_a_number_without_padding() {
        let mut out = String::new();
        push(&mut out, 0x368);
        out.push('|');
        push(&mut out, 0xC000_046F);
        out.push('|');
        push(&mut out, 0x103);
        assert_eq!(out, "0x368|0xC000046F|");
    }
}
