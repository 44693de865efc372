//! Values behind labels, which may go on in the lines below.

use super::looks::is_blank;
use super::wrapped;

/// How many lines may be held before one with a known label shows that they belong to
/// the value above.
const MOST_HELD: usize = 8;

/// Labels with their values, of which the last may go on.
#[derive(Debug)]
pub(super) struct Values<K> {
    list: Vec<(K, String)>,
    /// Lines behind the last value that may belong to it.
    held: Vec<String>,
    /// How many lines were given up since somebody asked.
    dropped: usize,
}

impl<K> Default for Values<K> {
    fn default() -> Values<K> {
        Values { list: Vec::new(), held: Vec::new(), dropped: 0 }
    }
}

impl<K: PartialEq> Values<K> {
    /// Adds a label that is known: what is held belongs to the value above it.
    pub(super) fn push(&mut self, key: K, value: &str) {
        self.keep_held();
        self.list.push((key, value.to_string()));
    }

    pub(super) fn get(&self, key: &K) -> Option<&str> {
        self.list.iter().find(|row| row.0 == *key).map(|row| row.1.as_str())
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The last label and its value.
    pub(super) fn last(&mut self) -> Option<&mut (K, String)> {
        self.list.last_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &str)> {
        self.list.iter().map(|(key, value)| (key, value.as_str()))
    }

    /// Takes a line that may belong to the last value. False where it cannot.
    pub(super) fn hold(&mut self, line: &str) -> bool {
        let Some((_, value)) = self.list.last_mut() else { return false };
        // Nothing else can follow on an empty value, or one that ends in the middle.
        if self.held.is_empty() && (value.is_empty() || goes_on(value, line)) {
            wrapped::join(value, line);
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
        self.held.is_empty() && self.list.last().is_some_and(|(_, value)| value.is_empty())
    }

    /// Takes what is held for a part of the last value.
    fn keep_held(&mut self) {
        if let Some((_, value)) = self.list.last_mut() {
            for line in self.held.drain(..) {
                wrapped::join(value, &line);
            }
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

    pub(super) fn into_list(self) -> Vec<(K, String)> {
        self.list
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
        let list = values.into_list();
        assert_eq!(list[0].1, "C:\\Program Files\\a");
        assert_eq!(list[1].1, "Sequential Access, Non-Directory File");
    }
}
