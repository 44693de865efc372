//! Comparing numbers and lengths of time.

use super::answer::{Answer, Compare};
use crate::model::{Column, Error};
use crate::time::TICKS_PER_SECOND;

/// A rule about a column that holds a whole number.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberCheck {
    compare: Compare,
    value: u64,
}

impl NumberCheck {
    pub(super) fn new(column: Column, compare: Compare, value: &str) -> Result<NumberCheck, Error> {
        let Some(value) = number(value) else {
            return Err(Error::invalid_value(format!(
                "`{value}` is no number for {column}; write a whole decimal number such as 1234"
            )));
        };
        Ok(NumberCheck { compare, value })
    }

    pub(super) fn answer(&self, text: &str) -> Answer {
        number(text).is_some_and(|number| self.compare.holds(&number, &self.value)).into()
    }
}

/// A rule about a column that holds a length of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct LengthCheck {
    compare: Compare,
    ticks: i64,
}

impl LengthCheck {
    pub(super) fn new(column: Column, compare: Compare, value: &str) -> Result<LengthCheck, Error> {
        match length(value) {
            Some(Length { ticks, places: 0..=7 }) => Ok(LengthCheck { compare, ticks }),
            _ => Err(Error::invalid_value(format!(
                "`{value}` is no length of time for {column}; write seconds such as 0.0025 or \
                 hours, minutes and seconds such as 00:01:27.74, with at most seven digits \
                 after the point"
            ))),
        }
    }

    pub(super) fn answer(&self, text: &str) -> Answer {
        length(text).is_some_and(|length| self.compare.holds(&length.ticks, &self.ticks)).into()
    }
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    // `parse` would take a plus sign.
    if text.starts_with('+') { None } else { text.parse().ok() }
}

/// A length of time, and how many digits it has after the seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Length {
    ticks: i64,
    places: usize,
}

/// Reads `0.0025` or `00:01:27.74`. Procmon always writes a point; a comma can
/// come from whoever handled the file after it.
fn length(text: &str) -> Option<Length> {
    let text = text.trim();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let mut parts = whole.split(':');
    let first = digits(parts.next()?)?;
    let seconds = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => first,
        (Some(minutes), Some(seconds), None) => {
            let (minutes, seconds) = (digits(minutes)?, digits(seconds)?);
            if minutes >= 60 || seconds >= 60 {
                return None;
            }
            first.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?
        }
        _ => return None,
    };
    digits(fraction.get(..1)?)?;
    let mut ticks = seconds.checked_mul(TICKS_PER_SECOND)?;
    let mut unit = TICKS_PER_SECOND;
    for byte in fraction.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        unit /= 10;
        ticks = ticks.checked_add(i64::from(byte - b'0') * unit)?;
    }
    let places = if text.len() == whole.len() { 0 } else { fraction.len() };
    Some(Length { ticks, places })
}

/// A number of nothing but digits.
fn digits(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_both_forms() {
        for (text, ticks, places) in [
            ("0.0025", 25_000, 4),
            ("0", 0, 0),
            ("12", 120_000_000, 0),
            ("0.0000001", 1, 7),
            ("0,0000010", 10, 7),
            ("00:01:27.74", 877_400_000, 2),
            ("25:00:00", 900_000_000_000, 0),
            (" 1.5 ", 15_000_000, 1),
            ("0.00000019", 1, 8),
        ] {
            assert_eq!(length(text), Some(Length { ticks, places }), "{text}");
        }
        let wrong = [
            "", ".", "1.", ".5", "-1", "+1", "1:2", "0:60:00", "0:00:60", "1.5s", "1.\u{e9}",
            "1.2.3",
        ];
        for text in wrong {
            assert_eq!(length(text), None, "{text}");
        }
        assert_eq!(length(&"9".repeat(30)), None);
        assert_eq!(length("9223372036854775807"), None);
    }

    #[test]
    fn numbers_are_plain_decimals() {
        for (text, want) in [("7", Some(7)), (" 42 ", Some(42)), ("+7", None), ("0x10", None)] {
            assert_eq!(number(text), want, "{text}");
        }
        assert_eq!(number("n/a"), None);
    }
}
