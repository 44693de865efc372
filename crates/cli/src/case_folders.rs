//! Folders with a `case.json` among the inputs: what it names takes their place.

use std::path::{Path, PathBuf};

use crate::args::{UsageError, WitnessArgs, is_standard_input};
use crate::case_file::CaseFile;
use crate::folder::{files_in, is_named_as_part};
use crate::messages::{Messages, count};

/// Inputs and witnesses, with what case files name.
pub(crate) struct WithCaseFolders {
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) witnesses: WitnessArgs,
    cases: Vec<CaseFile>,
}

impl WithCaseFolders {
    /// The captures of each case stand where its folder stood; its witnesses come behind those
    /// that were given.
    ///
    /// # Errors
    /// When a case file is not as it should be.
    pub(crate) fn of(
        inputs: &[PathBuf],
        witnesses: &WitnessArgs,
    ) -> Result<WithCaseFolders, UsageError> {
        let mut all =
            WithCaseFolders { inputs: Vec::new(), witnesses: witnesses.clone(), cases: Vec::new() };
        for input in inputs {
            let case = match !is_standard_input(input) && input.is_dir() {
                true => CaseFile::of_folder(input).transpose(),
                false => Ok(None),
            };
            match case.map_err(|what| UsageError(with_remedy(&what)))? {
                Some(case) => {
                    all.inputs.extend_from_slice(&case.captures);
                    add_witnesses(&mut all.witnesses, &case);
                    all.cases.push(case);
                }
                None => all.inputs.push(input.clone()),
            }
        }
        Ok(all)
    }

    /// Says what each case file names, and which files of its folder it does not name.
    pub(crate) fn report(&self, messages: Messages) {
        for case in &self.cases {
            messages.note(format_args!("{}: {}", case.path.display(), words(case)));
            let folder = case.path.parent().unwrap_or(Path::new("."));
            for file in files_in(folder).unwrap_or_default() {
                // The parts of a large log are read with the first.
                let is_read = |named: &PathBuf| *named == file || is_named_as_part(&file, named);
                if file != case.path && !case.named().any(is_read) {
                    let name = file.display();
                    messages.note(format_args!("passed over: {name}: not named in the case file"));
                }
            }
        }
    }
}

/// What a case file names, in words.
pub(crate) fn words(case: &CaseFile) -> String {
    format!(
        "{}, {} and {}",
        count(case.captures.len() as u64, "capture"),
        count(case.baseline.len() as u64, "baseline"),
        match case.witnesses().count() {
            1 => "1 witness".to_string(),
            number => format!("{number} witnesses"),
        }
    )
}

/// What to do about a case file that cannot be used.
pub(crate) fn with_remedy(what: &str) -> String {
    format!("{what}; if this file is of another program, name the captures themselves")
}

/// Adds the witnesses of a case, as if their flags had been given.
pub(crate) fn add_witnesses(witnesses: &mut WitnessArgs, case: &CaseFile) {
    witnesses.baseline.extend_from_slice(&case.baseline);
    witnesses.keys_dir.extend_from_slice(&case.keys_dir);
    witnesses.hive.extend_from_slice(&case.hive);
    witnesses.reg_export.extend_from_slice(&case.reg_export);
    witnesses.event_log.extend_from_slice(&case.event_log);
    witnesses.debugview.extend_from_slice(&case.debugview);
}
