//! Zip archives: their members, each found by its number.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rawzip::{
    CompressionMethod, FileReader, RangeReader, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder,
    ZipFileHeaderRecord, ZipLocator,
};

use super::decode::ByteStream;
#[cfg(not(feature = "zstd"))]
use super::decode::Compression;
use super::packed::MemberBytes;
use crate::model::{Counted, Error, ErrorKind, Limits, Progress};

/// A source that can be read and sought: a file, or bytes in memory.
pub(crate) trait SeekRead: Read + Seek + Send {}
impl<T: Read + Seek + Send> SeekRead for T {}

/// The longest directory of an archive that is read, in bytes.
const LONGEST_DIRECTORY: u64 = 64 * 1024 * 1024;

/// How many bytes of an archive are read at a time.
const BUFFER: usize = 64 * 1024;

type Source<'a> = Arc<dyn ReaderAt + Send + Sync + 'a>;

/// Bytes by their offset, of something that has one place to read at.
struct Seekable<'a>(Mutex<Box<dyn SeekRead + 'a>>);

impl ReaderAt for Seekable<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        source.seek(io::SeekFrom::Start(offset))?;
        source.read(buffer)
    }
}

/// An archive whose directory was read, once.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Source<'a>>,
    /// The same bytes, if they are those of a file, so that any thread can read them.
    file: Option<Source<'static>>,
    members: Vec<Member>,
}

/// An entry of the directory that is not a folder.
#[derive(Debug)]
struct Member {
    /// Counted from 1, with the folders.
    number: usize,
    name: String,
    method: CompressionMethod,
    entry: ZipArchiveEntryWayfinder,
    /// Where it begins in the archive.
    offset: u64,
    obstacle: Option<Obstacle>,
}

/// Why a member cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
    Encrypted,
    /// Its bytes belong to another member, too. No honest archive is like that: it is how
    /// a small archive is made to unpack into a huge one.
    Overlaps,
}

impl<'a> Archive<'a> {
    /// Reads the directory of an archive in a file.
    pub(crate) fn of_file(file: File, limits: &Limits) -> io::Result<Archive<'static>> {
        let length = file.metadata()?.len();
        let source: Source<'static> = Arc::new(FileReader::from(file));
        let archive = Archive::new(source.clone(), length, limits)?;
        Ok(Archive { file: Some(source), ..archive })
    }

    /// Reads the directory of an archive in something that can be sought.
    pub(crate) fn of_seekable(
        mut source: Box<dyn SeekRead + 'a>,
        limits: &Limits,
    ) -> io::Result<Archive<'a>> {
        let length = source.seek(io::SeekFrom::End(0))?;
        Archive::new(Arc::new(Seekable(Mutex::new(source))), length, limits)
    }

    fn new(source: Source<'a>, length: u64, limits: &Limits) -> io::Result<Archive<'a>> {
        let most = limits.members as u64;
        let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let zip = ZipLocator::new()
            .locate_in_reader(source, &mut buffer, length)
            .map_err(|(_, error)| other(error))?;
        let announced = zip.entries_hint();
        let directory = zip.eocd_offset().saturating_sub(zip.directory_offset());
        if announced > most || directory > LONGEST_DIRECTORY {
            return Err(io::Error::other(format!(
                "it has {announced} files, and a directory of {directory} bytes; at most \
                 {most} files and {LONGEST_DIRECTORY} bytes are read (--limit members)"
            )));
        }
        let (mut members, mut number) = (Vec::new(), 0);
        let mut entries = zip.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(other)? {
            number += 1;
            if number as u64 > most {
                return Err(io::Error::other("it has more files than its directory says"));
            }
            if !entry.is_dir() {
                members.push(Member::new(number, &entry));
            }
        }
        mark_overlaps(&mut members);
        number_equal_names(&mut members);
        Ok(Archive { zip, file: None, members })
    }

    /// The names of the members, in the order of the directory. Where several have one
    /// name, it is followed by the number of the member.
    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    /// The name of a member, by its place among the names.
    pub(crate) fn name(&self, index: usize) -> Option<&str> {
        self.members.get(index).map(|member| member.name.as_str())
    }

    /// Whether a member is so short that another thread would take longer to start than to
    /// unpack it.
    pub(crate) fn is_short(&self, index: usize) -> bool {
        const SHORT: u64 = 16 * 1024;
        self.members.get(index).is_some_and(|it| it.entry.compressed_size_hint() <= SHORT)
    }

    /// The bytes of a member.
    ///
    /// # Errors
    /// When it is encrypted, compressed in a way that is not known, or not where the
    /// directory says. Damage further inside is an error of the stream.
    pub(crate) fn open(&self, index: usize, progress: &Progress) -> Result<MemberBytes<'a>, Error> {
        self.open_from(self.zip.get_ref(), index, progress)
    }

    /// As [`Archive::open`], as a stream that can go to another thread. `None` if the
    /// archive is not in a file.
    pub(crate) fn open_apart(
        &self,
        index: usize,
        progress: &Progress,
    ) -> Option<Result<MemberBytes<'static>, Error>> {
        Some(self.open_from(self.file.as_ref()?, index, progress))
    }

    fn open_from<'s>(
        &self,
        source: &Source<'s>,
        index: usize,
        progress: &Progress,
    ) -> Result<MemberBytes<'s>, Error> {
        let damaged = |what: String| Error::new(ErrorKind::Damaged, what);
        let Some(member) = self.members.get(index) else {
            return Err(damaged(format!("there is no member {}", index + 1)));
        };
        let number = member.number;
        match member.obstacle {
            Some(Obstacle::Encrypted) => {
                let what = format!("member {number} is encrypted; unpack it first");
                return Err(Error::new(ErrorKind::Unsupported, what));
            }
            Some(Obstacle::Overlaps) => {
                return Err(damaged(format!(
                    "member {number} shares bytes with another member, as in archives that are \
                     made to do harm; it is not read"
                )));
            }
            None => {}
        }
        let entry = self
            .zip
            .get_entry(member.entry)
            .map_err(|error| damaged(format!("member {number} cannot be read: {error}")))?;
        let (start, end) = entry.compressed_data_range();
        let packed = packed(source, start..end, progress);
        let unpacked: ByteStream<'s> = match member.method {
            CompressionMethod::STORE => Box::new(packed),
            CompressionMethod::DEFLATE => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
            CompressionMethod::DEFLATE64 => {
                Box::new(deflate64::Deflate64Decoder::with_buffer(packed))
            }
            #[cfg(not(feature = "zstd"))]
            CompressionMethod::ZSTD => return Err(Compression::Zstd.not_supported()),
            #[cfg(feature = "zstd")]
            CompressionMethod::ZSTD => Box::new(
                zstd::Decoder::with_buffer(packed)
                    .map_err(|error| damaged(format!("member {number} cannot be read: {error}")))?,
            ),
            method => {
                let what = format!(
                    "member {number} is compressed with method {}, which is not read; unpack it \
                     first",
                    method.as_u16()
                );
                return Err(Error::new(ErrorKind::Unsupported, what));
            }
        };
        let bytes = Box::new(entry.verifying_reader(unpacked));
        Ok(MemberBytes { bytes, packed: end - start })
    }
}

