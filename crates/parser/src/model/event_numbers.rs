//! Events named by their numbers.

use std::fmt;
use std::str::FromStr;

use super::Error;

/// Numbers of events, as reports name them: single ones and ranges.
///
/// ```
/// use procmonkey_parser::EventNumbers;
///
/// let numbers: EventNumbers = "1673,1636-1639".parse()?;
/// assert!(numbers.contains(1637) && !numbers.contains(1640));
/// assert_eq!((numbers.first(), numbers.last()), (1636, 1673));
/// assert_eq!(numbers.to_string(), "1636-1639,1673");
/// assert!("0".parse::<EventNumbers>().is_err());
/// # Ok::<(), procmonkey_parser::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventNumbers {
    /// The first and the last number of each range, in order, with a gap between them.
    ranges: Vec<(u64, u64)>,
}

impl EventNumbers {
    /// All numbers of several lists; `None` where there is no list.
    pub fn union<'n>(lists: impl IntoIterator<Item = &'n EventNumbers>) -> Option<EventNumbers> {
        let ranges: Vec<_> = lists.into_iter().flat_map(|list| list.ranges.clone()).collect();
        (!ranges.is_empty()).then(|| EventNumbers::of(ranges))
    }

    fn of(mut ranges: Vec<(u64, u64)>) -> EventNumbers {
        ranges.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::new();
        for (first, last) in ranges {
            match joined.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                _ => joined.push((first, last)),
            }
        }
        EventNumbers { ranges: joined }
    }

    /// Whether an event with this number is meant.
    pub fn contains(&self, number: u64) -> bool {
        self.next(number) == Some(number)
    }

    /// The least number.
    pub fn first(&self) -> u64 {
        self.ranges.first().map_or(1, |range| range.0)
    }

    /// The greatest number.
    pub fn last(&self) -> u64 {
        self.ranges.last().map_or(1, |range| range.1)
    }

    /// The least number from `number` on; `None` if all are less.
    pub fn next(&self, number: u64) -> Option<u64> {
        let place = self.ranges.partition_point(|range| range.1 < number);
        self.ranges.get(place).map(|range| range.0.max(number))
    }

    /// These numbers, and as many before and after each of them.
    pub fn widened(&self, by: u64) -> EventNumbers {
        let wide = |&(first, last): &(u64, u64)| {
            (first.saturating_sub(by).max(1), last.saturating_add(by))
        };
        EventNumbers::of(self.ranges.iter().map(wide).collect())
    }
}

impl FromStr for EventNumbers {
    type Err = Error;

    /// # Errors
    /// When a number is 0 or is not a number, or a range ends before it begins.
    fn from_str(text: &str) -> Result<EventNumbers, Error> {
        let mut ranges = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
            let (Some(first), Some(last)) = (number(first), number(last)) else {
                return Err(Error::invalid_value(format!(
                    "`{}` is not the number of an event; write 1673, 1636-1639, or several with \
                     commas between them",
                    part.trim()
                )));
            };
            if last < first {
                return Err(Error::invalid_value(format!(
                    "`{}` ends before it begins",
                    part.trim()
                )));
            }
            ranges.push((first, last));
        }
        Ok(EventNumbers::of(ranges))
    }
}

/// A number of an event; they begin with 1.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && *number > 0)
}

/// Writes them as they are read: `1636-1639,1673`.
impl fmt::Display for EventNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.ranges.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> EventNumbers {
        text.parse().unwrap()
    }

    #[test]
    fn ranges_are_sorted_and_joined() {
        assert_eq!(read("9,1-3,4, 2 - 5").to_string(), "1-5,9");
        assert_eq!(read("7–8").to_string(), "7-8");
        assert_eq!(read("2,9").widened(1).to_string(), "1-3,8-10");
        assert_eq!(read("1").widened(3).to_string(), "1-4");
        assert_eq!(read("3,6").widened(1).to_string(), "2-7");
    }

    #[test]
    fn the_next_number_is_found() {
        let numbers = read("3-4,9");
        let next: Vec<_> = (1..=10).map(|number| numbers.next(number).unwrap_or(0)).collect();
        assert_eq!(next, [3, 3, 3, 4, 9, 9, 9, 9, 9, 0]);
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in ["", "0", "x", "1,", "-3", "3-", "+3", "1.5", "5-3", "99999999999999999999"] {
            assert!(text.parse::<EventNumbers>().is_err(), "{text}");
        }
    }
}
