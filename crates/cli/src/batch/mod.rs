//! Thousands of captures: each is analysed by itself, and what is done stays done.
//!
//! A walk finds files, a plan makes tasks of them, and threads do these. A task writes the results
//! of its captures, each complete or not at all, and at last a note that it is done, with what it
//! has read: size, time and id of each file. A later run skips what has such a note. At the end the
//! notes become the manifest, so that it does not matter how often a run was killed before.

mod beside;
mod entry;
mod journal;
mod manifest;
mod names;
mod options;
mod plan;
mod record;
mod reporter;
mod rows;
mod store;
mod summary;
mod walk;
mod work;
mod workers;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use serde_json::json;

use crate::args::BatchArgs;
use crate::exit::{self, Exit};
use crate::messages::Messages;
use crate::output::Output;

use entry::Entry;
use journal::Journal;
use manifest::Manifest;
use plan::{Pairing, Plan};
use reporter::{Form, Reporter};
use store::Store;
use summary::Summary;
use work::Common;

/// How many failures are told one by one, unless --verbose asks for more.
const TOLD: usize = 20;

/// Carries out `batch`.
///
/// # Errors
/// When an argument makes no sense, or the results cannot be written.
pub(crate) fn run(args: &BatchArgs) -> anyhow::Result<Exit> {
    let form = if args.progress.is_some() { Form::Json } else { Form::Bar };
    let reporter = Reporter::new(form, args.messages());
    match run_reported(args, &reporter) {
        // Every line of standard error is JSON.
        Err(error) if form == Form::Json => {
            reporter.error(format_args!("{error:#}"));
            Ok(exit::of_error(&error))
        }
        outcome => outcome,
    }
}

fn run_reported(args: &BatchArgs, reporter: &Reporter) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let selecting = match args.progress {
        Some(_) => Messages::Nothing,
        None => args.messages(),
    };
    let selection = args.select.selection(selecting)?;
    let read = args.read.options(&args.select.processes).threads(1);
    let options = options::hash(args, &read, &selection)?;
    let case = args.keys.case_options(&args.select, selection.filter)?;
    let events = match args.events {
        Some(_) => Some(args.select.selection_with_processes(Messages::Nothing)?),
        None => None,
    };
    let store = Store::open(&args.output, &args.inputs)?;
    let journal = Journal::open(&store)?;

    let walk = walk::walk(&args.inputs, &args.output);
    let is_incomplete = walk.is_incomplete || walk.folders.is_empty();
    let pairing = if args.with_witnesses { Pairing::SameFolder } else { Pairing::Off };
    let Plan { tasks, entries, remarks } = Plan::new(walk, pairing, &options, &read);
    remarks.iter().for_each(|remark| reporter.note(remark));

    let threads = args.read.threads.or(thread::available_parallelism().ok());
    let threads = threads.map_or(1, NonZeroUsize::get);
    journal.add(
        "start",
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "options": options,
            "inputs": args.inputs.iter().map(|it| it.display().to_string()).collect::<Vec<_>>(),
            "threads": threads,
        }),
    )?;
    reporter.start(&tasks);
    let common = Common {
        store: &store,
        read: read.threads(threads_of_each(threads, tasks.len())),
        case,
        flag: &args.flag,
        hash: args.hash,
        events,
        options,
    };
    while_ticking(reporter, || workers::run(&tasks, threads, &common, reporter, &journal))?;

    let manifest = Manifest::gather(&store, &tasks, entries)?;
    manifest.write(&store)?;
    // Where files may be missing only for now, their results stay.
    if !is_incomplete {
        for removed in store.remove_others(&manifest.names)? {
            journal.add("removed", json!({"path": removed}))?;
            reporter.aside(format_args!("removed: {removed}: its capture is not there any more"));
        }
    }
    let mut summary = Summary::of(&manifest.entries);
    summary.add_losses(selection.losses);
    tell_failures(&manifest.entries, reporter, args.messages());
    let seconds = began.elapsed().as_secs_f64();
    let summed_up = summary.json(reporter.captures_skipped(), seconds);
    journal.add("end", summed_up.clone())?;
    reporter.end(summed_up);
    let mut output = Output::to(Path::new("-"))?;
    output.write_all(summary.text(reporter.captures_skipped()).as_bytes())?;
    output.finish()?;
    Ok(summary.exit())
}

/// How many threads read one capture: more than one only where there are more than captures.
fn threads_of_each(threads: usize, tasks: usize) -> usize {
    (threads / tasks.max(1)).max(1)
}

/// Does the work, while another thread shows how far it is.
fn while_ticking<T>(reporter: &Reporter, work: impl FnOnce() -> T) -> T {
    let (alive, ended) = channel::<()>();
    thread::scope(|scope| {
        // Without a thread, only the end is shown.
        let _ =
            thread::Builder::new().name("progress".to_string()).spawn_scoped(scope, move || {
                while ended.recv_timeout(reporter.interval()) == Err(RecvTimeoutError::Timeout) {
                    reporter.tick();
                }
            });
        let done = work();
        drop(alive);
        reporter.tick();
        done
    })
}

/// Names what could not be read.
fn tell_failures(entries: &[Entry], reporter: &Reporter, messages: Messages) {
    let mut more = 0;
    let failed = entries.iter().filter(|it| it.status.is_failure());
    for (index, entry) in failed.enumerate() {
        match index < TOLD || messages == Messages::All {
            true => reporter.error(entry.error.as_deref().unwrap_or(&entry.path)),
            false => more += 1,
        }
    }
    if more > 0 {
        reporter.error(format_args!("and {more} more, which the manifest has (-v lists them)"));
    }
}
