//! The values of one column, until there are enough of them to be written.

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::Type;

use super::dictionary::Dictionary;
use super::texts::{Repeats, Texts};
use crate::moment::unix_microseconds;
use crate::table::{Cell, Holds, Presence, TableColumn};

/// The type of a column in the file.
pub(super) fn type_of(column: &TableColumn) -> Result<Type> {
    let (physical, logical) = match column.holds {
        Holds::Text | Holds::UniqueText => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        Holds::Json => (PhysicalType::BYTE_ARRAY, Some(LogicalType::Json)),
        Holds::Whole => (PhysicalType::INT64, None),
        Holds::Number => (PhysicalType::INT32, Some(LogicalType::integer(32, false))),
        Holds::Minutes => (PhysicalType::INT32, None),
        Holds::Seconds => (PhysicalType::DOUBLE, None),
        Holds::Truth => (PhysicalType::BOOLEAN, None),
        Holds::Moment => {
            (PhysicalType::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS)))
        }
    };
    let repetition = match column.presence {
        Presence::Always => Repetition::REQUIRED,
        Presence::Sometimes => Repetition::OPTIONAL,
    };
    Type::primitive_type_builder(column.name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition)
        .build()
}

/// Values of one column.
#[derive(Debug)]
pub(super) struct Values {
    presence: Presence,
    held: Held,
    /// For each row whether it has a value: 1 or 0. Texts know that themselves.
    levels: Vec<i16>,
}

#[derive(Debug)]
enum Held {
    Texts(Texts),
    Long(Vec<i64>),
    Short(Vec<i32>),
    Double(Vec<f64>),
    Truth(Vec<bool>),
}

impl Values {
    pub(super) fn new(column: &TableColumn) -> Values {
        let held = match column.holds {
            Holds::Text | Holds::Json => Held::Texts(Texts::new(Repeats::Expected)),
            Holds::UniqueText => Held::Texts(Texts::new(Repeats::Never)),
            Holds::Whole | Holds::Moment => Held::Long(Vec::new()),
            Holds::Number | Holds::Minutes => Held::Short(Vec::new()),
            Holds::Seconds => Held::Double(Vec::new()),
            Holds::Truth => Held::Truth(Vec::new()),
        };
        Values { presence: column.presence, held, levels: Vec::new() }
    }

    /// Adds the value of a row, and returns how many bytes more its texts take.
    pub(super) fn push(&mut self, cell: Cell<'_>) -> Result<usize> {
        match (&mut self.held, cell) {
            (Held::Texts(texts), Cell::Text(text)) => return Ok(texts.push(text)),
            (Held::Texts(texts), Cell::Null) => {
                texts.push_null();
                return Ok(0);
            }
            (_, Cell::Null) => {
                self.levels.push(0);
                return Ok(0);
            }
            (Held::Long(values), Cell::Whole(value)) => values.push(value),
            (Held::Long(values), Cell::Moment(ticks, _)) => values.push(unix_microseconds(ticks)),
            // The type of the column says that the bits are those of a number without a sign.
            (Held::Short(values), Cell::Number(value)) => values.push(value.cast_signed()),
            (Held::Short(values), Cell::Minutes(value)) => values.push(value),
            (Held::Double(values), Cell::Seconds(value)) => values.push(value),
            (Held::Truth(values), Cell::Truth(value)) => values.push(value),
            (held, cell) => {
                return Err(ParquetError::General(format!("{cell:?} is no value of {held:?}")));
            }
        }
        self.levels.push(1);
        Ok(0)
    }

    /// The same, where the row at this place of those that are held has the same value.
    pub(super) fn push_again(&mut self, cell: Cell<'_>, row: usize) -> Result<usize> {
        if let Held::Texts(texts) = &mut self.held
            && texts.push_again(row)
        {
            return Ok(0);
        }
        self.push(cell)
    }

    /// Makes one row for each of these: with the value of the row at that place.
    pub(super) fn spread(&mut self, rows: &[u32]) {
        let levels = &mut self.levels;
        match &mut self.held {
            Held::Texts(texts) => texts.spread(rows),
            Held::Long(values) => spread(values, levels, rows),
            Held::Short(values) => spread(values, levels, rows),
            Held::Double(values) => spread(values, levels, rows),
            Held::Truth(values) => spread(values, levels, rows),
        }
    }

    /// The texts as a dictionary, where these are few texts.
    pub(super) fn dictionary(&self) -> Option<Dictionary<'_>> {
        match &self.held {
            Held::Texts(texts) => texts.dictionary(),
            _ => None,
        }
    }

    /// Forgets the texts, which were written elsewhere.
    pub(super) fn forget_texts(&mut self) {
        if let Held::Texts(texts) = &mut self.held {
            texts.clear();
        }
    }

    /// Writes the values, which are gone afterwards.
    pub(super) fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let is_always = self.presence == Presence::Always;
        let levels = (!is_always).then_some(&self.levels[..]);
        match &mut self.held {
            Held::Texts(texts) => texts.drain(|values, levels| {
                let levels = (!is_always).then_some(levels);
                column.typed::<ByteArrayType>().write_batch(values, levels, None).map(drop)
            })?,
            Held::Long(values) => {
                column.typed::<Int64Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Held::Short(values) => {
                column.typed::<Int32Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Held::Double(values) => {
                column.typed::<DoubleType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Held::Truth(values) => {
                column.typed::<BoolType>().write_batch(values, levels, None)?;
                values.clear();
            }
        }
        self.levels.clear();
        Ok(())
    }
}

/// As [`Values::spread`], of values that are no texts.
fn spread<T: Copy>(values: &mut Vec<T>, levels: &mut Vec<i16>, rows: &[u32]) {
    let mut there = values.iter().copied();
    let held: Vec<Option<T>> =
        levels.iter().map(|level| if *level == 1 { there.next() } else { None }).collect();
    let of_rows = rows.iter().map(|row| held[*row as usize]);
    *levels = of_rows.clone().map(|value| i16::from(value.is_some())).collect();
    *values = of_rows.flatten().collect();
}
