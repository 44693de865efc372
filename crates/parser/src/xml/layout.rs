//! How the events of an export look when Procmon wrote them: the same elements in
//! the same order, a line each, and nothing but text in them.
//!
//! An event that is written so can be told from damage and measured by comparing
//! bytes. Anything else (attributes, comments, CDATA, other line ends, elements
//! that are missing) is no match, and is read element by element.

use crate::column::{Column, Columns};
use crate::scan::Marks;

/// More columns than these are not worth a layout.
const MOST: usize = 64;

/// The parts of an event that are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// Process Name.
    pub(super) name: &'a [u8],
    /// Time of Day.
    pub(super) time: Option<&'a [u8]>,
    /// Date & Time.
    pub(super) date: Option<&'a [u8]>,
    /// Path.
    pub(super) path: Option<&'a [u8]>,
    /// Where the Path begins in the bytes that were compared.
    pub(super) path_at: usize,
    /// The length of the event, with the line end behind it.
    pub(super) len: usize,
}

/// What the bytes are, compared with the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match<'a> {
    /// An event that is written as expected.
    Event(Parts<'a>),
    /// The bytes end inside what may be one.
    Short,
    /// Something else.
    Other,
}

/// The elements of an event, as Procmon writes them.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// What stands before the text of each element, and behind the last one.
    before: Vec<Vec<u8>>,
    behind: Vec<u8>,
    indexed: bool,
    name: usize,
    time: Option<usize>,
    date: Option<usize>,
    path: Option<usize>,
}

const STACK: &[u8] = b"<stack>\r\n";
const FRAME: [&[u8]; 5] = [
    b"<frame>\r\n<depth>",
    b"</depth>\r\n<address>",
    b"</address>\r\n<path>",
    b"</path>\r\n<location>",
    b"</location>\r\n</frame>\r\n",
];
const STACK_END: &[u8] = b"</stack>\r\n";
const END: &[u8] = b"</event>\r\n";

impl Layout {
    /// The layout of events with these elements, which begin with a `ProcessIndex`
    /// when there is one. `None` when they do not tell what has to be known of an
    /// event that is passed over.
    pub(super) fn of<'a>(
        indexed: bool,
        elements: impl Iterator<Item = &'a [u8]>,
        columns: &Columns,
    ) -> Option<Layout> {
        let mut names: Vec<&[u8]> = if indexed { vec![b"ProcessIndex"] } else { Vec::new() };
        names.extend(elements);
        // A structural name would mean something else than a column.
        let odd = |name: &&[u8]| {
            matches!(*name, b"event" | b"process" | b"stack" | b"frame") || name.is_empty()
        };
        if names.len() > MOST || names.len() != columns.len() + usize::from(indexed) {
            return None;
        }
        if names.iter().any(odd) || names.iter().skip(1).any(|name| *name == b"ProcessIndex") {
            return None;
        }
        let place = |column| columns.position(column).map(|at| at + usize::from(indexed));
        let mut before = Vec::new();
        let mut open = b"<event>\r\n".to_vec();
        for name in names {
            open.extend_from_slice(&[b"<", name, b">"].concat());
            before.push(std::mem::replace(&mut open, [b"</", name, b">\r\n"].concat()));
        }
        Some(Layout {
            before,
            behind: open,
            indexed,
            name: place(Column::ProcessName)?,
            time: place(Column::TimeOfDay),
            date: place(Column::DateAndTime),
            path: place(Column::Path),
        })
    }

    /// Whether events have a Path.
    pub(super) fn has_path(&self) -> bool {
        self.path.is_some()
    }

    /// Whether events have a Date & Time.
    pub(super) fn has_date(&self) -> bool {
        self.date.is_some()
    }

    /// Compares the event that begins at a place of the bytes; `marks` are those of
    /// bytes that began `shift` before them.
    pub(super) fn compare<'a>(
        &self,
        bytes: &'a [u8],
        at: usize,
        marks: &Marks,
        shift: usize,
    ) -> Match<'a> {
        let mut walk = Walk { bytes, at, marks, shift };
        match self.walk(&mut walk) {
            Ok(parts) => Match::Event(Parts { len: walk.at - at, ..parts }),
            Err(End::Short) => Match::Short,
            Err(End::Other) => Match::Other,
        }
    }

    fn walk<'a>(&self, walk: &mut Walk<'a, '_>) -> Result<Parts<'a>, End> {
        let mut parts = Parts::default();
        for (place, before) in self.before.iter().enumerate() {
            walk.expect(before)?;
            let at = walk.at;
            let text = walk.text()?;
            if place == self.name {
                parts.name = plain(text)?;
            } else if Some(place) == self.time {
                parts.time = Some(plain(text)?);
            } else if Some(place) == self.path {
                (parts.path, parts.path_at) = (Some(text), at);
            } else if Some(place) == self.date {
                parts.date = Some(plain(text)?);
            } else if place == 0 && self.indexed {
                number(text)?;
            }
        }
        walk.expect(&self.behind)?;
        if walk.bytes.get(walk.at + 1) == Some(&b's') {
            walk.stack()?;
        }
        walk.expect(END)?;
        Ok(parts)
    }
}

/// Why bytes are not an event of the layout.
enum End {
    Short,
    Other,
}

struct Walk<'a, 'm> {
    bytes: &'a [u8],
    at: usize,
    marks: &'m Marks,
    shift: usize,
}

