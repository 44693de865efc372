//! The rows that `procmonkey batch --events parquet` writes, as an Arrow stream.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder, UInt32Builder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use procmonkey_export::{
    Cell, CellSink, Holds, Presence, Row, Source, Table, TableColumn, TableOptions,
};
use procmonkey_parser::{Capture, UNIX_EPOCH_TICKS};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::arrow_stream::{self, Batches, stream};
use crate::error::{Failure, Outcome};
use crate::part::{Part, Settled};
use crate::selection::{Keywords, READ, Selection, read_options};
use crate::source::Source as From;
use crate::wanted_events::WantedEvents;
use crate::work::run;

/// How many rows a batch has unless the caller says otherwise.
const ROWS: usize = 16_384;

/// How many bytes the texts of a batch have at most, but for the last row.
const TEXT: usize = 32 << 20;

/// The rows of a capture, or of a part of it, in the table of `events -f parquet`, as a stream.
#[pyclass(name = "Rows", module = "procmonkey._native", frozen)]
#[derive(Debug)]
pub(crate) struct PyRows {
    from: From,
    part: Part,
    selection: Selection,
    columns: Option<Vec<String>>,
    rows: usize,
}

/// Describes the rows; they are read when the stream is asked for.
#[pyfunction]
#[pyo3(signature = (source, /, **keywords))]
pub(crate) fn rows(
    source: &Bound<'_, PyAny>,
    keywords: Option<Bound<'_, PyDict>>,
) -> PyResult<PyRows> {
    let keywords = Keywords(keywords);
    let own = ["process", "filter", "exclude", "filter_file", "columns", "batch_size", "part"];
    keywords.check(&[&READ[..], &own, &["name", "member"]].concat())?;
    let options = read_options(&keywords, &keywords.texts("process")?)?;
    let from = From::of(source, options)?
        .named(keywords.text("name")?)
        .member(keywords.get("member")?.map(|it| it.extract()).transpose()?);
    let part = keywords.text("part")?.map(|text| text.parse()).transpose()?;
    let columns = keywords.get("columns")?.map(|_| keywords.texts("columns")).transpose()?;
    let rows = keywords.get("batch_size")?.map_or(Ok(ROWS), |it| it.extract())?;
    chosen(columns.as_deref())?;
    Ok(PyRows {
        from,
        part: part.unwrap_or_default(),
        selection: Selection::of(&keywords)?,
        columns,
        rows: rows.max(1),
    })
}

/// The places of the columns that are wanted, in the order in which they are wanted.
fn chosen(wanted: Option<&[String]>) -> Outcome<Vec<(usize, TableColumn)>> {
    let table = Table::new(TableOptions::new());
    let all = table.columns().iter().copied().enumerate();
    let Some(wanted) = wanted else { return Ok(all.collect()) };
    let find = |name: &String| {
        all.clone().find(|(_, column)| column.name == name).ok_or_else(|| {
            let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
            let names = names.join(", ");
            Failure::Argument(format!("there is no column {name}; those are: {names}"))
        })
    };
    wanted.iter().map(find).collect()
}

#[pymethods]
impl PyRows {
    /// A new reading of the capture as an Arrow stream.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let (from, part) = (self.from.clone(), self.part.clone());
        let capture = run(py, move |_| {
            let options = match part.settled {
                Some(Settled::Order(order)) => from.options.clone().date_order(order),
                _ => from.options.clone(),
            };
            let mut capture = from.open_with(&options)?;
            part.begin(&mut capture)?;
            Ok(capture)
        })?;
        stream(py, Box::new(RowBatches::new(capture, self)?))
    }

    /// The schema of the stream, which is the same for every capture.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let chosen = chosen(self.columns.as_deref())?;
        let fields: Vec<_> = chosen.iter().map(|(_, column)| field_of(column)).collect();
        arrow_stream::schema(py, &Schema::new(fields))
    }
}

/// Reads a capture batch by batch.
struct RowBatches {
    events: WantedEvents,
    table: Table,
    columns: Columns,
    schema: SchemaRef,
    rows: usize,
}

impl RowBatches {
    fn new(capture: Capture<'static>, rows: &PyRows) -> Outcome<RowBatches> {
        let chosen = chosen(rows.columns.as_deref())?;
        let mut table = Table::new(TableOptions::new());
        let file = rows.from.is_member().then(|| capture.name().to_string());
        table.begin(&Source::of(&capture).file(file.as_deref()));
        let fields: Vec<_> = chosen.iter().map(|(_, column)| field_of(column)).collect();
        let mut places = vec![None; table.columns().len()];
        for (index, (place, _)) in chosen.iter().enumerate() {
            if let Some(place) = places.get_mut(*place) {
                *place = Some(index);
            }
        }
        let builders = chosen.iter().map(|(_, column)| Builder::of(column.holds)).collect();
        Ok(RowBatches {
            events: WantedEvents::new(capture, rows.selection.clone(), rows.part.clone()),
            table,
            columns: Columns { places, builders, text: 0 },
            schema: Arc::new(Schema::new(fields)),
            rows: rows.rows,
        })
    }
}

