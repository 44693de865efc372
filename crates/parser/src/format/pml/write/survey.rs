//! What must be known of an export before it is written.

use crate::event::Event;
use crate::model::Column;
use crate::pml::bytes::PointerWidth;
use crate::pml::header::Info;

/// Finds out on which Windows an export was recorded, as far as its events tell.
///
/// A 64-bit process or address says that Windows is 64-bit; so does a path with
/// `(x86)` or `SysWOW64` in it. Processes that all say to be 32-bit tell the other;
/// an export that says nothing is taken as one of a 64-bit Windows.
///
/// ```
/// use procmonkey_parser::Event;
/// use procmonkey_parser::pml::{PointerWidth, Survey};
///
/// let mut survey = Survey::default();
/// survey.observe(&Event::default());
/// assert_eq!(survey.info().pointer_width, PointerWidth::Bits64);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    found: Option<PointerWidth>,
}

impl Survey {
    /// Takes in an event.
    pub fn observe(&mut self, event: &Event) {
        if self.found == Some(PointerWidth::Bits64) {
            return;
        }
        let listed = event.process().and_then(|process| process.is_64_bit);
        let shown = match event.get(Column::Architecture).as_deref() {
            Some("64-bit") => Some(true),
            Some("32-bit") => Some(false),
            _ => None,
        };
        // The high bit of a 32-bit address is the highest there is.
        let is_long = |address: &str| address.trim_start_matches("0x").len() > 8;
        let wide = event.stack().iter().any(|frame| is_long(&frame.address));
        let of_64_bit = |path: &str| path.contains("(x86)") || path.contains("SysWOW64");
        if shown.or(listed) == Some(true) || wide || event.path().is_some_and(|p| of_64_bit(&p)) {
            self.found = Some(PointerWidth::Bits64);
        } else if shown.or(listed) == Some(false) {
            self.found = Some(PointerWidth::Bits32);
        }
    }

    /// What is written about the computer.
    pub fn info(&self) -> Info {
        Info::unknown(self.found.unwrap_or(PointerWidth::Bits64))
    }
}
