//! A comparison in a few words: the same on every page.

use super::comparison::{
    Comparison, Divergence, DivergenceKind, InstanceSummary, Outcome, Side, StartUp, TrailAction,
};
use crate::container::short_stem;
use crate::guid::MachineGuid;
use crate::phase::{Phase, PhaseSpan};
use crate::report::{CaptureSummary, GuidSign, LinkVia, Report, TimelineEntry, with_letters};
use crate::step::Step;
use crate::words::{self, LossStyle, MarkWords, file_name, ticks_of};

/// The result of a comparison, as the tag of a page.
pub fn state(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Same => "Same",
        Outcome::Different => "Different",
        Outcome::NotComparable => "Not judged",
    }
}

/// The start-ups in the order of a page: those in which the two part, keys at stake in front,
/// then those in which they do not.
pub fn in_order(comparison: &Comparison) -> Vec<&StartUp> {
    let mut all: Vec<&StartUp> = comparison.start_ups.iter().collect();
    all.sort_by_key(|it| match &it.divergence {
        Some(divergence) => u8::from(divergence.phase != Some(Phase::KeyFiles)),
        None => 2,
    });
    all
}

/// How to read a drawing of two start-ups.
pub const HOW_TO_READ_TWO: &str = "A column is a phase, and stands in the same place in both. \
                                   Hatched: this start-up does not show the phase. Lengths are \
                                   not to scale.";

/// What is said in place of a drawing of two start-ups.
pub fn drawing_said(comparison: &Comparison, start_up: &StartUp) -> String {
    let who = start_up.process.as_deref().unwrap_or("a process that is not named");
    let [good, bad] = [&comparison.good, &comparison.bad].map(|it| name_of(it.as_ref()));
    let band = band(start_up).map(|band| format!(" {band}.")).unwrap_or_default();
    format!(
        "Two start-ups of {who}: good, {good}, above; bad, {bad}, below.{band} The report has \
         each step in a table."
    )
}

/// The name of the file of a capture.
pub fn name_of(capture: Option<&CaptureSummary>) -> &str {
    capture.map_or("not named", |capture| file_name(&capture.path))
}

/// What stands on the line where two start-ups that are drawn above each other part.
pub fn band(start_up: &StartUp) -> Option<String> {
    let Some(divergence) = &start_up.divergence else {
        let phases = start_up.phases.as_ref()?;
        let missing: Vec<&str> = phases.good.iter().map(|phase| phase.name()).collect();
        return (!missing.is_empty()).then(|| format!("Only above: {}", missing.join(", ")));
    };
    let sides = (divergence.good.action.as_ref(), divergence.bad.action.as_ref());
    let what = match (divergence.kind, sides) {
        (DivergenceKind::OtherResult, (Some(good), Some(bad))) => {
            match (result_words(&good.result), result_words(&bad.result)) {
                (Some(one), Some(other)) if good.stem.is_some() && one != other => {
                    format!("above the key file is {one}, below it is {other}")
                }
                _ => {
                    format!("{}: above {}, below {}", short(good), good.result, bad.result)
                }
            }
        }
        (DivergenceKind::OnlyGood, (Some(good), _)) => format!("only above: {}", short(good)),
        (DivergenceKind::OnlyBad, (_, Some(bad))) => format!("only below: {}", short(bad)),
        _ => return None,
    };
    Some(format!("First difference: {what}"))
}

/// An action without the folder of its path.
fn short(action: &TrailAction) -> String {
    match (&action.container, file_name(&action.path)) {
        (Some(container), _) => format!("{} of the key file of {container}", action.operation),
        (None, "") => action.operation.clone(),
        (None, name) => format!("{} of {name}", action.operation),
    }
}

/// What the result of an action on a key file comes to, where it is plain.
fn result_words(result: &str) -> Option<&'static str> {
    match result {
        "SUCCESS (Opened)" => Some("found"),
        "SUCCESS (Created)" => Some("made"),
        "NAME NOT FOUND" | "PATH NOT FOUND" => Some("not found"),
        "ACCESS DENIED" => Some("refused"),
        "SHARING VIOLATION" => Some("in use"),
        _ => None,
    }
}