impl<'a> Walk<'a, '_> {
    #[inline]
    fn expect(&mut self, text: &[u8]) -> Result<(), End> {
        let rest = &self.bytes[self.at..];
        if begins_with(rest, text) {
            self.at += text.len();
            return Ok(());
        }
        Err(if rest.len() < text.len() && text.starts_with(rest) { End::Short } else { End::Other })
    }

    /// The text up to the next tag. It may hold references to the five characters
    /// that XML names.
    #[inline]
    fn text(&mut self) -> Result<&'a [u8], End> {
        let start = self.at;
        loop {
            self.at = self.marks.next(self.at + self.shift).ok_or(End::Short)? - self.shift;
            if self.bytes[self.at] == b'<' {
                return Ok(&self.bytes[start..self.at]);
            }
            self.reference()?;
        }
    }

    fn reference(&mut self) -> Result<(), End> {
        const KNOWN: [&[u8]; 5] = [b"&quot;", b"&amp;", b"&lt;", b"&gt;", b"&apos;"];
        let rest = &self.bytes[self.at..];
        if let Some(known) = KNOWN.iter().find(|known| rest.starts_with(known)) {
            self.at += known.len();
            return Ok(());
        }
        let cut = KNOWN.iter().any(|known| known.starts_with(rest));
        Err(if cut { End::Short } else { End::Other })
    }

    fn stack(&mut self) -> Result<(), End> {
        self.expect(STACK)?;
        // Its first bytes tell a frame from the end of the stack.
        while self.bytes.get(self.at + 1) == Some(&b'f') {
            for (place, before) in FRAME.iter().enumerate() {
                self.expect(before)?;
                if place + 1 < FRAME.len() {
                    let text = self.text()?;
                    if place == 0 {
                        number(text)?;
                    }
                }
            }
        }
        self.expect(STACK_END)
    }
}

/// As `starts_with`, without a call for the short texts that tags are.
#[inline]
fn begins_with(bytes: &[u8], text: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..text.len()) else { return false };
    let Some(last) = text.last_chunk::<8>() else { return bytes == text };
    let (words, _) = text.as_chunks::<8>();
    let (others, _) = bytes.as_chunks::<8>();
    words.iter().zip(others).all(|(a, b)| a == b) && bytes.last_chunk::<8>() == Some(last)
}

/// Only a text that stands for itself is looked at.
fn plain(text: &[u8]) -> Result<&[u8], End> {
    let as_it_is = !text.iter().any(|byte| matches!(byte, b'&' | b'\r'));
    if as_it_is { Ok(text) } else { Err(End::Other) }
}

/// A number that surely fits.
fn number(text: &[u8]) -> Result<(), End> {
    let fits = (1..=9).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    if fits { Ok(()) } else { Err(End::Other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        let columns = Columns::from_known(&[Column::TimeOfDay, Column::ProcessName, Column::Path]);
        let names: [&[u8]; 3] = [b"Time_of_Day", b"Process_Name", b"Path"];
        Layout::of(true, names.into_iter(), &columns).expect("a layout")
    }

    fn compare(bytes: &[u8]) -> Match<'_> {
        let mut marks = Marks::new();
        marks.set(&[b"<a&", bytes].concat());
        layout().compare(bytes, 0, &marks, 3)
    }

    const EVENT: &str = "<event>\r\n<ProcessIndex>8</ProcessIndex>\r\n\
        <Time_of_Day>6:59:02.4446365 PM</Time_of_Day>\r\n<Process_Name>a.exe</Process_Name>\r\n\
        <Path>C:\\a &amp; b</Path>\r\n<stack>\r\n<frame>\r\n<depth>0</depth>\r\n\
        <address>0x1</address>\r\n<path>x</path>\r\n<location>y</location>\r\n</frame>\r\n\
        </stack>\r\n</event>\r\n";

    #[test]
    fn a_beginning_is_compared_to_its_last_byte() {
        let text = b"</Time_of_Day>\r\n<PID>";
        for len in 1..text.len() {
            let begin = &text[..len];
            assert!(begins_with(text, begin), "{len}");
            assert!(!begins_with(&begin[..len - 1], begin), "{len}");
            for at in 0..len {
                let mut other = text.to_vec();
                other[at] ^= 1;
                assert!(!begins_with(&other, begin), "{len} {at}");
            }
        }
    }

    #[test]
    fn an_event_as_procmon_writes_it_is_measured() {
        let text = format!("{EVENT}<event>");
        let Match::Event(parts) = compare(text.as_bytes()) else { panic!("no event") };
        assert_eq!(parts.name, b"a.exe");
        assert_eq!(parts.path, Some(&b"C:\\a &amp; b"[..]));
        assert_eq!(parts.time, Some(&b"6:59:02.4446365 PM"[..]));
        assert_eq!(parts.len, EVENT.len());
    }

    #[test]
    fn an_event_that_is_cut_is_never_taken_for_damage() {
        for len in 0..EVENT.len() {
            assert_eq!(compare(&EVENT.as_bytes()[..len]), Match::Short, "{len}");
        }
    }

    #[test]
    fn anything_unusual_is_left_to_the_other_reader() {
        let unusual = [
            ("<event>", "<event x=\"1\">"),
            ("C:", "<!-- -->C:"),
            ("C:", "<![CDATA[x]]>C:"),
            ("&amp;", "&#38;"),
            ("&amp;", "&"),
            ("a.exe", "a&amp;.exe"),
            (">8<", "><"),
            (">8<", ">-8<"),
            (">8<", ">1234567890<"),
            ("<depth>0", "<depth>x"),
            ("</Path>", "</path>"),
            ("</stack>", ""),
            ("</event>\r\n", "</event>x"),
            ("<Path>C:", "<Path>C:<b>"),
        ];
        for (from, to) in unusual {
            let text = format!("{}<event>", EVENT.replacen(from, to, 1));
            assert_eq!(compare(text.as_bytes()), Match::Other, "{from} {to}");
        }
    }
}
