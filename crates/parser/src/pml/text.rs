//! Numbers, times and dates as Procmon writes them on an en-US Windows.

use crate::time::{Date, TICKS_PER_DAY, TICKS_PER_SECOND, Zone};

/// A short ASCII text that is made on the stack and appended in one step. Most texts are
/// times and numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Short {
    bytes: [u8; 48],
    len: usize,
}

/// The digits of the numbers from 00 to 99.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut value = 0;
    while value < 100 {
        pairs[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    pairs
};

impl Short {
    fn new() -> Short {
        Short { bytes: [0; 48], len: 0 }
    }

    fn byte(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.len) {
            *slot = byte;
            self.len += 1;
        }
    }

    fn bytes<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(slot) = self.bytes.get_mut(self.len..self.len + N) {
            slot.copy_from_slice(&bytes);
            self.len += N;
        }
    }

    /// Two digits.
    fn two(&mut self, value: u32) {
        self.bytes(PAIRS[(value % 100) as usize]);
    }

    /// Seven digits.
    fn seven(&mut self, value: u32) {
        let [a, b] = PAIRS[(value / 100_000 % 100) as usize];
        let [c, d] = PAIRS[(value / 1_000 % 100) as usize];
        let [e, f] = PAIRS[(value / 10 % 100) as usize];
        self.bytes([a, b, c, d, e, f, b'0' + (value % 10) as u8]);
    }

    /// As many digits as the value needs.
    fn number(&mut self, value: u64) {
        if let Ok(small) = u32::try_from(value)
            && small < 10_000
        {
            return self.small(small);
        }
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = value;
        while rest > 0 {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        for &digit in &digits[at..] {
            self.byte(digit);
        }
    }

    /// A number below 10,000: most process and thread ids, and every part of a date.
    fn small(&mut self, value: u32) {
        let ([a, b], [c, d]) = (PAIRS[(value / 100 % 100) as usize], PAIRS[(value % 100) as usize]);
        match value {
            0..10 => self.byte(d),
            10..100 => self.bytes([c, d]),
            100..1000 => self.bytes([b, c, d]),
            _ => self.bytes([a, b, c, d]),
        }
    }

    /// The text, which is ASCII.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn append_to(&self, out: &mut String) {
        push_ascii(out, self.as_bytes());
    }
}

fn push_ascii(out: &mut String, digits: &[u8]) {
    if let Ok(text) = std::str::from_utf8(digits) {
        out.push_str(text);
    }
}

/// Appends a decimal number without grouping.
pub(crate) fn push_number(out: &mut String, value: u64) {
    number(value).append_to(out);
}

/// A decimal number without grouping.
pub(crate) fn number(value: u64) -> Short {
    let mut short = Short::new();
    short.number(value);
    short
}

/// Appends a decimal number with a comma between groups of three digits.
pub(crate) fn push_grouped(out: &mut String, value: u64) {
    let mut digits = [0u8; 26];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        if (digits.len() - at) % 4 == 3 {
            at -= 1;
            digits[at] = b',';
        }
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    push_ascii(out, &digits[at..]);
}

/// Appends a signed number with groups of three digits.
pub(crate) fn push_grouped_signed(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
    push_grouped(out, value.unsigned_abs());
}

/// Appends a hexadecimal number in lower case, without prefix or padding.
pub(crate) fn push_hex(out: &mut String, value: u64) {
    push_hex_digits(out, value, b"0123456789abcdef", 1);
}

/// Appends a hexadecimal number in upper case, without prefix or padding.
pub(crate) fn push_hex_upper(out: &mut String, value: u32) {
    push_hex_digits(out, u64::from(value), b"0123456789ABCDEF", 1);
}

/// Appends a hexadecimal number in lower case, padded with zeros.
pub(crate) fn push_hex_padded(out: &mut String, value: u64, width: usize) {
    push_hex_digits(out, value, b"0123456789abcdef", width);
}

