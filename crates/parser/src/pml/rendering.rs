//! How the columns of a native capture are turned into text.

use super::exporter::Exporter;
use crate::model::OperationNames;
use crate::time::Zone;

/// How columns are turned into text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rendering {
    /// The time zone that times are shown in.
    pub zone: Zone,
    /// Which names file system operations have.
    pub names: OperationNames,
    /// The generation of Procmon in whose form texts are made; `None` stands for the one
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

/// Whether a text is what Procmon prints, or what is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fidelity {
    /// Procmon's own text, including its mistakes, byte for byte.
    #[default]
    Procmon,
    /// The same form, but showing what the capture holds. See the list in the module
    /// documentation.
    Corrected,
}
