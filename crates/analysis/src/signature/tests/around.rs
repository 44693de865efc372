//! MK-07, MK-10, MK-11, MK-12: what happens around key files.

use super::log::*;
use super::{EVERYONE, IIS_ONLY, check};
use crate::Severity::{Error, Info, Warning};

const MASTER: &str =
    r"C:\Windows\System32\Microsoft\Protect\S-1-5-18\0a1b2c3d-1111-2222-3333-444455556666";
const MASTER_OF_USER: &str =
    r"C:\Windows\System32\Microsoft\Protect\S-1-5-18\User\0a1b2c3d-1111-2222-3333-444455556666";

#[test]
fn mk07_master_key_missing() {
    check(&[
        (
            "missing right after a key was read",
            |log| {
                log.read_guid().use_key(&key(IIS)).by(LSASS).refuse(MASTER, "NAME NOT FOUND");
            },
            IIS_ONLY,
            &[("MK-07", Warning)],
        ),
        (
            "the same with the IRP names of the advanced output",
            |log| {
                log.read_guid().use_key(&key(IIS)).by(LSASS);
                log.row("IRP_MJ_CREATE", MASTER, "NAME NOT FOUND", REFUSED);
            },
            IIS_ONLY,
            &[("MK-07", Warning)],
        ),
        (
            "and the process gives up",
            |log| {
                log.read_guid().use_key(&key(IIS)).by(LSASS).refuse(MASTER, "NAME NOT FOUND");
                log.by(IISADMIN).exit();
            },
            IIS_ONLY,
            &[("MK-07", Error)],
        ),
        (
            "found next door",
            |log| {
                log.read_guid()
                    .use_key(&key(IIS))
                    .by(LSASS)
                    .refuse(MASTER_OF_USER, "NAME NOT FOUND");
                log.open(MASTER);
            },
            IIS_ONLY,
            &[],
        ),
        (
            "missing before any key was read",
            |log| {
                log.by(LSASS).refuse(MASTER, "NAME NOT FOUND");
                log.by(IISADMIN).read_guid().use_key(&key(IIS));
            },
            IIS_ONLY,
            &[],
        ),
    ]);
}

#[test]
fn mk10_fallback_to_a_legacy_container() {
    check(&[
        (
            "found among the keys of CryptoAPI",
            |log| {
                let cng = "ddd8ed1e68c432b861ddea38c753526f";
                let path = format!(r"C:\ProgramData\Microsoft\Crypto\Keys\{cng}_{GUID}");
                log.read_guid().refuse(&path, "NAME NOT FOUND").use_key(&key(IIS));
            },
            IIS_ONLY,
            &[("MK-10", Info)],
        ),
        (
            "not found at all",
            |log| {
                let cng = "ddd8ed1e68c432b861ddea38c753526f";
                let path = format!(r"C:\ProgramData\Microsoft\Crypto\Keys\{cng}_{GUID}");
                log.read_guid().refuse(&path, "NAME NOT FOUND");
            },
            IIS_ONLY,
            &[("MK-21", Warning)],
        ),
    ]);
}

const PROFILE: &str = r"C:\Users\Shop\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-82-1-2-3-4-5";

#[test]
fn mk11_profile_not_loaded() {
    check(&[
        (
            "no profile",
            |log| {
                log.by(WORKER).refuse(PROFILE, "PATH NOT FOUND");
            },
            EVERYONE,
            &[("MK-11", Warning)],
        ),
        (
            "a key file in a folder that is not there",
            |log| {
                let file = format!("{PROFILE}\\{IIS}_{GUID}");
                log.by(WORKER).refuse(&file, "PATH NOT FOUND");
            },
            EVERYONE,
            &[("MK-11", Warning)],
        ),
        (
            "a worker process that nobody asked for",
            |log| {
                log.by(WORKER).refuse(PROFILE, "PATH NOT FOUND");
            },
            IIS_ONLY,
            &[],
        ),
        (
            "the first use of a profile makes the folder",
            |log| {
                log.by(WORKER).refuse(PROFILE, "PATH NOT FOUND").create(PROFILE);
            },
            EVERYONE,
            &[],
        ),
        (
            "another program",
            |log| {
                log.by(TOOL).refuse(PROFILE, "PATH NOT FOUND");
            },
            EVERYONE,
            &[],
        ),
    ]);
}

const PROFILES: &str =
    r"C:\WINDOWS\Profiles\All Users\Application Data\Microsoft\Crypto\RSA\MachineKeys";

#[test]
fn mk12_wrong_all_users() {
    check(&[
        (
            "made there, while it stands in the usual place",
            |log| {
                let path = format!("{PROFILES}\\{IIS}_{GUID}");
                log.read_guid().refuse(&path, "NAME NOT FOUND").create(&path);
                log.by(TOOL).list(&[format!("{IIS}_{GUID}")]);
            },
            IIS_ONLY,
            &[("MK-12", Error)],
        ),
        (
            "no witness of the usual place",
            |log| {
                log.read_guid().refuse(&format!("{PROFILES}\\{IIS}_{GUID}"), "NAME NOT FOUND");
            },
            IIS_ONLY,
            &[("MK-12", Warning)],
        ),
        (
            "it really is there",
            |log| {
                log.read_guid().use_key(&format!("{PROFILES}\\{IIS}_{GUID}"));
            },
            IIS_ONLY,
            &[],
        ),
    ]);
}
