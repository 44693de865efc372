//! Event logs as Windows keeps them: `System.evtx`, `Security.evtx`.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use evtx::{EvtxParser, ParserSettings};
use procmonkey_analysis::parser::{LossKind, Position};

use crate::Reading;
use crate::error::Error;
use crate::event_xml::parse;

/// Reads the facts of an event log: events 7000, 7001, 7009, 7011, 7022–7024,
/// 7031, 7034 and 7036 of the Service Control Manager, 36870 of Schannel, and 5058
/// of the Security log. Every other event is only counted. Damaged records are
/// counted as losses.
///
/// # Errors
/// When the input has no header of an event log.
///
/// ```
/// use std::io::Cursor;
///
/// let error = procmonkey_witness::evtx::read("System.evtx", Cursor::new(b"regf")).unwrap_err();
/// assert_eq!(error.kind(), procmonkey_witness::ErrorKind::Damaged);
/// ```
pub fn read(source: &str, input: impl Read + Seek) -> Result<Reading, Error> {
    let mut parser = EvtxParser::from_read_seek(input)
        .map_err(|error| {
            Error::damaged(format!("no event log: {}", chain(&error))).in_source(source)
        })?
        .with_configuration(ParserSettings::new().indent(false));
    let mut reading = Reading::default();
    let mut counts = BTreeMap::new();
    for (number, record) in parser.records().enumerate() {
        // Where in the file a damaged record stands is not told; its place in the
        // order of reading is.
        let position = Position::at_byte(0).with_record(number as u64 + 1);
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                reading.losses.add(LossKind::DamagedRecord, position, chain(&error));
                continue;
            }
        };
        match parse(&record.data) {
            Ok(mut event) => {
                let time = &record.timestamp;
                let nanoseconds = u32::try_from(time.subsec_nanosecond()).unwrap_or(0);
                // Exact, where the text of the event may be rounded.
                event.time = crate::time::of_unix(time.as_second(), nanoseconds).or(event.time);
                event.record.get_or_insert(record.event_record_id);
                *counts.entry((event.provider.clone(), event.id)).or_default() += 1;
                reading.witnesses.extend(event.witness(source));
            }
            Err(why) => reading.losses.add(LossKind::DamagedRecord, position, why),
        }
    }
    reading.count_events(counts);
    Ok(reading)
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
