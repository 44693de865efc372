//! Whatever the bytes of an event log are, it is read to its end, gives no more than
//! its limits allow, and what is cut off of it is a loss.

use std::io::Cursor;

use procmonkey_witness::{ErrorKind, evtx};

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    let reading = match evtx::read("fuzz", Cursor::new(bytes)) {
        Ok(reading) => reading,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Damaged);
            return;
        }
    };
    // A record takes at least 28 bytes.
    assert!(reading.events_read() <= bytes.len() as u64 / 28);
    assert!(reading.witnesses.len() as u64 <= reading.events_read());
    assert!(reading.losses.iter().all(|loss| loss.position.byte <= bytes.len() as u64));
    // A file that does not end with a chunk has lost its end.
    if !(bytes.len() - 4096).is_multiple_of(65_536) {
        assert!(!reading.losses.is_empty());
    }
}
