//! Listings of key folders as text.

use std::collections::HashMap;

use procmonkey_analysis::parser::{LossKind, Position};
use procmonkey_analysis::{FolderListing, KeyFolder, ListedFile, WitnessTime};

use super::access::{of_folder, rule};
use super::row::{Row, number, property, row, total, volume};
use super::{prose, too_many};
use crate::reading::Collector;
use crate::text::{Line, lines};

/// How many lines `Name : value` belong to one file at most. PowerShell writes some
/// forty.
const MAX_BLOCK: usize = 256;

/// How many access rules of one file or folder are kept.
const MAX_RULES: usize = 1024;

/// Everything that a text lists. One folder that is listed twice, by `dir` and by
/// `icacls`, is one.
pub(super) fn folders(source: &str, text: &str, out: &mut Collector<'_>) -> Vec<FolderListing> {
    let found = in_lines(source, lines(text), out);
    found.into_iter().map(|found| found.listing).collect()
}

/// What a text lists that people have put together.
pub(super) fn excerpts(source: &str, text: &str, out: &mut Collector<'_>) -> Vec<Found> {
    let kept = prose::listing_lines(text, out);
    let mut all = in_lines(source, kept.into_iter(), out);
    for found in &mut all {
        found.listing.is_excerpt = found.total != Some(found.listing.files.len() as u64);
    }
    all
}

/// A listing, and where it begins.
pub(super) struct Found {
    pub(super) listing: FolderListing,
    pub(super) position: Position,
    /// How many files there are by its last line.
    total: Option<u64>,
}

fn in_lines<'t>(
    source: &str,
    lines: impl Iterator<Item = Line<'t>>,
    out: &mut Collector<'_>,
) -> Vec<Found> {
    let mut listings = Listings { most: out.limits.listed_files, ..Listings::default() };
    // Where rules on the lines below belong: a folder and its file.
    let mut target: Option<(usize, Option<usize>)> = None;
    let mut block: Vec<(&str, &str)> = Vec::new();
    for line in lines {
        listings.position = line.position;
        let text = line.text;
        if let Some((key, value)) = property(text) {
            if block.len() < MAX_BLOCK {
                block.push((key, value));
            }
            continue;
        }
        listings.take_block(&mut block);
        if let Some((path, first)) = of_folder(text) {
            target = listings.folder(Some(path)).map(|place| (place, None));
            listings.take_rule(target, first);
        } else if let Some(row) = row(text) {
            target = listings.take_row(&row);
        } else if (text.starts_with(char::is_whitespace) || out.is_among_prose())
            && let (Some(_), Some(rule)) = (target, rule(text))
        {
            listings.take_rule(target, rule);
        } else if let Some(total) = total(text) {
            listings.end(total);
        } else if let Some(path) = folder_line(text) {
            listings.enter(path);
            target = None;
        } else {
            target = None;
        }
    }
    listings.take_block(&mut block);
    if listings.left_out > 0 {
        let message = too_many(listings.left_out, out.limits);
        out.lose(LossKind::Truncated, listings.left_out_at, message);
    }
    if listings.rules_left_out > 0 {
        let message = format!(
            "{} access rules are left out: no more than {MAX_RULES} of one file or folder are kept",
            listings.rules_left_out
        );
        out.lose(LossKind::Truncated, Position::default(), message);
    }
    listings.all.retain(|it| !it.listing.files.is_empty() || !it.listing.access.is_empty());
    for found in &mut listings.all {
        found.listing.source = format!("listing {source}");
    }
    listings.all
}

#[derive(Default)]
struct Listings {
    all: Vec<Found>,
    /// Place of each folder by its path in lower case.
    places: HashMap<String, usize>,
    /// Place of each file by its folder and name.
    files: HashMap<(usize, String), usize>,
    /// The folder that a heading named, and its place once it has one.
    current: Option<String>,
    current_place: Option<usize>,
    /// How many folders and files may be kept, how many are left out, and where the
    /// first of those stands.
    most: usize,
    left_out: u64,
    left_out_at: Position,
    rules_left_out: u64,
    /// The line that is looked at.
    position: Position,
}

impl Listings {
    /// A heading names the folder of the rows below it.
    fn enter(&mut self, path: &str) {
        self.current = Some(path.to_string());
        self.current_place = None;
    }

    /// The place of the folder that the last heading named.
    fn current_folder(&mut self) -> Option<usize> {
        // Not looked up for each of its rows: its name may be as long as the text.
        if self.current_place.is_none() {
            let current = self.current.take();
            self.current_place = self.folder(current.as_deref());
            self.current = current;
        }
        self.current_place
    }

    /// The last line of a listing by `dir` says how many files there are.
    fn end(&mut self, total: u64) {
        if let Some(place) = self.current_place {
            self.all[place].total = Some(total);
        }
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.files.len() + self.all.len() < self.most.saturating_add(1);
        if !has_room {
            if self.left_out == 0 {
                self.left_out_at = self.position;
            }
            self.left_out += 1;
        }
        has_room
    }

    fn folder(&mut self, path: Option<&str>) -> Option<usize> {
        let key = path.unwrap_or_default().to_lowercase();
        if let Some(place) = self.places.get(&key) {
            return Some(*place);
        }
        if !self.has_room() {
            return None;
        }
        let mut listing = FolderListing::default();
        listing.path = path.map(str::to_string);
        listing.folder = path.and_then(KeyFolder::from_path);
        self.places.insert(key, self.all.len());
        self.all.push(Found { listing, position: self.position, total: None });
        Some(self.all.len() - 1)
    }

