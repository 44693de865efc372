//! Whatever the bytes of a packed input are, it is the same from a stream and from a file;
//! and a capture that is packed has the events that it has unpacked.

use std::io::{Cursor, Write};

use procmonkey_parser::Input;

use crate::captures::{Slow, all, options};

/// Checks it for these bytes. The first one decides what is done with the others: they are
/// packed in one of three ways, or are taken as what somebody else has packed.
pub fn run(bytes: &[u8]) {
    let Some((how, bytes)) = bytes.split_first() else { return };
    let packed = match how % 8 {
        0 => gzip(bytes),
        1 => zstd::encode_all(bytes, 1).unwrap(),
        2 => zip(bytes),
        _ => return as_packed(bytes),
    };
    let options = options();
    let plain = all(Input::from_reader("fuzz", bytes, &options), usize::MAX);
    let unpacked = all(Input::from_reader("fuzz", &packed[..], &options), usize::MAX);
    // A capture in an archive has the name of its member, which messages begin with.
    let of = |all: &[crate::captures::Told]| -> Vec<_> {
        all.iter().map(|told| (told.events.clone(), told.losses.len())).collect()
    };
    // What is packed in itself is unpacked again, but not without end.
    if !is_packed(bytes) {
        assert_eq!(of(&plain), of(&unpacked));
    }
}

fn as_packed(bytes: &[u8]) {
    let options = options();
    let stream = all(Input::from_reader("fuzz", Slow(bytes), &options), usize::MAX);
    let file = all(Input::from_seekable("fuzz", Cursor::new(bytes), &options), usize::MAX);
    assert_eq!(stream, file);
}

fn is_packed(bytes: &[u8]) -> bool {
    [&b"\x1f\x8b"[..], b"\x28\xb5\x2f\xfd", b"PK"].iter().any(|magic| bytes.starts_with(magic))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("fuzz", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}
