//! What a rule says about an event, and how it compares.

use std::cmp::Ordering;

/// What a rule says about one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// The capture does not say enough.
    Open,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }
}

/// The comparisons that numbers and times know.
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
