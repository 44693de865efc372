//! A file of the session: what it is, and the captures in it.

use procmonkey_parser::{
    Capture, Error, Event, FilterFile, Input, ReadAt, ReadOptions, TextEncoding, decode_text,
};
use procmonkey_witness::{Kind, Limits, Reading, Witness, sniff};
use serde::{Deserialize, Serialize};

use crate::stored::Stored;

/// What a file is to the case.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Capture,
    Baseline,
    EventLog,
    Hive,
    RegExport,
    KeysDir,
    #[serde(rename = "debugview")]
    DebugView,
    Filter,
}

impl Role {
    /// As the command line calls what is given as a witness.
    pub(crate) fn given_as(self) -> &'static str {
        match self {
            Role::Capture | Role::Filter => "",
            Role::Baseline => "baseline",
            Role::EventLog => "event_log",
            Role::Hive => "hive",
            Role::RegExport => "reg_export",
            Role::KeysDir => "keys_dir",
            Role::DebugView => "debugview",
        }
    }
}

/// The longest filter file, and the longest text that is looked at whole to tell what it is.
const MOST_LOOKED_AT: u64 = 4 << 20;

/// How much of a file is looked at first.
const HEAD: usize = 64 << 10;

/// A file, and what it was added as.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) stored: Stored,
    pub(crate) role: Option<Role>,
}

impl File {
    /// Opens the input, whose captures follow each other.
    pub(crate) fn open(&self, options: &ReadOptions) -> Result<Input<'static>, Error> {
        Input::from_read_at(self.name.clone(), self.stored.clone(), options)
    }

    /// Opens the capture with this number in the file.
    pub(crate) fn capture(
        &self,
        member: usize,
        options: &ReadOptions,
    ) -> Result<Capture<'static>, Error> {
        let mut input = self.open(options)?;
        for _ in 0..member {
            input.next_capture();
        }
        let found = input.next_capture();
        found.unwrap_or_else(|| input.into_capture())
    }

    /// Reads it as a witness.
    pub(crate) fn witness(&self, role: Role) -> Result<Reading, procmonkey_witness::Error> {
        let stream = Stream { stored: self.stored.clone(), at: 0 };
        let limits = Limits::default();
        match role {
            Role::DebugView => {
                procmonkey_witness::read_from_as(Kind::DebugView, &self.name, stream, &limits)
            }
            _ => procmonkey_witness::read_from(&self.name, stream, &limits),
        }
    }

    /// Reads it as a filter.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn filter(&self) -> Result<FilterFile, String> {
        let name = &self.name;
        if self.stored.len() > MOST_LOOKED_AT {
            return Err(format!("{name}: no filter file of Procmon's is longer than 4 MiB"));
        }
        let bytes = self.stored.range(0, MOST_LOOKED_AT as usize);
        let bytes = bytes.map_err(|error| format!("{name} cannot be read: {error}"))?;
        FilterFile::read(&bytes).map_err(|error| format!("{name}: {error}"))
    }

    /// What the content says that it is. What is neither a witness nor a filter is taken for a
    /// capture.
    pub(crate) fn guess(&self) -> Role {
        let Ok(head) = self.stored.range(0, HEAD) else { return Role::Capture };
        if self.filter().is_ok() {
            return Role::Filter;
        }
        match sniff(&head) {
            Some(Kind::EventLog | Kind::EventXml) => Role::EventLog,
            Some(Kind::Hive) => Role::Hive,
            Some(Kind::Text | Kind::DebugView) => self.guess_text(&head),
            _ => Role::Capture,
        }
    }

    fn guess_text(&self, head: &[u8]) -> Role {
        let text = decode_text(head, &mut procmonkey_parser::Losses::default());
        let start = text.trim_start_matches('\u{feff}').trim_start();
        if start.starts_with("Windows Registry Editor") || start.starts_with("REGEDIT4") {
            return Role::RegExport;
        }
        if self.has_event() || self.stored.len() > MOST_LOOKED_AT {
            return Role::Capture;
        }
        match self.witness(Role::KeysDir) {
            Ok(reading) if reading.witnesses.iter().any(is_event) => Role::EventLog,
            Ok(reading) if !reading.witnesses.is_empty() => Role::KeysDir,
            _ => Role::Capture,
        }
    }

    /// Whether it can be read as a capture, and has an event.
    fn has_event(&self) -> bool {
        let first = |mut capture: Capture<'_>| capture.read_event(&mut Event::default());
        self.capture(0, &ReadOptions::new()).and_then(first).unwrap_or(false)
    }
}

/// Whether a fact is of an event, and not of a value or a folder.
fn is_event(witness: &Witness) -> bool {
    !matches!(witness, Witness::MachineGuid(_) | Witness::Folder(_))
}

/// Whether the rows of a capture can be read from any of them on: the file holds nothing but its
/// text, which is UTF-8.
pub(crate) fn has_direct_rows(capture: &Capture<'_>, file: &File) -> bool {
    let encoding = capture.source_encoding();
    capture.name() == file.name
        && encoding.compression().is_empty()
        && !encoding.is_guessed()
        && matches!(encoding.encoding(), Some(TextEncoding::Utf8 | TextEncoding::Utf8Bom))
        && matches!(
            capture.format(),
            procmonkey_parser::Format::Csv | procmonkey_parser::Format::Xml
        )
}

/// An error with what caused it.
pub(crate) fn whole(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// The file from its beginning to its end.
struct Stream {
    stored: Stored,
    at: u64,
}

impl std::io::Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.stored.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
