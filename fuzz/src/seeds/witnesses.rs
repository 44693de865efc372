//! Event logs, hives and texts.

#[path = "../../../crates/witness/tests/made/mod.rs"]
mod made;

use made::{evtx, hive};

const GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
const PATH: [&str; 2] = ["Microsoft", "Cryptography"];

/// Texts of events, as they are exported, pasted and logged.
pub fn event_texts() -> Vec<Vec<u8>> {
    texts(&EVENT_TEXTS)
}

/// Listings of folders with key files.
pub fn listings() -> Vec<Vec<u8>> {
    texts(&LISTINGS)
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    let wide = |text: &str| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    texts.iter().flat_map(|text| [text.as_bytes().to_vec(), wide(text)]).collect()
}

/// Event logs, whole and damaged.
pub fn event_logs() -> Vec<Vec<u8>> {
    let one = |make: evtx::Make<'_>| evtx::file(evtx::closed(1, 1), &[evtx::chunk(1, 1, &[make])]);
    let log = evtx::log(&[3, 2]);
    let mut dirty = log.clone();
    evtx::put_u32(&mut dirty, 120, evtx::DIRTY);
    vec![
        log[..log.len() - 40_000].to_vec(),
        // Records enough to work on, in fewer bytes.
        log[..evtx::FILE_HEADER + 3000].to_vec(),
        log,
        dirty,
        one(&|at| evtx::nested(at, 20)),
        one(&evtx::self_template),
        one(&|at| evtx::nested_values(at, 400)),
        one(&|at| evtx::swollen(at, 20, 50)),
    ]
}

/// Hives with their logs, as the target takes them apart.
pub fn hives() -> Vec<Vec<u8>> {
    let joined = |file: &[u8], log: &[u8]| {
        let sectors = (file.len() / 512) as u16;
        [&sectors.to_le_bytes(), file, log].concat()
    };
    let closed = hive::hive(&PATH, "MachineGuid", GUID);
    let mut dirty = closed.clone();
    hive::seal(&mut dirty, 6, 5);
    let newer = hive::hive(&PATH, "MachineGuid", &GUID.replace('4', "5"));
    vec![
        joined(&closed, &[]),
        joined(&dirty, &hive::new_log(&newer, 5)),
        joined(&dirty, &hive::old_log(&newer, 5)),
        joined(&hive::hive_among(&PATH, "MachineGuid", GUID, 5), &[]),
        joined(&hive::wide(3, 20, "x"), &[]),
        joined(&hive::list_of_itself(), &[]),
        joined(&hive::child_of_itself(), &[]),
    ]
}

const EVENT_TEXTS: [&str; 5] = [
    "Log Name:      System\nSource:        Service Control Manager\nDate:          3/5/2026 6:59:14 PM\n\
     Event ID:      7024\nComputer:      WEB01\nDescription:\nThe IIS Admin Service service terminated \
     with service-specific error 2148073478 (0x80090006).\nEvent Xml:\n<Event><System>\
     <Provider Name=\"Service Control Manager\"/><EventID>7024</EventID></System><EventData>\
     <Data Name=\"param1\">IIS Admin Service</Data><Data Name=\"param2\">%%2148073478</Data></EventData></Event>\n",
    "<Events><Event><System><Provider Name='Schannel'/><EventID>36870</EventID>\
     <TimeCreated SystemTime='2026-03-05T17:59:13.0386154Z'/></System><UserData><EventXML>\
     <Type>server</Type><ErrorCode>0x8009030D</ErrorCode></EventXML></UserData></Event></Events>",
    "The A service depends on the B service which failed to start because of the following error:\n\
     The service did not respond.\nThe B service entered the stopped state.\nWindows could not start \
     the C on Local Computer. service-specific error code -2146893818.\n",
    "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography]\r\n\
     \"MachineGuid\"=\"4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\"\r\n",
    "00000001\t0.00000000\t[1508] starting\r\n00000002\t6:59:11 PM\t[1508] going on\r\n[7] text\r\n",
];

const LISTINGS: [&str; 3] = [
    " Directory of C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\r\n\r\n03/05/2026  06:59 PM    \
     2,202 c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\r\n     1 File(s)  2,202 bytes\r\n",
    "\n    Directory: C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\n\nName           : \
     c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\nLength         : 78\n\
     CreationTime   : 3/5/2026 6:59:13 PM\nOwner          : NT AUTHORITY\\SYSTEM\n\n",
    "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1 \
     BUILTIN\\Administrators:(R)\n                 NT AUTHORITY\\SYSTEM:(F)\n\n\
     C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys Everyone:(R,W)\n          BUILTIN\\Administrators:(F)\n",
];
