//! Unpacks a stream on a thread of its own, beside what is done with its bytes.

use std::io::{self, Read};
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use super::window::STEP;

/// How many chunks may be ready and not yet asked for.
const READY: usize = 2;

type Chunk = io::Result<Vec<u8>>;

/// The bytes that another thread yields.
pub(super) struct Beside {
    arriving: Option<Receiver<Chunk>>,
    returning: Sender<Vec<u8>>,
    thread: Option<JoinHandle<()>>,
    chunk: Vec<u8>,
    given: usize,
}

/// Where that thread puts them.
pub(super) struct Yield {
    sending: SyncSender<Chunk>,
    returned: Receiver<Vec<u8>>,
}

impl Beside {
    /// Starts a thread. An error of `unpack` is one of the stream, behind all that was
    /// yielded before.
    pub(super) fn start(
        unpack: impl FnOnce(&Yield) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Beside> {
        let (sending, arriving) = sync_channel(READY);
        let (returning, returned) = channel();
        let to = Yield { sending, returned };
        let run = move || {
            if let Err(error) = unpack(&to) {
                to.send(Err(error));
            }
        };
        let thread = thread::Builder::new().name("unpacking".into()).spawn(run)?;
        Ok(Beside {
            arriving: Some(arriving),
            returning,
            thread: Some(thread),
            chunk: Vec::new(),
            given: 0,
        })
    }

    /// Waits for the thread, which has nobody left to yield to.
    fn stop(&mut self) -> thread::Result<()> {
        self.arriving = None;
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }
}

impl Yield {
    /// Yields a stream to its end, or as far as anybody wants it.
    pub(super) fn all_of(&self, mut stream: impl Read) -> io::Result<()> {
        loop {
            let mut chunk = self.returned.try_recv().unwrap_or_default();
            chunk.clear();
            let outcome = (&mut stream).take(STEP as u64).read_to_end(&mut chunk);
            let is_last = chunk.len() < STEP;
            if !self.send(Ok(chunk)) {
                return Ok(());
            }
            outcome?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// False where nobody wants it any more.
    fn send(&self, chunk: Chunk) -> bool {
        self.sending.send(chunk).is_ok()
    }
}

impl Read for Beside {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.chunk.len() {
            let Some(arriving) = &self.arriving else { return Ok(0) };
            match arriving.recv() {
                Ok(chunk) => {
                    let done = std::mem::replace(&mut self.chunk, chunk?);
                    self.given = 0;
                    // A thread that has come to its end needs no more room.
                    let _ = self.returning.send(done);
                }
                Err(_) => self.stop().unwrap_or_else(|panic| resume_unwind(panic)),
            }
        }
        let count = buffer.len().min(self.chunk.len() - self.given);
        buffer[..count].copy_from_slice(&self.chunk[self.given..][..count]);
        self.given += count;
        Ok(count)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // A panic of a thread that nobody listens to any more is of no interest.
        let _ = self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_in_order_and_the_error_behind_them() {
        for length in [0, 1, STEP - 1, STEP, 5 * STEP + 3] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let copy = bytes.clone();
            let mut beside = Beside::start(move |to| {
                to.all_of(&copy[..])?;
                Err(io::Error::other("broken"))
            })
            .unwrap();
            let mut read = Vec::new();
            let error = beside.read_to_end(&mut read).unwrap_err();
            assert!(read == bytes && error.to_string() == "broken", "{length}");
            assert_eq!(beside.read(&mut [0]).unwrap(), 0);
        }
    }

    #[test]
    fn a_stream_that_nobody_wants_to_the_end_is_left() {
        let mut beside = Beside::start(|to| to.all_of(io::repeat(7))).unwrap();
        let mut some = [0; 10];
        beside.read_exact(&mut some).unwrap();
        assert_eq!(some, [7; 10]);
        drop(beside);
    }

    #[test]
    #[should_panic(expected = "a fault of the unpacker")]
    fn a_panic_of_the_thread_is_one_of_who_reads() {
        let mut beside = Beside::start(|_| panic!("a fault of the unpacker")).unwrap();
        let _ = beside.read(&mut [0]);
    }
}
