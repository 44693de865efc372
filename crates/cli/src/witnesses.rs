//! Reads the witnesses that the arguments name.

use std::path::Path;

use procmonkey_analysis::Case;
use procmonkey_analysis::report::WitnessSource;
use procmonkey_parser::{Capture, OtherText, ReadOptions};
use procmonkey_witness::{Error, ErrorKind, Kind, Limits, Reading, add_to_case};

use crate::args::{UsageError, WitnessArgs, is_standard_input, name_of};
use crate::inputs::{ReadCounts, for_each};
use crate::messages::{Messages, count};
use crate::standard_input::StandardInput;

/// What came of the witnesses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WitnessOutcome {
    /// What of them is missing from the result.
    pub(crate) read: ReadCounts,
    /// How many of them could not be read at all.
    pub(crate) unread: u64,
}

/// Reads every witness in turn, the captures of `--baseline` last, and adds what it
/// says to the case. What cannot be read is reported, counted, and part of the case.
///
/// # Errors
/// When `--live` is asked for on another system than Windows.
pub(crate) fn read(
    args: &WitnessArgs,
    options: &ReadOptions,
    messages: Messages,
    case: &mut Case,
) -> anyhow::Result<WitnessOutcome> {
    let mut outcome = WitnessOutcome::default();
    if args.live {
        if !procmonkey_witness::live::is_supported() {
            return Err(UsageError(
                "--live: only on Windows; elsewhere, --hive and --keys-dir read what \
                 was collected from the computer"
                    .into(),
            )
            .into());
        }
        let reading = procmonkey_witness::live::read();
        outcome.add("this computer", "live", reading, messages, case);
    }
    let recognised = [
        ("hive", &args.hive),
        ("reg_export", &args.reg_export),
        ("keys_dir", &args.keys_dir),
        ("event_log", &args.event_log),
    ];
    for (given_as, paths) in recognised {
        for path in paths {
            let reading = open(path, messages);
            outcome.add(&name_of(path), given_as, reading, messages, case);
        }
    }
    for path in &args.debugview {
        let reading = open_as(Kind::DebugView, path, messages);
        outcome.add(&name_of(path), "debugview", reading, messages, case);
    }
    for path in &args.baseline {
        let paths = std::slice::from_ref(path);
        let read = for_each(paths, options, messages, |capture| Ok(case.read_baseline(capture)?))?;
        outcome.read.losses += read.losses;
        outcome.read.failures += read.failures;
        if read.captures == 0 {
            outcome.unread += 1;
            let mut source = WitnessSource::new(name_of(path), "baseline");
            source.error = Some("it could not be read as a capture".to_string());
            case.witness_source(source);
        }
    }
    Ok(outcome)
}

/// How much of what stands beside the events of a text is looked at, in bytes. A ticket has
/// some thousands.
const MOST_BESIDE: usize = 16 * 1024 * 1024;

/// The options by which a capture keeps what stands beside its events, if witnesses are looked
/// for there.
pub(crate) fn keep_beside(args: &WitnessArgs, options: ReadOptions) -> ReadOptions {
    match args.no_witnesses {
        true => options,
        false => options.other_text(MOST_BESIDE),
    }
}

/// Reads a capture, and the witnesses that stand beside its events. A text that is also given
/// as a witness is not looked at twice.
///
/// # Errors
/// When the capture cannot be read further.
pub(crate) fn read_with_beside(
    args: &WitnessArgs,
    capture: &mut Capture<'_>,
    messages: Messages,
    case: &mut Case,
    outcome: &mut WitnessOutcome,
) -> anyhow::Result<()> {
    // A MachineGuid counts for what is read behind it.
    let is_early = capture.other_text().is_some_and(OtherText::is_whole);
    if is_early {
        outcome.add_beside(args, capture, messages, case);
    }
    let read = case.read(capture);
    if !is_early {
        outcome.add_beside(args, capture, messages, case);
    }
    Ok(read?)
}

impl WitnessOutcome {
    fn add_beside(
        &mut self,
        args: &WitnessArgs,
        capture: &Capture<'_>,
        messages: Messages,
        case: &mut Case,
    ) {
        let Some(other) = capture.other_text() else { return };
        let name = capture.name();
        if args.name(name) {
            return;
        }
        let reading = procmonkey_witness::read_beside(name, other);
        if !reading.is_empty() {
            self.add(name, "pasted", Ok(reading), messages, case);
        }
    }

    fn add(
        &mut self,
        name: &str,
        given_as: &'static str,
        reading: Result<Reading, Error>,
        messages: Messages,
        case: &mut Case,
    ) {
        match &reading {
            Ok(reading) => {
                messages.losses(name, &reading.losses);
                note_events(name, reading, messages);
                self.read.losses += reading.losses.count();
            }
            Err(error) => {
                messages.error(error);
                self.read.failures += 1;
                // One that was read and says nothing of what it was asked for is not unread.
                self.unread += u64::from(error.kind() != ErrorKind::NotFound);
            }
        }
        add_to_case(case, name, given_as, reading);
    }
}

fn open(path: &Path, messages: Messages) -> Result<Reading, Error> {
    if is_standard_input(path) {
        let input = StandardInput::open(messages);
        return procmonkey_witness::read_from(&name_of(path), input, &Limits::default());
    }
    procmonkey_witness::open(path)
}

fn open_as(kind: Kind, path: &Path, messages: Messages) -> Result<Reading, Error> {
    let (name, limits) = (name_of(path), Limits::default());
    if is_standard_input(path) {
        let input = StandardInput::open(messages);
        return procmonkey_witness::read_from_as(kind, &name, input, &limits);
    }
    let file = std::fs::File::open(path).map_err(|error| Error::from_io(&name, error))?;
    procmonkey_witness::read_from_as(kind, &name, file, &limits)
}

fn note_events(name: &str, reading: &Reading, messages: Messages) {
    let events = reading.events_read();
    if events > 0 {
        messages.note(format_args!(
            "{name}: {}, of which {} of services or keys",
            count(events, "event"),
            match reading.witnesses.len() {
                1 => "1 is".to_string(),
                number => format!("{number} are"),
            }
        ));
    }
}
