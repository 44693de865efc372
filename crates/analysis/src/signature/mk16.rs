//! MK-16: the keys are fine, and what they should decrypt is not theirs.

use super::facts::{Facts, ServiceFailure, critical};
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText,
};
use crate::report::{FileAccess, GuidRelation};
use crate::sentences::sentences;

pub(super) struct ForeignConfiguration;

const TEXT: SignatureText = SignatureText {
    id: "MK-16",
    title: "The configuration belongs to another computer's keys",
    title_short: "The configuration is of other keys",
    severity: "warning",
    looks_like: "Well-known containers open and are read in full under the MachineGuid in effect, no row \
        shows a failure, and yet a service of IIS ended with 0x80090005 or 0x80090006.",
    means: "Metabase.xml or applicationHost.config was copied from another computer, or belongs to an image: \
        this computer's keys do not decrypt it.",
    look_alike: "Every other failure, as long as the rows that show it are filtered out. A capture alone never \
        shows this one: it needs a witness that a service failed, such as event 7024 or 7023 of the \
        Service Control Manager.",
    disproved_by: "Any failure on a key file; a service that runs.",
    remedy: "Restore the configuration of this computer. A metabase moves between computers only as a backup \
        with a password.",
    confidence: "Low: it is what remains when every key works and the service still fails.",
    confirm: "dir /tw %SystemRoot%\\System32\\inetsrv\\MetaBase.xml %SystemRoot%\\System32\\inetsrv\\config\\applicationHost.config",
    avoid: "Do not copy the other computer's key files here: they cannot be opened here.",
    source: "Microsoft engineers' blogs on moving metabases and IIS 7 configuration files",
    technique: None,
};

impl Signature for ForeignConfiguration {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Remaining
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let Some(failure) = facts.failure_of_iis() else { return Vec::new() };
        let followed: Vec<&FileAccess> =
            facts.accesses().files.iter().filter(|access| access.by.is_followed()).collect();
        let other_guid = facts
            .timeline()
            .iter()
            .any(|entry| entry.uses_file() && entry.relation == Some(GuidRelation::Other));
        let fine: Vec<&FileAccess> = followed
            .iter()
            .copied()
            .filter(|access| {
                critical(access.container.as_deref()).is_some() && access.read_in_full()
            })
            .collect();
        if fine.is_empty() || other_guid || followed.iter().any(|access| is_in_trouble(access)) {
            return Vec::new();
        }
        vec![foreign(failure, &fine)]
    }
}

fn is_in_trouble(access: &FileAccess) -> bool {
    let kept_out = access.denied.is_some() || access.sharing_violation.is_some();
    let known = critical(access.container.as_deref()).is_some();
    (kept_out && access.succeeded_later.is_none())
        || (known
            && (access.created.is_some() || (access.missing.is_some() && access.opened.is_none())))
}

fn foreign(failure: &ServiceFailure, fine: &[&FileAccess]) -> Match {
    let mut evidence = EvidenceList::default();
    for access in fine {
        let events = [access.opened, access.size_event, access.read];
        events.iter().flatten().for_each(|event| evidence.add(access.by.capture, *event));
    }
    evidence.add_witness(failure.witness);
    let names: Vec<String> = fine.iter().map(|access| access.label()).collect();
    Match {
        severity: Severity::Warning,
        confidence: Confidence::Low,
        evidence,
        explanation: format!(
            "The key files of {} opened and were read in full, and yet {} ended with 0x{:08X} ({}). Consistent \
             with a configuration that was copied from another computer.",
            names.join(", "),
            failure.service,
            failure.code,
            failure.source
        ),
        does_not_prove: sentences(
            "Does not show the configuration, nor that the failure and the capture are of one \
            start. Whether a key fits the data is decided in memory, of which a capture has no rows.",
        ),
        remedy: format!("{BACK_UP_FIRST} {}", TEXT.remedy),
    }
}
