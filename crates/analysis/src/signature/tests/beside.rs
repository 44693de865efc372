//! MK-07, MK-11, MK-23, MK-25 and MK-26: what stands beside the key files.

use super::log::*;
use super::{EVERYONE, IIS_ONLY, check};
use crate::Confidence::{High, Low, Medium};
use crate::Severity::{Error, Warning};
use crate::{Finding, Report};

const VALUE: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
const KEY: &str = r"HKLM\SOFTWARE\Microsoft\Cryptography";
const WOW: &str = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Cryptography\MachineGuid";
const USER: &str = r"C:\Users\eva\AppData\Roaming\Microsoft";
const SID: &str = "S-1-5-21-7-8-9-1001";
const MASTER: &str = "6e0d41b7-93ac-4c2f-8b15-d2f07a64c9e8";

fn only<'r>(report: &'r Report, id: &str) -> &'r Finding {
    let found: Vec<&Finding> = report.findings.iter().filter(|it| it.signature == id).collect();
    assert_eq!(found.len(), 1, "{:?}", signs(report));
    found[0]
}

fn query<'l>(log: &'l mut Log, result: &str, detail: &str) -> &'l mut Log {
    log.row("RegQueryValue", VALUE, result, detail)
}

#[test]
fn mk23_machine_guid_cannot_be_read() {
    check(&[
        (
            "the value is missing, and the service ends",
            |log| _ = query(log, "NAME NOT FOUND", "Length: 12").exit(),
            IIS_ONLY,
            &[("MK-23", Error)],
        ),
        (
            "missing, without Detail, and nothing follows",
            |log| _ = query(log.by(TOOL), "NAME NOT FOUND", ""),
            EVERYONE,
            &[("MK-23", Warning)],
        ),
        (
            "the key is denied",
            |log| {
                _ = log.by(WORKER).row("RegOpenKey", KEY, "ACCESS DENIED", "Desired Access: Read")
            },
            EVERYONE,
            &[("MK-23", Warning)],
        ),
        (
            "the key is not there",
            |log| {
                _ = log.by(WORKER).row("RegOpenKey", KEY, "NAME NOT FOUND", "Desired Access: Read")
            },
            EVERYONE,
            &[("MK-23", Warning)],
        ),
        (
            "the value is denied",
            |log| _ = query(log.by(WORKER), "ACCESS DENIED", ""),
            EVERYONE,
            &[("MK-23", Warning)],
        ),
        (
            "the hive is damaged",
            |log| _ = query(log.by(WORKER), "REGISTRY CORRUPT", ""),
            EVERYONE,
            &[("MK-23", Warning)],
        ),
        (
            "the 32-bit view has no such value",
            |log| {
                log.by(TOOL).row("RegQueryValue", WOW, "NAME NOT FOUND", "Length: 12");
            },
            EVERYONE,
            &[],
        ),
        (
            "more rights than reading are refused, and it is read",
            |log| {
                let all = "Desired Access: All Access";
                log.by(TOOL).row("RegOpenKey", KEY, "ACCESS DENIED", all).read_guid();
            },
            EVERYONE,
            &[],
        ),
        (
            "only more rights than reading are refused",
            |log| {
                log.by(TOOL).row("RegOpenKey", KEY, "ACCESS DENIED", "Desired Access: All Access");
            },
            EVERYONE,
            &[],
        ),
        (
            "denied at first, and read later",
            |log| _ = query(log.by(TOOL), "ACCESS DENIED", "").read_guid(),
            EVERYONE,
            &[],
        ),
        (
            "a buffer that is too small",
            |log| _ = query(log.by(TOOL), "BUFFER OVERFLOW", "Length: 12").read_guid(),
            EVERYONE,
            &[],
        ),
    ]);
}

