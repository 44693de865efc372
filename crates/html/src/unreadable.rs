//! The page of a file that is no capture.

use std::io::{self, Write};

use askama::Template;

use procmonkey_analysis::words;

use crate::assets::{SCRIPT_HASH, STYLE, TOKENS};

/// How many bytes are shown.
const SHOWN: usize = 16;

#[derive(Debug, Template)]
#[template(path = "unreadable.html")]
pub(crate) struct Unreadable {
    title: &'static str,
    file: String,
    tool: &'static str,
    state: &'static str,
    lead: &'static str,
    bytes_say: String,
    hex: String,
    text: String,
    formats: &'static [&'static str],
    advice_only: &'static str,
    style: Vec<&'static str>,
    script_hash: &'static str,
}

impl Unreadable {
    pub(crate) fn of(name: &str, bytes: &[u8]) -> Unreadable {
        let first = &bytes[..bytes.len().min(SHOWN)];
        let hex: Vec<String> = first.iter().map(|byte| format!("{byte:02x}")).collect();
        let letter = |byte: &u8| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        };
        Unreadable {
            title: words::UNREADABLE,
            file: words::file_name(name).to_string(),
            tool: concat!("procmonkey ", env!("CARGO_PKG_VERSION")),
            state: words::NOT_READ,
            lead: words::UNREADABLE_LEAD,
            bytes_say: words::first_bytes(first.len()),
            hex: hex.join(" "),
            text: first.iter().map(letter).collect(),
            formats: words::FORMATS,
            advice_only: words::ADVICE_ONLY,
            style: vec![TOKENS, STYLE],
            script_hash: SCRIPT_HASH,
        }
    }

    pub(crate) fn write_into(&self, output: &mut impl Write) -> io::Result<()> {
        Template::write_into(self, output)
    }
}
