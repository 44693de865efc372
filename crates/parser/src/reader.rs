//! What every format's reader has in common.

use std::sync::Arc;

use crate::column::Columns;
use crate::error::Error;
use crate::event::Event;
use crate::losses::Losses;
use crate::pml::{Module, Recording};
use crate::process::Process;

/// One format's reader: the bytes of a capture in, events out.
///
/// It fills record, process, stack and position of an event; number and time are
/// the same work for every format and are done by [`Capture`](crate::Capture).
pub(crate) trait ReadEvents {
    /// The columns of the capture, in its order.
    fn columns(&self) -> &Arc<Columns>;

    /// Reads the next event into `event`, whose memory is used again. False at
    /// the end. What cannot be read is added to `losses`.
    fn read_event(&mut self, event: &mut Event, losses: &mut Losses) -> Result<bool, Error>;

    /// The process list, where the format has one.
    fn processes(&self) -> &[Arc<Process>] {
        &[]
    }

    /// What a process had loaded, where the format tells.
    fn modules_of(&self, _process: &Process) -> Vec<Module> {
        Vec::new()
    }

    /// The computer that the capture was recorded on, where the format tells.
    fn recording(&self) -> Option<Recording<'_>> {
        None
    }
}
