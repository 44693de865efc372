//! Texts with escapes such as `%20`.

use crate::key::hex;

/// The run with escapes at the beginning of a text, and what it stands for. `None` where there is
/// no escape, or where the bytes are no UTF-8.
pub(crate) fn escaped_at(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    // Nearly always, there is none in the run.
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    if bytes.get(bytes.iter().take_while(|byte| is_part(byte)).count()) != Some(&b'%') {
        return None;
    }
    let (mut at, mut decoded, mut escapes) = (0, Vec::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        let pair = text.get(at + 1..at + 3).filter(|_| byte == b'%');
        let pair = pair.filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(value) = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            decoded.push(value);
            escapes += 1;
            at += 3;
        } else if is_part(&byte) {
            decoded.push(byte);
            at += 1;
        } else {
            break;
        }
    }
    let decoded = String::from_utf8(decoded).ok().filter(|_| escapes > 0)?;
    Some((at, decoded))
}

/// The text with escapes for everything but letters, digits and `-._~`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => {
                out.push('%');
                out.push_str(&hex(&[byte]).to_ascii_uppercase());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_variables_are_not() {
        assert_eq!(escaped_at("M%C3%BCller%20AG/x"), Some((16, "Müller AG".to_string())));
        assert_eq!(escaped_at("%63%6F"), Some((6, "co".to_string())));
        for text in ["%SystemRoot%\\x", "%DATE%", "plain", "%", "%2"] {
            assert_eq!(escaped_at(text), None, "{text}");
        }
        assert_eq!(escape("Müller AG"), "M%C3%BCller%20AG");
    }
}
