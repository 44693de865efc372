//! From loose witnesses to the entries of a report.

use std::collections::{BTreeMap, HashSet};

use super::placing::{CaptureClock, Unplaced, place};
use crate::container::{ContainerNames, empty_container_len};
use crate::guid::MachineGuid;
use crate::key_file::{KeyFile, KeyFolder};
use crate::report::{
    CaptureRole, ContainerGuid, ContainerSummary, KeyFileCondition, KeyFileState, ListedKey,
    Report, WitnessEntry,
};
use crate::signature::{ServiceFailure, is_same_name};
use crate::witness::{FolderListing, KeyFileContent, ServiceEvent, Witness, WitnessTime};

/// The most witnesses of one kind that a report keeps, the most that are kept until
/// it is known which of them matter, and the most containers without a name that
/// witnesses add.
const MOST: usize = 512;
const MOST_UNSORTED: usize = 1 << 18;
const MOST_UNNAMED: usize = 256;

/// The services whose messages matter whatever their time is.
const SERVICES: [&str; 9] = [
    "IISADMIN",
    "W3SVC",
    "WAS",
    "SMTPSVC",
    "MSFTPSVC",
    "AppHostSvc",
    "TermService",
    "CryptSvc",
    "KeyIso",
];

/// The two containers of the IIS Admin Service: a folder has both of them.
const IIS_PAIR: [&str; 2] = ["Microsoft Internet Information Server", "MS IIS DCOM Server"];

/// Witnesses while captures are still being read.
#[derive(Debug, Default)]
pub(crate) struct CollectedWitnesses {
    all: Vec<Witness>,
    left_out: u64,
}

impl CollectedWitnesses {
    pub(crate) fn add(&mut self, witness: Witness) {
        match self.all.len() < MOST_UNSORTED {
            true => self.all.push(witness),
            false => self.left_out += 1,
        }
    }

    /// The MachineGuid that the registry of the computer holds, by the first witness
    /// that has it.
    pub(crate) fn machine_guid(&self) -> Option<&MachineGuid> {
        self.all.iter().find_map(|witness| match witness {
            Witness::MachineGuid(seen) => Some(&seen.value),
            _ => None,
        })
    }

    /// Puts those that matter into the report, each at its place, and gives back what
    /// they come to.
    pub(crate) fn sort(self, clocks: &[CaptureClock], report: &mut Report) -> Sorted {
        let mut sorted = Sorted::default();
        let names: Vec<String> = judged_names(report);
        let mut kept: BTreeMap<&'static str, usize> = BTreeMap::new();
        let pids: HashSet<u32> = report.processes.iter().filter_map(|it| it.pid).collect();
        report.witnesses_left_out = self.left_out;
        for witness in self.all {
            let (kind, time) = of_kind(&witness);
            let placed = time.map(|time| place(time, clocks));
            let matters = match (&witness, &placed) {
                (_, Some(Ok(_)) | None) => true,
                (Witness::Service(event), _) => is_about_keys(event),
                (Witness::Debug(line), Some(Err(Unplaced::Unknown(_)))) => {
                    line.pid.is_none_or(|pid| pids.contains(&pid))
                }
                (Witness::Schannel(_), _) => true,
                _ => false,
            };
            let count = kept.entry(kind).or_default();
            if !matters || *count >= MOST {
                report.witnesses_left_out += 1;
                continue;
            }
            *count += 1;
            let elsewhere = other_computer(&witness, &names);
            if elsewhere.is_some() {
                sorted.elsewhere.insert(report.witnesses.len());
            }
            if let Witness::Service(event) = &witness {
                let far = matches!(placed, Some(Err(Unplaced::Outside(_))));
                let failure = failure(event, report.witnesses.len());
                sorted.failures.extend(failure.filter(|_| !far && elsewhere.is_none()));
            }
            let notes = match &witness {
                Witness::Folder(listing) => notes_on(listing),
                _ => Vec::new(),
            };
            let (placed, unplaced) = match placed {
                _ if elsewhere.is_some() => (None, elsewhere),
                None => (None, None),
                Some(Ok(placed)) => (Some(placed), None),
                Some(Err(why)) => (None, Some(why.reason().to_string())),
            };
            let keys = Vec::new();
            report.witnesses.push(WitnessEntry { witness, placed, unplaced, notes, keys });
        }
        sorted
    }
}

