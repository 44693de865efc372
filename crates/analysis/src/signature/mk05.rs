//! MK-05: another handle had a key file open in a way that excluded this one.

use super::facts::{Facts, critical};
use super::{Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText};
use crate::report::FileAccess;
use crate::sentences::sentences;

pub(super) struct InUse;

const TEXT: SignatureText = SignatureText {
    id: "MK-05",
    title: "A key file was in use by another process",
    title_short: "A key file was in use",
    severity: "error, warning or info",
    looks_like: "CreateFile on a key file ends with SHARING VIOLATION; another process has the file open \
        at that time.",
    means: "An antivirus or encryption program, a backup or a replication tool holds the key file without \
        sharing it. The crypto provider cannot open it then (0x80070020).",
    look_alike: "A short collision after which the same process opens the file: nothing was lost.",
    disproved_by: "A later open of the file by the same process with success.",
    remedy: "Find out who holds the file, exclude the key folder from on-access scanning and from \
        replication, and start the service again. The key itself need not be damaged.",
    confidence: "High when the capture shows who had the file open; medium when it does not. A retry that succeeds makes it matter less.",
    confirm: "fltmc instances",
    avoid: "Do not delete or rename the file to get rid of the lock.",
    source: "field reports of the IIS Admin Service that name antivirus, encryption and replication",
    technique: None,
};

/// What to do where the capture shows who holds the file.
const HOLDER_KNOWN: &str = "In the program that holds the file, exclude the key folder from scanning and \
    replication, and start the service again. The key itself need not be damaged.";

impl Signature for InUse {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let accesses = facts.accesses().files.iter();
        accesses.filter(|t| t.by.is_followed()).filter_map(|t| in_use(facts, t)).collect()
    }
}

fn in_use(facts: &Facts<'_>, access: &FileAccess) -> Option<Match> {
    let violation = access.sharing_violation?;
    let mut evidence = EvidenceList::default();
    evidence.add(access.by.capture, violation);
    let known = critical(access.container.as_deref());
    let severity = match (access.succeeded_later, known) {
        (Some(_), _) => Severity::Info,
        (None, Some(_)) => Severity::Error,
        (None, None) => Severity::Warning,
    };
    let mut explanation = format!(
        "{} could not open the key file of {}, because another handle had it open without sharing it.",
        access.by.label(),
        access.label()
    );
    let confidence = if access.holders.is_empty() {
        // Who touched the file at all is a hint, no more.
        let others = facts.accesses().files.iter().filter(|other| {
            other.by.capture == access.by.capture
                && other.by != access.by
                && other.stem == access.stem
                && other.guid == access.guid
                // Who had ended by then held nothing.
                && other.ended.is_none_or(|ended| ended > violation)
        });
        let others: Vec<String> = others
            .inspect(|other| evidence.add(other.by.capture, other.first_event))
            .map(|other| other.by.label())
            .collect();
        explanation.push_str(&match others.is_empty() {
            true => " The capture does not show who.".to_string(),
            false => format!(
                " The capture does not show who; {} touched the same file at another time.",
                others.join(", ")
            ),
        });
        Confidence::Medium
    } else {
        let mut names = Vec::new();
        for holder in &access.holders {
            evidence.add(access.by.capture, holder.opened);
            let pid = holder.pid.map(|pid| format!(" (PID {pid})")).unwrap_or_default();
            names.push(format!("{}{pid}", holder.name.as_deref().unwrap_or("an unnamed process")));
        }
        explanation.push_str(&format!(" At that time it was open in {}.", names.join(", ")));
        Confidence::High
    };
    if let Some(later) = access.succeeded_later {
        evidence.add(access.by.capture, later);
        explanation.push_str(" A later attempt succeeded, so this passed by itself.");
    } else if let Some(loss) = known.and_then(|known| known.loss) {
        explanation.push_str(&format!(" No later attempt is in the capture. At stake: {loss}."));
    }
    Some(Match {
        severity,
        confidence,
        evidence,
        explanation,
        does_not_prove: sentences(
            "Does not show that the service failed by this: it may have tried again after the \
            capture, or in rows that a filter removed. A file that was opened before the capture began \
            has no row that names its holder.",
        ),
        remedy: match access.holders.is_empty() {
            true => TEXT.remedy.into(),
            false => HOLDER_KNOWN.into(),
        },
    })
}
