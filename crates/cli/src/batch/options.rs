//! A hash of all that changes results.

use std::fmt::Write;

use procmonkey_export::short_digest;
use procmonkey_parser::{Progress, ReadOptions};

use crate::args::{BatchArgs, FlagArgs, Selection};

/// The hash of the options of a run. Two runs with the same one write the same results for the
/// same files. `read` and `selection` are what the arguments have come to, with the rules in files.
pub(super) fn hash(
    args: &BatchArgs,
    read: &ReadOptions,
    selection: &Selection,
) -> anyhow::Result<String> {
    // A new flag has to be considered here.
    let BatchArgs {
        inputs: _,
        output: _,
        select,
        read: _,
        keys,
        flag,
        hash,
        with_witnesses,
        events,
        progress: _,
        messages: _,
    } = args;
    let FlagArgs { report_only, min_confidence, min_severity } = flag;
    let mut text = String::new();
    // How many threads read a capture changes nothing.
    let read = read.clone().threads(1).progress(Progress::default());
    writeln!(text, "{read:?}")?;
    writeln!(text, "{:?}", select.processes)?;
    for rule in selection.filter.rules() {
        writeln!(text, "{rule:?}")?;
    }
    writeln!(text, "{:?}", keys.machine_guid)?;
    writeln!(text, "{report_only:?} {min_confidence:?} {min_severity:?}")?;
    writeln!(text, "{:?} {with_witnesses} {events:?}", hash.hash)?;
    let names = match &keys.names {
        Some(path) => std::fs::read(path).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(short_digest(&[text.as_bytes(), &names]))
}
