//! Answers about error codes.

use serde::Serialize;

use procmonkey_analysis::{CodeAnswer, CodeFamily};

use super::grid::{Cell, Grid, Page};

/// A family of codes, as a line of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListedFamily {
    family: CodeFamily,
    prefixes: &'static [&'static str],
    codes: usize,
    about: &'static str,
}

impl ListedFamily {
    pub(crate) fn new(family: CodeFamily) -> ListedFamily {
        ListedFamily {
            family,
            prefixes: family.prefixes(),
            codes: family.codes().len(),
            about: family.about(),
        }
    }

    /// How names begin, as people write it: `NTE_…`.
    fn names(&self) -> String {
        let names: Vec<String> = self.prefixes.iter().map(|prefix| format!("{prefix}…")).collect();
        names.join(", ")
    }
}

pub(super) fn page(answers: &[CodeAnswer]) -> Page {
    let mut page = Page::default();
    let mut grid = Grid {
        headers: vec!["Asked", "Code", "Unsigned", "Signed", "Name", "Meaning"],
        numbers: vec![2, 3],
        ..Grid::default()
    };
    for answer in answers {
        grid.rows.push(vec![
            Cell::from(answer.asked.clone()),
            Cell::maybe(answer.hex.as_ref()),
            Cell::maybe(answer.value),
            Cell::maybe(answer.signed),
            Cell::from(answer.name.unwrap_or("unknown")),
            Cell::maybe(answer.meaning),
        ]);
    }
    page.grid(grid);
    for (place, answer) in answers.iter().enumerate() {
        // Several spellings of one code are explained once.
        let explained = answer.name.is_some()
            && answers[..place].iter().any(|earlier| earlier.name == answer.name);
        if !explained {
            explain(answer, &mut page);
        }
        if let Some(note) = &answer.note {
            page.labelled("Note", format!("{}: {note}", answer.asked));
        }
    }
    page
}

/// What is known beyond the row of the table.
fn explain(answer: &CodeAnswer, page: &mut Page) {
    let Some(name) = answer.name else { return };
    if let Some(met) = answer.met {
        page.labelled("Around keys", format!("{met} ({name})"));
    }
    if !answer.aliases.is_empty() {
        page.labelled("Same number", format!("{} ({name})", answer.aliases.join(", ")));
    }
    if let Some(hresult) = &answer.hresult {
        page.labelled("As HRESULT", format!("{hresult} ({name})"));
    }
    if let Some(result) = answer.procmon_result {
        page.labelled("In Procmon", format!("{result} ({name})"));
    }
}

pub(super) fn list_page(answers: &[CodeAnswer]) -> Page {
    let mut page = Page::default();
    page.grid(Grid {
        headers: vec!["Code", "Unsigned", "Name", "Meaning"],
        rows: answers
            .iter()
            .map(|answer| {
                vec![
                    Cell::maybe(answer.hex.as_ref()),
                    Cell::maybe(answer.value),
                    Cell::maybe(answer.name),
                    Cell::maybe(answer.meaning),
                ]
            })
            .collect(),
        numbers: vec![1],
        unbroken: vec![0, 2],
        ..Grid::default()
    });
    page
}

pub(super) fn families_page(families: &[ListedFamily]) -> Page {
    let mut page = Page::default();
    page.grid(Grid {
        headers: vec!["Family", "Names", "Codes", "Of"],
        rows: families
            .iter()
            .map(|listed| {
                vec![
                    Cell::from(listed.family.name()),
                    Cell::from(listed.names()),
                    Cell::from(listed.codes.to_string()),
                    Cell::from(listed.about),
                ]
            })
            .collect(),
        numbers: vec![2],
        unbroken: vec![0],
        ..Grid::default()
    });
    page.text("`procmonkey code --list FAMILY` prints the codes of a family, `--list` prints all.");
    page
}

pub(super) fn families_grid(families: &[ListedFamily]) -> Grid {
    Grid {
        headers: vec!["family", "prefixes", "codes", "about"],
        rows: families
            .iter()
            .map(|listed| {
                vec![
                    Cell::from(listed.family.name()),
                    Cell::from(listed.prefixes.join(" ")),
                    Cell::from(listed.codes.to_string()),
                    Cell::from(listed.about),
                ]
            })
            .collect(),
        ..Grid::default()
    }
}

pub(super) fn grid(answers: &[CodeAnswer]) -> Grid {
    Grid {
        headers: vec![
            "asked",
            "hex",
            "value",
            "signed",
            "name",
            "meaning",
            "met",
            "note",
            "family",
            "aliases",
            "hresult",
            "procmon_result",
        ],
        rows: answers
            .iter()
            .map(|answer| {
                vec![
                    Cell::from(answer.asked.clone()),
                    Cell::maybe(answer.hex.as_ref()),
                    Cell::maybe(answer.value),
                    Cell::maybe(answer.signed),
                    Cell::maybe(answer.name),
                    Cell::maybe(answer.meaning),
                    Cell::maybe(answer.met),
                    Cell::maybe(answer.note.as_ref()),
                    Cell::maybe(answer.family),
                    Cell::from(answer.aliases.join(" ")),
                    Cell::maybe(answer.hresult.as_ref()),
                    Cell::maybe(answer.procmon_result),
                ]
            })
            .collect(),
        ..Grid::default()
    }
}
