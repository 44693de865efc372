//! `procmonkey.Event`: one event, light as long as nothing is asked of it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use procmonkey_parser::{
    Capture, Column, Columns, Detail, Event, Prefilter, TICKS_PER_SECOND, TimeBase, TimeQuality,
    Timestamp,
};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::cells::{TICK, shown_detail};
use crate::error::Outcome;
use crate::selection::Selection;
use crate::stream::Shared;

/// One event of a capture.
#[pyclass(name = "Event", module = "procmonkey", frozen)]
#[derive(Debug)]
pub(crate) struct PyEvent {
    event: Event,
    time: Option<Timestamp>,
}

/// 1970 in seconds since 1601.
const UNIX: i64 = 11_644_473_600;

#[pymethods]
impl PyEvent {
    /// Number of the event in its capture, from 1.
    #[getter]
    fn number(&self) -> u64 {
        self.event.number()
    }

    /// Process Name.
    #[getter]
    fn process_name(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.event.process_name()
    }

    /// PID.
    #[getter]
    fn pid(&self) -> Option<u32> {
        self.event.pid()
    }

    /// TID.
    #[getter]
    fn tid(&self) -> Option<u32> {
        self.event.tid()
    }

    /// Operation.
    #[getter]
    fn operation(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.event.operation()
    }

    /// Path.
    #[getter]
    fn path(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.event.path()
    }

    /// Result.
    #[getter]
    fn result(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.event.result()
    }

    /// Detail, as Procmon writes it.
    #[getter]
    fn detail(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.event.get(Column::Detail)
    }

    /// Detail as keys and values, which are those of its text.
    #[getter]
    fn detail_items(&self) -> Vec<(String, String)> {
        pairs(shown_detail(&self.event))
    }

    /// The same as it was recorded, where the text of a native log has a mistake of Procmon's.
    #[getter]
    fn recorded_items(&self) -> Vec<(String, String)> {
        pairs(self.event.detail())
    }

    /// Duration in nanoseconds; None while the operation was not completed.
    #[getter]
    fn duration_ns(&self) -> Option<i64> {
        self.event.ticks(Column::Duration)?.checked_mul(TICK)
    }

    /// When it began, in RFC 3339 as far as it is known.
    #[getter]
    fn time_text(&self) -> Option<String> {
        self.time.map(|time| time.to_string())
    }

    /// How well that is known.
    #[getter]
    fn time_quality(&self) -> &'static str {
        self.time.map_or(TimeQuality::OrderOnly, Timestamp::quality).name()
    }

    /// When it began; None where the date is not known.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(time) = self.time else { return Ok(None) };
        let (ticks, is_utc) = match (time.utc_ticks(), time.base()) {
            (Some(ticks), _) => (ticks, true),
            (None, TimeBase::Local) => (time.ticks(), false),
            _ => return Ok(None),
        };
        let module = py.import("datetime")?;
        let zone = module.getattr("timezone")?.getattr("utc")?;
        let zone = is_utc.then_some(zone);
        let seconds = ticks.div_euclid(TICKS_PER_SECOND) - UNIX;
        let microseconds = ticks.rem_euclid(TICKS_PER_SECOND) / 10;
        let keywords = PyDict::new(py);
        keywords.set_item("tzinfo", zone)?;
        let epoch = module.getattr("datetime")?.call((1970, 1, 1), Some(&keywords))?;
        let delta = module.getattr("timedelta")?.call1((0, seconds, microseconds))?;
        // A damaged time can be in a year that Python does not have.
        Ok(epoch.call_method1("__add__", (delta,)).ok())
    }

    /// Whether it has a call stack.
    #[getter]
    fn has_stack(&self) -> bool {
        self.event.has_stack()
    }

    /// The call stack, kernel frames first.
    #[getter]
    fn stack<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let class = py.import("procmonkey._error")?.getattr("Frame")?;
        let list = PyList::empty(py);
        for frame in self.event.stack().iter() {
            let fields = (frame.depth, frame.address.value(), &frame.path, &frame.location);
            list.append(class.call1(fields)?)?;
        }
        Ok(list)
    }

    /// The text of a column by its name in Procmon.
    fn __getitem__(&self, name: &str) -> PyResult<String> {
        self.text(name).ok_or_else(|| PyKeyError::new_err(name.to_string()))
    }

    /// The text of a column by its name in Procmon, or the default.
    #[pyo3(signature = (name, default=None))]
    fn get(&self, name: &str, default: Option<String>) -> Option<String> {
        self.text(name).or(default)
    }

    /// All columns of the capture as texts.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let row = PyDict::new(py);
        for (place, name) in self.event.columns().iter().flat_map(|it| it.names()).enumerate() {
            if !row.contains(name)? {
                row.set_item(name, self.at(place))?;
            }
        }
        Ok(row)
    }

    fn __repr__(&self) -> String {
        let text = |column| self.event.get(column).unwrap_or_default();
        format!(
            "<procmonkey.Event {}: {} {} {} {}>",
            self.event.number(),
            text(Column::ProcessName),
            text(Column::Operation),
            text(Column::Path),
            text(Column::Result)
        )
    }
}

