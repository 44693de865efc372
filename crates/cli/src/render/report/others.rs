//! Other processes that used keys: those that are not followed.

use procmonkey_analysis::report::{Actor, CaptureRole, FileAccess, FolderAccess, Renaming};
use procmonkey_analysis::{KeyRoot, Report, short_stem};

use super::super::Look;
use super::super::grid::{Cell, Grid, Page, Tone};
use super::facts::guid_name;
use super::timeline::with_steps;

/// How many rows are shown.
const SHOWN: usize = 12;

pub(super) fn others(report: &Report, look: Look, page: &mut Page) {
    // A process that was not asked for, unless its steps are in a timeline.
    let with_steps = with_steps(report);
    let is_other = |index: Option<usize>| index.is_none_or(|index| !with_steps.contains(&index));
    let judged = |by: &Actor| {
        is_other(by.process_index) && report.captures[by.capture].role == CaptureRole::Case
    };
    let touches = &report.touches;
    let mut rows: Vec<(usize, u64, Vec<Cell>)> = Vec::new();
    for access in touches.files.iter().filter(|access| judged(&access.by)) {
        let what = match &access.container {
            Some(name) => format!("key of {name} under {}", guid_name(report, &access.guid, look)),
            None => {
                let guid = guid_name(report, &access.guid, look);
                format!("key {} under {guid}", short_stem(&access.stem))
            }
        };
        rows.push((
            access.by.capture,
            access.first_event,
            row(&access.by, access.first_event, &what, at(access.folder.root, file_did(access))),
        ));
    }
    for access in
        touches.folders.iter().filter(|access| judged(&access.by) && access.folder.is_some())
    {
        let events = [
            access.missing,
            access.denied,
            access.opened,
            access.listed,
            access.created,
            access.deleted,
            access.rights_changed,
            event_of(&access.renamed),
            access.failures.first().map(|failure| failure.event),
        ];
        let Some(first) = events.into_iter().flatten().min() else { continue };
        rows.push((
            access.by.capture,
            first,
            row(&access.by, first, &access.path, at(access.root, folder_did(access))),
        ));
    }
    for read in report.machine_guid_reads.iter().filter(|read| is_other(read.process_index)) {
        if report.captures[read.capture].role != CaptureRole::Case {
            continue;
        }
        let Some(first) = read.events.first() else { continue };
        let name = read.process.as_deref().unwrap_or_default();
        rows.push((
            read.capture,
            *first,
            cells(
                name,
                read.pid,
                *first,
                "MachineGuid",
                Cell::from(format!("read as {}", guid_name(report, &read.value, look))),
            ),
        ));
    }
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|(capture, event, _)| (*capture, *event));
    let shown = if look.whole { rows.len() } else { SHOWN };
    let more = rows.len().saturating_sub(shown);
    page.heading("Others at the keys");
    page.grid(Grid {
        headers: vec!["Process", "PID", "Event", "What", "Did"],
        numbers: vec![1, 2],
        unbroken: vec![0, 1, 2],
        cut: vec![3],
        rows: rows.into_iter().take(shown).map(|(_, _, cells)| cells).collect(),
        ..Grid::default()
    });
    if more > 0 {
        page.text(format!("Shown: the first {shown} of {}. All: -v.", shown + more));
    }
}

fn row(by: &Actor, event: u64, what: &str, did: Cell) -> Vec<Cell> {
    cells(by.name.as_deref().unwrap_or_default(), by.pid, event, what, did)
}

fn cells(name: &str, pid: Option<u32>, event: u64, what: &str, did: Cell) -> Vec<Cell> {
    vec![Cell::from(name), Cell::maybe(pid), Cell::from(event.to_string()), Cell::from(what), did]
}

fn file_did(access: &FileAccess) -> Cell {
    let did = [
        (access.missing, "did not find it"),
        (access.denied, "was denied"),
        (access.sharing_violation, "was kept out"),
        (access.opened, "opened"),
        (access.created, "made"),
        (access.read, "read"),
        (access.written, "wrote"),
        (access.deleted, "deleted"),
        (access.rights_changed, "changed its rights"),
        (event_of(&access.renamed), "renamed"),
        (access.failures.first().map(|failure| failure.event), "failed"),
    ];
    let gone = access.deleted.or(event_of(&access.renamed));
    let bad = access.denied.or(access.sharing_violation).or(gone).is_some();
    of(&did, "asked about", if bad { Tone::Bad } else { Tone::Plain })
}

fn folder_did(access: &FolderAccess) -> Cell {
    let did = [
        (access.missing, "did not find it"),
        (access.denied, "was denied"),
        (access.opened, "opened"),
        (access.listed, "listed"),
        (access.created, "made"),
        (access.deleted, "deleted"),
        (access.rights_changed, "changed its rights"),
        (event_of(&access.renamed), "renamed"),
        (access.failures.first().map(|failure| failure.event), "failed"),
    ];
    let bad = access.denied.or(access.deleted).or(event_of(&access.renamed)).is_some();
    of(&did, "touched", if bad { Tone::Bad } else { Tone::Plain })
}

/// What was done with keys of another Windows, or with copies, is not judged.
fn at(root: KeyRoot, did: Cell) -> Cell {
    match root {
        KeyRoot::Other => Cell::toned(format!("{}; elsewhere, not judged", did.text), Tone::Plain),
        _ => did,
    }
}

fn event_of(renamed: &Option<Renaming>) -> Option<u64> {
    renamed.as_ref().map(|renamed| renamed.event)
}

fn of(did: &[(Option<u64>, &str)], otherwise: &str, tone: Tone) -> Cell {
    let words: Vec<&str> = did.iter().filter(|it| it.0.is_some()).map(|it| it.1).collect();
    match words.is_empty() {
        true => Cell::toned(otherwise, tone),
        false => Cell::toned(words.join(", "), tone),
    }
}
