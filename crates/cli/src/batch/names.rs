//! How the files of the results are called.

use procmonkey_analysis::Report;
use procmonkey_export::{Partition, WITHOUT_ID, short_digest};

/// What marks a folder of results, and is locked while a run writes into it.
pub(super) const LOCK: &str = "batch.lock";

/// The folders of the results.
pub(super) const FINDINGS: &str = "findings";
pub(super) const EVENTS: &str = "events";
pub(super) const DONE: &str = "done";

pub(super) fn of_findings(stem: &str) -> String {
    format!("{FINDINGS}/{stem}.json")
}

/// What is noted when a task is done. `part` tells the tasks of one archive apart.
pub(super) fn of_record(key: &[u8], part: usize) -> String {
    format!("{DONE}/{}.json", short_digest(&[key, b"task", &part.to_le_bytes()]))
}

/// The events of a capture, in folders by computer and by the date of its first event.
pub(super) fn of_events(stem: &str, report: &Report) -> String {
    let folder = Partition::of(&report.summary()).folder();
    format!("{EVENTS}/{folder}/{stem}.parquet")
}

/// Whether a file has a name that a run gives: two hashes, or one.
pub(super) fn is_result(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.strip_suffix(".json").or_else(|| file.strip_suffix(".parquet"));
    let is_hash = |text: &str| text.len() == 32 && text.bytes().all(|it| it.is_ascii_hexdigit());
    stem.is_some_and(|stem| match stem.split_once('-') {
        Some((id, key)) => is_hash(key) && (is_hash(id) || id == WITHOUT_ID),
        None => is_hash(stem),
    })
}
