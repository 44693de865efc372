//! From a path, a stream or bytes to the facts in them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use procmonkey_analysis::parser::{LossKind, Position};

use crate::error::{Error, ErrorKind};
use crate::kind::{HEAD, Kind, is_binary, sniff};
use crate::reading::Collector;
use crate::{Limits, Reading, debugview, event_text, event_xml, hive, keys_dir, reg_text};
use procmonkey_analysis::parser::decode_text;

/// Reads a source whose kind is told by its content. `source` names it in what is
/// found. The logs of a hive that was not closed are not known here: [`open`] looks
/// for them, and [`hive::read`] takes them.
///
/// # Errors
/// When it is of no known kind, is too damaged, or holds no fact at all.
///
/// ```
/// let error = procmonkey_witness::read("a.txt", b"nothing of interest").unwrap_err();
/// assert_eq!(error.kind(), procmonkey_witness::ErrorKind::NotFound);
/// ```
pub fn read(source: &str, bytes: &[u8]) -> Result<Reading, Error> {
    read_from(source, bytes, &Limits::default())
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
    read_from_as(kind, source, bytes, &Limits::default())
}

/// Reads a source from a stream, such as standard input, as [`read`] does. An event
/// log is read piece by piece; anything else is held in memory.
///
/// # Errors
/// As [`read`], and when nothing can be read of the stream. One that fails later is
/// read as far as it goes.
///
/// ```
/// use procmonkey_witness::{Limits, read_from};
///
/// let text = "MachineGuid : 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
/// let reading = read_from("standard input", text.as_bytes(), &Limits::default())?;
/// assert_eq!(reading.witnesses.len(), 1);
/// # Ok::<(), procmonkey_witness::Error>(())
/// ```
pub fn read_from(source: &str, mut input: impl Read, limits: &Limits) -> Result<Reading, Error> {
    let head = head_of(&mut input).map_err(|error| Error::io(source, error))?;
    let kind = sniff(&head).ok_or_else(|| unknown(source))?;
    read_rest(kind, source, head, input, limits)
}

/// Reads a source of a known kind from a stream, as [`read_from`] does.
///
/// # Errors
/// As [`read_as`], and when nothing can be read of the stream.
///
/// ```
/// use procmonkey_witness::{ErrorKind, Kind, Limits, read_from_as};
///
/// let binary = std::io::repeat(0);
/// let error = read_from_as(Kind::DebugView, "x", binary, &Limits::default()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnknownKind);
/// ```
pub fn read_from_as(
    kind: Kind,
    source: &str,
    mut input: impl Read,
    limits: &Limits,
) -> Result<Reading, Error> {
    let head = head_of(&mut input).map_err(|error| Error::io(source, error))?;
    let is_text = matches!(kind, Kind::EventXml | Kind::DebugView | Kind::Text);
    if is_text && is_binary(&head) {
        let message = "binary data, where a text is wanted";
        return Err(Error::new(ErrorKind::UnknownKind, message).in_source(source));
    }
    read_rest(kind, source, head, input, limits)
}

/// Reads a file, or a key folder, whose kind is told by its content. Beside a hive
/// that was not closed, its transaction logs are looked for.
///
/// # Errors
/// As [`read`], and when it cannot be opened.
///
/// ```no_run
/// let reading = procmonkey_witness::open("case/SOFTWARE".as_ref())?;
/// # Ok::<(), procmonkey_witness::Error>(())
/// ```
pub fn open(path: &Path) -> Result<Reading, Error> {
    open_within(path, &Limits::default())
}

