//! What each row says of the capture that it is from.

use crate::json::push_text;
use crate::number::push_whole;
use crate::row::Source;

/// The id and the file of a capture.
#[derive(Debug, Default)]
pub(crate) struct OfCapture {
    id: Option<String>,
    file: Option<String>,
}

impl OfCapture {
    pub(crate) fn new(source: &Source<'_>) -> OfCapture {
        OfCapture { id: source.capture_id.clone(), file: source.file.map(str::to_string) }
    }

    /// The name of the file, where the rows say it.
    pub(crate) fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Adds the id of an event: that of the capture, a colon, and its number. Adds nothing where the
    /// capture has no id.
    pub(crate) fn push_event_id(&self, number: u64, out: &mut Vec<u8>) {
        if let Some(id) = &self.id {
            out.extend_from_slice(id.as_bytes());
            out.push(b':');
            push_whole(number, out);
        }
    }

    /// Adds the id of an event as a member of this name. Adds nothing where the capture has no id.
    pub(crate) fn push_event_id_member(&self, name: &str, number: u64, out: &mut Vec<u8>) {
        if let Some(id) = &self.id {
            push_text(name, id, out);
            // The number goes into the same string.
            out.pop();
            out.push(b':');
            push_whole(number, out);
            out.push(b'"');
        }
    }
}
