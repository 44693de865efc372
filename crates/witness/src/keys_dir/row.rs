//! One line of a listing that names a key file.

use std::sync::LazyLock;

use regex::Regex;

/// A line with a key file, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row<'t> {
    /// The folder, when the line gives a whole path.
    pub(super) folder: Option<&'t str>,
    pub(super) name: &'t str,
    pub(super) date: Option<&'t str>,
    pub(super) size: Option<u64>,
    pub(super) owner: Option<&'t str>,
    /// What stands behind the name.
    pub(super) rest: &'t str,
}

/// A key file's name, with whatever somebody appended to set it aside.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:^|[\s\\/"])([0-9A-Fa-f]{32}_[0-9A-Za-z{}-]{1,64}[^\s"*<>|:?/\\]{0,64})"#).ok()
});

/// Date and time, then size and owner where they are there. The marker of the
/// half-day may stand on either side of the clock and be in any script.
static COLUMNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(\d.{0,40}?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?|\s\p{L}{1,4}\.?)?)",
        r"(?:\s+(\d{1,3}(?:[.,'’\s\u{fffd}]\d{3})+|\d+))?",
        r"(?:\s+(\S.*))?$",
    ))
    .ok()
});

/// Takes a line apart; `None` when it names no key file.
pub(super) fn row(line: &str) -> Option<Row<'_>> {
    let name = NAME.as_ref()?.captures(line)?.get(1)?;
    let rest = line[name.end()..].trim_start_matches('"');
    let before = line[..name.start()].trim_start_matches(['"', '>']);
    let mut row =
        Row { folder: None, name: name.as_str(), date: None, size: None, owner: None, rest };
    if let Some(place) = volume(before).filter(|_| before.ends_with(['\\', '/'])) {
        row.folder = Some(before[place..].trim_end_matches(['\\', '/']));
        return Some(row);
    }
    let columns =
        COLUMNS.as_ref().and_then(|columns| columns.captures(without_mode(before.trim())));
    if let Some(columns) = columns {
        let part = |number| columns.get(number).map(|part| part.as_str().trim());
        row.date = part(1);
        row.size = part(2).and_then(number);
        row.owner = part(3);
    }
    Some(row)
}

/// Where a path with its volume begins in a line: `C:\…`, or `\\server\…`.
pub(super) fn volume(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let drive = bytes.windows(3).position(|three| {
        three[0].is_ascii_alphabetic() && three[1] == b':' && matches!(three[2], b'\\' | b'/')
    });
    drive.or_else(|| line.find("\\\\"))
}

/// A number with the thousands marks of any locale. U+FFFD is the no-break space
/// of a code page that is not known.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '.' | ',' | '\'' | '’' | '\u{fffd}') && !c.is_whitespace())
        .collect();
    digits.parse().ok()
}

/// A line of `Format-List`: a key without blanks, a colon after a blank, a value.
pub(super) fn property(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim();
    // `Directory:` heads tables too, and is followed by blank lines there.
    let is_key = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (line.contains(" :") || key == "Directory")
        && key.len() > 1;
    is_key.then_some((key, value.trim()))
}

/// Whether a property is one that a list of files has beside their names.
pub(super) fn is_property_of_file(key: &str) -> bool {
    const KEYS: [&str; 14] = [
        "FullName",
        "Path",
        "PSPath",
        "Name",
        "PSChildName",
        "Length",
        "CreationTime",
        "LastWriteTime",
        "LastAccessTime",
        "Owner",
        "Access",
        "Mode",
        "Attributes",
        "Directory",
    ];
    KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// How many files a listing by `dir` has, by its last line: `2 File(s)   4,404 bytes`, in any
/// language.
pub(super) fn total(line: &str) -> Option<u64> {
    let (count, rest) = line.trim().split_once(' ')?;
    let (noun, size) = rest.trim_start().split_once(' ')?;
    let (size, unit) = size.trim().rsplit_once(' ')?;
    let is_word = |word: &str| word.starts_with(|c: char| c.is_alphabetic());
    (is_word(noun) && is_word(unit) && number(size).is_some()).then(|| number(count)).flatten()
}

/// PowerShell puts the attributes first: `-a----`.
fn without_mode(before: &str) -> &str {
    match before.split_once(char::is_whitespace) {
        Some((mode, rest))
            if matches!(mode.len(), 5..=7)
                && mode.bytes().all(|byte| b"-dlarhs".contains(&byte)) =>
        {
            rest.trim_start()
        }
        _ => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "c2319c42033a5ca7f44e731bfd3fa2b5_4f6c1d2e-8a3b-4c57-9e10-2b7d5a90c3e1";

    #[test]
    fn rows_of_every_locale_are_taken_apart() {
        for (before, date, size, owner) in [
            (
                "03/05/2026  06:59 PM             2,202 ",
                Some("03/05/2026  06:59 PM"),
                Some(2202),
                None,
            ),
            ("05.03.2026  18:59             2.202 ", Some("05.03.2026  18:59"), Some(2202), None),
            (
                "05/03/2026  18:59             2\u{a0}202 ",
                Some("05/03/2026  18:59"),
                Some(2202),
                None,
            ),
            (
                "05/03/2026  18:59             2\u{fffd}202 ",
                Some("05/03/2026  18:59"),
                Some(2202),
                None,
            ),
            (
                "2026/03/05  下午 06:59             2,202 ",
                Some("2026/03/05  下午 06:59"),
                Some(2202),
                None,
            ),
            ("2026-03-05  18:59                78 ", Some("2026-03-05  18:59"), Some(78), None),
            (
                "05/03/2026  06:59 p. m.             2.202 ",
                Some("05/03/2026  06:59 p. m."),
                Some(2202),
                None,
            ),
            ("05-03-2026  18.59             2.202 ", Some("05-03-2026  18.59"), Some(2202), None),
            (
                "03/05/2026  06:59 PM         2,202 NT AUTHORITY\\SYSTEM    ",
                Some("03/05/2026  06:59 PM"),
                Some(2202),
                Some("NT AUTHORITY\\SYSTEM"),
            ),
            (
                "-a---s         3/5/2026   6:59 PM           2202 ",
                Some("3/5/2026   6:59 PM"),
                Some(2202),
                None,
            ),
            (
                "-a----        05.03.2026     18:59           1150 ",
                Some("05.03.2026     18:59"),
                Some(1150),
                None,
            ),
            ("", None, None, None),
            ("I renamed ", None, None, None),
        ] {
            let line = format!("{before}{NAME}");
            let row = row(&line).unwrap();
            assert_eq!((row.name, row.date), (NAME, date), "{line}");
            assert_eq!((row.size, row.owner), (size, owner), "{line}");
        }
    }

    #[test]
    fn a_path_gives_its_folder_and_a_set_aside_file_its_whole_name() {
        let line = format!("\"C:\\Keys\\{NAME}.OLD\" BUILTIN\\Administrators:(F)");
        let row = row(&line).unwrap();
        assert_eq!(row.folder, Some("C:\\Keys"));
        assert_eq!(row.name, format!("{NAME}.OLD"));
        assert_eq!(row.rest, " BUILTIN\\Administrators:(F)");
    }
}
