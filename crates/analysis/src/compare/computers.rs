//! Whether two captures are of one computer, and which of them is the earlier one.

use super::trail::Trails;
use crate::report::Report;
use crate::signature::SameComputer;

/// Whether the captures are of one computer, as far as they show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Computers {
    /// Nothing distinguishes them.
    MayBeOne,
    /// They are of two, and why. Each has its own MachineGuid, and key files named after it.
    Two(String),
}

impl Computers {
    pub(super) fn of(good: &Report, bad: &Report) -> Computers {
        let (Some(good), Some(bad)) = (good.captures.first(), bad.captures.first()) else {
            return Computers::MayBeOne;
        };
        match good.computer.same_as(&bad.computer) {
            SameComputer::No(why) => Computers::Two(why),
            SameComputer::Yes | SameComputer::Unknown => Computers::MayBeOne,
        }
    }

    pub(super) fn may_be_one(&self) -> bool {
        *self == Computers::MayBeOne
    }

    /// What a reader should know about it.
    pub(super) fn remark(&self) -> Option<String> {
        match self {
            Computers::MayBeOne => None,
            Computers::Two(why) => Some(format!(
                "the captures are of two computers ({why}): each has a MachineGuid of its own, so GUIDs are \
                 not compared"
            )),
        }
    }
}

/// A remark, if the good capture is certainly later than the bad one.
pub(super) fn is_out_of_order(good: &Trails, bad: &Trails) -> Option<String> {
    let ((begin, _), (_, end)) = (good.span.as_ref()?, bad.span.as_ref()?);
    end.is_before(begin).then(|| {
        "the good capture is later than the bad one: a difference may be the repair, or something \
         that has changed since"
            .to_string()
    })
}
