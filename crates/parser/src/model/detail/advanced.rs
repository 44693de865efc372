//! The usual names of operations that *Enable Advanced Output* shows by IRP or fast I/O.

use crate::model::OperationNames;

/// What an operation is called without Advanced Output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UsualName {
    /// This.
    Known(&'static str),
    /// What its Detail has as `Type`, with this one when it has none.
    AsType(&'static str),
    /// As it is called here.
    Same,
}

/// The usual name of an operation, of which this is the Detail.
pub(crate) fn usual_name(operation: &str, detail: &str) -> UsualName {
    if OperationNames::of(operation) == OperationNames::Usual {
        return UsualName::Same;
    }
    UsualName::Known(match operation {
        "IRP_MJ_QUERY_INFORMATION" | "FASTIO_QUERY_INFORMATION" => {
            return UsualName::AsType("QueryInformationFile");
        }
        "IRP_MJ_SET_INFORMATION" | "FASTIO_SET_INFORMATION" => {
            return UsualName::AsType("SetInformationFile");
        }
        "IRP_MJ_QUERY_VOLUME_INFORMATION" => return UsualName::AsType("QueryVolumeInformation"),
        "IRP_MJ_SET_VOLUME_INFORMATION" => return UsualName::AsType("SetVolumeInformation"),
        "IRP_MJ_DIRECTORY_CONTROL" => return UsualName::AsType("QueryDirectory"),
        "IRP_MJ_CREATE" => "CreateFile",
        "IRP_MJ_CREATE_NAMED_PIPE" => "CreatePipe",
        "IRP_MJ_CREATE_MAILSLOT" => "CreateMailSlot",
        "IRP_MJ_CLEANUP" => "CloseFile",
        "IRP_MJ_READ" | "FASTIO_READ" => "ReadFile",
        "IRP_MJ_WRITE" | "FASTIO_WRITE" => "WriteFile",
        "FASTIO_MDL_READ" => "ReadFile2",
        "FASTIO_PREPARE_MDL_WRITE" => "WriteFile2",
        "FASTIO_NETWORK_QUERY_OPEN" => "QueryOpen",
        "FASTIO_ACQUIRE_FOR_SECTION_SYNCHRONIZATION" => "CreateFileMapping",
        "IRP_MJ_QUERY_EA" => "QueryEAFile",
        "IRP_MJ_SET_EA" => "SetEAFile",
        "IRP_MJ_FLUSH_BUFFERS" => "FlushBuffersFile",
        "IRP_MJ_FILE_SYSTEM_CONTROL" => "FileSystemControl",
        "IRP_MJ_DEVICE_CONTROL" | "FASTIO_DEVICE_CONTROL" => "DeviceIoControl",
        "IRP_MJ_INTERNAL_DEVICE_CONTROL" => "InternalDeviceIoControl",
        "IRP_MJ_SHUTDOWN" => "Shutdown",
        "IRP_MJ_QUERY_SECURITY" => "QuerySecurityFile",
        "IRP_MJ_SET_SECURITY" => "SetSecurityFile",
        "IRP_MJ_POWER" => "Power",
        "IRP_MJ_SYSTEM_CONTROL" => "SystemControl",
        "IRP_MJ_DEVICE_CHANGE" => "DeviceChange",
        "IRP_MJ_QUERY_QUOTA" => "QueryFileQuota",
        "IRP_MJ_SET_QUOTA" => "SetFileQuota",
        "IRP_MJ_VOLUME_MOUNT" => "VolumeMount",
        "IRP_MJ_VOLUME_DISMOUNT" => "VolumeDismount",
        "FASTIO_LOCK" => "LockFile",
        "FASTIO_UNLOCK_SINGLE" => "UnlockFileSingle",
        "FASTIO_UNLOCK_ALL" => "UnlockFileAll",
        "FASTIO_UNLOCK_ALL_BY_KEY" => "UnlockFileByKey",
        // Only the items tell locking from unlocking.
        "IRP_MJ_LOCK_CONTROL" if detail.starts_with("Exclusive: ") => "LockFile",
        "IRP_MJ_LOCK_CONTROL" if detail.starts_with("Offset: ") => "UnlockFileSingle",
        "IRP_MJ_LOCK_CONTROL" => "UnlockFileAll",
        _ => return UsualName::Same,
    })
}
