//! What was read beside the captures.

use procmonkey_analysis::report::Report;
use procmonkey_analysis::words::{self, clock_part};
use procmonkey_analysis::{Witness, WitnessTime};

use crate::sign::Guid;

/// How many witnesses, and how many files of a listing, are shown.
const MOST: usize = 100;
const MOST_FILES: usize = 40;

#[derive(Debug)]
pub(crate) struct Witnesses {
    pub(crate) sources: Vec<(String, Vec<String>)>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) rest: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) text: String,
    pub(crate) placed: String,
    pub(crate) notes: Vec<String>,
    pub(crate) files: Vec<File>,
    pub(crate) files_left_out: Option<String>,
}

#[derive(Debug)]
pub(crate) struct File {
    pub(crate) container: String,
    pub(crate) guid: Guid,
    pub(crate) bytes: String,
    pub(crate) created: String,
    pub(crate) written: String,
    pub(crate) rights: String,
}

impl Witnesses {
    pub(crate) fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.entries.is_empty() && self.rest.is_empty()
    }

    pub(crate) fn of(report: &Report) -> Witnesses {
        let sources = report.witness_sources.iter().filter_map(|source| {
            let mut notes = source.remarks.clone();
            notes.extend(source.error.clone());
            if source.losses.count > 0 {
                let places = words::count(source.losses.count, "place");
                notes.push(format!("{places} could not be read"));
            }
            (!notes.is_empty()).then(|| (source.path.clone(), notes))
        });
        let entries = report.witnesses.iter().take(MOST).map(|entry| {
            let (files, files_left_out) = files(report, entry);
            let placed = match (&entry.placed, &entry.unplaced) {
                (Some(placed), _) => {
                    let time = placed.time.as_deref().map(clock_part).unwrap_or_default();
                    let why = placed.assumption.as_ref().map(|it| format!(": {it}"));
                    format!("{time}{}", why.unwrap_or_default())
                }
                (None, Some(why)) => format!("not placed: {why}"),
                (None, None) => "no time".to_string(),
            };
            Entry {
                text: entry.witness.sentence(),
                placed,
                notes: entry.notes.clone(),
                files,
                files_left_out,
            }
        });
        let mut rest = Vec::new();
        if report.witnesses.len() > MOST {
            let all = report.witnesses.len() as u64;
            rest.push(words::cut(MOST, all, "fact", "procmonkey analyze … -f json"));
        }
        if report.witnesses_left_out > 0 {
            rest.push(format!(
                "{} of other services or other times are left out.",
                words::count(report.witnesses_left_out, "fact")
            ));
        }
        Witnesses { sources: sources.collect(), entries: entries.collect(), rest }
    }
}

fn files(
    report: &Report,
    entry: &procmonkey_analysis::report::WitnessEntry,
) -> (Vec<File>, Option<String>) {
    let Witness::Folder(listing) = &entry.witness else { return (Vec::new(), None) };
    let time = |time: &Option<WitnessTime>| time.as_ref().map(|it| it.text.clone());
    let files: Vec<File> = entry
        .keys
        .iter()
        .take(MOST_FILES)
        .filter_map(|key| {
            let file = listing.files.get(key.file)?;
            let rights: Vec<&str> =
                file.owner.iter().chain(&file.access).map(String::as_str).collect();
            Some(File {
                container: key.container.clone(),
                guid: Guid::of(report, &key.guid),
                bytes: file.size.map(words::grouped).unwrap_or_default(),
                created: time(&file.created).unwrap_or_default(),
                written: time(&file.modified).unwrap_or_default(),
                rights: rights.join("; "),
            })
        })
        .collect();
    let all = entry.keys.len();
    let cut = (all > MOST_FILES)
        .then(|| words::cut(MOST_FILES, all as u64, "file", "procmonkey analyze … -f json"));
    (files, cut)
}
