//! On which volume the Windows runs whose events a capture has.

use super::Trace;
use super::computer::variables;
use super::hardware_events::hardware_store;
use crate::key_file::{
    KeyFile, KeyFolder, KeyRoot, crypto_root, drive_of, is_elsewhere, is_short_key_name,
};

/// The drive letter of the Windows that runs, as far as the events show it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OwnVolume {
    /// The drive of the first program or library of Windows, or the one that the environment of
    /// a process names.
    of_windows: Option<char>,
    /// Whether a key folder on C: was met.
    has_keys_on_c: bool,
}

impl OwnVolume {
    /// Takes in the path of an event that the reader of every format hands over.
    pub(super) fn see(&mut self, path: &str) {
        const WINDOWS: &[u8] = b":\\windows\\system32\\";
        if self.of_windows.is_none()
            && let Some((letter, rest)) = path.as_bytes().split_first()
            && letter.is_ascii_alphabetic()
            && rest.get(..WINDOWS.len()).is_some_and(|part| part.eq_ignore_ascii_case(WINDOWS))
        {
            self.of_windows = Some(char::from(letter.to_ascii_lowercase()));
        }
    }

    /// Takes in the environment of a process, which names the drive of Windows.
    pub(super) fn see_environment(&mut self, environment: &str) {
        const NAMES: [&str; 3] = ["SystemRoot", "windir", "SystemDrive"];
        if self.of_windows.is_none() {
            let is_one = |key: &str| NAMES.iter().any(|name| key.eq_ignore_ascii_case(name));
            let value = variables(environment).find(|(key, _)| is_one(key));
            self.of_windows = value.and_then(|(_, value)| drive_of(value));
        }
    }

    /// The root of a folder, which is another one where the folder is on another volume than
    /// Windows.
    fn root(&mut self, root: KeyRoot, path: &str) -> KeyRoot {
        if !root.is_beside_windows() {
            return root;
        }
        let Some(drive) = drive_of(path) else { return root };
        self.has_keys_on_c |= drive == 'c';
        let own = self.of_windows.or(self.has_keys_on_c.then_some('c'));
        if own.is_some_and(|own| own != drive) { KeyRoot::Other } else { root }
    }
}

impl Trace {
    /// The key file of a path.
    pub(super) fn key_file(&mut self, path: &str) -> Option<KeyFile> {
        let mut file = KeyFile::from_path(path)?;
        file.folder.root = self.own_volume.root(file.folder.root, path);
        Some(file)
    }

    /// The key folder of a path.
    pub(super) fn key_folder(&mut self, path: &str) -> Option<KeyFolder> {
        let mut folder = KeyFolder::from_path(path)?;
        folder.root = self.own_volume.root(folder.root, path);
        Some(folder)
    }

    /// The root of a key folder, or of a folder on the way to one.
    pub(super) fn root_of_folder(&mut self, path: &str) -> Option<KeyRoot> {
        let root = crypto_root(path)?;
        Some(self.own_volume.root(root, path))
    }

    /// The root of the folder of a key file that is called by its short name.
    fn root_of_short_name(&mut self, path: &str) -> Option<KeyRoot> {
        let (folder, name) = path.rsplit_once('\\')?;
        if !is_short_key_name(name) {
            return None;
        }
        self.key_folder(folder).map(|folder| folder.root)
    }

    /// Whether a path below `Microsoft\Crypto` or `Microsoft\Ngc` is that of a key file, of a
    /// key folder, or of a folder on the way to one, and of the Windows that runs.
    pub(super) fn is_at_own_keys(&mut self, path: &str) -> bool {
        let root = match self.key_file(path) {
            Some(file) => Some(file.folder.root),
            None => match self.root_of_folder(path) {
                None => self.root_of_short_name(path),
                root => root,
            },
        };
        match root {
            Some(root) => root != KeyRoot::Other,
            None => hardware_store(path).is_some() && !is_elsewhere(path),
        }
    }
}
