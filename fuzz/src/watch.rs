//! What becomes known when a target fails: the input, and how long it has taken.

use std::fs;
use std::path::PathBuf;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// An input that takes longer than this is a fault. Most take a millisecond; a busy machine
/// may let a program wait for seconds.
const LONGEST: Duration = Duration::from_secs(60);

/// What is running.
struct Running {
    target: &'static str,
    input: Vec<u8>,
    since: Instant,
}

static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

fn running() -> std::sync::MutexGuard<'static, Option<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on, a panic in whatever thread and an input that takes too long end the
/// program, after the input has been written to a file.
pub(crate) fn begin() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        report(panic);
        fail("a panic");
    }));
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_secs(1));
            let is_late = running().as_ref().is_some_and(|it| it.since.elapsed() > LONGEST);
            if is_late {
                fail("it takes too long");
            }
        }
    });
}

/// Runs a target with an input.
pub(crate) fn watched(target: &'static str, run: fn(&[u8]), input: &[u8]) {
    *running() = Some(Running { target, input: input.to_vec(), since: Instant::now() });
    run(input);
    *running() = None;
}

fn fail(what: &str) -> ! {
    if let Some(it) = running().take() {
        let path = PathBuf::from(format!("fuzz-{}.input", it.target));
        match fs::write(&path, &it.input) {
            Ok(()) => eprintln!("{}: {what}; the input is in {}", it.target, path.display()),
            Err(error) => {
                eprintln!("{}: {what}; {} {error}: {:x?}", it.target, path.display(), it.input)
            }
        }
    }
    process::exit(1)
}
