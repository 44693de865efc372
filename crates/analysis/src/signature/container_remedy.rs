//! What to do about a container that is known: who needs it, and how a new one is made.

use crate::container::KnownContainer;
use crate::report::ProcessSummary;
use crate::trace::is_installer;

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
             documented. Without a backup, look into the documentation of whatever needs it, or ask its maker.",
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
    let Some(known) = known.filter(|known| !known.users.is_empty()) else {
        return String::new();
    };
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

/// Whether a program makes the container itself when it has none, and not because one was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MakesItsOwn {
    /// It is known to, or an installer has started it.
    Yes,
    /// Nothing but its name says that it installs something.
    ByItsName,
    /// Nothing says so.
    No,
}

/// Whether a program with this name makes the container itself; what is known of its process
/// says more than the name.
pub(super) fn makes_its_own(
    known: &KnownContainer,
    name: &str,
    process: Option<&ProcessSummary>,
) -> MakesItsOwn {
    /// Containers and the programs that make them on behalf of an administrator.
    const MAKERS: [(&str, &str); 1] = [("NetFrameworkConfigurationKey", "aspnet_regiis.exe")];
    let is_maker = MAKERS
        .iter()
        .any(|(container, maker)| *container == known.name && name.eq_ignore_ascii_case(maker));
    let image = process.and_then(|process| process.image.as_deref());
    if is_maker || installs(name) {
        // A program of Windows lies in its folder; another one can have any name.
        return match image.is_none_or(is_in_windows) {
            true => MakesItsOwn::Yes,
            false => MakesItsOwn::No,
        };
    }
    let parent = process.and_then(|process| process.started_by.as_deref());
    if parent.is_some_and(installs) {
        return MakesItsOwn::Yes;
    }
    // Installers of other products have any name with one of these words in it.
    let lower = name.to_ascii_lowercase();
    let says_so = ["setup", "install"].iter().any(|word| lower.contains(word));
    match says_so && !lower.contains("uninstall") {
        true => MakesItsOwn::ByItsName,
        false => MakesItsOwn::No,
    }
}

/// Whether a program with this name installs parts of Windows, or any product.
fn installs(name: &str) -> bool {
    is_installer(name) || name.eq_ignore_ascii_case("msiexec.exe")
}

/// Whether a path lies in the folder of Windows, whatever its drive or device.
fn is_in_windows(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let below = match path.as_bytes() {
        [_, b':', ..] => path.get(2..).unwrap_or_default(),
        _ if path.starts_with("\\device\\") => {
            path.splitn(4, '\\').nth(3).map_or("", |rest| &path[path.len() - rest.len() - 1..])
        }
        _ => path.as_str(),
    };
    ["\\windows\\", "\\winnt\\", "\\systemroot\\", "%systemroot%\\", "%windir%\\"]
        .iter()
        .any(|folder| below.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::is_in_windows;

    #[test]
    fn the_folder_of_windows_is_the_first_one_of_its_volume() {
        for (path, is_there) in [
            (r"C:\Windows\System32\msiexec.exe", true),
            (r"d:\WINDOWS\servicing\TrustedInstaller.exe", true),
            (r"C:\WINNT\system32\msiexec.exe", true),
            (r"\Device\HarddiskVolume3\Windows\System32\msiexec.exe", true),
            (r"%SystemRoot%\system32\msiexec.exe", true),
            (r"C:\Users\eva\Windows\msiexec.exe", false),
            (r"C:\Temp\msiexec.exe", false),
            (r"C:\WindowsApps\msiexec.exe", false),
            (r"\Device\HarddiskVolume3\Temp\Windows\msiexec.exe", false),
            ("", false),
        ] {
            assert_eq!(is_in_windows(path), is_there, "{path}");
        }
    }
}
