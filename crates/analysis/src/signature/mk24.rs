//! MK-24: the disk, or what guards it, failed on a key file.

use super::ending::Ending;
use super::facts::{Facts, ProcessAccesses, critical};
use super::removal::Removal;
use super::storage_advice::{Advice, advice};
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText,
};
use crate::key_file::KeyRoot;
use crate::outcome::FailureKind;
use crate::report::{Actor, FailedOperation, FileAccess, FolderAccess};
use crate::sentences::sentences;

pub(super) struct StorageFailed;

/// How many containers the explanation names.
const NAMED: usize = 4;

/// How many events are cited.
const CITED: usize = 20;

/// Programs whose business is to keep others from infected files.
const SCANNERS: [&str; 17] = [
    "msmpeng.exe",
    "mssense.exe",
    "mpdefendercoreservice.exe",
    "avp.exe",
    "ccsvchst.exe",
    "mcshield.exe",
    "mfetp.exe",
    "savservice.exe",
    "sophosfilescanner.exe",
    "ntrtscan.exe",
    "bdservicehost.exe",
    "ekrn.exe",
    "avgsvc.exe",
    "avastsvc.exe",
    "csfalconservice.exe",
    "sentinelagent.exe",
    "fshoster32.exe",
];

const TEXT: SignatureText = SignatureText {
    id: "MK-24",
    title: "The disk, or what guards it, failed on a key file",
    title_short: "The disk failed on a key file",
    severity: "error, warning or info",
    looks_like: "An operation on a key file or its folder ends with a result such as DISK FULL, QUOTA EXCEEDED, \
        FILE CORRUPT, CRC ERROR, IO DEVICE ERROR, MEDIA WRITE PROTECTED, DELETE PENDING, 0xC0000906 (a virus), or \
        with one that is not known.",
    means: "The key was not read or not written, and the reason is not its rights: the volume is full or \
        damaged, the device fails, a scanner holds the file back, or somebody is deleting it. A key that was \
        being written then may be empty or cut off.",
    look_alike: "A short failure after which the same program gets the file; a file that is being deleted when \
        a backup comes by.",
    disproved_by: "A later success on the same file by the same program.",
    remedy: "See to the disk or to the scanner first; then check whether the key file is whole, and restore it \
        from a backup if it is not.",
    confidence: "High: the row says so. Medium for a result that is not known, low for a known one that has \
        other reasons, too. A later success lowers what it matters.",
    confirm: "fsutil volume diskfree %SystemDrive%",
    avoid: "Do not repair the volume (chkdsk /f) and do not delete the file before what can be read of the key \
        folder is copied.",
    source: "Microsoft's list of NTSTATUS values; field reports of key files and antivirus programs",
    technique: None,
};

impl Signature for StorageFailed {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        for process in facts.by_process().iter().filter(|process| process.by.is_followed()) {
            let mut failures: Vec<Failure<'_>> = Vec::new();
            for access in process.files.iter().copied().filter(|it| is_own(it.folder.root)) {
                let worst = worst(&access.failures);
                failures.extend(worst.map(|operation| Failure { access, operation }));
            }
            // One finding for each cause.
            while let Some(first) = failures.first().map(|failure| failure.operation.kind) {
                let same = |failure: &Failure<'_>| failure.operation.kind == first;
                let (own, rest) = failures.into_iter().partition(same);
                failures = rest;
                matches.push(failed(facts, process, first, &own));
            }
        }
        matches.extend(facts.accesses().folders.iter().filter_map(|it| folder_failed(facts, it)));
        matches
    }
}

/// A file, and the operation on it that says most.
struct Failure<'r> {
    access: &'r FileAccess,
    operation: &'r FailedOperation,
}

impl Failure<'_> {
    /// Whether the same program got the file afterwards.
    fn is_over(&self) -> bool {
        self.access.last_use.is_some_and(|used| used > self.operation.event)
    }
}

/// Whether keys of this Windows belong there.
fn is_own(root: KeyRoot) -> bool {
    !matches!(root, KeyRoot::Other)
}

/// The first operation whose result says what failed. That a file must not be
/// deleted is no fault of the disk.
fn worst(failures: &[FailedOperation]) -> Option<&FailedOperation> {
    let matters = |it: &&FailedOperation| it.kind != FailureKind::Undeletable;
    let certain = failures.iter().filter(matters).find(|it| it.kind.is_certain());
    certain.or_else(|| failures.iter().find(matters))
}

