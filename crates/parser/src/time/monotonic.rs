//! Checks cheaply, by bytes, that the time of an event continues the previous one.
//!
//! How this fits together with other such helpers is described in `time/mod.rs`.

use super::{TimeText, WrittenDate, parse_time_of_day};

/// How many words, and so bytes, of a text are compared.
const WORDS: usize = 4;
const BYTES: usize = 8 * WORDS;

/// A field that is compared with the same field of the previous row: its bytes with the
/// quote or the tag after it, and which of them may differ.
#[derive(Clone, Debug, Default)]
struct FieldPattern {
    text: [u64; WORDS],
    /// A mask of the bytes that must be equal.
    same: [u64; WORDS],
    /// A mask of the bytes that must be digits.
    digits: [u64; WORDS],
    /// Added to a digit, so that a digit that is too large becomes something else than a
    /// digit.
    spare: [u64; WORDS],
}

fn words(bytes: &[u8]) -> Option<[u64; WORDS]> {
    let words = bytes.get(..BYTES)?.as_chunks::<8>().0;
    let mut out = [0; WORDS];
    out.iter_mut().zip(words).for_each(|(out, word)| *out = u64::from_be_bytes(*word));
    Some(out)
}

impl FieldPattern {
    /// Sets a byte of one of the masks.
    fn set(&mut self, at: usize, list: fn(&mut FieldPattern) -> &mut [u64; WORDS], byte: u8) {
        list(self)[at / 8] |= u64::from(byte) << (8 * (7 - at % 8));
    }

    /// Whether a field, given with the bytes after it, fits the pattern and does not sort
    /// before the previous one. If so, it becomes the previous one.
    #[inline]
    fn accept(&mut self, field: &[u8]) -> bool {
        let Some(new) = words(field) else { return false };
        let (mut wrong, mut order) = (0, std::cmp::Ordering::Equal);
        for (index, new) in new.into_iter().enumerate() {
            let digits = self.digits[index];
            let marks = digits & 0xf0f0_f0f0_f0f0_f0f0;
            let zeros = digits & 0x3030_3030_3030_3030;
            let digit = new & digits;
            let above = digit.wrapping_add(self.spare[index]);
            wrong |= (new ^ self.text[index]) & self.same[index];
            wrong |= (digit & marks) ^ zeros;
            wrong |= (above & marks) ^ zeros;
            order = order.then(digit.cmp(&(self.text[index] & digits)));
        }
        if wrong != 0 || order == std::cmp::Ordering::Less {
            return false;
        }
        self.text = new;
        true
    }
}

/// Checks that the time of day of each row is not earlier than that of the row before.
#[derive(Clone, Debug, Default)]
pub(crate) struct MonotonicTimeCheck(Option<FieldPattern>);

impl MonotonicTimeCheck {
    /// Starts from a field, given with the quote or the tag after it and whatever
    /// follows.
    pub(crate) fn begin(&mut self, field: &[u8], len: usize) {
        self.0 = shape_of_time(field, len);
    }

    /// Whether a field is a time in the form of the previous one, in the same hour and
    /// the same half of the day, and not earlier.
    #[inline]
    pub(crate) fn accept(&mut self, field: &[u8]) -> bool {
        self.0.as_mut().is_some_and(|shape| shape.accept(field))
    }
}

fn shape_of_time(field: &[u8], len: usize) -> Option<FieldPattern> {
    let text = std::str::from_utf8(field.get(..len)?).ok()?;
    let end = *field.get(len).filter(|end| matches!(end, b'"' | b'<'))?;
    if len >= BYTES || text.contains(char::from(end)) {
        return None;
    }
    let Some(TimeText::Known { .. }) = parse_time_of_day(text) else { return None };
    let mut shape = FieldPattern { text: words(field)?, ..FieldPattern::default() };
    let (mut run, mut in_run, mut place) = (0, false, 0);
    for (at, byte) in field[..=len].iter().enumerate() {
        let is_digit = byte.is_ascii_digit();
        if is_digit && !in_run {
            run += 1;
            place = 0;
        }
        in_run = is_digit;
        // The hour must be equal, and every byte that is not a digit.
        if !is_digit || run == 1 {
            shape.set(at, |shape| &mut shape.same, 0xff);
            continue;
        }
        shape.set(at, |shape| &mut shape.digits, 0xff);
        // Minutes and seconds are at most 59.
        let is_tens = run <= 3 && place == 0;
        shape.set(at, |shape| &mut shape.spare, if is_tens { 0x0a } else { 0x06 });
        place += 1;
    }
    Some(shape)
}

