//! Which code page a text has that is not UTF-8, guessed from its bytes.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, OnceLock};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

use super::content::{Content, PIECE};
use super::decode::{ByteStream, Trouble, decoded};

/// How many bytes are looked at, from the first one on that is not UTF-8.
const SAMPLE: usize = 256 * 1024;

/// What the bytes of one text are, as far as they were looked at. Clones share it.
///
/// Nothing is looked at until a byte turns up that is not UTF-8. Then the bytes from there
/// on decide for the whole text, whoever asks first.
#[derive(Clone, Debug, Default)]
pub(crate) struct EncodingGuess {
    verdict: Arc<OnceLock<Option<&'static Encoding>>>,
    /// The bytes, and where the text begins in them; `None` for a stream, which decides by
    /// itself.
    text: Option<(Content, usize)>,
}

impl EncodingGuess {
    /// For a file in memory, whose text begins at `begin`.
    pub(crate) fn of(content: Content, begin: usize) -> EncodingGuess {
        EncodingGuess { verdict: Arc::default(), text: Some((content, begin)) }
    }

    /// The code page; `None` if the bytes are UTF-8 with damage in it. To be asked once a
    /// byte has turned up that is not UTF-8.
    pub(crate) fn page(&self) -> Option<&'static Encoding> {
        *self.verdict.get_or_init(|| {
            let (content, begin) = self.text.as_ref()?;
            let (at, before) = first_foreign(content, *begin)?;
            judge(&content.bytes()[at.saturating_sub(1).max(*begin)..], before)
        })
    }

    /// The code page that was found; `None` if nobody has had to ask, too.
    pub(crate) fn found(&self) -> Option<&'static Encoding> {
        self.verdict.get().copied().flatten()
    }
}

/// Whether the beginning of a text is UTF-8. A character at its end may be cut.
pub(crate) fn begins_as_utf8(head: &[u8], is_whole: IsWhole) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && is_whole == IsWhole::No,
    }
}

/// Whether bytes are all there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IsWhole {
    Yes,
    No,
}

/// How many characters beyond ASCII a valid text has, counted until they are many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Characters(usize);

impl Characters {
    fn add(&mut self, text: &[u8]) {
        const MANY: usize = 1000;
        if self.0 < MANY {
            // Every such character has one first byte.
            self.0 += text.iter().filter(|byte| **byte >= 0xc0).count();
        }
    }
}

/// Where the first byte is that is not UTF-8, and what stands before it.
fn first_foreign(content: &Content, begin: usize) -> Option<(usize, Characters)> {
    let bytes = content.bytes();
    let mut before = Characters::default();
    let mut at = begin;
    while at < bytes.len() {
        let end = (at + PIECE).min(bytes.len());
        let valid = at + Encoding::utf8_valid_up_to(&bytes[at..end]);
        before.add(&bytes[at..valid]);
        // A character may be cut by the end of the piece.
        if valid + 4 <= end || end == bytes.len() {
            return (valid < bytes.len()).then_some((valid, before));
        }
        content.evict(at..valid);
        at = valid;
    }
    None
}

/// The code page of bytes, of which the first or second is not UTF-8; `None` if they look
/// like UTF-8 with damage in it. `before` are the characters in front of them.
fn judge(bytes: &[u8], before: Characters) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let (mut characters, mut damaged) = (before, 0);
    for chunk in sample.utf8_chunks() {
        characters.add(chunk.valid().as_bytes());
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    // Text of a code page is hardly ever UTF-8 by chance.
    if characters.0 >= damaged {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len());
    Some(detector.guess(None, Utf8Detection::Deny))
}

/// A stream that passes UTF-8 through as it is. From the first other byte on it is decoded,
/// by the code page that it looks like.
struct Checked<'a> {
    input: ByteStream<'a>,
    guess: EncodingGuess,
    trouble: Trouble,
    /// The beginning of a character, of which the rest was not read yet.
    cut: Vec<u8>,
    /// Bytes that were checked and not passed on.
    ready: Vec<u8>,
    /// The last byte that was checked, and the characters until there.
    last: Option<u8>,
    before: Characters,
    is_decided: bool,
}

