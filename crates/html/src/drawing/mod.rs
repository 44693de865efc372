//! A start-up as a drawing: a column is a phase, a line is a thing, a mark is a step.

mod canvas;
mod columns;
mod figure;
mod layout;
mod shapes;
mod strip;

use askama::Template;

use procmonkey_analysis::Report;

use crate::assets::{DRAWING_STYLE, TOKENS};
use crate::links::Links;

pub(crate) use canvas::Drawing;
pub(crate) use figure::{Figure, MOST_FIGURES, figures};


/// A drawing as a file of its own.
#[derive(Template)]
#[template(path = "alone.svg")]
pub(crate) struct Alone {
    drawing: Drawing,
    tokens: &'static str,
    style: &'static str,
}

impl Alone {
    pub(crate) fn write_into(&self, output: &mut impl std::io::Write) -> std::io::Result<()> {
        Template::write_into(self, output)
    }
}

/// The first start-up that has steps at keys.
pub(crate) fn alone(report: &Report) -> Option<Alone> {
    let figures = figures(report);
    let main = figures.first()?;
    let links = Links::new(report, [], []);
    let drawing = Drawing::of(report, main, &links).without_links();
    Some(Alone { drawing, tokens: TOKENS, style: DRAWING_STYLE })
}
