//! MK-13: the crypto provider is not registered, its DLL is not there, or either is denied.

use super::dependency::{self, changes_rights, takes_away};
use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText};
use crate::report::ProviderSearch;
use crate::sentences::sentences;
use crate::trace::provider_name;

pub(super) struct ProviderMissing;

const TEXT: SignatureText = SignatureText {
    id: "MK-13",
    title: "The crypto provider cannot be loaded",
    title_short: "The crypto provider cannot be loaded",
    severity: "error, warning or info",
    looks_like: "NAME NOT FOUND or ACCESS DENIED for the registry key of a provider below \
        Cryptography\\Defaults\\Provider, for its Image Path, or for rsaenh.dll in System32; no read of MachineGuid and no key file of that \
        process.",
    means: "The crypto provider is not registered, its file is gone, or the program may not read one of \
        them. It cannot be loaded, so the program never reaches its keys. It sees one \
        of 0x80090019, 0x8009001D, 0x8009001E, 0x80090020 or 0x80090006.",
    look_alike: "A search for the DLL in the folder of the program before System32; a provider of another \
        vendor that is not installed; a program that is denied more rights than reading takes.",
    disproved_by: "The same provider's Image Path being read, rsaenh.dll being loaded, or MachineGuid being \
        read by the same process.",
    remedy: "Compare the registry keys of the provider with those of a healthy computer of the same version, \
        check rsaenh.dll (sfc /scannow), and register it again.",
    confidence: "Medium; high when the capture shows who took the registration or the file away, or changed the \
        rights; low for a provider of another vendor.",
    confirm: "reg query \"HKLM\\SOFTWARE\\Microsoft\\Cryptography\\Defaults\\Provider\" /s",
    avoid: "Do not copy rsaenh.dll from another version of Windows.",
    source: "Microsoft KB 238187 and KB 185253; a developer's report on an empty provider key",
    technique: None,
};

impl Signature for ProviderMissing {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        facts.accesses().providers.iter().filter_map(|access| not_loaded(facts, access)).collect()
    }
}

/// Whether a registry path is one that a provider cannot be loaded without. Values
/// such as a signature may be missing.
fn is_needed(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let Some((_, below)) = path.split_once("\\cryptography\\defaults\\") else { return false };
    match below.split('\\').collect::<Vec<_>>()[..] {
        ["provider", _, last] => last == "image path",
        ["provider" | "provider types", _] => true,
        _ => false,
    }
}

/// Whether a path is that of the library in the folder of Windows. Programs look for it beside
/// themselves first.
fn is_library(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.ends_with("\\system32\\rsaenh.dll") || path.ends_with("\\syswow64\\rsaenh.dll")
}

/// What a process that was denied a provider is to be given back.
const RIGHTS: &str = "Compare the rights of what was denied with those on a healthy computer of the \
    same version, and give the account of the process back the right to read it.";

/// What stood in the way of loading a provider.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    Missing,
    Denied,
}

/// Whether a path is that of the key above all providers, or above all their types.
fn is_above_all(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.ends_with("\\cryptography\\defaults\\provider")
        || path.ends_with("\\cryptography\\defaults\\provider types")
}

