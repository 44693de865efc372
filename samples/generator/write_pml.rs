//! The native capture, written by the parser from the CSV export.

use std::io::Cursor;

use procmonkey_parser::pml::{ExportProfile, Info, OsVersion, PmlWriter, PointerWidth};
use procmonkey_parser::{Capture, DateOrder, Error, Event, Input, ReadOptions, Zone};

/// Writes the events of a CSV export with all columns, whose clock is UTC.
///
/// # Panics
/// When the export cannot be read or written without a loss: then this generator
/// has made something that Procmon does not.
pub fn write(name: &str, csv: &[u8]) -> Vec<u8> {
    match try_write(name, csv) {
        Ok(bytes) => bytes,
        Err(error) => panic!("{name} cannot be written as a native capture: {error}"),
    }
}

fn try_write(name: &str, csv: &[u8]) -> Result<Vec<u8>, Error> {
    let (profile, clock) = with_capture(name, csv, |capture| {
        let mut profile = ExportProfile::default();
        for event in capture.events() {
            profile.observe(&event?);
        }
        Ok((profile, capture.clock().clone()))
    })?;
    let info = computer(profile.info());
    with_capture(name, csv, |capture| {
        let mut writer = PmlWriter::create(Cursor::new(Vec::new()), &info)?;
        let mut event = Event::default();
        while capture.read_event(&mut event)? {
            writer.write(&event, &clock)?;
        }
        let (read, written) = (capture.losses(), writer.losses());
        assert!(read.is_empty() && written.is_empty(), "{name}: {read:?} {written:?}");
        Ok(writer.finish()?.into_inner())
    })
}

fn with_capture<T>(
    name: &str,
    csv: &[u8],
    read: impl FnOnce(&mut Capture<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let options = ReadOptions::new().zone(Zone::UTC).date_order(DateOrder::MonthDayYear);
    let mut input = Input::from_reader(name, csv, &options)?;
    match input.next_capture() {
        Some(capture) => read(&mut capture?),
        None => panic!("{name} has no capture"),
    }
}

/// The invented server, a Windows Server 2019.
fn computer(mut info: Info) -> Info {
    assert_eq!(info.pointer_width, PointerWidth::Bits64, "the server is a 64-bit one");
    let mut os = OsVersion::default();
    os.major = 10;
    os.build = 17_763;
    os.product_type = 3;
    info.computer_name = "WEB01".to_string();
    info.system_root = "C:\\Windows".to_string();
    info.os = os;
    info.processors = 2;
    info.ram_bytes = 4 << 30;
    info
}
