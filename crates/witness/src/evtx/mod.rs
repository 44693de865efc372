//! Event logs as Windows keeps them: `System.evtx`, `Security.evtx`.

mod audit;
mod chunk;

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use evtx::err::EvtxError;
use evtx::{EvtxFileHeader, EvtxRecord, HeaderFlags, ParserSettings};
use procmonkey_analysis::parser::{LossKind, Position};

use crate::error::Error;
use crate::event_xml::parse;
use crate::reading::Collector;
use crate::{Limits, Reading};
use audit::{Extent, Seen, audit, place_of};
use chunk::{CHUNK, Checked, Chunk};

/// Where the chunks begin, in bytes.
const FILE_HEADER: u64 = 4096;

/// How many bytes of XML the records of one chunk may come to. Those of real logs
/// come to a tenth of it.
const XML_OF_CHUNK: usize = 4 << 20;

/// In how many chunks records may come to more XML than that before no further chunk
/// is read: each takes as long as hundreds of others.
const SWOLLEN_CHUNKS: u32 = 16;

/// Reads the facts of an event log: events 7000, 7001, 7009, 7011, 7022–7024,
/// 7031, 7034 and 7036 of the Service Control Manager, 36870 of Schannel, and 5058
/// of the Security log. Every other event is only counted. Damaged records are
/// counted as losses, and so is what the log's header, its chunks' numbers or its
/// length say should be there, and is not.
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
pub fn read(source: &str, input: impl Read) -> Result<Reading, Error> {
    read_within(source, input, &Limits::default())
}

pub(crate) fn read_within(
    source: &str,
    mut input: impl Read,
    limits: &Limits,
) -> Result<Reading, Error> {
    let mut log = Log {
        source,
        settings: Arc::new(ParserSettings::new().indent(false)),
        out: Collector::new(limits),
        seen: Vec::new(),
        swollen: 0,
    };
    let (head, failed) = part(&mut input, FILE_HEADER as usize);
    if let (Some(error), true) = (failed, head.is_empty()) {
        return Err(Error::io(source, error));
    }
    let header = log.file_header(&head).map_err(|error| error.in_source(source))?;
    let extent = log.chunks(&mut input, &header);
    audit(&header, &log.seen, extent, &mut log.out);
    Ok(log.out.finish())
}

/// The next bytes, fewer where the input ends or fails.
fn part(input: &mut impl Read, length: usize) -> (Vec<u8>, Option<io::Error>) {
    let mut bytes = Vec::with_capacity(length);
    let failed = input.take(length as u64).read_to_end(&mut bytes).err();
    (bytes, failed)
}

/// A log while it is read.
struct Log<'l> {
    source: &'l str,
    settings: Arc<ParserSettings>,
    out: Collector<'l>,
    seen: Vec<Seen>,
    swollen: u32,
}