fn not_loaded(facts: &Facts<'_>, access: &ProviderSearch) -> Option<Match> {
    let process = access.by.process_index;
    let goes_on = match process {
        Some(index) => !facts.reads_of(index).is_empty() || facts.accesses_keys(index),
        None => facts.report.machine_guid_reads.iter().any(|read| read.process_index.is_none()),
    } || access.dll_found.is_some();
    if goes_on {
        return None;
    }
    let keys: Vec<&(u64, String)> = access
        .missing
        .iter()
        .filter(|(_, path)| is_needed(path))
        .filter(|(_, path)| !access.found.contains(&provider_name(path).to_lowercase()))
        .collect();
    let dlls = access.dll_missing.iter().filter(|(_, path)| is_library(path));
    let (denied_dlls, denied): (Vec<_>, Vec<_>) =
        access.denied.iter().partition(|(_, path)| path.to_ascii_lowercase().ends_with(".dll"));
    let denied_dlls = denied_dlls.into_iter().filter(|(_, path)| is_library(path));
    let denied_keys = denied
        .into_iter()
        .filter(|(_, path)| is_needed(path) || is_above_all(path))
        .filter(|(_, path)| !access.found.contains(&provider_name(path).to_lowercase()));
    let (missing, refused) = (Obstacle::Missing, Obstacle::Denied);
    let dlls: Vec<(&(u64, String), Obstacle)> =
        dlls.map(|it| (it, missing)).chain(denied_dlls.map(|it| (it, refused))).collect();
    let keys: Vec<(&(u64, String), Obstacle)> = keys
        .into_iter()
        .map(|it| (it, missing))
        .chain(denied_keys.map(|it| (it, refused)))
        .collect();
    // A registered provider whose DLL was not missed can be used instead.
    if dlls.is_empty() && (keys.is_empty() || !access.found.is_empty()) {
        return None;
    }
    let mut evidence = EvidenceList::default();
    let all = || dlls.iter().chain(&keys);
    all().for_each(|(miss, _)| evidence.add(access.by.capture, miss.0));
    let &(first, obstacle) = all().next()?;
    let name = provider_name(&first.1).to_ascii_lowercase();
    let foreign = dlls.is_empty() && !name.is_empty() && !name.starts_with("microsoft");
    let ends = facts.gives_up(&access.by);
    let mut explanation = match obstacle {
        Obstacle::Missing => {
            format!("{} looked for {} and did not find it.", access.by.label(), first.1)
        }
        Obstacle::Denied => {
            format!("{} was denied access to {}.", access.by.label_with_account(), first.1)
        }
    };
    let changes = all().find_map(|((event, path), obstacle)| {
        let is_meant = match obstacle {
            Obstacle::Missing => takes_away,
            Obstacle::Denied => changes_rights,
        };
        dependency::last_change(facts, path, (access.by.capture, *event), is_meant)
    });
    match (changes, obstacle) {
        (Some(change), _) => {
            explanation.push_str(&dependency::cite(change, facts, &mut evidence));
            evidence.raise(dependency::reason(change));
        }
        (None, Obstacle::Missing) => explanation.push_str(
            " Consistent with a crypto provider that is not registered, or whose file is gone.",
        ),
        (None, Obstacle::Denied) => explanation.push_str(
            " Consistent with changed rights: a provider that may not be read cannot be loaded.",
        ),
    }
    if is_library(&first.1) {
        let look = if obstacle == Obstacle::Denied { "icacls" } else { "dir /a" };
        let folder = match first.1.to_ascii_lowercase().contains("syswow64") {
            true => "SysWOW64",
            false => "System32",
        };
        evidence.confirm_by(format!("{look} %SystemRoot%\\{folder}\\rsaenh.dll"));
    }
    if ends {
        explanation.push_str(" The process ended in this capture.");
    }
    Some(Match {
        severity: match (foreign && changes.is_none(), ends) {
            (true, _) => Severity::Info,
            (false, true) => Severity::Error,
            (false, false) => Severity::Warning,
        },
        confidence: match (changes.is_some(), foreign) {
            (true, _) => Confidence::High,
            (false, true) => Confidence::Low,
            (false, false) => Confidence::Medium,
        },
        evidence,
        explanation,
        does_not_prove: sentences(
            "Does not show that the provider was not loaded: rows of a later, successful search \
            may have been filtered out. That no read of MachineGuid follows is not evidence by itself.",
        ),
        remedy: {
            let remedy = match obstacle {
                Obstacle::Missing => TEXT.remedy,
                Obstacle::Denied => RIGHTS,
            };
            match changes {
                Some(change) => format!("{} {remedy}", dependency::undo(change.change)),
                None => remedy.into(),
            }
        },
    })
}
