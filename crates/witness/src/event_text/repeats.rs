//! Messages that a text repeats: prose likes to quote what it explains.

use std::collections::{HashMap, HashSet};

use procmonkey_analysis::{ServiceEvent, Witness};

/// Drops a message that was told by its wording alone when the same one stands in the
/// text as an event, or stood there before.
pub(super) fn without(witnesses: Vec<Witness>) -> Vec<Witness> {
    let mut told = Told::default();
    for witness in &witnesses {
        if let Witness::Service(event) = witness
            && !event.id_from_wording
        {
            told.add(event);
        }
    }
    let is_new = |witness: &Witness| match witness {
        Witness::Service(event) if event.id_from_wording => {
            let is_new = !told.has(event);
            if is_new {
                told.add(event);
            }
            is_new
        }
        _ => true,
    };
    let mut kept = witnesses;
    let mut is_new = is_new;
    kept.retain(|witness| is_new(witness));
    kept
}

/// The error and the name of an event, each where it has one: XML gives the code where
/// the text may give words, and a name may only be in one of the two.
type Parts = (Option<u32>, Option<String>);

/// What was told of the services by each event id.
#[derive(Default)]
struct Told {
    by_id: HashMap<Option<u32>, OfId>,
}

#[derive(Default)]
struct OfId {
    both: HashSet<Parts>,
    errors: HashSet<Option<u32>>,
    names: HashSet<Option<String>>,
}

fn parts(event: &ServiceEvent) -> Parts {
    (event.error.map(|error| error.value), event.display_name.clone())
}

impl Told {
    fn add(&mut self, event: &ServiceEvent) {
        let (error, name) = parts(event);
        let of_id = self.by_id.entry(event.id).or_default();
        of_id.errors.insert(error);
        of_id.names.insert(name.clone());
        of_id.both.insert((error, name));
    }

    /// Whether an event was told whose error and name are the same, or are not known
    /// here or there.
    fn has(&self, event: &ServiceEvent) -> bool {
        let Some(of_id) = self.by_id.get(&event.id) else { return false };
        match parts(event) {
            (None, None) => true,
            (Some(error), None) => {
                of_id.errors.contains(&Some(error)) || of_id.errors.contains(&None)
            }
            (None, Some(name)) => of_id.names.contains(&Some(name)) || of_id.names.contains(&None),
            (Some(error), Some(name)) => {
                let errors = [Some(error), None];
                let names = [Some(name), None];
                errors.iter().any(|error| {
                    names.iter().any(|name| of_id.both.contains(&(*error, name.clone())))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: u32, error: Option<&str>, name: Option<&str>, from_wording: bool) -> Witness {
        let mut event = ServiceEvent::default();
        event.id = Some(id);
        event.id_from_wording = from_wording;
        event.display_name = name.map(str::to_string);
        if let Some(error) = error {
            event.set_error(error);
        }
        Witness::Service(event)
    }

    #[test]
    fn a_quote_of_an_event_is_dropped_and_another_message_is_not() {
        const CODE: Option<&str> = Some("0x80090006");
        let told = event(7024, CODE, Some("A"), false);
        for (quote, kept) in [
            (event(7024, CODE, Some("A"), true), false),
            (event(7024, None, Some("A"), true), false),
            (event(7024, CODE, None, true), false),
            (event(7024, None, None, true), false),
            (event(7024, CODE, Some("B"), true), true),
            (event(7024, Some("0x80090016"), Some("A"), true), true),
            (event(7023, CODE, Some("A"), true), true),
            // Events are never dropped, however alike they are.
            (event(7024, CODE, Some("A"), false), true),
        ] {
            let before = vec![told.clone(), quote.clone()];
            assert_eq!(without(before.clone()).len(), 1 + usize::from(kept), "{quote:?}");
            // A quote may stand in front of what it quotes.
            let behind = before.into_iter().rev().collect();
            assert_eq!(without(behind).len(), 1 + usize::from(kept), "{quote:?}");
        }
        let quotes = vec![event(7024, CODE, None, true), event(7024, CODE, Some("A"), true)];
        assert_eq!(without(quotes).len(), 1);
    }
}
