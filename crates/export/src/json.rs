//! Pieces of JSON, added to a buffer.

use procmonkey_parser::push_json_string;

use crate::number::push_whole;

/// Adds a comma, unless an object or an array begins here.
pub(crate) fn push_comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[')) {
        out.push(b',');
    }
}

/// Adds the name of a member, which needs no escapes.
pub(crate) fn push_key(name: &str, out: &mut Vec<u8>) {
    push_comma(out);
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// Adds a member whose name needs no escapes, and whose value is a text.
pub(crate) fn push_text(name: &str, text: &str, out: &mut Vec<u8>) {
    push_key(name, out);
    push_json_string(out, text);
}

/// As [`push_text`]; `null` where there is no text.
pub(crate) fn push_text_or_null(name: &str, text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        Some(text) => push_text(name, text, out),
        None => {
            push_key(name, out);
            out.extend_from_slice(b"null");
        }
    }
}

/// Adds a member whose name needs no escapes, and whose value is a list of texts. Adds nothing where
/// there are none.
pub(crate) fn push_texts(name: &str, texts: &[String], out: &mut Vec<u8>) {
    if texts.is_empty() {
        return;
    }
    push_key(name, out);
    out.push(b'[');
    for text in texts {
        push_comma(out);
        push_json_string(out, text);
    }
    out.push(b']');
}

/// Adds a member whose name needs no escapes, and whose value is a number.
pub(crate) fn push_number(name: &str, number: u64, out: &mut Vec<u8>) {
    push_key(name, out);
    push_whole(number, out);
}
