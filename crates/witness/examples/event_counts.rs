//! Counts the events of an event log by provider and id, a line each with tabs in
//! between: `cargo run --example event_counts -- System.evtx`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("event_counts: FILE");
        return ExitCode::from(2);
    };
    match procmonkey_witness::open(path.as_ref()) {
        Ok(reading) => {
            for event in &reading.events {
                println!("{}\t{}\t{}", event.provider, event.id, event.count);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("event_counts: {error}");
            ExitCode::FAILURE
        }
    }
}
