//! What each kind of failure of a disk means, what to do about it, and a command that
//! only looks.

use crate::key_file::shell_folder;
use crate::outcome::FailureKind;

/// What to say of one kind of failure.
pub(super) struct Advice {
    pub(super) means: &'static str,
    pub(super) remedy: &'static str,
    /// Changes nothing, and can be pasted.
    pub(super) confirm: String,
}

/// What to say of a failure on a path.
pub(super) fn advice(kind: FailureKind, path: &str) -> Advice {
    let drive = drive_of(path);
    let (means, remedy) = words(kind);
    let confirm = match kind {
        FailureKind::DiskFull => format!("fsutil volume diskfree {drive}"),
        FailureKind::Quota => format!("fsutil quota query {drive}"),
        FailureKind::Damaged => format!("fsutil dirty query {drive}"),
        FailureKind::WriteProtected => format!("fsutil fsinfo volumeinfo {drive}"),
        FailureKind::Encrypted => match shell_file(path) {
            Some(file) => format!("cipher /c \"{file}\""),
            None => "fltmc volumes".into(),
        },
        FailureKind::Infected => "fltmc instances".into(),
        FailureKind::Device => "wevtutil qe System /c:20 /rd:true /f:text \
             /q:\"*[System[(EventID=7 or EventID=11 or EventID=51 or EventID=55 or EventID=153)]]\""
            .into(),
        FailureKind::Resources => "systeminfo".into(),
        _ => match shell_folder(path) {
            Some(folder) => format!("dir /a \"{folder}\""),
            None => "fltmc volumes".into(),
        },
    };
    Advice { means, remedy, confirm }
}

fn words(kind: FailureKind) -> (&'static str, &'static str) {
    match kind {
        FailureKind::DiskFull => (
            "Consistent with a volume that has no room left: a key that was being written is not whole.",
            "Then make room on the volume, check the size of the key file, and let the program try again.",
        ),
        FailureKind::Quota => (
            "Consistent with a disk quota that the account, or the owner of the files, has used up.",
            "Then raise the quota or move other files of this owner away, and let the program try again.",
        ),
        FailureKind::Damaged => (
            "Consistent with a damaged file or file system.",
            "Then make an image of the volume, copy the key files that can still be read, and only then let \
             chkdsk repair it: it may cut off or remove what it cannot repair. Restore the key from a backup.",
        ),
        FailureKind::Device => (
            "Consistent with a device, or a connection to it, that fails.",
            "Then look for errors of the disk in the System log and see to the device before anything is \
             written to it again.",
        ),
        FailureKind::DeletePending => (
            "The file is marked for deletion and goes away as soon as the last handle to it is closed.",
            "Then keep the program that deletes it from doing so again, by its settings, and restore the key \
             from a backup.",
        ),
        FailureKind::WriteProtected => (
            "Consistent with a volume, or a filter of a backup or a write filter, that takes no writes.",
            "Then take the write protection away where it was set, or exclude the key folders from the write \
             filter.",
        ),
        FailureKind::Infected => (
            "Consistent with an antivirus program that refuses the file or has removed it.",
            "Then look into the quarantine and the log of the antivirus program. A key file holds no program, so \
             a false alarm is likely; restore it from the quarantine, and exclude the key folders.",
        ),
        FailureKind::Encrypted => (
            "Consistent with a file that is encrypted (EFS, BitLocker) for somebody else.",
            "Then find out who encrypted the file; that account, or a recovery agent, can decrypt it. Key files \
             need no EFS: their secrets are protected already.",
        ),
        FailureKind::Resources => (
            "Consistent with a computer that has run short of memory.",
            "Then find out what uses it up, and let the program try again.",
        ),
        FailureKind::Undeletable => {
            ("The file may not be deleted.", "Then look at its attributes.")
        }
        FailureKind::Unknown | FailureKind::Other => (
            "What this result means for the key is not established.",
            "Then look the result up, and check whether the key file is there and whole.",
        ),
    }
}

/// The file as a shell takes it.
pub(super) fn shell_file(path: &str) -> Option<String> {
    let name = path.rsplit('\\').next()?;
    Some(format!("{}\\{name}", shell_folder(path)?))
}

/// The drive of a path, or that of Windows.
fn drive_of(path: &str) -> &str {
    match path.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => &path[..2],
        _ => "%SystemDrive%",
    }
}
