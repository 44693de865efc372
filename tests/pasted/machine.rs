//! Texts that nobody wrote for this: sources, documents, settings and logs that are on the
//! machine when the test runs. None of them has an event of Procmon's.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

use crate::try_read;

/// Where texts lie, and how many of each are taken at most.
const PLACES: [(&str, usize); 8] = [
    ("~/.cargo/registry/src", 260),
    ("/usr/share/doc", 120),
    ("/etc", 120),
    ("/var/log", 40),
    ("/usr/share/perl", 60),
    ("/usr/lib/python3", 80),
    ("/usr/include", 60),
    ("/usr/share", 120),
];

/// A text that is longer is not taken.
const LONGEST: u64 = 300_000;

/// How many files of one folder are taken, so that they come from many.
const OF_ONE_FOLDER: usize = 4;

fn texts() -> Vec<(PathBuf, Vec<u8>)> {
    let home = std::env::var("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|_| std::env::var("HOME").map(|home| Path::new(&home).join(".cargo")));
    let mut found = Vec::new();
    for (place, most) in PLACES {
        let root = match (place.strip_prefix("~/.cargo/"), &home) {
            (Some(rest), Ok(home)) => home.join(rest),
            _ => PathBuf::from(place),
        };
        found.extend(texts_below(&root, most));
    }
    found
}

fn texts_below(root: &Path, most: usize) -> Vec<(PathBuf, Vec<u8>)> {
    let mut folders = VecDeque::from([root.to_path_buf()]);
    let mut found = Vec::new();
    let mut looked_at = 0;
    while let Some(folder) = folders.pop_front() {
        looked_at += 1;
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let mut taken = 0;
        for path in paths {
            let Ok(metadata) = path.symlink_metadata() else { continue };
            if metadata.is_dir() && looked_at < 3000 {
                folders.push_back(path);
            } else if metadata.is_file() && metadata.len() <= LONGEST && taken < OF_ONE_FOLDER {
                let Some(bytes) = text_of(&path) else { continue };
                found.push((path, bytes));
                taken += 1;
            }
        }
        if found.len() >= most {
            found.truncate(most);
            break;
        }
    }
    found
}

/// The bytes of a file, if they are text and nothing of Procmon's.
fn text_of(path: &Path) -> Option<Vec<u8>> {
    let bytes = fs::read(path).ok()?;
    let about_procmon =
        |word: &[u8]| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    let is_ours = about_procmon(b"procmon") || about_procmon(b"process monitor");
    (bytes.len() > 40 && !bytes.contains(&0) && !is_ours).then_some(bytes)
}

#[test]
fn texts_of_this_machine_have_no_events() {
    let texts = texts();
    for (path, bytes) in &texts {
        if let Ok(reading) = try_read(bytes) {
            // A spreadsheet with a column Path is one of Procmon's, for all that can be told.
            let operations = reading.column(procmonkey_parser::Column::Operation);
            let is_table = reading.format == "csv" && operations.iter().all(|name| name == "-");
            assert!(is_table, "{}: {operations:?}", path.display());
        }
    }
    println!(
        "{} texts, {} bytes",
        texts.len(),
        texts.iter().map(|text| text.1.len()).sum::<usize>()
    );
    assert!(texts.len() >= 300, "only {} texts on this machine", texts.len());
}
