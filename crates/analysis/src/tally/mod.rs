//! Counts events by columns, with sums, within a bound of memory.

mod key;
mod measure;
mod unknown_name;

pub use key::TallyKey;
pub use measure::{Measure, Quantity, Statistic};
pub use unknown_name::UnknownName;

use procmonkey_parser::{Clock, Event, Limits};

use crate::quick_map::QuickMap;
use key::KeyTexts;
use measure::Numbers;

/// Counts events in groups that have the same texts.
///
/// ```
/// use procmonkey_analysis::{Tally, TallyKey};
/// use procmonkey_parser::{Column, Error, Event, open};
///
/// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/guid-changed.csv");
/// let mut capture = open(CAPTURE)?;
/// let mut tally = Tally::new(vec![TallyKey::Column(Column::Result)], Vec::new());
/// let mut event = Event::default();
/// while capture.read_event(&mut event)? {
///     tally.observe(&event, capture.clock());
/// }
/// let groups = tally.finish();
/// assert_eq!(groups[0].texts, [Some("SUCCESS".to_string())]);
/// assert_eq!(groups.iter().map(|group| group.events).sum::<u64>(), 4055);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tally {
    keys: Vec<TallyKey>,
    measures: Vec<Measure>,
    quantities: Vec<Quantity>,
    texts: KeyTexts,
    places: QuickMap<Box<[u8]>, u32>,
    groups: Vec<Counted>,
    last: usize,
    /// How many bytes are held, about.
    held: u64,
    most: u64,
    left_out: u64,
    /// How many events had a value of each quantity.
    measured: Vec<u64>,
}

/// One group while events are read.
#[derive(Clone, Debug)]
struct Counted {
    key: Box<[u8]>,
    events: u64,
    numbers: Vec<Numbers>,
}

/// The events that have the same texts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TallyGroup {
    /// The text of each key; `None` where the events do not have it.
    pub texts: Vec<Option<String>>,
    /// How many events there are.
    pub events: u64,
    /// The value of each measure, durations in seconds, the rest in bytes; `None` where no
    /// event has one, and for a [`Statistic::P95`] that there was no room for.
    pub values: Vec<Option<f64>>,
}

/// What has no [`Statistic::P95`] because there was no room for all numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unranked {
    /// How many groups.
    pub groups: u64,
    /// How many values these groups have together.
    pub values: u64,
}

/// What a group takes beside its texts, in bytes, about.
const PER_GROUP: u64 = 120;

impl Tally {
    /// Nothing counted yet. Groups are made by these keys.
    pub fn new(keys: Vec<TallyKey>, measures: Vec<Measure>) -> Tally {
        let mut quantities: Vec<Quantity> = Vec::new();
        for measure in &measures {
            if !quantities.contains(&measure.quantity) {
                quantities.push(measure.quantity);
            }
        }
        Tally {
            keys,
            measures,
            texts: KeyTexts::default(),
            places: QuickMap::default(),
            groups: Vec::new(),
            last: usize::MAX,
            held: 0,
            most: Limits::default().most_gathered(),
            left_out: 0,
            measured: vec![0; quantities.len()],
            quantities,
        }
    }

    /// Holds at most so many bytes, about, instead of [`Limits::gathered`]. Once they are reached, events that belong to no
    /// group so far are only counted in [`Tally::left_out`].
    pub fn memory(self, bytes: u64) -> Tally {
        Tally { most: bytes, ..self }
    }

    /// The keys.
    pub fn keys(&self) -> &[TallyKey] {
        &self.keys
    }

    /// The measures.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// How many events are in no group, because there was no room for more groups.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The groups that have no [`Statistic::P95`] of a quantity because there was no room for
    /// its numbers.
    pub fn unranked(&self, quantity: Quantity) -> Unranked {
        let place = self.quantities.iter().position(|other| *other == quantity);
        let numbers = self.groups.iter().filter_map(|group| group.numbers.get(place?));
        let lacking = numbers.map(Numbers::without_place).filter(|values| *values > 0);
        lacking.fold(Unranked::default(), |all, values| Unranked {
            groups: all.groups + 1,
            values: all.values + values,
        })
    }

    /// Quantities that no event had a value of, such as a duration where the capture has no
    /// column Duration.
    pub fn unmeasured(&self) -> impl Iterator<Item = Quantity> {
        let pairs = self.quantities.iter().zip(&self.measured);
        pairs.filter(|(_, events)| **events == 0).map(|(quantity, _)| *quantity)
    }

    /// Counts an event. `clock` is that of its capture.
    pub fn observe(&mut self, event: &Event, clock: &Clock) {
        let key = self.texts.of(&self.keys, event, clock);
        let place = match self.groups.get(self.last) {
            Some(last) if *last.key == *key => self.last,
            _ => match self.places.get(key) {
                Some(place) => *place as usize,
                None => {
                    if self.held >= self.most || self.groups.len() >= u32::MAX as usize {
                        self.left_out += 1;
                        return;
                    }
                    let place = self.groups.len();
                    let key: Box<[u8]> = key.into();
                    self.held +=
                        2 * key.len() as u64 + PER_GROUP + 48 * self.quantities.len() as u64;
                    self.places.insert(key.clone(), place as u32);
                    let numbers = vec![Numbers::default(); self.quantities.len()];
                    self.groups.push(Counted { key, events: 0, numbers });
                    place
                }
            },
        };
        self.last = place;
        let group = &mut self.groups[place];
        group.events += 1;
        for (index, quantity) in self.quantities.iter().enumerate() {
            let Some(value) = quantity.of(event) else { continue };
            self.measured[index] += 1;
            let keeps = self.measures.iter().any(|measure| {
                measure.quantity == *quantity && measure.statistic == Statistic::P95
            });
            group.numbers[index].add(value);
            if keeps {
                self.held += size_of::<u64>() as u64;
                match self.held < self.most {
                    true => group.numbers[index].keep(value),
                    false => group.numbers[index].keep_none(),
                }
            }
        }
    }

    /// The groups, those with most events first, then by their texts.
    pub fn finish(self) -> Vec<TallyGroup> {
        let Tally { measures, quantities, groups, places, .. } = self;
        drop(places);
        let value = |numbers: &mut [Numbers], measure: &Measure| {
            let place = quantities.iter().position(|quantity| *quantity == measure.quantity)?;
            let ticks = numbers[place].value(measure.statistic)?;
            Some(measure.quantity.in_units(ticks))
        };
        let mut groups: Vec<TallyGroup> = groups
            .into_iter()
            .map(|mut group| TallyGroup {
                texts: key::texts_of(&group.key),
                events: group.events,
                values: measures.iter().map(|it| value(&mut group.numbers, it)).collect(),
            })
            .collect();
        groups.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.texts.cmp(&b.texts)));
        groups
    }
}

#[cfg(test)]
mod tests;
