//! Two captures side by side.

use procmonkey_analysis::compare::{
    Comparison, ContainerState, Difference, Divergence, DivergenceKind, InstanceSummary, Outcome,
    Side, StartUp, TrailAction,
};
use procmonkey_analysis::{MachineGuid, Phase, short_stem};

use super::Look;
use super::grid::{Cell, Grid, Page, Tone};
use crate::text::clip;

/// How many names of processes a page shows of either side.
const NAMES: usize = 8;

/// How many start-ups a page shows when all processes are compared.
const START_UPS: usize = 20;

pub(super) fn page(comparison: &Comparison, look: Look) -> Page {
    let mut page = Page::default();
    let (title, tone) = match comparison.outcome {
        Outcome::Same => ("Nothing differs that matters", Tone::Plain),
        Outcome::Different => ("The captures differ", Tone::Bad),
        Outcome::NotComparable => ("The captures cannot be compared", Tone::Warning),
    };
    page.toned_heading(title, tone);
    page.labelled("Good", comparison.good.clone());
    page.labelled("Bad", comparison.bad.clone());
    for remark in &comparison.remarks {
        page.labelled("Note", remark.clone());
    }
    let (different, same): (Vec<_>, Vec<_>) =
        comparison.start_ups.iter().partition(|start_up| start_up.divergence.is_some());
    let room = START_UPS.saturating_sub(different.len());
    for shown in different.iter().take(START_UPS).chain(same.iter().take(room)) {
        start_up(shown, look, &mut page);
    }
    let left = comparison.start_ups.len().saturating_sub(START_UPS);
    if left > 0 {
        page.text(format!("{left} more processes; the JSON has them all"));
    }
    facts(comparison, look, &mut page);
    page
}

fn start_up(start_up: &StartUp, look: Look, page: &mut Page) {
    let name = start_up.process.as_deref().unwrap_or("(not named)");
    match &start_up.divergence {
        None => page.toned_heading(format!("{name}: no divergence"), Tone::Plain),
        Some(divergence) => {
            page.toned_heading(format!("{name}: first divergence{}", phase(divergence)), Tone::Bad);
        }
    }
    page.labelled("Good", instance(&start_up.good));
    page.labelled("Bad", instance(&start_up.bad));
    if let Some(phases) = &start_up.phases {
        for (label, list) in
            [("Only the good one reached", &phases.good), ("Only the bad one reached", &phases.bad)]
        {
            if !list.is_empty() {
                let names: Vec<_> = list.iter().map(|phase| phase.name()).collect();
                page.labelled(label, names.join(", "));
            }
        }
    }
    if let Some(divergence) = &start_up.divergence {
        page.text(sentence(divergence));
        let mut grid = Grid {
            headers: vec!["", "Event", "Time", "TID", "Operation", "Path", "Result", "Times"],
            numbers: vec![1, 3, 7],
            unbroken: vec![0, 1, 2],
            cut: vec![4, 5],
            spare: vec![3, 7],
            ..Grid::default()
        };
        add_side("good", &divergence.good, look, &mut grid);
        add_side("bad", &divergence.bad, look, &mut grid);
        page.grid(grid);
    }
    page.text(format!(
        "{} actions in common, {} further differences, {} that healthy starts have too",
        start_up.common, start_up.further, start_up.minor
    ));
}

fn phase(divergence: &Divergence) -> String {
    divergence
        .phase
        .map(|phase: Phase| format!(", in the phase {}", phase.name()))
        .unwrap_or_default()
}

fn sentence(divergence: &Divergence) -> String {
    let action = |side: &Side| {
        let action = side.action.as_ref()?;
        Some(format!("{} of {} (event {})", action.operation, action.path, action.event))
    };
    let result = |side: &Side| side.action.as_ref().map(|action| action.result.clone());
    match divergence.kind {
        DivergenceKind::OtherResult => format!(
            "{}: {} in the good capture (event {}), {} in the bad one.",
            action(&divergence.bad).unwrap_or_default(),
            result(&divergence.good).unwrap_or_default(),
            divergence.good.action.as_ref().map_or(0, |action| action.event),
            result(&divergence.bad).unwrap_or_default(),
        ),
        DivergenceKind::OnlyGood => format!(
            "Only the good capture has {}: {}.",
            action(&divergence.good).unwrap_or_default(),
            result(&divergence.good).unwrap_or_default(),
        ),
        DivergenceKind::OnlyBad => format!(
            "Only the bad capture has {}: {}.",
            action(&divergence.bad).unwrap_or_default(),
            result(&divergence.bad).unwrap_or_default(),
        ),
    }
}

fn instance(instance: &InstanceSummary) -> String {
    let mut text = match instance.pid {
        Some(pid) => format!("PID {pid}, "),
        None => String::new(),
    };
    text.push_str(&format!(
        "events {} to {}, {} of them; {}, {}",
        instance.first_event,
        instance.last_event,
        instance.events,
        if instance.starts { "starts here" } else { "its start is not shown" },
        if instance.exits { "ends here" } else { "its end is not shown" },
    ));
    if instance.of_instances > 1 {
        text.push_str(&format!("; one of {} instances", instance.of_instances));
    }
    text
}

