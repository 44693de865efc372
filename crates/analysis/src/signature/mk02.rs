//! MK-02: MachineGuid was edited while the capture ran, or has two values in it.

use super::advice::{self, SUPPOSES};
use super::computers::Computer;
use super::facts::{Facts, GuidValue};
use super::guid_order::{Across, Container, GuidOrder, Order, containers};
use super::loss::Loss;
use super::reference_guid::value_before;
use super::{
    BACK_UP_FIRST, Concern, Confidence, EvidenceList, Match, Severity, Signature, SignatureText,
};
use crate::guid::MachineGuid;
use crate::report::{GuidRole, TimelineEntry};
use crate::sentences::sentences;
use crate::step::Step;

pub(super) struct GuidEdited;

const TEXT: SignatureText = SignatureText {
    id: "MK-02",
    title: "MachineGuid was edited",
    title_short: "MachineGuid was edited",
    severity: "error, warning or info",
    looks_like: "RegSetValue or RegDeleteValue on \
        HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MachineGuid, or two successful reads with \
        different data.",
    means: "Somebody edits the value: by hand, an imaging tool, a licence or trial reset, or the \
        restoring of another computer's registry.",
    look_alike: "A value that is set to what it was before; two captures of two different computers \
        in one case.",
    disproved_by: "The present value is the one from before; a value of WOW6432Node, which names no key \
        file.",
    remedy: "As for MK-01: where it is proved which value is the older one, put it back and restart the \
        services that need their keys; where it is not, put nothing back before it is.",
    confidence: "High for the fact of an edit. Two values in captures of one case may be those of two computers: where the captures name two, nothing is said; where nothing tells, the confidence is low.",
    confirm: "reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid",
    avoid: "Do not invent a third value, and do not restart services over and over: each start may make new, empty containers.",
    source: "Microsoft support blog on machine keys in IIS; field reports",
    technique: Some("T1112 Modify Registry"),
};

impl Signature for GuidEdited {
    fn text(&self) -> &'static SignatureText {
        &TEXT
    }

    fn concerns(&self) -> Concern {
        Concern::Computer
    }

    fn find(&self, facts: &Facts<'_>) -> Vec<Match> {
        let mut matches = Vec::new();
        for computer in facts.computers() {
            let order = GuidOrder::of(facts, computer);
            let containers = containers(facts, computer);
            let edits: Vec<_> = facts.edits().filter(|entry| computer.has(entry.capture)).collect();
            if !edits.is_empty() {
                matches.push(edited(facts, &order, &containers, &edits));
            } else {
                matches.extend(two_values(facts, computer, &order, &containers));
            }
        }
        matches
    }
}

/// Whether the last of several edits in one capture set the value that was there before the first
/// one.
fn is_put_back(facts: &Facts<'_>, edits: &[&TimelineEntry]) -> bool {
    let ([first, .., last], Some(before)) =
        (edits, edits.first().and_then(|first| value_before(facts, first)))
    else {
        return false;
    };
    edits.iter().all(|edit| edit.capture == first.capture) && last.guid.as_ref() == Some(before)
}

