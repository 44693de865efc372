//! Signatures that a program gives a case beside those of this crate.

use std::fmt;

use super::definition::Signature;

/// Signatures that a program gives a case, in the order in which they were given.
#[derive(Default)]
pub(crate) struct SignatureSet(Vec<Box<dyn Signature>>);

impl SignatureSet {
    pub(crate) fn push(&mut self, signature: Box<dyn Signature>) {
        self.0.push(signature);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn Signature> {
        self.0.iter().map(Box::as_ref)
    }
}

impl fmt::Debug for SignatureSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|it| it.text().id)).finish()
    }
}
