//! Key files and the folders that they stand in.

use std::fmt;

use crate::container::{KeySystem, is_stem};
use crate::guid::MachineGuid;

/// Whose keys a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum KeyScope {
    /// The computer's: `MachineKeys` or `Crypto\Keys` below the common data.
    Machine,
    /// LocalSystem's own.
    LocalSystem,
    /// LocalService's own.
    LocalService,
    /// NetworkService's own.
    NetworkService,
    /// A user's own.
    User,
}

/// Where a key folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum KeyRoot {
    /// The common data of all users, in any of its spellings.
    CommonData,
    /// `%windir%\Profiles\All Users`, where IIS 6 looks when the shell folder
    /// values are wrong.
    WindowsProfiles,
    /// `%windir%\System32`: not the key store of IIS.
    System32,
    /// The profile of a service account.
    ServiceProfile,
    /// The profile of a user.
    UserProfile,
    /// Anywhere else: a backup, or the store of another Windows, such as `Windows.old`, an
    /// image, a shadow copy, another volume or a share. It is shown and not judged.
    Other,
}

/// The kind of a key folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct KeyFolder {
    /// The key system.
    pub provider: KeySystem,
    /// Whose keys.
    pub scope: KeyScope,
    /// Where.
    pub root: KeyRoot,
    /// Folder below `Microsoft\Crypto`.
    store: Store,
}

/// The folder below `Microsoft\Crypto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
enum Store {
    #[cfg_attr(feature = "serde", serde(rename = "RSA\\MachineKeys"))]
    RsaMachineKeys,
    #[cfg_attr(feature = "serde", serde(rename = "DSS\\MachineKeys"))]
    DssMachineKeys,
    #[cfg_attr(feature = "serde", serde(rename = "RSA\\<SID>"))]
    RsaSid,
    #[cfg_attr(feature = "serde", serde(rename = "DSS\\<SID>"))]
    DssSid,
    Keys,
    SystemKeys,
}

impl Store {
    fn name(self) -> &'static str {
        match self {
            Store::RsaMachineKeys => "RSA\\MachineKeys",
            Store::DssMachineKeys => "DSS\\MachineKeys",
            Store::RsaSid => "RSA\\<SID>",
            Store::DssSid => "DSS\\<SID>",
            Store::Keys => "Keys",
            Store::SystemKeys => "SystemKeys",
        }
    }
}

impl KeyFolder {
    /// The kind of folder, when `path` is a key folder. A trailing backslash or
    /// `\*` does not matter.
    ///
    /// ```
    /// use procmonkey_analysis::{KeyFolder, KeyScope};
    ///
    /// let folder = KeyFolder::from_path(r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys").unwrap();
    /// assert_eq!(folder.scope, KeyScope::Machine);
    /// assert_eq!(folder.to_string(), r"RSA\MachineKeys");
    /// ```
    pub fn from_path(path: &str) -> Option<KeyFolder> {
        let plain = normalise(path);
        let plain = plain.trim_end_matches('*').trim_end_matches('\\');
        folder_of(plain)
    }
}

impl KeyFolder {
    /// The folder that is asked about nearly always: `RSA\MachineKeys` below the common
    /// data.
    pub(crate) fn usual() -> KeyFolder {
        KeyFolder {
            provider: KeySystem::Capi,
            scope: KeyScope::Machine,
            root: KeyRoot::CommonData,
            store: Store::RsaMachineKeys,
        }
    }
}

impl KeyFolder {
    /// The same folder somewhere else.
    pub(crate) fn at(self, root: KeyRoot) -> KeyFolder {
        KeyFolder { root, ..self }
    }
}

impl fmt::Display for KeyFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.store.name())?;
        match self.root {
            KeyRoot::WindowsProfiles => f.write_str(" (under %windir%\\Profiles)"),
            KeyRoot::System32 => f.write_str(" (under System32)"),
            _ => Ok(()),
        }
    }
}

/// A file that keeps a key container, recognised by its path.
///
/// ```
/// use procmonkey_analysis::KeyFile;
///
/// let path = r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
/// let file = KeyFile::from_path(path).unwrap();
/// assert_eq!(file.stem, "c2319c42033a5ca7f44e731bfd3fa2b5");
/// assert_eq!(file.guid.short(), "4f6c1d2e");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct KeyFile {
    /// The kind of folder.
    pub folder: KeyFolder,
    /// The hash of the container's name, in lower case.
    pub stem: String,
    /// The GUID behind the underscore.
    pub guid: MachineGuid,
}

