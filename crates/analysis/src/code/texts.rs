//! What Windows prints in English in place of a code.

/// The text without its full stop, and the code. A text that Windows uses for a
/// system error stands for the bare number.
static TEXTS: &[(&str, u32)] = &[
    ("Bad Data", 0x8009_0005),
    ("Invalid Signature", 0x8009_0006),
    ("Invalid type specified", 0x8009_000a),
    ("Key not valid for use in specified state", 0x8009_000b),
    ("Key does not exist", 0x8009_000d),
    ("Object already exists", 0x8009_000f),
    ("Access denied", 0x8009_0010),
    ("Object was not found", 0x8009_0011),
    ("Invalid provider type specified", 0x8009_0014),
    ("Keyset does not exist", 0x8009_0016),
    ("The keyset is not defined", 0x8009_0019),
    ("Keyset as registered is invalid", 0x8009_001a),
    ("Provider DLL failed to initialize correctly", 0x8009_001d),
    ("Provider DLL could not be found", 0x8009_001e),
    ("An internal error occurred", 0x8009_0020),
    ("Profile for the user is a temporary profile", 0x8009_0024),
    ("The credentials supplied to the package were not recognized", 0x8009_030d),
    ("The system cannot find the file specified", 2),
    ("Access is denied", 5),
    ("The data is invalid", 13),
    ("The process cannot access the file because it is being used by another process", 32),
    ("A specified logon session does not exist. It may already have been terminated", 1312),
];

/// The code of a text, compared without case.
pub(super) fn find(text: &str) -> Option<u32> {
    TEXTS.iter().find(|row| row.0.eq_ignore_ascii_case(text)).map(|row| row.1)
}

/// The text of a code.
#[cfg(test)]
pub(super) fn all() -> &'static [(&'static str, u32)] {
    TEXTS
}
