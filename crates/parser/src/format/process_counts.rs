//! How many events each process has.

use std::collections::HashMap;

/// How many events of a capture have each Process Name; those without one are
/// counted under an empty name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    places: HashMap<String, usize>,
    names: Vec<String>,
    /// How many events each name has, as far as they are counted here.
    counts: Vec<u64>,
    /// Processes come in runs; the last one is counted without a look-up.
    run: usize,
}

impl Tally {
    /// Counts events of one process.
    pub(crate) fn add(&mut self, name: &str, events: u64) {
        if self.names.get(self.run).is_none_or(|run| run != name) {
            self.run = self.place(name);
        }
        self.counts[self.run] += events;
    }

    /// Where a name is counted, for who has many events of the same few names.
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

    /// The counts by [`Tally::place`], to be added to.
    pub(crate) fn counts(&mut self) -> &mut [u64] {
        &mut self.counts
    }

    /// Counts what another tally has counted.
    pub(crate) fn extend(&mut self, other: &Tally) {
        for (name, events) in other.names.iter().zip(&other.counts) {
            if *events > 0 {
                self.add(name, *events);
            }
        }
    }

    /// Every name that has events with their number, the most frequent first.
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
        let mut tally = Tally::default();
        assert!(tally.sorted().is_empty());
        for (name, events) in [("b", 1), ("b", 2), ("a", 1), ("b", 1), ("", 4), ("c", 1)] {
            tally.add(name, events);
        }
        let sorted: Vec<_> = tally.sorted();
        let want = [("", 4), ("b", 4), ("a", 1), ("c", 1)].map(|(n, e)| (n.to_string(), e));
        assert_eq!(sorted, want);
    }
    #[test]
    fn a_name_has_one_place_and_counts_once_it_has_events() {
        let mut tally = Tally::default();
        let (a, b) = (tally.place("a"), tally.place("b"));
        assert_eq!((tally.place("a"), tally.sorted()), (a, Vec::new()));
        tally.add("a", 1);
        tally.counts()[a] += 2;
        assert_ne!(a, b);
        assert_eq!(tally.sorted(), [("a".to_string(), 3)]);
    }
}
