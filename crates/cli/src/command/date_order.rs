//! The order of day, month and year in the dates of a capture, before its rows are written.

use procmonkey_parser::{Action, Capture, DateOrder, Event, Filter, Format, Rule};

/// How many events are looked at one by one.
const FIRST: u64 = 10_000;

/// The order of day, month and year in the dates of a capture, which is read only as far as it is
/// needed for that: dates in Detail show it, too, mostly in the first thousands of events.
pub(super) fn date_order_of(capture: &mut Capture<'_>) -> anyhow::Result<Option<DateOrder>> {
    if capture.format() == Format::Pml {
        return Ok(None);
    }
    let mut event = Event::default();
    while capture.events_read() < FIRST && capture.read_event(&mut event)? {
        let clock = capture.clock();
        if clock.dates() == 0 || clock.date_order().is_some() {
            return Ok(clock.date_order());
        }
    }
    // Of events that nobody wants, only the times are read.
    let none = Filter::new([Rule::parse("Operation is none of all", Action::Include)?]);
    let prefilter = none.prefilter();
    while capture.read_matching(&none, &prefilter, &mut event)? {}
    Ok(capture.clock().date_order())
}

#[cfg(test)]
mod tests {
    use procmonkey_parser::{Input, ReadOptions};

    use super::*;

    /// What is found in a capture with so many rows of each date, and how many were read for that.
    fn found(dates: &[(&str, usize)]) -> (Option<DateOrder>, u64) {
        let mut csv = "\"Date & Time\",\"Operation\",\"Path\"\r\n".to_string();
        for (date, times) in dates {
            csv += &format!("\"{date} 6:59:13 PM\",\"ReadFile\",\"C:\\a\"\r\n").repeat(*times);
        }
        let mut input =
            Input::from_reader("x", csv.as_bytes(), &ReadOptions::new()).expect("it opens");
        let mut capture = input.next_capture().expect("one").expect("a capture");
        let order = date_order_of(&mut capture).expect("it is read");
        (order, capture.events_read())
    }

    #[test]
    fn a_capture_is_read_until_a_date_shows_the_order() {
        let month_first = Some(DateOrder::MonthDayYear);
        assert_eq!(found(&[("3/12/2026", 5), ("3/13/2026", 100)]), (month_first, 6));
        // Beyond the first ones it is read to its end.
        let late = found(&[("3/12/2026", 10_500), ("3/13/2026", 100)]);
        assert_eq!(late, (month_first, 10_600));
        let day_first = found(&[("12/3/2026", 10_500), ("13/3/2026", 1)]);
        assert_eq!(day_first, (Some(DateOrder::DayMonthYear), 10_501));
        assert_eq!(found(&[("3/5/2026", 10), ("3/6/2026", 10)]), (None, 20));
        assert_eq!(found(&[]), (None, 0));
    }
}