/// What witnesses come to, once they are in the report.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// Failures of services.
    pub(super) failures: Vec<ServiceFailure>,
    /// Indexes of the witnesses of another computer.
    elsewhere: HashSet<usize>,
}

/// The names of the computer that is judged: of the last capture that has any.
fn judged_names(report: &Report) -> Vec<String> {
    let judged = report.captures.iter().rev().filter(|it| it.role == CaptureRole::Case);
    let mut names = judged.map(|capture| &capture.computer.names);
    let names = names.find(|names| !names.is_empty());
    names.into_iter().flatten().map(|it| it.name.clone()).collect()
}

/// That a witness names another computer than the captures do.
fn other_computer(witness: &Witness, names: &[String]) -> Option<String> {
    let computer = match witness {
        Witness::Service(event) => event.computer.as_deref(),
        Witness::KeyOperation(event) => event.computer.as_deref(),
        Witness::Schannel(event) => event.computer.as_deref(),
        _ => None,
    };
    let computer = computer.filter(|name| !name.is_empty() && !names.is_empty())?;
    (!names.iter().any(|name| is_same_name(name, computer))).then(|| {
        format!("it is of {computer}, and the capture is of {}: it does not count", names[0])
    })
}

/// The kind of a witness, and the time of one that happened at a moment.
fn of_kind(witness: &Witness) -> (&'static str, Option<Option<&WitnessTime>>) {
    match witness {
        Witness::MachineGuid(_) => ("machine_guid", None),
        Witness::Folder(_) => ("folder", None),
        Witness::Service(event) => ("service", Some(event.time.as_ref())),
        Witness::KeyOperation(event) => ("key_operation", Some(event.time.as_ref())),
        Witness::Schannel(event) => ("schannel", Some(event.time.as_ref())),
        Witness::Debug(line) => ("debug", Some(line.time.as_ref())),
    }
}

/// Whether an event is of a service that needs keys, or names an error of a key
/// system.
fn is_about_keys(event: &ServiceEvent) -> bool {
    SERVICES.iter().any(|service| event.is_about(service))
        || event.error.is_some_and(|error| error.value >> 16 == 0x8009)
}

fn failure(event: &ServiceEvent, witness: usize) -> Option<ServiceFailure> {
    let code = event.error?.value;
    let known = SERVICES.iter().find(|service| event.is_about(service));
    let service = match known {
        Some(service) => service.to_string(),
        None => event.service.clone().or_else(|| event.display_name.clone())?,
    };
    let id = event.id.map_or_else(String::new, |id| format!(", event {id}"));
    Some(ServiceFailure { service, code, source: format!("{}{id}", event.source), witness })
}

/// What follows from a listing as a whole.
fn notes_on(listing: &FolderListing) -> Vec<String> {
    let mut notes = Vec::new();
    let known = ContainerNames::known();
    let (mut files, mut iis) = (0usize, 0usize);
    let (mut empty, mut cut) = (Vec::new(), Vec::new());
    for file in &listing.files {
        let Some(key) = KeyFile::in_folder(folder_of(listing), &file.name) else { continue };
        files += 1;
        let name = known.find(&key.stem).map(|found| found.name.as_str());
        iis += usize::from(name.is_some_and(|name| IIS_PAIR.contains(&name)));
        let by_header = file.header.as_ref().map(|header| header.content);
        let label = || format!("{} under {}", name.unwrap_or(&key.stem[..8]), key.guid);
        let by_size = name.is_some_and(|name| file.size == Some(empty_container_len(name)));
        if by_header == Some(KeyFileContent::Empty) || (by_header.is_none() && by_size) {
            empty.push(label());
        } else if by_header == Some(KeyFileContent::Cut) {
            cut.push(label());
        }
    }
    if iis % 2 == 1 && !listing.is_excerpt {
        notes.push(format!(
            "{iis} {} of the two containers of the IIS Admin Service, which a healthy server has in pairs: \
             an odd number is how a changed MachineGuid shows in the folder",
            if iis == 1 { "file" } else { "files" }
        ));
    }
    let listed = |names: Vec<String>| {
        let more = names.len().saturating_sub(4);
        let mut text = names[..names.len() - more].join(", ");
        if more > 0 {
            text.push_str(&format!(", and {more} more"));
        }
        text
    };
    if !empty.is_empty() {
        notes.push(format!("of the size of a container without keys: {}", listed(empty)));
    }
    if !cut.is_empty() {
        notes.push(format!("shorter than their own headers say: {}", listed(cut)));
    }
    if files == 0 && !listing.is_excerpt {
        notes.push("no key file is in it".into());
    }
    notes
}

