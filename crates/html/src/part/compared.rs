//! The parts of a page that compares: the numbers, both start-ups, the keys, the inputs.

use std::collections::HashSet;

use procmonkey_analysis::compare::words::{self as said, Which};
use procmonkey_analysis::compare::{
    Comparison, ContainerState, InstanceSummary, Outcome, StartUp, TrailAction,
};
use procmonkey_analysis::report::CaptureSummary;
use procmonkey_analysis::words::{count, cut, cut_steps, sentence};
use procmonkey_analysis::{MachineGuid, Phase, short_stem};

use super::record::Capture;
use super::steps::{MOST_STEPS, StepRow, after_read};
use crate::drawing::{Drawing, is_drawn, step_id};
use crate::links::EventLink;
use crate::sign::Guid;

/// How many containers are shown.
const MOST_CONTAINERS: usize = 200;

/// Both sides, in their order.
pub(crate) const BOTH: [Which; 2] = [Which::Good, Which::Bad];

/// An event of one side.
#[derive(Debug)]
pub(crate) struct SideEvent {
    pub(crate) which: &'static str,
    pub(crate) link: EventLink,
}

/// A number of the comparison.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) what: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) events: Vec<SideEvent>,
}

/// A GUID, and who read it.
#[derive(Debug)]
pub(crate) struct SeenGuid {
    pub(crate) role: &'static str,
    pub(crate) guid: Guid,
    pub(crate) events: Vec<SideEvent>,
}

/// One of the two inputs.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) which: &'static str,
    pub(crate) input: Capture,
}

/// Both start-ups of one process.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) heading: String,
    pub(crate) drawing: Drawing,
    pub(crate) phases: Vec<PhaseRow>,
    pub(crate) steps: Vec<Steps>,
}

#[derive(Debug)]
pub(crate) struct PhaseRow {
    pub(crate) name: String,
    pub(crate) what: &'static str,
    pub(crate) good: String,
    pub(crate) bad: String,
    pub(crate) alike: String,
    pub(crate) differs: bool,
}

#[derive(Debug)]
pub(crate) struct Steps {
    pub(crate) summary: String,
    pub(crate) rows: Vec<StepRow>,
    pub(crate) cut: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) rows: Vec<KeyRow>,
    pub(crate) cut: Option<String>,
}

#[derive(Debug)]
pub(crate) struct KeyRow {
    pub(crate) name: String,
    pub(crate) stem: String,
    pub(crate) sides: [KeySide; 2],
    pub(crate) matters: bool,
    pub(crate) counts: &'static str,
}

#[derive(Debug)]
pub(crate) struct KeySide {
    pub(crate) guids: Vec<Guid>,
    pub(crate) text: String,
}

/// A comparison, and which events have a row on its page.
#[derive(Debug)]
pub(crate) struct Compared<'c> {
    pub(crate) comparison: &'c Comparison,
    pub(crate) order: Vec<&'c StartUp>,
    rows: HashSet<String>,
}

impl<'c> Compared<'c> {
    pub(crate) fn of(comparison: &'c Comparison, most: usize) -> Compared<'c> {
        let order: Vec<&StartUp> = match comparison.outcome {
            Outcome::NotComparable => Vec::new(),
            _ => said::in_order(comparison),
        };
        let mut rows = HashSet::new();
        for start_up in order.iter().take(most).filter(|it| is_drawn(it)) {
            for which in BOTH {
                let steps = instance(start_up, which).timeline.iter().take(MOST_STEPS);
                rows.extend(steps.map(|entry| step_id(which, entry.event)));
            }
        }
        let mut around = Vec::new();
        for start_up in order.iter().take(most) {
            for which in BOTH {
                let actions = actions_around(start_up, which).into_iter();
                around.extend(actions.map(|action| row_id(which, action.event)));
            }
        }
        rows.extend(around);
        Compared { comparison, order, rows }
    }

    /// A link to the step of an event, or else to its row among those around the first difference.
    pub(crate) fn event(&self, which: Which, event: u64) -> EventLink {
        let ids = [step_id(which, event), row_id(which, event)];
        let to = ids.into_iter().find(|id| self.rows.contains(id));
        EventLink { text: event.to_string(), to }
    }

    fn side_event(&self, which: Which, event: u64) -> SideEvent {
        SideEvent { which: name(which), link: self.event(which, event) }
    }

    pub(crate) fn capture(&self, which: Which) -> Option<&'c CaptureSummary> {
        match which {
            Which::Good => self.comparison.good.as_ref(),
            Which::Bad => self.comparison.bad.as_ref(),
        }
    }

    pub(crate) fn guid(&self, guid: &MachineGuid) -> Guid {
        Guid::signed(&self.comparison.guid_signs, guid)
    }

    /// What is counted of the start-up in which the two part.
    pub(crate) fn numbers(&self) -> Vec<Number> {
        let Some(start_up) = self.order.first() else { return Vec::new() };
        let plain = |what, text: String| Number { what, text: Some(text), events: Vec::new() };
        let mut numbers = vec![plain("Alike", count(start_up.common, "action"))];
        if let Some(divergence) = &start_up.divergence {
            let sides = [&divergence.good, &divergence.bad].into_iter().zip(BOTH);
            let events = sides.filter_map(|(side, which)| {
                Some(self.side_event(which, side.action.as_ref()?.event))
            });
            numbers.push(Number {
                what: "First difference",
                text: said::difference_words(start_up),
                events: events.collect(),
            });
        }
        numbers.push(plain("Further differences", start_up.further.to_string()));
        numbers.push(plain("Minor ones, which do not count", start_up.minor.to_string()));
        numbers
    }

