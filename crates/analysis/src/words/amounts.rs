//! Numbers, times and spans of time.

/// A number and its noun: `1 event`, `2,267 events`.
///
/// ```
/// use procmonkey_analysis::words::count;
///
/// assert_eq!(count(1, "event"), "1 event");
/// assert_eq!(count(4055, "event"), "4,055 events");
/// ```
pub fn count(number: u64, noun: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{} {noun}{end}", grouped(number))
}

/// A number with a comma between groups of three digits.
///
/// ```
/// assert_eq!(procmonkey_analysis::words::grouped(1234567), "1,234,567");
/// ```
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A span of time, in seconds, with as many digits as are of use.
///
/// ```
/// use procmonkey_analysis::words::seconds;
///
/// assert_eq!(seconds(0.0014686), "1.5 ms");
/// assert_eq!(seconds(28.38), "28.38 s");
/// ```
pub fn seconds(seconds: f64) -> String {
    let size = seconds.abs();
    if size < 0.000_000_05 {
        "0".to_string()
    } else if size < 0.001 {
        format!("{:.1} µs", seconds * 1e6)
    } else if size < 1.0 {
        format!("{:.1} ms", seconds * 1e3)
    } else if size < 120.0 {
        format!("{seconds:.2} s")
    } else if size < 7200.0 {
        format!("{:.0} min {:.0} s", (seconds / 60.0).trunc(), (seconds % 60.0).abs().trunc())
    } else {
        format!(
            "{:.0} h {:.0} min",
            (seconds / 3600.0).trunc(),
            (seconds / 60.0 % 60.0).abs().trunc()
        )
    }
}

/// The time without the date, and to the millisecond.
///
/// ```
/// use procmonkey_analysis::words::clock_part;
///
/// assert_eq!(clock_part("2026-03-05T18:59:13.0413955"), "18:59:13.041");
/// assert_eq!(clock_part("6:59:13.0413955 PM"), "6:59:13.041 PM");
/// ```
pub fn clock_part(time: &str) -> String {
    let clock = time.split_once('T').map_or(time, |(_, clock)| clock);
    match clock.find('.') {
        Some(point) => {
            let digits = clock[point + 1..].bytes().take_while(u8::is_ascii_digit).count();
            // A mark behind the digits, such as PM, stays.
            format!("{}{}", &clock[..point + 1 + digits.min(3)], &clock[point + 1 + digits..])
        }
        None => clock.to_string(),
    }
}

/// Event numbers, runs of them drawn together.
///
/// ```
/// use procmonkey_analysis::words::event_numbers;
///
/// assert_eq!(event_numbers(&[1636, 1637, 1638, 1673]), [(1636, 1638), (1673, 1673)]);
/// ```
pub fn event_numbers(events: &[u64]) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for event in events {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *event => *last = *event,
            _ => runs.push((*event, *event)),
        }
    }
    runs
}

/// The seconds of a time of a report since the beginning of the year 1, where it is written with
/// a date: for differences only. The zone is not looked at.
///
/// ```
/// use procmonkey_analysis::words::ticks_of;
///
/// let first = ticks_of("2026-03-05T23:59:59.5000000").unwrap_or_default();
/// let last = ticks_of("2026-03-06T00:00:00.2500000").unwrap_or_default();
/// assert_eq!(last - first, 7_500_000);
/// assert_eq!(ticks_of("6:59:13 PM"), None);
/// ```
pub fn ticks_of(time: &str) -> Option<i64> {
    let number = |from: usize, to: usize| time.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let fraction: String = time
        .get(19..)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_digit)
        .take(7)
        .collect();
    let fraction: i64 = format!("{fraction:0<7}").parse().ok()?;
    // Days by the calendar that begins in March, so that a leap day is the last of its year.
    let year = if month < 3 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day;
    Some(((days * 24 + hour) * 3600 + minute * 60 + second) * 10_000_000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_from_behind() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (100_000, "100,000"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_leap_day_is_a_day() {
        let day = |text: &str| ticks_of(&format!("{text}T00:00:00")).map(|it| it / 864_000_000_000);
        let days = |from: &str, to: &str| day(to).zip(day(from)).map(|(to, from)| to - from);
        assert_eq!(days("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(days("2026-02-28", "2026-03-01"), Some(1));
        assert_eq!(days("2025-12-31", "2026-01-01"), Some(1));
        assert_eq!(days("2000-02-28", "2000-03-01"), Some(2));
        assert_eq!(days("1900-02-28", "1900-03-01"), Some(1));
    }
}
