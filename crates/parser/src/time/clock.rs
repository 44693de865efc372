//! The clock of a capture: what its events together show about time.

use std::fmt;

use super::date::DateOrders;
use super::{
    Date, DateOrder, TICKS_PER_DAY, TimeBase, TimeQuality, TimeText, Timestamp, WrittenDate, Zone,
    parse_time_of_day,
};

/// What one event shows about its time. [`Clock::resolve`] turns it into a [`Timestamp`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventTime {
    said: Said,
    /// Midnights between the first event and this one, as far as they can be recognised.
    midnights: u32,
    whole_seconds: bool,
}

impl EventTime {
    /// When a native event happened, in 100 ns ticks since 1601 UTC (a FILETIME); `None` for what an
    /// export writes, which a [`Clock`] has to read.
    ///
    /// ```
    /// use procmonkey_parser::{Error, Event, open};
    ///
    /// # const CAPTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/restart.pml");
    /// let mut capture = open(CAPTURE)?;
    /// let mut event = Event::default();
    /// while capture.read_event(&mut event)? {
    ///     let time = capture.clock().resolve(event.time());
    ///     assert_eq!(event.time().instant(), time.and_then(|time| time.utc_ticks()));
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    pub fn instant(&self) -> Option<i64> {
        match self.said {
            Said::Instant(ticks) => Some(ticks),
            _ => None,
        }
    }

    /// Ticks since midnight, if the time is written with a fraction of a second.
    pub(super) fn ticks_with_fraction(self) -> Option<i64> {
        match self.said {
            Said::Time(ticks) | Said::DateAndTime(ticks, _) if !self.whole_seconds => Some(ticks),
            _ => None,
        }
    }

    /// The same time with this many midnights more before it.
    pub(crate) fn after_midnights(self, midnights: u32) -> EventTime {
        match self.said {
            Said::Nothing => self,
            _ => EventTime { midnights: self.midnights.saturating_add(midnights), ..self },
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nothing,
    /// Ticks since midnight.
    Time(i64),
    /// Ticks since midnight, and a date.
    DateAndTime(i64, WrittenDate),
    /// Ticks since 1601 UTC.
    Instant(i64),
}

/// What a capture has shown about time so far.
///
/// It learns while events are read, so resolve times after the capture has been read to
/// its end.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: Option<Zone>,
    first_date: Option<Date>,
    forced_order: Option<DateOrder>,
    orders: DateOrders,
    dates: u64,
    /// The earliest and the latest time of day so far, in ticks.
    earliest: Option<i64>,
    previous: Option<i64>,
    midnights: u32,
    steps_back: u64,
    order_only: u64,
    hours_lost: u64,
    unknown_marker: Option<String>,
    first: Option<EventTime>,
    last: EventTime,
}

/// What a clock hands on between two events, so that another one says the same of later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockState {
    orders: DateOrders,
    dates: u64,
    earliest: Option<i64>,
    previous: Option<i64>,
    midnights: u32,
}

impl Default for ClockState {
    fn default() -> ClockState {
        Clock::default().state()
    }
}

impl ClockState {
    /// Reads what [`ClockState`]'s `Display` has written: five words.
    pub(crate) fn read<'t>(words: &mut impl Iterator<Item = &'t str>) -> Option<ClockState> {
        let orders = DateOrders::from_bits(words.next()?.parse().ok()?)?;
        let dates = words.next()?.parse().ok()?;
        let mut ticks = || match words.next()? {
            "-" => Some(None),
            text => text.parse().ok().map(Some),
        };
        let (earliest, previous) = (ticks()?, ticks()?);
        let midnights = words.next()?.parse().ok()?;
        Some(ClockState { orders, dates, earliest, previous, midnights })
    }
}

impl fmt::Display for ClockState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.orders.bits(), self.dates)?;
        for ticks in [self.earliest, self.previous] {
            match ticks {
                Some(ticks) => write!(f, " {ticks}")?,
                None => f.write_str(" -")?,
            }
        }
        write!(f, " {}", self.midnights)
    }
}

/// The clock of a source about which nothing is known yet.
impl Default for Clock {
    fn default() -> Clock {
        Clock::new(None, None, None)
    }
}

impl Clock {
    pub(crate) fn new(
        zone: Option<Zone>,
        first_date: Option<Date>,
        forced_order: Option<DateOrder>,
    ) -> Clock {
        Clock {
            zone,
            first_date,
            forced_order,
            orders: DateOrders::ANY,
            dates: 0,
            earliest: None,
            previous: None,
            midnights: 0,
            steps_back: 0,
            order_only: 0,
            hours_lost: 0,
            unknown_marker: None,
            first: None,
            last: EventTime::default(),
        }
    }

