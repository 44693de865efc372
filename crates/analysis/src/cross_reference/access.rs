//! Whether an event writes or reads what lies at its path.

use procmonkey_parser::{Column, Event, plain_operation};

use crate::outcome::Outcome;
use crate::step::Step;

/// What an event does to what lies at its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Access {
    /// Its content is changed, or it is made or deleted.
    Write,
    /// Its content is read, or it is loaded as a program or library.
    Read,
}

impl Access {
    /// What the event does, as Procmon's column Category says it. Beyond that, a file that is
    /// overwritten when it is opened, or that goes with its last handle, is written, and an image
    /// that is loaded is read. `None` where it does neither, or does not succeed.
    pub(super) fn of(event: &Event) -> Option<Access> {
        let operation = event.operation()?;
        let access = match &*operation {
            name if name.starts_with("IRP_") || name.starts_with("FASTIO_") => {
                let detail = event.detail()?;
                of_operation(plain_operation(name, &detail), event)
            }
            name => of_operation(name, event),
        };
        access.filter(|access| succeeds(*access, event))
    }
}

/// What an operation does where it succeeds.
fn of_operation(operation: &str, event: &Event) -> Option<Access> {
    match operation {
        "ReadFile"
        | "Load Image"
        | "RegOpenKey"
        | "RegQueryKey"
        | "RegQueryValue"
        | "RegEnumKey"
        | "RegEnumValue"
        | "RegQueryMultipleValueKey" => Some(Access::Read),
        "WriteFile" | "RegSetValue" | "RegDeleteKey" | "RegDeleteValue" => Some(Access::Write),
        "RegCreateKey" => match event.detail()?.get("Disposition") {
            Some("REG_CREATED_NEW_KEY") => Some(Access::Write),
            _ => Some(Access::Read),
        },
        "CreateFile" | "SetDispositionInformationFile" | "SetDispositionInformationEx" => {
            let detail = event.detail();
            match Step::of_file(operation, Outcome::Success, || detail.as_ref())? {
                Step::Created | Step::Overwritten | Step::Deleted => Some(Access::Write),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether it came to what was asked for; of a read, also to a part of it.
fn succeeds(access: Access, event: &Event) -> bool {
    let Some(result) = event.bytes(Column::Result) else { return false };
    match &*result {
        b"SUCCESS" => true,
        b"BUFFER OVERFLOW" => access == Access::Read,
        other => Outcome::of(&String::from_utf8_lossy(other)) == Outcome::Success,
    }
}