/// What differs first, in a few words, and in which phase.
pub fn difference_words(start_up: &StartUp) -> Option<String> {
    let divergence = start_up.divergence.as_ref()?;
    let action = divergence.bad.action.as_ref().or(divergence.good.action.as_ref())?;
    let only = match divergence.kind {
        DivergenceKind::OtherResult => "",
        DivergenceKind::OnlyGood => ", good only",
        DivergenceKind::OnlyBad => ", bad only",
    };
    let phase = divergence.phase.map(|it| format!("{}: ", it.name())).unwrap_or_default();
    Some(format!("{phase}{}{only}", action.operation))
}

/// Whose start-ups were compared, and how many differences are behind the first one.
pub fn tag(comparison: &Comparison) -> String {
    if comparison.outcome == Outcome::NotComparable {
        return String::new();
    }
    let order = in_order(comparison);
    let Some(first) = order.first() else { return String::new() };
    let more = match order.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{}{more}, {}, {}",
        first.process.as_deref().unwrap_or("a process that is not named"),
        words::count(first.further, "further difference"),
        words::count(first.minor, "minor one"),
    )
}

/// Where the followed processes of either capture read this value of MachineGuid first.
pub fn reads_of(comparison: &Comparison, guid: &MachineGuid) -> Vec<(Which, u64)> {
    let reads = [Which::Good, Which::Bad].into_iter().filter_map(|which| {
        let sides = comparison.start_ups.iter().map(|start_up| match which {
            Which::Good => &start_up.good,
            Which::Bad => &start_up.bad,
        });
        let mut reads = sides
            .flat_map(|side| &side.timeline)
            .filter(|entry| entry.step == Step::GuidRead && entry.guid.as_ref() == Some(guid));
        Some((which, reads.next()?.event))
    });
    reads.collect()
}

/// What a GUID is to the two, by who read it.
pub fn role_of(reads: &[(Which, u64)]) -> &'static str {
    match reads {
        [] => "Seen",
        [(Which::Good, _)] => "Good read",
        [(Which::Bad, _)] => "Bad read",
        _ => "Both read",
    }
}

/// What a start-up shows of a phase: its events, and when it begins.
pub fn phase_words(span: &PhaseSpan) -> String {
    let time = span.time.as_deref().map(|time| format!(" from {}", words::clock_part(time)));
    format!("{}{}", words::count(span.events, "event"), time.unwrap_or_default())
}

/// What was not read of the two, a sentence each.
pub fn not_read(comparison: &Comparison) -> Vec<String> {
    let captures = comparison.good.iter().chain(&comparison.bad);
    let cut = captures.filter(|it| it.losses.count > 0 || it.broke_off.is_some());
    let say = |capture: &CaptureSummary| {
        let read = words::read_of(capture, LossStyle::Plain);
        format!("{}: {read}. The comparison stands on what was read.", capture.path)
    };
    cut.map(say).collect()
}

/// Which rows stand around the first difference.
pub const ROWS_SAY: &str = "What the same thread did before and after. Grey: both did it, with the \
                            same result. Long paths are shortened; the row that differs has its \
                            whole path.";

/// What the record of a comparison is for.
pub const RECORD_SAYS_TWO: &str = "From what this page was made, and what it does not cover. The \
                                   same command on the same files gives the same page.";

/// What is said on paper of the differences that do not count.
pub fn minor_not_printed(all: u64) -> String {
    let minor = words::count(all, "minor difference");
    format!("Not printed: {minor}, which healthy starts have too. The file itself has them.")
}

/// That not every process is shown.
pub fn pairs_left_out(shown: usize, all: usize) -> String {
    format!("Shown: the first {shown} of {all} processes. All: `procmonkey compare … -f json`.")
}