/// The kind of folder that a listing is of; where it does not say, the usual one.
fn folder_of(listing: &FolderListing) -> KeyFolder {
    listing.folder.unwrap_or_else(KeyFolder::usual)
}

/// Adds the key files that witnesses name to the containers of the report.
pub(super) fn add_sightings(report: &mut Report, sorted: &Sorted, names: &ContainerNames) {
    let mut unnamed = 0;
    let mut sightings: Vec<(KeyFile, usize)> = Vec::new();
    for (index, entry) in report.witnesses.iter_mut().enumerate() {
        if sorted.elsewhere.contains(&index) {
            continue;
        }
        match &entry.witness {
            Witness::Folder(listing) => {
                let folder = folder_of(listing);
                for (file, listed) in listing.files.iter().enumerate() {
                    let Some(key) = KeyFile::in_folder(folder, &listed.name) else { continue };
                    if let Some(found) = names.find(&key.stem) {
                        let (container, guid) = (found.name.clone(), key.guid.clone());
                        entry.keys.push(ListedKey { file, container, guid });
                    }
                    sightings.push((key, index));
                }
            }
            Witness::KeyOperation(event) if event.result.is_none_or(|code| code.value == 0) => {
                let key = event.path.as_deref().and_then(KeyFile::from_path);
                sightings.extend(key.map(|key| (key, index)));
            }
            _ => {}
        }
    }
    for (key, witness) in sightings {
        let provider = key.folder.provider;
        let same = |it: &&mut ContainerSummary| it.stem == key.stem && it.provider == provider;
        let container = match report.containers.iter_mut().find(same) {
            Some(container) => container,
            None => {
                let found = names.find(&key.stem);
                unnamed += usize::from(found.is_none());
                if found.is_none() && unnamed > MOST_UNNAMED {
                    continue;
                }
                report.containers.push(ContainerSummary::new(&key.stem, provider, found));
                let last = report.containers.len() - 1;
                &mut report.containers[last]
            }
        };
        match container.guids.iter_mut().find(|seen| seen.guid == key.guid) {
            Some(seen) => {
                seen.exists = true;
                seen.state.get_or_insert_with(|| seen_by(witness));
                if seen.witnesses.last() != Some(&witness) {
                    seen.witnesses.push(witness);
                }
            }
            None => container.guids.push(ContainerGuid {
                guid: key.guid,
                capture: None,
                event: None,
                witnesses: vec![witness],
                exists: true,
                created: false,
                state: Some(seen_by(witness)),
            }),
        }
    }
    if unnamed > MOST_UNNAMED {
        report.witnesses_left_out += (unnamed - MOST_UNNAMED) as u64;
    }
}

fn seen_by(witness: usize) -> KeyFileState {
    let is = KeyFileCondition::Exists;
    KeyFileState { is, capture: None, event: None, witness: Some(witness) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::witness::ListedFile;

    const GUID: &str = "4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
    const IIS: &str = "c2319c42033a5ca7f44e731bfd3fa2b5";
    const DCOM: &str = "7a436fe806e483969f48a894af2fe9a1";

    fn listing(files: &[(&str, u64)]) -> FolderListing {
        let mut listing = FolderListing::default();
        for (stem, size) in files {
            let mut file = ListedFile::new(format!("{stem}_{GUID}"));
            file.size = Some(*size);
            listing.files.push(file);
        }
        listing
    }

    #[test]
    fn an_odd_number_and_empty_files_are_noted() {
        assert!(notes_on(&listing(&[(IIS, 2202), (DCOM, 1131)])).is_empty());
        let notes = notes_on(&listing(&[(IIS, 78)]));
        assert!(notes[0].starts_with("1 file of the two"), "{notes:?}");
        assert!(notes[1].contains("without keys"), "{notes:?}");
        assert_eq!(notes_on(&listing(&[])), ["no key file is in it"]);
    }

    #[test]
    fn only_services_that_need_keys_matter_from_afar() {
        let display_name = Some("IIS Admin Service".into());
        let mut event = ServiceEvent { display_name, ..ServiceEvent::default() };
        assert!(is_about_keys(&event));
        event.display_name = Some("Print Spooler".into());
        assert!(!is_about_keys(&event));
        event.set_error("0x80090016");
        assert!(is_about_keys(&event) && failure(&event, 0).is_some());
    }
}
