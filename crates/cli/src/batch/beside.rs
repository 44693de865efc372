//! Witnesses that lie in the folder of captures.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use procmonkey_analysis::Witness;
use procmonkey_parser::{Input, ReadOptions};
use procmonkey_witness::{ErrorKind, Kind, sniff};

use crate::args::WitnessArgs;

use super::walk::Found;

/// How much of a file is looked at to tell its kind, in bytes.
const HEAD: u64 = 64 * 1024;

/// The longest text that is looked through for facts, in bytes.
const LONGEST_TEXT: u64 = 16 * 1024 * 1024;

/// The witnesses of a folder.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) witnesses: WitnessArgs,
    pub(super) paths: HashSet<PathBuf>,
    /// Also the logs of hives, which are read where they are needed.
    pub(super) all: Vec<PathBuf>,
}

impl Beside {
    /// The witnesses in the order in which they are read.
    pub(super) fn names(&self) -> Vec<String> {
        let WitnessArgs { hive, reg_export, keys_dir, event_log, debugview, .. } = &self.witnesses;
        let lists = [hive, reg_export, keys_dir, event_log, debugview];
        lists.into_iter().flatten().map(|path| path.display().to_string()).collect()
    }
}

/// Which of the files are witnesses, by their content.
pub(super) fn witnesses_in(files: &[Found], read: &ReadOptions) -> Beside {
    let mut beside = Beside::default();
    for file in files {
        let given = &mut beside.witnesses;
        let list = match kind_of(file, read) {
            None => continue,
            Some(As::HiveLog) => {
                beside.all.push(file.path.clone());
                continue;
            }
            Some(As::Hive) => &mut given.hive,
            Some(As::RegExport) => &mut given.reg_export,
            Some(As::Listing) => &mut given.keys_dir,
            Some(As::EventLog) => &mut given.event_log,
            Some(As::DebugView) => &mut given.debugview,
        };
        list.push(file.path.clone());
        beside.paths.insert(file.path.clone());
        beside.all.push(file.path.clone());
    }
    beside
}

/// As what a file would be given.
enum As {
    Hive,
    /// Read with its hive.
    HiveLog,
    RegExport,
    Listing,
    EventLog,
    DebugView,
}

fn kind_of(file: &Found, read: &ReadOptions) -> Option<As> {
    let mut head = Vec::new();
    File::open(&file.path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    if head.is_empty() {
        return None;
    }
    match sniff(&head)? {
        Kind::EventLog => Some(As::EventLog),
        Kind::Hive => {
            let end = file.path.extension().unwrap_or_default().to_ascii_lowercase();
            if end.to_string_lossy().starts_with("log") {
                return Some(As::HiveLog);
            }
            // Other hives of the computer lie beside the one that has its MachineGuid.
            let reading = procmonkey_witness::open(&file.path);
            let says_nothing = reading.is_err_and(|error| error.kind() == ErrorKind::NotFound);
            (!says_nothing).then_some(As::Hive)
        }
        // What has events of Procmon is a capture, with its witnesses beside them.
        _ if is_capture(&file.path, read) => None,
        Kind::EventXml => Some(As::EventLog),
        Kind::DebugView => Some(As::DebugView),
        _ if file.bytes <= LONGEST_TEXT => kind_of_text(&file.path),
        _ => None,
    }
}

fn is_capture(path: &Path, read: &ReadOptions) -> bool {
    let Ok(mut input) = Input::open(path, read) else { return false };
    let is_archive = !input.members().is_empty();
    is_archive || input.next_capture().is_some_and(|capture| capture.is_ok())
}

/// The kind of a text, by the first fact that is in it.
fn kind_of_text(path: &Path) -> Option<As> {
    let reading = procmonkey_witness::open(path).ok()?;
    match reading.witnesses.first()? {
        Witness::MachineGuid(_) => Some(As::RegExport),
        Witness::Folder(_) => Some(As::Listing),
        Witness::Debug(_) => Some(As::DebugView),
        _ => Some(As::EventLog),
    }
}