    /// Observes the time texts of the next event, in the order of the capture.
    pub(crate) fn observe(
        &mut self,
        time_of_day: Option<&str>,
        date_and_time: Option<&str>,
    ) -> EventTime {
        let time = self.observe_texts(time_of_day, date_and_time);
        self.note(time)
    }

    /// Observes the times of `events` events, of which the last one is given. They follow
    /// each other without going back and without a change of date.
    pub(crate) fn observe_last_of(
        &mut self,
        events: u64,
        time_of_day: Option<&str>,
        date_and_time: Option<&str>,
    ) {
        let before = self.dates;
        self.observe(time_of_day, date_and_time);
        if self.dates > before {
            self.dates = before + events;
        }
    }

    /// Observes the time of the next event if it differs from that of `other` only in the
    /// fraction of the second. `ticks` counts since midnight.
    pub(super) fn observe_like(&mut self, other: EventTime, ticks: i64) -> EventTime {
        let said = match other.said {
            Said::DateAndTime(_, date) => {
                self.dates += 1;
                Said::DateAndTime(ticks, date)
            }
            _ => Said::Time(ticks),
        };
        self.count_midnight(ticks);
        self.note(EventTime { said, midnights: self.midnights, ..other })
    }

    fn note(&mut self, time: EventTime) -> EventTime {
        self.first.get_or_insert(time);
        self.last = time;
        time
    }

    fn observe_texts(
        &mut self,
        time_of_day: Option<&str>,
        date_and_time: Option<&str>,
    ) -> EventTime {
        let date = date_and_time.and_then(WrittenDate::split);
        if let Some((date, _)) = date {
            self.dates += 1;
            self.orders = self.orders.and(date.orders());
        }
        let in_date = date.map(|(_, rest)| rest).filter(|rest| !rest.is_empty());
        let text = time_of_day.filter(|text| !text.is_empty()).or(in_date);
        let (ticks, whole_seconds) = match text.and_then(parse_time_of_day) {
            Some(TimeText::Known { ticks, whole_seconds }) => (ticks, whole_seconds),
            other => {
                if matches!(other, Some(TimeText::HourLost)) {
                    self.hours_lost += 1;
                }
                if let Some(TimeText::UnknownHalf { marker }) = other {
                    self.unknown_marker.get_or_insert_with(|| marker.to_string());
                }
                self.order_only += 1;
                return EventTime::default();
            }
        };
        self.count_midnight(ticks);
        let said = match date {
            Some((date, _)) => Said::DateAndTime(ticks, date),
            None => Said::Time(ticks),
        };
        EventTime { said, midnights: self.midnights, whole_seconds }
    }

    /// Observes the time of the next event of a capture that stores ticks since 1601.
    pub(crate) fn observe_instant(&mut self, ticks: i64) -> EventTime {
        self.note(EventTime { said: Said::Instant(ticks), ..EventTime::default() })
    }

    /// Observes a date in another text of an event, which can show the order of day and
    /// month.
    pub(crate) fn observe_date(&mut self, text: &str) {
        if let Some((date, _)) = WrittenDate::split(text) {
            let orders = self.orders.and(date.orders());
            // A date in a Detail text can be damaged, so it may narrow the possible
            // orders, but never exclude all of them.
            if !orders.is_empty() {
                self.orders = orders;
            }
        }
    }

    /// The clock as it was before the first event.
    pub(crate) fn before_first_event(&self) -> Clock {
        Clock::new(self.zone.clone(), self.first_date, self.forced_order)
    }

    /// A clock for a later section of the capture. [`Clock::append`] combines the two.
    /// That is exact once dates in Detail are not needed any more; see
    /// [`Clock::wants_dates`].
    pub(crate) fn of_section(&self) -> Clock {
        Clock { orders: self.orders, ..self.before_first_event() }
    }

    /// Adds what the clock of the next section has observed. Returns how many midnights
    /// there are between the first event and that section.
    pub(crate) fn append(&mut self, section: &Clock) -> u32 {
        if let Some(ticks) = section.earliest {
            self.count_midnight(ticks);
        }
        let before = self.midnights;
        if let Some(first) = section.first {
            self.first.get_or_insert(first.after_midnights(before));
            self.last = section.last.after_midnights(before);
        }
        self.previous = section.previous.or(self.previous);
        self.midnights = self.midnights.saturating_add(section.midnights);
        self.steps_back += section.steps_back;
        self.dates += section.dates;
        self.orders = self.orders.and(section.orders);
        self.order_only += section.order_only;
        self.hours_lost += section.hours_lost;
        if self.unknown_marker.is_none() {
            self.unknown_marker.clone_from(&section.unknown_marker);
        }
        before
    }