/// What was compared, what was not, and what is in one capture only: each with its name.
pub fn record(comparison: &Comparison) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for start_up in in_order(comparison).into_iter().take(MOST_RECORDED) {
        let name = start_up.process.as_deref().unwrap_or("a process that is not named");
        let text = format!(
            "Good: {}. Bad: {}.",
            instance_words(&start_up.good),
            instance_words(&start_up.bad)
        );
        lines.push((format!("Compared: {name}"), text));
    }
    let left = comparison.start_ups.len().saturating_sub(MOST_RECORDED);
    if left > 0 {
        lines.push((
            "Compared".into(),
            format!("and {}", words::count(left as u64, "more process")),
        ));
    }
    let remarks = comparison.remarks.iter().map(|it| sentence_of(it));
    let not_compared: Vec<String> = remarks.collect();
    lines.push((
        "Remarks".into(),
        match not_compared.is_empty() {
            true => "None.".to_string(),
            false => not_compared.join(" "),
        },
    ));
    if let Some(processes) = &comparison.processes {
        for (label, names) in [("good", &processes.good), ("bad", &processes.bad)] {
            if names.is_empty() {
                continue;
            }
            let shown = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
            let more = match names.len().saturating_sub(MOST_NAMES) {
                0 => String::new(),
                more => format!(" and {more} more (`procmonkey compare … -f json` has them)"),
            };
            let text = format!("{shown}{more}. What else runs does not count.");
            lines.push((format!("Only in the {label} one"), text));
        }
    }
    lines
}

/// How many processes and names a record has.
const MOST_RECORDED: usize = 20;
const MOST_NAMES: usize = 40;

/// The instance of a process that was compared.
pub fn instance_words(instance: &InstanceSummary) -> String {
    let mut text = match instance.pid {
        Some(pid) => format!("PID {pid}, "),
        None => String::new(),
    };
    text.push_str(&format!(
        "events {} to {}, {} of them; {}, {}",
        instance.first_event,
        instance.last_event,
        instance.events,
        if instance.starts { "starts here" } else { "its start is not shown" },
        if instance.exits { "ends here" } else { "its end is not shown" },
    ));
    if instance.of_instances > 1 {
        text.push_str(&format!("; one of {} instances", instance.of_instances));
    }
    text
}

/// How much of two start-ups is alike.
pub fn alike(start_up: &StartUp) -> String {
    let but = match in_another_value(start_up) {
        true => ", but for MachineGuid",
        false => " in both",
    };
    format!("{} the same{but}", actions(start_up.common))
}

/// Whether both read MachineGuid, and not the same value.
fn in_another_value(start_up: &StartUp) -> bool {
    let read = |side: &InstanceSummary| {
        let mut reads = side.timeline.iter().filter(|entry| entry.step == Step::GuidRead);
        reads.next().and_then(|entry| entry.guid.clone())
    };
    read(&start_up.good).zip(read(&start_up.bad)).is_some_and(|(one, other)| one != other)
}

/// What is said in place of a mark of steps.
pub fn mark_said(signs: &[GuidSign], steps: &[&TimelineEntry], words: &MarkWords) -> String {
    let Some(first) = steps.first() else { return words.text.clone() };
    words::mark_said_at(&format!("event {}", first.event), signs, first, words)
}

/// Which of the two start-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// That of the good capture.
    Good,
    /// That of the bad capture.
    Bad,
}

/// What stands in the column of a phase that a start-up does not show. Only where both captures
/// show the start is it known that a phase was not reached.
pub fn not_reached(start_up: &StartUp, phase: Phase, which: Which) -> &'static str {
    let only = start_up.phases.as_ref().map(|phases| match which {
        Which::Good => &phases.bad,
        Which::Bad => &phases.good,
    });
    match only {
        Some(only) if only.contains(&phase) && phase == Phase::Exit => "no end seen",
        Some(only) if only.contains(&phase) => "not reached",
        _ => "not seen",
    }
}

/// The read of MachineGuid before a step of a start-up.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReadBefore {
    /// Index into the steps.
    pub step: usize,
    /// How the two belong together.
    pub via: LinkVia,
    /// Seconds from the read to the step, when both times are known.
    pub elapsed_seconds: Option<f64>,
}

