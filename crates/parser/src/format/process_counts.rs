//! How many events each process has.

use std::collections::HashMap;

/// How many events each Process Name has; events without one are counted under an empty
/// name.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessCounts {
    places: HashMap<String, usize>,
    names: Vec<String>,
    /// How many events have been counted for each name.
    counts: Vec<u64>,
    /// The index of the name that was counted last. Events of a process often follow each
    /// other, so it is tried first.
    run: usize,
}

impl ProcessCounts {
    /// Counts events of one process.
    pub(crate) fn add(&mut self, name: &str, events: u64) {
        if self.names.get(self.run).is_none_or(|run| run != name) {
            self.run = self.place(name);
        }
        self.counts[self.run] += events;
    }

    /// The index of a name, for callers that count many events of few names.
    pub(crate) fn place(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let place = self.names.len();
        self.places.insert(name.to_string(), place);
        self.names.push(name.to_string());
        self.counts.push(0);
        place
    }

    /// Counts an event of the process whose name [`ProcessCounts::place`] gave this index.
    #[inline(always)]
    pub(crate) fn count(&mut self, place: usize) {
        self.counts[place] += 1;
    }

    /// Adds the counts of another.
    pub(crate) fn extend(&mut self, other: &ProcessCounts) {
        for (name, events) in other.names.iter().zip(&other.counts) {
            if *events > 0 {
                self.add(name, *events);
            }
        }
    }

    /// Every name that has events, with their number, the most frequent first.
    pub(crate) fn sorted(&self) -> Vec<(String, u64)> {
        let counted = self.names.iter().cloned().zip(self.counts.iter().copied());
        let mut all: Vec<_> = counted.filter(|(_, events)| *events > 0).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_a_name_add_up() {
        let mut counts = ProcessCounts::default();
        assert!(counts.sorted().is_empty());
        for (name, events) in [("b", 1), ("b", 2), ("a", 1), ("b", 1), ("", 4), ("c", 1)] {
            counts.add(name, events);
        }
        let sorted: Vec<_> = counts.sorted();
        let want = [("", 4), ("b", 4), ("a", 1), ("c", 1)].map(|(n, e)| (n.to_string(), e));
        assert_eq!(sorted, want);
    }
    #[test]
    fn a_name_has_one_place_and_counts_once_it_has_events() {
        let mut counts = ProcessCounts::default();
        let (a, b) = (counts.place("a"), counts.place("b"));
        assert_eq!((counts.place("a"), counts.sorted()), (a, Vec::new()));
        counts.add("a", 1);
        counts.count(a);
        counts.count(a);
        assert_ne!(a, b);
        assert_eq!(counts.sorted(), [("a".to_string(), 3)]);
    }
}
