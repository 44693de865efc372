//! Programs that install IIS or other parts of Windows.

use procmonkey_parser::{Column, Event};

/// Programs that install IIS, or the features that one chooses: while one of them runs, a new key
/// container of IIS is nothing unusual.
pub(super) const OF_IIS: [&str; 4] =
    ["iissetup.exe", "inetmgr6setup.exe", "ocsetup.exe", "sysocmgr.exe"];

/// Programs that install parts of Windows, and updates of all sorts. They also run while nobody
/// installs IIS.
pub(super) const OF_WINDOWS: [&str; 5] =
    ["tiworker.exe", "trustedinstaller.exe", "pkgmgr.exe", "dism.exe", "dismhost.exe"];

/// The first events of such programs in a capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Installing {
    /// Of one that installs IIS.
    pub(crate) of_iis: Option<u64>,
    /// Of one that installs parts of Windows.
    pub(crate) of_windows: Option<u64>,
}

impl Installing {
    /// Takes in an event, and says whether it is the first of its kind.
    pub(super) fn note(&mut self, event: &Event) -> bool {
        if self.of_iis.is_some() && self.of_windows.is_some() {
            return false;
        }
        let Some(name) = event.bytes(Column::ProcessName) else { return false };
        let is_one_of =
            |names: &[&str]| names.iter().any(|it| name.eq_ignore_ascii_case(it.as_bytes()));
        let first = match () {
            () if is_one_of(&OF_IIS) => &mut self.of_iis,
            () if is_one_of(&OF_WINDOWS) => &mut self.of_windows,
            () => return false,
        };
        let is_first = first.is_none();
        first.get_or_insert(event.number());
        is_first
    }
}

/// Whether a program with this name installs IIS or other parts of Windows.
pub(crate) fn is_installer(name: &str) -> bool {
    OF_IIS.iter().chain(&OF_WINDOWS).any(|it| name.eq_ignore_ascii_case(it))
}
