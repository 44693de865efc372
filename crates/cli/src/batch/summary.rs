//! What a run came to, in a few lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use procmonkey_analysis::Severity;
use procmonkey_export::EntryStatus;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::messages::count;

use super::entry::Entry;

/// Counts over the manifest.
#[derive(Debug, Default)]
pub(super) struct Summary {
    files: u64,
    captures: u64,
    copies: u64,
    failures: u64,
    statuses: BTreeMap<EntryStatus, u64>,
    /// The worst severity, and in how many captures.
    signatures: BTreeMap<String, (Severity, u64)>,
    worst: Option<u8>,
}

impl Summary {
    pub(super) fn of(entries: &[Entry]) -> Summary {
        let mut summary = Summary::default();
        for entry in entries {
            summary.files += 1;
            *summary.statuses.entry(entry.status).or_default() += 1;
            summary.captures += u64::from(entry.status.is_judged());
            summary.copies += u64::from(entry.copy_of.is_some());
            summary.failures += u64::from(entry.status.is_failure());
            for found in &entry.signatures {
                let known = summary
                    .signatures
                    .entry(found.signature.clone())
                    .or_insert((found.severity, 0));
                known.0 = known.0.max(found.severity);
                known.1 += 1;
            }
            let worse = entry.exit.filter(|exit| rank(*exit) > summary.worst.map_or(0, rank));
            summary.worst = worse.or(summary.worst).or(entry.exit);
        }
        summary
    }

    /// The exit status: that of the worst capture, and of what could not be read.
    pub(super) fn exit(&self) -> Exit {
        match self.worst {
            None => Exit::NoInput,
            Some(exit) if exit == Exit::Flagged as u8 => Exit::Flagged,
            Some(exit) if exit == Exit::NoInput as u8 => Exit::NoInput,
            Some(exit) if exit != Exit::Clean as u8 || self.failures > 0 => Exit::Losses,
            Some(_) => Exit::Clean,
        }
    }

    /// Counts what of the arguments could not be read, such as rules of a filter.
    pub(super) fn add_losses(&mut self, losses: u64) {
        self.failures += losses;
    }

    pub(super) fn json(&self, skipped: u64, seconds: f64) -> Value {
        let statuses: serde_json::Map<_, _> = self
            .statuses
            .iter()
            .map(|(status, count)| (status.name().to_string(), json!(count)))
            .collect();
        let signatures: serde_json::Map<_, _> =
            self.signatures.iter().map(|(id, (_, count))| (id.clone(), json!(count))).collect();
        json!({
            "exit": self.exit() as u8,
            "captures": self.captures,
            "skipped": skipped,
            "copies": self.copies,
            "statuses": statuses,
            "signatures": signatures,
            "seconds": seconds,
        })
    }

    pub(super) fn text(&self, skipped: u64) -> String {
        let mut text = format!(
            "{}, of which {} done before and {} copies of others\n",
            count(self.captures, "capture"),
            skipped,
            self.copies
        );
        let mut grid = |left: &str, middle: &str, right: &str| {
            let _ = writeln!(text, "{}", format!("{left:<15} {middle:<8} {right:>8}").trim_end());
        };
        grid("\nStatus", "", "  Number");
        for (status, count) in &self.statuses {
            grid(status.name(), "", &count.to_string());
        }
        if !self.signatures.is_empty() {
            grid("\nSignature", " Severity", "Captures");
            for (id, (severity, count)) in &self.signatures {
                grid(id, &severity.to_string(), &count.to_string());
            }
        }
        text
    }
}

/// How bad an exit status of a capture is.
fn rank(exit: u8) -> u8 {
    match exit {
        0 => 0,
        1 => 3,
        3 => 2,
        _ => 1,
    }
}