#[test]
fn mk23_a_value_that_windows_would_not_write() {
    for (data, length, says) in [
        (format!("{{{GUID}}}"), 78, "with braces around it"),
        (GUID[..35].to_string(), 72, "35 characters"),
        ("not a guid".to_string(), 22, "10 characters"),
        (String::new(), 2, "the value is empty"),
    ] {
        let mut log = Log::new();
        let detail = format!("Type: REG_SZ, Length: {length}, Data: {data}");
        query(log.by(TOOL), "SUCCESS", &detail);
        let report = log.report(EVERYONE, &[]);
        assert_eq!(signs(&report), [("MK-23", Warning)], "{data}");
        let found = only(&report, "MK-23");
        assert_eq!(found.confidence, High);
        assert!(found.explanation.contains(says), "{}", found.explanation);
        assert!(found.remedy.contains("36 characters and no braces"), "{}", found.remedy);
    }
    for data in [GUID.to_string(), GUID.to_uppercase()] {
        let mut log = Log::new();
        query(log.by(TOOL), "SUCCESS", &format!("Type: REG_SZ, Length: 74, Data: {data}"));
        assert!(!signs(&log.report(EVERYONE, &[])).iter().any(|sign| sign.0 == "MK-23"));
    }
}

#[test]
fn mk23_names_who_deleted_the_value_and_who_still_reads_it() {
    let mut log = Log::new();
    log.by(TOOL).row("RegDeleteValue", VALUE, "SUCCESS", "");
    query(log.by(WORKER), "NAME NOT FOUND", "Length: 12");
    let report = log.report(&["w3wp.exe"], &[]);
    let found = only(&report, "MK-23");
    assert!(found.explanation.contains("tool.exe (PID 5000) deleted it (event 1)"));
    assert_eq!((found.confidence, &found.evidence[0].events[..]), (High, &[1, 2][..]));

    let mut log = Log::new();
    query(log.by(WORKER), "ACCESS DENIED", "").by(TOOL).read_guid();
    let report = log.report(EVERYONE, &[]);
    assert_eq!(only(&report, "MK-23").confidence, Medium);
}

#[test]
fn mk07_master_keys_of_anybody_missing_or_denied() {
    fn read_user_key(log: &mut Log) -> &mut Log {
        log.by(TOOL).use_key(&format!(r"{USER}\Crypto\RSA\{SID}\{}_{GUID}", stem(1)))
    }
    let protect = |log: &mut Log, result: &str, name: &str, detail: &str| {
        log.by(LSASS).row("CreateFile", &format!(r"{USER}\Protect\{SID}{name}"), result, detail);
    };
    let master = format!(r"\{MASTER}");
    type Row<'r> = (&'r str, &'r str, &'r str, bool, crate::Confidence, &'r str);
    let rows: [Row<'_>; 5] = [
        ("NAME NOT FOUND", &master, "", true, Medium, "did not find it"),
        ("PATH NOT FOUND", &master, "", true, Medium, "did not find it"),
        ("NAME NOT FOUND", &master, "", false, Low, "did not find it"),
        ("ACCESS DENIED", &master, "", true, Medium, "was denied access to the master key"),
        (
            "ACCESS DENIED",
            "",
            r"Desired Access: Read Data/List Directory, Disposition: Open, Impersonating: WEB01\eva",
            false,
            Medium,
            r"acting for WEB01\eva, was denied access to C:\Users\eva",
        ),
    ];
    for (result, name, detail, reads, confidence, says) in rows {
        let mut log = Log::new();
        if reads {
            read_user_key(&mut log);
        }
        protect(&mut log, result, name, detail);
        let report = log.report(EVERYONE, &[]);
        let found = only(&report, "MK-07");
        assert_eq!((found.severity, found.confidence), (Warning, confidence), "{result} {name}");
        assert!(found.explanation.contains(says), "{}", found.explanation);
        assert!(found.explanation.contains(SID), "{}", found.explanation);
        assert!(found.confirm.as_ref().is_some_and(|it| it.contains("Protect")), "{found:?}");
    }
}

#[test]
fn mk07_innocent_searches() {
    check(&[
        (
            "found in the folder next door",
            |log| {
                let folder = r"C:\Windows\System32\Microsoft\Protect\S-1-5-18";
                log.by(LSASS).refuse(&format!(r"{folder}\User\{MASTER}"), "NAME NOT FOUND");
                log.open(&format!(r"{folder}\{MASTER}"));
            },
            EVERYONE,
            &[],
        ),
        (
            "which master key is the present one is not decided yet",
            |log| {
                _ = log
                    .by(LSASS)
                    .refuse(&format!(r"{USER}\Protect\{SID}\Preferred"), "NAME NOT FOUND")
            },
            EVERYONE,
            &[],
        ),
        (
            "a backup goes through the folder",
            |log| {
                log.by(TOOL).refuse(&format!(r"{USER}\Protect\{SID}"), "ACCESS DENIED");
            },
            EVERYONE,
            &[],
        ),
        (
            "another account's, while another program is asked about",
            |log| {
                log.by(LSASS).refuse(&format!(r"{USER}\Protect\{SID}\{MASTER}"), "NAME NOT FOUND");
            },
            IIS_ONLY,
            &[],
        ),
    ]);
}

