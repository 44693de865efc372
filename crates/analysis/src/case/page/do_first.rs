//! What to do first: copy, look, then decide. No command here changes anything where it
//! reads.

use super::commands::{Copier, KEEP, is_harmless, quoted};
use super::signs::sign_of;
use crate::guid::MachineGuid;
use crate::key_file::{KeyFolder, KeyRoot, application_data_of, shell_folder};
use crate::report::{
    Answer, Confirmation, DoFirst, Effect, Finding, FolderAccess, GuidRole, Missing, NamedGuid,
    Report,
};
use crate::sentences::{capitalised, sentences};
use crate::signature::{SignatureText, concerns_iis, is_redacted};

/// The most key folders that are named to be copied.
const FOLDERS: usize = 2;

/// The command that shows the present value.
const VALUE: &str = r"reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid";

/// The steps where something was found.
pub(super) fn steps(
    finding: &Finding,
    confirm: Option<&Confirmation>,
    report: &Report,
) -> Vec<DoFirst> {
    if is_redacted(report) {
        return vec![DoFirst {
            text: "A capture was redacted: enter no GUID, name or path of this page on a computer; analyse the \
                   original, and do what its page says"
                .into(),
            commands: Vec::new(),
            effect: Effect::Reads,
        }];
    }
    let mut steps = vec![back_up(finding, report)];
    if let Some(confirm) = confirm {
        let answers: Vec<String> = confirm
            .answers
            .iter()
            .map(|answer| {
                let what = match (&answer.guid, &answer.answer) {
                    (Some(guid), _) => sign_of(&report.guid_signs, guid),
                    (None, Some(answer)) => answer.clone(),
                    (None, None) => String::new(),
                };
                format!("{what} = {}", answer.means)
            })
            .collect();
        let text = match answers.is_empty() {
            true => "Confirm: look whether it is so".to_string(),
            false => format!("Confirm: {}", answers.join("; ")),
        };
        let commands = vec![confirm.command.clone()];
        steps.push(DoFirst { text, commands, effect: Effect::Reads });
    }
    steps.push(DoFirst {
        text: format!("Then decide: see \"What to do\" of {} below", finding.signature),
        commands: Vec::new(),
        effect: Effect::Changes,
    });
    steps
}

/// The steps where nothing was found.
pub(super) fn go_on() -> Vec<DoFirst> {
    let step = |text: &str| DoFirst {
        text: text.to_string(),
        commands: Vec::new(),
        effect: Effect::Reads,
    };
    vec![
        step(
            "If a service fails all the same, compare this with a capture of a start that fails: \
             `procmonkey compare GOOD BAD`",
        ),
        step(
            "Give the event log, which says what failed, when, and with which code: \
             `--event-log System.evtx`",
        ),
    ]
}

/// The steps where nothing could be judged.
pub(super) fn to_judge(missing: &[Missing]) -> Vec<DoFirst> {
    let step = |missing: &Missing| DoFirst {
        text: capitalised(missing.remedy.trim_end_matches('.')),
        commands: Vec::new(),
        effect: Effect::Reads,
    };
    missing.iter().map(step).collect()
}

