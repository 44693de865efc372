//! Names of files with `*` and `?`, where the shell has left them as they are: neither of
//! Windows' shells replaces them.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern, glob_with};

use crate::folder::sort_files;

/// The files that a name stands for, in the order in which those of a folder are read. Only `*` and
/// `?` have a meaning, and neither goes beyond one folder. A name that is there as it stands, or
/// that nothing fits, stays as it is: whoever opens it says so.
///
/// # Errors
/// When a folder that would have to be looked into cannot be listed.
pub(crate) fn expand(path: &Path) -> Result<Vec<PathBuf>, String> {
    let unchanged = Ok(vec![path.to_path_buf()]);
    let Some(text) = path.to_str().filter(|text| is_pattern(text)) else { return unchanged };
    if path.symlink_metadata().is_ok() {
        return unchanged;
    }
    let options = MatchOptions {
        // As the file system of Windows has it.
        case_sensitive: false,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let Ok(entries) = glob_with(&plain(text), options) else { return unchanged };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| {
            format!("{text}: {}: cannot be listed: {}", error.path().display(), error.error())
        })?;
        found.push(path);
    }
    if found.is_empty() {
        return unchanged;
    }
    sort_files(&mut found);
    Ok(found)
}

/// Whether a name has `*` or `?` in it. Behind `\\?\`, Windows takes every name as it is.
pub(crate) fn is_pattern(text: &str) -> bool {
    !text.starts_with(r"\\?\") && text.contains(['*', '?'])
}

/// The pattern in the form of the crate `glob`, in which brackets and `**` mean more.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['*', '?']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(&Pattern::escape(before));
        if from.starts_with('*') {
            plain.push('*');
            rest = from.trim_start_matches('*');
        } else {
            plain.push('?');
            rest = from.strip_prefix('?').unwrap_or_default();
        }
    }
    plain.push_str(&Pattern::escape(rest));
    plain
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    /// What a name in this folder stands for, relative to it.
    fn expanded(folder: &Path, pattern: &str) -> Vec<String> {
        let found = expand(&folder.join(pattern)).unwrap();
        let own = found.iter().map(|path| path.strip_prefix(folder).unwrap());
        own.map(|path| path.to_str().unwrap().replace('\\', "/")).collect()
    }

    fn with_files(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        folder
    }

    #[test]
    fn names_are_found_in_the_order_of_a_folder() {
        let folder = with_files(&[
            "b.csv",
            "A.CSV",
            "c.pml",
            "Log-10.PML",
            "Log-2.PML",
            "Log.PML",
            "under/d.csv",
            "[x] 1.csv",
            "x1.csv",
        ]);
        let folder = folder.path();
        for (pattern, want) in [
            ("*.csv", &["A.CSV", "[x] 1.csv", "b.csv", "x1.csv"][..]),
            ("**.csv", &["A.CSV", "[x] 1.csv", "b.csv", "x1.csv"]),
            ("?.csv", &["A.CSV", "b.csv"]),
            ("log*.pml", &["Log.PML", "Log-2.PML", "Log-10.PML"]),
            ("*/*.csv", &["under/d.csv"]),
            ("u???r/*", &["under/d.csv"]),
            // Brackets mean themselves.
            ("[x] ?.csv", &["[x] 1.csv"]),
            ("[x]?.csv", &["[x]?.csv"]),
            // Nothing fits, or there is nothing to fit.
            ("*.xml", &["*.xml"]),
            ("b.csv", &["b.csv"]),
            ("gone.csv", &["gone.csv"]),
        ] {
            assert_eq!(expanded(folder, pattern), want, "{pattern}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_has_the_name_itself_is_meant() {
        let folder = with_files(&["*.csv", "b.csv", "?"]);
        assert_eq!(expanded(folder.path(), "*.csv"), ["*.csv"]);
        assert_eq!(expanded(folder.path(), "?"), ["?"]);
        assert_eq!(expanded(folder.path(), "?.csv"), ["*.csv", "b.csv"]);
    }

    #[test]
    fn what_windows_takes_literally_is_no_pattern() {
        for (name, want) in [
            (r"\\?\C:\cases\a.csv", false),
            (r"\\server\cases\*.csv", true),
            (r"C:\cases\?.csv", true),
            ("-", false),
            ("[a].csv", false),
        ] {
            assert_eq!(is_pattern(name), want, "{name}");
        }
    }

    /// A slow way to tell whether a pattern fits, letter by letter.
    fn fits(pattern: &[char], name: &[char]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                fits(rest, name) || name.split_first().is_some_and(|(_, name)| fits(pattern, name))
            }
            (['?', rest @ ..], [_, name @ ..]) => fits(rest, name),
            ([one, rest @ ..], [other, name @ ..]) => {
                one.eq_ignore_ascii_case(other) && fits(rest, name)
            }
            _ => false,
        }
    }

    #[test]
    fn every_short_pattern_finds_what_fits_it() {
        const LETTERS: [char; 6] = ['a', 'B', '[', ']', '!', '-'];
        let names: Vec<String> = LETTERS
            .iter()
            .flat_map(|one| LETTERS.iter().map(move |other| format!("{one}{other}")))
            .chain(LETTERS.iter().map(char::to_string))
            .collect();
        let all: Vec<_> = names.iter().map(String::as_str).collect();
        let folder = with_files(&all);
        let signs: Vec<char> = LETTERS.iter().copied().chain(['*', '?']).collect();
        for (one, other, third) in signs
            .iter()
            .flat_map(|one| signs.iter().map(move |other| (one, other)))
            .flat_map(|(one, other)| signs.iter().map(move |third| (one, other, third)))
        {
            let pattern: String = [one, other, third].into_iter().collect();
            if !is_pattern(&pattern) {
                continue;
            }
            let letters: Vec<char> = pattern.chars().collect();
            let mut want: BTreeSet<String> = names
                .iter()
                .filter(|name| fits(&letters, &name.chars().collect::<Vec<_>>()))
                .cloned()
                .collect();
            if want.is_empty() {
                want.insert(pattern.clone());
            }
            let found = expanded(folder.path(), &pattern);
            assert_eq!(BTreeSet::from_iter(found.iter().cloned()), want, "{pattern}");
            assert_eq!(found.len(), want.len(), "{pattern}");
        }
    }
}
