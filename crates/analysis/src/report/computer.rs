//! Which computer a capture is of.

/// What a capture says about the computer that it was made on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ComputerMarks {
    /// Names of the computer.
    pub names: Vec<ComputerName>,
    /// What the SIDs of accounts of the computer, or of its domain, begin with.
    pub authorities: Vec<String>,
    /// Its volumes.
    pub volumes: Vec<Volume>,
}

/// The name of a computer, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ComputerName {
    /// The name.
    pub name: String,
    /// Where, such as `header` or `COMPUTERNAME in event 7`.
    pub source: String,
}

/// A volume of a computer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Volume {
    /// Its drive, such as `C:`.
    pub drive: String,
    /// Its serial number.
    pub serial: String,
}
