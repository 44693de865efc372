//! Long work that Ctrl-C ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::{Failure, Outcome};

/// Whether the caller has given up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often it is looked whether Ctrl-C was pressed.
const PAUSE: Duration = Duration::from_millis(50);

/// Does work on a thread of its own, without the lock of the interpreter. When Ctrl-C is pressed,
/// its exception is given back at once; the work then ends by itself at its next question.
pub(crate) fn run<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&Stop) -> Outcome<T> + Send + 'static,
) -> PyResult<T> {
    let stop = Stop::default();
    let (send, receive) = channel();
    let of_work = stop.clone();
    std::thread::Builder::new()
        .name("procmonkey".into())
        .spawn(move || {
            // Nobody listens any more after Ctrl-C.
            let _ = send.send(work(&of_work));
        })
        .map_err(|error| Failure::File(format!("a thread cannot be started: {error}")))?;
    let mut receive = Some(receive);
    loop {
        let Some(channel) = receive.take() else { break };
        let (answer, channel) = py.detach(move || (channel.recv_timeout(PAUSE), channel));
        match answer {
            Ok(outcome) => return Ok(outcome?),
            Err(RecvTimeoutError::Timeout) => {
                if let Err(interrupt) = py.check_signals() {
                    stop.0.store(true, Ordering::Relaxed);
                    return Err(interrupt);
                }
                receive = Some(channel);
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let message = "the work ended without an answer; please report this".to_string();
    Err(pyo3::exceptions::PyRuntimeError::new_err(message))
}