    /// What the times of later events depend on.
    pub(crate) fn state(&self) -> ClockState {
        let Clock { orders, dates, earliest, previous, midnights, .. } = *self;
        ClockState { orders, dates, earliest, previous, midnights }
    }

    /// Takes over what was seen of earlier events.
    pub(crate) fn resume(&mut self, state: ClockState) {
        let ClockState { orders, dates, earliest, previous, midnights } = state;
        (self.orders, self.dates, self.midnights) = (orders, dates, midnights);
        (self.earliest, self.previous) = (earliest, previous);
    }

    /// Whether there are dates whose order of day and month is not known yet.
    pub(crate) fn wants_dates(&self) -> bool {
        self.dates > 0 && self.date_order().is_none() && !self.orders.is_empty()
    }

    fn count_midnight(&mut self, ticks: i64) {
        if let Some(previous) = self.previous
            && ticks < previous
        {
            // If the time goes back by more than half a day, midnight has passed. If it
            // goes back by less, the clock was set, or events were logged out of order.
            if previous - ticks > TICKS_PER_DAY / 2 {
                self.midnights = self.midnights.saturating_add(1);
            } else {
                self.steps_back += 1;
            }
        }
        self.previous = Some(ticks);
        self.earliest.get_or_insert(ticks);
    }

    /// The meaning of an event's time, by what is known so far.
    pub fn resolve(&self, time: &EventTime) -> Option<Timestamp> {
        let stamp = match time.said {
            Said::Nothing => return None,
            Said::DateAndTime(ticks, date) => {
                match self.order_of(date).and_then(|order| date.read(order)) {
                    Some(date) => self.local(date.ticks().saturating_add(ticks), TimeQuality::Full),
                    None => self.without_date(ticks, time.midnights, TimeQuality::DateAmbiguous),
                }
            }
            Said::Time(ticks) => self.without_date(ticks, time.midnights, TimeQuality::TimeOnly),
            Said::Instant(ticks) => self.at(ticks),
        };
        Some(if time.whole_seconds { stamp.in_whole_seconds() } else { stamp })
    }

    /// Whether [`Clock::resolve`] says the same of every time that the other clock says of it. So an
    /// older copy can stand for a clock that has learned nothing about dates since.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// // The second date cannot be the 25th month.
    /// let csv = "\"Date & Time\",\"Process Name\"\r\n\
    ///            \"3/4/2026 7:00:00 AM\",\"a.exe\"\r\n\
    ///            \"3/25/2026 7:00:01 AM\",\"a.exe\"\r\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let mut event = Event::default();
    /// assert!(capture.read_event(&mut event)?);
    /// let clock = capture.clock().clone();
    /// assert!(capture.read_event(&mut event)?);
    /// assert!(!clock.resolves_as(capture.clock()));
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn resolves_as(&self, other: &Clock) -> bool {
        self.date_order() == other.date_order()
            && self.first_date == other.first_date
            && self.zone == other.zone
    }

    /// The order of a date of the capture. One that the caller has given does not count for
    /// a date that cannot be read in it.
    fn order_of(&self, date: WrittenDate) -> Option<DateOrder> {
        self.date_order().and_then(|order| date.order_among(Some(order)))
    }

    /// Every meaning that an event's time can have, by what is known so far: one for each
    /// order of day, month and year that is still possible, with that order. Empty if the
    /// event has no usable time.
    ///
    /// An event of one capture is certainly earlier than an event of another if each of
    /// its possible times is earlier than each of the other's.
    ///
    /// ```
    /// use procmonkey_parser::{Event, Input, ReadOptions};
    ///
    /// let csv = "\"Date & Time\",\"Operation\"\n\"3/4/2026 6:59:13 PM\",\"ReadFile\"\n";
    /// let mut input = Input::from_reader("mine.csv", csv.as_bytes(), &ReadOptions::new())?;
    /// let mut capture = input.next_capture().expect("one capture")?;
    /// let mut event = Event::default();
    /// capture.read_event(&mut event)?;
    /// let readings = capture.clock().readings(event.time());
    /// let texts: Vec<String> = readings.iter().map(|(_, time)| time.to_string()).collect();
    /// assert_eq!(texts, ["2026-04-03T18:59:13", "2026-03-04T18:59:13"]);
    /// # Ok::<(), procmonkey_parser::Error>(())
    /// ```
    pub fn readings(&self, time: &EventTime) -> Vec<(Option<DateOrder>, Timestamp)> {
        let Said::DateAndTime(ticks, date) = time.said else {
            return self.resolve(time).map(|stamp| (None, stamp)).into_iter().collect();
        };
        let possible = |order: DateOrder| {
            let ticks = date.read(order)?.ticks().saturating_add(ticks);
            let stamp = self.local(ticks, TimeQuality::DateAmbiguous);
            Some((Some(order), if time.whole_seconds { stamp.in_whole_seconds() } else { stamp }))
        };
        match self.date_order() {
            Some(_) => self.resolve(time).map(|stamp| (None, stamp)).into_iter().collect(),
            None => self.orders.and(date.orders()).iter().filter_map(possible).collect(),
        }
    }

