//! The place of a fact from outside on the timeline of a capture.

use procmonkey_parser::{
    Clock, TICKS_PER_DAY, TICKS_PER_SECOND, TimeBase, Timestamp, WrittenTime, Zone,
};

use crate::report::Placed;
use crate::witness::{WitnessClock, WitnessTime};

/// How far outside a capture a fact may lie and still be of the same incident.
const SLACK: i64 = 600 * TICKS_PER_SECOND;

/// The clock of a capture that was read to its end.
#[derive(Clone, Debug)]
pub(crate) struct CaptureClock {
    pub(crate) clock: Clock,
    /// First and last event, where their times are known.
    pub(crate) span: Option<(Timestamp, Timestamp)>,
    /// The steps of the timeline: event and time.
    pub(crate) steps: Vec<(u64, Timestamp)>,
}

/// Why a fact has no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unplaced {
    /// The clocks cannot be compared.
    Unknown(String),
    /// It happened long before or after every capture.
    Outside(String),
}

impl Unplaced {
    pub(crate) fn reason(&self) -> &str {
        match self {
            Unplaced::Unknown(reason) | Unplaced::Outside(reason) => reason,
        }
    }
}

/// The place of a time: within the first capture that it fits, with ten minutes
/// on either side.
pub(crate) fn place(
    time: Option<&WitnessTime>,
    captures: &[CaptureClock],
) -> Result<Placed, Unplaced> {
    let Some(time) = time else { return Err(unknown("it does not say when it happened")) };
    let mut why = None;
    for (index, capture) in captures.iter().enumerate() {
        match place_in(time, index, capture) {
            Ok(placed) => return Ok(placed),
            // That it lies outside says more than that a clock is not known.
            Err(Unplaced::Unknown(_)) if why.is_some() => {}
            Err(reason) => why = Some(reason),
        }
    }
    Err(why.unwrap_or_else(|| unknown("there is no capture to compare it with")))
}

fn unknown(reason: impl Into<String>) -> Unplaced {
    Unplaced::Unknown(reason.into())
}

fn place_in(time: &WitnessTime, index: usize, capture: &CaptureClock) -> Result<Placed, Unplaced> {
    let Some((first, last)) = capture.span else {
        return Err(unknown("the capture has no times"));
    };
    let Moment { ticks, assumption } = find(time, capture, first)?;
    if ticks < first.ticks().saturating_sub(SLACK) {
        let distance = distance(first.ticks().saturating_sub(ticks));
        return Err(Unplaced::Outside(format!("it happened {distance} before the capture")));
    }
    if ticks > last.ticks().saturating_add(SLACK) {
        let distance = distance(ticks.saturating_sub(last.ticks()));
        return Err(Unplaced::Outside(format!("it happened {distance} after the capture")));
    }
    let after = capture.steps.iter().rfind(|(_, step)| step.ticks() <= ticks);
    Ok(Placed {
        capture: index,
        after_event: after.map(|(event, _)| *event),
        time: Some(first.later_by(ticks.saturating_sub(first.ticks())).to_string()),
        seconds: ticks.saturating_sub(first.ticks()) as f64 / TICKS_PER_SECOND as f64,
        assumption,
    })
}

/// Ticks on the base of the capture, and what was assumed.
struct Moment {
    ticks: i64,
    assumption: Option<String>,
}

impl Moment {
    fn sure(ticks: i64) -> Moment {
        Moment { ticks, assumption: None }
    }
}

/// A time, as far as its own text shows it.
enum ReadTime {
    Utc(i64),
    Local(i64),
    OfDay(i64),
}

