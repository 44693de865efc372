//! MK-04: access to a key file or to its folder was denied.

use super::container_remedy::{rights_of, used_by};
use super::ending::Ending;
use super::facts::{Facts, ProcessAccesses, critical};
use super::mk15::is_remote_desktop;
use super::rights::RightsChange;
use super::storage_advice::shell_file;
use super::{
    BACK_UP_FIRST, Confidence, EvidenceList, Match, Rank, Severity, Signature, SignatureText,
};
use crate::container::{ContainerUser, KnownContainer};
use crate::key_file::shell_folder;
use crate::report::{Actor, FileAccess, FolderAccess};
use crate::sentences::sentences;

pub(super) struct AccessDenied;

/// How many containers the explanation names.
const NAMED: usize = 6;

const TEXT: SignatureText = SignatureText {
    id: "MK-04",
    title: "Access to a key file was denied",
    title_short: "Access to a key was denied",
    severity: "error, warning or info",
    looks_like: "CreateFile on a key file, or on its folder, ends with ACCESS DENIED. Often a second \
        CreateFile that should make the file follows, with ACCESS DENIED or NAME COLLISION. Where only the \
        making is denied (Disposition: Create, or after NAME NOT FOUND), it is the folder that refuses.",
    means: "The account of the process may not use this key. The program sees \"keyset does not exist\" \
        (0x80090016) and then, when it tries to make the container, \"object already exists\" \
        (0x8009000F): after the first, the second means that access was denied.",
    look_alike: "A program that asks for more rights than it needs and is content with fewer in a second \
        open; a tool that goes through the folder without having rights to all of it.",
    disproved_by: "A later open of the same file by the same process with success.",
    remedy: "Find out the account, and look at the rights of that one file (icacls FILE). Repair those of \
        this container only; giving Everyone full control, or taking ownership of the whole folder, is \
        the wrong answer.",
    confidence: "High: the row says so. A later open with success makes it matter less.",
    confirm: "icacls <the key file>",
    avoid: "Do not give Everyone full control, and do not take ownership of the whole folder: other keys depend on their rights.",
    source: "Microsoft KB 238187 and KB 278381",
    technique: None,
};

impl Signature for AccessDenied {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn rank(&self) -> Rank {
        Rank::Stated
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        for process in facts.by_process().iter().filter(|process| process.by.is_followed()) {
            let denied = process.files.iter().copied().filter(|t| t.denied.is_some());
            let denied = denied.filter(|access| !is_remote_desktop(access));
            let (unmade, denied): (Vec<_>, Vec<_>) =
                denied.partition(|access| is_creation_refused(facts, access));
            if !denied.is_empty() {
                matches.push(file_denied(facts, process, &denied));
            }
            if !unmade.is_empty() {
                matches.push(creation_refused(facts, process, &unmade));
            }
        }
        // Who may not make a key there is told of the folder already.
        let told = |access: &FolderAccess| {
            facts.accesses().files.iter().any(|file| {
                file.by == access.by
                    && Some(file.folder) == access.folder
                    && is_creation_refused(facts, file)
            })
        };
        let folders = facts.accesses().folders.iter().filter(|access| !told(access));
        matches.extend(folders.filter_map(folder_denied));
        matches
    }
}

/// Whether it was not the file that refused, but its folder: the first that was denied
/// was the making of a file that is not known to exist.
fn is_creation_refused(facts: &Facts<'_>, access: &FileAccess) -> bool {
    let Some(denied) = access.denied else { return false };
    let to_be_made = access.create_denied == Some(denied)
        || access.missing.is_some_and(|missing| missing < denied);
    let mut files = facts.key_files().iter().filter(|file| {
        file.capture == access.by.capture
            && file.stem == access.stem
            && file.guid == access.guid
            && file.folder == access.folder
    });
    let there = files.find_map(|file| file.last_there.or(file.listed_by.first().copied()));
    to_be_made && there.is_none() && access.collision.is_none()
}

