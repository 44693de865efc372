//! MK-03: a well-known container was missing and was made again.

use super::container_remedy::bring_back;
use super::facts::Facts;
use super::lost_key::{Doubt, LostKey, lost_keys};
use super::reference_guid;
use super::removal::Removal;
use super::{BACK_UP_FIRST, Confidence, EvidenceList, Match, Severity, Signature, SignatureText};
use crate::key_file::shell_folder;
use crate::sentences::sentences;
use crate::witness::Witness;

pub(super) struct KeyLost;

const TEXT: SignatureText = SignatureText {
    id: "MK-03",
    title: "A key container was missing and was created again",
    title_short: "A key was missing and made again",
    severity: "error, warning or info",
    looks_like: "A well-known container is not found and is then created under the same GUID; no \
        other GUID of it is in evidence. The capture may show who deleted or renamed the file before.",
    means: "The key file was deleted, or MachineGuid was changed and nothing in the capture \
        shows the old value. Both look alike, up to the error code 0x80090006.",
    look_alike: "The first start after an installation: an installer runs, and no service fails; aspnet_regiis.exe, \
        which makes the container of ASP.NET when it is asked to.",
    disproved_by: "A file of the container under another GUID turns it into MK-01; an installation that \
        is under way, and after which no service of IIS is known to fail, makes it healthy.",
    remedy: "Restore the key file from a backup of this Windows; without one, make the container anew in the way \
        that Microsoft describes for it (`procmonkey key` with its name).",
    confidence: "High when the capture shows who deleted or renamed the file; low, and only worth knowing, where \
        nothing but the name of the program says that it installs something, or where updates are being installed; \
        else medium: a deleted file and a changed GUID look alike. A file under another GUID, from any witness, turns it into MK-01; a listing without one suggests a deleted file.",
    confirm: "dir /a %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys",
    avoid: "Do not delete the new file or reinstall anything before the folder and the configuration are copied.",
    source: "An independent experiment on Windows Server 2003; Microsoft IIS support blog",
    technique: None,
};

impl Signature for KeyLost {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let keys = lost_keys(facts).into_iter().filter(|key| !reference_guid::explains(facts, key));
        keys.map(|key| lost(facts, &key)).collect()
    }
}

fn lost(facts: &Facts<'_>, key: &LostKey<'_>) -> Match {
    let (file, known) = (key.file, key.known);
    let mut evidence = EvidenceList::default();
    key.cite(facts, &mut evidence);
    let failure = facts.failure_of_iis();
    if let Some(failure) = failure {
        evidence.add_witness(failure.witness);
        evidence.raise(format!("{} ended with 0x{:08X}", failure.service, failure.code));
    }
    evidence.confirm_on(shell_folder(&file.path), |folder| format!("dir /a {folder}"));
    let mut leaning = "";
    if let Some(witness) = complete_listing(facts) {
        evidence.add_witness(witness);
        evidence.raise("a listing of the folder has no file of this container under another GUID");
        leaning = " A listing of the folder shows no file of it under another GUID, which suggests a \
                   deleted file.";
    }
    let before = (key.probe.capture, key.probe.event);
    let removal = facts.accesses_to(file).find_map(|access| Removal::of(facts, access, before));
    if let Some(removal) = &removal {
        removal.cite(&mut evidence);
        evidence.raise("the capture shows how the file went away");
    }
    let doubt = match (key.doubt, &removal) {
        (Some(doubt), None) => Some(doubt),
        _ => None,
    };
    let innocent = match doubt {
        Some(Doubt::NameOfProgram) => {
            evidence.lower("the name of the program says that it installs something");
            " By its name, the program installs something, and may have made this container for the first \
             time; the capture shows neither where its image lies nor that an installer started it."
                .to_string()
        }
        Some(Doubt::WindowsInstalls(event)) => {
            evidence.add(file.capture, event);
            evidence.lower("parts of Windows or updates are being installed");
            format!(
                " Parts of Windows or updates were being installed ({}), which may have made this container for \
                 the first time.",
                facts.place_text(file.capture, event)
            )
        }
        None => String::new(),
    };
    let ended = if key.exit.is_some() { " The process ended soon after." } else { "" };
    let it = format!("the key file of {}", known.name);
    let why = match &removal {
        Some(removal) => format!(" {}", removal.sentence(facts, &it)),
        None => format!(
            " Consistent with a key file that was deleted, and with a MachineGuid that was changed.{leaning}"
        ),
    };
    Match {
        severity: if doubt.is_some() {
            Severity::Info
        } else if key.exit.is_some() || failure.is_some() {
            Severity::Error
        } else {
            Severity::Warning
        },
        confidence: match (removal.is_some(), doubt) {
            (true, _) => Confidence::High,
            (false, Some(_)) => Confidence::Low,
            (false, None) => Confidence::Medium,
        },
        evidence,
        explanation: format!(
            "The key file of {} was not found under {}, and a new, empty container was made in its \
             place.{ended}{why}{innocent} At stake: {}.",
            known.name,
            file.guid,
            known.loss.unwrap_or("its keys")
        ),
        does_not_prove: sentences(match removal {
            Some(_) => "Does not show why the file was taken away.",
            None => {
                "Does not show which of the two it was: no file of this container under another GUID is in \
                 evidence. The first start after an installation looks alike; there, no service fails. A listing \
                 of the MachineKeys folder, a capture from before, or --machine-guid decides."
            }
        }),
        remedy: format!("{BACK_UP_FIRST} {}", remedy(key, removal.as_ref())),
    }
}

/// What to do, by what is known of how the file went away.
fn remedy(key: &LostKey<'_>, removal: Option<&Removal<'_>>) -> String {
    let back = bring_back(Some(key.known));
    match removal {
        Some(removal) if removal.is_renaming() => format!(
            "Then ask whoever renamed the file, or its folder, for the reason. The old file still has the key: move \
             the new, empty one aside, give the old one its name back, and restart the service. If the old file \
             is gone, bring the key back in this way. {back}"
        ),
        Some(_) => format!(
            "Then keep the program that deleted the file from doing so again, by its settings, before the key comes \
             back. {back}"
        ),
        None => format!(
            "Then list the folder (`dir /a`): a file {}_<another GUID> means that MachineGuid was changed; none \
             means that the file was deleted. If it was deleted, this is the way \
             back. {back}",
            key.file.stem
        ),
    }
}

/// A witness that lists all key files of the folder.
fn complete_listing(facts: &Facts<'_>) -> Option<usize> {
    facts.report.witnesses.iter().position(|entry| {
        matches!(&entry.witness, Witness::Folder(listing)
                if !listing.files.is_empty() && !listing.is_excerpt)
    })
}
