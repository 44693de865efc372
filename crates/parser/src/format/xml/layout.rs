//! How Procmon writes the events of an export: the same elements in the same order, each
//! on its own line, containing only text.
//!
//! An event that is written this way can be recognised and measured by comparing bytes.
//! Anything else (attributes, comments, CDATA, other line ends, missing elements) does
//! not match and is read element by element.

use std::ops::Range;
use std::sync::Arc;

use crate::model::{Column, Columns};
use crate::scan::{TagPattern, Tags};

/// Captures with more columns get no layout.
const MOST: usize = 64;

/// The extent of an event in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EventSpan {
    /// How many tags it has.
    pub(super) tags: usize,
    /// Its length in bytes, including its line end.
    pub(super) len: usize,
}

/// The result of comparing a text with the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LayoutMatch {
    /// An event that is written as expected. Its texts have to be checked with
    /// [`Tags::is_odd`].
    Event(EventSpan),
    /// The bytes end before it is decided.
    Short,
    /// Something else.
    Other,
}

/// The elements of an event, as Procmon writes them.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) columns: Arc<Columns>,
    /// The bytes before the text of each element, and those after the last one.
    before: Vec<Vec<u8>>,
    after: Vec<u8>,
    /// The same for comparing many events without a call stack.
    pattern: TagPattern,
    indexed: bool,
    pub(super) name: usize,
    pub(super) time: Option<usize>,
    pub(super) date: Option<usize>,
    pub(super) path: Option<usize>,
    pub(super) operation: Option<usize>,
    pub(super) detail: Option<usize>,
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
    /// The layout of events with these elements; the first one is `ProcessIndex` if
    /// `indexed`. `None` if there is no Process Name, or if the elements cannot be
    /// compared this way.
    pub(super) fn of<'a>(
        indexed: bool,
        elements: impl Iterator<Item = &'a [u8]>,
        columns: &Arc<Columns>,
    ) -> Option<Layout> {
        let mut names: Vec<&[u8]> = if indexed { vec![b"ProcessIndex"] } else { Vec::new() };
        names.extend(elements);
        // A structural name does not mean a column, and each tag must have exactly one
        // `<`.
        let odd = |name: &&[u8]| {
            matches!(*name, b"event" | b"process" | b"stack" | b"frame")
                || name.is_empty()
                || name.contains(&b'<')
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
        let mut pattern = TagPattern::new(2 * before.len() + 2);
        for (place, text) in before.iter().enumerate() {
            pattern.expect(2 * place, text);
        }
        pattern.expect(2 * before.len(), &[&open, END].concat());
        Some(Layout {
            columns: Arc::clone(columns),
            before,
            after: open,
            pattern,
            indexed,
            name: place(Column::ProcessName)?,
            time: place(Column::TimeOfDay),
            date: place(Column::DateAndTime),
            path: place(Column::Path),
            operation: place(Column::Operation),
            detail: place(Column::Detail),
        })
    }

    /// How many consecutive events without a call stack begin at the first of the tags. 0
    /// if the first one ends too close to the end of the text.
    pub(super) fn run(&self, text: &[u8], tags: &Tags) -> usize {
        tags.rows_of(&self.pattern, text)
    }

    /// How many tags an event of such a run has.
    #[inline]
    pub(super) fn width(&self) -> usize {
        self.pattern.width()
    }

    /// Whether the first element is the process index.
    #[inline]
    pub(super) fn has_index(&self) -> bool {
        self.indexed
    }

    /// The extent of an event of such a run, given the places of its tags.
    #[inline]
    pub(super) fn shape(&self, places: &[u32]) -> EventSpan {
        let tags = self.pattern.width();
        let last = places[tags - 2] - places[0];
        EventSpan { tags, len: last as usize + self.after.len() + END.len() }
    }

    /// Compares the event that begins at `at`. `places` are those of the tags from there
    /// on that have been found so far.
    pub(super) fn compare(&self, text: &[u8], at: usize, places: &[u32]) -> LayoutMatch {
        let mut walk = LayoutWalk { text, at, places, next: 0 };
        match self.walk(&mut walk) {
            // Its last tags have not been found yet.
            Ok(()) if walk.next > places.len() => LayoutMatch::Short,
            Ok(()) => LayoutMatch::Event(EventSpan { tags: walk.next, len: walk.at - at }),
            Err(Mismatch::Short) => LayoutMatch::Short,
            Err(Mismatch::Other) => LayoutMatch::Other,
        }
    }

    fn walk(&self, walk: &mut LayoutWalk<'_>) -> Result<(), Mismatch> {
        for before in &self.before {
            walk.expect(before, 2)?;
            walk.text()?;
        }
        walk.expect(&self.after, 1)?;
        if walk.text.get(walk.at + 1) == Some(&b's') {
            walk.stack()?;
        }
        walk.expect(END, 1)
    }

    /// The range of the text of an element, given the places of the tags of its event.
    #[inline]
    pub(super) fn text(&self, places: &[u32], element: usize) -> Range<usize> {
        let start = places[2 * element] as usize + self.before[element].len();
        start..places[2 * element + 2] as usize
    }

    /// The ranges of the texts of all columns.
    pub(super) fn columns(&self, places: &[u32]) -> impl Iterator<Item = Range<usize>> {
        (usize::from(self.indexed)..self.before.len()).map(|element| self.text(places, element))
    }

    /// The process index of an event: `None` if events have none, an error if it is not a
    /// number.
    #[inline]
    pub(super) fn index(&self, text: &[u8], places: &[u32]) -> Result<Option<u32>, ()> {
        match self.indexed {
            true => number(&text[self.text(places, 0)]).map(Some).ok_or(()),
            false => Ok(None),
        }
    }

    /// The ranges of the texts of the frames of the call stack: depth, address, path and
    /// location.
    pub(super) fn frames(
        &self,
        shape: EventSpan,
        places: &[u32],
    ) -> impl Iterator<Item = [Range<usize>; 4]> {
        // `<frame>`, its elements, `</frame>`.
        const TAGS: usize = 10;
        // Without the tags of the stack itself and of the end of the event.
        let from = self.pattern.width().min(shape.tags.saturating_sub(2));
        places[from..shape.tags].chunks_exact(TAGS).map(|places| {
            [0, 1, 2, 3].map(|place| {
                let tag = 2 * place;
                places[tag] as usize + FRAME[place].len()..places[tag + 2] as usize
            })
        })
    }
}

