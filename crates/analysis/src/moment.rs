//! Moments of different captures, compared as far as their clocks allow.

use std::cmp::Ordering;

use procmonkey_parser::{
    Clock, DateOrder, EventTime, TICKS_PER_SECOND, TimeBase, Timestamp, WrittenTime,
};

/// How far a wall clock may be ahead of UTC, and how far behind it.
const MOST_AHEAD: i64 = 14 * 3600 * TICKS_PER_SECOND;
const MOST_BEHIND: i64 = 12 * 3600 * TICKS_PER_SECOND;

/// A moment, with every meaning that its text can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    readings: Vec<(Option<DateOrder>, Reading)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Ticks since 1601 UTC.
    Utc(i64),
    /// Ticks since 1601 on a wall clock whose zone is not known.
    Wall(i64),
}

impl Moment {
    /// The moment of an event, once its capture was read to its end. `None` when it has
    /// no date.
    pub(crate) fn of(clock: &Clock, time: &EventTime) -> Option<Moment> {
        let to_utc = |stamp: Timestamp| match stamp.base() {
            TimeBase::Utc => Some(Reading::Utc(stamp.ticks())),
            TimeBase::Local => {
                let ticks = stamp.ticks();
                let offset = clock.zone().and_then(|zone| zone.offset_at_local(ticks));
                Some(match offset {
                    Some(offset) => {
                        Reading::Utc(ticks.saturating_sub(i64::from(offset) * TICKS_PER_SECOND))
                    }
                    None => Reading::Wall(ticks),
                })
            }
            _ => None,
        };
        let readings = clock.readings(time).into_iter();
        let readings: Option<Vec<_>> =
            readings.map(|(order, stamp)| Some((order, to_utc(stamp)?))).collect();
        readings.filter(|readings| !readings.is_empty()).map(|readings| Moment { readings })
    }

    /// A moment that is known in UTC.
    pub(crate) fn utc(ticks: i64) -> Moment {
        Moment { readings: vec![(None, Reading::Utc(ticks))] }
    }

    /// A moment on a wall clock, as somebody wrote it down.
    pub(crate) fn written(text: &str) -> Option<Moment> {
        let readings = WrittenTime::readings(text).into_iter();
        let readings: Vec<_> =
            readings.map(|(order, ticks)| (Some(order), Reading::Wall(ticks))).collect();
        (!readings.is_empty()).then_some(Moment { readings })
    }

    /// Which of two moments is the earlier one, where every meaning that they can have
    /// says the same. Two texts that leave the order of day and month open are taken to
    /// be written in the same order.
    pub(crate) fn compare(&self, other: &Moment) -> Option<Ordering> {
        let mut found = None;
        for (own_order, own) in &self.readings {
            for (order, reading) in &other.readings {
                let both_open = self.readings.len() > 1 && other.readings.len() > 1;
                if both_open && own_order != order {
                    continue;
                }
                let ordering = own.compare(reading)?;
                if found.is_some_and(|found| found != ordering) {
                    return None;
                }
                found = Some(ordering);
            }
        }
        found
    }

    /// Whether one of its meanings is before so many ticks since 1601, on whichever clock.
    pub(crate) fn may_be_before(&self, ticks: i64) -> bool {
        self.readings.iter().any(|(_, reading)| match reading {
            Reading::Utc(own) | Reading::Wall(own) => *own < ticks,
        })
    }

    /// Whether there is an order of day and month in which all of them can be written.
    /// Moments that are known in UTC were not written.
    pub(crate) fn have_one_order<'m>(moments: impl Iterator<Item = &'m Moment>) -> bool {
        let mut common: Option<Vec<DateOrder>> = None;
        for moment in moments {
            let orders: Vec<DateOrder> =
                moment.readings.iter().filter_map(|(order, _)| *order).collect();
            if orders.is_empty() {
                continue;
            }
            let before = common.get_or_insert_with(|| orders.clone());
            before.retain(|order| orders.contains(order));
        }
        common.is_none_or(|orders| !orders.is_empty())
    }

    /// Whether it is certain that this moment is before the other one.
    pub(crate) fn is_before(&self, other: &Moment) -> bool {
        self.compare(other) == Some(Ordering::Less)
    }
}

