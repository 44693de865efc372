//! Procmon's two vocabularies for file system operations.

/// Which of Procmon's two vocabularies names file system operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OperationNames {
    /// The usual one: `CreateFile`, `QueryBasicInformationFile`.
    #[default]
    Usual,
    /// That of "Enable Advanced Output": `IRP_MJ_CREATE`, `FASTIO_READ`.
    Advanced,
}
