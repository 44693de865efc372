//! Answers about error codes.

use procmonkey_analysis::CodeAnswer;

use super::grid::{Cell, Grid, Page};

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
        let is_explained = answers[..place].iter().any(|earlier| earlier.met == answer.met);
        if let Some(met) = answer.met.filter(|_| !is_explained) {
            let name = answer.name.unwrap_or(&answer.asked);
            page.labelled("Around keys", format!("{met} ({name})"));
        }
        if let Some(note) = &answer.note {
            page.labelled("Note", format!("{}: {note}", answer.asked));
        }
    }
    page
}

pub(super) fn grid(answers: &[CodeAnswer]) -> Grid {
    Grid {
        headers: vec!["asked", "hex", "value", "signed", "name", "meaning", "met", "note"],
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
                ]
            })
            .collect(),
        ..Grid::default()
    }
}
