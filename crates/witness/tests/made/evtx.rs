//! Event logs.

/// Length of the file's header, of a chunk, and of a chunk's header.
pub const FILE_HEADER: usize = 4096;
pub const CHUNK: usize = 65_536;
pub const CHUNK_HEADER: usize = 512;

/// Flags of the file's header.
pub const CLOSED: u32 = 0;
pub const DIRTY: u32 = 1;

/// Binary XML that begins at a place of its chunk.
pub struct BinXml {
    begins: usize,
    pub bytes: Vec<u8>,
}

/// What makes the binary XML of a record, from the place where it begins.
pub type Make<'m> = &'m dyn Fn(usize) -> Vec<u8>;

impl BinXml {
    pub fn new(begins: usize) -> BinXml {
        BinXml { begins, bytes: vec![0x0f, 1, 1, 0] }
    }

    /// The place in the chunk of the next byte.
    pub fn place(&self) -> u32 {
        (self.begins + self.bytes.len()) as u32
    }

    pub fn put(&mut self, bytes: &[u8]) -> &mut BinXml {
        self.bytes.extend(bytes);
        self
    }

    pub fn word(&mut self, word: u32) -> &mut BinXml {
        self.put(&word.to_le_bytes())
    }

    fn characters(&mut self, text: &str) -> &mut BinXml {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.put(&((units.len() / 2) as u16).to_le_bytes()).put(&units)
    }

    /// A name, which stands right behind the offset that leads to it.
    pub fn name(&mut self, name: &str) -> &mut BinXml {
        let behind = self.place() + 4;
        self.word(behind).word(0).put(&[0, 0]).characters(name).put(&[0, 0])
    }

    /// Opens an element. Inside of templates, a number of what it depends on stands in
    /// front of its length.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut BinXml {
        self.put(&[if attributes.is_empty() { 0x01 } else { 0x41 }]);
        self.word(0x7fff_ffff).name(name);
        if !attributes.is_empty() {
            let length = self.bytes.len();
            self.word(0);
            for (number, (key, value)) in attributes.iter().enumerate() {
                let more = number + 1 < attributes.len();
                self.put(&[if more { 0x46 } else { 0x06 }]).name(key);
                self.put(&[0x05, 0x01]).characters(value);
            }
            let written = (self.bytes.len() - length - 4) as u32;
            self.bytes[length..length + 4].copy_from_slice(&written.to_le_bytes());
        }
        self.put(&[0x02])
    }

    pub fn text(&mut self, text: &str) -> &mut BinXml {
        self.put(&[0x05, 0x01]).characters(text)
    }

    pub fn close(&mut self) -> &mut BinXml {
        self.put(&[0x04])
    }

    fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> &mut BinXml {
        self.open(name, attributes).text(text).close()
    }

    pub fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

/// An event of a provider.
pub fn event(begins: usize, provider: &str, id: u32, data: &[(&str, &str)]) -> Vec<u8> {
    let mut xml = BinXml::new(begins);
    xml.open("Event", &[]).open("System", &[]);
    xml.open("Provider", &[("Name", provider)]).close();
    xml.leaf("EventID", &[], &id.to_string()).leaf("Computer", &[], "WEB01").close();
    xml.open("EventData", &[]);
    for (name, value) in data {
        xml.leaf("Data", &[("Name", name)], value);
    }
    xml.close().close();
    xml.end()
}

/// Event 7024 of a service: it ended with NTE_BAD_SIGNATURE.
pub fn service_failed(begins: usize, service: &str) -> Vec<u8> {
    let data = [("param1", service), ("param2", "%%2148073478")];
    event(begins, "Service Control Manager", 7024, &data)
}

/// A record with its header and the copy of its size. `at` is its place in the chunk.
pub fn record(at: usize, id: u64, make: Make<'_>) -> Vec<u8> {
    let xml = make(at + 24);
    let size = (24 + xml.len() + 4).next_multiple_of(8);
    let mut record = vec![0x2a, 0x2a, 0, 0];
    record.extend((size as u32).to_le_bytes());
    record.extend(id.to_le_bytes());
    // 2026-03-05T17:59:13Z and as many seconds more.
    record.extend((134_172_071_530_000_000 + id * 10_000_000).to_le_bytes());
    record.extend(xml);
    record.resize(size - 4, 0);
    record.extend((size as u32).to_le_bytes());
    record
}

