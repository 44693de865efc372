//! The Python package `procmonkey`: captures of Process Monitor as Arrow data, events as objects,
//! and reports on them.
//!
//! What Python sees is described in `python/procmonkey/_native.pyi`. Each file here has one of its
//! classes, or what several of them need; nothing is computed here that a crate below computes.

#![forbid(unsafe_code)]

mod arrow_stream;
mod capture;
mod case;
mod cells;
mod compare;
mod entries;
mod error;
mod event;
mod events;
mod fields;
mod info;
mod json;
mod keys;
mod part;
mod readings;
mod rows;
mod selection;
mod signature;
mod source;
mod stream;
mod stretches;
mod values;
mod wanted_events;
mod witnesses;
mod work;

use pyo3::prelude::*;
use pyo3::wrap_pyfunction;

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // A file that becomes shorter while it is read would end the interpreter.
    procmonkey_parser::guard_mapped_files()?;
    module.add_class::<capture::PyCapture>()?;
    module.add_class::<event::PyEvent>()?;
    module.add_class::<event::PyEventIterator>()?;
    module.add_class::<events::PyEvents>()?;
    module.add_class::<case::PyReport>()?;
    module.add_class::<compare::PyComparison>()?;
    module.add_function(wrap_pyfunction!(capture::open, module)?)?;
    module.add_function(wrap_pyfunction!(case::analyze, module)?)?;
    module.add_function(wrap_pyfunction!(compare::compare, module)?)?;
    module.add_class::<rows::PyRows>()?;
    module.add_function(wrap_pyfunction!(rows::rows, module)?)?;
    module.add_function(wrap_pyfunction!(entries::entries, module)?)?;
    module.add_function(wrap_pyfunction!(info::info, module)?)?;
    module.add_function(wrap_pyfunction!(keys::key, module)?)?;
    module.add_function(wrap_pyfunction!(keys::container_name, module)?)?;
    module.add_function(wrap_pyfunction!(keys::key_file_name, module)?)?;
    module.add_function(wrap_pyfunction!(keys::code, module)?)
}
