//! One case from its inputs to its report, as `analyze` and `batch` do it.

use std::path::PathBuf;

use procmonkey_analysis::report::EventRows;
use procmonkey_analysis::{Case, CaseOptions, Report};
use procmonkey_parser::{Capture, Error, ReadOptions};

use crate::args::{HashArgs, WitnessArgs};
use crate::inputs::{Noted, ReadCounts, for_each_noting};
use crate::messages::Messages;
use crate::witnesses;

/// What belongs to a case, and how it is read.
pub(crate) struct Question<'a> {
    pub(crate) inputs: &'a [PathBuf],
    pub(crate) witnesses: &'a WitnessArgs,
    pub(crate) hash: HashArgs,
    /// How captures of witnesses are read.
    pub(crate) options: ReadOptions,
    /// How the inputs are read: with what [`witnesses::keep_beside`] adds.
    pub(crate) input_options: ReadOptions,
    pub(crate) case: CaseOptions,
}

/// What came of it.
pub(crate) struct Judged {
    pub(crate) report: Report,
    pub(crate) rows: EventRows,
    /// What of captures and witnesses was read.
    pub(crate) read: ReadCounts,
    /// How many witnesses could not be read at all.
    pub(crate) unread_witnesses: u64,
}

impl Question<'_> {
    /// Reads the witnesses, then every capture of the inputs. `None` when there is no capture.
    ///
    /// # Errors
    /// As [`witnesses::read`].
    pub(crate) fn judge(self, messages: Messages) -> anyhow::Result<Option<Judged>> {
        let Question { inputs, witnesses: given, hash, options, input_options, case } = self;
        let mut case = Case::new(case);
        let mut outcome = witnesses::read(given, &options, messages, &mut case)?;
        let mut noted = Noted::of(&hash);
        let mut read = for_each_noting(inputs, &input_options, messages, &mut noted, |capture| {
            witnesses::read_with_beside(given, capture, messages, &mut case, &mut outcome)
        })?;
        for input in std::mem::take(&mut noted.unread) {
            case.unread_input(input.name, input.error);
        }
        if read.captures == 0 {
            return Ok(None);
        }
        read.losses += outcome.read.losses;
        read.failures += outcome.read.failures;
        let (mut report, rows) = case.finish_with_rows();
        read.failures += noted.add_up_files(&given.baseline, messages);
        noted.give_to(&mut report.captures);
        Ok(Some(Judged { report, rows, read, unread_witnesses: outcome.unread }))
    }
}

/// The report on one capture that is open, as [`Question::judge`] makes it of an input that holds
/// this capture alone. What breaks off is in the report.
///
/// # Errors
/// As [`witnesses::read`].
pub(crate) fn judge_capture(
    capture: &mut Capture<'_>,
    given: &WitnessArgs,
    options: &ReadOptions,
    case: CaseOptions,
) -> anyhow::Result<Judged> {
    let messages = Messages::Nothing;
    let mut case = Case::new(case);
    let mut outcome = witnesses::read(given, options, messages, &mut case)?;
    let mut read = ReadCounts { captures: 1, ..ReadCounts::default() };
    match witnesses::read_with_beside(given, capture, messages, &mut case, &mut outcome) {
        Ok(()) => {}
        Err(error) if error.is::<Error>() => read.failures += 1,
        Err(error) => return Err(error),
    }
    read.events = capture.events_read();
    read.losses = capture.losses().count() + outcome.read.losses;
    read.failures += outcome.read.failures;
    let (report, rows) = case.finish_with_rows();
    Ok(Judged { report, rows, read, unread_witnesses: outcome.unread })
}
