//! What lsass.exe does for others: it keeps the keys of CNG, and opens them in the name
//! of the account that asks.

use procmonkey_parser::{Event, NtStatus};

use super::Trace;
use super::instances::Standing;
use super::subject::Subject;
use crate::quick_map::QuickMap;

/// The process that acts for others.
const KEY_ISOLATION: &str = "lsass.exe";

/// The most handles that are kept.
const MOST: usize = 4096;

/// Handles that were opened for an account: only their opening says for which.
#[derive(Debug, Default)]
pub(super) struct OpenHandles {
    /// By PID and path in lower case: the instances, the last one last.
    open: QuickMap<(Option<u32>, String), Vec<usize>>,
    count: usize,
}

impl OpenHandles {
    fn push(&mut self, event: &Event, path: &str, instance: usize) {
        if self.count < MOST {
            self.count += 1;
            self.open.entry((event.pid(), path.to_lowercase())).or_default().push(instance);
        }
    }

    /// Who had the file opened last, and still has.
    fn last(&self, event: &Event, path: &str) -> Option<usize> {
        self.open.get(&(event.pid(), path.to_lowercase()))?.last().copied()
    }

    fn close(&mut self, event: &Event, path: &str) -> Option<usize> {
        let key = (event.pid(), path.to_lowercase());
        let handles = self.open.get_mut(&key)?;
        let instance = handles.pop();
        if handles.is_empty() {
            self.open.remove(&key);
        }
        self.count -= usize::from(instance.is_some());
        instance
    }
}

impl Trace {
    /// The part of lsass.exe that an event around key files belongs to, where that
    /// process acts for an account.
    pub(super) fn acting(
        &mut self,
        event: &Event,
        subject: Subject,
        operation: &str,
        path: &str,
    ) -> Option<usize> {
        let is_lsass =
            event.process_name().is_some_and(|name| name.eq_ignore_ascii_case(KEY_ISOLATION));
        if !is_lsass || !self.is_at_own_keys(path) {
            return None;
        }
        if operation != "CreateFile" {
            let instance = match operation {
                "CloseFile" => self.handles.close(event, path),
                _ => self.handles.last(event, path),
            }?;
            self.instances.enter_same(event, instance);
            return Some(instance);
        }
        let detail = event.detail()?;
        let account = detail.get("Impersonating").filter(|account| !account.is_empty())?;
        let standing = match subject {
            Subject::Followed => Standing::Followed,
            Subject::Candidate => Standing::AtTheKeys,
            Subject::Other => Standing::Acting,
        };
        let instance = self.instances.enter_acting(event, standing, account);
        let result = event.result().unwrap_or_default();
        if NtStatus::from_result(&result) == Some(NtStatus::SUCCESS) {
            self.handles.push(event, path, instance);
        }
        Some(instance)
    }
}
