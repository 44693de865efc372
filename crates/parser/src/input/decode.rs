//! Decompression, and decoding of texts that are not UTF-8.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::{CoderResult, Decoder, Encoding};

use crate::model::{Error, ErrorKind};

/// A stream of bytes.
pub(crate) type ByteStream<'a> = Box<dyn Read + Send + 'a>;

/// How a capture is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Compression {
    /// gzip, with one or more members.
    Gzip,
    /// Zstandard, with one or more frames.
    Zstd,
    /// A member of a zip archive.
    Zip,
}

impl Compression {
    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Zip => "zip",
        }
    }

    /// Whether this build can undo it.
    pub(crate) fn is_supported(self) -> bool {
        match self {
            Compression::Gzip => true,
            Compression::Zstd => cfg!(feature = "zstd"),
            Compression::Zip => cfg!(feature = "zip"),
        }
    }

    /// The error of a build that cannot undo it. The features have the names of the
    /// compressions.
    pub(crate) fn not_supported(self) -> Error {
        let name = self.name();
        let what = format!(
            "compressed with {name}, which this program cannot unpack: it was built without the \
             feature `{name}`; unpack it first"
        );
        Error::new(ErrorKind::Unsupported, what)
    }

    pub(crate) fn of(head: &[u8]) -> Option<Compression> {
        match head {
            [0x1f, 0x8b, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compression::Zstd),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Compression::Zip),
            _ => None,
        }
    }
}

/// Reads up to `wanted` bytes. Returns them, and a stream that begins with them again.
pub(crate) fn peek<'a>(
    mut input: ByteStream<'a>,
    wanted: usize,
) -> io::Result<(Vec<u8>, ByteStream<'a>)> {
    let mut head = Vec::new();
    (&mut input).take(wanted as u64).read_to_end(&mut head)?;
    let all = Cursor::new(head.clone()).chain(input);
    Ok((head, Box::new(all)))
}

/// Errors that ended the input early. The decoders add them, and the capture reports
/// them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble(Arc<Mutex<Vec<String>>>);

impl Trouble {
    fn add(&self, message: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    }

    /// The errors since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Ends the input where it cannot be read further and records the error, so that
/// everything before the damage can be used.
struct Tolerant<'a> {
    input: ByteStream<'a>,
    what: &'static str,
    trouble: Trouble,
    ended: bool,
}

impl Read for Tolerant<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        loop {
            match self.input.read(buffer) {
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.trouble.add(format!("{} could not be read further: {error}", self.what));
                    return Ok(0);
                }
            }
        }
    }
}

/// A stream that ends where `input` becomes unreadable.
pub(crate) fn tolerant<'a>(
    input: ByteStream<'a>,
    what: &'static str,
    trouble: &Trouble,
) -> ByteStream<'a> {
    Box::new(Tolerant { input, what, trouble: trouble.clone(), ended: false })
}

/// The decompressed bytes of a gzip or zstd stream.
pub(crate) fn decompress<'a>(
    input: ByteStream<'a>,
    compression: Compression,
    trouble: &Trouble,
) -> ByteStream<'a> {
    match compression {
        Compression::Gzip => {
            tolerant(Box::new(flate2::read::MultiGzDecoder::new(input)), "the gzip stream", trouble)
        }
        #[cfg(feature = "zstd")]
        Compression::Zstd => match zstd::Decoder::new(input) {
            Ok(frames) => tolerant(Box::new(frames), "the zstd stream", trouble),
            Err(error) => {
                trouble.add(format!("the zstd stream could not be read: {error}"));
                Box::new(io::empty())
            }
        },
        #[cfg(not(feature = "zstd"))]
        Compression::Zstd => input,
        // The archive has undone it.
        Compression::Zip => input,
    }
}

/// A stream that turns text of another encoding into UTF-8.
struct Decoded<'a> {
    input: ByteStream<'a>,
    encoding: &'static Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    finished: bool,
    trouble: Trouble,
}

/// How many bytes are decoded at a time.
const DECODED_BLOCK: usize = 64 * 1024;