/// Why a text does not match the layout.
enum Mismatch {
    Short,
    Other,
}

struct LayoutWalk<'a> {
    text: &'a [u8],
    at: usize,
    places: &'a [u32],
    /// Index of the next place.
    next: usize,
}

impl LayoutWalk<'_> {
    /// Expects `text`, which has this many tags, and moves past it.
    #[inline]
    fn expect(&mut self, text: &[u8], tags: usize) -> Result<(), Mismatch> {
        let rest = &self.text[self.at..];
        if begins_with(rest, text) {
            self.at += text.len();
            self.next += tags;
            return Ok(());
        }
        Err(if rest.len() < text.len() && text.starts_with(rest) {
            Mismatch::Short
        } else {
            Mismatch::Other
        })
    }

    /// Moves past the text of an element, to the next tag.
    #[inline]
    fn text(&mut self) -> Result<(), Mismatch> {
        self.at = *self.places.get(self.next).ok_or(Mismatch::Short)? as usize;
        Ok(())
    }

    fn stack(&mut self) -> Result<(), Mismatch> {
        self.expect(STACK, 1)?;
        // The second byte distinguishes a frame from the end of the stack.
        while self.text.get(self.at + 1) == Some(&b'f') {
            for (place, before) in FRAME.iter().enumerate() {
                self.expect(before, 2)?;
                let start = self.at;
                if place + 1 < FRAME.len() {
                    self.text()?;
                }
                if place == 0 && number(&self.text[start..self.at]).is_none() {
                    return Err(Mismatch::Other);
                }
            }
        }
        self.expect(STACK_END, 1)
    }
}

/// The same as `starts_with`, without a function call: tags are short.
#[inline]
fn begins_with(bytes: &[u8], text: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..text.len()) else { return false };
    let Some(last) = text.last_chunk::<8>() else { return bytes == text };
    let (words, _) = text.as_chunks::<8>();
    let (others, _) = bytes.as_chunks::<8>();
    words.iter().zip(others).all(|(a, b)| a == b) && bytes.last_chunk::<8>() == Some(last)
}

