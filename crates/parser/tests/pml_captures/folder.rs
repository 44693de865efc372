//! Finds the real captures, compressed with gzip or not.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The native captures of the folder by name; none if the variable is not set.
pub fn captures() -> Vec<(String, PathBuf)> {
    let Some(folder) = std::env::var_os("PROCMONKEY_CAPTURES") else {
        println!("skipped: PROCMONKEY_CAPTURES is not set");
        return Vec::new();
    };
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.trim_end_matches(".gz").to_string();
            name.to_ascii_lowercase().ends_with(".pml").then_some((name, path))
        })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// The bytes of a file, decompressed.
pub fn read(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    if !bytes.starts_with(&[0x1F, 0x8B]) {
        return bytes;
    }
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut out).unwrap();
    out
}

/// The CSV export of a capture.
pub fn twin(path: &Path, name: &str) -> Option<Vec<u8>> {
    let stem = name[..name.len() - 4].trim_end_matches(".v7");
    [".CSV.gz", ".CSV", ".csv.gz", ".csv"]
        .into_iter()
        .map(|ending| path.with_file_name(format!("{stem}{ending}")))
        .find(|path| path.exists())
        .map(|path| read(&path))
}
