//! Details of file system operations.

use super::file_block::block;
use super::values::ItemValues;
use super::words::{attributes, bits, file_access, hex, place, share_mode};
use super::{Encoded, Request, directory, file_information};
use crate::format::pml::write::put::{Put, set};
use crate::pml::access::{
    CREATE_OPTIONS, DISPOSITIONS, IO_FLAGS, IO_PRIORITIES, NOTIFY_FILTER, OPEN_RESULTS,
    PAGE_PROTECTION, SECURITY_INFORMATION,
};
use crate::pml::bytes::PointerWidth;
use crate::pml::control;
use crate::pml::operation::file_code;

pub(super) fn encode(request: &Request<'_>) -> Encoded {
    let is_listing =
        request.code.operation == file_code::DIRECTORY_CONTROL && request.code.sub == 1;
    if is_listing {
        return directory::encode(request);
    }
    let mut out = Encoded::new(block(request, request.path));
    let (items, width) = (&request.items, request.width);
    let detail = &mut out.detail;
    match request.code.operation {
        file_code::CREATE => create(request, &mut out),
        file_code::READ | file_code::WRITE => read_or_write(request, &mut out),
        file_code::QUERY_OPEN => file_information::network_open(request, &mut out),
        file_code::QUERY_INFORMATION => file_information::query(request, &mut out),
        file_code::SET_INFORMATION => file_information::set_information(request, &mut out),
        file_code::QUERY_VOLUME => super::volume::query(request, &mut out),
        file_code::DIRECTORY_CONTROL => {
            let filter = bits(items.text("Filter").unwrap_or_default(), &NOTIFY_FILTER);
            set(detail, width.pick(0x18, 0x14), &filter.to_le_bytes());
        }
        file_code::FILE_SYSTEM_CONTROL
        | file_code::DEVICE_CONTROL
        | file_code::INTERNAL_DEVICE_CONTROL => {
            let code = items.text("Control").and_then(control_code).unwrap_or(0);
            set(detail, width.pick(0x20, 0x18), &code.to_le_bytes());
            if code == control::code::OFFLOAD_READ {
                detail.put_zeros(0x10);
                detail.put_u64(items.number("Offset") as u64);
                detail.put_u64(items.number("Length") as u64);
            }
        }
        file_code::LOCK_UNLOCK => lock(items, width, detail),
        file_code::QUERY_SECURITY | file_code::SET_SECURITY => {
            let asked = bits(items.text("Information").unwrap_or_default(), &SECURITY_INFORMATION);
            set(detail, 0x10, &asked.to_le_bytes());
        }
        file_code::CREATE_FILE_MAPPING => mapping(items, width, detail),
        file_code::ACQUIRE_FOR_MOD_WRITE => {
            detail.put_u64(items.number("EndingOffset") as u64);
        }
        file_code::MDL_READ_COMPLETE => {
            set(detail, 0x10, &items.hex("MDL").to_le_bytes()[..width.bytes()]);
        }
        _ => {}
    }
    out
}

fn create(request: &Request<'_>, out: &mut Encoded) {
    let (items, width) = (&request.items, request.width);
    let text = |key| items.text(key).unwrap_or_default();
    let disposition = place(text("Disposition"), &DISPOSITIONS).unwrap_or(0);
    let options = bits(text("Options"), &CREATE_OPTIONS) | disposition << 24;
    let attributes = attributes(text("Attributes")).unwrap_or(0) as u16;
    let share = share_mode(text("ShareMode")) as u16;
    let detail = &mut out.detail;
    set(detail, width.pick(0x18, 0x14), &options.to_le_bytes());
    set(detail, width.pick(0x20, 0x18), &attributes.to_le_bytes());
    set(detail, width.pick(0x22, 0x1A), &share.to_le_bytes());
    let size = items.number("AllocationSize");
    match width {
        PointerWidth::Bits64 => set(detail, 0x38, &size.to_le_bytes()),
        // Procmon prints the upper half of the value there.
        PointerWidth::Bits32 => set(detail, 0x28, &(size as u32).to_le_bytes()),
    }
    detail.put_u32(file_access(text("Desired Access")));
    let sid =
        items.text("Impersonating").and_then(|name| request.accounts.sid(name)).unwrap_or_default();
    detail.put_u32(sid.len() as u32);
    detail.extend_from_slice(&sid);
    if let Some(result) = items.text("OpenResult") {
        let result = place(result, &OPEN_RESULTS).unwrap_or(u32::MAX);
        out.returned().put_pointer(u64::from(result), width);
    }
}

fn read_or_write(request: &Request<'_>, out: &mut Encoded) {
    let (items, width) = (&request.items, request.width);
    let length = items.number("Length");
    let asked = u32::try_from(length).unwrap_or(u32::MAX);
    let mut flags = bits(items.text("I/O Flags").unwrap_or_default(), &IO_FLAGS);
    if let Some(priority) = items.text("Priority").and_then(|text| place(text, &IO_PRIORITIES)) {
        flags |= (priority + 1) << 17;
    }
    let detail = &mut out.detail;
    set(detail, 8, &flags.to_le_bytes());
    set(detail, 0x10, &asked.to_le_bytes());
    set(detail, width.pick(0x20, 0x18), &items.number("Offset").to_le_bytes());
    // The text has the number of bytes that were read, not of those requested.
    if request.code.operation == file_code::READ && request.status == 0 {
        out.returned().put_pointer(length as u64, width);
    }
}

fn lock(items: &ItemValues<'_>, width: PointerWidth, detail: &mut Vec<u8>) {
    // "To the end of the file" is −1; Procmon prints its lower half.
    let length = match items.number("Length") {
        0xFFFF_FFFF => -1,
        length => length,
    };
    let flags = [items.flag("Fail Immediately"), items.flag("Exclusive")];
    set(detail, width.pick(0x30, 0x24), &flags);
    set(detail, width.pick(0x20, 0x18), &items.number("Offset").to_le_bytes());
    detail.put_u64(length as u64);
}

fn mapping(items: &ItemValues<'_>, width: PointerWidth, detail: &mut [u8]) {
    const CREATE_SECTION: u32 = 1;
    const NO_CACHE: u32 = 0x200;
    if items.text("SyncType") != Some("SyncTypeCreateSection") {
        return;
    }
    set(detail, 0x10, &CREATE_SECTION.to_le_bytes());
    let text = items.text("PageProtection").unwrap_or_default();
    let word = |part: &str| PAGE_PROTECTION.iter().find(|(_, word)| *word == part);
    let protection = text.split('|').fold(0, |bits, part| match part {
        "PAGE_NOCACHE" => bits | NO_CACHE,
        part => bits | word(part).map_or(0, |(bit, _)| *bit),
    });
    // On 64-bit Windows, Procmon prints the word after the protection.
    set(detail, width.pick(0x18, 0x14), &protection.to_le_bytes());
}

/// A control code, from its name or from `0x1234 (Device:…`.
fn control_code(text: &str) -> Option<u32> {
    let number = text.split(' ').next().and_then(hex);
    number.and_then(|code| u32::try_from(code).ok()).or_else(|| control::code_of(text))
}
