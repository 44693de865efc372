//! MK-15: Remote Desktop cannot use, or replace, the key of its certificate.

use super::facts::Facts;
use super::rights::RightsChange;
use super::storage_advice::shell_file;
use super::{BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::guid::MachineGuid;
use crate::report::FileAccess;
use crate::sentences::sentences;

pub(super) struct RemoteDesktopKey;

/// The container of Remote Desktop's own certificate.
pub(super) const CONTAINER: &str = "TSSecKeySet1";

const TEXT: SignatureText = SignatureText {
    id: "MK-15",
    title: "Remote Desktop cannot use or replace its key",
    title_short: "Remote Desktop's key: access denied",
    severity: "warning or info",
    looks_like: "svchost.exe gets ACCESS DENIED on the key file of TSSecKeySet1 (f686aace…), or cannot delete \
        it. Often the folder holds several f686… files under different GUIDs.",
    means: "Remote Desktop Services can neither use nor replace the key of their certificate, and refuse \
        connections: events 1057 and 1058 of the service, 36870 of Schannel.",
    look_alike: "A second open that asks for fewer rights and succeeds.",
    disproved_by: "The file being opened or made by the service later on.",
    remedy: "Move the f686… files aside without deleting them, let SYSTEM have full control and NETWORK \
        SERVICE read the key, and restart Remote Desktop Services (TermService): they make a new key.",
    confidence: "High for the refused access to this file. Several files of the container alone are not a finding.",
    confirm: "icacls %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686*",
    avoid: "Do not delete the folder or reset the rights of all files in it.",
    source: "Microsoft's note on Remote Desktop events 1057 and 1058; a Microsoft engineer's blog; a hosting \
        company's recipe",
    technique: None,
};

impl Signature for RemoteDesktopKey {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let accesses = facts.accesses().files.iter();
        accesses.filter(|t| is_remote_desktop(t)).filter_map(|t| refused(facts, t)).collect()
    }
}

/// Whether this is the key of Remote Desktop in the hands of a service host. MK-04
/// leaves it to this signature.
pub(super) fn is_remote_desktop(access: &FileAccess) -> bool {
    access.container.as_deref() == Some(CONTAINER) && access.by.is_named("svchost.exe")
}

fn refused(facts: &Facts<'_>, access: &FileAccess) -> Option<Match> {
    let events = [access.denied, access.not_deleted, access.last_not_deleted];
    let last = events.iter().flatten().max()?;
    let mut evidence = EvidenceList::default();
    events.iter().flatten().for_each(|event| evidence.add(access.by.capture, *event));
    let better = access.succeeded_later.is_some()
        || access.created.is_some_and(|created| created > *last)
        || access.deleted.is_some_and(|deleted| deleted > *last);
    if let Some(later) = access.succeeded_later {
        evidence.add(access.by.capture, later);
    }
    let mut guids: Vec<&MachineGuid> = Vec::new();
    let files = || facts.key_files().iter().filter(|f| f.exists && f.stem == access.stem);
    for file in files() {
        if !guids.contains(&&file.guid) {
            guids.push(&file.guid);
        }
    }
    // One file alone is shown by what failed on it.
    for file in files().filter(|_| guids.len() > 1) {
        let shown = file.listed_by.first().copied().unwrap_or(file.first_event);
        evidence.add(file.capture, shown);
    }
    let can_use = access.denied.is_none() && access.last_use.is_some();
    let what = match (access.denied, access.not_deleted) {
        (Some(_), None) => "was denied access to",
        (None, _) => "could not delete",
        (Some(_), Some(_)) => "was denied access to, and could not delete,",
    };
    let mut explanation =
        format!("{} {what} the key file of {CONTAINER}.", access.by.label_with_account());
    if guids.len() > 1 {
        explanation.push_str(&format!(
            " The folder holds files of this container under {} GUIDs.",
            guids.len()
        ));
    }
    let had_it = access.opened.is_some_and(|opened| Some(opened) < access.denied)
        && RightsChange::before(facts, access, access.denied.unwrap_or_default()).is_none();
    explanation.push_str(match (better, can_use, access.not_deleted.is_some()) {
        (true, ..) => " A later attempt succeeded.",
        (false, false, _) if had_it => {
            " Remote Desktop Services had opened the key of their certificate before that: what they were denied \
             is to do more with it than they may."
        }
        (false, true, _) => {
            " Remote Desktop Services can open the key of their certificate, and cannot delete it: consistent \
             with a folder whose rights keep them from replacing the key."
        }
        (false, false, true) => {
            " Consistent with Remote Desktop Services that can neither use nor replace the key of their \
             certificate."
        }
        (false, false, false) => {
            " Consistent with Remote Desktop Services that cannot use the key of their certificate."
        }
    });
    evidence.confirm_on(shell_file(&access.path), |file| format!("icacls {file}"));
    Some(Match {
        severity: if better { Severity::Info } else { Severity::Warning },
        confidence: Confidence::High,
        evidence,
        explanation,
        does_not_prove: sentences(
            "Does not show that connections fail: the System log of the computer does (1057, 1058, \
            36870). Several services share the name svchost.exe; that it is this one follows from the \
            container.",
        ),
        remedy: format!("{BACK_UP_FIRST} {}", TEXT.remedy),
    })
}
