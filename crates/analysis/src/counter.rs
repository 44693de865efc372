//! How often each of a few texts occurs, counted quickly.

use std::collections::BTreeMap;

use crate::quick_map::QuickMap;

/// Counts texts of one column, of which most are like one of the last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counter {
    texts: Vec<(Vec<u8>, u64)>,
    places: QuickMap<Vec<u8>, usize>,
    last: usize,
}

impl Counter {
    /// Counts a text.
    #[inline]
    pub(crate) fn add(&mut self, text: &[u8]) {
        self.add_many(text, 1);
    }

    /// Counts a text that occurs so often.
    #[inline]
    pub(crate) fn add_many(&mut self, text: &[u8], times: u64) {
        match self.texts.get_mut(self.last) {
            Some((last, count)) if last == text => *count += times,
            _ => self.add_another(text, times),
        }
    }

    fn add_another(&mut self, text: &[u8], times: u64) {
        match self.places.get(text) {
            Some(&place) => {
                self.texts[place].1 += times;
                self.last = place;
            }
            None => {
                self.last = self.texts.len();
                self.places.insert(text.to_vec(), self.last);
                self.texts.push((text.to_vec(), times));
            }
        }
    }

    /// Every text as it is shown, and how often it occurs. Texts that look the same
    /// are counted together.
    pub(crate) fn counts(&self) -> Vec<(String, u64)> {
        let mut counts = BTreeMap::new();
        for (text, count) in &self.texts {
            *counts.entry(String::from_utf8_lossy(text).into_owned()).or_default() += count;
        }
        counts.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_wherever_they_come_again() {
        let mut counter = Counter::default();
        for text in ["a", "a", "", "b", "a", "", "b", "b"] {
            counter.add(text.as_bytes());
        }
        counter.add_many(b"b", 4);
        let want = [("", 2), ("a", 3), ("b", 7)].map(|(text, count)| (text.to_string(), count));
        assert_eq!(counter.counts(), want);
        assert_eq!(Counter::default().counts(), []);
    }

    #[test]
    fn damaged_texts_that_look_the_same_are_the_same() {
        let mut counter = Counter::default();
        counter.add(b"a\xff");
        counter.add(b"a\xfe");
        assert_eq!(counter.counts(), [("a\u{fffd}".to_string(), 2)]);
    }
}
