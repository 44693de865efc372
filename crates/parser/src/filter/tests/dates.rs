//! Rules on dates and times, and when they cannot be decided.

use super::*;
use crate::time::DateOrder;

#[test]
fn dates_whose_order_is_open_are_decided_where_all_orders_agree() {
    use Verdict::{Excluded, Included, Undecidable};
    let clock_with = |forced, dates: &[&str]| {
        let mut clock = Clock::new(None, None, forced);
        for date in dates {
            clock.observe(None, Some(*date));
        }
        clock
    };
    let text = "10/12/2020 17:48:57";
    let open = clock_with(None, &[text]);
    let settled = clock_with(None, &[text, "28/12/2020 17:48:57"]);
    let forced = clock_with(Some(DateOrder::MonthDayYear), &[text]);
    let torn = clock_with(None, &["28/12/2020 1:00:00", "12/28/2020 1:00:00"]);
    for (rule, wants) in [
        // An ISO value has one meaning. The four captures: order not known, day first,
        // month first, contradiction.
        ("date is 2020-12-10", [Undecidable, Included, Excluded, Undecidable]),
        ("date is not 2020-12-10", [Undecidable, Excluded, Included, Undecidable]),
        ("date more than 2020-11-01", [Undecidable, Included, Excluded, Undecidable]),
        ("date more than 2020-01-01", [Included, Included, Included, Included]),
        ("date less than 2020-10-12", [Excluded, Excluded, Excluded, Excluded]),
        // So has a value that can only be read in one order.
        ("date less than 13/12/2020", [Included, Included, Included, Included]),
        // Any other value is read in the order of the capture.
        ("date is 10/12/2020 5:48:57 PM", [Included, Included, Included, Included]),
        ("date more than 10/11/2020", [Included, Included, Included, Included]),
        ("date more than 9/12/2020", [Included, Included, Included, Included]),
        ("date more than 11/11/2020", [Undecidable, Included, Excluded, Undecidable]),
        // A text comparison does not read dates.
        ("date contains 10/12", [Included, Included, Included, Included]),
    ] {
        for (clock, want) in [&open, &settled, &forced, &torn].into_iter().zip(wants) {
            assert_eq!(verdict(rule, text, clock), want, "{rule} {:?}", clock.possible_orders());
        }
    }
    // The caller's order does not fit this date.
    assert_eq!(verdict("date is 2020-12-28", "28/12/2020 1:00:00", &forced), Undecidable);
}

#[test]
fn another_rule_can_decide_what_a_date_leaves_open() {
    let event = event(&[(Column::DateAndTime, "10/12/2020 17:48:57"), (Column::Pid, "4")]);
    let date = "date is 2020-12-10";
    for (rules, want) in [
        (vec![include(date)], Verdict::Undecidable),
        (vec![exclude(date)], Verdict::Undecidable),
        (vec![include(date), include("PID is 5")], Verdict::Excluded),
        (vec![include(date), exclude("PID is 4")], Verdict::Excluded),
        (vec![include(date), include("date contains 17:48")], Verdict::Included),
        (vec![exclude(date), exclude("date contains 17:48")], Verdict::Excluded),
        (vec![include(date), include("PID is 4")], Verdict::Undecidable),
    ] {
        assert_eq!(Filter::new(rules.clone()).matches(&event, &clock()), want, "{rules:?}");
    }
}

#[test]
fn time_of_day_makes_a_date_finer() {
    let both = event(&[
        (Column::DateAndTime, "31.07.2020 07:28:59"),
        (Column::TimeOfDay, "07:28:59,5401234"),
    ]);
    let date_only = event(&[(Column::DateAndTime, "31.07.2020 07:28:59")]);
    let hour_lost = event(&[(Column::DateAndTime, "31.07.2020"), (Column::TimeOfDay, "28:59.5")]);
    let (yes, no, open) = (Verdict::Included, Verdict::Excluded, Verdict::Undecidable);
    for (rule, wants) in [
        ("date is 2020-07-31 07:28:59.54", [yes, open, open]),
        ("date is 2020-07-31 07:28:59.55", [no, open, open]),
        ("date is 2020-07-31 07:28:59", [yes, yes, open]),
        ("date more than 2020-07-31 07:28:59", [yes, no, open]),
        ("date less than 2020-07-31 07:28:59.5402", [yes, open, open]),
        ("date is 2020-07-31", [yes, yes, yes]),
        ("date is 2020-07-30 07:28:59", [no, no, no]),
        ("date more than 2020-07-30 07:28:59", [yes, yes, yes]),
    ] {
        for (event, want) in [&both, &date_only, &hour_lost].into_iter().zip(wants) {
            assert_eq!(Filter::new([include(rule)]).matches(event, &clock()), want, "{rule}");
        }
    }
}

#[test]
fn a_time_that_lost_its_hour_is_undecidable() {
    for (text, want) in [
        ("47:57.9", Verdict::Undecidable),
        ("1:02:03.0000000 xyz", Verdict::Undecidable),
        ("13:02:03.0000000 xyz", Verdict::Excluded),
    ] {
        assert_eq!(verdict("time is 01:02:03", text, &clock()), want, "{text}");
    }
}
