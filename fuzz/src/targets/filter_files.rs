//! Whatever the bytes of a filter that Procmon saved are: what was read of it is written
//! again, and reads back as the same rules.

use procmonkey_parser::FilterFile;

/// Checks it for these bytes.
pub fn run(bytes: &[u8]) {
    let Ok(file) = FilterFile::read(bytes) else { return };
    for written in [file.to_pmf(), file.to_pmc()] {
        let again = FilterFile::read(&written).expect("what was written can be read");
        assert_eq!(again.rules(), file.rules());
    }
    for rule in file.rules() {
        drop(rule.to_string());
    }
    let filter = file.filter();
    assert!(filter.rules().len() <= file.rules().len());
    drop(filter.prefilter());
}