    /// The time of an instant, given in ticks since 1601 UTC, in the zone of the capture
    /// if the caller gave one.
    pub fn at(&self, utc_ticks: i64) -> Timestamp {
        let offset = self.zone.as_ref().map(|zone| zone.offset_at(utc_ticks));
        Timestamp::new(utc_ticks, TimeBase::Utc, TimeQuality::Full).with_offset(offset)
    }

    /// How well the time of an event is known.
    pub fn quality(&self, time: &EventTime) -> TimeQuality {
        self.resolve(time).map_or(TimeQuality::OrderOnly, Timestamp::quality)
    }

    fn without_date(&self, ticks: i64, midnights: u32, quality: TimeQuality) -> Timestamp {
        let ticks = ticks.saturating_add(i64::from(midnights).saturating_mul(TICKS_PER_DAY));
        match self.first_date {
            Some(date) => self.local(date.ticks().saturating_add(ticks), TimeQuality::DateInferred),
            None => Timestamp::new(ticks, TimeBase::FirstDay, quality),
        }
    }

    fn local(&self, ticks: i64, quality: TimeQuality) -> Timestamp {
        let offset = self.zone.as_ref().and_then(|zone| zone.offset_at_local(ticks));
        Timestamp::new(ticks, TimeBase::Local, quality).with_offset(offset)
    }

    /// The order of the capture's dates; `None` if it is not known.
    pub fn date_order(&self) -> Option<DateOrder> {
        self.forced_order.or_else(|| self.orders.single())
    }

    /// The orders in which all dates so far can be read: none if there was no date or the
    /// dates contradict each other, several if the order is not known.
    pub fn possible_orders(&self) -> Vec<DateOrder> {
        match (self.dates, self.forced_order) {
            (0, _) => Vec::new(),
            (_, Some(order)) => vec![order],
            (_, None) => self.orders.iter().collect(),
        }
    }

    /// The time of the first event; `None` if there was none.
    pub fn first_time(&self) -> Option<EventTime> {
        self.first
    }

    /// The time of the last event so far; `None` if there was none.
    pub fn last_time(&self) -> Option<EventTime> {
        self.first.map(|_| self.last)
    }

    /// How many events have a date.
    pub fn dates(&self) -> u64 {
        self.dates
    }

    /// How many midnights have passed: the time of day went back by more than twelve
    /// hours.
    pub fn midnights(&self) -> u32 {
        self.midnights
    }

    /// How often the time of day went back by less than twelve hours.
    pub fn steps_back(&self) -> u64 {
        self.steps_back
    }

    /// How many events have no usable time.
    pub fn order_only(&self) -> u64 {
        self.order_only
    }

    /// How many of those lost their hour in a spreadsheet (`47:57.9`).
    pub fn hours_lost(&self) -> u64 {
        self.hours_lost
    }

    /// A twelve-hour marker that no known locale uses, if there was one.
    pub fn unknown_marker(&self) -> Option<&str> {
        self.unknown_marker.as_deref()
    }

