//! The output, which knows how far it is.

use std::io::{BufWriter, Seek, SeekFrom, Write};

use crate::model::Error;

#[derive(Debug)]
pub(super) struct Sink<W: Write + Seek> {
    output: BufWriter<W>,
    /// Where the capture begins in the output.
    start: u64,
    position: u64,
}

fn failed(error: std::io::Error) -> Error {
    Error::io("the PML file cannot be written", error)
}

impl<W: Write + Seek> Sink<W> {
    pub(super) fn new(mut output: W) -> Result<Sink<W>, Error> {
        let start = output.stream_position().map_err(failed)?;
        Ok(Sink { output: BufWriter::with_capacity(1 << 17, output), start, position: 0 })
    }

    /// How many bytes were written.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.output.write_all(bytes).map_err(failed)?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    /// Replaces the first bytes, and leaves the output at its end.
    pub(super) fn finish(mut self, header: &[u8]) -> Result<W, Error> {
        self.output.seek(SeekFrom::Start(self.start)).map_err(failed)?;
        self.output.write_all(header).map_err(failed)?;
        self.output.seek(SeekFrom::Start(self.start + self.position)).map_err(failed)?;
        self.output.into_inner().map_err(|error| failed(error.into_error()))
    }
}