#[test]
fn mk11_services_pools_and_containers() {
    const SYSTEM: &str =
        r"C:\Windows\System32\config\systemprofile\AppData\Roaming\Microsoft\Crypto\RSA";
    fn sought(log: &mut Log, by: (&'static str, u32, &'static str), folder: &str) {
        log.by(by).read_guid().refuse(&format!("{folder}\\{}_{GUID}", stem(1)), "PATH NOT FOUND");
    }
    check(&[
        (
            "a service",
            |log| {
                let folder = format!(r"{SYSTEM}\S-1-5-80-1-2-3-4-5");
                sought(log, ("Acme.Relay.exe", 31, "NT SERVICE\\AcmeRelay"), &folder);
            },
            EVERYONE,
            &[("MK-11", Warning)],
        ),
        (
            "a managed account",
            |log| {
                sought(
                    log,
                    ("sync.exe", 31, "CONTOSO\\gmsaSync$"),
                    &format!(r"{USER}\Crypto\RSA\{SID}"),
                )
            },
            EVERYONE,
            &[("MK-11", Warning)],
        ),
        (
            "a container",
            |log| {
                let folder =
                    r"C:\Users\ContainerUser\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-93-2-2";
                sought(log, ("dotnet.exe", 31, "User Manager\\ContainerUser"), folder);
            },
            EVERYONE,
            &[("MK-11", Warning)],
        ),
        (
            "a user's program that cannot make its key either",
            |log| {
                let folder = format!(r"{USER}\Crypto\RSA\{SID}");
                sought(log, TOOL, &folder);
                log.row(
                    "CreateFile",
                    &format!("{folder}\\{}_{GUID}", stem(1)),
                    "PATH NOT FOUND",
                    CREATE,
                );
            },
            EVERYONE,
            &[("MK-11", Warning)],
        ),
        (
            "LocalSystem, whose keys stand elsewhere, looks into its profile",
            |log| {
                let folder = r"C:\Windows\System32\config\systemprofile\AppData\Roaming\Microsoft\Crypto\Keys";
                log.by(LSASS).refuse(folder, "NAME NOT FOUND");
            },
            EVERYONE,
            &[],
        ),
        (
            "the first key of a user",
            |log| {
                let folder = format!(r"{USER}\Crypto\RSA\{SID}");
                sought(log, TOOL, &folder);
                log.create(&folder).create(&format!("{folder}\\{}_{GUID}", stem(1)));
            },
            EVERYONE,
            &[],
        ),
    ]);
}

const PCP: &str =
    r"C:\ProgramData\Microsoft\Crypto\PCPKSP\0f1e2d3c4b5a69788796a5b4c3d2e1f0\11223344.PCPKEY";
const NGC: &str = r"C:\Windows\ServiceProfiles\LocalService\AppData\Local\Microsoft\Ngc";

