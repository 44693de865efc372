use super::*;

fn value(text: &str) -> Option<u32> {
    ErrorCode::decode(text).map(|decoded| decoded.code.value)
}

#[test]
fn every_spelling_is_the_same_code() {
    for text in [
        "2148073478",
        "-2146893818",
        "2146893818",
        "0x80090006",
        "0X80090006.",
        "2148073478 (0x80090006)",
        "2148073478 (0x80090006).",
        "%%2148073478",
        "%%-2146893818",
        "Invalid Signature",
        "invalid signature.",
        "NTE_BAD_SIGNATURE",
        "0xFFFFFFFF80090006",
        "80090006",
    ] {
        assert_eq!(value(text), Some(0x8009_0006), "{text}");
    }
}

#[test]
fn what_was_taken_for_granted_is_said() {
    assert_eq!(ErrorCode::decode("-2146893818").unwrap().note, None);
    assert!(ErrorCode::decode("2146893818").unwrap().note.unwrap().contains("minus"));
    assert!(ErrorCode::decode("8009000b").unwrap().note.unwrap().contains("0x8009000B"));
    assert!(ErrorCode::decode("5 (0x80090006)").unwrap().note.unwrap().contains("two codes"));
}

#[test]
fn system_errors_and_unknown_codes_are_kept_as_they_are() {
    assert_eq!(value("%%21"), Some(21));
    assert_eq!(ErrorCode { value: 5 }.name(), Some("ERROR_ACCESS_DENIED"));
    assert_eq!(ErrorCode { value: 5 }.to_string(), "5 (ERROR_ACCESS_DENIED)");
    assert_eq!(value("%%6000009"), Some(6_000_009));
    assert_eq!(value("%%2284126209"), Some(2_284_126_209));
    assert!(CodeAnswer::new("6000009").note.unwrap().contains("not among"));
}

#[test]
fn what_is_no_code_gives_none() {
    for text in ["", "()", "(", "0x", "0x123456789", "-3000000000", "99999999999", "--5", "a b"] {
        assert_eq!(value(text), None, "{text}");
    }
}

#[test]
fn no_two_known_codes_share_a_number_or_a_text() {
    for (place, code) in KNOWN_CODES.iter().enumerate() {
        for other in &KNOWN_CODES[place + 1..] {
            assert!(code.value != other.value && code.name != other.name);
            assert_ne!(code.meaning, other.meaning);
        }
    }
}
