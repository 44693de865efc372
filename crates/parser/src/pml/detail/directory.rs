//! Directory listings. Procmon has changed their text twice; see
//! [`Exporter`](crate::pml::Exporter).

use super::file_block::FileDetail;
use super::{DetailInput, Items};
use crate::pml::bytes::Bytes;
use crate::pml::exporter::Exporter;
use crate::pml::quirks;
use crate::pml::rendering::Fidelity;
use crate::pml::strings::{Descriptor, RawText, push_wide};
use crate::pml::text::push_number;

/// The filter, which follows the path in the details of a query.
fn filter<'a>(file: &FileDetail<'a>) -> RawText<'a> {
    let descriptor = Descriptor(file.tail.u16(0).unwrap_or(0));
    RawText::read(file.tail, 2, descriptor)
}

/// Appends the filter to the directory of the Path column.
pub(crate) fn push_filter_of_path(out: &mut String, file: &FileDetail<'_>) {
    let filter = filter(file);
    if filter.is_empty() {
        return;
    }
    if !file.path.ends_with(b'\\') {
        out.push('\\');
    }
    filter.push_to(out);
}

pub(super) fn push(items: &mut Items<'_>, source: &DetailInput<'_>, file: &FileDetail<'_>) {
    let class = file.block.u32(source.width.pick(0x20, 0x18)).unwrap_or(0);
    let exporter = match source.fidelity {
        Fidelity::Procmon => source.exporter,
        Fidelity::Corrected => Exporter::V3_61,
    };
    let start = items.out.len();
    let place = u64::from(file.advanced_type(source).is_some());
    let mut list = ListingWriter { items, place, exporter, class };
    if exporter == Exporter::V3_61 {
        list.push_class();
    }
    let filter = filter(file);
    if !filter.is_empty() {
        filter.push_to(list.key("Filter"));
    }
    let returned = source.returned();
    // Real names take fewer characters than this. A chain of overlapping entries could
    // have very many more.
    let most = start + 4096 + 4 * returned.len();
    for name in Entries::new(returned, class) {
        if list.items.out.len() > most {
            break;
        }
        list.push_entry(name);
    }
    list.end();
    if source.fidelity == Fidelity::Procmon {
        cut(items.out, start);
    }
}

/// Writes the items of a listing, and counts its entries.
struct ListingWriter<'i, 'o> {
    items: &'i mut Items<'o>,
    place: u64,
    exporter: Exporter,
    class: u32,
}

impl ListingWriter<'_, '_> {
    fn key(&mut self, key: &str) -> &mut String {
        self.place += 1;
        self.items.key(key)
    }

    fn push_class(&mut self) {
        let class = self.class;
        let out = self.key("FileInformationClass");
        match class_name(class) {
            Some(name) => out.push_str(name),
            None => push_number(out, u64::from(class)),
        }
    }

    fn push_entry(&mut self, name: &[u8]) {
        if self.exporter == Exporter::V3_60 && self.place == 2 {
            return self.push_class();
        }
        let place = self.place;
        let mut number = String::new();
        push_number(&mut number, place);
        push_wide(self.key(&number), name);
    }

    fn end(&mut self) {
        if self.exporter == Exporter::V3_60 && self.place == 2 {
            self.push_class();
        }
    }
}

/// Cuts the text to the length of Procmon's buffer.
fn cut(out: &mut String, start: usize) {
    if out.len() - start <= quirks::LISTING_CHARACTERS {
        return;
    }
    let mut units = 0;
    let end = out[start..].char_indices().find_map(|(at, c)| {
        units += c.len_utf16();
        (units > quirks::LISTING_CHARACTERS).then_some(start + at)
    });
    if let Some(end) = end {
        out.truncate(end);
    }
}

fn class_name(class: u32) -> Option<&'static str> {
    CLASSES.iter().find(|(known, _)| *known == class).map(|(_, name)| *name)
}

