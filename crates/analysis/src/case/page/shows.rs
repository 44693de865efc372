//! The rows that a verdict rests on, each in a few words.

use std::collections::{BTreeMap, HashMap, HashSet};

use procmonkey_parser::NtStatus;

use super::signs::sign_of;
use crate::container::label;
use crate::report::{
    CitedEvent, DependencyChangeKind, FileAccess, Finding, Report, TimelineEntry, VerdictEvidence,
    with_letters,
};
use crate::step::Step;
use crate::witness::Witness;

/// How many rows a verdict cites.
const CITED: usize = 5;

/// The evidence of a finding that says most by itself, in the order of the captures.
pub(super) fn evidence(finding: &Finding, report: &Report) -> Vec<VerdictEvidence> {
    let told = Telling::new(finding, report);
    let mut ranked: Vec<(u8, usize, VerdictEvidence)> = Vec::new();
    for evidence in &finding.evidence {
        for event in &evidence.events {
            // Of a read of several events, the first one has its place in the timeline.
            if !told.later_of_reads.contains(&(evidence.capture, *event)) {
                let (weight, row) = told.row(evidence.capture, *event);
                ranked.push((weight, ranked.len(), row));
            }
        }
    }
    for witness in &finding.witnesses {
        if let Some((weight, row)) = told.witness(*witness) {
            ranked.push((weight, ranked.len(), row));
        }
    }
    ranked.sort_by_key(|(weight, order, _)| (*weight, *order));
    let mut kept: Vec<(usize, VerdictEvidence)> = Vec::new();
    for (_, order, row) in ranked {
        let says_the_same = |it: &&(usize, VerdictEvidence)| {
            it.1.text == row.text && it.1.stem == row.stem && it.1.pid == row.pid
        };
        // Of rows that say the same, the first is enough.
        if kept.len() < CITED && !kept.iter().any(|it| says_the_same(&it)) {
            let rank = kept.len();
            kept.push((order, VerdictEvidence { rank, ..row }));
        }
    }
    kept.sort_by_key(|(order, _)| *order);
    kept.into_iter().map(|(_, row)| row).collect()
}

/// What is known of the events of a report, by their places.
struct Telling<'r> {
    report: &'r Report,
    finding: &'r Finding,
    entries: HashMap<(usize, u64), &'r TimelineEntry>,
    cited: HashMap<(usize, u64), &'r CitedEvent>,
    accesses: HashMap<(usize, u64), &'r FileAccess>,
    /// The second and further events of reads of MachineGuid.
    later_of_reads: HashSet<(usize, u64)>,
    /// Whether rows of several containers are cited.
    several: bool,
}

