//! Keeps a program alive when a file that it has mapped becomes shorter.
//!
//! The system answers a read behind the new end with the signal SIGBUS. The handler here puts
//! zeros in the place of the bytes that are gone; the readers take them for damage, and the
//! length of the file tells afterwards what happened. A read of bytes that are there costs
//! nothing more.

use std::io;
use std::mem::MaybeUninit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many maps are guarded at a time.
const SLOTS: usize = 256;

/// The address ranges of maps; 0 is a free slot.
static STARTS: [AtomicUsize; SLOTS] = [const { AtomicUsize::new(0) }; SLOTS];
static ENDS: [AtomicUsize; SLOTS] = [const { AtomicUsize::new(0) }; SLOTS];

/// The size of a page, once the handler is there.
static PAGE: AtomicUsize = AtomicUsize::new(0);

/// The handler before ours.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();

/// A map whose bytes read as zeros where they are gone.
#[derive(Debug)]
pub(super) struct GuardedRange(usize);

impl GuardedRange {
    /// `None` if the program has not asked for it, or too many maps are guarded already.
    pub(super) fn new(start: usize, len: usize) -> Option<GuardedRange> {
        let page = PAGE.load(Ordering::SeqCst);
        if page == 0 || start == 0 || len == 0 {
            return None;
        }
        let end = start + len.next_multiple_of(page);
        let free = (0..SLOTS).find(|slot| {
            let taken =
                STARTS[*slot].compare_exchange(0, start, Ordering::SeqCst, Ordering::SeqCst);
            taken.is_ok()
        })?;
        // Until now the range was empty.
        ENDS[free].store(end, Ordering::SeqCst);
        Some(GuardedRange(free))
    }
}

impl Drop for GuardedRange {
    fn drop(&mut self) {
        ENDS[self.0].store(0, Ordering::SeqCst);
        STARTS[self.0].store(0, Ordering::SeqCst);
    }
}

/// Lets a program go on when a file that it reads becomes shorter; see
/// [`guard_mapped_files`](crate::guard_mapped_files).
#[allow(unsafe_code, reason = "a signal handler can only be set this way")]
pub(super) fn install() -> io::Result<()> {
    if PAGE.load(Ordering::SeqCst) != 0 {
        return Ok(());
    }
    // SAFETY: These calls only read and write what is given to them. The handler is a function
    // with the signature that SA_SIGINFO asks for, and does what a handler may do.
    unsafe {
        let page = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE))
            .map_err(|_| io::Error::last_os_error())?;
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = handle as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        let mut before: libc::sigaction = MaybeUninit::zeroed().assume_init();
        if libc::sigaction(libc::SIGBUS, std::ptr::null(), &raw mut before) != 0 {
            return Err(io::Error::last_os_error());
        }
        // Known before the first signal can come.
        if BEFORE.set(before).is_err() {
            return Ok(());
        }
        if libc::sigaction(libc::SIGBUS, &raw const action, std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
        PAGE.store(page, Ordering::SeqCst);
    }
    Ok(())
}

/// Puts zeros behind the end of a file that became shorter. Only atomics are read, and mmap
/// and sigaction are called, which need no lock of this program.
#[allow(unsafe_code, reason = "what replaces memory is unsafe by nature")]
extern "C" fn handle(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: With SA_SIGINFO the system gives a pointer to the description of the signal.
    let address = unsafe { (*info).si_addr() } as usize;
    let page = PAGE.load(Ordering::SeqCst);
    let ours = STARTS.iter().zip(&ENDS).find_map(|(start, end)| {
        let (start, end) = (start.load(Ordering::SeqCst), end.load(Ordering::SeqCst));
        (page > 0 && start > 0 && start <= address && address < end).then_some(end)
    });
    if let Some(end) = ours {
        let from = address - address % page;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
        // SAFETY: The range lies in a map of ours, which nobody writes to. Where one page
        // is behind the end of the file, so are the ones after it.
        let zeros = unsafe {
            libc::mmap(from as *mut libc::c_void, end - from, libc::PROT_READ, flags, -1, 0)
        };
        if zeros != libc::MAP_FAILED {
            return;
        }
    }
    // Not for us: the read is tried again, with the handler that was there before.
    if let Some(before) = BEFORE.get() {
        // SAFETY: `before` was filled by the system.
        unsafe { libc::sigaction(libc::SIGBUS, before, std::ptr::null_mut()) };
    }
}