#[test]
fn mk25_keys_of_the_tpm_and_of_windows_hello() {
    check(&[
        (
            "a key of the TPM is gone",
            |log| _ = log.by(LSASS).refuse(PCP, "NAME NOT FOUND").refuse(PCP, "NAME NOT FOUND"),
            EVERYONE,
            &[("MK-25", Warning)],
        ),
        (
            "the folder of another TPM",
            |log| _ = log.by(LSASS).refuse(PCP, "PATH NOT FOUND"),
            EVERYONE,
            &[("MK-25", Warning)],
        ),
        (
            "a key of the TPM is denied",
            |log| _ = log.by(WORKER).refuse(PCP, "ACCESS DENIED"),
            EVERYONE,
            &[("MK-25", Warning)],
        ),
        (
            "a key of the TPM cannot be read",
            |log| _ = log.by(WORKER).refuse(PCP, "CRC ERROR"),
            EVERYONE,
            &[("MK-25", Warning)],
        ),
        (
            "the service of Windows Hello is denied its folder",
            |log| _ = log.by(SERVICE_HOST).refuse(NGC, "ACCESS DENIED"),
            EVERYONE,
            &[("MK-25", Warning)],
        ),
        (
            "the container of Windows Hello is gone",
            |log| _ = log.by(SERVICE_HOST).refuse(&format!(r"{NGC}\{{1}}\1.dat"), "PATH NOT FOUND"),
            EVERYONE,
            &[("MK-25", Warning)],
        ),
        (
            "a key of the TPM is looked for and made",
            |log| _ = log.by(LSASS).refuse(PCP, "NAME NOT FOUND").create(PCP),
            EVERYONE,
            &[],
        ),
        (
            "a key of the TPM is used",
            |log| _ = log.by(LSASS).open(PCP).read(PCP, 900).close(PCP),
            EVERYONE,
            &[],
        ),
        (
            "a tool is denied the folder of Windows Hello, by design",
            |log| _ = log.by(TOOL).refuse(NGC, "ACCESS DENIED"),
            EVERYONE,
            &[],
        ),
        (
            "a file of a container that need not be there",
            |log| {
                log.by(SERVICE_HOST)
                    .open(NGC)
                    .refuse(&format!(r"{NGC}\{{1}}\9.dat"), "NAME NOT FOUND");
            },
            EVERYONE,
            &[],
        ),
        (
            "a library with such a name",
            |log| {
                _ = log.by(WORKER).refuse(r"C:\Windows\System32\ngcrecovery.dll", "ACCESS DENIED")
            },
            EVERYONE,
            &[],
        ),
    ]);
}

#[test]
fn mk25_names_who_emptied_the_folder() {
    let mut log = Log::new();
    log.by(TOOL)
        .delete(NGC)
        .by(SERVICE_HOST)
        .refuse(&format!(r"{NGC}\{{1}}\1.dat"), "PATH NOT FOUND");
    let report = log.report(&["svchost.exe"], &[]);
    let found = only(&report, "MK-25");
    assert!(found.explanation.contains("tool.exe (PID 5000) deleted or renamed it (event 1)"));
    assert_eq!(found.confidence, Medium);
}

const CNG_PROVIDERS: &str = r"HKLM\System\CurrentControlSet\Control\Cryptography\Providers";

#[test]
fn mk26_a_provider_of_cng_is_not_registered() {
    fn open(log: &mut Log, name: &str, result: &str) {
        log.row("RegOpenKey", &format!(r"{CNG_PROVIDERS}\{name}"), result, "Desired Access: Read");
    }
    check(&[
        (
            "a module's provider, and the program fails",
            |log| {
                open(log.by(TOOL), "Acme Key Storage Provider", "NAME NOT FOUND");
                log.exit_with("-2146893799");
            },
            EVERYONE,
            &[("MK-26", Error)],
        ),
        (
            "Microsoft's own, twice",
            |log| {
                for _ in 0..2 {
                    open(
                        log.by(WORKER),
                        "Microsoft Software Key Storage Provider",
                        "NAME NOT FOUND",
                    );
                }
            },
            EVERYONE,
            &[("MK-26", Warning)],
        ),
        (
            "found, by the link and then by itself",
            |log| {
                open(log.by(WORKER), "Acme Key Storage Provider", "REPARSE");
                open(log, "Acme Key Storage Provider", "SUCCESS");
                open(log, r"Acme Key Storage Provider\KM", "NAME NOT FOUND");
            },
            EVERYONE,
            &[],
        ),
        (
            "another one serves",
            |log| {
                open(log.by(WORKER), "Acme Key Storage Provider", "NAME NOT FOUND");
                log.use_key(&key(&stem(1)));
            },
            EVERYONE,
            &[],
        ),
        (
            "the program goes on and ends well",
            |log| {
                open(log.by(TOOL), "Acme Key Storage Provider", "NAME NOT FOUND");
                log.exit();
            },
            EVERYONE,
            &[],
        ),
    ]);
}
