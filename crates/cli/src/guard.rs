//! Keeps what a terminal obeys, or does not show, out of an output: control characters, and
//! characters that turn the direction of writing, take no room or end a line.

use procmonkey_analysis::words::is_hidden;
use procmonkey_export::{Refusal, Row, RowWriter, Source};

use crate::text::visible;

/// What becomes of such a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Nothing: the output is no screen, or its renderer has replaced them.
    Off,
    /// It is written as `\u009b`. The output is JSON, where it stands in a string.
    Json,
    /// It is shown as tables show it. The output is text on a terminal; ends of lines and
    /// tabs are part of that.
    Screen,
}

/// Applies a guard to an output that comes in pieces.
#[derive(Debug)]
pub(crate) struct Guarded {
    guard: Guard,
    /// The beginning of a character, or a CR, whose rest has not come yet.
    held: Vec<u8>,
    out: Vec<u8>,
    is_begun: bool,
}

impl Guarded {
    pub(crate) fn new(guard: Guard) -> Guarded {
        Guarded { guard, held: Vec::new(), out: Vec::new(), is_begun: false }
    }

    /// What is to be written for the next piece.
    pub(crate) fn pass<'o>(&'o mut self, bytes: &'o [u8]) -> &'o [u8] {
        match self.guard {
            Guard::Off => return bytes,
            // Nearly always, and all controls but DEL are escaped already.
            Guard::Json if self.held.is_empty() && is_below_del(bytes) => return bytes,
            Guard::Json | Guard::Screen => {}
        }
        self.held.extend_from_slice(bytes);
        let complete = self.held.len() - begun(&self.held, self.guard);
        // A byte order mark is for files.
        let is_mark = self.guard == Guard::Screen && !self.is_begun;
        let text = &self.held[..complete];
        let text = text.strip_prefix(b"\xef\xbb\xbf").filter(|_| is_mark).unwrap_or(text);
        self.is_begun |= complete > 0;
        self.out.clear();
        add(&mut self.out, text, self.guard);
        self.held.drain(..complete);
        &self.out
    }

    /// What is to be written at the end.
    pub(crate) fn finish(&mut self) -> &[u8] {
        self.out.clear();
        add(&mut self.out, &self.held, self.guard);
        self.held.clear();
        &self.out
    }
}

/// JSON, a row a line, to which the guard was applied where it was made: it is in the cache of the CPU
/// there.
#[derive(Debug)]
pub(crate) struct GuardedRows<W>(pub(crate) W);

impl<W: RowWriter> RowWriter for GuardedRows<W> {
    fn begin_capture(&mut self, source: &Source<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        guarded(out, |out| self.0.begin_capture(source, out))
    }

    fn write_row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        guarded(out, |out| self.0.write_row(row, out))
    }

    fn end_capture(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        guarded(out, |out| self.0.end_capture(out))
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        guarded(out, |out| self.0.finish(out));
    }

    fn remarks(&self) -> Vec<String> {
        self.0.remarks()
    }
}

/// Applies the guard to the lines of JSON that are added.
fn guarded<T>(out: &mut Vec<u8>, push: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let start = out.len();
    let pushed = push(out);
    if !is_below_del(&out[start..]) {
        let text = out.split_off(start);
        add(out, &text, Guard::Json);
    }
    pushed
}

/// Whether all bytes are ASCII, and none is DEL. Asked for all that is written as JSON: each
/// block is looked at without a branch, so that the compiler can take many bytes at a time.
fn is_below_del(bytes: &[u8]) -> bool {
    const BLOCK: usize = 1024;
    bytes.chunks(BLOCK).all(|block| block.iter().fold(0, |most: u8, byte| most.max(*byte)) < 0x7f)
}

/// How many bytes at the end wait for others.
fn begun(bytes: &[u8], guard: Guard) -> usize {
    if guard == Guard::Screen && bytes.ends_with(b"\r") {
        return 1;
    }
    for length in 1..=bytes.len().min(3) {
        let first = bytes[bytes.len() - length];
        let needed = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            0x80..=0xbf => continue,
            _ => return 0,
        };
        return if needed > length { length } else { 0 };
    }
    0
}

fn add(out: &mut Vec<u8>, bytes: &[u8], guard: Guard) {
    if guard != Guard::Json {
        return add_looked_at(out, bytes, guard);
    }
    // Few places have characters that may have to be replaced: only those are looked at one by one.
    const BLOCK: usize = 64;
    let mut rest = bytes;
    while !rest.is_empty() {
        let plain =
            rest.chunks(BLOCK).take_while(|block| is_below_del(block)).map(<[u8]>::len).sum();
        let (before, behind) = rest.split_at(plain);
        out.extend_from_slice(before);
        // Up to the next character that stands for itself, so that none is cut.
        let is_plain = |byte: &u8| *byte < 0x7f;
        let block = behind.iter().skip(BLOCK).position(is_plain);
        let (block, behind) = behind.split_at(block.map_or(behind.len(), |at| at + BLOCK));
        add_looked_at(out, block, guard);
        rest = behind;
    }
}

