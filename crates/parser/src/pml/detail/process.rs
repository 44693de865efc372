//! Process, thread, image and profiling events.

use super::{Items, Source};
use crate::pml::bytes::Bytes;
use crate::pml::process_block::{ImageDetail, ProcessCreate, code};
use crate::pml::strings::{Descriptor, RawText, push_wide, wide_nul};
use crate::pml::text::{push_number, push_seconds};

pub(super) fn push(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    match source.header.operation {
        code::CREATE => {
            if let Some(create) = ProcessCreate::read(detail) {
                items.number("PID", create.child_pid);
                create.command_line.push_to_nul(items.key("Command line"));
            }
        }
        code::START => start(items, source),
        code::EXIT | code::STATISTICS => exit(items, detail),
        code::THREAD_CREATE => items.number("Thread ID", detail.u32(0).unwrap_or(0)),
        code::THREAD_EXIT => {
            items.number("Thread ID", source.header.thread_id);
            push_seconds(items.key("User Time"), detail.u64(12).unwrap_or(0));
            push_seconds(items.key("Kernel Time"), detail.u64(4).unwrap_or(0));
        }
        code::LOAD_IMAGE => {
            if let Some(image) = ImageDetail::read(detail, source.width) {
                items.hex("Image Base", image.base);
                items.hex("Image Size", image.size);
            }
        }
        _ => {}
    }
}

fn start(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    items.number("Parent PID", detail.u32(0).unwrap_or(0));
    // Version 7 records nothing else.
    if source.version < 9 || detail.len() < 12 {
        return;
    }
    let command = Descriptor(detail.u16(4).unwrap_or(0));
    let directory = Descriptor(detail.u16(6).unwrap_or(0));
    let characters = detail.u32(8).unwrap_or(0) as usize;
    let directory_at = 12 + command.byte_len();
    RawText::read(detail, 12, command).push_to_nul(items.key("Command line"));
    RawText::read(detail, directory_at, directory).push_to_nul(items.key("Current directory"));
    let block = detail.from(directory_at + directory.byte_len()).0;
    let block = block.get(..characters.saturating_mul(2)).unwrap_or(block);
    push_environment(items.key("Environment"), block);
}

/// Appends the variables of an environment block, each on a line of its own.
fn push_environment(out: &mut String, block: &[u8]) {
    let mut rest = block;
    loop {
        let end = wide_nul(rest);
        if end == 0 {
            return;
        }
        out.push_str("\r\n\t");
        push_wide(out, &rest[..end]);
        rest = rest.get(end + 2..).unwrap_or_default();
    }
}

fn exit(items: &mut Items<'_>, detail: Bytes<'_>) {
    let status = detail.i32(0).unwrap_or(0);
    let out = items.key("Exit Status");
    if status < 0 {
        out.push('-');
    }
    push_number(out, u64::from(status.unsigned_abs()));
    push_times(items, detail.u64(12).unwrap_or(0), detail.u64(4).unwrap_or(0));
    items.grouped("Private Bytes", detail.u64(36).unwrap_or(0));
    items.grouped("Peak Private Bytes", detail.u64(44).unwrap_or(0));
    items.grouped("Working Set", detail.u64(20).unwrap_or(0));
    items.grouped("Peak Working Set", detail.u64(28).unwrap_or(0));
}

fn push_times(items: &mut Items<'_>, user: u64, kernel: u64) {
    for (key, ticks) in [("User Time", user), ("Kernel Time", kernel)] {
        let out = items.key(key);
        push_seconds(out, ticks);
        out.push_str(" seconds");
    }
}

/// Samples that Procmon takes of every process and thread.
pub(super) fn push_profiling(items: &mut Items<'_>, source: &Source<'_>) {
    let detail = source.detail();
    match source.header.operation {
        0 => {
            let ticks = |at| u64::from(detail.u32(at).unwrap_or(0));
            push_times(items, ticks(0), ticks(4));
            items.grouped("Context Switches", detail.u32(8).unwrap_or(0));
        }
        1 => {
            push_times(items, detail.u64(0).unwrap_or(0), detail.u64(8).unwrap_or(0));
            items.grouped("Private Bytes", detail.u64(24).unwrap_or(0));
            items.grouped("Working Set", detail.u64(16).unwrap_or(0));
        }
        _ => {}
    }
}
