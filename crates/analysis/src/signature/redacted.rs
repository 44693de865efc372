//! What is said of a capture whose names and GUIDs are pseudonyms.

use crate::guid::MachineGuid;
use crate::report::{Finding, Report};

/// What stands before each remedy.
const FROM_THE_ORIGINAL: &str = "A capture was redacted: its GUIDs, names and paths are pseudonyms, and none of them is to be \
     entered on a computer. Take what to do from a report on the original. What follows is only to be read with the \
     real names in mind.";

/// Whether a GUID of a capture is a pseudonym.
pub(crate) fn is_redacted(report: &Report) -> bool {
    let reads = report.machine_guid_reads.iter().map(|read| &read.value);
    let files = report.key_files.iter().map(|file| &file.guid);
    reads.chain(files).any(MachineGuid::is_pseudonym)
}

/// Says it, and names no value that is to be put back.
pub(super) fn fit(finding: &mut Finding) {
    finding.put_back = None;
    finding.remedy = format!("{FROM_THE_ORIGINAL} {}", finding.remedy);
}
