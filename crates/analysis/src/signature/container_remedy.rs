//! What to do about a container that is known: who needs it, and how a new one is made.

use crate::container::KnownContainer;
use crate::trace::INSTALLERS;

/// How a lost container comes back: what Microsoft describes, or a backup where nothing else
/// is known.
pub(super) fn bring_back(known: Option<&KnownContainer>) -> String {
    let Some(known) = known else {
        return "Restore the key file from a backup of this Windows, or import the certificate with its key \
                again (PFX)."
            .into();
    };
    let Some(remedy) = known.remedy else {
        return format!(
            "Restore the key file of {} from a backup of this Windows: another way to bring it back is not \
             documented.",
            known.name
        );
    };
    let mut text = String::new();
    for step in remedy.steps {
        text.push_str(step.text);
        match step.command {
            Some(command) => text.push_str(&format!(": `{command}`. ")),
            None => text.push_str(". "),
        }
    }
    text.push_str(&format!("Afterwards, {}.", remedy.afterwards));
    text
}

/// Who needs a container, as a sentence with a blank in front; nothing where that is not
/// known.
pub(super) fn used_by(known: Option<&KnownContainer>) -> String {
    let Some(known) = known else { return String::new() };
    format!(" Who needs this key: {}.", known.owner)
}

/// Which accounts have to get at the file of a container, with a blank in front; nothing where
/// that is not documented.
pub(super) fn rights_of(known: Option<&KnownContainer>) -> String {
    let rights = known.and_then(|known| known.rights);
    rights.map(|rights| format!(" {rights}.")).unwrap_or_default()
}

/// Where the way to a new container is described, which is the last one: with a blank in front;
/// nothing where there is none.
pub(super) fn last_way(known: Option<&KnownContainer>) -> String {
    match known.filter(|known| known.remedy.is_some()) {
        Some(known) => format!(
            " Only where no file that opens what was encrypted is left: `procmonkey key \"{}\"` prints how \
             Microsoft makes this container anew, and what has to be entered again then.",
            known.name
        ),
        None => String::new(),
    }
}

/// Whether a program makes the container itself when it has none, and not because one was
/// lost.
pub(super) fn makes_its_own(known: &KnownContainer, program: &str) -> bool {
    /// Containers and the programs that make them on behalf of an administrator.
    const MAKERS: [(&str, &str); 1] = [("NetFrameworkConfigurationKey", "aspnet_regiis.exe")];
    /// Programs that install anything.
    const OTHER_INSTALLERS: [&str; 1] = ["msiexec.exe"];
    let is = |name: &str| program.eq_ignore_ascii_case(name);
    // Installers of other products have any name with one of these words in it.
    let lower = program.to_ascii_lowercase();
    let says_so = ["setup", "install"].iter().any(|word| lower.contains(word));
    MAKERS.iter().any(|(name, maker)| *name == known.name && is(maker))
        || INSTALLERS.iter().chain(&OTHER_INSTALLERS).any(|name| is(name))
        || says_so
}
