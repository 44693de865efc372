//! Times of events, as far as they are known.

use procmonkey_parser::{
    Clock, Event, TICKS_PER_SECOND, TimeBase, TimeQuality, Timestamp, UNIX_EPOCH_TICKS,
};

use crate::row::Refusal;

/// The time of an event as text. The text of one event serves the next one in the same second, of
/// which only the fraction differs.
#[derive(Debug, Default)]
pub(crate) struct MomentText {
    /// `None` before the first one.
    key: Option<SecondKey>,
    text: String,
    /// Where the seven digits of the fraction stand, if there are any.
    fraction: Option<usize>,
    is_rfc_3339: bool,
}

/// What is known of the time of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment<'t> {
    /// RFC 3339, with an offset from UTC.
    Absolute(&'t str),
    /// What a clock showed: a date and a time without a zone, or a time of day.
    Shown(&'t str),
    /// Nothing but the order of the events.
    Unknown,
}

impl MomentText {
    /// Forgets the last event: the next one is of another capture.
    pub(crate) fn forget(&mut self) {
        self.key = None;
    }

    /// The time of an event, and how well it is known.
    pub(crate) fn of(&mut self, event: &Event, clock: &Clock) -> (Moment<'_>, TimeQuality) {
        let Some(time) = clock.resolve(event.time()) else {
            return (Moment::Unknown, TimeQuality::OrderOnly);
        };
        self.set(time);
        let moment = match self.is_rfc_3339 {
            true => Moment::Absolute(&self.text),
            false => Moment::Shown(&self.text),
        };
        (moment, time.quality())
    }

    /// The seven digits of the fraction of the second, where the rest of the text is that of the event
    /// before.
    pub(crate) fn digits_in_same_second(&self, event: &Event, clock: &Clock) -> Option<[u8; 7]> {
        self.fraction?;
        let time = clock.resolve(event.time())?;
        (self.key == Some(key_of(time))).then(|| fraction_digits(time))
    }

    fn set(&mut self, time: Timestamp) {
        let key = key_of(time);
        if self.key == Some(key) {
            if let Some(place) = self.fraction {
                let digits = fraction_digits(time);
                let digits = std::str::from_utf8(&digits).unwrap_or_default();
                self.text.replace_range(place..place + 7, digits);
            }
            return;
        }
        self.key = Some(key);
        self.text = time.to_string();
        self.fraction = self.text.find('.').map(|point| point + 1);
        // A damaged time can be in a year that RFC 3339 has no place for.
        let has_year = self
            .text
            .as_bytes()
            .get(..5)
            .is_some_and(|year| year[..4].iter().all(u8::is_ascii_digit) && year[4] == b'-');
        self.is_rfc_3339 = has_year && time.utc_ticks().is_some();
    }
}

/// What the text of a time depends on, but for its fraction.
type SecondKey = (i64, TimeBase, TimeQuality, bool);

fn key_of(time: Timestamp) -> SecondKey {
    let second = time.ticks().div_euclid(TICKS_PER_SECOND);
    (second, time.base(), time.quality(), time.is_in_whole_seconds())
}

fn fraction_digits(time: Timestamp) -> [u8; 7] {
    let mut digits = [b'0'; 7];
    let mut rest = time.ticks().rem_euclid(TICKS_PER_SECOND) as u32;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    digits
}

/// The time of an event in UTC, in ticks since 1601; `None` where nothing but its place among the
/// others is known.
///
/// # Errors
/// When it has a time whose date or zone is not known.
pub(crate) fn absolute(event: &Event, clock: &Clock) -> Result<Option<i64>, Refusal> {
    let Some(time) = clock.resolve(event.time()) else { return Ok(None) };
    if let Some(ticks) = time.utc_ticks() {
        return Ok(Some(ticks));
    }
    Err(match (time.base(), time.quality(), clock.zone()) {
        (_, TimeQuality::DateAmbiguous, _) => Refusal::NoDateOrder,
        (TimeBase::FirstDay, _, None) => Refusal::NoDateAndZone,
        (TimeBase::FirstDay, _, Some(_)) => Refusal::NoDate,
        _ => Refusal::NoZone,
    })
}

/// What is to be said of events that are left out because [`absolute`] gives no time.
pub(crate) fn without_time(count: u64) -> Option<String> {
    (count > 0).then(|| format!("left out, because they have no time: {count} of the events"))
}

/// A time in UTC as text: RFC 3339 in steps of 100 ns.
pub(crate) fn utc_text(ticks: i64) -> String {
    Timestamp::utc(ticks).to_string()
}

/// Microseconds since 1970.
pub(crate) fn unix_microseconds(ticks: i64) -> i64 {
    ticks.saturating_sub(UNIX_EPOCH_TICKS).div_euclid(10)
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Input, ReadOptions};

    #[test]
    fn unix_time_counts_from_1970() {
        assert_eq!(unix_microseconds(116_444_736_000_000_000), 0);
        // 2020-07-31T23:28:19.5410453Z, counted by hand: 1,596,238,099 seconds.
        let time = Timestamp::utc(132_407_116_995_410_453);
        assert_eq!(time.to_string(), "2020-07-31T23:28:19.5410453Z");
        assert_eq!(unix_microseconds(time.ticks()), 1_596_238_099_541_045);
        assert_eq!(unix_microseconds(116_444_735_999_999_999), -1);
    }

    use super::*;

    /// The times of a CSV with these rows, as they are written and one by one.
    fn times(csv: &str, options: &ReadOptions) -> Vec<(String, TimeQuality)> {
        let mut input = Input::from_reader("x", csv.as_bytes(), options).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let (mut text, mut found) = (MomentText::default(), Vec::new());
        let mut event = Event::default();
        while capture.read_event(&mut event).expect("it is read") {
            let (moment, quality) = text.of(&event, capture.clock());
            found.push((format!("{moment:?}"), quality));
        }
        found
    }

    #[test]
    fn a_time_says_as_much_as_is_known() {
        let csv = "\"Time of Day\",\"Operation\"\r\n\
                   \"18:59:13.0390001\",\"a\"\r\n\
                   \"18:59:13.9999999\",\"b\"\r\n\
                   \"18:59:14.0000000\",\"c\"\r\n\
                   \"47:57.9\",\"d\"\r\n";
        let shown = |text: &str| (format!("Shown({text:?})"), TimeQuality::TimeOnly);
        let found = times(csv, &ReadOptions::new());
        assert_eq!(found[0], shown("18:59:13.0390001"));
        assert_eq!(found[1], shown("18:59:13.9999999"));
        assert_eq!(found[2], shown("18:59:14.0000000"));
        assert_eq!(found[3], ("Unknown".to_string(), TimeQuality::OrderOnly));
        let dated = ReadOptions::new().date("2026-03-05".parse().expect("a date"));
        let found = times(csv, &dated);
        assert_eq!(
            found[1],
            ("Shown(\"2026-03-05T18:59:13.9999999\")".to_string(), TimeQuality::DateInferred)
        );
        let zoned = dated.zone("+05:30".parse().expect("a zone"));
        let found = times(csv, &zoned);
        let want = "Absolute(\"2026-03-05T18:59:14.0000000+05:30\")".to_string();
        assert_eq!(found[2], (want, TimeQuality::DateInferred));
    }
}
