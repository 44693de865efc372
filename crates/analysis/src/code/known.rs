//! The codes that occur with broken keys.

/// An error code of Windows' key systems or of their neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct KnownCode {
    /// The number.
    pub value: u32,
    /// Its name in Windows' headers, such as `NTE_BAD_SIGNATURE`.
    pub name: &'static str,
    /// What Windows says of it in English, without the full stop.
    pub meaning: &'static str,
    /// Where it occurs with keys, and what it means there.
    pub met: Option<&'static str>,
}

const fn code(
    value: u32,
    name: &'static str,
    meaning: &'static str,
    met: Option<&'static str>,
) -> KnownCode {
    KnownCode { value, name, meaning, met }
}

/// Every code that this version knows, in the order of a table for people: the
/// key systems first.
///
/// ```
/// use procmonkey_analysis::KNOWN_CODES;
///
/// assert!(KNOWN_CODES.iter().any(|code| code.name == "NTE_BAD_SIGNATURE"));
/// ```
pub const KNOWN_CODES: &[KnownCode] = &[
    code(
        0x8009_0005,
        "NTE_BAD_DATA",
        "Bad Data",
        Some(
            "applicationHost.config from another server or after sysprep: its providers do not match the keys of this host",
        ),
    ),
    code(
        0x8009_0006,
        "NTE_BAD_SIGNATURE",
        "Invalid Signature",
        Some(
            "event 7024 of the IIS Admin Service: its key container was changed, lost or damaged. CryptAcquireContext means something else by it: the signature of the provider DLL could not be verified",
        ),
    ),
    code(0x8009_000a, "NTE_BAD_TYPE", "Invalid type specified", None),
    code(
        0x8009_000b,
        "NTE_BAD_KEY_STATE",
        "Key not valid for use in specified state",
        Some(
            "DPAPI cannot decrypt the key: a password was changed, or the key file comes from elsewhere; IIS Admin Service and Remote Desktop",
        ),
    ),
    code(
        0x8009_000d,
        "NTE_NO_KEY",
        "Key does not exist",
        Some("the container is there, the key pair in it is missing"),
    ),
    code(
        0x8009_000f,
        "NTE_EXISTS",
        "Object already exists",
        Some("after NTE_BAD_KEYSET it means that access was denied"),
    ),
    code(0x8009_0010, "NTE_PERM", "Access denied", None),
    code(0x8009_0011, "NTE_NOT_FOUND", "Object was not found", None),
    code(0x8009_0014, "NTE_BAD_PROV_TYPE", "Invalid provider type specified", None),
    code(
        0x8009_0016,
        "NTE_BAD_KEYSET",
        "Keyset does not exist",
        Some(
            "the container is absent, or there is no access to it, or Protected Storage is stopped",
        ),
    ),
    code(
        0x8009_0019,
        "NTE_KEYSET_NOT_DEF",
        "The keyset is not defined",
        Some("the crypto provider is not set up: rsaenh.dll is to be registered again"),
    ),
    code(
        0x8009_001a,
        "NTE_KEYSET_ENTRY_BAD",
        "Keyset as registered is invalid",
        Some("the container was found, but is damaged"),
    ),
    code(
        0x8009_001d,
        "NTE_PROVIDER_DLL_FAIL",
        "Provider DLL failed to initialize correctly",
        Some("the DLL of the crypto provider cannot be loaded"),
    ),
    code(
        0x8009_001e,
        "NTE_PROV_DLL_NOT_FOUND",
        "Provider DLL could not be found",
        Some("the DLL of the crypto provider was not found"),
    ),
    code(
        0x8009_0020,
        "NTE_FAIL",
        "An internal error occurred",
        Some("one cause is an empty registry key of the provider"),
    ),
    code(0x8009_0024, "NTE_TEMPORARY_PROFILE", "Profile for the user is a temporary profile", None),
    code(
        0x8009_030d,
        "SEC_E_UNKNOWN_CREDENTIALS",
        "The credentials supplied to the package were not recognized",
        Some("Schannel event 36870: the private key of a certificate cannot be used"),
    ),
    code(
        0x8007_0002,
        "ERROR_FILE_NOT_FOUND",
        "The system cannot find the file specified",
        Some("the profile of the user was not loaded"),
    ),
    code(
        0x8007_0005,
        "ERROR_ACCESS_DENIED",
        "Access is denied",
        Some("the access rules of the key file or its folder"),
    ),
    code(
        0x8007_000d,
        "ERROR_INVALID_DATA",
        "The data is invalid",
        Some(
            "a configuration that cannot be parsed or decrypted, as the Process Activation Service reports it",
        ),
    ),
    code(
        0x8007_0020,
        "ERROR_SHARING_VIOLATION",
        "The process cannot access the file because it is being used by another process",
        Some("an antivirus or backup program holds the key file"),
    ),
    code(
        0x8007_0520,
        "ERROR_NO_SUCH_LOGON_SESSION",
        "A specified logon session does not exist. It may already have been terminated",
        Some("an SSL binding of IIS whose keyset is broken"),
    ),
];
