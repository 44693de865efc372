//! Reads the time of an event faster if it began in the same second as the previous
//! event.
//!
//! How this fits together with other such helpers is described in `time/mod.rs`.

use std::ops::Range;

use super::{Clock, EventTime};

/// The time texts of the last event, and their meaning. Of the next event often only the
/// fraction of the second has to be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct SameSecondCache {
    /// The time of that event; `None` if it cannot be used for the next one.
    said: Option<EventTime>,
    time: Vec<u8>,
    date: Option<Vec<u8>>,
    /// The range in `time` of the digits of the fraction.
    digits: Range<usize>,
    /// Ticks since midnight at the beginning of the second.
    second: i64,
    /// How many ticks the last digit stands for.
    unit: i64,
}

/// The most digits of a fraction; the last one stands for one tick.
const DIGITS: usize = 7;

impl SameSecondCache {
    /// Lets the clock observe the time texts of the next event.
    pub(crate) fn observe(
        &mut self,
        clock: &mut Clock,
        time: Option<&[u8]>,
        date: Option<&[u8]>,
    ) -> EventTime {
        if let Some(said) = self.said
            && let Some(fraction) = time.and_then(|time| self.fraction(time))
            && self.date.as_deref() == date
        {
            return clock.observe_like(said, self.second + fraction * self.unit);
        }
        let [time_text, date_text] = [time, date].map(|bytes| bytes.map(String::from_utf8_lossy));
        let said = clock.observe(time_text.as_deref(), date_text.as_deref());
        self.remember(said, time, date);
        said
    }

    /// The fraction of the second in ticks, if everything else is equal to the previous
    /// time.
    #[inline]
    fn fraction(&self, time: &[u8]) -> Option<i64> {
        if time.len() != self.time.len() {
            return None;
        }
        let (before, rest) = time.split_at_checked(self.digits.start)?;
        let (digits, behind) = rest.split_at_checked(self.digits.len())?;
        if before != &self.time[..self.digits.start] || behind != &self.time[self.digits.end..] {
            return None;
        }
        let mut number = 0;
        for digit in digits {
            let digit = digit.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + i64::from(digit);
        }
        Some(number)
    }

    fn remember(&mut self, said: EventTime, time: Option<&[u8]>, date: Option<&[u8]>) {
        self.said = None;
        let (Some(time), Some(ticks)) = (time, said.ticks_with_fraction()) else { return };
        // The last number of such a time is the fraction.
        let Some(last) = time.iter().rposition(u8::is_ascii_digit) else { return };
        let start = time[..last].iter().rposition(|byte| !byte.is_ascii_digit());
        self.digits = start.map_or(0, |start| start + 1)..last + 1;
        if self.digits.len() > DIGITS {
            return;
        }
        self.unit = (self.digits.len()..DIGITS).fold(1, |unit, _| unit * 10);
        self.time.clear();
        self.time.extend_from_slice(time);
        self.date = date.map(<[u8]>::to_vec);
        let Some(fraction) = self.fraction(time) else { return };
        self.second = ticks - fraction * self.unit;
        self.said = Some(said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_learns_what_it_learns_from_whole_texts() {
        let times = [
            "3:58:46.6882889 PM",
            "3:58:46.6882890 PM",
            "3:58:46.6882888 PM",
            "3:58:46.668 PM",
            "3:58:46.669 PM",
            "3:58:46.66\u{e9} PM",
            "3:58:46.123456789 PM",
            "3:58:46.123456780 PM",
            "3:58:46.688288: PM",
            "3:58:46.6882889 AM",
            "3:58:46.6882887 AM",
            "3:58:46 AM",
            "3:58:47 AM",
            "20:38:31,9788133",
            "20:38:31,9788134",
            "20:38:31.9788134",
            "上午 01:09:44.8222664",
            "上午 01:09:44.8222665",
            "1:02:03.0000000 xyz",
            "1:02:03.0000001 xyz",
            "47:57.9",
            "",
        ];
        let dates = ["7/8/2020 3:58:46 PM", "7/9/2020 3:58:46 PM", "13/1/2020 0:00:00", "x", ""];
        let texts = |number: usize| {
            let time = times.get(number % 23).copied();
            (time, dates.get(number / 23 % 6).copied())
        };
        let mut random = 9u64;
        for _ in 0..300 {
            let mut slow = Clock::new(None, None, None);
            let (mut quick, mut recent) = (slow.clone(), SameSecondCache::default());
            let (mut number, mut were_quick) = (0, 0);
            for _ in 0..60 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Mostly close to the previous one.
                number = match random >> 60 {
                    0 => (random >> 33) as usize,
                    step => number + (step % 3) as usize,
                };
                let (time, date) = texts(number);
                let bytes = [time, date].map(|text| text.map(str::as_bytes));
                were_quick += usize::from(bytes[0].is_some_and(|t| recent.fraction(t).is_some()));
                let found = recent.observe(&mut quick, bytes[0], bytes[1]);
                assert_eq!(found, slow.observe(time, date), "{time:?} {date:?}");
                assert_eq!(format!("{quick:?}"), format!("{slow:?}"), "{time:?} {date:?}");
            }
            assert!(were_quick > 0);
        }
    }
}