/// Appends one byte as two upper-case hexadecimal digits.
pub(crate) fn push_byte(out: &mut String, byte: u8) {
    push_hex_digits(out, u64::from(byte), b"0123456789ABCDEF", 2);
}

fn push_hex_digits(out: &mut String, value: u64, alphabet: &[u8; 16], width: usize) {
    let mut digits = [0u8; 16];
    let needed = (64 - value.leading_zeros() as usize).div_ceil(4).clamp(1, 16);
    let width = needed.max(width.min(16));
    for (place, digit) in digits.iter_mut().rev().take(width).enumerate() {
        *digit = alphabet[(value >> (4 * place)) as usize & 15];
    }
    push_ascii(out, &digits[16 - width..]);
}

/// Appends `True` or `False`.
pub(crate) fn push_bool(out: &mut String, raw: u8) {
    out.push_str(if raw == 0 { "False" } else { "True" });
}

/// Appends the time of day with seven digits: `7:19:37.0147934 AM`.
pub(crate) fn push_time_of_day(out: &mut String, filetime: i64, zone: &Zone) {
    time_of_day(zone.local_ticks(filetime)).append_to(out);
}

/// A time of day, given in ticks of the local clock.
pub(crate) fn time_of_day(local: i64) -> Short {
    let ticks = local.rem_euclid(TICKS_PER_DAY);
    let mut short = Short::new();
    let marker = short.clock(ticks);
    short.byte(b'.');
    short.seven((ticks % TICKS_PER_SECOND) as u32);
    short.marker(marker);
    short
}

/// Appends date and time in whole seconds: `7/31/2020 7:19:37 AM`. A FILETIME that is not
/// a date is shown as a number.
pub(crate) fn push_date_and_time(out: &mut String, filetime: i64, zone: &Zone) {
    date_and_time(filetime, zone.local_ticks(filetime)).append_to(out);
}

/// Date and time of a FILETIME; `local` is the same time in ticks of the local clock.
pub(crate) fn date_and_time(filetime: i64, local: i64) -> Short {
    let mut short = Short::new();
    match date_of(local) {
        Some(date) => {
            short.number(u64::from(date.month()));
            short.byte(b'/');
            short.number(u64::from(date.day_of_month()));
            short.byte(b'/');
            short.number(u64::from(date.year().unsigned_abs()));
            short.byte(b' ');
            let marker = short.clock(local.rem_euclid(TICKS_PER_DAY));
            short.marker(marker);
        }
        // Windows does not convert these, and Procmon prints a number.
        None => {
            if filetime < 0 {
                short.byte(b'-');
            }
            short.number(filetime.unsigned_abs());
        }
    }
    short
}

/// Appends a duration in seconds with seven digits: `0.0000112`.
pub(crate) fn push_seconds(out: &mut String, ticks: u64) {
    seconds(ticks).append_to(out);
}

/// A duration in seconds.
pub(crate) fn seconds(ticks: u64) -> Short {
    let mut short = Short::new();
    short.number(ticks / TICKS_PER_SECOND as u64);
    short.byte(b'.');
    short.seven((ticks % TICKS_PER_SECOND as u64) as u32);
    short
}

/// Appends a time difference: `00:00:02.5537873`.
pub(crate) fn push_relative(out: &mut String, ticks: i64) {
    relative(ticks).append_to(out);
}

/// A time difference.
pub(crate) fn relative(ticks: i64) -> Short {
    let mut short = Short::new();
    if ticks < 0 {
        short.byte(b'-');
    }
    let ticks = ticks.unsigned_abs();
    let seconds = ticks / TICKS_PER_SECOND as u64;
    let hours = seconds / 3600;
    if hours < 100 {
        short.two(hours as u32);
    } else {
        short.number(hours);
    }
    let within = (seconds % 3600) as u32;
    short.byte(b':');
    short.two(within / 60);
    short.byte(b':');
    short.two(within % 60);
    short.byte(b'.');
    short.seven((ticks % TICKS_PER_SECOND as u64) as u32);
    short
}