fn edited(
    facts: &Facts<'_>,
    order: &GuidOrder,
    containers: &[Container<'_>],
    edits: &[&TimelineEntry],
) -> Match {
    let mut evidence = EvidenceList::default();
    let mut said = Vec::new();
    let mut changes = false;
    // The value before the first change, and the one that it was changed to.
    let mut pair: Option<(&MachineGuid, &MachineGuid)> = None;
    for edit in edits {
        evidence.add(edit.capture, edit.event);
        let who = edit.process.as_deref().unwrap_or("a process that is not named");
        let pid = edit.pid.map(|pid| format!(" (PID {pid})")).unwrap_or_default();
        let before = value_before(facts, edit);
        match (&edit.guid, edit.step) {
            (Some(value), _) => {
                changes |= before != Some(value);
                if pair.is_none() {
                    pair = before.filter(|before| *before != value).map(|before| (before, value));
                }
                said.push(format!("{who}{pid} set MachineGuid to {value}."));
            }
            (None, Step::GuidSet) => {
                changes = true;
                said.push(format!(
                    "{who}{pid} set MachineGuid; the capture does not show to what."
                ));
            }
            (None, _) => {
                changes = true;
                said.push(format!("{who}{pid} deleted MachineGuid."));
            }
        }
    }
    let is_back = changes && is_put_back(facts, edits);
    let deleted = edits.last().filter(|edit| edit.step == Step::GuidRemoved);
    let lost = deleted.and_then(|_| value_before(facts, edits[0]));
    let advice = match pair {
        _ if lost.is_some() => was_there(lost, edits[0], &mut evidence),
        _ if is_back => "Nothing is to be put back: restart the services that read the other value, so that they \
             read the present one. Keep the key files that were made in between until it is known what they \
             opened."
            .into(),
        Some((before, value)) if changes => {
            advice::on_two(facts, order, (before, value), Loss::Shown, containers, &mut evidence)
        }
        _ if changes => "The capture does not show which value was there before, so no value is to be put \
             back yet: the names of the key files, or a copy of the registry from before, show it."
            .into(),
        _ => NOTHING.into(),
    };
    let remedy = match changes {
        true => format!("{BACK_UP_FIRST} {advice}"),
        false => advice,
    };
    let by_sysprep = edits.iter().all(|edit| advice::is_by_sysprep(edit));
    let after = match (changes, by_sysprep) {
        (true, _) if is_back => {
            "The last edit put back what was there before the first one, so every key that was made before is \
             found again; one that was made in between is not."
        }
        (true, true) => {
            "That is what sysprep does, by design. Machine keys that were made before are named after the value \
             of that time and are no longer found."
        }
        (true, false) => {
            "Machine keys that were made before are named after the value of that time and are no longer found."
        }
        (false, _) => "It is the value that was there before, so every key is found as before.",
    };
    Match {
        severity: if changes && !by_sysprep && !is_back { Severity::Error } else { Severity::Info },
        confidence: Confidence::High,
        evidence,
        explanation: format!("{} {after}", said.join(" ")),
        does_not_prove: sentences(
            "Does not show that a key was lost by it: that takes a program that looks for \
             its key afterwards. A value that was set to what it was before changes nothing.",
        ),
        remedy,
    }
}

/// What to do where the value was only set to what it was.
const NOTHING: &str = "None needed: the value is what it was before.";

/// What to do where the value was deleted, and the capture shows what it was before all edits.
fn was_there(
    before: Option<&MachineGuid>,
    first: &TimelineEntry,
    evidence: &mut EvidenceList,
) -> String {
    let Some(before) = before else { return String::new() };
    evidence.name_guid(before, GuidRole::Older, None);
    let who = first.process.as_deref().unwrap_or("the program that deleted it");
    format!(
        "Before that, MachineGuid was {before}, and the key files that worked then carry it in their names. If the \
         value is still missing (`reg query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid`), set it to that \
         again, as text (REG_SZ), and restart the services. Find out why {who} removed it."
    )
}

/// Two values, neither of which the captures show being set.
fn two_values(
    facts: &Facts<'_>,
    computer: &Computer,
    order: &GuidOrder,
    containers: &[Container<'_>],
) -> Option<Match> {
    let values = || {
        let captures = computer.captures.iter();
        captures.flat_map(|capture| facts.values(*capture).iter().map(move |seen| (*capture, seen)))
    };
    let known =
        || values().filter_map(|(capture, seen)| Some((capture, seen, seen.value.as_ref()?)));
    let (first_capture, first, one) = known().next()?;
    // Two values of one capture say more than those of two.
    let within = known()
        .zip(known().skip(1))
        .find(|(before, after)| before.0 == after.0 && before.2 != after.2);
    let (first, other, within): (Sight<'_>, Sight<'_>, Where) = match within {
        Some((before, after)) => (before, after, Where::OneCapture),
        None => {
            let other = known().find(|(_, _, value)| *value != one)?;
            ((first_capture, first, one), other, Where::TwoCaptures)
        }
    };
    let mut evidence = EvidenceList::default();
    evidence.add(first.0, first.1.first);
    evidence.add(other.0, other.1.first);
    let between = order.between(first.2, other.2);
    let (severity, mut confidence, doubt) = match within {
        Where::OneCapture => {
            (Severity::Error, Confidence::High, "Does not show who changed the value.")
        }
        Where::TwoCaptures => (
            Severity::Warning,
            Confidence::Medium,
            "Does not show who changed the value, nor that both captures are of the same Windows \
             installation: two computers have different values.",
        ),
    };
    let supposed = between.across() == Across::Supposed || !computer.is_one(first.0, other.0);
    if within == Where::TwoCaptures && supposed {
        confidence = Confidence::Low;
        evidence.lower(SUPPOSES);
    }
    let explanation = match &between {
        Order::Proved { older, newer, .. } => format!(
            "MachineGuid was {older} and later {newer}: {}. Keys named after the first are no longer found \
             once the second is in effect.",
            between.reasons()
        ),
        Order::Contradicting(_) => format!(
            "MachineGuid was read as {} and as {}, and what is known of their order contradicts itself: {}.",
            first.2,
            other.2,
            between.reasons()
        ),
        Order::NotProved => format!(
            "MachineGuid was read as {} and as {}. Which of the two came first is not proved. Keys named after \
             one are not found while the other is in effect.",
            first.2, other.2
        ),
    };
    let loss = match (within, &between) {
        (Where::TwoCaptures, Order::Proved { newer, .. }) => {
            Loss::under(facts, computer, containers, newer)
        }
        _ => Loss::Shown,
    };
    let pair = (first.2, other.2);
    let advice = advice::on_two(facts, order, pair, loss, containers, &mut evidence);
    Some(Match {
        severity,
        confidence,
        evidence,
        explanation,
        does_not_prove: sentences(doubt),
        remedy: format!("{BACK_UP_FIRST} {advice}"),
    })
}

/// A capture, what it shows, and the value.
type Sight<'r> = (usize, &'r GuidValue, &'r MachineGuid);

/// Where two values were seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    OneCapture,
    TwoCaptures,
}