/// The text of `input` as UTF-8, if it is UTF-8 or a code page.
pub(crate) fn checked<'a>(
    input: ByteStream<'a>,
    guess: &EncodingGuess,
    trouble: &Trouble,
) -> ByteStream<'a> {
    Box::new(Checked {
        input,
        guess: guess.clone(),
        trouble: trouble.clone(),
        cut: Vec::new(),
        ready: Vec::new(),
        last: None,
        before: Characters::default(),
        is_decided: false,
    })
}

/// Less room than this may not hold what has to be checked together.
const LEAST_ROOM: usize = 16;

impl Checked<'_> {
    /// Reads and checks. The buffer has at least [`LEAST_ROOM`] bytes.
    fn read_checked(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let cut = self.cut.len();
            let count = self.input.read(&mut buffer[cut..])?;
            buffer[..cut].copy_from_slice(&self.cut);
            self.cut.clear();
            let bytes = &buffer[..cut + count];
            if bytes.is_ascii() {
                self.last = bytes.last().copied().or(self.last);
                return Ok(bytes.len());
            }
            let (valid, rest) = bytes.split_at(Encoding::utf8_valid_up_to(bytes));
            self.last = valid.last().copied().or(self.last);
            self.before.add(valid);
            let is_whole = if count == 0 { IsWhole::Yes } else { IsWhole::No };
            if begins_as_utf8(rest, is_whole) {
                self.cut.extend_from_slice(rest);
            } else {
                self.decide(rest)?;
            }
            match valid.len() {
                0 if self.is_decided => return self.input.read(buffer),
                0 => {}
                passed => return Ok(passed),
            }
        }
    }

    /// Decides what the bytes from `rest` on are.
    fn decide(&mut self, rest: &[u8]) -> io::Result<()> {
        self.is_decided = true;
        let mut sample: Vec<u8> = self.last.into_iter().collect();
        let before = sample.len();
        sample.extend_from_slice(rest);
        // One more shows whether the sample is all there is.
        let wanted = (SAMPLE + 1).saturating_sub(sample.len()) as u64;
        (&mut self.input).take(wanted).read_to_end(&mut sample)?;
        let page = *self.guess.verdict.get_or_init(|| judge(&sample, self.before));
        sample.drain(..before);
        let input = std::mem::replace(&mut self.input, Box::new(io::empty()));
        let all: ByteStream<'_> = Box::new(Cursor::new(sample).chain(input));
        self.input = match page {
            Some(encoding) => decoded(all, encoding, &self.trouble),
            None => all,
        };
        Ok(())
    }
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ready.is_empty() && !self.is_decided && buffer.len() < LEAST_ROOM {
            let mut own = [0; LEAST_ROOM];
            let count = self.read_checked(&mut own)?;
            self.ready.extend_from_slice(&own[..count]);
        }
        if !self.ready.is_empty() {
            let count = self.ready.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.ready[..count]);
            self.ready.drain(..count);
            return Ok(count);
        }
        match self.is_decided {
            true => self.input.read(buffer),
            false => self.read_checked(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
    }

    /// Gives so many bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    /// The bytes that a stream gives, and the page that was found, however it is read.
    fn read(bytes: &[u8]) -> (Vec<u8>, Option<&'static str>) {
        let mut found = Vec::new();
        for (drop, room) in [(usize::MAX, 65_536), (1, 1), (3, 5), (7, 64), (64, 7), (1, 4096)] {
            let (guess, trouble) = (EncodingGuess::default(), Trouble::default());
            let mut stream = checked(Box::new(Drops(bytes, drop)), &guess, &trouble);
            let (mut out, mut buffer) = (Vec::new(), vec![0; room]);
            loop {
                match stream.read(&mut buffer).unwrap() {
                    0 => break,
                    count => out.extend_from_slice(&buffer[..count]),
                }
            }
            found.push((out, guess.found().map(Encoding::name)));
        }
        assert!(found.iter().all(|it| *it == found[0]), "{found:?}");
        found.swap_remove(0)
    }

    #[test]
    fn utf8_passes_as_it_is() {
        for text in ["", "a", "\u{4e0a}\u{5348} 01:09", "Gr\u{f6}\u{df}e \u{1f600}", "x\u{1f600}"] {
            let text = text.repeat(300);
            assert_eq!(read(text.as_bytes()), (text.clone().into_bytes(), None));
        }
    }

    #[test]
    fn a_code_page_is_guessed_by_its_words() {
        for (label, words) in [
            (
                "windows-1252",
                "C:\\Users\\J\u{fc}rgen M\u{fc}ller\\Schl\u{fc}ssel f\u{fc}r Pr\u{fc}fung.txt",
            ),
            (
                "windows-1251",
                "C:\\\u{41f}\u{43e}\u{43b}\u{44c}\u{437}\u{43e}\u{432}\u{430}\u{442}\u{435}\u{43b}\u{438}\\\u{41e}\u{431}\u{449}\u{438}\u{435}",
            ),
            (
                "windows-1250",
                "C:\\U\u{17c}ytkownicy\\W\u{142}adys\u{142}aw\\\u{17b}\u{f3}\u{142}\u{107} i ja\u{17a}\u{144}.txt",
            ),
            (
                "shift_jis",
                "C:\\\u{30e6}\u{30fc}\u{30b6}\u{30fc}\\\u{5c71}\u{7530}\u{592a}\u{90ce}\\\u{8868}\u{793a}.txt",
            ),
            (
                "gbk",
                "C:\\\u{7528}\u{6237}\\\u{6587}\u{6863}\\\u{8fd9}\u{662f}\u{4e00}\u{4e2a}\u{6d4b}\u{8bd5}.txt",
            ),
        ] {
            let text = format!("\"Path\"\r\n\"C:\\a\"\r\n\"{words}\"\r\n");
            let want = (
                text.clone().into_bytes(),
                Some(Encoding::for_label(label.as_bytes()).unwrap().name()),
            );
            assert_eq!(read(&encoded(&text, label)), want, "{label}");
            // Far behind the beginning, and at the very end.
            let text = format!("{}{words}", "plain\r\n".repeat(70_000));
            let (out, page) = read(&encoded(&text, label));
            assert!(out == text.as_bytes() && page == want.1, "{label}");
        }
        assert_eq!(
            read(b"C:\\D\xe9mo\\a.txt"),
            ("C:\\D\u{e9}mo\\a.txt".into(), Some("windows-1252"))
        );
        assert_eq!(read(b"caf\xe9"), ("caf\u{e9}".into(), Some("windows-1252")));
    }

    #[test]
    fn damaged_utf8_stays_what_it_is() {
        for bytes in [
            &b"Gr\xc3\xb6\xc3\x9fe \xff"[..],
            b"Gr\xc3\xb6\xc3\x9fe \xe4\xb8",
            b"\xff Gr\xc3\xb6\xc3\x9fe",
        ] {
            assert_eq!(read(bytes), (bytes.to_vec(), None));
        }
    }

    #[test]
    fn a_file_in_memory_is_judged_as_a_stream_is() {
        let text = format!("{}C:\\D\u{e9}mo {}", "plain\r\n".repeat(700_000), "x".repeat(300_000));
        let bytes = encoded(&text, "windows-1252");
        let guess = EncodingGuess::of(Content::memory(bytes.clone()), 0);
        assert_eq!(guess.found(), None);
        assert_eq!(guess.page().map(Encoding::name), Some("windows-1252"));
        assert_eq!(guess.found(), guess.page());
        let cut = [&vec![b'x'; PIECE - 1][..], "\u{e9}".as_bytes(), b"\xe9"].concat();
        assert_eq!(first_foreign(&Content::memory(cut), 0), Some((PIECE + 1, Characters(1))));
        let whole = Content::memory(vec![b'x'; PIECE]);
        assert_eq!((first_foreign(&whole, 0), EncodingGuess::of(whole, 0).page()), (None, None));
    }
}
