//! An event with other texts.

use std::sync::Arc;

use super::Event;
use crate::model::{Columns, Frame, Process};

impl Event {
    /// The same event with these texts in these columns, and with this process and call stack.
    /// Its number, position and time stay, whatever the texts say. Nothing else of the event is
    /// kept: of a native capture, none of its bytes.
    ///
    /// Fewer texts than columns are a row that ends early.
    ///
    /// ```
    /// use procmonkey_parser::{Column, Columns, EventBuilder};
    ///
    /// let event = EventBuilder::new().number(7).text(Column::Path, "C:\\secret").build();
    /// let columns = Columns::from_known(&[Column::Path]);
    /// let other = event.with_texts(&columns, &["C:\\anon"], None, Vec::new());
    /// assert_eq!(other.path().as_deref(), Some("C:\\anon"));
    /// assert_eq!(other.number(), 7);
    /// ```
    pub fn with_texts(
        &self,
        columns: &Columns,
        texts: &[impl AsRef<str>],
        process: Option<Arc<Process>>,
        stack: Vec<Frame>,
    ) -> Event {
        let mut event = Event {
            number: self.number,
            position: self.position,
            time: self.time,
            process,
            stack,
            ..Event::default()
        };
        let columns = Arc::new(columns.clone());
        match texts.iter().any(|text| text.as_ref().contains('\n')) {
            true => event.record.start_with_lines(&columns),
            false => event.record.start(&columns),
        }
        for text in texts {
            event.record.push(text.as_ref().as_bytes());
        }
        event.check_text();
        event
    }
}
