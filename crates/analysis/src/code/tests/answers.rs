//! What is said about a code.

use crate::code::{CodeAnswer, CodeForm, CodeParts, CodeSeverity};

#[test]
fn a_known_code_is_explained() {
    let answer = CodeAnswer::new(" 0x80090016 ");
    assert_eq!(answer.asked, "0x80090016");
    assert_eq!((answer.value, answer.signed), (Some(2_148_073_494), Some(-2_146_893_802)));
    assert_eq!(answer.meaning, Some("Keyset does not exist"));
    assert!(answer.is_known() && answer.note.is_none() && answer.met.is_some());
    let parts = answer.parts.unwrap();
    assert_eq!((parts.facility, parts.number), (9, 0x16));
}

#[test]
fn other_forms_of_a_code_are_named() {
    let error = CodeAnswer::new("32");
    assert_eq!(error.hresult.as_deref(), Some("0x80070020"));
    let status = CodeAnswer::new("0xC0000034");
    assert_eq!(status.hresult.as_deref(), Some("0xD0000034"));
    assert_eq!(status.procmon_result, Some("NAME NOT FOUND"));
    assert_eq!(CodeAnswer::new("0x80070020").hresult, None, "it is one");
    assert!(CodeAnswer::new("0x80070005").aliases.contains(&"E_ACCESSDENIED"));
    assert!(CodeAnswer::new("E_ACCESSDENIED").aliases.contains(&"ERROR_ACCESS_DENIED"));
    assert!(CodeAnswer::new("259").aliases.contains(&"STATUS_PENDING"));
    assert!(CodeAnswer::new("STATUS_PENDING").aliases.contains(&"ERROR_NO_MORE_ITEMS"));
    assert_eq!(CodeAnswer::new("0").hresult, None);
}

#[test]
fn an_unknown_code_says_its_facility_and_number() {
    for (asked, expected) in [
        ("0x80090777", "HRESULT, error, facility 9 (SSPI), code 1911 (0x0777)"),
        ("0x8010ABCD", "HRESULT, error, facility 16 (SCARD), code 43981 (0xABCD)"),
        ("0x80281999", "HRESULT, error, facility 40 (TPM_SERVICES), code 6553 (0x1999)"),
        ("0x8007FFFF", "HRESULT, error, facility 7 (WIN32), code 65535 (0xFFFF)"),
        ("0x87FF0001", "HRESULT, error, facility 2047, code 1 (0x0001)"),
        ("0xC0190099", "NTSTATUS, error, facility 25 (TRANSACTION), code 153 (0x0099)"),
        ("0xC000FFFF", "NTSTATUS, error, facility 0, code 65535 (0xFFFF)"),
        ("0xE0434352", "its bit for codes that programs define is set"),
        ("12345", "system error 12345"),
        ("6000009", "perhaps a number that a program made up"),
    ] {
        let answer = CodeAnswer::new(asked);
        assert!(!answer.is_known(), "{asked}");
        let note = answer.note.unwrap();
        assert!(note.contains(expected), "{asked}: {note}");
        assert!(answer.parts.is_some());
    }
}

#[test]
fn what_is_not_a_code_says_so() {
    let answer = CodeAnswer::new("nonsense");
    assert!(!answer.is_known() && answer.value.is_none());
    assert!(answer.note.unwrap().contains("not written like an error code"));
    assert!(CodeAnswer::new("bad_keyset").note.unwrap().contains("NTE_BAD_KEYSET"));
}

#[test]
fn a_message_in_another_language_is_answered_by_its_code() {
    let answer = CodeAnswer::new("Schlüsselsatz nicht vorhanden (HRESULT: 0x80090016)");
    assert_eq!(answer.name, Some("NTE_BAD_KEYSET"));
    assert_eq!(answer.note.as_deref(), Some("taken from the text"));
}

#[test]
fn the_parts_of_a_code_are_its_bits() {
    let of = |value| {
        let parts = CodeParts::of(value);
        (parts.form, parts.severity, parts.facility, parts.number)
    };
    assert_eq!(of(0), (CodeForm::Win32, CodeSeverity::Success, 0, 0));
    assert_eq!(of(5), (CodeForm::Win32, CodeSeverity::Error, 0, 5));
    assert_eq!(of(0x0009_0312), (CodeForm::Hresult, CodeSeverity::Success, 9, 0x312));
    assert_eq!(of(0x4000_0009), (CodeForm::NtStatus, CodeSeverity::Information, 0, 9));
    assert_eq!(of(0xc01c_0004), (CodeForm::NtStatus, CodeSeverity::Error, 28, 4));
    // Known to be one of the kernel, it is a warning and not a failed HRESULT.
    let overflow = CodeAnswer::new("0x80000005").parts.unwrap();
    assert_eq!((overflow.form, overflow.severity), (CodeForm::NtStatus, CodeSeverity::Warning));
}
