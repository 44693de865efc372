//! MK-26: a key storage provider of CNG is not registered, or its registration may not be read.

use super::dependency::{self, changes_rights, takes_away};
use super::ending::Ending;
use super::facts::Facts;
use super::{Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText};
use crate::report::ProviderSearch;
use crate::sentences::sentences;
use crate::trace::cng_provider;

pub(super) struct CngProviderMissing;

const TEXT: SignatureText = SignatureText {
    id: "MK-26",
    title: "A provider of CNG is not registered or not readable",
    title_short: "A CNG provider cannot be used",
    severity: "error or warning",
    looks_like: "RegOpenKey of Control\\Cryptography\\Providers\\<name> below CurrentControlSet ends with NAME NOT \
        FOUND or ACCESS DENIED, and the same process does not find this provider later.",
    means: "The program, or the certificate that it uses, names a provider that this computer does not have: the \
        software of a hardware module or a smart card is not installed, the registration was removed, or the account may not read it. The \
        program gets an error before any key is looked for.",
    look_alike: "A program that goes through providers which may or may not be there, and uses another one; one that is denied more rights than reading takes.",
    disproved_by: "The same provider's key being opened later by the same process; a key that is used afterwards.",
    remedy: "Install the software of the provider again, or have the certificate's key moved to a provider that \
        is there; for one of Microsoft's own, compare the registration with a healthy computer of the same \
        version.",
    confidence: "High when the capture shows who took the registration away or changed its rights; medium when the program asked more than once, or failed afterwards; low otherwise.",
    confirm: "certutil -csplist",
    avoid: "Do not copy registry keys of a provider by hand: the library that they name has to be installed and \
        registered with them.",
    source: "Microsoft reference on CNG's key storage providers; public reports",
    technique: None,
};

impl Signature for CngProviderMissing {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        facts.accesses().providers.iter().filter_map(|search| missing(facts, search)).collect()
    }
}

fn missing(facts: &Facts<'_>, search: &ProviderSearch) -> Option<Match> {
    let is_missing = |path: &str| !search.cng_found.contains(&cng_provider(path).0.to_lowercase());
    let refused = search.denied.iter().filter(|(_, path)| !cng_provider(path).0.is_empty());
    let mut misses: Vec<(&(u64, String), bool)> = (search.cng_missing.iter().map(|it| (it, false)))
        .chain(refused.map(|it| (it, true)))
        .filter(|((_, path), _)| is_missing(path))
        .collect();
    misses.sort_by_key(|((event, _), _)| *event);
    let &((first, path), is_denied) = misses.first()?;
    let ((last, _), _) = misses.last()?;
    // Who gets to a key has found a provider that does.
    let uses_key = facts.accesses().files.iter().any(|file| {
        file.by.process_index == search.by.process_index
            && file.last_use.is_some_and(|used| used > *last)
    });
    let ending = Ending::after(facts, &search.by, *first);
    if !search.by.is_followed() || uses_key || ending == Ending::GoesOn {
        return None;
    }
    let mut names: Vec<&str> = misses.iter().map(|((_, path), _)| cng_provider(path).0).collect();
    names.sort_unstable_by_key(|name| name.to_lowercase());
    names.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    let mut evidence = EvidenceList::default();
    misses.iter().for_each(|((event, _), _)| evidence.add(search.by.capture, *event));
    ending.cite(search.by.capture, &mut evidence);
    let change = misses.iter().find_map(|((event, path), is_denied)| {
        let is_meant = if *is_denied { changes_rights } else { takes_away };
        dependency::last_change(facts, path, (search.by.capture, *event), is_meant)
    });
    let mut who = String::new();
    if let Some(change) = change {
        who = dependency::cite(change, facts, &mut evidence);
        evidence.raise(dependency::reason(change));
    }
    let again = misses.len() > names.len();
    Some(Match {
        severity: if ending.is_failure() { Severity::Error } else { Severity::Warning },
        confidence: match ending.is_failure() || again {
            _ if change.is_some() => Confidence::High,
            true => Confidence::Medium,
            false => Confidence::Low,
        },
        evidence,
        explanation: match is_denied {
            false => format!(
                "{} asked for the provider {} and did not find its registration ({path}).{who}{} Consistent with the \
                 software of a provider that is not installed, or is no longer registered.",
                search.by.label_with_account(),
                names.join(", "),
                ending.sentence()
            ),
            true => format!(
                "{} asked for the provider {} and was denied its registration ({path}).{who}{} Consistent with \
                 changed rights of the registry key.",
                search.by.label_with_account(),
                names.join(", "),
                ending.sentence()
            ),
        },
        does_not_prove: sentences(
            "Does not show that the program needs this provider: it may have gone on to another one in \
            rows that a filter removed.",
        ),
        remedy: match is_denied {
            false => TEXT.remedy.into(),
            true => "Compare the rights of the registry key with those on a healthy computer of the same version, \
                and give the account of the process back the right to read it."
                .into(),
        },
    })
}
