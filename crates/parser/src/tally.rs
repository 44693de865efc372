//! How many events each process has.

use std::collections::HashMap;

/// How many events of a capture have each Process Name; those without one are
/// counted under an empty name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    names: HashMap<String, u64>,
    /// Processes come in runs; the last one is counted without a look-up.
    run: (String, u64),
}

impl Tally {
    /// Counts events of one process.
    pub(crate) fn add(&mut self, name: &str, events: u64) {
        if self.run.0 == name {
            self.run.1 += events;
            return;
        }
        let (before, counted) = std::mem::replace(&mut self.run, (name.to_string(), events));
        if counted > 0 {
            *self.names.entry(before).or_insert(0) += counted;
        }
    }

    /// Every name with its number of events, the most frequent first.
    pub(crate) fn sorted(&self) -> Vec<(String, u64)> {
        let mut all = self.names.clone();
        if self.run.1 > 0 {
            *all.entry(self.run.0.clone()).or_insert(0) += self.run.1;
        }
        let mut all: Vec<_> = all.into_iter().collect();
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
}
