//! One record of an export, read element by element.
//!
//! `quick-xml` finds where names, values and references begin and end. It gets
//! one record at a time, so that damage cannot reach into the next one, and its
//! texts are taken from the bytes themselves: it gives valid UTF-8 only, and a
//! capture may hold other bytes.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::events::Event;

use super::value::Value;

/// How deep elements may be nested. Procmon needs four levels.
const MAX_DEPTH: usize = 16;

/// How long the name of an element may be. Procmon's longest has 18 bytes.
const MAX_NAME: usize = 256;

/// The elements that hold elements; every other one holds text.
const CONTAINERS: [&[u8]; 4] = [b"event", b"process", b"stack", b"frame"];

/// What comes next in a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'r> {
    /// A container begins.
    Open(&'r [u8]),
    /// A container ends.
    Close(&'r [u8]),
    /// An element with its text, which begins at this place of the record.
    Leaf { name: &'r [u8], text: &'r [u8], at: usize },
    /// The record ends with so many containers open.
    End { open: usize },
    /// The record ends inside a tag or a text.
    Cut { at: usize },
    /// The markup makes no sense.
    Damaged { at: usize, why: &'static str },
}

/// The elements of one record.
pub(super) struct Elements<'a, 's> {
    record: &'a [u8],
    reader: Reader<&'a [u8]>,
    open: [&'a [u8]; MAX_DEPTH],
    depth: usize,
    scratch: &'s mut Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Start,
    Empty,
    End,
    Text,
    Reference,
    CData,
    Note,
    Unfinished,
    Damaged,
    Eof,
}

impl<'a, 's> Elements<'a, 's> {
    pub(super) fn new(record: &'a [u8], scratch: &'s mut Vec<u8>) -> Elements<'a, 's> {
        Elements { record, reader: reader(record), open: [&[]; MAX_DEPTH], depth: 0, scratch }
    }

    /// Reads on. After the end, a cut or damage nothing more is to be read.
    pub(super) fn next(&mut self) -> Step<'_> {
        loop {
            let (token, range) = self.token();
            let at = range.start;
            let raw = &self.record[range];
            match token {
                Token::Note => {}
                Token::Text if raw.iter().all(u8::is_ascii_whitespace) => {}
                Token::Start => {
                    let name = name_of_start(raw);
                    if let Err(why) = self.push(name) {
                        return Step::Damaged { at, why };
                    }
                    if CONTAINERS.contains(&name) {
                        return Step::Open(name);
                    }
                    return self.leaf(name, at + raw.len());
                }
                Token::Empty => {
                    let name = name_of_start(raw);
                    if !CONTAINERS.contains(&name) {
                        return Step::Leaf { name, text: &[], at };
                    }
                }
                Token::End if self.pop(name_of_end(raw)) => return Step::Close(name_of_end(raw)),
                Token::End => return Step::Damaged { at, why: MISMATCH },
                Token::Text | Token::Reference | Token::CData => {
                    return Step::Damaged { at, why: "text stands between the elements" };
                }
                Token::Unfinished => return Step::Cut { at },
                Token::Damaged => return Step::Damaged { at, why: NO_TAG },
                Token::Eof => return Step::End { open: self.depth },
            }
        }
    }

    /// Reads the text of the element that was opened last. Markup inside it, which
    /// Procmon does not write, is kept as it stands.
    fn leaf(&mut self, name: &'a [u8], start: usize) -> Step<'_> {
        let outer = self.depth - 1;
        // Taken out for the time, because reading tokens needs all of `self`.
        let mut scratch = std::mem::take(self.scratch);
        let mut value = Value::new(&mut scratch);
        let ending = loop {
            let (token, range) = self.token();
            let at = range.start;
            let raw = &self.record[range];
            match token {
                Token::Text => value.add_text(raw),
                Token::Reference => value.add_reference(raw),
                Token::CData => value.add_text(content_of_cdata(raw)),
                Token::Note | Token::Empty => value.add_verbatim(raw),
                Token::Start => {
                    if let Err(why) = self.push(name_of_start(raw)) {
                        break Err(Step::Damaged { at, why });
                    }
                    value.add_verbatim(raw);
                }
                Token::End if !self.pop(name_of_end(raw)) => {
                    break Err(Step::Damaged { at, why: MISMATCH });
                }
                Token::End if self.depth == outer => break Ok(value.finish()),
                Token::End => value.add_verbatim(raw),
                Token::Unfinished | Token::Eof => break Err(Step::Cut { at }),
                Token::Damaged => break Err(Step::Damaged { at, why: NO_TAG }),
            }
        };
        *self.scratch = scratch;
        match ending {
            Ok(Some(text)) => Step::Leaf { name, text, at: start },
            Ok(None) => Step::Leaf { name, text: self.scratch, at: start },
            Err(step) => step,
        }
    }

    fn push(&mut self, name: &'a [u8]) -> Result<(), &'static str> {
        if name.is_empty() || name.len() > MAX_NAME {
            return Err("an element has no name, or one that is too long");
        }
        let Some(place) = self.open.get_mut(self.depth) else {
            return Err("elements are nested too deep");
        };
        *place = name;
        self.depth += 1;
        Ok(())
    }

    /// Closes the element that was opened last; false when it has another name.
    fn pop(&mut self, name: &[u8]) -> bool {
        match self.depth.checked_sub(1) {
            Some(depth) if self.open[depth] == name => {
                self.depth = depth;
                true
            }
            _ => false,
        }
    }

    fn at(&self) -> usize {
        self.record.len() - self.reader.get_ref().len()
    }

    fn token(&mut self) -> (Token, Range<usize>) {
        let start = self.at();
        let token = match self.reader.read_event() {
            Ok(Event::Text(_)) => Token::Text,
            Ok(Event::Start(_)) => Token::Start,
            Ok(Event::End(_)) => Token::End,
            Ok(Event::GeneralRef(_)) => Token::Reference,
            Ok(Event::Empty(_)) => Token::Empty,
            Ok(Event::CData(_)) => Token::CData,
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {
                Token::Note
            }
            Ok(Event::Eof) => Token::Eof,
            Err(Error::Encoding(_)) => {
                // The bytes were consumed, but inside a reference the reader would
                // stand in the wrong state now. A new one begins behind them.
                self.reader = reader(&self.record[self.at()..]);
                match self.record.get(start) {
                    Some(b'<') => Token::Damaged,
                    _ => Token::Text,
                }
            }
            Err(Error::Syntax(_)) => Token::Unfinished,
            Err(_) => Token::Damaged,
        };
        (token, start..self.at())
    }
}

const MISMATCH: &str = "an end tag does not belong to the element that is open";
const NO_TAG: &str = "what follows `<` is no tag";

fn reader(record: &[u8]) -> Reader<&[u8]> {
    let mut reader = Reader::from_reader(record);
    let config = reader.config_mut();
    // Checked here, with names that need not be copied.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

fn name_of_start(raw: &[u8]) -> &[u8] {
    let name = raw.strip_prefix(b"<").unwrap_or(raw);
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    &name[..name.iter().position(ends).unwrap_or(name.len())]
}

fn name_of_end(raw: &[u8]) -> &[u8] {
    let name = raw.strip_prefix(b"</").unwrap_or(raw);
    name.strip_suffix(b">").unwrap_or(name).trim_ascii_end()
}

fn content_of_cdata(raw: &[u8]) -> &[u8] {
    let content = raw.strip_prefix(b"<![CDATA[").unwrap_or(raw);
    content.strip_suffix(b"]]>").unwrap_or(content)
}
