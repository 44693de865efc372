//! Rename and hard link: where the file goes to.

use super::file_block::FileDetail;
use super::{Items, Source};
use crate::pml::access::{RENAME_FLAGS, push_words_and_rest};
use crate::pml::bytes::{Bytes, PointerWidth};
use crate::pml::strings::{Descriptor, RawText};
use crate::pml::text::push_bool;

/// The target of a rename or of a new hard link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Destination<'a> {
    /// Flags of the newer information classes; in the older ones, bit 0 says
    /// that an existing file is replaced.
    pub flags: u32,
    /// Handle of the folder that [`Destination::nt_name`] is relative to; 0
    /// where the name is complete.
    pub root_directory: u64,
    /// The name as it was asked for: `\??\C:\…`, `\Device\…` or relative.
    pub nt_name: RawText<'a>,
    /// The name as Procmon translated it, such as `C:\…`; `None` where the
    /// capture has none, as for hard links.
    pub dos_name: Option<RawText<'a>>,
}

/// The information classes that give a file another name.
pub(crate) fn names_a_destination(class: u8) -> bool {
    matches!(class, 10 | 11 | 65 | 66 | 72)
}

/// Reads FILE_RENAME_INFORMATION or FILE_LINK_INFORMATION, which are alike.
pub(crate) fn destination<'a>(
    file: &FileDetail<'a>,
    width: PointerWidth,
) -> Option<Destination<'a>> {
    let len = file.block.u32(0x10)? as usize;
    let set = file.tail;
    let flags = match file.sub_operation {
        10 | 11 => u32::from(set.u8(0)?),
        _ => set.u32(0)?,
    };
    let name_len = set.u32(width.pick(16, 8))? as usize;
    let name_at = width.pick(20, 12);
    let name = set.from(name_at).0;
    Some(Destination {
        flags,
        root_directory: set.pointer(width.pick(8, 4), width)?,
        nt_name: RawText::Wide(name.get(..name_len).unwrap_or(name)),
        dos_name: dos_name(set, len, file.sub_operation),
    })
}

/// The second string, behind the structure of `len` bytes. It is taken only
/// where it fits, since hard links have left-over bytes there.
fn dos_name(set: Bytes<'_>, len: usize, class: u8) -> Option<RawText<'_>> {
    const LINK_EX: u8 = 72;
    if class == LINK_EX {
        return None;
    }
    let descriptor = Descriptor(set.u16(len)?);
    let text = set.slice(len.checked_add(2)?, descriptor.byte_len())?;
    if text.is_empty() {
        return None;
    }
    Some(if descriptor.is_narrow() { RawText::Narrow(text) } else { RawText::Wide(text) })
}

pub(super) fn push(items: &mut Items<'_>, source: &Source<'_>, file: &FileDetail<'_>) {
    let Some(destination) = destination(file, source.width) else {
        return;
    };
    match file.sub_operation {
        10 | 11 => push_bool(items.key("ReplaceIfExists"), destination.flags as u8),
        _ => push_words_and_rest(items.key("Flags"), destination.flags, &RENAME_FLAGS),
    }
    let name = destination.dos_name.unwrap_or(destination.nt_name);
    name.push_to(items.key("FileName"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// The detail block of a rename: parameters, a path, the structure, and
    /// what follows it.
    fn block(class: u8, name: &str, width: PointerWidth, after: &[u8]) -> Vec<u8> {
        let mut block = vec![0u8; width.pick(0x40, 0x2C)];
        block[0] = class;
        block.extend_from_slice(&[0x01, 0x80, 0, 0, b'x']);
        let mut set = vec![1, 9, 9, 9];
        set.resize(width.pick(16, 8), 0);
        set.extend_from_slice(&(2 * name.len() as u32).to_le_bytes());
        set.extend_from_slice(&wide(name));
        set.extend_from_slice(&[0, 0]);
        block[0x10] = set.len() as u8;
        block.extend_from_slice(&set);
        block.extend_from_slice(after);
        block
    }

    #[test]
    fn both_names_of_a_rename_are_read_on_both_widths() {
        for width in [PointerWidth::Bits32, PointerWidth::Bits64] {
            let block = block(10, r"\??\C:\b", width, b"\x04\x80C:\\b..");
            let file = FileDetail::read(Bytes(&block), width);
            let destination = destination(&file, width).unwrap();
            assert_eq!(destination.flags, 1);
            assert_eq!(destination.nt_name.to_string(), r"\??\C:\b");
            assert_eq!(destination.dos_name.unwrap().to_string(), r"C:\b");
        }
    }

    #[test]
    fn left_over_bytes_are_no_second_name() {
        let width = PointerWidth::Bits64;
        let block = block(10, "n", width, b"\xFF\x7Fab");
        let file = FileDetail::read(Bytes(&block), width);
        assert_eq!(destination(&file, width).unwrap().dos_name, None);
    }
}
