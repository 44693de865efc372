//! What the library serialises, as Python's own lists and dictionaries.

use pyo3::prelude::*;
use serde::Serialize;

/// The value that `json.loads` makes of it, which is that of the command line's JSON.
pub(crate) fn to_python<T: Serialize>(py: Python<'_>, value: &T) -> PyResult<Py<PyAny>> {
    let text = serde_json::to_string(value)
        .map_err(|error| pyo3::exceptions::PyRuntimeError::new_err(error.to_string()))?;
    Ok(py.import("json")?.call_method1("loads", (text,))?.unbind())
}
