//! Whatever the bytes of an XML export are, its events are the same however the input
//! comes in.

use procmonkey_parser::Input;

use crate::captures::{Slow, all, options};

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    // Other formats have targets of their own.
    if !bytes.trim_ascii_start().starts_with(b"<") && !bytes.starts_with(b"\xef\xbb\xbf") {
        return;
    }
    let options = options();
    let at_once = all(Input::from_reader("fuzz", bytes, &options), bytes.len());
    assert_eq!(at_once, all(Input::from_reader("fuzz", Slow(bytes), &options), bytes.len()));
}
