//! Operations that are in no sample, each in a row of an export made by hand.

use procmonkey_parser::Column;

use crate::common::{convert, differences, utc, with_capture};

/// Operation, class, path, result and Detail.
#[rustfmt::skip]
const ROWS: [[&str; 5]; 44] = [
    ["SetRenameInformationFile", "File System", r"C:\a.txt", "SUCCESS", r"ReplaceIfExists: True, FileName: C:\b.txt"],
    ["SetRenameInformationEx", "File System", r"C:\a.txt", "SUCCESS", r"Flags: FILE_RENAME_REPLACE_IF_EXISTS, FILE_RENAME_POSIX_SEMANTICS, FileName: C:\Ünder.txt"],
    ["SetLinkInformationFile", "File System", r"C:\a.txt", "ACCESS DENIED", r"ReplaceIfExists: False, FileName: C:\c.txt"],
    ["SetDispositionInformationFile", "File System", r"C:\a.txt", "SUCCESS", "Delete: True"],
    ["SetDispositionInformationEx", "File System", r"C:\a.txt", "SUCCESS", "Flags: FILE_DISPOSITION_DELETE, FILE_DISPOSITION_POSIX_SEMANTICS, 0x100"],
    ["SetBasicInformationFile", "File System", r"C:\a.txt", "SUCCESS", "CreationTime: -1, LastAccessTime: 1/1/1601 12:00:00 AM, LastWriteTime: 7/31/2020 7:19:37 AM, ChangeTime: 12/31/2020 11:59:59 PM, FileAttributes: RHSA"],
    ["SetAllocationInformationFile", "File System", r"C:\a.txt", "SUCCESS", "AllocationSize: 4,096"],
    ["SetValidDataLengthInformationFile", "File System", r"C:\a.txt", "SUCCESS", "ValidDataLength: 17"],
    ["SetPositionInformationFile", "File System", r"C:\a.txt", "SUCCESS", "Position: 18"],
    ["QueryAllInformationFile", "File System", r"C:\a.txt", "BUFFER OVERFLOW", "CreationTime: 7/31/2020 7:19:37 AM, LastAccessTime: 7/31/2020 7:19:38 AM, LastWriteTime: 7/31/2020 7:19:39 AM, ChangeTime: 7/31/2020 7:19:40 AM, FileAttributes: A, AllocationSize: 8,192, EndOfFile: 5,001, NumberOfLinks: 2, DeletePending: False, Directory: True, IndexNumber: 0x10000000001f4, EaSize: 7, Access: Generic Read, Position: 3, Mode: Synchronous IO Non-Alert, AlignmentRequirement: Long"],
    ["QueryNetworkOpenInformationFile", "File System", r"C:\a.txt", "SUCCESS", "CreationTime: 7/31/2020 7:19:37 AM, LastAccessTime: 7/31/2020 7:19:38 AM, LastWriteTime: 7/31/2020 7:19:39 AM, ChangeTime: 7/31/2020 7:19:40 AM, AllocationSize: 1/1/1601 12:00:00 AM, EndOfFile: 1/1/1601 12:00:07 AM, FileAttributes: D"],
    ["QueryOpen", "File System", r"C:\a.txt", "SUCCESS", "CreationTime: 7/31/2020 7:19:37 AM, LastAccessTime: 7/31/2020 7:19:38 AM, LastWriteTime: 7/31/2020 7:19:39 AM, ChangeTime: 7/31/2020 7:19:40 AM, AllocationSize: 4,096, EndOfFile: 61, FileAttributes: A"],
    ["QueryFileInternalInformationFile", "File System", r"C:\a.txt", "SUCCESS", "IndexNumber: 0x1f4"],
    ["QueryNameInformationFile", "File System", r"C:\a.txt", "SUCCESS", r"Name: \a.txt"],
    ["QueryAttributeTagFile", "File System", r"C:\a.txt", "SUCCESS", "Attributes: DRP, ReparseTag: 0xa0000003"],
    ["QueryPositionInformationFile", "File System", r"C:\a.txt", "SUCCESS", "Position: 9,999,999,999"],
    ["QueryInformationVolume", "File System", r"C:\", "SUCCESS", "VolumeCreationTime: 3/18/2019 9:02:11 PM, VolumeSerialNumber: 7C3B-19AF, SupportsObjects: True, VolumeLabel: Größe"],
    ["QuerySizeInformationVolume", "File System", r"C:\", "SUCCESS", "TotalAllocationUnits: 15,563,007, AvailableAllocationUnits: 9,000,000, SectorsPerAllocationUnit: 8, BytesPerSector: 512"],
    ["QueryFullSizeInformationVolume", "File System", r"C:\", "SUCCESS", "TotalAllocationUnits: 1, CallerAvailableAllocationUnits: 2, ActualAvailableAllocationUnits: 3, SectorsPerAllocationUnit: 8, BytesPerSector: 512"],
    ["QueryAttributeInformationVolume", "File System", r"C:\", "SUCCESS", "FileSystemAttributes: Case Preserved, Unicode, ACLs, 0xc00000, MaximumComponentNameLength: 255, FileSystemName: NTFS"],
    ["QueryObjectIdInformationVolume", "File System", r"C:\", "SUCCESS", "ObjectId: 000102030405060708090A0B0C0D0EFF"],
    ["LockFile", "File System", r"C:\a.db", "SUCCESS", "Exclusive: True, Offset: 124, Length: 1, Fail Immediately: True"],
    ["UnlockFileSingle", "File System", r"C:\a.db", "SUCCESS", "Offset: 124, Length: 4,294,967,295"],
    ["UnlockFileAll", "File System", r"C:\a.db", "SUCCESS", ""],
    ["DeviceIoControl", "File System", r"\Device\x", "SUCCESS", "Control: 0x123456 (Device:0x12 Function:3349 Method: 2)"],
    ["FileSystemControl", "File System", r"C:\a", "PENDING?", "Control: FSCTL_GET_REPARSE_POINT"],
    ["FASTIO_ACQUIRE_FOR_MOD_WRITE", "File System", r"C:\a", "SUCCESS", "EndingOffset: 4,096"],
    ["FASTIO_MDL_READ_COMPLETE", "File System", r"C:\a", "SUCCESS", "MDL: 0xffffe00012345678"],
    ["SetSecurityFile", "File System", r"C:\a", "SUCCESS", "Information: Owner, DACL, DACL Protected, 0x100"],
    ["ReadFile", "File System", r"C:\a", "END OF FILE", "Offset: 5,000, Length: 4,096, I/O Flags: Non-cached, Paging I/O, Synchronous Paging I/O, Priority: Very Low"],
    ["CreateFile", "File System", r"C:\a", "SUCCESS", r"Desired Access: None 0x0, Disposition: OverwriteIf, Options: Open For Free Space Query, Disallow Exclusive, Attributes: RHSNCI, ShareMode: None, AllocationSize: 12, Impersonating: S-1-5-21-1-2-3-1001, OpenResult: Overwritten"],
    ["RegLoadKey", "Registry", r"HKU\S-1-5", "SUCCESS", r"Hive Path: C:\Users\x\NTUSER.DAT"],
    ["RegRenameKey", "Registry", r"HKCU\a", "SUCCESS", "New Name: b"],
    ["RegSetValue", "Registry", r"HKCU\a\b", "SUCCESS", "Type: REG_QWORD, Length: 8, Data: "],
    ["RegEnumValue", "Registry", r"HKCU\a", "SUCCESS", "Index: 1,001, Name: n, Type: REG_DWORD, Length: 4, Data: 4294967295"],
    ["RegQueryKey", "Registry", r"HKCU\a", "SUCCESS", "Query: Node, Name: a"],
    ["RegQueryKey", "Registry", r"HKCU\a", "BUFFER TOO SMALL", "Query: <Unknown: 99>, Length: 12"],
    ["RegOpenKey", "Registry", r"HKCU\a", "SUCCESS", "Desired Access: Maximum Allowed, Granted Access: All Access"],
    ["Process Exit", "Process", "", "SUCCESS", "Exit Status: -1073741510, User Time: 0.0156250 seconds, Kernel Time: 12.0312500 seconds, Private Bytes: 1,002,003, Peak Private Bytes: 2, Working Set: 3, Peak Working Set: 4"],
    ["Thread Exit", "Process", "", "SUCCESS", "Thread ID: 77, User Time: 0.0000001, Kernel Time: 1.0000000"],
    ["Process Profiling", "Profiling", "", "SUCCESS", "User Time: 1.0000000 seconds, Kernel Time: 2.0000000 seconds, Private Bytes: 30,000, Working Set: 4"],
    ["Thread Profiling", "Profiling", "", "SUCCESS", "User Time: 1.0000000 seconds, Kernel Time: 2.0000000 seconds, Context Switches: 7"],
    ["TCP Connect", "Network", "web01:49999 -> example.org:odd-name", "SUCCESS", "Length: 0, mss: 1460, sackopt: 0, seqnum: 0, connid: 0"],
    ["UDP Send", "Network", "fe80::1:5353 -> ff02::fb:5353", "SUCCESS", "Length: 45, seqnum: 0, connid: 0"],
];

fn export(rows: &[[&str; 5]], architecture: &str) -> String {
    let mut csv = String::from(
        "\"Date & Time\",\"Time of Day\",\"Process Name\",\"PID\",\"TID\",\"Operation\",\
         \"Event Class\",\"Path\",\"Result\",\"Detail\",\"Architecture\"\r\n",
    );
    for [operation, class, path, result, detail] in rows {
        let fields = [
            "12/31/2020 1:00:00 AM",
            "1:00:00.0000001 AM",
            "x.exe",
            "7",
            "77",
            operation,
            class,
            path,
            result,
            detail,
            architecture,
        ];
        csv.push_str(&fields.map(|field| format!("\"{field}\"")).join(","));
        csv.push_str("\r\n");
    }
    csv
}

#[test]
fn every_operation_is_written_and_read_on_both_widths() {
    for architecture in ["64-bit", "32-bit"] {
        let rows = ROWS.map(|[operation, class, path, result, detail]| {
            let result = if result == "PENDING?" { "" } else { result };
            // On 32-bit Windows a pointer has half the digits, and Procmon shows the
            // other half of the size.
            let detail = match architecture {
                "32-bit" => detail.replace("0xffffe00012345678", "0x12345678"),
                _ => detail.to_string(),
            };
            (operation, class, path, result, detail)
        });
        let rows: Vec<[&str; 5]> =
            rows.iter().map(|r| [r.0, r.1, r.2, r.3, r.4.as_str()]).collect();
        let csv = export(&rows, architecture);
        let (pml, losses) = convert(csv.as_bytes(), &utc());
        assert!(losses.is_empty(), "{losses:?}");
        let columns = [
            Column::Operation,
            Column::EventClass,
            Column::Path,
            Column::Result,
            Column::Detail,
            Column::Tid,
            Column::Architecture,
            Column::TimeOfDay,
            Column::DateAndTime,
        ];
        let found = differences(csv.as_bytes(), |_| true, &pml, &columns);
        assert!(found.is_empty(), "{architecture}: {found:#?}");
    }
}

#[test]
fn what_cannot_be_encoded_is_a_loss_with_its_place() {
    let rows = [
        ["NoSuchOperation", "Registry", r"HKCU\a", "SUCCESS", "A: b"],
        ["CreateFile", "File System", r"C:\a", "NO SUCH RESULT", ""],
        ["RegQueryValue", "Registry", r"HKCU\a", "SUCCESS", "garbled"],
        ["CloseFile", "File System", r"C:\a", "SUCCESS", ""],
    ];
    let csv = export(&rows, "64-bit");
    let (pml, losses) = convert(csv.as_bytes(), &utc());
    // The second one has an unknown result, and a Detail that cannot be empty.
    let records: Vec<_> = losses.iter().map(|loss| loss.position.record.unwrap()).collect();
    assert_eq!(records, [1, 2, 2, 3], "{losses:?}");
    let found = differences(csv.as_bytes(), |_| true, &pml, &[Column::Path, Column::EventClass]);
    assert!(found.is_empty(), "what is known is kept: {found:?}");
}

#[test]
fn events_whose_operations_have_no_code_read_back_although_no_others_are_there() {
    let rows = [
        ["Teleport", "Process", "", "SUCCESS", ""],
        ["Teleport", "Profiling", "", "SUCCESS", ""],
        ["Teleport", "Network", "a:1 -> b:2", "SUCCESS", ""],
        ["Teleport", "Registry", r"HKCU\a", "SUCCESS", ""],
        ["Teleport", "File System", r"C:\a", "SUCCESS", ""],
    ];
    let (bytes, losses) = convert(export(&rows, "64-bit").as_bytes(), &utc());
    assert_eq!(losses.count(), rows.len() as u64);
    with_capture(&bytes, |capture| {
        let mut classes = Vec::new();
        for event in capture.events() {
            let event = event.unwrap();
            assert_eq!(event.operation().as_deref(), Some("<Unknown>"));
            classes.push(event.get(Column::EventClass).unwrap().into_owned());
        }
        assert_eq!(classes, rows.map(|row| row[1].to_string()));
        assert_eq!(capture.losses().count(), 0);
    });
}