/// Checks that the date of each row is the same as that of the row before.
#[derive(Clone, Debug, Default)]
pub(crate) struct SameDateCheck {
    shape: Option<FieldPattern>,
    len: usize,
}

impl SameDateCheck {
    /// Starts from a field, given with the bytes after it.
    pub(crate) fn begin(&mut self, field: &[u8], len: usize) {
        self.shape = None;
        let Some(Ok(text)) = field.get(..len).map(std::str::from_utf8) else { return };
        let Some((_, rest)) = WrittenDate::split(text) else { return };
        let date = len - rest.len();
        let parted = field[..date].last() == Some(&b' ') && rest.starts_with(is_digit);
        let (true, true, Some(words)) = (parted, date < BYTES, words(field)) else { return };
        let mut shape = FieldPattern { text: words, ..FieldPattern::default() };
        (0..date).for_each(|at| shape.set(at, |shape| &mut shape.same, 0xff));
        self.shape = Some(shape);
        self.len = date;
    }

    /// Whether a field begins with the same date, and a time follows it.
    #[inline]
    pub(crate) fn accept(&mut self, field: &[u8]) -> bool {
        let Some(shape) = &mut self.shape else { return false };
        field.get(self.len).is_some_and(u8::is_ascii_digit) && shape.accept(field)
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Vec<u8> {
        format!("{text}\",\"{}", "x".repeat(BYTES)).into_bytes()
    }

    fn follows(first: &str, second: &str) -> bool {
        let mut follow = MonotonicTimeCheck::default();
        follow.begin(&field(first), first.len());
        follow.accept(&field(second))
    }

    #[test]
    fn a_time_follows_one_of_the_same_hour_that_is_not_later() {
        for (first, second, want) in [
            ("3:58:46.6882889 PM", "3:58:46.6882889 PM", true),
            ("3:58:46.6882889 PM", "3:59:00.0000000 PM", true),
            ("3:58:46.6882889 PM", "3:58:46.6882888 PM", false),
            ("3:58:46.6882889 PM", "3:58:46.6882890 AM", false),
            ("3:58:46.6882889 PM", "4:58:46.6882889 PM", false),
            ("3:58:46.6882889 PM", "3:60:46.6882889 PM", false),
            ("3:58:46.6882889 PM", "3:58:60.6882889 PM", false),
            ("3:58:46.6882889 PM", "3:58:46.688288: PM", false),
            ("3:58:46.6882889 PM", "3:58:46.68828890 PM", false),
            ("3:58:46.6882889 PM", "3:58:46.6882889 PMx", false),
            ("20:38:31.9788133", "20:38:31.9788134", true),
            ("20:38:31.9788133", "20:38:31.978813", false),
            ("上午 01:09:44.8222664", "上午 01:09:45.8222664", true),
            ("上午 01:09:44.8222664", "下午 01:09:45.8222664", false),
            ("3:58:46 PM", "3:58:46 PM", true),
            ("47:57.9", "47:57.9", false),
            ("", "", false),
        ] {
            assert_eq!(follows(first, second), want, "{first} {second}");
        }
    }

    #[test]
    fn a_date_follows_the_same_date() {
        let mut follow = SameDateCheck::default();
        follow.begin(&field("4/17/2015 3:58:46 PM"), 20);
        assert!(follow.accept(&field("4/17/2015 12:58:46 PM")));
        for other in ["4/18/2015 3:58:46 PM", "4/17/2015  3:58:46 PM", "4/17/2015 ", ""] {
            assert!(!follow.accept(&field(other)), "{other}");
        }
        follow.begin(&field("2015"), 4);
        assert!(!follow.accept(&field("2015")));
    }
}
