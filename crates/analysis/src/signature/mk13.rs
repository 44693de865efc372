//! MK-13: the crypto provider is not registered, or its DLL is not there.

use super::dependency::{self, takes_away};
use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText};
use crate::report::ProviderSearch;
use crate::sentences::sentences;
use crate::trace::provider_name;

pub(super) struct ProviderMissing;

const TEXT: SignatureText = SignatureText {
    id: "MK-13",
    title: "The crypto provider is not registered",
    title_short: "The crypto provider is not registered",
    severity: "error, warning or info",
    looks_like: "NAME NOT FOUND for the registry key of a provider below Cryptography\\Defaults\\Provider, for \
        its Image Path, or for rsaenh.dll in System32; no read of MachineGuid and no key file of that \
        process.",
    means: "The crypto provider cannot be loaded, so the program never reaches its keys. It sees one \
        of 0x80090019, 0x8009001D, 0x8009001E, 0x80090020 or 0x80090006.",
    look_alike: "A search for the DLL in the folder of the program before System32; a provider of another \
        vendor that is not installed.",
    disproved_by: "The same provider's Image Path being read, rsaenh.dll being loaded, or MachineGuid being \
        read by the same process.",
    remedy: "Compare the registry keys of the provider with those of a healthy computer of the same version, \
        check rsaenh.dll (sfc /scannow), and register it again.",
    confidence: "Medium; high when the capture shows who took the registration away; low for a provider of another vendor.",
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

fn not_loaded(facts: &Facts<'_>, access: &ProviderSearch) -> Option<Match> {
    let process = access.by.process_index;
    let reads = facts.report.machine_guid_reads.iter();
    let goes_on = reads.clone().any(|read| read.process_index == process)
        || process.is_some_and(|index| facts.accesses_keys(index))
        || access.dll_found.is_some();
    if goes_on {
        return None;
    }
    let keys: Vec<&(u64, String)> = access
        .missing
        .iter()
        .filter(|(_, path)| is_needed(path))
        .filter(|(_, path)| !access.found.contains(&provider_name(path).to_lowercase()))
        .collect();
    // Programs look for a library beside themselves first; only its own folder counts.
    let dlls: Vec<&(u64, String)> = access
        .dll_missing
        .iter()
        .filter(|(_, path)| {
            let path = path.to_ascii_lowercase();
            path.ends_with("\\system32\\rsaenh.dll") || path.ends_with("\\syswow64\\rsaenh.dll")
        })
        .collect();
    // A registered provider whose DLL was not missed can be used instead.
    if dlls.is_empty() && (keys.is_empty() || !access.found.is_empty()) {
        return None;
    }
    let mut evidence = EvidenceList::default();
    keys.iter().chain(&dlls).for_each(|miss| evidence.add(access.by.capture, miss.0));
    let first = dlls.first().or(keys.first())?;
    let name = provider_name(&first.1).to_ascii_lowercase();
    let foreign = dlls.is_empty() && !name.is_empty() && !name.starts_with("microsoft");
    let ends = facts.gives_up(&access.by);
    let mut explanation = format!(
        "{} looked for {} and did not find it. Consistent with a crypto provider that is not registered, or whose file \
         is gone.",
        access.by.label(),
        first.1
    );
    let changes = keys.iter().find_map(|(event, path)| {
        dependency::last_change(facts, path, (access.by.capture, *event), takes_away)
    });
    if let Some(change) = changes {
        explanation.push_str(&dependency::cite(change, facts, &mut evidence));
        evidence.raise("the capture shows who took the registration away");
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
        remedy: TEXT.remedy.into(),
    })
}
