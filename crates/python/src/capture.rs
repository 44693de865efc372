//! `procmonkey.Capture`.

use std::sync::Arc;

use procmonkey_analysis::CaptureStats;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::error::Outcome;
use crate::events::PyEvents;
use crate::json::to_python;
use crate::part::Part;
use crate::readings::Readings;
use crate::selection::{Keywords, READ, read_options, threads};
use crate::source::Source;
use crate::work::run;

/// One capture of Process Monitor.
#[pyclass(name = "Capture", module = "procmonkey", frozen)]
#[derive(Debug)]
pub(crate) struct PyCapture {
    readings: Arc<Readings>,
    name: String,
    id: Option<String>,
    recording: Option<serde_json::Value>,
}

/// Opens a capture of any format, packed or not; its format is recognised by its content.
///
/// It is given as a path, as bytes, or as a binary file, which is read to its end.
#[pyfunction]
#[pyo3(signature = (source, /, **keywords))]
pub(crate) fn open(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<PyCapture> {
    let keywords = Keywords(keywords);
    keywords.check(&[&READ[..], &["process", "advanced_output", "as_procmon"]].concat())?;
    let processes = keywords.texts("process")?;
    let options = read_options(&keywords, &processes)?;
    let (has_zone, threads) = (keywords.get("tz")?.is_some(), threads(&keywords)?);
    let source = Source::of(source, options)?;
    run(py, move |_| PyCapture::open(source, has_zone, threads))
}

impl PyCapture {
    fn open(source: Source, has_zone: bool, threads: usize) -> Outcome<PyCapture> {
        let capture = source.open()?;
        let info = CaptureStats::default().finish(&capture);
        let recording = info.computer.and_then(|computer| serde_json::to_value(computer).ok());
        let (name, id) = (capture.name().to_string(), capture.id().map(ToString::to_string));
        let readings = Arc::new(Readings::new(source, capture, has_zone, threads));
        Ok(PyCapture { readings, name, id, recording })
    }
}

#[pymethods]
impl PyCapture {
    /// The name of the input.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// `pml`, `csv`, `xml` or `pasted`.
    #[getter]
    fn format(&self) -> &'static str {
        self.readings.format.name()
    }

    /// Its columns, named and ordered as in the capture.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.readings.columns.clone()
    }

    /// A short name by its length and its first and last bytes.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The computer that a native log was recorded on.
    #[getter]
    fn recording(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        self.recording.as_ref().map(|it| to_python(py, it)).transpose()
    }

    /// How many events the last reading has passed so far, wanted or not.
    #[getter]
    fn events_read(&self) -> u64 {
        self.readings.shared.get().events_read
    }

    /// On how many of them a filter could not decide; they are left out.
    #[getter]
    fn events_undecided(&self) -> u64 {
        self.readings.shared.get().events_undecided
    }

    /// What the last reading could not read: the first hundred.
    #[getter]
    fn losses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let class = py.import("procmonkey._error")?.getattr("Loss")?;
        let losses = self.readings.shared.get().losses;
        let list = PyList::empty(py);
        for loss in losses.iter() {
            let at = loss.position;
            let fields = (loss.kind.name(), &loss.message, at.byte, at.line, at.record);
            list.append(class.call1(fields)?)?;
        }
        Ok(list)
    }

    /// How many losses the last reading has counted.
    #[getter]
    fn losses_count(&self) -> u64 {
        self.readings.shared.get().losses.count()
    }

    /// The events that were asked for: all by default.
    #[pyo3(signature = (**keywords))]
    fn events(&self, py: Python<'_>, keywords: Option<Bound<'_, PyDict>>) -> PyResult<PyEvents> {
        PyEvents::of(py, &self.readings, &Keywords(keywords))
    }

    /// Parts of the capture, for `events(part=)`.
    #[pyo3(signature = (most, /))]
    fn parts(&self, py: Python<'_>, most: u64) -> PyResult<Vec<String>> {
        let readings = Arc::clone(&self.readings);
        let (marks, settled) = run(py, move |_| readings.parts(most))?;
        Ok(Part::between(&marks, settled).iter().map(Part::to_string).collect())
    }

    fn __repr__(&self) -> String {
        format!(
            "<procmonkey.Capture {:?}: {}, {} columns>",
            self.name,
            self.readings.format.name(),
            self.readings.columns.len()
        )
    }
}
