//! Values behind labels, which may go on in the lines below.

use super::looks::is_blank;
use super::wrapped;

/// How many lines may be held before one with a known label shows that they belong to
/// the value above.
const MOST_HELD: usize = 8;

/// Labels with their values, of which the last may go on.
#[derive(Debug)]
pub(super) struct Values<K> {
    /// The labels, and where each value but the last one ends.
    keys: Vec<(K, usize)>,
    /// The values but the last one, one behind the other.
    done: String,
    last: String,
    /// Lines behind the last value that may belong to it.
    held: Vec<String>,
    /// How many lines were given up since somebody asked.
    dropped: usize,
}

impl<K> Default for Values<K> {
    fn default() -> Values<K> {
        let (keys, done, last, held) = (Vec::new(), String::new(), String::new(), Vec::new());
        Values { keys, done, last, held, dropped: 0 }
    }
}

impl<K: PartialEq> Values<K> {
    /// Adds a label that is known: what is held belongs to the value above it.
    pub(super) fn push(&mut self, key: K, value: &str) {
        self.keep_held();
        if let Some((_, end)) = self.keys.last_mut() {
            self.done.push_str(&self.last);
            *end = self.done.len();
        }
        self.last.clear();
        self.last.push_str(value);
        self.keys.push((key, 0));
    }

    pub(super) fn get(&self, key: &K) -> Option<&str> {
        self.keys.iter().position(|row| row.0 == *key).map(|index| self.value(index))
    }

    fn value(&self, index: usize) -> &str {
        if index + 1 == self.keys.len() {
            return &self.last;
        }
        let start = index.checked_sub(1).map_or(0, |before| self.keys[before].1);
        &self.done[start..self.keys[index].1]
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The last label and its value.
    pub(super) fn last(&mut self) -> Option<(&K, &mut String)> {
        Some((&self.keys.last()?.0, &mut self.last))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &str)> {
        self.keys.iter().enumerate().map(|(index, row)| (&row.0, self.value(index)))
    }

    /// Forgets everything but how many lines were given up; the memory is used again.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.done.clear();
        self.last.clear();
        self.held.clear();
    }

    /// Takes a line that may belong to the last value. False where it cannot.
    pub(super) fn hold(&mut self, line: &str) -> bool {
        if self.keys.is_empty() {
            return false;
        }
        // Nothing else can follow on an empty value, or one that ends in the middle.
        if self.held.is_empty() && (self.last.is_empty() || goes_on(&self.last, line)) {
            wrapped::join(&mut self.last, line);
            return true;
        }
        let fits = self.held.len() < MOST_HELD;
        if fits {
            self.held.push(line.to_string());
        }
        fits
    }

    /// Whether the last value still wants a text behind its label.
    pub(super) fn wants_value(&self) -> bool {
        self.held.is_empty() && !self.keys.is_empty() && self.last.is_empty()
    }

    /// Takes what is held for a part of the last value.
    fn keep_held(&mut self) {
        for line in self.held.drain(..) {
            wrapped::join(&mut self.last, &line);
        }
    }

    /// Gives up what is held: it is prose.
    pub(super) fn drop_held(&mut self) {
        self.dropped += self.held.len();
        self.held.clear();
    }

    /// How many of the last lines were given up since the last call.
    pub(super) fn take_dropped(&mut self) -> usize {
        std::mem::take(&mut self.dropped)
    }
}

/// Whether a value ends where it cannot end.
fn goes_on(value: &str, next: &str) -> bool {
    let is_one_word = !next.trim_matches(is_blank).contains(char::is_whitespace);
    value.ends_with(',') || (value.ends_with(['\\', '_']) && value.contains(":\\") && is_one_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_below_belong_to_a_value_if_a_label_follows() {
        let mut values = Values::default();
        values.push("Path", "");
        assert!(values.wants_value());
        assert!(values.hold("C:\\Program"));
        assert!(values.hold("Files\\a"));
        values.push("Options", "Sequential Access,");
        assert!(values.hold("Non-Directory File"));
        assert!(values.hold("Then it fails."));
        values.drop_held();
        values.push("Result", "SUCCESS");
        let list = [
            (&"Path", "C:\\Program Files\\a"),
            (&"Options", "Sequential Access, Non-Directory File"),
            (&"Result", "SUCCESS"),
        ];
        assert!(values.iter().eq(list));
        assert!(list.iter().all(|row| values.get(row.0) == Some(row.1)));
        values.clear();
        assert!(values.is_empty() && values.iter().next().is_none());
    }
}
