//! The text of each column, as in Procmon's CSV export before quoting.

use super::detail::{FileDetail, NetworkDetail, created_key};
use super::event::PmlEvent;
use super::operation::{Dispatch, Named, file, file_code, name, network};
use super::process_block::{ImageDetail, ProcessCreate, code as process_code};
use super::record::{Class, UNKNOWN};
use super::text::{
    push_date_and_time, push_hex_padded, push_number, push_relative, push_seconds, push_time_of_day,
};
use super::{Pml, control, detail, quirks, status};
use crate::model::{Column, LossKind, Losses, OperationNames};

impl PmlEvent<'_> {
    /// The name of the operation; `<Unknown>` if it has none.
    pub fn operation(&self) -> &'static str {
        operation(self).text()
    }

    /// Appends the text of the column Path.
    pub fn push_path(&self, out: &mut String) {
        push_path(out, self);
    }

    /// Appends the text of a column exactly as in Procmon's CSV export before quoting, in
    /// the form that [`Pml::rendering`] selects.
    ///
    /// Returns false and appends nothing if the capture does not have the text: that of a
    /// process column, if the process of the event is not in the table.
    pub fn column_text(&self, column: Column, out: &mut String) -> bool {
        push(out, self, column)
    }

    /// As [`PmlEvent::column_text`], but keeps the line feeds of a path or detail.
    pub(crate) fn push_lines(&self, column: Column, out: &mut String) {
        push_lines(out, self, column);
    }

    /// The text of the column Category; empty for most operations.
    pub fn category(&self) -> &'static str {
        category(self)
    }

    /// Adds what is damaged or unknown in this event.
    pub fn note_losses(&self, losses: &mut Losses) {
        note_losses(self, operation(self), losses);
    }
}

/// As [`PmlEvent::note_losses`], of an event with this operation.
pub(crate) fn note_losses(event: &PmlEvent<'_>, operation: Named, losses: &mut Losses) {
    let header = &event.header;
    if event.repaired {
        let message = "the list of events is wrong here; it was found from the events before it";
        losses.add(LossKind::DamagedField, event.position(), message);
    }
    if event.parts().cut {
        let message = format!(
            "stack of {} frames, {} bytes of detail and extra detail at {} do not fit in the file",
            header.stack_depth, header.detail_size, header.extra_offset
        );
        losses.add(LossKind::DamagedField, event.position(), message);
    }
    if header.is_blank() {
        let message = format!("the event consists of zeros; it is shown as {UNKNOWN}");
        losses.add(LossKind::DamagedRecord, event.position(), message);
    } else if operation == Named::Unknown {
        let (class, code) = (header.class, header.operation);
        let mut message = format!("operation {code} of class {} ({})", class.code(), class.name());
        if matches!(class, Class::FileSystem | Class::Ipc) {
            let (sub, name) = (event.detail_block().u8(0).unwrap_or(0), name(class, code));
            message = format!("{message}, {}, sub-operation {sub}", name.text());
        }
        message.push_str(&format!(": shown as {UNKNOWN}"));
        losses.add(LossKind::Unknown, event.position(), message);
    }
    if event.process().is_none() && !event.pml.processes().is_empty() {
        let message = format!("process {} is not in the table", header.process_index);
        losses.add(LossKind::DamagedField, event.position(), message);
    }
}

/// Appends the text of a column. Returns false if the capture does not have it: that of a
/// process column, if the process of the event is not in the table.
pub(crate) fn push(out: &mut String, event: &PmlEvent<'_>, column: Column) -> bool {
    let header = event.header();
    let zone = &event.rendering().zone;
    match column {
        Column::TimeOfDay => push_time_of_day(out, header.time, zone),
        Column::DateAndTime => push_date_and_time(out, header.time, zone),
        Column::RelativeTime => push_relative(out, header.time.wrapping_sub(event.first_time())),
        Column::Duration if !header.is_pending() => push_seconds(out, header.duration),
        Column::CompletionTime if !header.is_pending() => {
            push_time_of_day(out, header.time.wrapping_add(header.duration as i64), zone);
        }
        Column::Duration | Column::CompletionTime => {}
        Column::Operation => out.push_str(operation(event).text()),
        Column::Path => on_one_line(out, |out| push_path(out, event)),
        Column::Result => status::push(out, header.status, event.exporter()),
        Column::Detail => on_one_line(out, |out| {
            detail::push(out, &event.source(event.rendering().fidelity));
        }),
        Column::EventClass => out.push_str(header.class.name()),
        Column::Sequence => out.push_str("n/a"),
        Column::Tid => push_number(out, u64::from(header.thread_id)),
        Column::Category => out.push_str(category(event)),
        _ => return push_process(out, event, column),
    }
    true
}

