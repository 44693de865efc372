//! File system operations.

use super::file_block::FileDetail;
use super::{DetailInput, Items, directory, file_information, rename, volume};
use crate::pml::access::{
    CREATE_OPTIONS, DISPOSITIONS, IO_FLAGS, IO_PRIORITIES, NOTIFY_FILTER, OPEN_RESULTS,
    PAGE_PROTECTION, SECURITY_INFORMATION, push_attributes, push_file_access, push_share_mode,
    push_words, push_words_and_rest,
};
use crate::pml::bytes::{Bytes, PointerWidth};
use crate::pml::operation::file_code;
use crate::pml::record::UNKNOWN;
use crate::pml::text::push_grouped_signed;
use crate::pml::{control, quirks};

/// What a `CreateFile` did: 0 superseded to 5 does not exist. `None` if the capture does
/// not show it, as for every failure.
pub(crate) fn open_result(returned: Option<Bytes<'_>>, width: PointerWidth) -> Option<u64> {
    let returned = returned?;
    returned.pointer(0, width).or_else(|| returned.u32(0).map(u64::from))
}

pub(super) fn push(items: &mut Items<'_>, source: &DetailInput<'_>) {
    let file = FileDetail::read(source.detail(), source.width);
    if let Some(name) = file.advanced_type(source) {
        items.text("Type", name);
    }
    match source.header.operation {
        file_code::CREATE => create(items, source, &file),
        file_code::READ | file_code::WRITE => read_or_write(items, source, &file),
        file_code::QUERY_OPEN => file_information::push_query_open(items, source),
        file_code::QUERY_INFORMATION => {
            file_information::push_query(items, source, file.sub_operation)
        }
        file_code::SET_INFORMATION => set_information(items, source, &file),
        file_code::QUERY_VOLUME => volume::push_query(items, source, file.sub_operation),
        file_code::DIRECTORY_CONTROL => match file.sub_operation {
            1 => directory::push(items, source, &file),
            2 => notify(items, source, &file),
            _ => {}
        },
        file_code::FILE_SYSTEM_CONTROL
        | file_code::DEVICE_CONTROL
        | file_code::INTERNAL_DEVICE_CONTROL => control_operation(items, source, &file),
        file_code::LOCK_UNLOCK => lock(items, source, &file),
        file_code::QUERY_SECURITY | file_code::SET_SECURITY => {
            let bits = file.block.u32(0x10).unwrap_or(0);
            push_words_and_rest(items.key("Information"), bits, &SECURITY_INFORMATION);
        }
        file_code::CREATE_FILE_MAPPING => mapping(items, source, &file),
        file_code::ACQUIRE_FOR_MOD_WRITE => {
            push_grouped_signed(items.key("EndingOffset"), file.tail.i64(0).unwrap_or(0));
        }
        file_code::MDL_READ_COMPLETE => {
            items.hex("MDL", file.block.pointer(0x10, source.width).unwrap_or(0));
        }
        _ => {}
    }
}

fn create(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    let (block, width) = (file.block, source.width);
    let options = block.u32(width.pick(0x18, 0x14)).unwrap_or(0);
    let disposition = usize::from(file.disposition(width));
    push_file_access(items.key("Desired Access"), file.tail.u32(0).unwrap_or(0));
    items.text("Disposition", DISPOSITIONS.get(disposition).copied().unwrap_or(UNKNOWN));
    push_words(items.key("Options"), options & 0xFF_FFFF, &CREATE_OPTIONS, ", ");
    let attributes = block.u16(width.pick(0x20, 0x18)).unwrap_or(0);
    push_attributes(items.key("Attributes"), u32::from(attributes));
    let share = block.u16(width.pick(0x22, 0x1A)).unwrap_or(0);
    push_share_mode(items.key("ShareMode"), u32::from(share));
    match disposition {
        // An existing file keeps its size.
        1 | 4 => items.text("AllocationSize", "n/a"),
        _ => {
            let size = quirks::allocation_size(block, width, source.fidelity);
            push_grouped_signed(items.key("AllocationSize"), size);
        }
    }
    let sid_len = usize::from(file.tail.u8(4).unwrap_or(0));
    if sid_len > 0
        && let Some(sid) = file.tail.slice(8, sid_len)
    {
        source.users.push(items.key("Impersonating"), sid);
    }
    if let Some(result) = open_result(source.parts.extra, width) {
        let text = usize::try_from(result).ok().and_then(|result| OPEN_RESULTS.get(result));
        items.text("OpenResult", text.copied().unwrap_or(UNKNOWN));
    }
}

