//! Where sections are cut off from each other.

use crate::format::Sections;

/// How many sections are short: as many as it takes to tell whether too much is wanted,
/// and what four threads may have read ahead by then.
const SHORT_SECTIONS: u64 = 16;

/// Where the rest of a capture is cut into sections. The first ones are shorter, so
/// that little has been read in vain if it is read by one thread then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cuts {
    begin: u64,
    end: u64,
    length: u64,
}

impl Cuts {
    pub(super) fn of(sections: &dyn Sections, length: u64) -> Cuts {
        Cuts { begin: sections.begin().at, end: sections.end(), length: length.max(1) }
    }

    /// How many sections there are.
    pub(super) fn sections(self) -> u64 {
        let all = self.end.saturating_sub(self.begin);
        match all.checked_sub(SHORT_SECTIONS * self.short()) {
            Some(rest) => SHORT_SECTIONS + rest.div_ceil(self.length),
            None => all.div_ceil(self.short()),
        }
    }

    /// Where a section is cut off from the one before. The last one ends nowhere.
    pub(super) fn begin_of(self, section: u64) -> u64 {
        if section == self.sections() {
            return u64::MAX;
        }
        let short = section.min(SHORT_SECTIONS);
        self.begin + short * self.short() + (section - short) * self.length
    }

    fn short(self) -> u64 {
        (self.length / 16).max(1)
    }

    /// By how many threads that makes sense to be read.
    pub(super) fn most_threads(self) -> u64 {
        self.end.saturating_sub(self.begin).div_ceil(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_follow_each_other_from_begin_to_end() {
        for (begin, length) in [(0, 1), (7, 3), (1000, 16), (20, 100), (3, 4000)] {
            for end in (begin..begin + 300).chain([begin + 100_000]) {
                let cuts = Cuts { begin, end, length };
                let begins: Vec<u64> = (0..=cuts.sections()).map(|n| cuts.begin_of(n)).collect();
                assert_eq!(*begins.last().unwrap(), u64::MAX, "{cuts:?}");
                let Some((_, begins)) = begins.split_last() else { continue };
                assert_eq!(begins.is_empty(), begin >= end, "{cuts:?}");
                assert!(begins.iter().all(|at| (begin..end).contains(at)), "{cuts:?}");
                assert!(begins.first().is_none_or(|at| *at == begin), "{cuts:?}");
                for pair in begins.windows(2) {
                    assert!(pair[0] < pair[1] && pair[1] - pair[0] <= length, "{cuts:?}");
                }
                assert!(begins.last().is_none_or(|at| end - at <= length), "{cuts:?}");
            }
        }
    }
}
