//! Which columns a table of events has, and of which types.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_schema::{DataType, Field as ArrowField, Fields, Schema, TimeUnit};
use procmonkey_parser::{Capture, Column, Format};

use crate::error::{Failure, Outcome};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Texts of which there are few: a dictionary.
    Names,
    Text,
    /// A whole number of 32 bits.
    Number,
    /// A length in nanoseconds: that since midnight for a time of day, because pandas has no other
    /// type for its 100 ns.
    Length,
    /// When the event began.
    Moment(Zoned),
    /// When the process began.
    Start(Zoned),
    /// The items of Detail.
    Details,
    /// The addresses of the call stack.
    Stack,
}

/// Whether times are in UTC, or on a clock whose zone is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zoned {
    Utc,
    Unknown,
}

/// Where the values of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Column(Column),
    /// A column that is not one of Procmon's, by its place.
    Place(usize),
    Stack,
}

/// A column of the table.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) kind: Kind,
}

/// How values are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// Numbers and times as such.
    #[default]
    Typed,
    /// Each column as the text that Procmon shows.
    Text,
}

/// What of a capture becomes columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) form: Form,
    pub(crate) has_detail_items: bool,
    pub(crate) has_stack: bool,
}

/// What is known of the dates of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dates {
    /// They can be read.
    Known(Zoned),
    /// Day and month cannot be told apart, or a date is not one.
    Open,
}

/// The columns of a capture that are wanted.
///
/// # Errors
/// When one is asked for that the capture does not have.
pub(crate) fn fields(capture: &Capture<'_>, wanted: &Wanted, dates: Dates) -> Outcome<Vec<Field>> {
    let own = capture.columns();
    let mut used: HashSet<String> = HashSet::new();
    let mut all: Vec<Field> = Vec::new();
    for (place, name) in own.names().enumerate() {
        let column = own.known().get(place).copied().flatten();
        let column = column.filter(|column| own.position(*column) == Some(place));
        let origin = column.map_or(Origin::Place(place), Origin::Column);
        let mut name = column.map_or(name, |column| column.name()).to_string();
        if used.contains(&name) {
            // A header text that stands twice, and its place.
            name = format!("{name} ({})", place + 1);
        }
        if used.contains(&name) {
            name = format!("column {}", place + 1);
        }
        used.insert(name.clone());
        all.push(Field { name, origin, kind: kind_of(origin, wanted, dates) });
    }
    let mut chosen = match &wanted.columns {
        None => all,
        Some(names) => names
            .iter()
            .map(|name| choose(name, &all, capture, (wanted, dates)))
            .collect::<Outcome<_>>()?,
    };
    if wanted.has_stack {
        chosen.push(Field { name: "Stack".into(), origin: Origin::Stack, kind: Kind::Stack });
    }
    Ok(chosen)
}

fn choose(
    name: &str,
    all: &[Field],
    capture: &Capture<'_>,
    (wanted, dates): (&Wanted, Dates),
) -> Outcome<Field> {
    if let Some(field) = all.iter().find(|field| field.name == name) {
        return Ok(field.clone());
    }
    let column = Column::from_name(name);
    let same = |field: &&Field| column.is_some_and(|it| field.origin == Origin::Column(it));
    if let Some(field) = all.iter().find(same) {
        return Ok(field.clone());
    }
    // What only the process list has.
    if let Some(column) = column
        && capture.processes().iter().any(|process| process.column(column).is_some())
    {
        let origin = Origin::Column(column);
        let kind = kind_of(origin, wanted, dates);
        return Ok(Field { name: column.name().to_string(), origin, kind });
    }
    let names: Vec<&str> = all.iter().map(|field| field.name.as_str()).collect();
    let what = if column.is_some() { "the capture has no column" } else { "there is no column" };
    Err(Failure::Argument(format!(
        "{}: {what} {name}; it has: {}",
        capture.name(),
        names.join(", ")
    )))
}

fn kind_of(origin: Origin, wanted: &Wanted, dates: Dates) -> Kind {
    let column = match origin {
        Origin::Column(column) => column,
        Origin::Place(_) => return Kind::Text,
        Origin::Stack => return Kind::Stack,
    };
    let typed = |kind| if wanted.form == Form::Typed { kind } else { Kind::Text };
    let date = |kind: fn(Zoned) -> Kind| match dates {
        Dates::Known(zoned) => typed(kind(zoned)),
        Dates::Open => Kind::Text,
    };
    match column {
        Column::Detail if wanted.has_detail_items => Kind::Details,
        Column::Path | Column::Detail => Kind::Text,
        Column::Pid | Column::Tid | Column::ParentPid | Column::Session => typed(Kind::Number),
        Column::TimeOfDay | Column::CompletionTime | Column::Duration | Column::RelativeTime => {
            typed(Kind::Length)
        }
        Column::DateAndTime => date(Kind::Moment),
        Column::ProcessStart => date(Kind::Start),
        _ => Kind::Names,
    }
}

/// Whether a column is the same for all events of one process in this format.
pub(crate) fn is_of_process(format: Format, origin: Origin) -> bool {
    use Column::*;
    let Origin::Column(column) = origin else { return false };
    format == Format::Pml
        && matches!(
            column,
            ProcessName
                | Pid
                | ImagePath
                | Company
                | Description
                | Version
                | User
                | AuthenticationId
                | Session
                | CommandLine
                | Virtualized
                | Integrity
                | ParentPid
                | Architecture
                | ProcessStart
        )
}

/// The fields of an item of Detail.
pub(crate) fn item_fields() -> Fields {
    Fields::from(vec![
        ArrowField::new("key", DataType::Utf8, false),
        ArrowField::new("value", DataType::Utf8, false),
    ])
}

/// An element of a list.
pub(crate) fn element(of: DataType) -> Arc<ArrowField> {
    // An address of an export may be no number.
    let may_be_null = of == DataType::UInt64;
    Arc::new(ArrowField::new("item", of, may_be_null))
}

impl Kind {
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Kind::Names => {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            }
            Kind::Text => DataType::Utf8,
            Kind::Number => DataType::UInt32,
            Kind::Length => DataType::Duration(TimeUnit::Nanosecond),
            Kind::Moment(zoned) | Kind::Start(zoned) => {
                DataType::Timestamp(TimeUnit::Nanosecond, zoned.zone())
            }
            Kind::Details => DataType::List(element(DataType::Struct(item_fields()))),
            Kind::Stack => DataType::List(element(DataType::UInt64)),
        }
    }
}

impl Zoned {
    pub(crate) fn zone(self) -> Option<Arc<str>> {
        (self == Zoned::Utc).then(|| "UTC".into())
    }
}

/// The schema of these columns.
pub(crate) fn schema(fields: &[Field]) -> Schema {
    let field = |field: &Field| ArrowField::new(&field.name, field.kind.data_type(), true);
    Schema::new(fields.iter().map(field).collect::<Vec<_>>())
}
