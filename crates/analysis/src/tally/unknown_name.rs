//! What cannot be counted by, or added up.

use std::fmt;

use procmonkey_parser::similar_names;

/// A name that means nothing to count by or to add up. Its text says which names do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName(pub(super) String);

/// The names that somebody may have meant who wrote another one, as a question.
pub(super) fn meant(text: &str, names: impl Iterator<Item = &'static str>) -> String {
    let names = similar_names(text, names);
    match names.is_empty() {
        true => String::new(),
        false => format!(" (did you mean {}?)", names.join(" or ")),
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnknownName {}
