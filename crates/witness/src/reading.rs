//! What was read from one source.

use std::collections::BTreeMap;

use procmonkey_analysis::Witness;
use procmonkey_analysis::parser::Losses;

/// The facts of one source, and what of it could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// The facts, in the order of the source.
    pub witnesses: Vec<Witness>,
    /// What could not be read.
    pub losses: Losses,
    /// How many events of each provider and id the source holds, also of
    /// those that are not a witness. Empty for sources that are not event logs.
    pub events: Vec<EventCount>,
}

/// How many events of one id a log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventCount {
    /// Name of the provider.
    pub provider: String,
    /// The event id.
    pub id: u32,
    /// How many.
    pub count: u64,
}

impl Reading {
    /// How many events of this provider and id the source holds.
    ///
    /// ```
    /// let xml = b"<Event><System><Provider Name='A'/><EventID>7</EventID></System></Event>";
    /// let reading = procmonkey_witness::event_xml::read("a.xml", xml);
    /// assert_eq!(reading.count("A", 7), 1);
    /// assert_eq!(reading.count("A", 8), 0);
    /// ```
    pub fn count(&self, provider: &str, id: u32) -> u64 {
        self.events
            .iter()
            .filter(|event| event.provider == provider && event.id == id)
            .map(|event| event.count)
            .sum()
    }

    pub(crate) fn count_events(&mut self, counts: BTreeMap<(String, u32), u64>) {
        self.events.extend(counts.into_iter().map(|((provider, id), count)| EventCount {
            provider,
            id,
            count,
        }));
    }
}