impl Reading {
    fn compare(&self, other: &Reading) -> Option<Ordering> {
        match (*self, *other) {
            (Reading::Utc(own), Reading::Utc(other))
            | (Reading::Wall(own), Reading::Wall(other)) => Some(own.cmp(&other)),
            (Reading::Utc(own), Reading::Wall(other)) if own < other - MOST_AHEAD => {
                Some(Ordering::Less)
            }
            (Reading::Utc(own), Reading::Wall(other)) if own > other + MOST_BEHIND => {
                Some(Ordering::Greater)
            }
            (Reading::Utc(_), Reading::Wall(_)) => None,
            (Reading::Wall(_), Reading::Utc(_)) => other.compare(self).map(Ordering::reverse),
        }
    }
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Event, Input, ReadOptions, TICKS_PER_DAY};

    use super::*;

    /// The moment of one row with this date.
    fn dated(date: &str, options: &ReadOptions) -> Option<Moment> {
        let csv = format!("\"Date & Time\",\"Operation\"\n\"{date}\",\"ReadFile\"\n");
        let mut input = Input::from_reader("x.csv", csv.as_bytes(), options).unwrap();
        let mut capture = input.next_capture().unwrap().unwrap();
        let mut event = Event::default();
        assert!(capture.read_event(&mut event).unwrap());
        Moment::of(capture.clock(), event.time())
    }

    fn wall(date: &str) -> Moment {
        dated(date, &ReadOptions::new()).unwrap()
    }

    #[test]
    fn dates_are_compared_as_far_as_day_and_month_can_be_told() {
        use Ordering::{Equal, Greater, Less};
        for (one, other, want) in [
            ("3/5/2026 1:00:00 PM", "3/5/2026 2:00:00 PM", Some(Less)),
            ("3/5/2026 1:00:00 PM", "3/5/2026 1:00:00 PM", Some(Equal)),
            // Fifth of March or third of May, and the other way round: the same order.
            ("3/6/2026 1:00:00 PM", "3/5/2026 1:00:00 PM", Some(Greater)),
            // Sixth of February, or second of June; fifth of March, or third of May.
            ("2/6/2026 1:00:00 PM", "3/5/2026 1:00:00 PM", None),
            // There is no month 25: this is certain, and later than either reading.
            ("25.12.2026 13:00:00", "3/5/2026 1:00:00 PM", Some(Greater)),
            // Between the two readings.
            ("15.04.2026 13:00:00", "3/5/2026 1:00:00 PM", None),
        ] {
            assert_eq!(wall(one).compare(&wall(other)), want, "{one} and {other}");
            let reverse = want.map(Ordering::reverse);
            assert_eq!(wall(other).compare(&wall(one)), reverse, "{other} and {one}");
        }
        assert!(dated("1:00:00 PM", &ReadOptions::new()).is_none());
    }

    #[test]
    fn a_wall_clock_and_utc_are_compared_where_any_zone_gives_the_same() {
        let noon = "2026-03-05 12:00:00";
        let berlin = ReadOptions::new().zone("+01:00".parse().unwrap());
        let Moment { readings } = dated(noon, &berlin).unwrap();
        let [(_, Reading::Utc(eleven))] = readings[..] else { panic!("{readings:?}") };
        let hour = TICKS_PER_DAY / 24;
        for (hours, want) in [
            (-14, Some(Ordering::Less)),
            (-12, None),
            (0, None),
            (12, None),
            (14, Some(Ordering::Greater)),
        ] {
            // The wall clock shows an hour more than UTC had.
            let utc = Moment::utc(eleven + hours * hour);
            assert_eq!(utc.compare(&wall(noon)), want, "{hours}");
            let ordering = utc.compare(&dated(noon, &berlin).unwrap());
            assert_eq!(ordering, Some(hours.cmp(&0)), "{hours}");
        }
    }
}