fn find(time: &WitnessTime, capture: &CaptureClock, first: Timestamp) -> Result<Moment, Unplaced> {
    let zone = capture.clock.zone();
    let read_time = read_time(time, &capture.clock)?;
    match (first.base(), read_time, zone) {
        (TimeBase::Utc, ReadTime::Utc(ticks), _) | (TimeBase::Local, ReadTime::Local(ticks), _) => {
            Ok(Moment::sure(ticks))
        }
        (TimeBase::Utc, ReadTime::Local(ticks), Some(zone)) => {
            utc_of(zone, ticks).map(Moment::sure)
        }
        (TimeBase::Utc, ReadTime::OfDay(ticks), Some(zone)) => {
            let near = zone.local_ticks(first.ticks());
            utc_of(zone, on_day_near(ticks, near)).map(Moment::sure)
        }
        (TimeBase::Local, ReadTime::Utc(ticks), Some(zone)) => {
            Ok(Moment::sure(zone.local_ticks(ticks)))
        }
        (TimeBase::Local | TimeBase::FirstDay, ReadTime::OfDay(ticks), _) => {
            Ok(Moment::sure(on_day_near(ticks, first.ticks())))
        }
        (TimeBase::FirstDay, ReadTime::Local(ticks), _) => Ok(same_day(ticks, first)),
        (TimeBase::FirstDay, ReadTime::Utc(ticks), Some(zone)) => {
            Ok(same_day(zone.local_ticks(ticks), first))
        }
        (_, ReadTime::Utc(_), None) => Err(unknown(
            "its time is in UTC, and the capture does not show its time zone; --tz supplies it",
        )),
        (_, ReadTime::Local(_) | ReadTime::OfDay(_), None) => Err(unknown(
            "its time is that of a wall clock, and the capture counts in UTC; --tz supplies the zone",
        )),
        // Bases that later versions may add.
        _ => Err(unknown("the clocks cannot be compared")),
    }
}

fn read_time(time: &WitnessTime, clock: &Clock) -> Result<ReadTime, Unplaced> {
    if let Some(ticks) = time.ticks {
        return Ok(match time.clock {
            WitnessClock::Utc => ReadTime::Utc(ticks),
            WitnessClock::Local | WitnessClock::Unknown => ReadTime::Local(ticks),
        });
    }
    match clock.read_written(&time.text) {
        Some(WrittenTime::DateAndTime(ticks)) => Ok(ReadTime::Local(ticks)),
        Some(WrittenTime::TimeOfDay(ticks)) => Ok(ReadTime::OfDay(ticks)),
        Some(WrittenTime::AmbiguousDate) => {
            Err(unknown("its date can be read in more than one way; --date-order settles it"))
        }
        _ => Err(unknown(format!("its time `{}` cannot be compared", time.text))),
    }
}

fn utc_of(zone: &Zone, local: i64) -> Result<i64, Unplaced> {
    match zone.offset_at_local(local) {
        Some(offset) => Ok(local.saturating_sub(i64::from(offset) * TICKS_PER_SECOND)),
        None => Err(unknown("its time occurs twice, or never, in this time zone")),
    }
}

/// The moment with this time of day that is nearest to another.
fn on_day_near(of_day: i64, near: i64) -> i64 {
    let midnight = near.saturating_sub(near.rem_euclid(TICKS_PER_DAY));
    let same_day = midnight.saturating_add(of_day);
    let half = TICKS_PER_DAY / 2;
    match same_day.saturating_sub(near) {
        ahead if ahead > half => same_day.saturating_sub(TICKS_PER_DAY),
        behind if behind < -half => same_day.saturating_add(TICKS_PER_DAY),
        _ => same_day,
    }
}

/// A capture without dates: only the time of day can be compared.
fn same_day(ticks: i64, first: Timestamp) -> Moment {
    Moment {
        ticks: on_day_near(ticks.rem_euclid(TICKS_PER_DAY), first.ticks()),
        assumption: Some("the capture has no dates and is taken to be of the same day".into()),
    }
}

