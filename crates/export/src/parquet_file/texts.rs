//! The texts of one column, until they are written.

use std::mem;
use std::num::NonZeroU32;

use parquet::data_type::ByteArray;

use super::DICTIONARY;
use super::dictionary::Dictionary;
use crate::quick_hash::quick_hash;

/// How many texts are remembered, so that one that comes again is kept once.
const REMEMBERED: usize = 1 << 12;

/// How a column deals with texts that come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    Expected,
    Never,
}

/// Texts one after the other, some of them for several rows.
#[derive(Debug)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each text begins and ends.
    spans: Vec<(u32, u32)>,
    /// For each row, which text it has; `None` is null.
    rows: Vec<Option<TextNumber>>,
    /// By a part of the hash of a text, the last one of that part, with the other part: a text that
    /// differs is told apart without being looked at.
    remembered: Vec<Option<(u32, TextNumber)>>,
}

/// Which text of a column, from 1: there are many, and `Option` makes them no larger.
type TextNumber = NonZeroU32;

impl Texts {
    pub(super) fn new(repeats: Repeats) -> Texts {
        let places = match repeats {
            Repeats::Expected => REMEMBERED,
            Repeats::Never => 0,
        };
        Texts {
            bytes: Vec::new(),
            spans: Vec::new(),
            rows: Vec::new(),
            remembered: vec![None; places],
        }
    }

    /// Adds a row, and returns how many bytes more are kept.
    pub(super) fn push(&mut self, text: &str) -> usize {
        // Many columns have the same text in one row after the other.
        if let Some(Some(last)) = self.rows.last().copied()
            && !self.remembered.is_empty()
        {
            let (start, end) = self.span(last);
            if &self.bytes[start..end] == text.as_bytes() {
                self.rows.push(Some(last));
                return 0;
            }
        }
        let slot = self.slot(text);
        if let Some((place, tag)) = slot
            && let Some((known_tag, number)) = self.remembered[place]
            && known_tag == tag
        {
            let (start, end) = self.span(number);
            if &self.bytes[start..end] == text.as_bytes() {
                self.rows.push(Some(number));
                return 0;
            }
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        // The bytes of all columns together stay far below 4 GiB, but for a row of that size.
        let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.spans.push((place(start), place(self.bytes.len())));
        let number = TextNumber::new(place(self.spans.len()));
        self.rows.push(number);
        if let Some((place, tag)) = slot {
            self.remembered[place] = number.map(|number| (tag, number));
        }
        text.len() + size_of::<(u32, u32)>()
    }

    /// Adds a row with the text of an earlier one: the row at this place of those that are held.
    /// Returns false, and adds nothing, if there is none.
    pub(super) fn push_again(&mut self, row: usize) -> bool {
        let Some(number) = self.rows.get(row).copied() else { return false };
        self.rows.push(number);
        true
    }

    pub(super) fn push_null(&mut self) {
        self.rows.push(None);
    }

    /// The place of a text among those that are remembered, and the rest of its hash.
    fn slot(&self, text: &str) -> Option<(usize, u32)> {
        // A power of two.
        let last = self.remembered.len().checked_sub(1)?;
        let hash = quick_hash(text.as_bytes());
        Some(((hash >> 32) as usize & last, hash as u32))
    }

    fn span(&self, number: TextNumber) -> (usize, usize) {
        let (start, end) = self.spans[number.get() as usize - 1];
        (start as usize, end as usize)
    }

    /// Makes one row for each of these: with the text of the row at that place.
    pub(super) fn spread(&mut self, rows: &[u32]) {
        self.rows = rows.iter().map(|row| self.rows[*row as usize]).collect();
    }

    /// The texts as a dictionary, where there are few, and at least one.
    pub(super) fn dictionary(&self) -> Option<Dictionary<'_>> {
        let are_few = self.spans.len() <= self.remembered.len() && self.bytes.len() <= DICTIONARY;
        if self.spans.is_empty() || !are_few {
            return None;
        }
        let text = |(start, end): &(u32, u32)| &self.bytes[*start as usize..*end as usize];
        Some(Dictionary { texts: self.spans.iter().map(text).collect(), rows: &self.rows })
    }

    /// Forgets the rows.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.spans.clear();
        self.rows.clear();
        self.remembered.fill(None);
    }

    /// Hands the rows to `write`, some thousands at a time: the values that are there, and for each
    /// row whether it has one. Nothing is kept afterwards.
    pub(super) fn drain<E>(
        &mut self,
        mut write: impl FnMut(&[ByteArray], &[i16]) -> Result<(), E>,
    ) -> Result<(), E> {
        const ROWS: usize = 4096;
        let bytes = ByteArray::from(mem::take(&mut self.bytes));
        // A value that stands at its place already is left there: in columns of the process most do,
        // and to take it again costs as much as all else.
        let (mut values, mut numbers, mut levels) = (Vec::new(), Vec::new(), Vec::new());
        for rows in self.rows.chunks(ROWS) {
            levels.clear();
            let mut count = 0;
            for row in rows {
                levels.push(i16::from(row.is_some()));
                let Some(number) = *row else { continue };
                let value = || {
                    let (start, end) = self.span(number);
                    bytes.slice(start, end - start)
                };
                if count == values.len() {
                    values.push(value());
                    numbers.push(number);
                } else if numbers[count] != number {
                    values[count] = value();
                    numbers[count] = number;
                }
                count += 1;
            }
            write(&values[..count], &levels)?;
        }
        self.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_comes_again_is_kept_once_and_none_is_mixed_up() {
        let mut texts = Texts::new(Repeats::Expected);
        // More than are remembered.
        let all: Vec<String> = (0..3 * REMEMBERED).map(|at| format!("C:\\{at}")).collect();
        for text in &all {
            assert!(texts.push(text) > 0);
            assert_eq!(texts.push(text), 0);
        }
        texts.push_null();
        texts.push("");
        for round in 0..2 {
            let mut found = Vec::new();
            let written: Result<(), ()> = texts.drain(|values, levels| {
                let mut values = values.iter();
                for level in levels {
                    let value = (*level == 1).then(|| values.next().expect("a value"));
                    found
                        .push(value.map(|it| String::from_utf8(it.data().to_vec()).expect("text")));
                }
                assert!(values.next().is_none());
                Ok(())
            });
            written.expect("nothing fails");
            if round == 0 {
                let want = all.iter().flat_map(|text| [Some(text.clone()), Some(text.clone())]);
                let want: Vec<_> = want.chain([None, Some(String::new())]).collect();
                assert_eq!(found, want);
            } else {
                assert!(found.is_empty());
            }
        }
    }
}