/// The folder does not let an account make a key.
fn creation_refused(
    facts: &Facts<'_>,
    process: &ProcessAccesses<'_>,
    unmade: &[&FileAccess],
) -> Match {
    let mut evidence = EvidenceList::default();
    for access in unmade {
        let events = [access.denied, access.create_denied, access.missing];
        events.iter().flatten().for_each(|event| evidence.add(access.by.capture, *event));
    }
    let folder = unmade[0].path.rsplit_once('\\').map_or("", |(folder, _)| folder);
    evidence.confirm_on(shell_folder(&unmade[0].path), |folder| format!("icacls {folder}"));
    let last = unmade.iter().filter_map(|access| access.denied).max().unwrap_or(0);
    let ending = Ending::after(facts, process.by, last);
    ending.cite(process.by.capture, &mut evidence);
    let known = unmade.iter().find_map(|access| critical(access.container.as_deref()));
    let acting = unmade.iter().find_map(|access| access.impersonating.as_deref());
    let acting = acting.filter(|_| process.by.acts_for.is_none());
    let acting = acting.map_or(String::new(), |who| format!(" It acted for {who} then."));
    let changed = RightsChange::before(facts, unmade[0], unmade[0].denied.unwrap_or_default());
    let changed = changed.map_or(String::new(), |changed| {
        changed.cite(&mut evidence);
        changed.sentence(facts)
    });
    Match {
        severity: match (process.is_sweep(), known.is_some() && ending.is_failure()) {
            (true, _) => Severity::Info,
            (false, true) => Severity::Error,
            (false, false) => Severity::Warning,
        },
        confidence: Confidence::High,
        evidence,
        explanation: format!(
            "{} wanted to make the key file of {} and was denied: the folder {folder} does not let this account \
             make a file in it.{acting} The file itself does not exist, so its rights play no part.{changed}{}",
            process.by.label_with_account(),
            names_of(unmade),
            ending.sentence()
        ),
        does_not_prove: sentences(
            "Does not show which right on the folder is missing: Procmon shows the answer, not the \
            rights.",
        ),
        remedy: format!("{BACK_UP_FIRST} {FOLDER_REMEDY}"),
    }
}

/// The containers of some files, for a sentence.
fn names_of(files: &[&FileAccess]) -> String {
    let mut names: Vec<String> = files.iter().take(NAMED).map(|access| access.label()).collect();
    if files.len() > NAMED {
        names.push(format!("{} more", files.len() - NAMED));
    }
    names.join(", ")
}

/// What to do about the rights of a folder.
const FOLDER_REMEDY: &str = "Then look at the rights of the folder, not of a file. Which rights are the right \
    ones differs between versions of Windows; compare with the same folder of a healthy computer of the same \
    version, and give this account, or the group that has them there, what is missing: no more than to make \
    files in it.";

fn file_denied(facts: &Facts<'_>, process: &ProcessAccesses<'_>, denied: &[&FileAccess]) -> Match {
    let refused: Vec<&FileAccess> =
        denied.iter().copied().filter(|access| access.succeeded_later.is_none()).collect();
    let shown = if refused.is_empty() { denied } else { &refused[..] };
    let mut evidence = EvidenceList::default();
    for access in shown {
        let events = [access.denied, access.collision, access.missing, access.succeeded_later];
        events.iter().flatten().for_each(|event| evidence.add(access.by.capture, *event));
    }
    let critical = shown.iter().find_map(|access| critical(access.container.as_deref()));
    let named = critical
        .or_else(|| shown.iter().find_map(|it| KnownContainer::find_any(it.container.as_deref()?)));
    let known = critical.filter(|known| needs(process.by, known));
    let changed = RightsChange::before(facts, shown[0], shown[0].denied.unwrap_or_default());
    let had_it = changed.is_none() && shown.iter().all(|access| had_opened(access));
    let severity = match (refused.is_empty() || process.is_sweep(), known) {
        (true, _) => Severity::Info,
        (false, Some(_)) if !had_it => Severity::Error,
        (false, _) => Severity::Warning,
    };
    let mut explanation = format!(
        "{} was denied access to the key file of {}.",
        process.by.label_with_account(),
        names_of(shown)
    );
    evidence.confirm_on(shell_file(&shown[0].path), |file| format!("icacls {file}"));
    if let Some(changed) = &changed {
        changed.cite(&mut evidence);
        explanation.push_str(&changed.sentence(facts));
    }
    let acting = shown.iter().find_map(|access| access.impersonating.as_deref());
    // Who acts for an account is named with it.
    if let Some(acting) = acting.filter(|_| process.by.acts_for.is_none()) {
        explanation.push_str(&format!(" It acted for {acting} then."));
    }
    if shown.iter().any(|access| access.collision.is_some()) {
        explanation.push_str(
            " It could not create the container again either, because the file exists: a program gets \
             0x80090016 and then 0x8009000F for this.",
        );
    }
    explanation.push_str(match (refused.is_empty(), process.is_sweep()) {
        (true, _) => {
            " A later open succeeded: it was content with fewer rights, or rights changed."
        }
        (false, true) => {
            " It touches many containers, as a tool does that goes through the folder."
        }
        (false, false) if had_it => {
            " It had opened the file before that: what it was denied is to do more with it than it may."
        }
        (false, false) => {
            " Consistent with file rights that leave this account out: a new container is open to \
             whoever made it and to LocalSystem, not to other service accounts."
        }
    });
    if let (Severity::Error, Some(loss)) = (severity, known.and_then(|known| known.loss)) {
        explanation.push_str(&format!(" At stake: {loss}."));
    }
    if facts.gives_up(process.by) {
        explanation.push_str(" The process ended in this capture.");
    }
    Match {
        severity,
        confidence: Confidence::High,
        evidence,
        explanation,
        does_not_prove: sentences(
            "Does not show which right is missing, nor that the program needed this one: \
            Procmon shows the answer, not the rights of the file.",
        ),
        remedy: format!(
            "{BACK_UP_FIRST} {}{FILE_REMEDY}{}{}",
            match (&changed, &process.by.account) {
                (Some(_), _) =>
                    "Then ask whoever changed the rights for the reason, and undo that change. ",
                (None, None) => "Then find out the account. ",
                (None, Some(_)) => "",
            },
            used_by(named),
            rights_of(named)
        ),
    }
}