/// The text of `input`, which is behind its byte order mark, as UTF-8.
pub(crate) fn decoded<'a>(
    input: ByteStream<'a>,
    encoding: &'static Encoding,
    trouble: &Trouble,
) -> ByteStream<'a> {
    Box::new(Decoded {
        input,
        encoding,
        decoder: encoding.new_decoder_without_bom_handling(),
        raw: Vec::new(),
        text: Vec::new(),
        given: 0,
        finished: false,
        trouble: trouble.clone(),
    })
}

impl Decoded<'_> {
    fn decode_block(&mut self) -> io::Result<()> {
        self.raw.clear();
        let count = (&mut self.input).take(DECODED_BLOCK as u64).read_to_end(&mut self.raw)?;
        self.finished = count == 0;
        self.given = 0;
        let room = self.decoder.max_utf8_buffer_length(count).unwrap_or(4 * DECODED_BLOCK);
        self.text.resize(room, 0);
        let (result, _, written, replaced) =
            self.decoder.decode_to_utf8(&self.raw, &mut self.text, self.finished);
        debug_assert_eq!(result, CoderResult::InputEmpty);
        self.text.truncate(written);
        if replaced {
            self.trouble.add(format!(
                "{} text contains units that are not characters; shown as U+FFFD",
                self.encoding.name()
            ));
        }
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.finished {
            self.decode_block()?;
        }
        let count = buffer.len().min(self.text.len() - self.given);
        buffer[..count].copy_from_slice(&self.text[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_16BE, UTF_16LE};

    use super::*;
    use crate::input::TextEncoding;

    fn boxed(bytes: &[u8]) -> ByteStream<'_> {
        Box::new(bytes)
    }

    fn read(mut input: ByteStream<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        input.read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn utf16_of_both_orders_becomes_utf8() {
        let text = "\"Path\",\"Größe 上午 😀\"\r\n".repeat(9000);
        let trouble = Trouble::default();
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(TextEncoding::of(&le), TextEncoding::Utf16Le);
        assert_eq!(TextEncoding::of(&be), TextEncoding::Utf16Be);
        assert_eq!(read(decoded(boxed(&le), UTF_16LE, &trouble)), text.as_bytes());
        assert_eq!(read(decoded(boxed(&be), UTF_16BE, &trouble)), text.as_bytes());
        assert!(trouble.take().is_empty());
        let half = &le[..le.len() - 1];
        read(decoded(boxed(half), UTF_16LE, &trouble));
        assert_eq!(trouble.take().len(), 1);
    }

    #[test]
    fn a_cut_gzip_stream_yields_what_came_before_the_cut() {
        use std::io::Write;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let text: Vec<u8> = (0..400_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
        packer.write_all(&text).unwrap();
        let mut packed = packer.finish().unwrap();
        packed.truncate(packed.len() / 2);
        let trouble = Trouble::default();
        let out = read(decompress(boxed(&packed), Compression::Gzip, &trouble));
        assert!(out.len() > 1000 && text.starts_with(&out));
        assert_eq!(trouble.take().len(), 1);
    }

    #[cfg(feature = "zstd")]
    #[test]
    fn every_frame_of_a_zstd_stream_is_read_and_what_is_no_frame_is_told() {
        let frame = |text: &[u8]| zstd::encode_all(text, 1).unwrap();
        // Frames in which programs store their own data; decompressors skip them.
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
        let mut packed = [frame(b"first "), skippable, frame(b"second")].concat();
        let trouble = Trouble::default();
        assert_eq!(read(decompress(boxed(&packed), Compression::Zstd, &trouble)), b"first second");
        assert!(trouble.take().is_empty());
        packed.extend(b"no frame");
        assert_eq!(read(decompress(boxed(&packed), Compression::Zstd, &trouble)), b"first second");
        assert_eq!(trouble.take().len(), 1);
    }

    #[cfg(feature = "zstd")]
    #[test]
    fn a_cut_zstd_stream_yields_what_came_before_the_cut() {
        let text: Vec<u8> = (0..400_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let mut packed = zstd::encode_all(&text[..], 1).unwrap();
        packed.truncate(packed.len() / 2);
        let trouble = Trouble::default();
        let out = read(decompress(boxed(&packed), Compression::Zstd, &trouble));
        assert!(out.len() > 1000 && text.starts_with(&out));
        let told = trouble.take();
        assert!(told.len() == 1 && told[0].starts_with("the zstd stream could not"), "{told:?}");
    }
}
