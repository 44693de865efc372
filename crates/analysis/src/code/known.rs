//! What is known of one code.

use std::fmt;

/// The group of headers that a code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum CodeFamily {
    /// The key providers: `NTE_…`.
    Nte,
    /// Certificates and messages: `CRYPT_E_…`, `CERT_E_…`, `TRUST_E_…`.
    Crypt,
    /// Security packages, such as Schannel and Kerberos: `SEC_E_…`, `SEC_I_…`.
    Sec,
    /// Smart cards: `SCARD_E_…`, `SCARD_W_…` and their like.
    Scard,
    /// The TPM: `TPM_E_…`, `TPM_20_E_…`, `TBS_E_…`, `TPMAPI_E_…`.
    Tpm,
    /// The commonest codes of COM: `E_…`, `RPC_E_…`.
    Hresult,
    /// The system errors of Windows: `ERROR_…`, and `RPC_S_…` among them.
    Win32,
    /// The codes of the kernel: `STATUS_…`.
    NtStatus,
}

/// An error code of Windows' key systems or of their neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct KnownCode {
    /// The family that it belongs to.
    pub family: CodeFamily,
    /// The number. A system error is the bare number, 5 and not 0x80070005.
    pub value: u32,
    /// Its name in Windows' headers, such as `NTE_BAD_SIGNATURE`.
    pub name: &'static str,
    /// Other names of the same family for the same number.
    pub aliases: &'static [&'static str],
    /// What it says, in a few words and without the full stop.
    pub meaning: Option<&'static str>,
    /// Where it is met around keys, and what it stands for there.
    pub met: Option<&'static str>,
}

impl CodeFamily {
    /// Every family, the key systems first.
    pub const ALL: [CodeFamily; 8] = [
        CodeFamily::Nte,
        CodeFamily::Crypt,
        CodeFamily::Sec,
        CodeFamily::Scard,
        CodeFamily::Tpm,
        CodeFamily::Hresult,
        CodeFamily::Win32,
        CodeFamily::NtStatus,
    ];

    /// The name in one word, as JSON has it: `nte`.
    pub fn name(self) -> &'static str {
        match self {
            CodeFamily::Nte => "nte",
            CodeFamily::Crypt => "crypt",
            CodeFamily::Sec => "sec",
            CodeFamily::Scard => "scard",
            CodeFamily::Tpm => "tpm",
            CodeFamily::Hresult => "hresult",
            CodeFamily::Win32 => "win32",
            CodeFamily::NtStatus => "ntstatus",
        }
    }

    /// What its codes are about, and which of them are known.
    pub fn about(self) -> &'static str {
        match self {
            CodeFamily::Nte => "key providers of CryptoAPI and CNG: all of winerror.h",
            CodeFamily::Crypt => "certificates, messages and trust: all of winerror.h",
            CodeFamily::Sec => "Schannel, Kerberos and other security packages: all of winerror.h",
            CodeFamily::Scard => "smart cards: all of winerror.h",
            CodeFamily::Tpm => "the TPM, its services and its key provider: all of winerror.h",
            CodeFamily::Hresult => "COM: the commonest",
            CodeFamily::Win32 => "system errors: all from 0 to 1999, and those of EFS",
            CodeFamily::NtStatus => {
                "the kernel and its file systems: most of facility 0, and all that Procmon has a text for"
            }
        }
    }

    /// How the names of its codes begin.
    ///
    /// ```
    /// use procmonkey_analysis::CodeFamily;
    ///
    /// assert_eq!(CodeFamily::Nte.prefixes(), ["NTE_"]);
    /// ```
    pub fn prefixes(self) -> &'static [&'static str] {
        match self {
            CodeFamily::Nte => &["NTE_"],
            CodeFamily::Crypt => &["CRYPT_E_", "CRYPT_I_", "CERT_E_", "TRUST_E_"],
            CodeFamily::Sec => &["SEC_E_", "SEC_I_"],
            CodeFamily::Scard => &["SCARD_E_", "SCARD_W_", "SCARD_F_", "SCARD_P_"],
            CodeFamily::Tpm => &["TPM_E_", "TPM_20_E_", "TBS_E_", "TBSIMP_E_", "TPMAPI_E_"],
            CodeFamily::Hresult => &["E_", "CO_E_", "DISP_E_", "MK_E_", "REGDB_E_", "RPC_E_"],
            CodeFamily::Win32 => &["ERROR_", "RPC_S_", "RPC_X_", "EPT_S_", "OR_", "WAIT_"],
            CodeFamily::NtStatus => &["STATUS_"],
        }
    }
}

impl fmt::Display for CodeFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl KnownCode {
    /// A code of which the headers say no more than its name.
    pub(super) const fn new(family: CodeFamily, value: u32, name: &'static str) -> KnownCode {
        KnownCode { family, value, name, aliases: &[], meaning: None, met: None }
    }

    /// The same with further names.
    pub(super) const fn also(self, aliases: &'static [&'static str]) -> KnownCode {
        KnownCode { aliases, ..self }
    }

    /// The same with what it says.
    pub(super) const fn means(self, meaning: &'static str) -> KnownCode {
        KnownCode { meaning: Some(meaning), ..self }
    }

    /// The same with what it stands for around keys.
    pub(super) const fn at_keys(self, met: &'static str) -> KnownCode {
        KnownCode { met: Some(met), ..self }
    }

    /// Whether this is one of its names, compared without case.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    }
}
