//! The file with the key.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::Context;
use procmonkey_redact::Key;

use crate::args::UsageError;
use crate::messages::Messages;

/// The longest key file that is read, in bytes.
const LONGEST: u64 = 4096;

/// The key in this file. A file that is missing is made, with a new key that its owner alone can
/// read.
pub(super) fn get(path: &Path, messages: Messages) -> anyhow::Result<Key> {
    let shown = path.display();
    match OpenOptions::new().read(true).open(path) {
        Ok(file) => {
            let mut text = String::new();
            let read = file.take(LONGEST).read_to_string(&mut text);
            let key = read.ok().and_then(|_| Key::from_text(&text)).ok_or_else(|| {
                UsageError(format!("--key {shown}: a key file has 64 hexadecimal digits"))
            })?;
            warn_if_open(path, messages);
            messages.note(format_args!("{shown}: the key, which must not be given away"));
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = make(path).with_context(|| format!("{shown} cannot be written"))?;
            messages.note(format_args!("{shown}: a new key, which must not be given away"));
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("{shown} cannot be read")),
    }
}

/// Whether two paths name one file, or would.
pub(super) fn is_same(a: &Path, b: &Path) -> bool {
    a == b || same_file::is_same_file(a, b).unwrap_or(false)
}

fn make(path: &Path) -> io::Result<Key> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let key = Key::new(bytes);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(key.to_text().as_bytes())?;
    file.sync_all()?;
    Ok(key)
}

/// Says so where others can read the key.
#[cfg(unix)]
fn warn_if_open(path: &Path, messages: Messages) {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS: u32 = 0o077;
    if path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & OTHERS != 0) {
        messages.error(format_args!("{}: others can read this key; see chmod 600", path.display()));
    }
}

#[cfg(not(unix))]
fn warn_if_open(_path: &Path, _messages: Messages) {}
