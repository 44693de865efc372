//! Whatever the bytes of a hive and of its transaction log are, it gives one value or
//! an error, and a log that is not needed changes nothing.

use procmonkey_witness::{ErrorKind, Reading, hive};

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    // The first two bytes tell in 512 where the hive ends and its log begins.
    let Some((length, bytes)) = bytes.split_first_chunk::<2>() else { return };
    let length = usize::from(u16::from_le_bytes(*length)) * 512;
    let (file, log) = bytes.split_at(length.min(bytes.len()));
    let told = |reading: Result<Reading, procmonkey_witness::Error>| match reading {
        Ok(reading) => {
            assert_eq!(reading.witnesses.len(), 1);
            Some(reading)
        }
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Damaged | ErrorKind::NotFound), "{error}");
            None
        }
    };
    let with = told(hive::read("fuzz", file, &[log]));
    let is_closed = file.get(4..8) == file.get(8..12);
    if is_closed {
        assert_eq!(with, told(hive::read("fuzz", file, &[])));
    }
}