/// The text of a column, where it is one of a list and need not be made.
pub(crate) fn fixed_text(event: &PmlEvent<'_>, column: Column) -> Option<&'static str> {
    match column {
        Column::Operation => Some(operation(event).text()),
        Column::Result => status::name(event.header().status, event.exporter()),
        Column::EventClass => Some(event.header().class.name()),
        Column::Category => Some(category(event)),
        _ => None,
    }
}

/// As [`push`], but keeps line feeds, as an XML export does.
pub(crate) fn push_lines(out: &mut String, event: &PmlEvent<'_>, column: Column) -> bool {
    match column {
        Column::Path => push_path(out, event),
        Column::Detail => detail::push(out, &event.source(event.rendering().fidelity)),
        _ => return push(out, event, column),
    }
    true
}

/// A record of a CSV export is one line: each LF becomes a semicolon.
fn on_one_line(out: &mut String, push: impl FnOnce(&mut String)) {
    let start = out.len();
    push(out);
    if memchr::memchr(b'\n', &out.as_bytes()[start..]).is_some() {
        let line = out[start..].replace('\n', ";");
        out.truncate(start);
        out.push_str(&line);
    }
}

fn push_process(out: &mut String, event: &PmlEvent<'_>, column: Column) -> bool {
    let Some(process) = event.process() else { return false };
    let text = match column {
        Column::ProcessName => &process.name,
        Column::ImagePath => &process.image_path,
        Column::CommandLine => &process.command_line,
        Column::Company => &process.company,
        Column::Version => &process.version,
        Column::Description => &process.description,
        Column::User => &process.user,
        Column::Integrity => &process.integrity,
        _ => {
            match column {
                Column::Pid => push_number(out, u64::from(process.pid)),
                Column::ParentPid => push_number(out, u64::from(process.parent_pid)),
                Column::Session => push_number(out, u64::from(process.session)),
                Column::AuthenticationId => {
                    push_hex_padded(out, process.authentication_id >> 32, 8);
                    out.push(':');
                    push_hex_padded(out, process.authentication_id & 0xFFFF_FFFF, 8);
                }
                Column::Virtualized => out.push_str(match process.virtualized {
                    0 => "False",
                    u32::MAX => "n/a",
                    _ => "True",
                }),
                Column::Architecture => {
                    out.push_str(if process.is_64_bit { "64-bit" } else { "32-bit" });
                }
                Column::ProcessStart => {
                    push_date_and_time(out, process.started, &event.rendering().zone);
                }
                _ => return false,
            }
            return true;
        }
    };
    match text {
        Some(text) => {
            if process.has_lines {
                on_one_line(out, |out| out.push_str(text));
            } else {
                out.push_str(text);
            }
            true
        }
        None => false,
    }
}

/// The name of the event's operation.
pub(crate) fn operation(event: &PmlEvent<'_>) -> Named {
    let header = event.header();
    match header.class {
        Class::Network => {
            network(header.operation, NetworkDetail::read(event.detail_block()).transport())
        }
        Class::FileSystem | Class::Ipc => {
            let detail = event.file_detail();
            file_operation(event.pml, header.operation, detail.sub_operation, detail.dispatch())
        }
        class => name(class, header.operation),
    }
}

/// The name of a file system operation.
pub(crate) fn file_operation(pml: &Pml<'_>, operation: u16, sub: u8, dispatch: Dispatch) -> Named {
    let names = pml.rendering().names;
    if quirks::is_old_allocation(pml.info().version, operation, sub) {
        return Named::Known(quirks::OLD_ALLOCATION_NAME);
    }
    if names == OperationNames::Usual && quirks::is_later_query(pml.exporter(), operation, sub) {
        return Named::Unknown;
    }
    file(operation, sub, names, dispatch)
}

/// Appends the text of the column Path.
pub(crate) fn push_path(out: &mut String, event: &PmlEvent<'_>) {
    let header = event.header();
    let detail = event.detail_block();
    match header.class {
        Class::FileSystem | Class::Ipc => {
            let file = event.file_detail();
            file.path.push_to(out);
            if header.operation == file_code::DIRECTORY_CONTROL && file.sub_operation == 1 {
                detail::push_filter_of_path(out, &file);
            }
        }
        Class::Registry => detail::registry_path(header.operation, detail).push_to(out),
        Class::Process => match header.operation {
            process_code::CREATE => {
                if let Some(create) = ProcessCreate::read(detail) {
                    create.image_path.push_to_nul(out);
                }
            }
            process_code::LOAD_IMAGE => {
                if let Some(image) = ImageDetail::read(detail, event.pointer_width()) {
                    image.path.push_to(out);
                }
            }
            _ => {}
        },
        Class::Network => NetworkDetail::read(detail).push_path(out, event.hosts()),
        Class::Profiling | Class::Unknown(_) => {}
    }
}

const READ: &str = "Read";
const WRITE: &str = "Write";
const READ_METADATA: &str = "Read Metadata";
const WRITE_METADATA: &str = "Write Metadata";

/// The text of the column Category.
pub(crate) fn category(event: &PmlEvent<'_>) -> &'static str {
    match event.header().class {
        Class::Registry => registry_category(event),
        Class::FileSystem | Class::Ipc => file_category(event),
        _ => "",
    }
}

fn registry_category(event: &PmlEvent<'_>) -> &'static str {
    match event.header().operation {
        0 | 3 | 5 | 6 | 7 | 15 => READ,
        1 => match created_key(event.extra_block()) {
            Some(true) => WRITE,
            _ => READ,
        },
        4 | 9 | 10 => WRITE,
        8 | 16 => WRITE_METADATA,
        17 => READ_METADATA,
        _ => "",
    }
}

fn file_category(event: &PmlEvent<'_>) -> &'static str {
    let width = event.pointer_width();
    let file = event.file_detail();
    match event.header().operation {
        file_code::READ => READ,
        file_code::WRITE => WRITE,
        file_code::CREATE => create_category(event, file.disposition(width)),
        file_code::QUERY_INFORMATION
        | file_code::QUERY_EA
        | file_code::QUERY_SECURITY
        | file_code::DIRECTORY_CONTROL => READ_METADATA,
        file_code::SET_INFORMATION => set_category(&file),
        file_code::SET_EA | file_code::SET_SECURITY => WRITE_METADATA,
        file_code::FILE_SYSTEM_CONTROL => control_category(file.control_code(width)),
        _ => "",
    }
}

fn create_category(event: &PmlEvent<'_>, disposition: u8) -> &'static str {
    const CREATE: u8 = 2;
    const OPEN_IF: u8 = 3;
    const OVERWRITE_IF: u8 = 5;
    const SUPERSEDED: u64 = 0;
    const CREATED: u64 = 2;
    match disposition {
        CREATE => WRITE,
        OPEN_IF | OVERWRITE_IF => match event.open_result() {
            Some(SUPERSEDED | CREATED) => WRITE,
            _ => "",
        },
        _ => "",
    }
}

fn set_category(file: &FileDetail<'_>) -> &'static str {
    match file.sub_operation {
        13 | 64 => WRITE,
        _ => WRITE_METADATA,
    }
}

fn control_category(code: u32) -> &'static str {
    use control::code::*;
    match code {
        GET_REPARSE_POINT | OFFLOAD_READ => READ,
        QUERY_USN_JOURNAL
        | READ_USN_JOURNAL
        | READ_FILE_USN_DATA
        | GET_OBJECT_ID
        | CREATE_OR_GET_OBJECT_ID => READ_METADATA,
        SET_COMPRESSION | SET_REPARSE_POINT | DELETE_OBJECT_ID | WRITE_USN_CLOSE_RECORD => {
            WRITE_METADATA
        }
        _ => "",
    }
}