impl KeyFile {
    /// Takes a path apart. `None` when it is not a file of a key folder with a
    /// name of the form `<32 hexadecimal digits>_<GUID>`.
    pub fn from_path(path: &str) -> Option<KeyFile> {
        let (folder, name) = path.rsplit_once(['\\', '/'])?;
        KeyFile::in_folder(folder_of(&normalise(folder))?, name)
    }

    /// The key file of this name in a folder.
    pub fn in_folder(folder: KeyFolder, name: &str) -> Option<KeyFile> {
        let (stem, guid) = split_name(name)?;
        Some(KeyFile { folder, stem: stem.to_ascii_lowercase(), guid: MachineGuid::new(guid) })
    }
}

const CONTENT: &str = "::$DATA";

/// Splits a key file's name into stem and GUID. Microsoft's documentation names
/// an extension `.key`, which no real file has; it is accepted all the same.
pub(crate) fn split_name(name: &str) -> Option<(&str, &str)> {
    // The stream in which every file has its content.
    let name = match name.len().checked_sub(CONTENT.len()).and_then(|at| name.split_at_checked(at))
    {
        Some((file, stream)) if stream.eq_ignore_ascii_case(CONTENT) => file,
        _ => name,
    };
    let (stem, rest) = name.split_once('_')?;
    let guid = match rest.rsplit_once('.') {
        Some((guid, extension)) if extension.eq_ignore_ascii_case("key") => guid,
        Some(_) => return None,
        None => rest,
    };
    (is_stem(stem) && !guid.is_empty()).then_some((stem, guid))
}

/// Lower case, backslashes, without device prefixes, short names spelt out.
fn normalise(path: &str) -> String {
    let mut plain = path.to_lowercase();
    if plain.contains('/') {
        plain = plain.replace('/', "\\");
    }
    for prefix in ["\\\\?\\globalroot", "\\\\?\\", "\\\\.\\", "\\??\\"] {
        if let Some(rest) = plain.strip_prefix(prefix) {
            plain = rest.to_string();
        }
    }
    if plain.contains('~') { spell_out(&plain) } else { plain }
}

/// The folders on the way to keys whose names are too long for the eight characters
/// that old programs allow; the same behind a certain other one comes first.
const LONG_NAMES: [(&str, &str); 14] = [
    ("serviceprofiles", "localservice"),
    ("serviceprofiles", "networkservice"),
    ("config", "systemprofile"),
    ("crypto", "systemkeys"),
    ("rsa", "machinekeys"),
    ("dss", "machinekeys"),
    ("", "documents and settings"),
    ("", "all users"),
    ("", "application data"),
    ("", "local settings"),
    ("", "programdata"),
    ("", "microsoft"),
    ("", "serviceprofiles"),
    ("", "default user"),
];

/// A path with the names that Windows shortened, as far as they can be told: which
/// number Windows gave to one depends on what else stood in the folder.
fn spell_out(plain: &str) -> String {
    let mut long: Vec<&str> = Vec::new();
    for part in plain.split('\\') {
        let above = long.last().copied().unwrap_or_default();
        let name = LONG_NAMES.iter().find(|(behind, name)| {
            (behind.is_empty() || *behind == above) && is_short_of(part, name)
        });
        long.push(name.map_or(part, |(_, name)| name));
    }
    long.join("\\")
}

/// Whether `short` can be the short name of `long`, both in lower case: the first six
/// letters and a number, or two letters, four digits of a hash and a number.
pub(crate) fn is_short_of(short: &str, long: &str) -> bool {
    let Some((start, number)) = short.split_once('~') else { return false };
    let letters: String = long.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_hashed = start.len() == 6
        && start.get(..2) == letters.get(..2)
        && start.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit());
    // From ten on, a digit more takes the place of a letter.
    let is_start = start.len() + number.len() == 7 && letters.starts_with(start);
    is_number && long.len() > 8 && (is_start || is_hashed)
}

/// Whether a name can be the short one of a key file: the first digits of the hash and
/// a number.
pub(crate) fn is_short_key_name(name: &str) -> bool {
    let Some((start, number)) = name.split_once('~') else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_hash = start.len() >= 2 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number && is_hash && start.len() + number.len() == 7
}

/// The folder in which all key folders lie, below that of application data.
const CRYPTO: &str = "\\microsoft\\crypto";

