//! What cannot be counted by, or added up.

use std::fmt;

/// A name that means nothing to count by or to add up. Its text says which names do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName(pub(super) String);

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnknownName {}