fn back_up(finding: &Finding, report: &Report) -> DoFirst {
    let mut folders: Vec<String> = Vec::new();
    let files = report.key_files.iter().filter(|file| finding.stems.contains(&file.stem));
    for file in files {
        let Some((folder, _)) = file.path.rsplit_once('\\') else { continue };
        let is_key_folder = KeyFolder::from_path(folder).is_some();
        let folder = present_path(folder, report);
        if is_key_folder
            && !is_missing(&folder, report)
            && !folders.iter().any(|it| it.eq_ignore_ascii_case(&folder))
        {
            folders.push(folder);
        }
    }
    let copier = copier(report);
    let mut commands: Vec<String> = Vec::new();
    let mut names = Vec::new();
    let mut unknown = None;
    for folder in folders.iter().map(String::as_str).take(FOLDERS) {
        let name = folder.rsplit('\\').next().unwrap_or("keys");
        match pasted(folder) {
            Some(folder) => {
                // Two folders of one name go to two places.
                let count = names.iter().filter(|it| **it == name).count();
                names.push(name);
                let place = if count == 0 { name.to_string() } else { format!("{name}{count}") };
                commands.push(copier.folder(&folder, &place));
            }
            None => unknown = Some(folder),
        }
    }
    if commands.is_empty() && unknown.is_none() {
        let (name, usual) = match has_no_machine_keys(report) {
            true => ("Crypto", r"%ProgramData%\Microsoft\Crypto"),
            false => ("MachineKeys", r"%ProgramData%\Microsoft\Crypto\RSA\MachineKeys"),
        };
        names.push(name);
        commands.push(copier.folder(usual, name));
    }
    commands.push(copier.folder(r"%SystemRoot%\System32\Microsoft\Protect", "Protect"));
    // What a user's keys are encrypted with stands in the same profile.
    let mut of_users: Vec<String> = folders.iter().filter_map(|it| protect_beside(it)).collect();
    of_users.sort();
    of_users.dedup();
    for (number, folder) in of_users.iter().filter_map(|it| pasted(it)).take(FOLDERS).enumerate() {
        commands.push(copier.folder(&folder, &format!("Protect{}", number + 1)));
    }
    let folders = names.len();
    names.dedup();
    let mut what = match (&names[..], folders) {
        ([], _) => String::new(),
        ([only], 2..) => format!("both folders {only}, "),
        (names, _) => format!("{}, ", names.join(", ")),
    };
    what.push_str("Protect");
    if concerns_iis(report, finding) {
        what.push_str(", the IIS configuration,");
        commands.extend(copier.configuration());
    }
    commands
        .push(format!(r"reg export HKLM\SOFTWARE\Microsoft\Cryptography {KEEP}\Cryptography.reg"));
    let mut text =
        format!("Back up: {what} and the registry key; {KEEP} stands for a folder of yours");
    if let Some(folder) = unknown {
        text.push_str(&format!("; and {folder}, whose drive letter the capture does not show"));
    }
    DoFirst { text, commands, effect: Effect::Copies }
}

