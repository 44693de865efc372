//! The styles and the script of the page. The page names the script by its hash, so that nothing
//! else runs.

use std::sync::LazyLock;

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

/// The modules of the script, each behind those that it imports.
const MODULES: [&str; 4] = [
    include_str!("../web/copy.js"),
    include_str!("../web/marks.js"),
    include_str!("../web/rows.js"),
    include_str!("../web/report.js"),
];

/// What copying, filtering and moving between marks and rows needs; the page is whole without.
pub(crate) static SCRIPT: LazyLock<String> = LazyLock::new(|| one_script(&MODULES));

/// SHA-256 of the script in base64.
pub(crate) const SCRIPT_HASH: &str = "GTKYj4sCzZeVK3+XBvEeaZYZ84ZO6rUyLHYTCK8YENA=";

/// Modules as one script of which no name is seen outside: without the lines that begin with
/// `import`, and without the word `export` at the beginning of a line. No other form of the two
/// is used, and no name at the top level twice.
fn one_script(modules: &[&str]) -> String {
    let mut script = String::from("'use strict';\n(() => {\n");
    for line in modules.iter().flat_map(|module| module.lines()) {
        if !line.starts_with("import ") {
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
            script.push('\n');
        }
    }
    script.push_str("})();\n");
    script
}

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
    fn modules_become_one_script() {
        let modules = ["export const one = 1;\n", "import { one } from './one.js';\n  one;\n"];
        assert_eq!(
            one_script(&modules),
            "'use strict';\n(() => {\nconst one = 1;\n  one;\n})();\n"
        );
    }

    #[test]
    fn modules_use_no_other_form_and_no_name_twice() {
        let mut names = Vec::new();
        for line in MODULES.iter().flat_map(|module| module.lines()) {
            if line.starts_with("import ") {
                assert!(line.contains(" } from './") && line.ends_with(".js';"), "{line}");
                continue;
            }
            let declared = line.strip_prefix("export ").unwrap_or(line);
            if let Some(rest) = declared.strip_prefix("const ") {
                names.extend(rest.split_whitespace().next());
            } else {
                assert!(declared == line, "{line}");
            }
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert!(all > 4 && names.len() == all, "a name twice among {names:?}");
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