fn read_or_write(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    let (block, width) = (file.block, source.width);
    push_grouped_signed(items.key("Offset"), block.i64(width.pick(0x20, 0x18)).unwrap_or(0));
    let asked = u64::from(block.u32(0x10).unwrap_or(0));
    let length = match source.header.operation {
        file_code::READ => source.returned().pointer(0, width).unwrap_or(asked),
        _ => asked,
    };
    items.grouped("Length", length);
    let flags = block.u32(8).unwrap_or(0);
    let mut words = String::new();
    push_words(&mut words, flags, &IO_FLAGS, ", ");
    if !words.is_empty() {
        items.text("I/O Flags", &words);
    }
    // Three bits; 0 means no priority, and the names begin at 1.
    let priority = (flags >> 17 & 7) as usize;
    if let Some(name) = priority.checked_sub(1).and_then(|priority| IO_PRIORITIES.get(priority)) {
        items.text("Priority", name);
    }
}

fn set_information(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    match file.sub_operation {
        10 | 11 | 65 | 66 => rename::push(items, source, file),
        class => file_information::push_set(items, source, class, file.tail),
    }
}

fn notify(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    let filter = file.block.u32(source.width.pick(0x18, 0x14)).unwrap_or(0);
    push_words_and_rest(items.key("Filter"), filter, &NOTIFY_FILTER);
}

fn control_operation(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    let code = file.control_code(source.width);
    control::push(items.key("Control"), code, source.exporter);
    if code == control::code::OFFLOAD_READ {
        push_grouped_signed(items.key("Offset"), file.tail.i64(0x10).unwrap_or(0));
        push_grouped_signed(items.key("Length"), file.tail.i64(0x18).unwrap_or(0));
    }
}

fn lock(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    let (block, width) = (file.block, source.width);
    // Unlocking everything, or everything with a key, has no range.
    let is_lock = file.sub_operation == 1;
    if file.sub_operation > 2 {
        return;
    }
    let flags_at = width.pick(0x30, 0x24);
    if is_lock {
        items.flag("Exclusive", block.u8(flags_at + 1).unwrap_or(0));
    }
    push_grouped_signed(items.key("Offset"), block.i64(width.pick(0x20, 0x18)).unwrap_or(0));
    let length = file.tail.i64(0).unwrap_or(0);
    quirks::push_lock_length(items.key("Length"), length, source.fidelity);
    if is_lock {
        items.flag("Fail Immediately", block.u8(flags_at).unwrap_or(0));
    }
}

fn mapping(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    const CREATE_SECTION: u32 = 1;
    const NO_CACHE: u32 = 0x200;
    if file.block.u32(0x10) != Some(CREATE_SECTION) {
        return items.text("SyncType", "SyncTypeOther");
    }
    items.text("SyncType", "SyncTypeCreateSection");
    let at = quirks::page_protection_at(source.width, source.fidelity);
    let protection = file.block.u32(at).unwrap_or(0);
    let out = items.key("PageProtection");
    // Only one name: Procmon prints the first whose bit is set.
    let known = PAGE_PROTECTION.iter().find(|(bit, _)| protection & bit != 0);
    out.push_str(known.map_or("", |(_, word)| word));
    if protection & NO_CACHE != 0 {
        out.push_str("|PAGE_NOCACHE");
    }
}
