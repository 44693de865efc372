//! Finds an event, also where the list of events is wrong.

use super::bytes::{Bytes, PointerWidth};
use super::offsets::EventOffsets;
use super::record::EventHeader;
use super::repair::Verdict;
use super::salvage;

/// An event that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located {
    pub(crate) at: usize,
    pub(crate) header: EventHeader,
    /// Whether the list has a wrong offset for the event.
    pub(crate) repaired: bool,
}

/// Reads the header of an event. `judge` is asked when the list leads to
/// something that does not look like an event.
#[inline]
pub(crate) fn locate(
    file: Bytes<'_>,
    offsets: &EventOffsets<'_>,
    index: usize,
    width: PointerWidth,
    judge: impl FnOnce(u64) -> Verdict,
) -> Option<Located> {
    let listed = offsets.get(index)?;
    let at = usize::try_from(listed).unwrap_or(usize::MAX);
    let header = EventHeader::read(file.0, at);
    if let Some(header) = header
        && salvage::looks_right(&header, width, file.len() - at)
    {
        return Some(Located { at, header, repaired: false });
    }
    match judge(listed) {
        Verdict::Moved(at) => {
            let header = EventHeader::read(file.0, at)?;
            Some(Located { at, header, repaired: true })
        }
        Verdict::Odd => header.map(|header| Located { at, header, repaired: false }),
        Verdict::Lost => None,
    }
}
