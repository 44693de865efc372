//! A key folder: on disk, such as a copy of `MachineKeys`, or as a listing that
//! somebody made of it.
//!
//! Of a key file only the fixed part of its header and the container's name are
//! read; the key behind them is never touched.

mod access;
mod header;
mod listing;
mod prose;
mod row;

use std::fs::{self, File};
use std::path::Path;

use procmonkey_analysis::parser::{LossKind, Position};
use procmonkey_analysis::{FolderListing, KeyFolder, ListedFile, Witness};

use crate::error::Error;
use crate::reading::Collector;
use crate::time::of_system;
use crate::{Limits, Reading};

pub use header::read_header;

/// Reads the text of a listing: `dir` in any language and with any of `/a`, `/b`,
/// `/q`, `/s`; `Get-ChildItem` as table or list; `icacls`. Only lines that name a
/// key file count, so prose may stand around. Dates stay text: what is day and what
/// is month is not told by them.
///
/// ```
/// use procmonkey_analysis::Witness;
///
/// let text = " Directory of C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\n\n\
///     03/05/2026  06:59 PM             2,202 c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1\n";
/// let reading = procmonkey_witness::keys_dir::read_listing("dir.txt", text.as_bytes());
/// let Some(Witness::Folder(folder)) = reading.witnesses.first() else { panic!() };
/// assert_eq!(folder.files[0].size, Some(2202));
/// ```
pub fn read_listing(source: &str, bytes: &[u8]) -> Reading {
    Collector::of_text(source, bytes, read_text)
}

pub(crate) fn read_text(source: &str, text: &str, out: &mut Collector<'_>) {
    if out.is_among_prose() {
        for found in listing::excerpts(source, text, out) {
            out.add(Witness::Folder(found.listing), found.position);
        }
        return;
    }
    for listing in listing::folders(source, text, out) {
        out.add(Witness::Folder(listing), Position::default());
    }
}

/// Reads a key folder on disk: names, sizes, times, and the container's name from
/// each file's own header. Subfolders are left out. A file that cannot be read is
/// counted as a loss, and listed all the same.
///
/// # Errors
/// When the folder cannot be listed.
///
/// ```
/// let error = procmonkey_witness::keys_dir::read_folder("no such folder".as_ref()).unwrap_err();
/// assert_eq!(error.kind(), procmonkey_witness::ErrorKind::Io);
/// ```
pub fn read_folder(path: &Path) -> Result<Reading, Error> {
    read_folder_within(path, &Limits::default())
}

pub(crate) fn read_folder_within(path: &Path, limits: &Limits) -> Result<Reading, Error> {
    let mut out = Collector::new(limits);
    read_folder_into(path, &mut out)?;
    Ok(out.finish())
}

/// Reads a key folder into a reading that was begun.
pub(crate) fn read_folder_into(path: &Path, out: &mut Collector<'_>) -> Result<(), Error> {
    let source = path.display().to_string();
    let mut listing = FolderListing::default();
    listing.path = Some(source.clone());
    listing.folder = KeyFolder::from_path(&source);
    let mut left_out: u64 = 0;
    for entry in fs::read_dir(path).map_err(|error| Error::io(&source, error))? {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let message = format!("an entry of {source}: {error}");
                out.lose(LossKind::DamagedRecord, Position::default(), message);
                continue;
            }
        };
        // A link out of the folder is no key file of it.
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        if listing.files.len() >= out.limits.listed_files {
            left_out += 1;
            continue;
        }
        let mut file = ListedFile::new(entry.file_name().to_string_lossy());
        if let Err(error) = look_at(&entry, &mut file) {
            let message = format!("{}: {error}", file.name);
            out.lose(LossKind::DamagedRecord, Position::default(), message);
        }
        listing.files.push(file);
    }
    if left_out > 0 {
        let message = too_many(left_out, out.limits);
        out.lose(LossKind::Truncated, Position::default(), message);
    }
    // Systems list in different orders.
    listing.files.sort_by(|a, b| a.name.cmp(&b.name));
    listing.source = format!("folder {source}");
    out.add(Witness::Folder(listing), Position::default());
    Ok(())
}

/// Why files are left out.
fn too_many(left_out: u64, limits: &Limits) -> String {
    format!("{left_out} more files are left out: no more than {} are listed", limits.listed_files)
}

fn look_at(entry: &fs::DirEntry, file: &mut ListedFile) -> std::io::Result<()> {
    let data = entry.metadata()?;
    file.size = Some(data.len());
    file.created = data.created().ok().and_then(of_system);
    file.modified = data.modified().ok().and_then(of_system);
    file.accessed = data.accessed().ok().and_then(of_system);
    file.header = read_header(&mut File::open(entry.path())?, data.len())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_on_disk_gives_names_and_headers() {
        let folder = std::env::temp_dir().join(format!("procmonkey-keys-{}", std::process::id()));
        fs::create_dir_all(folder.join("below")).unwrap();
        fs::write(folder.join("b"), header::tests::capi("iisWasKey", [0; 7])).unwrap();
        fs::write(folder.join("a"), b"short").unwrap();
        let reading = read_folder(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let Witness::Folder(listing) = &reading.witnesses[0] else { panic!() };
        let names: Vec<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!((listing.files[1].size, &listing.files[0].header), (Some(50), &None));
        let name = listing.files[1].header.as_ref().map(|header| header.container.as_str());
        assert_eq!(name, Some("iisWasKey"));
        assert!(listing.files[0].modified.is_some() && reading.losses.is_empty());
    }

    #[test]
    fn more_files_than_are_listed_are_one_loss() {
        let folder = std::env::temp_dir().join(format!("procmonkey-many-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for number in 0..5 {
            fs::write(folder.join(number.to_string()), b"x").unwrap();
        }
        let reading = read_folder_within(&folder, &Limits::default().listed_files(3)).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let Witness::Folder(listing) = &reading.witnesses[0] else { panic!() };
        assert_eq!((listing.files.len(), reading.losses.count()), (3, 1));
        let loss = reading.losses.iter().next().unwrap();
        assert!(loss.message.starts_with("2 more files"), "{loss}");
    }
}
