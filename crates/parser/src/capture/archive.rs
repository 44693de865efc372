//! The members of a zip archive.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek};

use self_cell::{MutBorrow, self_cell};
use zip::ZipArchive;
use zip::result::ZipError;

use super::Capture;
use super::options::ReadOptions;
use crate::input::decode::{ByteStream, Compression};
use crate::input::{Packed, SourceEncoding, Unpacking};
use crate::model::{Error, ErrorKind};

/// A source that can be read and sought: a file, or bytes in memory.
trait SeekRead: Read + Seek + Send {}
impl<T: Read + Seek + Send> SeekRead for T {}

/// A zip archive whose members are read one after the other.
pub(super) struct Archive<'a> {
    archive: ZipArchive<Box<dyn SeekRead + 'a>>,
    next: usize,
    /// The file that holds the archive, if the input is a file.
    file: Option<File>,
}

impl<'a> Archive<'a> {
    /// Reads the directory of the archive. `name` is that of the input.
    pub(super) fn open<R: Read + Seek + Send + 'a>(
        source: R,
        name: &str,
    ) -> Result<Archive<'a>, Error> {
        let source: Box<dyn SeekRead + 'a> = Box::new(source);
        let archive = ZipArchive::new(source).map_err(|error| {
            Error::new(
                ErrorKind::Damaged,
                format!("{name}: the zip archive cannot be read: {error}"),
            )
        })?;
        if archive.index_for_name("[Content_Types].xml").is_some() {
            return Err(Error::new(
                ErrorKind::NotACapture,
                format!(
                    "{name}: not a Procmon capture, but a document of Microsoft Office (Word, \
                     Excel); save it as plain text or CSV, or copy the rows out of it"
                ),
            ));
        }
        Ok(Archive { archive, next: 0, file: None })
    }

    /// Lets another thread unpack the members: it reads from this file, which holds the
    /// archive.
    pub(super) fn unpack_from(&mut self, file: File) {
        self.file = Some(file);
    }

    /// The names of the members that are files.
    pub(super) fn members(&mut self) -> Vec<String> {
        let archive = &mut self.archive;
        let files = (0..archive.len()).filter_map(|index| match archive.by_index_raw(index) {
            Ok(member) if member.is_dir() => None,
            Ok(member) => Some(member_name(member.name().ok(), index)),
            Err(_) => Some(member_name(None, index)),
        });
        files.collect()
    }

    /// The capture in the only member that is a file.
    pub(super) fn into_capture(
        mut self,
        name: &str,
        options: &ReadOptions,
    ) -> Result<Capture<'a>, Error> {
        let mut archive = self.archive;
        let all = 0..archive.len();
        let files: Vec<usize> = all.filter(|index| !is_folder(&mut archive, *index)).collect();
        let [index] = files[..] else {
            let what = match files.len() {
                0 => "an archive without a file".to_string(),
                count => format!("an archive of {count} files, where one capture is wanted"),
            };
            return Err(Error::not_a_capture(what).in_input(name));
        };
        let failed = |error| unreadable(name, index, &error);
        let member = member_name(archive.by_index_raw(index).map_err(failed)?.name().ok(), index);
        let stream = OwnedMember::try_new(MutBorrow::new(archive), |archive| {
            let member = archive.borrow_mut().by_index(index)?;
            Ok(Box::new(member) as ByteStream<'_>)
        });
        let stream = Box::new(MemberStream(stream.map_err(failed)?));
        let packed =
            match self.file.take().filter(|_| options.unpacking() == Unpacking::InBackground) {
                Some(file) => Packed::member(file, index, &options.progress)
                    .map_err(|error| Error::io("cannot be read", error).in_input(name))?,
                None => Packed::stream(stream, SourceEncoding::packed_in(Compression::Zip)),
            };
        Capture::from_bytes(&format!("{name}/{member}"), packed, options)
    }

    /// The capture in the next member; `None` after the last one.
    pub(super) fn next_capture(
        &mut self,
        name: &str,
        options: &ReadOptions,
    ) -> Option<Result<Capture<'_>, Error>> {
        let Archive { archive, next, file } = self;
        while *next < archive.len() && is_folder(archive, *next) {
            *next += 1;
        }
        if *next == archive.len() {
            return None;
        }
        let index = *next;
        *next += 1;
        let member = match archive.by_index(index) {
            Ok(member) => member,
            Err(error) => {
                return Some(Err(unreadable(name, index, &error)));
            }
        };
        let name = format!("{name}/{}", member_name(member.name().ok(), index));
        let file = file.as_ref().filter(|_| options.unpacking() == Unpacking::InBackground);
        let beside = file
            .and_then(|file| Packed::member(file.try_clone().ok()?, index, &options.progress).ok());
        let packed = beside.unwrap_or_else(|| {
            Packed::stream(Box::new(member), SourceEncoding::packed_in(Compression::Zip))
        });
        Some(Capture::from_bytes(&name, packed, options))
    }
}

type Files<'a> = MutBorrow<ZipArchive<Box<dyn SeekRead + 'a>>>;

self_cell!(
    struct OwnedMember<'a> {
        owner: Files<'a>,

        #[not_covariant]
        dependent: ByteStream,
    }
);

/// The bytes of a member, together with the archive that they are read from.
struct MemberStream<'a>(OwnedMember<'a>);

impl Read for MemberStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.with_dependent_mut(|_, member| member.read(buffer))
    }
}

fn unreadable(name: &str, index: usize, error: &ZipError) -> Error {
    let what = format!("{name}: member {} cannot be read: {error}", index + 1);
    Error::new(ErrorKind::Damaged, what)
}

/// The name of a member, or its number where the name cannot be read.
fn member_name(name: Option<Cow<'_, str>>, index: usize) -> String {
    name.map_or_else(|| format!("member {}", index + 1), Cow::into_owned)
}

/// Whether a member is a folder, which is not a capture itself.
fn is_folder<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> bool {
    archive.by_index_raw(index).is_ok_and(|member| member.is_dir())
}
