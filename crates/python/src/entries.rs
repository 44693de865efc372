//! What `procmonkey batch` says of one file: a line of its manifest for each capture, with the
//! report.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use procmonkey_analysis::report::{CaptureRole, SignatureCount, VerdictState};
use procmonkey_analysis::{Case, CaseOptions, Report};
use procmonkey_export::{EntryStatus, Partition, entry_name};
use procmonkey_parser::{Capture, Error, Input, ReadOptions};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;

use crate::case::{case_options, check_case};
use crate::error::{Failure, Outcome};
use crate::json::to_python;
use crate::part::{Part, Settled};
use crate::selection::Keywords;
use crate::source::Source;
use crate::witnesses::Witnesses;
use crate::work::{Stop, run};

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
    signatures: Vec<SignatureCount>,
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
            return Ok(vec![Entry { belongs_to, ..self.entry(EntryStatus::Part) }]);
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
            entries.push(Entry { error, ..self.entry(EntryStatus::Unreadable) });
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
        let mut entry = self.entry(EntryStatus::Read);
        entry.set_report(&report);
        let settled = match (entry.format.as_deref(), capture.clock().date_order()) {
            (Some("pml"), _) => None,
            (_, Some(order)) => Some(Settled::Order(order)),
            _ => Some(Settled::Open),
        };
        entry.part = Some(Part::whole(settled).to_string());
        let id = entry.capture_id.as_deref();
        entry.name = Some(entry_name(id, self.key.as_bytes(), member));
        entry.findings = serde_json::to_string_pretty(&report).ok().map(|text| text + "\n");
        entry
    }

    fn failed(&self, error: &Error, member: Option<&str>) -> Entry {
        let status = EntryStatus::of_error(error, self.bytes.filter(|_| member.is_none()));
        let cause = std::error::Error::source(error);
        let text = cause.map_or(error.to_string(), |cause| format!("{error}: {cause}"));
        Entry { error: Some(text), ..self.entry(status) }
    }

    fn entry(&self, status: EntryStatus) -> Entry {
        Entry {
            path: self.path.clone(),
            status: status.name(),
            bytes: self.bytes,
            ..Entry::default()
        }
    }
}

impl Entry {
    fn set_report(&mut self, report: &Report) {
        let summary = report.summary();
        self.status = EntryStatus::of_report(&summary).name();
        let partition = Partition::of(&summary);
        self.events = Some(summary.events);
        self.losses = Some(summary.losses);
        self.unknown = Some(summary.unknown);
        self.broke_off = summary.broke_off;
        self.format = summary.format.map(str::to_string);
        self.capture_id = summary.capture_id;
        self.verdict = Some(summary.verdict);
        self.signatures = summary.signatures;
        self.host = partition.host;
        self.date = partition.date;
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
