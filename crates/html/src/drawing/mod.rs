//! A start-up as a drawing: a column is a phase, a line is a thing, a mark is a step.

mod canvas;
mod columns;
mod figure;
mod layout;
mod pair;
mod shapes;
mod strip;

use askama::Template;

use procmonkey_analysis::Report;
use procmonkey_analysis::compare::{Comparison, Outcome, words};

use crate::assets::{DRAWING_STYLE, PAIR_STYLE, TOKENS};
use crate::links::Links;

pub(crate) use canvas::Drawing;
pub(crate) use figure::{Figure, MOST_FIGURES, figures};
pub(crate) use pair::{is_drawn, step_id};

/// A drawing as a file of its own.
#[derive(Template)]
#[template(path = "alone.svg")]
pub(crate) struct Alone {
    drawing: Drawing,
    style: Vec<&'static str>,
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
    Some(Alone { drawing, style: vec![TOKENS, DRAWING_STYLE] })
}

/// Both start-ups of the process in which the two captures part first.
pub(crate) fn two_alone(comparison: &Comparison) -> Option<Alone> {
    if comparison.outcome == Outcome::NotComparable {
        return None;
    }
    let start_up = words::in_order(comparison).into_iter().find(|it| is_drawn(it))?;
    let drawing = Drawing::of_two(comparison, start_up).without_links();
    Some(Alone { drawing, style: vec![TOKENS, DRAWING_STYLE, PAIR_STYLE] })
}
