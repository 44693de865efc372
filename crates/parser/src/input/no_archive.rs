//! Stands for zip archives without the feature `zip`: there are none.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::marker::PhantomData;

use super::packed::MemberBytes;
use crate::model::{Error, Limits, Progress};

/// A source that can be read and sought: a file, or bytes in memory.
pub(crate) trait SeekRead: Read + Seek + Send {}
impl<T: Read + Seek + Send> SeekRead for T {}

/// An archive, which cannot be opened.
pub(crate) struct Archive<'a>(Infallible, PhantomData<&'a ()>);

impl<'a> Archive<'a> {
    pub(crate) fn of_file(_file: File, _limits: &Limits) -> io::Result<Archive<'static>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn of_seekable(
        _source: Box<dyn SeekRead + 'a>,
        _limits: &Limits,
    ) -> io::Result<Archive<'a>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn names(&self) -> std::iter::Empty<&str> {
        match self.0 {}
    }

    pub(crate) fn name(&self, _index: usize) -> Option<&str> {
        match self.0 {}
    }

    pub(crate) fn is_short(&self, _index: usize) -> bool {
        match self.0 {}
    }

    pub(crate) fn open(&self, _: usize, _: &Progress) -> Result<MemberBytes<'a>, Error> {
        match self.0 {}
    }

    pub(crate) fn open_apart(
        &self,
        _index: usize,
        _progress: &Progress,
    ) -> Option<Result<MemberBytes<'static>, Error>> {
        match self.0 {}
    }
}
