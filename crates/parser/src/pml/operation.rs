//! The names of operations.

use super::record::{Class, UNKNOWN};
use super::tables::Transport;
use crate::model::OperationNames;

/// The name of an operation, if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Known(&'static str),
    /// Shown as `<Unknown>`.
    Unknown,
}

impl Named {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Named::Known(name) => name,
            Named::Unknown => UNKNOWN,
        }
    }
}

fn table(names: &[&'static str], code: u16) -> Named {
    match names.get(usize::from(code)) {
        Some(name) if !name.is_empty() => Named::Known(name),
        _ => Named::Unknown,
    }
}

/// The name of an operation that does not depend on a sub-operation; not for network
/// operations.
pub(crate) fn name(class: Class, code: u16) -> Named {
    match class {
        Class::Process => table(&PROCESS, code),
        Class::Registry => table(&REGISTRY, code),
        Class::Profiling => table(&PROFILING, code),
        Class::FileSystem | Class::Ipc => table(&FILE, code),
        Class::Network | Class::Unknown(_) => Named::Unknown,
    }
}

/// The name of a network operation.
pub(crate) fn network(code: u16, transport: Transport) -> Named {
    match transport {
        Transport::Tcp => table(&TCP, code),
        Transport::Udp => table(&UDP, code),
    }
}

/// The name of a file system operation, which can depend on its sub-operation: the IRP's
/// minor code or the information class.
pub(crate) fn file(code: u16, sub: u8, names: OperationNames, dispatch: Dispatch) -> Named {
    if names == OperationNames::Advanced {
        return advanced(code, sub, dispatch);
    }
    // With sub-operation 0 the name is that of the operation; with an unknown one there
    // is no name.
    if sub == 0 && code != file_code::PLUG_AND_PLAY {
        return table(&FILE, code);
    }
    const OF_QUERY: [&str; SUB_OPERATIONS] = by_sub_operation(&QUERY_INFORMATION);
    const OF_SET: [&str; SUB_OPERATIONS] = by_sub_operation(&SET_INFORMATION);
    const OF_QUERY_VOLUME: [&str; SUB_OPERATIONS] = by_sub_operation(&QUERY_VOLUME);
    const OF_SET_VOLUME: [&str; SUB_OPERATIONS] = by_sub_operation(&SET_VOLUME);
    const OF_DIRECTORY: [&str; SUB_OPERATIONS] = by_sub_operation(&DIRECTORY_CONTROL);
    const OF_LOCK: [&str; SUB_OPERATIONS] = by_sub_operation(&LOCK_UNLOCK);
    const OF_PLUG_AND_PLAY: [&str; SUB_OPERATIONS] = by_sub_operation(&PLUG_AND_PLAY);
    let names: &[&'static str; SUB_OPERATIONS] = match code {
        file_code::QUERY_INFORMATION => &OF_QUERY,
        file_code::SET_INFORMATION => &OF_SET,
        file_code::QUERY_VOLUME => &OF_QUERY_VOLUME,
        file_code::SET_VOLUME => &OF_SET_VOLUME,
        file_code::DIRECTORY_CONTROL => &OF_DIRECTORY,
        file_code::LOCK_UNLOCK => &OF_LOCK,
        file_code::PLUG_AND_PLAY => &OF_PLUG_AND_PLAY,
        _ => return table(&FILE, code),
    };
    table(names, u16::from(sub))
}

/// No sub-operation that has a name is greater.
const SUB_OPERATIONS: usize = 96;

/// The names in the places of their sub-operations; the others are empty.
const fn by_sub_operation(list: &[(u8, &'static str)]) -> [&'static str; SUB_OPERATIONS] {
    let mut names = [""; SUB_OPERATIONS];
    let mut next = 0;
    while next < list.len() {
        names[list[next].0 as usize] = list[next].1;
        next += 1;
    }
    names
}

/// How a file system operation reached the filter driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dispatch {
    Irp,
    FastIo,
}

fn advanced(code: u16, sub: u8, dispatch: Dispatch) -> Named {
    if dispatch == Dispatch::FastIo && code == file_code::LOCK_UNLOCK {
        return match sub {
            2 => Named::Known("FASTIO_UNLOCK_SINGLE"),
            3 => Named::Known("FASTIO_UNLOCK_ALL"),
            4 => Named::Known("FASTIO_UNLOCK_ALL_BY_KEY"),
            _ => Named::Known("FASTIO_LOCK"),
        };
    }
    if dispatch == Dispatch::FastIo
        && let Some((_, name)) = FAST_IO.iter().find(|(known, _)| *known == code)
    {
        return Named::Known(name);
    }
    table(&ADVANCED, code)
}

/// Codes of file system operations: IRP major code plus 20 from 20 on.
#[rustfmt::skip]
pub(crate) mod file_code {
    pub(crate) const MDL_READ_COMPLETE: u16 = 4;
    pub(crate) const QUERY_OPEN: u16 = 6;
    pub(crate) const ACQUIRE_FOR_MOD_WRITE: u16 = 17;
    pub(crate) const CREATE_FILE_MAPPING: u16 = 19;
    pub(crate) const CREATE: u16 = 20;
    pub(crate) const READ: u16 = 23;
    pub(crate) const WRITE: u16 = 24;
    pub(crate) const QUERY_INFORMATION: u16 = 25;
    pub(crate) const SET_INFORMATION: u16 = 26;
    pub(crate) const QUERY_EA: u16 = 27;
    pub(crate) const SET_EA: u16 = 28;
    pub(crate) const QUERY_VOLUME: u16 = 30;
    pub(crate) const SET_VOLUME: u16 = 31;
    pub(crate) const DIRECTORY_CONTROL: u16 = 32;
    pub(crate) const FILE_SYSTEM_CONTROL: u16 = 33;
    pub(crate) const DEVICE_CONTROL: u16 = 34;
    pub(crate) const INTERNAL_DEVICE_CONTROL: u16 = 35;
    pub(crate) const LOCK_UNLOCK: u16 = 37;
    pub(crate) const QUERY_SECURITY: u16 = 40;
    pub(crate) const SET_SECURITY: u16 = 41;
    pub(crate) const PLUG_AND_PLAY: u16 = 47;
}

pub(crate) const PROCESS: [&str; 10] = [
    "Process Defined",
    "Process Create",
    "Process Exit",
    "Thread Create",
    "Thread Exit",
    "Load Image",
    "Thread Profile",
    "Process Start",
    "Process Statistics",
    "System Statistics",
];

pub(crate) const REGISTRY: [&str; 20] = [
    "RegOpenKey",
    "RegCreateKey",
    "RegCloseKey",
    "RegQueryKey",
    "RegSetValue",
    "RegQueryValue",
    "RegEnumValue",
    "RegEnumKey",
    "RegSetInfoKey",
    "RegDeleteKey",
    "RegDeleteValue",
    "RegFlushKey",
    "RegLoadKey",
    "RegUnloadKey",
    "RegRenameKey",
    "RegQueryMultipleValueKey",
    "RegSetKeySecurity",
    "RegQueryKeySecurity",
    "",
    "RegRestoreKey",
];

pub(crate) const PROFILING: [&str; 3] =
    ["Thread Profiling", "Process Profiling", "Debug Output Profiling"];

/// The operations of a network protocol, whose name stands in front of each.
macro_rules! network_operations {
    ($protocol:literal) => {
        [
            concat!($protocol, " Unknown"),
            concat!($protocol, " Other"),
            concat!($protocol, " Send"),
            concat!($protocol, " Receive"),
            concat!($protocol, " Accept"),
            concat!($protocol, " Connect"),
            concat!($protocol, " Disconnect"),
            concat!($protocol, " Reconnect"),
            concat!($protocol, " Retransmit"),
            concat!($protocol, " TCPCopy"),
        ]
    };
}

pub(crate) const TCP: [&str; 10] = network_operations!("TCP");

pub(crate) const UDP: [&str; 10] = network_operations!("UDP");

pub(crate) const FILE: [&str; 48] = [
    "VolumeDismount",
    "VolumeMount",
    "FASTIO_MDL_WRITE_COMPLETE",
    "WriteFile2",
    "FASTIO_MDL_READ_COMPLETE",
    "ReadFile2",
    "QueryOpen",
    "FASTIO_CHECK_IF_POSSIBLE",
    "IRP_MJ_12",
    "IRP_MJ_11",
    "IRP_MJ_10",
    "IRP_MJ_9",
    "IRP_MJ_8",
    "FASTIO_NOTIFY_STREAM_FO_CREATION",
    "FASTIO_RELEASE_FOR_CC_FLUSH",
    "FASTIO_ACQUIRE_FOR_CC_FLUSH",
    "FASTIO_RELEASE_FOR_MOD_WRITE",
    "FASTIO_ACQUIRE_FOR_MOD_WRITE",
    "FASTIO_RELEASE_FOR_SECTION_SYNCHRONIZATION",
    "CreateFileMapping",
    "CreateFile",
    "CreatePipe",
    "IRP_MJ_CLOSE",
    "ReadFile",
    "WriteFile",
    "QueryInformationFile",
    "SetInformationFile",
    "QueryEAFile",
    "SetEAFile",
    "FlushBuffersFile",
    "QueryVolumeInformation",
    "SetVolumeInformation",
    "DirectoryControl",
    "FileSystemControl",
    "DeviceIoControl",
    "InternalDeviceIoControl",
    "Shutdown",
    "LockUnlockFile",
    "CloseFile",
    "CreateMailSlot",
    "QuerySecurityFile",
    "SetSecurityFile",
    "Power",
    "SystemControl",
    "DeviceChange",
    "QueryFileQuota",
    "SetFileQuota",
    "PlugAndPlay",
];

pub(crate) const ADVANCED: [&str; 48] = [
    "IRP_MJ_VOLUME_DISMOUNT",
    "IRP_MJ_VOLUME_MOUNT",
    "FASTIO_MDL_WRITE_COMPLETE",
    "FASTIO_PREPARE_MDL_WRITE",
    "FASTIO_MDL_READ_COMPLETE",
    "FASTIO_MDL_READ",
    "FASTIO_NETWORK_QUERY_OPEN",
    "FASTIO_CHECK_IF_POSSIBLE",
    "IRP_MJ_12",
    "IRP_MJ_11",
    "IRP_MJ_10",
    "IRP_MJ_9",
    "IRP_MJ_8",
    "FASTIO_NOTIFY_STREAM_FO_CREATION",
    "FASTIO_RELEASE_FOR_CC_FLUSH",
    "FASTIO_ACQUIRE_FOR_CC_FLUSH",
    "FASTIO_RELEASE_FOR_MOD_WRITE",
    "FASTIO_ACQUIRE_FOR_MOD_WRITE",
    "FASTIO_RELEASE_FOR_SECTION_SYNCHRONIZATION",
    "FASTIO_ACQUIRE_FOR_SECTION_SYNCHRONIZATION",
    "IRP_MJ_CREATE",
    "IRP_MJ_CREATE_NAMED_PIPE",
    "IRP_MJ_CLOSE",
    "IRP_MJ_READ",
    "IRP_MJ_WRITE",
    "IRP_MJ_QUERY_INFORMATION",
    "IRP_MJ_SET_INFORMATION",
    "IRP_MJ_QUERY_EA",
    "IRP_MJ_SET_EA",
    "IRP_MJ_FLUSH_BUFFERS",
    "IRP_MJ_QUERY_VOLUME_INFORMATION",
    "IRP_MJ_SET_VOLUME_INFORMATION",
    "IRP_MJ_DIRECTORY_CONTROL",
    "IRP_MJ_FILE_SYSTEM_CONTROL",
    "IRP_MJ_DEVICE_CONTROL",
    "IRP_MJ_INTERNAL_DEVICE_CONTROL",
    "IRP_MJ_SHUTDOWN",
    "IRP_MJ_LOCK_CONTROL",
    "IRP_MJ_CLEANUP",
    "IRP_MJ_CREATE_MAILSLOT",
    "IRP_MJ_QUERY_SECURITY",
    "IRP_MJ_SET_SECURITY",
    "IRP_MJ_POWER",
    "IRP_MJ_SYSTEM_CONTROL",
    "IRP_MJ_DEVICE_CHANGE",
    "IRP_MJ_QUERY_QUOTA",
    "IRP_MJ_SET_QUOTA",
    "IRP_MJ_PNP",
];

/// Operations that have another name if they come as fast I/O.
pub(crate) const FAST_IO: [(u16, &str); 5] = [
    (file_code::READ, "FASTIO_READ"),
    (file_code::WRITE, "FASTIO_WRITE"),
    (file_code::QUERY_INFORMATION, "FASTIO_QUERY_INFORMATION"),
    (file_code::SET_INFORMATION, "FASTIO_SET_INFORMATION"),
    (file_code::DEVICE_CONTROL, "FASTIO_DEVICE_CONTROL"),
];

// The two spellings that look wrong are Procmon's own.
#[rustfmt::skip]
pub(crate) const QUERY_INFORMATION: [(u8, &str); 43] = [
    (4, "QueryBasicInformationFile"),
    (5, "QueryStandardInformationFile"),
    (6, "QueryFileInternalInformationFile"),
    (7, "QueryEaInformationFile"),
    (9, "QueryNameInformationFile"),
    (14, "QueryPositionInformationFile"),
    (18, "QueryAllInformationFile"),
    (20, "QueryEndOfFile"),
    (22, "QueryStreamInformationFile"),
    (28, "QueryCompressionInformationFile"),
    (29, "QueryId"),
    (31, "QueryMoveClusterInformationFile"),
    (34, "QueryNetworkOpenInformationFile"),
    (35, "QueryAttributeTagFile"),
    (37, "QueryIdBothDirectory"),
    (39, "QueryValidDataLength"),
    (40, "QueryShortNameInformationFile"),
    (43, "QueryIoPiorityHint"),
    (46, "QueryLinks"),
    (48, "QueryNormalizedNameInformationFile"),
    (49, "QueryNetworkPhysicalNameInformationFile"),
    (50, "QueryIdGlobalTxDirectoryInformation"),
    (51, "QueryIsRemoteDeviceInformation"),
    (52, "QueryAttributeCacheInformation"),
    (53, "QueryNumaNodeInformation"),
    (54, "QueryStandardLinkInformation"),
    (55, "QueryRemoteProtocolInformation"),
    (56, "QueryRenameInformationBypassAccessCheck"),
    (57, "QueryLinkInformationBypassAccessCheck"),
    (58, "QueryVolumeNameInformation"),
    (59, "QueryIdInformation"),
    (60, "QueryIdExtdDirectoryInformation"),
    (62, "QueryHardLinkFullIdInformation"),
    (63, "QueryIdExtdBothDirectoryInformation"),
    (67, "QueryDesiredStorageClassInformation"),
    (68, "QueryStatInformation"),
    (69, "QueryMemoryPartitionInformation"),
    (70, "QuerySatLxInformation"),
    (71, "QueryCaseSensitiveInformation"),
    (72, "QueryLinkInformationEx"),
    (73, "QueryLinkInfomraitonBypassAccessCheck"),
    (74, "QueryStorageReservedIdInformation"),
    (75, "QueryCaseSensitiveInformationForceAccessCheck"),
];

#[rustfmt::skip]
pub(crate) const SET_INFORMATION: [(u8, &str); 15] = [
    (4, "SetBasicInformationFile"),
    (10, "SetRenameInformationFile"),
    (11, "SetLinkInformationFile"),
    (13, "SetDispositionInformationFile"),
    (14, "SetPositionInformationFile"),
    (19, "SetAllocationInformationFile"),
    (20, "SetEndOfFileInformationFile"),
    (22, "SetFileStreamInformation"),
    (23, "SetPipeInformation"),
    (39, "SetValidDataLengthInformationFile"),
    (40, "SetShortNameInformation"),
    (61, "SetReplaceCompletionInformation"),
    (64, "SetDispositionInformationEx"),
    (65, "SetRenameInformationEx"),
    (66, "SetRenameInformationExBypassAccessCheck"),
];

#[rustfmt::skip]
pub(crate) const QUERY_VOLUME: [(u8, &str); 8] = [
    (1, "QueryInformationVolume"),
    (2, "QueryLabelInformationVolume"),
    (3, "QuerySizeInformationVolume"),
    (4, "QueryDeviceInformationVolume"),
    (5, "QueryAttributeInformationVolume"),
    (6, "QueryControlInformationVolume"),
    (7, "QueryFullSizeInformationVolume"),
    (8, "QueryObjectIdInformationVolume"),
];

#[rustfmt::skip]
pub(crate) const SET_VOLUME: [(u8, &str); 3] = [
    (1, "SetControlInformationVolume"),
    (2, "SetLabelInformationVolume"),
    (8, "SetObjectIdInformationVolume"),
];

pub(crate) const DIRECTORY_CONTROL: [(u8, &str); 2] =
    [(1, "QueryDirectory"), (2, "NotifyChangeDirectory")];

#[rustfmt::skip]
pub(crate) const LOCK_UNLOCK: [(u8, &str); 4] =
    [(1, "LockFile"), (2, "UnlockFileSingle"), (3, "UnlockFileAll"), (4, "UnlockFileByKey")];

#[rustfmt::skip]
pub(crate) const PLUG_AND_PLAY: [(u8, &str); 25] = [
    (0, "StartDevice"), (1, "QueryRemoveDevice"), (2, "RemoveDevice"),
    (3, "CancelRemoveDevice"), (4, "StopDevice"), (5, "QueryStopDevice"),
    (6, "CancelStopDevice"), (7, "QueryDeviceRelations"), (8, "QueryInterface"),
    (9, "QueryCapabilities"), (10, "QueryResources"), (11, "QueryResourceRequirements"),
    (12, "QueryDeviceText"), (13, "FilterResourceRequirements"), (15, "ReadConfig"),
    (16, "WriteConfig"), (17, "Eject"), (18, "SetLock"), (19, "QueryId2"),
    (20, "QueryPnpDeviceState"), (21, "QueryBusInformation"), (22, "DeviceUsageNotification"),
    (23, "SurpriseRemoval"), (24, "QueryLegacyBusInformation"), (25, "DeviceEnumerated"),
];

/// Every name that Procmon has for an operation, in both of its vocabularies.
pub(crate) fn all_names() -> impl Iterator<Item = &'static str> {
    // Seen in exports of newer versions than those whose codes are known.
    const NEWER: [&str; 2] = ["SetLinkInformationEx", "SetStorageReservedIdInformation"];
    let lists: [&'static [&'static str]; 8] =
        [&PROCESS, &REGISTRY, &PROFILING, &TCP, &UDP, &FILE, &ADVANCED, &NEWER];
    let narrowed: [&'static [(u8, &'static str)]; 7] = [
        &QUERY_INFORMATION,
        &SET_INFORMATION,
        &QUERY_VOLUME,
        &SET_VOLUME,
        &DIRECTORY_CONTROL,
        &LOCK_UNLOCK,
        &PLUG_AND_PLAY,
    ];
    const UNLOCKS: [&str; 4] =
        ["FASTIO_LOCK", "FASTIO_UNLOCK_SINGLE", "FASTIO_UNLOCK_ALL", "FASTIO_UNLOCK_ALL_BY_KEY"];
    let fast = FAST_IO.iter().map(|(_, name)| *name);
    let listed = lists.into_iter().flatten().copied();
    let narrowed = narrowed.into_iter().flatten().map(|(_, name)| *name);
    let all = listed.chain(narrowed).chain(fast).chain(UNLOCKS).chain([UNKNOWN]);
    all.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(code: u16, sub: u8) -> &'static str {
        file(code, sub, OperationNames::Usual, Dispatch::Irp).text()
    }

    #[test]
    fn a_sub_operation_renames_only_where_procmon_does() {
        assert_eq!(usual(25, 4), "QueryBasicInformationFile");
        assert_eq!(usual(25, 0), "QueryInformationFile");
        assert_eq!(usual(25, 200), UNKNOWN);
        assert_eq!(usual(26, 72), UNKNOWN);
        assert_eq!(usual(33, 4), "FileSystemControl");
        assert_eq!(usual(28, 4), "SetEAFile");
        assert_eq!(usual(37, 2), "UnlockFileSingle");
        assert_eq!(usual(99, 1), UNKNOWN);
    }

    #[test]
    fn advanced_names_tell_fast_io_from_irps() {
        let advanced = |code, dispatch| file(code, 4, OperationNames::Advanced, dispatch).text();
        assert_eq!(advanced(20, Dispatch::Irp), "IRP_MJ_CREATE");
        assert_eq!(advanced(25, Dispatch::FastIo), "FASTIO_QUERY_INFORMATION");
        assert_eq!(advanced(25, Dispatch::Irp), "IRP_MJ_QUERY_INFORMATION");
    }

    #[test]
    fn unknown_codes_of_every_class_are_shown_as_procmon_does() {
        assert_eq!(name(Class::Registry, 18), Named::Unknown);
        assert_eq!(name(Class::Unknown(9), 0).text(), UNKNOWN);
        assert_eq!(network(9, Transport::Tcp).text(), "TCP TCPCopy");
        assert_eq!(network(9, Transport::Udp).text(), "UDP TCPCopy");
        assert_eq!(network(3, Transport::Udp).text(), "UDP Receive");
        assert_eq!(network(10, Transport::Udp), Named::Unknown);
    }
}
