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

impl OperationNames {
    /// The set that a name belongs to. Operations that are not on files have one name in both.
    ///
    /// ```
    /// use procmonkey_parser::pml::OperationNames;
    ///
    /// assert_eq!(OperationNames::of("IRP_MJ_CREATE"), OperationNames::Advanced);
    /// assert_eq!(OperationNames::of("RegOpenKey"), OperationNames::Usual);
    /// ```
    pub fn of(operation: &str) -> OperationNames {
        match ["IRP_MJ_", "FASTIO_"].iter().any(|it| operation.starts_with(it)) {
            true => OperationNames::Advanced,
            false => OperationNames::Usual,
        }
    }
}
