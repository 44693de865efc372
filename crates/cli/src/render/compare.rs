//! Two captures side by side.

use procmonkey_analysis::compare::words::instance_words;
use procmonkey_analysis::compare::{
    ActionDifference, ComparedRead, Comparison, ContainerState, Difference, DifferenceWeight,
    Divergence, Outcome, Side, StartUp, TrailAction,
};
use procmonkey_analysis::report::GuidSign;
use procmonkey_analysis::{MachineGuid, Phase, short_stem};

use super::Look;
use super::grid::{Cell, Grid, Page, Tone};
use super::report::capture_line;
use crate::messages::count;
use crate::text::clip;

/// How many names of processes a page shows of either side.
const NAMES: usize = 8;

/// How many differences behind the first one a page shows of each start-up.
const DIFFERENCES: usize = 8;

/// How many start-ups a page shows when all processes are compared.
const START_UPS: usize = 20;

pub(super) fn page(comparison: &Comparison, look: Look) -> Page {
    let mut page = Page::default();
    let (sign, state, tone) = match comparison.outcome {
        Outcome::Same => ("○", "SAME", Tone::Plain),
        Outcome::Different => ("✕", "DIFFERENT", Tone::Bad),
        Outcome::NotComparable => ("?", "NOT JUDGED", Tone::Warning),
    };
    let found = comparison.bad_finding.as_ref().filter(|it| !it.also_in_good);
    let right = found.map(|it| it.signature.to_string()).unwrap_or_default();
    page.status(format!("{sign} {state}: {}", lower_first(&comparison.headline)), right, tone);
    page.text(comparison.lead.clone());
    page.blank();
    for sign in &comparison.guid_signs {
        page.item(2, "MachineGuid", 13, &format!("{}  {}", sign.letter, sign.guid));
    }
    for (label, capture) in [("Good", &comparison.good), ("Bad", &comparison.bad)] {
        page.labelled(label, capture.as_ref().map(capture_line).unwrap_or_default());
        for file in capture.iter().flat_map(|capture| &capture.stored_files) {
            page.labelled("SHA-256", format!("{} of {}", file.sha256, file.path));
        }
    }
    // What cannot be compared is said by the lead.
    for remark in comparison.remarks.iter().filter(|_| comparison.outcome != Outcome::NotComparable)
    {
        page.labelled("Note", remark.clone());
    }
    let (different, same): (Vec<_>, Vec<_>) =
        comparison.start_ups.iter().partition(|start_up| start_up.divergence.is_some());
    let room = START_UPS.saturating_sub(different.len());
    for shown in different.iter().take(START_UPS).chain(same.iter().take(room)) {
        start_up(shown, &comparison.guid_signs, look, &mut page);
    }
    let left = comparison.start_ups.len().saturating_sub(START_UPS);
    if left > 0 {
        page.text(format!("{left} more processes; the JSON has them all"));
    }
    facts(comparison, look, &mut page);
    page
}

fn start_up(start_up: &StartUp, signs: &[GuidSign], look: Look, page: &mut Page) {
    let name = start_up.process.as_deref().unwrap_or("(not named)");
    match &start_up.divergence {
        None => page.toned_heading(format!("{name}: no divergence"), Tone::Plain),
        Some(divergence) => {
            page.toned_heading(format!("{name}: first divergence{}", phase(divergence)), Tone::Bad);
        }
    }
    page.labelled("Good", instance_words(&start_up.good));
    page.labelled("Bad", instance_words(&start_up.bad));
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
        let mut grid = Grid {
            headers: vec!["", "Event", "Time", "TID", "Operation", "Path", "Result", "Times"],
            numbers: vec![1, 3, 7],
            unbroken: vec![0, 1, 2],
            cut: vec![4, 5],
            spare: vec![3, 7],
            ..Grid::default()
        };
        add_side("good", &divergence.good, (signs, look), &mut grid);
        add_side("bad", &divergence.bad, (signs, look), &mut grid);
        page.grid(grid);
    }
    page.text(format!(
        "{} in common{}; {}; {} that healthy starts have too",
        count(start_up.common, "action"),
        by_phase(start_up),
        count(start_up.further, "further difference"),
        start_up.minor
    ));
    further(start_up, signs, look, page);
}

