//! Standard input, which may be a person at a terminal.

use std::io::{self, IsTerminal, Read, Stdin};

use crate::messages::Messages;

/// Standard input, to be read to its end.
///
/// A terminal goes on behind the end that somebody types. What asks again behind the end, as
/// readers do, would wait for a second one.
pub(crate) struct StandardInput {
    source: Stdin,
    has_ended: bool,
}

impl StandardInput {
    /// Begins to read. Says so where it is a terminal: otherwise it would look as if nothing
    /// happened.
    pub(crate) fn open(messages: Messages) -> StandardInput {
        let source = io::stdin();
        if source.is_terminal() {
            let end = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
            messages.note(format_args!(
                "waiting for text from the terminal: paste it, and end it with {end} on a line of \
                 its own"
            ));
        }
        StandardInput { source, has_ended: false }
    }
}

impl Read for StandardInput {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.has_ended {
            return Ok(0);
        }
        let count = self.source.read(buffer)?;
        self.has_ended = count == 0 && !buffer.is_empty();
        Ok(count)
    }
}
