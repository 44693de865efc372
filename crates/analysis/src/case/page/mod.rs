//! From a finished verdict to what a page shows of it: the same words on the terminal, in
//! HTML and in the browser.

mod annotate;
mod cited;
mod commands;
mod do_first;
mod shows;
mod signs;

use crate::report::{CitedEvent, Finding, MainProcess, Report, VerdictState, with_letters};
use crate::sentences::{capitalised, sentences};
use crate::signature::{SignatureSet, text_of};

/// How many characters the lead has at most, beside the first sentence: a bit more than
/// three lines of a terminal of 80 columns.
const LEAD: usize = 310;

/// How sentences begin that the lead has only where there is room left.
const LATE: [&str; 4] = ["That ", "Which ", "Seen only", "Consistent with"];

/// Completes a report whose verdict has its state, its signature and its GUIDs. `rows` are
/// those that were kept of the captures.
pub(super) fn complete(report: &mut Report, signatures: &SignatureSet, rows: Vec<CitedEvent>) {
    annotate::annotate(report);
    report.guid_signs = signs::signs(report);
    cited::cite(report, rows);
    let page = Page::of(report, signatures);
    let verdict = &mut report.verdict;
    verdict.headline = page.headline;
    verdict.lead = page.lead;
    verdict.at_stake = page.at_stake;
    verdict.evidence = page.evidence;
    verdict.does_not_show = page.does_not_show;
    verdict.settles = page.settles;
    verdict.confirm = page.confirm;
    verdict.do_first = page.do_first;
    verdict.do_not = page.do_not;
    verdict.looked_for = page.looked_for;
}

/// What is completed.
#[derive(Default)]
struct Page {
    headline: String,
    lead: String,
    at_stake: Option<String>,
    evidence: Vec<crate::report::VerdictEvidence>,
    does_not_show: Vec<String>,
    settles: Vec<String>,
    confirm: Option<crate::report::Confirmation>,
    do_first: Vec<crate::report::DoFirst>,
    do_not: Vec<String>,
    looked_for: Vec<String>,
}

impl Page {
    fn of(report: &Report, signatures: &SignatureSet) -> Page {
        let worst = report.findings.first();
        match (report.verdict.state, worst) {
            (VerdictState::Broken | VerdictState::Suspect, Some(finding)) => {
                Page::of_failure(finding, report, signatures)
            }
            (VerdictState::Note, Some(finding)) => Page::of_note(finding, report, signatures),
            (VerdictState::NotJudged, _) => Page {
                headline: headline_of_not_judged(report).into(),
                lead: report.verdict.cause.clone(),
                do_first: do_first::to_judge(&report.verdict.missing),
                ..Page::default()
            },
            _ => Page {
                headline: headline_of_nothing(report).into(),
                lead: report.verdict.cause.clone(),
                do_first: do_first::go_on(),
                looked_for: looked_for(),
                ..Page::default()
            },
        }
    }

    fn of_failure(finding: &Finding, report: &Report, signatures: &SignatureSet) -> Page {
        let text = text_of(&finding.signature, signatures);
        let guids = &report.verdict.guids;
        let confirm = text.and_then(|it| do_first::confirmation(finding, it, guids, report));
        let (lead, at_stake) = lead(finding, report);
        Page {
            headline: finding.title.to_string(),
            lead,
            at_stake,
            evidence: shows::evidence(finding, report),
            does_not_show: does_not_show(finding),
            settles: do_first::settles(finding, text, guids),
            do_first: do_first::steps(finding, confirm.as_ref(), report),
            confirm,
            do_not: text.map(|text| sentences(text.avoid)).unwrap_or_default(),
            looked_for: Vec::new(),
        }
    }

    /// Something worth knowing: nothing is to be done about it at once.
    fn of_note(finding: &Finding, report: &Report, signatures: &SignatureSet) -> Page {
        let (lead, at_stake) = lead(finding, report);
        let text = text_of(&finding.signature, signatures);
        Page {
            headline: finding.title.to_string(),
            lead,
            at_stake,
            evidence: shows::evidence(finding, report),
            does_not_show: does_not_show(finding),
            do_first: do_first::go_on(),
            do_not: text.map(|text| sentences(text.avoid)).unwrap_or_default(),
            looked_for: looked_for(),
            ..Page::default()
        }
    }
}

/// The first sentences of a finding's explanation, and what is at stake.
fn lead(finding: &Finding, report: &Report) -> (String, Option<String>) {
    let explanation = with_letters(&finding.explanation, &report.guid_signs);
    let (stake, said): (Vec<String>, Vec<String>) =
        sentences(&explanation).into_iter().partition(|it| it.starts_with("At stake"));
    let is_late = |text: &str| LATE.iter().any(|begin| text.starts_with(begin));
    let (late, early): (Vec<usize>, Vec<usize>) =
        (0..said.len()).partition(|place| *place > 0 && is_late(&said[*place]));
    let (mut taken, mut length) = (Vec::new(), 0);
    for place in early.into_iter().chain(late) {
        let more = said[place].chars().count() + 1;
        if taken.is_empty() || length + more <= LEAD {
            taken.push(place);
            length += more;
        }
    }
    taken.sort_unstable();
    let mut lead = match report.verdict.main_process {
        MainProcess::Healthy => vec!["Nothing known is wrong with inetinfo.exe."],
        _ => Vec::new(),
    };
    lead.extend(taken.into_iter().map(|place| said[place].as_str()));
    let lead = lead.join(" ");
    (lead, stake.into_iter().next())
}

/// What a finding does not prove, a sentence each.
fn does_not_show(finding: &Finding) -> Vec<String> {
    let bare = |text: &String| match text.strip_prefix("Does not show ") {
        Some(rest) => capitalised(rest),
        None => text.clone(),
    };
    finding.does_not_prove.iter().map(bare).collect()
}

fn headline_of_not_judged(report: &Report) -> &'static str {
    match report.verdict.is_of_a_part() {
        true => "no failure that is known in the part that was read",
        false => "nothing could be judged",
    }
}

fn headline_of_nothing(report: &Report) -> &'static str {
    let judged = report.verdict.judged.iter();
    let judged: Vec<_> = judged.filter_map(|index| report.processes.get(*index)).collect();
    let opened = report
        .timeline
        .iter()
        .any(|entry| entry.stem.is_some() && entry.step.uses_file() && !entry.failed);
    let failed = report.timeline.iter().any(|entry| entry.stem.is_some() && entry.failed);
    match !judged.is_empty() && opened && !failed {
        true => "the keys were found",
        false => "no failure that is known",
    }
}

fn looked_for() -> Vec<String> {
    [
        "MachineGuid edited, unreadable, or another than expected",
        "well-known containers missing, made again, or under two GUIDs",
        "access denied, files in use, damaged or empty",
        "missing master keys, profiles and providers",
        "floods, sweeps and programs in the key folders",
    ]
    .map(String::from)
    .into()
}
