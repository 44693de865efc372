//! What the library writes as JSON, it reads back.

#![allow(missing_docs, clippy::unwrap_used)]
#![cfg(feature = "serde")]

use procmonkey_analysis::{CodeAnswer, SignatureText, signatures};

#[test]
fn the_texts_of_signatures_read_back() {
    for text in signatures() {
        let json = serde_json::to_value(text).unwrap();
        let back: SignatureText<String> = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(back.id, text.id);
        assert_eq!(back.technique.as_deref(), text.technique);
        assert_eq!(serde_json::to_value(&back).unwrap(), json);
    }
}

#[test]
fn what_is_said_about_codes_reads_back() {
    for asked in ["0x80090016", "0xC0000022", "5", "error 80090006", "0x80070002", "a word"] {
        let answer = CodeAnswer::new(asked);
        let json = serde_json::to_value(&answer).unwrap();
        let back: CodeAnswer<String> = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(back.name.as_deref(), answer.name, "{asked}");
        assert_eq!(serde_json::to_value(&back).unwrap(), json, "{asked}");
    }
}