impl<'r> Telling<'r> {
    fn new(finding: &'r Finding, report: &'r Report) -> Telling<'r> {
        let entries: HashMap<_, _> =
            report.timeline.iter().map(|entry| ((entry.capture, entry.event), entry)).collect();
        let mut accesses = HashMap::new();
        for access in &report.touches.files {
            for event in access.events() {
                accesses.entry((access.by.capture, event)).or_insert(access);
            }
        }
        let cited = report.cited_events.iter().map(|row| ((row.capture, row.event), row));
        let reads = report.machine_guid_reads.iter();
        let later_of_reads = reads.flat_map(|read| {
            let later = read.events.iter().skip(1);
            later.map(move |event| (read.capture, *event))
        });
        let places = finding.evidence.iter().flat_map(|it| {
            let capture = it.capture;
            it.events.iter().map(move |event| (capture, *event))
        });
        let mut stems = places.filter_map(|place| {
            let entry = entries.get(&place).and_then(|entry| entry.stem.as_deref());
            entry.or_else(|| accesses.get(&place).map(|access| access.stem.as_str()))
        });
        let first = stems.next();
        let several = stems.any(|stem| Some(stem) != first);
        Telling {
            report,
            finding,
            cited: cited.collect(),
            later_of_reads: later_of_reads.collect(),
            several,
            entries,
            accesses,
        }
    }

    /// The row of an event, and how much it says by itself: the smaller, the more.
    fn row(&self, capture: usize, event: u64) -> (u8, VerdictEvidence) {
        let cited = self.cited.get(&(capture, event)).copied();
        let mut row = VerdictEvidence {
            capture: Some(capture),
            event: Some(event),
            witness: None,
            time: cited.and_then(|it| it.time.clone().or_else(|| it.time_text.clone())),
            process: cited.and_then(|it| it.process.clone()),
            pid: cited.and_then(|it| it.pid),
            step: None,
            stem: None,
            guid: None,
            result: cited.map(|it| it.result.clone()),
            text: String::new(),
            rank: 0,
        };
        if let Some(entry) = self.entries.get(&(capture, event)) {
            row.time = entry.time.clone().or_else(|| entry.time_text.clone());
            row.process.clone_from(&entry.process);
            row.pid = entry.pid;
            row.step = Some(entry.step);
            row.stem.clone_from(&entry.stem);
            row.guid.clone_from(&entry.guid);
            row.result = Some(entry.result.clone());
            row.text = self.by_whom(row.process.as_deref(), self.step(entry));
            return (weight(entry.step), row);
        }
        if let Some(access) = self.access(capture, event) {
            row.stem = Some(access.stem.clone());
            row.guid = Some(access.guid.clone());
            row.process = row.process.or_else(|| access.by.name.clone());
            row.text = self.by_whom(row.process.as_deref(), self.accessed(access, event));
            return (2, row);
        }
        let (weight, text) = self.other(capture, event, cited);
        row.text = self.by_whom(row.process.as_deref(), text);
        (weight, row)
    }

    /// What a step shows. The container is named where the finding is about several.
    fn step(&self, entry: &TimelineEntry) -> String {
        let under = match &entry.guid {
            Some(guid) => format!(" under {}", self.sign(guid)),
            None => String::new(),
        };
        let value = || entry.guid.as_ref().map_or("a value".into(), |guid| self.sign(guid));
        let key = self.key(entry.container.as_deref(), entry.stem.as_deref());
        match entry.step {
            Step::GuidRead => format!("MachineGuid read: {}", value()),
            Step::GuidMissing => "MachineGuid looked for, and not found".into(),
            Step::GuidSet => format!("MachineGuid set to {}", value()),
            Step::GuidRemoved => "MachineGuid deleted".into(),
            Step::Probed => format!("{key} not found{under}"),
            Step::Queried => format!("{key} asked about{under}"),
            Step::Opened => format!("{key} opened{under}"),
            Step::Created => format!("{key} made{under}"),
            Step::Overwritten => format!("{key} emptied{under}"),
            Step::Written => format!("{key} written{under}"),
            Step::Read => format!("{key} read{under}"),
            Step::Renamed => format!("{key}{under} renamed"),
            Step::Deleted => format!("{key} deleted{under}"),
            Step::Undeleted => format!("{key}{under} kept after all"),
            Step::Denied if self.was_to_be_made(entry) => format!("{key}{under} not made"),
            Step::Denied => format!("{key}{under} denied"),
            Step::SharingViolation => format!("{key}{under} in use"),
            Step::Collision => format!("{key}{under} not made"),
            Step::Pending => format!("{key} asked for{under}, without an answer"),
            Step::Failed => format!(
                "{} failed{under}",
                if entry.stem.is_some() { key } else { "MachineGuid".into() }
            ),
        }
    }

    fn was_to_be_made(&self, entry: &TimelineEntry) -> bool {
        let access = self.access(entry.capture, entry.event);
        access.is_some_and(|access| access.create_denied == Some(entry.event))
    }

    fn access(&self, capture: usize, event: u64) -> Option<&FileAccess> {
        self.accesses.get(&(capture, event)).copied()
    }

    fn accessed(&self, access: &FileAccess, event: u64) -> String {
        let key = self.key(access.container.as_deref(), Some(&access.stem));
        let under = format!(" under {}", self.sign(&access.guid));
        let is = |own: Option<u64>| own == Some(event);
        match () {
            () if is(access.create_denied) => format!("{key} not made{under}"),
            () if is(access.denied) => format!("{key}{under} denied"),
            () if is(access.sharing_violation) => format!("{key}{under} in use"),
            () if is(access.missing) => format!("{key} not found{under}"),
            () if is(access.created) => format!("{key} made{under}"),
            () if is(access.emptied) => format!("{key} emptied{under}"),
            () if is(access.deleted) => format!("{key} deleted{under}"),
            () if is(access.not_deleted) => format!("{key} not deleted{under}"),
            () if is(access.size_event) => match access.size {
                Some(size) => format!("{key}{under} has {size} bytes"),
                None => format!("{key} asked about{under}"),
            },
            () if is(access.opened) => format!("{key} opened{under}"),
            () if is(access.written) => format!("{key} written{under}"),
            () if is(access.read) => format!("{key} read{under}"),
            () => format!("{key} touched{under}"),
        }
    }

    /// What an event shows that is neither a step nor an access to a key file.
    fn other(&self, capture: usize, event: u64, cited: Option<&CitedEvent>) -> (u8, String) {
        let listed: Vec<_> = self
            .report
            .key_files
            .iter()
            .filter(|file| file.capture == capture && file.listed_by.contains(&event))
            .filter(|file| self.finding.stems.contains(&file.stem))
            .collect();
        if let [first, ..] = &listed[..] {
            if listed.len() == 1 {
                let under = self.sign(&first.guid);
                return (2, format!("folder listed: the key exists under {under}"));
            }
            // In the order of the letters.
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for file in &listed {
                *counts.entry(self.sign(&file.guid)).or_default() += 1;
            }
            let counts = counts.into_iter().map(|(sign, count)| match count {
                1 => format!("1 key under {sign}"),
                count => format!("{count} keys under {sign}"),
            });
            return (2, format!("folder listed: {}", counts.collect::<Vec<_>>().join(", ")));
        }
        if let Some(text) = self
            .folder(capture, event)
            .or_else(|| self.changed(capture, event))
            .or_else(|| self.master_key(capture, event))
        {
            return (1, text);
        }
        let Some(cited) = cited else { return (9, "a row that is not kept".into()) };
        let status = NtStatus::from_result(&cited.result);
        let failed = !matches!(status, Some(NtStatus::SUCCESS));
        let what = match (&cited.operation[..], cited.path.rsplit('\\').next()) {
            ("Process Exit", _) => return (7, "the process ended".into()),
            ("Thread Exit", _) => return (7, "the last thread ended".into()),
            ("Process Start", _) => return (7, "the process started".into()),
            (operation, Some(name)) if !name.is_empty() => format!("{operation} of {name}"),
            (operation, _) => operation.to_string(),
        };
        (if failed { 1 } else { 6 }, what)
    }

    /// What became of a search for a master key.
    fn master_key(&self, capture: usize, event: u64) -> Option<String> {
        let keys = self.report.touches.master_keys.iter();
        keys.filter(|key| key.by.capture == capture).find_map(|key| {
            let what = match () {
                () if key.name.is_empty() => "folder of master keys".to_string(),
                () => format!("master key {}…", key.name.chars().take(8).collect::<String>()),
            };
            match () {
                () if key.denied == Some(event) => Some(format!("{what} denied")),
                () if key.missing == Some(event) => Some(format!("{what} not found")),
                () => None,
            }
        })
    }

    /// What an event changed of the things that keys need beside their files.
    fn changed(&self, capture: usize, event: u64) -> Option<String> {
        let mut changes = self.report.touches.dependency_changes.iter();
        let change = changes.find(|it| (it.by.capture, it.event) == (capture, event))?;
        let name = change.path.rsplit('\\').next().unwrap_or(&change.path);
        Some(match change.change {
            DependencyChangeKind::RightsChanged => format!("rights of {name} changed"),
            DependencyChangeKind::Renamed => format!("{name} renamed"),
            _ => format!("{name} deleted"),
        })
    }

    /// What an event did to a folder, where that matters.
    fn folder(&self, capture: usize, event: u64) -> Option<String> {
        let folders = self.report.touches.folders.iter();
        let folders = folders.filter(|access| access.by.capture == capture);
        folders.into_iter().find_map(|access| {
            let name = access.path.rsplit('\\').next().unwrap_or(&access.path);
            let is = |own: Option<u64>| own == Some(event);
            let renamed = access.renamed.as_ref().filter(|it| it.event == event);
            let what = match renamed {
                Some(renamed) => {
                    let to = renamed.to.as_deref().and_then(|to| to.rsplit('\\').next());
                    format!("renamed to {}", to.unwrap_or("another name"))
                }
                None if is(access.missing) || is(access.last_missing) => "not found".into(),
                None if is(access.create_denied) => "does not let files be made".into(),
                None if is(access.denied) => "denied".into(),
                None if is(access.deleted) => "deleted".into(),
                None if is(access.created) => "made".into(),
                None if is(access.listed) => "listed".into(),
                None => return None,
            };
            Some(format!("folder {name} {what}"))
        })
    }

    fn witness(&self, index: usize) -> Option<(u8, VerdictEvidence)> {
        let entry = self.report.witnesses.get(index)?;
        let weight = match entry.witness {
            Witness::Service(_) => 2,
            _ => 1,
        };
        let row = VerdictEvidence {
            capture: None,
            event: None,
            witness: Some(index),
            time: entry.placed.as_ref().and_then(|placed| placed.time.clone()),
            process: None,
            pid: None,
            step: None,
            stem: None,
            guid: None,
            result: None,
            text: with_letters(&entry.witness.sentence(), &self.report.guid_signs),
            rank: 0,
        };
        Some((weight, row))
    }

    fn sign(&self, guid: &crate::guid::MachineGuid) -> String {
        sign_of(&self.report.guid_signs, guid)
    }

    /// What a key is called: by its container where the finding is about several.
    fn key(&self, container: Option<&str>, stem: Option<&str>) -> String {
        match stem {
            Some(stem) if self.several => label(container, stem),
            _ => "key".into(),
        }
    }

    /// A text with the process in front, where it is not the one that the finding is about.
    fn by_whom(&self, process: Option<&str>, text: String) -> String {
        let own = self.finding.process_index;
        let own = own.and_then(|index| self.report.processes.get(index)?.name.as_deref());
        match (process, own) {
            (Some(process), Some(own)) if process.eq_ignore_ascii_case(own) => text,
            (Some(process), _) => format!("{process}: {text}"),
            (None, _) => text,
        }
    }
}

/// The smaller, the more a step says by itself.
fn weight(step: Step) -> u8 {
    match step {
        Step::Denied | Step::SharingViolation | Step::Collision | Step::Failed => 0,
        Step::GuidSet | Step::GuidRemoved | Step::GuidMissing => 0,
        Step::Probed => 1,
        Step::Created => 2,
        Step::GuidRead => 3,
        Step::Opened => 4,
        Step::Overwritten | Step::Renamed | Step::Deleted => 5,
        _ => 6,
    }
}
