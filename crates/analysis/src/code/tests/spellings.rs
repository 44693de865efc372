//! In how many ways people and programs write one code.

use crate::code::ErrorCode;
use crate::code::texts;

fn value(text: &str) -> Option<u32> {
    ErrorCode::decode(text).map(|decoded| decoded.code.value)
}

fn note(text: &str) -> String {
    ErrorCode::decode(text).and_then(|decoded| decoded.note).unwrap_or_default()
}

fn name(text: &str) -> Option<&'static str> {
    ErrorCode::decode(text).and_then(|decoded| decoded.known).map(|known| known.name)
}

#[test]
fn every_spelling_is_the_same_code() {
    for text in [
        "2148073478",
        "-2146893818",
        "\u{2212}2146893818",
        "2146893818",
        "0x80090006",
        "0X80090006.",
        "0x80090006L",
        "&H80090006",
        "80090006h",
        "0x8009_0006",
        "0x8009'0006",
        "ffffffff`80090006",
        "FFFFFFFF80090006",
        "0xFFFFFFFF80090006",
        "18446744071562657798",
        "-0x7FF6FFFA",
        "80090006",
        "2,148,073,478",
        "2.148.073.478",
        "2 148 073 478",
        "2\u{a0}148\u{a0}073\u{a0}478",
        "2'148'073'478",
        "-2,146,893,818",
        "(0x80090006)",
        "[0x80090006]",
        "\"0x80090006\"",
        "<0x80090006>;",
        "2148073478 (0x80090006)",
        "2148073478 (0x80090006).",
        "2,148,073,478 (0x80090006)",
        "0x80090006 (-2146893818)",
        "0x80090006 (-2146893818 NTE_BAD_SIGNATURE)",
        "NTE_BAD_SIGNATURE (0x80090006)",
        "NTE_BAD_SIGNATURE: 0x80090006",
        "0x80090006 - NTE_BAD_SIGNATURE",
        "0x80090006, -2146893818",
        "Invalid Signature (0x80090006)",
        "Invalid Signature. (Exception from HRESULT: 0x80090006)",
        "%%2148073478",
        "%%-2146893818",
        "HRESULT: 0x80090006",
        "HRESULT 0x80090006",
        "HRESULT=80090006",
        "hr = 0x80090006",
        "error 80090006",
        "Error: 0x80090006",
        "error code (0x80090006)",
        "service-specific error 2148073478",
        "Exception from HRESULT: 0x80090006",
        "failed with error code 0x80090006.",
        "Invalid Signature",
        "invalid signature.",
        "NTE_BAD_SIGNATURE",
        "nte_bad_signature",
        "Nte_Bad_Signature",
        "NTE BAD SIGNATURE",
    ] {
        assert_eq!(value(text), Some(0x8009_0006), "{text}");
        assert_eq!(name(text), Some("NTE_BAD_SIGNATURE"), "{text}");
        assert!(!note(text).contains("two codes"), "{text}: {}", note(text));
    }
}

#[test]
fn eight_digits_alone_are_hexadecimal_for_every_facility() {
    for (text, value_of_it) in [
        ("80090016", 0x8009_0016),
        ("8009000b", 0x8009_000b),
        ("80070005", 0x8007_0005),
        ("80100030", 0x8010_0030),
        ("80280001", 0x8028_0001),
        ("80290401", 0x8029_0401),
        ("80092004", 0x8009_2004),
        ("800B0109", 0x800b_0109),
        ("80004005", 0x8000_4005),
        // Nothing known, and written like a code all the same.
        ("80310000", 0x8031_0000),
        ("C0000022", 0xc000_0022),
        ("c000003a", 0xc000_003a),
        ("40290423", 0x4029_0423),
        ("00000005", 5),
        ("00000020", 0x20),
    ] {
        assert_eq!(value(text), Some(value_of_it), "{text}");
        assert_eq!(note(text), format!("read as 0x{value_of_it:08X}"), "{text}");
    }
    // Decimal: too short, after %%, or neither like a code nor a known one.
    assert_eq!(value("8009001"), Some(8_009_001));
    assert_eq!(value("%%80090016"), Some(80_090_016));
    assert_eq!(value("12345678"), Some(12_345_678));
    assert_eq!(value("0x00000020"), Some(0x20));
}

#[test]
fn what_was_supposed_is_said() {
    assert_eq!(ErrorCode::decode("-2146893818").unwrap().note, None);
    assert_eq!(ErrorCode::decode("2,148,073,478").unwrap().note, None);
    assert!(note("2146893818").contains("minus"));
    assert!(note("8009000b").contains("0x8009000B"));
    assert!(note("5 (0x80090006)").contains("two codes"));
    assert_eq!(value("5 (0x80090006)"), Some(0x8009_0006), "what is in brackets counts");
    assert!(note("Invalid Signature").contains("text"));
    assert!(note("NAME NOT FOUND").contains("Process Monitor"));
}

#[test]
fn a_minus_is_missed_in_every_family() {
    for (text, value_of_it) in [
        ("2146893802", 0x8009_0016),
        ("2147024891", 0x8007_0005),
        ("2146435024", 0x8010_0030),
        ("1073741790", 0xc000_0022),
    ] {
        assert_eq!(value(text), Some(value_of_it), "{text}");
        assert!(note(text).contains("minus"), "{text}");
    }
    assert_eq!(value("1073741824"), Some(0x4000_0000), "it is a code of its own");
}