fn pairs(detail: Option<Detail<'_>>) -> Vec<(String, String)> {
    let items = detail.iter().flat_map(|detail| detail.items());
    items.map(|item| (item.key.to_string(), item.value.to_string())).collect()
}

impl PyEvent {
    fn text(&self, name: &str) -> Option<String> {
        if let Some(column) = Column::from_name(name) {
            return self.event.get(column).map(Into::into);
        }
        let place = self.event.columns()?.names().position(|own| own == name)?;
        self.at(place)
    }

    fn at(&self, place: usize) -> Option<String> {
        let columns: &Columns = self.event.columns()?;
        if let Some(column) = columns.known().get(place).copied().flatten()
            && columns.position(column) == Some(place)
        {
            return self.event.get(column).map(Into::into);
        }
        self.event.field(place).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// How many events are read at a time, without the lock of the interpreter.
const AHEAD: usize = 512;

/// Gives the events of a capture one by one.
#[pyclass(name = "EventIterator", module = "procmonkey", frozen)]
pub(crate) struct PyEventIterator(Mutex<Reading>);

struct Reading {
    capture: Capture<'static>,
    selection: Selection,
    prefilter: Prefilter,
    shared: Shared,
    ahead: VecDeque<PyEvent>,
    is_done: bool,
}

impl PyEventIterator {
    pub(crate) fn new(
        capture: Capture<'static>,
        selection: Selection,
        shared: Shared,
    ) -> PyEventIterator {
        let prefilter = selection.filter.prefilter();
        let ahead = VecDeque::new();
        let reading = Reading { capture, selection, prefilter, shared, ahead, is_done: false };
        PyEventIterator(Mutex::new(reading))
    }
}

impl Reading {
    fn read(&mut self) -> Outcome<()> {
        let outcome = self.fill();
        self.is_done |= outcome.is_err();
        self.shared.set(&self.capture, Default::default());
        outcome
    }

    fn fill(&mut self) -> Outcome<()> {
        let Reading { capture, selection, prefilter, ahead, is_done, .. } = self;
        while !*is_done && ahead.len() < AHEAD {
            let mut event = Event::default();
            if !capture.read_matching(&selection.filter, prefilter, &mut event)? {
                *is_done = true;
            } else if selection.has_process_of(&event) {
                let time = capture.clock().resolve(event.time());
                ahead.push_back(PyEvent { event, time });
            }
        }
        Ok(())
    }
}

#[pymethods]
impl PyEventIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<PyEvent>> {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = reading.ahead.pop_front() {
            return Ok(Some(event));
        }
        if reading.is_done {
            return Ok(None);
        }
        py.check_signals()?;
        let reading = &mut *reading;
        let outcome = py.detach(|| reading.read());
        let next = reading.ahead.pop_front();
        // What was read before the capture broke off comes first.
        match (next, outcome) {
            (Some(event), Ok(())) => Ok(Some(event)),
            (None, Ok(())) => Ok(None),
            (_, Err(error)) => Err(error.into()),
        }
    }
}
