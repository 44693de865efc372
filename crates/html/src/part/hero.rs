//! The verdict, the GUIDs, the matrix, what to do first, and where it comes from.

use procmonkey_analysis::report::{
    CaptureSummary, DoFirst, Effect, KeyFileCondition, LossSummary, Report, VerdictState,
};
use procmonkey_analysis::words::{self, key_matrix};

use crate::links::{EventLink, Links};
use crate::sign::{Guid, place_text, role_and_place};

/// How many containers the matrix has, and how many losses are listed.
const MOST_CONTAINERS: usize = 8;
const MOST_LOSSES: usize = 100;

/// How many processes are named where nothing could be judged.
const MOST_PROCESSES: usize = 8;

#[derive(Debug)]
pub(crate) struct Hero {
    /// The class of the state, which is also the name of its sign.
    pub(crate) class: &'static str,
    pub(crate) state: &'static str,
    pub(crate) signature: Option<String>,
    pub(crate) confidence: String,
    pub(crate) lead: String,
    pub(crate) stake: Option<String>,
    pub(crate) processes: Vec<(String, String)>,
    pub(crate) guids: Vec<GuidRow>,
    pub(crate) columns: Vec<Guid>,
    pub(crate) rows: Vec<Row>,
    /// That there are more, a sentence each.
    pub(crate) rows_cut: Option<String>,
    pub(crate) processes_cut: Option<String>,
    pub(crate) do_heading: &'static str,
    /// Where commands are to be typed.
    pub(crate) do_where: Option<&'static str>,
    pub(crate) steps: Vec<DoStep>,
    pub(crate) do_not: Vec<String>,
    pub(crate) origin: Vec<Origin>,
    pub(crate) tool: String,
    pub(crate) not_read: Vec<String>,
    pub(crate) losses: Vec<Loss>,
    pub(crate) losses_cut: Option<String>,
}

#[derive(Debug)]
pub(crate) struct GuidRow {
    pub(crate) role: String,
    pub(crate) guid: Guid,
    pub(crate) read_at: Option<(String, EventLink)>,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) owner: Option<String>,
    pub(crate) cells: Vec<Cell>,
}

#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) class: char,
    pub(crate) column: String,
    /// `None` where it was not seen.
    pub(crate) outline: Option<char>,
    pub(crate) glyph: &'static str,
    pub(crate) text: &'static str,
    pub(crate) strong: bool,
    pub(crate) event: Option<EventLink>,
}

#[derive(Debug)]
pub(crate) struct DoStep {
    pub(crate) title: String,
    pub(crate) effect: Option<&'static str>,
    pub(crate) effect_class: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) commands: Vec<String>,
    pub(crate) answers: Vec<(Option<Guid>, String)>,
    pub(crate) see: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) name: String,
    pub(crate) parts: Vec<String>,
    pub(crate) cut: bool,
}

#[derive(Debug)]
pub(crate) struct Loss {
    pub(crate) input: String,
    pub(crate) place: String,
    pub(crate) text: String,
}

impl Hero {
    pub(crate) fn of(report: &Report, links: &Links<'_>) -> Hero {
        let verdict = &report.verdict;
        let is_headline = matches!(
            verdict.state,
            VerdictState::Broken | VerdictState::Suspect | VerdictState::Note
        );
        let first = report.findings.first().filter(|_| is_headline);
        let signature = verdict.signature.as_ref().map(ToString::to_string);
        let signature = signature.or_else(|| first.map(|first| first.signature.to_string()));
        let class = state_class(verdict.state);
        let heading = words::do_first_heading(verdict.state);
        let (do_heading, do_where) = match heading.find(" (") {
            Some(place) => (&heading[..place], Some(&heading[place + 1..])),
            None => (heading, None),
        };
        let matrix = key_matrix(report, MOST_CONTAINERS);
        let (losses, losses_cut) = losses(report);
        let (processes, processes_cut) = processes(report);
        Hero {
            class,
            state: verdict.state.words(),
            signature,
            confidence: match verdict.confidence {
                Some(confidence) => format!("confidence {confidence}"),
                None => String::new(),
            },
            lead: verdict.lead.clone(),
            stake: verdict.at_stake.clone(),
            processes,
            guids: report
                .guid_signs
                .iter()
                .map(|sign| {
                    let (role, place) = role_and_place(report, &sign.guid);
                    let read_at = place.map(|at| {
                        (format!("read at {}", place_text(report, at)), links.event(at.0, at.1))
                    });
                    let guid = Guid::of(report, &sign.guid);
                    GuidRow { role, guid, read_at }
                })
                .collect(),
            columns: report.guid_signs.iter().map(|sign| Guid::of(report, &sign.guid)).collect(),
            rows: matrix
                .rows
                .iter()
                .map(|row| Row {
                    name: row.name.clone(),
                    owner: row.container.owner.clone(),
                    cells: row
                        .cells
                        .iter()
                        .zip(&report.guid_signs)
                        .map(|(seen, sign)| {
                            let state = seen.and_then(|seen| seen.state);
                            let class = sign.letter.to_ascii_lowercase();
                            let column = format!("under {}", sign.letter);
                            cell(
                                class,
                                column,
                                seen.is_some(),
                                state.map(|state| {
                                    (state.is, links.maybe(state.capture.zip(state.event)))
                                }),
                            )
                        })
                        .collect(),
                })
                .collect(),
            rows_cut: (matrix.left_out > 0).then(|| {
                let all = matrix.rows.len() + matrix.left_out;
                words::cut(matrix.rows.len(), all as u64, "container", "procmonkey analyze … -v")
            }),
            processes_cut,
            do_heading,
            do_where,
            steps: verdict.do_first.iter().map(|step| do_step(report, step)).collect(),
            do_not: verdict.do_not.clone(),
            origin: report.captures.iter().map(Origin::of).collect(),
            tool: report.tool.clone(),
            not_read: words::not_read(report),
            losses,
            losses_cut,
        }
    }
}