#[test]
fn one_code_in_two_forms_is_no_contradiction() {
    for text in [
        "0x80070005 (ERROR_ACCESS_DENIED)",
        "ERROR_ACCESS_DENIED (0x80070005)",
        "0x80070005 (E_ACCESSDENIED)",
        "Access is denied. (0x80070005)",
        "5 (0x80070005)",
    ] {
        assert_eq!(value(text), Some(0x8007_0005), "{text}");
        assert!(!note(text).contains("two codes"), "{text}: {}", note(text));
    }
    assert_eq!(value("ERROR_ACCESS_DENIED (5)"), Some(5));
    assert_eq!(value("error 5"), Some(5));
}

#[test]
fn names_of_every_family_are_known_in_any_case() {
    for (text, value_of_it) in [
        ("nte_bad_keyset", 0x8009_0016),
        ("STATUS_ACCESS_DENIED", 0xc000_0022),
        ("status_object_name_not_found", 0xc000_0034),
        ("ERROR_ACCESS_DENIED", 5),
        ("error_sharing_violation", 32),
        ("E_AccessDenied", 0x8007_0005),
        ("SEC_E_NO_SPM", 0x8009_0304),
        ("TBS_E_DEACTIVATED", 0x8028_4016),
        ("S_OK", 0),
        ("SEC_E_OK", 0),
    ] {
        assert_eq!(value(text), Some(value_of_it), "{text}");
    }
    // A name decides between two codes of one number.
    assert_eq!(name("259"), Some("ERROR_NO_MORE_ITEMS"));
    assert_eq!(name("STATUS_PENDING"), Some("STATUS_PENDING"));
    assert_eq!(name("STATUS_PENDING (259)"), Some("STATUS_PENDING"));
}

#[test]
fn results_of_procmon_are_known_in_capitals_only() {
    for (text, named) in [
        ("NAME NOT FOUND", "STATUS_OBJECT_NAME_NOT_FOUND"),
        ("ACCESS DENIED", "STATUS_ACCESS_DENIED"),
        ("PATH NOT FOUND", "STATUS_OBJECT_PATH_NOT_FOUND"),
        ("SUCCESS", "STATUS_SUCCESS"),
        ("REPARSE", "STATUS_REPARSE"),
        ("FAST IO DISALLOWED", "STATUS_FLT_DISALLOW_FAST_IO"),
    ] {
        assert_eq!(name(text), Some(named), "{text}");
    }
    assert_eq!(value("Name not found"), None);
    assert_eq!(name("Access denied"), Some("NTE_PERM"), "what the key providers print");
    assert_eq!(name("Access is denied"), Some("ERROR_ACCESS_DENIED"), "what Windows prints");
}

#[test]
fn an_nt_status_within_an_hresult_is_that_status() {
    assert_eq!(name("0xD0000022"), Some("STATUS_ACCESS_DENIED"));
    assert_eq!(name("-805306334"), Some("STATUS_ACCESS_DENIED"));
    assert_eq!(value("0xD0000022"), Some(0xd000_0022));
}

#[test]
fn system_errors_and_unknown_codes_are_kept_as_they_are() {
    assert_eq!(value("%%21"), Some(21));
    assert_eq!(ErrorCode { value: 5 }.name(), Some("ERROR_ACCESS_DENIED"));
    assert_eq!(ErrorCode { value: 0x8007_0005 }.name(), Some("ERROR_ACCESS_DENIED"));
    assert_eq!(ErrorCode { value: 5 }.to_string(), "5 (ERROR_ACCESS_DENIED)");
    assert_eq!(ErrorCode { value: 12345 }.to_string(), "12345");
    assert_eq!(value("%%6000009"), Some(6_000_009));
    assert_eq!(value("%%2284126209"), Some(2_284_126_209));
}

#[test]
fn what_is_not_a_code_gives_none() {
    for text in [
        "",
        " ",
        "()",
        "(",
        "0x",
        "0x_",
        "0x123456789",
        "0xg",
        "-3000000000",
        "99999999999",
        "--5",
        "+5",
        "a b",
        "1,23",
        "12,34,567",
        "1.5",
        "1,000.000",
        "error",
        "HRESULT:",
        "5 apples",
        "apples (5)",
        "NTE_",
        "BAD_KEYSET",
        "deadbeefs",
        "The service did not start because of error 0x80090016 in its keys",
        "é",
        "%%",
        "%%-",
        "0x8009001é",
    ] {
        assert_eq!(value(text), None, "{text}");
    }
}

#[test]
fn a_sentence_gives_the_code_that_is_certain() {
    let found = |text| ErrorCode::find_in(text).map(|found| found.code.value);
    for text in [
        "Schlüsselsatz nicht vorhanden (Ausnahme von HRESULT: 0x80090016)",
        "The service, process 1234, failed with 0x80090016 after 30 seconds.",
        "CertUtil: -importPFX command FAILED: 0x80090016 (-2146893802 NTE_BAD_KEYSET)",
        "Clé inexistante: -2146893802",
        "it returned NTE_BAD_KEYSET in the end",
        "Fehler 80090016!",
    ] {
        assert_eq!(found(text), Some(0x8009_0016), "{text}");
    }
    for text in ["process 1234 waited 30 seconds", "on 20260305", "a_b", "0x1f", "ABCDEFGH"] {
        assert_eq!(found(text), None, "{text}");
    }
    let two = ErrorCode::find_in("first 0x80090016, then 0x8009000B").unwrap();
    assert_eq!(two.code.value, 0x8009_0016);
    assert!(two.note.unwrap().contains("NTE_BAD_KEY_STATE"));
}

#[test]
fn every_text_of_windows_gives_a_code_that_is_known() {
    for (text, number) in texts::all() {
        let decoded = ErrorCode::decode(text).unwrap();
        assert_eq!(decoded.code.value, *number, "{text}");
        assert!(decoded.known.is_some(), "{text}");
        assert!(!text.ends_with('.'), "{text}");
    }
}