/// The half of the day.
#[derive(Clone, Copy)]
enum Marker {
    Am,
    Pm,
}

impl Short {
    /// Hours, minutes and seconds of a twelve-hour clock.
    fn clock(&mut self, ticks_of_day: i64) -> Marker {
        let seconds = (ticks_of_day / TICKS_PER_SECOND) as u32;
        let hour = seconds / 3600;
        let shown = if hour.is_multiple_of(12) { 12 } else { hour % 12 };
        self.small(shown);
        self.byte(b':');
        self.two(seconds / 60 % 60);
        self.byte(b':');
        self.two(seconds % 60);
        if hour < 12 { Marker::Am } else { Marker::Pm }
    }

    fn marker(&mut self, marker: Marker) {
        self.bytes(match marker {
            Marker::Am => *b" AM",
            Marker::Pm => *b" PM",
        });
    }
}

/// The date of ticks since 1601; `None` before that, and after the year 30827, where
/// the dates of Windows end, too.
fn date_of(ticks: i64) -> Option<Date> {
    let days = u64::try_from(ticks).ok()? / TICKS_PER_DAY as u64;
    Date::from_days(i64::try_from(days).ok()?).filter(|date| date.year() <= 30_827)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(push: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        push(&mut out);
        out
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        for (value, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_002_003, "1,002,003")]
        {
            assert_eq!(text(|out| push_grouped(out, value)), expected);
        }
        assert_eq!(text(|out| push_grouped(out, u64::MAX)), "18,446,744,073,709,551,615");
        assert_eq!(text(|out| push_grouped_signed(out, i64::MIN)), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn hexadecimal_numbers_keep_their_width() {
        assert_eq!(text(|out| push_hex(out, 0)), "0");
        assert_eq!(text(|out| push_hex(out, u64::MAX)), "ffffffffffffffff");
        assert_eq!(text(|out| push_hex_padded(out, 0x3E7, 8)), "000003e7");
        assert_eq!(text(|out| push_byte(out, 10)), "0A");
    }

    #[test]
    fn dates_agree_with_the_calendar() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (date, expected) in [
            ("1601-01-01", "1/1/1601 12:00:00 AM"),
            ("2000-02-29", "2/29/2000 12:00:00 AM"),
            ("1900-03-01", "3/1/1900 12:00:00 AM"),
            ("2020-12-31", "12/31/2020 12:00:00 AM"),
        ] {
            let ticks = day(date).days() * TICKS_PER_DAY;
            assert_eq!(text(|out| push_date_and_time(out, ticks, &Zone::UTC)), expected);
        }
    }

    #[test]
    fn the_clock_has_twelve_hours_and_a_zone() {
        let noon = 12 * 3600 * TICKS_PER_SECOND + 5;
        assert_eq!(text(|out| push_time_of_day(out, noon, &Zone::UTC)), "12:00:00.0000005 PM");
        let zone = "+12:30".parse().unwrap();
        assert_eq!(text(|out| push_time_of_day(out, noon, &zone)), "12:30:00.0000005 AM");
    }

    #[test]
    fn what_is_no_date_is_a_number() {
        assert_eq!(text(|out| push_date_and_time(out, -1, &Zone::UTC)), "-1");
        // In this zone it is in the year 1601, which Windows can convert.
        let zone = "+02:00".parse().unwrap();
        assert_eq!(text(|out| push_date_and_time(out, -1, &zone)), "1/1/1601 1:59:59 AM");
    }

    #[test]
    fn distances_and_durations_have_seven_digits() {
        assert_eq!(text(|out| push_seconds(out, 31_234_567)), "3.1234567");
        assert_eq!(text(|out| push_relative(out, 36_610_000_001)), "01:01:01.0000001");
    }
}
