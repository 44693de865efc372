//! Whatever a text of events is, it is read to its end, by every reader that such
//! texts are given to, and the same text gives the same facts.

use procmonkey_witness::{Kind, debugview, event_text, event_xml, read_as, reg_text, sniff};

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    let text = event_text::read("fuzz", bytes);
    assert_eq!(text, event_text::read("fuzz", bytes));
    let xml = event_xml::read("fuzz", bytes);
    // The events that stand in a text as XML are counted there, too.
    assert_eq!(text.events, xml.events);
    reg_text::read("fuzz", bytes);
    let lines = debugview::read("fuzz", bytes);
    assert!(lines.witnesses.len() <= bytes.len());
    if let Some(kind @ (Kind::EventXml | Kind::DebugView | Kind::Text)) = sniff(bytes) {
        let _ = read_as(kind, "fuzz", bytes);
    }
}