/// As [`open`], within limits.
///
/// # Errors
/// As [`open`].
///
/// ```no_run
/// use procmonkey_witness::{Limits, open_within};
///
/// let reading = open_within("case/System.evtx".as_ref(), &Limits::default().facts(1000))?;
/// # Ok::<(), procmonkey_witness::Error>(())
/// ```
pub fn open_within(path: &Path, limits: &Limits) -> Result<Reading, Error> {
    let source = path.display().to_string();
    if path.is_dir() {
        return keys_dir::read_folder_within(path, limits);
    }
    let failed = |error| Error::io(&source, error);
    let mut file = File::open(path).map_err(failed)?;
    let is_plain = file.metadata().is_ok_and(|metadata| metadata.is_file());
    let head = head_of(&mut file).map_err(failed)?;
    match sniff(&head).ok_or_else(|| unknown(&source))? {
        // A pipe cannot be read where it is looked up.
        Kind::Hive if is_plain => hive::read_file(&source, path, file, limits),
        kind => read_rest(kind, &source, head, file, limits),
    }
}

fn unknown(source: &str) -> Error {
    let message = "neither an event log, a registry hive, a folder listing, nor a text of events";
    Error::new(ErrorKind::UnknownKind, message).in_source(source)
}

/// The first bytes of a source, by which its kind is told.
fn head_of(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    match input.take(HEAD as u64).read_to_end(&mut head) {
        Err(error) if head.is_empty() => Err(error),
        // It fails again when the rest is read.
        _ => Ok(head),
    }
}

/// Reads a source whose first bytes were read already.
fn read_rest(
    kind: Kind,
    source: &str,
    head: Vec<u8>,
    input: impl Read,
    limits: &Limits,
) -> Result<Reading, Error> {
    if kind == Kind::EventLog {
        return read_event_log(source, head, input, limits);
    }
    let mut out = Collector::new(limits);
    let bytes = hold(head, input, &mut out);
    if kind == Kind::Hive {
        return hive::read_bytes(source, &bytes, |_| Vec::new(), out);
    }
    let text = decode_text(&bytes, &mut out.losses);
    drop(bytes);
    match kind {
        Kind::EventXml => event_xml::read_text(source, &text, &mut out),
        Kind::DebugView => debugview::read_text(source, &text, &mut out),
        _ => {
            event_text::read_text(source, &text, &mut out);
            reg_text::read_text(source, &text, &mut out);
            keys_dir::read_text(source, &text, &mut out);
        }
    }
    let reading = out.finish();
    let is_empty = reading.witnesses.is_empty() && reading.losses.is_empty();
    if kind == Kind::Text && is_empty {
        let message = "no event, MachineGuid or key file is named in this text";
        return Err(Error::not_found(message).in_source(source));
    }
    Ok(reading)
}

#[cfg(feature = "evtx")]
fn read_event_log(
    source: &str,
    head: Vec<u8>,
    input: impl Read,
    limits: &Limits,
) -> Result<Reading, Error> {
    crate::evtx::read_within(source, io::Cursor::new(head).chain(input), limits)
}

#[cfg(not(feature = "evtx"))]
fn read_event_log(
    source: &str,
    _head: Vec<u8>,
    _input: impl Read,
    _limits: &Limits,
) -> Result<Reading, Error> {
    let message = "an event log (EVTX), which this program cannot read: it was built without the \
                   feature `evtx`; export its events as text or XML";
    Err(Error::new(ErrorKind::Unsupported, message).in_source(source))
}

/// All bytes of a source, as far as they may be held.
fn hold(head: Vec<u8>, input: impl Read, out: &mut Collector<'_>) -> Vec<u8> {
    let most = out.limits.held_bytes;
    let mut bytes = head;
    let left = most.saturating_add(1).saturating_sub(bytes.len() as u64);
    let failed = input.take(left).read_to_end(&mut bytes).err();
    let end = Position::at_byte(most.min(bytes.len() as u64));
    if bytes.len() as u64 > most {
        let message = format!("it is longer than the {most} bytes that are held of it");
        out.lose(LossKind::Truncated, end, message);
        bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    } else if let Some(error) = failed {
        out.lose(LossKind::Truncated, end, format!("it cannot be read further: {error}"));
    }
    bytes
}

#[cfg(test)]
mod tests;
