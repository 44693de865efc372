//! The computer that this runs on: its MachineGuid and its key folders, read-only.
//! Only Windows has them.

use crate::Reading;
use crate::error::Error;

/// Whether this system is one that [`read()`] can read.
///
/// ```
/// assert_eq!(procmonkey_witness::live::is_supported(), cfg!(windows));
/// ```
pub fn is_supported() -> bool {
    cfg!(windows)
}

/// Reads MachineGuid through the 64-bit view of the registry, as Windows' crypto
/// provider does, and lists the folders of machine keys below `%ProgramData%`.
/// Nothing is written.
///
/// # Errors
/// On another system than Windows, or when the value cannot be read. A folder that
/// is not there is left out; one that cannot be listed is a loss.
///
/// ```
/// let reading = procmonkey_witness::live::read();
/// assert!(reading.is_ok() || !procmonkey_witness::live::is_supported());
/// ```
pub fn read() -> Result<Reading, Error> {
    system::read()
}

#[cfg(not(windows))]
mod system {
    use crate::Reading;
    use crate::error::{Error, ErrorKind};

    pub(super) fn read() -> Result<Reading, Error> {
        Err(Error::new(ErrorKind::Unsupported, "this computer: only Windows has a MachineGuid"))
    }
}

#[cfg(windows)]
mod system {
    use std::path::PathBuf;

    use procmonkey_analysis::parser::{LossKind, Position};
    use procmonkey_analysis::{HostMachineGuid, MachineGuid, Witness};
    use winreg::RegKey;
    use winreg::enums::{HKEY_LOCAL_MACHINE, KEY_READ, KEY_WOW64_64KEY};

    use crate::error::Error;
    use crate::hive::remarks;
    use crate::reading::Collector;
    use crate::{Limits, Reading, keys_dir};

    const FOLDERS: [&str; 4] = [
        r"Microsoft\Crypto\RSA\MachineKeys",
        r"Microsoft\Crypto\DSS\MachineKeys",
        r"Microsoft\Crypto\Keys",
        r"Microsoft\Crypto\SystemKeys",
    ];

    pub(super) fn read() -> Result<Reading, Error> {
        let limits = Limits::default();
        let mut out = Collector::new(&limits);
        let value: String = RegKey::predef(HKEY_LOCAL_MACHINE)
            .open_subkey_with_flags(r"SOFTWARE\Microsoft\Cryptography", KEY_READ | KEY_WOW64_64KEY)
            .and_then(|key| key.get_value("MachineGuid"))
            .map_err(|error| Error::from_io("this computer: MachineGuid", error))?;
        let mut seen = HostMachineGuid::new(MachineGuid::new(value), "registry of this computer");
        seen.remarks = remarks(&seen.value);
        out.add(Witness::MachineGuid(seen), Position::default());
        let data = std::env::var_os("ProgramData")
            .map_or_else(|| PathBuf::from(r"C:\ProgramData"), PathBuf::from);
        let folders = FOLDERS.iter().map(|folder| data.join(folder));
        for folder in folders.filter(|folder| folder.is_dir()) {
            if let Err(error) = keys_dir::read_folder_into(&folder, &mut out) {
                out.lose(LossKind::DamagedRecord, Position::default(), error.to_string());
            }
        }
        Ok(out.finish())
    }
}
