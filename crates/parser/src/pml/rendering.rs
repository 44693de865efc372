//! How the columns of a native capture are rendered.

use super::exporter::Exporter;
use crate::model::OperationNames;
use crate::time::Zone;

/// How columns are rendered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rendering {
    /// The zone of the wall clock that times are shown in.
    pub zone: Zone,
    /// Which vocabulary names the file system operations.
    pub names: OperationNames,
    /// The generation of Procmon whose text is wanted; `None` takes the one
    /// that most likely recorded the capture.
    pub exporter: Option<Exporter>,
    /// Procmon's text, or the corrected one.
    pub fidelity: Fidelity,
}

impl Default for Rendering {
    fn default() -> Rendering {
        Rendering {
            zone: Zone::UTC,
            names: OperationNames::Usual,
            exporter: None,
            fidelity: Fidelity::Procmon,
        }
    }
}

/// Whether the text is to be what Procmon prints, or what is true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fidelity {
    /// Procmon's own text with its own mistakes, byte for byte.
    #[default]
    Procmon,
    /// The same form, with what the capture really holds. See the list in the
    /// module documentation.
    Corrected,
}
