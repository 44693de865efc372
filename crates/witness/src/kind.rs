//! Tells what a source is by its content.

use procmonkey_analysis::parser::Losses;

use crate::debugview;
use procmonkey_analysis::parser::decode_text;

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A Windows event log, `.evtx`.
    EventLog,
    /// Events as XML.
    EventXml,
    /// A registry hive.
    Hive,
    /// A log of DebugView.
    DebugView,
    /// Text that people paste: events, registry values and folder listings, in any
    /// mixture.
    Text,
}

/// How much of a source is looked at to tell its kind, in bytes.
pub(crate) const HEAD: usize = 64 * 1024;

/// Tells the kind of a source by its content; `None` when it is binary data of no
/// kind that is known, or a Procmon export.
///
/// ```
/// use procmonkey_witness::{Kind, sniff};
///
/// assert_eq!(sniff(b"ElfFile\0"), Some(Kind::EventLog));
/// assert_eq!(sniff(b"Event ID: 7024"), Some(Kind::Text));
/// assert_eq!(sniff(b"MZ\x90\0\x03\0"), None);
/// ```
pub fn sniff(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"ElfFile\0") {
        return Some(Kind::EventLog);
    }
    if bytes.starts_with(b"regf") {
        return Some(Kind::Hive);
    }
    let head = decode_text(&bytes[..bytes.len().min(HEAD)], &mut Losses::default());
    let start = head.trim_start();
    // A capture names key files too, but is no listing of a folder.
    let is_capture = start.starts_with("<procmon")
        || start.lines().next().is_some_and(|line| {
            line.contains("\"Operation\"") || line.contains("\"Process Name\"")
        });
    if is_capture || head.contains('\0') {
        return None;
    }
    if start.starts_with('<') && head.contains("<Event") {
        return Some(Kind::EventXml);
    }
    if debugview::looks_like(&head) {
        return Some(Kind::DebugView);
    }
    Some(Kind::Text)
}

/// Whether the first bytes of a source are no text.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    decode_text(&head[..head.len().min(HEAD)], &mut Losses::default()).contains('\0')
}