impl Origin {
    pub(crate) fn of(capture: &CaptureSummary) -> Origin {
        Origin {
            name: file_name(&capture.path),
            parts: words::origin(capture),
            cut: capture.losses.count > 0 || capture.broke_off.is_some(),
        }
    }
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> String {
    words::file_name(path).to_string()
}

/// The class of a state, which has its colour and its sign.
pub(crate) fn state_class(state: VerdictState) -> &'static str {
    match state {
        VerdictState::Broken => "bad",
        VerdictState::Suspect => "warn",
        VerdictState::Note => "note",
        VerdictState::NothingKnown => "ok",
        _ => "none",
    }
}

fn processes(report: &Report) -> (Vec<(String, String)>, Option<String>) {
    if report.verdict.state != VerdictState::NotJudged {
        return (Vec::new(), None);
    }
    let all = report.captures.iter().flat_map(|capture| &capture.processes);
    let named: Vec<_> = all.filter(|process| !process.name.is_empty()).collect();
    let cut = (named.len() > MOST_PROCESSES)
        .then(|| words::cut(MOST_PROCESSES, named.len() as u64, "name", "procmonkey processes …"));
    let rows = named
        .iter()
        .take(MOST_PROCESSES)
        .map(|process| (process.name.clone(), words::count(process.events, "event")));
    (rows.collect(), cut)
}

fn cell(
    class: char,
    column: String,
    is_seen: bool,
    state: Option<(KeyFileCondition, Option<EventLink>)>,
) -> Cell {
    let Some((is, event)) = state else {
        let text = if is_seen { "not known" } else { "not seen" };
        return Cell { class, column, outline: None, glyph: "", text, strong: false, event: None };
    };
    use KeyFileCondition::{Created, Deleted, Exists, NotFound, NotMade, Renamed};
    let words = words::condition(is);
    let (outline, glyph) = match is {
        Exists => ('o', "k-tick"),
        Created => ('o', "k-plus"),
        NotFound | NotMade => ('h', "k-x"),
        Deleted | Renamed => ('h', "k-minus"),
        _ => ('o', "k-x"),
    };
    let strong = words.bad || is == Created;
    Cell { class, column, outline: Some(outline), glyph, text: words.text, strong, event }
}

fn do_step(report: &Report, step: &DoFirst) -> DoStep {
    let state = report.verdict.state;
    let is_wrong = matches!(state, VerdictState::Broken | VerdictState::Suspect);
    let confirm = report.verdict.confirm.as_ref();
    let confirm = confirm.filter(|it| is_wrong && step.commands.contains(&it.command));
    let (title, text) = match step.text.split_once(": ").filter(|_| is_wrong) {
        Some((title, rest)) => (title.to_string(), Some(rest.to_string())),
        None => (String::new(), Some(step.text.clone())),
    };
    let answers: Vec<(Option<Guid>, String)> = confirm
        .map(|it| it.answers.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|answer| {
            let guid = answer.guid.as_ref().map(|guid| Guid::of(report, guid));
            let words = answer.answer.as_ref().map(|it| format!("{it}: ")).unwrap_or_default();
            (guid, format!("{words}{}", answer.means))
        })
        .collect();
    DoStep {
        title,
        effect: is_wrong.then(|| step.effect.words()),
        effect_class: if step.effect == Effect::Changes { "chg" } else { "safe" },
        // The answers say the same, with their signs.
        text: text.filter(|_| answers.is_empty()),
        commands: step.commands.clone(),
        answers,
        see: report
            .findings
            .iter()
            .filter(|_| step.effect == Effect::Changes)
            .map(|it| it.signature.to_string())
            .find(|id| step.text.contains(id.as_str())),
    }
}

fn losses(report: &Report) -> (Vec<Loss>, Option<String>) {
    let captures = report.captures.iter().map(|it| (&it.path, &it.losses));
    let witnesses = report.witness_sources.iter().map(|it| (&it.path, &it.losses));
    losses_of(&captures.chain(witnesses).collect::<Vec<_>>())
}

/// What of these inputs was not read, and that there is more of it.
pub(crate) fn losses_of(all: &[(&String, &LossSummary)]) -> (Vec<Loss>, Option<String>) {
    let mut losses = Vec::new();
    for (path, summary) in all {
        // What is kept as it was written is not lost.
        let lost = summary.first.iter().filter(|it| it.kind.name() != "unknown");
        losses.extend(lost.map(|loss| Loss {
            input: file_name(path),
            place: words::loss_place(loss),
            text: loss.message.clone(),
        }));
    }
    losses.truncate(MOST_LOSSES);
    let count: u64 = all.iter().map(|(_, summary)| summary.count).sum();
    let shown = losses.len();
    let cut = (count > shown as u64).then(|| words::cut_losses(shown, count));
    (losses, cut)
}
