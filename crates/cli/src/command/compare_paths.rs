//! `procmonkey compare --paths`: paths that only one of two captures touches.

use std::collections::BTreeMap;
use std::path::Path;

use procmonkey_parser::Column;

use crate::args::{CompareArgs, Selection};
use crate::command::exit_of;
use crate::command::filtered::for_each_filtered;
use crate::exit::Exit;
use crate::inputs::{ReadCounts, for_one};
use crate::messages::Messages;
use crate::output::Output;
use crate::render::{self, ListedPath, Look, Side};

/// The paths of one capture: by their text in small letters, as first written, with how many
/// events they have.
type Paths = BTreeMap<String, (String, u64)>;

/// What a path takes beside its two texts, in bytes, about.
const PER_PATH: u64 = 100;

/// What was read of one capture.
struct Read {
    paths: Paths,
    counts: ReadCounts,
    /// Whether all paths had room.
    is_whole: bool,
}

pub(super) fn run(args: &CompareArgs) -> anyhow::Result<Exit> {
    let messages = args.out.messages();
    let selection = args.select.selection_with_processes(messages)?;
    let mut output = Output::open(&args.out)?;
    let good = read(&args.good, args, &selection, messages)?;
    let bad = read(&args.bad, args, &selection, messages)?;
    if good.counts.captures == 0 || bad.counts.captures == 0 {
        return Ok(Exit::NoInput);
    }
    if !good.is_whole || !bad.is_whole {
        // With paths missing on one side, those of the other would be called its own.
        messages.error(
            "there are too many paths to hold; a filter makes fewer, --limit gathered=N more room",
        );
        return Ok(Exit::Losses);
    }
    let mut listed = only_in(&good.paths, &bad.paths, Side::Good);
    listed.extend(only_in(&bad.paths, &good.paths, Side::Bad));
    let look = Look::new(&args.out, &output);
    render::paths(&listed, args.out.format(), look, &mut output)?;
    output.finish()?;
    let counts = ReadCounts {
        captures: good.counts.captures + bad.counts.captures,
        failures: good.counts.failures + bad.counts.failures,
        losses: good.counts.losses + bad.counts.losses + selection.losses,
        events: good.counts.events + bad.counts.events,
    };
    Ok(exit_of(counts))
}

fn read(
    path: &Path,
    args: &CompareArgs,
    selection: &Selection,
    messages: Messages,
) -> anyhow::Result<Read> {
    let options = args.read.options(&args.select.processes);
    let most = args.read.most_gathered();
    let (mut paths, mut held, mut is_whole) = (Paths::new(), 0, true);
    let counts = for_one(path, &options, messages, |capture| {
        for_each_filtered(capture, selection, messages, |event, _| {
            let Some(path) = event.get(Column::Path).filter(|path| !path.is_empty()) else {
                return Ok(());
            };
            let key = path.to_lowercase();
            if let Some((_, events)) = paths.get_mut(&key) {
                *events += 1;
            } else if held > most {
                is_whole = false;
            } else {
                held += (key.len() + path.len()) as u64 + PER_PATH;
                paths.insert(key, (path.into_owned(), 1));
            }
            Ok(())
        })
        .map(|_| ())
    })?;
    Ok(Read { paths, counts, is_whole })
}

/// The paths that the other capture does not have, in their order.
fn only_in(own: &Paths, other: &Paths, side: Side) -> Vec<ListedPath> {
    let missing = own.iter().filter(|(key, _)| !other.contains_key(*key));
    let listed = |(path, events): &(String, u64)| ListedPath {
        path: path.clone(),
        only_in: side,
        events: *events,
    };
    missing.map(|(_, path)| listed(path)).collect()
}