    /// Each GUID that has a letter, and which of the two read it.
    pub(crate) fn guids(&self) -> Vec<SeenGuid> {
        let guids = self.comparison.guid_signs.iter().map(|sign| {
            let reads = said::reads_of(self.comparison, &sign.guid);
            let events = reads.iter().map(|(which, event)| self.side_event(*which, *event));
            let role = said::role_of(&reads);
            SeenGuid { role, guid: self.guid(&sign.guid), events: events.collect() }
        });
        guids.collect()
    }

    pub(crate) fn pair(&self, start_up: &StartUp) -> Pair {
        let process = start_up.process.as_deref().unwrap_or("A process that is not named");
        let steps = BOTH.map(|which| {
            let timeline = &instance(start_up, which).timeline;
            let rows = timeline.iter().take(MOST_STEPS).enumerate().map(|(place, entry)| {
                let before = place.checked_sub(1).and_then(|place| timeline.get(place));
                let mut row = StepRow::of(entry, before, &self.comparison.guid_signs);
                row.id = step_id(which, entry.event);
                let around = row_id(which, entry.event);
                row.event.to = self.rows.contains(&around).then_some(around);
                let read = said::read_before(timeline, place);
                row.after =
                    read.map(|it| after_read(it.via, it.elapsed_seconds)).unwrap_or_default();
                row
            });
            Steps {
                summary: format!(
                    "{}: {} as a table",
                    name(which),
                    count(timeline.len() as u64, "step")
                ),
                rows: rows.collect(),
                cut: (timeline.len() > MOST_STEPS).then(|| cut_steps(MOST_STEPS, timeline.len())),
            }
        });
        Pair {
            heading: process.to_string(),
            drawing: Drawing::of_two(self.comparison, start_up),
            phases: phases(start_up),
            steps: steps.into(),
        }
    }

    pub(crate) fn keys(&self) -> Keys {
        let all = &self.comparison.containers;
        let rows = all.iter().take(MOST_CONTAINERS).map(|container| KeyRow {
            name: container.name.clone().unwrap_or_else(|| "name not known".to_string()),
            stem: short_stem(&container.stem),
            sides: [self.key_side(&container.good), self.key_side(&container.bad)],
            matters: container.matters,
            counts: if container.matters { "matters" } else { "does not count" },
        });
        let cut = (all.len() > MOST_CONTAINERS).then(|| {
            cut(MOST_CONTAINERS, all.len() as u64, "container", "procmonkey compare … -f json")
        });
        Keys { rows: rows.collect(), cut }
    }

    fn key_side(&self, state: &ContainerState) -> KeySide {
        let guids = state.guids.iter().map(|guid| self.guid(&MachineGuid::new(guid.clone())));
        let text = match (state.steps.is_empty(), state.guids.is_empty()) {
            (false, _) => state.steps.join(", "),
            (true, false) => "there, not used".to_string(),
            (true, true) => "not seen".to_string(),
        };
        KeySide { guids: guids.collect(), text }
    }

    pub(crate) fn inputs(&self) -> Vec<Input> {
        let inputs = BOTH.into_iter().filter_map(|which| {
            Some(Input { which: name(which), input: Capture::of(self.capture(which)?) })
        });
        inputs.collect()
    }
}

/// The rows around the first difference of one side, in their order.
pub(crate) fn actions_around(start_up: &StartUp, which: Which) -> Vec<&TrailAction> {
    let Some(divergence) = &start_up.divergence else { return Vec::new() };
    let side = match which {
        Which::Good => &divergence.good,
        Which::Bad => &divergence.bad,
    };
    side.before.iter().chain(&side.action).chain(&side.after).collect()
}

/// The id of a row around the first difference.
pub(crate) fn row_id(which: Which, event: u64) -> String {
    match which {
        Which::Good => format!("rg{event}"),
        Which::Bad => format!("rb{event}"),
    }
}

pub(crate) fn name(which: Which) -> &'static str {
    match which {
        Which::Good => "Good",
        Which::Bad => "Bad",
    }
}

fn instance(start_up: &StartUp, which: Which) -> &InstanceSummary {
    match which {
        Which::Good => &start_up.good,
        Which::Bad => &start_up.bad,
    }
}

fn phases(start_up: &StartUp) -> Vec<PhaseRow> {
    let own = |which: Which, phase: Phase| {
        instance(start_up, which).phases.iter().find(|span| span.phase == phase)
    };
    let shown = Phase::ALL
        .into_iter()
        .filter(|phase| BOTH.into_iter().any(|which| own(which, *phase).is_some()));
    let rows = shown.map(|phase| {
        let text = |which: Which| match own(which, phase) {
            Some(span) => said::phase_words(span),
            None => said::not_reached(start_up, phase, which).to_string(),
        };
        let parts = start_up.divergence.as_ref().is_some_and(|it| it.phase == Some(phase));
        let alike = start_up.common_by_phase.iter().find(|it| it.phase == Some(phase));
        let alike = count(alike.map_or(0, |it| it.actions), "action");
        let differs = parts || BOTH.into_iter().any(|which| own(which, phase).is_none());
        PhaseRow {
            name: sentence(phase.name()),
            what: phase.what(),
            good: text(Which::Good),
            bad: text(Which::Bad),
            alike: if parts { format!("{alike}; first difference") } else { alike },
            differs,
        }
    });
    rows.collect()
}