/// A number with so few digits that it cannot overflow.
#[inline]
pub(super) fn number(text: &[u8]) -> Option<u32> {
    if !(1..=9).contains(&text.len()) {
        return None;
    }
    text.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| 10 * number + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::SimdLevel;

    fn layout() -> Layout {
        let columns = [Column::TimeOfDay, Column::ProcessName, Column::Path];
        let columns = Arc::new(Columns::from_known(&columns));
        let names: [&[u8]; 3] = [b"Time_of_Day", b"Process_Name", b"Path"];
        Layout::of(true, names.into_iter(), &columns).expect("a layout")
    }

    /// The result of the comparison, and the tags that were found.
    fn compared(text: &[u8]) -> (LayoutMatch, Tags) {
        let mut tags = Tags::new(SimdLevel::best(), Vec::new());
        while tags.look_further(text) {}
        (layout().compare(text, 0, tags.places()), tags)
    }

    fn compare(text: &[u8]) -> LayoutMatch {
        compared(text).0
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
    fn an_event_as_procmon_writes_it_is_taken_apart() {
        let text = format!("{EVENT}<event>");
        let (LayoutMatch::Event(shape), tags) = compared(text.as_bytes()) else {
            panic!("no event")
        };
        assert_eq!(shape.len, EVENT.len());
        assert_eq!(shape.tags, EVENT.matches('<').count());
        let (layout, places) = (layout(), tags.places());
        let columns: Vec<&str> = layout.columns(places).map(|range| &text[range]).collect();
        assert_eq!(columns, ["6:59:02.4446365 PM", "a.exe", "C:\\a &amp; b"]);
        assert_eq!(layout.index(text.as_bytes(), places), Ok(Some(8)));
        let frames: Vec<_> = layout.frames(shape, places).map(|f| f.map(|r| &text[r])).collect();
        assert_eq!(frames, [["0", "0x1", "x", "y"]]);
        assert_eq!(layout.run(text.as_bytes(), &tags), 0);
    }

    #[test]
    fn events_without_a_stack_come_in_runs() {
        let (head, _) = EVENT.split_once("<stack>").unwrap();
        let event = format!("{head}</event>\r\n");
        let text = format!("{}</eventlist></procmon> and more", event.repeat(7));
        let (LayoutMatch::Event(shape), mut tags) = compared(text.as_bytes()) else {
            panic!("no event")
        };
        let layout = layout();
        assert_eq!((shape.len, shape.tags), (event.len(), event.matches('<').count()));
        assert_eq!(layout.shape(tags.places()), shape);
        assert_eq!(layout.frames(shape, tags.places()).count(), 0);
        for left in (1..=7).rev() {
            assert_eq!(layout.run(text.as_bytes(), &tags), left);
            tags.pass(shape.tags);
        }
        let text = text.replacen("</PID", "</pid", 1).replacen("<Path>", "<path>", 3);
        let (_, mut tags) = compared(text.as_bytes());
        assert_eq!(layout.run(text.as_bytes(), &tags), 0);
        tags.pass(3 * shape.tags);
        assert_eq!(layout.run(text.as_bytes(), &tags), 4);
    }

    #[test]
    fn an_event_that_is_cut_is_never_taken_for_damage() {
        for len in 0..EVENT.len() {
            assert_eq!(compare(&EVENT.as_bytes()[..len]), LayoutMatch::Short, "{len}");
        }
    }

    #[test]
    fn anything_unusual_is_left_to_the_other_reader() {
        let unusual = [
            ("<event>", "<event x=\"1\">"),
            ("C:", "<!-- -->C:"),
            ("C:", "<![CDATA[x]]>C:"),
            ("<depth>0", "<depth>x"),
            ("</Path>", "</path>"),
            ("</stack>", ""),
            ("</event>\r\n", "</event>x"),
            ("<Path>C:", "<Path>C:<b>"),
        ];
        for (from, to) in unusual {
            let text = format!("{}<event>", EVENT.replacen(from, to, 1));
            assert_eq!(compare(text.as_bytes()), LayoutMatch::Other, "{from} {to}");
        }
    }

    #[test]
    fn a_number_has_digits_and_not_too_many() {
        assert_eq!(number(b"8"), Some(8));
        assert_eq!(number(b"999999999"), Some(999_999_999));
        for other in ["", "-8", "1234567890", "1a", " 1", "&#49;"] {
            assert_eq!(number(other.as_bytes()), None, "{other}");
        }
    }
}