fn add_looked_at(out: &mut Vec<u8>, bytes: &[u8], guard: Guard) {
    for chunk in bytes.utf8_chunks() {
        let mut characters = chunk.valid().chars().peekable();
        while let Some(c) = characters.next() {
            let is_part = match (guard, c) {
                (Guard::Off, _) | (_, '\n') => true,
                (Guard::Screen, '\t') => true,
                (Guard::Screen, '\r') => characters.peek() == Some(&'\n'),
                // The renderer of JSON indents with blanks only.
                _ => !c.is_control() && !is_hidden(c),
            };
            match guard {
                _ if is_part => add_character(out, c),
                Guard::Json => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                    }
                }
                Guard::Off | Guard::Screen => add_character(out, visible(c)),
            }
        }
        // A terminal may take a byte of its own for a control character.
        if !chunk.invalid().is_empty() {
            add_character(out, '\u{fffd}');
        }
    }
}

fn add_character(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, whole and byte by byte.
    fn guarded(guard: Guard, bytes: &[u8]) -> String {
        let make = |size: usize| {
            let (mut it, mut out) = (Guarded::new(guard), Vec::new());
            bytes.chunks(size).for_each(|piece| out.extend_from_slice(it.pass(piece)));
            out.extend_from_slice(it.finish());
            String::from_utf8(out).unwrap()
        };
        let whole = make(bytes.len().max(1));
        for size in 1..5 {
            assert_eq!(make(size), whole, "{size}");
        }
        whole
    }

    #[test]
    fn json_has_escapes_for_what_a_terminal_obeys_or_hides() {
        let text = "{\"ä\": \"a\u{9b}b\u{80}\u{7f}\u{202e}\u{2028}\u{feff}\u{200b}\u{e0041}🙂\"}\n";
        let want =
            "{\"ä\": \"a\\u009bb\\u0080\\u007f\\u202e\\u2028\\ufeff\\u200b\\udb40\\udc41🙂\"}\n";
        assert_eq!(guarded(Guard::Json, text.as_bytes()), want);
        let text: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(want).unwrap(), text);
    }

    #[test]
    fn a_del_is_found_at_every_place_of_plain_text() {
        for length in [1, 7, 1023, 1024, 1025, 5000] {
            let plain = "x".repeat(length);
            assert_eq!(guarded(Guard::Json, plain.as_bytes()), plain);
            for place in [0, length / 2, length - 1] {
                let mut text = plain.clone();
                text.replace_range(place..=place, "\u{7f}");
                let want = text.replace('\u{7f}', "\\u007f");
                assert_eq!(guarded(Guard::Json, text.as_bytes()), want, "{place} of {length}");
            }
        }
    }

    #[test]
    fn characters_of_several_bytes_stand_anywhere_in_long_text() {
        for length in [1, 62, 63, 64, 65, 127, 129, 400] {
            for place in 0..=length.min(140) {
                for (put, want) in
                    [("ä", "ä"), ("\u{200b}", "\\u200b"), ("🙂\u{9b}的", "🙂\\u009b的")]
                {
                    let mut text = "x".repeat(length);
                    text.insert_str(place, put);
                    text.push('\u{feff}');
                    let right = text.replace(put, want).replace('\u{feff}', "\\ufeff");
                    assert_eq!(guarded(Guard::Json, text.as_bytes()), right, "{place} of {length}");
                }
            }
        }
    }

    #[test]
    fn a_screen_shows_what_would_move_it() {
        let csv = b"\"a\tb\"\r\n\"\x1b]0;x\x07\rc\xc2\x9b31m\xff\xe2\x80\xae\r;\"\r\n\x9b";
        let want = "\"a\tb\"\r\n\"␛]0;x␇␍c\u{fffd}31m\u{fffd}\u{fffd}␍;\"\r\n\u{fffd}";
        assert_eq!(guarded(Guard::Screen, csv), want);
        assert_eq!(guarded(Guard::Screen, b"end\r"), "end␍");
        assert_eq!(guarded(Guard::Screen, "\u{feff}a\u{feff}".as_bytes()), "a\u{fffd}");
    }

    #[test]
    fn nothing_else_is_changed() {
        let text = "größe 的目录 \u{a0}– 🙂 \"\\\r\n";
        for guard in [Guard::Off, Guard::Screen] {
            assert_eq!(guarded(guard, text.as_bytes()), text);
        }
        assert_eq!(Guarded::new(Guard::Off).pass(b"\x9b\xff"), b"\x9b\xff");
    }
}
