//! `procmonkey.Events`: the events that were asked for, as an Arrow stream or one by one.

use std::sync::Arc;

use procmonkey_parser::{Capture, Column};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::arrow_stream::{self, stream};
use crate::cells::{Table, Unread};
use crate::error::Outcome;
use crate::event::PyEventIterator;
use crate::fields::{Field, Form, Origin, Wanted, fields, schema};
use crate::part::Part;
use crate::readings::Readings;
use crate::selection::{Keywords, Selection};
use crate::stream::EventBatches;
use crate::stretches::{Stretches, can_be_cut};
use crate::wanted_events::WantedEvents;
use crate::work::{Stop, run};

/// How many rows a batch has unless the caller says otherwise.
const ROWS: usize = 16_384;

/// The events of a capture that were asked for.
#[pyclass(name = "Events", module = "procmonkey", frozen)]
#[derive(Debug)]
pub(crate) struct PyEvents {
    readings: Arc<Readings>,
    selection: Selection,
    wanted: Wanted,
    rows: usize,
    part: Option<Part>,
}

impl PyEvents {
    pub(crate) fn of(
        py: Python<'_>,
        readings: &Arc<Readings>,
        keywords: &Keywords<'_>,
    ) -> PyResult<PyEvents> {
        keywords.check(&[
            "process",
            "filter",
            "exclude",
            "filter_file",
            "columns",
            "batch_size",
            "part",
            "detail",
            "stack",
            "text",
        ])?;
        let rows = keywords.get("batch_size")?.map_or(Ok(ROWS), |it| it.extract())?;
        if rows == 0 {
            return Err(PyValueError::new_err("batch_size has to be at least 1"));
        }
        let columns = keywords.get("columns")?;
        let columns = columns.map(|_| keywords.texts("columns")).transpose()?;
        let form = if keywords.is_set("text")? { Form::Text } else { Form::Typed };
        let wanted = Wanted {
            columns,
            form,
            has_detail_items: keywords.is_set("detail")?,
            has_stack: keywords.is_set("stack")?,
        };
        let events = PyEvents {
            readings: Arc::clone(readings),
            selection: Selection::of(keywords)?,
            wanted,
            rows,
            part: keywords.text("part")?.map(|text| text.parse()).transpose()?,
        };
        // A column that is not there is refused here, and not when rows are asked for.
        let has = |name: &String| readings.columns.contains(name);
        if events.wanted.columns.as_ref().is_some_and(|names| !names.iter().all(has)) {
            events.opened(py, |readings, wanted, _| {
                fields(&readings.open()?, wanted, readings.dates(None)).map(|_| ())
            })?;
        }
        Ok(events)
    }

    /// Works with the capture while other threads of Python can run.
    fn opened<T: Send + 'static>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&Readings, &Wanted, &Stop) -> Outcome<T> + Send + 'static,
    ) -> PyResult<T> {
        let (readings, wanted) = (Arc::clone(&self.readings), self.wanted.clone());
        run(py, move |stop| work(&readings, &wanted, stop))
    }

    /// The capture at its beginning, and the columns that are wanted of it.
    fn table(&self, py: Python<'_>) -> PyResult<(Capture<'static>, Vec<Field>)> {
        if let Some(part) = self.part.clone() {
            return self.opened(py, move |readings, wanted, _| {
                let mut capture = readings.open_settled(part.settled)?;
                let own = fields(&capture, wanted, readings.dates(part.settled))?;
                part.begin(&mut capture)?;
                Ok((capture, own))
            });
        }
        self.opened(py, |readings, wanted, stop| {
            let opened = readings.open()?;
            let own = fields(&opened, wanted, readings.dates(None))?;
            let is_date = |field: &Field| {
                matches!(field.origin, Origin::Column(Column::DateAndTime | Column::ProcessStart))
            };
            if wanted.form == Form::Text || !own.iter().any(is_date) {
                return Ok((opened, own));
            }
            let settled = readings.settle(stop)?;
            let own = fields(&opened, wanted, readings.dates(settled))?;
            Ok((readings.open_settled(settled)?, own))
        })
    }
}

#[pymethods]
impl PyEvents {
    /// A new reading of the capture as an Arrow stream.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let (mut capture, fields) = self.table(py)?;
        let is_all = self.part.is_none() && self.selection.is_everything();
        if is_all && can_be_cut(&capture, &self.readings) {
            let (own, rows, asked_by) = (fields.clone(), self.rows, std::thread::current().id());
            let started = self.opened(py, move |readings, _, _| {
                match Stretches::start(capture, readings, (&own, rows), asked_by)? {
                    Some(stretches) => Ok(Ok(stretches)),
                    // It may have been read from.
                    None => Ok(Err(readings.settled_source().open()?)),
                }
            })?;
            capture = match started {
                Ok(stretches) => return stream(py, Box::new(stretches)),
                Err(opened) => opened,
            };
        }
        let table = Table::new(fields, capture.format(), self.rows);
        let (selection, part) = (self.selection.clone(), self.part.clone());
        let events = WantedEvents::new(capture, selection, part.unwrap_or_default());
        let shared = self.readings.shared.clone();
        stream(py, Box::new(EventBatches::new(events, table, self.rows, shared)))
    }

    /// The schema of the stream.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let (_, fields) = self.table(py)?;
        arrow_stream::schema(py, &schema(&fields))
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<PyEventIterator> {
        if self.part.is_some() {
            let message = "a part is read as an Arrow stream, and not one by one";
            return Err(PyValueError::new_err(message));
        }
        let capture = self.opened(py, |readings, _, stop| {
            let settled = readings.settle(stop)?;
            readings.open_settled(settled)
        })?;
        Ok(PyEventIterator::new(capture, self.selection.clone(), self.readings.shared.clone()))
    }

    /// The names of the columns of the stream.
    #[getter]
    fn columns(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let (_, fields) = self.table(py)?;
        Ok(fields.into_iter().map(|field| field.name).collect())
    }

    /// How many cells of each column could not be read by the last stream.
    #[getter]
    fn unread(&self) -> Unread {
        self.readings.shared.get().unread
    }
}
