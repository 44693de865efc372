//! The process list that XML exports and native captures carry.

use std::borrow::Cow;

use super::column::Column;

/// One process of a capture's process list.
///
/// Events refer to it by process index, not by PID: a PID is used again after
/// its process has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Process {
    /// Key of the process within the capture.
    pub index: u32,
    /// PID.
    pub pid: Option<u32>,
    /// PID of the parent.
    pub parent_pid: Option<u32>,
    /// Key of the parent within the capture.
    pub parent_index: Option<u32>,
    /// Logon session as `hhhhhhhh:llllllll`.
    pub authentication_id: Option<String>,
    /// Start, FILETIME (100 ns ticks since 1601 UTC).
    pub created: Option<i64>,
    /// End, FILETIME; `None` while it was running.
    pub finished: Option<i64>,
    /// UAC virtualization: 0 no, 1 yes, `u32::MAX` where it does not apply.
    pub virtualized: Option<u32>,
    /// Whether it is a 64-bit process.
    pub is_64_bit: Option<bool>,
    /// Terminal Services session number.
    pub session: Option<u32>,
    /// Integrity level as the export wrote it.
    pub integrity: Option<String>,
    /// Account as `DOMAIN\name`.
    pub user: Option<String>,
    /// Base name of the image.
    pub name: Option<String>,
    /// Full path of the image.
    pub image_path: Option<String>,
    /// Command line.
    pub command_line: Option<String>,
    /// Company from the version resource.
    pub company: Option<String>,
    /// Version from the version resource.
    pub version: Option<String>,
    /// Description from the version resource.
    pub description: Option<String>,
    /// How many modules the list names for the process.
    pub modules: u32,
}

impl Process {
    /// The text that Procmon would show in a column that belongs to the process.
    pub fn column(&self, column: Column) -> Option<Cow<'_, str>> {
        fn number(number: Option<u32>) -> Option<Cow<'static, str>> {
            number.map(|number| Cow::Owned(number.to_string()))
        }
        match column {
            Column::Pid => number(self.pid),
            Column::ParentPid => number(self.parent_pid),
            Column::Session => number(self.session),
            Column::Virtualized => self.virtualized.map(|state| match state {
                0 => Cow::Borrowed("False"),
                u32::MAX => Cow::Borrowed("n/a"),
                _ => Cow::Borrowed("True"),
            }),
            Column::Architecture => {
                self.is_64_bit.map(|yes| Cow::Borrowed(if yes { "64-bit" } else { "32-bit" }))
            }
            _ => self.text(column).map(Cow::Borrowed),
        }
    }

    /// The text of a column that the process holds as text.
    pub(crate) fn text(&self, column: Column) -> Option<&str> {
        match column {
            Column::ProcessName => &self.name,
            Column::AuthenticationId => &self.authentication_id,
            Column::Integrity => &self.integrity,
            Column::User => &self.user,
            Column::ImagePath => &self.image_path,
            Column::CommandLine => &self.command_line,
            Column::Company => &self.company,
            Column::Version => &self.version,
            Column::Description => &self.description,
            _ => return None,
        }
        .as_deref()
    }
}
