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

/// Whether a program makes the container itself when it has none, and not because one was
/// lost.
pub(super) fn makes_its_own(known: &KnownContainer, program: &str) -> bool {
    /// Containers and the programs that make them on behalf of an administrator.
    const MAKERS: [(&str, &str); 1] = [("NetFrameworkConfigurationKey", "aspnet_regiis.exe")];
    /// Programs that install anything.
    const OTHER_INSTALLERS: [&str; 3] = ["msiexec.exe", "setup.exe", "install.exe"];
    let is = |name: &str| program.eq_ignore_ascii_case(name);
    MAKERS.iter().any(|(name, maker)| *name == known.name && is(maker))
        || INSTALLERS.iter().chain(&OTHER_INSTALLERS).any(|name| is(name))
}