/// The program that copies on the computer of a report: keys below `Documents and Settings` are
/// those of a Windows before Vista.
fn copier(report: &Report) -> Copier {
    let mut paths = report.key_files.iter().map(|file| file.path.to_ascii_lowercase());
    match paths.any(|path| path.contains(r"\documents and settings\")) {
        true => Copier::Xcopy,
        false => Copier::Robocopy,
    }
}

/// The folder of the master keys of the profile that a key folder is in.
fn protect_beside(folder: &str) -> Option<String> {
    let root = KeyFolder::from_path(folder)?.root;
    let is_users = matches!(root, KeyRoot::UserProfile | KeyRoot::ServiceProfile);
    let above = application_data_of(folder).filter(|_| is_users)?;
    Some(format!(r"{above}\Microsoft\Protect"))
}

/// Where a folder is now: a capture may show that it got another name.
fn present_path(folder: &str, report: &Report) -> String {
    let mut renamed = report.touches.folders.iter().filter_map(|access| {
        let same = access.path.eq_ignore_ascii_case(folder);
        access.renamed.as_ref().filter(|_| same)?.to.clone()
    });
    renamed.next_back().unwrap_or_else(|| folder.to_string())
}

/// Whether a capture shows last that a folder is not there.
fn is_missing(folder: &str, report: &Report) -> bool {
    let of_it = report.touches.folders.iter().filter(|it| it.path.eq_ignore_ascii_case(folder));
    // Who came later knows better; within a capture by events, else by the order of captures.
    let last = |it: &FolderAccess, event: Option<u64>| Some((it.by.capture, event?));
    let missing = of_it.clone().filter_map(|it| last(it, it.last_missing)).max();
    let there = of_it.filter_map(|it| last(it, it.last_success.max(it.created))).max();
    missing > there
}

/// Whether a capture shows last that the usual folder of the machine's keys is not there.
fn has_no_machine_keys(report: &Report) -> bool {
    let usual = |it: &&FolderAccess| {
        it.root == KeyRoot::CommonData
            && it.path.to_ascii_lowercase().ends_with(r"\rsa\machinekeys")
    };
    let mut of_it = report.touches.folders.iter().filter(usual);
    of_it.any(|it| is_missing(&it.path, report))
}

/// A folder as a command takes it. That of the machine's keys is known without a drive, too.
fn pasted(folder: &str) -> Option<String> {
    let usual = || shell_folder(&format!("{folder}\\name"));
    let is_usual = |it: &String| it.starts_with("%ProgramData%") && !it.contains(' ');
    quoted(folder).or_else(|| usual().filter(is_usual).filter(|it| is_harmless(it)))
}

/// The command that confirms a finding, with the paths that it is about.
pub(super) fn confirmation(
    finding: &Finding,
    text: &SignatureText,
    guids: &[NamedGuid],
    report: &Report,
) -> Option<Confirmation> {
    const PLACE: &str = "<the key file>";
    if is_redacted(report) {
        return None;
    }
    let own = finding.confirm.as_deref().unwrap_or(text.confirm);
    let command = match own.contains(PLACE) {
        false => own.to_string(),
        true => {
            let mut cited = finding.evidence.iter().flat_map(|evidence| {
                evidence.events.iter().map(|event| (evidence.capture, *event))
            });
            let path = cited.find_map(|place| {
                let entry = report.timeline.iter().find(|it| (it.capture, it.event) == place);
                entry.filter(|entry| entry.stem.is_some()).map(|entry| entry.path.as_str())
            })?;
            own.replace(PLACE, &quoted(path)?)
        }
    };
    if command.is_empty() || !is_harmless(&command) {
        return None;
    }
    let answers = if command == VALUE { of_value(guids) } else { of_other(&command) };
    Some(Confirmation { command, answers })
}

fn of_value(guids: &[NamedGuid]) -> Vec<Answer> {
    let has = |role| guids.iter().any(|named| named.role == role);
    let ordered = has(GuidRole::Older) && has(GuidRole::Newer);
    let answer = |guid: &MachineGuid, means: &str| Answer {
        guid: Some(guid.clone()),
        answer: None,
        means: means.into(),
    };
    // What is likelier stands first.
    guids
        .iter()
        .rev()
        .filter_map(|named| match named.role {
            GuidRole::Newer if ordered => Some(answer(&named.guid, "still the newer one")),
            GuidRole::Older if ordered => Some(answer(&named.guid, "already put back")),
            GuidRole::Unordered => Some(answer(&named.guid, "this is the present one")),
            _ => None,
        })
        .collect()
}

fn of_other(command: &str) -> Vec<Answer> {
    let answer = |answer: &str, means: &str| Answer {
        guid: None,
        answer: Some(answer.into()),
        means: means.into(),
    };
    match command.split(' ').next() {
        Some("icacls") => {
            vec![answer("no entry for the account or a group of it", "the right is missing")]
        }
        _ => Vec::new(),
    }
}

/// What would settle what a finding leaves open.
pub(super) fn settles(
    finding: &Finding,
    text: Option<&SignatureText>,
    guids: &[NamedGuid],
) -> Vec<String> {
    if guids.iter().any(|named| named.role == GuidRole::Unordered) {
        return vec![
            "The dates of the key files (`dir /a /t:c` of their folder, given with --keys-dir)."
                .into(),
            "A capture from before (--baseline).".into(),
            "The registry (--reg-export, --hive).".into(),
        ];
    }
    match text {
        Some(text) => sentences(text.disproved_by),
        None => finding.does_not_prove.clone(),
    }
}
