//! What must be known about an export before its events are written.

use crate::event::Event;
use crate::model::{Address, Column};
use crate::pml::bytes::PointerWidth;
use crate::pml::header::Info;

/// Finds out on which Windows an export was recorded, as far as its events show it.
///
/// A 64-bit process or address shows that Windows is 64-bit; so does a path with `(x86)`
/// or `SysWOW64` in it. If all processes are 32-bit, Windows is taken as 32-bit. If the
/// events show neither, it is taken as 64-bit.
///
/// ```
/// use procmonkey_parser::Event;
/// use procmonkey_parser::pml::{PointerWidth, ExportProfile};
///
/// let mut profile = ExportProfile::default();
/// profile.observe(&Event::default());
/// assert_eq!(profile.info().pointer_width, PointerWidth::Bits64);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportProfile {
    found: Option<PointerWidth>,
}

impl ExportProfile {
    /// Examines an event.
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
        // Addresses of a 32-bit system fit into 32 bits.
        let is_long = |address: &Address| address.value() > Some(u64::from(u32::MAX));
        let wide = event.stack().iter().any(|frame| is_long(&frame.address));
        let of_64_bit = |path: &str| path.contains("(x86)") || path.contains("SysWOW64");
        if shown.or(listed) == Some(true) || wide || event.path().is_some_and(|p| of_64_bit(&p)) {
            self.found = Some(PointerWidth::Bits64);
        } else if shown.or(listed) == Some(false) {
            self.found = Some(PointerWidth::Bits32);
        }
    }

    /// The description of the computer to write.
    pub fn info(&self) -> Info {
        Info::unknown(self.found.unwrap_or(PointerWidth::Bits64))
    }
}
