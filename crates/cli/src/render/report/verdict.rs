//! The verdict: what stands first on the page, in at most forty lines of eighty columns.

use procmonkey_analysis::report::{VerdictEvidence, VerdictState};
use procmonkey_analysis::words::{do_first_heading, role_name};
use procmonkey_analysis::{Report, Severity};

use super::super::grid::{Page, Tone};
use super::super::{Look, table};
use super::facts::{clock_part, event_number, event_place};
use super::inputs::origin;
use super::matrix::matrix;

/// How many lines the verdict has at most, on a terminal of at least eighty columns.
const LINES: usize = 40;

/// The width that it is made for.
const COLUMNS: u16 = 80;

/// How wide the labels are.
const LABEL: usize = 16;

/// How much of each part is shown.
#[derive(Clone, Copy, Debug)]
struct Room {
    guids: usize,
    containers: usize,
    evidence: usize,
    not_shown: usize,
    settles: usize,
    findings: usize,
    /// Whether the stakes, and the other half of the answers, are said.
    all_texts: bool,
}

/// Everything that there is.
const EVERYTHING: Room = Room {
    guids: usize::MAX,
    containers: usize::MAX,
    evidence: usize::MAX,
    not_shown: usize::MAX,
    settles: usize::MAX,
    findings: usize::MAX,
    all_texts: true,
};

/// From generous to spare: the first that fits is taken.
const ROOMS: [Room; 7] = [
    room(4, 8, 5, 3, 3, 6, true),
    room(4, 5, 5, 2, 2, 4, true),
    room(4, 4, 4, 1, 1, 3, true),
    room(4, 3, 3, 1, 1, 2, true),
    room(3, 3, 3, 1, 1, 1, false),
    room(2, 2, 3, 1, 0, 1, false),
    room(2, 1, 3, 1, 0, 1, false),
];

const fn room(
    guids: usize,
    containers: usize,
    evidence: usize,
    not_shown: usize,
    settles: usize,
    findings: usize,
    all_texts: bool,
) -> Room {
    Room { guids, containers, evidence, not_shown, settles, findings, all_texts }
}

/// The verdict; with --verbose all of it, else as much as has room.
pub(super) fn verdict(report: &Report, look: Look) -> Page {
    if look.whole {
        return with_room(report, EVERYTHING, look);
    }
    // On a narrower terminal it is as long as it must be, and says the same.
    let wide = Look { width: Some(look.width.unwrap_or(COLUMNS).max(COLUMNS)), ..look };
    let pages = ROOMS.iter().map(|room| with_room(report, *room, look));
    let mut last = Page::default();
    for page in pages {
        if table::lines(&page, wide).len() <= LINES {
            return page;
        }
        last = page;
    }
    last
}

fn with_room(report: &Report, room: Room, look: Look) -> Page {
    let mut page = Page::default();
    head(report, room, &mut page);
    guids(report, room, look, &mut page);
    let (grid, more) = matrix(report, room.containers);
    if !grid.rows.is_empty() {
        page.blank();
        page.grid(grid);
        if more > 0 {
            page.text(format!("and {more} more: see Key containers below"));
        }
    }
    advice(report, &mut page);
    page.blank();
    shows(report, room, look, &mut page);
    list("Does not show", &report.verdict.does_not_show, room.not_shown, &mut page);
    list("Would settle it", &report.verdict.settles, room.settles, &mut page);
    list("Looked for", &report.verdict.looked_for, usize::MAX, &mut page);
    if !report.verdict.not_shown.is_empty() {
        item("Not in it", &report.verdict.not_shown.join("; "), Tone::Plain, &mut page);
    }
    others(report, room, &mut page);
    for (index, (text, tone)) in origin(report).into_iter().enumerate() {
        item(if index == 0 { "From" } else { "" }, &text, tone, &mut page);
    }
    page
}

/// The sign of a state, and how it stands out.
pub(in super::super) fn sign(state: VerdictState) -> (&'static str, Tone) {
    match state {
        VerdictState::Broken => ("✕", Tone::Bad),
        VerdictState::Suspect => ("!", Tone::Warning),
        VerdictState::Note => ("i", Tone::Plain),
        VerdictState::NothingKnown => ("○", Tone::Plain),
        _ => ("?", Tone::Warning),
    }
}

