//! The letters that GUIDs have on every page.

use crate::guid::MachineGuid;
use crate::report::{GuidRole, GuidSign, Report};

/// The letters of a report whose verdict names its GUIDs: the older one before the newer
/// one, then in the order in which they were first seen.
pub(super) fn signs(report: &Report) -> Vec<GuidSign> {
    let named = &report.verdict.guids;
    let first = [GuidRole::Older, GuidRole::Expected].into_iter();
    let first = first.flat_map(|role| named.iter().filter(move |it| it.role == role));
    let named = first.chain(named).map(|it| &it.guid);
    let read = report.machine_guid_reads.iter().map(|read| &read.value);
    let seen = report.containers.iter().flat_map(|container| &container.guids);
    GuidSign::of_all(named.chain(read).chain(seen.map(|seen| &seen.guid)))
}

/// What a page calls a GUID: its letter, or its first eight digits.
pub(super) fn sign_of(signs: &[GuidSign], guid: &MachineGuid) -> String {
    match signs.iter().find(|sign| sign.guid == *guid) {
        Some(sign) => sign.letter.to_string(),
        None => guid.short().to_string(),
    }
}