fn add_side(label: &str, side: &Side, look: Look, grid: &mut Grid) {
    let mut add = |action: &TrailAction, mark: &str, tone: Tone| {
        let path = match look.whole {
            true => action.path.clone(),
            false => shorten(&action.path),
        };
        grid.rows.push(vec![
            Cell::toned(format!("{label}{mark}"), tone),
            Cell::from(action.event.to_string()),
            Cell::maybe(action.time.as_deref().map(|time| clock(time, look))),
            Cell::maybe(action.tid),
            Cell::from(action.operation.clone()),
            Cell::toned(path, tone),
            Cell::toned(action.result.clone(), tone),
            Cell::from(action.count.to_string()),
        ]);
    };
    side.before.iter().for_each(|action| add(action, "", Tone::Plain));
    if let Some(action) = &side.action {
        add(action, " ▸", Tone::Bad);
    }
    side.after.iter().for_each(|action| add(action, "", Tone::Plain));
}

/// The last two parts of a long path, with the GUID of a key file cut.
fn shorten(path: &str) -> String {
    const LONGEST: usize = 48;
    if path.chars().count() <= LONGEST {
        return path.to_string();
    }
    let name = path.rsplit('\\').next().unwrap_or(path);
    match name.split_once('_') {
        Some((stem, guid)) if stem.len() == 32 && stem.is_ascii() => {
            format!("…\\{}_{}", short_stem(stem), MachineGuid::new(guid).short())
        }
        _ => format!("…\\{}", clip(name, LONGEST)),
    }
}

fn clock(time: &str, look: Look) -> String {
    let time = if look.whole { time } else { time.split('T').next_back().unwrap_or(time) };
    match time.find('.').filter(|_| !look.whole) {
        Some(point) => time.chars().take(point + 4).collect(),
        None => time.to_string(),
    }
}

fn facts(comparison: &Comparison, look: Look, page: &mut Page) {
    if let Some(guids) = &comparison.machine_guids {
        page.heading("MachineGuid");
        page.text(format!(
            "read in the good capture only: {}; in the bad one only: {}",
            list(&guids.good),
            list(&guids.bad)
        ));
    }
    if !comparison.containers.is_empty() {
        page.heading("Key containers");
        let mut grid = Grid {
            headers: vec!["Container", "Stem", "", "Under GUID", "Steps"],
            unbroken: vec![1, 2],
            ..Grid::default()
        };
        for container in &comparison.containers {
            let stem: String = match look.whole {
                true => container.stem.clone(),
                false => short_stem(&container.stem),
            };
            let tone = if container.matters { Tone::Bad } else { Tone::Plain };
            let name = container.name.clone().unwrap_or_else(|| "unknown".into());
            for (label, state) in [("good", &container.good), ("bad", &container.bad)] {
                let first = label == "good";
                grid.rows.push(vec![
                    Cell::toned(if first { name.clone() } else { String::new() }, tone),
                    Cell::from(if first { stem.clone() } else { String::new() }),
                    Cell::from(label),
                    Cell::from(guids(state, look)),
                    Cell::from(match state.steps.is_empty() {
                        true => "not used".to_string(),
                        false => state.steps.join(", "),
                    }),
                ]);
            }
        }
        page.grid(grid);
    }
    if let Some(Difference { good, bad, .. }) = &comparison.processes {
        page.heading("Processes of one capture only");
        for (label, names) in [("Good", good), ("Bad", bad)] {
            let shown = if look.whole { names.len() } else { NAMES };
            let mut text = list(&names[..shown.min(names.len())]);
            if names.len() > shown {
                text.push_str(&format!(" and {} more", names.len() - shown));
            }
            page.labelled(label, text);
        }
    }
}

fn guids(state: &ContainerState, look: Look) -> String {
    let guids: Vec<String> = state
        .guids
        .iter()
        .map(|guid| match look.whole {
            true => guid.clone(),
            false => MachineGuid::new(guid.clone()).short().to_string(),
        })
        .collect();
    if guids.is_empty() { "not seen".into() } else { guids.join(", ") }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// The rows around each divergence.
pub(super) fn grid(comparison: &Comparison) -> Grid {
    let mut rows = Vec::new();
    for start_up in &comparison.start_ups {
        let Some(divergence) = &start_up.divergence else { continue };
        for (label, side) in [("good", &divergence.good), ("bad", &divergence.bad)] {
            let mut add = |action: &TrailAction, role: &str| {
                rows.push(vec![
                    Cell::maybe(start_up.process.as_ref()),
                    Cell::from(label),
                    Cell::from(role),
                    Cell::from(action.event.to_string()),
                    Cell::maybe(action.time.as_ref()),
                    Cell::maybe(action.tid),
                    Cell::from(action.operation.clone()),
                    Cell::from(action.path.clone()),
                    Cell::from(action.result.clone()),
                    Cell::from(action.count.to_string()),
                    Cell::from(if action.common { "true" } else { "false" }),
                ]);
            };
            side.before.iter().for_each(|action| add(action, "before"));
            side.action.iter().for_each(|action| add(action, "divergence"));
            side.after.iter().for_each(|action| add(action, "after"));
        }
    }
    Grid {
        headers: vec![
            "process",
            "capture",
            "role",
            "event",
            "time",
            "tid",
            "operation",
            "path",
            "result",
            "count",
            "common",
        ],
        rows,
        ..Grid::default()
    }
}