/// Whether a program is one of those that need a container, as far as its name says it. lsass.exe
/// opens the keys of others.
fn needs(by: &Actor, known: &KnownContainer) -> bool {
    let is_one = |user: &ContainerUser| by.is_named(user.program);
    by.name.is_none()
        || known.users.is_empty()
        || by.is_named("lsass.exe")
        || known.users.iter().any(is_one)
}

/// Whether a process had a file open before it was denied it.
fn had_opened(access: &FileAccess) -> bool {
    access.opened.is_some_and(|opened| Some(opened) < access.denied)
}

/// What to do about the rights of a file.
const FILE_REMEDY: &str = "Look at the rights of that one file (icacls FILE). Repair those of this container \
    only; giving Everyone full control, or taking ownership of the whole folder, is the wrong answer.";

/// A file of which only the short name is known was denied.
fn short_name_denied(access: &FolderAccess) -> Option<Match> {
    let mut evidence = EvidenceList::default();
    evidence.add(access.by.capture, access.short_name_denied?);
    let inside = format!("{}\\.", access.path);
    evidence.confirm_on(shell_folder(&inside), |folder| format!("dir /a /x {folder}"));
    Some(Match {
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        evidence,
        explanation: format!(
            "{} was denied access to a key file in {}, which it calls by its short name: which key it is cannot \
             be told from that.",
            access.by.label_with_account(),
            access.path
        ),
        does_not_prove: sentences(
            "Does not show which key it is, nor that a later attempt did not succeed.",
        ),
        remedy: format!(
            "{BACK_UP_FIRST} Then find the file of that short name (`dir /x`), and look at the rights of that \
             one file."
        ),
    })
}

fn folder_denied(access: &FolderAccess) -> Option<Match> {
    if access.folder.is_none() || !access.by.is_followed() {
        return None;
    }
    let Some(denied) = access.denied else { return short_name_denied(access) };
    if access.last_success.is_some_and(|success| success > denied) {
        return None;
    }
    let mut evidence = EvidenceList::default();
    evidence.add(access.by.capture, denied);
    let inside = format!("{}\\.", access.path);
    evidence.confirm_on(shell_folder(&inside), |folder| format!("icacls {folder}"));
    Some(Match {
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        evidence,
        explanation: format!(
            "{} was denied access to the key folder {} itself. Consistent with rights on the folder that \
             were tightened, so that no container can be made or found there.",
            access.by.label_with_account(),
            access.path
        ),
        does_not_prove: sentences(
            "Does not show that a key was needed: a program that only lists the folder may be \
            refused with good reason.",
        ),
        remedy: format!("{BACK_UP_FIRST} {FOLDER_REMEDY}"),
    })
}
