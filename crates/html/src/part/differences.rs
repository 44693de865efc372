//! The rows around the first difference, side by side, and what differs behind it.

use procmonkey_analysis::compare::words::Which;
use procmonkey_analysis::compare::words::minor_not_printed;
use procmonkey_analysis::compare::{
    ActionDifference, DifferenceWeight, Divergence, StartUp, TrailAction,
};
use procmonkey_analysis::short_stem;
use procmonkey_analysis::words::{file_name, grouped, sentence};

use super::compared::{BOTH, Compared, name, row_id};
use crate::links::EventLink;

/// How many differences of each weight are shown.
const MOST: usize = 100;

/// The first difference of one process, and those behind it.
#[derive(Debug)]
pub(crate) struct Differences {
    /// Whose it is, where there are several.
    pub(crate) heading: Option<String>,
    pub(crate) caption: String,
    pub(crate) sides: Vec<Side>,
    pub(crate) further: Vec<Further>,
}

#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) which: &'static str,
    pub(crate) event: Option<EventLink>,
    pub(crate) rows: Vec<Row>,
    pub(crate) none: &'static str,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: Option<String>,
    pub(crate) class: &'static str,
    pub(crate) event: EventLink,
    pub(crate) operation: String,
    pub(crate) path: String,
    pub(crate) whole: String,
    pub(crate) result: String,
}

#[derive(Debug)]
pub(crate) struct Further {
    pub(crate) summary: String,
    /// Whether it is shown and printed unless somebody closes it.
    pub(crate) open: bool,
    /// What is said on paper where it is not.
    pub(crate) not_printed: String,
    pub(crate) rows: Vec<FurtherRow>,
    pub(crate) cut: Option<String>,
}

#[derive(Debug)]
pub(crate) struct FurtherRow {
    pub(crate) phase: String,
    pub(crate) operation: String,
    pub(crate) path: String,
    pub(crate) good: String,
    pub(crate) bad: String,
}

impl Differences {
    pub(crate) fn of(compared: &Compared<'_>, start_up: &StartUp) -> Option<Differences> {
        let divergence = start_up.divergence.as_ref()?;
        let process = start_up.process.as_deref().unwrap_or("A process that is not named");
        let several = compared.order.len() > 1;
        let sides = BOTH.map(|which| side(compared, divergence, which));
        let further = [
            further(start_up, DifferenceWeight::Further, start_up.further),
            further(start_up, DifferenceWeight::Minor, start_up.minor),
        ];
        Some(Differences {
            heading: several.then(|| process.to_string()),
            caption: format!("rows around the first difference of {process}"),
            sides: sides.into(),
            further: further.into_iter().flatten().collect(),
        })
    }
}

fn side(compared: &Compared<'_>, divergence: &Divergence, which: Which) -> Side {
    let side = match which {
        Which::Good => &divergence.good,
        Which::Bad => &divergence.bad,
    };
    let row = |action: &TrailAction, class: &'static str| {
        let times = match action.count {
            0 | 1 => String::new(),
            count => format!(" ×{}", grouped(count)),
        };
        Row {
            id: Some(row_id(which, action.event)),
            class,
            event: EventLink {
                to: to_step(compared, which, action),
                text: action.event.to_string(),
            },
            operation: format!("{}{times}", action.operation),
            path: if class == "dv" { action.path.clone() } else { short_path(action) },
            whole: action.path.clone(),
            result: action.result.clone(),
        }
    };
    let plain = |action: &TrailAction| row(action, if action.common { "cm" } else { "ow" });
    let mut rows: Vec<Row> = side.before.iter().map(plain).collect();
    rows.extend(side.action.iter().map(|action| row(action, "dv")));
    rows.extend(side.after.iter().map(plain));
    // An action that was done twice around the difference has one row that links lead to.
    let mut seen: Vec<String> = Vec::new();
    for row in &mut rows {
        match &row.id {
            Some(id) if seen.contains(id) => row.id = None,
            Some(id) => seen.push(id.clone()),
            None => {}
        }
    }
    Side {
        which: name(which),
        event: side.action.as_ref().map(|action| compared.event(which, action.event)),
        rows,
        none: "It does nothing like it.",
    }
}

/// The step of the same event, where it is one.
fn to_step(compared: &Compared<'_>, which: Which, action: &TrailAction) -> Option<String> {
    let own = row_id(which, action.event);
    compared.event(which, action.event).to.filter(|to| *to != own)
}

/// The name of a file with its folder; of a key file, the first digits of its name and its GUID.
fn short_path(action: &TrailAction) -> String {
    let path = &action.path;
    if let (Some(stem), Some(guid)) = (&action.stem, &action.guid) {
        return format!("…\\{}_{}…", short_stem(stem), guid.short());
    }
    match path.chars().count() {
        0..=32 => path.clone(),
        _ => format!("…\\{}", file_name(path)),
    }
}

fn further(start_up: &StartUp, weight: DifferenceWeight, all: u64) -> Option<Further> {
    let own = start_up.differences.iter().filter(|it| it.weight == weight);
    let rows: Vec<FurtherRow> = own.take(MOST).map(further_row).collect();
    if all == 0 {
        return None;
    }
    let shown = rows.len() as u64;
    let is_minor = weight == DifferenceWeight::Minor;
    Some(Further {
        summary: match is_minor {
            true => format!("Minor differences, which healthy starts have too: {}", grouped(all)),
            false => format!(
                "Further differences, most of which follow from the first: {}",
                grouped(all)
            ),
        },
        open: !is_minor,
        not_printed: minor_not_printed(all),
        rows,
        cut: (shown < all).then(|| {
            format!(
                "Shown: the first {} of {}. All that are kept: `procmonkey compare … -f json`.",
                grouped(shown),
                grouped(all)
            )
        }),
    })
}

fn further_row(difference: &ActionDifference) -> FurtherRow {
    let (good, bad) = (difference.good.as_ref(), difference.bad.as_ref());
    let action = bad.or(good);
    let result = |side: Option<&TrailAction>| match side {
        Some(action) => format!("{} ({})", action.result, action.event),
        None => "not done".to_string(),
    };
    FurtherRow {
        phase: difference.phase.map(|phase| sentence(phase.name())).unwrap_or_default(),
        operation: action.map(|it| it.operation.clone()).unwrap_or_default(),
        path: action.map(|it| it.path.clone()).unwrap_or_default(),
        good: result(good),
        bad: result(bad),
    }
}
