//! The order that `--sort` asks for.

use std::cmp::Ordering;

use procmonkey_parser::similar_names;

use crate::args::UsageError;

/// A column to sort by, and in which direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sorting {
    /// The index of the column.
    pub(super) column: usize,
    is_reversed: bool,
}

impl Sorting {
    /// The order in this direction.
    pub(super) fn direct(self, ordering: Ordering) -> Ordering {
        if self.is_reversed { ordering.reverse() } else { ordering }
    }
}

/// The column of this name; with `-` in front, in the other direction.
///
/// # Errors
/// When there is no such column.
pub(super) fn column_of(name: &str, headers: &[&str]) -> Result<Sorting, UsageError> {
    let (is_reversed, bare) = match name.trim().strip_prefix('-') {
        Some(bare) => (true, bare.trim()),
        None => (false, name.trim()),
    };
    match headers.iter().position(|header| header.eq_ignore_ascii_case(bare)) {
        Some(column) => Ok(Sorting { column, is_reversed }),
        None => {
            let near = similar_names(bare, headers.iter().copied());
            let meant = match near.is_empty() {
                true => String::new(),
                false => format!(" (did you mean {}?)", near.join(" or ")),
            };
            Err(UsageError(format!(
                "--sort {name}: there is no such column here{meant}; there are {}",
                headers.join(", ")
            )))
        }
    }
}