    fn file(&mut self, folder: usize, name: &str) -> Option<usize> {
        let key = (folder, name.to_lowercase());
        if let Some(place) = self.files.get(&key) {
            return Some(*place);
        }
        if !self.has_room() {
            return None;
        }
        let files = &mut self.all[folder].listing.files;
        files.push(ListedFile::new(name));
        self.files.insert(key, files.len() - 1);
        Some(files.len() - 1)
    }

    /// Takes a row of a listing, and gives the place of its folder and its file.
    fn take_row(&mut self, row: &Row<'_>) -> Option<(usize, Option<usize>)> {
        let folder = match row.folder {
            Some(path) => self.folder(Some(path))?,
            None => self.current_folder()?,
        };
        let place = self.file(folder, row.name)?;
        let file = &mut self.all[folder].listing.files[place];
        file.size = file.size.or(row.size);
        if file.modified.is_none() {
            file.modified = row.date.map(WitnessTime::local);
        }
        if file.owner.is_none() {
            file.owner = row.owner.map(str::to_string);
        }
        let target = Some((folder, Some(place)));
        if let Some(rule) = rule(row.rest) {
            self.take_rule(target, rule);
        }
        target
    }

    /// Takes an access rule of a folder, or of its file.
    fn take_rule(&mut self, target: Option<(usize, Option<usize>)>, rule: &str) {
        let Some((folder, file)) = target else { return };
        let listing = &mut self.all[folder].listing;
        let access = match file {
            Some(file) => &mut listing.files[file].access,
            None => &mut listing.access,
        };
        match access.len() < MAX_RULES {
            true => access.push(rule.to_string()),
            false => self.rules_left_out += 1,
        }
    }

    /// The lines `Name : value` of one file.
    fn take_block(&mut self, block: &mut Vec<(&str, &str)>) {
        if block.is_empty() {
            return;
        }
        let named = |wanted: &str| {
            block.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value)
        };
        let name = ["FullName", "Path", "PSPath", "Name", "PSChildName"]
            .iter()
            .find_map(|key| row(named(key)?.rsplit("::").next()?));
        let Some(name) = name else {
            if let Some(path) = named("Directory").and_then(folder_line) {
                self.enter(path);
            }
            block.clear();
            return;
        };
        let Some(target @ (folder, Some(place))) = self.take_row(&name) else {
            block.clear();
            return;
        };
        let file = &mut self.all[folder].listing.files[place];
        file.size = named("Length").and_then(number).or(file.size);
        let time = |key: &str| named(key).filter(|text| !text.is_empty()).map(WitnessTime::local);
        file.created = time("CreationTime").or(file.created.take());
        file.modified = time("LastWriteTime").or(file.modified.take());
        file.accessed = time("LastAccessTime").or(file.accessed.take());
        file.owner = named("Owner").map(str::to_string).or(file.owner.take());
        if let Some(access) = named("Access") {
            self.take_rule(Some(target), access);
        }
        block.clear();
    }
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
    use crate::Limits;

    const C23: &str = "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
    const A43: &str = "7a436fe806e483969f48a894af2fe9a1_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";
    const FOLDER: &str = "C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys";

    fn folders(source: &str, text: &str) -> Vec<FolderListing> {
        let limits = Limits::default();
        let mut out = Collector::new(&limits);
        let found = super::folders(source, text, &mut out);
        assert!(out.losses.is_empty(), "{:?}", out.losses);
        found
    }

    #[test]
    fn more_files_and_rules_than_are_kept_are_losses() {
        let limits = Limits::default().listed_files(3);
        let mut out = Collector::new(&limits);
        let row = |number: usize| format!("{number:032x}_{}\n", &C23[33..]);
        let mut text: String = (0..5).map(row).collect();
        text.push_str(&row(0));
        text.push_str(&"  Everyone:(F)\n".repeat(MAX_RULES + 2));
        let found = super::folders("x", &text, &mut out);
        assert_eq!((found[0].files.len(), found[0].files[0].access.len()), (3, MAX_RULES));
        let losses: Vec<String> = out.losses.iter().map(ToString::to_string).collect();
        assert_eq!(losses.len(), 2, "{losses:?}");
        // The fourth row is the first that is left out.
        assert!(losses[0].contains("2 more files") && losses[0].contains("line 4"), "{losses:?}");
        assert!(losses[1].contains("2 access rules"), "{losses:?}");
    }

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
    fn work_does_not_grow_with_the_square_of_the_text() {
        // A folder with a long name, and many files of which each belongs to it.
        let count = 20_000;
        let heading = format!(" Directory of {FOLDER}\\{}\n", "x".repeat(2_000_000));
        let rows: String =
            (0..count).map(|number| format!("{number:032x}_{}\n", &C23[33..])).collect();
        let found = folders("x", &format!("{heading}{rows}"));
        assert_eq!((found.len(), found[0].files.len()), (1, count));
        // Lines that could be a folder with a rule, with a blank after every letter.
        let line = format!("C:\\{}:(F)\n", "a ".repeat(1000));
        assert!(folders("x", &line.repeat(1000)).is_empty());
        // Values that no file has.
        assert!(folders("x", &"Name : a\n".repeat(200_000)).is_empty());
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
