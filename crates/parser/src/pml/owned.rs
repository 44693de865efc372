//! A native capture together with the bytes that it is read from.

use self_cell::self_cell;

use super::{Pml, Rendering};
use crate::input::Content;
use crate::model::Error;

type Opened<'a> = Pml<'a>;

self_cell!(
    struct Cell {
        owner: Content,

        #[covariant]
        dependent: Opened,
    }
);

/// A capture that owns its bytes.
pub(crate) struct OwnedPml(Cell);

impl OwnedPml {
    /// Opens the capture in these bytes; see [`Pml::open`].
    pub(crate) fn open(content: Content, rendering: Rendering) -> Result<OwnedPml, Error> {
        let cell = Cell::try_new(content, |content| {
            let let_go = || content.forget(0..usize::MAX);
            let pml = Pml::open_with(content.bytes(), &let_go)?;
            Ok::<_, Error>(pml.with_rendering(rendering))
        })?;
        Ok(OwnedPml(cell))
    }

    pub(crate) fn pml(&self) -> &Pml<'_> {
        self.0.borrow_dependent()
    }

    /// The bytes that it is read from.
    pub(crate) fn content(&self) -> &Content {
        self.0.borrow_owner()
    }
}

impl std::fmt::Debug for OwnedPml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnedPml").field("events", &self.pml().len()).finish_non_exhaustive()
    }
}
