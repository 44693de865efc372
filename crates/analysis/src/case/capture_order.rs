//! The order of captures, by their dates.

use std::cmp::Ordering;

use super::part::Part;
use crate::signature::CaptureOrder;

/// Brings the captures of a case into the order of their dates, as far as that is
/// known, and says in their remarks what was done. Captures whose times cannot be
/// compared with those of the others keep their places.
pub(super) fn sort(parts: &mut Vec<Part>) -> CaptureOrder {
    if parts.len() > 1 {
        let given: Vec<usize> = sorted_places(parts);
        let mut slots: Vec<Option<Part>> = parts.drain(..).map(Some).collect();
        for (place, &from) in given.iter().enumerate() {
            let Some(mut part) = slots[from].take() else { continue };
            if from != place {
                part.summary.remarks.push(format!(
                    "by its dates it is capture {} of the case; it was given as number {}",
                    place + 1,
                    from + 1
                ));
            }
            parts.push(part);
        }
    }
    let order = CaptureOrder::new(parts.iter().map(|part| part.span.clone()).collect());
    tell_what_is_not_known(parts, &order);
    order
}

/// For each place in the order of dates, the place at which its capture was given.
fn sorted_places(parts: &[Part]) -> Vec<usize> {
    let compare = |one: usize, other: usize| begins(&parts[one], &parts[other]);
    let dated: Vec<usize> = (0..parts.len()).filter(|it| parts[*it].span.is_some()).collect();
    let all_known = dated
        .iter()
        .enumerate()
        .all(|(place, one)| dated[..place].iter().all(|other| compare(*one, *other).is_some()));
    let mut sorted = dated.clone();
    if all_known {
        sorted.sort_by(|one, other| compare(*one, *other).unwrap_or(Ordering::Equal));
    }
    let mut places: Vec<usize> = (0..parts.len()).collect();
    for (slot, from) in dated.into_iter().zip(sorted) {
        places[slot] = from;
    }
    places
}

fn begins(one: &Part, other: &Part) -> Option<Ordering> {
    let (one, other) = (one.span.as_ref()?, other.span.as_ref()?);
    one.0.compare(&other.0)
}

fn tell_what_is_not_known(parts: &mut [Part], order: &CaptureOrder) {
    for place in 0..parts.len() {
        let unknown: Vec<String> = (0..parts.len())
            .filter(|other| *other != place && !order.is_known(place, *other))
            .map(|other| (other + 1).to_string())
            .collect();
        if !unknown.is_empty() {
            let (noun, verb) =
                if unknown.len() == 1 { ("capture", "is") } else { ("captures", "are") };
            parts[place].summary.remarks.push(format!(
                "whether it is earlier or later than {noun} {} is not known: their times overlap, or {verb} \
                 not written so that they can be compared (--date, --date-order and --tz help)",
                unknown.join(" and ")
            ));
        }
    }
}
