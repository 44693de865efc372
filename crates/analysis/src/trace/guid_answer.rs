//! What an event on MachineGuid says by its own columns, found out once for a run of events
//! that say the same: a program that asks again and again gets the same answer.

use std::borrow::Cow;
use std::rc::Rc;

use procmonkey_parser::{Column, Event, NtStatus};

use super::guid_failures::Fared;
use super::key_event::KeyEvent;
use crate::machine_guid::{GuidEvent, RegistryView};
use crate::outcome::Outcome;

/// What an event on MachineGuid, or on the key that holds it, says, whoever did it.
#[derive(Debug)]
pub(super) struct GuidAnswer {
    /// How a process fared there.
    pub(super) fared: Option<Fared>,
    /// What was done to the value.
    pub(super) access: Option<(RegistryView, GuidEvent)>,
}

impl GuidAnswer {
    pub(super) fn of(event: &KeyEvent<'_>) -> GuidAnswer {
        let access = GuidEvent::of(
            event.operation(),
            event.path,
            || event.value_view(),
            event.status,
            || event.detail(),
        );
        GuidAnswer { fared: Fared::of(event), access }
    }
}

/// An answer, with the columns of an export that it depends on.
#[derive(Debug, Default)]
struct Known {
    operation: String,
    path: String,
    result: Vec<u8>,
    detail: Vec<u8>,
    says: Option<Rc<Says>>,
}

/// What the Result says, and what the event does.
#[derive(Debug)]
pub(super) struct Says {
    pub(super) status: Option<NtStatus>,
    pub(super) outcome: Outcome,
    pub(super) answer: GuidAnswer,
}

/// The last answers. One read by the crypto provider has three different ones.
#[derive(Debug, Default)]
pub(super) struct KnownAnswers {
    list: Vec<Known>,
    /// The place of the next one.
    next: usize,
    /// Whether the texts of the events have to be made before they can be compared, as those
    /// of a native log.
    costs_more: bool,
}

/// How many answers are kept.
const MOST: usize = 4;

impl KnownAnswers {
    /// The answer of an event with these columns, where it is kept.
    pub(super) fn find(&self, event: &Event, (operation, path): (&str, &str)) -> Option<Rc<Says>> {
        if self.list.is_empty() {
            return None;
        }
        let (result, detail) = columns(event)?;
        let known = self.list.iter().find(|known| {
            known.detail == detail
                && known.result == result
                && known.operation == operation
                && known.path == path
        });
        known?.says.clone()
    }

    /// Keeps an answer, unless to compare the texts costs more than to find it out again.
    pub(super) fn keep(&mut self, event: &KeyEvent<'_>, answer: GuidAnswer) {
        if self.costs_more {
            return;
        }
        let Some((result, detail)) = columns(event.event) else {
            self.costs_more = true;
            return;
        };
        if self.list.len() < MOST {
            self.list.push(Known::default());
        }
        self.next %= self.list.len();
        let known = &mut self.list[self.next];
        self.next += 1;
        set(&mut known.operation, event.written_operation());
        set(&mut known.path, event.path);
        known.result.clear();
        known.result.extend_from_slice(result);
        known.detail.clear();
        known.detail.extend_from_slice(detail);
        known.says = Some(Rc::new(Says { status: event.status, outcome: event.outcome, answer }));
    }
}

/// Replaces a text, in the memory that it has.
fn set(text: &mut String, new: &str) {
    text.clear();
    text.push_str(new);
}

/// Result and Detail, where they stand in the row as they are.
fn columns(event: &Event) -> Option<(&[u8], &[u8])> {
    let Cow::Borrowed(result) = event.bytes(Column::Result)? else { return None };
    let Cow::Borrowed(detail) = event.bytes(Column::Detail)? else { return None };
    Some((result, detail))
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::EventBuilder;

    use super::*;

    /// An event, its operation and its path, which a trace has at hand.
    fn event(row: [&'static str; 4]) -> (Event, (&'static str, &'static str)) {
        let [operation, path, result, detail] = row;
        let event = EventBuilder::new()
            .number(1)
            .text(Column::Operation, operation)
            .text(Column::Path, path)
            .text(Column::Result, result)
            .text(Column::Detail, detail)
            .build();
        (event, (operation, path))
    }

    #[test]
    fn a_kept_answer_is_the_one_that_the_row_has_itself() {
        let value = r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid";
        let mut rows = Vec::new();
        for operation in ["RegQueryValue", "RegSetValue"] {
            for path in [value, r"HKLM\SOFTWARE\Wow6432Node\Microsoft\Cryptography\MachineGuid"] {
                for result in ["SUCCESS", "BUFFER OVERFLOW", "ACCESS DENIED"] {
                    for detail in ["Type: REG_SZ, Length: 2, Data: ", "Length: 12", "Length: 49"] {
                        rows.push([operation, path, result, detail]);
                    }
                }
            }
        }
        let of = |row| {
            let (event, (operation, path)) = event(row);
            let taken_apart = KeyEvent::of(&event, None, operation, path);
            let (status, outcome) = (taken_apart.status, taken_apart.outcome);
            format!("{:?}", Says { status, outcome, answer: GuidAnswer::of(&taken_apart) })
        };
        let mut known = KnownAnswers::default();
        for (index, first) in rows.iter().enumerate() {
            let (before, columns) = event(*first);
            let taken_apart = KeyEvent::of(&before, None, columns.0, columns.1);
            known.keep(&taken_apart, GuidAnswer::of(&taken_apart));
            for (other, row) in rows.iter().enumerate() {
                let (event, columns) = event(*row);
                let found = known.find(&event, columns);
                assert_eq!(found.is_some(), other <= index && index - other < MOST, "{row:?}");
                if let Some(says) = found {
                    assert_eq!(format!("{says:?}"), of(*row), "{row:?}");
                }
            }
        }
    }
}
