//! Answers about keys.

use serde::Serialize;

use procmonkey_analysis::{ContainerRemedy, ContainerUser, KeyAnswer, KnownContainer, Product};

use super::grid::{Cell, Grid, Page};

/// An answer, and what is known of its container beside.
#[derive(Debug, Serialize)]
pub(crate) struct ListedKey {
    #[serde(flatten)]
    answer: KeyAnswer,
    known: Option<&'static KnownContainer>,
}

impl ListedKey {
    pub(crate) fn new(answer: KeyAnswer) -> ListedKey {
        ListedKey { known: answer.known(), answer }
    }
}

pub(super) fn page(answers: &[ListedKey]) -> Page {
    let mut page = Page::default();
    let mut grid = Grid {
        headers: vec!["Container", "System", "Stem", "GUID", "Empty"],
        numbers: vec![4],
        unbroken: vec![2],
        ..Grid::default()
    };
    for ListedKey { answer, .. } in answers {
        grid.rows.push(vec![
            Cell::from(answer.container.clone().unwrap_or_else(|| "unknown".into())),
            Cell::maybe(answer.provider.map(|provider| provider.name())),
            Cell::maybe(answer.stem.as_ref()),
            Cell::maybe(answer.guid.as_ref()),
            Cell::maybe(answer.empty_length),
        ]);
    }
    page.grid(grid);
    for ListedKey { answer, known } in answers {
        let name = answer.container.as_deref().unwrap_or(&answer.asked);
        // What follows below says it of a known container, unless the user labelled it.
        let owner = answer.owner.as_deref();
        if let Some(owner) = owner.filter(|owner| known.is_none_or(|known| known.owner != *owner)) {
            page.labelled("Used by", format!("{owner} ({name})"));
        }
        if let (Some(loss), None) = (&answer.loss, known) {
            page.labelled("Without it, lost", format!("{loss} ({name})"));
        }
        if let Some(note) = &answer.note {
            page.labelled("Note", format!("{}: {note}", answer.asked));
        }
    }
    let mut shown: Vec<&KnownContainer> = Vec::new();
    for known in answers.iter().filter_map(|listed| listed.known) {
        // Several files of one container are explained once.
        if !shown.contains(&known) {
            shown.push(known);
            explain(known, &mut page);
        }
    }
    page
}

/// What is known of a container: who needs it, and what to do when it is gone.
fn explain(known: &KnownContainer, page: &mut Page) {
    page.heading(format!("{} ({})", known.name, known.provider.name()));
    page.labelled("Used by", known.owner);
    if !known.users.is_empty() {
        page.labelled("Programs", users(known.users));
    }
    page.labelled("Part of", feature(known));
    match (known.loss, known.outage) {
        (Some(loss), _) => page.labelled("Without it, lost", loss),
        (None, Some(outage)) => page.labelled("Without it, until there is a new one", outage),
        (None, None) => page.labelled("Without it", "what stops working is not known"),
    }
    if let Some(renewal) = known.renewal {
        page.labelled("Makes a new one", renewal);
    }
    if let Some(rights) = known.rights {
        page.labelled("Rights", rights);
    }
    match &known.remedy {
        Some(remedy) => steps(remedy, page),
        None => page.labelled(
            "When it is gone",
            "a documented way to a new one is not known; a backup of the key file brings it back on the same installation of Windows",
        ),
    }
}

fn steps(remedy: &ContainerRemedy, page: &mut Page) {
    page.text("When it is gone, in this order, as far as needed:");
    for (place, step) in remedy.steps.iter().enumerate() {
        page.text(format!("{}. {}.", place + 1, step.text));
        if let Some(command) = step.command {
            page.unbroken(command);
        }
    }
    page.labelled("Afterwards", remedy.afterwards);
    page.text("Described by Microsoft at:");
    page.unbroken(remedy.source);
}

fn users(users: &[ContainerUser]) -> String {
    let users: Vec<String> = users
        .iter()
        .map(|user| match (user.service, user.display_name) {
            (Some(service), Some(display)) => {
                format!("{} (service {service}, {display})", user.program)
            }
            (Some(service), None) => format!("{} (service {service})", user.program),
            (None, _) => user.program.to_string(),
        })
        .collect();
    users.join("; ")
}

fn feature(known: &KnownContainer) -> String {
    let product = match known.feature.product {
        Product::Iis => ", part of IIS",
        Product::DotNet => ", not part of IIS",
        Product::Windows => ", part of Windows",
        _ => "",
    };
    match known.feature.windows_feature {
        Some(name) => format!("{} (feature {name}){product}", known.feature.name),
        None => format!("{}{product}", known.feature.name),
    }
}

pub(super) fn grid(answers: &[ListedKey]) -> Grid {
    Grid {
        headers: vec![
            "asked",
            "container",
            "provider",
            "stem",
            "guid",
            "file_name",
            "folder",
            "empty_length",
            "owner",
            "loss",
            "note",
            "users",
            "part_of",
            "outage",
            "renewal",
            "rights",
            "remedy",
        ],
        rows: answers.iter().map(row).collect(),
        ..Grid::default()
    }
}

fn row(listed: &ListedKey) -> Vec<Cell> {
    let ListedKey { answer, known } = listed;
    let remedy = known.and_then(|known| known.remedy).map(|remedy| {
        let steps: Vec<String> = remedy
            .steps
            .iter()
            .map(|step| match step.command {
                Some(command) => format!("{}: {command}", step.text),
                None => step.text.to_string(),
            })
            .collect();
        steps.join("; ")
    });
    vec![
        Cell::from(answer.asked.clone()),
        Cell::maybe(answer.container.as_ref()),
        Cell::maybe(answer.provider.map(|provider| provider.name())),
        Cell::maybe(answer.stem.as_ref()),
        Cell::maybe(answer.guid.as_ref()),
        Cell::maybe(answer.file_name.as_ref()),
        Cell::maybe(answer.folder),
        Cell::maybe(answer.empty_length),
        Cell::maybe(answer.owner.as_ref()),
        Cell::maybe(answer.loss.as_ref()),
        Cell::maybe(answer.note.as_ref()),
        Cell::maybe(known.map(|known| users(known.users))),
        Cell::maybe(known.map(feature)),
        Cell::maybe(known.and_then(|known| known.outage)),
        Cell::maybe(known.and_then(|known| known.renewal)),
        Cell::maybe(known.and_then(|known| known.rights)),
        Cell::maybe(remedy),
    ]
}