impl Batches for RowBatches {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let RowBatches { events, table, columns, .. } = self;
        let mut rows = 0;
        while rows < self.rows && columns.text < TEXT {
            // A capture that breaks off is given as far as it goes; its findings say so.
            let Ok(Some((event, clock))) = events.next() else { break };
            table.fill(&Row::new(event, clock), columns)?;
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        columns.text = 0;
        let arrays = columns.builders.iter_mut().map(Builder::finish).collect();
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).map(Some)
    }
}

fn field_of(column: &TableColumn) -> Field {
    let kind = match column.holds {
        Holds::Text | Holds::UniqueText | Holds::Json => DataType::Utf8,
        Holds::Whole => DataType::Int64,
        Holds::Number => DataType::UInt32,
        Holds::Minutes => DataType::Int32,
        Holds::Seconds => DataType::Float64,
        Holds::Truth => DataType::Boolean,
        Holds::Moment => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    };
    Field::new(column.name, kind, column.presence == Presence::Sometimes)
}

/// The values of the columns that are wanted.
struct Columns {
    /// Which builder the values of a column go to, for each column of the table.
    places: Vec<Option<usize>>,
    builders: Vec<Builder>,
    /// How many bytes the texts have.
    text: usize,
}

impl CellSink for Columns {
    type Error = ArrowError;

    fn take(&mut self, place: usize, cell: Cell<'_>) -> Result<(), ArrowError> {
        let Some(index) = self.places.get(place).copied().flatten() else { return Ok(()) };
        if let Cell::Text(text) = cell {
            self.text += text.len();
        }
        self.builders.get_mut(index).map_or(Ok(()), |builder| builder.push(cell))
    }
}

/// The values of one column.
enum Builder {
    Text(StringBuilder),
    Whole(Int64Builder),
    Number(UInt32Builder),
    Minutes(Int32Builder),
    Seconds(Float64Builder),
    Truth(BooleanBuilder),
    Moment(TimestampMicrosecondBuilder),
}

impl Builder {
    fn of(holds: Holds) -> Builder {
        match holds {
            Holds::Text | Holds::UniqueText | Holds::Json => Builder::Text(StringBuilder::new()),
            Holds::Whole => Builder::Whole(Int64Builder::new()),
            Holds::Number => Builder::Number(UInt32Builder::new()),
            Holds::Minutes => Builder::Minutes(Int32Builder::new()),
            Holds::Seconds => Builder::Seconds(Float64Builder::new()),
            Holds::Truth => Builder::Truth(BooleanBuilder::new()),
            Holds::Moment => {
                Builder::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC"))
            }
        }
    }

    fn push(&mut self, cell: Cell<'_>) -> Result<(), ArrowError> {
        match (self, cell) {
            (Builder::Text(values), Cell::Text(text)) => values.append_value(text),
            (Builder::Text(values), Cell::Null) => values.append_null(),
            (Builder::Whole(values), Cell::Whole(value)) => values.append_value(value),
            (Builder::Whole(values), Cell::Null) => values.append_null(),
            (Builder::Number(values), Cell::Number(value)) => values.append_value(value),
            (Builder::Number(values), Cell::Null) => values.append_null(),
            (Builder::Minutes(values), Cell::Minutes(value)) => values.append_value(value),
            (Builder::Minutes(values), Cell::Null) => values.append_null(),
            (Builder::Seconds(values), Cell::Seconds(value)) => values.append_value(value),
            (Builder::Seconds(values), Cell::Null) => values.append_null(),
            (Builder::Truth(values), Cell::Truth(value)) => values.append_value(value),
            (Builder::Truth(values), Cell::Null) => values.append_null(),
            (Builder::Moment(values), Cell::Moment(ticks, _)) => {
                values.append_value(ticks.saturating_sub(UNIX_EPOCH_TICKS).div_euclid(10));
            }
            (Builder::Moment(values), Cell::Null) => values.append_null(),
            (_, cell) => {
                let message = format!("{cell:?} is no value of its column");
                return Err(ArrowError::InvalidArgumentError(message));
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Text(values) => Arc::new(values.finish()),
            Builder::Whole(values) => Arc::new(values.finish()),
            Builder::Number(values) => Arc::new(values.finish()),
            Builder::Minutes(values) => Arc::new(values.finish()),
            Builder::Seconds(values) => Arc::new(values.finish()),
            Builder::Truth(values) => Arc::new(values.finish()),
            Builder::Moment(values) => Arc::new(values.finish()),
        }
    }
}
