//! Reads the witnesses that the arguments name.

use std::io::Read;
use std::path::Path;

use procmonkey_analysis::Witness;
use procmonkey_witness::{Error, Kind, Reading};

use crate::args::{UsageError, WitnessArgs};
use crate::inputs::Tally;
use crate::messages::{Messages, count};

/// Reads every source in turn and hands each fact to `take`. What cannot be read is
/// reported and counted.
///
/// # Errors
/// When `--live` is asked for on another system than Windows.
pub(crate) fn for_each(
    args: &WitnessArgs,
    messages: Messages,
    mut take: impl FnMut(Witness),
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let mut add = |name: &str, reading: Result<Reading, Error>| match reading {
        Ok(reading) => {
            report(name, &reading, messages);
            tally.losses += reading.losses.count();
            reading.witnesses.into_iter().for_each(&mut take);
        }
        Err(error) => {
            messages.error(error);
            tally.failures += 1;
        }
    };
    if args.live {
        if !procmonkey_witness::live::is_supported() {
            return Err(UsageError(
                "--live: only on Windows; elsewhere, --hive and --keys-dir read what \
                 was collected from the computer"
                    .into(),
            )
            .into());
        }
        add("this computer", procmonkey_witness::live::read());
    }
    let recognised =
        args.hive.iter().chain(&args.reg_export).chain(&args.keys_dir).chain(&args.event_log);
    for path in recognised {
        add(&path.display().to_string(), open(path, None));
    }
    for path in &args.debugview {
        add(&path.display().to_string(), open(path, Some(Kind::DebugView)));
    }
    Ok(tally)
}

fn open(path: &Path, kind: Option<Kind>) -> Result<Reading, Error> {
    let (name, bytes) = if path.as_os_str() == "-" {
        ("standard input".to_string(), read(std::io::stdin().lock()))
    } else if let Some(Kind::DebugView) = kind {
        (path.display().to_string(), std::fs::File::open(path).and_then(read))
    } else {
        return procmonkey_witness::open(path);
    };
    let bytes = bytes.map_err(|error| Error::from_io(&name, error))?;
    match kind {
        Some(kind) => procmonkey_witness::read_as(kind, &name, &bytes),
        None => procmonkey_witness::read(&name, &bytes),
    }
}

fn read(mut input: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn report(name: &str, reading: &Reading, messages: Messages) {
    messages.losses(name, &reading.losses);
    let events: u64 = reading.events.iter().map(|event| event.count).sum();
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