/// Where that folder stands for the last time in a path in lower case, with something behind
/// it that fits.
fn last_crypto(plain: &str, fits: impl Fn(&str) -> bool) -> Option<usize> {
    memchr::memrchr_iter(b'\\', plain.as_bytes())
        .find(|at| plain[*at..].strip_prefix(CRYPTO).is_some_and(&fits))
}

/// The same, of what lies below it.
fn place_above(plain: &str) -> Option<usize> {
    last_crypto(plain, |below| below.starts_with('\\'))
}

/// The folder of application data that a key folder lies in, which its profile has for other
/// things, too.
pub(crate) fn application_data_of(folder: &str) -> Option<&str> {
    Some(&folder[..place_above(&folder.to_ascii_lowercase())?])
}

/// The kind of a folder whose path is in normal form.
fn folder_of(plain: &str) -> Option<KeyFolder> {
    let place = place_above(plain)?;
    let below = &plain[place + CRYPTO.len() + 1..];
    let (store, sid) = match below {
        "rsa\\machinekeys" => (Store::RsaMachineKeys, None),
        "dss\\machinekeys" => (Store::DssMachineKeys, None),
        "keys" => (Store::Keys, None),
        "systemkeys" => (Store::SystemKeys, None),
        _ => {
            let (kind, sid) = below.split_once('\\')?;
            let store = match kind {
                "rsa" => Store::RsaSid,
                "dss" => Store::DssSid,
                _ => return None,
            };
            if !sid.starts_with("s-1-") || sid.contains('\\') {
                return None;
            }
            (store, Some(sid))
        }
    };
    let (root, account) = root_of(&plain[..place]);
    let scope = match (store, sid) {
        (Store::RsaMachineKeys | Store::DssMachineKeys, _) => KeyScope::Machine,
        (Store::SystemKeys, _) | (_, Some("s-1-5-18")) => KeyScope::LocalSystem,
        (_, Some("s-1-5-19")) => KeyScope::LocalService,
        (_, Some("s-1-5-20")) => KeyScope::NetworkService,
        (_, Some(_)) => KeyScope::User,
        (_, None) => account.unwrap_or(KeyScope::Machine),
    };
    let provider = match store {
        Store::Keys | Store::SystemKeys => KeySystem::Cng,
        _ => KeySystem::Capi,
    };
    Some(KeyFolder { provider, scope, root, store })
}

/// The root of a folder that is a key folder, or one of `Microsoft\Crypto` on the
/// way to it. `None` for any other path.
pub(crate) fn crypto_root(path: &str) -> Option<KeyRoot> {
    let plain = normalise(path);
    let plain = plain.trim_end_matches('*').trim_end_matches('\\');
    if let Some(folder) = folder_of(plain) {
        return Some(folder.root);
    }
    let place = last_crypto(plain, |_| true)?;
    let on_the_way = matches!(&plain[place + CRYPTO.len()..], "" | "\\rsa" | "\\dss");
    on_the_way.then(|| root_of(&plain[..place]).0)
}

/// Whether a file lies in a folder or below it, in whichever spelling of the two.
pub(crate) fn lies_below(file: &str, folder: &str) -> bool {
    let (file, folder) = (normalise(file), normalise(folder));
    let folder = folder.trim_end_matches('\\');
    let is_below = |file: &str, folder: &str| {
        file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('\\'))
    };
    if is_below(&file, folder) {
        return true;
    }
    let (Some(in_file), Some(in_folder)) =
        (last_crypto(&file, |_| true), last_crypto(folder, |_| true))
    else {
        return false;
    };
    let is_common = |above: &str| root_of(above).0 == KeyRoot::CommonData;
    is_common(&file[..in_file])
        && is_common(&folder[..in_folder])
        && is_below(&file[in_file..], &folder[in_folder..])
}

/// Whether a path lies below a folder of the same spelling, whichever folder it is.
pub(crate) fn lies_in(path: &str, folder: &str) -> bool {
    let (path, folder) = (normalise(path), normalise(folder));
    path.strip_prefix(folder.trim_end_matches('\\')).is_some_and(|rest| rest.starts_with('\\'))
}

/// The folder that a path stands in, as a shell takes it; `None` where only a device
/// names its volume.
pub(crate) fn shell_folder(path: &str) -> Option<String> {
    let (folder, _) = path.trim_end_matches('\\').rsplit_once('\\')?;
    if matches!(folder.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic()) {
        return Some(folder.to_string());
    }
    let plain = normalise(folder);
    let place = last_crypto(&plain, |_| true)?;
    let below = &plain[place + CRYPTO.len()..];
    (root_of(&plain[..place]).0 == KeyRoot::CommonData).then(|| {
        let below = match below {
            "\\rsa\\machinekeys" => "\\RSA\\MachineKeys",
            "\\dss\\machinekeys" => "\\DSS\\MachineKeys",
            other => other,
        };
        format!("%ProgramData%\\Microsoft\\Crypto{below}")
    })
}

