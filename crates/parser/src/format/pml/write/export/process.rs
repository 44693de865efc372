//! Details of process, thread, image and profiling operations.

use super::values::ItemValues;
use super::{Encoded, Request};
use crate::format::pml::write::put::{Put, set};
use crate::format::pml::write::text::put_text;
use crate::pml::process_block::code;

pub(super) fn encode(request: &Request<'_>) -> Encoded {
    let items = &request.items;
    let mut out = Encoded::new(Vec::new());
    let detail = &mut out.detail;
    match request.code.operation {
        code::CREATE => create(request, detail),
        code::START => start(items, detail),
        code::EXIT | code::STATISTICS => exit(items, detail),
        code::THREAD_CREATE => detail.put_u32(items.word("Thread ID")),
        code::THREAD_EXIT => {
            detail.put_u32(0);
            detail.put_u64(items.ticks("Kernel Time"));
            detail.put_u64(items.ticks("User Time"));
        }
        code::LOAD_IMAGE => {
            detail.put_pointer(items.hex("Image Base"), request.width);
            detail.put_u32(items.hex("Image Size") as u32);
            detail.put_u32(0);
            let descriptor = put_text(detail, request.path);
            set(detail, request.width.bytes() + 4, &descriptor.to_le_bytes());
        }
        _ => {}
    }
    out
}

/// The text does not have the identifiers of the new process's account; one may have been invented.
fn create(request: &Request<'_>, detail: &mut Vec<u8>) {
    let command = request.items.text("Command line").unwrap_or_default();
    detail.put_u32(request.child);
    detail.put_u32(request.items.word("PID"));
    detail.put_u32(request.process);
    detail.put_u32(request.pid);
    detail.put_zeros(0x34 - detail.len());
    let user = request.accounts.sid(request.child_user).unwrap_or_default();
    set(detail, 0x2C, &[user.len() as u8]);
    detail.extend_from_slice(&user);
    let image = put_text(detail, request.path);
    let command = put_text(detail, command);
    set(detail, 0x2E, &image.to_le_bytes());
    set(detail, 0x30, &command.to_le_bytes());
}

fn start(items: &ItemValues<'_>, detail: &mut Vec<u8>) {
    detail.put_u32(items.word("Parent PID"));
    detail.put_u64(0);
    let command = put_text(detail, items.text("Command line").unwrap_or_default());
    let folder = put_text(detail, items.text("Current directory").unwrap_or_default());
    let mut block = Vec::new();
    for variable in variables(items.text("Environment").unwrap_or_default()) {
        block.put_wide(variable);
        block.put_u16(0);
    }
    block.put_u16(0);
    set(detail, 4, &command.to_le_bytes());
    set(detail, 6, &folder.to_le_bytes());
    set(detail, 8, &(block.len() as u32 / 2).to_le_bytes());
    detail.append(&mut block);
}

/// The variables. Each stands on its own line, after a tab. A CSV has a semicolon instead
/// of each line feed, an XML has two line feeds.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let end = ['\r', '\n', ';'];
    text.split('\t').enumerate().filter_map(move |(place, variable)| {
        // A variable may itself end with a semicolon.
        let text = ["\r;", "\r\n", "\n\n", "\n;", "\r\r\n", "\n"]
            .iter()
            .find_map(|line_end| variable.strip_suffix(line_end))
            .unwrap_or(variable);
        let is_first = place == 0 && text.trim_matches(end).trim().is_empty();
        (!is_first && !text.is_empty()).then_some(text)
    })
}

fn exit(items: &ItemValues<'_>, detail: &mut Vec<u8>) {
    detail.put_u32(items.word("Exit Status"));
    detail.put_u64(items.ticks("Kernel Time"));
    detail.put_u64(items.ticks("User Time"));
    for key in ["Working Set", "Peak Working Set", "Private Bytes", "Peak Private Bytes"] {
        detail.put_u64(items.number(key) as u64);
    }
}

/// Profiling samples of a thread or a process.
pub(super) fn encode_profiling(request: &Request<'_>) -> Encoded {
    let items = &request.items;
    let mut detail = Vec::new();
    let (user, kernel) = (items.ticks("User Time"), items.ticks("Kernel Time"));
    match request.code.operation {
        0 => {
            detail.put_u32(user as u32);
            detail.put_u32(kernel as u32);
            detail.put_u32(items.word("Context Switches"));
        }
        1 => {
            detail.put_u64(user);
            detail.put_u64(kernel);
            detail.put_u64(items.number("Working Set") as u64);
            detail.put_u64(items.number("Private Bytes") as u64);
        }
        _ => {}
    }
    Encoded::new(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_in_the_text_of_every_export() {
        for text in ["\r;\tA=1;\r;\tB=2", "\n\n\tA=1;\n\n\tB=2", "\r\n\tA=1;\r\n\tB=2"] {
            assert_eq!(variables(text).collect::<Vec<_>>(), ["A=1;", "B=2"], "{text:?}");
        }
        assert_eq!(variables("").count(), 0);
    }
}
