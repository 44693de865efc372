//! Texts that a spreadsheet would take for formulas.

use std::borrow::Cow;

/// What happens to a text that a spreadsheet would take for a formula.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulas {
    /// It stays as it is.
    #[default]
    Kept,
    /// It gets a `'` in front, as for whatever begins with `=`, `+`, `-`, `@`, a tab or a carriage
    /// return. Such a text is no longer the one of the capture.
    Quoted,
}

impl Formulas {
    /// The text as it is written.
    pub(crate) fn guarded(self, text: &str) -> Cow<'_, str> {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        match self {
            Formulas::Quoted if is_formula => Cow::Owned(format!("'{text}")),
            _ => Cow::Borrowed(text),
        }
    }
}
