//! Unfinished files go when the program is told to end.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tempfile::NamedTempFile;

/// Files that are not complete yet.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

static WATCHED: Once = Once::new();

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a file that is removed when the program is interrupted. The list is held
/// meanwhile, so that there is no moment in which the file is there and not listed.
pub(crate) fn make_unfinished(
    make: impl FnOnce() -> io::Result<NamedTempFile>,
) -> io::Result<NamedTempFile> {
    WATCHED.call_once(watch);
    let mut unfinished = unfinished();
    let file = make()?;
    unfinished.push(file.path().to_path_buf());
    Ok(file)
}

/// Lets a complete file take its place. An interruption comes before or after it.
pub(crate) fn put_in_place(file: NamedTempFile, target: &Path) -> io::Result<()> {
    let mut unfinished = unfinished();
    unfinished.retain(|path| path != file.path());
    file.persist(target).map(|_| ()).map_err(|error| error.error)
}

fn remove_unfinished() {
    for path in unfinished().drain(..) {
        // It is a file of our own; where it cannot be removed there is nothing to do.
        let _ = std::fs::remove_file(path);
    }
}

/// Lets a write that would make a file larger than is allowed fail with an error, where
/// the system would end the program.
pub(crate) fn let_large_writes_fail() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// Waits for signals on a thread of its own. Where no thread can be had, a signal ends the
/// program as it always does, and an unfinished file stays.
#[cfg(unix)]
fn watch() {
    use std::io::Read;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::low_level::{emulate_default_handler, pipe};

    const SIGNALS: [(i32, usize); 3] =
        [(SIGINT, SIGINT as usize), (SIGTERM, SIGTERM as usize), (SIGHUP, SIGHUP as usize)];

    let Ok((mut waiting, sending)) = io::pipe() else { return };
    let last = Arc::new(AtomicUsize::new(0));
    // Whether a signal ends the program at once: from the second one on.
    let at_once = Arc::new(AtomicBool::new(false));
    let thread = std::thread::Builder::new().name("interrupts".to_string()).spawn({
        let (last, at_once) = (Arc::clone(&last), Arc::clone(&at_once));
        move || {
            if waiting.read(&mut [0]).is_ok_and(|count| count > 0) {
                at_once.store(true, Ordering::SeqCst);
                remove_unfinished();
                let number = last.load(Ordering::SeqCst);
                if let Some((signal, _)) = SIGNALS.iter().find(|(_, known)| *known == number) {
                    // Ends the program as the signal does where nobody handles it.
                    let _ = emulate_default_handler(*signal);
                }
            }
        }
    });
    if thread.is_err() {
        return;
    }
    for (signal, number) in SIGNALS {
        let _ = flag::register_conditional_default(signal, Arc::clone(&at_once));
        let _ = flag::register_usize(signal, Arc::clone(&last), number);
        if let Ok(sending) = sending.try_clone() {
            let _ = pipe::register(signal, sending);
        }
    }
}

/// As on Unix, for Ctrl-C, Ctrl-Break and the end of a session.
#[cfg(windows)]
fn watch() {
    let _ = ctrlc::set_handler(|| {
        remove_unfinished();
        // STATUS_CONTROL_C_EXIT
        std::process::exit(0xC000_013A_u32 as i32);
    });
}

#[cfg(not(any(unix, windows)))]
fn watch() {}