/// The last read of MachineGuid before a step, by the same thread if there is one.
pub fn read_before(steps: &[TimelineEntry], place: usize) -> Option<ReadBefore> {
    let step = steps.get(place).filter(|step| step.stem.is_some())?;
    let reads = || steps[..place].iter().enumerate().rev();
    let mut reads_of = reads().filter(|(_, it)| it.step == Step::GuidRead);
    let by_thread =
        reads().find(|(_, it)| it.step == Step::GuidRead && it.tid.is_some() && it.tid == step.tid);
    let (via, (index, read)) = match by_thread {
        Some(read) => (LinkVia::Thread, read),
        None => {
            let known = step.process.is_some() || step.pid.is_some();
            let via = if known { LinkVia::Process } else { LinkVia::Capture };
            (via, reads_of.next()?)
        }
    };
    let times =
        read.time.as_deref().and_then(ticks_of).zip(step.time.as_deref().and_then(ticks_of));
    let elapsed_seconds = times.map(|(from, to)| (to - from) as f64 / 1e7);
    Some(ReadBefore { step: index, via, elapsed_seconds })
}

/// What to do next, in parts: what a command shows, and the command. `None` where a capture was
/// not read from a file of its own.
pub fn next_command(comparison: &Comparison) -> Option<(&'static str, String)> {
    let (good, bad) = (comparison.good.as_ref()?, comparison.bad.as_ref()?);
    let [good, bad] = [good, bad].map(|capture| word_of_path(&capture.path));
    let (good, bad) = (good?, bad?);
    if comparison.outcome == Outcome::NotComparable {
        let what = "What each of them holds, and which questions it cannot answer:";
        return Some((what, format!("procmonkey info {good} {bad}")));
    }
    let mut command = format!("procmonkey analyze {bad} --baseline {good}");
    let process = in_order(comparison).first().and_then(|it| it.process.as_deref());
    // The one that is followed unless others are named.
    if let Some(process) = process.filter(|it| !it.eq_ignore_ascii_case("inetinfo.exe")) {
        command.push_str(&format!(" -p {}", word_of_path(process)?));
    }
    let what = match comparison.outcome {
        Outcome::Different => "The cause, what shows it, and what to do first:",
        _ => "What is known to be wrong with the bad one, by itself:",
    };
    Some((what, command))
}

/// A path as it is typed in a command line; `None` where it is not one, or would be another thing
/// to a shell.
fn word_of_path(path: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:+,@".contains(c);
    let is_quotable = |c: char| plain(c) || " ()[]{}=&;#'~".contains(c);
    match () {
        () if path.is_empty() || path == "standard input" || path.starts_with('-') => None,
        () if path.chars().all(plain) => Some(path.to_string()),
        () if path.chars().all(is_quotable) => Some(format!("\"{path}\"")),
        () => None,
    }
}

/// The letters of both captures: those of the good one first.
pub(super) fn signs(good: &Report, bad: &Report) -> Vec<GuidSign> {
    GuidSign::of_all(good.guid_signs.iter().chain(&bad.guid_signs).map(|sign| &sign.guid))
}

/// Where the two part.
pub(super) fn headline(comparison: &Comparison) -> String {
    match comparison.outcome {
        Outcome::NotComparable => return "The captures cannot be compared".into(),
        Outcome::Same => return "Nothing differs that matters".into(),
        Outcome::Different => {}
    }
    match first(comparison).and_then(|start_up| start_up.divergence.as_ref()) {
        Some(divergence) => place(divergence).into(),
        None if comparison.machine_guids.is_some() => {
            "They read different values of MachineGuid".into()
        }
        None if comparison.containers.iter().any(|it| it.matters) => {
            "They use different keys, or use them in different ways".into()
        }
        None => "The bad one stops before a phase that the good one reaches".into(),
    }
}

/// The start-up in which the two part: one in which keys are at stake, if there is one.
fn first(comparison: &Comparison) -> Option<&StartUp> {
    let parts = comparison.start_ups.iter().filter(|it| it.divergence.is_some());
    parts.min_by_key(|it| it.divergence.as_ref().and_then(|it| it.phase) != Some(Phase::KeyFiles))
}