/// The information classes of listings.
pub(crate) const CLASSES: [(u32, &str); 10] = [
    (1, "FileDirectoryInformation"),
    (2, "FileFullDirectoryInformation"),
    (3, "FileBothDirectoryInformation"),
    (12, "FileNamesInformation"),
    (29, "FileObjectIdInformation"),
    (37, "FileIdBothDirectoryInformation"),
    (38, "FileIdFullDirectoryInformation"),
    (50, "FileIdGlobalTxDirectoryInformation"),
    (60, "FileIdExtdDirectoryInformation"),
    (63, "FileIdExtdBothDirectoryInformation"),
];

/// The offsets of the length and of the text of a name in an entry.
pub(crate) fn name_places(class: u32) -> Option<(usize, usize)> {
    Some(match class {
        1 => (0x3C, 0x40),
        2 => (0x3C, 0x44),
        3 => (0x3C, 0x5E),
        12 => (0x08, 0x0C),
        37 => (0x3C, 0x68),
        38 => (0x3C, 0x50),
        60 => (0x3C, 0x58),
        63 => (0x3C, 0x72),
        _ => return None,
    })
}

/// The names in a chain of directory entries.
struct Entries<'a> {
    rest: Option<Bytes<'a>>,
    name_len_at: usize,
    name_at: usize,
}

impl<'a> Entries<'a> {
    fn new(returned: Bytes<'a>, class: u32) -> Entries<'a> {
        let Some((name_len_at, name_at)) = name_places(class) else {
            return Entries { rest: None, name_len_at: 0, name_at: 0 };
        };
        Entries { rest: Some(returned), name_len_at, name_at }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let entry = self.rest?;
        let next = entry.u32(0)? as usize;
        // The chain only goes forward, so it ends at the end of the bytes at the latest.
        self.rest = (next > 0).then(|| entry.from(next));
        let len = entry.u32(self.name_len_at)? as usize;
        let name = entry.0.get(self.name_at..)?;
        Some(name.get(..len).unwrap_or(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(names: &[&str]) -> Vec<u8> {
        let mut out = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let size = (0x0C + 2 * name.len()) as u32;
            let next = if index + 1 < names.len() { size } else { 0 };
            out.extend_from_slice(&next.to_le_bytes());
            out.extend_from_slice(&[0; 4]);
            out.extend_from_slice(&(2 * name.len() as u32).to_le_bytes());
            out.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        }
        out
    }

    fn listing(exporter: Exporter, filter: Option<&str>, names: &[&str]) -> String {
        let mut out = String::new();
        let mut items = Items::new(&mut out);
        let mut list = ListingWriter { items: &mut items, place: 0, exporter, class: 12 };
        if exporter == Exporter::V3_61 {
            list.push_class();
        }
        if let Some(filter) = filter {
            list.key("Filter").push_str(filter);
        }
        let bytes = chain(names);
        for name in Entries::new(Bytes(&bytes), 12) {
            list.push_entry(name);
        }
        list.end();
        out
    }

    #[test]
    fn the_three_layouts_number_by_place() {
        assert_eq!(listing(Exporter::V3_4, Some("*"), &["a", "b"]), "Filter: *, 1: a, 2: b");
        assert_eq!(listing(Exporter::V3_4, None, &["a"]), "0: a");
        assert_eq!(
            listing(Exporter::V3_60, None, &["a", "b", "c", "d"]),
            "0: a, 1: b, FileInformationClass: FileNamesInformation, 3: d"
        );
        assert_eq!(
            listing(Exporter::V3_61, Some("*"), &["a"]),
            "FileInformationClass: FileNamesInformation, Filter: *, 2: a"
        );
    }

    #[test]
    fn a_chain_that_leaves_its_bytes_ends() {
        let mut bytes = chain(&["a", "b"]);
        bytes[0] = 0xFF;
        assert_eq!(super::Entries::new(Bytes(&bytes), 12).count(), 1);
    }

    #[test]
    fn the_cut_counts_utf16_units() {
        let mut out = "x".repeat(10) + &"é".repeat(5000);
        cut(&mut out, 10);
        assert_eq!(out.chars().count(), 10 + quirks::LISTING_CHARACTERS);
    }
}
