//! `procmonkey.compare`: a good capture and a bad one.

use procmonkey_analysis::compare::{Comparison, Recorder, Trails, compare as compared};
use procmonkey_analysis::{Case, CaseOptions, ProcessSelection, Report};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::case::{case_options, check_case, page_text};
use crate::error::{Failure, Outcome};
use crate::json::to_python;
use crate::selection::Keywords;
use crate::source::Source;
use crate::work::run;

/// What two captures differ in.
#[pyclass(name = "ComparisonData", module = "procmonkey._native", frozen)]
#[derive(Debug)]
pub(crate) struct PyComparison(Comparison);

#[pymethods]
impl PyComparison {
    fn to_dict(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        to_python(py, &self.0)
    }

    fn html(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| {
            let mut page = Vec::new();
            procmonkey_html::write_comparison(&self.0, &mut page)
                .map_err(|error| Failure::File(error.to_string()))?;
            page_text(page)
        })
    }
}

/// Compares a good capture and a bad one; `procmonkey.compare` describes the keywords.
#[pyfunction]
#[pyo3(signature = (good, bad, /, **keywords))]
pub(crate) fn compare(
    py: Python<'_>,
    good: &Bound<'_, PyAny>,
    bad: &Bound<'_, PyAny>,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<PyComparison> {
    let keywords = Keywords(keywords);
    check_case(&keywords, &[])?;
    let (options, read_options) = case_options(&keywords)?;
    let processes = keywords.texts("process")?;
    let followed = match processes.is_empty() {
        true => ProcessSelection::default(),
        false => ProcessSelection::named(&processes),
    };
    let good = Source::of(good, read_options.clone())?;
    let bad = Source::of(bad, read_options)?;
    run(py, move |_| {
        let good = read(&good, &options, &followed)?;
        let bad = read(&bad, &options, &followed)?;
        Ok(PyComparison(compared((&good.0, &good.1), (&bad.0, &bad.1))))
    })
}

fn read(
    source: &Source,
    options: &CaseOptions,
    followed: &ProcessSelection,
) -> Outcome<(Report, Trails)> {
    let mut capture = source.open()?;
    let mut case = Case::new(options.clone());
    let mut recorder = Recorder::new(followed.clone());
    // One that breaks off says so in the report.
    let _ = case.read_with(&mut capture, |event| recorder.observe(event));
    let trails = recorder.finish(capture.clock());
    Ok((case.finish(), trails))
}
