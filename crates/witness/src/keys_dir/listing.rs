//! Listings of key folders as text.

use std::collections::HashMap;

use procmonkey_analysis::{FolderListing, KeyFolder, ListedFile, WitnessTime};

use super::access::{of_folder, rule};
use super::row::{Row, number, row, volume};
use crate::text::lines;

/// Everything that a text lists. One folder that is listed twice, by `dir` and by
/// `icacls`, is one.
pub(super) fn folders(source: &str, text: &str) -> Vec<FolderListing> {
    let mut listings = Listings::default();
    // Where rules on the lines below belong: a folder and its file.
    let mut target: Option<(usize, Option<usize>)> = None;
    let mut block: Vec<(&str, &str)> = Vec::new();
    for line in lines(text) {
        let text = line.text;
        if let Some((key, value)) = property(text) {
            block.push((key, value));
            continue;
        }
        listings.take_block(&mut block);
        if let Some((path, first)) = of_folder(text) {
            let place = listings.folder(Some(path));
            listings.all[place].access.push(first.to_string());
            target = Some((place, None));
        } else if let Some(row) = row(text) {
            target = Some(listings.take_row(&row));
        } else if text.starts_with(char::is_whitespace)
            && let (Some((place, file)), Some(rule)) = (target, rule(text))
        {
            let access = match file {
                Some(file) => &mut listings.all[place].files[file].access,
                None => &mut listings.all[place].access,
            };
            access.push(rule.to_string());
        } else if let Some(path) = folder_line(text) {
            listings.current = Some(path.to_string());
            target = None;
        } else {
            target = None;
        }
    }
    listings.take_block(&mut block);
    listings.all.retain(|listing| !listing.files.is_empty() || !listing.access.is_empty());
    for listing in &mut listings.all {
        listing.source = format!("listing {source}");
    }
    listings.all
}

#[derive(Default)]
struct Listings {
    all: Vec<FolderListing>,
    /// Place of each folder by its path in lower case.
    places: HashMap<String, usize>,
    /// Place of each file by its folder and name.
    files: HashMap<(usize, String), usize>,
    /// The folder that a heading named.
    current: Option<String>,
}

impl Listings {
    fn folder(&mut self, path: Option<&str>) -> usize {
        let key = path.unwrap_or_default().to_lowercase();
        let next = self.all.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            let mut listing = FolderListing::default();
            listing.path = path.map(str::to_string);
            listing.folder = path.and_then(KeyFolder::from_path);
            self.all.push(listing);
        }
        place
    }

    fn file(&mut self, folder: usize, name: &str) -> usize {
        let files = &mut self.all[folder].files;
        *self.files.entry((folder, name.to_lowercase())).or_insert_with(|| {
            files.push(ListedFile::new(name));
            files.len() - 1
        })
    }

    fn take_row(&mut self, row: &Row<'_>) -> (usize, Option<usize>) {
        let current = self.current.clone();
        let folder = self.folder(row.folder.or(current.as_deref()));
        let place = self.file(folder, row.name);
        let file = &mut self.all[folder].files[place];
        file.size = file.size.or(row.size);
        if file.modified.is_none() {
            file.modified = row.date.map(WitnessTime::local);
        }
        if file.owner.is_none() {
            file.owner = row.owner.map(str::to_string);
        }
        file.access.extend(rule(row.rest).map(str::to_string));
        (folder, Some(place))
    }

    /// The lines `Name : value` of one file.
    fn take_block(&mut self, block: &mut Vec<(&str, &str)>) {
        let named = |wanted: &str| {
            block.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value)
        };
        let name = ["FullName", "Path", "PSPath", "Name", "PSChildName"]
            .iter()
            .find_map(|key| row(named(key)?.rsplit("::").next()?));
        let Some(name) = name else {
            if let Some(path) = named("Directory").and_then(folder_line) {
                self.current = Some(path.to_string());
            }
            block.clear();
            return;
        };
        let (folder, _) = self.take_row(&name);
        let place = self.file(folder, name.name);
        let file = &mut self.all[folder].files[place];
        file.size = named("Length").and_then(number).or(file.size);
        let time = |key: &str| named(key).filter(|text| !text.is_empty()).map(WitnessTime::local);
        file.created = time("CreationTime").or(file.created.take());
        file.modified = time("LastWriteTime").or(file.modified.take());
        file.accessed = time("LastAccessTime").or(file.accessed.take());
        file.owner = named("Owner").map(str::to_string).or(file.owner.take());
        if let Some(access) = named("Access") {
            file.access.push(access.to_string());
        }
        block.clear();
    }
}