fn failed(
    facts: &Facts<'_>,
    process: &ProcessAccesses<'_>,
    kind: FailureKind,
    all: &[Failure<'_>],
) -> Match {
    let mut evidence = EvidenceList::default();
    let left: Vec<&Failure<'_>> = all.iter().filter(|failure| !failure.is_over()).collect();
    let is_over = left.is_empty();
    let shown: Vec<&Failure<'_>> = if is_over { all.iter().collect() } else { left };
    let mut behind = Vec::new();
    for failure in shown.iter().take(CITED) {
        let own = failure.access.failures.iter().filter(|it| it.kind == kind);
        own.for_each(|it| evidence.add(process.by.capture, it.event));
        behind.extend(behind_it(facts, failure, &mut evidence));
    }
    behind.dedup();
    let known = shown.iter().find_map(|failure| critical(failure.access.container.as_deref()));
    let last = shown.iter().map(|failure| failure.operation.event).max().unwrap_or(0);
    let ending = Ending::after(facts, process.by, last);
    let Advice { means, remedy, confirm } = advice(kind, &shown[0].access.path);
    evidence.confirm_by(confirm);
    let passing = is_over || (process.is_sweep() && kind == FailureKind::DeletePending);
    let severity = match (passing, known.is_some() || ending.is_failure()) {
        (true, _) => Severity::Info,
        (false, true) if kind.is_certain() => Severity::Error,
        (false, _) => Severity::Warning,
    };
    let first = shown[0].operation;
    let mut explanation = format!(
        "{} could not {} the key file of {} ({}). {means}",
        process.by.label_with_account(),
        verb(&first.operation),
        names(&shown),
        first.result,
    );
    behind.iter().for_each(|sentence| explanation.push_str(&format!(" {sentence}")));
    if is_over {
        explanation.push_str(" A later attempt succeeded, so this passed by itself.");
    } else {
        ending.cite(process.by.capture, &mut evidence);
        explanation.push_str(&ending.sentence());
        if let Some(loss) = known.and_then(|known| known.loss) {
            explanation.push_str(&format!(" At stake: {loss}."));
        }
    }
    Match {
        severity,
        confidence: confidence(kind),
        evidence,
        explanation,
        does_not_prove: sentences(match kind {
            FailureKind::Unknown | FailureKind::Other => {
                "Does not show what the result means for the key: look it up. A later attempt may stand in \
                 rows that a filter removed."
            }
            _ => {
                "Does not show whether the file is still whole, nor whether a later attempt, in rows that a \
                 filter removed, succeeded."
            }
        }),
        remedy: format!("{BACK_UP_FIRST} {remedy}"),
    }
}

fn confidence(kind: FailureKind) -> Confidence {
    match kind {
        FailureKind::Unknown => Confidence::Medium,
        FailureKind::Other | FailureKind::Resources => Confidence::Low,
        _ => Confidence::High,
    }
}

/// What an operation was to do with a file, for a sentence.
fn verb(operation: &str) -> &'static str {
    match operation {
        "CreateFile" | "QueryOpen" => "open",
        "ReadFile" => "read",
        "WriteFile" | "FlushBuffersFile" => "write",
        "QueryDirectory" => "list",
        _ if operation.starts_with("SetRename") => "rename",
        _ if operation.starts_with("SetDisposition") => "delete",
        _ if operation.starts_with("Set") => "change",
        _ => "ask about",
    }
}

fn names(shown: &[&Failure<'_>]) -> String {
    let mut names: Vec<String> =
        shown.iter().take(NAMED).map(|failure| failure.access.label()).collect();
    if shown.len() > NAMED {
        names.push(format!("{} more", shown.len() - NAMED));
    }
    names.join(", ")
}

/// Who is behind a failure, as far as the capture shows it.
fn behind_it(
    facts: &Facts<'_>,
    failure: &Failure<'_>,
    evidence: &mut EvidenceList,
) -> Option<String> {
    let (access, event) = (failure.access, failure.operation.event);
    match failure.operation.kind {
        FailureKind::DeletePending => {
            let removal = Removal::of(facts, access, (access.by.capture, event))?;
            removal.cite(evidence);
            Some(removal.sentence(facts, "it"))
        }
        FailureKind::Infected => {
            let scanner = facts.accesses().files.iter().find(|other| {
                other.by.capture == access.by.capture
                    && other.stem == access.stem
                    && other.guid == access.guid
                    && is_scanner(&other.by)
            })?;
            evidence.add(scanner.by.capture, scanner.first_event);
            Some(format!(
                "{} had the same file in hand ({}).",
                scanner.by.label(),
                facts.place_text(scanner.by.capture, scanner.first_event)
            ))
        }
        _ => None,
    }
}

fn is_scanner(by: &Actor) -> bool {
    SCANNERS.iter().any(|name| by.is_named(name))
}

fn folder_failed(facts: &Facts<'_>, access: &FolderAccess) -> Option<Match> {
    let failure = worst(&access.failures).filter(|failure| failure.kind.is_certain())?;
    let is_over = access.last_success.is_some_and(|success| success > failure.event);
    if !access.by.is_followed() || !is_own(access.root) || is_over {
        return None;
    }
    let mut evidence = EvidenceList::default();
    evidence.add(access.by.capture, failure.event);
    let Advice { means, remedy, confirm } = advice(failure.kind, &access.path);
    evidence.confirm_by(confirm);
    let ending = Ending::after(facts, &access.by, failure.event);
    ending.cite(access.by.capture, &mut evidence);
    Some(Match {
        severity: if ending.is_failure() { Severity::Error } else { Severity::Warning },
        confidence: confidence(failure.kind),
        evidence,
        explanation: format!(
            "{} could not {} the key folder {} ({}). {means}{}",
            access.by.label_with_account(),
            verb(&failure.operation),
            access.path,
            failure.result,
            ending.sentence()
        ),
        does_not_prove: sentences("Does not show which of the keys in the folder are still whole."),
        remedy: format!("{BACK_UP_FIRST} {remedy}"),
    })
}
