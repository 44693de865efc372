//! Recognises what a source is by its content.

use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use procmonkey_analysis::parser::{Losses, decode_text};

use crate::error::{Error, ErrorKind};
use crate::{Reading, debugview, event_text, event_xml, evtx, hive, keys_dir, reg_text};

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A Windows event log, `.evtx`.
    EventLog,
    /// Events as XML.
    EventXml,
    /// A registry hive.
    Hive,
    /// A log of DebugView.
    DebugView,
    /// Text that people paste: events, registry values and folder listings, in any
    /// mixture.
    Text,
}

/// How much of a text is looked at to find out its kind.
const HEAD: usize = 64 * 1024;

/// The kind of a source, by its content; `None` when it is binary data of an unknown kind, or
/// a Procmon export.
///
/// ```
/// use procmonkey_witness::{Kind, sniff};
///
/// assert_eq!(sniff(b"ElfFile\0"), Some(Kind::EventLog));
/// assert_eq!(sniff(b"Event ID: 7024"), Some(Kind::Text));
/// assert_eq!(sniff(b"MZ\x90\0\x03\0"), None);
/// ```
pub fn sniff(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(b"ElfFile\0") {
        return Some(Kind::EventLog);
    }
    if bytes.starts_with(b"regf") {
        return Some(Kind::Hive);
    }
    let head = decode_text(&bytes[..bytes.len().min(HEAD)], &mut Losses::default());
    let start = head.trim_start();
    // A capture names key files, too, but is not a listing of a folder.
    let is_capture = start.starts_with("<procmon")
        || start.lines().next().is_some_and(|line| {
            line.contains("\"Operation\"") || line.contains("\"Process Name\"")
        });
    if is_capture || head.contains('\0') {
        return None;
    }
    if start.starts_with('<') && head.contains("<Event") {
        return Some(Kind::EventXml);
    }
    if debugview::looks_like(&head) {
        return Some(Kind::DebugView);
    }
    Some(Kind::Text)
}

/// Reads a source whose kind is recognised by its content. `source` names it in what is
/// found. The logs of a hive that was not closed are not known here: [`open`] looks
/// for them, and [`hive::read`] takes them.
///
/// # Errors
/// When it is of an unknown kind, is too damaged, or holds no fact at all.
///
/// ```
/// let error = procmonkey_witness::read("a.txt", b"nothing of interest").unwrap_err();
/// assert_eq!(error.kind(), procmonkey_witness::ErrorKind::NotFound);
/// ```
pub fn read(source: &str, bytes: &[u8]) -> Result<Reading, Error> {
    match sniff(bytes) {
        Some(kind) => read_as(kind, source, bytes),
        None => Err(Error::new(
            ErrorKind::UnknownKind,
            format!(
                "{source}: neither an event log, a registry hive, a folder listing, nor a text of events"
            ),
        )),
    }
}

/// Reads a source of a known kind.
///
/// # Errors
/// When it is not of that kind, is too damaged, or a hive or text holds no fact at
/// all.
///
/// ```
/// use procmonkey_witness::{Kind, read_as};
///
/// let reading = read_as(Kind::DebugView, "debug.log", b"a line")?;
/// assert_eq!(reading.witnesses.len(), 1);
/// # Ok::<(), procmonkey_witness::Error>(())
/// ```
pub fn read_as(kind: Kind, source: &str, bytes: &[u8]) -> Result<Reading, Error> {
    match kind {
        Kind::EventLog => evtx::read(source, Cursor::new(bytes)),
        Kind::EventXml => Ok(event_xml::read(source, bytes)),
        Kind::Hive => hive::read(source, bytes, &[]),
        Kind::DebugView => Ok(debugview::read(source, bytes)),
        Kind::Text => {
            let mut reading = event_text::read(source, bytes);
            // Each would count the same damaged text again.
            reading.witnesses.extend(reg_text::read(source, bytes).witnesses);
            reading.witnesses.extend(keys_dir::read_listing(source, bytes).witnesses);
            if reading.witnesses.is_empty() && reading.losses.is_empty() {
                let message = "no event, MachineGuid or key file is named in this text";
                return Err(Error::not_found(message).in_source(source));
            }
            Ok(reading)
        }
    }
}

/// Reads a file, or a key folder, whose kind is recognised by its content. Beside a hive,
/// its transaction logs are looked for.
///
/// # Errors
/// As [`read`], and when it cannot be opened.
///
/// ```no_run
/// let reading = procmonkey_witness::open("case/SOFTWARE".as_ref())?;
/// # Ok::<(), procmonkey_witness::Error>(())
/// ```
pub fn open(path: &Path) -> Result<Reading, Error> {
    let source = path.display().to_string();
    let failed = |error| Error::io(&source, error);
    if path.is_dir() {
        return keys_dir::read_folder(path);
    }
    let mut file = File::open(path).map_err(failed)?;
    let mut head = Vec::new();
    file.by_ref().take(8).read_to_end(&mut head).map_err(failed)?;
    if sniff(&head) == Some(Kind::EventLog) {
        // Security logs can have gigabytes.
        let file = File::open(path).map_err(failed)?;
        return evtx::read(&source, BufReader::new(file));
    }
    file.read_to_end(&mut head).map_err(failed)?;
    if head.starts_with(b"regf") {
        let logs: Vec<Vec<u8>> =
            log_paths(path).iter().filter_map(|log| fs::read(log).ok()).collect();
        let logs: Vec<&[u8]> = logs.iter().map(Vec::as_slice).collect();
        return hive::read(&source, &head, &logs);
    }
    read(&source, &head)
}

/// Where the transaction logs of a hive stand. A copy may have lost their capitals.
fn log_paths(path: &Path) -> Vec<PathBuf> {
    [".LOG1", ".LOG2", ".LOG", ".log1", ".log2", ".log"]
        .iter()
        .map(|ending| {
            let mut name = path.as_os_str().to_os_string();
            name.push(ending);
            PathBuf::from(name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use procmonkey_analysis::Witness;

    use super::*;

    #[test]
    fn a_ticket_may_hold_everything_at_once() {
        let text = "The IIS Admin Service service hung on starting.\n\
            HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\n  MachineGuid    REG_SZ    4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n\
            c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n";
        let reading = read("x", text.as_bytes()).unwrap();
        assert!(matches!(
            reading.witnesses.as_slice(),
            [Witness::Service(_), Witness::MachineGuid(_), Witness::Folder(_)]
        ));
    }

    #[test]
    fn captures_and_unknown_data_are_refused() {
        for bytes in
            [&b"\"Time of Day\",\"Process Name\",\"Operation\"\r\n"[..], b"<procmon>", b"a\0\0\0"]
        {
            assert_eq!(read("x", bytes).unwrap_err().kind(), ErrorKind::UnknownKind);
        }
    }
}
