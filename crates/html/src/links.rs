//! Events and the rows of the page that they lead to.

use std::collections::HashSet;

use procmonkey_analysis::report::{CitedEvent, Report};
use procmonkey_analysis::words::{event_number, event_numbers};

/// The number of an event, and where it leads.
#[derive(Clone, Debug)]
pub(crate) struct EventLink {
    pub(crate) text: String,
    /// The id of a row; `None` where the page has none.
    pub(crate) to: Option<String>,
}

/// Which events have a row.
#[derive(Debug)]
pub(crate) struct Links<'r> {
    report: &'r Report,
    rows: HashSet<(usize, u64)>,
    steps: HashSet<(usize, u64)>,
}

impl<'r> Links<'r> {
    pub(crate) fn new<'a>(
        report: &'r Report,
        rows: impl IntoIterator<Item = &'a CitedEvent>,
        steps: impl IntoIterator<Item = (usize, u64)>,
    ) -> Links<'r> {
        let rows = rows.into_iter().map(|row| (row.capture, row.event)).collect();
        Links { report, rows, steps: steps.into_iter().collect() }
    }

    /// The id of the row of an event.
    pub(crate) fn row_id(&self, capture: usize, event: u64) -> String {
        self.id('e', capture, event)
    }

    /// The id of the step of an event.
    pub(crate) fn step_id(&self, capture: usize, event: u64) -> String {
        self.id('s', capture, event)
    }

    /// The id of the row of a phase that begins with an event.
    pub(crate) fn phase_id(&self, capture: usize, event: u64) -> String {
        self.id('p', capture, event)
    }

    /// Events from one to another, as the filter of the rows takes them.
    pub(crate) fn range(&self, capture: usize, first: u64, last: u64) -> String {
        format!("{}-{last}", event_number(self.report, capture, first))
    }

    fn id(&self, kind: char, capture: usize, event: u64) -> String {
        match self.report.captures.len() {
            0 | 1 => format!("{kind}{event}"),
            _ => format!("{kind}{}-{event}", capture + 1),
        }
    }

    /// A link to the row of an event, or to its step where it has no row.
    pub(crate) fn event(&self, capture: usize, event: u64) -> EventLink {
        let place = (capture, event);
        let to = match () {
            () if self.rows.contains(&place) => Some(self.row_id(capture, event)),
            () if self.steps.contains(&place) => Some(self.step_id(capture, event)),
            () => None,
        };
        EventLink { text: event_number(self.report, capture, event), to }
    }

    /// The same for an event that may not be known.
    pub(crate) fn maybe(&self, place: Option<(usize, u64)>) -> Option<EventLink> {
        place.map(|(capture, event)| self.event(capture, event))
    }

    /// Links to events of one capture; runs of them are one link.
    pub(crate) fn events(&self, capture: usize, events: &[u64]) -> Vec<EventLink> {
        let runs = event_numbers(events).into_iter();
        runs.map(|(first, last)| {
            let mut link = self.event(capture, first);
            if first != last {
                link.text.push_str(&format!("–{last}"));
            }
            link
        })
        .collect()
    }
}