type PackedBytes<'s> = BufReader<Counted<RangeReader<Source<'s>>>>;

/// The bytes of a member as they stand in the archive.
fn packed<'s>(source: &Source<'s>, range: Range<u64>, progress: &Progress) -> PackedBytes<'s> {
    let inner = RangeReader::new(source.clone(), range);
    BufReader::with_capacity(BUFFER, Counted { inner, progress: progress.clone() })
}

impl Member {
    fn new(number: usize, entry: &ZipFileHeaderRecord<'_>) -> Member {
        Member {
            number,
            name: text(entry.file_path().as_ref()),
            method: entry.compression_method(),
            entry: entry.wayfinder(),
            offset: entry.local_header_offset(),
            obstacle: entry.flags().is_encrypted().then_some(Obstacle::Encrypted),
        }
    }

    /// The first byte behind it, at the least.
    fn end(&self) -> u64 {
        const SHORTEST_HEADER: u64 = 30;
        let least = SHORTEST_HEADER.saturating_add(self.entry.compressed_size_hint());
        self.offset.saturating_add(least)
    }
}

/// Marks the members that begin before another one has ended.
fn mark_overlaps(members: &mut [Member]) {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|index| (members[*index].offset, members[*index].number));
    let mut end = 0;
    for index in order {
        let member = &mut members[index];
        if member.offset < end {
            member.obstacle = Some(Obstacle::Overlaps);
        }
        end = end.max(member.end());
    }
}

/// Appends its number to each name that several members have.
fn number_equal_names(members: &mut [Member]) {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|one, other| members[*one].name.cmp(&members[*other].name));
    let runs = order.chunk_by(|one, other| members[*one].name == members[*other].name);
    let equal: Vec<usize> = runs.filter(|run| run.len() > 1).flatten().copied().collect();
    for index in equal {
        let member = &mut members[index];
        member.name = format!("{} (member {})", member.name, member.number);
    }
}

/// The name of a member. Names are in UTF-8, or in the code page of the first PC where an
/// archiver does not know better.
fn text(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(name) => name.to_string(),
        Err(_) => name.iter().map(|byte| code_page_437(*byte)).collect(),
    }
}

fn code_page_437(byte: u8) -> char {
    const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                         └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(index) => UPPER.chars().nth(usize::from(index)).unwrap_or('\u{fffd}'),
    }
}

fn other(error: rawzip::Error) -> io::Error {
    match error.into_kind() {
        rawzip::ErrorKind::IO(error) => error,
        rawzip::ErrorKind::MissingEndOfCentralDirectory => io::Error::other(
            "it has no directory at its end; it was cut, or is still being written",
        ),
        kind => io::Error::other(rawzip::Error::from(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_old_archivers_are_read() {
        assert_eq!(text(b"Gr\x94\xe1e \xff.csv"), "Größe \u{a0}.csv");
        assert_eq!(text("Größe.csv".as_bytes()), "Größe.csv");
        assert_eq!(
            (0x80..=0xff).map(code_page_437).collect::<std::collections::HashSet<_>>().len(),
            128
        );
    }
}
