//! Which of the captures of a case is the earlier one.

use crate::moment::Moment;

/// When each capture of a case begins and ends, in the order of the report.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaptureOrder {
    spans: Vec<Option<(Moment, Moment)>>,
}

impl CaptureOrder {
    pub(crate) fn new(spans: Vec<Option<(Moment, Moment)>>) -> CaptureOrder {
        CaptureOrder { spans }
    }

    /// Whether one capture certainly ends before another one begins.
    pub(crate) fn is_before(&self, one: usize, other: usize) -> bool {
        match (self.span(one), self.span(other)) {
            (Some((_, end)), Some((begin, _))) => end.is_before(begin),
            _ => false,
        }
    }

    /// Whether it is certain which of two captures is the earlier one.
    pub(crate) fn is_known(&self, one: usize, other: usize) -> bool {
        self.is_before(one, other) || self.is_before(other, one)
    }

    /// Whether a capture certainly begins after a moment.
    pub(crate) fn begins_after(&self, capture: usize, moment: &Moment) -> bool {
        self.span(capture).is_some_and(|(begin, _)| moment.is_before(begin))
    }

    /// Whether a capture certainly ends before a moment.
    pub(crate) fn ends_before(&self, capture: usize, moment: &Moment) -> bool {
        self.span(capture).is_some_and(|(_, end)| end.is_before(moment))
    }

    /// Whether there are captures with dates, and every one of them certainly ends before a
    /// moment.
    pub(crate) fn is_all_before(&self, moment: &Moment) -> bool {
        let mut ends = self.spans.iter().flatten().map(|(_, end)| end).peekable();
        ends.peek().is_some() && ends.all(|end| end.is_before(moment))
    }

    fn span(&self, capture: usize) -> Option<&(Moment, Moment)> {
        self.spans.get(capture)?.as_ref()
    }
}
