//! Which keys each operation writes into the Detail column, and in which order.
//!
//! The lists follow what Procmon 2.8 to 4.x was seen to write. Optional keys are
//! listed too: a key that is not there is passed over.

/// What is known of an operation's Detail text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// These keys, in this order, some of them optional.
    Keys(&'static [&'static str]),
    /// Search filter, information class and numbered entries of a directory.
    Directory,
    /// Nothing is known: take what looks like a key.
    Guess,
}

const BASIC: &[&str] =
    &["CreationTime", "LastAccessTime", "LastWriteTime", "ChangeTime", "FileAttributes"];
const NETWORK_OPEN: &[&str] = &[
    "CreationTime",
    "LastAccessTime",
    "LastWriteTime",
    "ChangeTime",
    "AllocationSize",
    "EndOfFile",
    "FileAttributes",
    "AllocationSize",
    "EndOfFile",
];
const ALL_INFORMATION: &[&str] = &[
    "CreationTime",
    "LastAccessTime",
    "LastWriteTime",
    "ChangeTime",
    "FileAttributes",
    "AllocationSize",
    "EndOfFile",
    "NumberOfLinks",
    "DeletePending",
    "Directory",
    "IndexNumber",
    "EaSize",
    "Access",
    "Position",
    "Mode",
    "AlignmentRequirement",
    "Name",
];
const CREATE_FILE: &[&str] = &[
    "Desired Access",
    "Disposition",
    "Options",
    "Attributes",
    "ShareMode",
    "AllocationSize",
    "Impersonating",
    "OpenResult",
];
const PROCESS_EXIT: &[&str] = &[
    "Exit Status",
    "User Time",
    "Kernel Time",
    "Private Bytes",
    "Peak Private Bytes",
    "Working Set",
    "Peak Working Set",
];
const NETWORK: &[&str] = &[
    "Length",
    "mss",
    "sackopt",
    "tsopt",
    "wsopt",
    "rcvwin",
    "rcvwinscale",
    "sndwinscale",
    "startime",
    "endtime",
    "seqnum",
    "connid",
];

/// The shape of an operation's Detail text.
pub(super) fn shape_of(operation: &str) -> Shape {
    if operation.starts_with("TCP ") || operation.starts_with("UDP ") {
        return Shape::Keys(NETWORK);
    }
    Shape::Keys(match operation {
        "CreateFile" | "CreatePipe" | "CreateMailSlot" => CREATE_FILE,
        "ReadFile" | "WriteFile" => &["Offset", "Length", "I/O Flags", "Priority"],
        "QueryBasicInformationFile" | "SetBasicInformationFile" => BASIC,
        "QueryNetworkOpenInformationFile" => NETWORK_OPEN,
        "QueryAllInformationFile" => ALL_INFORMATION,
        "QueryStandardInformationFile" => {
            &["AllocationSize", "EndOfFile", "NumberOfLinks", "DeletePending", "Directory"]
        }
        "QueryNameInformationFile" => &["Name"],
        "QueryAttributeTagFile" => &["Attributes", "ReparseTag"],
        "QuerySecurityFile" | "SetSecurityFile" => &["Information"],
        "NotifyChangeDirectory" => &["Filter"],
        "FileSystemControl" | "DeviceIoControl" => &["Control", "Offset", "Length"],
        "LockFile" => &["Exclusive", "Offset", "Length", "Fail Immediately"],
        "UnlockFileSingle" => &["Offset", "Length"],
        "CreateFileMapping" => &["SyncType", "PageProtection"],
        "SetRenameInformationFile" | "SetLinkInformationFile" => &["ReplaceIfExists", "FileName"],
        "SetRenameInformationEx" | "SetLinkInformationEx" => &["Flags", "FileName"],
        "SetDispositionInformationFile" => &["Delete"],
        "SetDispositionInformationEx" => &["Flags"],
        "SetEndOfFileInformationFile" => &["EndOfFile"],
        "SetAllocationInformationFile" | "SetAllInformationFile" => &["AllocationSize"],
        "QueryInformationVolume" => {
            &["VolumeCreationTime", "VolumeSerialNumber", "SupportsObjects", "VolumeLabel"]
        }
        "QueryAttributeInformationVolume" => {
            &["FileSystemAttributes", "MaximumComponentNameLength", "FileSystemName"]
        }
        "QuerySizeInformationVolume" => &[
            "TotalAllocationUnits",
            "AvailableAllocationUnits",
            "SectorsPerAllocationUnit",
            "BytesPerSector",
        ],
        "QueryObjectIdInformationVolume" => &["ObjectId"],
        "FASTIO_ACQUIRE_FOR_MOD_WRITE" => &["EndingOffset"],
        "FASTIO_MDL_READ_COMPLETE" => &["MDL"],
        "RegOpenKey" | "RegCreateKey" => &["Desired Access", "Granted Access", "Disposition"],
        "RegQueryValue" | "RegSetValue" => &["Type", "Length", "Data"],
        "RegEnumValue" => &["Index", "Name", "Type", "Length", "Data"],
        "RegEnumKey" => &["Index", "Name", "Length"],
        "RegQueryKey" => {
            &["Query", "HandleTags", "SubKeys", "Values", "Name", "UserFlags", "Length"]
        }
        "RegSetInfoKey" => &["KeySetInformationClass", "Length"],
        "RegLoadKey" => &["Hive Path"],
        "RegRenameKey" => &["New Name"],
        "Process Create" => &["PID", "Command line"],
        "Process Start" => &["Parent PID", "Command line", "Current directory", "Environment"],
        "Process Exit" => PROCESS_EXIT,
        "Thread Create" => &["Thread ID"],
        "Thread Exit" => &["Thread ID", "User Time", "Kernel Time"],
        "Load Image" => &["Image Base", "Image Size"],
        "QueryDirectory" => return Shape::Directory,
        _ => return Shape::Guess,
    })
}
