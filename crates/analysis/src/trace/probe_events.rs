//! What bears on keys beside their files: DPAPI's master keys and the registry
//! keys of crypto providers.

use procmonkey_parser::{Event, NtStatus};

use super::access_log::AccessLog;
use super::{Trace, ends_with_ignore_case};
use crate::report::MasterKeyAccess;

/// The most master keys and searches of a kind that are kept.
const MOST: usize = 256;

impl Trace<'_> {
    /// Takes in an event on a master key of the computer.
    pub(super) fn note_master_key(
        &mut self,
        event: &Event,
        instance: Option<usize>,
        operation: &str,
        path: &str,
    ) {
        let lsass = event.process_name().is_some_and(|n| n.eq_ignore_ascii_case("lsass.exe"));
        let name = path.rsplit('\\').next().unwrap_or(path);
        if !lsass || operation != "CreateFile" || !is_guid(name) {
            return;
        }
        let result = event.result().unwrap_or_default();
        let number = event.number();
        let status = NtStatus::from_result(&result);
        let log = &mut self.accesses;
        let keys = &mut log.accesses.master_keys;
        let index = match keys.iter().position(|key| key.name.eq_ignore_ascii_case(name)) {
            Some(index) => index,
            None if keys.len() >= MOST => {
                log.accesses.left_out += 1;
                return;
            }
            None => {
                keys.push(MasterKeyAccess {
                    by: AccessLog::actor(event, instance),
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
        match status {
            Some(NtStatus::SUCCESS) => {
                key.found.get_or_insert(number);
            }
            Some(NtStatus::NAME_NOT_FOUND | NtStatus::PATH_NOT_FOUND) if key.missing.is_none() => {
                key.missing = Some(number);
                if let Some((read, time)) = log.last_read {
                    key.after_read = Some(read);
                    log.master_key_times[index] = Some((time, *event.time()));
                }
            }
            _ => {}
        }
    }

    /// Takes in an event on the registry keys of crypto providers.
    pub(super) fn note_provider(
        &mut self,
        event: &Event,
        instance: usize,
        operation: &str,
        path: &str,
    ) {
        if !matches!(operation, "RegOpenKey" | "RegQueryValue") {
            return;
        }
        let result = event.result().unwrap_or_default();
        let number = event.number();
        let entry = self.accesses.provider_entry(event, instance);
        match NtStatus::from_result(&result) {
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
    pub(super) fn note_provider_dll(
        &mut self,
        event: &Event,
        instance: usize,
        operation: &str,
        path: &str,
    ) {
        if !matches!(operation, "CreateFile" | "QueryOpen" | "Load Image") {
            return;
        }
        let result = event.result().unwrap_or_default();
        let number = event.number();
        let entry = self.accesses.provider_entry(event, instance);
        match NtStatus::from_result(&result) {
            Some(NtStatus::SUCCESS) => {
                entry.dll_found.get_or_insert(number);
            }
            Some(NtStatus::NAME_NOT_FOUND | NtStatus::PATH_NOT_FOUND)
                if entry.dll_missing.len() < MOST =>
            {
                entry.dll_missing.push((number, path.to_string()));
            }
            _ => {}
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
