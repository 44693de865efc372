//! Where rows stand in a capture, so that any of them can be read without those before it.

use procmonkey_parser::{EventTime, Position};

/// How many places are kept at most, for each view; in tests few, so that rows lie between them.
const MOST: usize = if cfg!(test) { 64 } else { 1 << 17 };

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The number of its event.
    pub(crate) event: u64,
    pub(crate) position: Position,
    pub(crate) time: EventTime,
}

/// The places of rows: of each one, or, once there are too many, of each second, fourth, … row.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    list: Vec<Place>,
    stride: u64,
    rows: u64,
    most: usize,
}

impl Default for Places {
    fn default() -> Places {
        Places::at_most(MOST)
    }
}

impl Places {
    fn at_most(most: usize) -> Places {
        Places { list: Vec::new(), stride: 1, rows: 0, most }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Of how many rows one has a place.
    pub(crate) fn stride(&self) -> u64 {
        self.stride
    }

    pub(crate) fn list(&self) -> &[Place] {
        &self.list
    }

    /// Adds the row that follows.
    pub(crate) fn add(&mut self, place: Place) {
        if self.rows.is_multiple_of(self.stride) {
            if self.list.len() == self.most {
                let mut index = 0;
                self.list.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
            }
            if self.rows.is_multiple_of(self.stride) {
                self.list.push(place);
            }
        }
        self.rows += 1;
    }

    /// The last row with a place that is not after this one.
    pub(crate) fn before_row(&self, row: u64) -> Option<(u64, &Place)> {
        let index = usize::try_from(row / self.stride).unwrap_or(usize::MAX);
        let index = index.min(self.list.len().checked_sub(1)?);
        Some((index as u64 * self.stride, &self.list[index]))
    }

    /// The last row with a place whose event is not after this one.
    pub(crate) fn before_event(&self, event: u64) -> Option<(u64, &Place)> {
        let index = self.list.partition_point(|place| place.event <= event).checked_sub(1)?;
        Some((index as u64 * self.stride, &self.list[index]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_row_has_a_place_near_before_it_however_many_there_are() {
        let mut places = Places::at_most(8);
        for row in 0..1000u64 {
            let position = Position::at_byte(row * 100);
            places.add(Place { event: row * 3 + 1, position, time: EventTime::default() });
            assert!(places.list().len() <= 8);
        }
        assert_eq!((places.rows(), places.stride()), (1000, 128));
        for row in [0, 1, 127, 128, 500, 999] {
            let (at, place) = places.before_row(row).unwrap_or_else(|| panic!("{row}"));
            assert!(at <= row && row - at < 128, "{row}");
            assert_eq!(place.event, at * 3 + 1);
            assert_eq!(place.position.byte, at * 100);
        }
        assert_eq!(places.before_event(1).map(|it| it.0), Some(0));
        assert_eq!(places.before_event(128 * 3).map(|it| it.0), Some(0));
        assert_eq!(places.before_event(128 * 3 + 1).map(|it| it.0), Some(128));
        assert!(places.before_event(0).is_none());
    }
}
