//! Zones of the IANA database, which are known with the feature `tz`.

#[cfg(feature = "tz")]
pub(super) use database::NamedZone;
#[cfg(not(feature = "tz"))]
pub(super) use no_database::NamedZone;

#[cfg(feature = "tz")]
mod database {
    use chrono::{MappedLocalTime, NaiveDateTime, NaiveTime, Offset, TimeZone};

    use crate::time::{Date, TICKS_PER_DAY, TICKS_PER_SECOND};

    /// A zone of the database.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(in crate::time) struct NamedZone(chrono_tz::Tz);

    impl NamedZone {
        /// What else a zone can be written as, beside UTC.
        pub(in crate::time) const OTHERS: &'static str =
            "an offset such as +02:00, or a name such as Europe/Berlin";

        pub(in crate::time) fn find(name: &str) -> Option<NamedZone> {
            let all = chrono_tz::TZ_VARIANTS.iter();
            all.copied().find(|zone| zone.name().eq_ignore_ascii_case(name)).map(NamedZone)
        }

        pub(in crate::time) fn name(&self) -> &str {
            self.0.name()
        }

        /// Seconds east of UTC at an instant.
        pub(in crate::time) fn offset_at(&self, utc_ticks: i64) -> i32 {
            naive(utc_ticks)
                .map_or(0, |naive| self.0.offset_from_utc_datetime(&naive).fix().local_minus_utc())
        }

        /// Seconds east of UTC for a reading of the local clock.
        pub(in crate::time) fn offset_at_local(&self, local_ticks: i64) -> Option<i32> {
            match self.0.offset_from_local_datetime(&naive(local_ticks)?) {
                MappedLocalTime::Single(offset) => Some(offset.fix().local_minus_utc()),
                MappedLocalTime::Ambiguous(..) | MappedLocalTime::None => None,
            }
        }
    }

    /// The clock reading of a number of ticks since 1601, for zone rules.
    fn naive(ticks: i64) -> Option<NaiveDateTime> {
        let date = Date::from_days(ticks.div_euclid(TICKS_PER_DAY))?.naive();
        let seconds = ticks.rem_euclid(TICKS_PER_DAY) / TICKS_PER_SECOND;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?, 0)?;
        Some(date.and_time(time))
    }
}

#[cfg(not(feature = "tz"))]
mod no_database {
    /// There is none.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(in crate::time) enum NamedZone {}

    impl NamedZone {
        /// What else a zone can be written as, beside UTC.
        pub(in crate::time) const OTHERS: &'static str = "or an offset such as +02:00; names of \
             zones are not known, because this program was built without the feature `tz`";

        pub(in crate::time) fn find(_name: &str) -> Option<NamedZone> {
            None
        }

        pub(in crate::time) fn name(&self) -> &str {
            match *self {}
        }

        pub(in crate::time) fn offset_at(&self, _utc_ticks: i64) -> i32 {
            match *self {}
        }

        pub(in crate::time) fn offset_at_local(&self, _local_ticks: i64) -> Option<i32> {
            match *self {}
        }
    }
}
