//! One chunk of an event log: what its header says, and where its records stand.

use evtx::EvtxChunkData;

/// Length of a chunk.
pub(super) const CHUNK: usize = 65_536;
/// Length of a chunk's header; its records begin behind it.
pub(super) const HEADER: usize = 512;

static BLANK: [u8; CHUNK] = [0; CHUNK];
const MAGIC: &[u8; 8] = b"ElfChnk\0";
const RECORD_MAGIC: &[u8; 4] = b"\x2a\x2a\0\0";
/// How long a record is that holds nothing: its header, and the copy of its size.
const EMPTY_RECORD: usize = 28;

/// A record as its own header has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawRecord {
    pub(super) id: u64,
    /// Where in the chunk it begins.
    pub(super) at: usize,
    /// Whether its size stands at its end too, as it must.
    pub(super) is_framed: bool,
}

/// How the checksums of a chunk agree with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    Sound,
    /// The header does not: what it says counts for nothing.
    HeaderDiffers,
    /// The records do not.
    RecordsDiffer,
}

/// The numbers of the records that a chunk says it holds; the first is above the last
/// where it holds none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Numbers {
    /// How many records that are. An empty chunk has -1 for its last number.
    pub(super) fn count(self) -> u64 {
        match self.last {
            u64::MAX => 0,
            last => last.checked_sub(self.first).map_or(0, |before| before.saturating_add(1)),
        }
    }

    /// The numbers with so many more records behind them.
    pub(super) fn with_more(self, more: u64) -> Numbers {
        let end = self.first.saturating_add(self.count()).saturating_add(more);
        match more {
            0 => self,
            _ => Numbers { first: self.first, last: end.saturating_sub(1) },
        }
    }
}

/// A chunk that was read from the file.
pub(super) struct Chunk {
    /// Its bytes, padded with zeros where the file ends inside of it, and what its
    /// header says.
    data: EvtxChunkData,
    /// How many of the bytes were there.
    pub(super) there: usize,
    /// Whether it begins as a chunk. One that does not is read as if it did.
    pub(super) has_magic: bool,
    /// The records, one behind the other, up to the first that is damaged.
    pub(super) records: Vec<RawRecord>,
}

impl Chunk {
    /// `None` when there is nothing in it, as in one that Windows keeps for later.
    pub(super) fn new(mut bytes: Vec<u8>) -> Option<Chunk> {
        let there = bytes.len();
        bytes.resize(CHUNK, 0);
        let has_magic = bytes.starts_with(MAGIC);
        if bytes[..] == BLANK[..] {
            return None;
        }
        let records = records(&bytes[..there]);
        bytes[..MAGIC.len()].copy_from_slice(MAGIC);
        let data = EvtxChunkData::new(bytes, false).ok()?;
        Some(Chunk { data, there, has_magic, records })
    }

    pub(super) fn is_cut(&self) -> bool {
        self.there < CHUNK
    }

    /// The numbers within this file.
    pub(super) fn numbers(&self) -> Numbers {
        let header = &self.data.header;
        let (first, last) = (header.first_event_record_number, header.last_event_record_number);
        Numbers { first, last }
    }

    /// The identifiers, which go on where a log was begun anew.
    pub(super) fn ids(&self) -> Numbers {
        let header = &self.data.header;
        Numbers { first: header.first_event_record_id, last: header.last_event_record_id }
    }

    /// How many bytes are free behind the records, as the header says.
    pub(super) fn free_bytes(&self) -> usize {
        CHUNK.saturating_sub(self.data.header.free_space_offset as usize)
    }

    /// Compares the checksums. That of the records of a chunk that is cut cannot be.
    pub(super) fn check(&self) -> Checked {
        if !self.data.validate_header_checksum() {
            Checked::HeaderDiffers
        } else if !self.is_cut() && !self.data.validate_data_checksum() {
            Checked::RecordsDiffer
        } else {
            Checked::Sound
        }
    }

    /// Takes the records into the chunk that a log which was never closed holds behind
    /// those that its header names: each has the identifier after the one before.
    /// Gives their number.
    pub(super) fn take_in_unnamed(&mut self) -> u64 {
        let ids = self.ids();
        let named = self.records.iter().position(|record| record.id == ids.last);
        // A chunk whose header was never written names none.
        let from = match named {
            Some(place) => place + 1,
            None if ids.count() == 0 => 0,
            None => return 0,
        };
        let mut before = named.map(|_| ids.last);
        let mut end = from;
        for record in &self.records[from..] {
            let follows = before.is_none_or(|before| before.checked_add(1) == Some(record.id));
            if !follows || !record.is_framed {
                break;
            }
            before = Some(record.id);
            end += 1;
        }
        if let (Some(id), true) = (before, end > from) {
            self.data.header.last_event_record_id = id;
            self.end_records_at(self.end_of(end - 1));
        }
        (end - from) as u64
    }

    /// Ends the records before the place where the file ends: what is cut would be
    /// read as if zeros stood there.
    pub(super) fn leave_out_what_is_cut(&mut self) {
        if self.is_cut() {
            let end = self.records.len().checked_sub(1).map_or(HEADER, |last| self.end_of(last));
            let said = self.data.header.free_space_offset as usize;
            self.end_records_at(end.min(said));
        }
    }

    fn end_records_at(&mut self, end: usize) {
        self.data.header.free_space_offset = u32::try_from(end).unwrap_or(CHUNK as u32);
    }

    fn end_of(&self, record: usize) -> usize {
        let at = self.records[record].at;
        at + size_at(&self.data.data, at).unwrap_or(0)
    }

    /// The chunk for the parser of records.
    pub(super) fn data(&mut self) -> &mut EvtxChunkData {
        &mut self.data
    }
}

/// The size of a record that begins at a place, when one does.
fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes.get(at..)?;
    if !head.starts_with(RECORD_MAGIC) {
        return None;
    }
    let size = u32::from_le_bytes(*head.get(4..)?.first_chunk()?) as usize;
    (size >= EMPTY_RECORD && size <= head.len()).then_some(size)
}

/// The records that follow each other from the header on, each of them whole.
fn records(bytes: &[u8]) -> Vec<RawRecord> {
    let mut records = Vec::new();
    let mut at = HEADER;
    while let Some(size) = size_at(bytes, at) {
        let Some(id) = bytes.get(at + 8..).and_then(|rest| rest.first_chunk()) else { break };
        let copy = bytes.get(at + size - 4..).and_then(|rest| rest.first_chunk());
        let is_framed = copy.is_some_and(|copy| u32::from_le_bytes(*copy) as usize == size);
        records.push(RawRecord { id: u64::from_le_bytes(*id), at, is_framed });
        at += size;
    }
    records
}
