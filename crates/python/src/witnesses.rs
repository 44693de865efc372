//! What else was seen of the computer, as keywords name it.

use std::fs::File;
use std::path::{Path, PathBuf};

use procmonkey_analysis::Case;
use procmonkey_analysis::parser::{Capture, OtherText, ReadOptions};
use procmonkey_analysis::report::WitnessSource;
use procmonkey_witness::{Error, Kind, Limits, Reading, add_to_case};

use crate::error::{Failure, Outcome};
use crate::selection::Keywords;
use crate::source::Source;

/// The files that witnesses are read from.
#[derive(Clone, Debug)]
pub(crate) struct Witnesses {
    /// What each is given as, and its paths.
    recognised: Vec<(&'static str, Vec<PathBuf>)>,
    debugview: Vec<PathBuf>,
    baseline: Vec<PathBuf>,
    is_live: bool,
    are_beside: bool,
    options: ReadOptions,
}

/// How much of what stands beside the events of a text is looked at, in bytes.
const MOST_BESIDE: usize = 16 * 1024 * 1024;

const RECOGNISED: [&str; 4] = ["hive", "reg_export", "keys_dir", "event_log"];

impl Witnesses {
    /// The keywords that name witnesses.
    pub(crate) const KEYWORDS: [&str; 8] = [
        "hive",
        "reg_export",
        "keys_dir",
        "event_log",
        "debugview",
        "baseline",
        "live",
        "no_witnesses",
    ];

    pub(crate) fn of(keywords: &Keywords<'_>, options: &ReadOptions) -> Outcome<Witnesses> {
        let is_live = keywords.is_set("live")?;
        if is_live && !procmonkey_witness::live::is_supported() {
            let message = "live: only on Windows; elsewhere, hive and keys_dir read what was \
                           collected from the computer";
            return Err(Failure::Argument(message.to_string()));
        }
        let recognised = RECOGNISED.map(|name| Ok((name, keywords.paths(name)?)));
        Ok(Witnesses {
            recognised: recognised.into_iter().collect::<Outcome<_>>()?,
            debugview: keywords.paths("debugview")?,
            baseline: keywords.paths("baseline")?,
            is_live,
            are_beside: !keywords.is_set("no_witnesses")?,
            options: options.clone(),
        })
    }

    /// Reads every witness in turn, the captures of `baseline` last.
    pub(crate) fn read(&self, case: &mut Case) -> Outcome<()> {
        if self.is_live {
            add_to_case(case, "this computer", "live", procmonkey_witness::live::read());
        }
        for (given_as, paths) in &self.recognised {
            for path in paths {
                add_to_case(case, &shown(path), given_as, procmonkey_witness::open(path));
            }
        }
        for path in &self.debugview {
            let reading = open_debugview(path);
            add_to_case(case, &shown(path), "debugview", reading);
        }
        for path in &self.baseline {
            self.read_baseline(case, path)?;
        }
        Ok(())
    }

    fn read_baseline(&self, case: &mut Case, path: &Path) -> Outcome<()> {
        let source = Source::at(path.to_path_buf(), self.options.clone());
        let mut captures = 0;
        if let Ok(mut input) = source.input(&self.options) {
            while let Some(capture) = input.next_capture() {
                if let Ok(mut capture) = capture {
                    captures += 1;
                    // One that breaks off says so in the report.
                    let _ = case.read_baseline(&mut capture);
                }
            }
        }
        if captures == 0 {
            let mut source = WitnessSource::new(shown(path), "baseline");
            source.error = Some("it could not be read as a capture".to_string());
            case.witness_source(source);
        }
        Ok(())
    }

    /// The options by which a capture keeps what stands beside its events, if witnesses are
    /// looked for there.
    pub(crate) fn keep_beside(&self, options: &ReadOptions) -> ReadOptions {
        match self.are_beside {
            true => options.clone().other_text(MOST_BESIDE),
            false => options.clone(),
        }
    }

    /// Reads a capture with `read`, and the witnesses that stand beside its events. A text that
    /// is also given as a witness is not looked at twice.
    pub(crate) fn with_beside(
        &self,
        case: &mut Case,
        capture: &mut Capture<'_>,
        read: impl FnOnce(&mut Case, &mut Capture<'_>),
    ) {
        // A MachineGuid counts for what is read behind it.
        let is_early = capture.other_text().is_some_and(OtherText::is_whole);
        if is_early {
            self.add_beside(case, capture);
        }
        read(case, capture);
        if !is_early {
            self.add_beside(case, capture);
        }
    }

    fn add_beside(&self, case: &mut Case, capture: &Capture<'_>) {
        let Some(other) = capture.other_text() else { return };
        let name = capture.name();
        let mut given = self.recognised.iter().flat_map(|(_, paths)| paths).chain(&self.debugview);
        if given.any(|path| shown(path) == name) {
            return;
        }
        let reading = procmonkey_witness::read_beside(name, other);
        if !reading.is_empty() {
            add_to_case(case, name, "pasted", Ok(reading));
        }
    }
}

fn open_debugview(path: &Path) -> Result<Reading, Error> {
    let name = shown(path);
    let file = File::open(path).map_err(|error| Error::from_io(&name, error))?;
    procmonkey_witness::read_from_as(Kind::DebugView, &name, file, &Limits::default())
}

/// A path, as reports show it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
