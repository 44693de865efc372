//! Listings of directories.

use super::file_block::block;
use super::{Encoded, Request};
use crate::format::pml::write::put::{Put, set};
use crate::format::pml::write::text::put_text;
use crate::model::Detail;
use crate::pml::detail::{CLASSES, name_places};

/// The information class of a listing whose text does not name one, as in old Procmon
/// versions: the one that `dir` and Explorer use.
const USUAL_CLASS: u32 = 3;

pub(super) fn encode(request: &Request<'_>) -> Encoded {
    let items = &request.items;
    let filter = items.text("Filter").unwrap_or_default();
    let mut out = Encoded::new(block(request, folder(request.path, filter)));
    let class = items.text("FileInformationClass");
    let number = class.and_then(|text| {
        let known = CLASSES.iter().find(|(_, name)| *name == text).map(|(class, _)| *class);
        known.or_else(|| text.parse().ok())
    });
    let class = number.unwrap_or(USUAL_CLASS);
    set(&mut out.detail, request.width.pick(0x20, 0x18), &class.to_le_bytes());
    let mut text = Vec::new();
    let descriptor = if filter.is_empty() { 0 } else { put_text(&mut text, filter) };
    out.detail.put_u16(descriptor);
    out.detail.append(&mut text);
    if let Some((len_at, name_at)) = name_places(class)
        && !items.is_empty()
    {
        put_entries(&mut out, names(items.detail), len_at, name_at);
    }
    out
}

/// The names of the entries. Procmon 3.60 writes the class in the place of one entry,
/// whose name is lost.
fn names<'d>(detail: &'d Detail<'_>) -> impl Iterator<Item = &'d str> {
    let is_entry = |key: &str| key.bytes().all(|byte| byte.is_ascii_digit());
    let last = detail.items().count().saturating_sub(1);
    // Advanced Output puts the name of the operation in front.
    let first = usize::from(detail.get("Type").is_some());
    detail.items().enumerate().filter_map(move |(place, item)| match item.key {
        key if is_entry(key) => Some(item.value),
        "FileInformationClass" if place > first && place < last => Some(""),
        _ => None,
    })
}

/// The folder of a path that ends with the filter.
fn folder<'p>(path: &'p str, filter: &str) -> &'p str {
    let Some(folder) = path.strip_suffix(filter).filter(|_| !filter.is_empty()) else {
        return path;
    };
    match folder.strip_suffix('\\') {
        // The root of a drive keeps its backslash.
        Some(drive) if drive.ends_with(':') => folder,
        Some(folder) => folder,
        None => path,
    }
}

/// The entries as a chain of structures, as many as fit in the returned data of an event.
fn put_entries<'n>(
    out: &mut Encoded,
    names: impl Iterator<Item = &'n str>,
    len_at: usize,
    name_at: usize,
) {
    let mut last = None;
    for name in names {
        let size = 2 * name.encode_utf16().count();
        let chain = out.extra.get_or_insert_default();
        let at = chain.len().next_multiple_of(8);
        if at + name_at + size > usize::from(u16::MAX) {
            return;
        }
        if let Some(last) = last {
            set(chain, last, &((at - last) as u32).to_le_bytes());
        }
        chain.resize(at + name_at, 0);
        set(chain, at + len_at, &(size as u32).to_le_bytes());
        chain.put_wide(name);
        last = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_taken_off_the_path() {
        assert_eq!(folder(r"C:\a\*.txt", "*.txt"), r"C:\a");
        assert_eq!(folder(r"C:\*", "*"), r"C:\");
        assert_eq!(folder(r"C:\a", ""), r"C:\a");
        assert_eq!(folder(r"C:\a", "b"), r"C:\a");
    }
}
