//! The events of a capture as Parquet.

use std::path::Path;

use procmonkey_parser::ReadOptions;

use crate::args::Selection;

/// Writes the events that were asked for, as `events -f parquet` does: of a file, or of the member
/// at this place of an archive. A capture that breaks off is written as far as it goes.
///
/// # Errors
/// When the file cannot be written.
#[cfg(feature = "parquet")]
pub(super) fn write(
    target: &Path,
    (path, member): (&Path, Option<usize>),
    options: &ReadOptions,
    selection: &Selection,
) -> anyhow::Result<()> {
    use procmonkey_export::{ParquetWriter, Row, Source, TableOptions};
    use procmonkey_parser::{Event, Input};

    use crate::output::Output;

    let mut writer = ParquetWriter::new(Output::to(target)?, TableOptions::new())?;
    let opened = Input::open(path, options).ok().and_then(|mut input| {
        input.pass_over_captures(member.unwrap_or(0));
        input.next_capture()?.ok()
    });
    if let Some(mut capture) = opened {
        let file = member.map(|_| capture.name().to_string());
        writer.begin_capture(&Source::of(&capture).file(file.as_deref()))?;
        let mut event = Event::default();
        let prefilter = selection.filter.prefilter();
        // What broke off is in the findings.
        while let Ok(true) = capture.read_matching(&selection.filter, &prefilter, &mut event) {
            if selection.has_process_of(&event) {
                writer.write_row(&Row::new(&event, capture.clock()))?;
            }
        }
    }
    writer.finish()?.finish()
}

#[cfg(not(feature = "parquet"))]
pub(super) fn write(
    _: &Path,
    _: (&Path, Option<usize>),
    _: &ReadOptions,
    _: &Selection,
) -> anyhow::Result<()> {
    let text = "--events parquet: this program was built without the feature `parquet`";
    Err(crate::args::UsageError(text.to_string()).into())
}
