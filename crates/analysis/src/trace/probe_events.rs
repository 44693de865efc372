//! What keys need beside their files: DPAPI's master keys and the registry
//! keys of crypto providers.

use procmonkey_parser::NtStatus;

use super::access_log::AccessLog;
use super::key_event::KeyEvent;
use super::{Trace, ends_with_ignore_case};
use crate::report::MasterKeyAccess;

/// The most master keys and searches of a kind that are kept.
const MOST: usize = 256;

impl Trace<'_> {
    /// Takes in an event on a master key of the computer.
    pub(super) fn note_master_key(&mut self, event: &KeyEvent<'_>) {
        let path = event.path;
        let lsass = event.event.process_name().is_some_and(|n| n.eq_ignore_ascii_case("lsass.exe"));
        let name = path.rsplit('\\').next().unwrap_or(path);
        if !lsass || event.operation() != "CreateFile" || !is_guid(name) {
            return;
        }
        let number = event.number();
        let log = &mut self.access_log;
        let keys = &mut log.accesses.master_keys;
        let index = match keys.iter().position(|key| key.name.eq_ignore_ascii_case(name)) {
            Some(index) => index,
            None if keys.len() >= MOST => {
                log.accesses.left_out += 1;
                return;
            }
            None => {
                keys.push(MasterKeyAccess {
                    by: AccessLog::actor(event),
                    path: path.to_string(),
                    name: name.to_string(),
                    missing: None,
                    found: None,
                    after_read: None,
                    seconds_after_read: None,
                });
                log.master_key_times.push(None);
                keys.len() - 1
            }
        };
        let key = &mut keys[index];
        if event.succeeded() {
            key.found.get_or_insert(number);
        } else if event.is_not_found() && key.missing.is_none() {
            key.missing = Some(number);
            if let Some((read, time)) = log.last_read {
                key.after_read = Some(read);
                log.master_key_times[index] = Some((time, *event.event.time()));
            }
        }
    }

    /// Takes in an event on the registry keys of crypto providers.
    pub(super) fn note_provider(&mut self, event: &KeyEvent<'_>, instance: usize) {
        if !matches!(event.operation(), "RegOpenKey" | "RegQueryValue") {
            return;
        }
        let (number, path) = (event.number(), event.path);
        let entry = self.access_log.provider_entry(event, instance);
        match event.status {
            // Only the path to the DLL says that a provider can be loaded.
            Some(NtStatus::SUCCESS | NtStatus::BUFFER_OVERFLOW)
                if ends_with_ignore_case(path, "\\Image Path") =>
            {
                let provider = provider_name(path).to_lowercase();
                if entry.found.len() < MOST && !entry.found.contains(&provider) {
                    entry.found.push(provider);
                }
            }
            Some(NtStatus::NAME_NOT_FOUND | NtStatus::PATH_NOT_FOUND)
                if entry.missing.len() < MOST =>
            {
                entry.missing.push((number, path.to_string()));
            }
            _ => {}
        }
    }

    /// Takes in an event on the provider's DLL.
    pub(super) fn note_provider_dll(&mut self, event: &KeyEvent<'_>, instance: usize) {
        if !matches!(event.operation(), "CreateFile" | "QueryOpen" | "Load Image") {
            return;
        }
        let (number, path) = (event.number(), event.path);
        let entry = self.access_log.provider_entry(event, instance);
        if event.succeeded() {
            entry.dll_found.get_or_insert(number);
        } else if event.is_not_found() && entry.dll_missing.len() < MOST {
            entry.dll_missing.push((number, path.to_string()));
        }
    }
}

/// The provider's name in a path such as `…\Defaults\Provider\<name>\Image Path`.
pub(crate) fn provider_name(path: &str) -> &str {
    const MARK: &str = "\\defaults\\provider\\";
    let lower = path.to_ascii_lowercase();
    let Some(at) = lower.find(MARK) else { return "" };
    let rest = &path[at + MARK.len()..];
    rest.split('\\').next().unwrap_or(rest)
}

/// Whether a text is a GUID without braces.
fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
