//! The same for JavaScript.

use std::io;

use procmonkey_parser::ReadAt;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Message, Session, Stored};

#[wasm_bindgen]
extern "C" {
    /// Puts bytes of a file of the browser into `buffer`, as many as there are. Gives back how
    /// many there were; less than zero when they cannot be read.
    #[wasm_bindgen(js_name = readSlice)]
    fn read_slice(file: u32, offset: f64, buffer: &mut [u8]) -> i32;

    /// Whether it is before this time, of the browser's clock in milliseconds, and the bytes that come
    /// next are there.
    #[wasm_bindgen(js_name = isInTime)]
    fn is_in_time(end: f64) -> bool;
}

/// A file that the worker holds under this number.
struct BrowserFile {
    number: u32,
    length: u64,
}

/// The most bytes of one call.
const MOST: usize = 1 << 30;

impl ReadAt for BrowserFile {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(rest).min(MOST);
        if count == 0 {
            return Ok(0);
        }
        // A browser counts no file beyond 2^53 bytes.
        let read = read_slice(self.number, offset as f64, &mut buffer[..count]);
        usize::try_from(read)
            .map_err(|_| io::Error::other("the browser does not read the file any more"))
    }
}

/// The session of a worker.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Engine {
    session: Session,
    waiting: std::collections::VecDeque<Message>,
    bytes: Vec<u8>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine without files.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Engine {
        Engine::default()
    }

    /// Takes a question; `numbers` and `lengths` are those of the files that it adds.
    pub fn ask(&mut self, id: u32, question: &str, numbers: Vec<u32>, lengths: Vec<f64>) {
        let files = numbers
            .into_iter()
            .zip(lengths)
            .map(|(number, length)| Stored::of(BrowserFile { number, length: length as u64 }));
        self.session.ask(id, question, files.collect());
        self.waiting.extend(self.session.take_messages());
    }

    /// Works until some time of the browser's clock, or until more bytes have to come. False if there
    /// is no work.
    pub fn step(&mut self, end: f64) -> bool {
        let goes_on = self.session.step(&|| is_in_time(end));
        self.waiting.extend(self.session.take_messages());
        goes_on
    }

    /// The next message to the page, as JSON; its bytes are in [`Engine::take_bytes`].
    #[wasm_bindgen(js_name = takeMessage)]
    pub fn take_message(&mut self) -> Option<String> {
        let Message { text, bytes } = self.waiting.pop_front()?;
        self.bytes = bytes;
        Some(text)
    }

    /// The bytes of the message that was taken last.
    #[wasm_bindgen(js_name = takeBytes)]
    pub fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}