fn head(report: &Report, room: Room, page: &mut Page) {
    let verdict = &report.verdict;
    let (sign, tone) = sign(verdict.state);
    let words = verdict.state.words().to_uppercase();
    let right = match (&verdict.signature, verdict.confidence) {
        (Some(id), Some(confidence)) => format!("{id}, confidence {confidence}"),
        _ if is_headline(report) => {
            report.findings.first().map(|first| first.signature.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    };
    page.status(format!("{sign} {words}: {}", verdict.headline), right, tone);
    let mut lead = verdict.lead.clone();
    if let Some(stake) = verdict.at_stake.as_ref().filter(|_| room.all_texts) {
        lead.push_str(&format!(" {stake}"));
    }
    if !lead.is_empty() {
        page.text(lead);
    }
}

/// The GUIDs in full, one above the other.
fn guids(report: &Report, room: Room, look: Look, page: &mut Page) {
    if report.guid_signs.is_empty() {
        return;
    }
    page.blank();
    let most = if look.whole { usize::MAX } else { room.guids };
    for sign in report.guid_signs.iter().take(most) {
        let label = role_name(&report.verdict.guids, &sign.guid);
        // Where it was in effect, as far as a process has read it.
        let read = report.machine_guid_reads.iter().find(|read| read.value == sign.guid);
        let read =
            read.and_then(|read| Some((read, *read.events.first()?))).map(|(read, event)| {
                format!("   read at {}", event_place(report, read.capture, event))
            });
        let read = read.unwrap_or_default();
        page.item(2, &label, 13, &format!("{}  {}{read}", sign.letter, sign.guid));
    }
}

fn advice(report: &Report, page: &mut Page) {
    let verdict = &report.verdict;
    if !verdict.do_first.is_empty() {
        page.blank();
        page.text(do_first_heading(verdict.state));
        for (place, step) in verdict.do_first.iter().enumerate() {
            let number = (place + 1).to_string();
            let is_wrong = matches!(verdict.state, VerdictState::Broken | VerdictState::Suspect);
            let text = match step.text.split_once(": ").filter(|_| is_wrong) {
                Some((what, rest)) => format!("{what} ({}): {rest}", step.effect.words()),
                None => step.text.clone(),
            };
            page.item(2, &number, 2, &text);
            step.commands.iter().for_each(|command| page.unbroken(command.clone()));
        }
    }
    if !verdict.do_not.is_empty() {
        page.toned_item(2, "!", 2, &verdict.do_not.join(" "), Tone::Warning);
    }
}

/// The rows that matter.
fn shows(report: &Report, room: Room, look: Look, page: &mut Page) {
    let evidence = &report.verdict.evidence;
    let place = |row: &VerdictEvidence| match (row.capture, row.event) {
        (Some(capture), Some(event)) => event_number(report, capture, event),
        _ => "◆".to_string(),
    };
    let width = evidence.iter().map(|row| place(row).chars().count()).max().unwrap_or(0);
    // Those that say most, in the order of the captures.
    let shown = evidence.iter().filter(|row| row.rank < room.evidence);
    for (index, row) in shown.enumerate() {
        let time = row.time.as_deref().map(|time| format!("{}  ", clock_part(time, look)));
        let result = row.result.as_deref().filter(|result| !is_success(result));
        let result = result.map(|result| format!("  {result}")).unwrap_or_default();
        let text =
            format!("{:>width$}  {}{}{result}", place(row), time.unwrap_or_default(), row.text);
        item(if index == 0 { "Shows it" } else { "" }, &text, Tone::Plain, page);
    }
}

fn is_success(result: &str) -> bool {
    result.is_empty() || result.eq_ignore_ascii_case("SUCCESS")
}

/// A list as one text, as far as it has room.
fn list(label: &str, texts: &[String], most: usize, page: &mut Page) {
    let shown: Vec<String> = texts.iter().take(most).cloned().collect();
    if shown.is_empty() {
        return;
    }
    let ends = |text: &String| text.ends_with(['.', '?']);
    let text = match shown.iter().all(ends) {
        true => shown.join(" "),
        false => shown.join("; "),
    };
    item(label, &text, Tone::Plain, page);
}

/// Whether the first finding is what the headline says.
fn is_headline(report: &Report) -> bool {
    let state = report.verdict.state;
    matches!(state, VerdictState::Broken | VerdictState::Suspect | VerdictState::Note)
}

/// The other findings, in one line each.
fn others(report: &Report, room: Room, page: &mut Page) {
    let first = usize::from(is_headline(report));
    let mut seen: Vec<(&str, Severity)> = Vec::new();
    for finding in report.findings.iter().skip(first) {
        let key = (&*finding.signature, finding.severity);
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    let all = seen.len();
    for (index, (id, severity)) in seen.into_iter().take(room.findings.max(1)).enumerate() {
        let same = report
            .findings
            .iter()
            .skip(first)
            .filter(|it| (&*it.signature, it.severity) == (id, severity));
        let Some(finding) = same.clone().next() else { continue };
        let times = match finding.group_count.max(same.count()) {
            1 => String::new(),
            count => format!(", {count} times"),
        };
        let more = match all.saturating_sub(room.findings.max(1)) {
            more @ 1.. if index + 1 == room.findings.max(1) => format!("; and {more} more below"),
            _ => String::new(),
        };
        let text = format!("{id} {severity}: {}{times}{more}", finding.title_short);
        item(if index == 0 { "Also found" } else { "" }, &text, Tone::Plain, page);
    }
}

fn item(label: &str, text: &str, tone: Tone, page: &mut Page) {
    page.toned_item(0, label, LABEL, text, tone);
}
