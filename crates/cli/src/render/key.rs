//! Answers about keys.

use procmonkey_analysis::KeyAnswer;

use super::grid::{Cell, Grid, Page};

pub(super) fn page(answers: &[KeyAnswer]) -> Page {
    let mut page = Page::default();
    let mut grid = Grid {
        headers: vec!["Container", "System", "Stem", "GUID", "Empty", "Used by"],
        numbers: vec![4],
        ..Grid::default()
    };
    for answer in answers {
        grid.rows.push(vec![
            Cell::from(answer.container.clone().unwrap_or_else(|| "unknown".into())),
            Cell::maybe(answer.provider.map(|provider| provider.name())),
            Cell::maybe(answer.stem.as_ref()),
            Cell::maybe(answer.guid.as_ref()),
            Cell::maybe(answer.empty_length),
            Cell::maybe(answer.owner.as_ref()),
        ]);
    }
    page.grid(grid);
    for answer in answers {
        if let Some(loss) = &answer.loss {
            let name = answer.container.as_deref().unwrap_or(&answer.asked);
            page.labelled("Without it", format!("{loss} ({name})"));
        }
        if let Some(note) = &answer.note {
            page.labelled("Note", format!("{}: {note}", answer.asked));
        }
    }
    page
}

pub(super) fn grid(answers: &[KeyAnswer]) -> Grid {
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
        ],
        rows: answers
            .iter()
            .map(|answer| {
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
                ]
            })
            .collect(),
        ..Grid::default()
    }
}
