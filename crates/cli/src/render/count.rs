//! Counts of events in groups.

use std::cmp::Ordering;
use std::io::{self, Write};

use serde_json::{Map, Number, Value};

use procmonkey_analysis::{Measure, Quantity, TallyGroup, TallyKey};

use super::grid::{Cell, Grid, Page};
use super::order::{Sorting, column_of};
use crate::args::UsageError;

/// The columns of the counts.
pub(crate) struct CountTable {
    keys: Vec<&'static str>,
    measures: Vec<Measure>,
}

/// In which order groups are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountOrder(Sorting);

/// The column of the number of events.
const EVENTS: &str = "Events";

impl CountTable {
    pub(crate) fn new(keys: &[TallyKey], measures: &[Measure]) -> CountTable {
        let keys = keys.iter().map(|key| key.name()).collect();
        CountTable { keys, measures: measures.to_vec() }
    }

    fn headers(&self) -> Vec<&'static str> {
        let measures = self.measures.iter().map(|measure| measure.name());
        self.keys.iter().copied().chain([EVENTS]).chain(measures).collect()
    }

    /// The order by a column.
    ///
    /// # Errors
    /// When there is no such column.
    pub(crate) fn order(&self, name: &str) -> Result<CountOrder, UsageError> {
        Ok(CountOrder(column_of(name, &self.headers())?))
    }

    /// Sorts groups. Where two are alike, their order stays.
    pub(crate) fn sort(&self, groups: &mut [TallyGroup], CountOrder(sorting): CountOrder) {
        let keys = self.keys.len();
        groups.sort_by(|a, b| {
            let ordering = match sorting.column.checked_sub(keys) {
                None => a.texts[sorting.column].cmp(&b.texts[sorting.column]),
                Some(0) => b.events.cmp(&a.events),
                Some(place) => {
                    let (a, b) = (a.values[place - 1], b.values[place - 1]);
                    b.partial_cmp(&a).unwrap_or(Ordering::Equal)
                }
            };
            sorting.direct(ordering)
        });
    }

    pub(super) fn page(&self, groups: &[TallyGroup]) -> Page {
        let mut page = Page::default();
        match groups.is_empty() {
            true => page.text("No event to count."),
            false => page.grid(self.grid(groups)),
        }
        page
    }

    pub(super) fn grid(&self, groups: &[TallyGroup]) -> Grid {
        let headers = self.headers();
        let numbers: Vec<usize> = (self.keys.len()..headers.len()).collect();
        let row = |group: &TallyGroup| {
            let texts = group.texts.iter().map(|text| Cell::maybe(text.as_ref()));
            let values = self.measures.iter().zip(&group.values);
            let values = values.map(|(measure, value)| {
                Cell::from(value.map(|value| shown(*measure, value)).unwrap_or_default())
            });
            texts.chain([Cell::from(group.events.to_string())]).chain(values).collect()
        };
        Grid {
            headers,
            rows: groups.iter().map(row).collect(),
            unbroken: numbers.clone(),
            numbers,
            cut: (0..self.keys.len()).collect(),
            ..Grid::default()
        }
    }

    fn object(&self, group: &TallyGroup) -> Value {
        let mut object = Map::new();
        for (key, text) in self.keys.iter().zip(&group.texts) {
            object.insert(key.to_string(), text.clone().map_or(Value::Null, Value::String));
        }
        object.insert(EVENTS.to_string(), group.events.into());
        for (measure, value) in self.measures.iter().zip(&group.values) {
            let number = value.and_then(|value| match value.fract() == 0.0 {
                true if measure.quantity != Quantity::Duration => Some(Number::from(value as u64)),
                _ => Number::from_f64(value),
            });
            object.insert(measure.name().to_string(), number.map_or(Value::Null, Value::Number));
        }
        Value::Object(object)
    }

    /// Writes an array of objects, each on a line.
    pub(super) fn document(
        &self,
        groups: &[TallyGroup],
        output: &mut impl Write,
    ) -> io::Result<()> {
        write!(output, "[")?;
        for (index, group) in groups.iter().enumerate() {
            writeln!(output, "{}", if index == 0 { "" } else { "," })?;
            serde_json::to_writer(&mut *output, &self.object(group))?;
        }
        writeln!(output, "\n]")
    }

    pub(super) fn lines(&self, groups: &[TallyGroup], output: &mut impl Write) -> io::Result<()> {
        for group in groups {
            serde_json::to_writer(&mut *output, &self.object(group))?;
            writeln!(output)?;
        }
        Ok(())
    }
}

/// Seconds as Procmon writes a Duration; bytes without a fraction, where there is none.
fn shown(measure: Measure, value: f64) -> String {
    match measure.quantity {
        Quantity::Duration => format!("{value:.7}"),
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}
