//! The letters that GUIDs have on every page.

use crate::guid::MachineGuid;
use crate::report::{GuidRole, GuidSign, Report};

/// The letters. GUIDs beyond them are called by their first eight digits.
const LETTERS: [char; 4] = ['A', 'B', 'C', 'D'];

/// The letters of a report whose verdict names its GUIDs: the older one before the newer
/// one, then in the order in which they were first seen.
pub(super) fn signs(report: &Report) -> Vec<GuidSign> {
    let mut guids: Vec<&MachineGuid> = Vec::new();
    let mut add = |guid| {
        if !guids.contains(&guid) {
            guids.push(guid);
        }
    };
    let named = &report.verdict.guids;
    for role in [GuidRole::Older, GuidRole::Expected] {
        named.iter().filter(|it| it.role == role).for_each(|it| add(&it.guid));
    }
    named.iter().for_each(|it| add(&it.guid));
    report.machine_guid_reads.iter().for_each(|read| add(&read.value));
    let seen = report.containers.iter().flat_map(|container| &container.guids);
    seen.for_each(|seen| add(&seen.guid));
    LETTERS
        .into_iter()
        .zip(guids)
        .map(|(letter, guid)| GuidSign { letter, guid: guid.clone() })
        .collect()
}

/// What a page calls a GUID: its letter, or its first eight digits.
pub(super) fn sign_of(signs: &[GuidSign], guid: &MachineGuid) -> String {
    match signs.iter().find(|sign| sign.guid == *guid) {
        Some(sign) => sign.letter.to_string(),
        None => guid.short().to_string(),
    }
}