fn distance(ticks: i64) -> String {
    let minutes = ticks / TICKS_PER_SECOND / 60;
    match minutes {
        0..120 => format!("{minutes} minutes"),
        120..2880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Event, Input, ReadOptions};

    use super::*;

    /// The clock of a capture of two rows, ten seconds apart.
    fn clock(header: &str, times: [&str; 2], options: ReadOptions) -> CaptureClock {
        let text = format!(
            "\"{header}\",\"Operation\",\"Path\"\n\"{}\",\"a\",\"b\"\n\"{}\",\"a\",\"b\"\n",
            times[0], times[1]
        );
        let mut input = Input::from_reader("x.csv", text.as_bytes(), &options).unwrap();
        let mut capture = input.next_capture().unwrap().unwrap();
        let (mut event, mut said) = (Event::default(), Vec::new());
        while capture.read_event(&mut event).unwrap() {
            said.push(*event.time());
        }
        let clock = capture.clock().clone();
        let time = |index: usize| clock.resolve(&said[index]).unwrap();
        let (first, last) = (time(0), time(1));
        CaptureClock { clock, span: Some((first, last)), steps: vec![(1, first), (2, last)] }
    }

    const DATES: [&str; 2] = ["2026-03-05 18:59:10", "2026-03-05 18:59:20"];
    const TIMES: [&str; 2] = ["6:59:10.0000000 PM", "6:59:20.0000000 PM"];

    fn utc(text: &str) -> WitnessTime {
        let clock = Clock::clone(&dated(ReadOptions::new()).clock);
        let Some(WrittenTime::DateAndTime(ticks)) = clock.read_written(text) else { panic!() };
        WitnessTime::utc(text, ticks)
    }

    fn dated(options: ReadOptions) -> CaptureClock {
        clock("Date & Time", DATES, options)
    }

    #[test]
    fn a_time_is_placed_where_the_clocks_allow() {
        let berlin = ReadOptions::new().zone("+01:00".parse().unwrap());
        let placed = place(Some(&utc("2026-03-05 17:59:15")), &[dated(berlin)]).unwrap();
        assert_eq!((placed.capture, placed.after_event, placed.seconds), (0, Some(1), 5.0));
        assert_eq!(placed.assumption, None);
        let error = place(Some(&utc("2026-03-05 17:59:15")), &[dated(ReadOptions::new())]);
        assert!(error.unwrap_err().reason().contains("--tz"));
        let local = WitnessTime::local("3/5/2026 6:59:21 PM");
        let month_first = ReadOptions::new().date_order("mdy".parse().unwrap());
        let placed = place(Some(&local), &[dated(month_first)]).unwrap();
        assert_eq!(placed.after_event, Some(2));
        let placed = place(Some(&WitnessTime::local("18:59:01")), &[dated(ReadOptions::new())]);
        assert_eq!(placed.unwrap().after_event, None);
    }

    #[test]
    fn a_capture_without_dates_says_what_it_takes_for_granted() {
        let bare = || clock("Time of Day", TIMES, ReadOptions::new());
        let placed = place(Some(&WitnessTime::local("2031-01-01 18:59:12")), &[bare()]).unwrap();
        assert_eq!(placed.seconds, 2.0);
        assert!(placed.assumption.is_some());
        let placed = place(Some(&WitnessTime::local("6:59:12 PM")), &[bare()]).unwrap();
        assert_eq!((placed.seconds, placed.assumption), (2.0, None));
    }

    #[test]
    fn another_day_is_not_the_same_as_an_unknown_time() {
        let dated = dated(ReadOptions::new());
        let far =
            place(Some(&WitnessTime::local("2026-03-01 12:00:00")), std::slice::from_ref(&dated));
        assert_eq!(far, Err(Unplaced::Outside("it happened 4 days before the capture".into())));
        for time in [None, Some(WitnessTime::unknown("1.25000000"))] {
            let error = place(time.as_ref(), std::slice::from_ref(&dated)).unwrap_err();
            assert!(matches!(error, Unplaced::Unknown(_)), "{error:?}");
        }
    }
}
