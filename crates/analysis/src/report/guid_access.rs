//! How a process fared at MachineGuid, and at keys that are kept in hardware.

use super::actor::{Actor, FailedOperation, Renaming};
use crate::guid::MachineGuid;

/// How one process fared at MachineGuid in the 64-bit view, the one that names key
/// files. Numbers are those of events.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MachineGuidAccess {
    /// Who.
    pub by: Actor,
    /// First time that the value was not there.
    pub missing: Option<u64>,
    /// First time that the key that holds it was not there.
    pub key_missing: Option<u64>,
    /// First time that access to the value or its key was denied.
    pub denied: Option<u64>,
    /// First failure for another reason.
    pub failed: Option<FailedOperation>,
    /// Last of all these.
    pub last_failure: Option<u64>,
    /// Last time that it changed the rights of the key.
    pub rights_changed: Option<u64>,
    /// Last time that the value was read.
    pub last_read: Option<u64>,
    /// First read of a value that Windows would not write so: the event and the value.
    pub malformed: Option<(u64, MachineGuid)>,
}

/// Where a key is kept that does not stand in a key file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum HardwareStore {
    /// `Microsoft\Crypto\PCPKSP`: what the TPM has wrapped.
    Tpm,
    /// `Microsoft\Ngc`: Windows Hello.
    Hello,
}

/// What one process did with one file or folder of such a store.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct HardwareKeyAccess {
    /// Who.
    pub by: Actor,
    /// Path, as first seen.
    pub path: String,
    /// Which store.
    pub store: HardwareStore,
    /// First event.
    pub first_event: u64,
    /// First time that it was not there.
    pub missing: Option<u64>,
    /// First time that not even its folder was there.
    pub path_missing: Option<u64>,
    /// How often it was not there.
    pub misses: u64,
    /// First time that access was denied.
    pub denied: Option<u64>,
    /// Last time that it was not there or that access was denied.
    pub last_failure: Option<u64>,
    /// Last time that it was opened, read, written, made or listed with success.
    pub last_use: Option<u64>,
    /// When it was deleted, or marked for deletion.
    pub deleted: Option<u64>,
    /// When it got another name, and which.
    pub renamed: Option<Renaming>,
    /// Operations that failed for another reason, the first few of them.
    pub failures: Vec<FailedOperation>,
}

impl MachineGuidAccess {
    /// Every event that it keeps.
    pub(crate) fn events(&self) -> impl Iterator<Item = u64> {
        let failed = self.failed.as_ref().map(|failure| failure.event);
        let malformed = self.malformed.as_ref().map(|malformed| malformed.0);
        let all = [
            self.missing,
            self.key_missing,
            self.denied,
            failed,
            self.last_failure,
            self.rights_changed,
            self.last_read,
            malformed,
        ];
        all.into_iter().flatten()
    }
}

impl HardwareKeyAccess {
    /// Every event that it keeps.
    pub(crate) fn events(&self) -> impl Iterator<Item = u64> {
        let all = [
            Some(self.first_event),
            self.missing,
            self.path_missing,
            self.denied,
            self.last_failure,
            self.last_use,
            self.deleted,
            self.renamed.as_ref().map(|renamed| renamed.event),
        ];
        all.into_iter().flatten().chain(self.failures.iter().map(|failure| failure.event))
    }
}
