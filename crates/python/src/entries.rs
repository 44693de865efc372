//! What `procmonkey batch` says of one file: a line of its manifest for each capture, with the
//! report.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use procmonkey_analysis::report::{CaptureRole, VerdictState};
use procmonkey_analysis::{Case, CaseOptions, Report, Severity};
use procmonkey_parser::{Capture, Error, ErrorKind, Input, ReadOptions};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::case::{case_options, check_case};
use crate::error::{Failure, Outcome};
use crate::json::to_python;
use crate::part::{Part, Settled};
use crate::selection::Keywords;
use crate::source::Source;
use crate::witnesses::Witnesses;
use crate::work::{Stop, run};

/// A finding, for counting.
#[derive(Debug, Serialize)]
struct Found {
    signature: String,
    severity: Severity,
    findings: u64,
}

/// What is known of a file, or of a capture in it. The names are those of the manifest.
#[derive(Debug, Default, Serialize)]
struct Entry {
    path: String,
    member: Option<String>,
    status: &'static str,
    bytes: Option<u64>,
    capture_id: Option<String>,
    format: Option<String>,
    events: Option<u64>,
    losses: Option<u64>,
    unknown: Option<u64>,
    broke_off: Option<String>,
    verdict: Option<VerdictState>,
    signatures: Vec<Found>,
    belongs_to: Option<String>,
    error: Option<String>,
    /// The name of the files that `batch` writes of it, without their ends.
    name: Option<String>,
    /// The report, as `batch` writes it.
    findings: Option<String>,
    /// The partition of its events.
    host: Option<String>,
    date: Option<String>,
    /// Its place in the archive.
    place: Option<usize>,
    /// The part that is all of it.
    part: Option<String>,
}

/// How a file is judged.
struct Question {
    source: Source,
    path: String,
    key: String,
    case: CaseOptions,
    witnesses: Witnesses,
    bytes: Option<u64>,
}