fn place(divergence: &Divergence) -> &'static str {
    match (divergence.phase, divergence.kind) {
        (Some(Phase::KeyFiles), _) => "They part at a key file",
        (Some(Phase::CryptoLoad), _) => "They part where the crypto provider is loaded",
        (Some(Phase::Configuration), _) => "They part where the configuration is read",
        (Some(Phase::Exit), DivergenceKind::OnlyBad) => "The bad one ends, the good one goes on",
        (Some(Phase::Exit), DivergenceKind::OnlyGood) => "The good one ends, the bad one goes on",
        (Some(Phase::Exit), DivergenceKind::OtherResult) => "They end in different ways",
        _ => "They part at an action that is not on a key file",
    }
}

/// What is alike, what differs first, and what is wrong with the bad one by itself.
pub(super) fn lead(comparison: &Comparison) -> String {
    let mut said = Vec::new();
    match comparison.outcome {
        Outcome::NotComparable => said.extend(comparison.remarks.iter().map(|it| sentence_of(it))),
        Outcome::Same => {
            let common: u64 = comparison.start_ups.iter().map(|it| it.common).sum();
            said.push(format!("{} the same in both.", actions(common)));
        }
        Outcome::Different => {
            if let Some(start_up) = first(comparison) {
                if let Some(divergence) = &start_up.divergence {
                    said.push(difference(start_up, divergence));
                }
                said.push(format!("{} the same in both.", actions(start_up.common)));
            }
        }
    }
    if let Some(found) = &comparison.bad_finding {
        let also = match found.also_in_good {
            true => ", and so does the good one",
            false => "",
        };
        said.push(format!(
            "By itself, the bad one shows {}: {} ({}, confidence {}){also}.",
            found.signature, found.title, found.severity, found.confidence
        ));
    }
    with_letters(&said.join(" "), &comparison.guid_signs)
}

fn actions(count: u64) -> String {
    match count {
        0 => "No action is".into(),
        1 => "One action is".into(),
        count => format!("{count} actions are"),
    }
}

/// The first difference in a sentence.
fn difference(start_up: &StartUp, divergence: &Divergence) -> String {
    let who = match &start_up.process {
        Some(process) => format!("First difference of {process}"),
        None => "First difference".to_string(),
    };
    let (good, bad) = (&divergence.good, &divergence.bad);
    match divergence.kind {
        DivergenceKind::OtherResult => {
            format!(
                "{who}: {} in the good capture, {} in the bad one.",
                done(good),
                outcome(good, bad)
            )
        }
        DivergenceKind::OnlyGood => format!("{who}: only the good capture has {}.", done(good)),
        DivergenceKind::OnlyBad => format!("{who}: only the bad capture has {}.", done(bad)),
    }
}

/// An action with its result: `CreateFile of the key file of X under A: SUCCESS (event 5)`.
fn done(side: &Side) -> String {
    let Some(action) = &side.action else { return String::new() };
    let mut what = match (&action.stem, &action.guid) {
        (Some(stem), guid) => {
            let name = action.container.clone().unwrap_or_else(|| short_stem(stem));
            let under = guid.as_ref().map(|guid| format!(" under {guid}")).unwrap_or_default();
            format!("{} of the key file of {name}{under}", action.operation)
        }
        (None, _) if action.path.is_empty() => action.operation.clone(),
        (None, _) => format!("{} of {}", action.operation, action.path),
    };
    what.push_str(&format!(": {} (event {})", action.result, action.event));
    what
}

/// The result of the other side, and the GUID where it is another one.
fn outcome(good: &Side, bad: &Side) -> String {
    let (Some(of_good), Some(action)) = (&good.action, &bad.action) else { return String::new() };
    let under = match (&of_good.guid, &action.guid) {
        (Some(one), Some(other)) if one != other && action.stem.is_some() => {
            format!(" under {other}")
        }
        _ => String::new(),
    };
    format!("{}{under} (event {})", action.result, action.event)
}

/// A remark as a sentence.
fn sentence_of(remark: &str) -> String {
    let text = crate::sentences::capitalised(remark);
    if text.ends_with('.') { text } else { format!("{text}.") }
}
