//! Whatever the bytes of a CSV are, its events are the rows that the `csv` crate finds.

use procmonkey_parser::{Event, Format, Input, JsonObject, ReadOptions, TextEncoding};

/// A header that makes a table an export of Procmon's.
const HEADER: &[u8] = b"\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\"\r\n";

/// Checks it for these bytes.
pub fn run(rows: &[u8]) {
    let bytes = [HEADER, rows].concat();
    // Bytes that are not UTF-8 are to stay where they are, and not to be guessed.
    let options = ReadOptions::new().encoding(TextEncoding::Utf8);
    let mut input = Input::from_reader("fuzz", &bytes[..], &options).unwrap();
    let Some(Ok(mut capture)) = input.next_capture() else { return };
    if capture.format() != Format::Csv {
        return;
    }
    let mut plain = csv::ReaderBuilder::new().flexible(true).from_reader(&bytes[..]);
    let (mut row, mut event) = (csv::ByteRecord::new(), Event::default());
    let mut object = JsonObject::default();
    while plain.read_byte_record(&mut row).unwrap() {
        if row.len() != 5 {
            continue;
        }
        // A file that ends inside its last row has fewer fields there.
        if !capture.read_event(&mut event).unwrap() {
            assert!(capture.losses().count() > 0);
            return;
        }
        assert!(std::str::from_utf8(object.of(&event, None)).is_ok());
        for (index, field) in row.iter().enumerate() {
            match event.field(index) {
                Some(found) => {
                    assert_eq!(&found[..], String::from_utf8_lossy(field).as_bytes());
                }
                None => assert!(capture.losses().count() > 0),
            }
        }
    }
}