/// The phases in which the two are alike.
fn by_phase(start_up: &StartUp) -> String {
    let phases = start_up.common_by_phase.iter();
    let named = phases.filter_map(|it| Some(format!("{} {}", it.actions, it.phase?.name())));
    let named: Vec<String> = named.collect();
    if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) }
}

/// The differences behind the first one that matter.
fn further(start_up: &StartUp, signs: &[GuidSign], look: Look, page: &mut Page) {
    let wanted = |it: &&ActionDifference| look.whole || it.weight == DifferenceWeight::Further;
    let all: Vec<&ActionDifference> = start_up.differences.iter().filter(wanted).collect();
    let most = if look.whole { all.len() } else { DIFFERENCES };
    let mut grid = Grid {
        headers: vec!["Also differs", "Path", "Good", "Bad"],
        cut: vec![0, 1],
        ..Grid::default()
    };
    for difference in all.iter().take(most) {
        let (good, bad) = (difference.good.as_ref(), difference.bad.as_ref());
        let Some(action) = bad.or(good) else { continue };
        let result = |side: Option<&TrailAction>| match side {
            Some(action) => format!("{} ({})", action.result, action.event),
            None => "not done".to_string(),
        };
        grid.rows.push(vec![
            Cell::from(match difference.weight {
                DifferenceWeight::Minor => format!("minor: {}", action.operation),
                _ => action.operation.clone(),
            }),
            Cell::from(path(action, signs, look)),
            Cell::from(result(good)),
            Cell::from(result(bad)),
        ]);
    }
    page.grid(grid);
    let shown = all.len().min(most) as u64;
    let left = start_up.further + if look.whole { start_up.minor } else { 0 };
    if shown > 0 && left > shown {
        page.text(format!("Shown: the first {shown} of {left}."));
    }
}

fn phase(divergence: &Divergence) -> String {
    divergence
        .phase
        .map(|phase: Phase| format!(", in the phase {}", phase.name()))
        .unwrap_or_default()
}

fn add_side(label: &str, side: &Side, (signs, look): (&[GuidSign], Look), grid: &mut Grid) {
    let mut add = |action: &TrailAction, mark: &str, tone: Tone| {
        let path = path(action, signs, look);
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

/// The path of an action; unless all of it is asked for, that of a key file is its stem with the
/// letter of its GUID, and of a long one the name.
fn path(action: &TrailAction, signs: &[GuidSign], look: Look) -> String {
    const LONGEST: usize = 48;
    let path = &action.path;
    if look.whole {
        return path.clone();
    }
    if let (Some(stem), Some(guid)) = (&action.stem, &action.guid) {
        let sign = signs.iter().find(|sign| sign.guid == *guid);
        let sign = sign.map_or(guid.short().to_string(), |sign| sign.letter.to_string());
        return format!("{} under {sign}", short_stem(stem));
    }
    match path.chars().count() {
        0..=LONGEST => path.clone(),
        _ => format!("…\\{}", clip(path.rsplit('\\').next().unwrap_or(path), LONGEST)),
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
        for (label, reads) in [("Good only", &guids.good), ("Bad only", &guids.bad)] {
            let reads: Vec<String> = reads.iter().map(read).collect();
            page.labelled(label, list(&reads));
        }
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

/// A value of MachineGuid with the event that gave it.
fn read(read: &ComparedRead) -> String {
    let process = read.process.as_deref().map(|name| format!(" by {name}")).unwrap_or_default();
    format!("{}, read{process} at event {}", read.guid, read.event)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
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
