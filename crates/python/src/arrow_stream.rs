//! Batches, handed to Python as an Arrow stream.

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use procmonkey_parser::Error;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::Failure;

/// What a stream consists of.
pub(crate) trait Batches: Send {
    fn schema(&self) -> SchemaRef;

    /// The next batch; `None` at the end.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError>;
}

/// The stream of `__arrow_c_stream__`. The protocol lets a producer that cannot convert types give its
/// own, whatever is asked for.
pub(crate) fn stream(py: Python<'_>, batches: Box<dyn Batches>) -> PyResult<Bound<'_, PyCapsule>> {
    let stream = FFI_ArrowArrayStream::new(Box::new(Reader(batches)));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

/// The schema of `__arrow_c_schema__`.
pub(crate) fn schema<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema =
        FFI_ArrowSchema::try_from(schema).map_err(|error| Failure::Argument(error.to_string()))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// What a stream says after Ctrl-C. It can hand on no exception of Python, so whoever reads it raises
/// an error of its own, with these words.
pub(crate) fn interrupted() -> ArrowError {
    let kind = std::io::Error::from(std::io::ErrorKind::Interrupted);
    ArrowError::IoError("interrupted by Ctrl-C".into(), kind)
}

/// What a stream says where nothing more can be read.
pub(crate) fn unreadable(error: Error) -> ArrowError {
    ArrowError::IoError(error.to_string(), std::io::Error::other(error))
}

/// What a stream says where a capture cannot be read any more as it was.
pub(crate) fn failed(message: String) -> ArrowError {
    ArrowError::IoError(message.clone(), std::io::Error::other(message))
}

struct Reader(Box<dyn Batches>);

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_batch().transpose()
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }
}