impl Log<'_> {
    fn file_header(&mut self, head: &[u8]) -> Result<EvtxFileHeader, Error> {
        let header = EvtxFileHeader::from_bytes(head)
            .map_err(|error| Error::damaged(format!("no event log: {}", chain(&error))))?;
        if (head.len() as u64) < FILE_HEADER {
            let length = head.len();
            return Err(Error::damaged(format!(
                "the event log ends at byte {length}, inside its header of {FILE_HEADER}"
            )));
        }
        if !header.validate_checksum() {
            let message = "the checksum of the log's header does not agree with it";
            self.out.lose(LossKind::DamagedField, Position::at_byte(124), message);
        }
        if header.major_version != 3 {
            let (major, minor) = (header.major_version, header.minor_version);
            let message = format!("the log is of version {major}.{minor}, which is not known");
            self.out.lose(LossKind::Unknown, Position::at_byte(36), message);
        }
        Ok(header)
    }

    /// Reads the chunks in the order of the file, and puts their facts in the order of
    /// the records: a log that is full writes over its oldest chunk.
    fn chunks(&mut self, input: &mut impl Read, header: &EvtxFileHeader) -> Extent {
        let is_dirty = header.flags.contains(HeaderFlags::DIRTY);
        let mut extent = Extent { bytes: FILE_HEADER, chunks: 0, is_whole: true };
        let mut oldest = (u64::MAX, 0);
        loop {
            if extent.bytes >= self.out.limits.log_bytes {
                if !part(input, 1).0.is_empty() {
                    let message = format!(
                        "the log is longer than the {} bytes that are read of it",
                        self.out.limits.log_bytes
                    );
                    self.out.lose(LossKind::Truncated, Position::at_byte(extent.bytes), message);
                    extent.is_whole = false;
                }
                break;
            }
            if self.swollen >= SWOLLEN_CHUNKS {
                let message = format!(
                    "the records of {SWOLLEN_CHUNKS} chunks unpack to more than {XML_OF_CHUNK} bytes each: \
                     the log is not read further"
                );
                self.out.lose(LossKind::Truncated, Position::at_byte(extent.bytes), message);
                extent.is_whole = false;
                break;
            }
            let (bytes, failed) = part(input, CHUNK);
            if let Some(error) = failed {
                let at = extent.bytes + bytes.len() as u64;
                let message = format!("the log cannot be read further: {error}");
                self.out.lose(LossKind::Truncated, Position::at_byte(at), message);
                extent.is_whole = false;
            }
            if bytes.is_empty() {
                break;
            }
            let there = bytes.len();
            let facts = self.out.witnesses().len();
            if let Some(first) = self.chunk(extent.chunks, bytes, is_dirty)
                && first < oldest.0
            {
                oldest = (first, facts);
            }
            extent.bytes += there as u64;
            extent.chunks += 1;
            if there < CHUNK || !extent.is_whole {
                break;
            }
        }
        self.out.witnesses().rotate_left(oldest.1);
        extent
    }

    /// Reads one chunk, and gives the identifier of its first record.
    fn chunk(&mut self, place: u64, bytes: Vec<u8>, is_dirty: bool) -> Option<u64> {
        let there = bytes.len();
        if there < CHUNK {
            let message =
                format!("the file ends inside chunk {place}, behind {there} of its {CHUNK} bytes");
            let end = place_of(place).byte + there as u64;
            self.out.lose(LossKind::Truncated, Position::at_byte(end), message);
        }
        let mut chunk = Chunk::new(bytes)?;
        if !chunk.has_magic {
            let message = format!("chunk {place} does not begin as one");
            self.out.lose(LossKind::DamagedRecord, place_of(place), message);
        }
        let checked = chunk.check();
        let said = chunk.numbers();
        let unnamed = if is_dirty { chunk.take_in_unnamed() } else { 0 };
        let ids = chunk.ids();
        chunk.leave_out_what_is_cut();
        self.seen.push(Seen {
            place,
            numbers: said.with_more(unnamed),
            ids,
            last_id: chunk.records.iter().map(|record| record.id).max(),
            unnamed,
            checked,
            has_magic: chunk.has_magic,
            is_cut: chunk.is_cut(),
            free_bytes: chunk.free_bytes(),
        });
        let met = self.records(place, &mut chunk);
        let expected = said.count();
        if checked != Checked::HeaderDiffers && met < expected {
            let message = format!(
                "chunk {place} should hold {expected} records ({} to {}), and {met} were found",
                said.first, said.last
            );
            self.out.lose(LossKind::DamagedRecord, place_of(place), message);
        }
        Some(ids.first)
    }

    /// Reads the records of a chunk, and gives how many it met, damaged ones too.
    fn records(&mut self, place: u64, chunk: &mut Chunk) -> u64 {
        let begin = place_of(place).byte;
        let places: HashMap<u64, (u64, bool)> = chunk
            .records
            .iter()
            .map(|record| (record.id, (begin + record.at as u64, record.is_framed)))
            .collect();
        let mut data = match chunk.data().parse(Arc::clone(&self.settings)) {
            Ok(data) => data,
            Err(error) => {
                let message = format!("chunk {place}: {}", chain(&error));
                self.out.lose(LossKind::DamagedRecord, place_of(place), message);
                return 0;
            }
        };
        let (mut met, mut xml) = (0, 0);
        for record in data.iter() {
            met += 1;
            let failed = match record {
                Ok(record) => {
                    let at = begin + record.binxml_offset.saturating_sub(24);
                    let position = place_of_record(at, record.event_record_id);
                    let framed = places.get(&record.event_record_id).is_none_or(|place| place.1);
                    match framed {
                        true => self.record(record, position, &mut xml).err(),
                        false => {
                            let message = "a record whose size does not stand at its end";
                            self.out.lose(LossKind::DamagedRecord, position, message);
                            None
                        }
                    }
                }
                Err(error) => Some(error),
            };
            let failed = failed.map(|error| {
                let why = chain(&error);
                let position = place_of_error(&error, begin, &places);
                self.out.lose(LossKind::DamagedRecord, position, why.as_str());
                why
            });
            if xml > XML_OF_CHUNK || failed.is_some_and(|why| is_swollen(&why)) {
                self.swollen += 1;
                let message = format!(
                    "the records of chunk {place} unpack to more than {XML_OF_CHUNK} bytes: \
                     those behind the first {met} are not read"
                );
                self.out.lose(LossKind::Truncated, place_of(place), message);
                return u64::MAX;
            }
        }
        met
    }

    /// Reads one record; its XML is counted.
    fn record(
        &mut self,
        record: EvtxRecord<'_>,
        position: Position,
        xml: &mut usize,
    ) -> Result<(), EvtxError> {
        let id = record.event_record_id;
        let record = record.into_xml()?;
        *xml = xml.saturating_add(record.data.len());
        match parse(&record.data, self.out.limits) {
            Ok(mut event) => {
                let time = &record.timestamp;
                let nanoseconds = u32::try_from(time.subsec_nanosecond()).unwrap_or(0);
                // Exact, where the text of the event may be rounded.
                event.time = crate::time::of_unix(time.as_second(), nanoseconds).or(event.time);
                event.record.get_or_insert(id);
                self.out.count_event(&event.provider, event.id);
                if let Some(witness) = event.witness(self.source) {
                    self.out.add(witness, position);
                }
            }
            Err(why) => self.out.lose(LossKind::DamagedRecord, position, why),
        }
        Ok(())
    }
}

/// Whether a record could not be had because it unpacks to too much: the parser of
/// records has bounds of its own, and says so only in words.
fn is_swollen(why: &str) -> bool {
    ["record renders", "render budget"].iter().any(|words| why.contains(words))
}

/// The place of a record. Windows counts them from 1.
fn place_of_record(at: u64, id: u64) -> Position {
    match id {
        0 => Position::at_byte(at),
        _ => Position::at_byte(at).with_record(id),
    }
}

/// Where a record stands that cannot be read.
fn place_of_error(error: &EvtxError, begin: u64, places: &HashMap<u64, (u64, bool)>) -> Position {
    match error {
        EvtxError::FailedToReadRecordAt { offset, .. } => {
            Position::at_byte(begin.saturating_add(*offset))
        }
        EvtxError::FailedToParseRecord { record_id, .. } => {
            let at = places.get(record_id).map_or(begin, |place| place.0);
            place_of_record(at, *record_id)
        }
        _ => Position::at_byte(begin),
    }
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

#[cfg(test)]
mod tests;
