//! The key containers behind the key files of a case.

use std::collections::HashMap;

use crate::container::{ContainerNames, KeySystem};
use crate::key_file::KeyRoot;
use crate::report::{ContainerGuid, ContainerSummary, Report};

/// The containers behind all key files of the case, in the order in which they
/// are first seen.
pub(super) fn containers(report: &Report, names: &ContainerNames) -> Vec<ContainerSummary> {
    let mut containers: Vec<ContainerSummary> = Vec::new();
    let mut places: HashMap<(String, KeySystem), usize> = HashMap::new();
    // The keys of another Windows, and copies, are not containers of this one.
    for file in report.key_files.iter().filter(|file| file.folder.root != KeyRoot::Other) {
        let key = (file.stem.clone(), file.folder.provider);
        let place = *places.entry(key).or_insert_with(|| {
            let (stem, provider) = (&file.stem, file.folder.provider);
            containers.push(ContainerSummary::new(stem, provider, names.find(stem)));
            containers.len() - 1
        });
        let guids = &mut containers[place].guids;
        match guids.iter_mut().find(|seen| seen.guid == file.guid) {
            Some(seen) => {
                seen.exists |= file.exists;
                seen.created |= file.created;
                seen.state = match (seen.state, file.state) {
                    (Some(before), Some(now)) => Some(before.or_later(now)),
                    (before, now) => before.or(now),
                };
            }
            None => guids.push(ContainerGuid {
                guid: file.guid.clone(),
                capture: Some(file.capture),
                event: Some(file.first_event),
                witnesses: Vec::new(),
                exists: file.exists,
                created: file.created,
                state: file.state,
            }),
        }
    }
    containers
}
