//! Who else was at the keys: processes that are not followed.

use procmonkey_analysis::report::CaptureRole;
use procmonkey_analysis::touches::{FileTouch, FolderTouch, Toucher};
use procmonkey_analysis::{MachineGuid, Report, short_stem};

use super::super::grid::{Cell, Grid, Page, Tone};

/// How many rows are shown.
const SHOWN: usize = 12;

pub(super) fn others(report: &Report, page: &mut Page) {
    let judged = |by: &Toucher| {
        by.process_index.is_none() && report.captures[by.capture].role == CaptureRole::Case
    };
    let touches = &report.touches;
    let mut rows: Vec<(usize, u64, Vec<Cell>)> = Vec::new();
    for touch in touches.files.iter().filter(|touch| judged(&touch.by)) {
        let what = match &touch.container {
            Some(name) => format!("key file of {name} under {}", touch.guid.short()),
            None => format!("key file {} under {}", short_stem(&touch.stem), touch.guid.short()),
        };
        rows.push((
            touch.by.capture,
            touch.first_event,
            row(&touch.by, touch.first_event, &what, file_did(touch)),
        ));
    }
    for touch in touches.folders.iter().filter(|touch| judged(&touch.by) && touch.folder.is_some())
    {
        let events = [touch.missing, touch.denied, touch.opened, touch.listed, touch.created];
        let Some(first) = events.into_iter().flatten().min() else { continue };
        rows.push((touch.by.capture, first, row(&touch.by, first, &touch.path, folder_did(touch))));
    }
    for read in report.machine_guid_reads.iter().filter(|read| read.process_index.is_none()) {
        if report.captures[read.capture].role != CaptureRole::Case {
            continue;
        }
        let Some(first) = read.events.first() else { continue };
        let name = read.process.as_deref().unwrap_or_default();
        rows.push((
            read.capture,
            *first,
            cells(name, read.pid, *first, "MachineGuid", read_did(&read.value)),
        ));
    }
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|(capture, event, _)| (*capture, *event));
    let more = rows.len().saturating_sub(SHOWN);
    page.heading("Others at the keys");
    page.grid(Grid {
        headers: vec!["Process", "PID", "Event", "What", "Did"],
        numbers: vec![1, 2],
        unbroken: vec![0, 1, 2],
        rows: rows.into_iter().take(SHOWN).map(|(_, _, cells)| cells).collect(),
    });
    if more > 0 {
        page.text(format!("And {more} more; -f json has all of them under `touches`."));
    }
}

fn row(by: &Toucher, event: u64, what: &str, did: Cell) -> Vec<Cell> {
    cells(by.name.as_deref().unwrap_or_default(), by.pid, event, what, did)
}

fn cells(name: &str, pid: Option<u32>, event: u64, what: &str, did: Cell) -> Vec<Cell> {
    vec![Cell::from(name), Cell::maybe(pid), Cell::from(event.to_string()), Cell::from(what), did]
}

fn read_did(value: &MachineGuid) -> Cell {
    Cell::from(format!("read as {}", value.short()))
}

fn file_did(touch: &FileTouch) -> Cell {
    let did = [
        (touch.missing, "did not find it"),
        (touch.denied, "was denied"),
        (touch.sharing_violation, "was kept out"),
        (touch.opened, "opened"),
        (touch.created, "made"),
        (touch.read, "read"),
        (touch.written, "wrote"),
        (touch.deleted, "deleted"),
    ];
    let bad = touch.denied.or(touch.sharing_violation).or(touch.deleted).is_some();
    of(&did, "asked about", if bad { Tone::Bad } else { Tone::Plain })
}

fn folder_did(touch: &FolderTouch) -> Cell {
    let did = [
        (touch.missing, "did not find it"),
        (touch.denied, "was denied"),
        (touch.opened, "opened"),
        (touch.listed, "listed"),
        (touch.created, "made"),
    ];
    of(&did, "touched", if touch.denied.is_some() { Tone::Bad } else { Tone::Plain })
}

fn of(did: &[(Option<u64>, &str)], otherwise: &str, tone: Tone) -> Cell {
    let words: Vec<&str> = did.iter().filter(|it| it.0.is_some()).map(|it| it.1).collect();
    match words.is_empty() {
        true => Cell::toned(otherwise, tone),
        false => Cell::toned(words.join(", "), tone),
    }
}