/// A line of `Format-List`: a key without blanks, a colon after a blank, a value.
fn property(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim();
    // `Directory:` heads tables too, and is followed by blank lines there.
    let is_key = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (line.contains(" :") || key == "Directory")
        && key.len() > 1;
    is_key.then_some((key, value.trim()))
}

/// The folder that a heading names: ` Directory of C:\…` in any language.
fn folder_line(line: &str) -> Option<&str> {
    let path = line.get(volume(line)?..)?;
    // Some languages put words behind the path, such as Chinese `的目录`.
    let path = path.trim_end();
    let words = path.rfind(' ').map_or("", |at| path[at + 1..].trim());
    let end = match words.is_empty() || words.is_ascii() {
        true => path.len(),
        false => path.len() - words.len(),
    };
    Some(path[..end].trim_end().trim_end_matches('\\')).filter(|path| path.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const C23: &str = "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
    const A43: &str = "7a436fe806e483969f48a894af2fe9a1_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
    const FOLDER: &str = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys";

    #[test]
    fn dir_is_read_in_other_languages() {
        for (heading, row) in [
            (format!(" Directory of {FOLDER}"), "03/05/2026  06:59 PM             2,202 "),
            (format!(" Verzeichnis von {FOLDER}"), "05.03.2026  18:59             2.202 "),
            (format!(" {FOLDER} 的目录"), "2026/03/05  18:59             2,202 "),
            (
                format!("\n    Directory: {FOLDER}\n\nMode  LastWriteTime  Length Name\n"),
                "-a---s  3/5/2026   6:59 PM  2202 ",
            ),
        ] {
            let text = format!(
                " Volume in drive C has no label.\r\n\r\n{heading}\r\n\r\n03/05/2026  06:59 PM    <DIR>          .\r\n{row}{C23}\r\n{row}{A43}\r\n     2 File(s)   4,404 bytes\r\n"
            );
            let found = folders("x", &text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].path.as_deref(), Some(FOLDER));
            assert!(found[0].folder.is_some());
            assert_eq!(found[0].files.len(), 2);
            assert_eq!(
                (found[0].files[0].name.as_str(), found[0].files[0].size),
                (C23, Some(2202))
            );
        }
    }

    #[test]
    fn a_list_of_powershell_gives_all_times() {
        let text = format!(
            "\n\n    Directory: {FOLDER}\n\n\nName           : {C23}\nLength         : 78\n\
             CreationTime   : 3/5/2026 6:59:13 PM\nLastWriteTime  : 3/5/2026 6:59:14 PM\n\
             LastAccessTime : 3/5/2026 6:59:15 PM\nMode           : -a----\n\nName           : {A43}\nLength         : 59\n"
        );
        let found = folders("x", &text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path.as_deref(), Some(FOLDER));
        assert_eq!((found[0].files[0].size, found[0].files[1].size), (Some(78), Some(59)));
        let created = found[0].files[0].created.as_ref().map(|time| time.text.as_str());
        assert_eq!(created, Some("3/5/2026 6:59:13 PM"));
    }

    #[test]
    fn icacls_adds_rules_to_what_dir_listed() {
        let text = format!(
            " Directory of {FOLDER}\n\n03/05/2026  06:59 PM             2,202 {C23}\n\n\
             C:\\>icacls {FOLDER}\\*\n{FOLDER}\\{C23} BUILTIN\\Administrators:(R)\n\
             \x20                 NT AUTHORITY\\SYSTEM:(F)\n\n{FOLDER} Everyone:(R,W)\n          BUILTIN\\Administrators:(F)\n\
             Successfully processed 2 files; Failed processing 0 files\n"
        );
        let found = folders("x", &text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].files.len(), 1);
        assert_eq!(
            found[0].files[0].access,
            ["BUILTIN\\Administrators:(R)", "NT AUTHORITY\\SYSTEM:(F)"]
        );
        assert_eq!(found[0].access, ["Everyone:(R,W)", "BUILTIN\\Administrators:(F)"]);
    }

    #[test]
    fn names_alone_are_a_listing_too() {
        let found = folders("x", &format!("{C23}\r\n{A43}\r\n"));
        assert_eq!((found.len(), found[0].files.len(), &found[0].path), (1, 2, &None));
        assert!(folders("x", "nothing of the kind: C:\\here\n").is_empty());
    }

    #[test]
    fn a_listing_cut_anywhere_is_no_accident() {
        let text = format!(
            " {FOLDER} 的目录\n2026/03/05  下午 06:59  2,202 {C23}\n  größe:(F)\n{FOLDER} Jeder:(R)\nName : {A43}\nLength : 5"
        );
        for (end, _) in text.char_indices() {
            folders("x", &text[..end]);
        }
    }
}