    /// The zone that the caller gave for the capture.
    pub fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::new(None, None, None)
    }

    #[test]
    fn the_whole_file_settles_the_date_order() {
        let mut clock = clock();
        let first = clock.observe(Some("1:00:00.0000000 AM"), Some("7/8/2020 1:00:00 AM"));
        assert_eq!(clock.quality(&first), TimeQuality::DateAmbiguous);
        clock.observe(Some("1:00:00.0000000 AM"), Some("7/31/2020 1:00:00 AM"));
        assert_eq!(clock.date_order(), Some(DateOrder::MonthDayYear));
        assert_eq!(clock.resolve(&first).unwrap().to_string(), "2020-07-08T01:00:00.0000000");
        assert_eq!(clock.quality(&first), TimeQuality::Full);
    }

    #[test]
    fn dates_in_a_detail_are_evidence_too() {
        let mut clock = clock();
        clock.observe(None, Some("10/12/2020 17:48:57"));
        assert!(clock.wants_dates());
        clock.observe_date("28/12/2020 17:48:57");
        assert_eq!(clock.date_order(), Some(DateOrder::DayMonthYear));
    }

    #[test]
    fn contradicting_dates_leave_the_order_open() {
        let mut clock = clock();
        let time = clock.observe(None, Some("13/01/2020 10:00:00"));
        clock.observe(None, Some("01/13/2020 10:00:00"));
        assert!(clock.possible_orders().is_empty());
        assert_eq!(clock.quality(&time), TimeQuality::DateAmbiguous);
    }

    #[test]
    fn midnight_is_a_jump_back_by_more_than_half_a_day() {
        let mut clock = clock();
        let before = clock.observe(Some("23:59:59.9999999"), None);
        let after = clock.observe(Some("00:00:00.0000001"), None);
        clock.observe(Some("00:00:00.0000000"), None);
        assert_eq!((clock.midnights(), clock.steps_back()), (1, 1));
        let (before, after) = (clock.resolve(&before).unwrap(), clock.resolve(&after).unwrap());
        assert_eq!(after.ticks_since(before), Some(2));
        assert_eq!(after.to_string(), "+1d 00:00:00.0000001");
    }

    #[test]
    fn sections_together_tell_what_the_whole_tells() {
        let times = [
            (Some("23:00:00.0"), None),
            (Some("47:57.9"), None),
            (Some("23:30:00.0"), Some("31/12/2020 23:30:00")),
            (Some("00:00:01.0"), Some("1/1/2021 00:00:01")),
            (None, None),
            (Some("00:00:00.5"), None),
            (Some("23:00:00.0 ?"), None),
            (Some("13:00:00.0"), None),
            (Some("00:00:02.0"), Some("2/1/2021 00:00:02")),
        ];
        let mut whole = clock();
        let want: Vec<_> = times.iter().map(|(time, date)| whole.observe(*time, *date)).collect();
        for (first, second) in
            (3..=times.len()).flat_map(|cut| (cut..=times.len()).map(move |end| (cut, end)))
        {
            let mut clock = clock();
            let mut found: Vec<_> =
                times[..first].iter().map(|(time, date)| clock.observe(*time, *date)).collect();
            assert!(!clock.wants_dates());
            for part in [first..second, second..times.len()] {
                let mut section = clock.of_section();
                let said: Vec<_> =
                    times[part].iter().map(|(time, date)| section.observe(*time, *date)).collect();
                let midnights = clock.append(&section);
                found.extend(said.into_iter().map(|time| time.after_midnights(midnights)));
            }
            let resolve = |times: &[EventTime], clock: &Clock| -> Vec<_> {
                times.iter().map(|time| clock.resolve(time)).collect()
            };
            assert_eq!(resolve(&found, &clock), resolve(&want, &whole), "{first} {second}");
            let facts = |clock: &Clock| {
                let times = (clock.first_time(), clock.last_time().and_then(|t| clock.resolve(&t)));
                let counts = [clock.steps_back, clock.dates, clock.order_only, clock.hours_lost];
                let orders = (clock.possible_orders(), clock.midnights, clock.previous);
                (times, counts, orders, clock.unknown_marker.clone())
            };
            assert_eq!(facts(&clock), facts(&whole), "{first} {second}");
        }
    }

    #[test]
    fn a_date_from_the_caller_is_marked_inferred() {
        let date = "2026-11-22".parse().unwrap();
        let mut clock = Clock::new(Some("+01:00".parse().unwrap()), Some(date), None);
        clock.observe(Some("23:00:00.0000000"), None);
        let time = clock.observe(Some("01:00:00.0000000"), None);
        assert_eq!(clock.quality(&time), TimeQuality::DateInferred);
        assert_eq!(clock.resolve(&time).unwrap().to_string(), "2026-11-23T01:00:00.0000000+01:00");
    }

    #[test]
    fn a_time_without_its_hour_is_order_only() {
        let mut clock = clock();
        let time = clock.observe(Some("47:57.9"), None);
        assert_eq!(clock.quality(&time), TimeQuality::OrderOnly);
        assert_eq!((clock.order_only(), clock.hours_lost()), (1, 1));
    }
}
