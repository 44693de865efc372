//! What must be known about an export before its events are written.

use memchr::memmem;

use crate::event::Event;
use crate::model::{Address, Column};
use crate::pml::bytes::PointerWidth;
use crate::pml::header::Info;
use crate::time::{Clock, DateOrder, DateOrders, WrittenDate};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportProfile {
    found: Option<PointerWidth>,
    dates: DetailDates,
}

/// The dates in Detail texts: those of files.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DetailDates {
    /// The orders in which all of them can be read.
    orders: DateOrders,
    /// The first one that can be read in several.
    open: Option<String>,
}

impl Default for DetailDates {
    fn default() -> DetailDates {
        DetailDates { orders: DateOrders::ANY, open: None }
    }
}

impl DetailDates {
    fn observe(&mut self, text: &str) {
        let Some((date, _)) = WrittenDate::split(text) else { return };
        // One that is damaged may narrow the orders, but never exclude all of them.
        let orders = self.orders.and(date.orders());
        if !orders.is_empty() {
            self.orders = orders;
        }
        if date.orders().single().is_none() && self.open.is_none() {
            self.open = Some(text.to_string());
        }
    }
}

impl ExportProfile {
    /// Examines an event.
    pub fn observe(&mut self, event: &Event) {
        if let Some(detail) = event.bytes(Column::Detail)
            && memmem::find(&detail, b"Time: ").is_some()
            && let Some(detail) = event.detail()
        {
            let times = detail.items().filter(|item| item.key.ends_with("Time"));
            times.for_each(|item| self.dates.observe(item.value));
        }
        self.observe_width(event);
    }

    /// The order of day, month and year in the texts of the events, if they show it: that of
    /// the dates of columns, which `clock` has observed, and of those in Detail, which are
    /// written alike.
    ///
    /// ```
    /// use procmonkey_parser::pml::ExportProfile;
    /// use procmonkey_parser::{DateOrder, Event, Input, ReadOptions};
    ///
    /// let csv = "\"Operation\",\"Detail\"\r\n\
    ///     \"SetBasicInformationFile\",\"CreationTime: 3/4/2026 7:00:00 AM\"\r\n\
    ///     \"SetBasicInformationFile\",\"CreationTime: 3/31/2026 7:00:00 AM\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let (mut profile, mut event) = (ExportProfile::default(), Event::default());
    /// while capture.read_event(&mut event)? {
    ///     profile.observe(&event);
    /// }
    /// assert_eq!(profile.date_order(capture.clock()), Some(DateOrder::MonthDayYear));
    /// assert_eq!(profile.open_date(capture.clock()), None);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn date_order(&self, clock: &Clock) -> Option<DateOrder> {
        clock.date_order().or_else(|| {
            let of_columns = clock.possible_orders();
            let is_possible =
                |order: &DateOrder| of_columns.is_empty() || of_columns.contains(order);
            let mut orders = self.dates.orders.iter().filter(is_possible);
            orders.next().filter(|_| orders.next().is_none())
        })
    }

    /// A date in a Detail that can be read in more than one way, if nothing shows which.
    pub fn open_date(&self, clock: &Clock) -> Option<&str> {
        self.dates.open.as_deref().filter(|_| self.date_order(clock).is_none())
    }

    fn observe_width(&mut self, event: &Event) {
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
