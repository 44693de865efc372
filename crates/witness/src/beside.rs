//! What stands beside the events in a text that people have put together: a ticket with rows
//! of Procmon may also have the event log's message, a listing of the key folder, a value of
//! the registry, lines of DebugView.
//!
//! Whoever wrote such a text may speak of a file that is *not* there, so only what has the form
//! of a listing or an output counts here; what prose says is reported and not used.

use procmonkey_analysis::parser::{LossKind, OtherText, Position};

use crate::reading::Collector;
use crate::{Limits, Reading, debugview, event_text, keys_dir, reg_text};

/// Reads what stands beside the events of a capture. `source` is the name of the text; each
/// fact names it with the line where it was found.
///
/// A text in which nothing is found is no error: most have nothing but prose.
///
/// ```
/// use procmonkey_analysis::Witness;
/// use procmonkey_analysis::parser::{Event, Input, ReadOptions};
///
/// let text = "The log says:\n\
///     The IIS Admin Service service terminated with service-specific error 2148073478 (0x80090006).\n\
///     > inetinfo.exe\t8\tReadFile\tC:\\a.txt\tSUCCESS\n";
/// let options = ReadOptions::new().other_text(1 << 20);
/// let mut input = Input::from_reader("ticket.txt", text.as_bytes(), &options)?;
/// let mut capture = input.next_capture().expect("one capture")?;
/// while capture.read_event(&mut Event::default())? {}
/// let other = capture.other_text().expect("it was asked for");
/// let reading = procmonkey_witness::read_beside("ticket.txt", other);
/// let Some(Witness::Service(event)) = reading.witnesses.first() else { panic!() };
/// assert_eq!((event.id, event.source.as_str()), (Some(7024), "ticket.txt, line 2"));
/// # Ok::<(), procmonkey_analysis::parser::Error>(())
/// ```
pub fn read_beside(source: &str, other: &OtherText) -> Reading {
    let limits = Limits::default();
    let mut text = String::new();
    let mut lines = Vec::new();
    for (position, line) in other.lines() {
        // What stood in between was the capture's, or blank.
        let is_next = lines.last().is_some_and(|last: &Position| {
            last.line.zip(position.line).is_some_and(|(last, line)| line == last + 1)
        });
        if !is_next && !lines.is_empty() {
            text.push('\n');
            lines.push(position);
        }
        // A line of a page may show several.
        let line = line.replace(['\n', '\r'], " ");
        text.push_str(&line);
        text.push('\n');
        lines.push(position);
    }
    let mut out = Collector::among_prose(&limits, lines);
    event_text::read_text(source, &text, &mut out);
    reg_text::read_text(source, &text, &mut out);
    keys_dir::read_text(source, &text, &mut out);
    debugview::read_text(source, &text, &mut out);
    if let Some((count, first)) = other.left_out() {
        let message = format!(
            "{count} lines beside the events were not looked at for an event log's text, listings \
             and registry values: the text is too long"
        );
        out.losses.add(LossKind::Truncated, first, message);
    }
    out.finish()
}
