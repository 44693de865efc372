//! Whether a page has a lesson.

use clap::Args;

use super::{OutputArgs, PageFormat, UsageError};

#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct LessonArgs {
    /// With -f html: learning goals, questions that this capture answers, and the answers, each on
    /// a printed page of its own
    #[arg(long)]
    pub(crate) lesson: bool,
}

impl LessonArgs {
    /// # Errors
    /// When a lesson is asked for, and the output is no page.
    pub(crate) fn check(self, out: &OutputArgs) -> Result<(), UsageError> {
        match self.lesson && out.page() != Some(PageFormat::Html) {
            true => Err(UsageError(
                "--lesson is for -f html; `procmonkey explain --lesson` has it as text, too".into(),
            )),
            false => Ok(()),
        }
    }

    /// # Errors
    /// When a lesson is asked for with the page of a comparison.
    pub(crate) fn check_comparison(self) -> Result<(), UsageError> {
        match self.lesson {
            true => Err(UsageError(
                "--lesson is for reports; a comparison has none: `procmonkey explain INPUT \
                 --baseline GOOD --lesson`"
                    .into(),
            )),
            false => Ok(()),
        }
    }
}
