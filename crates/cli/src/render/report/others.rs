//! Other processes that used keys: those that are not followed.

use procmonkey_analysis::Report;
use procmonkey_analysis::words::{self, OtherTarget};

use super::super::Look;
use super::super::grid::{Cell, Grid, Page, Tone};
use super::facts::guid_name;

/// How many rows are shown.
const SHOWN: usize = 12;

pub(super) fn others(report: &Report, look: Look, page: &mut Page) {
    let all = words::others(report).into_iter();
    let rows: Vec<Vec<Cell>> = all
        .map(|access| {
            let (what, did) = match access.target {
                OtherTarget::Key(name, guid) => {
                    let guid = guid_name(report, guid, look);
                    (format!("key of {name} under {guid}"), access.did)
                }
                OtherTarget::Folder(path) => (path.to_string(), access.did),
                OtherTarget::MachineGuid(guid) => {
                    let value = guid_name(report, guid, look);
                    ("MachineGuid".to_string(), format!("{} {value}", access.did))
                }
                _ => (String::new(), access.did),
            };
            let tone = if access.bad { Tone::Bad } else { Tone::Plain };
            vec![
                Cell::from(access.process),
                Cell::maybe(access.pid),
                Cell::from(access.event.to_string()),
                Cell::from(what),
                Cell::toned(did, tone),
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let shown = if look.whole { rows.len() } else { SHOWN };
    let more = rows.len().saturating_sub(shown);
    page.heading("Others at the keys");
    page.grid(Grid {
        headers: vec!["Process", "PID", "Event", "What", "Did"],
        numbers: vec![1, 2],
        unbroken: vec![0, 1, 2],
        cut: vec![3],
        rows: rows.into_iter().take(shown).collect(),
        ..Grid::default()
    });
    if more > 0 {
        page.text(format!("Shown: the first {shown} of {}. All: -v.", shown + more));
    }
}
