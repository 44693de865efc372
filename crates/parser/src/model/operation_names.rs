//! Procmon's two sets of names for file system operations.

/// Which of Procmon's two sets of names is used for file system operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OperationNames {
    /// The usual names: `CreateFile`, `QueryBasicInformationFile`.
    #[default]
    Usual,
    /// The names with "Enable Advanced Output": `IRP_MJ_CREATE`, `FASTIO_READ`.
    Advanced,
}
