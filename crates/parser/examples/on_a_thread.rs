//! Reads a capture on a thread, and hands its events through a channel, so that a program
//! with a window or a server goes on meanwhile: `cargo run --example on_a_thread -- CAPTURE`.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use procmonkey_parser::{Error, Event, Losses, open};

/// How many events may wait in the channel: memory does not grow with the capture.
const WAITING: usize = 1000;

/// Starts a thread that reads. What could not be read is returned at its end.
fn read_apart(path: String) -> (Receiver<Event>, JoinHandle<Result<Losses, Error>>) {
    let (sender, events) = sync_channel(WAITING);
    let thread = thread::spawn(move || {
        let mut capture = open(path)?;
        for event in capture.events() {
            // Nobody listens any more: that is not an error.
            if sender.send(event?).is_err() {
                break;
            }
        }
        Ok(capture.losses().clone())
    });
    (events, thread)
}

/// How often each operation occurs in a capture, and what could not be read.
pub(crate) fn count(path: String) -> Result<(BTreeMap<String, u64>, Losses), Error> {
    let (events, thread) = read_apart(path);
    let mut by_operation: BTreeMap<String, u64> = BTreeMap::new();
    for event in events {
        *by_operation.entry(event.operation().unwrap_or_default().into_owned()).or_default() += 1;
    }
    let losses = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    Ok((by_operation, losses))
}

fn main() -> Result<(), Error> {
    for path in std::env::args().skip(1) {
        let (by_operation, losses) = count(path)?;
        for (operation, count) in by_operation {
            println!("{count} {operation}");
        }
        for loss in losses.iter() {
            eprintln!("{loss}");
        }
    }
    Ok(())
}
