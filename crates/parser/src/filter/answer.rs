//! The answer of a rule, and the comparisons of numbers and times.

use std::cmp::Ordering;

/// The answer of a rule about one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// The capture does not show enough to decide.
    Open,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }
}

/// The comparisons of numbers and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Is,
    Less,
    More,
}

impl Compare {
    pub(super) fn holds<T: Ord>(self, event: &T, value: &T) -> bool {
        self.holds_for(event.cmp(value))
    }

    pub(super) fn holds_for(self, order: Ordering) -> bool {
        match self {
            Compare::Is => order == Ordering::Equal,
            Compare::Less => order == Ordering::Less,
            Compare::More => order == Ordering::Greater,
        }
    }
}