/// A chunk of such records. Numbers count within the file, identifiers within the log.
pub fn chunk(first_number: u64, first_id: u64, records: &[Make<'_>]) -> Vec<u8> {
    let mut chunk = vec![0; CHUNK_HEADER];
    chunk[..8].copy_from_slice(b"ElfChnk\0");
    let mut last = CHUNK_HEADER;
    for (number, make) in (0..).zip(records) {
        last = chunk.len();
        let record = record(last, first_id + number, *make);
        chunk.extend(record);
    }
    let (end, more) = (chunk.len() as u32, records.len() as u64);
    assert!(chunk.len() <= CHUNK, "{} bytes of records", chunk.len());
    // An empty chunk has -1 for its last numbers.
    for (at, number) in [(8, first_number), (24, first_id)] {
        put_u64(&mut chunk, at, number);
        put_u64(&mut chunk, at + 8, number.wrapping_add(more).wrapping_sub(1));
    }
    if more == 0 {
        (16..40).step_by(8).for_each(|at| put_u64(&mut chunk, at, u64::MAX));
    }
    put_u32(&mut chunk, 40, 128);
    put_u32(&mut chunk, 44, last as u32);
    put_u32(&mut chunk, 48, end);
    chunk.resize(CHUNK, 0);
    seal_chunk(&mut chunk);
    chunk
}

/// Makes the checksums of a chunk right.
pub fn seal_chunk(chunk: &mut [u8]) {
    let free = u32::from_le_bytes([chunk[48], chunk[49], chunk[50], chunk[51]]) as usize;
    let records = crc32(&chunk[CHUNK_HEADER..free.clamp(CHUNK_HEADER, CHUNK)]);
    put_u32(chunk, 52, records);
    let header = crc32(&[&chunk[..120], &chunk[128..CHUNK_HEADER]].concat());
    put_u32(chunk, 124, header);
}

/// What the header of a file says.
#[derive(Clone, Copy)]
pub struct Header {
    pub first_chunk: u64,
    pub last_chunk: u64,
    pub next_record: u64,
    pub chunks: u16,
    pub flags: u32,
}

/// A file of these chunks.
pub fn file(header: Header, chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0; FILE_HEADER];
    file[..8].copy_from_slice(b"ElfFile\0");
    let numbers = [header.first_chunk, header.last_chunk, header.next_record];
    for (at, number) in (8..).step_by(8).zip(numbers) {
        put_u64(&mut file, at, number);
    }
    put_u32(&mut file, 32, 128);
    file[36..44].copy_from_slice(&[1, 0, 3, 0, 0, 0x10, 0, 0]);
    file[42..44].copy_from_slice(&header.chunks.to_le_bytes());
    put_u32(&mut file, 120, header.flags);
    seal_header(&mut file);
    chunks.iter().for_each(|chunk| file.extend(chunk));
    file
}

/// Makes the checksum of a file's header right.
pub fn seal_header(file: &mut [u8]) {
    let sum = crc32(&file[..120]);
    put_u32(file, 124, sum);
}

/// The header of a closed log of so many chunks and records.
pub fn closed(chunks: usize, records: u64) -> Header {
    Header {
        first_chunk: 0,
        last_chunk: chunks.saturating_sub(1) as u64,
        next_record: records + 1,
        chunks: chunks as u16,
        flags: CLOSED,
    }
}

/// A closed log whose chunks have so many records each, every one the failure of a
/// service that is named after its record: `Service 1` and so on.
pub fn log(records: &[usize]) -> Vec<u8> {
    let chunks = chunks(records);
    let total: usize = records.iter().sum();
    file(closed(chunks.len(), total as u64), &chunks)
}

/// The chunks of [`log`].
pub fn chunks(records: &[usize]) -> Vec<Vec<u8>> {
    let mut first = 1;
    let of_chunk = |count: &usize| {
        let makes: Vec<Box<dyn Fn(usize) -> Vec<u8>>> = (first..first + *count as u64)
            .map(|id| {
                let make = move |at| service_failed(at, &format!("Service {id}"));
                Box::new(make) as Box<dyn Fn(usize) -> Vec<u8>>
            })
            .collect();
        let makes: Vec<Make<'_>> = makes.iter().map(Box::as_ref).collect();
        let chunk = chunk(first, first, &makes);
        first += *count as u64;
        chunk
    };
    records.iter().map(of_chunk).collect()
}