/// What `procmonkey batch` says of one file.
#[pyfunction]
#[pyo3(signature = (source, path, key, /, **keywords))]
pub(crate) fn entries(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    path: String,
    key: String,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<Py<PyAny>> {
    let keywords = Keywords(keywords);
    check_case(&keywords, &[])?;
    let (case, read) = case_options(&keywords)?;
    let witnesses = Witnesses::of(&keywords, &read)?;
    let source = Source::of(source, read)?.named(Some(path.clone()));
    let bytes = source.bytes();
    let question = Question { source, path, key, case, witnesses, bytes };
    let entries = run(py, move |stop| question.entries(stop))?;
    to_python(py, &entries)
}

impl Question {
    fn entries(&self, stop: &Stop) -> Outcome<Vec<Entry>> {
        let options = &self.source.options;
        if let Some(first) = self.source.path().and_then(|path| first_part(path, options)) {
            let belongs_to = Some(first.display().to_string());
            return Ok(vec![Entry { belongs_to, ..self.entry("part") }]);
        }
        let mut input = match self.source.input(&self.witnesses.keep_beside(options)) {
            Ok(input) => input,
            Err(Failure::Parser(error)) => return Ok(vec![self.failed(&error, None)]),
            Err(error) => return Err(error),
        };
        let names = input.members();
        let mut entries = Vec::new();
        while let Some(capture) = input.next_capture() {
            let place = (!names.is_empty()).then_some(entries.len());
            let member = place.and_then(|place| names.get(place)).cloned();
            let mut entry = match capture {
                Ok(mut capture) => self.judged(&mut capture, member.as_deref(), stop),
                Err(error) => self.failed(&error, member.as_deref()),
            };
            entry.place = place;
            entry.member = member;
            entries.push(entry);
        }
        if entries.is_empty() {
            let error = Some(format!("{}: the archive has no file in it", self.path));
            entries.push(Entry { error, ..self.entry("unreadable") });
        }
        Ok(entries)
    }

    fn judged(&self, capture: &mut Capture<'_>, member: Option<&str>, stop: &Stop) -> Entry {
        let mut case = Case::new(self.case.clone());
        self.witnesses.with_beside(&mut case, capture, |case, capture| {
            // One that breaks off says so in the report.
            let _: Result<ControlFlow<()>, Error> =
                case.read_until(CaptureRole::Case, capture, |_| match stop.is_set() {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                });
        });
        let (report, _) = case.finish_with_rows();
        let mut entry = self.entry("read");
        entry.set_report(&report);
        let settled = match (entry.format.as_deref(), capture.clock().date_order()) {
            (Some("pml"), _) => None,
            (_, Some(order)) => Some(Settled::Order(order)),
            _ => Some(Settled::Open),
        };
        entry.part = Some(Part::whole(settled).to_string());
        let id = entry.capture_id.as_deref().unwrap_or(WITHOUT_ID);
        let place = match member {
            Some(member) => short(&[self.key.as_bytes(), member.as_bytes()]),
            None => short(&[self.key.as_bytes()]),
        };
        entry.name = Some(format!("{id}-{place}"));
        entry.findings = serde_json::to_string_pretty(&report).ok().map(|text| text + "\n");
        entry
    }

    fn failed(&self, error: &Error, member: Option<&str>) -> Entry {
        let status = status_of(error, self.bytes.filter(|_| member.is_none()));
        let cause = std::error::Error::source(error);
        let text = cause.map_or(error.to_string(), |cause| format!("{error}: {cause}"));
        Entry { error: Some(text), ..self.entry(status) }
    }

    fn entry(&self, status: &'static str) -> Entry {
        Entry { path: self.path.clone(), status, bytes: self.bytes, ..Entry::default() }
    }
}

/// What stands in place of an id where there is none.
const WITHOUT_ID: &str = "capture";

impl Entry {
    fn set_report(&mut self, report: &Report) {
        let is_own =
            |it: &&procmonkey_analysis::report::CaptureSummary| it.role == CaptureRole::Case;
        let own: Vec<_> = report.captures.iter().filter(is_own).collect();
        let is_whole = report.inputs_unread.is_empty()
            && own.iter().all(|it| it.losses.count == 0 && it.broke_off.is_none());
        if !is_whole {
            self.status = "damaged";
        }
        self.events = Some(own.iter().map(|it| it.events_read).sum());
        self.losses = Some(own.iter().map(|it| it.losses.count).sum());
        self.unknown = Some(own.iter().map(|it| it.losses.unknown).sum());
        self.broke_off = own.iter().find_map(|it| it.broke_off.clone());
        self.format = own.first().map(|it| it.format.name().to_string());
        self.capture_id = own.first().and_then(|it| it.capture_id.clone());
        self.verdict = Some(report.verdict.state);
        for finding in &report.findings {
            match self.signatures.iter_mut().find(|it| it.signature == finding.signature) {
                Some(known) => {
                    known.severity = known.severity.max(finding.severity);
                    known.findings += 1;
                }
                None => self.signatures.push(Found {
                    signature: finding.signature.to_string(),
                    severity: finding.severity,
                    findings: 1,
                }),
            }
        }
        self.signatures.sort_by(|a, b| a.signature.cmp(&b.signature));
        let first = report.captures.first();
        let host = first.and_then(|it| it.computer.names.first()).map(|it| it.name.clone());
        // As much of a long name as the name of a folder has.
        self.host = host.filter(|it| !it.is_empty()).map(|it| it.chars().take(60).collect());
        self.date = first.and_then(|it| it.first_time.as_deref()).and_then(date_of);
    }
}

/// The date at the beginning of a time.
fn date_of(time: &str) -> Option<String> {
    let date = time.get(..10)?;
    let fits = date.bytes().zip("dddd-dd-dd".bytes()).all(|(byte, wanted)| match wanted {
        b'd' => byte.is_ascii_digit(),
        wanted => byte == wanted,
    });
    fits.then(|| date.to_string())
}

/// The status of a file of this length that could not be opened as a capture.
fn status_of(error: &Error, bytes: Option<u64>) -> &'static str {
    let cause = std::error::Error::source(error).and_then(|it| it.downcast_ref::<io::Error>());
    match (error.kind(), cause.map(io::Error::kind)) {
        (ErrorKind::Io, Some(io::ErrorKind::PermissionDenied)) => "denied",
        (ErrorKind::Io, Some(io::ErrorKind::NotFound)) => "gone",
        (ErrorKind::NotACapture, _) if bytes == Some(0) => "empty",
        (ErrorKind::NotACapture, _) => "not_a_capture",
        _ => "unreadable",
    }
}

/// The first part of a native log of which this file is a later part: `a.pml` of `a-1.pml`.
fn first_part(path: &Path, options: &ReadOptions) -> Option<PathBuf> {
    let is_native = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("pml"));
    let mut stem = path.file_stem().filter(|_| is_native)?.to_str()?;
    while let Some((first, number)) = stem.rsplit_once('-') {
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        stem = first;
        let other = path.with_file_name(stem).with_extension(path.extension()?);
        let is_of = |input: Input<'_>| input.later_parts().iter().any(|part| part == path);
        if other != path && Input::open(&other, options).is_ok_and(is_of) {
            return Some(other);
        }
    }
    None
}

/// The first 128 bits of the SHA-256 over these pieces, each behind its length, in hexadecimal
/// digits.
fn short(pieces: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update((piece.len() as u64).to_le_bytes());
        hasher.update(piece);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
