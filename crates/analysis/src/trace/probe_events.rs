//! What keys need beside their files: DPAPI's master keys and the registry
//! keys of crypto providers.

use procmonkey_parser::NtStatus;

use super::access_log::AccessLog;
use super::key_event::KeyEvent;
use super::{Trace, ends_with_ignore_case};
use crate::key_file::is_elsewhere;
use crate::outcome::Outcome;
use crate::report::MasterKeyAccess;

/// The most master keys and searches of a kind that are kept.
const MOST: usize = 256;

impl Trace {
    /// Takes in an event on a master key of the computer or of a user, or on the folder
    /// of their master keys.
    pub(super) fn note_master_key(&mut self, event: &KeyEvent<'_>) {
        if !matches!(event.operation(), "CreateFile" | "QueryOpen" | "QueryDirectory") {
            return;
        }
        if is_elsewhere(event.path) {
            return;
        }
        let plain = event.path.trim_end_matches('*').trim_end_matches('\\');
        let last = plain.rsplit('\\').next().unwrap_or(plain);
        let name = if is_guid(last) { last } else { "" };
        let owner = owner_of(plain);
        // Other files of the folder, such as Preferred, are missing until they are made.
        let is_folder = last.eq_ignore_ascii_case(owner);
        let outcome = event.outcome;
        if name.is_empty() && !is_folder && outcome != Outcome::Denied {
            return;
        }
        let number = event.number();
        let by = AccessLog::actor(event);
        let log = &mut self.access_log;
        let keys = &mut log.accesses.master_keys;
        let same = |key: &MasterKeyAccess| {
            key.name.eq_ignore_ascii_case(name)
                && key.by.name == by.name
                && (!name.is_empty() || key.owner.eq_ignore_ascii_case(owner))
        };
        let index = match keys.iter().position(same) {
            Some(index) => index,
            None if keys.len() >= MOST => {
                log.accesses.left_out += 1;
                return;
            }
            None => {
                keys.push(MasterKeyAccess {
                    by,
                    path: plain.to_string(),
                    name: name.to_string(),
                    owner: owner.to_string(),
                    impersonating: None,
                    denied: None,
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
        let is_first_trouble = key.missing.is_none() && key.denied.is_none();
        match outcome {
            Outcome::Success => key.found = Some(number),
            Outcome::Missing(_) => {
                key.missing.get_or_insert(number);
            }
            Outcome::Denied => {
                key.denied.get_or_insert(number);
            }
            _ => return,
        }
        if outcome == Outcome::Success || !is_first_trouble {
            return;
        }
        key.impersonating = event.get("Impersonating").map(str::to_string);
        if let Some((read, time)) = log.last_read {
            key.after_read = Some(read);
            log.master_key_times[index] = Some((time, *event.event.time()));
        }
    }

    /// Takes in an event on the registry keys of the providers of CNG.
    pub(super) fn note_cng_provider(&mut self, event: &KeyEvent<'_>, instance: usize) {
        if !matches!(event.operation(), "RegOpenKey" | "RegQueryValue") {
            return;
        }
        let (number, path) = (event.number(), event.path);
        let (provider, below) = cng_provider(path);
        let entry = self.access_log.provider_entry(event, instance);
        match event.outcome {
            Outcome::Success => {
                entry.denied.retain(|(_, denied)| !denied.eq_ignore_ascii_case(path));
                let provider = provider.to_lowercase();
                if entry.cng_found.len() < MOST && !entry.cng_found.contains(&provider) {
                    entry.cng_found.push(provider);
                }
            }
            Outcome::Denied if below.is_empty() => note_denial(&mut entry.denied, event),
            // What is below it need not be there: a provider works in user mode or in
            // the kernel.
            Outcome::Missing(_) if below.is_empty() && entry.cng_missing.len() < MOST => {
                entry.cng_missing.push((number, path.to_string()));
            }
            _ => {}
        }
    }

    /// Takes in an event on the registry keys of crypto providers.
    pub(super) fn note_provider(&mut self, event: &KeyEvent<'_>, instance: usize) {
        if !matches!(event.operation(), "RegOpenKey" | "RegQueryValue") {
            return;
        }
        let (number, path) = (event.number(), event.path);
        let entry = self.access_log.provider_entry(event, instance);
        match event.outcome {
            Outcome::Success => {
                entry.denied.retain(|(_, denied)| !denied.eq_ignore_ascii_case(path));
            }
            Outcome::Denied => note_denial(&mut entry.denied, event),
            _ => {}
        }
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
            entry.denied.retain(|(_, denied)| !denied.eq_ignore_ascii_case(path));
        } else if event.is_not_found() && entry.dll_missing.len() < MOST {
            entry.dll_missing.push((number, path.to_string()));
        } else if event.outcome == Outcome::Denied {
            note_denial(&mut entry.denied, event);
        }
    }
}

/// Keeps what access was denied to, unless more was asked for than a program needs to read: who
/// may not change a provider can use it all the same.
fn note_denial(denied: &mut Vec<(u64, String)>, event: &KeyEvent<'_>) {
    const TO_CHANGE: [&str; 6] =
        ["write", "all access", "set value", "create", "delete", "maximum allowed"];
    let access = event.get("Desired Access").unwrap_or_default().to_ascii_lowercase();
    if denied.len() < MOST && !TO_CHANGE.iter().any(|right| access.contains(right)) {
        denied.push((event.number(), event.path.to_string()));
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

/// The provider of CNG in a path, and what stands behind it.
pub(crate) fn cng_provider(path: &str) -> (&str, &str) {
    const MARK: &str = "\\control\\cryptography\\providers\\";
    let lower = path.to_ascii_lowercase();
    let Some(at) = lower.find(MARK) else { return ("", "") };
    let rest = &path[at + MARK.len()..];
    rest.split_once('\\').unwrap_or((rest, ""))
}

/// The SID behind `Protect` in a path.
fn owner_of(path: &str) -> &str {
    const MARK: &str = "\\protect\\";
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
