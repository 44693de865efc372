//! Other processes at the keys.

use procmonkey_analysis::report::Report;
use procmonkey_analysis::words::{OtherTarget, others};

use crate::links::{EventLink, Links};
use crate::sign::Guid;

/// How many rows are shown.
const MOST: usize = 200;

#[derive(Debug)]
pub(crate) struct Others {
    pub(crate) rows: Vec<Row>,
    pub(crate) all: usize,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) process: String,
    pub(crate) pid: String,
    pub(crate) event: EventLink,
    pub(crate) what: String,
    pub(crate) guid: Option<Guid>,
    pub(crate) did: String,
    pub(crate) bad: bool,
}

impl Others {
    pub(crate) fn of(report: &Report, links: &Links<'_>) -> Others {
        let all = others(report);
        let count = all.len();
        let rows = all.into_iter().take(MOST).map(|access| {
            let (what, guid) = match &access.target {
                OtherTarget::Key(name, guid) => (format!("key of {name}"), Some(*guid)),
                OtherTarget::Folder(path) => (path.to_string(), None),
                OtherTarget::MachineGuid(guid) => ("MachineGuid".to_string(), Some(*guid)),
                _ => (String::new(), None),
            };
            Row {
                process: access.process.to_string(),
                pid: access.pid.map(|pid| pid.to_string()).unwrap_or_default(),
                event: links.event(access.capture, access.event),
                what,
                guid: guid.map(|guid| Guid::of(report, guid)),
                did: access.did,
                bad: access.bad,
            }
        });
        Others { rows: rows.collect(), all: count }
    }
}