/// Whether a path lies below a folder of machine keys of CryptoAPI, or LocalSystem's.
pub(crate) fn is_in_machine_store(path: &str) -> bool {
    let plain = normalise(path);
    ["\\crypto\\rsa\\machinekeys\\", "\\crypto\\rsa\\s-1-5-18\\"].iter().any(|s| plain.contains(s))
}

/// Where the part of a path above `Microsoft\Crypto` stands, and whose profile
/// it is.
fn root_of(above: &str) -> (KeyRoot, Option<KeyScope>) {
    let user = Some(KeyScope::User);
    // Only at the top of a volume is it the system's own; below, it is a copy.
    let at_top = without_volume(above);
    if at_top.ends_with("\\profiles\\all users\\application data") {
        return (KeyRoot::WindowsProfiles, None);
    }
    const COMMON_DATA: [&str; 5] = [
        "\\programdata",
        "\\programdata\\application data",
        "\\users\\all users",
        "\\users\\all users\\application data",
        "\\documents and settings\\all users\\application data",
    ];
    if COMMON_DATA.contains(&at_top) {
        return (KeyRoot::CommonData, None);
    }
    // The folder of Windows may have any name, but it is at the top.
    let in_windows = |folder: &str| {
        at_top.find(folder).is_some_and(|at| at_top[..at].matches('\\').count() == 1)
    };
    if in_windows("\\serviceprofiles\\localservice\\") {
        return (KeyRoot::ServiceProfile, Some(KeyScope::LocalService));
    }
    if in_windows("\\serviceprofiles\\networkservice\\") {
        return (KeyRoot::ServiceProfile, Some(KeyScope::NetworkService));
    }
    if in_windows("\\system32\\config\\systemprofile\\")
        || in_windows("\\syswow64\\config\\systemprofile\\")
    {
        return (KeyRoot::ServiceProfile, Some(KeyScope::LocalSystem));
    }
    if above.ends_with("\\system32") {
        return (KeyRoot::System32, None);
    }
    if (above.ends_with("\\appdata\\roaming") || above.ends_with("\\application data"))
        && !is_of_another_windows(above)
    {
        return (KeyRoot::UserProfile, user);
    }
    (KeyRoot::Other, None)
}

/// Whether a path belongs to another Windows, as far as its folders show it.
pub(crate) fn is_elsewhere(path: &str) -> bool {
    is_of_another_windows(&normalise(path))
}

/// Whether a profile belongs to another Windows: one that was replaced, one in an image or
/// a container, one of another moment, or one of another computer.
fn is_of_another_windows(above: &str) -> bool {
    const TOPS: [&str; 7] = [
        "\\\\",
        "unc\\",
        "\\device\\mup\\",
        "\\device\\lanmanredirector\\",
        "\\device\\vhdharddisk",
        "\\device\\harddiskvolumeshadowcopy",
        "\\;",
    ];
    const FOLDERS: [&str; 9] = [
        "\\windows.old\\",
        "\\windows.old.",
        "\\windows.old(",
        "\\$windows.~",
        "\\windowsfilter\\",
        "\\containerd\\",
        "\\windows\\containers\\",
        "\\files\\users\\",
        "\\@gmt-",
    ];
    // Each of the folders begins with a backslash and one of these.
    const SECOND: &[u8] = b"w$cf@";
    let bytes = above.as_bytes();
    let may_be_one = |at: &usize| bytes.get(at + 1).is_some_and(|byte| SECOND.contains(byte));
    let mut parts = memchr::memchr_iter(b'\\', bytes).filter(may_be_one).map(|at| &above[at..]);
    TOPS.iter().any(|top| above.starts_with(top))
        || parts.any(|rest| FOLDERS.iter().any(|it| rest.starts_with(it)))
}

/// The path behind its drive letter or volume device.
fn without_volume(path: &str) -> &str {
    if let Some(rest) = path.strip_prefix("\\device\\harddiskvolume") {
        return rest.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    if let Some(rest) = path.strip_prefix("volume{") {
        return rest.split_once('}').map_or(rest, |(_, rest)| rest);
    }
    match path.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => &path[2..],
        _ => path,
    }
}