/// Elements that are nested so deep.
pub fn nested(begins: usize, depth: usize) -> Vec<u8> {
    let mut xml = BinXml::new(begins);
    xml.open("a", &[]);
    let name = xml.bytes[9..13].to_vec();
    for _ in 1..depth {
        xml.put(&[0x01]).word(0x7fff_ffff).put(&name).put(&[0x02]);
    }
    (0..depth).for_each(|_| {
        xml.close();
    });
    xml.end()
}

/// An element inside of a template, which has a number of what it depends on.
fn element_of_template(xml: &mut BinXml, name: &str) {
    xml.put(&[0x01, 0xff, 0xff]).word(0x40).name(name).put(&[0x02]);
}

/// Begins a template and gives the place of its length, which [`end_template`] fills.
fn begin_template(xml: &mut BinXml, id: u32) -> usize {
    xml.put(&[0x0c, 0x01]).word(id);
    let definition = xml.place() + 4;
    xml.word(definition).word(0).put(&[1; 16]);
    let length = xml.bytes.len();
    xml.word(0).put(&[0x0f, 1, 1, 0]);
    length
}

fn end_template(xml: &mut BinXml, length: usize) {
    xml.put(&[0x04, 0x00]);
    let written = (xml.bytes.len() - length - 4) as u32;
    xml.bytes[length..length + 4].copy_from_slice(&written.to_le_bytes());
}

/// A template whose own definition uses it.
pub fn self_template(begins: usize) -> Vec<u8> {
    let mut xml = BinXml::new(begins);
    let definition = xml.place() + 10;
    let length = begin_template(&mut xml, 1);
    element_of_template(&mut xml, "Event");
    xml.put(&[0x0c, 0x01]).word(1).word(definition).word(0);
    end_template(&mut xml, length);
    xml.word(0);
    xml.end()
}

/// A template whose value is binary XML of the same template, and so on, as deep as
/// so many bytes allow.
pub fn nested_values(begins: usize, bytes: usize) -> Vec<u8> {
    let mut xml = BinXml::new(begins);
    let definition = xml.place() + 10;
    let length = begin_template(&mut xml, 1);
    element_of_template(&mut xml, "Event");
    xml.put(&[0x0d, 0, 0, 0x21]);
    end_template(&mut xml, length);
    let mut value = vec![0x0f, 1, 1, 0, 0];
    while value.len() + 30 < bytes {
        let mut outer = vec![0x0f, 1, 1, 0, 0x0c, 0x01];
        outer.extend(1_u32.to_le_bytes());
        outer.extend(definition.to_le_bytes());
        outer.extend(1_u32.to_le_bytes());
        outer.extend((value.len() as u16).to_le_bytes());
        outer.extend([0x21, 0]);
        outer.extend(value);
        outer.push(0);
        value = outer;
    }
    xml.word(1).put(&(value.len() as u16).to_le_bytes()).put(&[0x21, 0]).put(&value);
    xml.end()
}

/// A template that uses one long value so often: a few bytes that unpack to many.
pub fn swollen(begins: usize, times: usize, characters: usize) -> Vec<u8> {
    let mut xml = BinXml::new(begins);
    let length = begin_template(&mut xml, 1);
    element_of_template(&mut xml, "Event");
    (0..times).for_each(|_| {
        xml.put(&[0x0d, 0, 0, 0x01]);
    });
    end_template(&mut xml, length);
    let value =
        "A".repeat(characters).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    xml.word(1).put(&(value.len() as u16).to_le_bytes()).put(&[0x01, 0]).put(&value);
    xml.end()
}

pub fn put_u32(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

pub fn put_u64(bytes: &mut [u8], at: usize, number: u64) {
    bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
}

/// The checksum of RFC 1952.
fn crc32(bytes: &[u8]) -> u32 {
    let bit = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    let byte = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| bit(sum));
    !bytes.iter().fold(!0, byte)
}
