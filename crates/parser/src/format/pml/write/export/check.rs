//! Checks that a written event reads as it did before.

use super::accounts::Accounts;
use super::values::{Dates, signed};
use crate::model::{Detail, OperationNames};
use crate::pml::event::PmlEvent;
use crate::pml::exporter::Exporter;
use crate::pml::header::Info;
use crate::pml::record::{Class, EventHeader};
use crate::pml::{Fidelity, Pml, Rendering, columns};

/// What the export says about an event.
pub(super) struct Expected<'a> {
    /// The operation as the export has it, and its usual name.
    pub(super) shown: &'a str,
    pub(super) operation: &'a str,
    pub(super) path: &'a str,
    pub(super) detail: &'a str,
    pub(super) accounts: &'a Accounts,
}

/// The column that is different; `None` if none is.
pub(super) fn difference(
    written: &[u8],
    expected: &Expected<'_>,
    info: &Info,
    dates: &Dates,
) -> Option<&'static str> {
    let header = EventHeader::read(written, 0)?;
    // An operation of Advanced Output has to come back with Advanced Output.
    let names = OperationNames::of(expected.shown);
    let rendering = Rendering { zone: dates.zone.clone(), names, ..Rendering::default() };
    let mut pml = Pml::of_one_event(written, info.clone(), rendering);
    let exporters = match expected.operation {
        "QueryDirectory" => &[Exporter::V3_61, Exporter::V3_60, Exporter::V3_4][..],
        _ => &[Exporter::V3_61],
    };
    let mut text = String::new();
    {
        let event = PmlEvent { pml: &pml, index: 0, at: 0, header, repaired: false };
        if columns::operation(&event).text() != expected.shown {
            return Some("Operation");
        }
        // The names of hosts and ports are stored in another table.
        columns::push_path(&mut text, &event);
        if header.class != Class::Network && text != expected.path {
            return Some("Path");
        }
    }
    // The text may also be what the capture holds, where Procmon prints something else.
    for fidelity in [Fidelity::Procmon, Fidelity::Corrected] {
        for &exporter in exporters {
            pml.set_exporter(exporter);
            let event = PmlEvent { pml: &pml, index: 0, at: 0, header, repaired: false };
            text.clear();
            event.detail_text(fidelity, &mut text);
            let text = expected.accounts.with_names(text.replace('\n', ";"));
            if text == expected.detail || means_the_same(&text, expected, dates) {
                return None;
            }
        }
    }
    Some("Detail")
}

/// Whether two texts have the same items, apart from the number and date forms of two
/// countries.
fn means_the_same(text: &str, expected: &Expected<'_>, dates: &Dates) -> bool {
    let ours = Detail::parse(expected.shown, text);
    let theirs = Detail::parse(expected.shown, expected.detail);
    let us = Dates::in_order(Some(crate::DateOrder::MonthDayYear), dates.zone.clone());
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

/// A text with one kind of line end: the exports have different ones.
fn lines(text: &str) -> String {
    text.replace("\r;", "\n").replace("\n\n", "\n").replace("\r\n", "\n")
}
