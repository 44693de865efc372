//! The catalogue of signatures.

use procmonkey_analysis::SignatureText;

use super::grid::{Cell, Grid, Page};

/// How much of each signature is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A line each.
    AsList,
    /// Everything that is known.
    InFull,
}

pub(super) fn page(texts: &[&SignatureText], shown: Shown) -> Page {
    let mut page = Page::default();
    match shown {
        Shown::AsList => page.grid(Grid {
            headers: vec!["Id", "Finding", "Severity", "ATT&CK"],
            rows: texts
                .iter()
                .map(|text| {
                    vec![
                        Cell::from(text.id),
                        Cell::from(text.title),
                        Cell::from(text.severity),
                        Cell::maybe(text.technique),
                    ]
                })
                .collect(),
            unbroken: vec![0],
            ..Grid::default()
        }),
        Shown::InFull => texts.iter().for_each(|text| in_full(text, &mut page)),
    }
    page
}

fn in_full(text: &SignatureText, page: &mut Page) {
    page.heading(format!("{}: {}", text.id, text.title));
    page.labelled("Severity", text.severity);
    page.labelled("Looks like", text.looks_like);
    page.labelled("Means", text.means);
    page.labelled("Looks alike", text.look_alike);
    page.labelled("Disproved by", text.disproved_by);
    page.labelled("Confidence", text.confidence);
    page.labelled("To confirm", format!("`{}`", text.confirm));
    page.labelled("What to do", text.remedy);
    page.labelled("Avoid", text.avoid);
    page.labelled("Source", text.source);
    if let Some(technique) = text.technique {
        page.labelled("ATT&CK", technique);
    }
}

pub(super) fn grid(texts: &[&SignatureText]) -> Grid {
    Grid {
        headers: vec![
            "id",
            "title",
            "severity",
            "looks_like",
            "means",
            "look_alike",
            "disproved_by",
            "confidence",
            "confirm",
            "remedy",
            "avoid",
            "source",
            "technique",
        ],
        rows: texts
            .iter()
            .map(|text| {
                vec![
                    Cell::from(text.id),
                    Cell::from(text.title),
                    Cell::from(text.severity),
                    Cell::from(text.looks_like),
                    Cell::from(text.means),
                    Cell::from(text.look_alike),
                    Cell::from(text.disproved_by),
                    Cell::from(text.confidence),
                    Cell::from(text.confirm),
                    Cell::from(text.remedy),
                    Cell::from(text.avoid),
                    Cell::from(text.source),
                    Cell::maybe(text.technique),
                ]
            })
            .collect(),
        ..Grid::default()
    }
}
