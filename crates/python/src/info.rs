//! `procmonkey.info`: what captures hold.

use procmonkey_analysis::CaptureStats;
use procmonkey_analysis::capture_stats::CaptureInfo;
use procmonkey_parser::{Capture, Event};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::case::sources;
use crate::error::Outcome;
use crate::json::to_python;
use crate::selection::{Keywords, READ, Selection, read_options};
use crate::source::Source;
use crate::work::{Stop, run};

/// What captures hold: what `procmonkey info -f json` writes.
#[pyfunction]
#[pyo3(signature = (captures, /, **keywords))]
pub(crate) fn info(
    py: Python<'_>,
    captures: &Bound<'_, PyAny>,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<Py<PyAny>> {
    let keywords = Keywords(keywords);
    keywords.check(&[&READ[..], &["process", "filter", "exclude", "filter_file"]].concat())?;
    let selection = Selection::of(&keywords)?;
    let options = read_options(&keywords, &keywords.texts("process")?)?;
    let sources = sources(captures, &options)?;
    let surveys = run(py, move |stop| {
        let mut surveys = Vec::new();
        for source in &sources {
            survey_all(source, &selection, stop, &mut surveys)?;
        }
        Ok(surveys)
    })?;
    to_python(py, &surveys)
}

fn survey_all(
    source: &Source,
    selection: &Selection,
    stop: &Stop,
    surveys: &mut Vec<CaptureInfo>,
) -> Outcome<()> {
    let mut input = source.input(&source.options)?;
    while let Some(capture) = input.next_capture() {
        surveys.push(survey(&mut capture?, selection, stop)?);
    }
    Ok(())
}

fn survey(capture: &mut Capture<'_>, selection: &Selection, stop: &Stop) -> Outcome<CaptureInfo> {
    let prefilter = selection.filter.prefilter();
    let (mut stats, mut event) = (CaptureStats::default(), Event::default());
    while !stop.is_set() && capture.read_matching(&selection.filter, &prefilter, &mut event)? {
        if selection.has_process_of(&event) {
            stats.count(&event);
        }
    }
    Ok(stats.finish(capture))
}