/// The drive letter of a path, in lower case.
pub(crate) fn drive_of(path: &str) -> Option<char> {
    let drive = |path: &str| match path.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => {
            Some(char::from(letter.to_ascii_lowercase()))
        }
        _ => None,
    };
    drive(path).or_else(|| drive(&normalise(path)))
}

impl KeyRoot {
    /// Whether it is on the volume of Windows wherever it belongs to the Windows that runs.
    pub(crate) fn is_beside_windows(self) -> bool {
        !matches!(self, KeyRoot::UserProfile | KeyRoot::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";

    fn kind(folder: &str) -> Option<(KeySystem, KeyScope, KeyRoot)> {
        let file = KeyFile::from_path(&format!("{folder}\\{NAME}"))?;
        assert_eq!(Some(file.folder), KeyFolder::from_path(folder));
        Some((file.folder.provider, file.folder.scope, file.folder.root))
    }

    #[test]
    fn every_folder_is_known_in_every_spelling() {
        use KeyRoot::*;
        use KeyScope::*;
        use KeySystem::*;
        for (folder, want) in [
            (r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys", (Capi, Machine, CommonData)),
            (r"c:\programdata\microsoft\crypto\rsa\machinekeys", (Capi, Machine, CommonData)),
            (r"C:\Users\All Users\Microsoft\Crypto\RSA\MachineKeys", (Capi, Machine, CommonData)),
            (
                r"C:\ProgramData\Application Data\Microsoft\Crypto\DSS\MachineKeys",
                (Capi, Machine, CommonData),
            ),
            (
                r"C:\Documents and Settings\All Users\Application Data\Microsoft\Crypto\RSA\MachineKeys",
                (Capi, Machine, CommonData),
            ),
            (
                r"C:\DOCUME~1\ALLUSE~1\APPLIC~1\Microsoft\Crypto\RSA\MachineKeys",
                (Capi, Machine, CommonData),
            ),
            (
                r"C:\WINDOWS\Profiles\All Users\Application Data\Microsoft\Crypto\RSA\MachineKeys",
                (Capi, Machine, WindowsProfiles),
            ),
            (r"D:\Backup\ProgramData\Microsoft\Crypto\RSA\MachineKeys", (Capi, Machine, Other)),
            (
                r"\Device\HarddiskVolume2\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
                (Capi, Machine, CommonData),
            ),
            (r"C:\Windows\System32\Microsoft\Crypto\RSA\MachineKeys", (Capi, Machine, System32)),
            (r"\??\C:\ProgramData\Microsoft\Crypto\RSA\S-1-5-18", (Capi, LocalSystem, CommonData)),
            (r"C:\ProgramData\Microsoft\Crypto\RSA\S-1-5-20", (Capi, NetworkService, CommonData)),
            (
                r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA\S-1-5-21-1-2-3-1001",
                (Capi, User, UserProfile),
            ),
            (r"C:\ProgramData\Microsoft\Crypto\Keys", (Cng, Machine, CommonData)),
            (r"C:\ProgramData\Microsoft\Crypto\SystemKeys", (Cng, LocalSystem, CommonData)),
            (r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\Keys", (Cng, User, UserProfile)),
            (
                r"C:\Windows\ServiceProfiles\LocalService\AppData\Roaming\Microsoft\Crypto\Keys",
                (Cng, LocalService, ServiceProfile),
            ),
        ] {
            assert_eq!(kind(folder), Some(want), "{folder}");
        }
    }

    #[test]
    fn short_names_are_told_in_every_part() {
        use KeyRoot::*;
        use KeyScope::*;
        use KeySystem::*;
        for (folder, want) in [
            (r"C:\PROGRA~3\MICROS~1\CRYPTO\RSA\MACHIN~1", (Capi, Machine, CommonData)),
            (r"C:\PROGRA~2\MICROS~4\Crypto\DSS\MACHIN~1", (Capi, Machine, CommonData)),
            (r"C:\ProgramData\MI1A2B~1\Crypto\RSA\MACHIN~1", (Capi, Machine, CommonData)),
            (r"C:\ProgramData\MICRO~10\Crypto\RSA\MachineKeys", (Capi, Machine, CommonData)),
            (r"C:\ProgramData\Microsoft\Crypto\SYSTEM~1", (Cng, LocalSystem, CommonData)),
            (
                r"C:\DOCUME~1\ALLUSE~1\APPLIC~1\MICROS~1\Crypto\RSA\MACHIN~1",
                (Capi, Machine, CommonData),
            ),
            (r"C:\Users\ALLUSE~1\MICROS~1\Crypto\Keys", (Cng, Machine, CommonData)),
            (
                r"C:\Windows\SERVIC~1\LOCALS~1\AppData\Roaming\MICROS~1\Crypto\Keys",
                (Cng, LocalService, ServiceProfile),
            ),
            (
                r"C:\Windows\SERVIC~2\NETWOR~1\AppData\Roaming\MICROS~1\Crypto\RSA\S-1-5-20",
                (Capi, NetworkService, ServiceProfile),
            ),
            (
                r"C:\Windows\System32\config\SYSTEM~1\AppData\Roaming\MICROS~1\Crypto\Keys",
                (Cng, LocalSystem, ServiceProfile),
            ),
            (
                r"C:\Users\eva\AppData\Roaming\MICROS~1\Crypto\RSA\S-1-5-~1",
                (Capi, User, UserProfile),
            ),
            (
                r"\\?\GLOBALROOT\Device\HarddiskVolume3\PROGRA~3\Microsoft\Crypto\RSA\MACHIN~1",
                (Capi, Machine, CommonData),
            ),
        ] {
            assert_eq!(kind(folder), Some(want), "{folder}");
        }
        for (short, long, want) in [
            ("machin~1", "machinekeys", true),
            ("machi~12", "machinekeys", true),
            ("mach~1", "machinekeys", false),
            ("machin~x", "machinekeys", false),
            ("machinekeys", "machinekeys", false),
            ("keys~1", "keys", false),
        ] {
            assert_eq!(is_short_of(short, long), want, "{short}");
        }
    }

    #[test]
    fn short_names_of_key_files_are_known() {
        for (name, want) in [
            ("C2319C~1", true),
            ("c2319~12", true),
            ("DESKTO~1", false),
            ("C2319C~", false),
            ("C2319C", false),
            ("C2319C~1.OLD", false),
        ] {
            assert_eq!(is_short_key_name(name), want, "{name}");
        }
    }

    #[test]
    fn the_stream_of_the_content_is_the_file_itself() {
        let path = format!(r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{NAME}");
        let plain = KeyFile::from_path(&path);
        assert!(plain.is_some());
        assert_eq!(KeyFile::from_path(&format!("{path}::$data")), plain);
    }

    #[test]
    fn a_folder_is_above_its_files_in_every_spelling() {
        let file = format!(r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{NAME}");
        for (folder, want) in [
            (r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys", true),
            (r"c:\programdata\microsoft\crypto\rsa\", true),
            (r"C:\Users\All Users\Microsoft\Crypto", true),
            (r"\Device\HarddiskVolume3\ProgramData\Microsoft\Crypto\RSA\MACHIN~1", true),
            (r"C:\ProgramData\Microsoft\Crypto\RSA\Machine", false),
            (r"C:\ProgramData\Microsoft\Crypto\DSS", false),
            (r"D:\Backup\ProgramData\Microsoft\Crypto\RSA", false),
            (r"C:\Users\eva\AppData\Roaming\Microsoft\Crypto\RSA", false),
        ] {
            assert_eq!(lies_below(&file, folder), want, "{folder}");
        }
    }

    #[test]
    fn braces_are_a_part_of_the_name() {
        let folder = r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys";
        let stem = &NAME[..32];
        let plain = KeyFile::from_path(&format!("{folder}\\{NAME}"));
        let braced = KeyFile::from_path(&format!("{folder}\\{stem}_{{{}}}", &NAME[33..]));
        assert!(plain.is_some() && braced.is_some());
        assert_ne!(plain, braced);
    }

    #[test]
    fn what_is_no_key_file_is_left_alone() {
        for path in [
            r"HKLM\SOFTWARE\Microsoft\StrongName\MachineKeyset",
            r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys",
            r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\desktop.ini",
            r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\c2319c42033a5ca7f44e731bfd3fa2b5",
            r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\c2319c42033a5ca7f44e731bfd3fa2b5_x.OLD",
            r"C:\Temp\c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1",
        ] {
            assert_eq!(KeyFile::from_path(path), None, "{path}");
        }
    }

    #[test]
    fn spellings_of_one_place_are_one_file() {
        let a = format!(r"C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys\{NAME}");
        let b =
            format!(r"c:\users\all users\microsoft\crypto\rsa\machinekeys\{}", NAME.to_uppercase());
        assert_eq!(KeyFile::from_path(&a), KeyFile::from_path(&b));
    }
}
