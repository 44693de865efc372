//! What is to be done, as tasks that do not depend on each other.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use procmonkey_export::EntryStatus;
use procmonkey_parser::{Input, ReadOptions};

use crate::args::WitnessArgs;
use crate::case_file::{CASE_FILE, CaseFile};
use crate::case_folders::{add_witnesses, with_remedy, words};

use super::beside::{Beside, witnesses_in};
use super::entry::Entry;
use super::names;
use super::walk::{Folder, Found, Walk};

/// Members of an archive in one task, at least; and tasks of one archive, at most.
const MEMBERS: usize = 64;

/// Captures that are read by one thread, one after the other.
#[derive(Debug)]
pub(super) struct Task {
    /// What is noted when it is done.
    pub(super) record: String,
    pub(super) work: Work,
    /// Read beside every capture of it.
    pub(super) witnesses: Arc<WitnessArgs>,
    /// The same for the manifest.
    pub(super) beside: Vec<String>,
    /// Other files that change what comes out.
    pub(super) others: Vec<PathBuf>,
    /// Of all its captures.
    pub(super) bytes: u64,
    /// How many files it has.
    pub(super) files: u64,
}

#[derive(Debug)]
pub(super) enum Work {
    /// Files of which later ones may be parts of earlier ones.
    Files(Vec<Found>),
    /// Some members of an archive, by their places.
    Members(Found, Range<usize>),
    /// The captures of a case file.
    Case(Found, Box<CaseFile>),
}

/// All tasks, and what is known without any.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) tasks: Vec<Task>,
    pub(super) entries: Vec<Entry>,
    /// What was paired, for people.
    pub(super) remarks: Vec<String>,
}

/// Whether witnesses in the folder of a capture are its witnesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pairing {
    Off,
    SameFolder,
}

impl Plan {
    pub(super) fn new(walk: Walk, pairing: Pairing, options: &str, read: &ReadOptions) -> Plan {
        let mut plan = Plan::default();
        for path in walk.results {
            let remark = format!("passed over: {}: results of another run", path.display());
            plan.remarks.push(remark);
        }
        for problem in walk.problems {
            let path = problem.path.display().to_string();
            let error = format!("{path}: {}", problem.error);
            let entry = Entry::new(path, problem.status, options);
            plan.entries.push(Entry { error: Some(error), ..entry });
        }
        let claimed = plan.add_cases(&walk.folders, options, read);
        for folder in walk.folders {
            let is_free = |file: &Found| !claimed.holds(&file.path);
            let files: Vec<_> = folder.files.into_iter().filter(is_free).collect();
            let beside = match pairing {
                Pairing::SameFolder if !files.is_empty() => witnesses_in(&files, read),
                _ => Beside::default(),
            };
            plan.add_folder(&folder.path, files, beside, options, read);
        }
        // The longest first: at the end, no thread has much more to do than the others.
        plan.tasks.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.record.cmp(&b.record)));
        plan
    }

    /// Makes a task of each case file. Gives back what these read.
    fn add_cases(&mut self, folders: &[Folder], options: &str, read: &ReadOptions) -> Claimed {
        let mut claimed = Claimed::default();
        for folder in folders {
            let is_case = |file: &&Found| file.path.file_name().is_some_and(|it| it == CASE_FILE);
            let Some(found) = folder.files.iter().find(is_case) else { continue };
            if claimed.holds(&found.path) {
                continue;
            }
            let case = match CaseFile::of_folder(&folder.path) {
                None => continue,
                Some(Ok(case)) => case,
                Some(Err(what)) => {
                    let path = found.path.display().to_string();
                    let entry = Entry::new(path, EntryStatus::Unreadable, options);
                    let error = Some(with_remedy(&what));
                    self.entries.push(Entry { error, bytes: Some(found.bytes), ..entry });
                    claimed.paths.insert(found.path.clone());
                    continue;
                }
            };
            self.remarks.push(format!("{}: {}", case.path.display(), words(&case)));
            claimed.paths.insert(found.path.clone());
            for path in case.named() {
                claimed.paths.insert(path.clone());
            }
            claimed.folders.extend(case.keys_dir.iter().filter(|it| it.is_dir()).cloned());
            for path in case.captures.iter().chain(&case.baseline) {
                claimed.paths.extend(later_parts(path, read));
            }
            let below = folders.iter().filter(|it| it.path.starts_with(&folder.path));
            let files: Vec<_> = below.flat_map(|it| &it.files).collect();
            let mut witnesses = WitnessArgs::default();
            add_witnesses(&mut witnesses, &case);
            let named: HashSet<_> = case.named().collect();
            self.tasks.push(Task {
                record: names::of_record(&found.key, 0),
                bytes: files.iter().filter(|it| named.contains(&it.path)).map(|it| it.bytes).sum(),
                files: 1 + named.len() as u64,
                witnesses: Arc::new(witnesses),
                beside: Vec::new(),
                // Also what no line of the file names, such as the logs of a hive.
                others: files.iter().map(|it| it.path.clone()).collect(),
                work: Work::Case(found.clone(), Box::new(case)),
            });
        }
        claimed
    }

    fn add_folder(
        &mut self,
        folder: &Path,
        files: Vec<Found>,
        beside: Beside,
        options: &str,
        read: &ReadOptions,
    ) {
        let names = beside.names();
        let (own, captures): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|file| beside.paths.contains(&file.path));
        for file in own {
            let entry = Entry::new(file.path.display().to_string(), EntryStatus::Witness, options);
            let belongs_to = Some(folder.display().to_string());
            self.entries.push(Entry { bytes: Some(file.bytes), belongs_to, ..entry });
        }
        if !names.is_empty() && !captures.is_empty() {
            self.remarks.push(format!(
                "{}: its captures are read with {}",
                folder.display(),
                names.join(", ")
            ));
        }
        let witnesses = Arc::new(beside.witnesses);
        for group in groups(captures) {
            let mut tasks = Vec::new();
            let bytes = group.iter().map(|file| file.bytes).sum();
            match &group[..] {
                [archive] => {
                    let count = members_of(&archive.path, read);
                    let step = MEMBERS.max(count.div_ceil(MEMBERS));
                    if count > MEMBERS {
                        for start in (0..count).step_by(step) {
                            let end = count.min(start + step);
                            let bytes = archive.bytes / (count.div_ceil(step) as u64).max(1);
                            tasks.push((Work::Members(archive.clone(), start..end), start, bytes));
                        }
                    } else {
                        tasks.push((Work::Files(group), 0, bytes));
                    }
                }
                _ => tasks.push((Work::Files(group), 0, bytes)),
            }
            for (work, start, bytes) in tasks {
                let (key, files) = match &work {
                    Work::Files(files) => {
                        (files.first().map(|it| it.key.clone()), files.len() as u64)
                    }
                    Work::Members(file, _) | Work::Case(file, _) => {
                        (Some(file.key.clone()), u64::from(start == 0))
                    }
                };
                self.tasks.push(Task {
                    record: names::of_record(&key.unwrap_or_default(), start),
                    work,
                    witnesses: Arc::clone(&witnesses),
                    beside: names.clone(),
                    others: beside.all.clone(),
                    bytes,
                    files,
                });
            }
        }
    }
}

