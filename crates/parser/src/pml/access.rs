//! Flag words of file and registry operations, in Procmon's words and order.

use super::text::push_hex;

/// Names of bits, in the order in which Procmon prints them.
pub(crate) type Words = [(u32, &'static str)];

/// Appends the names of all bits that are set, separated by `separator`. A name removes
/// its bits, so a name for several bits must come before the names of single ones.
/// Returns the bits without a name.
pub(crate) fn push_words(
    out: &mut String,
    bits: u32,
    words: &Words,
    separator: &'static str,
) -> u32 {
    let start = out.len();
    let mut left = bits;
    for &(mask, word) in words {
        if left & mask == mask {
            if out.len() > start {
                out.push_str(separator);
            }
            out.push_str(word);
            left &= !mask;
        }
    }
    left
}

/// Appends the names of a mask's bits, then the remaining bits in hexadecimal.
pub(crate) fn push_words_and_rest(out: &mut String, bits: u32, words: &Words) {
    let start = out.len();
    let left = push_words(out, bits, words, ", ");
    if left != 0 {
        if out.len() > start {
            out.push_str(", ");
        }
        out.push_str("0x");
        push_hex(out, u64::from(left));
    }
}

/// Appends the access rights requested for a file.
pub(crate) fn push_file_access(out: &mut String, access: u32) {
    push_access(
        out,
        fold_generic(access, [0x12_0089, 0x12_0116, 0x12_00A0, 0x1F_01FF]),
        &FILE_ACCESS,
    );
}

/// Appends the access rights requested for a registry key.
pub(crate) fn push_key_access(out: &mut String, access: u32) {
    push_access(out, fold_generic(access, [0x2_0019, 0x2_0006, 0x2_0019, 0xF_003F]), &KEY_ACCESS);
}

fn push_access(out: &mut String, access: u32, words: &Words) {
    let start = out.len();
    push_words(out, access, words, ", ");
    if out.len() == start {
        out.push_str("None 0x");
        push_hex(out, u64::from(access));
    }
}

/// Replaces the generic rights (read, write, execute, all) by the rights that they stand
/// for.
fn fold_generic(access: u32, meanings: [u32; 4]) -> u32 {
    const GENERIC: [u32; 4] = [1 << 31, 1 << 30, 1 << 29, 1 << 28];
    GENERIC.into_iter().zip(meanings).fold(access, |access, (bit, meaning)| {
        if access & bit == 0 { access } else { (access & !bit) | meaning }
    })
}

/// Appends file attributes as letters; `n/a` if there are none.
pub(crate) fn push_attributes(out: &mut String, attributes: u32) {
    let start = out.len();
    push_words(out, attributes, &ATTRIBUTES, "");
    if out.len() == start {
        out.push_str("n/a");
    }
}

/// Appends the share mode; `None` if nothing is shared.
pub(crate) fn push_share_mode(out: &mut String, mode: u32) {
    let start = out.len();
    push_words(out, mode, &[(1, "Read"), (2, "Write"), (4, "Delete")], ", ");
    if out.len() == start {
        out.push_str("None");
    }
}

#[rustfmt::skip]
pub(crate) const FILE_ACCESS: [(u32, &str); 24] = [
    (0x1F_01FF, "All Access"),
    (0x12_01BF, "Generic Read/Write/Execute"),
    (0x12_019F, "Generic Read/Write"),
    (0x12_00A9, "Generic Read/Execute"),
    (0x12_01B6, "Generic Write/Execute"),
    (0x12_0089, "Generic Read"),
    (0x12_0116, "Generic Write"),
    (0x12_00A0, "Generic Execute"),
    (0x1, "Read Data/List Directory"),
    (0x2, "Write Data/Add File"),
    (0x4, "Append Data/Add Subdirectory/Create Pipe Instance"),
    (0x8, "Read EA"),
    (0x10, "Write EA"),
    (0x20, "Execute/Traverse"),
    (0x40, "Delete Child"),
    (0x80, "Read Attributes"),
    (0x100, "Write Attributes"),
    (0x1_0000, "Delete"),
    (0x2_0000, "Read Control"),
    (0x4_0000, "Write DAC"),
    (0x8_0000, "Write Owner"),
    (0x10_0000, "Synchronize"),
    (0x100_0000, "Access System Security"),
    (0x200_0000, "Maximum Allowed"),
];

#[rustfmt::skip]
pub(crate) const KEY_ACCESS: [(u32, &str); 20] = [
    (0xF_003F, "All Access"),
    (0x2_001F, "Read/Write"),
    (0x2_0019, "Read"),
    (0x2_0006, "Write"),
    (0x1, "Query Value"),
    (0x2, "Set Value"),
    (0x4, "Create Sub Key"),
    (0x8, "Enumerate Sub Keys"),
    (0x10, "Notify"),
    (0x20, "Create Link"),
    (0x300, "WOW64_Res"),
    (0x200, "WOW64_32Key"),
    (0x100, "WOW64_64Key"),
    (0x1_0000, "Delete"),
    (0x2_0000, "Read Control"),
    (0x4_0000, "Write DAC"),
    (0x8_0000, "Write Owner"),
    (0x10_0000, "Synchronize"),
    (0x100_0000, "Access System Security"),
    (0x200_0000, "Maximum Allowed"),
];

// Bits 4 and 6 are both `D` in Procmon: directory and device.
#[rustfmt::skip]
pub(crate) const ATTRIBUTES: [(u32, &str); 15] = [
    (0x1, "R"), (0x2, "H"), (0x4, "S"), (0x10, "D"), (0x20, "A"), (0x40, "D"), (0x80, "N"),
    (0x100, "T"), (0x200, "SF"), (0x400, "RP"), (0x800, "C"), (0x1000, "O"), (0x2000, "NCI"),
    (0x4000, "E"), (0x1_0000, "V"),
];

#[rustfmt::skip]
pub(crate) const CREATE_OPTIONS: [(u32, &str); 22] = [
    (0x1, "Directory"),
    (0x2, "Write Through"),
    (0x4, "Sequential Access"),
    (0x8, "No Buffering"),
    (0x10, "Synchronous IO Alert"),
    (0x20, "Synchronous IO Non-Alert"),
    (0x40, "Non-Directory File"),
    (0x80, "Create Tree Connection"),
    (0x100, "Complete If Oplocked"),
    (0x200, "No EA Knowledge"),
    (0x400, "Open for Recovery"),
    (0x800, "Random Access"),
    (0x1000, "Delete On Close"),
    (0x2000, "Open By ID"),
    (0x4000, "Open For Backup"),
    (0x8000, "No Compression"),
    (0x10_0000, "Reserve OpFilter"),
    (0x20_0000, "Open Reparse Point"),
    (0x40_0000, "Open No Recall"),
    (0x80_0000, "Open For Free Space Query"),
    (0x1_0000, "Open Requiring Oplock"),
    (0x2_0000, "Disallow Exclusive"),
];

pub(crate) const DISPOSITIONS: [&str; 6] =
    ["Supersede", "Open", "Create", "OpenIf", "Overwrite", "OverwriteIf"];

pub(crate) const OPEN_RESULTS: [&str; 6] =
    ["Superseded", "Opened", "Created", "Overwritten", "Exists", "DoesNotExist"];

/// Flags of the I/O request packet.
#[rustfmt::skip]
pub(crate) const IO_FLAGS: [(u32, &str); 6] = [
    (0x10, "Buffered"),
    (0x1, "Non-cached"),
    (0x2, "Paging I/O"),
    (0x4, "Synchronous"),
    (0x40, "Synchronous Paging I/O"),
    (0x40_0000, "Write Through"),
];

/// Bits 17 to 19 of the same word, minus one; 0 means no priority.
pub(crate) const IO_PRIORITIES: [&str; 5] = ["Very Low", "Low", "Normal", "High", "Critical"];

#[rustfmt::skip]
pub(crate) const SECURITY_INFORMATION: [(u32, &str); 12] = [
    (0x1, "Owner"),
    (0x2, "Group"),
    (0x4, "DACL"),
    (0x8, "SACL"),
    (0x10, "Label"),
    (0x20, "Attribute"),
    (0x40, "Scope"),
    (0x80, "Process Trust Label"),
    (0x8000_0000, "DACL Protected"),
    (0x4000_0000, "SACL Protected"),
    (0x2000_0000, "DACL Unprotected"),
    (0x1000_0000, "SACL Unprotected"),
];

#[rustfmt::skip]
pub(crate) const NOTIFY_FILTER: [(u32, &str); 12] = [
    (0x1, "FILE_NOTIFY_CHANGE_FILE_NAME"),
    (0x2, "FILE_NOTIFY_CHANGE_DIR_NAME"),
    (0x4, "FILE_NOTIFY_CHANGE_ATTRIBUTES"),
    (0x8, "FILE_NOTIFY_CHANGE_SIZE"),
    (0x10, "FILE_NOTIFY_CHANGE_LAST_WRITE"),
    (0x20, "FILE_NOTIFY_CHANGE_LAST_ACCESS"),
    (0x40, "FILE_NOTIFY_CHANGE_CREATION"),
    (0x80, "FILE_NOTIFY_CHANGE_EA"),
    (0x100, "FILE_NOTIFY_CHANGE_SECURITY"),
    (0x200, "FILE_NOTIFY_CHANGE_STREAM_NAME"),
    (0x400, "FILE_NOTIFY_CHANGE_STREAM_SIZE"),
    (0x800, "FILE_NOTIFY_CHANGE_STREAM_WRITE"),
];

#[rustfmt::skip]
pub(crate) const FILE_SYSTEM_ATTRIBUTES: [(u32, &str); 12] = [
    (0x2, "Case Preserved"),
    (0x1, "Case Sensitive"),
    (0x4, "Unicode"),
    (0x8, "ACLs"),
    (0x10, "Compression"),
    (0x4_0000, "Named Streams"),
    (0x2_0000, "EFS"),
    (0x1_0000, "Object IDs"),
    (0x80, "Reparse Points"),
    (0x40, "Sparse Files"),
    (0x20, "Quotas"),
    (0x20_0000, "Transactions"),
];

/// Protection of a section.
#[rustfmt::skip]
pub(crate) const PAGE_PROTECTION: [(u32, &str); 8] = [
    (0x1, "PAGE_NOACCESS"),
    (0x2, "PAGE_READONLY"),
    (0x4, "PAGE_READWRITE"),
    (0x8, "PAGE_WRITECOPY"),
    (0x10, "PAGE_EXECUTE"),
    (0x20, "PAGE_EXECUTE_READ"),
    (0x40, "PAGE_EXECUTE_READWRITE"),
    (0x80, "PAGE_EXECUTE_WRITECOPY"),
];

#[rustfmt::skip]
pub(crate) const DISPOSITION_FLAGS: [(u32, &str); 5] = [
    (0x1, "FILE_DISPOSITION_DELETE"),
    (0x2, "FILE_DISPOSITION_POSIX_SEMANTICS"),
    (0x4, "FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK"),
    (0x8, "FILE_DISPOSITION_ON_CLOSE"),
    (0x10, "FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE"),
];

#[rustfmt::skip]
pub(crate) const RENAME_FLAGS: [(u32, &str); 7] = [
    (0x1, "FILE_RENAME_REPLACE_IF_EXISTS"),
    (0x2, "FILE_RENAME_POSIX_SEMANTICS"),
    (0x4, "FILE_RENAME_SUPPRESS_PIN_STATE_INHERITANCE"),
    (0x8, "FILE_RENAME_SUPPRESS_STORAGE_RESERVE_INHERITANCE"),
    (0x10, "FILE_RENAME_NO_INCREASE_AVAILABLE_SPACE"),
    (0x20, "FILE_RENAME_NO_DECREASE_AVAILABLE_SPACE"),
    (0x40, "FILE_RENAME_IGNORE_READONLY_ATTRIBUTE"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(push: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        push(&mut out);
        out
    }

    #[test]
    fn the_widest_word_for_an_access_mask_is_taken_first() {
        let file = |access| text(|out| push_file_access(out, access));
        assert_eq!(file(0x12_019F), "Generic Read/Write");
        assert_eq!(file(0x8000_0000), "Generic Read");
        assert_eq!(file(0xC000_0080), "Generic Read/Write");
        assert_eq!(file(0x12_0116 | 0x80), "Generic Write, Read Attributes");
        assert_eq!(file(0), "None 0x0");
        assert_eq!(text(|out| push_key_access(out, 0x2_0119)), "Read, WOW64_64Key");
    }

    #[test]
    fn nothing_set_has_a_word_of_its_own() {
        assert_eq!(text(|out| push_attributes(out, 0)), "n/a");
        assert_eq!(text(|out| push_attributes(out, 0x2020)), "ANCI");
        assert_eq!(text(|out| push_share_mode(out, 0)), "None");
        assert_eq!(
            text(|out| push_words_and_rest(out, 0x101, &SECURITY_INFORMATION)),
            "Owner, 0x100"
        );
    }
}
