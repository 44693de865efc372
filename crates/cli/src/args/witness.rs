//! What else was seen of the computer, and what of the findings counts.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use procmonkey_analysis::{Confidence, Finding, Severity, signatures};

use super::input_name::name_of;

#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Witnesses")]
pub(crate) struct WitnessArgs {
    /// Capture from when all was well; repeatable. It is not judged itself
    #[arg(long, value_name = "CAPTURE")]
    pub(crate) baseline: Vec<PathBuf>,
    /// MachineKeys folder, live or copied, or a listing of it as text (dir, Get-ChildItem, icacls);
    /// repeatable. Of key files only names and lengths are read
    #[arg(long, value_name = "DIR|LISTING")]
    pub(crate) keys_dir: Vec<PathBuf>,
    /// SOFTWARE hive of the computer, with its transaction logs beside it; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) hive: Vec<PathBuf>,
    /// Export (.reg) or `reg query` text of HKLM\SOFTWARE\Microsoft\Cryptography; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) reg_export: Vec<PathBuf>,
    /// Event log (.evtx), or events as text or XML; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) event_log: Vec<PathBuf>,
    /// Log of DebugView; repeatable. Shown at its time, never interpreted
    #[arg(long, value_name = "FILE")]
    pub(crate) debugview: Vec<PathBuf>,
    /// MachineGuid and key folders of this computer, read-only (Windows)
    #[arg(long)]
    pub(crate) live: bool,
    /// Look for no witnesses in the captures: of a pasted text, read the events alone, and not the
    /// event log's text, listings, registry values and DebugView lines beside them
    #[arg(long)]
    pub(crate) no_witnesses: bool,
}

impl WitnessArgs {
    /// Whether a capture, by its name, is also given as a witness.
    pub(crate) fn name(&self, capture: &str) -> bool {
        let lists =
            [&self.keys_dir, &self.hive, &self.reg_export, &self.event_log, &self.debugview];
        lists.into_iter().flatten().any(|path| name_of(path) == capture)
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Exit status 1")]
pub(crate) struct FlagArgs {
    /// Only these findings count, such as MK-01,MK-03; all are shown
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = signature)]
    pub(crate) report_only: Vec<String>,
    /// Only findings at least this sure count
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = MinConfidence::Low)]
    pub(crate) min_confidence: MinConfidence,
    /// Only findings at least this severe count
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = MinSeverity::Warning)]
    pub(crate) min_severity: MinSeverity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MinConfidence {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MinSeverity {
    Info,
    Warning,
    Error,
}

/// The id of a signature, in any case.
fn signature(text: &str) -> Result<String, String> {
    let known = signatures().find(|known| known.id.eq_ignore_ascii_case(text.trim()));
    match known {
        Some(known) => Ok(known.id.to_string()),
        None => Err("`procmonkey signatures` lists the ids".into()),
    }
}

impl FlagArgs {
    /// Whether a finding counts for the exit status.
    pub(crate) fn counts(&self, finding: &Finding) -> bool {
        let confidence = match self.min_confidence {
            MinConfidence::Low => Confidence::Low,
            MinConfidence::Medium => Confidence::Medium,
            MinConfidence::High => Confidence::High,
        };
        let severity = match self.min_severity {
            MinSeverity::Info => Severity::Info,
            MinSeverity::Warning => Severity::Warning,
            MinSeverity::Error => Severity::Error,
        };
        let asked = self.report_only.is_empty()
            || self.report_only.iter().any(|id| *id == *finding.signature);
        asked && finding.confidence >= confidence && finding.severity >= severity
    }
}
