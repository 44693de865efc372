//! Keys of another Windows, and copies: they are shown and never judged.

use super::EVERYONE;
use super::log::*;
use crate::key_file::KeyRoot;
use crate::report::{GuidRelation, VerdictState};
use crate::{KeyFile, Severity};

/// Folders with the keys of another Windows.
const ELSEWHERE: [&str; 12] = [
    r"C:\Windows.old\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
    r"C:\Windows.old.000\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-7-8-9-1001",
    r"C:\Windows.old\WINDOWS\ServiceProfiles\LocalService\AppData\Roaming\Microsoft\Crypto\Keys",
    r"C:\Windows.old\WINDOWS\System32\config\systemprofile\AppData\Roaming\Microsoft\Crypto\Keys",
    r"C:\ProgramData\docker\windowsfilter\1f0c\Files\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
    r"C:\ProgramData\docker\windowsfilter\1f0c\Files\Users\ContainerUser\AppData\Roaming\Microsoft\Crypto\Keys",
    r"C:\Mount\ProgramData\Microsoft\Crypto\Keys",
    r"\Device\HarddiskVolumeShadowCopy4\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
    r"\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy4\Users\eva\AppData\Roaming\Microsoft\Crypto\Keys",
    r"\\files01\c$\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
    r"\\?\UNC\files01\profiles\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-7-8-9-1001",
    r"\Device\Mup\files01\backup\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
];

#[test]
fn other_windows_are_known_by_where_they_are() {
    for folder in ELSEWHERE {
        let file = KeyFile::from_path(&format!("{folder}\\{IIS}_{OTHER}")).expect(folder);
        assert_eq!(file.folder.root, KeyRoot::Other, "{folder}");
    }
    for folder in [
        FOLDER,
        r"\Device\HarddiskVolume3\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
        r"\\?\Volume{0f1e2d3c-0000-0000-0000-100000000000}\ProgramData\Microsoft\Crypto\Keys",
        r"D:\Profiles\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-7-8-9-1001",
        r"C:\Windows\ServiceProfiles\NetworkService\AppData\Roaming\Microsoft\Crypto\Keys",
        r"C:\WINNT\System32\config\systemprofile\AppData\Roaming\Microsoft\Crypto\Keys",
        r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\Keys",
    ] {
        let file = KeyFile::from_path(&format!("{folder}\\{IIS}_{OTHER}")).expect(folder);
        assert_ne!(file.folder.root, KeyRoot::Other, "{folder}");
    }
}

/// Everything that is a finding on a key of this Windows.
const TROUBLES: [fn(&mut Log, &str); 6] = [
    |log, path| _ = log.open(path).size(path, 2202).read(path, 2202).close(path).delete(path),
    |log, path| _ = log.refuse(path, "ACCESS DENIED"),
    |log, path| _ = log.refuse(path, "SHARING VIOLATION"),
    |log, path| {
        _ = log.refuse(path, "NAME NOT FOUND").refuse(path, "NAME NOT FOUND").exit_with("1")
    },
    |log, path| _ = log.refuse(path, "FILE CORRUPT"),
    |log, path| _ = log.refuse(path, "NAME NOT FOUND").create(path).write(path, 78),
];

#[test]
fn what_lies_elsewhere_is_shown_and_never_judged() {
    for folder in ELSEWHERE {
        for (number, trouble) in TROUBLES.iter().enumerate() {
            let mut log = Log::new();
            let path = format!("{folder}\\{IIS}_{OTHER}");
            trouble(log.by(TOOL).read_guid(), &path);
            let report = log.report(EVERYONE, &[]);
            let worst = report.findings.iter().map(|it| it.severity).max();
            assert!(
                worst.is_none_or(|it| it <= Severity::Info),
                "{folder} {number}: {:?}",
                signs(&report)
            );
            let file = report.key_files.iter().find(|it| it.stem == IIS).expect("it is shown");
            assert_eq!(file.relation, GuidRelation::Unknown);
            assert!(report.timeline.iter().any(|it| it.stem.as_deref() == Some(IIS)), "{folder}");
            assert_ne!(report.verdict.state, VerdictState::Suspect);
        }
    }
}

#[test]
fn a_copy_elsewhere_does_not_explain_what_is_lost_here() {
    let mut log = Log::new();
    log.by(TOOL).open(&format!("{}\\{IIS}_{OTHER}", ELSEWHERE[0]));
    log.by(IISADMIN).read_guid().make_anew(IIS, GUID, 78).exit();
    let report = log.report(EVERYONE, &[]);
    assert_eq!(signs(&report), [("MK-03", Severity::Error)]);
    assert!(!report.findings[0].remedy.contains(OTHER), "{}", report.findings[0].remedy);
}

#[test]
fn the_volume_of_windows_is_known_by_its_programs() {
    let denied = |drive: &str, windows: Option<&str>| {
        let mut log = Log::new();
        log.by(TOOL);
        if let Some(windows) = windows {
            log.row(
                "Load Image",
                &format!("{windows}\\Windows\\System32\\ntdll.dll"),
                "SUCCESS",
                "",
            );
        }
        let path = format!(
            "{drive}\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\{}_{GUID}",
            stem(1)
        );
        signs(&log.read_guid().refuse(&path, "ACCESS DENIED").report(EVERYONE, &[]))
    };
    let judged = [("MK-04", Severity::Warning)];
    assert_eq!(denied("C:", Some("C:")), judged);
    assert_eq!(denied("D:", Some("D:")), judged);
    assert_eq!(denied("D:", None), judged);
    let info_at_most = |found: Vec<(&str, Severity)>| found.iter().all(|it| it.1 == Severity::Info);
    assert!(info_at_most(denied("D:", Some("C:"))));
    assert!(info_at_most(denied("C:", Some("D:"))));
}
