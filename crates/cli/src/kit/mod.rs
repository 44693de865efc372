//! What a person carries to the broken server: settings of Procmon, two batch files, a case file
//! and a page of instructions.

mod configuration;

/// A file of the kit.
pub(crate) struct KitFile {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// The files that are text, with their lines as they stand in the repository.
const TEXTS: [(&str, &str); 4] = [
    ("README.txt", include_str!("../../../../docs/capture.md")),
    ("capture.cmd", include_str!("capture.cmd")),
    ("witnesses.cmd", include_str!("witnesses.cmd")),
    ("case.json", include_str!("case.json")),
];

/// All files of the kit, the same bytes every time.
///
/// # Errors
/// When a rule of the filter cannot be stored for Procmon.
pub(crate) fn files() -> Result<Vec<KitFile>, procmonkey_parser::Error> {
    let texts = TEXTS.map(|(name, text)| KitFile { name, bytes: with_crlf(text) });
    let mut files = Vec::from(texts);
    files.push(KitFile { name: "procmon.pmc", bytes: configuration::bytes()? });
    Ok(files)
}

/// A text with the line ends that cmd needs to find its labels, and old editors to show lines.
fn with_crlf(text: &str) -> Vec<u8> {
    text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_both_characters_wherever_they_were_checked_out() {
        for text in ["a\nb\n", "a\r\nb\r\n", "a\r\nb\n"] {
            assert_eq!(with_crlf(text), b"a\r\nb\r\n");
        }
    }
}
