//! Whether an event that was written reads as it was.

use super::values::{Dates, signed};
use crate::model::Detail;
use crate::pml::event::PmlEvent;
use crate::pml::exporter::Exporter;
use crate::pml::header::Info;
use crate::pml::record::{Class, EventHeader};
use crate::pml::{Pml, Rendering, columns};

/// What the export says about an event.
pub(super) struct Expected<'a> {
    pub(super) operation: &'a str,
    pub(super) path: &'a str,
    pub(super) detail: &'a str,
}

/// The column that is not as it was; `None` where all is well.
pub(super) fn difference(
    written: &[u8],
    expected: &Expected<'_>,
    info: &Info,
    dates: &Dates<'_>,
) -> Option<&'static str> {
    let header = EventHeader::read(written, 0)?;
    let rendering = Rendering { zone: dates.zone.clone(), ..Rendering::default() };
    let mut pml = Pml::of_one_event(written, info.clone(), rendering);
    let exporters = match expected.operation {
        "QueryDirectory" => &[Exporter::V3_61, Exporter::V3_60, Exporter::V3_4][..],
        _ => &[Exporter::V3_61],
    };
    let mut text = String::new();
    {
        let event = PmlEvent { pml: &pml, index: 0, at: 0, header, repaired: false };
        if columns::operation(&event).text() != expected.operation {
            return Some("Operation");
        }
        // The names of hosts and ports are in another table.
        columns::push_path(&mut text, &event);
        if header.class != Class::Network && text != expected.path {
            return Some("Path");
        }
    }
    for &exporter in exporters {
        pml.set_exporter(exporter);
        let event = PmlEvent { pml: &pml, index: 0, at: 0, header, repaired: false };
        text.clear();
        columns::push(&mut text, &event, crate::Column::Detail);
        if text == expected.detail || means_the_same(&text, expected, dates) {
            return None;
        }
    }
    Some("Detail")
}

/// Whether two texts have the same items, in the number and date forms of two
/// countries.
fn means_the_same(text: &str, expected: &Expected<'_>, dates: &Dates<'_>) -> bool {
    let ours = Detail::parse(expected.operation, text);
    let theirs = Detail::parse(expected.operation, expected.detail);
    let us = Dates { order: Some(crate::DateOrder::MonthDayYear), ..dates.clone() };
    let mut pairs = ours.items().zip(theirs.items());
    ours.items().count() == theirs.items().count()
        && pairs.all(|(ours, theirs)| {
            let same_number = || Some(signed(ours.value)? == signed(theirs.value)?);
            let same_date = || Some(us.read(ours.value)? == dates.read(theirs.value)?);
            ours.key == theirs.key
                && (lines(ours.value) == lines(theirs.value)
                    || same_number().or_else(same_date).unwrap_or(false))
        })
}

/// The lines of a text, which the exports end in different ways.
fn lines(text: &str) -> String {
    text.replace("\r;", "\n").replace("\n\n", "\n").replace("\r\n", "\n")
}
