//! The signs of GUIDs: a letter in an outline of its own colour.

use procmonkey_analysis::report::{GuidSign, Report};
use procmonkey_analysis::words::{MarkKind, event_place};
use procmonkey_analysis::{MachineGuid, words};

/// A GUID as a page shows it: its sign, and its first eight digits.
#[derive(Clone, Debug)]
pub(crate) struct Guid {
    /// `a` to `d`; `x` for one without a letter.
    pub(crate) class: char,
    /// What is said in place of the sign.
    pub(crate) said: String,
    /// The first eight digits.
    pub(crate) short: String,
    /// The rest.
    pub(crate) rest: String,
}

impl Guid {
    pub(crate) fn of(report: &Report, guid: &MachineGuid) -> Guid {
        Guid::signed(&report.guid_signs, guid)
    }

    pub(crate) fn signed(signs: &[GuidSign], guid: &MachineGuid) -> Guid {
        let sign = signs.iter().find(|sign| sign.guid == *guid);
        let short = guid.short().to_string();
        let rest = guid.as_str().strip_prefix(short.as_str()).unwrap_or_default().to_string();
        match sign {
            Some(sign) => Guid {
                class: sign.letter.to_ascii_lowercase(),
                said: format!("GUID {} ", sign.letter),
                short,
                rest,
            },
            None => Guid { class: 'x', said: "GUID without a letter ".to_string(), short, rest },
        }
    }
}

/// The symbol of what a mark shows.
pub(crate) fn glyph(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Failed | MarkKind::NotThere => "k-x",
        MarkKind::Gone => "k-minus",
        MarkKind::Made => "k-plus",
        MarkKind::Written => "k-two",
        MarkKind::Listed => "k-three",
        _ => "k-tick",
    }
}

/// The role of a GUID, and where it was read.
pub(crate) fn role_and_place(
    report: &Report,
    guid: &MachineGuid,
) -> (String, Option<(usize, u64)>) {
    let role = words::role_name(&report.verdict.guids, guid);
    let read = report.machine_guid_reads.iter().find(|read| read.value == *guid);
    (role, read.and_then(|read| Some((read.capture, *read.events.first()?))))
}

/// Where an event is, in words.
pub(crate) fn place_text(report: &Report, place: (usize, u64)) -> String {
    event_place(report, place.0, place.1)
}
