//! What is added up for a group.

use std::str::FromStr;

use procmonkey_parser::{Column, Event, TICKS_PER_SECOND};

use super::UnknownName;
use super::unknown_name::meant;

/// A number that an event can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quantity {
    /// How long it took, in seconds: the column Duration.
    Duration,
    /// How many bytes it read or received: the Length of a ReadFile, or of a Receive, that
    /// succeeded.
    Read,
    /// How many bytes it wrote or sent: the Length of a WriteFile, or of a Send, that
    /// succeeded.
    Written,
}

/// What is made of the numbers of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Statistic {
    /// All together.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The arithmetic mean of those that have one.
    Mean,
    /// The least number that 95 of 100 do not exceed.
    P95,
}

/// A statistic of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Measure {
    /// What of the numbers.
    pub statistic: Statistic,
    /// Which numbers.
    pub quantity: Quantity,
}

impl Measure {
    /// The name, as a header has it: `Sum Duration`.
    pub fn name(self) -> &'static str {
        match (self.statistic, self.quantity) {
            (Statistic::Sum, Quantity::Duration) => "Sum Duration",
            (Statistic::Min, Quantity::Duration) => "Min Duration",
            (Statistic::Max, Quantity::Duration) => "Max Duration",
            (Statistic::Mean, Quantity::Duration) => "Mean Duration",
            (Statistic::P95, Quantity::Duration) => "P95 Duration",
            (Statistic::Sum, Quantity::Read) => "Sum Read",
            (Statistic::Min, Quantity::Read) => "Min Read",
            (Statistic::Max, Quantity::Read) => "Max Read",
            (Statistic::Mean, Quantity::Read) => "Mean Read",
            (Statistic::P95, Quantity::Read) => "P95 Read",
            (Statistic::Sum, Quantity::Written) => "Sum Written",
            (Statistic::Min, Quantity::Written) => "Min Written",
            (Statistic::Max, Quantity::Written) => "Max Written",
            (Statistic::Mean, Quantity::Written) => "Mean Written",
            (Statistic::P95, Quantity::Written) => "P95 Written",
        }
    }
}

impl Quantity {
    /// The number of an event: ticks of 100 ns, or bytes.
    pub(super) fn of(self, event: &Event) -> Option<u64> {
        if self == Quantity::Duration {
            return ticks(&event.bytes(Column::Duration)?);
        }
        let operation = event.bytes(Column::Operation)?;
        // Behind the usual names are those of Advanced Output.
        let is_own = match &*operation {
            b"ReadFile" | b"TCP Receive" | b"UDP Receive" | b"IRP_MJ_READ" | b"FASTIO_READ" => {
                self == Quantity::Read
            }
            b"WriteFile" | b"TCP Send" | b"UDP Send" | b"IRP_MJ_WRITE" | b"FASTIO_WRITE" => {
                self == Quantity::Written
            }
            _ => false,
        };
        if !is_own || &*event.bytes(Column::Result)? != b"SUCCESS" {
            return None;
        }
        let detail = event.detail()?;
        let length = detail.get("Length")?;
        // Digits stand in groups, with the sign of the locale between them.
        let digits = length.chars().filter(char::is_ascii_digit);
        digits.collect::<String>().parse().ok()
    }

    /// A value in seconds or bytes.
    pub(super) fn in_units(self, value: f64) -> f64 {
        match self {
            Quantity::Duration => value / TICKS_PER_SECOND as f64,
            Quantity::Read | Quantity::Written => value,
        }
    }
}

impl FromStr for Quantity {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Quantity, UnknownName> {
        match text.trim().to_ascii_lowercase().as_str() {
            "duration" => Ok(Quantity::Duration),
            "read" => Ok(Quantity::Read),
            "written" => Ok(Quantity::Written),
            _ => Err(UnknownName(format!(
                "`{text}` cannot be added up{}; there are duration, read and written",
                meant(text, ["duration", "read", "written"].into_iter())
            ))),
        }
    }
}

/// Seconds with up to seven digits behind a point or a comma, in ticks.
fn ticks(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    let at = text.iter().position(|byte| matches!(byte, b'.' | b','));
    let (whole, fraction) = match at {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b""[..]),
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0u64, |number, digit| match digit {
            b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
            _ => None,
        })
    };
    if whole.is_empty() || fraction.len() > 7 {
        return None;
    }
    let scale = (fraction.len()..7).fold(1, |scale, _| scale * 10);
    let seconds = number(whole)?.checked_mul(TICKS_PER_SECOND as u64)?;
    seconds.checked_add(number(fraction)?.checked_mul(scale)?)
}

/// The numbers of one quantity in one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    count: u64,
    sum: u128,
    least: u64,
    greatest: u64,
    all: Vec<u64>,
    /// Whether there was no room for some of them.
    is_partial: bool,
}

impl Numbers {
    pub(super) fn add(&mut self, value: u64) {
        self.least = if self.count == 0 { value } else { self.least.min(value) };
        self.greatest = self.greatest.max(value);
        self.count += 1;
        self.sum += u128::from(value);
    }

    /// Keeps a number.
    pub(super) fn keep(&mut self, value: u64) {
        if !self.is_partial {
            self.all.push(value);
        }
    }

    /// How many numbers there are whose 95 of 100 is not known, because there was no room for them.
    pub(super) fn without_place(&self) -> u64 {
        if self.is_partial { self.count } else { 0 }
    }

    /// Keeps none, because there is no room for all of them.
    pub(super) fn keep_none(&mut self) {
        self.is_partial = true;
        self.all = Vec::new();
    }

    pub(super) fn value(&mut self, statistic: Statistic) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        Some(match statistic {
            Statistic::Sum => self.sum as f64,
            Statistic::Min => self.least as f64,
            Statistic::Max => self.greatest as f64,
            Statistic::Mean => self.sum as f64 / self.count as f64,
            Statistic::P95 => {
                let place = (self.all.len() * 95).div_ceil(100).checked_sub(1)?;
                *self.all.select_nth_unstable(place).1 as f64
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_to_the_tick() {
        for (text, want) in [
            ("0.0000123", Some(123)),
            ("1,5", Some(15_000_000)),
            ("12", Some(120_000_000)),
            ("n/a", None),
            ("", None),
            ("0.00000001", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(ticks(text.as_bytes()), want, "{text}");
        }
    }

    #[test]
    fn statistics_of_a_hundred_numbers() {
        let mut numbers = Numbers::default();
        for value in (1..=100).rev() {
            numbers.add(value);
            numbers.keep(value);
        }
        let values =
            [Statistic::Sum, Statistic::Min, Statistic::Max, Statistic::Mean, Statistic::P95]
                .map(|statistic| numbers.value(statistic));
        assert_eq!(values, [5050.0, 1.0, 100.0, 50.5, 95.0].map(Some));
        numbers.add(1000);
        assert_eq!(numbers.without_place(), 0);
        numbers.keep_none();
        assert_eq!(numbers.value(Statistic::P95), None);
        assert_eq!(numbers.without_place(), 101);
        assert_eq!(Numbers::default().value(Statistic::Sum), None);
    }
}
