//! Whether a program has a standard output at all.
//!
//! Where it is closed, the runtime of Rust opens /dev/null in its place before `main` begins,
//! and everything that is written seems to arrive. So this is looked at earlier. It is a crate
//! of its own, so that the program needs no unsafe code and the libraries nothing that runs
//! before `main`.
//!
//! ```
//! // Whoever runs the tests has a standard output.
//! assert!(procmonkey_standard_output::check().is_ok());
//! ```

use std::io;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

/// Checks that something can be written to standard output.
///
/// # Errors
/// When nothing can be written there: it is closed, or open for reading only.
pub fn check() -> io::Result<()> {
    match is_open() {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::NotConnected, "it is closed")),
    }
}

#[cfg(unix)]
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

// Unsafe, because it runs before `main`. It makes one system call and needs nothing of the standard library, which may not be ready.
#[cfg(unix)]
ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn look_at_standard_output() {
        use rustix::fs::{OFlags, fcntl_getfl};

        let is_for_writing =
            |flags: OFlags| flags.intersects(OFlags::WRONLY.union(OFlags::RDWR));
        let is_open = fcntl_getfl(rustix::stdio::stdout()).is_ok_and(is_for_writing);
        IS_CLOSED.store(!is_open, Ordering::Relaxed);
    }
}

#[cfg(unix)]
fn is_open() -> bool {
    !IS_CLOSED.load(Ordering::Relaxed)
}

/// Windows has no handle, or an invalid one, where there is no standard output.
#[cfg(windows)]
fn is_open() -> bool {
    use std::os::windows::io::AsRawHandle;

    const INVALID_HANDLE_VALUE: isize = -1;
    let handle = io::stdout().as_raw_handle();
    !handle.is_null() && handle as isize != INVALID_HANDLE_VALUE
}

#[cfg(not(any(unix, windows)))]
fn is_open() -> bool {
    true
}

/// The example of the README is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;
