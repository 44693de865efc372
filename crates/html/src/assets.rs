//! The styles and the script of the page. The page names the script by its hash, so that nothing
//! else runs.

/// The colours, for screens in light and dark, and for paper.
pub(crate) const TOKENS: &str = include_str!("../web/tokens.css");

/// How the page is laid out.
pub(crate) const STYLE: &str = include_str!("../web/page.css");

/// How a drawing looks, on the page and alone.
pub(crate) const DRAWING_STYLE: &str = include_str!("../web/drawing.css");

/// How a drawing of two start-ups looks besides.
pub(crate) const PAIR_STYLE: &str = include_str!("../web/pair.css");

/// How a page of a comparison is laid out besides.
pub(crate) const COMPARE_STYLE: &str = include_str!("../web/compare.css");

/// How an explanation and a lesson look, beside the style of the page.
pub(crate) const EXPLANATION_STYLE: &str = include_str!("../web/explanation.css");

/// What copying, filtering and moving between marks and rows needs; the page is whole without.
pub(crate) const SCRIPT: &str = include_str!("../web/report.js");

/// SHA-256 of the script in base64.
pub(crate) const SCRIPT_HASH: &str = "CNzcle6SzswK24EmrGxsUFNG4xBvVYWaf4oA9D3uhhY=";

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for part in bytes.chunks(3) {
            let mut group = [0u8; 3];
            group[..part.len()].copy_from_slice(part);
            let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
            for place in 0..4 {
                let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
                text.push(if place <= part.len() { char::from(digit) } else { '=' });
            }
        }
        text
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        // Section 10 of RFC 4648.
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn the_page_names_its_script_by_its_hash() {
        assert_eq!(SCRIPT_HASH, base64(&Sha256::digest(SCRIPT.as_bytes())));
    }

    #[test]
    fn the_script_is_small_and_asks_for_nothing() {
        assert!(SCRIPT.len() <= 12 * 1024, "{} bytes", SCRIPT.len());
        for word in [
            "innerHTML",
            "http:",
            "https:",
            "fetch",
            "eval",
            "import",
            "XMLHttp",
            "Storage",
            "cookie",
        ] {
            assert!(!SCRIPT.contains(word), "{word}");
        }
        for style in [TOKENS, STYLE, DRAWING_STYLE, PAIR_STYLE, COMPARE_STYLE, EXPLANATION_STYLE] {
            assert!(!style.contains("url(") && !style.contains("@import"));
        }
    }
}