/// What the cases read.
#[derive(Default)]
struct Claimed {
    paths: HashSet<PathBuf>,
    folders: HashSet<PathBuf>,
}

impl Claimed {
    fn holds(&self, path: &Path) -> bool {
        self.paths.contains(path)
            || (!self.folders.is_empty() && path.ancestors().any(|it| self.folders.contains(it)))
    }
}

/// The files of a folder, so that a native log and those that may be its later parts are
/// together, in the order in which they are read.
fn groups(files: Vec<Found>) -> Vec<Vec<Found>> {
    let lower = |path: &Path| path.file_name().map(|it| it.to_string_lossy().to_lowercase());
    let by_name: HashMap<_, usize> = files
        .iter()
        .enumerate()
        .filter_map(|(index, file)| Some((lower(&file.path)?, index)))
        .collect();
    let first_of = |path: &Path| -> Option<usize> {
        let mut name = lower(path)?;
        let mut found = None;
        while let Some(stem) = name.strip_suffix(".pml") {
            let Some((first, number)) = stem.rsplit_once('-') else { break };
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                break;
            }
            name = format!("{first}.pml");
            found = by_name.get(&name).copied().or(found);
        }
        found
    };
    let firsts: Vec<_> = files.iter().map(|file| first_of(&file.path)).collect();
    let mut groups: Vec<Vec<Found>> = Vec::new();
    let mut of_first: HashMap<usize, usize> = HashMap::new();
    for (index, (file, first)) in files.into_iter().zip(firsts).enumerate() {
        let group = *of_first.entry(first.unwrap_or(index)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(group) {
            group.push(file);
        }
    }
    groups
}

/// How many members an archive has; 0 for what is none, or cannot be opened.
fn members_of(path: &Path, read: &ReadOptions) -> usize {
    let mut head = [0; 4];
    let is_zip = std::fs::File::open(path)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head))
        .is_ok_and(|()| head.starts_with(b"PK"));
    match is_zip {
        true => Input::open(path, read).map_or(0, |input| input.members().len()),
        false => 0,
    }
}

fn later_parts(path: &Path, read: &ReadOptions) -> Vec<PathBuf> {
    let is_pml = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("pml"));
    match is_pml && path.is_file() {
        true => Input::open(path, read).map_or(Vec::new(), |it| it.later_parts().to_vec()),
        false => Vec::new(),
    }
}
