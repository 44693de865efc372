//! Finds the codes of an operation by its name.

use crate::pml::operation::{
    ADVANCED, DIRECTORY_CONTROL, FAST_IO, FILE, LOCK_UNLOCK, PLUG_AND_PLAY, PROCESS, PROFILING,
    QUERY_INFORMATION, QUERY_VOLUME, REGISTRY, SET_INFORMATION, SET_VOLUME, TCP, UDP, file_code,
};
use crate::pml::quirks;
use crate::pml::record::{Class, UNKNOWN};
use crate::pml::tables::Transport;

/// What an event is, by its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OperationCode {
    pub(super) class: Class,
    pub(super) operation: u16,
    /// Information class or minor code of a file system operation.
    pub(super) sub: u8,
    pub(super) transport: Transport,
}

impl OperationCode {
    fn new(class: Class, operation: u16, sub: u8) -> OperationCode {
        OperationCode { class, operation, sub, transport: Transport::Tcp }
    }
}

/// The codes of an operation; `None` if the name is not known.
pub(super) fn code(name: &str, class: Option<&str>) -> Option<OperationCode> {
    let place = |table: &[&str]| {
        table.iter().position(|known| *known == name && !name.is_empty()).map(|place| place as u16)
    };
    if let Some(code) = place(&PROCESS) {
        return Some(OperationCode::new(Class::Process, code, 0));
    }
    if let Some(code) = place(&REGISTRY) {
        return Some(OperationCode::new(Class::Registry, code, 0));
    }
    if let Some(code) = place(&PROFILING) {
        return Some(OperationCode::new(Class::Profiling, code, 0));
    }
    if let Some(code) = place(&TCP) {
        return Some(OperationCode::new(Class::Network, code, 0));
    }
    if let Some(code) = place(&UDP) {
        let code = OperationCode::new(Class::Network, code, 0);
        return Some(OperationCode { transport: Transport::Udp, ..code });
    }
    let is_ipc = class == Some(Class::Ipc.name());
    let class = if is_ipc { Class::Ipc } else { Class::FileSystem };
    let (operation, sub) = file(name)?;
    Some(OperationCode::new(class, operation, sub))
}

fn file(name: &str) -> Option<(u16, u8)> {
    if name == quirks::OLD_ALLOCATION_NAME {
        const ALLOCATION: u8 = 19;
        return Some((file_code::SET_INFORMATION, ALLOCATION));
    }
    let narrowed: [(u16, &[(u8, &str)]); 7] = [
        (file_code::QUERY_INFORMATION, &QUERY_INFORMATION),
        (file_code::SET_INFORMATION, &SET_INFORMATION),
        (file_code::QUERY_VOLUME, &QUERY_VOLUME),
        (file_code::SET_VOLUME, &SET_VOLUME),
        (file_code::DIRECTORY_CONTROL, &DIRECTORY_CONTROL),
        (file_code::LOCK_UNLOCK, &LOCK_UNLOCK),
        (file_code::PLUG_AND_PLAY, &PLUG_AND_PLAY),
    ];
    for (operation, list) in narrowed {
        if let Some((sub, _)) = list.iter().find(|(_, known)| *known == name) {
            return Some((operation, *sub));
        }
    }
    let place = |table: &[&str]| table.iter().position(|known| *known == name);
    if let Some((operation, _)) = FAST_IO.iter().find(|(_, known)| *known == name) {
        return Some((*operation, 0));
    }
    place(&FILE).or_else(|| place(&ADVANCED)).map(|operation| (operation as u16, 0))
}

/// Codes that are shown as `<Unknown>`, for an operation whose name is not known. They
/// keep the class and the path and, for files, the column Category.
pub(super) fn unknown(class: Option<&str>, category: Option<&str>, path: &str) -> OperationCode {
    const NO_CLASS: u8 = 0xFF;
    // Readers take a larger number for a sign of damage.
    const NO_OPERATION: u16 = 63;
    const NO_KEY_OPERATION: u16 = 18;
    let file = |operation| OperationCode::new(Class::FileSystem, operation, NO_CLASS);
    let class = class.filter(|class| *class != UNKNOWN).unwrap_or_else(|| {
        if path.starts_with("HK") {
            "Registry"
        } else if path.contains(":\\") || path.starts_with('\\') {
            "File System"
        } else {
            "Process"
        }
    });
    match class {
        "Registry" => OperationCode::new(Class::Registry, NO_KEY_OPERATION, 0),
        "Profiling" => OperationCode::new(Class::Profiling, NO_OPERATION, 0),
        "Network" => OperationCode::new(Class::Network, NO_OPERATION, 0),
        "File System" | "IPC" => match category {
            Some("Read Metadata") => file(file_code::QUERY_INFORMATION),
            Some("Write Metadata") => file(file_code::SET_INFORMATION),
            _ => file(file_code::QUERY_VOLUME),
        },
        _ => OperationCode::new(Class::Process, NO_OPERATION, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_shown_is_found_again() {
        let found = |name: &str| code(name, None).map(|code| (code.class.code(), code.operation));
        assert_eq!(found("RegQueryValue"), Some((2, 5)));
        assert_eq!(found("UDP Send"), Some((5, 2)));
        assert_eq!(found("IRP_MJ_CREATE"), Some((3, 20)));
        assert_eq!(found("no such operation"), None);
        assert_eq!(found(""), None);
        let code = code("SetDispositionInformationEx", Some("IPC")).unwrap();
        assert_eq!((code.class, code.operation, code.sub), (Class::Ipc, 26, 64));
    }
}
