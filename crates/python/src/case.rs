//! `procmonkey.analyze`: captures and witnesses into one report.

use std::ops::ControlFlow;

use procmonkey_analysis::parser::{Capture, ReadOptions};
use procmonkey_analysis::report::{CaptureRole, EventRows};
use procmonkey_analysis::{
    Case, CaseOptions, ContainerNames, MachineGuid, ProcessSelection, Report,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{Failure, Outcome};
use crate::json::to_python;
use crate::selection::{Keywords, READ, Selection, is_one, read_options};
use crate::signature::{Raised, add_signatures};
use crate::source::Source;
use crate::witnesses::Witnesses;
use crate::work::{Stop, run};

/// What a report says, and the rows that a page shows beside it.
#[pyclass(name = "ReportData", module = "procmonkey._native", frozen)]
#[derive(Debug)]
pub(crate) struct PyReport {
    report: Report,
    rows: EventRows,
}

#[pymethods]
impl PyReport {
    fn to_dict(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        to_python(py, &self.report)
    }

    fn html(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| {
            let mut page = Vec::new();
            procmonkey_html::write_page(&self.report, &self.rows, &mut page)
                .map_err(|error| Failure::File(error.to_string()))?;
            page_text(page)
        })
    }
}

/// A page as text.
pub(crate) fn page_text(page: Vec<u8>) -> PyResult<String> {
    String::from_utf8(page).map_err(|error| Failure::File(error.to_string()).into())
}

/// The keywords that say how keys are named.
const KEYS: [&str; 2] = ["machine_guid", "names"];

/// The keywords of whatever makes a case.
pub(crate) fn check_case(keywords: &Keywords<'_>, more: &[&str]) -> PyResult<()> {
    let rules = ["process", "filter", "exclude", "filter_file"];
    keywords.check(&[&READ[..], &rules, &KEYS, more].concat())
}

/// What is looked for, and what is known beforehand.
pub(crate) fn case_options(keywords: &Keywords<'_>) -> Outcome<(CaseOptions, ReadOptions)> {
    let processes = keywords.texts("process")?;
    let Selection { filter, .. } = Selection::of_rules(keywords)?;
    let mut options = CaseOptions::new().filter(filter).names(container_names(keywords)?);
    if !processes.is_empty() {
        options = options.processes(ProcessSelection::named(&processes));
    }
    if let Some(guid) = machine_guid(keywords)? {
        options = options.machine_guid(guid);
    }
    Ok((options, read_options(keywords, &processes)?))
}

/// The known container names, and those of `names`.
pub(crate) fn container_names(keywords: &Keywords<'_>) -> Outcome<ContainerNames> {
    let mut names = ContainerNames::known();
    names.add_lines(&keywords.texts("names")?.join("\n"));
    Ok(names)
}

/// The MachineGuid that was given.
pub(crate) fn machine_guid(keywords: &Keywords<'_>) -> Outcome<Option<MachineGuid>> {
    let Some(text) = keywords.text("machine_guid")? else { return Ok(None) };
    let guid = MachineGuid::new(&text).without_braces();
    match guid.is_well_formed() {
        true => Ok(Some(guid)),
        false => Err(Failure::Argument(format!(
            "machine_guid: {text} is not a GUID, such as 4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1"
        ))),
    }
}

/// The captures that were given: one, or several.
pub(crate) fn sources(given: &Bound<'_, PyAny>, options: &ReadOptions) -> PyResult<Vec<Source>> {
    let is_bytes = given.is_instance_of::<pyo3::types::PyBytes>()
        || given.is_instance_of::<pyo3::types::PyByteArray>()
        || given.hasattr("read")?;
    let sources = match is_bytes || is_one(given)? {
        true => vec![Source::of(given, options.clone())?],
        false => given
            .try_iter()?
            .map(|item| Source::of(&item?, options.clone()))
            .collect::<PyResult<Vec<_>>>()?,
    };
    for source in &sources {
        if let Some(folder) = source.folder() {
            let name = folder.display();
            let message = format!("{name} is a folder; give the files in it that are captures");
            return Err(Failure::Argument(message).into());
        }
    }
    Ok(sources)
}

/// Reads captures of one case; `procmonkey.analyze` describes the keywords.
#[pyfunction]
#[pyo3(signature = (captures, /, **keywords))]
pub(crate) fn analyze(
    py: Python<'_>,
    captures: &Bound<'_, PyAny>,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<PyReport> {
    let keywords = Keywords(keywords);
    check_case(&keywords, &[&Witnesses::KEYWORDS[..], &["signatures"]].concat())?;
    let (options, read) = case_options(&keywords)?;
    let witnesses = Witnesses::of(&keywords, &read)?;
    let sources = sources(captures, &read)?;
    let options = options.keep_rows(procmonkey_html::MOST_ROWS);
    let (case, raised) = add_signatures(Case::new(options), &keywords)?;
    run(py, move |stop| judge(case, &sources, &witnesses, (&raised, stop)))
}

fn judge(
    mut case: Case,
    sources: &[Source],
    witnesses: &Witnesses,
    (raised, stop): (&Raised, &Stop),
) -> Outcome<PyReport> {
    witnesses.read(&mut case)?;
    let mut captures = 0;
    let mut first_failure = None;
    for source in sources {
        let name = source.name();
        let mut keep = |case: &mut Case, error: Failure| {
            case.unread_input(name.clone(), text_of(&error));
            first_failure.get_or_insert(error);
        };
        let mut input = match source.input(&witnesses.keep_beside(&source.options)) {
            Ok(input) => input,
            Err(error) => {
                keep(&mut case, error);
                continue;
            }
        };
        let mut is_empty = true;
        while let Some(capture) = input.next_capture() {
            is_empty = false;
            match capture {
                Ok(mut capture) => {
                    captures += 1;
                    // One that breaks off says so in the report.
                    let read = |case: &mut Case, capture: &mut Capture<'_>| {
                        let _ = read_case(case, capture, stop);
                    };
                    witnesses.with_beside(&mut case, &mut capture, read);
                }
                Err(error) => keep(&mut case, error.into()),
            }
        }
        if is_empty {
            let error = Failure::File("the archive has no file in it".into());
            keep(&mut case, error);
        }
    }
    if let (0, Some(failure)) = (captures, first_failure) {
        return Err(failure);
    }
    let (report, rows) = case.finish_with_rows();
    raised.check()?;
    Ok(PyReport { report, rows })
}

/// Reads a capture until its end, or until nobody waits for it any more.
fn read_case(case: &mut Case, capture: &mut Capture<'_>, stop: &Stop) -> Outcome<()> {
    // Nobody sees the report of a reading that was stopped.
    let _: ControlFlow<()> =
        case.read_until(CaptureRole::Case, capture, |_| match stop.is_set() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })?;
    Ok(())
}

/// An error with its cause, as the report has it.
fn text_of(failure: &Failure) -> String {
    match failure {
        Failure::Parser(error) => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
        Failure::Argument(text) | Failure::File(text) => text.clone(),
        Failure::Python(error) => error.to_string(),
    }
}
