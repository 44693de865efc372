//! Whatever a listing of a folder is, its files are in the text, and no two of a
//! folder have one name. Whatever the bytes of a key file are, its header is short.

use std::collections::HashSet;

use procmonkey_witness::{Witness, keys_dir};

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    let mut rest = bytes;
    let header = keys_dir::read_header(&mut rest, bytes.len() as u64).expect("memory can be read");
    assert!(bytes.len() - rest.len() <= 44 + 1024);
    assert!(header.is_none_or(|header| !header.container.is_empty()));
    // With a byte order mark, the text is what it is here, however it begins.
    let text = format!("\u{feff}{}", String::from_utf8_lossy(bytes));
    for witness in keys_dir::read_listing("fuzz", text.as_bytes()).witnesses {
        let Witness::Folder(folder) = witness else { panic!("{witness:?}") };
        let mut names = HashSet::new();
        for file in &folder.files {
            assert!(text.contains(&file.name), "{}", file.name);
            assert!(names.insert(file.name.to_lowercase()), "{}", file.name);
        }
    }
}
