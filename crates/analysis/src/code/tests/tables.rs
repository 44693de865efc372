//! The tables hold together, and agree with the headers where these are known by heart.

use std::collections::HashMap;

use procmonkey_parser::NtStatus;

use crate::code::{CodeFamily, KnownCode, known_codes};

/// Names that the headers give to success, which is the same number in all families.
const SUCCESS: [&str; 5] = ["NO_ERROR", "S_OK", "NTE_OP_OK", "SEC_E_OK", "SCARD_S_SUCCESS"];

/// The names and aliases of a code.
fn names(code: &'static KnownCode) -> impl Iterator<Item = &'static str> {
    std::iter::once(code.name).chain(code.aliases.iter().copied())
}

#[test]
fn each_family_is_ascending_so_that_no_number_has_two_rows() {
    for family in CodeFamily::ALL {
        for pair in family.codes().windows(2) {
            assert!(pair[0].value < pair[1].value, "{} and {}", pair[0].name, pair[1].name);
        }
        assert!(family.codes().iter().all(|code| code.family == family), "{family}");
    }
}

#[test]
fn each_name_stands_for_one_code() {
    let mut seen = HashMap::new();
    for code in known_codes() {
        for name in names(code) {
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            let earlier = seen.insert(name, code.value);
            assert_eq!(earlier, None, "{name}");
        }
    }
}

#[test]
fn only_families_that_share_numbers_share_them() {
    let mut seen: HashMap<u32, CodeFamily> = HashMap::new();
    for code in known_codes() {
        if let Some(earlier) = seen.insert(code.value, code.family) {
            assert_eq!(
                (earlier, code.family),
                (CodeFamily::Win32, CodeFamily::NtStatus),
                "{}",
                code.name
            );
            assert!(code.value < 0x1_0000, "{}", code.name);
        }
    }
}

#[test]
fn names_begin_as_their_family_does() {
    for code in known_codes() {
        let prefixes = code.family.prefixes();
        for name in names(code).filter(|name| !SUCCESS.contains(name)) {
            assert!(prefixes.iter().any(|prefix| name.starts_with(prefix)), "{name}");
        }
    }
    for family in CodeFamily::ALL {
        for prefix in family.prefixes() {
            assert!(family.codes().iter().any(|code| code.name.starts_with(prefix)), "{prefix}");
        }
    }
}

/// Facility and severity bit of an HRESULT, after the macros of winerror.h.
fn facility(value: u32) -> u32 {
    (value >> 16) & 0x1fff
}

#[test]
fn facilities_fit_the_names() {
    for code in known_codes() {
        let (value, name) = (code.value, code.name);
        let expected: &[u32] = match code.family {
            CodeFamily::Nte | CodeFamily::Sec => &[9],
            CodeFamily::Crypt if name.starts_with("CRYPT_") => &[9],
            CodeFamily::Crypt if name.starts_with("CERT_") => &[11],
            CodeFamily::Crypt => &[9, 11],
            CodeFamily::Scard => &[16],
            CodeFamily::Tpm if name.starts_with("TPM_20_") || name.starts_with("TBS_") => &[40],
            CodeFamily::Tpm if name.starts_with("TPMAPI_") || name.starts_with("TBSIMP_") => &[41],
            CodeFamily::Tpm => &[40, 41],
            CodeFamily::Hresult => &[0, 1, 2, 4, 7, 8],
            CodeFamily::Win32 => &[0],
            CodeFamily::NtStatus => &[0, 0x19, 0x1c],
        };
        assert!(expected.contains(&facility(value)), "{name}: {}", facility(value));
    }
}

#[test]
fn numbers_stay_in_the_ranges_of_their_families() {
    let within = |family: CodeFamily, begins: u32, ends: u32| {
        for code in family.codes().iter().filter(|code| !code.name.starts_with("TRUST_")) {
            let number = code.value & 0xffff;
            assert!((begins..ends).contains(&number), "{}", code.name);
        }
    };
    within(CodeFamily::Nte, 1, 0x300);
    within(CodeFamily::Sec, 0x300, 0x400);
    within(CodeFamily::Scard, 1, 0x80);
    for code in CodeFamily::Crypt.codes().iter().filter(|code| code.name.starts_with("CRYPT_")) {
        assert!((0x1000..0x4000).contains(&(code.value & 0xffff)), "{}", code.name);
    }
    for code in CodeFamily::Tpm.codes() {
        let number = code.value & 0xffff;
        let range = match code.name.split('_').next() {
            Some("TPMAPI") => 0x100..0x200,
            Some("TBSIMP") => 0x200..0x300,
            Some("TBS") => 0x4000..0x5000,
            _ if code.name.starts_with("TPM_20_") => 0x80..0xa00,
            _ => 0..0xa00,
        };
        assert!(range.contains(&number), "{}", code.name);
    }
    for code in CodeFamily::Win32.codes() {
        assert!(code.value < 2000 || (6000..6030).contains(&code.value), "{}", code.name);
    }
}

#[test]
fn severity_bits_fit_the_names() {
    for code in known_codes().filter(|code| code.family < CodeFamily::Win32) {
        let failed = code.value >> 31 == 1;
        // The TPM's provider has a few notices that are called errors.
        let notice = code.value >> 16 == 0x4029;
        let expected = !code.name.contains("_I_") && !notice;
        assert_eq!(failed, expected, "{}", code.name);
    }
    for code in CodeFamily::NtStatus.codes() {
        let severity = code.value >> 28;
        assert!(matches!(severity, 0 | 4 | 8 | 0xc), "{}", code.name);
    }
}

#[test]
fn procmon_has_no_text_for_a_status_without_a_name() {
    let kernel = [0, 0x4000_0000, 0x8000_0000, 0xc000_0000];
    let codes = kernel.into_iter().flat_map(|high| (0..0x1_0000).map(move |low| high | low));
    let filters = (0xc01c_0000..0xc01c_0100).chain(0x001c_0000..0x001c_0100);
    let mut texts = 0;
    for value in codes.chain(filters).filter(|value| NtStatus(*value).text().is_some()) {
        let named = CodeFamily::NtStatus.codes().iter().any(|code| code.value == value);
        assert!(named, "0x{value:08X}");
        texts += 1;
    }
    // More than the ranges above are needed when this no longer counts most of them.
    assert!(texts >= 62, "{texts}");
}

#[test]
fn numbers_are_those_of_the_headers() {
    for (name, value) in [
        ("NTE_BAD_UID", 0x8009_0001),
        ("NTE_BAD_KEYSET", 0x8009_0016),
        ("NTE_TEMPORARY_PROFILE", 0x8009_0024),
        ("NTE_NOT_ACTIVE_CONSOLE", 0x8009_0038),
        ("CRYPT_E_MSG_ERROR", 0x8009_1001),
        ("CRYPT_E_NOT_FOUND", 0x8009_2004),
        ("CRYPT_E_REVOKED", 0x8009_2010),
        ("CRYPT_E_ASN1_BADTAG", 0x8009_310b),
        ("TRUST_E_NOSIGNATURE", 0x800b_0100),
        ("CERT_E_EXPIRED", 0x800b_0101),
        ("CERT_E_UNTRUSTEDROOT", 0x800b_0109),
        ("SEC_E_INTERNAL_ERROR", 0x8009_0304),
        ("SEC_E_LOGON_DENIED", 0x8009_030c),
        ("SEC_E_UNKNOWN_CREDENTIALS", 0x8009_030d),
        ("SEC_E_UNTRUSTED_ROOT", 0x8009_0325),
        ("SEC_I_CONTINUE_NEEDED", 0x0009_0312),
        ("SEC_I_RENEGOTIATE", 0x0009_0321),
        ("SCARD_E_NO_SMARTCARD", 0x8010_000c),
        ("SCARD_E_NO_SERVICE", 0x8010_001d),
        ("SCARD_W_WRONG_CHV", 0x8010_006b),
        ("SCARD_W_CANCELLED_BY_USER", 0x8010_006e),
        ("TPM_E_AUTHFAIL", 0x8028_0001),
        ("TPM_E_DEFEND_LOCK_RUNNING", 0x8028_0803),
        ("TPM_20_E_LOCKOUT", 0x8028_0921),
        ("TBS_E_TPM_NOT_FOUND", 0x8028_400f),
        ("TPMAPI_E_INVALID_STATE", 0x8029_0100),
        ("TPM_E_PCP_DEVICE_NOT_READY", 0x8029_0401),
        ("E_FAIL", 0x8000_4005),
        ("REGDB_E_CLASSNOTREG", 0x8004_0154),
        ("ERROR_SHARING_VIOLATION", 32),
        ("ERROR_SERVICE_SPECIFIC_ERROR", 1066),
        ("ERROR_LOGON_FAILURE", 1326),
        ("RPC_S_SERVER_UNAVAILABLE", 1722),
        ("ERROR_DECRYPTION_FAILED", 6001),
        ("STATUS_INVALID_HANDLE", 0xc000_0008),
        ("STATUS_DISK_FULL", 0xc000_007f),
        ("STATUS_FILE_CORRUPT_ERROR", 0xc000_0102),
        ("STATUS_VIRUS_INFECTED", 0xc000_0906),
        ("STATUS_BUFFER_OVERFLOW", 0x8000_0005),
    ] {
        let found = known_codes().find(|code| code.name == name).map(|code| code.value);
        assert_eq!(found, Some(value), "{name}");
    }
}

#[test]
fn families_that_count_without_gaps_are_whole() {
    let whole = |family: CodeFamily, begins: u32, ends: u32| {
        for value in begins..=ends {
            let known = family.codes().iter().any(|code| code.value == value);
            assert!(known, "0x{value:08X}");
        }
    };
    whole(CodeFamily::Nte, 0x8009_0001, 0x8009_0038);
    whole(CodeFamily::Scard, 0x8010_0001, 0x8010_0034);
    whole(CodeFamily::Scard, 0x8010_0065, 0x8010_0072);
    whole(CodeFamily::Sec, 0x8009_0300, 0x8009_0311);
    whole(CodeFamily::Crypt, 0x8009_1001, 0x8009_1011);
    whole(CodeFamily::Crypt, 0x8009_2001, 0x8009_2014);
    whole(CodeFamily::Tpm, 0x8028_0001, 0x8028_005f);
    whole(CodeFamily::Tpm, 0x8028_4001, 0x8028_4016);
    whole(CodeFamily::Tpm, 0x8029_0100, 0x8029_012e);
}

#[test]
fn every_code_of_a_key_provider_has_a_meaning() {
    assert!(CodeFamily::Nte.codes().iter().all(|code| code.meaning.is_some()));
}

#[test]
fn sentences_can_be_put_into_other_sentences() {
    for code in known_codes() {
        for text in code.meaning.iter().chain(&code.met) {
            assert!(
                !text.ends_with('.') && text.trim() == *text && !text.is_empty(),
                "{}",
                code.name
            );
        }
        // The meaning fills a cell of a table.
        assert!(code.meaning.is_none_or(|text| text.len() <= 80), "{}", code.name);
    }
}
