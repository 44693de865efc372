//! What stands in a text beside the events.

use std::ops::Range;

use super::Position;

/// The lines of a text that are nothing of Procmon's: what people wrote around the events,
/// and what they copied from other programs. [`Capture::other_text`](crate::Capture::other_text)
/// gives it.
///
/// ```
/// use procmonkey_parser::{Event, Input, ReadOptions};
///
/// let text = "It stops with 0x80090006:\n> a.exe\t8\tReadFile\tC:\\a.txt\tSUCCESS\nWhy?\n";
/// let options = ReadOptions::new().other_text(1024);
/// let mut input = Input::from_reader("ticket.txt", text.as_bytes(), &options)?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// while capture.read_event(&mut Event::default())? {}
/// let other = capture.other_text().expect("it was asked for");
/// let lines: Vec<_> = other.lines().map(|(at, line)| (at.line, line)).collect();
/// assert_eq!(lines, [(Some(1), "It stops with 0x80090006:"), (Some(3), "Why?")]);
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherText {
    text: String,
    /// Position and place of each line, in their order.
    lines: Vec<(Position, Range<usize>)>,
    /// How many bytes are kept at most.
    most: usize,
    left_out: u64,
    first_left_out: Position,
    is_whole: bool,
}

impl OtherText {
    /// Keeps no more than so many bytes.
    pub(crate) fn at_most(most: usize) -> OtherText {
        OtherText { most, ..OtherText::default() }
    }

    /// Adds a line, which may stand before some of those that were added.
    pub(crate) fn add(&mut self, position: Position, line: &str) {
        // Each line takes some memory beside its text.
        let taken = self.text.len() + self.lines.len() * size_of::<(Position, Range<usize>)>();
        if self.left_out > 0 || taken + line.len() > self.most {
            if self.left_out == 0 {
                self.first_left_out = position;
            }
            self.left_out += 1;
            return;
        }
        let begin = self.text.len();
        self.text.push_str(line);
        let place = match self.lines.last() {
            Some(last) if last.0.byte > position.byte => {
                self.lines.partition_point(|it| it.0.byte <= position.byte)
            }
            _ => self.lines.len(),
        };
        self.lines.insert(place, (position, begin..self.text.len()));
    }

    pub(crate) fn set_whole(&mut self) {
        self.is_whole = true;
    }

    /// The lines with their positions, in the order of the text. Blank lines are
    /// not among them, and marks of mail or Markdown in front of a line are taken away.
    pub fn lines(&self) -> impl Iterator<Item = (Position, &str)> {
        self.lines.iter().map(|(position, range)| (*position, &self.text[range.clone()]))
    }

    /// How many lines are not kept because there are too many, and where the first of
    /// them stands.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// let text = "a.exe\t8\tReadFile\tC:\\a.txt\tSUCCESS\nWhy?\n";
    /// let options = ReadOptions::new().other_text(1);
    /// let mut input = Input::from_reader("ticket.txt", text.as_bytes(), &options)?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// while capture.read_event(&mut Event::default())? {}
    /// let other = capture.other_text().expect("it was asked for");
    /// let (count, first) = other.left_out().expect("it has no room");
    /// assert_eq!((count, first.line), (1, Some(2)));
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn left_out(&self) -> Option<(u64, Position)> {
        (self.left_out > 0).then_some((self.left_out, self.first_left_out))
    }

    /// Whether the text has been read to its end, so that no more lines come. A text of up to
    /// 1 MiB has been before its first event is handed over.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u64) -> Position {
        Position::at_byte(line * 100).with_line(line)
    }

    #[test]
    fn lines_that_come_late_stand_at_their_place() {
        let mut other = OtherText::at_most(1000);
        for (line, text) in [(1, "a"), (5, "e"), (3, "c"), (4, "d"), (9, "i")] {
            other.add(at(line), text);
        }
        let texts: Vec<_> = other.lines().map(|(at, text)| (at.line, text)).collect();
        let want = [(1, "a"), (3, "c"), (4, "d"), (5, "e"), (9, "i")];
        assert_eq!(texts, want.map(|(line, text)| (Some(line), text)));
    }

    #[test]
    fn lines_beyond_the_limit_are_counted() {
        let mut other = OtherText::at_most(200);
        for line in [2, 4, 6] {
            other.add(at(line), &"x".repeat(80));
        }
        assert_eq!((other.lines().count(), other.left_out()), (1, Some((2, at(4)))));
    }
}
