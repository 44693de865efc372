//! The whole page of a comparison.

use std::io::{self, Write};

use askama::Template;

use procmonkey_analysis::compare::words as said;
use procmonkey_analysis::compare::{Comparison, Outcome};
use procmonkey_analysis::words;

use crate::assets::{COMPARE_STYLE, DRAWING_STYLE, PAIR_STYLE, SCRIPT, SCRIPT_HASH, STYLE, TOKENS};
use crate::drawing::{MOST_FIGURES, is_drawn};
use crate::part::{
    Compared, Differences, Input, Keys, Loss, Number, Origin, Pair, SeenGuid, losses_of,
};

#[derive(Debug, Template)]
#[template(path = "compare.html")]
pub(crate) struct ComparisonPage {
    title: String,
    file: String,
    tool: String,
    class: &'static str,
    state: &'static str,
    tag: String,
    lead: String,
    remarks: Vec<String>,
    guids: Vec<SeenGuid>,
    numbers: Vec<Number>,
    next: Option<(&'static str, String)>,
    origin: Vec<SideOrigin>,
    not_read: Vec<String>,
    losses: Vec<Loss>,
    losses_cut: Option<String>,
    how_to_read: &'static str,
    pairs: Vec<Pair>,
    left_out: Vec<String>,
    rows_say: &'static str,
    differences: Vec<Differences>,
    keys: Keys,
    inputs: Vec<Input>,
    compared: Vec<(String, String)>,
    record_says: &'static str,
    file_holds: &'static str,
    advice_only: &'static str,
    schema_version: u32,
    style: Vec<&'static str>,
    script: &'static str,
    script_hash: &'static str,
}

/// What was read of one side.
#[derive(Debug)]
struct SideOrigin {
    which: &'static str,
    name: String,
    parts: Vec<String>,
    cut: bool,
}

impl ComparisonPage {
    pub(crate) fn of(comparison: &Comparison) -> ComparisonPage {
        let compared = Compared::of(comparison, MOST_FIGURES);
        let is_judged = comparison.outcome != Outcome::NotComparable;
        let captures = [comparison.good.as_ref(), comparison.bad.as_ref()];
        let summaries: Vec<_> = captures.into_iter().flatten().collect();
        let inputs: Vec<_> = summaries.iter().map(|it| (&it.path, &it.losses)).collect();
        let (losses, losses_cut) = losses_of(&inputs);
        let shown = compared.order.iter().take(MOST_FIGURES);
        let origins = ["Good", "Bad"].into_iter().zip(captures);
        let origins = origins.filter_map(|(which, capture)| {
            let Origin { name, parts, cut } = Origin::of(capture?);
            Some(SideOrigin { which, name, parts, cut })
        });
        let all = compared.order.len();
        ComparisonPage {
            title: comparison.headline.clone(),
            file: captures.map(said::name_of).join(" and "),
            tool: comparison.tool.clone(),
            class: match comparison.outcome {
                Outcome::Same => "ok",
                Outcome::Different => "bad",
                Outcome::NotComparable => "none",
            },
            state: said::state(comparison.outcome),
            tag: said::tag(comparison),
            lead: comparison.lead.clone(),
            // What cannot be compared is said by the lead.
            remarks: comparison
                .remarks
                .iter()
                .filter(|_| is_judged)
                .map(|it| format!("Note: {it}."))
                .collect(),
            guids: compared.guids(),
            numbers: compared.numbers(),
            next: said::next_command(comparison),
            origin: origins.collect(),
            not_read: said::not_read(comparison),
            losses,
            losses_cut,
            how_to_read: said::HOW_TO_READ_TWO,
            pairs: shown.clone().filter(|it| is_drawn(it)).map(|it| compared.pair(it)).collect(),
            left_out: (all > MOST_FIGURES)
                .then(|| said::pairs_left_out(MOST_FIGURES, all))
                .into_iter()
                .collect(),
            rows_say: said::ROWS_SAY,
            differences: shown.filter_map(|it| Differences::of(&compared, it)).collect(),
            keys: compared.keys(),
            inputs: compared.inputs(),
            compared: said::record(comparison),
            record_says: said::RECORD_SAYS_TWO,
            file_holds: words::FILE_HOLDS,
            advice_only: words::ADVICE_ONLY,
            schema_version: comparison.schema_version,
            style: vec![TOKENS, STYLE, DRAWING_STYLE, PAIR_STYLE, COMPARE_STYLE],
            script: &SCRIPT,
            script_hash: SCRIPT_HASH,
        }
    }

    pub(crate) fn write_into(&self, output: &mut impl Write) -> io::Result<()> {
        Template::write_into(self, output)
    }
}
