//! The times of the events, as each format writes them.

use procmonkey_parser::Date;

/// 100 ns ticks of a second.
const SECOND: u64 = 10_000_000;

/// The day of March 2026 that the capture begins on: of such a date every reader knows the
/// order of day and month.
const FIRST_DAY_OF_MONTH: u32 = 25;

/// The same day, in days since 1601.
const FIRST_DAY: u64 = match Date::new(2026, 3, FIRST_DAY_OF_MONTH) {
    Some(date) => date.days().unsigned_abs(),
    None => panic!("the calendar has no such day"),
};

/// Microseconds between two events, at most.
const LONGEST_STEP: u64 = 2_000;

/// A time that advances. No input is long enough to reach the next month.
pub struct Moment {
    /// Ticks since midnight of the first day.
    ticks: u64,
    first: u64,
}

/// The texts of one time.
pub struct Texts {
    /// `Time of Day`: `6:59:02.4446365 PM`.
    pub time_of_day: String,
    /// `Date & Time`: `3/5/2026 6:59:02 PM`.
    pub date: String,
    /// `Relative Time`: `00:00:00.0122383`.
    pub relative: String,
}

impl Moment {
    /// One second after midnight.
    pub fn first() -> Moment {
        Moment { ticks: SECOND, first: SECOND }
    }

    /// Goes on by so much of the longest step as `below` says.
    pub fn advance(&mut self, below: impl FnOnce(u64) -> u64) {
        self.ticks += 1 + below(LONGEST_STEP * 10);
    }

    /// Ticks since 1601.
    pub fn filetime(&self) -> u64 {
        FIRST_DAY * 86_400 * SECOND + self.ticks
    }

    /// Writes the texts into `texts`, whose memory is used again.
    pub fn write(&self, texts: &mut Texts) {
        let (seconds, fraction) = (self.ticks / SECOND, self.ticks % SECOND);
        let (day, second) = (seconds / 86_400, seconds % 86_400);
        let (hour, rest) = (second / 3600, second % 3600);
        let half = if hour < 12 { "AM" } else { "PM" };
        let shown = if hour % 12 == 0 { 12 } else { hour % 12 };
        let out = &mut texts.time_of_day;
        out.clear();
        push(out, shown, 1);
        push_minutes(out, rest);
        out.push('.');
        push(out, fraction, 7);
        out.push(' ');
        out.push_str(half);
        let out = &mut texts.date;
        out.clear();
        out.push_str("3/");
        push(out, u64::from(FIRST_DAY_OF_MONTH) + day, 1);
        out.push_str("/2026 ");
        push(out, shown, 1);
        push_minutes(out, rest);
        out.push(' ');
        out.push_str(half);
        let passed = self.ticks - self.first;
        let out = &mut texts.relative;
        out.clear();
        push(out, passed / SECOND / 3600, 2);
        push_minutes(out, passed / SECOND % 3600);
        out.push('.');
        push(out, passed % SECOND, 7);
    }
}

impl Texts {
    /// No time yet.
    pub fn new() -> Texts {
        Texts { time_of_day: String::new(), date: String::new(), relative: String::new() }
    }
}

fn push_minutes(out: &mut String, seconds: u64) {
    out.push(':');
    push(out, seconds / 60, 2);
    out.push(':');
    push(out, seconds % 60, 2);
}

/// Adds a number with at least so many digits.
fn push(out: &mut String, number: u64, digits: usize) {
    let mut buffer = [b'0'; 20];
    let (mut at, mut rest) = (buffer.len(), number);
    while rest > 0 || buffer.len() - at < digits {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend(buffer[at..].iter().map(|&digit| char::from(digit)));
}
