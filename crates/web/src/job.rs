//! Work that takes longer than an answer, done in steps.

use procmonkey_parser::ReadOptions;
use serde_json::Value;

use crate::file::File;
use crate::view::View;

/// What all questions are about.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// The files, by the number that the page knows; `None` for one that was removed.
    pub(crate) files: Vec<Option<File>>,
    /// How captures are read.
    pub(crate) reading: ReadOptions,
    pub(crate) captures: Vec<OpenedCapture>,
    pub(crate) views: Vec<Option<View>>,
    /// Bytes that are to be saved.
    pub(crate) chunks: Vec<Chunk>,
}

/// A capture of a file, by the number that the page knows.
#[derive(Clone, Debug)]
pub(crate) struct OpenedCapture {
    pub(crate) file: usize,
    pub(crate) name: String,
    /// Which of the captures of the file.
    pub(crate) member: usize,
    /// How many events each name of a process has, once the capture has been read.
    pub(crate) by_name: Option<Vec<(String, u64)>>,
    /// The same for each process of the list of the capture, by its index there, once a view of all
    /// events has been read.
    pub(crate) by_process: Option<Vec<u64>>,
}

/// Bytes of a file that is being saved.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) place: ChunkPlace,
    pub(crate) bytes: Vec<u8>,
}

/// Where bytes of a file that is being saved belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChunkPlace {
    /// Before all others: written last, because it says what follows.
    Front,
    /// After those that came before.
    Next,
}

impl World {
    /// The capture with this number, and its file.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn capture(&self, number: usize) -> Result<(&OpenedCapture, &File), String> {
        let capture = self.captures.get(number).ok_or("there is no such capture")?;
        Ok((capture, self.file(capture.file)?))
    }

    pub(crate) fn file(&self, number: usize) -> Result<&File, String> {
        let file = self.files.get(number).and_then(Option::as_ref);
        file.ok_or_else(|| "there is no such file".to_string())
    }

    pub(crate) fn view(&mut self, number: u64) -> Result<&mut View, String> {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let view = self.views.get_mut(number).and_then(Option::as_mut);
        view.ok_or_else(|| "there is no such view".to_string())
    }
}

/// Whether a step of work may go on: the time for it is not used up.
pub(crate) type InTime<'t> = &'t dyn Fn() -> bool;

/// Work in steps.
pub(crate) trait Job {
    /// Works until it is done or the time is used up. The answer, once it is done.
    ///
    /// # Errors
    /// In words for the user.
    fn step(&mut self, world: &mut World, in_time: InTime<'_>) -> Result<Option<Value>, String>;

    /// How far it has come.
    fn progress(&self, world: &World) -> Value;

    /// Ends the work at the next step.
    fn stop(&mut self);

    /// Whether another one of its kind has to wait.
    fn is_alone(&self) -> bool {
        false
    }
}

/// What a job that has no result before its end says when it was stopped.
pub(crate) const STOPPED: &str = "stopped";
